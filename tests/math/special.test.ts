/** Special numbers: NaN, infinities, signed zeros, integers, large numbers. PyTorch's own values decide. */

import { beforeAll, describe, expect, test } from "vitest";
import { compile, Loops } from "./compile.ts";
import { name32, name64, SCALAR_SOURCES, VECTOR_SOURCES } from "./functions.ts";
import { special, torch } from "./reference.ts";

let loops: Loops;

beforeAll(async () => {
  loops = new Loops(await compile([...VECTOR_SOURCES, ...SCALAR_SOURCES], "debug"));
});

/** Where PyTorch 1.13 itself differs from what the function is. */
function tolerated(name: string, x: number[], got: number, want: number): boolean {
  // Tails that PyTorch cancels or flushes to a zero of either sign.
  if (want === 0 && Math.abs(got) < 1e-37)
    return /gelu|silu|sigmoid|erfc/i.test(name) || Object.is(got, want);
  // gelu(x) = x (1 + erf(x / sqrt(2))) / 2 loses the digits of 1 + erf.
  return /gelu/i.test(name) && (x[0] as number) < 0 && Math.abs(got - want) < 3e-7;
}

function agree(got: number, want: number): boolean {
  if (!Number.isFinite(want) || want === 0) return Object.is(got, want);
  return Math.abs(got - want) <= 1e-6 * Math.abs(want);
}

describe.each(torch)("$name", ({ name, arity, ...values }) => {
  const n = special.length;
  const cases = arity === 1 ? special.map((a) => [a]) : special.flatMap((a) => special.map((b) => [a, b]));

  function check(got: Float32Array | Float64Array, want: number[]): void {
    const wrong = cases
      .map((x, i) => ({ x, got: got[i] as number, want: want[i] as number }))
      .filter((c) => !agree(c.got, c.want) && !tolerated(name, c.x, c.got, c.want))
      .map(
        (c) =>
          `${name}(${c.x.map((v) => (Object.is(v, -0) ? "-0" : v)).join(", ")}) = ${c.got}, not ${c.want}`,
      );
    expect(wrong).toEqual([]);
  }

  /** The arguments in columns, filled up to a multiple of 4, and softplus's beta and threshold. */
  function columns(length: number): number[][] {
    const filled = Array.from({ length }, (_, i) => cases[i] ?? (cases[0] as number[]));
    const inputs = Array.from({ length: arity }, (_, j) => filled.map((x) => x[j] as number));
    return name === "softplus" ? [...inputs, filled.map(() => 1), filled.map(() => 20)] : inputs;
  }

  // lgamma has no vector function.
  if (name !== "lgamma")
    test("float32", () => {
      const inputs = columns((cases.length + 3) & ~3).map((c) => Float32Array.from(c));
      check(loops.run(name32(name), ...(inputs as [Float32Array])), values.float32);
    });

  test("float64", () => {
    const inputs = columns(cases.length).map((c) => Float64Array.from(c));
    check(loops.run(name64(name), ...(inputs as [Float64Array])), values.float64);
    expect(cases.length).toBe(n ** arity);
  });
});
