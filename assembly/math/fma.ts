// a * b + c rounded once, for where PyTorch's own code fuses. Fixed-width SIMD has no such instruction.

import { productError, sumError } from "./f64/arithmetic";
import { F64x2 } from "./lanes";

const LOW_BITS = memory.data<u64>([0x1fffffff]);
const HALFWAY = memory.data<u64>([0x10000000]);
const SMALL = memory.data<f64>([2.350988701644575e-38]); // 2^-125

/** `sum` with rounding error `error`, rounded to odd instead: then rounding it again is right. */
function toOdd(sum: f64, error: f64): f64 {
  const bits = reinterpret<i64>(sum);
  if (error === 0 || bits & 1) return sum;
  return reinterpret<f64>(error > 0 === sum > 0 ? bits | 1 : bits - 1);
}

/** a * b + c for float32. */
export function fmaF32(a: f32, b: f32, c: f32): f32 {
  const product = (a as f64) * (b as f64); // exact
  const sum = product + (c as f64);
  return toOdd(sum, sumError(product, c, sum)) as f32;
}

abstract class Fused {
  /** True where rounding the float64 lanes of a sum to float32 may differ from rounding the exact sum. */
  @inline static isDoubtful(sum: v128): v128 {
    return i64x2.eq(v128.and(sum, v128.load64_splat(LOW_BITS)), v128.load64_splat(HALFWAY));
  }

  /** True where it would be subnormal, or is 0. */
  @inline static isSmall(sum: v128): v128 {
    return f64x2.lt(f64x2.abs(sum), v128.load64_splat(SMALL));
  }

  @inline static sum(a: v128, b: v128, c: v128, subnormal: bool): v128 {
    const low = F64x2.madd(F64x2.low(a), F64x2.low(b), F64x2.low(c));
    const high = F64x2.madd(F64x2.high(a), F64x2.high(b), F64x2.high(c));
    let doubtful = v128.or(Fused.isDoubtful(low), Fused.isDoubtful(high));
    if (subnormal) doubtful = v128.or(doubtful, v128.or(Fused.isSmall(low), Fused.isSmall(high)));
    return v128.any_true(doubtful) ? laneByLane(a, b, c) : F64x2.narrow(low, high);
  }
}

function laneByLane(a: v128, b: v128, c: v128): v128 {
  return f32x4(
    fmaF32(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0), f32x4.extract_lane(c, 0)),
    fmaF32(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1), f32x4.extract_lane(c, 1)),
    fmaF32(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2), f32x4.extract_lane(c, 2)),
    fmaF32(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3), f32x4.extract_lane(c, 3)),
  );
}

/** a * b + c in each of four float32 lanes. */
export function fmaF32x4(a: v128, b: v128, c: v128): v128 {
  return Fused.sum(a, b, c, true);
}

/** As fmaF32x4, where no result is subnormal. */
export function fmaNormalF32x4(a: v128, b: v128, c: v128): v128 {
  return Fused.sum(a, b, c, false);
}

/** a * b + c for float64, where the product neither overflows nor is subnormal. */
export function fma64(a: f64, b: f64, c: f64): f64 {
  const p = a * b;
  if (!(abs(p) < Infinity)) return p + c;
  const pl = productError(a, b, p);
  const low = c + pl;
  const lowError = sumError(c, pl, low);
  const high = p + low;
  const highError = sumError(p, low, high);
  const rest = lowError + highError;
  return high + toOdd(rest, sumError(lowError, highError, rest));
}
