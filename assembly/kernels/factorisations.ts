// Decompositions of matrices into triangles: QR, Cholesky, LU.

import { Str } from "../core/containers";
import { DType } from "../core/dtype";
import { badValue, factInt, factText, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import {
  after,
  batchOf,
  columnsOf,
  inBatch,
  isMatrices,
  isSquare,
  matrixAt,
  mismatch,
  narrowed,
  rowsOf,
  second,
  spread,
  transposeInto,
  wide,
} from "../linalg/batch";
import { choleskyFactor, luFactor, solveTriangular } from "../linalg/lu";
import { qrExpand, qrFactor } from "../linalg/qr";
import { mT } from "./dims";

const none: usize = memory.data(16, 16); // the size of a tensor without elements

/** 0 "reduced", 1 "complete", 2 "r"; -1 with BAD_TEXT recorded. */
function modeOf(mode: Str): i32 {
  const c = mode.bytes ? load<u8>(mode.text) : 0;
  if (mode.bytes === 7 && c === 0x72) return 0;
  if (mode.bytes === 8 && c === 0x63) return 1;
  if (mode.bytes === 1 && c === 0x72) return 2;
  fail(ErrorCode.BAD_TEXT);
  factInt(1);
  factText(mode.text, mode.bytes);
  return -1;
}

function qrOf(a: Tensor, mode: i32, r: Value): void {
  const w = wide(a);
  if (isNone(w)) return;
  const m = rowsOf(a);
  const n = columnsOf(a);
  const k = mode === 1 ? m : min(m, n);
  const triangle = inBatch(a, DType.FLOAT64, 2, k, n);
  let q = NONE;
  if (mode === 2) {
    store<i32>(none, 0);
    q = empty(DType.FLOAT64, none, 1);
  } else q = inBatch(a, DType.FLOAT64, 2, m, k);
  const tau = isNone(triangle) || isNone(q) ? 0 : scratch(((min(m, n) as u64) << 3) + 8);
  for (let i = 0; i < batchOf(a) && tau; i++) {
    const at = matrixAt(w, i);
    qrFactor(at, m, n, tau);
    if (mode !== 2) qrExpand(at, m, n, tau, matrixAt(q, i), k);
    const to = matrixAt(triangle, i);
    for (let row = 0; row < k; row++) {
      for (let column = 0; column < n; column++) {
        const place = ((row * n + column) as usize) << 3;
        store<f64>(to + place, column < row ? 0 : load<f64>(at + place));
      }
    }
  }
  release(w);
  if (!tau) {
    release(triangle);
    release(q);
    return;
  }
  r.setTensor(narrowed(q, a.dtype as DType));
  r.at(1).setTensor(narrowed(triangle, a.dtype as DType));
}

/** Q and R, with LAPACK's signs. */
export function linalgQr(a: Tensor, mode: Str, r: Value): void {
  const form = isMatrices(a, 0) ? modeOf(mode) : -1;
  if (form >= 0) qrOf(a, form, r);
}

export function qr(a: Tensor, some: bool, r: Value): void {
  if (isMatrices(a, 0)) qrOf(a, some ? 0 : 1, r);
}

/** L, or Lᵀ of the upper triangle; `info` as of LAPACK, int32; without it a matrix that is not positive definite fails. */
function choleskyOf(a: Tensor, upper: bool, info: Tensor): Tensor {
  const op = upper ? mT(a) : retain(a);
  const l = isNone(op) ? NONE : after(wide(op), op);
  if (isNone(l)) return NONE;
  const n = rowsOf(a);
  for (let k = 0; k < batchOf(a); k++) {
    const failed = choleskyFactor(matrixAt(l, k), n);
    if (!isNone(info)) store<i32>(info.data + ((k as usize) << 2), failed);
    else if (failed) {
      fail(ErrorCode.NOT_POSITIVE);
      factInt(k);
      release(l);
      return NONE;
    }
  }
  return narrowed(upper ? after(mT(l), l) : l, a.dtype as DType);
}

export function linalgCholesky(a: Tensor, upper: bool): Tensor {
  return isSquare(a, 0) ? choleskyOf(a, upper, NONE) : NONE;
}

export function linalgCholeskyEx(a: Tensor, upper: bool, checkErrors: bool, r: Value): void {
  if (!isSquare(a, 0)) return;
  const info = inBatch(a, DType.INT32, 0, 0, 0);
  const out = isNone(info) ? NONE : choleskyOf(a, upper, checkErrors ? NONE : info);
  if (isNone(out)) {
    release(info);
    return;
  }
  if (checkErrors) memory.fill(info.data, 0, (info.numel as usize) << 2);
  r.setTensor(out);
  r.at(1).setTensor(info);
}

/** Solves A X = B given a Cholesky factor of A. */
export function choleskySolve(b: Tensor, factor: Tensor, upper: bool): Tensor {
  if (!isSquare(factor, 1) || !isMatrices(b, 0)) return NONE;
  if (b.dtype !== factor.dtype || rowsOf(b) !== rowsOf(factor)) {
    mismatch(b, factor);
    return NONE;
  }
  const op = upper ? mT(factor) : retain(factor);
  const l = isNone(op) ? NONE : after(spread(op, b), op);
  if (isNone(l)) return NONE;
  const x = second;
  const n = rowsOf(l);
  const turned = scratch((((n * n) as u64) << 3) + 8);
  for (let k = 0; k < batchOf(l) && turned; k++) {
    solveTriangular(matrixAt(l, k), n, false, false, matrixAt(x, k), columnsOf(x));
    transposeInto(turned, matrixAt(l, k), n, n);
    solveTriangular(turned, n, true, false, matrixAt(x, k), columnsOf(x));
  }
  release(l);
  if (turned) return narrowed(x, b.dtype as DType);
  release(x);
  return NONE;
}

let pivotsFrom1: Tensor = NONE;

/** LU in one matrix as float64; the exchanges, counted from 1, in `pivotsFrom1`; info, int32, in `info` unless NONE. */
function luOf(a: Tensor, info: Tensor): Tensor {
  const m = rowsOf(a);
  const n = columnsOf(a);
  const k = min(m, n);
  const lu = wide(a);
  pivotsFrom1 = isNone(lu) ? NONE : inBatch(a, DType.INT32, 1, k, 0);
  if (isNone(pivotsFrom1)) {
    release(lu);
    return NONE;
  }
  for (let i = 0; i < batchOf(a); i++) {
    const pivots = pivotsFrom1.data + (((i * k) as usize) << 2);
    const failed = luFactor(matrixAt(lu, i), m, n, pivots);
    if (!isNone(info)) store<i32>(info.data + ((i as usize) << 2), failed);
    for (let j: usize = 0; j < (k as usize); j++)
      store<i32>(pivots + (j << 2), load<i32>(pivots + (j << 2)) + 1);
  }
  return lu;
}

/** True for matrices that are to be pivoted; PyTorch does nothing else on a CPU. */
function isPivoted(a: Tensor, pivot: bool): bool {
  if (!isMatrices(a, 0)) return false;
  if (!pivot) badValue(1, 0);
  return pivot;
}

/** L and U in one matrix, and the exchanges of rows, int32, counted from 1. A zero pivot is no error. */
export function linalgLuFactorEx(a: Tensor, pivot: bool, checkErrors: bool, r: Value): void {
  if (!isPivoted(a, pivot)) return;
  const info = inBatch(a, DType.INT32, 0, 0, 0);
  const lu = isNone(info) ? NONE : luOf(a, info);
  if (isNone(lu)) {
    release(info);
    return;
  }
  for (let k = 0; k < (info.numel as i32) && checkErrors; k++) {
    if (load<i32>(info.data + ((k as usize) << 2)) === 0) continue;
    fail(ErrorCode.SINGULAR);
    factInt(k);
    break;
  }
  r.setTensor(narrowed(lu, a.dtype as DType));
  r.at(1).setTensor(pivotsFrom1);
  r.at(2).setTensor(info);
}

export function linalgLuFactor(a: Tensor, pivot: bool, r: Value): void {
  if (!isPivoted(a, pivot)) return;
  const info = inBatch(a, DType.INT32, 0, 0, 0);
  const lu = isNone(info) ? NONE : luOf(a, info);
  for (let k = 0; k < batchOf(a) && !isNone(lu); k++) {
    if (load<i32>(info.data + ((k as usize) << 2)) === 0) continue;
    fail(ErrorCode.SINGULAR);
    factInt(k);
    break;
  }
  release(info);
  if (isNone(lu)) return;
  r.setTensor(narrowed(lu, a.dtype as DType));
  r.at(1).setTensor(pivotsFrom1);
}

/** P, L and U, whose product is the matrix. */
export function linalgLu(a: Tensor, pivot: bool, r: Value): void {
  if (!isPivoted(a, pivot)) return;
  const lu = luOf(a, NONE);
  if (isNone(lu)) return;
  const m = rowsOf(a);
  const n = columnsOf(a);
  const k = min(m, n);
  const p = inBatch(a, DType.FLOAT64, 2, m, m);
  const l = inBatch(a, DType.FLOAT64, 2, m, k);
  const u = inBatch(a, DType.FLOAT64, 2, k, n);
  const order = scratch(((m as u64) << 2) + 4);
  if (isNone(p) || isNone(l) || isNone(u) || !order) {
    release(p);
    release(l);
    release(u);
  } else {
    for (let i = 0; i < batchOf(a); i++) {
      unpack(matrixAt(lu, i), m, n, matrixAt(l, i), matrixAt(u, i));
      permutation(pivotsFrom1.data + (((i * k) as usize) << 2), k, m, order, matrixAt(p, i));
    }
    r.setTensor(narrowed(p, a.dtype as DType));
    r.at(1).setTensor(narrowed(l, a.dtype as DType));
    r.at(2).setTensor(narrowed(u, a.dtype as DType));
  }
  release(lu);
  release(pivotsFrom1);
}

function unpack(lu: usize, m: i32, n: i32, l: usize, u: usize): void {
  const k = min(m, n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const x = load<f64>(lu + (((i * n + j) as usize) << 3));
      if (j < k) store<f64>(l + (((i * k + j) as usize) << 3), j < i ? x : j === i ? 1 : 0);
      if (i < k) store<f64>(u + (((i * n + j) as usize) << 3), j >= i ? x : 0);
    }
  }
}

/** The matrix that puts the rows back which `k` exchanges moved. */
function permutation(pivots: usize, k: i32, m: i32, order: usize, p: usize): void {
  for (let i = 0; i < m; i++) store<i32>(order + ((i as usize) << 2), i);
  for (let i = 0; i < k; i++) {
    const a = order + ((i as usize) << 2);
    const b = order + (((load<i32>(pivots + ((i as usize) << 2)) - 1) as usize) << 2);
    const x = load<i32>(a);
    store<i32>(a, load<i32>(b));
    store<i32>(b, x);
  }
  memory.fill(p, 0, ((m * m) as usize) << 3);
  for (let i = 0; i < m; i++) {
    store<f64>(p + (((load<i32>(order + ((i as usize) << 2)) * m + i) as usize) << 3), 1);
  }
}
