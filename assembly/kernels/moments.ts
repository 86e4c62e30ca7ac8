// Variance and standard deviation over dimensions: the mean first, then the sum of squared differences from it, in float64.

import { List } from "../core/containers";
import { DType } from "../core/dtype";
import { isNone, NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { Compute, computeOf } from "./engine/convert";
import { reducedTensor, selectAll, selectDims } from "./engine/dims";
import { noLoop } from "./engine/pointwise";
import { reduceBegin, reduceCount, reducePass, reduceRun } from "./engine/reduce";
import { checkFloating } from "./engine/reduced";
import { squareColumnsF32, squareColumnsF64, squareRowF32, squareRowF64 } from "./engine/squares";
import { beginZero, sumPass } from "./engine/sum";

/** What the running call subtracts from the number of elements to divide by. */
let correction: f64 = 1;
/** The running call wants the root. */
let root: bool = false;

/** Turns the sums of the first pass into means, and zeroes the states of the second. */
function beginSquares(state: usize, w: usize): void {
  const count = reduceCount as f64;
  const means = state - (w << 3);
  for (let i: usize = 0; i < w; i++) store<f64>(means + (i << 3), load<f64>(means + (i << 3)) / count);
  beginZero(state, w);
}

function rowF32(p: usize, n: usize, state: usize): void {
  store<f64>(state, load<f64>(state) + squareRowF32(p, n, load<f64>(state - 8)));
}

function rowF64(p: usize, n: usize, state: usize): void {
  store<f64>(state, load<f64>(state) + squareRowF64(p, n, load<f64>(state - 8)));
}

function finish(state: usize, w: usize, out: usize, second: usize): void {
  const divisor = max<f64>((reduceCount as f64) - correction, 0);
  for (let i: usize = 0; i < w; i++) {
    const variance = load<f64>(state + ((w + i) << 3)) / divisor;
    store<f64>(out + (i << 3), root ? sqrt<f64>(variance) : variance);
  }
  memory.copy(second, state, w << 3);
}

/** Variance (or its root) over the selected dimensions into r.at(0), and when `withMean` the mean into r.at(1). */
function moments(self: Tensor, subtract: i64, keepdim: bool, wantRoot: bool, withMean: bool, r: Value): void {
  const dtype = self.dtype as DType;
  if (!checkFloating(dtype)) return;
  correction = subtract as f64;
  root = wantRoot;
  const c = computeOf(dtype);
  const out = reducedTensor(self, keepdim, dtype);
  const mean = withMean && !isNone(out) ? reducedTensor(self, keepdim, dtype) : NONE;
  r.at(0).setTensor(out);
  if (withMean) r.at(1).setTensor(mean);
  if (isNone(out) || (withMean && isNone(mean))) return;
  reduceBegin();
  sumPass(noLoop, c);
  if (c == Compute.F32) reducePass(noLoop, beginSquares, rowF32, squareColumnsF32);
  else reducePass(noLoop, beginSquares, rowF64, squareColumnsF64);
  reduceRun(self, c, finish, out, Compute.F64, mean, Compute.F64);
}

const slot: usize = memory.data(16, 16); // where one result is taken from

function single(self: Tensor, subtract: i64, keepdim: bool, wantRoot: bool): Tensor {
  const r = changetype<Value>(slot);
  r.setNone();
  moments(self, subtract, keepdim, wantRoot, false, r);
  return r.tensor;
}

export function varAll(self: Tensor, unbiased: bool): Tensor {
  selectAll(self);
  return single(self, i64(unbiased), false, false);
}

export function varDim(self: Tensor, dims: List, unbiased: bool, keepdim: bool): Tensor {
  return selectDims(self, dims) ? single(self, i64(unbiased), keepdim, false) : NONE;
}

export function varCorrection(self: Tensor, dims: List, subtract: Value, keepdim: bool): Tensor {
  return selectDims(self, dims) ? single(self, subtract.intOr(1), keepdim, false) : NONE;
}

export function stdAll(self: Tensor, unbiased: bool): Tensor {
  selectAll(self);
  return single(self, i64(unbiased), false, true);
}

export function stdDim(self: Tensor, dims: List, unbiased: bool, keepdim: bool): Tensor {
  return selectDims(self, dims) ? single(self, i64(unbiased), keepdim, true) : NONE;
}

export function stdCorrection(self: Tensor, dims: List, subtract: Value, keepdim: bool): Tensor {
  return selectDims(self, dims) ? single(self, subtract.intOr(1), keepdim, true) : NONE;
}

export function varMeanAll(self: Tensor, unbiased: bool, r: Value): void {
  selectAll(self);
  moments(self, i64(unbiased), false, false, true, r);
}

export function varMeanDim(self: Tensor, dims: List, unbiased: bool, keepdim: bool, r: Value): void {
  if (selectDims(self, dims)) moments(self, i64(unbiased), keepdim, false, true, r);
}

export function varMeanCorrection(self: Tensor, dims: List, subtract: Value, keepdim: bool, r: Value): void {
  if (selectDims(self, dims)) moments(self, subtract.intOr(1), keepdim, false, true, r);
}

export function stdMeanAll(self: Tensor, unbiased: bool, r: Value): void {
  selectAll(self);
  moments(self, i64(unbiased), false, true, true, r);
}

export function stdMeanDim(self: Tensor, dims: List, unbiased: bool, keepdim: bool, r: Value): void {
  if (selectDims(self, dims)) moments(self, i64(unbiased), keepdim, true, true, r);
}

export function stdMeanCorrection(self: Tensor, dims: List, subtract: Value, keepdim: bool, r: Value): void {
  if (selectDims(self, dims)) moments(self, subtract.intOr(1), keepdim, true, true, r);
}
