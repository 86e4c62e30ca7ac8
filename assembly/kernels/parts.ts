// Copies with a part replaced: select_scatter, slice_scatter, diagonal_scatter, as_strided_scatter; narrow_copy.

import { List } from "../core/containers";
import { factShape, fail } from "../core/error";
import { MemoryFormat } from "../core/layout";
import { NONE, release, sameSizes, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { cloneAs } from "./clone";
import { copyInto } from "./copy";
import { asStrided, diagonal, narrow, select, slice } from "./slice";

/** `out`, of which `part` is a view, after `src` was written into it; NONE, and `out` released, where that fails. */
function replaced(out: Tensor, part: Tensor, src: Tensor): Tensor {
  let done: bool = changetype<usize>(part) != 0;
  if (done && !sameSizes(part, src)) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(src);
    factShape(part);
    done = false;
  }
  done = done && copyInto(part, src);
  release(part);
  if (done) return out;
  release(out);
  return NONE;
}

export function selectScatter(self: Tensor, src: Tensor, dim: i64, index: i64): Tensor {
  const out = cloneAs(self, MemoryFormat.PRESERVE);
  return changetype<usize>(out) ? replaced(out, select(out, dim, index), src) : out;
}

export function sliceScatter(
  self: Tensor,
  src: Tensor,
  dim: i64,
  start: Value,
  end: Value,
  step: i64,
): Tensor {
  const out = cloneAs(self, MemoryFormat.PRESERVE);
  return changetype<usize>(out) ? replaced(out, slice(out, dim, start, end, step), src) : out;
}

export function diagonalScatter(self: Tensor, src: Tensor, offset: i64, dim1: i64, dim2: i64): Tensor {
  const out = cloneAs(self, MemoryFormat.PRESERVE);
  return changetype<usize>(out) ? replaced(out, diagonal(out, offset, dim1, dim2), src) : out;
}

export function asStridedScatter(
  self: Tensor,
  src: Tensor,
  size: List,
  stride: List,
  storageOffset: Value,
): Tensor {
  const out = cloneAs(self, MemoryFormat.PRESERVE);
  return changetype<usize>(out) ? replaced(out, asStrided(out, size, stride, storageOffset), src) : out;
}

export function narrowCopy(self: Tensor, dim: i64, start: i64, length: i64): Tensor {
  const part = narrow(self, dim, start, length);
  if (!changetype<usize>(part)) return part;
  const out = cloneAs(part, MemoryFormat.CONTIGUOUS);
  release(part);
  return out;
}
