// Functions of two tensors beside arithmetic: the larger, the smaller, angles, lengths, logarithms of sums, integers.

import { DType, isFloating } from "../core/dtype";
import { factDtype, fail } from "../core/error";
import { NONE, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { atan2F32x4 } from "../math/arc";
import { exp2F32x4, expF32x4 } from "../math/exp";
import { atan2_64 } from "../math/f64/arc";
import { exp2_64, exp64 } from "../math/f64/exp";
import { log1p64, log64 } from "../math/f64/log";
import { F64x2 } from "../math/lanes";
import { log1pF32x4, logF32x4 } from "../math/log";
import { binary, floatBinary, pointwise, refuse, useFloat2, useInt2 } from "./engine/pointwise";
import { resultType } from "./engine/promote";

class Maximum {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return max<f64>(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    return max<i64>(a, b);
  }
}

class Minimum {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return min<f64>(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    return min<i64>(a, b);
  }
}

/** The number where one of the two is NaN. */
class Fmax {
  @inline v(a: v128, b: v128): v128 {
    const larger = v128.bitselect(a, f32x4.max(a, b), f32x4.ne(b, b));
    return v128.bitselect(b, larger, f32x4.ne(a, a));
  }
  @inline d(a: f64, b: f64): f64 {
    return a !== a ? b : b !== b ? a : max<f64>(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    return max<i64>(a, b);
  }
}

class Fmin {
  @inline v(a: v128, b: v128): v128 {
    const smaller = v128.bitselect(a, f32x4.min(a, b), f32x4.ne(b, b));
    return v128.bitselect(b, smaller, f32x4.ne(a, a));
  }
  @inline d(a: f64, b: f64): f64 {
    return a !== a ? b : b !== b ? a : min<f64>(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    return min<i64>(a, b);
  }
}

class Atan2 {
  @inline v(a: v128, b: v128): v128 {
    return atan2F32x4(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return atan2_64(a, b);
  }
}

/** The sign of a NaN is not the same on every host: it counts as positive. */
class Copysign {
  @inline v(a: v128, b: v128): v128 {
    const sign = v128.and(v128.and(b, f32x4.eq(b, b)), f32x4.splat(-0.0));
    return v128.or(f32x4.abs(a), sign);
  }
  @inline d(a: f64, b: f64): f64 {
    return copysign<f64>(a, b === b ? b : 1);
  }
}

class Hypot {
  /** sqrt(a a + b b) in float64, where squares of float32 are exact; an infinity wins over NaN. */
  @inline v(a: v128, b: v128): v128 {
    const low = Hypot.wide(F64x2.low(a), F64x2.low(b));
    const high = Hypot.wide(F64x2.high(a), F64x2.high(b));
    const infinity = f32x4.splat(Infinity);
    const infinite = v128.or(f32x4.eq(f32x4.abs(a), infinity), f32x4.eq(f32x4.abs(b), infinity));
    return v128.bitselect(infinity, F64x2.narrow(low, high), infinite);
  }
  @inline static wide(a: v128, b: v128): v128 {
    return f64x2.sqrt(f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)));
  }
  @inline d(a: f64, b: f64): f64 {
    return hypot64(a, b);
  }
}

/** The larger side taken out, so that squares neither overflow nor vanish. */
function hypot64(a: f64, b: f64): f64 {
  const x = abs<f64>(a);
  const y = abs<f64>(b);
  if (x === Infinity || y === Infinity) return Infinity;
  const large = max<f64>(x, y);
  const small = min<f64>(x, y);
  if (large === 0 || small !== small) return large + small;
  if (large > 1e-140 && large < 1e140) return sqrt<f64>(x * x + y * y);
  // A power of two, so that scaling is exact.
  const scale: f64 = large > 1 ? 7.458340731200207e-155 : 1.3407807929942597e154;
  const u = x * scale;
  const w = y * scale;
  return sqrt<f64>(u * u + w * w) / scale;
}

class Xlogy {
  @inline v(a: v128, b: v128): v128 {
    const zero = v128.and(f32x4.eq(a, f32x4.splat(0)), f32x4.eq(b, b));
    return v128.andnot(f32x4.mul(a, logF32x4(b)), zero);
  }
  @inline d(a: f64, b: f64): f64 {
    return a === 0 && b === b ? 0 : a * log64(b);
  }
}

class Xlog1py {
  @inline v(a: v128, b: v128): v128 {
    const zero = v128.and(f32x4.eq(a, f32x4.splat(0)), f32x4.eq(b, b));
    return v128.andnot(f32x4.mul(a, log1pF32x4(b)), zero);
  }
  @inline d(a: f64, b: f64): f64 {
    return a === 0 && b === b ? 0 : a * log1p64(b);
  }
}

class Logaddexp {
  @inline v(a: v128, b: v128): v128 {
    const sum = f32x4.add(f32x4.max(a, b), log1pF32x4(expF32x4(f32x4.neg(f32x4.abs(f32x4.sub(a, b))))));
    return v128.bitselect(a, sum, bothInfinite(a, b));
  }
  @inline d(a: f64, b: f64): f64 {
    if (a === b && abs<f64>(a) === Infinity) return a;
    return max<f64>(a, b) + log1p64(exp64(-abs<f64>(a - b)));
  }
}

class Logaddexp2 {
  @inline v(a: v128, b: v128): v128 {
    const tail = log1pF32x4(exp2F32x4(f32x4.neg(f32x4.abs(f32x4.sub(a, b)))));
    const sum = f32x4.add(f32x4.max(a, b), f32x4.mul(tail, f32x4.splat(Math.LOG2E as f32)));
    return v128.bitselect(a, sum, bothInfinite(a, b));
  }
  @inline d(a: f64, b: f64): f64 {
    if (a === b && abs<f64>(a) === Infinity) return a;
    return max<f64>(a, b) + log1p64(exp2_64(-abs<f64>(a - b))) * Math.LOG2E;
  }
}

/** Lanes where a and b are the same infinity. */
function bothInfinite(a: v128, b: v128): v128 {
  return v128.and(f32x4.eq(a, b), f32x4.eq(f32x4.abs(a), f32x4.splat(Infinity)));
}

class Heaviside {
  @inline v(a: v128, b: v128): v128 {
    const step = v128.and(f32x4.splat(1), f32x4.gt(a, f32x4.splat(0)));
    return v128.bitselect(b, step, f32x4.eq(a, f32x4.splat(0)));
  }
  @inline d(a: f64, b: f64): f64 {
    return a === 0 ? b : a > 0 ? 1 : 0;
  }
  @inline n(a: i64, b: i64): i64 {
    return a === 0 ? b : a > 0 ? 1 : 0;
  }
}

class Gcd {
  @inline n(a: i64, b: i64): i64 {
    return gcd64(a, b);
  }
}

class Lcm {
  @inline n(a: i64, b: i64): i64 {
    const g = gcd64(a, b);
    return g === 0 ? 0 : abs<i64>((a / g) * b);
  }
}

/** Euclid's greatest common divisor, not negative; the lowest int64 counts as itself. */
function gcd64(a: i64, b: i64): i64 {
  let x: u64 = abs<i64>(a);
  let y: u64 = abs<i64>(b);
  while (y !== 0) {
    const r = x % y;
    x = y;
    y = r;
  }
  return x as i64;
}

export function maximum(self: Tensor, other: Tensor): Tensor {
  return binary<Maximum>(self, other, NONE);
}

export function minimum(self: Tensor, other: Tensor): Tensor {
  return binary<Minimum>(self, other, NONE);
}

export function fmax(self: Tensor, other: Tensor): Tensor {
  return binary<Fmax>(self, other, NONE);
}

export function fmin(self: Tensor, other: Tensor): Tensor {
  return binary<Fmin>(self, other, NONE);
}

export function atan2(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return floatBinary<Atan2>(self, other, out);
}

export function copysign_(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return floatBinary<Copysign>(self, other, out);
}

export function hypot(self: Tensor, other: Tensor, out: Tensor): Tensor {
  useFloat2<Hypot>();
  return pointwise(self, other, NONE, out, resultType(self, other));
}

export function xlogy(self: Tensor, other: Tensor, out: Tensor): Tensor {
  return floatBinary<Xlogy>(self, other, out);
}

export function specialXlogy(self: Tensor, other: Tensor): Tensor {
  return xlogy(self, other, NONE);
}

export function xlog1py(self: Tensor, other: Tensor): Tensor {
  return floatBinary<Xlog1py>(self, other, NONE);
}

export function logaddexp(self: Tensor, other: Tensor): Tensor {
  useFloat2<Logaddexp>();
  return pointwise(self, other, NONE, NONE, resultType(self, other));
}

export function logaddexp2(self: Tensor, other: Tensor): Tensor {
  useFloat2<Logaddexp2>();
  return pointwise(self, other, NONE, NONE, resultType(self, other));
}

/** Both tensors must have one dtype. */
export function heaviside(self: Tensor, values: Tensor, out: Tensor): Tensor {
  if (self.dtype !== values.dtype) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(self.dtype);
    factDtype(values.dtype);
    return NONE;
  }
  return binary<Heaviside>(self, values, out);
}

export function gcd(self: Tensor, other: Tensor, out: Tensor): Tensor {
  const dtype = resultType(self, other);
  if (dtype === DType.BOOL || isFloating(dtype)) return refuse(dtype);
  useInt2<Gcd>();
  return pointwise(self, other, NONE, out, dtype);
}

export function lcm(self: Tensor, other: Tensor, out: Tensor): Tensor {
  const dtype = resultType(self, other);
  if (dtype === DType.BOOL || isFloating(dtype)) return refuse(dtype);
  useInt2<Lcm>();
  return pointwise(self, other, NONE, out, dtype);
}
