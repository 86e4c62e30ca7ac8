// add, sub, mul and their kin: two tensors, or a tensor and a number.

import { DType, isFloating } from "../core/dtype";
import { Tag } from "../core/object";
import { NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { Math2 } from "./engine/map";
import { checkNumber, numberI64 } from "./engine/number";
import { pointwise, refuse, useMath2, useSplat } from "./engine/pointwise";
import { resultType } from "./engine/promote";

// alpha of the running call, for each compute type.
let alphaF32: v128 = f32x4.splat(1);
let alphaF64: f64 = 1;
let alphaI64: i64 = 1;

class Add {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return a + b;
  }
  @inline n(a: i64, b: i64): i64 {
    return a + b;
  }
}

class AddScaled {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.add(a, f32x4.mul(b, alphaF32));
  }
  @inline d(a: f64, b: f64): f64 {
    return a + b * alphaF64;
  }
  @inline n(a: i64, b: i64): i64 {
    return a + b * alphaI64;
  }
}

class Sub {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.sub(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return a - b;
  }
  @inline n(a: i64, b: i64): i64 {
    return a - b;
  }
}

class Mul {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return a * b;
  }
  @inline n(a: i64, b: i64): i64 {
    return a * b;
  }
}

/** Takes alpha for a result of `dtype`, with `sign` before it; false with an error recorded when it may not be used. */
function setAlpha(alpha: Value, dtype: DType, sign: i32): bool {
  if ((alpha.tag === Tag.BOOL && dtype !== DType.BOOL) || (alpha.isFloat && !isFloating(dtype))) {
    refuse(dtype);
    return false;
  }
  if (!checkNumber(alpha, dtype)) return false;
  alphaF64 = alpha.asFloat * (sign as f64);
  alphaF32 = f32x4.splat(alphaF64 as f32);
  alphaI64 = numberI64(alpha, dtype) * (sign as i64);
  return true;
}

/** The loops of OP where alpha is `plain`, else those that multiply by it. */
function useScaled<OP extends Math2>(plain: f64): void {
  if (alphaF64 !== plain) {
    useMath2<AddScaled>();
    return;
  }
  useMath2<OP>();
  useSplat<OP>();
}

export function add(self: Tensor, other: Tensor, alpha: Value, out: Tensor): Tensor {
  const dtype = resultType(self, other);
  if (!setAlpha(alpha, dtype, 1)) return NONE;
  useScaled<Add>(1);
  return pointwise(self, other, NONE, out, dtype);
}

export function sub(self: Tensor, other: Tensor, alpha: Value, out: Tensor): Tensor {
  if (self.dtype === DType.BOOL || other.dtype === DType.BOOL) return refuse(DType.BOOL);
  const dtype = resultType(self, other);
  if (!setAlpha(alpha, dtype, -1)) return NONE;
  useScaled<Sub>(-1);
  return pointwise(self, other, NONE, out, dtype);
}

export function rsub(self: Tensor, other: Tensor, alpha: Value): Tensor {
  return sub(other, self, alpha, NONE);
}

export function mul(self: Tensor, other: Tensor, out: Tensor): Tensor {
  useMath2<Mul>();
  useSplat<Mul>();
  return pointwise(self, other, NONE, out, resultType(self, other));
}
