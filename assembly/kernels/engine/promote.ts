// Type promotion as torch.result_type: tensors with dimensions, then 0-dimensional ones, then numbers.

import { DType, isFloating, promoteTypes } from "../../core/dtype";
import { factDtype, fail } from "../../core/error";
import { Tag } from "../../core/object";
import { Tensor } from "../../core/tensor";
import { Value } from "../../core/value";
import { ErrorCode } from "../../errors.gen";

const UNDEFINED: i32 = -1;

let dimResult: i32 = UNDEFINED;
let zeroResult: i32 = UNDEFINED;
let wrappedResult: i32 = UNDEFINED;

function join(a: i32, b: i32): i32 {
  if (a === UNDEFINED) return b;
  if (b === UNDEFINED) return a;
  return promoteTypes(a as DType, b as DType);
}

function combine(higher: i32, lower: i32): i32 {
  if (higher === UNDEFINED) return lower;
  if (lower === UNDEFINED || isFloating(higher as DType)) return higher;
  if (higher === DType.BOOL || isFloating(lower as DType)) return join(higher, lower);
  return higher;
}

/** Starts a promotion over several tensors. */
export function promoteBegin(): void {
  dimResult = UNDEFINED;
  zeroResult = UNDEFINED;
  wrappedResult = UNDEFINED;
}

/** Lets one more tensor take part; a wrapped float number counts as the default dtype, float32. */
export function promoteAdd(t: Tensor): void {
  if (t.isWrapped) {
    const dtype = isFloating(t.dtype as DType) ? DType.FLOAT32 : (t.dtype as DType);
    wrappedResult = join(wrappedResult, dtype);
  } else if (t.ndim === 0) {
    zeroResult = join(zeroResult, t.dtype);
  } else {
    dimResult = join(dimResult, t.dtype);
  }
}

/** Lets a number take part: float32, int64 or bool. */
export function promoteNumber(v: Value): void {
  const dtype = v.isFloat ? DType.FLOAT32 : v.tag === Tag.BOOL ? DType.BOOL : DType.INT64;
  wrappedResult = join(wrappedResult, dtype);
}

/** The promoted type of all that took part. */
export function promoteResult(): DType {
  return combine(dimResult, combine(zeroResult, wrappedResult)) as DType;
}

/** torch.result_type of two tensors. */
export function resultType(a: Tensor, b: Tensor): DType {
  if (a.dtype === b.dtype && !a.isWrapped && !b.isWrapped) return a.dtype as DType;
  promoteBegin();
  promoteAdd(a);
  promoteAdd(b);
  return promoteResult();
}

/** The floating type in which a function of `dtype` computes: itself, or float32 for integers and bool. */
export function floatType(dtype: DType): DType {
  return isFloating(dtype) ? dtype : DType.FLOAT32;
}

/** True when a result of `from` may be written to `to` (torch.can_cast); else records RESULT_TYPE. */
export function canCast(from: DType, to: DType): bool {
  if (isFloating(from) && !isFloating(to)) return castError(from, to);
  if (to === DType.BOOL && from !== DType.BOOL) return castError(from, to);
  return true;
}

function castError(from: DType, to: DType): bool {
  fail(ErrorCode.RESULT_TYPE);
  factDtype(from);
  factDtype(to);
  return false;
}
