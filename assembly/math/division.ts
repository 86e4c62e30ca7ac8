// fmod, remainder and floor division of four float32 lanes, with PyTorch's values for zeros and infinities.
import { fmod64 } from "./f64/division";
import { F32x4, F64x2 } from "./lanes";

const LIMIT = memory.data<f32>([134217728]); // 2^27
const INFINITY32 = memory.data<f32>([Infinity]);
const HALF = memory.data<f32>([0.5]);

/** Exact for |x / y| < 2^28: no quotient then rounds to an integer, and product and difference are exact. */
function fmodWide(x: v128, y: v128): v128 {
  return f64x2.sub(x, f64x2.mul(f64x2.trunc(f64x2.div(x, y)), y));
}

function fmodFar(x: v128, y: v128, near: v128, reached: v128): v128 {
  let r = f32x4.splat(<f32>fmod64(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0)));
  r = f32x4.replace_lane(r, 1, <f32>fmod64(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1)));
  r = f32x4.replace_lane(r, 2, <f32>fmod64(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2)));
  r = f32x4.replace_lane(r, 3, <f32>fmod64(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3)));
  return v128.bitselect(near, r, reached);
}

/** C's fmod: the sign is x's; NaN for y = 0 and for an infinite x. */
export function fmodF32x4(x: v128, y: v128): v128 {
  const low = fmodWide(F64x2.low(x), F64x2.low(y));
  const high = fmodWide(F64x2.high(x), F64x2.high(y));
  const near = v128.or(F64x2.narrow(low, high), F32x4.sign(x)); // the sign of a zero
  const ratio = f32x4.lt(f32x4.abs(f32x4.div(x, y)), F32x4.at(LIMIT, 0));
  const reached = v128.and(ratio, f32x4.lt(f32x4.abs(y), F32x4.at(INFINITY32, 0)));
  return i32x4.all_true(reached) ? near : fmodFar(x, y, near, reached);
}

abstract class Sign {
  /** All bits set where r is not 0 and r and y differ in sign. */
  @inline static opposed(r: v128, y: v128): v128 {
    const zero = i32x4.splat(0);
    return v128.and(f32x4.ne(r, zero), v128.xor(f32x4.lt(y, zero), f32x4.lt(r, zero)));
  }
}

/** Python's %: the sign is y's. PyTorch's remainder. */
export function remainderF32x4(x: v128, y: v128): v128 {
  const r = fmodF32x4(x, y);
  return v128.bitselect(f32x4.add(r, y), r, Sign.opposed(r, y));
}

/** Python's //: PyTorch's div with rounding_mode "floor", the same steps and so the same roundings. */
export function floorDivideF32x4(x: v128, y: v128): v128 {
  const zero = i32x4.splat(0);
  const one = F32x4.one();
  const r = fmodF32x4(x, y);
  const quotient = f32x4.div(x, y);
  let q = f32x4.div(f32x4.sub(x, r), y);
  q = f32x4.sub(q, v128.and(Sign.opposed(r, y), one));
  const floor = f32x4.floor(q);
  const short = f32x4.gt(f32x4.sub(q, floor), F32x4.at(HALF, 0));
  let result = f32x4.add(floor, v128.and(short, one));
  result = v128.bitselect(F32x4.sign(quotient), result, f32x4.eq(q, zero));
  return v128.bitselect(quotient, result, f32x4.eq(y, zero));
}
