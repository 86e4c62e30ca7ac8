// Results in the memory format of an input.

import { DType } from "../../core/dtype";
import { emptyAs, MemoryFormat, suggestFormat } from "../../core/layout";
import { isNone, NONE, release, Tensor } from "../../core/tensor";
import { copyInto } from "../copy";

/** `out`, which is released, in the memory format that `like`'s strides suggest. NONE stays NONE. */
export function asFormatOf(out: Tensor, like: Tensor): Tensor {
  const format = suggestFormat(like);
  if (isNone(out) || format == MemoryFormat.CONTIGUOUS) return out;
  const moved = emptyAs(out.dtype as DType, out.dims, out.ndim, format);
  const done = !isNone(moved) && copyInto(moved, out);
  release(out);
  if (done) return moved;
  release(moved);
  return NONE;
}
