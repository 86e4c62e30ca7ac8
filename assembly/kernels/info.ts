// What a tensor is: sizes, strides, dtype, device, and the questions whose answer is always the same here.

import { List, newList, newStr } from "../core/containers";
import { DType, dtypeBytes, isDtype, isFloating, promoteTypes } from "../core/dtype";
import { factInt, factShape, fail } from "../core/error";
import { checkFormat, isContiguousAs } from "../core/layout";
import { Tag } from "../core/object";
import { wrapDimOf } from "../core/shape";
import { isContiguous, sameSizes, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { wrapNumber } from "../vm/args";
import { resultType as resultTypeOf } from "./engine/promote";
import { nestedRows } from "./nested";

export function size(self: Tensor): List {
  const list = newList(self.ndim);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (self.ndim as i32); i++) list.at(i).setInt(self.size(i));
  return list;
}

export function sizeInt(self: Tensor, dim: i64): i64 {
  const d = wrapDimOf(dim, self);
  return d < 0 ? 0 : self.size(d);
}

export function stride(self: Tensor): List {
  const list = newList(self.ndim);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (self.ndim as i32); i++) list.at(i).setInt(self.stride(i));
  return list;
}

export function strideInt(self: Tensor, dim: i64): i64 {
  const d = wrapDimOf(dim, self);
  return d < 0 ? 0 : self.stride(d);
}

/** Nested tensors are batches of matrices. */
export function dim(self: Value): i64 {
  return self.tag == Tag.NESTED ? 3 : self.tensor.ndim;
}

export function numel(self: Tensor): i64 {
  return self.numel;
}

/** Size of the first dimension. */
export function len(t: Tensor): i64 {
  if (t.ndim) return t.size(0);
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(1);
  factShape(t);
  return 0;
}

export function storageOffset(self: Tensor): i64 {
  return self.offset;
}

export function contiguous(self: Tensor): bool {
  return isContiguous(self);
}

export function contiguousAs(self: Tensor, memoryFormat: i64): bool {
  const format = checkFormat(memoryFormat, 1);
  return format >= 0 && isContiguousAs(self, format);
}

export function isFloatingPoint(self: Tensor): bool {
  return isFloating(self.dtype);
}

export function isSigned(self: Tensor): bool {
  return self.dtype != DType.UINT8 && self.dtype != DType.BOOL;
}

export function isSameSize(self: Tensor, other: Tensor): bool {
  return sameSizes(self, other);
}

/** True when both are the same view of the same memory. */
export function isSetTo(self: Tensor, tensor: Tensor): bool {
  if (self.storage != tensor.storage || self.offset != tensor.offset || self.ndim != tensor.ndim)
    return false;
  return memory.compare(self.dims, tensor.dims, (self.ndim as usize) << 3) == 0;
}

export function elementSize(self: Tensor): i64 {
  return dtypeBytes(self.dtype) as i64;
}

export function dtype(a: Value): i64 {
  return a.tag == Tag.NESTED ? nestedRows(a).dtype : a.tensor.dtype;
}

const CPU: usize = memory.data<u8>([99, 112, 117]);

export function device(a: Value, r: Value): void {
  r.setObject(Tag.DEVICE, changetype<usize>(newStr(CPU, 3)));
}

/** Strided, the only layout. */
export function layout(a: Tensor): i64 {
  return 0;
}

export function never(a: Tensor): bool {
  return false;
}

export function neverEvenNested(a: Value): bool {
  return false;
}

export function isNested(a: Value): bool {
  return a.tag == Tag.NESTED;
}

export function always(a: Tensor): bool {
  return true;
}

/** The number of a CPU among the devices of its kind. */
export function getDevice(self: Tensor): i64 {
  return -1;
}

function checkDtype(code: i64): bool {
  if (isDtype(code)) return true;
  fail(ErrorCode.NO_DTYPE);
  factInt(code);
  return false;
}

export function promote(type1: i64, type2: i64): i64 {
  return checkDtype(type1) && checkDtype(type2)
    ? promoteTypes(type1 as i32 as DType, type2 as i32 as DType)
    : 0;
}

export function canCast(from: i64, to: i64): bool {
  if (!checkDtype(from) || !checkDtype(to)) return false;
  if (isFloating(from as i32 as DType) && !isFloating(to as i32 as DType)) return false;
  return to != (DType.BOOL as i64) || from == (DType.BOOL as i64);
}

export function resultType(tensor: Tensor, other: Tensor): i64 {
  return resultTypeOf(tensor, other);
}

export function resultTypeScalar(tensor: Tensor, other: Value): i64 {
  return resultTypeOf(tensor, wrapNumber(other));
}

export function resultTypeScalarTensor(scalar: Value, tensor: Tensor): i64 {
  return resultTypeScalar(tensor, scalar);
}

export function resultTypeScalars(scalar1: Value, scalar2: Value): i64 {
  if (scalar1.isFloat || scalar2.isFloat) return DType.FLOAT32;
  return scalar1.tag == Tag.BOOL && scalar2.tag == Tag.BOOL ? DType.BOOL : DType.INT64;
}
