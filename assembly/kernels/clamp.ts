// Clamping between numbers or between tensors.

import { DType, isFloating } from "../core/dtype";
import { badValue } from "../core/error";
import { NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { checkNumber, numberF32, numberI64 } from "./engine/number";
import { pointwise, refuse, useMath1, useMath2, useMath3 } from "./engine/pointwise";
import { canCast, promoteAdd, promoteBegin, promoteNumber, promoteResult } from "./engine/promote";

// The bounds of the running call, for each compute type.
let lowF32: v128 = f32x4.splat(0);
let highF32: v128 = f32x4.splat(0);
let low: f64 = 0;
let high: f64 = 0;
let lowI64: i64 = 0;
let highI64: i64 = 0;

// A NaN bound bounds nothing here: pmin and pmax give their first argument unless the second is smaller or larger.
class Between {
  @inline v(a: v128): v128 {
    return f32x4.pmin(f32x4.pmax(a, lowF32), highF32);
  }
  @inline d(a: f64): f64 {
    const x = a < low ? low : a;
    return high < x ? high : x;
  }
  @inline n(a: i64): i64 {
    return min<i64>(max<i64>(a, lowI64), highI64);
  }
}

class Above {
  @inline v(a: v128): v128 {
    return f32x4.pmax(a, lowF32);
  }
  @inline d(a: f64): f64 {
    return a < low ? low : a;
  }
  @inline n(a: i64): i64 {
    return max<i64>(a, lowI64);
  }
}

class Below {
  @inline v(a: v128): v128 {
    return f32x4.pmin(a, highF32);
  }
  @inline d(a: f64): f64 {
    return high < a ? high : a;
  }
  @inline n(a: i64): i64 {
    return min<i64>(a, highI64);
  }
}

class Nan {
  @inline v(a: v128): v128 {
    return f32x4.splat(NaN);
  }
  @inline d(a: f64): f64 {
    return NaN;
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

/** Between tensors: NaN where one of the three is NaN. */
class BetweenTensors {
  @inline v(a: v128, b: v128, c: v128): v128 {
    return f32x4.min(f32x4.max(a, b), c);
  }
  @inline d(a: f64, b: f64, c: f64): f64 {
    return min<f64>(max<f64>(a, b), c);
  }
  @inline n(a: i64, b: i64, c: i64): i64 {
    return min<i64>(max<i64>(a, b), c);
  }
}

class AboveTensor {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return max<f64>(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    return max<i64>(a, b);
  }
}

class BelowTensor {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return min<f64>(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    return min<i64>(a, b);
  }
}

/** Takes the bounds that are not None as numbers of `dtype`; false with an error recorded when one does not fit. */
function setBounds(least: Value, most: Value, dtype: DType): bool {
  if (!least.isNone) {
    if (!checkNumber(least, dtype)) return false;
    low = least.asFloat;
    lowF32 = f32x4.splat(numberF32(least, dtype));
    lowI64 = numberI64(least, dtype);
  }
  if (!most.isNone) {
    if (!checkNumber(most, dtype)) return false;
    high = most.asFloat;
    highF32 = f32x4.splat(numberF32(most, dtype));
    highI64 = numberI64(most, dtype);
  }
  return true;
}

/** The dtype of a clamp by numbers: they take part in promotion unless self is floating. */
function clampType(self: Tensor, least: Value, most: Value): DType {
  if (isFloating(self.dtype as DType)) return self.dtype as DType;
  promoteBegin();
  promoteAdd(self);
  if (!least.isNone) promoteNumber(least);
  if (!most.isNone) promoteNumber(most);
  return promoteResult();
}

function isNan(v: Value): bool {
  return v.asFloat !== v.asFloat;
}

/** Clamps in `dtype`; `nan`: the result is NaN throughout. */
function clampAs(self: Tensor, least: Value, most: Value, out: Tensor, dtype: DType, nan: bool): Tensor {
  if (dtype === DType.BOOL) return refuse(dtype);
  if (changetype<usize>(out) && !canCast(dtype, out.dtype as DType)) return NONE;
  if (nan) useMath1<Nan>();
  else if (!setBounds(least, most, dtype)) return NONE;
  else if (least.isNone) useMath1<Below>();
  else if (most.isNone) useMath1<Above>();
  else useMath1<Between>();
  return pointwise(self, NONE, NONE, out, dtype);
}

/** One bound at least; where both are given and one is NaN the result is NaN. */
export function clamp(self: Tensor, least: Value, most: Value, out: Tensor): Tensor {
  if (least.isNone && most.isNone) {
    badValue(1, 0);
    return NONE;
  }
  const nan = !least.isNone && !most.isNone && (isNan(least) || isNan(most));
  return clampAs(self, least, most, out, clampType(self, least, most), nan);
}

const absent: usize = memory.data(16, 16); // a slot that holds None

export function clampMin(self: Tensor, least: Value, out: Tensor): Tensor {
  const none = changetype<Value>(absent);
  return clampAs(self, least, none, out, clampType(self, least, none), isNan(least));
}

export function clampMax(self: Tensor, most: Value, out: Tensor): Tensor {
  const none = changetype<Value>(absent);
  return clampAs(self, none, most, out, clampType(self, none, most), isNan(most));
}

const whole: usize = memory.data(32, 16); // two slots: bounds without their fractions

/** clamp in self's dtype, by whole numbers where it is an integer type. Bool, and uint8 below 0, are refused. */
export function hardtanh(self: Tensor, least: Value, most: Value, out: Tensor): Tensor {
  const dtype = self.dtype as DType;
  if (isFloating(dtype)) return clampAs(self, least, most, out, dtype, isNan(least) || isNan(most));
  const bounds = changetype<Value>(whole);
  bounds.setInt(least.asInt);
  bounds.at(1).setInt(most.asInt);
  if (dtype === DType.UINT8 && (bounds.int < 0 || bounds.at(1).int < 0)) return refuse(dtype);
  return clampAs(self, bounds, bounds.at(1), out, dtype, false);
}

const sixes: usize = memory.data(32, 16); // two slots: 0 and 6

export function relu6(self: Tensor, out: Tensor): Tensor {
  const bounds = changetype<Value>(sixes);
  bounds.setInt(0);
  bounds.at(1).setInt(6);
  return hardtanh(self, bounds, bounds.at(1), out);
}

/** Bounds that are tensors broadcast with self and take part in promotion; one at least. */
export function clampTensor(self: Tensor, least: Tensor, most: Tensor, out: Tensor): Tensor {
  const lower = changetype<usize>(least) !== 0;
  const upper = changetype<usize>(most) !== 0;
  if (!lower && !upper) {
    badValue(1, 0);
    return NONE;
  }
  promoteBegin();
  promoteAdd(self);
  if (lower) promoteAdd(least);
  if (upper) promoteAdd(most);
  const dtype = promoteResult();
  if (lower && upper && dtype === DType.BOOL) return refuse(dtype);
  if (lower && upper) useMath3<BetweenTensors>();
  else if (lower) useMath2<AboveTensor>();
  else useMath2<BelowTensor>();
  return pointwise(self, lower ? least : most, lower ? most : NONE, out, dtype);
}

export function clampMinTensor(self: Tensor, least: Tensor, out: Tensor): Tensor {
  return clampTensor(self, least, NONE, out);
}

export function clampMaxTensor(self: Tensor, most: Tensor, out: Tensor): Tensor {
  return clampTensor(self, NONE, most, out);
}
