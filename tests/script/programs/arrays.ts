/** Arrays: reading, writing, methods, spread, identity. */

import { fc } from "../harness.ts";

const numbers = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(-0, Number.NaN, 0.5)));

export function literals(a: number): number[] {
  return [1, a, a + 1, -0, Number.NaN];
}
literals.cases = [[2], [-0]];

export function emptyThenFilled(n: number): number[] {
  const out = [];
  for (let i = 0; i < n; i++) out.push(i * i);
  return out;
}
emptyThenFilled.cases = [[0], [4]];

export function readOutOfRange(list: number[], i: number): string {
  const x = list[i];
  return x === undefined ? "nothing" : `${x}`;
}
readOutOfRange.cases = [
  [[1, 2], 0],
  [[1, 2], 2],
  [[1, 2], -1],
  [[1, 2], 0.5],
  [[], 0],
];

export function readWithDefault(list: number[], i: number): number {
  return (list[i] ?? -1) + (list[i + 1] ?? 0);
}
readWithDefault.cases = [
  [[1, 2], 0],
  [[1, 2], 1],
  [[1, 2], 5],
];

export function written(list: number[], x: number): number[] {
  list[0] = x;
  list[1] = list[0] + 1;
  list[list.length - 1]! += 10;
  return list;
}
written.cases = [
  [[1, 2, 3], 7],
  [[1, 2], -0],
];

export function appendedByIndex(n: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < n; i++) out[i] = i + 0.5;
  out[out.length] = -1;
  return out;
}
appendedByIndex.cases = [[0], [3]];

export function pushPop(list: number[]): number[] {
  const n = list.push(4);
  const last = list.pop();
  const first = list.shift();
  const m = list.unshift(9, 8);
  return [n, last ?? -1, first ?? -2, m, ...list, list.push(1, 2), list.length];
}
pushPop.cases = [[[1, 2, 3]], [[]], [[5]]];

export function pushedSpread(list: number[], more: number[]): number[] {
  const n = list.push(...more, 7, ...list);
  list.push(...[1, 2]);
  const pairs: [string, number][] = [];
  pairs.push(...more.map((x): [string, number] => [`${x}`, x]));
  return [n, ...list, pairs.length, pairs[0]?.[1] ?? -1];
}
pushedSpread.cases = [
  [
    [1, 2],
    [3, 4],
  ],
  [[], []],
];
pushedSpread.inputs = fc.tuple(numbers, numbers);

export function extremes(list: number[]): number[] {
  return [Math.max(...list), Math.min(...list), Math.max(0, ...list, list.length), Math.min(...[2, 1])];
}
extremes.cases = [[[]], [[3, 1, 2]], [[-0, 0]], [[Number.NaN, 1]]];
extremes.inputs = fc.tuple(numbers);

export function popUntilEmpty(list: string[]): string {
  let text = "";
  while (list.length > 0) text += list.pop();
  const none = list.pop();
  return `${text} ${none}`;
}
popUntilEmpty.cases = [[["a", "b"]], [[]]];

export function lengthAssigned(list: number[], n: number): number[] {
  list.length = n;
  return list;
}
lengthAssigned.cases = [
  [[1, 2, 3], 2],
  [[1, 2, 3], 0],
  [[1], 1],
];

export function sliced(list: number[], a: number, b: number): number[][] {
  return [list.slice(), list.slice(a), list.slice(a, b), list.slice(-2), list.slice(0, -1)];
}
sliced.cases = [
  [[1, 2, 3, 4], 1, 3],
  [[1, 2], -1, 5],
  [[], 0, 1],
  [[1, 2, 3], 1.7, 2.9],
];
sliced.inputs = fc.tuple(numbers, fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 }));

export function spliced(list: number[], at: number, n: number): number[][] {
  const removed = list.splice(at, n, 100, 200);
  return [removed, list];
}
spliced.cases = [
  [[1, 2, 3, 4], 1, 2],
  [[1, 2], -1, 0],
  [[], 0, 1],
  [[1, 2, 3], 10, 1],
];

export function splicedAway(list: number[]): number[][] {
  const a = list.splice(2);
  const b = list.splice(0, 1);
  return [a, b, list];
}
splicedAway.cases = [[[1, 2, 3, 4]], [[1]], [[]]];

export function concatenated(a: number[], b: number[]): number[] {
  return a.concat(b, [7], 8);
}
concatenated.cases = [
  [[1], [2, 3]],
  [[], []],
];

export function spread(a: number[], b: number[]): number[] {
  return [...a, 0, ...b, ...a.slice(1)];
}
spread.cases = [
  [[1, 2], [3]],
  [[], []],
];

export function copiesAreSeparate(list: number[]): number[][] {
  const copy = [...list];
  const other = list.slice();
  const same = list;
  list.push(1);
  copy.push(2);
  other.push(3);
  same.push(4);
  return [list, copy, other, same];
}
copiesAreSeparate.cases = [[[0]], [[]]];

export function identity(a: number[], b: number[]): boolean[] {
  const c = a;
  return [a === b, a === c, a !== b];
}
identity.cases = [[[1], [1]]];

export function searchedFor(list: number[], x: number): number[] {
  return [list.indexOf(x), list.lastIndexOf(x), Number(list.includes(x)), list.indexOf(x, 1)];
}
searchedFor.cases = [
  [[1, 2, 1], 1],
  [[Number.NaN], Number.NaN],
  [[0, -0], -0],
  [[], 1],
];
searchedFor.inputs = fc.tuple(numbers, fc.constantFrom(1, 0, -0, Number.NaN));

export function searchedStrings(list: string[], x: string): string {
  return `${list.indexOf(x)} ${list.includes(x)} ${list.lastIndexOf(x)}`;
}
searchedStrings.cases = [
  [["a", "b", "a"], "a"],
  [[], ""],
  [["a"], "b"],
];

export function reversed(list: number[]): number[][] {
  const copy = list.toReversed();
  const same = list.reverse();
  return [copy, same, list];
}
reversed.cases = [[[1, 2, 3]], [[]]];

export function filled(n: number): number[] {
  const zeros = new Array(n).fill(0);
  const list = [1, 2, 3, 4];
  list.fill(9, 1, 3);
  list.fill(-1, 3);
  return [...zeros, ...list];
}
filled.cases = [[0], [3]];

export function filledWithRows(n: number): number[][] {
  const rows: number[][] = Array.from({ length: n }, () => [0, 0]);
  for (let i = 0; i < n; i++) rows[i]![1] = i;
  return rows;
}
filledWithRows.cases = [[0], [3]];

export function arrayFrom(list: number[], s: string): string {
  const copy = Array.from(list);
  const doubled = Array.from(list, (x) => x * 2);
  const letters = Array.from(s);
  return [copy.join(), doubled.join(), letters.join("-")].join(" ");
}
arrayFrom.cases = [
  [[1, 2], "ab"],
  [[], ""],
];

export function arrayOf(a: number): number[] {
  return [...Array.of(a, 1), Array.isArray([a]) ? 1 : 0];
}
arrayOf.cases = [[4]];

export function at(list: number[], i: number): number {
  return list.at(i) ?? list.at(-1) ?? -100;
}
at.cases = [
  [[1, 2, 3], -1],
  [[1, 2, 3], 5],
  [[], 0],
];

export function joinedBy(list: number[], words: string[], flags: boolean[]): string {
  return [list.join(), list.join(""), words.join(" "), flags.join("/"), `${words}`].join("|");
}
joinedBy.cases = [
  [
    [1, 2.5, -0],
    ["a", "b"],
    [true, false],
  ],
  [[], [], []],
];

export function sortedNumbers(list: number[]): number[][] {
  const up = [...list].sort((a, b) => a - b);
  const down = list.toSorted((a, b) => b - a);
  return [up, down];
}
sortedNumbers.cases = [[[3, 1, 2]], [[]], [[1]], [[5, 5, 1, -1, 10, 9]]];
sortedNumbers.inputs = fc.tuple(fc.array(fc.integer()));

export function sortedByText(list: number[], words: string[]): string {
  return [...list.slice().sort(), ...words.slice().sort()].join(" ");
}
sortedByText.cases = [
  [
    [10, 9, 1, 100],
    ["b", "a", "B", "ä", "aa"],
  ],
  [[], []],
];

export function sortIsStable(list: number[]): number[] {
  return list.sort((a, b) => Math.floor(a / 10) - Math.floor(b / 10));
}
sortIsStable.cases = [[[15, 11, 25, 12, 3, 21, 9, 1]], [[19, 18, 17, 16, 15, 14, 13, 12, 11, 10]]];
sortIsStable.inputs = fc.tuple(fc.array(fc.nat({ max: 50 })));

export function nested(n: number): number[][] {
  const grid: number[][] = [];
  for (let i = 0; i < n; i++) {
    const row: number[] = [];
    for (let j = 0; j < n; j++) row.push(i * j);
    grid.push(row);
  }
  grid[0]![0] = 7;
  grid[n - 1]![n - 1]! += 0.5;
  return grid;
}
nested.cases = [[1], [3]];

export function transposed(m: number[][]): number[][] {
  const out: number[][] = [];
  for (let j = 0; j < m[0]!.length; j++) out.push(m.map((row) => row[j]!));
  return out;
}
transposed.cases = [
  [
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  ],
];

export function grownWhileIterated(list: number[]): number[] {
  const seen: number[] = [];
  for (const x of list) {
    seen.push(x);
    if (x > 0 && list.length < 8) list.push(x - 1);
  }
  return seen;
}
grownWhileIterated.cases = [[[3]], [[1, 2]], [[]]];

export function shrunkWhileIterated(list: number[]): number[] {
  const seen: number[] = [];
  for (const x of list) {
    seen.push(x);
    list.pop();
  }
  return seen;
}
shrunkWhileIterated.cases = [[[1, 2, 3, 4, 5]], [[1]]];

export function iteratedEntries(list: string[]): string {
  let text = "";
  for (const [i, word] of list.entries()) text += `${i}=${word};`;
  for (const i of list.keys()) text += i;
  for (const w of list.values()) text += w;
  return text;
}
iteratedEntries.cases = [[["a", "b"]], [[]]];

export function flattened(list: number[][]): number[] {
  return [...list.flat(), -1, ...list.flatMap((row) => [row.length, ...row])];
}
flattened.cases = [[[[1, 2], [], [3]]], [[]]];

export function booleans(flags: boolean[]): boolean[] {
  const out = [...flags, true];
  out[0] = !out[0];
  return out;
}
booleans.cases = [[[true, false]], [[]]];

export function optionalItems(list: (number | undefined)[]): number {
  let sum = 0;
  for (const x of list) {
    if (x === undefined) sum += 100;
    else sum += x;
  }
  return sum;
}
optionalItems.cases = [[[1, undefined, 2]], [[]]];

export function passedToFunction(list: number[]): number[] {
  addOne(list);
  addOne(list);
  return list;
}
passedToFunction.cases = [[[1]], [[]]];

export function addOne(list: number[]): void {
  list.push(list.length);
}

export function binarySearch(list: number[], x: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const y = list[middle]!;
    if (y === x) return middle;
    if (y < x) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
binarySearch.cases = [
  [[1, 3, 5, 7], 5],
  [[1, 3, 5, 7], 4],
  [[], 1],
];

export function bubbleSort(list: number[]): number[] {
  const out = list.slice();
  for (let i = 0; i < out.length; i++) {
    let swapped = false;
    for (let j = 0; j + 1 < out.length - i; j++) {
      if (out[j]! > out[j + 1]!) {
        [out[j], out[j + 1]] = [out[j + 1]!, out[j]!];
        swapped = true;
      }
    }
    if (!swapped) break;
  }
  return out;
}
bubbleSort.cases = [[[3, 1, 2]], [[]], [[2, 1]]];
bubbleSort.inputs = fc.tuple(fc.array(fc.integer(), { maxLength: 12 }));

export function sieve(n: number): number[] {
  const composite: boolean[] = new Array(n + 1).fill(false);
  const primes: number[] = [];
  for (let i = 2; i <= n; i++) {
    if (composite[i]) continue;
    primes.push(i);
    for (let j = i * i; j <= n; j += i) composite[j] = true;
  }
  return primes;
}
sieve.cases = [[1], [30]];

export function matrixProduct(a: number[][], b: number[][]): number[][] {
  const out: number[][] = [];
  for (let i = 0; i < a.length; i++) {
    const row: number[] = new Array(b[0]!.length).fill(0);
    for (let j = 0; j < b[0]!.length; j++) {
      for (let k = 0; k < b.length; k++) row[j]! += a[i]![k]! * b[k]![j]!;
    }
    out.push(row);
  }
  return out;
}
matrixProduct.cases = [
  [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ],
];

export function updateElements(list: number[]): number[] {
  for (let i = 0; i < list.length; i++) {
    list[i]!++;
    list[i]! *= 2;
    list[i] ??= 5;
    list[i] ||= 6;
  }
  return list;
}
updateElements.cases = [[[1, -1, 0]]];
