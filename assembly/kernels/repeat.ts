// The same elements several times or in another order: repeat, tile, flip, roll, rot90.

import { List } from "../core/containers";
import { dtypeShift } from "../core/dtype";
import { factInt, factShape, fail } from "../core/error";
import { emptyAs, emptyLikeAs, MemoryFormat, suggestFormat } from "../core/layout";
import { scratch } from "../core/scratch";
import { clampI32, readInts, wrapDim, wrapDimOf } from "../core/shape";
import { empty, MAX_DIMS, NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { cloneAs } from "./clone";
import { contiguousCopy } from "./copy";
import { transposeInPlace } from "./dims";
import { copyStrided } from "./engine/strided";
import { writePart } from "./join";
import { sliceAt } from "./slice";
import { reshapeSizes } from "./view";

function at(p: usize, i: i32): i32 {
  return load<i32>(p + ((i as usize) << 2));
}

function put(p: usize, i: i32, value: i32): void {
  store<i32>(p + ((i as usize) << 2), value);
}

/**
 * `self` repeated `times` (i32 each, outermost first) along `ndim` dimensions, at least as many as it has.
 *
 * The result is seen as (times, size) pairs of dimensions, and the copy's source stands still along every `times`.
 */
function repeatTimes(self: Tensor, times: usize, ndim: i32): Tensor {
  const pad = ndim - (self.ndim as i32);
  if (2 * ndim > MAX_DIMS) {
    fail(ErrorCode.TOO_MANY_DIMS);
    factInt(2 * ndim);
    return NONE;
  }
  const bytes = (ndim as u64) << 3;
  const sizes = scratch(bytes + 4);
  const dims = sizes ? scratch(3 * bytes + 4) : 0;
  if (!dims) return NONE;
  for (let i = 0; i < ndim; i++) {
    const size = i < pad ? 1 : self.size(i - pad);
    put(sizes, i, clampI32((size as i64) * (at(times, i) as i64)));
  }
  const out = empty(self.dtype, sizes, ndim);
  if (!changetype<usize>(out) || out.numel == 0) return out;
  const to = dims + (bytes as usize);
  const from = to + (bytes as usize);
  for (let i = 0; i < ndim; i++) {
    const size = i < pad ? 1 : self.size(i - pad);
    put(dims, 2 * i, at(times, i));
    put(to, 2 * i, out.stride(i) * size);
    put(from, 2 * i, 0);
    put(dims, 2 * i + 1, size);
    put(to, 2 * i + 1, out.stride(i));
    put(from, 2 * i + 1, i < pad ? 0 : self.stride(i - pad));
  }
  copyStrided(out.data, self.data, dtypeShift(self.dtype) as i32, 2 * ndim, dims, to, from);
  return out;
}

export function repeat(self: Tensor, repeats: List): Tensor {
  const times = readInts(repeats);
  if (!times) return NONE;
  if (repeats.length >= (self.ndim as u32)) return repeatTimes(self, times, repeats.length);
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(repeats.length);
  factShape(self);
  return NONE;
}

/** As repeat; dimensions that are not named are not repeated. */
export function tile(self: Tensor, dims: List): Tensor {
  const given = readInts(dims);
  const missing = max((self.ndim as i32) - (dims.length as i32), 0);
  const ndim = (dims.length as i32) + missing;
  const times = given ? scratch(((ndim as u64) << 2) + 4) : 0;
  if (!times) return NONE;
  for (let i = 0; i < ndim; i++) put(times, i, i < missing ? 1 : at(given, i - missing));
  return repeatTimes(self, times, ndim);
}

/** A copy with the order reversed along the dimensions whose bits are set. */
function flipDims(self: Tensor, chosen: u64): Tensor {
  const out = emptyLikeAs(self, self.dtype, MemoryFormat.PRESERVE);
  const ndim = self.ndim as i32;
  const from = changetype<usize>(out) ? scratch(((ndim as u64) << 2) + 4) : 0;
  if (!from) {
    release(out);
    return NONE;
  }
  if (out.numel == 0) return out;
  const shift = dtypeShift(self.dtype);
  let src = self.data;
  for (let i = 0; i < ndim; i++) {
    const stride = self.stride(i);
    const flipped = ((chosen >> (i as u64)) & 1) != 0;
    put(from, i, flipped ? -stride : stride);
    if (flipped) src += (((self.size(i) - 1) * stride) as usize) << shift;
  }
  copyStrided(out.data, src, shift as i32, ndim, out.dims, out.dims + ((ndim as usize) << 2), from);
  return out;
}

export function flip(self: Tensor, dims: List): Tensor {
  let chosen: u64 = 0;
  for (let i: i32 = 0; i < (dims.length as i32); i++) {
    const d = wrapDim(dims.int(i), self.ndim);
    if (d < 0) return NONE;
    const bit: u64 = (1 as u64) << (d as u64);
    if ((chosen & bit) != 0) return repeated(d);
    chosen |= bit;
  }
  return flipDims(self, chosen);
}

function repeated(d: i32): Tensor {
  fail(ErrorCode.REPEATED_DIM);
  factInt(d);
  return NONE;
}

/** True when `t` has at least `least` dimensions; else records NDIM. */
function hasDims(t: Tensor, least: i32): bool {
  if ((t.ndim as i32) >= least) return true;
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(least);
  factShape(t);
  return false;
}

export function fliplr(self: Tensor): Tensor {
  return hasDims(self, 2) ? flipDims(self, 2) : NONE;
}

export function flipud(self: Tensor): Tensor {
  return hasDims(self, 1) ? flipDims(self, 1) : NONE;
}

/** Turned by `k` right angles in the plane of two dimensions, from the first towards the second. */
export function rot90(self: Tensor, k: i64, dims: List): Tensor {
  if (dims.length != 2) {
    fail(ErrorCode.BAD_ARITY);
    factInt(2);
    factInt(dims.length);
    return NONE;
  }
  const a = hasDims(self, 2) ? wrapDim(dims.int(0), self.ndim) : -1;
  const b = a < 0 ? -1 : wrapDim(dims.int(1), self.ndim);
  if (b < 0) return NONE;
  if (a == b) return repeated(a);
  const turns = (((k % 4) + 4) % 4) as i32;
  const first = (1 as u64) << (a as u64);
  const second = (1 as u64) << (b as u64);
  if (turns == 0) return cloneAs(self, MemoryFormat.CONTIGUOUS);
  if (turns == 2) return flipDims(self, first | second);
  const flipped = flipDims(self, turns == 1 ? second : first);
  if (!changetype<usize>(flipped)) return flipped;
  const turned = transposeInPlace(flipped, a, b);
  release(flipped);
  return turned;
}

/** A copy in which place i of dimension `d` moved to i + shift, around the end. */
function rollDim(self: Tensor, d: i32, shift: i64): Tensor {
  const size = self.size(d) as i64;
  if (self.numel == 0) return cloneAs(self, MemoryFormat.PRESERVE);
  const start = (((-shift % size) + size) % size) as i32;
  const tail = sliceAt(self, d, start, (size as i32) - start, 1);
  const head = changetype<usize>(tail) ? sliceAt(self, d, 0, start, 1) : NONE;
  let out = NONE;
  if (changetype<usize>(head)) {
    const format = suggestFormat(tail);
    const same = format == suggestFormat(head);
    out = emptyAs(self.dtype, self.dims, self.ndim, same ? format : MemoryFormat.CONTIGUOUS);
    if (changetype<usize>(out)) {
      const done = writePart(out, d, 0, tail) && writePart(out, d, (size as i32) - start, head);
      if (!done) out = NONE;
    }
  }
  release(tail);
  release(head);
  return out;
}

export function roll(self: Tensor, shifts: List, dims: List): Tensor {
  if (shifts.length == 0) {
    fail(ErrorCode.EMPTY_CONTAINER);
    return NONE;
  }
  if (dims.length == 0 && shifts.length == 1) return rollFlat(self, shifts.int(0));
  if (dims.length != shifts.length) {
    fail(ErrorCode.BAD_ARITY);
    factInt(shifts.length);
    factInt(dims.length);
    return NONE;
  }
  let t = self;
  for (let i: i32 = 0; i < (dims.length as i32); i++) {
    const d = t.numel == 0 ? 0 : wrapDimOf(dims.int(i), t);
    const next = d < 0 ? NONE : rollDim(t, d, shifts.int(i));
    if (i > 0) release(t);
    if (!changetype<usize>(next)) return next;
    t = next;
  }
  return t;
}

/** Without dimensions: rolled as one row of all elements. */
function rollFlat(self: Tensor, shift: i64): Tensor {
  const whole = contiguousCopy(self);
  const sizes = changetype<usize>(whole) ? scratch(4) : 0;
  if (!sizes) {
    release(whole);
    return NONE;
  }
  put(sizes, 0, self.numel);
  const row = reshapeSizes(whole, sizes, 1);
  release(whole);
  if (!changetype<usize>(row)) return row;
  const rolled = rollDim(row, 0, shift);
  release(row);
  if (!changetype<usize>(rolled)) return rolled;
  const out = reshapeSizes(rolled, self.dims, self.ndim);
  release(rolled);
  return out;
}
