// Logarithms of a float64, within 1 ulp. Zero gives -infinity, negative numbers give NaN.
import { horner, productError } from "./arithmetic";

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const LOG2_E: f64 = Math.LOG2E;
const LOG2_E_REST: f64 = 2.0355273740931033e-17;
const LOG10_E: f64 = Math.LOG10E;
const LOG10_E_REST: f64 = 1.098319650216765e-17;
/** 42 bits of log10(2), so that k * LOG10_2_HIGH is exact, and the rest. */
const LOG10_2_HIGH: f64 = 0.30102999566395283;
const LOG10_2_LOW: f64 = 2.8363394551044964e-14;
const THIRD: f64 = 0.3333333333333333;
const THIRD_REST: f64 = 1.850371707708594e-17;

/** (ln((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, |s| <= 3 - 2 sqrt(2). */
const SERIES = memory.data<f64>([
  0.6666666666666735, 0.39999999999409297, 0.2857142874370475, 0.22222198426688583, 0.1818357248950434,
  0.1531382843774673, 0.1479829803938137,
]);

/** (atanh(s) / s - 1 - s^2 / 3) / s^4 in s^2. */
const TAIL = memory.data<f64>([
  0.1999999999999999, 0.14285714285721934, 0.11111111108889292, 0.09090909422870382, 0.07692279145103383,
  0.06668135192335192, 0.05837826090118054, 0.05991442537163869,
]);

/** The exponent k and the mantissa m in [sqrt(1/2), sqrt(2)) of the last number split. */
let exponent: f64 = 0;
let mantissa: f64 = 0;
/** What the last `logHigh` left over. */
let low: f64 = 0;

/** x = 2^k m for a positive finite x. */
function split(x: f64): void {
  let bias: i32 = 1023;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984; // 2^54
    bias += 54;
  }
  const half: u64 = 0x3fe6a09e00000000; // sqrt(1/2), truncated
  const bits = reinterpret<u64>(x) - half;
  exponent = <f64>(<i32>(<i64>bits >> 52) + 1023 - bias);
  mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) + half);
}

/** ln(x) of what is not positive and finite. */
function logSpecial(x: f64): f64 {
  return x === 0 ? -Infinity : x > 0 ? x : NaN;
}

/** ln(x). */
export function log64(x: f64): f64 {
  if (!(x > 0 && x < Infinity)) return logSpecial(x);
  split(x);
  const f = mantissa - 1;
  const s = f / (2 + f);
  const z = s * s;
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + z * horner(SERIES, 7, z)) + exponent * LN2_LOW) - f);
}

/** ln(m) to about 2^-66, m as `split` left it: the value returned plus `low`. */
function logMantissa(): f64 {
  const f = mantissa - 1;
  const d = 2 + f;
  const s = f / d;
  const p = s * d;
  const sl = (f - p - productError(s, d, p) - s * (f - (d - 2))) / d;
  const z = s * s;
  const zl = productError(s, s, z) + 2 * s * sl;
  // t = atanh(s) / s - 1
  const a = z * THIRD;
  const al = productError(z, THIRD, a) + z * THIRD_REST + zl * THIRD + z * z * horner(TAIL, 8, z);
  const t = a + al;
  const tl = a - t + al;
  const u = s * t;
  const ul = productError(s, t, u) + s * tl + sl * t + sl;
  const high = s + u;
  low = 2 * (s - high + u + ul);
  return 2 * high;
}

/** The rest of `logHigh`. */
export function logLow(): f64 {
  return low;
}

/** ln(x) to about 2^-65 for a positive finite x: the value returned plus `logLow()`. */
export function logHigh(x: f64): f64 {
  split(x);
  const m = logMantissa();
  const k = exponent * LN2_HIGH;
  const high = k + m;
  const rest = k === 0 ? low : k - high + m + (exponent * LN2_LOW + low);
  const sum = high + rest;
  low = high - sum + rest;
  return sum;
}

/** log2(x); exact for powers of two. */
export function log2_64(x: f64): f64 {
  if (!(x > 0 && x < Infinity)) return logSpecial(x);
  split(x);
  const m = logMantissa();
  const p = m * LOG2_E;
  const rest = productError(m, LOG2_E, p) + m * LOG2_E_REST + low * LOG2_E;
  const sum = exponent + p;
  return sum + (exponent - sum + p + rest);
}

/** log10(x); exact for powers of ten. */
export function log10_64(x: f64): f64 {
  if (!(x > 0 && x < Infinity)) return logSpecial(x);
  split(x);
  const m = logMantissa();
  const p = m * LOG10_E;
  const rest = productError(m, LOG10_E, p) + m * LOG10_E_REST + low * LOG10_E + exponent * LOG10_2_LOW;
  const k = exponent * LOG10_2_HIGH;
  const sum = k + p;
  return sum + (k - sum + p + rest);
}

/** ln(1 + x); -0 gives -0. */
export function log1p64(x: f64): f64 {
  return NativeMath.log1p(x);
}
