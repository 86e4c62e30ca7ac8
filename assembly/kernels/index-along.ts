// Whole places of a dimension written where a vector of indices says: index_add, index_copy, index_fill, index_reduce,
// and put, which sees the tensor as one row.

import { Str } from "../core/containers";
import { DType, dtypeShift, isFloating } from "../core/dtype";
import { factDtype, factInt, factShape, fail } from "../core/error";
import { MemoryFormat } from "../core/layout";
import { wrapDim } from "../core/shape";
import { empty, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { wrapNumber } from "../vm/args";
import { mul } from "./arithmetic";
import { cloneAs } from "./clone";
import { contiguousAs, convertCopy, copyInto } from "./copy";
import { expandTo } from "./dims";
import { Combine } from "./engine/combine";
import { divideByCounts } from "./engine/counts";
import { blocksBegin, blocksRun, Direction } from "./engine/indexed";
import { fillNumber } from "./engine/number";
import { apartFrom, checkNoInternalOverlap } from "./engine/overlap";
import { checkIndexType, offsetsAlong, planAlong } from "./gather";
import { item } from "./scalar";
import { combineOf, Reduction, reductionOf, writeIdentity } from "./scatter";
import { reshapeSizes } from "./view";

const number: usize = memory.data(16, 16);

function refuseShape(argument: i32, ndim: i32, t: Tensor): bool {
  fail(ErrorCode.NDIM);
  factInt(argument);
  factInt(ndim);
  factShape(t);
  return false;
}

/** True when `index` is a vector or a number of the right dtype; else records why not. */
function checkVector(index: Tensor, narrow: bool): bool {
  return checkIndexType(index, narrow) && (index.ndim <= 1 || refuseShape(2, 1, index));
}

/** `self`'s sizes with as many places along `d` as `index` names, i32 each at `sizes`. */
function pickedSizes(self: Tensor, d: i32, index: Tensor, sizes: usize): void {
  memory.copy(sizes, self.dims, (self.ndim as usize) << 2);
  if (self.ndim) store<i32>(sizes + ((d as usize) << 2), index.numel);
}

const sizes: usize = memory.data(256, 16);

/** Writes `source`, of the sizes that `index` picks of `self`, to these places. False with an error recorded. */
function writePlaces(self: Tensor, d: i32, index: Tensor, source: Tensor, wraps: bool, how: Combine): bool {
  const places = contiguousAs(index, DType.INT64);
  if (!changetype<usize>(places)) return false;
  const table = offsetsAlong(self, d, places.data, places.numel, wraps);
  release(places);
  if (!table) return false;
  if (source.numel == 0) return true;
  planAlong(self, d, source);
  const step = self.ndim ? source.stride(d) << (dtypeShift(self.dtype) as i32) : 0;
  blocksRun(self.data, source.data, step, table, index.numel, self.dtype, Direction.PUT, how);
  return true;
}

/** True when `source` may be written into `self`; else records why not. */
function checkSource(self: Tensor, source: Tensor): bool {
  if (self.dtype == source.dtype) return checkNoInternalOverlap(self);
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(self.dtype);
  factDtype(source.dtype);
  return false;
}

/** `source` expanded to what `index` picks of `self`; a source without dimensions counts as one place. */
function spreadSource(self: Tensor, d: i32, index: Tensor, source: Tensor): Tensor {
  const many = source.ndim ? (self.ndim ? source.size(d) : source.numel) : 1;
  if ((many as u32) != index.numel || (source.ndim && self.ndim && source.ndim != self.ndim)) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(source);
    factShape(index);
    return NONE;
  }
  pickedSizes(self, d, index, sizes);
  if (self.ndim == 0) return reshapeSizes(source, sizes, 0);
  return expandTo(source, sizes, self.ndim, false);
}

/** `source` times `alpha` in its own dtype. */
function scaled(source: Tensor, alpha: Value): Tensor {
  if (alpha.asFloat == 1) return retain(source);
  const dtype = source.dtype as DType;
  const factor = changetype<Value>(number);
  if (isFloating(dtype)) factor.setFloat(alpha.asFloat);
  else if (dtype == DType.BOOL) factor.setBool(alpha.asInt != 0);
  else factor.setInt(alpha.asInt);
  return mul(source, wrapNumber(factor), NONE);
}

export function indexAddInPlace(self: Tensor, dim: i64, index: Tensor, source: Tensor, alpha: Value): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (d < 0 || !checkVector(index, true) || !checkSource(self, source)) return NONE;
  const apart = apartFrom(self, source);
  const values = changetype<usize>(apart) ? scaled(apart, alpha) : NONE;
  const spread = changetype<usize>(values) ? spreadSource(self, d, index, values) : NONE;
  const done = changetype<usize>(spread) != 0 && writePlaces(self, d, index, spread, false, Combine.ADD);
  release(apart);
  release(values);
  release(spread);
  return done ? retain(self) : NONE;
}

export function indexAdd(self: Tensor, dim: i64, index: Tensor, source: Tensor, alpha: Value): Tensor {
  const out = cloneAs(self, MemoryFormat.CONTIGUOUS);
  return changetype<usize>(out) ? finish(out, indexAddInPlace(out, dim, index, source, alpha)) : out;
}

/** `done`, made of `copy`, which is given up. */
function finish(copy: Tensor, done: Tensor): Tensor {
  release(copy);
  return done;
}

/** True when `source` has exactly the sizes that `index` picks of `self`. */
function matches(self: Tensor, d: i32, index: Tensor, source: Tensor): bool {
  if (source.ndim == 0 || self.ndim == 0) {
    if (source.numel == 1 && index.numel == 1 && (source.ndim == 0 || self.ndim == 0)) {
      if (self.ndim <= 1) return true;
    }
  } else {
    pickedSizes(self, d, index, sizes);
    if (source.ndim == self.ndim && memory.compare(sizes, source.dims, (self.ndim as usize) << 2) == 0)
      return true;
  }
  fail(ErrorCode.SIZE_MISMATCH);
  factShape(source);
  factShape(self);
  return false;
}

export function indexCopyInPlace(self: Tensor, dim: i64, index: Tensor, source: Tensor): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (d < 0 || !checkVector(index, false) || !checkSource(self, source)) return NONE;
  if (!matches(self, d, index, source)) return NONE;
  const apart = apartFrom(self, source);
  const spread = changetype<usize>(apart) ? spreadSource(self, d, index, apart) : NONE;
  const done = changetype<usize>(spread) != 0 && writePlaces(self, d, index, spread, false, Combine.REPLACE);
  release(apart);
  release(spread);
  return done ? retain(self) : NONE;
}

export function indexCopy(self: Tensor, dim: i64, index: Tensor, source: Tensor): Tensor {
  const out = cloneAs(self, MemoryFormat.CONTIGUOUS);
  return changetype<usize>(out) ? finish(out, indexCopyInPlace(out, dim, index, source)) : out;
}

export function indexFillScalarInPlace(self: Tensor, dim: i64, index: Tensor, value: Value): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (d < 0 || !checkVector(index, false)) return NONE;
  const one = empty(self.dtype, number, 0);
  if (!changetype<usize>(one)) return one;
  pickedSizes(self, d, index, sizes);
  const spread = fillNumber(one, value) ? expandTo(one, sizes, self.ndim, false) : NONE;
  release(one);
  if (!changetype<usize>(spread)) return spread;
  const done = writePlaces(self, d, index, spread, true, Combine.REPLACE);
  release(spread);
  return done ? retain(self) : NONE;
}

export function indexFillScalar(self: Tensor, dim: i64, index: Tensor, value: Value): Tensor {
  const out = cloneAs(self, MemoryFormat.PRESERVE);
  return changetype<usize>(out) ? finish(out, indexFillScalarInPlace(out, dim, index, value)) : out;
}

const held: usize = memory.data(16, 16);

export function indexFillTensorInPlace(self: Tensor, dim: i64, index: Tensor, value: Tensor): Tensor {
  if (value.ndim) {
    refuseShape(3, 0, value);
    return NONE;
  }
  item(value, changetype<Value>(held));
  return indexFillScalarInPlace(self, dim, index, changetype<Value>(held));
}

export function indexFillTensor(self: Tensor, dim: i64, index: Tensor, value: Tensor): Tensor {
  const out = cloneAs(self, MemoryFormat.PRESERVE);
  return changetype<usize>(out) ? finish(out, indexFillTensorInPlace(out, dim, index, value)) : out;
}

/** Writes one element, that of `one`, to every place that `index` names. */
function writeOne(self: Tensor, d: i32, index: Tensor, one: Tensor, how: Combine): bool {
  pickedSizes(self, d, index, sizes);
  const spread = expandTo(one, sizes, self.ndim, false);
  if (!changetype<usize>(spread)) return false;
  const done = writePlaces(self, d, index, spread, false, how);
  release(spread);
  return done;
}

/** Divides every place by how many were added to it. */
function average(self: Tensor, d: i32, index: Tensor, includeSelf: bool): bool {
  const counts = empty(DType.INT64, self.dims, self.ndim);
  const one = changetype<usize>(counts) ? empty(DType.INT64, number, 0) : NONE;
  let done: bool = false;
  if (changetype<usize>(one)) {
    store<i64>(one.data, 1);
    for (let i: usize = 0; i < (counts.numel as usize); i++)
      store<i64>(counts.data + (i << 3), includeSelf ? 1 : 0);
    done = writeOne(counts, d, index, one, Combine.ADD);
    if (done) divideByCounts(self, counts);
  }
  release(counts);
  release(one);
  return done;
}

export function indexReduceInPlace(
  self: Tensor,
  dim: i64,
  index: Tensor,
  source: Tensor,
  reduce: Str,
  includeSelf: bool,
): Tensor {
  const d = wrapDim(dim, self.ndim);
  const reduction = d < 0 ? Reduction.NONE : reductionOf(reduce, 3, 6, 4);
  if (reduction < 0 || !checkVector(index, true) || !checkSource(self, source)) return NONE;
  if (!matches(self, d, index, source)) return NONE;
  const apart = apartFrom(self, source);
  const spread = changetype<usize>(apart) ? spreadSource(self, d, index, apart) : NONE;
  release(apart);
  if (!changetype<usize>(spread)) return spread;
  let done: bool = true;
  if (!includeSelf) {
    const one = empty(self.dtype, number, 0);
    if (changetype<usize>(one)) writeIdentity(one.data, self.dtype, reduction);
    done = changetype<usize>(one) != 0 && writeOne(self, d, index, one, Combine.REPLACE);
    release(one);
  }
  done = done && writePlaces(self, d, index, spread, false, combineOf(reduction));
  release(spread);
  if (done && reduction == Reduction.MEAN) done = average(self, d, index, includeSelf);
  return done ? retain(self) : NONE;
}

export function indexReduce(
  self: Tensor,
  dim: i64,
  index: Tensor,
  source: Tensor,
  reduce: Str,
  includeSelf: bool,
): Tensor {
  const out = cloneAs(self, MemoryFormat.CONTIGUOUS);
  if (!changetype<usize>(out)) return out;
  return finish(out, indexReduceInPlace(out, dim, index, source, reduce, includeSelf));
}

/** Elements by their row-major number in `self`, negative ones from the end. */
export function putInPlace(self: Tensor, index: Tensor, source: Tensor, accumulate: bool): Tensor {
  if (!checkIndexType(index, false) || !checkSource(self, source)) return NONE;
  if (index.numel != source.numel) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(index);
    factShape(source);
    return NONE;
  }
  // What is not one row in memory is changed in a copy and written back.
  const flat = convertCopy(self, self.dtype);
  const places = changetype<usize>(flat) ? contiguousAs(index, DType.INT64) : NONE;
  const values = changetype<usize>(places) ? contiguousAs(source, self.dtype) : NONE;
  const done =
    changetype<usize>(values) != 0 && putFlat(flat, places, values, accumulate) && copyInto(self, flat);
  release(flat);
  release(places);
  release(values);
  return done ? retain(self) : NONE;
}

function putFlat(flat: Tensor, places: Tensor, values: Tensor, accumulate: bool): bool {
  store<i32>(number, flat.numel);
  const row = reshapeSizes(flat, number, 1);
  if (!changetype<usize>(row)) return false;
  const table = offsetsAlong(row, 0, places.data, places.numel, true);
  release(row);
  if (!table) return false;
  if (values.numel == 0) return true;
  blocksBegin();
  const step = 1 << (dtypeShift(flat.dtype) as i32);
  const how = accumulate ? Combine.ADD : Combine.REPLACE;
  blocksRun(flat.data, values.data, step, table, places.numel, flat.dtype, Direction.PUT, how);
  return true;
}

export function put(self: Tensor, index: Tensor, source: Tensor, accumulate: bool): Tensor {
  const out = cloneAs(self, MemoryFormat.PRESERVE);
  return changetype<usize>(out) ? finish(out, putInPlace(out, index, source, accumulate)) : out;
}
