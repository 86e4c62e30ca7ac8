// Norms and condition numbers of matrices, and linalg_norm, which chooses between them and norms of vectors.

import { List, Str } from "../core/containers";
import { DType, isFloating, promoteTypes } from "../core/dtype";
import { factDtype, factFloat, factInt, factShape, factText, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { wrapDim } from "../core/shape";
import { isNone, NONE, newView, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import {
  after,
  batchOf,
  columnsOf,
  inBatch,
  isMatrices,
  isPrecise,
  isSquare,
  matrixAt,
  narrowed,
  rowAt,
  rowsOf,
  wide,
} from "../linalg/batch";
import { identity } from "../linalg/jacobi";
import { luFactor, luSolve } from "../linalg/lu";
import { singularValues } from "./decompositions";
import { isDtypeArg } from "./engine/dtype-arg";
import { refuse } from "./engine/pointwise";
import { linalgVectorNorm } from "./vector-norm";
import { reshapeSizes } from "./view";

/** Orders of norms beside the numbers. */
const FROBENIUS: f64 = 100;
const NUCLEAR: f64 = 101;

const two: usize = memory.data(16, 16);

/** The order that "fro" or "nuc" names; NaN with BAD_TEXT recorded. */
function orderOf(ord: Str): f64 {
  if (ord.bytes === 3) {
    const text = (load<u16>(ord.text) as u32) | ((load<u8>(ord.text, 2) as u32) << 16);
    if (text === 0x6f7266) return FROBENIUS;
    if (text === 0x63756e) return NUCLEAR;
  }
  fail(ErrorCode.BAD_TEXT);
  factInt(1);
  factText(ord.text, ord.bytes);
  return NaN;
}

/** True for the orders that matrices have; else records BAD_VALUE. */
function isOrder(p: f64): bool {
  const size = abs(p);
  if (size === 1 || size === 2 || size === Infinity || p === FROBENIUS || p === NUCLEAR) return true;
  fail(ErrorCode.BAD_VALUE);
  factInt(1);
  factFloat(p);
  return false;
}

/** The greater of two, or for a negative order the lesser. */
function better(p: f64, a: f64, b: f64): f64 {
  return p > 0 ? max(a, b) : min(a, b);
}

/** A norm by sums of sizes: down the columns for ±1, along the rows for ±infinity; or of Frobenius. */
function plainNorm(at: usize, m: i32, n: i32, p: f64): f64 {
  const along = abs(p) === Infinity;
  const outer = along ? m : n;
  const inner = along ? n : m;
  let total: f64 = 0;
  let best = p > 0 ? -Infinity : Infinity;
  for (let i = 0; i < outer; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < inner; j++) {
      const x = load<f64>(at + (((along ? i * n + j : j * n + i) as usize) << 3));
      sum += p === FROBENIUS ? x * x : abs(x);
    }
    total += sum;
    best = better(p, best, sum);
  }
  return p === FROBENIUS ? sqrt(total) : best;
}

/** A norm by `k` falling singular values. */
function spectralNorm(values: usize, k: i32, p: f64): f64 {
  if (p === 2) return load<f64>(values);
  if (p === -2) return load<f64>(values + (((k - 1) as usize) << 3));
  let sum: f64 = 0;
  for (let i: usize = 0; i < (k as usize); i++) sum += load<f64>(values + (i << 3));
  return sum;
}

/** False, with EMPTY_REDUCTION recorded, where the greatest of no numbers would be the norm. */
function hasNorm(t: Tensor, p: f64): bool {
  const m = rowsOf(t);
  const n = columnsOf(t);
  if (p === FROBENIUS || p === NUCLEAR || batchOf(t) === 0) return true;
  if (abs(p) === 1 ? n > 0 : abs(p) === 2 ? min(m, n) > 0 : m > 0) return true;
  fail(ErrorCode.EMPTY_REDUCTION);
  factShape(t);
  return false;
}

/** The norm of each matrix in the last two dimensions, as float64. */
function norms(t: Tensor, p: f64): Tensor {
  if (!hasNorm(t, p)) return NONE;
  const spectral = abs(p) === 2 || p === NUCLEAR;
  if (spectral && !isPrecise(t)) return NONE;
  const w = spectral ? singularValues(t) : wide(t);
  const out = isNone(w) ? NONE : inBatch(t, DType.FLOAT64, 0, 0, 0);
  const k = min(rowsOf(t), columnsOf(t));
  for (let i = 0; i < batchOf(t) && !isNone(out); i++) {
    const x = spectral
      ? spectralNorm(rowAt(w, i, k), k, p)
      : plainNorm(matrixAt(w, i), rowsOf(t), columnsOf(t), p);
    store<f64>(out.data + ((i as usize) << 3), x);
  }
  release(w);
  return out;
}

/** A view of `t` with dimensions `a` and `b` last, in this order. */
function turned(t: Tensor, a: i32, b: i32): Tensor {
  const ndim = t.ndim as i32;
  const v = newView(t, ndim);
  if (isNone(v)) return NONE;
  let at = 0;
  for (let d = 0; d < ndim; d++) {
    const to = d === a ? ndim - 2 : d === b ? ndim - 1 : at++;
    v.setSize(to, t.size(d));
    v.setStride(to, t.stride(d));
  }
  return v;
}

/** True when the result may have the dtype that is asked for; else records an error. */
function isResult(t: Tensor, dtype: Value): bool {
  if (!isDtypeArg(dtype)) return false;
  if (!isFloating(t.dtype as DType)) {
    refuse(t.dtype as DType);
    return false;
  }
  const to = dtype.dtypeOr(t.dtype as DType);
  if (promoteTypes(t.dtype as DType, to) === to) return true;
  fail(ErrorCode.RESULT_TYPE);
  factDtype(t.dtype);
  factDtype(to);
  return false;
}

function matrixNorm(t: Tensor, p: f64, first: i64, other: i64, keepdim: bool, dtype: Value): Tensor {
  if (p !== p || !isOrder(p) || !isResult(t, dtype)) return NONE;
  const a = t.ndim < 2 ? -1 : wrapDim(first, t.ndim);
  const b = a < 0 ? -1 : wrapDim(other, t.ndim);
  if (t.ndim < 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(t);
  }
  if (b < 0) return NONE;
  if (a === b) {
    fail(ErrorCode.REPEATED_DIM);
    factInt(other);
    return NONE;
  }
  const v = turned(t, a, b);
  const out = isNone(v) ? NONE : after(norms(v, p), v);
  const result = narrowed(out, dtype.dtypeOr(t.dtype as DType));
  if (!keepdim || isNone(result)) return result;
  const sizes = scratch((t.ndim as u64) << 2);
  if (!sizes) return after(NONE, result);
  for (let d: i32 = 0; d < (t.ndim as i32); d++) {
    store<i32>(sizes + ((d as usize) << 2), d === a || d === b ? 1 : t.size(d));
  }
  return after(reshapeSizes(result, sizes, t.ndim), result);
}

/** True for a list of `count` dimensions; else records BAD_ARITY. */
function hasDims(dims: List, count: u32): bool {
  if (dims.length === count) return true;
  fail(ErrorCode.BAD_ARITY);
  factInt(count);
  factInt(dims.length);
  return false;
}

/** The norm of order 1, 2 or infinity, or their negatives, over two dimensions. */
export function linalgMatrixNorm(self: Tensor, ord: Value, dims: List, keepdim: bool, dtype: Value): Tensor {
  if (!hasDims(dims, 2)) return NONE;
  const p = ord.asFloat;
  return matrixNorm(self, p >= FROBENIUS && p < Infinity ? 0 : p, dims.int(0), dims.int(1), keepdim, dtype);
}

/** The Frobenius ("fro") or nuclear ("nuc") norm over two dimensions. */
export function linalgMatrixNormStr(self: Tensor, ord: Str, dims: List, keepdim: bool, dtype: Value): Tensor {
  return hasDims(dims, 2) ? matrixNorm(self, orderOf(ord), dims.int(0), dims.int(1), keepdim, dtype) : NONE;
}

/** Without an order the 2-norm of all elements; with one that of a vector or a matrix, as many dimensions as there are. */
export function linalgNorm(self: Tensor, ord: Value, dims: List, keepdim: bool, dtype: Value): Tensor {
  const all = changetype<usize>(dims) === 0;
  const count: u32 = all ? self.ndim : dims.length;
  if (ord.isNone || count === 1) {
    const v = changetype<Value>(two);
    v.setFloat(ord.isNone ? 2 : ord.asFloat);
    return linalgVectorNorm(self, v, dims, keepdim, dtype);
  }
  if (count !== 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  const p = ord.asFloat;
  const order = p >= FROBENIUS && p < Infinity ? 0 : p;
  return matrixNorm(self, order, all ? 0 : dims.int(0), all ? 1 : dims.int(1), keepdim, dtype);
}

export function linalgNormStr(self: Tensor, ord: Str, dims: List, keepdim: bool, dtype: Value): Tensor {
  const all = changetype<usize>(dims) === 0;
  const p = orderOf(ord);
  if (p !== p) return NONE;
  if (all ? self.ndim !== 2 : dims.length !== 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  return matrixNorm(self, p, all ? 0 : dims.int(0), all ? 1 : dims.int(1), keepdim, dtype);
}

function noDtype(): Value {
  const v = changetype<Value>(two);
  v.setNone();
  return v;
}

/** The sum of a matrix's singular values. */
export function nuclearNorm(self: Tensor, keepdim: bool): Tensor {
  if (self.ndim === 2) return matrixNorm(self, NUCLEAR, 0, 1, keepdim, noDtype());
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(2);
  factShape(self);
  return NONE;
}

export function nuclearNormDims(self: Tensor, dims: List, keepdim: bool): Tensor {
  return hasDims(dims, 2) ? matrixNorm(self, NUCLEAR, dims.int(0), dims.int(1), keepdim, noDtype()) : NONE;
}

/** The condition number: by singular values, or the norm times that of the inverse (infinite where there is none). */
function condition(a: Tensor, p: f64): Tensor {
  if (p !== p || !isMatrices(a, 0) || !isOrder(p)) return NONE;
  const spectral = abs(p) === 2;
  if (!spectral && !isSquare(a, 0)) return NONE;
  const out = inBatch(a, DType.FLOAT64, 0, 0, 0);
  if (isNone(out)) return NONE;
  memory.fill(out.data, 0, (out.numel as usize) << 3);
  if (a.numel === 0) return narrowed(out, a.dtype as DType);
  const n = rowsOf(a);
  const k = min(n, columnsOf(a));
  const w = spectral ? singularValues(a) : norms(a, p);
  const lu = spectral || isNone(w) ? NONE : wide(a);
  const inverse = isNone(lu) ? NONE : inBatch(a, DType.FLOAT64, 2, n, n);
  const pivots = isNone(inverse) ? 0 : scratch((n as u64) << 2);
  let done = spectral ? !isNone(w) : pivots !== 0;
  for (let i = 0; i < batchOf(a) && done; i++) {
    let x: f64;
    if (spectral) {
      const most = load<f64>(rowAt(w, i, k));
      const least = load<f64>(rowAt(w, i, k) + (((k - 1) as usize) << 3));
      x = p > 0 ? most / least : least / most;
    } else {
      const failed = luFactor(matrixAt(lu, i), n, n, pivots);
      identity(matrixAt(inverse, i), n);
      luSolve(matrixAt(lu, i), n, pivots, matrixAt(inverse, i), n);
      x = failed ? Infinity : load<f64>(w.data + ((i as usize) << 3));
    }
    store<f64>(out.data + ((i as usize) << 3), x);
  }
  release(w);
  release(lu);
  const others = done && !spectral ? norms(inverse, p) : NONE;
  if (!spectral && isNone(others)) done = false;
  for (let i: usize = 0; i < (out.numel as usize) && done && !spectral; i++) {
    const x = load<f64>(out.data + (i << 3));
    if (x < Infinity) store<f64>(out.data + (i << 3), x * load<f64>(others.data + (i << 3)));
  }
  release(others);
  release(inverse);
  return done ? narrowed(out, a.dtype as DType) : after(NONE, out);
}

export function linalgCond(self: Tensor, p: Value): Tensor {
  const order = p.isNone ? 2 : p.asFloat;
  return condition(self, order >= FROBENIUS && order < Infinity ? 0 : order);
}

export function linalgCondStr(self: Tensor, p: Str): Tensor {
  return condition(self, orderOf(p));
}
