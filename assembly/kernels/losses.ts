// Losses of an input and a target, element by element, then reduced.

import { isFloating } from "../core/dtype";
import { badValue } from "../core/error";
import { isNone, NONE, sameSizes, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { expF32x4 } from "../math/exp";
import { exp64 } from "../math/f64/exp";
import { log1p64, log64 } from "../math/f64/log";
import { log1pF32x4, logF32x4 } from "../math/log";
import { wrapNumber } from "../vm/args";
import { composeBegin, composeEnd, hold, intValue, minus, plusNumber, times } from "./engine/compose";
import { Float2 } from "./engine/map";
import { pointwise, refuse, useFloat2, useFloat3 } from "./engine/pointwise";
import { mismatch, sameDtype } from "./engine/product";
import { resultType } from "./engine/promote";
import { inDtype, reducedLoss } from "./loss/reduction";
import { absOf } from "./rounding";

// The parameter of the running call.
let p: f64 = 0;
let pF32: v128 = f32x4.splat(0);
/** An element was outside [0, 1]. */
let outside: bool = false;

const HALF_LOG_TWO_PI: f64 = 0.91893853320467274178;

function setParameter(a: f64): void {
  p = a;
  pF32 = f32x4.splat(a as f32);
}

class Squared {
  @inline v(a: v128, b: v128): v128 {
    const d = f32x4.sub(a, b);
    return f32x4.mul(d, d);
  }
  @inline d(a: f64, b: f64): f64 {
    return (a - b) * (a - b);
  }
}

/** d² / 2p where |d| < p, else |d| - p/2. */
class SmoothL1 {
  @inline v(a: v128, b: v128): v128 {
    const d = f32x4.abs(f32x4.sub(a, b));
    const half = f32x4.splat(0.5);
    const near = f32x4.div(f32x4.mul(f32x4.mul(half, d), d), pF32);
    return v128.bitselect(near, f32x4.sub(d, f32x4.mul(half, pF32)), f32x4.lt(d, pF32));
  }
  @inline d(a: f64, b: f64): f64 {
    const d = abs<f64>(a - b);
    return d < p ? (0.5 * d * d) / p : d - 0.5 * p;
  }
}

/** d² / 2 where |d| <= p, else p (|d| - p/2). */
class Huber {
  @inline v(a: v128, b: v128): v128 {
    const d = f32x4.abs(f32x4.sub(a, b));
    const half = f32x4.splat(0.5);
    const near = f32x4.mul(f32x4.mul(half, d), d);
    const far = f32x4.mul(pF32, f32x4.sub(d, f32x4.mul(half, pF32)));
    return v128.bitselect(near, far, f32x4.le(d, pF32));
  }
  @inline d(a: f64, b: f64): f64 {
    const d = abs<f64>(a - b);
    return d <= p ? 0.5 * d * d : p * (d - 0.5 * p);
  }
}

class SoftMargin {
  @inline v(a: v128, b: v128): v128 {
    return logF32x4(f32x4.add(f32x4.splat(1), expF32x4(f32x4.mul(f32x4.neg(a), b))));
  }
  @inline d(a: f64, b: f64): f64 {
    return log64(1 + exp64(-a * b));
  }
}

/** Divergence of a target that is a probability from an input that is its logarithm; a target of 0 counts nothing. */
class Divergence {
  @inline v(a: v128, b: v128): v128 {
    const own = v128.andnot(f32x4.mul(b, logF32x4(b)), f32x4.eq(b, f32x4.splat(0)));
    return f32x4.sub(own, f32x4.mul(b, a));
  }
  @inline d(a: f64, b: f64): f64 {
    return (b == 0 ? 0 : b * log64(b)) - b * a;
  }
}

class LogDivergence {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.mul(expF32x4(b), f32x4.sub(b, a));
  }
  @inline d(a: f64, b: f64): f64 {
    return exp64(b) * (b - a);
  }
}

/** Logarithms no less than -100. */
class CrossEntropy {
  @inline v(a: v128, b: v128): v128 {
    const inside = v128.and(f32x4.ge(a, f32x4.splat(0)), f32x4.le(a, f32x4.splat(1)));
    if (!i32x4.all_true(inside)) outside = true;
    const least = f32x4.splat(-100);
    const not = f32x4.max(log1pF32x4(f32x4.neg(a)), least);
    const log = f32x4.max(logF32x4(a), least);
    return f32x4.sub(f32x4.mul(f32x4.sub(b, f32x4.splat(1)), not), f32x4.mul(b, log));
  }
  @inline d(a: f64, b: f64): f64 {
    if (!(a >= 0 && a <= 1)) outside = true;
    return (b - 1) * max<f64>(log1p64(-a), -100) - b * max<f64>(log64(a), -100);
  }
}

/** (1 - b) a + w · softplus(-a). */
class LogitCrossEntropy {
  @inline v(a: v128, b: v128, w: v128): v128 {
    const minus_ = f32x4.neg(a);
    const top = f32x4.max(minus_, f32x4.splat(0));
    const sum = f32x4.add(expF32x4(f32x4.neg(top)), expF32x4(f32x4.sub(minus_, top)));
    const soft = f32x4.add(logF32x4(sum), top);
    return f32x4.add(f32x4.mul(f32x4.sub(f32x4.splat(1), b), a), f32x4.mul(w, soft));
  }
  @inline d(a: f64, b: f64, w: f64): f64 {
    const top = max<f64>(-a, 0);
    return (1 - b) * a + w * (log64(exp64(-top) + exp64(-a - top)) + top);
  }
}

class PoissonLog {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.sub(expF32x4(a), f32x4.mul(b, a));
  }
  @inline d(a: f64, b: f64): f64 {
    return exp64(a) - b * a;
  }
}

class Poisson {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.sub(a, f32x4.mul(b, logF32x4(f32x4.add(a, pF32))));
  }
  @inline d(a: f64, b: f64): f64 {
    return a - b * log64(a + p);
  }
}

/** a and, where b is above 1, Stirling's approximation of log b!. */
class PlusStirling {
  @inline v(a: v128, b: v128): v128 {
    const log = logF32x4(b);
    const root = f32x4.add(f32x4.splat(HALF_LOG_TWO_PI as f32), f32x4.mul(f32x4.splat(0.5), log));
    const term = f32x4.add(f32x4.sub(f32x4.mul(b, log), b), root);
    return f32x4.add(a, v128.andnot(term, f32x4.le(b, f32x4.splat(1))));
  }
  @inline d(a: f64, b: f64): f64 {
    const log = log64(b);
    return b <= 1 ? a : a + (b * log - b + (HALF_LOG_TWO_PI + 0.5 * log));
  }
}

/** max(p - a, 0) where b is not 1, and a where b is not -1. */
class Hinge {
  @inline v(a: v128, b: v128): v128 {
    const margin = f32x4.max(f32x4.sub(pF32, a), f32x4.splat(0));
    const first = v128.andnot(margin, f32x4.eq(b, f32x4.splat(1)));
    return f32x4.add(first, v128.andnot(a, f32x4.eq(b, f32x4.splat(-1))));
  }
  @inline d(a: f64, b: f64): f64 {
    return (b != 1 ? max<f64>(p - a, 0) : 0) + (b != -1 ? a : 0);
  }
}

/** OP of input and target in their common dtype, held. */
function elements<OP extends Float2>(input: Tensor, target: Tensor): Tensor {
  useFloat2<OP>();
  return hold(pointwise(input, target, NONE, NONE, resultType(input, target)));
}

/** The loss in the common dtype. */
function loss<OP extends Float2>(input: Tensor, target: Tensor, reduction: i64): Tensor {
  const mark = composeBegin();
  return composeEnd(mark, reducedLoss(elements<OP>(input, target), reduction));
}

/** The loss in the input's dtype, as far as its elements are kept in that. */
function lossLikeInput<OP extends Float2>(input: Tensor, target: Tensor, reduction: i64): Tensor {
  if (!isFloating(input.dtype)) return refuse(input.dtype);
  const mark = composeBegin();
  return composeEnd(mark, reducedLoss(inDtype(elements<OP>(input, target), input.dtype), reduction));
}

export function mseLoss(self: Tensor, target: Tensor, reduction: i64): Tensor {
  return loss<Squared>(self, target, reduction);
}

export function l1Loss(self: Tensor, target: Tensor, reduction: i64): Tensor {
  const mark = composeBegin();
  const d = minus(self, target);
  return composeEnd(mark, reducedLoss(isNone(d) ? NONE : hold(absOf(d, NONE)), reduction));
}

/** beta 0 is l1_loss; it may not be negative. */
export function smoothL1Loss(self: Tensor, target: Tensor, reduction: i64, beta: f64): Tensor {
  if (!(beta >= 0)) {
    badValue(3, beta as i64);
    return NONE;
  }
  if (beta == 0) return l1Loss(self, target, reduction);
  setParameter(beta);
  return loss<SmoothL1>(self, target, reduction);
}

/** delta is positive. */
export function huberLoss(self: Tensor, target: Tensor, reduction: i64, delta: f64): Tensor {
  if (!(delta > 0)) {
    badValue(3, delta as i64);
    return NONE;
  }
  setParameter(delta);
  return lossLikeInput<Huber>(self, target, reduction);
}

export function softMarginLoss(self: Tensor, target: Tensor, reduction: i64): Tensor {
  return lossLikeInput<SoftMargin>(self, target, reduction);
}

/** target is a probability, or with `logTarget` its logarithm; both arguments are floating. */
export function klDiv(self: Tensor, target: Tensor, reduction: i64, logTarget: bool): Tensor {
  if (!isFloating(self.dtype)) return refuse(self.dtype);
  if (!isFloating(target.dtype)) return refuse(target.dtype);
  return logTarget ? loss<LogDivergence>(self, target, reduction) : loss<Divergence>(self, target, reduction);
}

/** self lies in [0, 1]; all tensors have one dtype. */
export function binaryCrossEntropy(self: Tensor, target: Tensor, weight: Tensor, reduction: i64): Tensor {
  if (!sameDtype(self, target)) return NONE;
  const mark = composeBegin();
  outside = false;
  let t = elements<CrossEntropy>(self, target);
  if (outside) {
    badValue(0, 1);
    t = NONE;
  }
  if (!isNone(weight)) t = inDtype(times(t, weight), self.dtype);
  return composeEnd(mark, reducedLoss(t, reduction));
}

/** binary_cross_entropy of the sigmoid of self; the weights broadcast to the target's shape, and so does self. */
export function binaryCrossEntropyWithLogits(
  self: Tensor,
  target: Tensor,
  weight: Tensor,
  posWeight: Tensor,
  reduction: i64,
): Tensor {
  if (!isFloating(self.dtype)) return refuse(self.dtype);
  if (!isFloating(target.dtype)) return refuse(target.dtype);
  const mark = composeBegin();
  let w = NONE;
  if (!isNone(posWeight)) w = plusNumber(times(plusNumber(posWeight, -1), target), 1);
  let t = NONE;
  if (isNone(posWeight) || !isNone(w)) {
    useFloat3<LogitCrossEntropy>();
    const factor = isNone(posWeight) ? wrapNumber(intValue(1)) : w;
    t = hold(pointwise(self, target, factor, NONE, resultType(self, target)));
  }
  if (!isNone(weight)) t = times(t, weight);
  if (!isNone(t) && !sameSizes(t, target)) {
    mismatch(ErrorCode.OUTPUT_SHAPE, target, t);
    t = NONE;
  }
  return composeEnd(mark, reducedLoss(isNone(t) ? NONE : inDtype(t, target.dtype), reduction));
}

/** The input is an expectation, or with `logInput` its logarithm; `full` adds Stirling's term. */
export function poissonNllLoss(
  input: Tensor,
  target: Tensor,
  logInput: bool,
  full: bool,
  eps: f64,
  reduction: i64,
): Tensor {
  const mark = composeBegin();
  setParameter(eps);
  let t = logInput ? elements<PoissonLog>(input, target) : elements<Poisson>(input, target);
  if (full && !isNone(t)) {
    useFloat2<PlusStirling>();
    t = hold(pointwise(t, target, NONE, NONE, t.dtype));
  }
  return composeEnd(mark, reducedLoss(t, reduction));
}

/** target is 1 or -1. */
export function hingeEmbeddingLoss(self: Tensor, target: Tensor, margin: f64, reduction: i64): Tensor {
  setParameter(margin);
  return lossLikeInput<Hinge>(self, target, reduction);
}
