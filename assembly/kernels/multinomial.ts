// Sampling indices by weights.

import { DType, isFloating } from "../core/dtype";
import { badValue, factFloat, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { unit64 } from "../random/generator";
import { contiguousAs } from "./copy";
import { div } from "./division";
import { isDefault } from "./engine/draw";
import { refuse } from "./engine/pointwise";
import { argmax } from "./extremum";
import { exponential } from "./random";

const sizes: usize = memory.data(8, 16);
const last: usize = memory.data(16, 16);

/** Most categories: what float32 counts. */
const MOST: i64 = 16777216;

/**
 * Indices drawn by the weights in the last dimension, int64. Without replacement, and for one sample, those of the
 * greatest weights divided by exponential numbers; else by a search in the running sums.
 */
export function multinomial(self: Tensor, samples: i64, replacement: bool, generator: Value): Tensor {
  if (!isDefault(generator)) return NONE;
  const dtype = self.dtype as DType;
  const ndim = self.ndim as i32;
  if (!isFloating(dtype) || dtype === DType.FLOAT16) return refuse(dtype);
  if (ndim < 1 || ndim > 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  const categories = self.size(ndim - 1);
  if (samples <= 0 || samples > i32.MAX_VALUE || (!replacement && samples > (categories as i64))) {
    badValue(1, samples);
    return NONE;
  }
  if ((categories as i64) > MOST) {
    badValue(0, categories);
    return NONE;
  }
  const weights = contiguousAs(self, DType.FLOAT64);
  if (isNone(weights)) return NONE;
  const allowed = areWeights(weights, categories);
  const sums = replacement && samples > 1;
  let out = NONE;
  if (allowed) out = sums ? search(weights, dtype, categories, samples as i32) : race(self, samples as i32);
  release(weights);
  return out;
}

/** True when every weight is finite and not negative, and every row has one above 0; else records BAD_VALUE. */
function areWeights(weights: Tensor, categories: i32): bool {
  let bad: f64 = 1;
  let some = false;
  for (let i: u32 = 0; i < weights.numel; i++) {
    const w = load<f64>(weights.data + ((i as usize) << 3));
    if (w > 0) some = true;
    if (!(w >= 0 && w < Infinity)) bad = w;
    if ((i + 1) % (categories as u32) !== 0) continue;
    if (!some) bad = 0;
    some = false;
    if (bad === 1) continue;
    fail(ErrorCode.BAD_VALUE);
    factInt(0);
    factFloat(bad);
    return false;
  }
  return true;
}

/** A new int64 tensor with `samples` in the last dimension in place of the categories. */
function resultOf(self: Tensor, samples: i32): Tensor {
  const ndim = self.ndim as i32;
  if (ndim > 1) store<i32>(sizes, self.size(0));
  store<i32>(sizes + (((ndim - 1) as usize) << 2), samples);
  return empty(DType.INT64, sizes, ndim);
}

function race(self: Tensor, samples: i32): Tensor {
  const none = changetype<Value>(last);
  none.setNone();
  const times = exponential(self, 1, none, NONE);
  const speeds = isNone(times) ? NONE : div(self, times, NONE);
  release(times);
  if (isNone(speeds)) return NONE;
  const dim = changetype<Value>(last);
  dim.setInt(-1);
  const out = samples === 1 && self.numel ? argmax(speeds, dim, true) : winners(speeds, samples);
  release(speeds);
  return out;
}

/** The indices of the greatest elements of each row, in order. */
function winners(speeds: Tensor, samples: i32): Tensor {
  const out = resultOf(speeds, samples);
  if (isNone(out) || out.numel === 0) return out;
  const values = contiguousAs(speeds, DType.FLOAT64);
  const n = speeds.size((speeds.ndim as i32) - 1);
  const heap = isNone(values) ? 0 : scratch((n as u64) << 2);
  if (!heap) {
    release(values);
    release(out);
    return NONE;
  }
  let to = out.data;
  for (let row = values.data; to < out.data + ((out.numel as usize) << 3); row += (n as usize) << 3) {
    for (let i = 0; i < n; i++) store<u32>(heap + ((i as usize) << 2), i);
    for (let i = (n >> 1) - 1; i >= 0; i--) sink(heap, i, n, row);
    for (let k = 0; k < samples; k++) {
      store<i64>(to, load<u32>(heap));
      to += 8;
      const end = n - 1 - k;
      store<u32>(heap, load<u32>(heap + ((end as usize) << 2)));
      sink(heap, 0, end, row);
    }
  }
  release(values);
  return out;
}

/** True when index `a` comes before `b`. */
function before(a: u32, b: u32, row: usize): bool {
  const x = load<f64>(row + ((a as usize) << 3));
  const y = load<f64>(row + ((b as usize) << 3));
  return x > y || (x === y && a < b);
}

/** Restores the order of a heap of `n` indices, the greatest first, below place `i`. */
function sink(heap: usize, i: i32, n: i32, row: usize): void {
  const moved = load<u32>(heap + ((i as usize) << 2));
  for (let child = 2 * i + 1; child < n; child = 2 * i + 1) {
    let at = heap + ((child as usize) << 2);
    if (child + 1 < n && before(load<u32>(at, 4), load<u32>(at), row)) {
      child++;
      at += 4;
    }
    if (!before(load<u32>(at), moved, row)) break;
    store<u32>(heap + ((i as usize) << 2), load<u32>(at));
    i = child;
  }
  store<u32>(heap + ((i as usize) << 2), moved);
}

/** `x` as running sums hold it: in float32 but for float64 weights. */
function rounded(x: f64, dtype: DType): f64 {
  return dtype === DType.FLOAT64 ? x : (x as f32 as f64);
}

function search(weights: Tensor, dtype: DType, n: i32, samples: i32): Tensor {
  const out = resultOf(weights, samples);
  if (isNone(out) || out.numel === 0) return out;
  const sums = scratch((n as u64) << 3);
  if (!sums) {
    release(out);
    return NONE;
  }
  let to = out.data;
  for (let row = weights.data; to < out.data + ((out.numel as usize) << 3); row += (n as usize) << 3) {
    let sum: f64 = 0;
    for (let i: usize = 0; i < (n as usize); i++) {
      sum = rounded(sum + load<f64>(row + (i << 3)), dtype);
      store<f64>(sums + (i << 3), sum);
    }
    for (let i: usize = 0; i < (n as usize); i++) {
      store<f64>(sums + (i << 3), rounded(load<f64>(sums + (i << 3)) / sum, dtype));
    }
    store<f64>(sums + (((n - 1) as usize) << 3), 1);
    for (let k = 0; k < samples; k++) {
      const wanted = unit64();
      let low = 0;
      let high = n;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (load<f64>(sums + ((middle as usize) << 3)) < wanted) low = middle + 1;
        else high = middle;
      }
      store<i64>(to, low);
      to += 8;
    }
  }
  return out;
}
