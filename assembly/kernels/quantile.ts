// Quantiles: sorted lines, read at fractional ranks.

import { Str } from "../core/containers";
import { DType, dtypeBytes } from "../core/dtype";
import { badValue, factInt, factShape, factText, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { wrapDim } from "../core/shape";
import { empty, isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousCopy } from "./copy";
import { reducedTensor, selectAll, selectDim } from "./engine/dims";
import { Lines, lineLength } from "./engine/lines";
import { refuse } from "./engine/pointwise";
import { sameDtype } from "./engine/product";
import { NAN_KEY, Sorter } from "./engine/sort";
import { reshapeSizes } from "./view";

const enum Between {
  LINEAR = 0,
  LOWER = 1,
  HIGHER = 2,
  MIDPOINT = 3,
  NEAREST = 4,
}

function named(text: Str): Between {
  const first: u32 = text.bytes > 2 ? load<u16>(text.text) : 0;
  if (text.bytes == 6 && first == 0x696c) return Between.LINEAR; // li
  if (text.bytes == 5 && first == 0x6f6c) return Between.LOWER; // lo
  if (text.bytes == 6 && first == 0x6968) return Between.HIGHER; // hi
  if (text.bytes == 8 && first == 0x696d) return Between.MIDPOINT; // mi
  if (text.bytes == 7 && first == 0x656e) return Between.NEAREST; // ne
  fail(ErrorCode.BAD_TEXT);
  factInt(4);
  factText(text.text, text.bytes);
  return -1 as Between;
}

/** The element of the present line that is number `rank` in order. */
function ranked<T extends number>(rank: usize): T {
  return load<T>(Lines.t + Sorter.place(rank) * Lines.step);
}

/** The quantile `q` of the present line of `n` sorted elements, of which `valid` are numbers. */
function quantileOf<T extends number>(q: T, n: usize, valid: usize, skips: bool, how: Between): T {
  let rank = 0 as T;
  if (skips) rank = valid ? ((q * ((valid - 1) as T)) as T) : (0 as T);
  else rank = valid < n ? ((n - 1) as T) : ((q * ((n - 1) as T)) as T);
  if (how == Between.LOWER) rank = floor<T>(rank);
  else if (how == Between.HIGHER) rank = ceil<T>(rank);
  else if (how == Between.NEAREST) rank = nearest<T>(rank);
  const below = ranked<T>(rank as usize);
  if (how != Between.LINEAR && how != Between.MIDPOINT) return below;
  const above = ranked<T>(ceil<T>(rank) as usize);
  const weight: T = how == Between.MIDPOINT ? (0.5 as T) : ((rank - floor<T>(rank)) as T);
  const span: T = (above - below) as T;
  return weight < (0.5 as T)
    ? ((below + ((weight * span) as T)) as T)
    : ((above - ((span * ((1 as T) - weight)) as T)) as T);
}

/** All quantiles of every line of `self` along `d` into `out`: [quantiles, lines]. */
function fillQuantiles<T extends number>(
  self: Tensor,
  d: i32,
  q: Tensor,
  skips: bool,
  how: Between,
  out: Tensor,
): bool {
  if (out.numel == 0) return true;
  const n = lineLength(self, d) as usize;
  if (!Sorter.begin(n) || !Lines.begin(self, d, NONE, NONE)) return false;
  const lines = out.numel / q.numel;
  do {
    Sorter.read(Lines.t, Lines.step, n, self.dtype, false);
    Sorter.sort(n);
    let valid = n;
    while (valid > 0 && Sorter.key(valid - 1) == NAN_KEY) valid--;
    for (let i: u32 = 0; i < q.numel; i++) {
      const value = quantileOf<T>(load<T>(q.data + i * sizeof<T>()), n, valid, skips, how);
      store<T>(out.data + (i * lines + Lines.index) * sizeof<T>(), value);
    }
  } while (Lines.next());
  return true;
}

/** True when every element of the contiguous `q` is a quantile; else records BAD_VALUE. */
function inRange(q: Tensor): bool {
  for (let i: u32 = 0; i < q.numel; i++) {
    const x = q.dtype == DType.FLOAT64 ? load<f64>(q.data + (i << 3)) : (load<f32>(q.data + (i << 2)) as f64);
    if (x >= 0 && x <= 1) continue;
    badValue(1, x as i64);
    return false;
  }
  return true;
}

const flat: usize = memory.data(16, 16);

function quantiles(self: Tensor, q: Tensor, dim: Value, keepdim: bool, how: Between, skips: bool): Tensor {
  if (self.numel == 0 || q.ndim > 1) {
    fail(self.numel == 0 ? ErrorCode.EMPTY_REDUCTION : ErrorCode.NDIM);
    if (self.numel) {
      factInt(1);
      factInt(1);
    }
    factShape(self.numel ? q : self);
    return NONE;
  }
  const dtype = self.dtype as DType;
  if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64) return refuse(dtype);
  if (!sameDtype(self, q) || !inRange(q)) return NONE;
  const d = dim.isNone ? 0 : wrapDim(dim.int, self.ndim);
  if (d < 0) return NONE;
  if (dim.isNone) selectAll(self);
  else selectDim(self, d);
  const shape = reducedTensor(self, keepdim, dtype);
  const sizes = isNone(shape) ? 0 : scratch(((shape.ndim as u64) << 2) + 4);
  if (!sizes) {
    release(shape);
    return NONE;
  }
  store<i32>(sizes, q.numel);
  memory.copy(sizes + ((q.ndim as usize) << 2), shape.dims, (shape.ndim as usize) << 2);
  const out = empty(dtype, sizes, (shape.ndim as i32) + (q.ndim as i32));
  release(shape);
  if (isNone(out)) return out;
  store<i32>(flat, self.numel);
  const from = dim.isNone ? reshapeSizes(self, flat, 1) : retain(self);
  const done =
    !isNone(from) &&
    (dtype == DType.FLOAT64
      ? fillQuantiles<f64>(from, d, q, skips, how, out)
      : fillQuantiles<f32>(from, d, q, skips, how, out));
  release(from);
  if (done) return out;
  release(out);
  return NONE;
}

function byTensor(self: Tensor, q: Tensor, dim: Value, keepdim: bool, how: Str, skips: bool): Tensor {
  const between = named(how);
  const points = between < 0 ? NONE : contiguousCopy(q);
  if (isNone(points)) return NONE;
  const out = quantiles(self, points, dim, keepdim, between, skips);
  release(points);
  return out;
}

function byNumber(self: Tensor, q: f64, dim: Value, keepdim: bool, how: Str, skips: bool): Tensor {
  const between = named(how);
  const dtype = self.dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
  const point = between < 0 ? NONE : empty(dtype, flat, 0);
  if (isNone(point)) return NONE;
  if (dtypeBytes(dtype) == 8) store<f64>(point.data, q);
  else store<f32>(point.data, q as f32);
  const valid = q >= 0 && q <= 1;
  if (!valid) badValue(1, q as i64);
  const out = valid ? quantiles(self, point, dim, keepdim, between, skips) : NONE;
  release(point);
  return out;
}

export function quantile(self: Tensor, q: Tensor, dim: Value, keepdim: bool, interpolation: Str): Tensor {
  return byTensor(self, q, dim, keepdim, interpolation, false);
}

export function nanquantile(self: Tensor, q: Tensor, dim: Value, keepdim: bool, interpolation: Str): Tensor {
  return byTensor(self, q, dim, keepdim, interpolation, true);
}

export function quantileScalar(self: Tensor, q: f64, dim: Value, keepdim: bool, interpolation: Str): Tensor {
  return byNumber(self, q, dim, keepdim, interpolation, false);
}

export function nanquantileScalar(
  self: Tensor,
  q: f64,
  dim: Value,
  keepdim: bool,
  interpolation: Str,
): Tensor {
  return byNumber(self, q, dim, keepdim, interpolation, true);
}
