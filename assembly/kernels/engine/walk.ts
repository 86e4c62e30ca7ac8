// The walk of gather and scatter: for every element of an index tensor, the place in `self` that it names along one
// dimension, and the place of the same position in another tensor.
//
//   self[p0, …, index[p], …, pn]   ⇄   other[p0, …, pd, …, pn]

import { DType, dtypeShift } from "../../core/dtype";
import { factInt, fail } from "../../core/error";
import { scratch } from "../../core/scratch";
import { Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { Combine, combineElement } from "./combine";

/** What is done at every place. */
export enum Walk {
  /** other = self */
  GATHER = 0,
  /** self = other, or combined with it */
  SCATTER = 1,
  /** self counts one more: an int64 tensor */
  COUNT = 2,
}

function move<T extends number>(to: usize, from: usize): void {
  store<T>(to, load<T>(from));
}

export function moveElement(to: usize, from: usize, shift: i32): void {
  if (shift == 2) move<u32>(to, from);
  else if (shift == 3) move<u64>(to, from);
  else if (shift == 1) move<u16>(to, from);
  else move<u8>(to, from);
}

function visit(here: usize, there: usize, shift: i32, dtype: DType, what: Walk, how: Combine): void {
  if (what == Walk.GATHER) moveElement(there, here, shift);
  else if (what == Walk.COUNT) store<i64>(here, load<i64>(here) + 1);
  else if (how == Combine.REPLACE) moveElement(here, there, shift);
  else combineElement(here, there, dtype, how);
}

/**
 * Walks `index` (int64, of `self`'s and `other`'s number of dimensions) with its places along dimension `d` of `self`.
 * `other`'s strides may be 0. False with INDEX_OUT_OF_RANGE recorded where the index leaves `self`.
 */
export function walk(index: Tensor, d: i32, self: Tensor, other: Tensor, what: Walk, how: Combine): bool {
  const ndim = index.ndim as i32;
  if (index.numel == 0) return true;
  const position = scratch(((ndim as u64) << 2) + 4);
  if (!position) return false;
  for (let i = 0; i < ndim; i++) store<i32>(position + ((i as usize) << 2), 0);
  const dtype = self.dtype as DType;
  const shift = dtypeShift(dtype) as i32;
  const size: i64 = ndim ? self.size(d) : 1;
  const step = ndim ? self.stride(d) << shift : 0;
  const last = ndim - 1;
  const row = ndim ? index.size(last) : 1;
  const rowIndex = ndim ? index.stride(last) << 3 : 0;
  const rowOther = ndim ? other.stride(last) << shift : 0;
  const rowSelf = ndim && last != d ? self.stride(last) << shift : 0;
  let at = index.data;
  let here = self.data;
  let there = other.data;
  while (true) {
    for (let i = 0; i < row; i++) {
      const value = load<i64>(at);
      if (value < 0 || value >= size) {
        fail(ErrorCode.INDEX_OUT_OF_RANGE);
        factInt(value);
        factInt(d);
        factInt(size);
        return false;
      }
      visit(here + (value as i32) * step, there, shift, dtype, what, how);
      at += rowIndex;
      here += rowSelf;
      there += rowOther;
    }
    at -= row * rowIndex;
    here -= row * rowSelf;
    there -= row * rowOther;
    let k = last - 1;
    for (; k >= 0; k--) {
      const p = position + ((k as usize) << 2);
      const next = load<i32>(p) + 1;
      const more = next < index.size(k);
      const by = more ? 1 : 1 - index.size(k);
      store<i32>(p, more ? next : 0);
      at += by * (index.stride(k) << 3);
      there += by * (other.stride(k) << shift);
      if (k != d) here += by * (self.stride(k) << shift);
      if (more) break;
    }
    if (k < 0) return true;
  }
}
