// Choosing between two values by a mask: where, masked_fill.

import { DType } from "../core/dtype";
import { badValue } from "../core/error";
import { empty, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { Loop } from "./engine/blocks";
import { Compute, computeOf } from "./engine/convert";
import { iterBegin, iterInput, iterInputAs, iterRowMajor, iterRun } from "./engine/iter";
import { Lanes } from "./engine/map";
import { checkNumber, storeNumber } from "./engine/number";
import { pointwise, refuse, useInt1 } from "./engine/pointwise";
import { promoteBegin, promoteNumber, promoteResult, resultType } from "./engine/promote";
import { item } from "./scalar";

const slot: usize = memory.data(16, 16); // one value

// Loops: `mask` holds truth bytes; b where they are 1, c where they are 0.

function selectF32(out: usize, mask: usize, b: usize, c: usize, n: usize): void {
  const whole = n & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    const at = i << 2;
    const chosen = v128.bitselect(v128.load(b + at), v128.load(c + at), Lanes.mask(load<u32>(mask + i)));
    v128.store(out + at, chosen);
  }
  for (; i < n; i++) {
    const at = i << 2;
    store<u32>(out + at, load<u8>(mask + i) ? load<u32>(b + at) : load<u32>(c + at));
  }
}

function select64(out: usize, mask: usize, b: usize, c: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    const at = i << 3;
    store<u64>(out + at, load<u8>(mask + i) ? load<u64>(b + at) : load<u64>(c + at));
  }
}

function selectU8(out: usize, mask: usize, b: usize, c: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, load<u8>(mask + i) ? load<u8>(b + i) : load<u8>(c + i));
  }
}

/** Bools are chosen as bytes, not as integers. */
function selectCompute(dtype: DType): Compute {
  return dtype === DType.BOOL ? Compute.U8 : computeOf(dtype);
}

function selectLoop(c: Compute): Loop {
  return c === Compute.F32 ? selectF32 : c === Compute.U8 ? selectU8 : select64;
}

/** True when `t` may be a mask: bool, or uint8 as of old; else records DTYPE. */
function isMask(t: Tensor): bool {
  if (t.dtype === DType.BOOL || t.dtype === DType.UINT8) return true;
  refuse(t.dtype as DType);
  return false;
}

function input(t: Tensor, dtype: DType): void {
  if (dtype === DType.BOOL) iterInput(t, Compute.U8);
  else iterInputAs(t, dtype);
}

/** True when a number that stands for a tensor fits `dtype`; other tensors always do. */
function numberFits(t: Tensor, dtype: DType): bool {
  if (!t.isWrapped) return true;
  const number = changetype<Value>(slot);
  item(t, number);
  return checkNumber(number, dtype);
}

/** self where the condition (bool or uint8) holds, else other, in their common dtype. */
export function where(condition: Tensor, self: Tensor, other: Tensor): Tensor {
  if (!isMask(condition)) return NONE;
  const dtype = resultType(self, other);
  if (!numberFits(self, dtype) || !numberFits(other, dtype)) return NONE;
  const c = selectCompute(dtype);
  iterBegin(NONE, dtype, c);
  iterInput(condition, Compute.U8);
  input(self, dtype);
  input(other, dtype);
  return iterRun(selectLoop(c));
}

/** A new 0-dimensional tensor that holds the number. */
function numberTensor(v: Value, dtype: DType): Tensor {
  const t = empty(dtype, 0, 0);
  if (!changetype<usize>(t) || storeNumber(t.data, dtype, v)) return t;
  release(t);
  return NONE;
}

/** Two numbers: float32, int64 or bool, whichever they need. */
export function whereNumbers(condition: Tensor, self: Value, other: Value): Tensor {
  promoteBegin();
  promoteNumber(self);
  promoteNumber(other);
  const dtype = promoteResult();
  const a = numberTensor(self, dtype);
  const b = numberTensor(other, dtype);
  const result = changetype<usize>(a) && changetype<usize>(b) ? where(condition, a, b) : NONE;
  release(a);
  release(b);
  return result;
}

/** A uint8 mask held something else than 0 and 1. */
let notTruth: bool = false;

class CheckTruth {
  @inline n(a: i64): i64 {
    if (a > 1) notTruth = true;
    return a;
  }
}

/** As `isMask`; a uint8 mask must be of zeros and ones. */
function isFillMask(mask: Tensor): bool {
  if (mask.dtype !== DType.UINT8) return isMask(mask);
  notTruth = false;
  useInt1<CheckTruth>();
  const checked = pointwise(mask, NONE, NONE, NONE, DType.UINT8);
  if (!changetype<usize>(checked)) return false;
  release(checked);
  if (notTruth) refuse(DType.UINT8);
  return !notTruth;
}

/** `value`, a 0-dimensional tensor whose number must fit self's dtype, where the mask holds. A new result is row-major. */
export function maskedFill(self: Tensor, mask: Tensor, value: Tensor, out: Tensor): Tensor {
  if (!isFillMask(mask)) return NONE;
  if (value.ndim !== 0) {
    badValue(2, value.ndim);
    return NONE;
  }
  const dtype = self.dtype as DType;
  const number = changetype<Value>(slot);
  item(value, number);
  if (!checkNumber(number, dtype)) return NONE;
  const c = selectCompute(dtype);
  iterBegin(out, dtype, c);
  iterRowMajor();
  iterInput(mask, Compute.U8);
  if (computeOf(value.dtype as DType) === c) iterInputAs(value, dtype);
  else iterInput(value, c);
  input(self, dtype);
  return iterRun(selectLoop(c));
}
