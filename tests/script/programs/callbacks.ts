/** Array methods with arrows, and functions passed to functions. */

import { fc } from "../harness.ts";

const numbers = fc.tuple(fc.array(fc.integer({ min: -20, max: 20 })));

export function mapped(list: number[]): number[] {
  return list.map((x) => x * 2).map((x, i) => x + i);
}
mapped.cases = [[[1, 2, 3]], [[]]];
mapped.inputs = numbers;

export function filtered(list: number[]): number[] {
  return list.filter((x) => x % 2 === 0).filter((_, i) => i !== 1);
}
filtered.cases = [[[1, 2, 4, 6]], [[]]];
filtered.inputs = numbers;

export function reduced(list: number[]): number[] {
  const sum = list.reduce((a, b) => a + b, 0);
  const text = list.reduce((a, b, i) => `${a}${i}:${b} `, "");
  const last = list.reduceRight((a, b) => a * 10 + b, 0);
  return [sum, text.length, last];
}
reduced.cases = [[[1, 2, 3]], [[]]];
reduced.inputs = numbers;

export function reducedWithoutFirst(list: number[]): number {
  return list.reduce((a, b) => (a > b ? a : b));
}
reducedWithoutFirst.cases = [[[1, 5, 3]], [[7]], [[]]];

export function someEvery(list: number[]): boolean[] {
  return [list.some((x) => x > 2), list.every((x) => x > 2), list.some(() => true), list.every(() => false)];
}
someEvery.cases = [[[1, 2, 3]], [[]], [[5]]];
someEvery.inputs = numbers;

export function found(list: number[]): number[] {
  return [
    list.find((x) => x > 1) ?? -100,
    list.findIndex((x) => x > 1),
    list.findLast((x) => x < 3) ?? -100,
    list.findLastIndex((x) => x < 3),
  ];
}
found.cases = [[[1, 2, 3, 2]], [[]], [[0, 9]]];
found.inputs = numbers;

export function forEachCollects(list: number[]): string {
  let text = "";
  let sum = 0;
  list.forEach((x, i) => {
    if (x === 2) return;
    text += `${i}:${x} `;
    sum += x;
  });
  return text + sum;
}
forEachCollects.cases = [[[1, 2, 3]], [[]]];

export function blockBodies(list: number[]): number[] {
  return list.map((x) => {
    if (x < 0) return -x;
    let y = 0;
    for (let i = 0; i < x; i++) {
      if (i === 3) break;
      y += i;
    }
    return y;
  });
}
blockBodies.cases = [[[1, -2, 3, 10]], [[]]];

export function capturedVariables(list: number[], offset: number): number[] {
  let calls = 0;
  const scale = offset * 2;
  const out = list.map((x) => {
    calls++;
    return x * scale + calls;
  });
  return [...out, calls];
}
capturedVariables.cases = [
  [[1, 2, 3], 2],
  [[], 1],
];

export function chained(words: string[]): string {
  return words
    .filter((w) => w.length > 1)
    .map((w) => w.toUpperCase())
    .sort((a, b) => b.length - a.length)
    .map((w, i) => `${i}${w}`)
    .join(",");
}
chained.cases = [[["a", "bb", "cccc", "ddd"]], [[]]];

export function nestedCallbacks(rows: number[][]): number[] {
  return rows.map((row) => row.map((x) => x * x).reduce((a, b) => a + b, 0));
}
nestedCallbacks.cases = [[[[1, 2], [3], []]], [[]]];

export function mappedToOtherTypes(list: number[]): string {
  const words = list.map((x) => `n${x}`);
  const flags = list.map((x) => x > 1);
  const pairs = list.map((x): [number, string] => [x, `${x}`]);
  return `${words.join()} ${flags.join()} ${pairs.map(([n, s]) => s + n).join()}`;
}
mappedToOtherTypes.cases = [[[1, 2, 3]], [[]]];

export function localFunctions(n: number): number {
  const square = (x: number): number => x * x;
  function cube(x: number): number {
    return x * square(x);
  }
  const twice = (f: (x: number) => number, x: number): number => f(f(x));
  return twice(square, n) + twice(cube, n) + twice((x) => x + 1, n);
}
localFunctions.cases = [[1], [2], [-3]];

export function functionsAsArguments(list: number[]): number[] {
  return [applyAll(list, (x) => x + 1), applyAll(list, (x) => x * x), applyAll(list, negate)];
}
functionsAsArguments.cases = [[[1, 2, 3]], [[]]];

export function applyAll(list: number[], f: (x: number) => number): number {
  let sum = 0;
  for (const x of list) sum += f(x);
  return sum;
}

export function negate(x: number): number {
  return -x;
}

export function mapByName(list: number[]): number[] {
  return list.map(negate).map(Math.abs).map(Number);
}
mapByName.cases = [[[1, -2]], [[]]];

export function filterBoolean(words: string[]): string[] {
  return words.filter(Boolean).concat(words.filter((w) => !w).map(() => "empty"));
}
filterBoolean.cases = [[["a", "", "b"]], [[]]];

export function mapString(list: number[]): string[] {
  return list.map(String);
}
mapString.cases = [[[1, -0, Number.NaN]]];

export function closuresAssign(n: number): number[] {
  let count = 0;
  let last = -1;
  const bump = (by = 1): void => {
    count += by;
    last = by;
  };
  bump();
  for (let i = 0; i < n; i++) bump(i);
  if (n > 2) bump(100);
  return [count, last];
}
closuresAssign.cases = [[0], [3], [5]];

export function closureOverLoopVariable(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const at = (): number => i * 10;
    sum += at();
    if (at() > 20) break;
  }
  return sum;
}
closureOverLoopVariable.cases = [[2], [10]];

export function returnsFromCallbackOnly(list: number[]): number {
  const double = (x: number): number => {
    for (const y of list) if (y === x) return y * 2;
    return 0;
  };
  let sum = 0;
  for (let i = 0; i < 5; i++) sum += double(i);
  return sum;
}
returnsFromCallbackOnly.cases = [[[1, 3]], [[]]];

export function defaultParameters(a: number): number[] {
  const f = (x: number, y = 2, z = x + y): number => x * 100 + y * 10 + z;
  return [f(a), f(a, 3), f(a, 3, 4), f(a, undefined, 5)];
}
defaultParameters.cases = [[1]];

export function restParameters(a: number): number[] {
  const sum = (...items: number[]): number => items.reduce((x, y) => x + y, 0);
  const tail = (first: number, ...others: number[]): number => first * 100 + others.length;
  return [sum(), sum(a), sum(a, 2, 3), tail(1), tail(a, 2, 3), sum(...[1, 2])];
}
restParameters.cases = [[5]];

export function immediatelyCalled(n: number): number {
  const x = (() => {
    if (n > 3) return n;
    return -n;
  })();
  return x + ((y: number) => y * 2)(n);
}
immediatelyCalled.cases = [[1], [5]];

export function shadowedParameter(n: number): number {
  const f = (n: number): number => n + 1;
  return f(n * 10) + n;
}
shadowedParameter.cases = [[1]];

export function functionDeclaredLater(n: number): number {
  return later(n) + inner(n);
  function inner(x: number): number {
    return x + offset();
  }
  function offset(): number {
    return 1000;
  }
}
functionDeclaredLater.cases = [[1]];

export function later(n: number): number {
  return n * 2;
}

export function callbackOrder(list: number[]): string {
  let log = "";
  const out = list
    .map((x) => {
      log += `m${x}`;
      return x;
    })
    .filter((x) => {
      log += `f${x}`;
      return x > 1;
    })
    .some((x) => {
      log += `s${x}`;
      return x > 2;
    });
  return `${log} ${out}`;
}
callbackOrder.cases = [[[1, 2, 3, 4]], [[]]];

export function sortRecordsByField(names: string[], ages: number[]): string {
  const people = names.map((name, i) => ({ name, age: ages[i] ?? 0 }));
  people.sort((a, b) => a.age - b.age || (a.name < b.name ? -1 : 1));
  return people.map((p) => `${p.name}(${p.age})`).join(" ");
}
sortRecordsByField.cases = [
  [
    ["Zoe", "Al", "Bo"],
    [30, 20, 30],
  ],
  [[], []],
];

export function groupCounts(words: string[]): string {
  const counts = new Map<string, number>();
  words.forEach((w) => {
    counts.set(w, (counts.get(w) ?? 0) + 1);
  });
  return [...counts.entries()].map(([w, n]) => `${w}${n}`).join();
}
groupCounts.cases = [[["a", "b", "a"]], [[]]];
