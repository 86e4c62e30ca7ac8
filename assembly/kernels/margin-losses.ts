// Losses of classes by margins: how far the scores of wrong classes come up to those of the right ones.
//
// Scores are [C] or [N, C] with at least one class; every row gives one number, summed in float64.

import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { empty, isNone, NONE, release, sameSizes, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { composeBegin, composeEnd, hold } from "./engine/compose";
import { fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { mismatch, sameDtype } from "./engine/product";
import { Reduction, reducedLoss } from "./loss/reduction";

const size: usize = memory.data(16, 16); // i32[1]

function at(t: Tensor, i: usize): f64 {
  return t.dtype == DType.FLOAT64 ? load<f64>(t.data + (i << 3)) : (load<f32>(t.data + (i << 2)) as f64);
}

function put(t: Tensor, i: usize, x: f64): void {
  if (t.dtype == DType.FLOAT64) store<f64>(t.data + (i << 3), x);
  else store<f32>(t.data + (i << 2), x as f32);
}

/** True for floating scores of one or two dimensions with classes in them, and int64 targets. */
function checkScores(self: Tensor, target: Tensor, reduction: i64): bool {
  if (self.ndim > 2 || (self.ndim > 0 && self.size((self.ndim as i32) - 1) == 0)) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return false;
  }
  if (!isFloating(self.dtype)) refuse(self.dtype);
  else if (target.dtype != DType.INT64) refuse(target.dtype);
  else if (self.numel == 0 && reduction != Reduction.NONE) {
    // PyTorch leaves the result undefined.
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(self);
  } else return true;
  return false;
}

function rowsOf(self: Tensor): i32 {
  return self.ndim == 2 ? self.size(0) : 1;
}

function classesOf(self: Tensor): i32 {
  return self.ndim == 0 ? 1 : self.size((self.ndim as i32) - 1);
}

/** One number per row, native: a vector, or 0-dimensional for a single row of scores. */
function newRows(self: Tensor, vector: bool): Tensor {
  store<i32>(size, rowsOf(self));
  return hold(empty(nativeType(self.dtype), size, vector ? 1 : 0));
}

function rangeError(k: i64, classes: i64): bool {
  fail(ErrorCode.INDEX_OUT_OF_RANGE);
  factInt(k);
  factInt(1);
  factInt(classes);
  return false;
}

/** Σ over wrong classes d of max(0, margin - x[t] + x[d])^p · w[t] / C, into `out`. */
function multiMargin(
  x: Tensor,
  target: Tensor,
  weight: Tensor,
  squared: bool,
  margin: f64,
  out: Tensor,
): bool {
  const c = classesOf(x) as usize;
  for (let i: usize = 0; i < (out.numel as usize); i++) {
    const t = load<i64>(target.data + (i << 3));
    if (t < 0 || t >= (c as i64)) return rangeError(t, c);
    const w: f64 = isNone(weight) ? 1 : at(weight, t as usize);
    const own = at(x, i * c + (t as usize));
    let sum: f64 = 0;
    for (let d: usize = 0; d < c; d++) {
      const z = margin - own + at(x, i * c + d);
      if ((d as i64) == t || !(z > 0)) continue;
      sum += (squared ? z * z : z) * w;
    }
    put(out, i, sum / (c as f64));
  }
  return true;
}

/** p is 1 or 2; the target has one class per row. */
export function multiMarginLoss(
  self: Tensor,
  target: Tensor,
  p: Value,
  margin: Value,
  weight: Tensor,
  reduction: i64,
): Tensor {
  if (p.asFloat != 1 && p.asFloat != 2) {
    badValue(2, p.asInt);
    return NONE;
  }
  if (!checkScores(self, target, reduction)) return NONE;
  if (target.ndim > 1 || (target.numel as i32) != rowsOf(self)) {
    mismatch(ErrorCode.SIZE_MISMATCH, self, target);
    return NONE;
  }
  if (!isNone(weight)) {
    if (!sameDtype(self, weight)) return NONE;
    if ((weight.numel as i32) != classesOf(self)) {
      mismatch(ErrorCode.SIZE_MISMATCH, self, weight);
      return NONE;
    }
  }
  const mark = composeBegin();
  const native = nativeType(self.dtype);
  const x = hold(contiguousAs(self, native));
  const t = isNone(x) ? NONE : hold(contiguousAs(target, DType.INT64));
  const w = isNone(t) || isNone(weight) ? NONE : hold(contiguousAs(weight, native));
  let out = NONE;
  if (!isNone(t) && isNone(w) == isNone(weight)) out = newRows(self, target.ndim == 1);
  if (!isNone(out) && !multiMargin(x, t, w, p.asFloat == 2, margin.asFloat, out)) out = NONE;
  return fromNative(composeEnd(mark, reducedLoss(out, reduction)), self.dtype);
}

/**
 * Σ over right classes t (the row's targets up to the first -1) and wrong ones d of max(0, 1 - x[t] + x[d]) / C into `out`;
 * 1 into `marks` for right classes.
 */
function multilabelMargin(x: Tensor, target: Tensor, marks: Tensor, out: Tensor): bool {
  const c = classesOf(x) as usize;
  for (let i: usize = 0; i < (target.numel as usize); i++) {
    const k = load<i64>(target.data + (i << 3));
    if (k < -1 || k >= (c as i64)) return rangeError(k, c);
  }
  for (let i: usize = 0; i < (out.numel as usize); i++) {
    const row = i * c;
    let labels: usize = 0;
    for (; labels < c; labels++) {
      const k = load<i64>(target.data + ((row + labels) << 3));
      if (k < 0) break;
      put(marks, row + (k as usize), 1);
    }
    let sum: f64 = 0;
    for (let j: usize = 0; j < labels; j++) {
      const own = at(x, row + (load<i64>(target.data + ((row + j) << 3)) as usize));
      for (let d: usize = 0; d < c; d++) {
        const z = 1 - own + at(x, row + d);
        if (at(marks, row + d) == 0 && z > 0) sum += z;
      }
    }
    put(out, i, sum / (c as f64));
  }
  return true;
}

/** The loss, and into `marks`, a native tensor of zeros, which classes are right. */
function multilabel(self: Tensor, target: Tensor, marks: Tensor, reduction: i64): Tensor {
  const mark = composeBegin();
  const x = isNone(marks) ? NONE : hold(contiguousAs(self, nativeType(self.dtype)));
  const t = isNone(x) ? NONE : hold(contiguousAs(target, DType.INT64));
  let out = isNone(t) ? NONE : newRows(self, self.ndim == 2);
  if (!isNone(out) && !multilabelMargin(x, t, marks, out)) out = NONE;
  return fromNative(composeEnd(mark, reducedLoss(out, reduction)), self.dtype);
}

/** Zeros of the target's sizes, native; NONE with an error recorded when arguments do not fit. */
function newMarks(self: Tensor, target: Tensor, reduction: i64): Tensor {
  if (!checkScores(self, target, reduction)) return NONE;
  if (!sameSizes(self, target)) {
    mismatch(ErrorCode.SIZE_MISMATCH, self, target);
    return NONE;
  }
  const marks = empty(nativeType(self.dtype), target.dims, target.ndim);
  if (!isNone(marks)) memory.fill(marks.data, 0, marks.storage.bytes);
  return marks;
}

/** The target has the sizes of self: in each row the right classes, then -1. */
export function multilabelMarginLoss(self: Tensor, target: Tensor, reduction: i64): Tensor {
  const marks = newMarks(self, target, reduction);
  const out = multilabel(self, target, marks, reduction);
  release(marks);
  return out;
}

/** The loss, and 1 for every right class, 0 for others. */
export function multilabelMarginLossForward(self: Tensor, target: Tensor, reduction: i64, r: Value): void {
  const marks = newMarks(self, target, reduction);
  const out = multilabel(self, target, marks, reduction);
  if (isNone(out)) {
    release(marks);
    return;
  }
  r.at(0).setTensor(out);
  r.at(1).setTensor(fromNative(marks, self.dtype));
}
