// Finding values in tensors: searchsorted and bucketize (binary search), isin.

import { Str } from "../core/containers";
import { DType, dtypeBytes, isFloating } from "../core/dtype";
import { factInt, factShape, factText, fail } from "../core/error";
import { empty, emptyLike, isNone, NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { contiguousAs, contiguousCopy } from "./copy";
import { mismatch, sameDtype } from "./engine/product";
import { resultType } from "./engine/promote";
import { readKeys, Sorter } from "./engine/sort";

/** Place i of a sequence whose order `sorter` (int64, or 0) names. */
function ordered<T extends number>(sequence: usize, sorter: usize, i: usize): T {
  const place = sorter ? (load<i64>(sorter + (i << 3)) as usize) : i;
  return load<T>(sequence + (place << 3));
}

/** First place whose element is not below `x`, or above it for `right`; a NaN is above everything. */
function bound<T extends number>(sequence: usize, sorter: usize, n: usize, x: T, right: bool): usize {
  let low: usize = 0;
  let high = n;
  while (low < high) {
    const middle = low + ((high - low) >> 1);
    const y = ordered<T>(sequence, sorter, middle);
    const stays = right ? y > x : y >= x;
    if (stays) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The bound of every element of `values` in its row of `sequence` (all of 8-byte elements, contiguous). */
function bounds<T extends number>(
  sequence: Tensor,
  values: Tensor,
  sorter: Tensor,
  right: bool,
  out: Tensor,
): void {
  const n: usize = sequence.size((sequence.ndim as i32) - 1);
  const perRow: usize = values.ndim ? values.size((values.ndim as i32) - 1) : 1;
  const shared = sequence.ndim == 1;
  const narrow = out.dtype == DType.INT32;
  for (let i: usize = 0; i < (values.numel as usize); i++) {
    const row = shared ? 0 : ((i / perRow) * n) << 3;
    const order = isNone(sorter) ? 0 : sorter.data + row;
    const place = bound<T>(sequence.data + row, order, n, load<T>(values.data + (i << 3)), right);
    if (narrow) store<i32>(out.data + (i << 2), place as i32);
    else store<i64>(out.data + (i << 3), place as i64);
  }
}

/** True when `values` may be looked up in `sequence`; else records what does not fit. */
function checkShapes(sequence: Tensor, values: Tensor, sorter: Tensor): bool {
  const last = (sequence.ndim as i32) - 1;
  if (last < 0 || (values.ndim == 0 && last > 0)) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(1);
    factShape(sequence);
    return false;
  }
  if (last > 0) {
    let fits = values.ndim == sequence.ndim;
    for (let i = 0; fits && i < last; i++) fits = values.size(i) == sequence.size(i);
    if (!fits) return mismatch(ErrorCode.SIZE_MISMATCH, sequence, values);
  }
  if (isNone(sorter)) return true;
  if (sorter.dtype != DType.INT64) return sameDtype(sorter, values.dtype == DType.INT64 ? sequence : values);
  let same = sorter.ndim == sequence.ndim;
  for (let i = 0; same && i <= last; i++) same = sorter.size(i) == sequence.size(i);
  return same || mismatch(ErrorCode.SIZE_MISMATCH, sequence, sorter);
}

/** True when the contiguous `sorter` names places of rows of `n` elements. */
function checkSorter(sorter: Tensor, n: i64): bool {
  for (let i: u32 = 0; i < sorter.numel; i++) {
    const place = load<i64>(sorter.data + ((i as usize) << 3));
    if (place >= 0 && place < n) continue;
    fail(ErrorCode.INDEX_RANGE);
    factInt(place);
    factInt(n);
    return false;
  }
  return true;
}

/** `t` converted to `dtype`, then to the 8-byte type of its kind. */
function widened(t: Tensor, dtype: DType): Tensor {
  const exact = contiguousAs(t, dtype);
  if (isNone(exact)) return exact;
  const wide = contiguousAs(exact, isFloating(dtype) ? DType.FLOAT64 : DType.INT64);
  release(exact);
  return wide;
}

function search(sequence: Tensor, values: Tensor, narrow: bool, right: bool, sorter: Tensor): Tensor {
  if (!checkShapes(sequence, values, sorter)) return NONE;
  const dtype = resultType(sequence, values);
  const s = widened(sequence, dtype);
  const v = isNone(s) ? NONE : widened(values, dtype);
  const order = isNone(v) || isNone(sorter) ? NONE : contiguousCopy(sorter);
  let out = isNone(v) ? NONE : empty(narrow ? DType.INT32 : DType.INT64, values.dims, values.ndim);
  if (!isNone(sorter) && isNone(order)) {
    release(out);
    out = NONE;
  }
  if (!isNone(out)) {
    const last = sequence.size((sequence.ndim as i32) - 1);
    if (!isNone(order) && !checkSorter(order, last)) {
      release(out);
      out = NONE;
    } else if (isFloating(dtype)) {
      bounds<f64>(s, v, order, right, out);
    } else {
      bounds<i64>(s, v, order, right, out);
    }
  }
  release(s);
  release(v);
  release(order);
  return out;
}

export function searchsorted(
  sortedSequence: Tensor,
  self: Tensor,
  outInt32: bool,
  right: bool,
  side: Str,
  sorter: Tensor,
): Tensor {
  let after = right;
  if (changetype<usize>(side)) {
    const isRight = side.bytes == 5 && load<u8>(side.text) == 0x72;
    const isLeft = side.bytes == 4 && load<u8>(side.text) == 0x6c;
    if ((!isRight && !isLeft) || (isLeft && right)) {
      fail(ErrorCode.BAD_TEXT);
      factInt(4);
      factText(side.text, side.bytes);
      return NONE;
    }
    after = isRight;
  }
  return search(sortedSequence, self, outInt32, after, sorter);
}

export function bucketize(self: Tensor, boundaries: Tensor, outInt32: bool, right: bool): Tensor {
  if (boundaries.ndim != 1) {
    fail(ErrorCode.NDIM);
    factInt(1);
    factInt(1);
    factShape(boundaries);
    return NONE;
  }
  return search(boundaries, self, outInt32, right, NONE);
}

/** Whether each element of `elements` is among `tests` (contiguous, one dtype), as truth bytes. */
function mark(elements: Tensor, tests: Tensor, invert: bool, out: Tensor): bool {
  const dtype = elements.dtype as DType;
  const bytes = dtypeBytes(dtype);
  const n = tests.numel as usize;
  if (!Sorter.begin(max(n, 1))) return false;
  Sorter.read(tests.data, bytes, n, dtype, false);
  Sorter.sort(n);
  for (let i: usize = 0; i < (elements.numel as usize); i++) {
    const at = elements.data + i * bytes;
    readKeys(Sorter.spareKeys, at, bytes, 1, dtype, false);
    const key = load<u64>(Sorter.spareKeys);
    const place = bound<u64>(Sorter.keys, 0, n, key, false);
    const found = place < n && Sorter.key(place) == key && !(isFloating(dtype) && key == u64.MAX_VALUE);
    store<u8>(out.data + i, found != invert ? 1 : 0);
  }
  return true;
}

export function isin(elements: Tensor, testElements: Tensor, assumeUnique: bool, invert: bool): Tensor {
  const dtype = resultType(elements, testElements);
  const e = contiguousAs(elements, dtype);
  const t = isNone(e) ? NONE : contiguousAs(testElements, dtype);
  let out = isNone(t) ? NONE : emptyLike(e, DType.BOOL);
  if (!isNone(out) && !mark(e, t, invert, out)) {
    release(out);
    out = NONE;
  }
  release(e);
  release(t);
  return out;
}
