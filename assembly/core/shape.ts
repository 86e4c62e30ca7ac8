// Dimensions and sizes given as arguments: wrapping of negative ones, and lists of them read into memory.

import { ErrorCode } from "../errors.gen";
import { List } from "./containers";
import { factInt, factSizes, fail } from "./error";
import { scratch } from "./scratch";
import { MAX_DIMS, Tensor } from "./tensor";

/** `dim` counted from the end when negative, for `ndim` dimensions (0 counts as 1); -1 with DIM_RANGE recorded. */
export function wrapDim(dim: i64, ndim: i32): i32 {
  const range = max(ndim, 1) as i64;
  if (dim >= -range && dim < range) return (dim < 0 ? dim + range : dim) as i32;
  fail(ErrorCode.DIM_RANGE);
  factInt(dim);
  factInt(ndim);
  return -1;
}

/** As `wrapDim`, for operators that need at least one dimension: any `dim` of a 0-dimensional tensor is refused. */
export function wrapDimOf(dim: i64, t: Tensor): i32 {
  if (t.ndim) return wrapDim(dim, t.ndim);
  fail(ErrorCode.DIM_RANGE);
  factInt(dim);
  factInt(0);
  return -1;
}

/** A 64-bit number as the nearest that fits 32 bits. */
export function clampI32(x: i64): i32 {
  return max<i64>(min<i64>(x, i32.MAX_VALUE), i32.MIN_VALUE) as i32;
}

/** Records that a list has more than `MAX_DIMS` items, and gives false; true when it does not. */
export function checkNdim(ndim: u32): bool {
  if (ndim <= (MAX_DIMS as u32)) return true;
  fail(ErrorCode.TOO_MANY_DIMS);
  factInt(ndim);
  return false;
}

/**
 * The items of a list of ints as i32 each, in scratch memory; 0 with an error recorded when there are more than
 * MAX_DIMS. What does not fit 32 bits is clamped: as a size it is refused later, by whoever counts elements.
 */
export function readInts(list: List): usize {
  if (!checkNdim(list.length)) return 0;
  const out = scratch(((list.length as u64) << 2) + 4);
  if (!out) return 0;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    store<i32>(out + ((i as usize) << 2), clampI32(list.int(i)));
  }
  return out;
}

/** A list of ints as sizes for `numel` elements, in which one -1 stands for what is left; 0 with an error recorded. */
export function inferSizes(list: List, numel: u32): usize {
  const sizes = readInts(list);
  if (!sizes) return 0;
  const ndim = list.length as i32;
  let open: i32 = -1;
  let known: u64 = 1;
  for (let i: i32 = 0; i < ndim; i++) {
    const size = load<i32>(sizes + ((i as usize) << 2));
    if (size == -1 && open < 0) {
      open = i;
    } else if (size < 0) {
      fail(ErrorCode.NEGATIVE_SIZE);
      factInt(size);
      factSizes(sizes, ndim);
      return 0;
    } else if (size == 0 || known <= (u32.MAX_VALUE as u64)) {
      known *= size as u64;
    }
  }
  if (open >= 0 && known != 0 && (numel as u64) % known == 0) {
    store<i32>(sizes + ((open as usize) << 2), ((numel as u64) / known) as i32);
    return sizes;
  }
  if (open < 0 && known == (numel as u64)) return sizes;
  fail(ErrorCode.RESHAPE);
  factInt(numel);
  factSizes(sizes, ndim);
  return 0;
}
