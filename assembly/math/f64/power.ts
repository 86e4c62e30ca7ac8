// x^y of float64 numbers.
import { productError } from "./arithmetic";
import { expScaled } from "./exp";
import { logHigh, logLow } from "./log";

/** x^y with C's special cases, within 1 ulp. */
export function pow64(x: f64, y: f64): f64 {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const a = abs(x);
  const whole = trunc(y) === y; // infinities are whole and even
  const odd = whole && trunc(y * 0.5) !== y * 0.5;
  const sign: f64 = odd ? copysign<f64>(1, x) : 1;
  if (a === 1) return whole ? sign : NaN;
  if (a === 0 || a === Infinity || abs(y) === Infinity) {
    const large = a > 1 === y > 0;
    return large ? sign * Infinity : sign * 0;
  }
  if (x < 0 && !whole) return NaN;
  const l = logHigh(a);
  const p = l * y;
  if (!(abs(p) < 1000)) return p > 0 ? sign * Infinity : sign * 0;
  return sign * expScaled(p, productError(l, y, p) + logLow() * y, 0);
}

/** 1 / sqrt(x), rounded twice, which is what PyTorch computes. */
export function rsqrt64(x: f64): f64 {
  return 1 / sqrt(x);
}

/** 1 / x. */
export function reciprocal64(x: f64): f64 {
  return 1 / x;
}
