// Signs, rounding, and other functions that keep the dtype.

import { DType, isFloating } from "../core/dtype";
import { NONE, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { Math1 } from "./engine/map";
import { pointwise, refuse, unary, useFloat1, useMath1 } from "./engine/pointwise";

class Abs {
  @inline v(a: v128): v128 {
    return f32x4.abs(a);
  }
  @inline d(a: f64): f64 {
    return abs<f64>(a);
  }
  @inline n(a: i64): i64 {
    return a < 0 ? -a : a;
  }
}

class Neg {
  @inline v(a: v128): v128 {
    return f32x4.neg(a);
  }
  @inline d(a: f64): f64 {
    return -a;
  }
  @inline n(a: i64): i64 {
    return -a;
  }
}

class Floor {
  @inline v(a: v128): v128 {
    return f32x4.floor(a);
  }
  @inline d(a: f64): f64 {
    return floor<f64>(a);
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

class Ceil {
  @inline v(a: v128): v128 {
    return f32x4.ceil(a);
  }
  @inline d(a: f64): f64 {
    return ceil<f64>(a);
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

class Trunc {
  @inline v(a: v128): v128 {
    return f32x4.trunc(a);
  }
  @inline d(a: f64): f64 {
    return trunc<f64>(a);
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

/** To the nearest integer, halves to the even one. */
class Round {
  @inline v(a: v128): v128 {
    return f32x4.nearest(a);
  }
  @inline d(a: f64): f64 {
    return nearest<f64>(a);
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

class Frac {
  @inline v(a: v128): v128 {
    return f32x4.sub(a, f32x4.trunc(a));
  }
  @inline d(a: f64): f64 {
    return a - trunc<f64>(a);
  }
}

/** -1, 0 or 1; 0 of NaN. */
class Sign {
  @inline v(a: v128): v128 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    return f32x4.sub(v128.and(one, f32x4.gt(a, zero)), v128.and(one, f32x4.lt(a, zero)));
  }
  @inline d(a: f64): f64 {
    return a > 0 ? 1 : a < 0 ? -1 : 0;
  }
  @inline n(a: i64): i64 {
    return a > 0 ? 1 : a < 0 ? -1 : 0;
  }
}

class Square {
  @inline v(a: v128): v128 {
    return f32x4.mul(a, a);
  }
  @inline d(a: f64): f64 {
    return a * a;
  }
  @inline n(a: i64): i64 {
    return a * a;
  }
}

// What the running nan_to_num puts for NaN and the infinities.
let forNan: f64 = 0;
let forPositive: f64 = 0;
let forNegative: f64 = 0;

class NanToNum {
  @inline v(a: v128): v128 {
    let r = v128.bitselect(a, f32x4.splat(forNan as f32), f32x4.eq(a, a));
    r = v128.bitselect(f32x4.splat(forPositive as f32), r, f32x4.eq(a, f32x4.splat(Infinity)));
    return v128.bitselect(f32x4.splat(forNegative as f32), r, f32x4.eq(a, f32x4.splat(-Infinity)));
  }
  @inline d(a: f64): f64 {
    return a !== a ? forNan : a === Infinity ? forPositive : a === -Infinity ? forNegative : a;
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

// The power of ten of the running round.decimals.
let tenPower: f64 = 1;

class RoundUp {
  @inline v(a: v128): v128 {
    const ten = f32x4.splat(tenPower as f32);
    return f32x4.mul(f32x4.nearest(f32x4.div(a, ten)), ten);
  }
  @inline d(a: f64): f64 {
    return nearest<f64>(a / tenPower) * tenPower;
  }
}

class RoundDecimals {
  @inline v(a: v128): v128 {
    const ten = f32x4.splat(tenPower as f32);
    return f32x4.div(f32x4.nearest(f32x4.mul(a, ten)), ten);
  }
  @inline d(a: f64): f64 {
    return nearest<f64>(a * tenPower) / tenPower;
  }
}

/** OP in self's dtype, which may not be bool. */
function numeric<OP extends Math1>(self: Tensor, out: Tensor): Tensor {
  if (self.dtype === DType.BOOL) return refuse(DType.BOOL);
  return unary<OP>(self, out);
}

export function absOf(self: Tensor, out: Tensor): Tensor {
  return numeric<Abs>(self, out);
}

export function neg(self: Tensor, out: Tensor): Tensor {
  return numeric<Neg>(self, out);
}

export function floorOf(self: Tensor, out: Tensor): Tensor {
  return numeric<Floor>(self, out);
}

export function ceilOf(self: Tensor, out: Tensor): Tensor {
  return numeric<Ceil>(self, out);
}

export function truncOf(self: Tensor, out: Tensor): Tensor {
  return numeric<Trunc>(self, out);
}

export function round(self: Tensor, out: Tensor): Tensor {
  return numeric<Round>(self, out);
}

export function sign(self: Tensor, out: Tensor): Tensor {
  return unary<Sign>(self, out);
}

export function frac(self: Tensor, out: Tensor): Tensor {
  useFloat1<Frac>();
  return pointwise(self, NONE, NONE, out, self.dtype as DType);
}

/** Bools become int64, as by pow. */
export function square(self: Tensor, out: Tensor): Tensor {
  useMath1<Square>();
  const dtype = self.dtype as DType;
  return pointwise(self, NONE, NONE, out, dtype === DType.BOOL ? DType.INT64 : dtype);
}

/** 10 ** n as PyTorch's float power gives it: exact up to 22, then one rounding per factor. */
function powerOfTen(n: i64): f64 {
  let r: f64 = 1;
  for (let i: i64 = 0; i < n && r < Infinity; i++) r *= 10;
  return r;
}

/** Negative decimals round to tens, hundreds …; integers are refused. */
export function roundDecimals(self: Tensor, decimals: i64, out: Tensor): Tensor {
  if (!isFloating(self.dtype as DType)) return refuse(self.dtype as DType);
  if (decimals === 0) return round(self, out);
  tenPower = powerOfTen(decimals < 0 ? -decimals : decimals);
  if (decimals < 0) useFloat1<RoundUp>();
  else useFloat1<RoundDecimals>();
  return pointwise(self, NONE, NONE, out, self.dtype as DType);
}

export function specialRound(self: Tensor, decimals: i64): Tensor {
  return roundDecimals(self, decimals, NONE);
}

/** The largest finite number of a floating dtype. */
function largest(dtype: DType): f64 {
  if (dtype === DType.FLOAT16) return 65504;
  if (dtype === DType.BFLOAT16) return 3.3895313892515355e38;
  return dtype === DType.FLOAT32 ? 3.4028234663852886e38 : f64.MAX_VALUE;
}

/** NaN becomes `nan` (0 by default), infinities `posinf` and `neginf` (by default the dtype's extremes). */
export function nanToNum(self: Tensor, nan: Value, posinf: Value, neginf: Value, out: Tensor): Tensor {
  const most = largest(self.dtype as DType);
  forNan = nan.isNone ? 0 : nan.asFloat;
  forPositive = posinf.isNone ? most : posinf.asFloat;
  forNegative = neginf.isNone ? -most : neginf.asFloat;
  return unary<NanToNum>(self, out);
}

export function positive(self: Tensor): Tensor {
  return self.dtype === DType.BOOL ? refuse(DType.BOOL) : retain(self);
}
