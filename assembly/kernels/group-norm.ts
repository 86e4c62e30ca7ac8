// group_norm: every group of channels of every sample by its own statistics.
//
//   input [N, C, …]     sample 0: │ group 0: channels 0 … C/G - 1 │ group 1 │ …      one mean and scale for each group,
//                       sample 1: │ group 0                       │ group 1 │ …      one weight and bias for each channel

import { DType } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { emptyLike, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { Compute, computeOf } from "./engine/convert";
import { asFormatOf } from "./engine/formatted";
import { fromNative, nativeType } from "./engine/native";
import { checkFloating } from "./engine/reduced";
import { checkParam, readParam, statisticsType } from "./norm/params";
import { fusedRow, reciprocalDeviation, roundTo, rowMean, rowSquares, shiftOf } from "./norm/rows";
import { emptyOf } from "./norm/statistics";

/** Where statistics of native_group_norm go: f64 tensors, or NONE. */
let means: Tensor = NONE;
let scales: Tensor = NONE;

function normalise(
  x: Tensor,
  y: Tensor,
  samples: usize,
  channels: usize,
  groups: usize,
  weight: Tensor,
  bias: Tensor,
  eps: f64,
): bool {
  const c = computeOf(x.dtype as DType);
  const weights = readParam(weight, channels, Compute.F64, 1);
  const biases = readParam(bias, channels, Compute.F64, 0);
  if (!weights || !biases) return false;
  const planes = samples * channels;
  const n: usize = planes ? (x.numel as usize) / planes : 0;
  const perGroup = channels / groups;
  const plain = isNone(weight) && isNone(bias);
  const step = c == Compute.F32 ? n << 2 : n << 3;
  let from = x.data;
  let to = y.data;
  for (let i: usize = 0; i < samples * groups; i++) {
    const mean = rowMean(from, perGroup * n, c);
    const variance = rowSquares(from, perGroup * n, c, mean) / ((perGroup * n) as f64);
    const scale = reciprocalDeviation(variance, eps, c);
    if (!isNone(means)) {
      store<f64>(means.data + (i << 3), mean);
      store<f64>(scales.data + (i << 3), scale);
    }
    if (plain) {
      fusedRow(to, from, perGroup * n, c, scale, shiftOf(mean, scale, 0, c));
      from += perGroup * step;
      to += perGroup * step;
      continue;
    }
    let at = (i % groups) * perGroup;
    for (const end = at + perGroup; at < end; at++) {
      const weighted = roundTo(scale * load<f64>(weights + (at << 3)), c);
      fusedRow(to, from, n, c, weighted, shiftOf(mean, weighted, load<f64>(biases + (at << 3)), c));
      from += step;
      to += step;
    }
  }
  return true;
}

function run(
  input: Tensor,
  samples: usize,
  channels: usize,
  groups: usize,
  weight: Tensor,
  bias: Tensor,
  eps: f64,
): Tensor {
  const dtype = input.dtype as DType;
  const x = contiguousAs(input, nativeType(dtype));
  if (isNone(x)) return NONE;
  const y = emptyLike(x, x.dtype as DType);
  const done = !isNone(y) && normalise(x, y, samples, channels, groups, weight, bias, eps);
  release(x);
  if (done) return asFormatOf(fromNative(y, dtype), input);
  release(y);
  return NONE;
}

/** False with an error recorded unless there are `groups` equal groups of `channels`. */
function checkGroups(channels: i64, groups: i64, index: i32): bool {
  if (groups > 0 && channels % groups == 0) return true;
  badValue(index, groups);
  return false;
}

export function groupNorm(
  input: Tensor,
  numGroups: i64,
  weight: Tensor,
  bias: Tensor,
  eps: f64,
  cudnnEnabled: bool,
): Tensor {
  if (!checkFloating(input.dtype as DType)) return NONE;
  if (input.ndim < 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(input);
    return NONE;
  }
  const channels = input.size(1);
  if (!checkGroups(channels, numGroups, 1)) return NONE;
  if (!checkParam(weight, input, channels, 2) || !checkParam(bias, input, channels, 3)) return NONE;
  return run(input, input.size(0), channels, numGroups as usize, weight, bias, eps);
}

export function nativeGroupNorm(
  input: Tensor,
  weight: Tensor,
  bias: Tensor,
  samples: i64,
  channels: i64,
  elements: i64,
  groups: i64,
  eps: f64,
  r: Value,
): void {
  if (!checkFloating(input.dtype as DType) || !checkGroups(channels, groups, 6)) return;
  for (let i = 3; i < 6; i++) {
    const size = i == 3 ? samples : i == 4 ? channels : elements;
    if (size >= 0 && size <= 0x7fff_ffff) continue;
    badValue(i, size);
    return;
  }
  const planes = samples * channels;
  if (planes > 0x7fff_ffff || planes * elements != (input.numel as i64)) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(input);
    factInt(planes);
    return;
  }
  if (!checkParam(weight, input, channels as i32, 1) || !checkParam(bias, input, channels as i32, 2)) return;
  means = emptyOf(DType.FLOAT64, samples as i32, groups as i32);
  scales = emptyOf(DType.FLOAT64, samples as i32, groups as i32);
  if (!isNone(means) && !isNone(scales)) {
    const dtype = statisticsType(input, weight, bias, NONE);
    r.at(0).setTensor(run(input, samples as usize, channels as usize, groups as usize, weight, bias, eps));
    r.at(1).setTensor(fromNative(means, dtype));
    r.at(2).setTensor(fromNative(scales, dtype));
  } else {
    release(means);
    release(scales);
  }
  means = NONE;
  scales = NONE;
}
