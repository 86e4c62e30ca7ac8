// Places where something holds: nonzero, where with a condition alone, masked_select, masked_scatter.

import { List } from "../core/containers";
import { DType, dtypeShift } from "../core/dtype";
import { factDtype, factShape, fail } from "../core/error";
import { MemoryFormat, memoryOrder } from "../core/layout";
import { scratch } from "../core/scratch";
import { alias, empty, NONE, release, retain, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { cloneAs } from "./clone";
import { contiguousAs, convertCopy } from "./copy";
import { expandTo, unsqueeze } from "./dims";
import { checkNoInternalOverlap, Sharing, sharing } from "./engine/overlap";
import { broadcastNdim, broadcastPair, unbind } from "./split";

const one: usize = memory.data(16, 16);

/** How many of `n` truth bytes are not 0. */
function countTrue(at: usize, n: u32): u32 {
  let count: u32 = 0;
  for (const end = at + (n as usize); at < end; at++) count += load<u8>(at) != 0 ? 1 : 0;
  return count;
}

/** The places of elements that are not zero, a row of coordinates each; one column after another in memory. */
export function nonzero(self: Tensor): Tensor {
  const truth = contiguousAs(self, DType.BOOL);
  if (!changetype<usize>(truth)) return truth;
  const ndim = self.ndim as i32;
  const count = countTrue(truth.data, truth.numel);
  store<i32>(one, count);
  store<i32>(one, ndim, 4);
  const out = empty(DType.INT64, one, 2);
  const position = changetype<usize>(out) ? scratch(((ndim as u64) << 2) + 4) : 0;
  if (position) {
    out.setStride(0, 1);
    out.setStride(1, count);
    if (out.numel) writePlaces(truth, out, position);
    release(truth);
    return out;
  }
  release(truth);
  release(out);
  return NONE;
}

function writePlaces(truth: Tensor, out: Tensor, position: usize): void {
  const ndim = truth.ndim as i32;
  const column = (out.size(0) as usize) << 3;
  memory.fill(position, 0, (ndim as usize) << 2);
  let to = out.data;
  const end = truth.data + (truth.numel as usize);
  for (let at = truth.data; at < end; at++) {
    if (load<u8>(at)) {
      for (let d = 0; d < ndim; d++) {
        store<i64>(to + (d as usize) * column, load<i32>(position + ((d as usize) << 2)));
      }
      to += 8;
    }
    for (let d = ndim - 1; d >= 0; d--) {
      const p = position + ((d as usize) << 2);
      const next = load<i32>(p) + 1;
      store<i32>(p, next < truth.size(d) ? next : 0);
      if (next < truth.size(d)) break;
    }
  }
}

/** The coordinates as one vector per dimension. */
export function nonzeroNumpy(self: Tensor): List {
  const t = self.ndim ? retain(self) : unsqueeze(self, 0);
  const places = changetype<usize>(t) ? nonzero(t) : NONE;
  release(t);
  if (!changetype<usize>(places)) return changetype<List>(0);
  const columns = unbind(places, 1);
  release(places);
  return columns;
}

/** True when `mask` holds truth values: bool or uint8. */
function checkMask(mask: Tensor): bool {
  if (mask.dtype == DType.BOOL || mask.dtype == DType.UINT8) return true;
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(mask.dtype);
  factDtype(DType.BOOL);
  return false;
}

function moveOne(to: usize, from: usize, shift: usize): void {
  if (shift == 2) store<u32>(to, load<u32>(from));
  else if (shift == 3) store<u64>(to, load<u64>(from));
  else if (shift == 1) store<u16>(to, load<u16>(from));
  else store<u8>(to, load<u8>(from));
}

/** The elements where the mask is true, in row-major order; both are broadcast. */
export function maskedSelect(self: Tensor, mask: Tensor): Tensor {
  if (!checkMask(mask)) return NONE;
  const sizes = broadcastPair(self, mask);
  if (!sizes) return NONE;
  const wide = expandTo(self, sizes, broadcastNdim, false);
  const wideMask = changetype<usize>(wide) ? expandTo(mask, sizes, broadcastNdim, false) : NONE;
  const source = changetype<usize>(wideMask) ? contiguousAs(wide, self.dtype) : NONE;
  const truth = changetype<usize>(source) ? contiguousAs(wideMask, DType.BOOL) : NONE;
  let out = NONE;
  if (changetype<usize>(truth)) {
    store<i32>(one, countTrue(truth.data, truth.numel));
    out = empty(self.dtype, one, 1);
    if (changetype<usize>(out)) pick(out, source, truth);
  }
  release(wide);
  release(wideMask);
  release(source);
  release(truth);
  return out;
}

function pick(out: Tensor, source: Tensor, truth: Tensor): void {
  const shift = dtypeShift(out.dtype);
  let to = out.data;
  for (let i: usize = 0; i < (truth.numel as usize); i++) {
    if (!load<u8>(truth.data + i)) continue;
    moveOne(to, source.data + (i << shift), shift);
    to += (1 as usize) << shift;
  }
}

/** A view of `t` whose dimensions are sorted by the strides of `like`, of the same sizes, the largest first. */
function inMemoryOrder(t: Tensor, like: Tensor): Tensor {
  const v = alias(t);
  if (!changetype<usize>(v)) return v;
  const ndim = t.ndim as i32;
  const order = memoryOrder(like, like.dims + ((ndim as usize) << 2), 1);
  for (let i = 0; i < ndim; i++) {
    const d = load<i32>(order + ((i as usize) << 2));
    v.setSize(ndim - 1 - i, t.size(d));
    v.setStride(ndim - 1 - i, t.stride(d));
  }
  return v;
}

/** The source's elements go to masked places in the order of these in memory, as PyTorch's iterator meets them. */
export function maskedScatterInPlace(self: Tensor, mask: Tensor, source: Tensor): Tensor {
  if (!checkMask(mask)) return NONE;
  if (source.dtype != self.dtype) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(self.dtype);
    factDtype(source.dtype);
    return NONE;
  }
  if (!checkNoInternalOverlap(self)) return NONE;
  if (sharing(self, source) == Sharing.PARTIAL || sharing(self, mask) == Sharing.PARTIAL) {
    fail(ErrorCode.OVERLAP);
    return NONE;
  }
  const wide = expandTo(mask, self.dims, self.ndim, false);
  const ordered = changetype<usize>(wide) ? inMemoryOrder(self, self) : NONE;
  const orderedMask = changetype<usize>(ordered) ? inMemoryOrder(wide, self) : NONE;
  const truth = changetype<usize>(orderedMask) ? contiguousAs(orderedMask, DType.BOOL) : NONE;
  // What is written may lie in the source's own memory.
  const apart = sharing(self, source) == Sharing.MAYBE || self.storage == source.storage;
  const values = !changetype<usize>(truth)
    ? NONE
    : apart
      ? convertCopy(source, source.dtype)
      : contiguousAs(source, source.dtype);
  const done = changetype<usize>(values) != 0 && spread(ordered, truth, values);
  release(wide);
  release(ordered);
  release(orderedMask);
  release(truth);
  release(values);
  return done ? retain(self) : NONE;
}

/** Writes `values` one after another to where `truth` holds; false with SIZE_MISMATCH recorded when they run out. */
function spread(self: Tensor, truth: Tensor, values: Tensor): bool {
  if (countTrue(truth.data, truth.numel) > values.numel) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(truth);
    factShape(values);
    return false;
  }
  const ndim = self.ndim as i32;
  const position = scratch(((ndim as u64) << 2) + 4);
  if (!position) return false;
  memory.fill(position, 0, (ndim as usize) << 2);
  const shift = dtypeShift(self.dtype);
  let to = self.data;
  let from = values.data;
  const end = truth.data + (truth.numel as usize);
  for (let at = truth.data; at < end; at++) {
    if (load<u8>(at)) {
      moveOne(to, from, shift);
      from += (1 as usize) << shift;
    }
    for (let d = ndim - 1; d >= 0; d--) {
      const p = position + ((d as usize) << 2);
      const next = load<i32>(p) + 1;
      const step = self.stride(d) << (shift as i32);
      if (next < self.size(d)) {
        store<i32>(p, next);
        to += step;
        break;
      }
      store<i32>(p, 0);
      to -= (next - 1) * step;
    }
  }
  return true;
}

export function maskedScatter(self: Tensor, mask: Tensor, source: Tensor): Tensor {
  const sizes = broadcastPair(self, mask);
  if (!sizes) return NONE;
  const wide = expandTo(self, sizes, broadcastNdim, false);
  if (!changetype<usize>(wide)) return wide;
  const out = cloneAs(wide, MemoryFormat.CONTIGUOUS);
  release(wide);
  if (!changetype<usize>(out)) return out;
  const done = maskedScatterInPlace(out, mask, source);
  release(out);
  return done;
}
