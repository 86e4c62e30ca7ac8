/** The vector functions against float64: errors in units in the last place, over dense random inputs. */

import { beforeAll, describe, expect, test } from "vitest";
import { compile, Loops } from "./compile.ts";
import { name32, type Range, UNARY, VECTOR_SOURCES } from "./functions.ts";
import { draw, ulps32, uniform } from "./ulp.ts";

const COUNT = 16384;
let loops: Loops;
let debug: Loops;

beforeAll(async () => {
  loops = new Loops(await compile(VECTOR_SOURCES, "release"));
  debug = new Loops(await compile(VECTOR_SOURCES, "debug"));
});

const random = uniform(1);
const inputs = (make: () => number): Float32Array => Float32Array.from({ length: COUNT }, make);
const from =
  (...range: Range): (() => number) =>
  () =>
    draw(range, random);

/** Fails with a message that says where the largest error is, if it is above the bound. */
function check(bound: number, error: (i: number) => number, where: (i: number) => string): void {
  let worst = -1;
  let at = 0;
  for (let i = 0; i < COUNT; i++) {
    const e = error(i);
    if (!(e <= worst)) [worst, at] = [e, i];
  }
  expect(worst, where(at)).toBeLessThanOrEqual(bound);
}

describe.each(UNARY)("$name", ({ name, exact, ulp, ranges }) => {
  test.each(ranges.map((range) => ({ range })))("within $range", ({ range }) => {
    const x = inputs(() => draw(range, random));
    const y = loops.run(name32(name), x);
    check(
      ulp,
      (i) => ulps32(y[i] as number, exact(x[i] as number)),
      (i) => `${name}(${x[i]}) = ${y[i]}`,
    );
  });
});

test.each(UNARY.filter((f) => f.monotonic))("$name is monotonic between neighbours", (f) => {
  const run = 64;
  for (const range of f.ranges) {
    const x = new Float32Array(COUNT);
    const bits = new Int32Array(x.buffer);
    for (let i = 0; i < COUNT; i++) {
      if (i % run === 0) x[i] = Math.abs(draw(range, random));
      else bits[i] = (bits[i - 1] as number) + 1;
    }
    const y = loops.run(name32(f.name), x);
    for (let i = 1; i < COUNT; i++) {
      const step = (y[i] as number) - (y[i - 1] as number);
      if (i % run !== 0 && step * (f.monotonic ?? 0) < 0) expect.fail(`${f.name} turns at ${x[i]}`);
    }
  }
});

describe("two arguments", () => {
  const cases: [string, string, (a: number, b: number) => number, () => number, () => number][] = [
    ["pow", "of the whole range", Math.pow, from("positive powers", -149, 128), from("powers", -10, 2)],
    ["pow", "near 1", Math.pow, () => 1 + draw(["powers", -24, -4], random), from("powers", 0, 24)],
    ["pow", "of negative bases", Math.pow, from(-10, -0.1), () => Math.round(draw([-40, 40], random))],
    ["atan2", "of like sizes", Math.atan2, from(-5, 5), from(-5, 5)],
    ["atan2", "of the whole range", Math.atan2, from("powers", -149, 128), from("powers", -149, 128)],
  ];
  test.each(cases)("%s %s", (name, _, exact, makeA, makeB) => {
    const a = inputs(makeA);
    const b = inputs(makeB);
    const y = loops.run(name32(name), a, b);
    check(
      0.52,
      (i) => ulps32(y[i] as number, exact(a[i] as number, b[i] as number)),
      (i) => `${name}(${a[i]}, ${b[i]}) = ${y[i]}`,
    );
  });
});

/** PyTorch's div with rounding_mode "floor", each step rounded to float32. */
function floorDivide(a: number, b: number): number {
  const r = a % b;
  let q = Math.fround(Math.fround(a - r) / b);
  if (r !== 0 && r < 0 !== b < 0) q = Math.fround(q - 1);
  const floor = Math.floor(q);
  return q - floor > 0.5 ? Math.fround(floor + 1) : floor;
}

function remainder(a: number, b: number): number {
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? Math.fround(r + b) : r;
}

describe.each([
  ["moderate numbers", from(-100, 100), from(-7, 7)],
  ["the whole range", from("powers", -149, 128), from("powers", -149, 128)],
  ["quotients around 2^27", from("powers", 50, 60), from("powers", 25, 31)],
])("of %s", (_, makeA, makeB) => {
  test.each([
    ["fmod", (a: number, b: number) => a % b],
    ["remainder", remainder],
    ["floorDivide", floorDivide],
  ] as const)("%s is exact", (name, exact) => {
    const a = inputs(makeA);
    const b = inputs(makeB);
    const y = loops.run(name32(name), a, b);
    check(
      0,
      (i) => ulps32(y[i] as number, exact(a[i] as number, b[i] as number)),
      (i) => `${name}(${a[i]}, ${b[i]}) = ${y[i]}`,
    );
  });
});

test.each([
  { beta: 1, threshold: 20 },
  { beta: 2.5, threshold: 15 },
  { beta: -0.5, threshold: 20 },
])("softplus, beta $beta, threshold $threshold", ({ beta, threshold }) => {
  const x = inputs(from(-40, 40));
  const fill = (v: number): Float32Array => inputs(() => v);
  const y = loops.run("softplusF32x4", x, fill(beta), fill(threshold));
  const exact = (v: number): number => {
    const z = Math.fround(v * beta);
    return z > threshold ? v : Math.log1p(Math.exp(z)) / beta;
  };
  check(
    2,
    (i) => ulps32(y[i] as number, exact(x[i] as number)),
    (i) => `softplus(${x[i]}) = ${y[i]}`,
  );
});

test("a lane does not depend on its neighbours", () => {
  const odd = [Number.NaN, Infinity, -Infinity, 0, -0, 1e-45, 3e38, -3e38, 1e30, -1, 0.5, 2];
  const bits = (x: Float32Array, lane: number): number => new Uint32Array(x.buffer)[lane] as number;
  for (const { name, inputs: count = 1 } of VECTOR_SOURCES) {
    for (let round = 0; round < 200; round++) {
      const lane = round % 4;
      const values = Array.from({ length: count }, () => draw(["powers", -30, 30], random));
      const vectors = (other: (v: number) => number): [Float32Array, ...Float32Array[]] =>
        values.map((v) => Float32Array.from([0, 1, 2, 3], (i) => (i === lane ? v : other(v)))) as never;
      const alone = loops.run(name, ...vectors((v) => v));
      const among = loops.run(name, ...vectors(() => odd[Math.floor(random() * odd.length)] as number));
      const say = `${name}(${values}): ${alone[lane]} alone, ${among[lane]} among others`;
      expect(bits(among, lane) === bits(alone, lane) || Number.isNaN(alone[lane]), say).toBe(true);
    }
  }
});

test.each(VECTOR_SOURCES)("$name: the debug build gives the same bits", ({ name, inputs: count = 1 }) => {
  for (const range of [
    ["powers", -149, 128],
    [-8, 8],
  ] as Range[]) {
    const inputs = Array.from({ length: count }, () => Float32Array.from({ length: 1024 }, from(...range)));
    const [a, b] = [loops, debug].map((l) => l.run(name, ...(inputs as [Float32Array])));
    expect(b).toEqual(a);
  }
});
