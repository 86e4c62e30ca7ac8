// Moving elements between strided memory of any dtype and contiguous buffers of a compute type.
//
// Kernels compute in one of four types: F32 (also for f16 and bf16), F64, I64 (every integer and bool) and U8 (bool,
// one byte, 0 or 1). `gather` reads `n` elements into a buffer of the compute type, `scatter` writes a buffer back.

import { DType } from "../../core/dtype";
import { truncate, truncate32 } from "../../core/value";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../../math/half";

export enum Compute {
  F32 = 0,
  F64 = 1,
  I64 = 2,
  U8 = 3,
}

/** Bytes of one element of a compute type. */
export function computeBytes(c: Compute): usize {
  return c == Compute.F32 ? 4 : c == Compute.U8 ? 1 : 8;
}

/** The compute type in which arithmetic on `dtype` is done. */
export function computeOf(dtype: DType): Compute {
  switch (dtype) {
    case DType.FLOAT32:
    case DType.FLOAT16:
    case DType.BFLOAT16:
      return Compute.F32;
    case DType.FLOAT64:
      return Compute.F64;
    default:
      return Compute.I64;
  }
}

/** True when memory of `dtype` is itself a buffer of the compute type. */
export function isNative(dtype: DType, c: Compute): bool {
  switch (c) {
    case Compute.F32:
      return dtype == DType.FLOAT32;
    case Compute.F64:
      return dtype == DType.FLOAT64;
    case Compute.I64:
      return dtype == DType.INT64;
    default:
      return dtype == DType.BOOL;
  }
}

function gatherAs<S, D>(to: usize, from: usize, stride: isize, n: usize): void {
  let at = from;
  for (let i: usize = 0; i < n; i++) {
    store<D>(to + i * sizeof<D>(), load<S>(at) as D);
    at += stride;
  }
}

/** Floats to integers, toward zero. */
function gatherTrunc<S>(to: usize, from: usize, stride: isize, n: usize): void {
  let at = from;
  for (let i: usize = 0; i < n; i++) {
    store<i64>(to + (i << 3), truncate(load<S>(at) as f64));
    at += stride;
  }
}

function gatherTruth<S>(to: usize, from: usize, stride: isize, n: usize): void {
  let at = from;
  for (let i: usize = 0; i < n; i++) {
    store<u8>(to + i, load<S>(at) != 0 ? 1 : 0);
    at += stride;
  }
}

function gatherHalf(to: usize, from: usize, stride: isize, n: usize, c: Compute, brain: bool): void {
  let at = from;
  for (let i: usize = 0; i < n; i++) {
    const bits: u32 = load<u16>(at);
    const x = brain ? bf16ToF32(bits) : f16ToF32(bits);
    if (c == Compute.F32) store<f32>(to + (i << 2), x);
    else if (c == Compute.F64) store<f64>(to + (i << 3), x as f64);
    else if (c == Compute.I64) store<i64>(to + (i << 3), truncate(x as f64));
    else store<u8>(to + i, x != 0 ? 1 : 0);
    at += stride;
  }
}

function gatherInt<S>(to: usize, from: usize, stride: isize, n: usize, c: Compute): void {
  if (c == Compute.F32) gatherAs<S, f32>(to, from, stride, n);
  else if (c == Compute.F64) gatherAs<S, f64>(to, from, stride, n);
  else if (c == Compute.I64) gatherAs<S, i64>(to, from, stride, n);
  else gatherTruth<S>(to, from, stride, n);
}

function gatherFloat<S>(to: usize, from: usize, stride: isize, n: usize, c: Compute): void {
  if (c == Compute.F32) gatherAs<S, f32>(to, from, stride, n);
  else if (c == Compute.F64) gatherAs<S, f64>(to, from, stride, n);
  else if (c == Compute.I64) gatherTrunc<S>(to, from, stride, n);
  else gatherTruth<S>(to, from, stride, n);
}

/** Reads `n` elements of `dtype`, `stride` bytes apart, into a contiguous buffer of the compute type. */
export function gather(to: usize, from: usize, stride: isize, n: usize, dtype: DType, c: Compute): void {
  switch (dtype) {
    case DType.FLOAT32:
      gatherFloat<f32>(to, from, stride, n, c);
      break;
    case DType.FLOAT64:
      gatherFloat<f64>(to, from, stride, n, c);
      break;
    case DType.INT64:
      gatherInt<i64>(to, from, stride, n, c);
      break;
    case DType.INT32:
      gatherInt<i32>(to, from, stride, n, c);
      break;
    case DType.INT16:
      gatherInt<i16>(to, from, stride, n, c);
      break;
    case DType.INT8:
      gatherInt<i8>(to, from, stride, n, c);
      break;
    case DType.FLOAT16:
    case DType.BFLOAT16:
      gatherHalf(to, from, stride, n, c, dtype == DType.BFLOAT16);
      break;
    default:
      gatherInt<u8>(to, from, stride, n, c);
  }
}

function scatterAs<S, D>(to: usize, stride: isize, from: usize, n: usize): void {
  let at = to;
  for (let i: usize = 0; i < n; i++) {
    store<D>(at, load<S>(from + i * sizeof<S>()) as D);
    at += stride;
  }
}

/** Floats to integers, toward zero: to signed ones through 32 bits, to uint8 through 64, as PyTorch on x86-64. */
function scatterTrunc<S, D>(to: usize, stride: isize, from: usize, n: usize): void {
  let at = to;
  for (let i: usize = 0; i < n; i++) {
    const x = load<S>(from + i * sizeof<S>()) as f64;
    if (isSigned<D>() && sizeof<D>() < 8) store<D>(at, truncate32(x) as D);
    else store<D>(at, truncate(x) as D);
    at += stride;
  }
}

function scatterTruth<S>(to: usize, stride: isize, from: usize, n: usize): void {
  let at = to;
  for (let i: usize = 0; i < n; i++) {
    store<u8>(at, load<S>(from + i * sizeof<S>()) != 0 ? 1 : 0);
    at += stride;
  }
}

function scatterHalf<S>(to: usize, stride: isize, from: usize, n: usize, brain: bool): void {
  let at = to;
  for (let i: usize = 0; i < n; i++) {
    const x = load<S>(from + i * sizeof<S>()) as f32;
    store<u16>(at, (brain ? f32ToBf16(x) : f32ToF16(x)) as u16);
    at += stride;
  }
}

function scatterInt<D>(to: usize, stride: isize, from: usize, n: usize, c: Compute): void {
  if (c == Compute.F32) scatterTrunc<f32, D>(to, stride, from, n);
  else if (c == Compute.F64) scatterTrunc<f64, D>(to, stride, from, n);
  else if (c == Compute.I64) scatterAs<i64, D>(to, stride, from, n);
  else scatterAs<u8, D>(to, stride, from, n);
}

function scatterFloat<D>(to: usize, stride: isize, from: usize, n: usize, c: Compute): void {
  if (c == Compute.F32) scatterAs<f32, D>(to, stride, from, n);
  else if (c == Compute.F64) scatterAs<f64, D>(to, stride, from, n);
  else if (c == Compute.I64) scatterAs<i64, D>(to, stride, from, n);
  else scatterAs<u8, D>(to, stride, from, n);
}

/** Writes a contiguous buffer of the compute type to `n` elements of `dtype`, `stride` bytes apart. */
export function scatter(to: usize, stride: isize, from: usize, n: usize, dtype: DType, c: Compute): void {
  switch (dtype) {
    case DType.FLOAT32:
      scatterFloat<f32>(to, stride, from, n, c);
      break;
    case DType.FLOAT64:
      scatterFloat<f64>(to, stride, from, n, c);
      break;
    case DType.INT64:
      scatterInt<i64>(to, stride, from, n, c);
      break;
    case DType.INT32:
      scatterInt<i32>(to, stride, from, n, c);
      break;
    case DType.INT16:
      scatterInt<i16>(to, stride, from, n, c);
      break;
    case DType.INT8:
      scatterInt<i8>(to, stride, from, n, c);
      break;
    case DType.FLOAT16:
    case DType.BFLOAT16: {
      const brain = dtype == DType.BFLOAT16;
      if (c == Compute.F32) scatterHalf<f32>(to, stride, from, n, brain);
      else if (c == Compute.F64) scatterHalf<f64>(to, stride, from, n, brain);
      else if (c == Compute.I64) scatterHalf<i64>(to, stride, from, n, brain);
      else scatterHalf<u8>(to, stride, from, n, brain);
      break;
    }
    case DType.BOOL:
      if (c == Compute.F32) scatterTruth<f32>(to, stride, from, n);
      else if (c == Compute.F64) scatterTruth<f64>(to, stride, from, n);
      else if (c == Compute.I64) scatterTruth<i64>(to, stride, from, n);
      else scatterTruth<u8>(to, stride, from, n);
      break;
    default:
      scatterInt<u8>(to, stride, from, n, c);
  }
}
