// Division and what is left of it: div with its rounding modes, floor_divide, remainder, fmod.

import { Str } from "../core/containers";
import { DType } from "../core/dtype";
import { factInt, factText, fail } from "../core/error";
import { NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { floorDivideF32x4, fmodF32x4, remainderF32x4 } from "../math/division";
import { floorDivide64, fmod64, remainder64 } from "../math/f64/division";
import {
  floorDivide as floorDivideInt,
  floorModulo,
  truncDivide as truncDivideInt,
  truncModulo,
} from "../math/integer";
import { Math2 } from "./engine/map";
import { floatUnary, pointwise, refuse, useFloat2, useMath2, useSplat } from "./engine/pointwise";
import { floatType, resultType } from "./engine/promote";

/** An integer was divided by zero in the running call. */
let zeroDivisor: bool = false;

class Divide {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return a / b;
  }
}

class TruncDivide {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.trunc(f32x4.div(a, b));
  }
  @inline d(a: f64, b: f64): f64 {
    return trunc<f64>(a / b);
  }
  @inline n(a: i64, b: i64): i64 {
    if (b === 0) zeroDivisor = true;
    return truncDivideInt(a, b);
  }
}

class Trunc {
  @inline v(a: v128): v128 {
    return f32x4.trunc(a);
  }
  @inline d(a: f64): f64 {
    return trunc<f64>(a);
  }
}

class FloorDivide {
  @inline v(a: v128, b: v128): v128 {
    return floorDivideF32x4(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return floorDivide64(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    if (b === 0) zeroDivisor = true;
    return floorDivideInt(a, b);
  }
}

class Remainder {
  @inline v(a: v128, b: v128): v128 {
    return remainderF32x4(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return remainder64(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    if (b === 0) zeroDivisor = true;
    return floorModulo(a, b);
  }
}

class Fmod {
  @inline v(a: v128, b: v128): v128 {
    return fmodF32x4(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return fmod64(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    if (b === 0) zeroDivisor = true;
    return truncModulo(a, b);
  }
}

/** OP in the common dtype, which may not be bool; division of an integer by zero is an error. */
function divideAs<OP extends Math2>(self: Tensor, other: Tensor, out: Tensor): Tensor {
  const dtype = resultType(self, other);
  if (dtype === DType.BOOL) return refuse(dtype);
  zeroDivisor = false;
  useMath2<OP>();
  const result = pointwise(self, other, NONE, out, dtype);
  if (!zeroDivisor) return result;
  release(result);
  fail(ErrorCode.ZERO_DIVISION);
  return NONE;
}

export function div(self: Tensor, other: Tensor, out: Tensor): Tensor {
  useFloat2<Divide>();
  useSplat<Divide>();
  return pointwise(self, other, NONE, out, floatType(resultType(self, other)));
}

/** The quotient is rounded to the dtype before it is cut: for f16 and bf16 that takes two steps. */
function truncDivide(self: Tensor, other: Tensor, out: Tensor): Tensor {
  const dtype = resultType(self, other);
  if (dtype !== DType.FLOAT16 && dtype !== DType.BFLOAT16) return divideAs<TruncDivide>(self, other, out);
  const quotient = div(self, other, out);
  if (!changetype<usize>(quotient)) return NONE;
  const whole = floatUnary<Trunc>(quotient, quotient);
  release(quotient);
  return whole;
}

const TRUNC: u64 = 0x63_6e75_7274; // "trunc", little-endian
const FLOOR: u64 = 0x72_6f6f_6c66; // "floor"

export function divMode(self: Tensor, other: Tensor, mode: Str, out: Tensor): Tensor {
  if (!changetype<usize>(mode)) return div(self, other, out);
  const word = mode.bytes === 5 ? load<u64>(mode.text) & 0xff_ffff_ffff : 0;
  if (word === TRUNC) return truncDivide(self, other, out);
  if (word === FLOOR) return divideAs<FloorDivide>(self, other, out);
  fail(ErrorCode.BAD_VALUE);
  factInt(2);
  factText(mode.text, mode.bytes);
  return NONE;
}

export function floorDivide(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return divideAs<FloorDivide>(self, other, out);
}

export function remainder(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return divideAs<Remainder>(self, other, out);
}

export function fmod(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return divideAs<Fmod>(self, other, out);
}
