// Views of a part of a tensor: select, slice, narrow, diagonal, unfold, as_strided.

import { List } from "../core/containers";
import { DType, isIntegral } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { clampI32, readInts, wrapDim, wrapDimOf } from "../core/shape";
import { alias, checkExtent, NONE, newView, release, Tensor, updateNumel } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { turnInto } from "./dims";
import { readInt } from "./scalar";

/** Moves a view's start by `steps` elements of its dimension `d`; past the end of memory only when it is empty. */
function advance(v: Tensor, steps: i64, stride: i32): void {
  const offset = (v.offset as i64) + steps * (stride as i64);
  v.offset = max<i64>(min<i64>(offset, u32.MAX_VALUE), 0) as u32;
}

function indexError(index: i64, d: i32, size: i32): Tensor {
  fail(ErrorCode.INDEX_OUT_OF_RANGE);
  factInt(index);
  factInt(d);
  factInt(size);
  return NONE;
}

/** A view of `t` without dimension `d`, at its place `i`; both in range. */
export function selectAt(t: Tensor, d: i32, i: i32): Tensor {
  const ndim = t.ndim as i32;
  const v = newView(t, ndim - 1);
  if (!changetype<usize>(v)) return v;
  for (let k = 0; k < ndim - 1; k++) {
    const from = k < d ? k : k + 1;
    v.setSize(k, t.size(from));
    v.setStride(k, t.stride(from));
  }
  advance(v, i, t.stride(d));
  if (updateNumel(v)) return v;
  release(v);
  return NONE;
}

export function select(self: Tensor, dim: i64, index: i64): Tensor {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NONE;
  const size = self.size(d) as i64;
  if (index < -size || index >= size) return indexError(index, d, size as i32);
  return selectAt(self, d, (index < 0 ? index + size : index) as i32);
}

/** A view of `length` places of dimension `d`, `step` apart from `start` on; all in range. */
export function sliceAt(t: Tensor, d: i32, start: i32, length: i32, step: i64): Tensor {
  const v = alias(t);
  if (!changetype<usize>(v)) return v;
  advance(v, start, t.stride(d));
  v.setSize(d, length);
  if (step != 1) v.setStride(d, clampI32((t.stride(d) as i64) * min<i64>(step, i32.MAX_VALUE)));
  v.flags = 0;
  if (updateNumel(v)) return v;
  release(v);
  return NONE;
}

export function slice(self: Tensor, dim: i64, start: Value, end: Value, step: i64): Tensor {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NONE;
  if (step <= 0) {
    fail(ErrorCode.STEP);
    factInt(step);
    return NONE;
  }
  const size = self.size(d) as i64;
  let from = start.intOr(0);
  let to = end.intOr(i64.MAX_VALUE);
  if (from < 0) from += size;
  if (to < 0) to += size;
  from = max<i64>(0, min<i64>(from, size));
  to = max<i64>(from, min<i64>(to, size));
  const length = to == from ? 0 : (to - from - 1) / step + 1;
  return sliceAt(self, d, from as i32, length as i32, step);
}

export function narrow(self: Tensor, dim: i64, start: i64, length: i64): Tensor {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NONE;
  const size = self.size(d) as i64;
  const from = start < 0 ? start + max<i64>(size, 1) : start;
  if (length < 0) {
    badValue(3, length);
    return NONE;
  }
  if (from < 0 || from > size || length > size - from) return indexError(start, d, size as i32);
  return sliceAt(self, d, from as i32, length as i32, 1);
}

/** As `narrow`, its start in a 0-dimensional integer tensor. */
export function narrowTensor(self: Tensor, dim: i64, start: Tensor, length: i64): Tensor {
  if (start.ndim != 0 || !isIntegral(start.dtype as DType)) {
    fail(ErrorCode.NDIM);
    factInt(2);
    factInt(0);
    factShape(start);
    return NONE;
  }
  return narrow(self, dim, readInt(start), length);
}

export function diagonal(self: Tensor, offset: i64, dim1: i64, dim2: i64): Tensor {
  const a = wrapDimOf(dim1, self);
  const b = a < 0 ? -1 : wrapDimOf(dim2, self);
  if (b < 0) return NONE;
  if (a == b) {
    fail(ErrorCode.REPEATED_DIM);
    factInt(a);
    return NONE;
  }
  const ndim = self.ndim as i32;
  const rows = self.size(a) as i64;
  const columns = self.size(b) as i64;
  const shift = max<i64>(min<i64>(offset, i32.MAX_VALUE), -i32.MAX_VALUE);
  const length = max<i64>(0, shift >= 0 ? min<i64>(rows, columns - shift) : min<i64>(rows + shift, columns));
  const v = newView(self, ndim - 1);
  if (!changetype<usize>(v)) return v;
  let k: i32 = 0;
  for (let i = 0; i < ndim; i++) {
    if (i == a || i == b) continue;
    v.setSize(k, self.size(i));
    v.setStride(k++, self.stride(i));
  }
  v.setSize(k, length as i32);
  v.setStride(k, clampI32((self.stride(a) as i64) + (self.stride(b) as i64)));
  if (length) advance(v, shift < 0 ? -shift : shift, self.stride(shift < 0 ? a : b));
  if (updateNumel(v)) return v;
  release(v);
  return NONE;
}

/** Windows of `size` places, `step` apart, along a dimension; the window becomes the last dimension. */
export function unfold(self: Tensor, dimension: i64, size: i64, step: i64): Tensor {
  const d = wrapDim(dimension, self.ndim);
  if (d < 0) return NONE;
  const ndim = self.ndim as i32;
  const have = ndim ? self.size(d) : 1;
  if (size < 0 || size > (have as i64)) {
    badValue(2, size);
    return NONE;
  }
  if (step <= 0) {
    fail(ErrorCode.STEP);
    factInt(step);
    return NONE;
  }
  const v = newView(self, ndim + 1);
  if (!changetype<usize>(v)) return v;
  for (let i = 0; i < ndim; i++) {
    v.setSize(i, i == d ? ((((have as i64) - size) / step + 1) as i32) : self.size(i));
    const by: i64 = i == d ? min<i64>(step, i32.MAX_VALUE) : 1;
    v.setStride(i, clampI32((self.stride(i) as i64) * by));
  }
  v.setSize(ndim, size as i32);
  v.setStride(ndim, ndim ? self.stride(d) : 1);
  if (updateNumel(v)) return v;
  release(v);
  return NONE;
}

/** A view of `t` with `ndim` i32 sizes and strides from element `offset` of its storage; NONE when it leaves that. */
export function viewStrided(t: Tensor, sizes: usize, strides: usize, ndim: u32, offset: u32): Tensor {
  const v = newView(t, ndim);
  if (!changetype<usize>(v)) return v;
  const bytes = (ndim as usize) << 2;
  memory.copy(v.dims, sizes, bytes);
  memory.copy(v.dims + bytes, strides, bytes);
  v.offset = offset;
  if (updateNumel(v) && checkExtent(v)) return v;
  release(v);
  return NONE;
}

/** A view with any sizes, strides and offset that stay inside the storage. */
export function asStrided(self: Tensor, size: List, stride: List, storageOffset: Value): Tensor {
  const sizes = readInts(size);
  const strides = sizes ? readInts(stride) : 0;
  if (!strides) return NONE;
  if (size.length != stride.length) {
    fail(ErrorCode.BAD_ARITY);
    factInt(size.length);
    factInt(stride.length);
    return NONE;
  }
  const offset = storageOffset.intOr(self.offset);
  if (offset < 0 || offset > (u32.MAX_VALUE as i64)) {
    badValue(3, offset);
    return NONE;
  }
  return checkStrides(size, stride) ? viewStrided(self, sizes, strides, size.length, offset as u32) : NONE;
}

/** Strides must not be negative; one beyond 32 bits reaches past any storage unless its dimension has one place. */
function checkStrides(size: List, stride: List): bool {
  for (let i: i32 = 0; i < (stride.length as i32); i++) {
    const step = stride.int(i);
    if (step >= 0 && (step <= (i32.MAX_VALUE as i64) || size.int(i) < 2)) continue;
    badValue(2, step);
    return false;
  }
  return true;
}

export function asStridedInPlace(self: Tensor, size: List, stride: List, storageOffset: Value): Tensor {
  return turnInto(self, asStrided(self, size, stride, storageOffset));
}
