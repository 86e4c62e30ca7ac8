/** The scalar functions against correctly rounded values, and against JavaScript's over dense inputs. */

import { beforeAll, describe, expect, test } from "vitest";
import { compile, Loops } from "./compile.ts";
import { name64, type Range, SCALAR_SOURCES } from "./functions.ts";
import { exact } from "./reference.ts";
import { draw, ulps64, uniform } from "./ulp.ts";

let loops: Loops;
let debug: Loops;

beforeAll(async () => {
  loops = new Loops(await compile(SCALAR_SOURCES, "release"));
  debug = new Loops(await compile(SCALAR_SOURCES, "debug"));
});

/** Most float64 between a result and the correctly rounded one; 1 where not given. */
const BOUNDS: Record<string, number> = {
  tan: 2,
  sinh: 2,
  tanh: 2,
  asinh: 2,
  acosh: 2,
  atanh: 2,
  erfc: 2,
  lgamma: 2,
  sigmoid: 2,
  silu: 3,
  mish: 3,
  gelu: 20, // grows with x^2 in the tail
  geluTanh: 40,
};

describe("exact values", () => {
  test.each(exact.filter((e) => !e.name.includes(" ")))("$name", ({ name, inputs, y }) => {
    const got = loops.run(name64(name), ...(inputs.map((x) => Float64Array.from(x)) as [Float64Array]));
    got.forEach((value, i) => {
      const say = `${name}(${inputs.map((x) => x[i])}) = ${value}, exactly ${y[i]}`;
      expect(ulps64(value, y[i] as number), say).toBeLessThanOrEqual(BOUNDS[name] ?? 1);
    });
  });

  test("lgamma of negative numbers: an absolute error near its zeros", () => {
    const { inputs, y } = exact.find((e) => e.name.startsWith("lgamma of")) as (typeof exact)[number];
    const got = loops.run("lgamma64", Float64Array.from(inputs[0] as number[]));
    got.forEach((value, i) => {
      const size = Math.max(1, Math.abs(y[i] as number));
      expect(Math.abs(value - (y[i] as number)) / size, `lgamma(${inputs[0]?.[i]})`).toBeLessThan(1e-15);
    });
  });
});

const COUNT = 8192;
const random = uniform(2);
const from =
  (...range: Range) =>
  () =>
    draw(range, random);

/** JavaScript's functions are good to about 1 ulp too: a wrong range or branch shows as a larger distance. */
describe("JavaScript's values", () => {
  const any = from("powers", -1074, 1023);
  const positive = from("positive powers", -1074, 1023);
  const cases: [string, (...x: number[]) => number, number, ...(() => number)[]][] = [
    ["exp", Math.exp, 1, from(-746, 710)],
    ["exp", Math.exp, 1, from("powers", -80, 4)],
    ["exp2", (x) => 2 ** (x as number), 1, from(-1075, 1024)],
    ["expm1", Math.expm1, 2, from(-50, 710)],
    ["expm1", Math.expm1, 2, from("powers", -1074, 3)],
    ["log", Math.log, 1, positive],
    ["log2", Math.log2, 2, positive],
    ["log10", Math.log10, 2, positive],
    ["log1p", Math.log1p, 1, positive],
    ["sin", Math.sin, 2, any],
    ["sin", Math.sin, 2, from(-2e6, 2e6)],
    ["cos", Math.cos, 2, any],
    ["cos", Math.cos, 2, from(-2e6, 2e6)],
    ["tan", Math.tan, 3, any],
    ["tan", Math.tan, 3, from(-2e6, 2e6)],
    ["asin", Math.asin, 1, from(-1, 1)],
    ["acos", Math.acos, 1, from(-1, 1)],
    ["atan", Math.atan, 1, any],
    ["sinh", Math.sinh, 3, from(-711, 711)],
    ["cosh", Math.cosh, 2, from(-711, 711)],
    ["tanh", Math.tanh, 3, from("powers", -1074, 6)],
    ["asinh", Math.asinh, 3, any],
    ["acosh", Math.acosh, 3, from("positive powers", 0, 1023)],
    ["atanh", Math.atanh, 3, from(-1, 1)],
    ["atan2", Math.atan2, 2, any, any],
    ["fmod", (a, b) => (a as number) % (b as number), 0, any, any],
    ["fmod", (a, b) => (a as number) % (b as number), 0, from(-1e4, 1e4), from(-20, 20)],
  ];
  test.each(cases)("%s, case %#", (name, f, bound, ...make) => {
    const inputs = make.map((g) => Float64Array.from({ length: COUNT }, g));
    const got = loops.run(name64(name), ...(inputs as [Float64Array]));
    for (let i = 0; i < COUNT; i++) {
      const x = inputs.map((column) => column[i] as number);
      const value = got[i] as number;
      if (ulps64(value, f(...x)) > bound) expect.fail(`${name}(${x}) = ${value}, JavaScript has ${f(...x)}`);
    }
  });
});

test("powers of two and ten are exact", () => {
  const run = (name: string, x: number[]): number[] => [...loops.run(name, Float64Array.from(x))];
  const range = (low: number, high: number): number[] =>
    Array.from({ length: high - low }, (_, i) => low + i);
  const twos = range(-1074, 1024);
  expect(run("exp2_64", twos)).toEqual(twos.map((k) => 2 ** k));
  expect(
    run(
      "log2_64",
      twos.map((k) => 2 ** k),
    ),
  ).toEqual(twos);
  const tens = range(0, 23);
  expect(
    run(
      "log10_64",
      tens.map((k) => Number(`1e${k}`)),
    ),
  ).toEqual(tens);
  const whole = range(-20, 21);
  const squares = loops.run("pow64", Float64Array.from(whole), new Float64Array(whole.length).fill(3));
  expect([...squares]).toEqual(whole.map((v) => v * v * v));
});

test.each(SCALAR_SOURCES)("$name: the debug build gives the same bits", ({ name, inputs: count = 1 }) => {
  for (const range of [
    ["powers", -1074, 1024],
    [-8, 8],
  ] as Range[]) {
    const inputs = Array.from({ length: count }, () => Float64Array.from({ length: 1024 }, from(...range)));
    const [a, b] = [loops, debug].map((l) => l.run(name, ...(inputs as [Float64Array])));
    expect(b).toEqual(a);
  }
});
