// sin, cos and tan of four float32 lanes, for the whole range: within 0.51 ulp of the exact argument's value.
import { cos64, sin64, tan64 } from "./f64/trig";
import { F32x4, F64x2 } from "./lanes";
import { WideTrig } from "./wide/trig";

const LIMITS = memory.data<u32>([
  0x7fffffff, // clears the sign
  0x49800000, // 2^20: beyond it, and for infinities and NaN, a lane is computed by the float64 function
]);

abstract class Huge {
  /** All bits set in lanes that the vector reduction does not reach. */
  @inline static lanes(x: v128): v128 {
    return i32x4.gt_s(v128.and(x, F32x4.at(LIMITS, 0)), F32x4.at(LIMITS, 1));
  }
}

function sinHuge(x: v128, near: v128, huge: v128): v128 {
  let y = f32x4.splat(<f32>sin64(f32x4.extract_lane(x, 0)));
  y = f32x4.replace_lane(y, 1, <f32>sin64(f32x4.extract_lane(x, 1)));
  y = f32x4.replace_lane(y, 2, <f32>sin64(f32x4.extract_lane(x, 2)));
  y = f32x4.replace_lane(y, 3, <f32>sin64(f32x4.extract_lane(x, 3)));
  return v128.bitselect(y, near, huge);
}

function cosHuge(x: v128, near: v128, huge: v128): v128 {
  let y = f32x4.splat(<f32>cos64(f32x4.extract_lane(x, 0)));
  y = f32x4.replace_lane(y, 1, <f32>cos64(f32x4.extract_lane(x, 1)));
  y = f32x4.replace_lane(y, 2, <f32>cos64(f32x4.extract_lane(x, 2)));
  y = f32x4.replace_lane(y, 3, <f32>cos64(f32x4.extract_lane(x, 3)));
  return v128.bitselect(y, near, huge);
}

function tanHuge(x: v128, near: v128, huge: v128): v128 {
  let y = f32x4.splat(<f32>tan64(f32x4.extract_lane(x, 0)));
  y = f32x4.replace_lane(y, 1, <f32>tan64(f32x4.extract_lane(x, 1)));
  y = f32x4.replace_lane(y, 2, <f32>tan64(f32x4.extract_lane(x, 2)));
  y = f32x4.replace_lane(y, 3, <f32>tan64(f32x4.extract_lane(x, 3)));
  return v128.bitselect(y, near, huge);
}

/** sin(x); infinities give NaN. */
export function sinF32x4(x: v128): v128 {
  const y = F64x2.narrow(WideTrig.sin(F64x2.low(x)), WideTrig.sin(F64x2.high(x)));
  const huge = Huge.lanes(x);
  return v128.any_true(huge) ? sinHuge(x, y, huge) : y;
}

/** cos(x); infinities give NaN. */
export function cosF32x4(x: v128): v128 {
  const y = F64x2.narrow(WideTrig.cos(F64x2.low(x)), WideTrig.cos(F64x2.high(x)));
  const huge = Huge.lanes(x);
  return v128.any_true(huge) ? cosHuge(x, y, huge) : y;
}

/** tan(x); infinities give NaN. */
export function tanF32x4(x: v128): v128 {
  const y = F64x2.narrow(WideTrig.tan(F64x2.low(x)), WideTrig.tan(F64x2.high(x)));
  const huge = Huge.lanes(x);
  return v128.any_true(huge) ? tanHuge(x, y, huge) : y;
}
