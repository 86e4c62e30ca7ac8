// Truth and bits: logical_and and its kin, bitwise operators, shifts.

import { DType, dtypeBytes, isFloating } from "../core/dtype";
import { NONE, Tensor } from "../core/tensor";
import { Int2 } from "./engine/map";
import { pointwise, refuse, truth1, truth2, useInt1, useInt2 } from "./engine/pointwise";
import { resultType } from "./engine/promote";

class And {
  @inline t(a: u32, b: u32): bool {
    return (a & b) !== 0;
  }
  @inline n(a: i64, b: i64): i64 {
    return a & b;
  }
}

class Or {
  @inline t(a: u32, b: u32): bool {
    return (a | b) !== 0;
  }
  @inline n(a: i64, b: i64): i64 {
    return a | b;
  }
}

class Xor {
  @inline t(a: u32, b: u32): bool {
    return a !== b;
  }
  @inline n(a: i64, b: i64): i64 {
    return a ^ b;
  }
}

class Not {
  @inline t(a: u32): bool {
    return a === 0;
  }
  @inline n(a: i64): i64 {
    return ~a;
  }
}

class NotBool {
  @inline n(a: i64): i64 {
    return a ^ 1;
  }
}

/** The bits of a shift count that are used: PyTorch 1.13 shifts as x86 does, in 32 bits or in 64. */
let shiftMask: i64 = 63;

class ShiftLeft {
  @inline n(a: i64, b: i64): i64 {
    return a << (b & shiftMask);
  }
}

class ShiftRight {
  @inline n(a: i64, b: i64): i64 {
    return a >> (b & shiftMask);
  }
}

export function logicalAnd(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return truth2<And>(self, other, out);
}

export function logicalOr(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return truth2<Or>(self, other, out);
}

export function logicalXor(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return truth2<Xor>(self, other, out);
}

export function logicalNot(self: Tensor, out: Tensor): Tensor {
  return truth1<Not>(self, out);
}

/** OP on the bits of integers, or on bools. */
function bits<OP extends Int2>(self: Tensor, other: Tensor, out: Tensor): Tensor {
  useInt2<OP>();
  return pointwise(self, other, NONE, out, resultType(self, other));
}

export function bitwiseAnd(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return bits<And>(self, other, out);
}

export function bitwiseOr(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return bits<Or>(self, other, out);
}

export function bitwiseXor(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return bits<Xor>(self, other, out);
}

export function bitwiseNot(self: Tensor, out: Tensor): Tensor {
  if (self.dtype === DType.BOOL) useInt1<NotBool>();
  else useInt1<Not>();
  return pointwise(self, NONE, NONE, out, self.dtype as DType);
}

/** A shift in the common dtype, which must be an integer type. */
function shift<OP extends Int2>(self: Tensor, other: Tensor, out: Tensor): Tensor {
  const dtype = resultType(self, other);
  if (dtype === DType.BOOL || isFloating(dtype)) return refuse(dtype);
  shiftMask = dtypeBytes(dtype) === 8 ? 63 : 31;
  useInt2<OP>();
  return pointwise(self, other, NONE, out, dtype);
}

export function bitwiseLeftShift(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return shift<ShiftLeft>(self, other, out);
}

export function bitwiseRightShift(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return shift<ShiftRight>(self, other, out);
}
