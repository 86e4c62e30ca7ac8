// Sums, means and largest elements of bags of embeddings: rows of a table, picked by indices that offsets cut into bags.

import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { empty, emptyLike, isNone, NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { composeBegin, composeEnd, hold } from "./engine/compose";
import { nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { mismatch, sameDtype } from "./engine/product";
import { inDtype } from "./loss/reduction";

const enum Mode {
  SUM = 0,
  MEAN = 1,
  MAX = 2,
}

const sizes: usize = memory.data(16, 16); // i32[2]

function int(t: Tensor, i: usize): i64 {
  return load<i64>(t.data + (i << 3));
}

function put(t: Tensor, i: usize, x: i64): void {
  store<i64>(t.data + (i << 3), x);
}

/** A contiguous int64 tensor of zeros, held; a vector for `columns` below 0. */
function newInts(rows: i32, columns: i32): Tensor {
  store<i32>(sizes, rows);
  store<i32>(sizes, columns, 4);
  const t = hold(empty(DType.INT64, sizes, columns < 0 ? 1 : 2));
  if (!isNone(t)) memory.fill(t.data, 0, t.storage.bytes);
  return t;
}

function checkDims(t: Tensor, index: i32, ndim: i32): bool {
  if (t.ndim == ndim) return true;
  fail(ErrorCode.NDIM);
  factInt(index);
  factInt(ndim);
  factShape(t);
  return false;
}

function checkIndex(t: Tensor): bool {
  if (t.dtype == DType.INT64 || t.dtype == DType.INT32) return true;
  refuse(t.dtype);
  return false;
}

function checkArguments(weight: Tensor, indices: Tensor, offsets: Tensor, mode: i64, samples: Tensor): bool {
  if (!checkDims(weight, 0, 2) || !checkDims(indices, 1, 1) || !checkDims(offsets, 2, 1)) return false;
  if (!checkIndex(indices) || !checkIndex(offsets)) return false;
  if (mode < Mode.SUM || mode > Mode.MAX) {
    badValue(4, mode);
    return false;
  }
  if (!isFloating(weight.dtype)) {
    refuse(weight.dtype);
    return false;
  }
  if (isNone(samples)) return true;
  if (mode != Mode.SUM) {
    badValue(4, mode);
    return false;
  }
  if (samples.ndim != 1 || samples.numel != indices.numel)
    return mismatch(ErrorCode.SIZE_MISMATCH, indices, samples);
  return sameDtype(weight, samples);
}

/** True when offsets start at 0, never fall and stay within `n` indices, and a last one, if included, is `n`. */
function checkOffsets(offsets: Tensor, n: i64, includesLast: bool): bool {
  const count = offsets.numel as usize;
  if (includesLast && count == 0) {
    fail(ErrorCode.EMPTY_CONTAINER);
    return false;
  }
  let last: i64 = 0;
  for (let i: usize = 0; i < count; i++) {
    const at = int(offsets, i);
    const end = includesLast && i == count - 1;
    // PyTorch's modes disagree about indices after an included last offset.
    if (at < last || at > n || (i == 0 && at != 0) || (end && count > 1 && at != n)) {
      badValue(2, at);
      return false;
    }
    last = at;
  }
  return true;
}

/** True when every index names a row. */
function checkRows(indices: Tensor, rows: i64): bool {
  for (let i: usize = 0; i < (indices.numel as usize); i++) {
    const k = int(indices, i);
    if (k >= 0 && k < rows) continue;
    fail(ErrorCode.INDEX_OUT_OF_RANGE);
    factInt(k);
    factInt(0);
    factInt(rows);
    return false;
  }
  return true;
}

/** Adds a row, times its sample's weight. */
function addRow(to: usize, row: usize, n: usize, samples: Tensor, i: usize, wide: bool): void {
  for (let j: usize = 0; j < n; j++) {
    if (wide) {
      const factor: f64 = isNone(samples) ? 1 : load<f64>(samples.data + (i << 3));
      store<f64>(to + (j << 3), load<f64>(to + (j << 3)) + load<f64>(row + (j << 3)) * factor);
    } else {
      const factor: f32 = isNone(samples) ? 1 : load<f32>(samples.data + (i << 2));
      store<f32>(to + (j << 2), load<f32>(to + (j << 2)) + load<f32>(row + (j << 2)) * factor);
    }
  }
}

/** Keeps the larger elements and the index they came from; the first row of a bag is kept as it is. */
function largerRow(to: usize, row: usize, n: usize, from: usize, k: i64, first: bool, wide: bool): void {
  for (let j: usize = 0; j < n; j++) {
    if (wide) {
      if (!first && !(load<f64>(row + (j << 3)) > load<f64>(to + (j << 3)))) continue;
      store<f64>(to + (j << 3), load<f64>(row + (j << 3)));
    } else {
      if (!first && !(load<f32>(row + (j << 2)) > load<f32>(to + (j << 2)))) continue;
      store<f32>(to + (j << 2), load<f32>(row + (j << 2)));
    }
    store<i64>(from + (j << 3), k);
  }
}

function divideRow(to: usize, n: usize, count: i64, wide: bool): void {
  for (let j: usize = 0; j < n; j++) {
    if (wide) store<f64>(to + (j << 3), load<f64>(to + (j << 3)) / (count as f64));
    else store<f32>(to + (j << 2), load<f32>(to + (j << 2)) / (count as f32));
  }
}

/** Fills zeroed results from checked arguments; `largest` is NONE but for the mode MAX. */
function fillBags(
  weight: Tensor,
  indices: Tensor,
  offsets: Tensor,
  mode: i64,
  samples: Tensor,
  padding: i64,
  out: Tensor,
  bagOf: Tensor,
  counts: Tensor,
  largest: Tensor,
): void {
  const wide: bool = weight.dtype == DType.FLOAT64;
  const n = weight.size(1) as usize;
  const bytes = n << (wide ? 3 : 2);
  const bags = out.size(0) as usize;
  for (let b: usize = 0; b < bags; b++) {
    const end = b + 1 < (offsets.numel as usize) ? int(offsets, b + 1) : (indices.numel as i64);
    const to = out.data + b * bytes;
    let count: i64 = 0;
    for (let i = int(offsets, b); i < end; i++) {
      if (!isNone(bagOf)) put(bagOf, i as usize, b);
      const k = int(indices, i as usize);
      if (k == padding) continue;
      const row = weight.data + (k as usize) * bytes;
      if (isNone(largest)) addRow(to, row, n, samples, i as usize, wide);
      else largerRow(to, row, n, largest.data + ((b * n) << 3), k, count == 0, wide);
      count++;
    }
    if (mode == Mode.SUM) continue;
    put(counts, b, count);
    if (mode == Mode.MEAN && count) divideRow(to, n, count, wide);
  }
}

/** All four results into `r`: the bags, the bag of each index, the size of each bag, where the largest came from. */
function bags(
  weight: Tensor,
  indices: Tensor,
  offsets: Tensor,
  mode: i64,
  samples: Tensor,
  includesLast: bool,
  padding: i64,
  forGradients: bool,
  r: Value,
): void {
  if (!checkArguments(weight, indices, offsets, mode, samples)) return;
  const mark = composeBegin();
  const native = nativeType(weight.dtype);
  const table = hold(contiguousAs(weight, native));
  const picked = isNone(table) ? NONE : hold(contiguousAs(indices, DType.INT64));
  const starts = isNone(picked) ? NONE : hold(contiguousAs(offsets, DType.INT64));
  const factors = isNone(starts) || isNone(samples) ? NONE : hold(contiguousAs(samples, native));
  let ready: bool = !isNone(starts) && isNone(factors) == isNone(samples);
  ready = ready && checkOffsets(starts, picked.numel, includesLast) && checkRows(picked, weight.size(0));
  if (ready) {
    const count = (starts.numel as i32) - (includesLast ? 1 : 0);
    // Where PyTorch sums by its fast path, it does not say which bag an index is in.
    const quick =
      mode == Mode.SUM &&
      padding < 0 &&
      weight.stride(1) == 1 &&
      (weight.dtype == DType.FLOAT32 || weight.dtype == DType.FLOAT16);
    const quiet = quick || count == 0;
    const bagOf = newInts(quiet ? 0 : picked.numel, -1);
    // Nor how large bags are, where that is not needed for gradients: zeros, one for each offset.
    const counts = newInts(mode == Mode.SUM && !forGradients ? starts.numel : count, -1);
    const largest = mode == Mode.MAX ? newInts(count, weight.size(1)) : NONE;
    store<i32>(sizes, count);
    store<i32>(sizes, weight.size(1), 4);
    let out = hold(empty(native, sizes, 2));
    ready = !isNone(bagOf) && !isNone(counts) && !isNone(out) && (mode != Mode.MAX || !isNone(largest));
    if (ready) {
      memory.fill(out.data, 0, out.storage.bytes);
      const where = quiet ? NONE : bagOf;
      fillBags(table, picked, starts, mode, factors, padding, out, where, counts, largest);
      out = inDtype(out, weight.dtype);
      const dtype = indices.dtype == offsets.dtype ? (indices.dtype as DType) : DType.INT64;
      const places = inDtype(bagOf, dtype);
      const bagSizes = inDtype(counts, dtype);
      const from = mode == Mode.MAX ? inDtype(largest, dtype) : hold(emptyLike(bagSizes, dtype));
      if (!isNone(out) && !isNone(places) && !isNone(bagSizes) && !isNone(from)) {
        if (mode != Mode.MAX) memory.copy(from.data, bagSizes.data, bagSizes.storage.bytes);
        r.at(0).setTensor(composeEnd(composeBegin(), out));
        r.at(1).setTensor(composeEnd(composeBegin(), places));
        r.at(2).setTensor(composeEnd(composeBegin(), bagSizes));
        r.at(3).setTensor(composeEnd(composeBegin(), from));
      }
    }
  }
  composeEnd(mark, NONE);
}

/** Without padding for `paddingIdx` below 0. */
export function embeddingBagForGradients(
  weight: Tensor,
  indices: Tensor,
  offsets: Tensor,
  scaleGradByFreq: bool,
  mode: i64,
  sparse: bool,
  perSampleWeights: Tensor,
  includeLastOffset: bool,
  paddingIdx: i64,
  r: Value,
): void {
  bags(weight, indices, offsets, mode, perSampleWeights, includeLastOffset, paddingIdx, true, r);
}

export function embeddingBagForwardOnly(
  weight: Tensor,
  indices: Tensor,
  offsets: Tensor,
  scaleGradByFreq: bool,
  mode: i64,
  sparse: bool,
  perSampleWeights: Tensor,
  includeLastOffset: bool,
  paddingIdx: i64,
  r: Value,
): void {
  bags(weight, indices, offsets, mode, perSampleWeights, includeLastOffset, paddingIdx, false, r);
}

export function embeddingBag(
  weight: Tensor,
  indices: Tensor,
  offsets: Tensor,
  scaleGradByFreq: bool,
  mode: i64,
  sparse: bool,
  perSampleWeights: Tensor,
  includeLastOffset: bool,
  r: Value,
): void {
  bags(weight, indices, offsets, mode, perSampleWeights, includeLastOffset, -1, false, r);
}

/** A padding row, which counts from the end when it is negative; None for none. */
export function embeddingBagPadding(
  weight: Tensor,
  indices: Tensor,
  offsets: Tensor,
  scaleGradByFreq: bool,
  mode: i64,
  sparse: bool,
  perSampleWeights: Tensor,
  includeLastOffset: bool,
  paddingIdx: Value,
  r: Value,
): void {
  let padding: i64 = -1;
  if (!paddingIdx.isNone) {
    const rows: i64 = weight.ndim ? weight.size(0) : 0;
    padding = paddingIdx.int;
    if (padding < -rows || padding >= rows) {
      badValue(8, padding);
      return;
    }
    if (padding < 0) padding += rows;
  }
  bags(weight, indices, offsets, mode, perSampleWeights, includeLastOffset, padding, false, r);
}
