// Comparisons and tests of single elements: bool tensors out.

import { DType, isFloating } from "../core/dtype";
import { badValue, factDtype, fail } from "../core/error";
import { NONE, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { compare, pointwiseTest, test, useTest2 } from "./engine/pointwise";

class Eq {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.eq(a, b);
  }
  @inline d(a: f64, b: f64): bool {
    return a === b;
  }
  @inline n(a: i64, b: i64): bool {
    return a === b;
  }
}

class Ne {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.ne(a, b);
  }
  @inline d(a: f64, b: f64): bool {
    return a !== b;
  }
  @inline n(a: i64, b: i64): bool {
    return a !== b;
  }
}

class Lt {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.lt(a, b);
  }
  @inline d(a: f64, b: f64): bool {
    return a < b;
  }
  @inline n(a: i64, b: i64): bool {
    return a < b;
  }
}

class Le {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.le(a, b);
  }
  @inline d(a: f64, b: f64): bool {
    return a <= b;
  }
  @inline n(a: i64, b: i64): bool {
    return a <= b;
  }
}

class Gt {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.gt(a, b);
  }
  @inline d(a: f64, b: f64): bool {
    return a > b;
  }
  @inline n(a: i64, b: i64): bool {
    return a > b;
  }
}

class Ge {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.ge(a, b);
  }
  @inline d(a: f64, b: f64): bool {
    return a >= b;
  }
  @inline n(a: i64, b: i64): bool {
    return a >= b;
  }
}

class IsNan {
  @inline v(a: v128): v128 {
    return f32x4.ne(a, a);
  }
  @inline d(a: f64): bool {
    return a !== a;
  }
  @inline n(a: i64): bool {
    return false;
  }
}

class IsInf {
  @inline v(a: v128): v128 {
    return f32x4.eq(f32x4.abs(a), f32x4.splat(Infinity));
  }
  @inline d(a: f64): bool {
    return abs<f64>(a) === Infinity;
  }
  @inline n(a: i64): bool {
    return false;
  }
}

class IsPosInf {
  @inline v(a: v128): v128 {
    return f32x4.eq(a, f32x4.splat(Infinity));
  }
  @inline d(a: f64): bool {
    return a === Infinity;
  }
  @inline n(a: i64): bool {
    return false;
  }
}

class IsNegInf {
  @inline v(a: v128): v128 {
    return f32x4.eq(a, f32x4.splat(-Infinity));
  }
  @inline d(a: f64): bool {
    return a === -Infinity;
  }
  @inline n(a: i64): bool {
    return false;
  }
}

class IsFinite {
  @inline v(a: v128): v128 {
    return f32x4.lt(f32x4.abs(a), f32x4.splat(Infinity));
  }
  @inline d(a: f64): bool {
    return abs<f64>(a) < Infinity;
  }
  @inline n(a: i64): bool {
    return true;
  }
}

class Always {
  @inline v(a: v128): v128 {
    return i32x4.splat(-1);
  }
  @inline d(a: f64): bool {
    return true;
  }
  @inline n(a: i64): bool {
    return true;
  }
}

/** The sign of a NaN is not the same on every host: it counts as positive. */
class SignBit {
  @inline v(a: v128): v128 {
    return v128.and(i32x4.lt_s(a, i32x4.splat(0)), f32x4.eq(a, a));
  }
  @inline d(a: f64): bool {
    return reinterpret<i64>(a) < 0 && a === a;
  }
  @inline n(a: i64): bool {
    return a < 0;
  }
}

// The tolerances of the running isclose.
let relative: f64 = 0;
let absolute: f64 = 0;
let nanEqual: bool = false;

/** |a - b| <= atol + rtol |b|, infinities only where they are equal. */
class Close {
  @inline v(a: v128, b: v128): v128 {
    const bound = f32x4.add(
      f32x4.splat(absolute as f32),
      f32x4.abs(f32x4.mul(f32x4.splat(relative as f32), b)),
    );
    const distance = f32x4.abs(f32x4.sub(a, b));
    const near = v128.and(f32x4.le(distance, bound), f32x4.lt(distance, f32x4.splat(Infinity)));
    const equal = v128.or(f32x4.eq(a, b), near);
    return nanEqual ? v128.or(equal, v128.and(f32x4.ne(a, a), f32x4.ne(b, b))) : equal;
  }
  @inline d(a: f64, b: f64): bool {
    if (a === b) return true;
    if (nanEqual && a !== a && b !== b) return true;
    const distance = abs<f64>(a - b);
    return distance <= absolute + abs<f64>(relative * b) && distance < Infinity;
  }
  /** The distance of integers is exact, the bound a float32. */
  @inline n(a: i64, b: i64): bool {
    if (a === b) return true;
    const bound = (absolute as f32) + abs<f32>((relative as f32) * (b as f32));
    const distance: u64 = a > b ? a - b : b - a;
    return (distance as f32) <= bound;
  }
}

export function eq(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return compare<Eq>(self, other, out);
}

export function ne(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return compare<Ne>(self, other, out);
}

export function lt(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return compare<Lt>(self, other, out);
}

export function le(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return compare<Le>(self, other, out);
}

export function gt(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return compare<Gt>(self, other, out);
}

export function ge(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return compare<Ge>(self, other, out);
}

export function isnan(self: Tensor): Tensor {
  return test<IsNan>(self, NONE);
}

export function isinf(self: Tensor): Tensor {
  return test<IsInf>(self, NONE);
}

export function isposinf(self: Tensor): Tensor {
  return test<IsPosInf>(self, NONE);
}

export function isneginf(self: Tensor): Tensor {
  return test<IsNegInf>(self, NONE);
}

export function isfinite(self: Tensor): Tensor {
  return test<IsFinite>(self, NONE);
}

export function isreal(self: Tensor): Tensor {
  return test<Always>(self, NONE);
}

export function signbit(self: Tensor): Tensor {
  return test<SignBit>(self, NONE);
}

/** Both tensors must have one dtype; tolerances may not be negative. */
export function isclose(self: Tensor, other: Tensor, rtol: f64, atol: f64, equalNan: bool): Tensor {
  const dtype = self.dtype as DType;
  if (dtype !== (other.dtype as DType)) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(dtype);
    factDtype(other.dtype);
    return NONE;
  }
  if (!(rtol >= 0) || !(atol >= 0)) {
    badValue(rtol >= 0 ? 3 : 2, -1);
    return NONE;
  }
  if (rtol === 0 && atol === 0 && (!equalNan || !isFloating(dtype))) return compare<Eq>(self, other, NONE);
  relative = rtol;
  absolute = atol;
  nanEqual = equalNan;
  useTest2<Close>();
  return pointwiseTest(self, other, NONE, dtype);
}
