// pow and float_power.

import { DType, isFloating } from "../core/dtype";
import { badValue } from "../core/error";
import { NONE, Tensor } from "../core/tensor";
import { pow64, reciprocal64, rsqrt64 } from "../math/f64/power";
import { integerPower } from "../math/integer";
import { powF32x4, reciprocalF32x4, rsqrtF32x4 } from "../math/power";
import { pointwise, refuse, useMath1, useMath2 } from "./engine/pointwise";
import { resultType } from "./engine/promote";

class Power {
  @inline v(a: v128, b: v128): v128 {
    return powF32x4(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return pow64(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    return integerPower(a, b);
  }
}

class Same {
  @inline v(a: v128): v128 {
    return a;
  }
  @inline d(a: f64): f64 {
    return a;
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

class One {
  @inline v(a: v128): v128 {
    return f32x4.splat(1);
  }
  @inline d(a: f64): f64 {
    return 1;
  }
  @inline n(a: i64): i64 {
    return 1;
  }
}

class Squared {
  @inline v(a: v128): v128 {
    return f32x4.mul(a, a);
  }
  @inline d(a: f64): f64 {
    return a * a;
  }
  @inline n(a: i64): i64 {
    return a * a;
  }
}

class Cubed {
  @inline v(a: v128): v128 {
    return f32x4.mul(f32x4.mul(a, a), a);
  }
  @inline d(a: f64): f64 {
    return a * a * a;
  }
  @inline n(a: i64): i64 {
    return a * a * a;
  }
}

class Root {
  @inline v(a: v128): v128 {
    return f32x4.sqrt(a);
  }
  @inline d(a: f64): f64 {
    return sqrt<f64>(a);
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

class InverseRoot {
  @inline v(a: v128): v128 {
    return rsqrtF32x4(a);
  }
  @inline d(a: f64): f64 {
    return rsqrt64(a);
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

class Inverse {
  @inline v(a: v128): v128 {
    return reciprocalF32x4(a);
  }
  @inline d(a: f64): f64 {
    return reciprocal64(a);
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

class InverseSquare {
  @inline v(a: v128): v128 {
    return reciprocalF32x4(f32x4.mul(a, a));
  }
  @inline d(a: f64): f64 {
    return reciprocal64(a * a);
  }
  @inline n(a: i64): i64 {
    return a;
  }
}

/** The value of a wrapped number. */
function numberOf(t: Tensor): f64 {
  return t.dtype === DType.FLOAT64
    ? load<f64>(t.data)
    : t.dtype === DType.BOOL
      ? load<u8>(t.data)
      : (load<i64>(t.data) as f64);
}

/** Chooses the loops for self ** `exponent`; false where only the general ones serve. PyTorch has no roots for f16. */
function useShortcut(exponent: f64, dtype: DType): bool {
  if (dtype === DType.FLOAT16 && abs<f64>(exponent) === 0.5) return false;
  if (exponent === 0) useMath1<One>();
  else if (exponent === 1) useMath1<Same>();
  else if (exponent === 2) useMath1<Squared>();
  else if (exponent === 3) useMath1<Cubed>();
  else if (exponent === 0.5) useMath1<Root>();
  else if (exponent === -0.5) useMath1<InverseRoot>();
  else if (exponent === -1) useMath1<Inverse>();
  else if (exponent === -2) useMath1<InverseSquare>();
  else return false;
  return true;
}

/** self ** exponent in `dtype`. */
function power(self: Tensor, exponent: Tensor, out: Tensor, dtype: DType): Tensor {
  if (exponent.isWrapped && useShortcut(numberOf(exponent), dtype))
    return pointwise(self, NONE, NONE, out, dtype);
  if (self.isWrapped && numberOf(self) === 1) {
    useMath1<One>();
    return pointwise(exponent, NONE, NONE, out, dtype);
  }
  if (dtype === DType.BOOL) return refuse(dtype);
  useMath2<Power>();
  return pointwise(self, exponent, NONE, out, dtype);
}

/** An integer number to a negative power is refused; of tensor exponents PyTorch takes any. */
export function pow(self: Tensor, exponent: Tensor, out: Tensor): Tensor {
  const dtype = resultType(self, exponent);
  if (exponent.isWrapped && !isFloating(dtype)) {
    const value = numberOf(exponent);
    if (value < 0) {
      badValue(1, value as i64);
      return NONE;
    }
  }
  return power(self, exponent, out, dtype);
}

/** pow computed in and giving float64. */
export function floatPower(self: Tensor, exponent: Tensor, out: Tensor): Tensor {
  if (changetype<usize>(out) && out.dtype !== DType.FLOAT64) return refuse(out.dtype as DType);
  return power(self, exponent, out, DType.FLOAT64);
}
