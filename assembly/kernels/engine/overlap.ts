// Whether a tensor that is written shares memory with itself or with an input (at::MemOverlap).

import { DType, dtypeShift } from "../../core/dtype";
import { fail } from "../../core/error";
import { isDense } from "../../core/layout";
import { NONE, retain, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { convertCopy } from "../copy";

/** True when several indices of `t` name one element: a dimension of stride 0 longer than 1. */
function isExpanded(t: Tensor): bool {
  if (t.numel === 0) return false;
  for (let i: i32 = 0; i < (t.ndim as i32); i++) {
    if (t.stride(i) === 0 && t.size(i) > 1) return true;
  }
  return false;
}

/** One past the last byte that `t` reaches. */
function endOf(t: Tensor): usize {
  let last: usize = 0;
  for (let i: i32 = 0; i < (t.ndim as i32); i++) last += ((t.size(i) - 1) as usize) * (t.stride(i) as usize);
  return t.data + ((last + 1) << dtypeShift(t.dtype as DType));
}

function sameLayout(a: Tensor, b: Tensor): bool {
  return (
    a.dtype === b.dtype && a.ndim === b.ndim && memory.compare(a.dims, b.dims, (a.ndim as usize) << 3) === 0
  );
}

/** True when `out` can be written without hitting one element twice; else records OVERLAP. */
export function checkNoInternalOverlap(out: Tensor): bool {
  if (!isExpanded(out)) return true;
  fail(ErrorCode.OVERLAP);
  return false;
}

export enum Sharing {
  /** No common memory, or exactly the same elements in the same places. */
  SAFE = 0,
  /** Perhaps some common elements: the input must be copied before `out` is written. */
  MAYBE = 1,
  /** Some common elements: refused. */
  PARTIAL = 2,
}

/** How the memory of `out`, which is written, relates to that of the input `t`. */
export function sharing(out: Tensor, t: Tensor): Sharing {
  if (changetype<usize>(out) === changetype<usize>(t) || out.numel === 0 || t.numel === 0)
    return Sharing.SAFE;
  if (out.data === t.data && sameLayout(out, t)) return Sharing.SAFE;
  if (endOf(out) <= t.data || endOf(t) <= out.data) return Sharing.SAFE;
  return isDense(out) && isDense(t) ? Sharing.PARTIAL : Sharing.MAYBE;
}

/**
 * `input`, to be read while `out` is written: itself (one more reference), or a copy when they may have elements in
 * common; NONE with OVERLAP recorded when they have, be it all of them.
 */
export function apartFrom(out: Tensor, input: Tensor): Tensor {
  const shared = sharing(out, input);
  if (shared === Sharing.MAYBE) return convertCopy(input, input.dtype as DType);
  const whole = out.numel !== 0 && out.numel === input.numel && out.data === input.data;
  if (shared === Sharing.SAFE && !whole) return retain(input);
  fail(ErrorCode.OVERLAP);
  return NONE;
}
