// e^x, 2^x and e^x - 1 of a float64, within 1 ulp.
import { horner, productError } from "./arithmetic";

const LOG2_E: f64 = Math.LOG2E;
const LN2: f64 = Math.LN2;
const LN2_REST: f64 = 2.3190468138462996e-17;
/** 32 bits of ln 2, so that k * LN2_HIGH is exact, and the rest. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/** (e^r - 1 - r) / r^2, |r| <= ln(2) / 2. */
const TAIL = memory.data<f64>([
  0.5, 0.1666666666666668, 0.04166666666666641, 0.008333333333319263, 0.001388888888903608,
  0.0001984126989186762, 2.4801587018690494e-5, 2.7557238688495956e-6, 2.7557532657709606e-7,
  2.5110877347253875e-8, 2.0836372285357153e-9,
]);

/** 2^k for -1022 <= k <= 1023. */
function power(k: i32): f64 {
  return reinterpret<f64>((<u64>(k + 1023)) << 52);
}

/** 2^scale e^(x + low), low a correction to x; subnormal results are rounded once. |scale| < 2^20. */
export function expScaled(x: f64, low: f64, scale: i32): f64 {
  if (Number.isNaN(x)) return x;
  const k = nearest(max(min(x, 2000), -2000) * LOG2_E);
  const exponent = <i32>k + scale;
  if (exponent > 1025) return Infinity;
  if (exponent < -1080) return 0;
  const r = x - k * LN2_HIGH;
  const w = k * LN2_LOW - low;
  const s = r - w;
  const sum = 1 + r;
  const p = sum + (1 - sum + r - w + s * s * horner(TAIL, 11, s));
  const half = exponent >> 1;
  return p * power(half) * power(exponent - half);
}

/** e^x. */
export function exp64(x: f64): f64 {
  return expScaled(x, 0, 0);
}

/** 2^x; exact for integers. */
export function exp2_64(x: f64): f64 {
  if (!(abs(x) < 2000)) return x > 0 ? Infinity : x < 0 ? 0 : x;
  const k = nearest(x);
  const r = x - k;
  const y = r * LN2;
  return expScaled(y, productError(r, LN2, y) + r * LN2_REST, <i32>k);
}

/** e^x - 1, relatively accurate near 0; -0 gives -0. */
export function expm1_64(x: f64): f64 {
  if (abs(x) < 1.1102230246251565e-16) return x; // 2^-53
  if (!(x <= 40)) return exp64(x); // or NaN
  if (x < -40) return -1;
  const k = nearest(x * LOG2_E);
  const r = x - k * LN2_HIGH;
  const w = k * LN2_LOW;
  const s = r - w;
  const scale = power(<i32>k);
  const base = scale - 1;
  const a = scale * r;
  const sum = base + a;
  return sum + (base - sum + a + scale * (s * s * horner(TAIL, 11, s) - w));
}
