/** Numbers: IEEE doubles, bit operations on 32 bits, comparisons, conversions. */

import { fc } from "../harness.ts";

const edges = [
  0,
  -0,
  1,
  -1,
  2,
  -2,
  0.1,
  -0.1,
  0.5,
  -0.5,
  1.5,
  -1.5,
  2.5,
  3,
  7,
  10,
  31,
  32,
  33,
  255,
  2 ** 31,
  -(2 ** 31),
  2 ** 31 - 1,
  2 ** 32,
  2 ** 32 - 1,
  2 ** 32 + 5,
  -(2 ** 32) - 5,
  2 ** 53,
  2 ** 53 - 1,
  2 ** 53 + 2,
  -(2 ** 53),
  1e21,
  -1e21,
  1e-7,
  5e-324,
  1.7976931348623157e308,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];

const number = fc.oneof(fc.constantFrom(...edges), fc.double(), fc.integer());
const pair = fc.tuple(number, number);
const pairs = edges.slice(0, 12).map((a, i) => [a, edges[(i * 7 + 3) % edges.length]!]);

export function fourOperations(a: number, b: number): number[] {
  return [a + b, a - b, a * b, a / b];
}
fourOperations.cases = pairs;
fourOperations.inputs = pair;

export function remainder(a: number, b: number): number {
  return a % b;
}
remainder.cases = [
  [5, 3],
  [-5, 3],
  [5, -3],
  [-6, 3],
  [5.5, 2],
  [1, 0],
  [-0, 3],
  [2 ** 53, 3],
];
remainder.inputs = pair;

export function bitOperations(a: number, b: number): number[] {
  return [a & b, a | b, a ^ b, ~a];
}
bitOperations.cases = pairs;
bitOperations.inputs = pair;

export function shifts(a: number, b: number): number[] {
  return [a << b, a >> b, a >>> b];
}
shifts.cases = [
  [-1, 0],
  [1, 31],
  [1, 32],
  [-8, 1],
  [2 ** 31, 1],
  [5, -1],
  [1.9, 1.9],
];
shifts.inputs = pair;

export function comparisons(a: number, b: number): boolean[] {
  return [a < b, a <= b, a > b, a >= b, a === b, a !== b];
}
comparisons.cases = pairs;
comparisons.inputs = pair;

export function signs(a: number): number[] {
  return [-a, +a, -(-a), 0 - a, Math.abs(a), Math.sign(a)];
}
signs.cases = edges.map((a) => [a]);

export function rounding(a: number): number[] {
  return [Math.floor(a), Math.ceil(a), Math.trunc(a), Math.round(a)];
}
rounding.cases = edges.map((a) => [a]);
rounding.inputs = fc.tuple(number);

export function exactMath(a: number): number[] {
  return [Math.sqrt(a), Math.fround(a), Math.clz32(a)];
}
exactMath.cases = edges.map((a) => [a]);

export function imul(a: number, b: number): number {
  return Math.imul(a, b);
}
imul.cases = [
  [3, 4],
  [0xffffffff, 5],
  [2 ** 31, 2],
  [-1, -1],
];
imul.inputs = pair;

export function minMax(a: number, b: number, c: number): number[] {
  return [Math.min(a, b), Math.max(a, b), Math.min(a, b, c), Math.max(a, b, c), Math.min(a), Math.max()];
}
minMax.cases = [
  [1, 2, 3],
  [-0, 0, 0],
  [0, -0, 0],
  [Number.NaN, 1, 2],
  [3, 2, Number.NaN],
];
minMax.inputs = fc.tuple(number, number, number);

export function beyondSafeIntegers(a: number): number[] {
  let n = a;
  const out: number[] = [];
  for (let i = 0; i < 5; i++) {
    n = n * 1000 + 1;
    out.push(n);
  }
  out.push(n % 1000);
  return out;
}
beyondSafeIntegers.cases = [[1], [123456], [2 ** 53], [0.1]];

export function intsStayDoubles(a: number): number {
  let n = Math.trunc(a);
  for (let i = 0; i < 70; i++) n = n * 2 + 1;
  return n;
}
intsStayDoubles.cases = [[1], [-3], [0]];

export function factorialOverflows(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}
factorialOverflows.cases = [[0], [5], [20], [25], [171]];

export function hash(text: string): number {
  let h = 0;
  for (let i = 0; i < text.length; i++) h = (h * 31 + text.charCodeAt(i)) | 0;
  return h;
}
hash.cases = [[""], ["a"], ["hello world, this is long enough to overflow"]];

export function fnv(bytes: number[]): number {
  let h = 0x811c9dc5;
  for (const byte of bytes) {
    h ^= byte;
    h = Math.imul(h, 0x01000193) >>> 0;
  }
  return h;
}
fnv.cases = [[[]], [[1, 2, 3]], [[255, 0, 255, 128]]];

export function compoundAssignments(a: number): number[] {
  let x = a;
  const out: number[] = [];
  x += 2;
  out.push(x);
  x -= 0.5;
  out.push(x);
  x *= 3;
  out.push(x);
  x /= 7;
  out.push(x);
  x %= 2;
  out.push(x);
  x *= 1000;
  x |= 5;
  out.push(x);
  x &= 0xff;
  out.push(x);
  x ^= 0x55;
  out.push(x);
  x <<= 3;
  out.push(x);
  x >>= 1;
  out.push(x);
  x = -x;
  x >>>= 4;
  out.push(x);
  return out;
}
compoundAssignments.cases = [[0], [1], [-17.25], [1e10], [Number.NaN]];

export function incrementValues(a: number): number[] {
  let x = a;
  const first = x++;
  const second = ++x;
  const third = x--;
  const fourth = --x;
  return [first, second, third, fourth, x++ + ++x, x-- - --x, x];
}
incrementValues.cases = [[0], [1.5], [-1], [2 ** 53]];

export function precedence(a: number, b: number, c: number): number[] {
  return [
    a + b * c,
    (a + b) * c,
    a - b - c,
    a / b / c,
    -a * b,
    (a % b) * c,
    (a & b) === c ? 1 : 2,
    a << (1 + b),
  ];
}
precedence.cases = [
  [1, 2, 3],
  [7, 3, 3],
  [0, 0, 0],
  [-5, 2, 0.5],
];

export function comparisonChain(a: number, b: number, c: number): boolean {
  return a < b && b < c && c !== a;
}
comparisonChain.cases = [
  [1, 2, 3],
  [3, 2, 1],
  [1, 1, 2],
  [Number.NaN, 1, 2],
];

export function nanIsNotItself(a: number): boolean[] {
  return [
    a !== a,
    Number.isNaN(a),
    Number.isFinite(a),
    Number.isInteger(a),
    Number.isSafeInteger(a),
    a === Number.NaN,
  ];
}
nanIsNotItself.cases = edges.map((a) => [a]);

export function sameValue(a: number, b: number): boolean[] {
  return [Object.is(a, b), a === b];
}
sameValue.cases = [
  [0, -0],
  [Number.NaN, Number.NaN],
  [1, 1],
  [-0, -0],
];

export function numbersAsConditions(a: number): string {
  if (a) return "true";
  if (!a && a === 0) return "zero";
  return "NaN";
}
numbersAsConditions.cases = [[0], [-0], [1], [Number.NaN], [-1], [5e-324]];

export function numberText(a: number): string[] {
  return [String(a), `${a}`, a.toString(), "" + a, a.toString(2)];
}
numberText.cases = [[0], [-0], [1], [255], [0.5], [-3]];

export function decimalText(a: number): string {
  return `${a}|${String(-a)}`;
}
decimalText.cases = edges.map((a) => [a]);
decimalText.inputs = fc.tuple(number);

export function fixedDigits(a: number, digits: number): string[] {
  return [a.toFixed(2), a.toFixed(digits), a.toPrecision(3), a.toExponential(2)];
}
fixedDigits.cases = [
  [1.005, 1],
  [123.456, 0],
  [-0.5, 3],
  [1e21, 2],
  [0, 4],
  [0.000001234, 8],
];

export function parsing(text: string): number[] {
  return [Number(text), Number.parseFloat(text), Number.parseInt(text, 10), Number.parseInt(text, 16)];
}
parsing.cases = [
  ["12"],
  [" 12.5 "],
  ["0x1f"],
  ["abc"],
  [""],
  ["1e3x"],
  ["-Infinity"],
  ["-0"],
  ["1_000"],
  ["12abc"],
];

export function booleansToNumbers(a: boolean, b: boolean): number {
  return Number(a) + Number(b) * 2;
}
booleansToNumbers.cases = [
  [true, false],
  [false, true],
  [true, true],
];

export function booleanLogic(a: boolean, b: boolean): boolean[] {
  return [a && b, a || b, !a, a !== b, a === b, !(a && b), Boolean(Number(a) - 1)];
}
booleanLogic.cases = [
  [true, false],
  [false, true],
  [true, true],
  [false, false],
];

export function constantsFold(a: number): number[] {
  return [1 + 2 * 3, 2 ** 10, 7 % 4, 1 / 3, -0, 0 / 0, 1 / -0, 0.1 + 0.2, (1 << 31) >>> 0, a];
}
constantsFold.cases = [[0]];

export function mathConstants(r: number): number[] {
  return [Math.PI * r, Math.E, Math.SQRT2, Number.MAX_SAFE_INTEGER, Number.EPSILON, Number.MAX_VALUE * 2];
}
mathConstants.cases = [[1], [0.5]];

export function greatestCommonDivisor(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
greatestCommonDivisor.cases = [
  [12, 18],
  [17, 5],
  [0, 4],
  [270, 192],
];
greatestCommonDivisor.inputs = fc.tuple(fc.nat(), fc.nat());

export function isPrime(n: number): boolean {
  if (n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}
isPrime.cases = [[0], [1], [2], [91], [97], [7919]];

export function collatz(start: number): number {
  let n = start;
  let steps = 0;
  while (n !== 1) {
    n = n % 2 === 0 ? n / 2 : 3 * n + 1;
    steps++;
  }
  return steps;
}
collatz.cases = [[1], [6], [27]];

export function bigints(a: bigint): bigint {
  const b = 2n;
  return a === b ? -b : a;
}
bigints.cases = [[2n], [3n], [-(2n ** 62n)]];

export function intThenFloat(n: number): number {
  let x = 0;
  for (let i = 0; i < n; i++) x = i === 2 ? x + 0.5 : x + 1;
  return x;
}
intThenFloat.cases = [[0], [2], [5]];
