// Largest and smallest elements over dimensions, and where they are. A NaN counts as larger and as smaller than any
// number; among equals the first counts.

import { List } from "../core/containers";
import { DType } from "../core/dtype";
import { isNone, NONE, newView, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { Loop } from "./engine/blocks";
import { Compute, computeOf } from "./engine/convert";
import { hasElements, reducedTensor, selectAll, selectDim, selectDims } from "./engine/dims";
import { fillF64, fillI64, lanesPass } from "./engine/fold";
import { placePass } from "./engine/place";
import { noLoop } from "./engine/pointwise";
import { reduceBegin, reduceRun } from "./engine/reduce";
import { reduced } from "./engine/reduced";
import { finishStates } from "./engine/sum";

export class Largest {
  @inline v(a: v128, x: v128): v128 {
    return f32x4.pmax(a, x);
  }
  @inline d(a: f64, x: f64): f64 {
    return max<f64>(a, x);
  }
  @inline n(a: i64, x: i64): i64 {
    return max<i64>(a, x);
  }
  @inline beats(a: v128, x: v128): v128 {
    return v128.or(f32x4.gt(x, a), v128.andnot(f32x4.ne(x, x), f32x4.ne(a, a)));
  }
  @inline beatsFloat(a: f64, x: f64): bool {
    return x > a || (x != x && a == a);
  }
  @inline beatsInt(a: i64, x: i64): bool {
    return x > a;
  }
}

export class Smallest {
  @inline v(a: v128, x: v128): v128 {
    return f32x4.pmin(a, x);
  }
  @inline d(a: f64, x: f64): f64 {
    return min<f64>(a, x);
  }
  @inline n(a: i64, x: i64): i64 {
    return min<i64>(a, x);
  }
  @inline beats(a: v128, x: v128): v128 {
    return v128.or(f32x4.lt(x, a), v128.andnot(f32x4.ne(x, x), f32x4.ne(a, a)));
  }
  @inline beatsFloat(a: f64, x: f64): bool {
    return x < a || (x != x && a == a);
  }
  @inline beatsInt(a: i64, x: i64): bool {
    return x < a;
  }
}

/** Adds the pass that finds the largest of mapped elements of compute type `c`. */
export function largestPass(map: Loop, c: Compute): void {
  lanesPass<Largest>(
    map,
    c,
    (state, w) => {
      fillF64(state, w, -Infinity);
    },
    (state, w) => {
      fillI64(state, w, i64.MIN_VALUE);
    },
  );
}

/** Adds the pass that finds the smallest of mapped elements of compute type `c`. */
export function smallestPass(map: Loop, c: Compute): void {
  lanesPass<Smallest>(
    map,
    c,
    (state, w) => {
      fillF64(state, w, Infinity);
    },
    (state, w) => {
      fillI64(state, w, i64.MAX_VALUE);
    },
  );
}

function finishBoth(state: usize, w: usize, out: usize, second: usize): void {
  memory.copy(out, state, w << 3);
  memory.copy(second, state + (w << 3), w << 3);
}

function finishPlace(state: usize, w: usize, out: usize, second: usize): void {
  memory.copy(out, state + (w << 3), w << 3);
}

/** The compute type of the states for elements of `dtype`. */
function statesOf(dtype: DType): Compute {
  return computeOf(dtype) == Compute.I64 ? Compute.I64 : Compute.F64;
}

/** Extreme values over the selected dimensions. */
function values(self: Tensor, keepdim: bool, largest: bool): Tensor {
  if (!hasElements(self)) return NONE;
  const dtype = self.dtype as DType;
  const c = computeOf(dtype);
  reduceBegin();
  if (largest) largestPass(noLoop, c);
  else smallestPass(noLoop, c);
  return reduced(self, keepdim, dtype, c, statesOf(dtype), finishStates);
}

/** Places of extreme values over the selected dimensions. */
function places(self: Tensor, keepdim: bool, largest: bool): Tensor {
  if (!hasElements(self)) return NONE;
  const c = computeOf(self.dtype as DType);
  reduceBegin();
  if (largest) placePass<Largest>(c);
  else placePass<Smallest>(c);
  return reduced(self, keepdim, DType.INT64, c, Compute.I64, finishPlace);
}

/** Values and places along one dimension, as r.at(0) and r.at(1). */
function both(self: Tensor, dim: i64, keepdim: bool, largest: bool, r: Value): void {
  if (!selectDim(self, dim) || !hasElements(self)) return;
  const dtype = self.dtype as DType;
  const c = computeOf(dtype);
  const out = reducedTensor(self, keepdim, dtype);
  const indices = isNone(out) ? NONE : reducedTensor(self, keepdim, DType.INT64);
  r.at(0).setTensor(out);
  r.at(1).setTensor(indices);
  if (isNone(indices)) return;
  reduceBegin();
  if (largest) placePass<Largest>(c);
  else placePass<Smallest>(c);
  reduceRun(self, c, finishBoth, out, statesOf(dtype), indices, Compute.I64);
}

export function maxAll(self: Tensor): Tensor {
  selectAll(self);
  return values(self, false, true);
}

export function minAll(self: Tensor): Tensor {
  selectAll(self);
  return values(self, false, false);
}

export function amax(self: Tensor, dims: List, keepdim: bool): Tensor {
  return selectDims(self, dims) ? values(self, keepdim, true) : NONE;
}

export function amin(self: Tensor, dims: List, keepdim: bool): Tensor {
  return selectDims(self, dims) ? values(self, keepdim, false) : NONE;
}

export function maxDim(self: Tensor, dim: i64, keepdim: bool, r: Value): void {
  both(self, dim, keepdim, true, r);
}

export function minDim(self: Tensor, dim: i64, keepdim: bool, r: Value): void {
  both(self, dim, keepdim, false, r);
}

function selectMaybe(self: Tensor, dim: Value): bool {
  if (!dim.isNone) return selectDim(self, dim.int);
  selectAll(self);
  return true;
}

export function argmax(self: Tensor, dim: Value, keepdim: bool): Tensor {
  return selectMaybe(self, dim) ? places(self, keepdim, true) : NONE;
}

export function argmin(self: Tensor, dim: Value, keepdim: bool): Tensor {
  return selectMaybe(self, dim) ? places(self, keepdim, false) : NONE;
}

/** A 0-dimensional tensor, which is released, as a view of shape [1]. */
function oneDimensional(t: Tensor): Tensor {
  const v = isNone(t) ? NONE : newView(t, 1);
  release(t);
  if (isNone(v)) return NONE;
  v.setSize(0, 1);
  v.setStride(0, 1);
  return v;
}

export function aminmax(self: Tensor, dim: Value, keepdim: bool, r: Value): void {
  if (!selectMaybe(self, dim)) return;
  const smallest = values(self, keepdim, false);
  const largest = values(self, keepdim, true);
  // As PyTorch: a kept dimension of a 0-dimensional tensor is there afterwards.
  const grows = self.ndim == 0 && keepdim && !dim.isNone;
  r.at(0).setTensor(grows ? oneDimensional(smallest) : smallest);
  r.at(1).setTensor(grows ? oneDimensional(largest) : largest);
}
