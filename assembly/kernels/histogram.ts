// Counting: bincount, histc, histogram, histogramdd. Counts and weights are summed in float64 and rounded once.

import { List, newList } from "../core/containers";
import { DType, isIntegral } from "../core/dtype";
import { badValue, factFloat, factInt, factShape, fail } from "../core/error";
import { Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { empty, isNone, MAX_DIMS, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs, contiguousCopy } from "./copy";
import { refuse } from "./engine/pointwise";
import { mismatch, sameDtype } from "./engine/product";
import { linspace } from "./ranges";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

function setSize(i: i32, value: i32): void {
  store<i32>(sizes + ((i as usize) << 2), value);
}

function badNdim(arg: i32, want: i32, t: Tensor): bool {
  fail(ErrorCode.NDIM);
  factInt(arg);
  factInt(want);
  factShape(t);
  return false;
}

/** Number of bins for the int64 values in the contiguous `t`, at least `least`; -1 with BAD_VALUE recorded. */
function binsFor(t: Tensor, least: i64): i64 {
  let bins = least;
  for (let i: u32 = 0; i < t.numel; i++) {
    const n = load<i64>(t.data + ((i as usize) << 3));
    if (n < 0) {
      badValue(0, n);
      return -1;
    }
    if (n >= bins) bins = n == i64.MAX_VALUE ? n : n + 1;
  }
  if (bins <= 0x7fff_ffff) return bins;
  fail(ErrorCode.TOO_MANY_ELEMENTS);
  factInt(bins);
  return -1;
}

/** How often each number occurs, or the sums of the weights. */
export function bincount(self: Tensor, weights: Tensor, minlength: i64): Tensor {
  if (!isIntegral(self.dtype)) return refuse(self.dtype);
  if (minlength < 0) {
    badValue(2, minlength);
    return NONE;
  }
  if (self.ndim != 1 && self.numel) {
    badNdim(0, 1, self);
    return NONE;
  }
  if (!isNone(weights) && (weights.ndim != 1 || weights.numel != self.numel)) {
    mismatch(ErrorCode.SIZE_MISMATCH, self, weights);
    return NONE;
  }
  const places = contiguousAs(self, DType.INT64);
  const bins = isNone(places) ? -1 : binsFor(places, minlength);
  const w = bins < 0 || isNone(weights) || !self.numel ? NONE : contiguousAs(weights, DType.FLOAT64);
  let out = NONE;
  if (bins >= 0 && (isNone(weights) || !self.numel || !isNone(w))) {
    setSize(0, bins as i32);
    out = empty(isNone(w) ? DType.INT64 : DType.FLOAT64, sizes, 1);
  }
  if (!isNone(out)) {
    memory.fill(out.data, 0, (out.numel as usize) << 3);
    for (let i: usize = 0; i < (self.numel as usize); i++) {
      const at = out.data + ((load<i64>(places.data + (i << 3)) as usize) << 3);
      if (isNone(w)) store<i64>(at, load<i64>(at) + 1);
      else store<f64>(at, load<f64>(at) + load<f64>(w.data + (i << 3)));
    }
  }
  if (!isNone(w) && weights.dtype == DType.FLOAT32 && !isNone(out)) {
    const narrow = contiguousAs(out, DType.FLOAT32);
    release(out);
    out = narrow;
  }
  release(w);
  release(places);
  return out;
}

/** How a place among the edges is found. */
const enum Search {
  /** By division, for edges that are evenly spaced. */
  EVEN = 0,
  /** By division, then corrected by the neighbouring edges. */
  NEAR = 1,
  /** By binary search. */
  ANY = 2,
}

/** Edges of each dimension: what the kernels below work on. */
const edges: usize = memory.data(256, 16); // Tensor[MAX_DIMS]

function edgesOf(d: i32): Tensor {
  return changetype<Tensor>(load<u32>(edges + ((d as usize) << 2)) as usize);
}

function setEdges(d: i32, t: Tensor): void {
  store<u32>(edges + ((d as usize) << 2), changetype<usize>(t) as u32);
}

function releaseEdges(count: i32): void {
  for (let d = 0; d < count; d++) release(edgesOf(d));
}

/** First of the places [low, high) whose edge is above `x`. */
function above<T extends number>(at: usize, low: i64, high: i64, x: T): i64 {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x < load<T>(at + (middle as usize) * sizeof<T>())) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The bin of `x` among `n` edges; -1 outside of them and for NaN. The last bin has its right edge too. */
function binOf<T extends number>(at: usize, n: i64, x: T, how: Search): i64 {
  const first = load<T>(at);
  const last = load<T>(at + ((n - 1) as usize) * sizeof<T>());
  if (!(x >= first && x <= last)) return -1;
  let place: i64;
  if (how == Search.ANY) {
    place = above<T>(at, 0, n, x) - 1;
  } else {
    place = (((((x - first) as T) * ((n - 1) as T)) as T) / ((last - first) as T)) as T as i64;
    if (how == Search.NEAR) place = above<T>(at, max<i64>(0, place - 1), min<i64>(place + 2, n), x) - 1;
  }
  return place == n - 1 ? place - 1 : place;
}

/** Adds the rows of `points` ([rows, dims], contiguous) or their weights up in the f64 `sums`. */
function fillBins<T extends number>(
  points: Tensor,
  dims: i32,
  weight: Tensor,
  how: Search,
  sums: usize,
): void {
  let at = points.data;
  const rows: usize = dims ? points.numel / dims : 0;
  for (let i: usize = 0; i < rows; i++) {
    let bin: i64 = 0;
    for (let d = 0; d < dims; d++) {
      const e = edgesOf(d);
      const place = binOf<T>(e.data, e.numel, load<T>(at + d * sizeof<T>()), how);
      if (place < 0) {
        bin = -1;
        break;
      }
      bin = bin * ((e.numel - 1) as i64) + place;
    }
    at += dims * sizeof<T>();
    if (bin < 0) continue;
    const to = sums + ((bin as usize) << 3);
    const by = isNone(weight) ? 1.0 : (load<T>(weight.data + i * sizeof<T>()) as f64);
    store<f64>(to, load<f64>(to) + by);
  }
}

/** Makes `sums` densities: divided by their sum and by the lengths of the bins in every dimension. */
function toDensity<T extends number>(sums: usize, count: usize, dims: i32): void {
  let total: f64 = 0;
  for (let i: usize = 0; i < count; i++) total += load<f64>(sums + (i << 3));
  for (let i: usize = 0; i < count; i++) {
    let value = load<f64>(sums + (i << 3)) / total;
    let rest = i;
    for (let d = dims - 1; d >= 0; d--) {
      const e = edgesOf(d);
      const at = e.data + (rest % ((e.numel - 1) as usize)) * sizeof<T>();
      rest /= (e.numel - 1) as usize;
      value /= (load<T>(at + sizeof<T>()) - load<T>(at)) as T as f64;
    }
    store<f64>(sums + (i << 3), value);
  }
}

/** The histogram of `points` over the edges that are set, of which there are `dims`. */
function histogramOf(points: Tensor, dims: i32, weight: Tensor, density: bool, how: Search): Tensor {
  for (let d = 0; d < dims; d++) setSize(d, (edgesOf(d).numel as i32) - 1);
  const out = empty(points.dtype, sizes, dims);
  if (isNone(out)) return out;
  const count = dims ? (out.numel as usize) : 0;
  const sums = scratch(((count as u64) << 3) + 8);
  if (!sums) {
    release(out);
    return NONE;
  }
  memory.fill(sums, 0, count << 3);
  const wide = points.dtype == DType.FLOAT64;
  if (count) {
    if (wide) fillBins<f64>(points, dims, weight, how, sums);
    else fillBins<f32>(points, dims, weight, how, sums);
    if (density && wide) toDensity<f64>(sums, count, dims);
    else if (density) toDensity<f32>(sums, count, dims);
  } else if (dims == 0) {
    if (wide) store<f64>(out.data, 0);
    else store<f32>(out.data, 0);
  }
  for (let i: usize = 0; i < count; i++) {
    const value = load<f64>(sums + (i << 3));
    if (wide) store<f64>(out.data + (i << 3), value);
    else store<f32>(out.data + (i << 2), value as f32);
  }
  return out;
}

let least: f64 = 0;
let most: f64 = 0;

/** The extremes of column `d` of `points` ([rows, dims]): NaN where there is one; 0 and 1 where there are no rows. */
function findRange(points: Tensor, dims: i32, d: i32): void {
  least = points.numel ? Infinity : 0;
  most = points.numel ? -Infinity : 1;
  const wide = points.dtype == DType.FLOAT64;
  for (let i: u32 = d; i < points.numel; i += dims) {
    const x = wide ? load<f64>(points.data + (i << 3)) : (load<f32>(points.data + (i << 2)) as f64);
    least = min<f64>(least, x);
    most = max<f64>(most, x);
  }
}

/** False with RANGE recorded unless `least` and `most` are finite and in order. */
function checkRange(strict: bool): bool {
  const finite = abs(least) < Infinity && abs(most) < Infinity;
  if (finite && (strict ? least < most : least <= most)) return true;
  fail(ErrorCode.RANGE);
  factFloat(least);
  factFloat(most);
  factFloat(0);
  return false;
}

const slots: usize = memory.data(96, 16); // start, end, dtype, and three that are None

/** `bins` + 1 evenly spaced edges from `least` to `most`; NONE with an error recorded. */
function evenEdges(bins: i64, dtype: DType): Tensor {
  if (bins <= 0) {
    badValue(1, bins);
    return NONE;
  }
  const v = changetype<Value>(slots);
  v.set(Tag.FLOAT, reinterpret<i64>(least));
  v.at(1).set(Tag.FLOAT, reinterpret<i64>(most));
  v.at(2).setInt(dtype);
  for (let i = 3; i < 6; i++) v.at(i).setNone();
  return linspace(v, v.at(1), min<i64>(bins, i32.MAX_VALUE as i64) + 1, v.at(2), v.at(3), v.at(4), v.at(5));
}

/** `points` as contiguous rows of floats, whatever its shape; NONE with DTYPE recorded for other types. */
function pointsOf(self: Tensor): Tensor {
  if (self.dtype != DType.FLOAT32 && self.dtype != DType.FLOAT64) return refuse(self.dtype);
  return contiguousCopy(self);
}

export function histc(self: Tensor, bins: i64, low: Value, high: Value): Tensor {
  const points = pointsOf(self);
  if (isNone(points)) return NONE;
  least = low.asFloat;
  most = high.asFloat;
  if (least == most && points.numel) findRange(points, 1, 0);
  if (least == most) {
    least -= 1;
    most += 1;
  }
  const e = checkRange(true) ? evenEdges(bins, points.dtype) : NONE;
  setEdges(0, e);
  const out = isNone(e) ? NONE : histogramOf(points, 1, NONE, false, Search.EVEN);
  release(e);
  release(points);
  return out;
}

/** The range of column `d`: two numbers of `range`, or the extremes of the points. */
function chooseRange(points: Tensor, dims: i32, d: i32, range: List): bool {
  if (!changetype<usize>(range)) {
    findRange(points, dims, d);
  } else if ((range.length as i32) != 2 * dims) {
    fail(ErrorCode.BAD_ARITY);
    factInt(2 * dims);
    factInt(range.length);
    return false;
  } else {
    least = range.at(2 * d).float;
    most = range.at(2 * d + 1).float;
  }
  if (!checkRange(false)) return false;
  if (least == most) {
    least -= 0.5;
    most += 0.5;
  }
  return true;
}

/** True when `weight` (or NONE) has one number for each of `rows` points, in a shape like `self`'s first `ndim` sizes. */
function checkWeight(self: Tensor, weight: Tensor, ndim: i32): bool {
  if (isNone(weight)) return true;
  if (!sameDtype(self, weight)) return false;
  let fits = max(weight.ndim as i32, 1) == max(ndim, 1);
  for (let i = 0; fits && i < (weight.ndim as i32); i++)
    fits = weight.size(i) == (i < ndim ? self.size(i) : 1);
  return fits || mismatch(ErrorCode.SIZE_MISMATCH, self, weight);
}

/** Runs it over the edges that are set; both results for r, the edges as tensor, or as list for `many`. */
function run(
  self: Tensor,
  dims: i32,
  weight: Tensor,
  density: bool,
  how: Search,
  many: bool,
  r: Value,
): void {
  const points = pointsOf(self);
  const w = isNone(points) || isNone(weight) ? NONE : contiguousCopy(weight);
  if (!isNone(points) && (isNone(weight) || !isNone(w))) {
    r.at(0).setTensor(histogramOf(points, dims, w, density, how));
  }
  release(points);
  release(w);
  if (!many) {
    r.at(1).setTensor(retain(edgesOf(0)));
    return;
  }
  const list = newList(dims);
  r.at(1).setObject(Tag.LIST, changetype<usize>(list));
  if (!changetype<usize>(list)) return;
  for (let d = 0; d < dims; d++) list.at(d).setTensor(retain(edgesOf(d)));
}

export function histogramCount(
  self: Tensor,
  bins: i64,
  range: List,
  weight: Tensor,
  density: bool,
  r: Value,
): void {
  const points = pointsOf(self);
  if (isNone(points)) return;
  if (isNone(weight) || (sameDtype(self, weight) && sameCount(self, weight))) {
    const e = chooseRange(points, 1, 0, range) ? evenEdges(bins, points.dtype) : NONE;
    setEdges(0, e);
    if (!isNone(e)) run(points, 1, weight, density, Search.NEAR, false, r);
    release(e);
  }
  release(points);
}

function sameCount(self: Tensor, weight: Tensor): bool {
  return self.numel == weight.numel || mismatch(ErrorCode.SIZE_MISMATCH, self, weight);
}

/** `bins` as edges of dimension `d`: contiguous, of `self`'s dtype, at least one; false with an error recorded. */
function takeEdges(self: Tensor, bins: Tensor, d: i32): bool {
  if (bins.ndim != 1 || bins.numel == 0) return badNdim(1, 1, bins);
  const e = sameDtype(self, bins) ? contiguousCopy(bins) : NONE;
  setEdges(d, e);
  return !isNone(e);
}

export function histogramEdges(self: Tensor, bins: Tensor, weight: Tensor, density: bool, r: Value): void {
  if (!isNone(weight) && !(sameDtype(self, weight) && sameCount(self, weight))) return;
  if (!takeEdges(self, bins, 0)) return;
  run(self, 1, weight, density, Search.ANY, false, r);
  release(edgesOf(0));
}

/** Number of dimensions of a histogram of `self`'s rows; -1 with an error recorded. */
function dimsOf(self: Tensor, weight: Tensor): i32 {
  if (self.ndim < 2) {
    badNdim(0, 2, self);
    return -1;
  }
  const dims = self.size((self.ndim as i32) - 1);
  if (dims > MAX_DIMS) {
    fail(ErrorCode.TOO_MANY_DIMS);
    factInt(dims);
    return -1;
  }
  return checkWeight(self, weight, (self.ndim as i32) - 1) ? dims : -1;
}

/** The histogram over `bins.int(d)`, or `count` where there is no list, even bins in every dimension. */
function evenBins(
  self: Tensor,
  bins: List,
  count: i64,
  range: List,
  weight: Tensor,
  density: bool,
  r: Value,
): void {
  const dims = dimsOf(self, weight);
  const points = dims < 0 ? NONE : pointsOf(self);
  if (isNone(points)) return;
  const lists = changetype<usize>(bins) != 0;
  let made = 0;
  if (!lists || checkCount(bins, dims)) {
    for (; made < dims; made++) {
      if (!chooseRange(points, dims, made, range)) break;
      setEdges(made, evenEdges(lists ? bins.int(made) : count, points.dtype));
      if (isNone(edgesOf(made))) break;
    }
    if (made == dims) run(points, dims, weight, density, Search.NEAR, true, r);
  }
  releaseEdges(made);
  release(points);
}

function checkCount(bins: List, dims: i32): bool {
  if ((bins.length as i32) == dims) return true;
  fail(ErrorCode.BAD_ARITY);
  factInt(dims);
  factInt(bins.length);
  return false;
}

export function histogramdd(
  self: Tensor,
  bins: List,
  range: List,
  weight: Tensor,
  density: bool,
  r: Value,
): void {
  evenBins(self, bins, 0, range, weight, density, r);
}

export function histogramddCount(
  self: Tensor,
  bins: i64,
  range: List,
  weight: Tensor,
  density: bool,
  r: Value,
): void {
  evenBins(self, changetype<List>(0), bins, range, weight, density, r);
}

export function histogramddEdges(
  self: Tensor,
  bins: List,
  range: List,
  weight: Tensor,
  density: bool,
  r: Value,
): void {
  const dims = dimsOf(self, weight);
  if (dims < 0 || !checkCount(bins, dims)) return;
  let made = 0;
  while (made < dims && takeEdges(self, bins.tensor(made), made)) made++;
  if (made == dims) run(self, dims, weight, density, Search.ANY, true, r);
  releaseEdges(made);
}
