/** More corners: inheritance, sharing, nested places, exits from loops whose tests have effects. */

export class Shape {
  name: string;

  constructor(name: string) {
    this.name = name;
  }

  area(): number {
    return 0;
  }

  describe(): string {
    return `${this.name}:${this.area()}`;
  }
}

export class Rect extends Shape {
  w: number;
  h: number;

  constructor(w: number, h: number) {
    super("rect");
    this.w = w;
    this.h = h;
  }

  override area(): number {
    return this.w * this.h;
  }
}

export class Cube extends Rect {
  d = 2;

  override area(): number {
    return super.area() * this.d;
  }

  override describe(): string {
    return `cube ${super.describe()}`;
  }
}

export function superCalls(n: number): string {
  const r = new Rect(n, 3);
  const c = new Cube(n, 2);
  c.d = 5;
  return `${r.describe()} ${c.describe()} ${new Shape("s").describe()}`;
}
superCalls.cases = [[1], [2.5]];

export function inheritedInstances(n: number): string {
  const r = new Rect(n, 1);
  const s = n > 1 ? new Cube(n, 1) : new Shape("s");
  const t: Rect | Stack | null = n > 2 ? new Rect(1, 1) : n > 1 ? new Stack() : null;
  return `${r instanceof Shape} ${r instanceof Rect} ${r instanceof Cube} ${s instanceof Shape} ${s instanceof Rect} ${t instanceof Shape ? t.describe() : t instanceof Stack ? t.size : "null"}`;
}
inheritedInstances.cases = [[1], [2], [3]];

export class Stack {
  size = 4;
}

export function sharedRows(n: number): string {
  const row = [0, 0];
  const grid = [row, row, [n]];
  grid[0]![0] = 5;
  row.push(n);
  const same: number[][] = new Array(2).fill([1]);
  same[0]!.push(n);
  return `${grid.map((r) => r.join("")).join()} ${same.map((r) => r.join("")).join()} ${grid[0] === grid[1]} ${grid[0] === grid[2]}`;
}
sharedRows.cases = [[7]];

export interface Deep {
  a: { b: { list: number[]; n: number }[] };
  m: Map<string, number[]>;
}

export function deepAssignments(n: number): string {
  const d: Deep = {
    a: {
      b: [
        { list: [1, 2], n: 0 },
        { list: [], n: 1 },
      ],
    },
    m: new Map([["k", [n]]]),
  };
  d.a.b[0]!.n += n;
  d.a.b[0]!.list[1]! *= 10;
  d.a.b[1]!.list.push(d.a.b[0]!.n++);
  d.m.get("k")!.push(4);
  d.m.get("k")![0]! -= 1;
  const {
    a: {
      b: [first, second],
    },
  } = d;
  first!.n = -first!.n;
  return `${d.a.b[0]!.n} ${d.a.b[0]!.list.join()} ${second!.list.join()} ${d.m.get("k")?.join()} ${second?.n}`;
}
deepAssignments.cases = [[3]];

export function effectsInTests(list: number[]): string {
  let i = 0;
  let text = "";
  while (i++ < 5 && list[i] !== undefined) text += list[i];
  for (let j = 0; j++ < 3; ) text += j;
  let k = 0;
  do {
    if (k % 2 === 0) continue;
    text += `k${k}`;
  } while (k++ < 4);
  return `${text} ${i} ${k}`;
}
effectsInTests.cases = [[[1, 2, 3]], [[]]];

export function labelledDoWhile(n: number): string {
  let text = "";
  let i = 0;
  outer: do {
    i++;
    for (const x of [1, 2, 3]) {
      if (x === i) continue outer;
      if (i === 4) break outer;
      text += `${i}${x} `;
    }
    text += "|";
  } while (i < n);
  return text + i;
}
labelledDoWhile.cases = [[1], [3], [9]];

export function caughtPatterns(n: number): string {
  let text = "";
  try {
    if (n > 0) throw new RangeError(`n is ${n}`);
  } catch ({ message }: any) {
    text += message;
  }
  try {
    throw new Error("outer");
  } catch (e) {
    try {
      throw new TypeError("inner");
    } catch (e) {
      text += (e as Error).message;
    }
    text += (e as Error).message;
  }
  return text;
}
caughtPatterns.cases = [[0], [1]];

export function integerIdioms(a: number, b: number): number[] {
  return [Math.floor(a / b), (a / b) | 0, ~~a, a >>> 0, ((a % b) + b) % b, Math.round(a * 100) / 100];
}
integerIdioms.cases = [
  [7, 2],
  [-7, 2],
  [2.567, 3],
  [-0.5, 4],
];

export function mixedCoalesce(a: number | null, b: string | undefined): string {
  const x = a ?? b ?? true;
  return `${typeof x} ${x} ${a ?? "none"} ${b ?? 0}`;
}
mixedCoalesce.cases = [
  [null, undefined],
  [0, ""],
  [null, "b"],
];

export function inferredObjects(n: number): string {
  const p = { x: n, y: 2 };
  const q = n > 1 ? p : { x: 0, y: 0 };
  q.x += 1;
  const all = [p, q];
  all.push({ x: 9, y: 9 });
  for (const o of all) o.y = o.x;
  return `${p.x}${p.y} ${q.x}${q.y} ${all.length} ${all.indexOf(q)} ${all.includes(p)}`;
}
inferredObjects.cases = [[1], [2]];

export function closureSharesState(n: number): string {
  let total = 0;
  const history: number[] = [];
  const add = (x: number): number => {
    total += x;
    history.push(total);
    if (total > 10) {
      total = 0;
      return -1;
    }
    return total;
  };
  const twice = (x: number): number => add(x) + add(x);
  let text = "";
  for (let i = 0; i < n; i++) text += `${twice(i)} `;
  return `${text}${total} ${history.join()}`;
}
closureSharesState.cases = [[0], [5]];

export function switchEverything(list: (number | string)[]): string {
  let text = "";
  let n = 0;
  loop: for (const x of list) {
    switch (x) {
      // @ts-expect-error falls through
      case "a":
        n++;
      case 1:
        n += 10;
        if (n > 25) break loop;
        break;
      // @ts-expect-error falls through
      default:
        text += "d";
      case 2: {
        const n2 = n * 2;
        text += n2;
        continue;
      }
      case "z":
        return `${text} z`;
    }
    text += ".";
  }
  return `${text} ${n}`;
}
switchEverything.cases = [[["a", 1, 2, "q"]], [["z"]], [["a", "a", "a", "a"]], [[3, "z"]]];

export function reassignedParameters(a: number, list: number[], s?: string): string {
  a += 1;
  list = [...list, a];
  s ??= "none";
  if (a > 3) s = undefined;
  return `${a} ${list.join()} ${s}`;
}
reassignedParameters.cases = [
  [1, [2]],
  [3, [], "x"],
  [0, [1], "y"],
];

export function spliceEverywhere(list: number[]): string {
  const a = list.slice();
  const r1 = a.splice(-2, 1, 7, 8);
  const r2 = a.splice(1, 0, 9);
  const r3 = a.splice(100, 5, 6);
  return `${a.join()} ${r1.join()} ${r2.length} ${r3.length}`;
}
spliceEverywhere.cases = [[[1, 2, 3]], [[]], [[1]]];

export function mapWithKinds(): string {
  const flags = new Map<boolean, string>([[true, "yes"]]);
  flags.set(false, "no");
  const numbers = new Map<number, string>();
  numbers.set(0.1 + 0.2, "sum");
  numbers.set(0.3, "literal");
  return `${flags.get(true)}${flags.get(false)} ${numbers.size} ${numbers.get(0.30000000000000004)} ${[...flags.keys()].length}`;
}
mapWithKinds.cases = [[]];

export function earlyExitsInInlined(list: number[]): string {
  const firstBig = (limit: number): number | undefined => {
    for (const x of list) {
      if (x < 0) return undefined;
      if (x > limit) return x;
    }
    return undefined;
  };
  let text = "";
  for (let i = 0; i < 3; i++) {
    const x = firstBig(i);
    if (x === undefined) {
      text += "u";
      continue;
    }
    text += x;
    if (x === 9) break;
  }
  return text;
}
earlyExitsInInlined.cases = [[[1, 2, 9]], [[-1]], [[]], [[9]]];

export function conditionalTypesInLoop(n: number): string {
  let last: string | number | null = null;
  let text = "";
  for (let i = 0; i < n; i++) {
    if (last === null) last = i;
    else if (typeof last === "number") last = `s${last + 1}`;
    else last = last.length > 2 ? null : `${last}x`;
    text += `${last} `;
  }
  return text;
}
conditionalTypesInLoop.cases = [[0], [1], [6]];

export function literalChangedByCallee(n: number): string {
  const state = { at: n, list: [n] };
  advance(state);
  advance(state);
  const later = { at: 0, list: [] as number[] };
  const move = (s: { at: number; list: number[] }): void => {
    s.at += 5;
    s.list.push(s.at);
  };
  move(later);
  move(later);
  const options = { by: 2 };
  const scale = (x: number, { by }: { by: number }): number => x * by;
  const holder = { inner: later };
  holder.inner.at = 100;
  return `${state.at} ${state.list.join()} ${later.at} ${later.list.join()} ${scale(n, options) + scale(1, options)}`;
}
literalChangedByCallee.cases = [[1]];

export function advance(state: { at: number; list: number[] }): void {
  state.at++;
  state.list.push(state.at);
}

export function literalArraysChanged(n: number): string {
  const pair = [n, 2];
  const push = (list: number[]): number => list.push(list.length);
  push(pair);
  push(pair);
  const both = [pair, pair];
  both[0]!.push(9);
  const make = (): number[] => [n];
  const a = make();
  const b = make();
  a.push(1);
  const lists = { a, b, c: a };
  lists.c.push(2);
  lists.b.push(3);
  return `${pair.join()} ${a.join()} ${b.join()} ${both[1]!.length} ${lists.a.length}`;
}
literalArraysChanged.cases = [[1]];

export function objectsThroughCalls(n: number): string {
  const make = (x: number): { x: number } => ({ x });
  const a = make(n);
  const b = a;
  const c = { ...a };
  b.x = 10;
  const pick = (first: boolean): { x: number } => (first ? a : c);
  pick(true).x += 1;
  pick(false).x += 2;
  return `${a.x} ${b.x} ${c.x}`;
}
objectsThroughCalls.cases = [[1]];

export function typeofWithNull(n: number): string {
  let x: Rect | null | number | string = null;
  let text = "";
  for (let i = 0; i < n; i++) {
    text += `${typeof x} `;
    if (typeof x === "object") text += x === null ? "null " : `${x.area()} `;
    x = i === 0 ? new Rect(2, 3) : i === 1 ? 5 : i === 2 ? "s" : null;
  }
  const u: number | undefined = n > 2 ? n : undefined;
  const o: number[] | undefined = n > 3 ? [n] : undefined;
  return `${text}${typeof u} ${typeof o}`;
}
typeofWithNull.cases = [[0], [3], [5]];

export function numbersAsKeys(list: number[]): string {
  const r: Record<string, number> = {};
  for (const x of list) r[x] = (r[x] ?? 0) + 1;
  r[-0] = 7;
  r[1e21] = 8;
  return Object.entries(r)
    .map(([k, v]) => `${k}=${v}`)
    .join();
}
numbersAsKeys.cases = [[[2, 1, 1.5, 2]], [[]]];

export function stringsInCases(s: string): string {
  const upper = s.toUpperCase() === s;
  const lower = s.toLowerCase() === s;
  return `${upper} ${lower} ${s > "M"} ${"b" < s} ${s + s === s.repeat(2)} ${s === `${s}`}`;
}
stringsInCases.cases = [["abc"], ["ABC"], [""], ["Ab1"]];
