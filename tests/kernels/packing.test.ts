/** Packed copies of weights: made once, and never used after the weight has changed. */

import { beforeAll, expect, test } from "vitest";
import { Runtime } from "../../loader/runtime.ts";
import { call, type Held, hold } from "../support/calls.ts";
import { randomInts } from "../support/random.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

const random = randomInts(7);
const numbers = (n: number): number[] => Array.from({ length: n }, () => random(2001) / 1000 - 1);
const M = 6;
const K = 33;
const N = 19;

/** linear in float64, rounded at the end. */
function expected(x: number[], w: number[]): number[] {
  const y: number[] = [];
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += x[i * K + k]! * w[j * K + k]!;
      y.push(sum);
    }
  }
  return y;
}

function expectLinear(x: Held, w: Held): void {
  const want = expected(x.values, w.values);
  const [y] = call(runtime, "aten::linear", x, w, null) as [Held];
  y.values.forEach((value, i) => {
    expect(Math.abs(value - want[i]!)).toBeLessThan(1e-4);
  });
  y.release();
}

/** A weight that has been packed, and an input for it. */
function packed(): { x: Held; w: Held } {
  const x = hold(runtime, numbers(M * K), [M, K]);
  const w = hold(runtime, numbers(N * K), [N, K]);
  for (let i = 0; i < 3; i++) expectLinear(x, w);
  return { x, w };
}

test("the packed copy gives the same bits", () => {
  const x = hold(runtime, numbers(M * K), [M, K]);
  const w = hold(runtime, numbers(N * K), [N, K]);
  const results = Array.from({ length: 4 }, () => call(runtime, "aten::linear", x, w, null)[0]!);
  for (const y of results) expect(y.values).toEqual(results[0]!.values);
  for (const t of [x, w, ...results]) t.release();
});

const changes: Record<string, (w: Held) => void> = {
  "an operator in place": (w) => call(runtime, "aten::mul_.Scalar", w, 2)[0]!.release(),
  "an operator on a transposed view": (w) => {
    const [t] = call(runtime, "aten::t", w) as [Held];
    call(runtime, "aten::add_.Scalar", t, 1, 1n)[0]!.release();
    t.release();
  },
  "a copy into a row": (w) => {
    const [row] = call(runtime, "aten::select.int", w, 0n, 3n) as [Held];
    const other = hold(runtime, numbers(K), [K]);
    call(runtime, "aten::copy_", row, other, false)[0]!.release();
    row.release();
    other.release();
  },
  "the host, which says so": (w) => {
    const { data } = runtime.describe(w.address);
    new Float32Array(runtime.exports.memory.buffer, data, N * K).fill(0.25);
    runtime.exports.sc_touch(w.address);
  },
};

for (const [name, change] of Object.entries(changes)) {
  test(`a weight changed by ${name} is packed again`, () => {
    const { x, w } = packed();
    for (let i = 0; i < 3; i++) {
      change(w);
      expectLinear(x, w);
      expectLinear(x, w);
      expectLinear(x, w);
    }
    x.release();
    w.release();
  });
}

test("copies of views are told apart", () => {
  const both = hold(runtime, numbers(2 * N * K), [2, N, K]);
  const x = hold(runtime, numbers(M * K), [M, K]);
  const views = [0n, 1n].map((i) => call(runtime, "aten::select.int", both, 0n, i)[0]!);
  for (let i = 0; i < 4; i++) for (const w of views) expectLinear(x, w);
  for (const t of [both, x, ...views]) t.release();
});

test("copies go with their storage, on trim, and when memory runs out", async () => {
  const small = await Runtime.create();
  const { sc_live, sc_trim, sc_peak, sc_reset_peak, sc_set_memory_limit } = small.exports;
  const x = hold(small, numbers(M * 512), [M, 512]);
  const w = hold(small, numbers(512 * 512), [512, 512]);
  const run = (): void => call(small, "aten::linear", x, w, null)[0]!.release();
  run();
  const before = sc_live();
  run();
  run();
  expect(sc_live()).toBe(before);
  sc_reset_peak();
  const withCopy = sc_peak();
  sc_trim();
  sc_reset_peak();
  expect(sc_peak()).toBeLessThan(withCopy - 512 * 512 * 4 + 1);
  run();
  run();
  // Room for a tensor as large as the copy only where the copy is.
  sc_set_memory_limit(withCopy + 600_000);
  const other = hold(small, new Float32Array(512 * 500), [512, 500]);
  run();
  other.release();
  x.release();
  w.release();
});
