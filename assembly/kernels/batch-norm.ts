// batch_norm and instance_norm: every channel by its running statistics, or by those of the batch or the sample.
//
// A tensor is worked on in one of two forms: planes [N, C, S], each of the N·C planes contiguous, or rows [R, C] when S
// is 1 or the tensor lies in memory channels last.

import { DType } from "../core/dtype";
import { factInt, factShape, fail } from "../core/error";
import { emptyAs, isContiguousAs, MemoryFormat, suggestFormat } from "../core/layout";
import { scratch } from "../core/scratch";
import { emptyLike, isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { Compute, computeOf } from "./engine/convert";
import { asFormatOf } from "./engine/formatted";
import { fromNative, nativeType } from "./engine/native";
import { checkFloating } from "./engine/reduced";
import { checkParam, readParam, statisticsType } from "./norm/params";
import { affineColumns, affineRow, roundNumbers } from "./norm/rows";
import { channelStatistics, emptyOf, updateRunning } from "./norm/statistics";

/** Where batch statistics of native_batch_norm go: f64 tensors, or NONE. */
let saveMean: Tensor = NONE;
let saveScale: Tensor = NONE;

/** y = (x - mean) * scale + shift with `sets` f64 of each; `samples` times `sets` planes of `n` elements. */
function apply(
  x: usize,
  y: usize,
  samples: usize,
  sets: usize,
  n: usize,
  c: Compute,
  means: usize,
  scales: usize,
  shifts: usize,
): bool {
  if (n != 1) {
    const plane = c == Compute.F32 ? n << 2 : n << 3;
    for (let i: usize = 0; i < samples; i++) {
      for (let at: usize = 0; at < sets << 3; at += 8) {
        affineRow(y, x, n, c, load<f64>(means + at), load<f64>(scales + at), load<f64>(shifts + at));
        x += plane;
        y += plane;
      }
    }
    return true;
  }
  const rounded = scratch((sets as u64) * 24 + 16);
  if (!rounded) return false;
  const width = c == Compute.F32 ? sets << 2 : sets << 3;
  roundNumbers(rounded, means, sets, c);
  roundNumbers(rounded + width, scales, sets, c);
  roundNumbers(rounded + 2 * width, shifts, sets, c);
  for (let i: usize = 0; i < samples; i++) {
    affineColumns(y, x, sets, c, rounded, rounded + width, rounded + 2 * width);
    x += width;
    y += width;
  }
  return true;
}

/** Scales 1 / sqrt(squares / count + eps) of `sets` channels. */
function scalesOf(to: usize, squares: usize, sets: usize, count: f64, eps: f64): void {
  for (let at: usize = 0; at < sets << 3; at += 8) {
    store<f64>(to + at, 1 / sqrt(load<f64>(squares + at) / count + eps));
  }
}

/**
 * Normalises `x` into `y`. There are `copies` sets of `channels` statistics (one for batch_norm, one for each sample
 * for instance_norm), `samples` planes of `n` elements with each. False with an error recorded when memory is out.
 */
function normalise(
  x: Tensor,
  y: Tensor,
  samples: usize,
  copies: usize,
  channels: usize,
  n: usize,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor,
  runningVar: Tensor,
  training: bool,
  momentum: f64,
  eps: f64,
): bool {
  const c = computeOf(x.dtype as DType);
  const sets = copies * channels;
  const weights = readParam(weight, channels, Compute.F64, 1);
  const biases = readParam(bias, channels, Compute.F64, 0);
  const area = scratch((sets as u64) * 32 + 16);
  if (!weights || !biases || !area) return false;
  const means = area;
  const squares = area + (sets << 3);
  const scales = area + (sets << 4);
  const shifts = scales + (sets << 3);
  if (training) {
    const count = samples * n;
    channelStatistics(x.data, samples, sets, n, c, means);
    scalesOf(scales, squares, sets, count as f64, eps);
    if (!updateRunning(runningMean, means, copies, channels, 1, momentum)) return false;
    const unbiased: f64 = 1 / ((count as f64) - 1);
    if (!updateRunning(runningVar, squares, copies, channels, unbiased, momentum)) return false;
    if (!isNone(saveMean)) {
      memory.copy(saveMean.data, means, sets << 3);
      memory.copy(saveScale.data, scales, sets << 3);
    }
  } else {
    const runningMeans = readParam(runningMean, channels, Compute.F64, 0);
    const variances = readParam(runningVar, channels, Compute.F64, 1);
    if (!runningMeans || !variances) return false;
    for (let i: usize = 0; i < copies; i++) {
      memory.copy(means + ((i * channels) << 3), runningMeans, channels << 3);
      scalesOf(scales + ((i * channels) << 3), variances, channels, 1, eps);
    }
  }
  for (let i: usize = 0; i < sets; i++) {
    const at = (i % channels) << 3;
    store<f64>(scales + (i << 3), load<f64>(scales + (i << 3)) * load<f64>(weights + at));
    store<f64>(shifts + (i << 3), load<f64>(biases + at));
  }
  return apply(x.data, y.data, samples, sets, n, c, means, scales, shifts);
}

/** False with an error recorded unless `input` has channels in dimension 1 and its parameters fit. */
function check(
  input: Tensor,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor,
  runningVar: Tensor,
  training: bool,
): bool {
  if (!checkFloating(input.dtype as DType)) return false;
  if (!training && (isNone(runningMean) || isNone(runningVar))) {
    fail(ErrorCode.NONE_VALUE);
    return false;
  }
  // As in PyTorch an empty tensor of one dimension passes, with no channels.
  const channels = input.ndim < 2 ? 0 : input.size(1);
  if (!checkParam(weight, input, channels, 1) || !checkParam(bias, input, channels, 2)) return false;
  if (!checkParam(runningMean, input, channels, 3) || !checkParam(runningVar, input, channels, 4))
    return false;
  if (input.ndim >= 2 || input.numel == 0) return true;
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(2);
  factShape(input);
  return false;
}

/** batch_norm of a checked input that is not empty; `instances`: every sample has its own statistics. */
function run(
  input: Tensor,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor,
  runningVar: Tensor,
  training: bool,
  momentum: f64,
  eps: f64,
  instances: bool,
): Tensor {
  const dtype = input.dtype as DType;
  const native = nativeType(dtype);
  const channels: usize = input.size(1);
  const format = suggestFormat(input);
  // Channels last: rows of channels, as they lie.
  const last =
    !instances && format != MemoryFormat.CONTIGUOUS && native == dtype && isContiguousAs(input, format);
  const x = last ? retain(input) : contiguousAs(input, native);
  if (isNone(x)) return NONE;
  const y = last ? emptyAs(dtype, x.dims, x.ndim, format) : emptyLike(x, native);
  let done: bool = false;
  if (!isNone(y)) {
    const all: usize = x.numel;
    const batch: usize = x.size(0);
    const samples: usize = instances ? 1 : last ? all / channels : batch;
    const copies: usize = instances ? batch : 1;
    const n = all / (samples * copies * channels);
    done = normalise(
      x,
      y,
      samples,
      copies,
      channels,
      n,
      weight,
      bias,
      runningMean,
      runningVar,
      training,
      momentum,
      eps,
    );
  }
  release(x);
  if (!done) {
    release(y);
    return NONE;
  }
  const out = fromNative(y, dtype);
  return last || instances ? out : asFormatOf(out, input);
}

/** What normalising nothing gives. */
function nothing(input: Tensor): Tensor {
  return asFormatOf(emptyLike(input, input.dtype as DType), input);
}

export function batchNorm(
  input: Tensor,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor,
  runningVar: Tensor,
  training: bool,
  momentum: f64,
  eps: f64,
  cudnnEnabled: bool,
): Tensor {
  if (!check(input, weight, bias, runningMean, runningVar, training)) return NONE;
  if (!input.numel) return nothing(input);
  return run(input, weight, bias, runningMean, runningVar, training, momentum, eps, false);
}

export function nativeBatchNorm(
  input: Tensor,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor,
  runningVar: Tensor,
  training: bool,
  momentum: f64,
  eps: f64,
  r: Value,
): void {
  if (!check(input, weight, bias, runningMean, runningVar, training)) return;
  if (training && !input.numel) {
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(input);
    return;
  }
  const kept = training ? input.size(1) : 0;
  saveMean = emptyOf(DType.FLOAT64, kept, -1);
  saveScale = emptyOf(DType.FLOAT64, kept, -1);
  if (!isNone(saveMean) && !isNone(saveScale)) {
    const dtype = statisticsType(input, weight, bias, runningMean);
    const out = input.numel
      ? run(input, weight, bias, runningMean, runningVar, training, momentum, eps, false)
      : nothing(input);
    r.at(0).setTensor(out);
    r.at(1).setTensor(fromNative(saveMean, dtype));
    r.at(2).setTensor(fromNative(saveScale, dtype));
  } else {
    release(saveMean);
    release(saveScale);
  }
  saveMean = NONE;
  saveScale = NONE;
}

export function nativeBatchNormLegitNoStats(
  input: Tensor,
  weight: Tensor,
  bias: Tensor,
  training: bool,
  momentum: f64,
  eps: f64,
  r: Value,
): void {
  nativeBatchNorm(input, weight, bias, NONE, NONE, training, momentum, eps, r);
}

export function nativeBatchNormLegitNoTraining(
  input: Tensor,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor,
  runningVar: Tensor,
  momentum: f64,
  eps: f64,
  r: Value,
): void {
  nativeBatchNorm(input, weight, bias, runningMean, runningVar, false, momentum, eps, r);
}

export function instanceNorm(
  input: Tensor,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor,
  runningVar: Tensor,
  useInputStats: bool,
  momentum: f64,
  eps: f64,
  cudnnEnabled: bool,
): Tensor {
  if (!check(input, weight, bias, runningMean, runningVar, useInputStats)) return NONE;
  if (!input.numel) return emptyLike(input, input.dtype as DType);
  return run(input, weight, bias, runningMean, runningVar, useInputStats, momentum, eps, true);
}
