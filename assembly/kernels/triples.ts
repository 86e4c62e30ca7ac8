// Functions of three tensors: addcmul, addcdiv, lerp.

import { DType, isFloating } from "../core/dtype";
import { factDtype, fail } from "../core/error";
import { NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { checkNumber, numberF32, numberI64 } from "./engine/number";
import { pointwise, refuse, useFloat3, useMath3 } from "./engine/pointwise";
import { promoteAdd, promoteBegin, promoteResult } from "./engine/promote";

// `value` of the running call, for each compute type.
let valueF32: v128 = f32x4.splat(1);
let valueF64: f64 = 1;
let valueI64: i64 = 1;

class Addcmul {
  @inline v(a: v128, b: v128, c: v128): v128 {
    return f32x4.add(a, f32x4.mul(f32x4.mul(valueF32, b), c));
  }
  @inline d(a: f64, b: f64, c: f64): f64 {
    return a + valueF64 * b * c;
  }
  @inline n(a: i64, b: i64, c: i64): i64 {
    return a + valueI64 * b * c;
  }
}

class Addcdiv {
  @inline v(a: v128, b: v128, c: v128): v128 {
    return f32x4.add(a, f32x4.div(f32x4.mul(valueF32, b), c));
  }
  @inline d(a: f64, b: f64, c: f64): f64 {
    return a + (valueF64 * b) / c;
  }
}

/** a + w (b - a), taken from the nearer end. */
class Lerp {
  @inline v(a: v128, b: v128, w: v128): v128 {
    const distance = f32x4.sub(b, a);
    const low = f32x4.add(a, f32x4.mul(w, distance));
    const high = f32x4.sub(b, f32x4.mul(distance, f32x4.sub(f32x4.splat(1), w)));
    return v128.bitselect(low, high, f32x4.lt(f32x4.abs(w), f32x4.splat(0.5)));
  }
  @inline d(a: f64, b: f64, w: f64): f64 {
    return abs<f64>(w) < 0.5 ? a + w * (b - a) : b - (b - a) * (1 - w);
  }
}

function setValue(value: Value, dtype: DType): bool {
  if (!checkNumber(value, dtype)) return false;
  valueF64 = value.asFloat;
  valueF32 = f32x4.splat(numberF32(value, dtype));
  valueI64 = numberI64(value, dtype);
  return true;
}

function promote3(a: Tensor, b: Tensor, c: Tensor): DType {
  promoteBegin();
  promoteAdd(a);
  promoteAdd(b);
  promoteAdd(c);
  return promoteResult();
}

export function addcmul(self: Tensor, tensor1: Tensor, tensor2: Tensor, value: Value, out: Tensor): Tensor {
  const dtype = promote3(self, tensor1, tensor2);
  if (dtype === DType.BOOL) return refuse(dtype);
  if (!setValue(value, dtype)) return NONE;
  useMath3<Addcmul>();
  return pointwise(self, tensor1, tensor2, out, dtype);
}

/** Two integer tensors are refused: the quotient would not be an integer. */
export function addcdiv(self: Tensor, tensor1: Tensor, tensor2: Tensor, value: Value, out: Tensor): Tensor {
  if (!isFloating(tensor1.dtype as DType) && !isFloating(tensor2.dtype as DType)) {
    return refuse(tensor1.dtype as DType);
  }
  const dtype = promote3(self, tensor1, tensor2);
  if (!setValue(value, dtype)) return NONE;
  useFloat3<Addcdiv>();
  return pointwise(self, tensor1, tensor2, out, dtype);
}

/** All of one floating dtype, but for a weight that is a number. */
export function lerp(self: Tensor, end: Tensor, weight: Tensor, out: Tensor): Tensor {
  const other = self.dtype === end.dtype ? weight : end;
  if (other.dtype !== self.dtype && !other.isWrapped) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(self.dtype);
    factDtype(other.dtype);
    return NONE;
  }
  useFloat3<Lerp>();
  return pointwise(self, end, weight, out, self.dtype as DType);
}
