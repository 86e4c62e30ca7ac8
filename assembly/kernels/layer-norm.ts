// layer_norm and rms_norm: every row of the last dimensions by its own statistics.

import { List } from "../core/containers";
import { DType } from "../core/dtype";
import { factShape, factSizes, fail } from "../core/error";
import { readInts } from "../core/shape";
import { empty, emptyLike, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { Compute, computeOf } from "./engine/convert";
import { fromNative, nativeType } from "./engine/native";
import { checkFloating } from "./engine/reduced";
import { checkParamType, readParam, statisticsType } from "./norm/params";
import { fusedRow, reciprocalDeviation, rowMean, rowSquares, shiftOf, weightedRow } from "./norm/rows";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

/** Where statistics go: f64 tensors, or NONE. */
let means: Tensor = NONE;
let scales: Tensor = NONE;

function mismatch(a: Tensor, dims: usize, ndim: i32): bool {
  fail(ErrorCode.SIZE_MISMATCH);
  factShape(a);
  factSizes(dims, ndim);
  return false;
}

/** The number of normalised dimensions, at least 1; 0 with an error recorded when they or a parameter do not fit. */
function checkShape(input: Tensor, shape: List, weight: Tensor, bias: Tensor): i32 {
  const dims = readInts(shape);
  if (!dims) return 0;
  const n = shape.length as i32;
  const ndim = input.ndim as i32;
  const bytes = (n as usize) << 2;
  const tail = input.dims + (((ndim - n) as usize) << 2);
  if (n == 0 || n > ndim || memory.compare(tail, dims, bytes) != 0) {
    mismatch(input, dims, n);
    return 0;
  }
  for (let i = 0; i < 2; i++) {
    const t = i ? bias : weight;
    if (isNone(t)) continue;
    if ((t.ndim as i32) != n || memory.compare(t.dims, dims, bytes) != 0) {
      mismatch(t, dims, n);
      return 0;
    }
    if (!checkParamType(t, input)) return 0;
  }
  return n;
}

/** Normalises `rows` rows of `n`; `rms`: by the mean of squares, nothing taken away. False when memory is out. */
function normalise(
  x: Tensor,
  y: Tensor,
  rows: usize,
  n: usize,
  weight: Tensor,
  bias: Tensor,
  eps: f64,
  rms: bool,
): bool {
  const c = computeOf(x.dtype as DType);
  const plain = isNone(weight) && isNone(bias);
  const weights = plain ? 0 : readParam(weight, n, c, 1);
  const biases = plain ? 0 : readParam(bias, n, c, 0);
  if (!plain && (!weights || !biases)) return false;
  const step = c == Compute.F32 ? n << 2 : n << 3;
  let from = x.data;
  let to = y.data;
  for (let i: usize = 0; i < rows; i++) {
    const mean: f64 = rms ? 0 : rowMean(from, n, c);
    const scale = reciprocalDeviation(rowSquares(from, n, c, mean) / (n as f64), eps, c);
    const shift = shiftOf(mean, scale, 0, c);
    if (plain) fusedRow(to, from, n, c, scale, shift);
    else weightedRow(to, from, n, c, scale, shift, weights, biases);
    if (!isNone(means)) {
      store<f64>(means.data + (i << 3), mean);
      store<f64>(scales.data + (i << 3), scale);
    }
    from += step;
    to += step;
  }
  return true;
}

function run(input: Tensor, dims: i32, weight: Tensor, bias: Tensor, eps: f64, rms: bool): Tensor {
  let n: usize = 1;
  let rows: usize = 1;
  const outer = (input.ndim as i32) - dims;
  for (let d: i32 = 0; d < (input.ndim as i32); d++) {
    if (d < outer) rows *= input.size(d);
    else n *= input.size(d);
  }
  const dtype = input.dtype as DType;
  const x = contiguousAs(input, nativeType(dtype));
  if (isNone(x)) return NONE;
  const y = emptyLike(x, x.dtype as DType);
  const done = !isNone(y) && normalise(x, y, rows, n, weight, bias, eps, rms);
  release(x);
  if (done) return fromNative(y, dtype);
  release(y);
  return NONE;
}

export function layerNorm(
  input: Tensor,
  normalizedShape: List,
  weight: Tensor,
  bias: Tensor,
  eps: f64,
  cudnnEnable: bool,
): Tensor {
  if (!checkFloating(input.dtype as DType)) return NONE;
  const dims = checkShape(input, normalizedShape, weight, bias);
  return dims ? run(input, dims, weight, bias, eps, false) : NONE;
}

/** A tensor of f64 with one element for each row. */
function rowStatistics(input: Tensor, dims: i32): Tensor {
  const ndim = input.ndim as i32;
  for (let d = 0; d < ndim; d++) {
    store<i32>(sizes + ((d as usize) << 2), d < ndim - dims ? input.size(d) : 1);
  }
  return empty(DType.FLOAT64, sizes, ndim);
}

export function nativeLayerNorm(
  input: Tensor,
  normalizedShape: List,
  weight: Tensor,
  bias: Tensor,
  eps: f64,
  r: Value,
): void {
  if (!checkFloating(input.dtype as DType)) return;
  const dims = checkShape(input, normalizedShape, weight, bias);
  if (!dims) return;
  means = rowStatistics(input, dims);
  scales = rowStatistics(input, dims);
  if (!isNone(means) && !isNone(scales)) {
    const dtype = statisticsType(input, weight, bias, NONE);
    r.at(0).setTensor(run(input, dims, weight, bias, eps, false));
    r.at(1).setTensor(fromNative(means, dtype));
    r.at(2).setTensor(fromNative(scales, dtype));
  } else {
    release(means);
    release(scales);
  }
  means = NONE;
  scales = NONE;
}

/** The distance from 1 to the next number. */
function epsilon(dtype: DType): f64 {
  if (dtype == DType.FLOAT64) return 2.220446049250313e-16;
  if (dtype == DType.FLOAT32) return 1.1920928955078125e-7;
  return dtype == DType.FLOAT16 ? 0.0009765625 : 0.0078125;
}

export function rmsNorm(input: Tensor, normalizedShape: List, weight: Tensor, eps: Value): Tensor {
  const dtype = input.dtype as DType;
  if (!checkFloating(dtype)) return NONE;
  const dims = checkShape(input, normalizedShape, weight, NONE);
  if (!dims) return NONE;
  return run(input, dims, weight, NONE, eps.isNone ? epsilon(nativeType(dtype)) : eps.float, true);
}
