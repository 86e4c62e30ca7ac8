// Sorting along a dimension: sort, argsort, msort, topk. Every sort is stable, whether that is asked for or not; which of
// equal elements topk takes, and in which order, is as in PyTorch (engine/partition.ts).

import { DType, dtypeShift } from "../core/dtype";
import { factInt, fail } from "../core/error";
import { emptyLikeAs, MemoryFormat } from "../core/layout";
import { scratch } from "../core/scratch";
import { wrapDim } from "../core/shape";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { Lines, lineLength } from "./engine/lines";
import { partialSort, partitionAt, unstableSort } from "./engine/partition";
import { Sorter } from "./engine/sort";
import { moveElement } from "./engine/walk";

/** In place of a number of elements. */
const ALL: i32 = -1;

/** Brings the `k` smallest of the `n` keys that were read to the front, in order. */
function firstSorted(n: usize, k: usize): void {
  if (k * 64 <= n) {
    partialSort(k, n);
    return;
  }
  partitionAt(k - 1, n);
  unstableSort(k - 1);
}

/**
 * Writes the first `k` sorted elements of every line of `self` and their places (`values` or NONE): for a negative `k`
 * all of them, equal ones in order of place.
 */
function sortLines(self: Tensor, d: i32, k: i32, descending: bool, values: Tensor, places: Tensor): bool {
  if (places.numel == 0) return true;
  const n = lineLength(self, d);
  const count = k < 0 ? n : k;
  if (!Sorter.begin(n) || !Lines.begin(self, d, values, places)) return false;
  const dtype = self.dtype as DType;
  const shift = dtypeShift(dtype) as i32;
  do {
    Sorter.read(Lines.t, Lines.step, n, dtype, descending);
    if (k < 0) Sorter.sort(n);
    else firstSorted(n, k);
    for (let i = 0; i < count; i++) {
      const place = Sorter.place(i);
      if (Lines.a) moveElement(Lines.a + i * Lines.stepA, Lines.t + place * Lines.step, shift);
      store<i64>(Lines.b + i * Lines.stepB, place as i64);
    }
  } while (Lines.next());
  return true;
}

/** Both results for r.at(0) and r.at(1), of `self`'s layout. */
function sortBoth(self: Tensor, dim: i64, descending: bool, r: Value): void {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return;
  const values = emptyLikeAs(self, self.dtype, MemoryFormat.PRESERVE);
  r.at(0).setTensor(values);
  const places = isNone(values) ? NONE : emptyLikeAs(self, DType.INT64, MemoryFormat.PRESERVE);
  r.at(1).setTensor(places);
  if (!isNone(places)) sortLines(self, d, ALL, descending, values, places);
}

export function sort(self: Tensor, dim: i64, descending: bool, r: Value): void {
  sortBoth(self, dim, descending, r);
}

export function sortStable(self: Tensor, stable: Value, dim: i64, descending: bool, r: Value): void {
  sortBoth(self, dim, descending, r);
}

export function argsort(self: Tensor, dim: i64, descending: bool): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return NONE;
  const places = emptyLikeAs(self, DType.INT64, MemoryFormat.PRESERVE);
  if (isNone(places) || sortLines(self, d, ALL, descending, NONE, places)) return places;
  release(places);
  return NONE;
}

export function argsortStable(self: Tensor, stable: bool, dim: i64, descending: bool): Tensor {
  return argsort(self, dim, descending);
}

export function msort(self: Tensor): Tensor {
  const values = emptyLikeAs(self, self.dtype, MemoryFormat.PRESERVE);
  const places = isNone(values) ? NONE : emptyLikeAs(self, DType.INT64, MemoryFormat.PRESERVE);
  const done = !isNone(places) && sortLines(self, 0, ALL, false, values, places);
  release(places);
  if (done) return values;
  release(values);
  return NONE;
}

/** A new contiguous tensor of `self`'s sizes but `k` along `d`. */
function shortened(self: Tensor, d: i32, k: i32, dtype: DType): Tensor {
  const sizes = scratch(((self.ndim as u64) << 2) + 4);
  if (!sizes) return NONE;
  memory.copy(sizes, self.dims, (self.ndim as usize) << 2);
  if (self.ndim) store<i32>(sizes + ((d as usize) << 2), k);
  return empty(dtype, sizes, self.ndim);
}

export function topk(self: Tensor, k: i64, dim: i64, largest: bool, sorted: bool, r: Value): void {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return;
  const n = lineLength(self, d);
  if (k < 0 || k > (n as i64)) {
    fail(ErrorCode.INDEX_RANGE);
    factInt(k);
    factInt(n);
    return;
  }
  const values = shortened(self, d, k as i32, self.dtype);
  r.at(0).setTensor(values);
  const places = isNone(values) ? NONE : shortened(self, d, k as i32, DType.INT64);
  r.at(1).setTensor(places);
  if (!isNone(places) && k > 0) sortLines(self, d, k as i32, largest, values, places);
}
