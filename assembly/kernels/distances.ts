// Distances and similarities of vectors, and the losses made of them.

import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, MAX_DIMS, NONE, release, sameSizes, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { pow64 } from "../math/f64/power";
import { wrapNumber } from "../vm/args";
import { clampMin } from "./clamp";
import { eq } from "./compare";
import { contiguousAs } from "./copy";
import { expandTo } from "./dims";
import {
  apply,
  composeBegin,
  composeEnd,
  floatValue,
  hold,
  intList,
  intValue,
  minus,
  noValue,
  numberMinus,
  over,
  plus,
  plusNumber,
  times,
} from "./engine/compose";
import { fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { mismatch, sameDtype } from "./engine/product";
import { resultType } from "./engine/promote";
import { sqrtOf } from "./exponential";
import { inDtype, reducedLoss } from "./loss/reduction";
import { minimum } from "./pairs";
import { sumDim } from "./reduce";
import { neg } from "./rounding";
import { linalgVectorNorm, norm, normDims } from "./vector-norm";
import { where } from "./where";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

function element(p: usize, i: usize, wide: bool): f64 {
  return wide ? load<f64>(p + (i << 3)) : (load<f32>(p + (i << 2)) as f64);
}

/** The p-norm of a - b, of `m` native elements, summed in float64. A NaN is no largest difference. */
function rowDistance(a: usize, b: usize, m: usize, p: f64, wide: bool): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < m; i++) {
    const d = abs<f64>(element(a, i, wide) - element(b, i, wide));
    if (p == 2) sum += d * d;
    else if (p == 1) sum += d;
    else if (p == 0) sum += d !== d ? d : d != 0 ? 1 : 0;
    else if (p == Infinity) sum = d > sum ? d : sum;
    else sum += pow64(d, p);
  }
  if (p == 2) return sqrt<f64>(sum);
  return p <= 1 && (p == 0 || p == 1) ? sum : p == Infinity ? sum : pow64(sum, 1 / p);
}

function putNative(out: Tensor, i: usize, x: f64): void {
  if (out.dtype == DType.FLOAT64) store<f64>(out.data + (i << 3), x);
  else store<f32>(out.data + (i << 2), x as f32);
}

/** True for a floating tensor of at least `least` dimensions, and a p that is not negative. */
function checkVectors(t: Tensor, index: i32, least: i32, p: f64): bool {
  if ((t.ndim as i32) < least) {
    fail(ErrorCode.NDIM);
    factInt(index);
    factInt(least);
    factShape(t);
    return false;
  }
  if (!isFloating(t.dtype)) {
    refuse(t.dtype);
    return false;
  }
  if (p >= 0) return true;
  badValue(index + 1, p as i64);
  return false;
}

/** The batch sizes of both, broadcast, into `sizes`; gives their number, or -1 with an error recorded. */
function broadcastBatch(a: Tensor, b: Tensor): i32 {
  const n = max<i32>(a.ndim, b.ndim) - 2;
  for (let d = 0; d < n; d++) {
    const i = d - (n + 2 - (a.ndim as i32));
    const j = d - (n + 2 - (b.ndim as i32));
    const x: i32 = i < 0 ? 1 : a.size(i);
    const y: i32 = j < 0 ? 1 : b.size(j);
    if (x != y && x != 1 && y != 1) {
      mismatch(ErrorCode.SIZE_MISMATCH, a, b);
      return -1;
    }
    store<i32>(sizes + ((d as usize) << 2), x == 1 ? y : x);
  }
  return n;
}

/** `t` expanded to the batch in `sizes` and its own matrix, as contiguous native memory; held. */
function batchOf(t: Tensor, batch: i32): Tensor {
  const full = scratch(((MAX_DIMS + 2) as u64) << 2);
  if (!full) return NONE;
  memory.copy(full, sizes, (batch as usize) << 2);
  for (let i = 0; i < 2; i++) {
    store<i32>(full + (((batch + i) as usize) << 2), t.size((t.ndim as i32) - 2 + i));
  }
  const v = hold(expandTo(t, full, batch + 2, false));
  return isNone(v) ? NONE : hold(contiguousAs(v, nativeType(t.dtype)));
}

/** Distances of every row of [..., P, M] to every row of [..., R, M]: [..., P, R]. The mode chooses nothing here. */
export function cdist(x1: Tensor, x2: Tensor, p: f64, computeMode: Value): Tensor {
  if (!checkVectors(x1, 0, 2, 0) || !checkVectors(x2, 1, 2, p) || !sameDtype(x1, x2)) return NONE;
  const mode = computeMode.intOr(0);
  if (mode < 0 || mode > 2) {
    badValue(3, mode);
    return NONE;
  }
  const m = x1.size((x1.ndim as i32) - 1);
  if (x2.size((x2.ndim as i32) - 1) != m) {
    mismatch(ErrorCode.SIZE_MISMATCH, x1, x2);
    return NONE;
  }
  const batch = broadcastBatch(x1, x2);
  if (batch < 0) return NONE;
  const mark = composeBegin();
  const a = batchOf(x1, batch);
  const b = isNone(a) ? NONE : batchOf(x2, batch);
  const rows = x1.size((x1.ndim as i32) - 2);
  const columns = x2.size((x2.ndim as i32) - 2);
  store<i32>(sizes + ((batch as usize) << 2), rows);
  store<i32>(sizes + (((batch + 1) as usize) << 2), columns);
  const out = isNone(b) ? NONE : hold(empty(a.dtype, sizes, batch + 2));
  if (!isNone(out)) {
    const wide: bool = a.dtype == DType.FLOAT64;
    const bytes: usize = (m as usize) << (wide ? 3 : 2);
    for (let i: usize = 0; i < (out.numel as usize); i++) {
      const row = i / (columns as usize);
      const other = (row / (rows as usize)) * (columns as usize) + (i % (columns as usize));
      putNative(out, i, rowDistance(a.data + row * bytes, b.data + other * bytes, m, p, wide));
    }
  }
  return fromNative(composeEnd(mark, out), x1.dtype);
}

/** Distances of the rows of [N, M], each to every later one: [N (N - 1) / 2]. */
export function pdist(self: Tensor, p: f64): Tensor {
  if (!checkVectors(self, 0, 2, p)) return NONE;
  if (self.ndim != 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  const x = contiguousAs(self, nativeType(self.dtype));
  if (isNone(x)) return NONE;
  const n = x.size(0);
  const count = (n as i64) * ((n as i64) - 1);
  store<i32>(sizes, n < 2 ? 0 : (min<i64>(count / 2, i32.MAX_VALUE) as i32));
  const out = empty(x.dtype, sizes, 1);
  if (!isNone(out)) {
    const m = x.size(1);
    const wide: bool = x.dtype == DType.FLOAT64;
    const bytes: usize = (m as usize) << (wide ? 3 : 2);
    let k: usize = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const a = x.data + (i as usize) * bytes;
        putNative(out, k++, rowDistance(a, x.data + (j as usize) * bytes, m, p, wide));
      }
    }
  }
  release(x);
  return fromNative(out, self.dtype);
}

/** The p-norm of the difference. */
export function dist(self: Tensor, other: Tensor, p: Value): Tensor {
  const mark = composeBegin();
  const d = minus(self, other);
  return composeEnd(mark, isNone(d) ? NONE : hold(norm(d, p)));
}

/** The p-norm of x1 - x2 + eps over the last dimension, held. */
function pairs(x1: Tensor, x2: Tensor, p: f64, eps: f64, keepdim: bool): Tensor {
  const d = plusNumber(minus(x1, x2), eps);
  return isNone(d) ? NONE : hold(normDims(d, floatValue(p), intList(-1), keepdim));
}

export function pairwiseDistance(x1: Tensor, x2: Tensor, p: f64, eps: f64, keepdim: bool): Tensor {
  const mark = composeBegin();
  return composeEnd(mark, pairs(x1, x2, p, eps, keepdim));
}

/** The sum of a · b along `dim`, held. */
function dotsAlong(a: Tensor, b: Tensor, dim: i64): Tensor {
  const products = times(a, b);
  return isNone(products) ? NONE : hold(sumDim(products, intList(dim), false, noValue()));
}

/** `t` divided by its length along `dim`, which counts as `eps` when it is less; held. */
function unit(t: Tensor, dim: i64, eps: f64): Tensor {
  if (isNone(t)) return NONE;
  const length = hold(linalgVectorNorm(t, intValue(2), intList(dim), true, noValue()));
  const least = isNone(length) ? NONE : hold(clampMin(length, floatValue(eps), NONE));
  return over(t, least);
}

/** Cosines along `dim` of tensors of one floating dtype after promotion, broadcast. */
export function cosineSimilarity(x1: Tensor, x2: Tensor, dim: i64, eps: f64): Tensor {
  const dtype = resultType(x1, x2);
  if (!isFloating(dtype)) return refuse(dtype);
  const mark = composeBegin();
  let a = inDtype(x1, dtype);
  let b = isNone(a) ? NONE : inDtype(x2, dtype);
  if (!isNone(b) && !sameSizes(a, b)) {
    // The broadcast shape is that of their product.
    const both = times(a, b);
    if (!isNone(both)) {
      a = hold(expandTo(a, both.dims, both.ndim, false));
      b = isNone(a) ? NONE : hold(expandTo(b, both.dims, both.ndim, false));
    } else {
      b = NONE;
    }
  }
  if (isNone(b)) return composeEnd(mark, NONE);
  return composeEnd(mark, dotsAlong(unit(a, dim, eps), unit(b, dim, eps), dim));
}

/** t where the target equals `label`, else 0; held. */
function whereTarget(target: Tensor, label: i64, t: Tensor): Tensor {
  if (isNone(t)) return NONE;
  const chosen = hold(eq(target, wrapNumber(intValue(label)), NONE));
  const zero = isNone(chosen) ? NONE : hold(clampZero(t));
  return isNone(zero) ? NONE : hold(where(chosen, t, zero));
}

/** A 0-dimensional zero of the dtype of `t`. */
function clampZero(t: Tensor): Tensor {
  const zero = empty(t.dtype, 0, 0);
  if (!isNone(zero)) memory.fill(zero.data, 0, zero.storage.bytes);
  return zero;
}

/** max(t, 0), held. */
function positive(t: Tensor): Tensor {
  return isNone(t) ? NONE : hold(clampMin(t, intValue(0), NONE));
}

/** Vectors [N, E] with targets [N], or [E] with one; targets are 1 and -1. */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  margin: f64,
  reduction: i64,
): Tensor {
  const dim = target.ndim as i32;
  if (dim > 1 || (input1.ndim as i32) != dim + 1 || (input2.ndim as i32) != dim + 1) {
    fail(ErrorCode.NDIM);
    factInt(dim > 1 ? 2 : 0);
    factInt(dim > 1 ? 1 : dim + 1);
    factShape(dim > 1 ? target : input1);
    return NONE;
  }
  const mark = composeBegin();
  const first = plusNumber(dotsAlong(input1, input1, dim), 1e-12);
  const second = plusNumber(dotsAlong(input2, input2, dim), 1e-12);
  const lengths = apply(sqrtOf, times(first, second));
  const cosine = over(dotsAlong(input1, input2, dim), lengths);
  const similar = whereTarget(target, 1, numberMinus(1, cosine));
  const other = whereTarget(target, -1, positive(plusNumber(cosine, -margin)));
  return composeEnd(mark, reducedLoss(plus(similar, other), reduction));
}

/** max(0, margin - target (input1 - input2)). */
export function marginRankingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  margin: f64,
  reduction: i64,
): Tensor {
  const mark = composeBegin();
  const signed = times(apply(neg, target), minus(input1, input2));
  return composeEnd(mark, reducedLoss(positive(plusNumber(signed, margin)), reduction));
}

/** How far the negative is nearer than the positive and the margin; `swap`: also as seen from the positive. */
export function tripletMarginLoss(
  anchor: Tensor,
  positiveOne: Tensor,
  negative: Tensor,
  margin: f64,
  p: f64,
  eps: f64,
  swap: bool,
  reduction: i64,
): Tensor {
  if (anchor.ndim != positiveOne.ndim || anchor.ndim != negative.ndim) {
    mismatch(ErrorCode.SIZE_MISMATCH, anchor, negative);
    return NONE;
  }
  const mark = composeBegin();
  const near = pairs(anchor, positiveOne, p, eps, false);
  let far = isNone(near) ? NONE : pairs(anchor, negative, p, eps, false);
  if (swap && !isNone(far)) {
    const other = pairs(positiveOne, negative, p, eps, false);
    far = isNone(other) ? NONE : hold(minimum(far, other));
  }
  const t = positive(minus(plusNumber(near, margin), far));
  return composeEnd(mark, reducedLoss(t, reduction));
}
