/** What is easy to get wrong: order, sharing, narrowing through assignments, names, exits of every kind at once. */

export interface Item {
  id: number;
  parent?: Item;
  list: number[];
}

export function assignmentInCondition(list: number[]): string {
  let text = "";
  let x: number | undefined;
  while ((x = list.pop()) !== undefined) {
    if (x > 100) break;
    text += x + 1;
  }
  return `${text} ${x}`;
}
assignmentInCondition.cases = [[[1, 2, 3]], [[]], [[1, 200, 3]]];

export function assignmentInIf(words: string[]): string {
  const m = new Map<string, number>([["a", 1]]);
  let text = "";
  for (const w of words) {
    let n: number | undefined;
    if ((n = m.get(w)) != null) text += n + 0.5;
    else text += "-";
    m.set(w, (n ?? 0) + 1);
  }
  return text;
}
assignmentInIf.cases = [[["a", "b", "b", "a"]]];

export function methodsAfterOptional(n: number): string {
  const items: Item[] = [{ id: 0, list: [1] }];
  for (let i = 1; i < n; i++) items.push({ id: i, parent: items[i - 1]!, list: [i, i] });
  const last = items[items.length - 1];
  return `${last?.parent?.parent?.id} ${last?.parent?.list.length} ${last?.list[0]?.toFixed(1)} ${items[9]?.list.map((x) => x).length}`;
}
methodsAfterOptional.cases = [[1], [2], [4]];

export function accessorsWithCompound(n: number): string {
  const list: number[] = [];
  const box = new Box(n, list);
  box.value += 2;
  box.value++;
  const before = box.value--;
  return `${before} ${box.value} ${list.join()}`;
}
accessorsWithCompound.cases = [[1], [0.5]];

export class Box {
  raw: number;
  log: number[];

  constructor(raw: number, log: number[]) {
    this.raw = raw;
    this.log = log;
  }

  get value(): number {
    this.log.push(1);
    return this.raw;
  }

  set value(x: number) {
    this.log.push(2);
    this.raw = x * 2;
  }

  scaled(list: number[]): number[] {
    return list.map((x) => x * this.raw).filter((x) => x !== this.value);
  }

  chain(by: number): Box {
    this.raw += by;
    return this;
  }
}

export function thisInArrows(list: number[]): string {
  const box = new Box(3, []);
  return `${box.scaled(list).join()} ${box.log.length} ${box.chain(1).chain(2).raw}`;
}
thisInArrows.cases = [[[1, 2, 3]], [[]]];

export function nullIsNoDefault(a: number | null, b: number | undefined): string {
  const [x = 5] = [a];
  const [y = 5] = [b];
  const { p = 6, q = 7 } = { p: a, q: b };
  return `${x} ${y} ${p} ${q}`;
}
nullIsNoDefault.cases = [
  [null, undefined],
  [1, 2],
];

export function spreadOrder(n: number): string {
  const a = { x: 1, y: 2 };
  const b = { ...a, x: n };
  // @ts-expect-error a has x too
  const c = { x: n, ...a };
  const d = { ...a, ...b, y: 9 };
  return `${b.x}${b.y} ${c.x}${c.y} ${d.x}${d.y}`;
}
spreadOrder.cases = [[5]];

export function listReassignedInLoop(list: number[]): string {
  let text = "";
  let items = list;
  for (const x of items) {
    items = [7];
    text += x;
    items.push(x);
  }
  return `${text} ${items.join()}`;
}
listReassignedInLoop.cases = [[[1, 2, 3]], [[]]];

export function sameListTwice(n: number): number[] {
  const a = [n];
  appendBoth(a, a);
  return a;
}
sameListTwice.cases = [[1]];

export function appendBoth(a: number[], b: number[]): void {
  a.push(b.length);
  b.push(a.length);
  a[0] = 100;
  b[1]! += b[0]!;
}

export function changedByCallee(n: number): string {
  const list = [1, 2, 3];
  let text = "";
  for (const x of list) {
    text += x;
    if (list.length < n) grow(list);
  }
  return text;
}
changedByCallee.cases = [[0], [6]];

export function grow(list: number[]): void {
  list.push(list.length + 1);
}

export function shadowedGlobals(n: number): number {
  const Math = { floor: 3 };
  const Number = (x: number): number => x + 1000;
  const list = [n];
  const f = (out: number): number => out * 2;
  const out = list.map((x) => f(x) + Math.floor);
  return Number(out[0]!) + out.length;
}
shadowedGlobals.cases = [[1]];

export function callbacksWithThreeParameters(list: number[]): string {
  return (
    list.map((x, i, all) => x * 10 + i + all.length).join() +
    list.filter((x, i, all) => all.indexOf(x) === i).join()
  );
}
callbacksWithThreeParameters.cases = [[[3, 1, 3]], [[]]];

export function mapParseInt(words: string[]): number[] {
  return words.map(Number).concat(words.map((w) => Number.parseInt(w)));
}
mapParseInt.cases = [[["10", "7x", "", "0x10"]]];

export function numericLiterals(): number[] {
  return [0xff, 0b101, 0o17, 1_000, 1e3, 0.5, 5, 0x1fffffffffffff, 1e400];
}
numericLiterals.cases = [[]];

export function destructureLength(list: number[], text: string): number {
  const { length } = list;
  const { length: n } = text;
  return length * 10 + n;
}
destructureLength.cases = [[[1, 2], "abc"]];

export function nestedDestructuring(n: number): string {
  const [[a, b], [c]] = [[n, 2], [3]] as [[number, number], [number]];
  const {
    p: [q, { r }],
  } = { p: [n, { r: "x" }] as [number, { r: string }] };
  return `${a}${b}${c}${q}${r}`;
}
nestedDestructuring.cases = [[1]];

export function forEachPushes(list: number[]): number[] {
  const out: number[] = [];
  list.forEach((x) => out.push(x * 2));
  return out;
}
forEachPushes.cases = [[[1, 2]], [[]]];

export function concatFromEmpty(a: number[], b: number[]): number[] {
  return ([] as number[]).concat(a, b);
}
concatFromEmpty.cases = [[[1], [2]]];

export function fromContainers(m: Map<string, number>): string {
  const values = Array.from(m.values());
  const keys = Array.from(m.keys(), (k) => k.toUpperCase());
  const big = new Map([...m].filter(([, v]) => v > 1));
  const set = new Set(values);
  return `${values.join()} ${keys.join()} ${[...big.keys()].join()} ${set.size} ${Array.from(set).length}`;
}
fromContainers.cases = [
  [
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  ],
  [new Map()],
];

export function mapFromRecord(r: Record<string, number>): string {
  const m = new Map(Object.entries(r));
  const sorted = Object.entries(r).sort((a, b) => b[1] - a[1]);
  return `${[...m.keys()].join()} ${sorted.map(([k, v]) => k + v).join()}`;
}
mapFromRecord.cases = [[{ x: 1, y: 3, z: 2 }], [{}]];

export function exitsEverywhere(n: number): string {
  let log = "";
  const run = (k: number): string => {
    outer: for (let i = 0; i < 4; i++) {
      try {
        for (const x of [1, 2, 3]) {
          switch (x + i) {
            case k:
              return `r${x}${i}`;
            case k + 1:
              continue outer;
            case 2:
              break;
            case 5:
              break outer;
            default:
              if (k === 100) throw new Error(`t${x}`);
              log += "d";
          }
          log += x;
        }
        log += "|";
      } catch (e) {
        log += (e as Error).message;
        if (i === 1) break;
      } finally {
        log += "f";
        if (k === 7 && i === 2) return "finally";
      }
    }
    return "end";
  };
  const a = run(n);
  const b = run(n + 1);
  return `${log} ${a} ${b}`;
}
exitsEverywhere.cases = [[1], [2], [4], [6], [7], [100], [-5]];

export function finallyBreaksReturn(n: number): string {
  let log = "";
  const f = (): number => {
    for (let i = 0; i < 3; i++) {
      try {
        if (i === n) return i;
        log += i;
      } finally {
        log += "f";
        if (i === 1) break;
      }
    }
    return -1;
  };
  return `${f()} ${log}`;
}
finallyBreaksReturn.cases = [[0], [1], [2]];

export function nestedTryAll(n: number): string {
  let log = "";
  try {
    try {
      try {
        if (n === 1) throw new Error("1");
        log += "a";
      } finally {
        log += "b";
        if (n === 2) throw new RangeError("2");
      }
      log += "c";
      if (n === 3) throw new TypeError("3");
    } catch (e) {
      log += `<${(e as Error).name}${(e as Error).message}>`;
      if (n === 3) throw new Error("again");
    } finally {
      log += "d";
    }
  } catch (e) {
    log += `!${(e as Error).message}`;
  }
  return log;
}
nestedTryAll.cases = [[0], [1], [2], [3]];

export function throwsInCallback(list: number[]): string {
  try {
    return list
      .map((x) => {
        if (x < 0) throw new RangeError(`negative at ${x}`);
        return Math.sqrt(x);
      })
      .join();
  } catch (e) {
    return e instanceof RangeError ? `range: ${e.message}` : "other";
  }
}
throwsInCallback.cases = [[[4, 9]], [[4, -1, 9]], [[]]];

export function throwInCondition(n: number): string {
  const check = (x: number): boolean => {
    if (x === 3) throw new Error("three");
    return x < 5;
  };
  let i = 0;
  try {
    while (check(i + n)) i++;
    for (let j = 0; check(j); j++) i += 10;
  } catch (e) {
    return `${(e as Error).message} ${i}`;
  }
  return `${i}`;
}
throwInCondition.cases = [[0], [4], [9]];

export function deadCode(n: number): number {
  if (n > 0) {
    return 1;
    n += 1;
  }
  while (true) {
    if (n < -3) return n;
    n--;
  }
}
deadCode.cases = [[1], [0]];

export function untypedStart(n: number): string {
  let x;
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (x === undefined) x = i + 10;
    count += x;
  }
  return `${x} ${count}`;
}
untypedStart.cases = [[0], [3]];

export function variablesOfInlinedFunctions(n: number): string {
  let total = 0;
  const add = (x: number): number => {
    let total2 = x;
    const inner = (): void => {
      total2 *= 2;
      total += total2;
    };
    inner();
    if (x > 1) inner();
    return total2;
  };
  const parts: number[] = [];
  for (let i = 0; i < n; i++) parts.push(add(i));
  return `${parts.join()} ${total}`;
}
variablesOfInlinedFunctions.cases = [[0], [4]];

export function optionalCall(n: number): string {
  const f = (g?: (x: number) => number): number => g?.(n) ?? -1;
  return `${f()} ${f((x) => x * 2)}`;
}
optionalCall.cases = [[3]];

export function computedKeys(n: number): string {
  const key = "b";
  const o = { a: n, [key]: n + 1, "c d": 3 };
  return `${o.a}${o.b}${o["c d"]}${o[key]}`;
}
computedKeys.cases = [[1]];

export function conditionsOfAllKinds(
  a: number,
  s: string,
  list: number[] | undefined,
  flag: boolean,
): string {
  let text = "";
  if (a && s) text += "1";
  if (!a || !list) text += "2";
  if (list && list.length && flag) text += "3";
  if (!(a > 1) === flag) text += "4";
  if (a ? s : flag) text += "5";
  if ((a || s || list) && !flag) text += "6";
  return text + (list ? 1 : 0) + (s && a ? "x" : "y") + Boolean(list) + !!s;
}
conditionsOfAllKinds.cases = [
  [0, "", undefined, true],
  [2, "x", [1], true],
  [1, "", [], false],
  [Number.NaN, "a", undefined, false],
];

export function comparesNullish(a: number | undefined, b: number | null, c: string | undefined): string {
  return [
    a === undefined,
    b === null,
    b !== null,
    a == null,
    a === 0,
    b === 1,
    c === "x",
    a === a,
    c !== undefined,
  ]
    .map((f) => (f ? 1 : 0))
    .join("");
}
comparesNullish.cases = [
  [undefined, null, undefined],
  [0, 1, "x"],
  [1, 0, ""],
];

export function bothMaybeAbsent(a: number[], i: number, j: number): string {
  return `${a[i] === a[j]} ${a[i] !== a[j]} ${a[i] == a[j]}`;
}
bothMaybeAbsent.cases = [
  [[1, 1, 2], 0, 1],
  [[1, 1, 2], 0, 2],
  [[1], 5, 6],
  [[1], 0, 9],
  [[Number.NaN], 0, 0],
];

export function stringSwitchWithUnion(kind: "a" | "b" | "c"): number {
  switch (kind) {
    case "a":
      return 1;
    case "b":
      return 2;
    case "c":
      return 3;
  }
}
stringSwitchWithUnion.cases = [["a"], ["b"], ["c"]];

export function whileWithClosureCondition(n: number): string {
  const queue = [n];
  const more = (): boolean => queue.length > 0;
  let text = "";
  while (more()) {
    const x = queue.shift()!;
    text += `${x} `;
    if (x > 1) queue.push(Math.floor(x / 2), x - 2);
    if (text.length > 40) break;
  }
  return text;
}
whileWithClosureCondition.cases = [[0], [5], [9]];

export function priorityLoop(values: number[]): string {
  const items = values.map((value, index) => ({ value, index }));
  const order: number[] = [];
  while (items.length > 0) {
    let best = 0;
    for (let i = 1; i < items.length; i++) if (items[i]!.value < items[best]!.value) best = i;
    const [taken] = items.splice(best, 1);
    order.push(taken!.index);
  }
  return order.join();
}
priorityLoop.cases = [[[3, 1, 2, 1]], [[]]];

export function wordFrequencies(text: string): string {
  const counts: Record<string, number> = {};
  for (const word of text.toLowerCase().split(" ")) {
    const clean = word.replaceAll(".", "").trim();
    if (!clean) continue;
    counts[clean] = (counts[clean] ?? 0) + 1;
  }
  return Object.entries(counts)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([w, n]) => `${w}:${n}`)
    .join(" ");
}
wordFrequencies.cases = [["The cat. The dog  the end."], [""]];

export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost));
    }
    row = next;
  }
  return row[b.length]!;
}
editDistance.cases = [
  ["kitten", "sitting"],
  ["", "abc"],
  ["same", "same"],
];

export function gameOfLife(cells: number[][], steps: number): number[][] {
  let grid = cells;
  for (let s = 0; s < steps; s++) {
    grid = grid.map((row, y) =>
      row.map((cell, x) => {
        let n = 0;
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++) if (dy !== 0 || dx !== 0) n += grid[y + dy]?.[x + dx] ?? 0;
        return n === 3 || (n === 2 && cell === 1) ? 1 : 0;
      }),
    );
  }
  return grid;
}
gameOfLife.cases = [
  [
    [
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
    ],
    1,
  ],
  [
    [
      [0, 1, 0],
      [0, 1, 0],
      [0, 1, 0],
    ],
    4,
  ],
];

export function evaluatePostfix(tokens: string[]): number {
  const stack: number[] = [];
  for (const t of tokens) {
    switch (t) {
      case "+":
      case "-":
      case "*":
      case "/": {
        const b = stack.pop();
        const a = stack.pop();
        if (a === undefined || b === undefined) throw new SyntaxError(`too few operands for ${t}`);
        stack.push(t === "+" ? a + b : t === "-" ? a - b : t === "*" ? a * b : a / b);
        break;
      }
      default: {
        const n = Number(t);
        if (Number.isNaN(n)) throw new SyntaxError(`not a number: ${t}`);
        stack.push(n);
      }
    }
  }
  if (stack.length !== 1) throw new Error("malformed");
  return stack[0]!;
}
evaluatePostfix.cases = [[["3", "4", "+", "2", "*"]], [["1", "+"]], [["x"]], [["1", "2"]]];

export function romanNumerals(n: number): string {
  const table: [number, string][] = [
    [1000, "M"],
    [900, "CM"],
    [500, "D"],
    [400, "CD"],
    [100, "C"],
    [90, "XC"],
    [50, "L"],
    [40, "XL"],
    [10, "X"],
    [9, "IX"],
    [5, "V"],
    [4, "IV"],
    [1, "I"],
  ];
  let rest = n;
  let text = "";
  for (const [value, sign] of table) {
    while (rest >= value) {
      text += sign;
      rest -= value;
    }
  }
  return text;
}
romanNumerals.cases = [[0], [4], [1994], [3999]];

export function randomWalk(seed: number, n: number): number[] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const out: number[] = [];
  let x = 0;
  for (let i = 0; i < n; i++) {
    x += next() < 0.5 ? -1 : 1;
    out.push(x);
  }
  return out;
}
randomWalk.cases = [
  [1, 10],
  [12345, 5],
];
