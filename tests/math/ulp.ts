/** Distances in units in the last place, and random inputs. */

import { randomInts } from "../support/random.ts";
import type { Range } from "./functions.ts";

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The spacing of float32 numbers around x. */
function spacing32(x: number): number {
  float[0] = Math.abs(x);
  let exponent = Math.max((bits[0] as number) >>> 23, 1);
  if (Math.abs(x) < 2 ** (exponent - 127)) exponent--; // x was rounded up to a power of two
  return 2 ** (Math.max(exponent, 1) - 150);
}

/** Units in the last place from the exact value to a float32 result; 0 if both are NaN or one infinity. */
export function ulps32(got: number, exact: number): number {
  if (Number.isNaN(exact)) return Number.isNaN(got) ? 0 : Infinity;
  const rounded = Math.fround(exact);
  if (!Number.isFinite(rounded) || !Number.isFinite(got)) return Object.is(got, rounded) ? 0 : Infinity;
  return Math.abs(got - exact) / spacing32(exact);
}

const words = new BigInt64Array(1);
const number = new Float64Array(words.buffer);

/** The place of a float64 in their order. */
function place(x: number): bigint {
  number[0] = x;
  const word = words[0] as bigint;
  return word < 0n ? -(word & 0x7fffffffffffffffn) : word;
}

/** The number of float64 from a to b; 0 if both are NaN. */
export function ulps64(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  return Math.abs(Number(place(a) - place(b)));
}

/** Seeded numbers in [0, 1). */
export function uniform(seed: number): () => number {
  const next = randomInts(seed);
  return () => (next(2 ** 26) * 2 ** 26 + next(2 ** 26)) / 2 ** 52;
}

/** One number of a range. */
export function draw(range: Range, random: () => number): number {
  if (range.length === 2) return range[0] + (range[1] - range[0]) * random();
  const [kind, low, high] = range;
  const x = 2 ** (low + (high - low) * random());
  return kind === "powers" && random() < 0.5 ? -x : x;
}
