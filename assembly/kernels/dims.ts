// Views that reorder, add, drop or repeat dimensions: permute, transpose, squeeze, unsqueeze, expand, and their kin.

import { List } from "../core/containers";
import { factInt, factShape, factSizes, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { clampI32, readInts, wrapDim } from "../core/shape";
import { alias, become, NONE, newView, release, retain, Tensor, updateNumel } from "../core/tensor";
import { ErrorCode } from "../errors.gen";

/** Turns `self` itself into the view just made of it, which is released: the in-place form of a view. */
export function turnInto(self: Tensor, v: Tensor): Tensor {
  if (!changetype<usize>(v)) return v;
  const done = become(self, v);
  release(v);
  return done ? retain(self) : NONE;
}

/** Dimension `i` of `v` becomes what dimension `d` of `t` is. */
function take(v: Tensor, i: i32, t: Tensor, d: i32): void {
  v.setSize(i, t.size(d));
  v.setStride(i, t.stride(d));
}

export function permute(self: Tensor, dims: List): Tensor {
  const ndim = self.ndim as i32;
  if ((dims.length as i32) != ndim) {
    fail(ErrorCode.NDIM);
    factInt(1);
    factInt(dims.length);
    factShape(self);
    return NONE;
  }
  const v = newView(self, ndim);
  if (!changetype<usize>(v)) return v;
  let seen: u64 = 0;
  for (let i = 0; i < ndim; i++) {
    const d = wrapDim(dims.int(i), ndim);
    const bit: u64 = (1 as u64) << (d as u64);
    if (d < 0 || (seen & bit) != 0) {
      if (d >= 0) repeated(d);
      release(v);
      return NONE;
    }
    seen |= bit;
    take(v, i, self, d);
  }
  return v;
}

function repeated(d: i32): void {
  fail(ErrorCode.REPEATED_DIM);
  factInt(d);
}

export function transpose(self: Tensor, dim0: i64, dim1: i64): Tensor {
  const a = wrapDim(dim0, self.ndim);
  const b = a < 0 ? -1 : wrapDim(dim1, self.ndim);
  if (b < 0) return NONE;
  const v = alias(self);
  if (changetype<usize>(v) && a != b) {
    take(v, a, self, b);
    take(v, b, self, a);
  }
  return v;
}

export function transposeInPlace(self: Tensor, dim0: i64, dim1: i64): Tensor {
  return turnInto(self, transpose(self, dim0, dim1));
}

/** Two dimensions swapped; tensors of fewer dimensions as they are. */
export function t(self: Tensor): Tensor {
  if (self.ndim <= 2) return transpose(self, 0, self.ndim == 2 ? 1 : 0);
  badNdim(self, 2);
  return NONE;
}

export function tInPlace(self: Tensor): Tensor {
  return turnInto(self, t(self));
}

function badNdim(self: Tensor, want: i32): void {
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(want);
  factShape(self);
}

/** All dimensions in reverse order. */
export function numpyT(self: Tensor): Tensor {
  const ndim = self.ndim as i32;
  const v = newView(self, ndim);
  if (!changetype<usize>(v)) return v;
  for (let i = 0; i < ndim; i++) take(v, i, self, ndim - 1 - i);
  return v;
}

/** The last two dimensions swapped, a 0-dimensional tensor as it is. */
export function mT(self: Tensor): Tensor {
  if (self.ndim == 0) return alias(self);
  if (self.ndim >= 2) return transpose(self, -2, -1);
  badNdim(self, 2);
  return NONE;
}

/** The transpose of a matrix; other tensors than 0- and 2-dimensional ones are refused. */
export function matrixH(self: Tensor): Tensor {
  if (self.ndim == 0) return alias(self);
  if (self.ndim == 2) return transpose(self, 0, 1);
  badNdim(self, 2);
  return NONE;
}

export function movedim(self: Tensor, source: List, destination: List): Tensor {
  const ndim = self.ndim as i32;
  const count = source.length as i32;
  if (source.length != destination.length) {
    fail(ErrorCode.BAD_ARITY);
    factInt(source.length);
    factInt(destination.length);
    return NONE;
  }
  const from = scratch((ndim as u64) + 1); // u8 per place: the dimension that goes there, or 255
  if (!from) return NONE;
  memory.fill(from, 255, ndim);
  let taken: u64 = 0;
  for (let i = 0; i < count; i++) {
    const s = wrapDim(source.int(i), ndim);
    const d = s < 0 ? -1 : wrapDim(destination.int(i), ndim);
    if (d < 0) return NONE;
    const bit: u64 = (1 as u64) << (s as u64);
    if ((taken & bit) != 0 || (ndim && load<u8>(from + (d as usize)) != 255)) {
      repeated((taken & bit) != 0 ? s : d);
      return NONE;
    }
    taken |= bit;
    store<u8>(from + (d as usize), s);
  }
  const v = alias(self);
  if (!changetype<usize>(v)) return v;
  let next: i32 = 0;
  for (let i = 0; i < ndim; i++) {
    let d: i32 = load<u8>(from + (i as usize));
    if (d == 255) {
      while ((taken >> (next as u64)) & 1) next++;
      d = next++;
    }
    take(v, i, self, d);
  }
  return v;
}

export function movedimInt(self: Tensor, source: i64, destination: i64): Tensor {
  const ndim = self.ndim as i32;
  const s = wrapDim(source, ndim);
  const d = s < 0 ? -1 : wrapDim(destination, ndim);
  if (d < 0) return NONE;
  const v = alias(self);
  if (!changetype<usize>(v)) return v;
  for (let i = min(s, d); i <= max(s, d) && ndim; i++) {
    take(v, i, self, i == d ? s : s < d ? i + 1 : i - 1);
  }
  return v;
}

/** `t` without those dimensions of size 1 whose bit is set. */
function squeezeDims(self: Tensor, chosen: u64): Tensor {
  let kept: i32 = 0;
  for (let i: i32 = 0; i < (self.ndim as i32); i++) kept += keeps(self, i, chosen) ? 1 : 0;
  const v = newView(self, kept);
  if (!changetype<usize>(v)) return v;
  kept = 0;
  for (let i: i32 = 0; i < (self.ndim as i32); i++) {
    if (keeps(self, i, chosen)) take(v, kept++, self, i);
  }
  return v;
}

function keeps(self: Tensor, i: i32, chosen: u64): bool {
  return self.size(i) != 1 || ((chosen >> (i as u64)) & 1) == 0;
}

export function squeeze(self: Tensor): Tensor {
  return squeezeDims(self, u64.MAX_VALUE);
}

export function squeezeInPlace(self: Tensor): Tensor {
  return turnInto(self, squeeze(self));
}

export function squeezeDim(self: Tensor, dim: i64): Tensor {
  const d = wrapDim(dim, self.ndim);
  return d < 0 ? NONE : squeezeDims(self, (1 as u64) << (d as u64));
}

export function squeezeDimInPlace(self: Tensor, dim: i64): Tensor {
  return turnInto(self, squeezeDim(self, dim));
}

export function squeezeDimList(self: Tensor, dim: List): Tensor {
  let chosen: u64 = 0;
  for (let i: i32 = 0; i < (dim.length as i32); i++) {
    const d = wrapDim(dim.int(i), self.ndim);
    if (d < 0) return NONE;
    const bit: u64 = (1 as u64) << (d as u64);
    if ((chosen & bit) != 0) {
      repeated(d);
      return NONE;
    }
    chosen |= bit;
  }
  return squeezeDims(self, chosen);
}

export function squeezeDimListInPlace(self: Tensor, dim: List): Tensor {
  return turnInto(self, squeezeDimList(self, dim));
}

export function unsqueeze(self: Tensor, dim: i64): Tensor {
  const ndim = self.ndim as i32;
  const d = wrapDim(dim, ndim + 1);
  const v = d < 0 ? NONE : newView(self, ndim + 1);
  if (!changetype<usize>(v)) return v;
  for (let i = 0; i < ndim; i++) take(v, i < d ? i : i + 1, self, i);
  v.setSize(d, 1);
  // As PyTorch: the new dimension steps over all that lies inside it.
  const step: i64 = d < ndim ? (self.size(d) as i64) * (self.stride(d) as i64) : 1;
  v.setStride(d, clampI32(step));
  return v;
}

export function unsqueezeInPlace(self: Tensor, dim: i64): Tensor {
  return turnInto(self, unsqueeze(self, dim));
}

/** A view of `t` repeated to `sizes`, in which -1 keeps a size (`keep`: the arguments may hold -1). */
export function expandTo(t: Tensor, sizes: usize, ndim: i32, keep: bool): Tensor {
  const pad = ndim - (t.ndim as i32);
  const v = pad < 0 ? NONE : newView(t, ndim);
  if (!changetype<usize>(v)) return pad < 0 ? cannotExpand(t, sizes, ndim) : NONE;
  for (let i = ndim - 1; i >= 0; i--) {
    const want = load<i32>(sizes + ((i as usize) << 2));
    const have = i >= pad ? t.size(i - pad) : 1;
    const size = want == -1 && keep && i >= pad ? have : want;
    if (size < 0 || (have != 1 && have != size)) {
      release(v);
      return cannotExpand(t, sizes, ndim);
    }
    v.setSize(i, size);
    if (i >= pad) v.setStride(i, have == size ? t.stride(i - pad) : 0);
    else v.setStride(i, size == 1 && t.ndim ? leadingStride(v, i) : 0);
  }
  if (updateNumel(v)) return v;
  release(v);
  return NONE;
}

/** What PyTorch gives a leading dimension of size 1: the step over the next one. */
function leadingStride(v: Tensor, i: i32): i32 {
  return clampI32((v.size(i + 1) as i64) * (v.stride(i + 1) as i64));
}

function cannotExpand(t: Tensor, sizes: usize, ndim: i32): Tensor {
  fail(ErrorCode.EXPAND);
  factShape(t);
  factSizes(sizes, ndim);
  return NONE;
}

export function expand(self: Tensor, size: List): Tensor {
  const sizes = readInts(size);
  return sizes ? expandTo(self, sizes, size.length, true) : NONE;
}

export function expandImplicit(self: Tensor, size: List, implicit: bool): Tensor {
  return expand(self, size);
}

export function expandAs(self: Tensor, other: Tensor): Tensor {
  return expandTo(self, other.dims, other.ndim, false);
}

/** 0-dimensional tensors become one-dimensional. */
export function atleast1d(self: Tensor): Tensor {
  return self.ndim ? retain(self) : unsqueeze(self, 0);
}

/** Fewer than two dimensions become two, new ones in front. */
export function atleast2d(self: Tensor): Tensor {
  if (self.ndim >= 2) return retain(self);
  return grow(atleast1d(self), 0);
}

/** Fewer than three dimensions become three: (n) as (1, n, 1), (m, n) as (m, n, 1). */
export function atleast3d(self: Tensor): Tensor {
  if (self.ndim >= 3) return retain(self);
  return grow(atleast2d(self), 2);
}

/** `t`, which is released, with one dimension more. */
function grow(t: Tensor, dim: i64): Tensor {
  if (!changetype<usize>(t)) return t;
  const v = unsqueeze(t, dim);
  release(t);
  return v;
}
