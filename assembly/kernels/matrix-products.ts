// Products of vectors and matrices, exponentials of matrices, and equations between tensors.

import { List } from "../core/containers";
import { DType, isFloating } from "../core/dtype";
import { badValue, factDtype, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { wrapDim } from "../core/shape";
import { empty, isNone, MAX_DIMS, NONE, newView, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { after, batchOf, isSquare, matrixAt, mismatch, narrowed, rowsOf, wide } from "../linalg/batch";
import { identity } from "../linalg/jacobi";
import { mul } from "./arithmetic";
import { selectDim } from "./engine/dims";
import { asNative, fromNative } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { linalgInv, linalgSolve } from "./linear-solve";
import { matmul } from "./matmul";
import { sumSelected } from "./reduce";
import { reshapeSizes } from "./view";

const none: usize = memory.data(16, 16);
const sizes: usize = memory.data(264, 16);

function setSize(i: i32, n: i32): void {
  store<i32>(sizes + ((i as usize) << 2), n);
}

/** The sum of products along a dimension; both tensors are broadcast. */
export function linalgVecdot(x: Tensor, y: Tensor, dim: i64): Tensor {
  if (!isFloating(x.dtype as DType)) return refuse(x.dtype as DType);
  if (x.dtype !== y.dtype) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(x.dtype);
    factDtype(y.dtype);
    return NONE;
  }
  const products = mul(x, y, NONE);
  if (isNone(products)) return NONE;
  const dtype = changetype<Value>(none);
  dtype.setInt(x.dtype);
  return after(selectDim(products, dim) ? sumSelected(products, false, dtype) : NONE, products);
}

/** Powers 0 … n - 1 of each element, in a new last dimension. Integers give int64. */
export function linalgVander(x: Tensor, count: Value): Tensor {
  const dtype = isFloating(x.dtype as DType) ? (x.dtype as DType) : DType.INT64;
  const ndim = max<i32>(x.ndim as i32, 1);
  const own = x.ndim ? x.size(ndim - 1) : 1;
  const n = count.intOr(own);
  if (n <= 1 && !count.isNone) {
    badValue(1, n);
    return NONE;
  }
  if (n > i32.MAX_VALUE || ndim >= MAX_DIMS) {
    fail(ErrorCode.TOO_MANY_DIMS);
    factInt(n);
    return NONE;
  }
  const elements = asNative(x, dtype);
  if (isNone(elements)) return NONE;
  for (let i = 0; i < (x.ndim as i32); i++) setSize(i, x.size(i));
  if (!x.ndim) setSize(0, 1);
  setSize(ndim, n as i32);
  const out = empty(elements.dtype as DType, sizes, ndim + 1);
  const shift: usize = elements.dtype === DType.FLOAT32 ? 2 : 3;
  for (let i: usize = 0; i < (elements.numel as usize) && !isNone(out); i++) {
    const from = elements.data + (i << shift);
    let at = out.data + ((i * (n as usize)) << shift);
    if (dtype === DType.INT64) {
      let power: i64 = 1;
      for (let k: i64 = 0; k < n; k++, at += 8) {
        store<i64>(at, power);
        power *= load<i64>(from);
      }
      continue;
    }
    let power: f64 = 1;
    const base = shift === 2 ? (load<f32>(from) as f64) : load<f64>(from);
    for (let k: i64 = 0; k < n; k++, at += (1 as usize) << shift) {
      if (shift === 2) store<f32>(at, power as f32);
      else store<f64>(at, power);
      power *= base;
    }
  }
  release(elements);
  return fromNative(out, dtype);
}

/** The i32 sizes that matrix chains of at most this many factors need fit the scratch table. */
const MOST_FACTORS: u32 = 1024;

/** The product of matrices `from` … `to` in the cheapest order, as `splits` tells. */
function chain(list: List, splits: usize, n: i32, from: i32, to: i32): Tensor {
  if (from === to) return retain(list.tensor(from));
  const at = load<i32>(splits + (((from * n + to) as usize) << 2));
  const a = chain(list, splits, n, from, at);
  const b = isNone(a) ? NONE : chain(list, splits, n, at + 1, to);
  const out = isNone(b) ? NONE : matmul(a, b);
  release(a);
  release(b);
  return out;
}

/** Rows of factor `i`, of which there are `n`: a vector at the front is a row. */
function heightOf(list: List, i: i32): i32 {
  const t = list.tensor(i);
  return t.ndim === 2 ? t.size(0) : i === 0 ? 1 : t.size(0);
}

function widthOf(list: List, i: i32): i32 {
  const t = list.tensor(i);
  return t.ndim === 2 ? t.size(1) : i === 0 ? t.size(0) : 1;
}

/** The product of matrices; the first and the last may be vectors. */
export function linalgMultiDot(list: List): Tensor {
  const n = list.length as i32;
  if (list.length < 2 || list.length > MOST_FACTORS) {
    fail(ErrorCode.BAD_ARITY);
    factInt(2);
    factInt(n);
    return NONE;
  }
  for (let i = 0; i < n; i++) {
    const t = list.tensor(i);
    if (t.ndim !== 2 && (t.ndim !== 1 || (i > 0 && i < n - 1))) {
      fail(ErrorCode.NDIM);
      factInt(0);
      factInt(2);
      factShape(t);
      return NONE;
    }
    if (i > 0 && widthOf(list, i - 1) !== heightOf(list, i)) {
      fail(ErrorCode.INNER_SIZE);
      factShape(list.tensor(i - 1));
      factShape(t);
      return NONE;
    }
  }
  const costs = scratch(((n * n) as u64) << 3);
  const splits = costs ? scratch(((n * n) as u64) << 2) : 0;
  if (!splits) return NONE;
  for (let length = 1; length < n; length++) {
    for (let i = 0; i + length < n; i++) {
      const j = i + length;
      let least = Infinity;
      for (let k = i; k < j; k++) {
        const left = k === i ? 0 : load<f64>(costs + (((i * n + k) as usize) << 3));
        const right = k + 1 === j ? 0 : load<f64>(costs + ((((k + 1) * n + j) as usize) << 3));
        const product = (heightOf(list, i) as f64) * (widthOf(list, k) as f64) * (widthOf(list, j) as f64);
        const cost = left + right + product;
        if (cost >= least && k > i) continue;
        least = cost;
        store<i32>(splits + (((i * n + j) as usize) << 2), k);
      }
      store<f64>(costs + (((i * n + j) as usize) << 3), least);
    }
  }
  return chain(list, splits, n, 0, n - 1);
}

/** As linalg_multi_dot, of matrices only; one is given back. */
export function chainMatmul(list: List): Tensor {
  if (list.length === 0) {
    fail(ErrorCode.EMPTY_LIST);
    return NONE;
  }
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    if (list.tensor(i).ndim === 2) continue;
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(list.tensor(i));
    return NONE;
  }
  return list.length === 1 ? retain(list.tensor(0)) : linalgMultiDot(list);
}

/** c = a b for n × n matrices. */
function multiply(c: usize, a: usize, b: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const row = c + (((i * n) as usize) << 3);
    memory.fill(row, 0, (n as usize) << 3);
    for (let k = 0; k < n; k++) {
      const x = load<f64>(a + (((i * n + k) as usize) << 3));
      const other = b + (((k * n) as usize) << 3);
      for (let j: usize = 0; j < (n as usize); j++) {
        store<f64>(row + (j << 3), load<f64>(row + (j << 3)) + x * load<f64>(other + (j << 3)));
      }
    }
  }
}

/** Terms of the series below, enough for norms up to 1/2. */
const TERMS: i32 = 18;

/** e to the n × n matrix at `a`, in its place: the series of a 2^s-th part of it, squared s times. `work` holds two more. */
function exponential(a: usize, n: i32, work: usize): void {
  const count = n * n;
  let norm: f64 = 0;
  for (let j = 0; j < n; j++) {
    let sum: f64 = 0;
    for (let i = 0; i < n; i++) sum += abs(load<f64>(a + (((i * n + j) as usize) << 3)));
    norm = max(norm, sum);
  }
  let halvings = 0;
  let factor: f64 = 1;
  while (norm * factor > 0.5 && norm < Infinity) {
    factor *= 0.5;
    halvings++;
  }
  const bytes = (count as usize) << 3;
  const sum = work;
  const next = work + bytes;
  for (let i: usize = 0; i < (count as usize); i++)
    store<f64>(a + (i << 3), load<f64>(a + (i << 3)) * factor);
  // Horner: I + A (I + A / 2 (I + A / 3 (…)))
  identity(sum, n);
  for (let k = TERMS; k > 0; k--) {
    multiply(next, a, sum, n);
    for (let i: usize = 0; i < (count as usize); i++) {
      store<f64>(sum + (i << 3), load<f64>(next + (i << 3)) / (k as f64));
    }
    for (let i = 0; i < n; i++) {
      const at = sum + (((i * n + i) as usize) << 3);
      store<f64>(at, load<f64>(at) + 1);
    }
  }
  for (; halvings > 0; halvings--) {
    multiply(next, sum, sum, n);
    memory.copy(sum, next, bytes);
  }
  memory.copy(a, sum, bytes);
}

/** The exponential of square matrices. */
export function linalgMatrixExp(self: Tensor): Tensor {
  if (!isSquare(self, 0)) return NONE;
  const w = wide(self);
  if (isNone(w)) return NONE;
  const n = rowsOf(self);
  const work = scratch((((n as u64) * (n as u64)) << 4) + 8);
  if (!work) return after(NONE, w);
  for (let k = 0; k < batchOf(self); k++) exponential(matrixAt(w, k), n, work);
  return narrowed(w, self.dtype as DType);
}

/** The product of sizes [from, to) of `t`. */
function productOf(t: Tensor, from: i32, to: i32): i64 {
  let n: i64 = 1;
  for (let i = from; i < to; i++) n *= t.size(i);
  return n;
}

/** The inverse of `self` as a linear map from its last dimensions to its first `ind`. */
export function linalgTensorinv(self: Tensor, ind: i64): Tensor {
  const ndim = self.ndim as i32;
  if (ind <= 0) {
    badValue(1, ind);
    return NONE;
  }
  const split = min<i64>(ind, ndim) as i32;
  const rows = productOf(self, 0, split);
  if (rows !== productOf(self, split, ndim)) {
    fail(ErrorCode.NOT_SQUARE);
    factInt(0);
    factShape(self);
    return NONE;
  }
  setSize(0, rows as i32);
  setSize(1, rows as i32);
  const flat = reshapeSizes(self, sizes, 2);
  const inverse = isNone(flat) ? NONE : after(linalgInv(flat), flat);
  if (isNone(inverse)) return NONE;
  for (let i = 0; i < ndim; i++) setSize(i, self.size(i < ndim - split ? split + i : i - (ndim - split)));
  return after(reshapeSizes(inverse, sizes, ndim), inverse);
}

/** X such that the sum of self X over X's dimensions is `other`. `dims` of self are put last first. */
export function linalgTensorsolve(self: Tensor, other: Tensor, dims: List): Tensor {
  const ndim = self.ndim as i32;
  let a = retain(self);
  if (changetype<usize>(dims)) {
    release(a);
    a = moveLast(self, dims);
    if (isNone(a)) return NONE;
  }
  const first = other.ndim as i32;
  const count = first <= ndim ? productOf(a, first, ndim) : -1;
  if (count < 0 || count * count !== (a.numel as i64) || (other.numel as i64) !== count) {
    mismatch(self, other);
    return after(NONE, a);
  }
  setSize(0, count as i32);
  setSize(1, count as i32);
  const flat = reshapeSizes(a, sizes, 2);
  const vector = isNone(flat) ? NONE : reshapeSizes(other, sizes, 1);
  const x = isNone(vector) ? NONE : linalgSolve(flat, vector, true);
  release(flat);
  release(vector);
  if (isNone(x)) return after(NONE, a);
  for (let i = first; i < ndim; i++) setSize(i - first, a.size(i));
  release(a);
  return after(reshapeSizes(x, sizes, ndim - first), x);
}

/** A view of `t` with the listed dimensions last, in their order. */
function moveLast(t: Tensor, dims: List): Tensor {
  const ndim = t.ndim as i32;
  const count = dims.length as i32;
  let moved: u64 = 0;
  for (let i = 0; i < count; i++) {
    const d = wrapDim(dims.int(i), ndim);
    if (d < 0) return NONE;
    if ((moved >> (d as u64)) & 1) {
      fail(ErrorCode.REPEATED_DIM);
      factInt(d);
      return NONE;
    }
    moved |= (1 as u64) << (d as u64);
  }
  const v = newView(t, ndim);
  if (isNone(v)) return NONE;
  let to = 0;
  for (let d = 0; d < ndim; d++) {
    if ((moved >> (d as u64)) & 1) continue;
    v.setSize(to, t.size(d));
    v.setStride(to++, t.stride(d));
  }
  for (let i = 0; i < count; i++) {
    const d = wrapDim(dims.int(i), ndim);
    v.setSize(to, t.size(d));
    v.setStride(to++, t.stride(d));
  }
  return v;
}
