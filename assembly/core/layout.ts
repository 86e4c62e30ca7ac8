// Memory formats: the order in which a tensor's dimensions lie in memory.
//
//   contiguous        NCHW   strides of a (2, 3, 4, 5):  60 20  5  1
//   channels last     NHWC                               60  1 15  3
//
// PyTorch keeps no format beside a tensor; it is read off the strides. What is decided here follows c10 exactly, since
// programs can see strides.

import { ErrorCode } from "../errors.gen";
import { DType } from "./dtype";
import { badValue, factInt, factShape, fail } from "./error";
import { empty, isContiguous, NONE, release, Tensor } from "./tensor";
import { Value } from "./value";

export enum MemoryFormat {
  CONTIGUOUS = 0,
  PRESERVE = 1,
  CHANNELS_LAST = 2,
  CHANNELS_LAST_3D = 3,
}

const order: usize = memory.data(256, 16); // i32[MAX_DIMS], innermost first

function orderAt(i: i32): usize {
  return order + ((i as usize) << 2);
}

/** The format that argument `index` names, or PRESERVE for None; -1 with BAD_VALUE recorded for any other number. */
export function formatOf(format: Value, index: i32): i32 {
  return checkFormat(format.intOr(MemoryFormat.PRESERVE), index);
}

/** `format` as i32; -1 with BAD_VALUE recorded when there is no such memory format. */
export function checkFormat(format: i64, index: i32): i32 {
  if (format >= 0 && format <= MemoryFormat.CHANNELS_LAST_3D) return format as i32;
  badValue(index, format);
  return -1;
}

/** Number of dimensions that a channels-last format is for. */
function ndimOf(format: i32): i32 {
  return format == MemoryFormat.CHANNELS_LAST ? 4 : 5;
}

/** The `i`-th dimension from the inside of a channels-last tensor of `ndim` dimensions: C, then the last …, then N. */
function channelsLastDim(i: i32, ndim: i32): i32 {
  return i == 0 ? 1 : i == ndim - 1 ? 0 : ndim - i;
}

/** True when `t` lies in memory without gaps in the order of `format`; PRESERVE asks as CONTIGUOUS does. */
export function isContiguousAs(t: Tensor, format: i32): bool {
  if (format <= MemoryFormat.PRESERVE) return isContiguous(t);
  const ndim = t.ndim as i32;
  if (ndim != ndimOf(format)) return false;
  let expected: i32 = 1;
  for (let i = 0; i < ndim; i++) {
    const d = channelsLastDim(i, ndim);
    const size = t.size(d);
    if (size == 1) continue;
    if (t.stride(d) != expected) return false;
    expected *= size;
  }
  return true;
}

/** True when the strides look like a channels-last format's, gaps allowed; ambiguous ones do not. */
function isStridedAs(t: Tensor, format: i32): bool {
  const ndim = t.ndim as i32;
  if (ndim != ndimOf(format) || t.stride(1) == 0) return false;
  let least: i64 = 0;
  for (let i = 0; i < ndim; i++) {
    const d = channelsLastDim(i, ndim);
    const size = t.size(d) as i64;
    const stride = t.stride(d) as i64;
    if (size == 0 || stride < least) return false;
    if (d == 0 && least == (t.stride(1) as i64)) return false;
    least = size > 1 ? stride * size : stride;
  }
  return true;
}

/** The format the strides suggest: a channels-last one, or CONTIGUOUS. */
export function suggestFormat(t: Tensor): i32 {
  if (isStridedAs(t, MemoryFormat.CHANNELS_LAST)) return MemoryFormat.CHANNELS_LAST;
  if (isStridedAs(t, MemoryFormat.CHANNELS_LAST_3D)) return MemoryFormat.CHANNELS_LAST_3D;
  return MemoryFormat.CONTIGUOUS;
}

/** True when `t`'s elements fill one stretch of memory without gaps, in whatever order of dimensions. */
export function isDense(t: Tensor): bool {
  if (t.numel == 0) return true;
  // Each round finds the dimension whose stride is the product of the sizes of those found before.
  let expected: i64 = 1;
  while (expected < (t.numel as i64)) {
    let found = false;
    for (let i: i32 = 0; !found && i < (t.ndim as i32); i++) {
      const size = t.size(i);
      if (size == 1 || (t.stride(i) as i64) != expected) continue;
      expected *= size;
      found = true;
    }
    if (!found) return false;
  }
  return true;
}

/**
 * 1 when dimension `a` of `t` lies further out than `b`, -1 for the reverse, 0 when the strides do not tell: those of the
 * first of `rows` rows of `t.ndim` i32 strides that knows.
 */
function compareDims(t: Tensor, strides: usize, rows: i32, a: i32, b: i32): i32 {
  const row = (t.ndim as usize) << 2;
  for (let i = 0; i < rows; i++) {
    const sa = load<i32>(strides + ((a as usize) << 2));
    const sb = load<i32>(strides + ((b as usize) << 2));
    strides += row;
    if (sa == 0 || sb == 0) continue;
    if (sa != sb) return sa < sb ? -1 : 1;
    if (t.size(a) > t.size(b)) return 1;
  }
  return 0;
}

/**
 * Orders `t`'s dimensions from innermost to outermost as by `rows` rows of `t.ndim` i32 strides, of which the first that
 * tells decides; row-major where none does. Gives the order, i32 each, valid until the next call.
 */
export function memoryOrder(t: Tensor, strides: usize, rows: i32): usize {
  const ndim = t.ndim as i32;
  for (let i = 0; i < ndim; i++) store<i32>(orderAt(i), ndim - 1 - i);
  for (let i = 1; i < ndim; i++) {
    let at = i;
    for (let j = i - 1; j >= 0; j--) {
      const inner = load<i32>(orderAt(j));
      const c = compareDims(t, strides, rows, inner, load<i32>(orderAt(at)));
      if (c < 0) break;
      if (c == 0) continue;
      store<i32>(orderAt(j), load<i32>(orderAt(at)));
      store<i32>(orderAt(at), inner);
      at = j;
    }
  }
  return order;
}

/** Gives `t` strides without gaps in the `memoryOrder` of the given ones. */
export function setOrderOf(t: Tensor, strides: usize, rows: i32): void {
  memoryOrder(t, strides, rows);
  let stride: i32 = 1;
  for (let i = 0; i < (t.ndim as i32); i++) {
    const d = load<i32>(orderAt(i));
    t.setStride(d, stride);
    stride *= max(t.size(d), 1);
  }
}

/** A new tensor of the i32 `sizes` that lies in memory as `format` (not PRESERVE) says; NONE with an error recorded. */
export function emptyAs(dtype: DType, sizes: usize, ndim: i32, format: i32): Tensor {
  const out = empty(dtype, sizes, ndim);
  if (format == MemoryFormat.CONTIGUOUS || !changetype<usize>(out)) return out;
  if (ndim != ndimOf(format)) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(ndimOf(format));
    factShape(out);
    release(out);
    return NONE;
  }
  let stride: i32 = 1;
  for (let i = 0; i < ndim; i++) {
    const d = channelsLastDim(i, ndim);
    out.setStride(d, stride);
    stride *= out.size(d);
  }
  return out;
}

/** A new tensor of `t`'s sizes as torch.empty_like: PRESERVE keeps the order of `t`'s dimensions in memory. */
export function emptyLikeAs(t: Tensor, dtype: DType, format: i32): Tensor {
  if (format != MemoryFormat.PRESERVE) return emptyAs(dtype, t.dims, t.ndim, format);
  const out = empty(dtype, t.dims, t.ndim);
  if (!changetype<usize>(out)) return out;
  if (isDense(t)) memory.copy(out.dims, t.dims, (t.ndim as usize) << 3);
  else setOrderOf(out, t.dims + ((t.ndim as usize) << 2), 1);
  return out;
}
