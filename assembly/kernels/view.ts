// Views with other sizes over the same elements in the same order: view, reshape, flatten, and their kin.

import { List } from "../core/containers";
import { DType, dtypeBytes, isDtype } from "../core/dtype";
import { badValue, factDtype, factInt, factShape, factSizes, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { checkNdim, clampI32, inferSizes, wrapDim, wrapDimOf } from "../core/shape";
import {
  alias as aliasOf,
  become,
  NONE,
  newView,
  release,
  retain,
  Tensor,
  updateNumel,
} from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { contiguousCopy, convertCopy } from "./copy";

function at(p: usize, i: i32): i32 {
  return load<i32>(p + ((i as usize) << 2));
}

function put(p: usize, i: i32, value: i32): void {
  store<i32>(p + ((i as usize) << 2), value);
}

/**
 * The strides with which `t`'s elements can be seen as `sizes` without a copy, written to `strides`; false when there
 * are none. Dimensions of `t` that follow each other in memory form chunks; each new dimension must lie inside one.
 */
function viewStrides(t: Tensor, sizes: usize, ndim: i32, strides: usize): bool {
  if (t.numel == 0 || t.ndim == 0) {
    const same = ndim == (t.ndim as i32) && memory.compare(t.dims, sizes, (ndim as usize) << 2) == 0;
    let stride: i32 = 1;
    for (let i = ndim - 1; i >= 0; i--) {
      put(strides, i, same ? t.stride(i) : stride);
      stride *= max(at(sizes, i), 1);
    }
    return true;
  }
  let d = ndim - 1;
  let base = t.stride((t.ndim as i32) - 1);
  let chunk: i32 = 1;
  let seen: i32 = 1;
  for (let i = (t.ndim as i32) - 1; i >= 0; i--) {
    chunk *= t.size(i);
    if (i > 0 && (t.size(i - 1) == 1 || (t.stride(i - 1) as i64) == (chunk as i64) * (base as i64))) continue;
    while (d >= 0 && (seen < chunk || at(sizes, d) == 1)) {
      put(strides, d, clampI32((seen as i64) * (base as i64)));
      seen *= at(sizes, d);
      d--;
    }
    if (seen != chunk) return false;
    if (i > 0) {
      base = t.stride(i - 1);
      chunk = 1;
      seen = 1;
    }
  }
  return d < 0;
}

/** A view of `t` as the i32 `sizes`, whose product is its number of elements; NONE when its strides do not allow it. */
export function tryView(t: Tensor, sizes: usize, ndim: i32): Tensor {
  const strides = scratch(((ndim as u64) << 2) + 4);
  if (!strides || !viewStrides(t, sizes, ndim, strides)) return NONE;
  const v = newView(t, ndim);
  if (!changetype<usize>(v)) return v;
  memory.copy(v.dims, sizes, (ndim as usize) << 2);
  memory.copy(v.dims + ((ndim as usize) << 2), strides, (ndim as usize) << 2);
  return v;
}

/** As `tryView`, with VIEW recorded. */
export function viewSizes(t: Tensor, sizes: usize, ndim: i32): Tensor {
  const v = tryView(t, sizes, ndim);
  if (changetype<usize>(v)) return v;
  fail(ErrorCode.VIEW);
  factShape(t);
  factSizes(sizes, ndim);
  return NONE;
}

/** A view of `t` as `sizes`, or of a contiguous copy where its strides do not allow one. */
export function reshapeSizes(t: Tensor, sizes: usize, ndim: i32): Tensor {
  const v = tryView(t, sizes, ndim);
  if (changetype<usize>(v)) return v;
  const copy = convertCopy(t, t.dtype as DType);
  if (!changetype<usize>(copy)) return copy;
  const result = tryView(copy, sizes, ndim);
  release(copy);
  return result;
}

export function view(self: Tensor, size: List): Tensor {
  const sizes = inferSizes(size, self.numel);
  if (!sizes) return NONE;
  return viewSizes(self, sizes, size.length);
}

export function viewAs(self: Tensor, other: Tensor): Tensor {
  return sameNumel(self, other) ? viewSizes(self, other.dims, other.ndim) : NONE;
}

export function reshape(self: Tensor, shape: List): Tensor {
  const sizes = inferSizes(shape, self.numel);
  if (!sizes) return NONE;
  return reshapeSizes(self, sizes, shape.length);
}

export function reshapeAs(self: Tensor, other: Tensor): Tensor {
  return sameNumel(self, other) ? reshapeSizes(self, other.dims, other.ndim) : NONE;
}

function sameNumel(self: Tensor, other: Tensor): bool {
  if (self.numel == other.numel) return true;
  fail(ErrorCode.RESHAPE);
  factInt(self.numel);
  factShape(other);
  return false;
}

export function flatten(self: Tensor, startDim: i64, endDim: i64): Tensor {
  const start = wrapDim(startDim, self.ndim);
  const end = start < 0 ? -1 : wrapDim(endDim, self.ndim);
  if (end < 0) return NONE;
  if (start > end) {
    badValue(2, endDim);
    return NONE;
  }
  const sizes = scratch(((self.ndim as u64) << 2) + 4);
  if (!sizes) return NONE;
  if (self.ndim == 0) {
    put(sizes, 0, 1);
    return reshapeSizes(self, sizes, 1);
  }
  if (start == end) return retain(self);
  let merged: i32 = 1;
  let ndim: i32 = 0;
  for (let i: i32 = 0; i < (self.ndim as i32); i++) {
    const size = self.size(i);
    if (i > start && i <= end) merged *= size;
    else if (i == start) merged = size;
    else put(sizes, ndim++, size);
    if (i == end) put(sizes, ndim++, merged);
  }
  return reshapeSizes(self, sizes, ndim);
}

export function ravel(self: Tensor): Tensor {
  const whole = contiguousCopy(self);
  if (!changetype<usize>(whole)) return whole;
  const sizes = scratch(4);
  if (!sizes) {
    release(whole);
    return NONE;
  }
  put(sizes, 0, self.numel);
  const v = tryView(whole, sizes, 1);
  release(whole);
  return v;
}

export function unflatten(self: Tensor, dim: i64, sizes: List): Tensor {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NONE;
  if (sizes.length == 0) {
    fail(ErrorCode.EMPTY_CONTAINER);
    return NONE;
  }
  const parts = inferSizes(sizes, self.size(d));
  if (!parts) return NONE;
  const count = sizes.length as i32;
  const rest = (self.ndim as i32) - d - 1;
  const ndim = d + count + rest;
  const all = scratch((ndim as u64) << 2);
  if (!all || !checkNdim(ndim)) return NONE;
  memory.copy(all, self.dims, (d as usize) << 2);
  memory.copy(all + ((d as usize) << 2), parts, (count as usize) << 2);
  memory.copy(
    all + (((d + count) as usize) << 2),
    self.dims + (((d + 1) as usize) << 2),
    (rest as usize) << 2,
  );
  return viewSizes(self, all, ndim);
}

/** The bytes seen as another dtype; the last dimension grows or shrinks where the element sizes differ. */
export function viewDtype(self: Tensor, dtype: i64): Tensor {
  if (!isDtype(dtype)) {
    fail(ErrorCode.NO_DTYPE);
    factInt(dtype);
    return NONE;
  }
  const from = dtypeBytes(self.dtype as DType) as i32;
  const to = dtypeBytes(dtype as i32 as DType) as i32;
  const last = (self.ndim as i32) - 1;
  const ratio = from > to ? from / to : to / from;
  const shrinks = to > from;
  if (ratio > 1) {
    let fits = last >= 0 && self.stride(last) == 1 && (!shrinks || self.offset % ratio == 0);
    for (let i: i32 = 0; fits && shrinks && i <= last; i++) {
      fits = i == last ? self.size(i) % ratio == 0 : self.stride(i) % ratio == 0;
    }
    if (!fits) {
      fail(ErrorCode.VIEW);
      factShape(self);
      factShape(self);
      return NONE;
    }
  }
  const v = aliasOf(self);
  if (!changetype<usize>(v)) return v;
  v.dtype = dtype as u8;
  v.flags = 0;
  if (ratio == 1) return v;
  for (let i: i32 = 0; i < last; i++) {
    v.setStride(i, shrinks ? v.stride(i) / ratio : clampI32((v.stride(i) as i64) * (ratio as i64)));
  }
  v.setSize(last, shrinks ? v.size(last) / ratio : clampI32((v.size(last) as i64) * (ratio as i64)));
  v.offset = shrinks ? v.offset / ratio : v.offset * ratio;
  if (updateNumel(v)) return v;
  release(v);
  return NONE;
}

export function alias(self: Tensor): Tensor {
  return aliasOf(self);
}

/** The tensor itself: what has no effect without gradients, conjugate bits and other devices. */
export function same(self: Tensor): Tensor {
  return retain(self);
}

/** aten::set_: `self` looks at `source`'s memory from here on, with its sizes and strides. */
export function setTo(self: Tensor, source: Tensor): Tensor {
  if (self.dtype == source.dtype) return become(self, source) ? retain(self) : NONE;
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(self.dtype);
  factDtype(source.dtype);
  return NONE;
}
