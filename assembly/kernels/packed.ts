// Packed sequences: sequences of falling lengths without their padding, all first steps before all second ones.
//
//   padded [steps, batch, …]      data [Σ lengths, …]               batch sizes
//   a0 b0 c0                      a0 b0 c0 │ a1 b1 │ a2             3 2 1
//   a1 b1 ·
//   a2 ·  ·

import { DType, dtypeShift } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs, contiguousCopy } from "./copy";
import { transpose } from "./dims";
import { filledWith } from "./fill";

/** `t`, argument 1, as contiguous int64 memory; NONE with an error recorded unless it is a vector of int64. */
function countsOf(t: Tensor): Tensor {
  if (t.ndim == 1 && t.dtype == DType.INT64) return contiguousCopy(t);
  fail(ErrorCode.NDIM);
  factInt(1);
  factInt(1);
  factShape(t);
  return NONE;
}

/** Elements of one step of one sequence. */
function rowOf(t: Tensor, first: i32): usize {
  let n: usize = 1;
  for (let d = first; d < (t.ndim as i32); d++) n *= t.size(d);
  return n;
}

/** True when `lengths` are as many as the batch, positive, never growing, and none exceeds the padded steps. */
function checkLengths(lengths: Tensor, padded: Tensor): bool {
  const batch = padded.size(1);
  if ((lengths.numel as i32) != batch) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(lengths);
    factShape(padded);
    return false;
  }
  let last: i64 = padded.size(0);
  for (let i = 0; i < batch; i++) {
    const length = load<i64>(lengths.data + ((i as usize) << 3));
    if (length <= 0 || length > last) {
      badValue(1, length);
      return false;
    }
    last = length;
  }
  return true;
}

/** A new tensor [rows, and what follows dimension `first` of `t`]. */
function newRows(t: Tensor, first: i32, rows: i32, second: i32): Tensor {
  const lead = second < 0 ? 1 : 2;
  const rest = (t.ndim as i32) - first;
  const sizes = scratch(((lead + rest) as u64) << 2);
  if (!sizes) return NONE;
  store<i32>(sizes, rows);
  if (second >= 0) store<i32>(sizes, second, 4);
  memory.copy(sizes + ((lead as usize) << 2), t.dims + ((first as usize) << 2), (rest as usize) << 2);
  return empty(t.dtype as DType, sizes, lead + rest);
}

/** A vector of `n` int64. */
function newCounts(n: i32): Tensor {
  const size = scratch(4);
  if (!size) return NONE;
  store<i32>(size, n);
  return empty(DType.INT64, size, 1);
}

/** Lengths are argument 1: int64, falling, at least 1, at most the steps of `input`. */
export function packPaddedSequence(input: Tensor, lengths: Tensor, batchFirst: bool, r: Value): void {
  if (input.numel == 0) {
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(input);
    return;
  }
  const counts = countsOf(lengths);
  const swapped = isNone(counts) ? NONE : transpose(input, 0, 1);
  const timeFirst = isNone(swapped) || batchFirst ? swapped : transpose(swapped, 0, 1);
  if (!batchFirst) release(swapped);
  const x = isNone(timeFirst) ? NONE : contiguousAs(timeFirst, input.dtype as DType);
  if (!isNone(x) && checkLengths(counts, x)) pack(x, counts, r);
  release(x);
  release(timeFirst);
  release(counts);
}

function pack(x: Tensor, lengths: Tensor, r: Value): void {
  const batch = x.size(1);
  const steps = load<i64>(lengths.data) as i32;
  let rows: i32 = 0;
  for (let i = 0; i < batch; i++) rows += load<i64>(lengths.data + ((i as usize) << 3)) as i32;
  const data = newRows(x, 2, rows, -1);
  const sizes = isNone(data) ? NONE : newCounts(steps);
  if (isNone(sizes)) {
    release(data);
    return;
  }
  const row = rowOf(x, 2) << dtypeShift(x.dtype as DType);
  let to = data.data;
  let active = batch;
  for (let t = 0; t < steps; t++) {
    while (load<i64>(lengths.data + (((active - 1) as usize) << 3)) <= (t as i64)) active--;
    store<i64>(sizes.data + ((t as usize) << 3), active);
    const bytes = row * (active as usize);
    memory.copy(to, x.data + row * (batch as usize) * (t as usize), bytes);
    to += bytes;
  }
  r.at(0).setTensor(data);
  r.at(1).setTensor(sizes);
}

/** True when batch sizes are positive, never grow, and take no more rows than `data` has. */
function checkSizes(sizes: Tensor, data: Tensor): bool {
  if (sizes.numel == 0 || data.ndim == 0) {
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(sizes);
    return false;
  }
  let left: i64 = data.size(0);
  let last: i64 = left;
  for (let i: usize = 0; i < (sizes.numel as usize); i++) {
    const size = load<i64>(sizes.data + (i << 3));
    if (size <= 0 || size > last || size > left) {
      badValue(1, size);
      return false;
    }
    left -= size;
    last = size;
  }
  return true;
}

/** `totalLength` above 0 is how many steps the result has, at least those there are. */
export function padPackedSequence(
  data: Tensor,
  batchSizes: Tensor,
  batchFirst: bool,
  paddingValue: Value,
  totalLength: i64,
  r: Value,
): void {
  const sizes = countsOf(batchSizes);
  if (isNone(sizes)) return;
  if (checkSizes(sizes, data)) {
    const steps = sizes.numel as i64;
    if (totalLength > 0 && (totalLength < steps || totalLength > 0x7fff_ffff)) badValue(4, totalLength);
    else pad(data, sizes, batchFirst, paddingValue, max(steps, totalLength) as i32, r);
  }
  release(sizes);
}

function pad(data: Tensor, sizes: Tensor, batchFirst: bool, value: Value, total: i32, r: Value): void {
  const batch = load<i64>(sizes.data) as i32;
  const x = contiguousAs(data, data.dtype as DType);
  const out = isNone(x) ? NONE : filledWith(newRows(data, 1, total, batch), value);
  const lengths = isNone(out) ? NONE : newCounts(batch);
  if (!isNone(lengths)) {
    const row = rowOf(x, 1) << dtypeShift(x.dtype as DType);
    let from = x.data;
    let active = batch;
    for (let t = 0; t < (sizes.numel as i32); t++) {
      const size = load<i64>(sizes.data + ((t as usize) << 3)) as i32;
      for (; active > size; active--) store<i64>(lengths.data + (((active - 1) as usize) << 3), t);
      memory.copy(out.data + row * (batch as usize) * (t as usize), from, row * (size as usize));
      from += row * (size as usize);
    }
    for (; active > 0; active--) store<i64>(lengths.data + (((active - 1) as usize) << 3), sizes.numel);
    r.at(0).setTensor(batchFirst ? transpose(out, 0, 1) : out);
    if (batchFirst) release(out);
    r.at(1).setTensor(lengths);
  } else {
    release(out);
  }
  release(x);
}
