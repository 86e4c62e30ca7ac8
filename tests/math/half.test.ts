/** float16 and bfloat16: every bit pattern, every rounding boundary, every buffer length. */

import { beforeAll, describe, expect, test } from "vitest";
import { compile, Loops } from "./compile.ts";
import { uniform } from "./ulp.ts";

let half: Loops;

beforeAll(async () => {
  const names = ["f16ToF32", "f32ToF16", "bf16ToF32", "f32ToBf16"];
  const buffers = ["convertF16ToF32", "convertF32ToF16", "convertBf16ToF32", "convertF32ToBf16"];
  const sources = [...names, ...buffers].map((name) => ({ name, file: "half", kind: "plain" }) as const);
  half = new Loops(await compile(sources, "debug"));
});

const SRC = 1 << 19;
const DST = 1 << 21;

const call = (name: string, x: number): number => (half.exports[name] as (x: number) => number)(x);

/** The value of `bits` with so many exponent and fraction bits, from the definition. */
function decode(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const top = 2 ** exponentBits - 1;
  const exponent = (bits >> fractionBits) & top;
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  if (exponent === top) return fraction ? Number.NaN : sign * Infinity;
  const bias = 2 ** (exponentBits - 1) - 1;
  return exponent ? sign * 2 ** (exponent - bias) * (1 + fraction) : sign * 2 ** (1 - bias) * fraction;
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** The float32 `steps` places above a positive x. */
function beside(x: number, steps: number): number {
  float[0] = x;
  word[0] = (word[0] as number) + steps;
  return float[0];
}

describe.each([
  { toF32: "f16ToF32", fromF32: "f32ToF16", nan: 0x7e00, exponentBits: 5, fractionBits: 10 },
  { toF32: "bf16ToF32", fromF32: "f32ToBf16", nan: 0x7fc0, exponentBits: 8, fractionBits: 7 },
])("$fromF32, $toF32", ({ toF32, fromF32, nan, exponentBits, fractionBits }) => {
  const infinity = 0x7fff & ~(2 ** fractionBits - 1);

  test("every bit pattern", () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = call(toF32, bits);
      if (!Object.is(value, decode(bits, exponentBits, fractionBits))) expect.fail(`${bits} gives ${value}`);
      const back = call(fromF32, value);
      if (back !== (Number.isNaN(value) ? nan : bits)) expect.fail(`${value} gives ${back}, not ${bits}`);
    }
  });

  test("rounding to nearest, ties to even, at every boundary, alone and in a buffer", () => {
    const inputs: number[] = [];
    const want: number[] = [];
    for (let bits = 0; bits < infinity; bits++) {
      const below = decode(bits, exponentBits, fractionBits);
      // What comes after the largest finite number is where infinity would be.
      const last = bits + 1 === infinity;
      const above = last ? 2 ** (2 ** (exponentBits - 1)) : decode(bits + 1, exponentBits, fractionBits);
      const middle = (below + above) / 2;
      const even = bits + (bits & 1);
      inputs.push(beside(middle, -1), middle, beside(middle, 1), -middle);
      want.push(bits, even, bits + 1, even | 0x8000);
    }
    inputs.forEach((x, i) => {
      const got = call(fromF32, x);
      if (got !== want[i]) expect.fail(`${x} gives ${got}, not ${want[i]}`);
    });
    new Float32Array(half.memory.buffer, SRC, inputs.length).set(inputs);
    half.exports[`convert${fromF32[0]?.toUpperCase()}${fromF32.slice(1)}`]?.(DST, SRC, inputs.length);
    expect([...new Uint16Array(half.memory.buffer, DST, inputs.length)]).toEqual(want);
  });

  test("beyond the range, below it, and NaN", () => {
    expect(call(fromF32, 3.4e38)).toBe(infinity);
    expect(call(fromF32, -Infinity)).toBe(infinity | 0x8000);
    expect(call(fromF32, -1e-45)).toBe(0x8000);
    expect(call(fromF32, Number.NaN)).toBe(nan);
  });
});

/** The float32 of a bit pattern. */
function pattern(bits: number): number {
  word[0] = bits;
  return float[0] as number;
}

describe("buffers give what single numbers give", () => {
  const GUARD = 0x5a;
  const random = uniform(3);

  /** Random bit patterns, half of them around float16's limits, subnormal, infinite or NaN. */
  const words = Uint32Array.from({ length: 40 }, (_, i) => {
    const exponent = [0, 0x7f8, 0x388, 0x387, 0x47f, 0x330][i % 12];
    const rest = Math.floor(random() * 2 ** 20) + (random() < 0.5 ? 2 ** 31 : 0);
    return exponent === undefined ? Math.floor(random() * 2 ** 32) : exponent * 2 ** 20 + rest;
  });

  /** Runs `buffer` on the first n words, at an offset, in place or not. */
  function run(buffer: string, n: number, wide: boolean, offset: number, inPlace: boolean): DataView {
    const bytes = new Uint8Array(half.memory.buffer);
    const src = SRC + offset;
    const dst = (inPlace ? SRC : DST) + offset;
    const from = wide
      ? new Uint8Array(words.buffer)
      : new Uint8Array(Uint16Array.from(words, (w) => w >>> 16).buffer);
    bytes.fill(GUARD, DST, DST + 1024);
    bytes.set(from, src);
    half.exports[buffer]?.(dst, src, n);
    const end = dst + n * (wide ? 2 : 4);
    if (!inPlace) expect([...bytes.subarray(end, end + 16)]).toEqual(new Array(16).fill(GUARD));
    return new DataView(half.memory.buffer, dst);
  }

  const lengths = Array.from({ length: words.length + 1 }, (_, n) => n);

  test.each([
    ["convertF16ToF32", "f16ToF32"],
    ["convertBf16ToF32", "bf16ToF32"],
  ])("%s", (buffer, single) => {
    for (const n of lengths) {
      for (const offset of [0, 1]) {
        const view = run(buffer, n, false, offset, false);
        const got = Array.from(words.subarray(0, n), (_, i) => view.getFloat32(4 * i, true));
        expect(got).toEqual(Array.from(words.subarray(0, n), (w) => call(single, w >>> 16)));
      }
    }
  });

  test.each([
    ["convertF32ToF16", "f32ToF16"],
    ["convertF32ToBf16", "f32ToBf16"],
  ])("%s", (buffer, single) => {
    for (const n of lengths) {
      for (const [offset, inPlace] of [
        [0, false],
        [1, false],
        [0, true],
      ] as const) {
        const view = run(buffer, n, true, offset, inPlace);
        const got = Array.from(words.subarray(0, n), (_, i) => view.getUint16(2 * i, true));
        expect(got).toEqual(Array.from(words.subarray(0, n), (w) => call(single, pattern(w))));
      }
    }
  });
});
