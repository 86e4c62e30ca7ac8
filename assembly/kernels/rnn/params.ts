// Recurrent layers' parameters: checks, and their contiguous native forms as long as an operator runs.

import { DType, isFloating } from "../../core/dtype";
import { factDtype, factInt, factShape, fail } from "../../core/error";
import { isNone, NONE, release, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { asNative } from "../engine/native";

const MOST: i32 = 8;
const tensors: usize = memory.data(32, 16); // Tensor[MOST]
let count: i32 = 0;
let missing: bool = false;

/** `t` as contiguous native memory until `letGo`, at most MOST at a time; NONE for NONE, or when memory is out. */
export function hold(t: Tensor): Tensor {
  if (isNone(t) || count == MOST) return NONE;
  const native = asNative(t, t.dtype as DType);
  if (isNone(native)) missing = true;
  store<u32>(tensors + ((count as usize) << 2), changetype<usize>(native) as u32);
  count++;
  return native;
}

/** True when all that was asked for is held. */
export function holdsAll(): bool {
  return !missing;
}

/** Releases what is held. */
export function letGo(): void {
  for (; count > 0; count--) release(changetype<Tensor>(load<u32>(tensors + (((count - 1) as usize) << 2))));
  missing = false;
}

/** True for a matrix [rows, columns] of `dtype`; else records why not. */
export function checkMatrix(t: Tensor, rows: i64, columns: i64, dtype: DType): bool {
  if (isNone(t)) {
    fail(ErrorCode.NONE_VALUE);
    return false;
  }
  if (t.ndim != 2 || (t.size(0) as i64) != rows || (t.size(1) as i64) != columns)
    return wrongSize(t, rows, columns);
  return checkType(t, dtype);
}

/** True for a vector of `length` elements of `dtype`; else records why not. */
export function checkVector(t: Tensor, length: i64, dtype: DType): bool {
  if (isNone(t)) {
    fail(ErrorCode.NONE_VALUE);
    return false;
  }
  if (t.ndim != 1 || (t.size(0) as i64) != length) return wrongSize(t, length, 1);
  return checkType(t, dtype);
}

function wrongSize(t: Tensor, rows: i64, columns: i64): bool {
  fail(ErrorCode.INNER_SIZE);
  factShape(t);
  factInt(rows);
  factInt(columns);
  return false;
}

/** True when `t` has `dtype`; else records DTYPE_MISMATCH. */
export function checkType(t: Tensor, dtype: DType): bool {
  if (t.dtype == dtype) return true;
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(dtype);
  factDtype(t.dtype);
  return false;
}

/** True when `t`, argument `index`, has `ndim` dimensions and a floating dtype; else records why not. */
export function checkInput(t: Tensor, index: i32, ndim: i32): bool {
  if (isNone(t)) {
    fail(ErrorCode.NONE_VALUE);
    return false;
  }
  if (t.ndim != ndim) {
    fail(ErrorCode.NDIM);
    factInt(index);
    factInt(ndim);
    factShape(t);
    return false;
  }
  if (isFloating(t.dtype as DType)) return true;
  fail(ErrorCode.DTYPE);
  factDtype(t.dtype);
  return false;
}
