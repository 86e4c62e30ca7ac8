// Filling tensors with drawn numbers, in the order in which PyTorch draws them: that of the tensor's memory.

import { DType, dtypeShift } from "../../core/dtype";
import { factText, fail } from "../../core/error";
import { isDense, memoryOrder } from "../../core/layout";
import { scratch } from "../../core/scratch";
import { emptyLike, isNone, NONE, newView, release, Tensor } from "../../core/tensor";
import { Value } from "../../core/value";
import { ErrorCode } from "../../errors.gen";
import { copyInto } from "../copy";
import { checkNoInternalOverlap } from "./overlap";

// "a Generator"
const GENERATOR: usize = memory.data<u8>([97, 32, 71, 101, 110, 101, 114, 97, 116, 111, 114]);

/** True for None; else records UNSUPPORTED: a program draws from its runtime's generator. */
export function isDefault(generator: Value): bool {
  if (generator.isNone) return true;
  fail(ErrorCode.UNSUPPORTED);
  factText(GENERATOR, 11);
  return false;
}

/** Draws `n` elements of `dtype` one after the other to `to`. */
export type Draw = (to: usize, dtype: DType, n: usize) => void;

/** `like`'s dimensions from outermost to innermost, i32 each in scratch memory; 0 when memory is out. */
export function drawOrder(like: Tensor): usize {
  const ndim = like.ndim as i32;
  const out = scratch(((ndim as u64) << 2) + 4);
  if (!out) return 0;
  const order = memoryOrder(like, like.dims + ((ndim as usize) << 2), 1);
  for (let i = 0; i < ndim; i++) {
    store<i32>(out + ((i as usize) << 2), load<i32>(order + (((ndim - 1 - i) as usize) << 2)));
  }
  return out;
}

/** A view of `t` with its dimensions in the given order; NONE on failure. */
export function inOrder(t: Tensor, order: usize): Tensor {
  const v = newView(t, t.ndim);
  if (isNone(v)) return NONE;
  for (let i: i32 = 0; i < (t.ndim as i32); i++) {
    const d = load<i32>(order + ((i as usize) << 2));
    v.setSize(i, t.size(d));
    v.setStride(i, t.stride(d));
  }
  return v;
}

/** Draws every element of `t`; false with an error recorded. */
export function fillDrawn(t: Tensor, draw: Draw): bool {
  if (t.numel === 0) return true;
  if (!checkNoInternalOverlap(t)) return false;
  if (isDense(t)) {
    draw(t.data, t.dtype as DType, t.numel);
    return true;
  }
  const order = drawOrder(t);
  const view = order ? inOrder(t, order) : NONE;
  const drawn = isNone(view) ? NONE : emptyLike(view, t.dtype as DType);
  let done: bool = false;
  if (!isNone(drawn)) {
    draw(drawn.data, t.dtype as DType, t.numel);
    done = copyInto(view, drawn);
  }
  release(drawn);
  release(view);
  return done;
}

/** Address of element `i` of a run of elements at `to`. */
export function elementAt(to: usize, dtype: DType, i: usize): usize {
  return to + (i << dtypeShift(dtype));
}
