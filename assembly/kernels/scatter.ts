// Writing to places that an index tensor names along a dimension: scatter and its reductions.

import { Str } from "../core/containers";
import { DType, dtypeShift, isFloating } from "../core/dtype";
import { factDtype, factInt, factText, fail } from "../core/error";
import { MemoryFormat } from "../core/layout";
import { wrapDim } from "../core/shape";
import { empty, emptyLike, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { cloneAs } from "./clone";
import { expandTo } from "./dims";
import { Combine } from "./engine/combine";
import { divideByCounts } from "./engine/counts";
import { fillNumber, storeElement } from "./engine/number";
import { apartFrom, checkNoInternalOverlap } from "./engine/overlap";
import { Walk } from "./engine/walk";
import { checkIndexType, fitsAlong, walkVectors } from "./gather";

const number: usize = memory.data(16, 16);

/** What the names of reductions say. */
export enum Reduction {
  NONE = -1,
  SUM = 0,
  PROD = 1,
  MEAN = 2,
  MAX = 3,
  MIN = 4,
}

// "add", "multiply", "sum", "prod", "mean", "amax", "amin" end to end, with lengths and meanings.
const NAMES: usize = memory.data<u8>([
  97, 100, 100, 109, 117, 108, 116, 105, 112, 108, 121, 115, 117, 109, 112, 114, 111, 100, 109, 101, 97, 110,
  97, 109, 97, 120, 97, 109, 105, 110,
]);
const LENGTHS: usize = memory.data<u8>([3, 8, 3, 4, 4, 4, 4]);
const MEANINGS: usize = memory.data<u8>([0, 1, 0, 1, 2, 3, 4]);

/** The reduction that name `i` of `first` … `last` spells; NONE with BAD_TEXT recorded when it is none of them. */
export function reductionOf(name: Str, first: i32, last: i32, argument: i32): Reduction {
  let at = NAMES;
  for (let i: i32 = 0; i <= last; i++) {
    const length = load<u8>(LENGTHS + (i as usize)) as u32;
    if (i >= first && name.bytes == length && memory.compare(name.text, at, length) == 0) {
      return load<u8>(MEANINGS + (i as usize)) as i32 as Reduction;
    }
    at += length;
  }
  fail(ErrorCode.BAD_TEXT);
  factInt(argument);
  factText(name.text, name.bytes);
  return Reduction.NONE;
}

export function combineOf(reduction: Reduction): Combine {
  if (reduction == Reduction.PROD) return Combine.MULTIPLY;
  if (reduction == Reduction.MAX) return Combine.MAX;
  return reduction == Reduction.MIN ? Combine.MIN : Combine.ADD;
}

/** Checks what all forms have in common; the wrapped dimension, or -1 with an error recorded. */
function check(self: Tensor, dim: i64, index: Tensor, src: Tensor): i32 {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return -1;
  if (changetype<usize>(src) && src.dtype != self.dtype) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(self.dtype);
    factDtype(src.dtype);
    return -1;
  }
  if (index.numel == 0) return d;
  if (!checkIndexType(index, false) || !fitsAlong(index, self, d)) return -1;
  return !changetype<usize>(src) || fitsAlong(index, src, -1) ? d : -1;
}

/** Writes or combines `src` into `self`, which is retained. */
function scatterInto(self: Tensor, dim: i64, index: Tensor, src: Tensor, how: Combine): Tensor {
  const d = check(self, dim, index, src);
  return d >= 0 && walkApart(index, d, self, src, how) ? retain(self) : NONE;
}

/** The walk, after what shares memory with `self` was copied or refused. */
function walkApart(index: Tensor, d: i32, self: Tensor, src: Tensor, how: Combine): bool {
  if (!checkNoInternalOverlap(self)) return false;
  const values = apartFrom(self, src);
  const places = changetype<usize>(values) ? apartFrom(self, index) : NONE;
  const done =
    changetype<usize>(places) != 0 &&
    (index.numel == 0 || walkVectors(places, d, self, values, Walk.SCATTER, how));
  release(values);
  release(places);
  return done;
}

/** As `scatterInto`, every place with the number in `value`. */
function scatterNumber(self: Tensor, dim: i64, index: Tensor, value: Value, how: Combine): Tensor {
  if (index.numel == 0) return check(self, dim, index, NONE) < 0 ? NONE : retain(self);
  const one = empty(self.dtype, number, 0);
  if (!changetype<usize>(one)) return one;
  const wide = fillNumber(one, value) ? expandTo(one, index.dims, index.ndim, false) : NONE;
  release(one);
  if (!changetype<usize>(wide)) return wide;
  const done = scatterInto(self, dim, index, wide, how);
  release(wide);
  return done;
}

/** `done`, made of `copy`, which is given up. */
function finish(copy: Tensor, done: Tensor): Tensor {
  release(copy);
  return done;
}

function copyOf(self: Tensor): Tensor {
  return cloneAs(self, MemoryFormat.CONTIGUOUS);
}

export function scatterSrcInPlace(self: Tensor, dim: i64, index: Tensor, src: Tensor): Tensor {
  return scatterInto(self, dim, index, src, Combine.REPLACE);
}

export function scatterSrc(self: Tensor, dim: i64, index: Tensor, src: Tensor): Tensor {
  const out = copyOf(self);
  return changetype<usize>(out) ? finish(out, scatterSrcInPlace(out, dim, index, src)) : out;
}

export function scatterValueInPlace(self: Tensor, dim: i64, index: Tensor, value: Value): Tensor {
  return scatterNumber(self, dim, index, value, Combine.REPLACE);
}

export function scatterValue(self: Tensor, dim: i64, index: Tensor, value: Value): Tensor {
  const out = copyOf(self);
  return changetype<usize>(out) ? finish(out, scatterValueInPlace(out, dim, index, value)) : out;
}

export function scatterAddInPlace(self: Tensor, dim: i64, index: Tensor, src: Tensor): Tensor {
  return scatterInto(self, dim, index, src, Combine.ADD);
}

export function scatterAdd(self: Tensor, dim: i64, index: Tensor, src: Tensor): Tensor {
  const out = copyOf(self);
  return changetype<usize>(out) ? finish(out, scatterAddInPlace(out, dim, index, src)) : out;
}

export function scatterReduceSrcInPlace(
  self: Tensor,
  dim: i64,
  index: Tensor,
  src: Tensor,
  reduce: Str,
): Tensor {
  const reduction = reductionOf(reduce, 0, 1, 4);
  return reduction < 0 ? NONE : scatterInto(self, dim, index, src, combineOf(reduction));
}

export function scatterReduceSrc(self: Tensor, dim: i64, index: Tensor, src: Tensor, reduce: Str): Tensor {
  const out = copyOf(self);
  return changetype<usize>(out) ? finish(out, scatterReduceSrcInPlace(out, dim, index, src, reduce)) : out;
}

export function scatterReduceValueInPlace(
  self: Tensor,
  dim: i64,
  index: Tensor,
  value: Value,
  reduce: Str,
): Tensor {
  const reduction = reductionOf(reduce, 0, 1, 4);
  return reduction < 0 ? NONE : scatterNumber(self, dim, index, value, combineOf(reduction));
}

export function scatterReduceValue(self: Tensor, dim: i64, index: Tensor, value: Value, reduce: Str): Tensor {
  const out = copyOf(self);
  return changetype<usize>(out)
    ? finish(out, scatterReduceValueInPlace(out, dim, index, value, reduce))
    : out;
}

/** The number that leaves what it is combined with as it is. */
export function writeIdentity(to: usize, dtype: DType, reduction: Reduction): void {
  let x: f64 = 0;
  let n: i64 = 0;
  if (reduction == Reduction.PROD) {
    x = 1;
    n = 1;
  } else if (reduction == Reduction.MAX) {
    x = -Infinity;
    n = leastInt(dtype);
  } else if (reduction == Reduction.MIN) {
    x = Infinity;
    n = dtype == DType.BOOL ? 1 : dtype == DType.UINT8 ? 255 : ~leastInt(dtype);
  }
  storeElement(to, dtype, x, n);
}

function leastInt(dtype: DType): i64 {
  if (dtype == DType.BOOL || dtype == DType.UINT8) return 0;
  const bits = (8 << (dtypeShift(dtype) as i32)) - 1;
  return isFloating(dtype) ? 0 : -1 << (bits as i64);
}

const identity: usize = memory.data(16, 16);

export function scatterReduceInPlace(
  self: Tensor,
  dim: i64,
  index: Tensor,
  src: Tensor,
  reduce: Str,
  includeSelf: bool,
): Tensor {
  const reduction = reductionOf(reduce, 2, 6, 4);
  const d = reduction < 0 ? -1 : check(self, dim, index, src);
  if (d < 0 || !checkNoInternalOverlap(self)) return NONE;
  if (reduction == Reduction.MEAN && self.dtype == DType.BOOL) {
    fail(ErrorCode.DTYPE);
    factDtype(self.dtype);
    return NONE;
  }
  if (index.numel == 0) return retain(self);
  let done: bool = true;
  if (!includeSelf) {
    const one = empty(self.dtype, number, 0);
    if (!changetype<usize>(one)) return one;
    writeIdentity(identity, self.dtype, reduction);
    memory.copy(one.data, identity, 8);
    const wide = expandTo(one, index.dims, index.ndim, false);
    release(one);
    if (!changetype<usize>(wide)) return wide;
    done = walkVectors(index, d, self, wide, Walk.SCATTER, Combine.REPLACE);
    release(wide);
  }
  done = done && walkApart(index, d, self, src, combineOf(reduction));
  if (done && reduction == Reduction.MEAN) done = average(self, d, index, includeSelf);
  return done ? retain(self) : NONE;
}

/** Divides every element by the number of those that were added to it. */
function average(self: Tensor, d: i32, index: Tensor, includeSelf: bool): bool {
  const counts = emptyLike(self, DType.INT64);
  if (!changetype<usize>(counts)) return false;
  for (let i: usize = 0; i < (counts.numel as usize); i++)
    store<i64>(counts.data + (i << 3), includeSelf ? 1 : 0);
  const done = walkVectors(index, d, counts, index, Walk.COUNT, Combine.REPLACE);
  if (done) divideByCounts(self, counts);
  release(counts);
  return done;
}

export function scatterReduce(
  self: Tensor,
  dim: i64,
  index: Tensor,
  src: Tensor,
  reduce: Str,
  includeSelf: bool,
): Tensor {
  const out = copyOf(self);
  return changetype<usize>(out)
    ? finish(out, scatterReduceInPlace(out, dim, index, src, reduce, includeSelf))
    : out;
}
