// asin, acos, atan and atan2 of float64 numbers, within 1.2 ulp, by AssemblyScript's own code: it is compiled
// into the module, allocates nothing and, for these four, does not depend on the optimisation level.

/** asin(x); NaN for |x| > 1. */
export function asin64(x: f64): f64 {
  return NativeMath.asin(x);
}

/** acos(x); NaN for |x| > 1. */
export function acos64(x: f64): f64 {
  return NativeMath.acos(x);
}

/** atan(x). */
export function atan64(x: f64): f64 {
  return NativeMath.atan(x);
}

/** atan2(y, x), with C's values for zeros and infinities. */
export function atan2_64(y: f64, x: f64): f64 {
  return NativeMath.atan2(y, x);
}
