// Moving elements between strided memory of any dtype and dense buffers of a compute type.
//
// Kernels compute in one of four types: F32 (also for f16 and bf16), F64, I64 (every integer and bool) and U8 (bool,
// one byte, 0 or 1). `gather` reads elements into a buffer of the compute type, `scatter` writes a buffer back; the
// block forms do so for `rows` rows of `width` elements, which stand end to end in the buffer:
//
//   memory   row 0: e ─stride─ e ─stride─ e …      buffer   [row 0][row 1] …
//            row 1: `rowStride` bytes further on

import { DType, dtypeBytes } from "../../core/dtype";
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
  return c === Compute.F32 ? 4 : c === Compute.U8 ? 1 : 8;
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
      return dtype === DType.FLOAT32;
    case Compute.F64:
      return dtype === DType.FLOAT64;
    case Compute.I64:
      return dtype === DType.INT64;
    default:
      return dtype === DType.BOOL;
  }
}

/**
 * Copies `n` elements, `toStep` and `step` bytes apart, as C casts them; floats to integers toward zero: to signed ones
 * through 32 bits, to uint8 through 64, as PyTorch on x86-64.
 */
function move<S extends number, D extends number>(
  to: usize,
  toStep: isize,
  from: usize,
  step: isize,
  n: usize,
): void {
  for (; n; n--) {
    if (isFloat<D>()) {
      if (sizeof<D>() === 4) store<f32>(to, load<S>(from) as f32);
      else store<f64>(to, load<S>(from) as f64);
    } else if (isFloat<S>()) {
      const x = load<S>(from) as f64;
      if (isSigned<D>() && sizeof<D>() < 8) store<D>(to, truncate32(x) as D);
      else store<D>(to, truncate(x) as D);
    } else {
      store<D>(to, load<S>(from) as i64 as D);
    }
    to += toStep;
    from += step;
  }
}

/** Copies whether each element is not zero. */
function moveTruth<S extends number>(to: usize, toStep: isize, from: usize, step: isize, n: usize): void {
  for (; n; n--) {
    store<u8>(to, load<S>(from) !== 0 ? 1 : 0);
    to += toStep;
    from += step;
  }
}

function readHalf(
  to: usize,
  toStep: isize,
  from: usize,
  step: isize,
  n: usize,
  c: Compute,
  brain: bool,
): void {
  for (; n; n--) {
    const bits: u32 = load<u16>(from);
    const x = brain ? bf16ToF32(bits) : f16ToF32(bits);
    if (c === Compute.F32) store<f32>(to, x);
    else if (c === Compute.F64) store<f64>(to, x as f64);
    else if (c === Compute.I64) store<i64>(to, truncate(x as f64));
    else store<u8>(to, x !== 0 ? 1 : 0);
    to += toStep;
    from += step;
  }
}

function writeHalf<S extends number>(
  to: usize,
  toStep: isize,
  from: usize,
  step: isize,
  n: usize,
  brain: bool,
): void {
  for (; n; n--) {
    const x = load<S>(from) as f32;
    store<u16>(to, (brain ? f32ToBf16(x) : f32ToF16(x)) as u16);
    to += toStep;
    from += step;
  }
}

function readAs<S extends number>(
  to: usize,
  toStep: isize,
  from: usize,
  step: isize,
  n: usize,
  c: Compute,
): void {
  if (c === Compute.F32) move<S, f32>(to, toStep, from, step, n);
  else if (c === Compute.F64) move<S, f64>(to, toStep, from, step, n);
  else if (c === Compute.I64) move<S, i64>(to, toStep, from, step, n);
  else moveTruth<S>(to, toStep, from, step, n);
}

function writeAs<D extends number>(
  to: usize,
  toStep: isize,
  from: usize,
  step: isize,
  n: usize,
  c: Compute,
): void {
  if (c === Compute.F32) move<f32, D>(to, toStep, from, step, n);
  else if (c === Compute.F64) move<f64, D>(to, toStep, from, step, n);
  else if (c === Compute.I64) move<i64, D>(to, toStep, from, step, n);
  else move<u8, D>(to, toStep, from, step, n);
}

/** Elements of `dtype` to elements of the compute type. */
function read(to: usize, toStep: isize, from: usize, step: isize, n: usize, dtype: DType, c: Compute): void {
  switch (dtype) {
    case DType.FLOAT32:
      readAs<f32>(to, toStep, from, step, n, c);
      break;
    case DType.FLOAT64:
      readAs<f64>(to, toStep, from, step, n, c);
      break;
    case DType.INT64:
      readAs<i64>(to, toStep, from, step, n, c);
      break;
    case DType.INT32:
      readAs<i32>(to, toStep, from, step, n, c);
      break;
    case DType.INT16:
      readAs<i16>(to, toStep, from, step, n, c);
      break;
    case DType.INT8:
      readAs<i8>(to, toStep, from, step, n, c);
      break;
    case DType.FLOAT16:
    case DType.BFLOAT16:
      readHalf(to, toStep, from, step, n, c, dtype === DType.BFLOAT16);
      break;
    default:
      readAs<u8>(to, toStep, from, step, n, c);
  }
}

/** Elements of the compute type to elements of `dtype`. */
function write(to: usize, toStep: isize, from: usize, step: isize, n: usize, dtype: DType, c: Compute): void {
  switch (dtype) {
    case DType.FLOAT32:
      writeAs<f32>(to, toStep, from, step, n, c);
      break;
    case DType.FLOAT64:
      writeAs<f64>(to, toStep, from, step, n, c);
      break;
    case DType.INT64:
      writeAs<i64>(to, toStep, from, step, n, c);
      break;
    case DType.INT32:
      writeAs<i32>(to, toStep, from, step, n, c);
      break;
    case DType.INT16:
      writeAs<i16>(to, toStep, from, step, n, c);
      break;
    case DType.INT8:
      writeAs<i8>(to, toStep, from, step, n, c);
      break;
    case DType.FLOAT16:
    case DType.BFLOAT16: {
      const brain = dtype === DType.BFLOAT16;
      if (c === Compute.F32) writeHalf<f32>(to, toStep, from, step, n, brain);
      else if (c === Compute.F64) writeHalf<f64>(to, toStep, from, step, n, brain);
      else if (c === Compute.I64) writeHalf<i64>(to, toStep, from, step, n, brain);
      else writeHalf<u8>(to, toStep, from, step, n, brain);
      break;
    }
    case DType.BOOL:
      if (c === Compute.F32) moveTruth<f32>(to, toStep, from, step, n);
      else if (c === Compute.F64) moveTruth<f64>(to, toStep, from, step, n);
      else if (c === Compute.I64) moveTruth<i64>(to, toStep, from, step, n);
      else moveTruth<u8>(to, toStep, from, step, n);
      break;
    default:
      writeAs<u8>(to, toStep, from, step, n, c);
  }
}

/** Repeats the element of `bytes` (1, 4 or 8) at `to` until there are `n`. */
function repeat(to: usize, bytes: usize, n: usize): void {
  if (bytes === 1) {
    memory.fill(to, load<u8>(to), n);
    return;
  }
  const four = bytes === 4;
  const value = four ? v128.load32_splat(to) : v128.load64_splat(to);
  const end = to + n * bytes;
  while (to + 16 <= end) {
    v128.store(to, value);
    to += 16;
  }
  for (; to < end; to += bytes) {
    if (four) v128.store32_lane(to, value, 0);
    else v128.store64_lane(to, value, 0);
  }
}

/** Reads `n` elements of `dtype`, `stride` bytes apart, into a contiguous buffer of the compute type. */
export function gather(to: usize, from: usize, stride: isize, n: usize, dtype: DType, c: Compute): void {
  const bytes = computeBytes(c);
  if (isNative(dtype, c) && stride === (bytes as isize)) {
    memory.copy(to, from, n * bytes);
  } else if (stride === 0 && n > 1) {
    read(to, 0, from, 0, 1, dtype, c);
    repeat(to, bytes, n);
  } else {
    read(to, bytes, from, stride, n, dtype, c);
  }
}

/** Writes a contiguous buffer of the compute type to `n` elements of `dtype`, `stride` bytes apart. */
export function scatter(to: usize, stride: isize, from: usize, n: usize, dtype: DType, c: Compute): void {
  const bytes = computeBytes(c);
  if (isNative(dtype, c) && stride === (bytes as isize)) memory.copy(to, from, n * bytes);
  else write(to, stride, from, bytes, n, dtype, c);
}

/** True when a block is better moved column by column: rows are short, or neighbours in memory stand in a column. */
function byColumns(stride: isize, rowStride: isize, width: usize, rows: usize): bool {
  if (rows === 1) return false;
  return (width < 8 && rows > width) || (stride !== 0 && rowStride !== 0 && abs(rowStride) < abs(stride));
}

/**
 * `rows` rows of `width` copies of the four-byte element at the start of each. Writes whole vectors: up to 12 bytes past
 * the end.
 */
function spreadRows(to: usize, from: usize, rowStride: isize, width: usize, rows: usize): void {
  const step = width << 2;
  for (; rows; rows--) {
    const value = v128.load32_splat(from);
    for (let at: usize = 0; at < step; at += 16) v128.store(to + at, value);
    to += step;
    from += rowStride;
  }
}

/** `gather` of `rows` rows of `width` elements. The buffer has room for 12 bytes more. */
export function gatherBlock(
  to: usize,
  from: usize,
  stride: isize,
  rowStride: isize,
  width: usize,
  rows: usize,
  dtype: DType,
  c: Compute,
): void {
  const bytes = computeBytes(c);
  const step = bytes * width;
  const single = stride === 0 && rowStride === 0;
  if (single || (stride === (dtypeBytes(dtype) as isize) && rowStride === stride * (width as isize))) {
    gather(to, from, stride, width * rows, dtype, c);
  } else if (stride === 0 && dtype === DType.FLOAT32 && c === Compute.F32) {
    spreadRows(to, from, rowStride, width, rows);
  } else if (byColumns(stride, rowStride, width, rows)) {
    for (let i: usize = 0; i < width; i++) {
      read(to, step, from, rowStride, rows, dtype, c);
      to += bytes;
      from += stride;
    }
  } else {
    for (let i: usize = 0; i < rows; i++) {
      gather(to, from, stride, width, dtype, c);
      to += step;
      from += rowStride;
    }
  }
}

/** `scatter` of `rows` rows of `width` elements. */
export function scatterBlock(
  to: usize,
  stride: isize,
  rowStride: isize,
  from: usize,
  width: usize,
  rows: usize,
  dtype: DType,
  c: Compute,
): void {
  const bytes = computeBytes(c);
  const step = bytes * width;
  if (byColumns(stride, rowStride, width, rows)) {
    for (let i: usize = 0; i < width; i++) {
      write(to, rowStride, from, step, rows, dtype, c);
      to += stride;
      from += bytes;
    }
  } else {
    for (let i: usize = 0; i < rows; i++) {
      scatter(to, stride, from, width, dtype, c);
      to += rowStride;
      from += step;
    }
  }
}

/** Rounds or wraps `n` elements of a buffer to what `dtype` (of the same compute type) can hold. */
export function narrow(at: usize, n: usize, dtype: DType, c: Compute): void {
  const bytes = computeBytes(c);
  for (const end = at + n * bytes; at < end; at += bytes) {
    switch (dtype) {
      case DType.FLOAT16:
        store<f32>(at, f16ToF32(f32ToF16(load<f32>(at))));
        break;
      case DType.BFLOAT16:
        store<f32>(at, bf16ToF32(f32ToBf16(load<f32>(at))));
        break;
      case DType.INT32:
        store<i64>(at, load<i32>(at));
        break;
      case DType.INT16:
        store<i64>(at, load<i16>(at));
        break;
      case DType.INT8:
        store<i64>(at, load<i8>(at));
        break;
      case DType.UINT8:
        store<i64>(at, load<u8>(at));
        break;
      default:
        return;
    }
  }
}
