// Weights, biases and running statistics of normalisations.

import { DType, dtypeShift } from "../../core/dtype";
import { factDtype, factInt, factShape, fail } from "../../core/error";
import { scratch } from "../../core/scratch";
import { isContiguous, isNone, release, Tensor, touch } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { contiguousCopy } from "../copy";
import { Compute, computeBytes, gather, isNative, scatter } from "../engine/convert";
import { fillNumbers } from "./rows";

/** False with DTYPE_MISMATCH recorded unless `t` is absent, or goes with `input`: of its dtype, or f32 with a half. */
export function checkParamType(t: Tensor, input: Tensor): bool {
  if (isNone(t) || t.dtype == input.dtype) return true;
  if (t.dtype == DType.FLOAT32 && (input.dtype == DType.FLOAT16 || input.dtype == DType.BFLOAT16))
    return true;
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(input.dtype);
  factDtype(t.dtype);
  return false;
}

/** As `checkParamType`; a `t` that is there also has one element for each of `channels`. Argument `index`. */
export function checkParam(t: Tensor, input: Tensor, channels: i32, index: i32): bool {
  if (isNone(t)) return true;
  if (t.ndim != 1) {
    fail(ErrorCode.NDIM);
    factInt(index);
    factInt(1);
    factShape(t);
    return false;
  }
  if (t.size(0) == channels) return checkParamType(t, input);
  fail(ErrorCode.CHANNELS);
  factInt(channels);
  factInt(t.size(0));
  return false;
}

/** The dtype of statistics: the first parameter's, or the input's when there are none. */
export function statisticsType(input: Tensor, a: Tensor, b: Tensor, c: Tensor): DType {
  if (!isNone(a)) return a.dtype as DType;
  if (!isNone(b)) return b.dtype as DType;
  return (isNone(c) ? input.dtype : c.dtype) as DType;
}

/**
 * The `n` elements of `t` in compute type `c`: its own memory when it is that, else scratch memory, in which an absent
 * `t` is `fallback` throughout; 0 with an error recorded when memory is out.
 */
export function readParam(t: Tensor, n: usize, c: Compute, fallback: f64): usize {
  const there = !isNone(t);
  if (there && isNative(t.dtype as DType, c) && isContiguous(t)) return t.data;
  const to = scratch((n as u64) * (computeBytes(c) as u64) + 16);
  if (!to) return 0;
  if (!there) {
    fillNumbers(to, n, c, fallback);
    return to;
  }
  const dense = contiguousCopy(t);
  if (isNone(dense)) return 0;
  const dtype = t.dtype as DType;
  gather(to, dense.data, (1 as isize) << (dtypeShift(dtype) as isize), n, dtype, c);
  release(dense);
  return to;
}

/** Writes `n` f64 into the one-dimensional `t`. */
export function writeParam(t: Tensor, from: usize, n: usize): void {
  const dtype = t.dtype as DType;
  scatter(t.data, (t.stride(0) as isize) << (dtypeShift(dtype) as isize), from, n, dtype, Compute.F64);
  touch(t);
}
