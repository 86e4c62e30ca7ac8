// Filling a tensor with one number: fill, zero, fill_diagonal.

import { factInt, factShape, fail } from "../core/error";
import { emptyLikeAs, MemoryFormat } from "../core/layout";
import { NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { fillNumber } from "./engine/number";
import { item } from "./scalar";

const number: usize = memory.data(16, 16);

/** Every element becomes the number in `value`. */
export function fillScalarInPlace(self: Tensor, value: Value): Tensor {
  return fillNumber(self, value) ? retain(self) : NONE;
}

/** Every element becomes the only one of a 0-dimensional tensor. */
export function fillTensorInPlace(self: Tensor, value: Tensor): Tensor {
  if (value.ndim) {
    fail(ErrorCode.NDIM);
    factInt(1);
    factInt(0);
    factShape(value);
    return NONE;
  }
  const v = changetype<Value>(number);
  item(value, v);
  return fillScalarInPlace(self, v);
}

/** `t`, new, filled; NONE, and `t` released, when that fails. */
export function filledWith(t: Tensor, value: Value): Tensor {
  if (!changetype<usize>(t) || fillNumber(t, value)) return t;
  release(t);
  return NONE;
}

export function fillScalar(self: Tensor, value: Value): Tensor {
  return filledWith(emptyLikeAs(self, self.dtype, MemoryFormat.PRESERVE), value);
}

export function fillTensor(self: Tensor, value: Tensor): Tensor {
  const out = emptyLikeAs(self, self.dtype, MemoryFormat.PRESERVE);
  if (!changetype<usize>(out)) return out;
  const done = fillTensorInPlace(out, value);
  release(out);
  return done;
}

export function fillInt(self: Tensor, value: i64): Tensor {
  const v = changetype<Value>(number);
  v.setInt(value);
  return fillScalarInPlace(self, v);
}

export function fillFloat(self: Tensor, value: f64): Tensor {
  const v = changetype<Value>(number);
  v.setFloat(value);
  return fillScalarInPlace(self, v);
}

export function zeroInPlace(self: Tensor): Tensor {
  return fillInt(self, 0);
}

export function zero(self: Tensor): Tensor {
  const v = changetype<Value>(number);
  v.setInt(0);
  return fillScalar(self, v);
}
