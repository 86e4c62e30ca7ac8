// asin, acos, atan and atan2 of four float32 lanes, within 0.51 ulp: all are the angle of a point.
import { F32x4, F64x2 } from "./lanes";
import { WideTrig } from "./wide/trig";

function angleWide(y: v128, x: v128): v128 {
  return WideTrig.angle(y, x);
}

/** sqrt(1 - x^2); NaN for |x| > 1. */
function cathetus(x: v128): v128 {
  const one = F64x2.one();
  return f64x2.sqrt(f64x2.mul(f64x2.sub(one, x), f64x2.add(one, x)));
}

/** asin(x); NaN for |x| > 1. */
export function asinF32x4(x: v128): v128 {
  const low = F64x2.low(x);
  const high = F64x2.high(x);
  const angle = F64x2.narrow(angleWide(low, cathetus(low)), angleWide(high, cathetus(high)));
  return v128.or(angle, F32x4.sign(x));
}

/** acos(x); NaN for |x| > 1. */
export function acosF32x4(x: v128): v128 {
  const low = F64x2.low(x);
  const high = F64x2.high(x);
  return F64x2.narrow(angleWide(cathetus(low), low), angleWide(cathetus(high), high));
}

/** atan(x). */
export function atanF32x4(x: v128): v128 {
  const one = F64x2.one();
  const angle = F64x2.narrow(angleWide(F64x2.low(x), one), angleWide(F64x2.high(x), one));
  return v128.or(angle, F32x4.sign(x));
}

/** atan2(y, x), with C's values for zeros and infinities. */
export function atan2F32x4(y: v128, x: v128): v128 {
  const low = angleWide(F64x2.low(y), F64x2.low(x));
  const high = angleWide(F64x2.high(y), F64x2.high(x));
  return v128.or(F64x2.narrow(low, high), F32x4.sign(y));
}
