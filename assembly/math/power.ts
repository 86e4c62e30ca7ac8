// pow, reciprocal and rsqrt of four float32 lanes.
import { F32x4, F64x2 } from "./lanes";
import { WideExp } from "./wide/exp";
import { WideLog } from "./wide/log";

const HALF = memory.data<f32>([0.5]);
const MINUS_INFINITY = memory.data<f32>([-Infinity]);

abstract class Power {
  /** x^y for x >= 0; NaN for 1^infinity and infinity^0. */
  @inline static value(x: v128, y: v128): v128 {
    return WideExp.exp(f64x2.mul(y, WideLog.log(x)));
  }
}

/** x^y with C's special cases, within 0.51 ulp. */
export function powF32x4(x: v128, y: v128): v128 {
  const zero = i32x4.splat(0);
  const one = F32x4.one();
  const a = f32x4.abs(x);
  let r = F64x2.narrow(Power.value(F64x2.low(a), F64x2.low(y)), Power.value(F64x2.high(a), F64x2.high(y)));
  // 1 for y = 0 and for x = 1, NaN or not, and for |x| = 1 unless y is NaN.
  let unit = v128.or(f32x4.eq(y, zero), f32x4.eq(x, one));
  unit = v128.or(unit, v128.and(f32x4.eq(a, one), f32x4.eq(y, y)));
  r = v128.bitselect(one, r, unit);
  // The sign of x stays for odd y; large numbers and infinities are even.
  const whole = f32x4.eq(f32x4.trunc(y), y);
  const half = f32x4.mul(y, F32x4.at(HALF, 0));
  const odd = v128.andnot(whole, f32x4.eq(f32x4.trunc(half), half));
  r = v128.xor(r, v128.and(F32x4.sign(x), odd));
  // NaN, all bits set, for a finite x < 0 and a y that is not whole.
  const negative = v128.and(f32x4.lt(x, zero), f32x4.gt(x, F32x4.at(MINUS_INFINITY, 0)));
  return v128.or(r, v128.andnot(negative, whole));
}

/** 1 / x, correctly rounded. */
export function reciprocalF32x4(x: v128): v128 {
  return f32x4.div(F32x4.one(), x);
}

/** 1 / sqrt(x), rounded twice, which is what PyTorch computes. */
export function rsqrtF32x4(x: v128): v128 {
  return f32x4.div(F32x4.one(), f32x4.sqrt(x));
}
