/**
 * Random numbers, bit for bit those of PyTorch's CPU generator: the Mersenne Twister mt19937, and the ways in which
 * PyTorch turns its 32-bit words into numbers.
 */

import { fma32, fma64, log32, log64, sincos32, sincos64 } from "./float.ts";

const { fround, sqrt } = Math;
const N = 624;
const UNIT32 = 2 ** -24;
const UNIT64 = 2 ** -53;
const TWO_PI = fround(2 * Math.PI);
const pair = new Float32Array(2);

/** A source of random numbers of its own. `torch.manualSeed` seeds the one that is used when none is given. */
export class Generator {
  readonly #state = new Int32Array(N);
  #next = N;
  /** The second number of the last pair of normal numbers. */
  #cached: number | null = null;
  #seed: bigint | null = null;

  /** Without a seed, one is taken from the host's secure source when the first number is drawn. */
  constructor(seed?: number | bigint) {
    if (seed !== undefined) this.manualSeed(seed);
  }

  /** Starts over from a seed, an integer of up to 64 bits (its low 32 bits matter). Returns the generator. */
  manualSeed(seed: number | bigint): this {
    const bits = BigInt.asUintN(64, BigInt(seed));
    this.#seed = bits;
    const state = this.#state;
    state[0] = Number(BigInt.asIntN(32, bits));
    for (let i = 1; i < N; i++) {
      const last = state[i - 1]!;
      state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
    this.#next = N;
    this.#cached = null;
    return this;
  }

  /** Starts over from a seed of the host's secure source, which is returned. */
  seed(): bigint {
    const words = crypto.getRandomValues(new Uint32Array(2));
    const seed = (BigInt(words[0]! & 0x1fffff) << 32n) | BigInt(words[1]!);
    this.manualSeed(seed);
    return seed;
  }

  /** The seed this generator was last started from. */
  initialSeed(): bigint {
    return this.#seed ?? this.seed();
  }

  /** The next 32 bits, as a signed integer. */
  #word(): number {
    if (this.#next === N) this.#twist();
    let y = this.#state[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  #twist(): void {
    if (this.#seed === null) this.seed();
    const s = this.#state;
    for (let i = 0; i < N; i++) {
      const y = (s[i]! & 0x80000000) | (s[(i + 1) % N]! & 0x7fffffff);
      s[i] = s[(i + 397) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }

  /** A float32 in [0, 1). */
  unit32(): number {
    return (this.#word() & 0xffffff) * UNIT32;
  }

  /** A float64 in [0, 1). */
  unit64(): number {
    const high = this.#word() & 0x1fffff;
    return (high * 4294967296 + (this.#word() >>> 0)) * UNIT64;
  }

  /** `uniform_(low, high)`. */
  uniform(out: Float32Array | Float64Array, low = 0, high = 1): void {
    if (out instanceof Float32Array) {
      const from = fround(low);
      const span = fround(fround(high) - from);
      for (let i = 0; i < out.length; i++) out[i] = fma32(this.unit32(), span, from);
    } else {
      for (let i = 0; i < out.length; i++) out[i] = fma64(this.unit64(), high - low, low);
    }
  }

  /** `normal_(mean, std)`: `vector` is how PyTorch fills contiguous tensors of 16 elements and more. */
  normal(out: Float32Array | Float64Array, mean = 0, std = 1, vector = true): void {
    const n = out.length;
    if (n < 16 || !vector) {
      for (let i = 0; i < n; i++) out[i] = fma64(this.#normal(), std, mean);
      return;
    }
    const sixteen = out instanceof Float32Array ? normal16 : normal16Of64;
    for (let i = 0; i < n; i++) out[i] = this.#unitFor(out);
    for (let i = 0; i + 16 <= n; i += 16) sixteen(out as Float32Array, i, mean, std);
    if (n % 16 === 0) return;
    // The last sixteen are drawn again, over what is there.
    for (let i = n - 16; i < n; i++) out[i] = this.#unitFor(out);
    sixteen(out as Float32Array, n - 16, mean, std);
  }

  #unitFor(out: Float32Array | Float64Array): number {
    return out instanceof Float32Array ? this.unit32() : this.unit64();
  }

  /** Box-Muller in float64; the sine half is kept for the next call. */
  #normal(): number {
    if (this.#cached !== null) {
      const value = this.#cached;
      this.#cached = null;
      return value;
    }
    const u1 = this.unit64();
    const u2 = this.unit64();
    const radius = sqrt(-2 * log64(1 - u2));
    const [sine, cosine] = sincos64(2 * Math.PI * u1);
    this.#cached = radius * sine;
    return radius * cosine;
  }

  /** `randint(low, high)`: ranges of 2^32 and more take 64 bits each. */
  integers(out: BigInt64Array, low: bigint, high: bigint): void {
    const span = high - low;
    const wide = span >= 1n << 32n;
    for (let i = 0; i < out.length; i++) {
      let bits = BigInt(this.#word() >>> 0);
      if (wide) bits = (bits << 32n) | BigInt(this.#word() >>> 0);
      out[i] = (bits % span) + low;
    }
  }

  /** `randperm(n)`: a shuffle from the front, in which the last element draws nothing. */
  permutation(n: number): BigInt64Array<ArrayBuffer> {
    const order = Float64Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + ((this.#word() >>> 0) % (n - i));
      const here = order[i]!;
      order[i] = order[j]!;
      order[j] = here;
    }
    return BigInt64Array.from(order, BigInt);
  }
}

/** 16 uniform float32 numbers from `at` on become normal: number j of the first half pairs with j of the second. */
function normal16(data: Float32Array, at: number, mean: number, std: number): void {
  const shift = fround(mean);
  const scale = fround(std);
  for (let j = at; j < at + 8; j++) {
    const radius = fround(sqrt(fround(-2 * log32(fround(1 - data[j]!)))));
    sincos32(fround(TWO_PI * data[j + 8]!), pair);
    data[j] = fma32(fround(radius * pair[1]!), scale, shift);
    data[j + 8] = fma32(fround(radius * pair[0]!), scale, shift);
  }
}

function normal16Of64(data: Float64Array | Float32Array, at: number, mean: number, std: number): void {
  for (let j = at; j < at + 8; j++) {
    const radius = sqrt(-2 * log64(1 - data[j]!));
    const [sine, cosine] = sincos64(2 * Math.PI * data[j + 8]!);
    data[j] = fma64(radius * cosine, std, mean);
    data[j + 8] = fma64(radius * sine, std, mean);
  }
}
