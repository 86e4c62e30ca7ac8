/** float32 and exact float64 arithmetic that gives the same bits on every engine: the host's Math is not used but for sqrt. */

const { fround } = Math;

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** `sum` + `error` (its rounding error) rounded to odd: an inexact sum gets its last bit set, so that rounding it again is right. */
function toOdd(sum: number, error: number): number {
  scratch[0] = sum;
  if (error !== 0 && (scratchWords[0]! & 1) === 0) {
    if (error > 0 === sum > 0) scratchWords[0]! |= 1;
    else if (scratchWords[0] === 0) {
      scratchWords[0] = 0xffffffff;
      scratchWords[1]! -= 1;
    } else scratchWords[0]! -= 1;
  }
  return scratch[0]!;
}

/** a·b + c for float32 numbers, rounded once. */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b; // exact in float64
  const sum = product + c;
  scratch[0] = sum;
  // Rounding again, to float32, can go wrong only halfway between two float32 numbers, and where these are subnormal.
  if ((scratchWords[0]! & 0x1fffffff) !== 0x10000000 && Math.abs(sum) >= 2 ** -125) return fround(sum);
  const back = sum - product;
  return fround(toOdd(sum, product - (sum - back) + (c - back)));
}

/** a·b + c rounded once, for numbers whose product neither overflows nor is subnormal. */
export function fma64(a: number, b: number, c: number): number {
  const product = product2(a, b);
  const low = sum2(c, product.lo);
  const high = sum2(product.hi, low.hi);
  const rest = sum2(low.lo, high.lo);
  return high.hi + toOdd(rest.hi, rest.lo);
}

/** A sum of two float64 numbers that carries about 106 bits. */
interface Wide {
  readonly hi: number;
  readonly lo: number;
}

function quick(a: number, b: number): Wide {
  const hi = a + b;
  return { hi, lo: b - (hi - a) };
}

function sum2(a: number, b: number): Wide {
  const hi = a + b;
  const back = hi - a;
  return { hi, lo: a - (hi - back) + (b - back) };
}

function product2(a: number, b: number): Wide {
  const hi = a * b;
  const [ah, al] = halves(a);
  const [bh, bl] = halves(b);
  return { hi, lo: al * bl - (hi - ah * bh - al * bh - ah * bl) };
}

function halves(a: number): [number, number] {
  const t = 134217729 * a;
  const high = t - (t - a);
  return [high, a - high];
}

function add(a: Wide, b: Wide): Wide {
  const high = sum2(a.hi, b.hi);
  const low = sum2(a.lo, b.lo);
  const middle = quick(high.hi, high.lo + low.hi);
  return quick(middle.hi, middle.lo + low.lo);
}

function multiply(a: Wide, b: Wide): Wide {
  const p = product2(a.hi, b.hi);
  return quick(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

function divide(a: Wide, b: Wide): Wide {
  const first = a.hi / b.hi;
  const rest = add(a, negate(multiply(b, { hi: first, lo: 0 })));
  const second = rest.hi / b.hi;
  const last = add(rest, negate(multiply(b, { hi: second, lo: 0 })));
  return add(quick(first, second), { hi: last.hi / b.hi, lo: 0 });
}

function negate(a: Wide): Wide {
  return { hi: -a.hi, lo: -a.lo };
}

function whole(n: number): Wide {
  return { hi: n, lo: 0 };
}

const LN2: Wide = { hi: Math.LN2, lo: 2.319046813846299e-17 };

/** The natural logarithm of a normal float64 > 0, correctly rounded but for one case in about 2^50. */
export function log64(x: number): number {
  let exponent = 0;
  let m = x;
  while (m < Math.SQRT1_2) {
    m *= 2;
    exponent--;
  }
  while (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  // log m = 2 artanh s, s = (m - 1) / (m + 1), |s| < 0.172
  const s = divide(sum2(m, -1), sum2(m, 1));
  const square = multiply(s, s);
  let series = whole(0);
  for (let n = 45; n >= 1; n -= 2) series = add(multiply(series, square), divide(whole(1), whole(n)));
  const log = multiply(multiply(s, series), whole(2));
  const total = add(multiply(LN2, whole(exponent)), log);
  return total.hi + total.lo;
}

const HALF_PI = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33] as const;

/** [sin x, cos x] for |x| < 100, correctly rounded but for one case in about 2^50. */
export function sincos64(x: number): [number, number] {
  const turns = Math.round(x / HALF_PI[0]);
  let r = whole(x);
  for (const part of HALF_PI) r = add(r, negate(product2(turns, part)));
  const square = negate(multiply(r, r));
  let sine = whole(1);
  let cosine = whole(1);
  for (let n = 26; n >= 2; n -= 2) {
    cosine = add(whole(1), divide(multiply(cosine, square), whole(n * (n - 1))));
    sine = add(whole(1), divide(multiply(sine, square), whole(n * (n + 1))));
  }
  sine = multiply(sine, r);
  const s = sine.hi + sine.lo;
  const c = cosine.hi + cosine.lo;
  switch (((turns % 4) + 4) % 4) {
    case 0:
      return [s, c];
    case 1:
      return [c, -s];
    case 2:
      return [-s, -c];
    default:
      return [-c, s];
  }
}

/** The polynomial with these coefficients, highest first, at x; each step a fused multiply-add. */
function horner32(x: number, coefficients: readonly number[]): number {
  let y = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) y = fma32(y, x, coefficients[i]!);
  return y;
}

function singles(...values: number[]): readonly number[] {
  return values.map(fround);
}

// The single-precision polynomials of the Cephes library.
const LOG = singles(
  7.0376836292e-2,
  -1.151461031e-1,
  1.167699874e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
);
const [LN2_LOW, LN2_HIGH, SQRT_HALF] = singles(-2.1219444e-4, 0.693359375, Math.SQRT1_2) as [
  number,
  number,
  number,
];
const SIN = singles(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1);
const COS = singles(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
const FOUR_OVER_PI = fround(1.27323954473516);
const QUARTER_PI = singles(-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8);

const single = new Float32Array(1);
const singleWord = new Int32Array(single.buffer);

/** The natural logarithm of a float32 in (0, 1], as the vector code of PyTorch computes it. */
export function log32(x: number): number {
  single[0] = Math.max(x, 2 ** -126);
  let exponent = (singleWord[0]! >> 23) - 126;
  singleWord[0] = (singleWord[0]! & 0x7fffff) | 0x3f000000;
  const m = single[0]!; // in [0.5, 1)
  let r = fround(m - 1);
  if (m < SQRT_HALF) {
    exponent -= 1;
    r = fround(r + m);
  }
  const square = fround(r * r);
  let y = fround(horner32(r, LOG) * r);
  y = fma32(y, square, fround(exponent * LN2_LOW));
  y = fma32(-square, 0.5, y);
  return fma32(exponent, LN2_HIGH, fround(r + y));
}

/** Sine and cosine of a float32 in [0, 2π), as the vector code of PyTorch computes them, into out[0] and out[1]. */
export function sincos32(x: number, out: Float32Array): void {
  const octant = (Math.trunc(fround(x * FOUR_OVER_PI)) + 1) & ~1;
  let r = x;
  r = fma32(octant, QUARTER_PI[0]!, r);
  r = fma32(octant, QUARTER_PI[1]!, r);
  r = fma32(octant, QUARTER_PI[2]!, r);
  const square = fround(r * r);
  let c = fround(horner32(square, COS) * square);
  c = fround(fma32(c, square, -fround(square * 0.5)) + 1);
  const s = fma32(fround(horner32(square, SIN) * square), r, r);
  const swapped = (octant & 2) !== 0;
  const sine = swapped ? c : s;
  const cosine = swapped ? s : c;
  out[0] = octant & 4 ? -sine : sine;
  out[1] = (octant - 2) & 4 ? cosine : -cosine;
}
