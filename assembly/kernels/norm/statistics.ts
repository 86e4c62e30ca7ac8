// Statistics of channels, and running averages of them.

import { DType } from "../../core/dtype";
import { scratch } from "../../core/scratch";
import { empty, isNone, Tensor } from "../../core/tensor";
import { Compute } from "../engine/convert";
import { readParam, writeParam } from "./params";
import { addSum, columnSquares, columnSums, rowSquares } from "./rows";

const sizes: usize = memory.data(8, 16);

/** A new tensor of shape [rows, columns], or [rows] when `columns` is negative. */
export function emptyOf(dtype: DType, rows: i32, columns: i32): Tensor {
  store<i32>(sizes, rows);
  store<i32>(sizes, columns, 4);
  return empty(dtype, sizes, columns < 0 ? 1 : 2);
}

/**
 * Means, then sums of squared differences from them, of each of `channels` channels, f64 each at `to`. `x` holds
 * `samples` times `channels` planes of `n` elements.
 */
export function channelStatistics(
  x: usize,
  samples: usize,
  channels: usize,
  n: usize,
  c: Compute,
  to: usize,
): void {
  const squares = to + (channels << 3);
  const count = (samples * n) as f64;
  const plane = c == Compute.F32 ? n << 2 : n << 3;
  if (n == 1) {
    columnSums(x, samples, channels, c, to);
    for (let j: usize = 0; j < channels; j++) store<f64>(to + (j << 3), load<f64>(to + (j << 3)) / count);
    columnSquares(x, samples, channels, c, squares);
    return;
  }
  memory.fill(to, 0, channels << 4);
  for (let j: usize = 0; j < channels; j++) {
    const at = to + (j << 3);
    for (let i: usize = 0; i < samples; i++) addSum(x + (i * channels + j) * plane, n, c, at);
    const mean = load<f64>(at) / count;
    store<f64>(at, mean);
    let sum: f64 = 0;
    for (let i: usize = 0; i < samples; i++) sum += rowSquares(x + (i * channels + j) * plane, n, c, mean);
    store<f64>(squares + (j << 3), sum);
  }
}

/**
 * Moves a running statistic, if there is one, towards the present one: `copies` times `channels` f64 at `now`, times
 * `factor`, of which the mean over the copies is taken. False when memory is out.
 */
export function updateRunning(
  running: Tensor,
  now: usize,
  copies: usize,
  channels: usize,
  factor: f64,
  momentum: f64,
): bool {
  if (isNone(running) || !copies) return true;
  const old = readParam(running, channels, Compute.F64, 0);
  const moved = scratch((channels as u64) << 3);
  if (!old || !moved) return false;
  for (let j: usize = 0; j < channels; j++) {
    let sum: f64 = 0;
    for (let i: usize = 0; i < copies; i++) sum += load<f64>(now + ((i * channels + j) << 3));
    const value = momentum * ((sum / (copies as f64)) * factor) + (1 - momentum) * load<f64>(old + (j << 3));
    store<f64>(moved + (j << 3), value);
  }
  writeParam(running, moved, channels);
  return true;
}
