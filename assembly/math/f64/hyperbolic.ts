// Hyperbolic functions of a float64 and their inverses, within 2 ulp.
import { expm1_64, expScaled } from "./exp";
import { log1p64, log64 } from "./log";

/** sinh(x). */
export function sinh64(x: f64): f64 {
  const a = abs(x);
  if (a > 40) return copysign<f64>(expScaled(a, 0, -1), x);
  const e = expm1_64(a);
  return copysign<f64>(0.5 * (e + e / (e + 1)), x);
}

/** cosh(x). */
export function cosh64(x: f64): f64 {
  const half = expScaled(abs(x), 0, -1);
  return half + 0.25 / half;
}

/** tanh(x). */
export function tanh64(x: f64): f64 {
  const a = abs(x);
  const e = expm1_64(min(a, 30) * 2);
  return copysign<f64>(a > 0.5 ? 1 - 2 / (e + 2) : e / (e + 2), x);
}

/** asinh(x). */
export function asinh64(x: f64): f64 {
  const a = abs(x);
  let y: f64;
  if (a > 1e8) y = log64(a) + Math.LN2;
  else if (a > 2) y = log64(2 * a + 1 / (sqrt(a * a + 1) + a));
  else y = log1p64(a + (a * a) / (1 + sqrt(a * a + 1)));
  return copysign<f64>(y, x);
}

/** acosh(x); NaN below 1. */
export function acosh64(x: f64): f64 {
  if (x > 1e8) return log64(x) + Math.LN2;
  if (x > 2) return log64(2 * x - 1 / (x + sqrt(x * x - 1)));
  const t = x - 1;
  return log1p64(t + sqrt(t) * sqrt(t + 2));
}

/** atanh(x); infinite at -1 and 1, NaN beyond. */
export function atanh64(x: f64): f64 {
  const a = abs(x);
  return copysign<f64>(0.5 * log1p64((2 * a) / (1 - a)), x);
}
