// Activation functions with numbers as parameters: leaky_relu, elu and its kin, shrinking, thresholds, prelu, glu.

import { DType } from "../core/dtype";
import { badValue, factDtype, factInt, factShape, fail } from "../core/error";
import { wrapDimOf } from "../core/shape";
import { alias, NONE, newView, release, Tensor, updateNumel } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { sigmoidF32x4, softplusF32x4 } from "../math/activations";
import { expm1F32x4 } from "../math/exp";
import { sigmoid64, softplus64 } from "../math/f64/activations";
import { expm1_64 } from "../math/f64/exp";
import { Float1 } from "./engine/map";
import { checkNumber, numberF32, numberI64 } from "./engine/number";
import { pointwise, refuse, useFloat1, useFloat2, useMath1 } from "./engine/pointwise";

// The parameters of the running call, for each compute type.
let p: f64 = 0;
let q: f64 = 0;
let r: f64 = 0;
let pF32: v128 = f32x4.splat(0);
let qF32: v128 = f32x4.splat(0);
let rF32: v128 = f32x4.splat(0);
let pI64: i64 = 0;
let qI64: i64 = 0;

class LeakyRelu {
  @inline v(a: v128): v128 {
    return v128.bitselect(a, f32x4.mul(a, pF32), f32x4.gt(a, f32x4.splat(0)));
  }
  @inline d(a: f64): f64 {
    return a > 0 ? a : a * p;
  }
}

/** a p above 0, (exp(a r) - 1) q at and below. */
class Elu {
  @inline v(a: v128): v128 {
    const low = f32x4.mul(expm1F32x4(f32x4.mul(a, rF32)), qF32);
    return v128.bitselect(low, f32x4.mul(a, pF32), f32x4.le(a, f32x4.splat(0)));
  }
  @inline d(a: f64): f64 {
    return a <= 0 ? expm1_64(a * r) * q : a * p;
  }
}

class Softplus {
  @inline v(a: v128): v128 {
    return softplusF32x4(a, pF32, qF32);
  }
  @inline d(a: f64): f64 {
    return softplus64(a, p, q);
  }
}

class Hardshrink {
  @inline v(a: v128): v128 {
    return v128.andnot(a, v128.and(f32x4.ge(a, f32x4.neg(pF32)), f32x4.le(a, pF32)));
  }
  @inline d(a: f64): f64 {
    return a >= -p && a <= p ? 0 : a;
  }
}

/** NaN gives 0, as in PyTorch 1.13. */
class Softshrink {
  @inline v(a: v128): v128 {
    const above = v128.and(f32x4.sub(a, pF32), f32x4.gt(a, pF32));
    const below = v128.and(f32x4.add(a, pF32), f32x4.lt(a, f32x4.neg(pF32)));
    return v128.or(above, below);
  }
  @inline d(a: f64): f64 {
    return a > p ? a - p : a < -p ? a + p : 0;
  }
}

class Threshold {
  @inline v(a: v128): v128 {
    return v128.bitselect(qF32, a, f32x4.le(a, pF32));
  }
  @inline d(a: f64): f64 {
    return a <= p ? q : a;
  }
  @inline n(a: i64): i64 {
    return a <= pI64 ? qI64 : a;
  }
}

class Prelu {
  @inline v(a: v128, w: v128): v128 {
    return v128.bitselect(a, f32x4.mul(a, w), f32x4.gt(a, f32x4.splat(0)));
  }
  @inline d(a: f64, w: f64): f64 {
    return a > 0 ? a : a * w;
  }
}

class Glu {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.mul(a, sigmoidF32x4(b));
  }
  @inline d(a: f64, b: f64): f64 {
    return a * sigmoid64(b);
  }
}

/** Sets the three parameters from numbers. */
function setParameters(a: f64, b: f64, c: f64): void {
  p = a;
  q = b;
  r = c;
  pF32 = f32x4.splat(a as f32);
  qF32 = f32x4.splat(b as f32);
  rF32 = f32x4.splat(c as f32);
}

/** OP of a floating tensor; integers are refused. */
function floating<OP extends Float1>(self: Tensor, out: Tensor): Tensor {
  useFloat1<OP>();
  return pointwise(self, NONE, NONE, out, self.dtype as DType);
}

export function leakyRelu(self: Tensor, slope: Value, out: Tensor): Tensor {
  setParameters(slope.asFloat, 0, 0);
  return floating<LeakyRelu>(self, out);
}

export function elu(self: Tensor, alpha: Value, scale: Value, inputScale: Value, out: Tensor): Tensor {
  setParameters(scale.asFloat, alpha.asFloat * scale.asFloat, inputScale.asFloat);
  return floating<Elu>(self, out);
}

/** alpha may not be 0. */
export function celu(self: Tensor, alpha: Value, out: Tensor): Tensor {
  const a = alpha.asFloat;
  if (a === 0) {
    badValue(1, 0);
    return NONE;
  }
  setParameters(1, a, 1 / a);
  return floating<Elu>(self, out);
}

const SELU_ALPHA: f64 = 1.6732632423543772848170429916717;
const SELU_SCALE: f64 = 1.0507009873554804934193349852946;

export function selu(self: Tensor, out: Tensor): Tensor {
  setParameters(SELU_SCALE, SELU_ALPHA * SELU_SCALE, 1);
  return floating<Elu>(self, out);
}

export function softplus(self: Tensor, beta: Value, threshold: Value): Tensor {
  setParameters(beta.asFloat, threshold.asFloat, 0);
  return floating<Softplus>(self, NONE);
}

export function hardshrink(self: Tensor, lambd: Value): Tensor {
  setParameters(lambd.asFloat, 0, 0);
  return floating<Hardshrink>(self, NONE);
}

/** lambd may not be negative. */
export function softshrink(self: Tensor, lambd: Value): Tensor {
  setParameters(lambd.asFloat, 0, 0);
  if (!(p >= 0)) {
    badValue(1, p as i64);
    return NONE;
  }
  return floating<Softshrink>(self, NONE);
}

/** Both numbers must fit self's dtype. */
export function threshold(self: Tensor, threshold: Value, value: Value, out: Tensor): Tensor {
  const dtype = self.dtype as DType;
  if (dtype === DType.BOOL) return refuse(dtype);
  if (!checkNumber(threshold, dtype) || !checkNumber(value, dtype)) return NONE;
  setParameters(numberF32(threshold, dtype), numberF32(value, dtype), 0);
  p = threshold.asFloat;
  q = value.asFloat;
  pI64 = numberI64(threshold, dtype);
  qI64 = numberI64(value, dtype);
  useMath1<Threshold>();
  return pointwise(self, NONE, NONE, out, dtype);
}

/** `weight` with size 1 in every dimension of self but the second, so that it broadcasts over channels. */
function channelView(weight: Tensor, ndim: i32): Tensor {
  const view = newView(weight, ndim);
  if (!changetype<usize>(view)) return view;
  for (let i = 0; i < ndim; i++) {
    view.setSize(i, i === 1 ? (weight.numel as i32) : 1);
    view.setStride(i, i === 1 && weight.ndim === 1 ? weight.stride(0) : 1);
  }
  return view;
}

/** One weight, or one per channel (dimension 1; a tensor of fewer dimensions has one channel), of self's dtype. */
export function prelu(self: Tensor, weight: Tensor): Tensor {
  if (weight.dtype !== self.dtype) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(self.dtype);
    factDtype(weight.dtype);
    return NONE;
  }
  if (weight.ndim > 1) {
    fail(ErrorCode.NDIM);
    factInt(1);
    factInt(1);
    factShape(weight);
    return NONE;
  }
  const channels: i32 = self.ndim > 1 ? self.size(1) : 1;
  if (weight.numel !== 1 && (weight.numel as i32) !== channels) {
    fail(ErrorCode.CHANNELS);
    factInt(weight.numel);
    factInt(channels);
    return NONE;
  }
  const view = self.ndim > 1 || self.ndim < weight.ndim ? channelView(weight, self.ndim) : alias(weight);
  if (!changetype<usize>(view)) return NONE;
  useFloat2<Prelu>();
  const result = pointwise(self, view, NONE, NONE, self.dtype as DType);
  release(view);
  return result;
}

/** One half of `self` along `dim`. */
function half(self: Tensor, dim: i32, second: bool): Tensor {
  const view = alias(self);
  if (!changetype<usize>(view)) return view;
  const size = self.size(dim) / 2;
  view.setSize(dim, size);
  if (second) view.offset += size * self.stride(dim);
  updateNumel(view);
  return view;
}

/** The first half along `dim`, of even size, times the sigmoid of the second. */
export function glu(self: Tensor, dim: i64): Tensor {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NONE;
  if (self.size(d) % 2 !== 0) {
    badValue(1, dim);
    return NONE;
  }
  const a = half(self, d, false);
  const b = half(self, d, true);
  let result = NONE;
  if (changetype<usize>(a) && changetype<usize>(b)) {
    useFloat2<Glu>();
    result = pointwise(a, b, NONE, NONE, self.dtype as DType);
  }
  release(a);
  release(b);
  return result;
}
