// Between tensors of one element and numbers: item, Int, Float, Bool and their implicit forms.

import { DType, dtypeShift, isFloating, isIntegral } from "../core/dtype";
import { factDtype, factFloat, factInt, factShape, fail } from "../core/error";
import { Tensor } from "../core/tensor";
import { truncate, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { bf16ToF32, f16ToF32 } from "../math/half";

/** The element of a floating `dtype` at `at`. */
export function loadFloat(at: usize, dtype: DType): f64 {
  switch (dtype) {
    case DType.FLOAT32:
      return load<f32>(at) as f64;
    case DType.FLOAT64:
      return load<f64>(at);
    case DType.FLOAT16:
      return f16ToF32(load<u16>(at)) as f64;
    default:
      return bf16ToF32(load<u16>(at)) as f64;
  }
}

/** The element of an integer or bool `dtype` at `at`. */
function loadInt(at: usize, dtype: DType): i64 {
  switch (dtype) {
    case DType.INT64:
      return load<i64>(at);
    case DType.INT32:
      return load<i32>(at) as i64;
    case DType.INT16:
      return load<i16>(at) as i64;
    case DType.INT8:
      return load<i8>(at) as i64;
    default:
      return load<u8>(at) as i64;
  }
}

/** The first element of an integer or bool tensor that has one. */
export function readInt(t: Tensor): i64 {
  return loadInt(t.data, t.dtype as DType);
}

/** Element `i` of a tensor of integers of one dimension, or of none (`i` = 0). */
export function readIntAt(t: Tensor, i: i32): i64 {
  const stride = t.ndim ? t.stride(0) : 0;
  return loadInt(t.data + (((i * stride) as usize) << dtypeShift(t.dtype as DType)), t.dtype as DType);
}

/** True when `t` has one element; else records NOT_ONE_ELEMENT. */
function hasOne(t: Tensor): bool {
  if (t.numel == 1) return true;
  fail(ErrorCode.NOT_ONE_ELEMENT);
  factInt(t.numel);
  return false;
}

/** The element as a bool, int or float value, by its dtype. */
export function item(self: Tensor, r: Value): void {
  if (!hasOne(self)) return;
  const dtype = self.dtype as DType;
  if (dtype == DType.BOOL) r.setBool(load<u8>(self.data) != 0);
  else if (isFloating(dtype)) r.setFloat(loadFloat(self.data, dtype));
  else r.setInt(loadInt(self.data, dtype));
}

export function toInt(a: Tensor): i64 {
  if (!hasOne(a)) return 0;
  const dtype = a.dtype as DType;
  if (!isFloating(dtype)) return loadInt(a.data, dtype);
  const x = loadFloat(a.data, dtype);
  if (abs(x) <= 9223372036854775808.0) return truncate(x);
  fail(ErrorCode.BAD_SCALAR);
  factFloat(x);
  factDtype(DType.INT64);
  return 0;
}

export function toFloat(a: Tensor): f64 {
  if (!hasOne(a)) return 0;
  const dtype = a.dtype as DType;
  return isFloating(dtype) ? loadFloat(a.data, dtype) : (loadInt(a.data, dtype) as f64);
}

export function toBool(a: Tensor): bool {
  return toFloat(a) != 0;
}

/** True when `t` may stand for a number in a call: it has no dimensions. */
function isNumberLike(t: Tensor): bool {
  if (t.ndim == 0) return true;
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(0);
  factShape(t);
  return false;
}

export function intImplicit(a: Tensor): i64 {
  if (!isNumberLike(a)) return 0;
  if (isIntegral(a.dtype as DType)) return toInt(a);
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(a.dtype);
  factDtype(DType.INT64);
  return 0;
}

export function floatImplicit(a: Tensor): f64 {
  return isNumberLike(a) ? toFloat(a) : 0;
}

export function scalarImplicit(a: Tensor, r: Value): void {
  if (isNumberLike(a)) item(a, r);
}
