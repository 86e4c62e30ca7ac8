// Reading places that an index tensor names: index_select, embedding, gather, take and their kin.

import { DType, dtypeShift } from "../core/dtype";
import { badValue, factDtype, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { wrapDim, wrapDimOf } from "../core/shape";
import { empty, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs, contiguousCopy } from "./copy";
import { expandTo } from "./dims";
import { Combine } from "./engine/combine";
import { blocksBegin, blocksDim, blocksRun, Direction } from "./engine/indexed";
import { Walk, walk } from "./engine/walk";
import { reshapeSizes, viewSizes } from "./view";

const one: usize = memory.data(16, 16);

/** True when `t` may hold places: int64, or int32 where `narrow` allows it. */
export function checkIndexType(t: Tensor, narrow: bool): bool {
  if (t.dtype == DType.INT64 || (narrow && t.dtype == DType.INT32)) return true;
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(t.dtype);
  factDtype(DType.INT64);
  return false;
}

function outOfRange(value: i64, d: i32, size: i64): usize {
  fail(ErrorCode.INDEX_OUT_OF_RANGE);
  factInt(value);
  factInt(d);
  factInt(size);
  return 0;
}

/**
 * The `n` int64 at `indices` as byte offsets along dimension `d` of `t`, i32 each in scratch memory; 0 with an error
 * recorded when one is out of range. Negative ones count from the end where `wraps` says so.
 */
export function offsetsAlong(t: Tensor, d: i32, indices: usize, n: u32, wraps: bool): usize {
  const table = scratch(((n as u64) << 2) + 4);
  if (!table) return 0;
  const size: i64 = t.ndim ? t.size(d) : 1;
  const step = t.ndim ? t.stride(d) << (dtypeShift(t.dtype) as i32) : 0;
  for (let i: u32 = 0; i < n; i++) {
    const value = load<i64>(indices + ((i as usize) << 3));
    const place = value < 0 && wraps ? value + size : value;
    if (place < 0 || place >= size) return outOfRange(value, d, size);
    store<i32>(table + ((i as usize) << 2), (place as i32) * step);
  }
  return table;
}

/** Sets up moves of blocks between `t`, indexed along dimension `d`, and `picked` of the same number of dimensions. */
export function planAlong(t: Tensor, d: i32, picked: Tensor): void {
  blocksBegin();
  const shift = dtypeShift(t.dtype) as i32;
  for (let i: i32 = 0; i < (t.ndim as i32); i++) {
    if (i != d) blocksDim(i > d, t.size(i), t.stride(i) << shift, picked.stride(i) << shift);
  }
}

/** The places at `indices` (`n` int64) of dimension `d` of `t`, as a new contiguous tensor. */
export function selectPlaces(t: Tensor, d: i32, indices: usize, n: u32): Tensor {
  const sizes = scratch(((t.ndim as u64) << 2) + 4);
  if (!sizes) return NONE;
  memory.copy(sizes, t.dims, (t.ndim as usize) << 2);
  if (t.ndim) store<i32>(sizes + ((d as usize) << 2), n);
  const out = empty(t.dtype, sizes, t.ndim);
  const table = changetype<usize>(out) ? offsetsAlong(t, d, indices, n, false) : 0;
  if (!table) {
    release(out);
    return NONE;
  }
  if (out.numel == 0) return out;
  planAlong(t, d, out);
  const step = t.ndim ? out.stride(d) << (dtypeShift(t.dtype) as i32) : 0;
  blocksRun(t.data, out.data, step, table, n, t.dtype, Direction.GET, Combine.REPLACE);
  return out;
}

export function indexSelect(self: Tensor, dim: i64, index: Tensor): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (d < 0 || !checkIndexType(index, true)) return NONE;
  if (index.ndim > 1 || (self.ndim == 0 && index.numel != 1)) {
    fail(ErrorCode.NDIM);
    factInt(2);
    factInt(1);
    factShape(index);
    return NONE;
  }
  const places = contiguousAs(index, DType.INT64);
  if (!changetype<usize>(places)) return places;
  const out = selectPlaces(self, d, places.data, places.numel);
  release(places);
  return out;
}

/** Rows of the matrix `weight`. */
export function embedding(
  weight: Tensor,
  indices: Tensor,
  paddingIdx: i64,
  scaleGradByFreq: bool,
  sparse: bool,
): Tensor {
  if (weight.ndim != 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(weight);
    return NONE;
  }
  if (!checkIndexType(indices, true)) return NONE;
  const places = contiguousAs(indices, DType.INT64);
  if (!changetype<usize>(places)) return places;
  const rows = selectPlaces(weight, 0, places.data, places.numel);
  release(places);
  const ndim = (indices.ndim as i32) + 1;
  const sizes = changetype<usize>(rows) ? scratch((ndim as u64) << 2) : 0;
  if (!sizes) {
    release(rows);
    return NONE;
  }
  memory.copy(sizes, indices.dims, (indices.ndim as usize) << 2);
  store<i32>(sizes + ((indices.ndim as usize) << 2), weight.size(1));
  const out = reshapeSizes(rows, sizes, ndim);
  release(rows);
  return out;
}

/**
 * True when `index` has the number of dimensions of `t` and, but for dimension `d`, no larger sizes; 0 and 1 dimension
 * count as the same.
 */
export function fitsAlong(index: Tensor, t: Tensor, d: i32): bool {
  let fits = max(index.ndim, 1) == max(t.ndim, 1);
  for (let i: i32 = 0; fits && i < (index.ndim as i32); i++) {
    fits = i == d || index.size(i) <= (t.ndim ? t.size(i) : 1);
  }
  if (fits) return true;
  fail(ErrorCode.SIZE_MISMATCH);
  factShape(index);
  factShape(t);
  return false;
}

/** `t` with one dimension where it has none: another reference otherwise. */
export function atLeastVector(t: Tensor): Tensor {
  if (t.ndim) return retain(t);
  store<i32>(one, 1);
  return reshapeSizes(t, one, 1);
}

export function gather(self: Tensor, dim: i64, index: Tensor, sparseGrad: bool): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (d < 0 || (index.numel && !(checkIndexType(index, false) && fitsAlong(index, self, d)))) return NONE;
  const out = empty(self.dtype, index.dims, index.ndim);
  if (!changetype<usize>(out) || out.numel == 0) return out;
  if (walkVectors(index, d, self, out, Walk.GATHER, Combine.REPLACE)) return out;
  release(out);
  return NONE;
}

/** `walk`, tensors without dimensions seen as having one. */
export function walkVectors(
  index: Tensor,
  d: i32,
  self: Tensor,
  other: Tensor,
  what: Walk,
  how: Combine,
): bool {
  const i = atLeastVector(index);
  const s = atLeastVector(self);
  const o = atLeastVector(other);
  const ready = changetype<usize>(i) != 0 && changetype<usize>(s) != 0 && changetype<usize>(o) != 0;
  const done = ready && walk(i, d, s, o, what, how);
  release(i);
  release(s);
  release(o);
  return done;
}

/** Elements by their row-major number, negative ones from the end. */
export function take(self: Tensor, index: Tensor): Tensor {
  if (!checkIndexType(index, false)) return NONE;
  const out = empty(self.dtype, index.dims, index.ndim);
  if (!changetype<usize>(out)) return out;
  const flat = changetype<usize>(out) ? contiguousCopy(self) : NONE;
  const places = changetype<usize>(flat) ? contiguousAs(index, DType.INT64) : NONE;
  const done = changetype<usize>(places) && takeFlat(flat, places, out);
  release(flat);
  release(places);
  if (done) return out;
  release(out);
  return NONE;
}

function takeFlat(flat: Tensor, places: Tensor, out: Tensor): bool {
  store<i32>(one, flat.numel);
  const row = reshapeSizes(flat, one, 1);
  if (!changetype<usize>(row)) return false;
  const table = offsetsAlong(row, 0, places.data, places.numel, true);
  release(row);
  if (!table) return false;
  blocksBegin();
  const step = 1 << (dtypeShift(out.dtype) as i32);
  if (out.numel) {
    blocksRun(flat.data, out.data, step, table, out.numel, out.dtype, Direction.GET, Combine.REPLACE);
  }
  return true;
}

/** gather after both were broadcast in the other dimensions; without `dim` on flattened tensors. */
export function takeAlongDim(self: Tensor, indices: Tensor, dim: Value): Tensor {
  if (!checkIndexType(indices, false)) return NONE;
  if (dim.isNone) {
    store<i32>(one, self.numel);
    const flat = viewSizes(self, one, 1);
    store<i32>(one, indices.numel);
    const places = changetype<usize>(flat) ? viewSizes(indices, one, 1) : NONE;
    const out = changetype<usize>(places) ? gather(flat, 0, places, false) : NONE;
    release(flat);
    release(places);
    return out;
  }
  if (self.ndim != indices.ndim) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(indices);
    factShape(self);
    return NONE;
  }
  const d = wrapDimOf(dim.int, self);
  if (d < 0) return NONE;
  const wideSelf = broadcastBeside(self, indices, d);
  const wideIndices = changetype<usize>(wideSelf) ? broadcastBeside(indices, self, d) : NONE;
  const out = changetype<usize>(wideIndices) ? gather(wideSelf, d, wideIndices, false) : NONE;
  release(wideSelf);
  release(wideIndices);
  return out;
}

function flatten(t: Tensor): Tensor {
  store<i32>(one, t.numel);
  return reshapeSizes(t, one, 1);
}

/** `t` expanded where it has size 1 and `other` has not, but for dimension `d`. */
function broadcastBeside(t: Tensor, other: Tensor, d: i32): Tensor {
  const sizes = scratch(((t.ndim as u64) << 2) + 4);
  if (!sizes) return NONE;
  for (let i: i32 = 0; i < (t.ndim as i32); i++) {
    const wide = i != d && t.size(i) == 1;
    const size = wide ? other.size(i) : t.size(i);
    if (i != d && size != other.size(i) && other.size(i) != 1) {
      fail(ErrorCode.BROADCAST);
      factShape(t);
      factShape(other);
      factInt(i);
      return NONE;
    }
    store<i32>(sizes + ((i as usize) << 2), size);
  }
  return expandTo(t, sizes, t.ndim, false);
}

/** The int64 repetition counts in `repeats` spelled out: place i, `repeats[i]` times. Scratch memory; 0 on failure. */
function spellOut(repeats: Tensor, outputSize: Value): usize {
  const n = repeats.numel;
  let total: i64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const times = load<i64>(repeats.data + ((i as usize) << 3));
    if (times < 0) {
      badValue(1, times);
      return 0;
    }
    total = min<i64>(total + times, i32.MAX_VALUE as i64);
  }
  if (!outputSize.isNone && outputSize.int != total) {
    fail(ErrorCode.SPLIT_SIZES);
    factInt(total);
    factInt(outputSize.int);
    return 0;
  }
  const table = scratch(((total as u64) << 3) + 8);
  if (!table) return 0;
  let at = table;
  for (let i: u32 = 0; i < n; i++) {
    for (let k = load<i64>(repeats.data + ((i as usize) << 3)); k > 0; k--) {
      store<i64>(at, i);
      at += 8;
    }
  }
  spelled = total as u32;
  return table;
}

let spelled: u32 = 0;

/** True when `repeats` holds counts in a form that repeat_interleave takes: one dimension, or none where `scalar`. */
function checkRepeats(repeats: Tensor, scalar: bool): bool {
  if (!checkIndexType(repeats, true)) return false;
  if (repeats.ndim == 1 || (scalar && repeats.ndim == 0)) return true;
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(1);
  factShape(repeats);
  return false;
}

export function repeatInterleave(repeats: Tensor, outputSize: Value): Tensor {
  if (!checkRepeats(repeats, false)) return NONE;
  const counts = contiguousAs(repeats, DType.INT64);
  if (!changetype<usize>(counts)) return counts;
  const table = spellOut(counts, outputSize);
  release(counts);
  if (!table) return NONE;
  store<i32>(one, spelled);
  const out = empty(repeats.dtype, one, 1);
  if (!changetype<usize>(out)) return out;
  if (repeats.dtype == DType.INT64) {
    memory.copy(out.data, table, (spelled as usize) << 3);
    return out;
  }
  for (let i: usize = 0; i < (spelled as usize); i++)
    store<i32>(out.data + (i << 2), load<i32>(table + (i << 3)));
  return out;
}

/** `self` (flattened without `dim`) with every place as often as `repeats` says: one count for all, or one for each. */
export function repeatInterleaveTensor(self: Tensor, repeats: Tensor, dim: Value, outputSize: Value): Tensor {
  if (!checkRepeats(repeats, true)) return NONE;
  const input = dim.isNone ? flatten(self) : retain(self);
  if (!changetype<usize>(input)) return input;
  const out = interleave(input, repeats, dim.intOr(0), outputSize);
  release(input);
  return out;
}

function interleave(input: Tensor, repeats: Tensor, dim: i64, outputSize: Value): Tensor {
  const d = wrapDimOf(dim, input);
  if (d < 0) return NONE;
  const size = input.size(d);
  if (repeats.numel != 1 && (repeats.numel as i32) != size) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(repeats);
    factShape(input);
    return NONE;
  }
  store<i32>(one, size);
  const spread = repeats.numel == 1 ? expandOne(repeats, size) : retain(repeats);
  const counts = changetype<usize>(spread) ? contiguousAs(spread, DType.INT64) : NONE;
  release(spread);
  if (!changetype<usize>(counts)) return counts;
  const table = spellOut(counts, outputSize);
  release(counts);
  return table ? selectPlaces(input, d, table, spelled) : NONE;
}

/** A single count for each of `size` places. */
function expandOne(repeats: Tensor, size: i32): Tensor {
  store<i32>(one, 1);
  const vector = reshapeSizes(repeats, one, 1);
  if (!changetype<usize>(vector)) return vector;
  store<i32>(one, size);
  const spread = expandTo(vector, one, 1, false);
  release(vector);
  return spread;
}

export function repeatInterleaveInt(self: Tensor, repeats: i64, dim: Value, outputSize: Value): Tensor {
  const count = empty(DType.INT64, one, 0);
  if (!changetype<usize>(count)) return count;
  store<i64>(count.data, repeats);
  const out = repeatInterleaveTensor(self, count, dim, outputSize);
  release(count);
  return out;
}
