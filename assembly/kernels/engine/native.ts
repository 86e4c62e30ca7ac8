// Tensors as contiguous memory of a compute type, for kernels that are written for float32, float64 and int64 alone.

import { DType } from "../../core/dtype";
import { isNone, NONE, release, retain, Tensor } from "../../core/tensor";
import { contiguousAs, convertCopy, copyInto } from "../copy";
import { Compute, computeOf } from "./convert";
import { checkNoInternalOverlap } from "./overlap";

/** The dtype that memory of `dtype`'s compute type has. */
export function nativeType(dtype: DType): DType {
  const c = computeOf(dtype);
  return c == Compute.F32 ? DType.FLOAT32 : c == Compute.F64 ? DType.FLOAT64 : DType.INT64;
}

/** `t`'s elements, rounded to `dtype` where that matters, as contiguous memory of its native type; one reference. */
export function asNative(t: Tensor, dtype: DType): Tensor {
  const native = nativeType(dtype);
  if (t.dtype == dtype || native == dtype) return contiguousAs(t, native);
  const rounded = convertCopy(t, dtype);
  if (isNone(rounded)) return NONE;
  const out = contiguousAs(rounded, native);
  release(rounded);
  return out;
}

/** `t`, which is released, as `dtype`: itself when it is that already. NONE stays NONE. */
export function fromNative(t: Tensor, dtype: DType): Tensor {
  if (isNone(t) || t.dtype == dtype) return t;
  const out = convertCopy(t, dtype);
  release(t);
  return out;
}

/** Writes `t`, which is released, into `out` and gives that with one more reference. NONE stays NONE. */
export function intoOut(t: Tensor, out: Tensor): Tensor {
  if (isNone(t) || isNone(out)) return t;
  const done = checkNoInternalOverlap(out) && copyInto(out, t);
  release(t);
  return done ? retain(out) : NONE;
}
