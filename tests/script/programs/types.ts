/** Tuples, destructuring, optional values, narrowing, unions, generics, casts. */

export interface Circle {
  kind: "circle";
  radius: number;
}

export interface Square {
  kind: "square";
  side: number;
  label?: string;
}

export type Shape = Circle | Square;

export type Pair = [number, string];

export function tuples(a: number, b: string): [number, string, boolean] {
  const t: [number, string, boolean] = [a, b, a > 1];
  const [x, y, z] = t;
  return [x + t[0], y + t[1], !z];
}
tuples.cases = [
  [1, "x"],
  [2, ""],
];

export function tupleArgument(t: Pair): string {
  return `${t[0]}${t[1]}${t.length}`;
}
tupleArgument.cases = [[[1, "a"]]];

export function tupleReturned(n: number): Pair {
  if (n > 1) return [n, "big"];
  return [0, "small"];
}
tupleReturned.cases = [[1], [2]];

export function swapped(a: number, b: number): number[] {
  let x = a;
  let y = b;
  [x, y] = [y, x];
  let z = 0;
  [x, y, z] = [z, x, y + 1];
  return [x, y, z];
}
swapped.cases = [[1, 2]];

export function arrayDestructured(list: number[]): string {
  const [a, b = 10, , c = -1, ...rest] = list;
  return `${a} ${b} ${c} ${rest.join()}`;
}
arrayDestructured.cases = [[[1, 2, 3, 4, 5, 6]], [[1]], [[]]];

export function objectDestructured(n: number): string {
  const { a, b: renamed, c = 5 } = { a: n, b: n + 1 } as { a: number; b: number; c?: number };
  const {
    x: { y },
    list: [first, second],
  } = { x: { y: 7 }, list: [n, 2] };
  return `${a} ${renamed} ${c} ${y} ${first} ${second}`;
}
objectDestructured.cases = [[1]];

export function parameterDestructured(n: number): number {
  const f = ({ x, y = 3 }: { x: number; y?: number }, [p, q]: [number, number]): number => x * y + p * q;
  return f({ x: n }, [1, 2]) + f({ x: n, y: 10 }, [n, n]);
}
parameterDestructured.cases = [[2]];

export function loopDestructured(pairs: [string, number][]): string {
  let text = "";
  for (const [name, n] of pairs) text += name.repeat(n);
  let last = "";
  let count = 0;
  for ([last, count] of pairs) text += count;
  return text + last;
}
loopDestructured.cases = [
  [
    [
      ["a", 1],
      ["b", 3],
    ],
  ],
  [[]],
];

export function tupleIteration(n: number): string {
  const t: [number, string, boolean] = [n, "s", true];
  let text = "";
  for (const x of t) text += `${x} `;
  for (const x of [1, 2, n]) {
    if (x === 2) continue;
    text += x;
  }
  return text;
}
tupleIteration.cases = [[3]];

export function optionalParameter(a: number, b?: number): number {
  return a + (b ?? 100);
}
optionalParameter.cases = [[1], [1, 2], [1, undefined]];

export function defaultParameter(a: number, b = 5, c = "x"): string {
  return `${a} ${b} ${c}`;
}
defaultParameter.cases = [[1], [1, 2], [1, undefined, "y"], [1, 0, ""]];

export function optionalInCalls(n: number): string {
  return [greet("a"), greet("b", "yo"), greet("c", undefined, n)].join();
}
optionalInCalls.cases = [[3]];

export function greet(name: string, greeting = "hi", times?: number): string {
  return `${greeting} ${name}${times === undefined ? "" : `x${times}`}`;
}

export function nullable(x: number | null): number {
  if (x === null) return -1;
  return x * 2;
}
nullable.cases = [[null], [3], [0]];

export function nullishBoth(x: number | null | undefined): string {
  if (x == null) return "nothing";
  return `${x + 1}`;
}
nullishBoth.cases = [[null], [undefined], [0]];

export function coalesced(a: string | undefined, b: string | undefined): string {
  return `${a ?? b ?? "none"} ${(a ?? "") || "empty"}`;
}
coalesced.cases = [
  [undefined, undefined],
  ["", "b"],
  [undefined, "b"],
  ["a", undefined],
];

export function coalesceAssign(a: number | undefined): number {
  let x = a;
  x ??= 7;
  let calls = 0;
  const f = (): number => {
    calls++;
    return 1;
  };
  x ??= f();
  return x * 10 + calls;
}
coalesceAssign.cases = [[undefined], [0]];

export function optionalChain(words: string[] | undefined): string {
  const n = words?.length;
  const first = words?.[0]?.toUpperCase();
  const joined = words?.map((w) => w + w).join("-");
  return `${n} ${first} ${joined ?? "none"}`;
}
optionalChain.cases = [[undefined], [[]], [["a", "b"]]];

export function chainStopsArguments(list: number[] | undefined): number {
  let calls = 0;
  const next = (): number => {
    calls++;
    return 0;
  };
  const x = list?.[next()];
  const y = list?.indexOf(next());
  return calls * 100 + (x ?? -1) + (y ?? -5);
}
chainStopsArguments.cases = [[undefined], [[7]], [[0]]];

export function truthyNarrowing(s: string | undefined, list: number[] | null): string {
  if (s) return s.toUpperCase();
  if (!list) return "no list";
  return list.join();
}
truthyNarrowing.cases = [
  ["a", null],
  ["", null],
  [undefined, [1, 2]],
];

export function earlyReturnNarrows(x: number | undefined, y: string | undefined): string {
  if (x === undefined || y === undefined) return "missing";
  return y.repeat(x);
}
earlyReturnNarrows.cases = [
  [undefined, "a"],
  [2, undefined],
  [2, "ab"],
];

export function loopNarrowing(list: (number | null)[]): number {
  let sum = 0;
  for (const x of list) {
    if (x === null) continue;
    sum += x;
  }
  return sum;
}
loopNarrowing.cases = [[[1, null, 3]], [[]]];

export function assignedNarrowing(n: number): number {
  let best: number | undefined;
  for (let i = 0; i < n; i++) {
    const x = (i * 7) % 5;
    if (best === undefined || x > best) best = x;
  }
  return best === undefined ? -1 : best;
}
assignedNarrowing.cases = [[0], [1], [6]];

export function unionOfPrimitives(x: number | string): string {
  if (typeof x === "number") return `number ${x + 1}`;
  return `string ${x.length}`;
}
unionOfPrimitives.cases = [[1], ["abc"]];

export function typeofSwitch(x: number | string | boolean): string {
  switch (typeof x) {
    case "number":
      return x.toFixed(1);
    case "string":
      return x.toUpperCase();
    default:
      return x ? "yes" : "no";
  }
}
typeofSwitch.cases = [[1.25], ["a"], [true], [false]];

export function typeofValues(
  a: number,
  s: string,
  f: boolean,
  list: number[],
  u: number | undefined,
): string {
  return `${typeof a} ${typeof s} ${typeof f} ${typeof list} ${typeof u} ${typeof null} ${typeof undefined}`;
}
typeofValues.cases = [
  [1, "", true, [], undefined],
  [1, "", true, [1], 2],
];

export function arrayOrValue(x: number | number[]): number {
  if (Array.isArray(x)) return x.length;
  return x * 100;
}
arrayOrValue.cases = [[3], [[1, 2]]];

export function mixedArray(list: (number | string)[]): string {
  let text = "";
  for (const x of list) text += typeof x === "number" ? `#${x + 0.5}` : x.toUpperCase();
  return text;
}
mixedArray.cases = [[[1, "a", 2, "b"]], [[]]];

export function discriminated(n: number): number {
  const shapes: Shape[] = [];
  for (let i = 0; i < n; i++) {
    if (i % 2 === 0) shapes.push({ kind: "circle", radius: i });
    else shapes.push({ kind: "square", side: i, label: "s" });
  }
  let sum = 0;
  for (const shape of shapes) sum += area(shape);
  return sum;
}
discriminated.cases = [[0], [5]];

export function area(shape: Shape): number {
  if (shape.kind === "circle") return 3 * shape.radius * shape.radius;
  return shape.side * shape.side;
}

export function discriminatedSwitch(n: number): string {
  const make = (i: number): Shape => (i > 1 ? { kind: "square", side: i } : { kind: "circle", radius: i });
  let text = "";
  for (let i = 0; i < n; i++) {
    const shape = make(i);
    switch (shape.kind) {
      case "circle":
        text += `r${shape.radius}`;
        break;
      case "square":
        text += `s${shape.side}${shape.label ?? ""}`;
    }
  }
  return text;
}
discriminatedSwitch.cases = [[4]];

export function literalTypes(mode: "add" | "mul", a: number, b: number): number {
  return mode === "add" ? a + b : a * b;
}
literalTypes.cases = [
  ["add", 2, 3],
  ["mul", 2, 3],
];

export function casts(x: number | string, list: (number | undefined)[]): string {
  const n = x as number;
  const first = list[0]!;
  const second = list[1] as number;
  const sat = { a: 1, b: first } satisfies { a: number; b: number };
  return `${n + 1} ${first} ${second} ${sat.a + sat.b}`;
}
casts.cases = [[1, [5, 6]]];

export function generic(list: number[], words: string[]): string {
  return `${lastOf(list, -1)} ${lastOf(words, "none")} ${firstTwo(words).join()} ${identityOf(true)}`;
}
generic.cases = [
  [
    [1, 2],
    ["a", "b", "c"],
  ],
  [[], []],
];

export function lastOf<T>(list: T[], fallback: T): T {
  return list.length > 0 ? list[list.length - 1]! : fallback;
}

export function firstTwo<T>(list: readonly T[]): T[] {
  return list.slice(0, 2);
}

export function identityOf<T>(x: T): T {
  return x;
}

export function genericPairs(n: number): string {
  const [a, b] = pairOf(n, "x");
  const [c, d] = pairOf(b, [a]);
  return `${a} ${b} ${c} ${d.length}`;
}
genericPairs.cases = [[4]];

export function pairOf<A, B>(a: A, b: B): [A, B] {
  return [a, b];
}

export function genericWithArrow(list: number[]): string {
  return mapWith(list, (x) => `<${x}>`).join("") + mapWith(["a"], (s) => s.length).join();
}
genericWithArrow.cases = [[[1, 2]], [[]]];

export function mapWith<A, B>(list: A[], f: (x: A) => B): B[] {
  const out: B[] = [];
  for (const x of list) out.push(f(x));
  return out;
}

export function typeGuards(list: (number | string)[]): number {
  let n = 0;
  for (const x of list) if (isText(x)) n += x.length;
  return n;
}
typeGuards.cases = [[[1, "ab", "c"]]];

export function isText(x: number | string): x is string {
  return typeof x === "string";
}

export function readonlyTypes(list: readonly number[], t: readonly [number, number]): number {
  let sum = 0;
  for (const x of list) sum += x;
  return sum * t[0] + t[1];
}
readonlyTypes.cases = [
  [
    [1, 2],
    [3, 4],
  ],
];

export function voidOperator(n: number): string {
  const f = (): number => n;
  return `${void f()} ${typeof void 0}`;
}
voidOperator.cases = [[1]];

export function joinedTypes(flag: boolean, n: number): string {
  const x = flag ? n : `s${n}`;
  const y = flag ? undefined : n;
  return `${typeof x} ${x} ${y}`;
}
joinedTypes.cases = [
  [true, 1],
  [false, 2],
];
