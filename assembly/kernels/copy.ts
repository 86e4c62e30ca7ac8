// Copies: contiguous, clone, conversion between dtypes, writing one tensor into another.

import { DType, dtypeShift } from "../core/dtype";
import { emptyLike, isContiguous, NONE, release, retain, sameSizes, Tensor } from "../core/tensor";
import { expandTo } from "./dims";
import { Compute, computeOf } from "./engine/convert";
import { iterBegin, iterInput, iterRun } from "./engine/iter";
import { copyStrided } from "./engine/strided";

function copyF32(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  memory.copy(out, a, n << 2);
}
function copy64(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  memory.copy(out, a, n << 3);
}
function copyU8(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  memory.copy(out, a, n);
}

/** The compute type through which elements of `from` become elements of `to` without loss that C would not have. */
function conversion(from: DType, to: DType): Compute {
  if (to == DType.BOOL) return Compute.U8;
  const a = computeOf(from);
  const b = computeOf(to);
  if (a == b) return a;
  if (a == Compute.I64) return b;
  return a == Compute.F64 && b == Compute.F32 ? Compute.F32 : a;
}

/** Writes `src`, broadcast and converted, into `dst`; false with an error recorded when shapes do not fit. */
export function copyInto(dst: Tensor, src: Tensor): bool {
  if (sameSizes(dst, src)) return copyElements(dst, src);
  const v = expandTo(src, dst.dims, dst.ndim, false);
  if (!changetype<usize>(v)) return false;
  const done = copyElements(dst, v);
  release(v);
  return done;
}

/** As `copyInto`, for tensors of the same sizes. */
function copyElements(dst: Tensor, src: Tensor): bool {
  if (dst.numel == 0) return true;
  const dtype = dst.dtype as DType;
  if (dtype == src.dtype) {
    if (isContiguous(dst) && isContiguous(src)) {
      memory.copy(dst.data, src.data, (dst.numel as usize) << dtypeShift(dtype));
    } else {
      const strides = (dst.ndim as usize) << 2;
      const shift = dtypeShift(dtype) as i32;
      copyStrided(dst.data, src.data, shift, dst.ndim, dst.dims, dst.dims + strides, src.dims + strides);
    }
    return true;
  }
  const c = conversion(src.dtype as DType, dtype);
  iterBegin(dst, dtype, c);
  iterInput(src, c);
  const done = iterRun(c == Compute.F32 ? copyF32 : c == Compute.U8 ? copyU8 : copy64);
  if (!changetype<usize>(done)) return false;
  release(done);
  return true;
}

/** A new contiguous tensor with `t`'s elements as `dtype`. */
export function convertCopy(t: Tensor, dtype: DType): Tensor {
  const out = emptyLike(t, dtype);
  if (!changetype<usize>(out)) return out;
  if (copyInto(out, t)) return out;
  release(out);
  return NONE;
}

/** `t` itself (one more reference) when it is contiguous, else a contiguous copy. */
export function contiguousCopy(t: Tensor): Tensor {
  if (isContiguous(t)) return retain(t);
  return convertCopy(t, t.dtype as DType);
}

/** `t` as contiguous memory of `dtype`: itself when it is that already. */
export function contiguousAs(t: Tensor, dtype: DType): Tensor {
  if (t.dtype == dtype) return contiguousCopy(t);
  return convertCopy(t, dtype);
}
