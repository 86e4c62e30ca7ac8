// One element combined into another: what scatter, index_add and index_put do with places that are written repeatedly.

import { DType } from "../../core/dtype";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../../math/half";

export enum Combine {
  /** The later value stays. */
  REPLACE = 0,
  ADD = 1,
  MULTIPLY = 2,
  /** The larger one; NaN if either is. */
  MAX = 3,
  /** The smaller one; NaN if either is. */
  MIN = 4,
}

// NaN is the only value that differs from itself, so that a NaN in either place is kept.
function joined<T extends number>(a: T, b: T, how: Combine): T {
  switch (how) {
    case Combine.ADD:
      return (a + b) as T;
    case Combine.MULTIPLY:
      return (a * b) as T;
    case Combine.MAX:
      return a != a || a >= b ? a : b;
    case Combine.MIN:
      return a != a || a <= b ? a : b;
    default:
      return b;
  }
}

function combineAs<T extends number>(to: usize, from: usize, how: Combine): void {
  store<T>(to, joined<T>(load<T>(to), load<T>(from), how));
}

/** Truth values: sums and maxima are `or`, products and minima `and`. */
function combineTruth(to: usize, from: usize, how: Combine): void {
  const a = load<u8>(to);
  const b = load<u8>(from);
  const either = how == Combine.ADD || how == Combine.MAX;
  store<u8>(to, how == Combine.REPLACE ? b : either ? a | b : a & b);
}

/** Combines the element of `dtype` at `from` into the one at `to`, in that dtype's arithmetic. */
export function combineElement(to: usize, from: usize, dtype: DType, how: Combine): void {
  switch (dtype) {
    case DType.FLOAT32:
      combineAs<f32>(to, from, how);
      break;
    case DType.FLOAT64:
      combineAs<f64>(to, from, how);
      break;
    case DType.INT64:
      combineAs<i64>(to, from, how);
      break;
    case DType.INT32:
      combineAs<i32>(to, from, how);
      break;
    case DType.INT16:
      combineAs<i16>(to, from, how);
      break;
    case DType.INT8:
      combineAs<i8>(to, from, how);
      break;
    case DType.UINT8:
      combineAs<u8>(to, from, how);
      break;
    case DType.BOOL:
      combineTruth(to, from, how);
      break;
    case DType.FLOAT16:
      store<u16>(to, f32ToF16(joined<f32>(f16ToF32(load<u16>(to)), f16ToF32(load<u16>(from)), how)) as u16);
      break;
    default:
      store<u16>(
        to,
        f32ToBf16(joined<f32>(bf16ToF32(load<u16>(to)), bf16ToF32(load<u16>(from)), how)) as u16,
      );
  }
}
