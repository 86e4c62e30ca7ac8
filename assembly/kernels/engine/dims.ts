// Choosing dimensions: a set of them as bits of a u64, from the forms in which operators name them.

import { List } from "../../core/containers";
import { DType } from "../../core/dtype";
import { factInt, factShape, fail } from "../../core/error";
import { wrapDim } from "../../core/shape";
import { empty, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

/** The dimensions chosen by the last `select…`: bit d stands for dimension d. */
export let selected: u64 = 0;

/** Chooses all dimensions. */
export function selectAll(t: Tensor): void {
  selected = t.ndim == 64 ? ~(0 as u64) : ((1 as u64) << t.ndim) - 1;
}

/** Chooses the dimensions whose bits are set. */
export function selectBits(bits: u64): void {
  selected = bits;
}

/** Chooses dimension `dim`; false with an error recorded when there is no such dimension. */
export function selectDim(t: Tensor, dim: i64): bool {
  const d = wrapDim(dim, t.ndim);
  if (d < 0) return false;
  selected = t.ndim ? (1 as u64) << d : 0;
  return true;
}

/** Chooses the listed dimensions, all of them for an absent or empty list. */
export function selectDims(t: Tensor, list: List): bool {
  if (!changetype<usize>(list) || list.length == 0) {
    selectAll(t);
    return true;
  }
  let found: u64 = 0;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const d = wrapDim(list.int(i), t.ndim);
    if (d < 0) return false;
    if ((found >> d) & 1) {
      fail(ErrorCode.REPEATED_DIM);
      factInt(d);
      return false;
    }
    found |= (1 as u64) << d;
  }
  selected = t.ndim ? found : 0;
  return true;
}

/** True when dimension `d` is among the chosen. */
export function isSelected(d: i32): bool {
  return ((selected >> d) & 1) != 0;
}

/** Number of elements of `t` for one index of the dimensions that are not chosen. */
export function countSelected(t: Tensor): i64 {
  let count: i64 = 1;
  for (let d: i32 = 0; d < (t.ndim as i32); d++) {
    if (!isSelected(d)) continue;
    if (t.size(d) == 0) return 0;
    if (count <= 0x7fff_ffff) count *= t.size(d);
  }
  return count;
}

/** False with EMPTY_REDUCTION recorded when there are no elements to choose an extremum from. */
export function hasElements(t: Tensor): bool {
  if (countSelected(t)) return true;
  fail(ErrorCode.EMPTY_REDUCTION);
  factShape(t);
  return false;
}

/** A new tensor of `t`'s shape without the chosen dimensions, or with size 1 in their places. */
export function reducedTensor(t: Tensor, keepdim: bool, dtype: DType): Tensor {
  let n = 0;
  for (let d: i32 = 0; d < (t.ndim as i32); d++) {
    if (isSelected(d) && !keepdim) continue;
    store<i32>(sizes + ((n as usize) << 2), isSelected(d) ? 1 : t.size(d));
    n++;
  }
  return empty(dtype, sizes, n);
}
