// Numbers as elements: a value written as a dtype with PyTorch's overflow check, and memory filled with it.

import { DType, dtypeShift, isFloating } from "../../core/dtype";
import { factDtype, factFloat, factInt, fail } from "../../core/error";
import { isDense } from "../../core/layout";
import { Tag } from "../../core/object";
import { scratch } from "../../core/scratch";
import { Tensor } from "../../core/tensor";
import { Value } from "../../core/value";
import { ErrorCode } from "../../errors.gen";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../../math/half";
import { copyStrided } from "./strided";

/** Most finite value of a floating dtype. */
function largest(dtype: DType): f64 {
  switch (dtype) {
    case DType.FLOAT16:
      return 65504;
    case DType.FLOAT32:
      return 3.4028234663852886e38;
    case DType.BFLOAT16:
      return 3.3895313892515355e38;
    default:
      return f64.MAX_VALUE;
  }
}

/** Least and most value of an integer dtype. */
function least(dtype: DType): i64 {
  switch (dtype) {
    case DType.INT8:
      return -128;
    case DType.INT16:
      return -32768;
    case DType.INT32:
      return i32.MIN_VALUE;
    case DType.INT64:
      return i64.MIN_VALUE;
    default:
      return 0;
  }
}

function most(dtype: DType): i64 {
  return dtype == DType.UINT8 ? 255 : ~least(dtype);
}

/** True when `dtype` can hold the number, rounded: c10's overflow check. Infinities and NaN fit floats only. */
function fits(v: Value, dtype: DType): bool {
  if (dtype == DType.BOOL || v.tag == Tag.BOOL) return true;
  if (isFloating(dtype)) {
    const x = v.asFloat;
    return x != x || abs(x) == Infinity || abs(x) <= largest(dtype);
  }
  if (v.isFloat) {
    const x = v.float;
    return abs(x) == Infinity ? false : x >= (least(dtype) as f64) && x <= (most(dtype) as f64);
  }
  // Negative ints wrap in uint8, as two's complement, down to -255.
  return v.int <= most(dtype) && v.int >= (dtype == DType.UINT8 ? -255 : least(dtype));
}

/** True when `v` may be used as a number of `dtype`; else records BAD_SCALAR. */
export function checkNumber(v: Value, dtype: DType): bool {
  if (fits(v, dtype)) return true;
  fail(ErrorCode.BAD_SCALAR);
  if (v.isFloat) factFloat(v.float);
  else factInt(v.int);
  factDtype(dtype);
  return false;
}

/** The number as an f32 computation on `dtype` sees it: rounded to f16 and bf16. */
export function numberF32(v: Value, dtype: DType): f32 {
  const x = v.asFloat as f32;
  if (dtype === DType.FLOAT16) return f16ToF32(f32ToF16(x));
  return dtype === DType.BFLOAT16 ? bf16ToF32(f32ToBf16(x)) : x;
}

/** The number as an i64 computation on `dtype` sees it. */
export function numberI64(v: Value, dtype: DType): i64 {
  if (dtype === DType.BOOL) return v.asFloat !== 0 ? 1 : 0;
  return dtype === DType.UINT8 ? v.asInt & 255 : v.asInt;
}

/** Writes the number `x`, or `n` for integers and bool, as an element of `dtype`. No check. */
export function storeElement(to: usize, dtype: DType, x: f64, n: i64): void {
  switch (dtype) {
    case DType.FLOAT32:
      store<f32>(to, x as f32);
      break;
    case DType.FLOAT64:
      store<f64>(to, x);
      break;
    case DType.FLOAT16:
      store<u16>(to, f32ToF16(x as f32) as u16);
      break;
    case DType.BFLOAT16:
      store<u16>(to, f32ToBf16(x as f32) as u16);
      break;
    case DType.INT64:
      store<i64>(to, n);
      break;
    case DType.INT32:
      store<i32>(to, n as i32);
      break;
    case DType.INT16:
      store<i16>(to, n as i16);
      break;
    case DType.BOOL:
      store<u8>(to, n != 0 ? 1 : 0);
      break;
    default:
      store<u8>(to, n as u8);
  }
}

/** Writes the number in `v` as an element of `dtype`; false with BAD_SCALAR recorded when it does not fit. */
export function storeNumber(to: usize, dtype: DType, v: Value): bool {
  if (!checkNumber(v, dtype)) return false;
  const truth = v.isFloat ? v.float != 0 : v.int != 0;
  storeElement(to, dtype, v.asFloat, dtype == DType.BOOL ? (truth ? 1 : 0) : v.asInt);
  return true;
}

/** Repeats an element of 2^shift bytes over `count` of them. */
function repeat(to: usize, element: usize, shift: usize, count: usize): void {
  if (shift == 0) {
    memory.fill(to, load<u8>(element), count);
    return;
  }
  let pattern = i64x2.splat(load<i64>(element));
  if (shift == 1) pattern = i16x8.splat(load<i16>(element));
  else if (shift == 2) pattern = i32x4.splat(load<i32>(element));
  const bytes = count << shift;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) v128.store(to + i, pattern);
  for (; i < bytes; i += (1 as usize) << shift) memory.copy(to + i, element, (1 as usize) << shift);
}

/** Every element of `t` becomes the one at `element`; false with an error recorded when memory is out. */
export function fillElements(t: Tensor, element: usize): bool {
  if (t.numel == 0) return true;
  const shift = dtypeShift(t.dtype);
  if (isDense(t)) {
    repeat(t.data, element, shift, t.numel);
    return true;
  }
  const still = scratch(((t.ndim as u64) << 2) + 4); // strides of 0: the source stays where it is
  if (!still) return false;
  const bytes = (t.ndim as usize) << 2;
  memory.fill(still, 0, bytes);
  copyStrided(t.data, element, shift as i32, t.ndim, t.dims, t.dims + bytes, still);
  return true;
}

const element: usize = memory.data(16, 16);

/** Every element of `t` becomes the number in `v`; false with an error recorded when its dtype cannot hold it. */
export function fillNumber(t: Tensor, v: Value): bool {
  return storeNumber(element, t.dtype, v) && fillElements(t, element);
}
