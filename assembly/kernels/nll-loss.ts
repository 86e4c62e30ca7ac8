// Losses of classes: the negative log likelihood of target classes, and cross entropy, which takes the logarithms itself.
//
// An input is [C], [N, C] or [N, C, …]; a target holds classes and has the same sizes without C. The sum runs in float64 in
// the order of the target's elements.

import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { empty, emptyLike, isNone, NONE, newView, release, sameSizes, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { wrapNumber } from "../vm/args";
import { eq } from "./compare";
import { contiguousAs } from "./copy";
import {
  composeBegin,
  composeEnd,
  hold,
  intList,
  intValue,
  noValue,
  over,
  plus,
  plusNumber,
  times,
  timesNumber,
} from "./engine/compose";
import { fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { mismatch, sameDtype } from "./engine/product";
import { Reduction } from "./loss/reduction";
import { sum, sumDim } from "./reduce";
import { logSoftmax } from "./softmax";
import { maskedFill } from "./where";

/** Sum of the weights of what was counted, and of the losses. */
let totalWeight: f64 = 0;
let totalLoss: f64 = 0;

function checkDims(t: Tensor, index: i32, least: i32, most: i32): bool {
  if ((t.ndim as i32) >= least && (t.ndim as i32) <= most) return true;
  fail(ErrorCode.NDIM);
  factInt(index);
  factInt((t.ndim as i32) < least ? least : most);
  factShape(t);
  return false;
}

/** True when the target has the input's sizes without its classes. */
function checkTarget(self: Tensor, target: Tensor): bool {
  const ndim = self.ndim as i32;
  let fits: bool = (target.ndim as i32) == ndim - 1;
  if (fits && ndim > 1) fits = self.size(0) == target.size(0);
  for (let d = 2; d < ndim && fits; d++) fits = self.size(d) == target.size(d - 1);
  return fits || mismatch(ErrorCode.SIZE_MISMATCH, self, target);
}

function classesOf(self: Tensor): i32 {
  return self.size(self.ndim > 1 ? 1 : 0);
}

function checkWeight(self: Tensor, weight: Tensor): bool {
  if (isNone(weight)) return true;
  if (weight.ndim != 1 || weight.size(0) != classesOf(self))
    return mismatch(ErrorCode.SIZE_MISMATCH, self, weight);
  return sameDtype(self, weight);
}

/**
 * The loss of every element into `out` (the target's sizes, native) unless that is NONE, and the totals; false with an
 * error recorded on a class that there is not. All are contiguous; `classes` is int64.
 */
function gatherLosses(x: Tensor, classes: Tensor, weight: Tensor, ignore: i64, out: Tensor): bool {
  const c = classesOf(x) as i64;
  let s: usize = 1;
  for (let d = 2; d < (x.ndim as i32); d++) s *= x.size(d);
  const wide: bool = x.dtype == DType.FLOAT64;
  const shift: usize = wide ? 3 : 2;
  totalWeight = 0;
  totalLoss = 0;
  for (let i: usize = 0; i < (classes.numel as usize); i++) {
    const k = load<i64>(classes.data + (i << 3));
    let loss: f64 = 0;
    if (k != ignore) {
      if (k < 0 || k >= c) {
        fail(ErrorCode.INDEX_OUT_OF_RANGE);
        factInt(k);
        factInt(x.ndim > 1 ? 1 : 0);
        factInt(c);
        return false;
      }
      const at = x.data + (((i / s) * (c as usize) * s + (k as usize) * s + (i % s)) << shift);
      if (wide) {
        const w: f64 = isNone(weight) ? 1 : load<f64>(weight.data + ((k as usize) << 3));
        loss = -load<f64>(at) * w;
        totalWeight += w;
      } else {
        const w: f32 = isNone(weight) ? 1 : load<f32>(weight.data + ((k as usize) << 2));
        loss = -load<f32>(at) * w;
        totalWeight += w;
      }
    }
    totalLoss += loss;
    if (isNone(out)) continue;
    if (wide) store<f64>(out.data + (i << 3), loss);
    else store<f32>(out.data + (i << 2), loss as f32);
  }
  return true;
}

function storeNative(t: Tensor, x: f64): void {
  if (t.dtype == DType.FLOAT64) store<f64>(t.data, x);
  else store<f32>(t.data, x as f32);
}

/** A 0-dimensional tensor of `dtype`. */
function numberOf(x: f64, dtype: DType): Tensor {
  const t = empty(nativeType(dtype), 0, 0);
  if (!isNone(t)) storeNative(t, x);
  return fromNative(t, dtype);
}

/** The loss of checked sizes, with one reference for the caller. */
function likelihood(self: Tensor, target: Tensor, weight: Tensor, reduction: i64, ignore: i64): Tensor {
  const dtype = self.dtype as DType;
  if (!isFloating(dtype)) return refuse(dtype);
  if (target.dtype != DType.INT64 && target.dtype != DType.UINT8) return refuse(target.dtype);
  if (!checkWeight(self, weight)) return NONE;
  const native = nativeType(dtype);
  const x = contiguousAs(self, native);
  const classes = isNone(x) ? NONE : contiguousAs(target, DType.INT64);
  const w = isNone(classes) || isNone(weight) ? NONE : contiguousAs(weight, native);
  let out = NONE;
  if (!isNone(classes) && isNone(w) == isNone(weight)) {
    const whole = reduction == Reduction.MEAN || reduction == Reduction.SUM;
    out = whole ? empty(native, 0, 0) : emptyLike(target, native);
    if (!isNone(out) && !gatherLosses(x, classes, w, ignore, whole ? NONE : out)) {
      release(out);
      out = NONE;
    }
    if (whole && !isNone(out))
      storeNative(out, reduction == Reduction.MEAN ? totalLoss / totalWeight : totalLoss);
    if (!whole && self.ndim > 1) totalWeight = 0;
  }
  release(x);
  release(classes);
  release(w);
  return fromNative(out, dtype);
}

/** Inputs [C] or [N, C]. */
export function nllLoss(
  self: Tensor,
  target: Tensor,
  weight: Tensor,
  reduction: i64,
  ignoreIndex: i64,
): Tensor {
  if (!checkDims(self, 0, 1, 2) || !checkDims(target, 1, 0, 1) || !checkTarget(self, target)) return NONE;
  return likelihood(self, target, weight, reduction, ignoreIndex);
}

/** Inputs [N, C, H, W]. */
export function nllLoss2d(
  self: Tensor,
  target: Tensor,
  weight: Tensor,
  reduction: i64,
  ignoreIndex: i64,
): Tensor {
  if (!checkDims(self, 0, 4, 4) || !checkDims(target, 1, 3, 3) || !checkTarget(self, target)) return NONE;
  return likelihood(self, target, weight, reduction, ignoreIndex);
}

/** Inputs of any number of dimensions from 1 on. */
export function nllLossNd(
  self: Tensor,
  target: Tensor,
  weight: Tensor,
  reduction: i64,
  ignoreIndex: i64,
): Tensor {
  if (!checkDims(self, 0, 1, i32.MAX_VALUE) || !checkTarget(self, target)) return NONE;
  return likelihood(self, target, weight, reduction, ignoreIndex);
}

function withTotal(loss: Tensor, dtype: DType, r: Value): void {
  if (isNone(loss)) return;
  r.at(0).setTensor(loss);
  r.at(1).setTensor(numberOf(totalWeight, dtype));
}

/** The loss and the sum of the weights that it was divided by; that is 0 when losses of a batch are not reduced. */
export function nllLossForward(
  self: Tensor,
  target: Tensor,
  weight: Tensor,
  reduction: i64,
  ignoreIndex: i64,
  r: Value,
): void {
  withTotal(nllLoss(self, target, weight, reduction, ignoreIndex), self.dtype, r);
}

export function nllLoss2dForward(
  self: Tensor,
  target: Tensor,
  weight: Tensor,
  reduction: i64,
  ignoreIndex: i64,
  r: Value,
): void {
  withTotal(nllLoss2d(self, target, weight, reduction, ignoreIndex), self.dtype, r);
}

/** The weights as a tensor that broadcasts along the classes of `self`; held. */
function weightAlong(weight: Tensor, self: Tensor): Tensor {
  const v = hold(newView(weight, self.ndim));
  if (isNone(v)) return NONE;
  const d = self.ndim > 1 ? 1 : 0;
  for (let i = 0; i < (self.ndim as i32); i++) {
    v.setSize(i, i == d ? weight.size(0) : 1);
    v.setStride(i, i == d ? weight.stride(0) : 0);
  }
  return v;
}

/** Minus the sum over the classes, or over everything, held. */
function minusSum(t: Tensor, all: bool): Tensor {
  if (isNone(t)) return NONE;
  const total = all ? sum(t, noValue()) : sumDim(t, intList(t.ndim > 1 ? 1 : 0), false, noValue());
  return timesNumber(hold(total), -1);
}

/** A target that gives every class its probability. */
function ofProbabilities(
  log: Tensor,
  target: Tensor,
  weight: Tensor,
  reduction: i64,
  smoothing: f64,
): Tensor {
  const classes = classesOf(log);
  let t = target;
  if (smoothing > 0) t = plusNumber(timesNumber(target, 1 - smoothing), smoothing / (classes as f64));
  t = times(log, t);
  if (!isNone(weight)) t = times(t, weightAlong(weight, log));
  const whole = reduction == Reduction.MEAN || reduction == Reduction.SUM;
  const total = minusSum(t, whole);
  if (reduction != Reduction.MEAN) return total;
  return timesNumber(total, 1 / ((log.numel / max(classes, 1)) as f64));
}

/** Classes, whose probability is 1 less the smoothing, which all classes share. */
function smoothed(
  log: Tensor,
  target: Tensor,
  weight: Tensor,
  reduction: i64,
  ignore: i64,
  smoothing: f64,
): Tensor {
  const own = hold(nllLossNd(log, target, weight, reduction, ignore));
  if (isNone(own)) return NONE;
  const counted = totalWeight;
  let rest = minusSum(isNone(weight) ? log : times(log, weightAlong(weight, log)), false);
  const ignored = isNone(rest) ? NONE : hold(eq(target, wrapNumber(intValue(ignore)), NONE));
  if (isNone(ignored)) return NONE;
  rest = hold(maskedFill(rest, ignored, wrapNumber(intValue(0)), NONE));
  if (isNone(rest)) return NONE;
  if (reduction == Reduction.MEAN || reduction == Reduction.SUM) rest = hold(sum(rest, noValue()));
  if (reduction == Reduction.MEAN && !isNone(rest)) rest = over(rest, hold(numberOf(counted, log.dtype)));
  const share = smoothing / (classesOf(log) as f64);
  return plus(timesNumber(own, 1 - smoothing), timesNumber(rest, share));
}

/**
 * The loss of log_softmax(self) over the classes. A target of self's own sizes gives probabilities, then `ignoreIndex` may
 * not be used; label smoothing is in [0, 1].
 */
export function crossEntropyLoss(
  self: Tensor,
  target: Tensor,
  weight: Tensor,
  reduction: i64,
  ignoreIndex: i64,
  labelSmoothing: f64,
): Tensor {
  const probable = sameSizes(self, target);
  if (!checkDims(self, 0, 1, i32.MAX_VALUE)) return NONE;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    badValue(5, labelSmoothing as i64);
    return NONE;
  }
  if (probable && !isFloating(target.dtype)) return refuse(target.dtype);
  if (probable && ignoreIndex >= 0) {
    badValue(4, ignoreIndex);
    return NONE;
  }
  if (!isFloating(self.dtype)) return refuse(self.dtype);
  if (!checkWeight(self, weight)) return NONE;
  const mark = composeBegin();
  const log = hold(logSoftmax(self, self.ndim > 1 ? 1 : 0, noValue()));
  if (isNone(log)) return composeEnd(mark, NONE);
  if (probable) return composeEnd(mark, ofProbabilities(log, target, weight, reduction, labelSmoothing));
  if (labelSmoothing > 0)
    return composeEnd(mark, smoothed(log, target, weight, reduction, ignoreIndex, labelSmoothing));
  return composeEnd(mark, hold(nllLossNd(log, target, weight, reduction, ignoreIndex)));
}
