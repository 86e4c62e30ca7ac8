// Decompositions of matrices: singular values, symmetric eigenvalues, QR, Cholesky, LU; and what follows from singular values.

import { Str } from "../core/containers";
import { DType } from "../core/dtype";
import { badValue, factInt, factText, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import {
  after,
  allFinite,
  batchOf,
  columnsOf,
  inBatch,
  isMatrices,
  isSquare,
  matrixAt,
  mismatch,
  narrowed,
  rowAt,
  rowsOf,
  second,
  spread,
  transposeInto,
  wide,
} from "../linalg/batch";
import { identity, normalise, orthogonalise, symmetricEigen, symmetrise } from "../linalg/jacobi";
import { choleskyFactor, luFactor, solveTriangular } from "../linalg/lu";
import { qrExpand, qrFactor } from "../linalg/qr";
import { expandTo, mT } from "./dims";

/** `t` with rows and columns exchanged where it has more rows than columns. */
function flat(t: Tensor): Tensor {
  return rowsOf(t) > columnsOf(t) ? mT(t) : retain(t);
}

/** Makes the numbers of a matrix at most 1, against overflow of their squares; gives what they were divided by. */
function scaleDown(at: usize, count: i32): f64 {
  let most: f64 = 0;
  for (let i: usize = 0; i < (count as usize); i++) most = max(most, abs(load<f64>(at + (i << 3))));
  if (most < 1e100 && most > 1e-100) return 1;
  if (most === 0) return 1;
  for (let i: usize = 0; i < (count as usize); i++)
    store<f64>(at + (i << 3), load<f64>(at + (i << 3)) / most);
  return most;
}

function scaleUp(values: usize, count: i32, factor: f64): void {
  if (factor === 1) return;
  for (let i: usize = 0; i < (count as usize); i++) {
    store<f64>(values + (i << 3), load<f64>(values + (i << 3)) * factor);
  }
}

/** Singular values, falling, as float64. */
export function singularValues(a: Tensor): Tensor {
  const turned = flat(a);
  const w = isNone(turned) ? NONE : after(wide(turned), turned);
  if (isNone(w)) return NONE;
  const k = rowsOf(w);
  const m = columnsOf(w);
  const values = inBatch(w, DType.FLOAT64, 1, k, 0);
  let done = !isNone(values);
  for (let i = 0; i < batchOf(w) && done; i++) {
    const at = matrixAt(w, i);
    if (!allFinite(at, k * m, i)) {
      done = false;
      break;
    }
    const factor = scaleDown(at, k * m);
    orthogonalise(at, k, m, 0, rowAt(values, i, k));
    scaleUp(rowAt(values, i, k), k, factor);
  }
  release(w);
  if (done) return values;
  release(values);
  return NONE;
}

/** Singular values, falling. */
export function linalgSvdvals(a: Tensor, driver: Str): Tensor {
  return isMatrices(a, 0) ? narrowed(singularValues(a), a.dtype as DType) : NONE;
}

/** U, the singular values, and Vᵀ; unique up to signs, and to rotations among equal values. */
export function linalgSvd(a: Tensor, fullMatrices: bool, driver: Str, r: Value): void {
  decompose(a, fullMatrices, false, r);
}

/** The older form: U, the singular values, and V. */
export function svd(a: Tensor, some: bool, computeUv: bool, r: Value): void {
  decompose(a, computeUv && !some, true, r);
  if (computeUv) return;
  for (let i = 0; i < 3; i += 2) {
    if (!r.at(i).isTensor) return;
    const t = r.at(i).tensor;
    memory.fill(t.data, 0, (t.numel as usize) << (t.dtype === DType.FLOAT64 ? 3 : 2));
  }
}

function decompose(a: Tensor, full: bool, plain: bool, r: Value): void {
  if (!isMatrices(a, 0)) return;
  const tall = rowsOf(a) > columnsOf(a);
  const turned = flat(a);
  const w = isNone(turned) ? NONE : after(wide(turned), turned);
  if (isNone(w)) return;
  const k = rowsOf(w);
  const m = columnsOf(w);
  const rows = full ? m : k;
  const values = inBatch(w, DType.FLOAT64, 1, k, 0);
  const long = isNone(values) ? NONE : inBatch(w, DType.FLOAT64, 2, rows, m);
  const short = isNone(long) ? NONE : inBatch(w, DType.FLOAT64, 2, k, k);
  let done = !isNone(short);
  for (let i = 0; i < batchOf(w) && done; i++) {
    const at = matrixAt(long, i);
    memory.copy(at, matrixAt(w, i), ((k * m) as usize) << 3);
    if (!allFinite(at, k * m, i)) {
      done = false;
      break;
    }
    const factor = scaleDown(at, k * m);
    identity(matrixAt(short, i), k);
    orthogonalise(at, k, m, matrixAt(short, i), rowAt(values, i, k));
    normalise(at, rows, m, rowAt(values, i, k), k, f64.MIN_NORMAL_VALUE);
    scaleUp(rowAt(values, i, k), k, factor);
  }
  release(w);
  if (!done) {
    release(values);
    release(long);
    release(short);
    return;
  }
  // Rows of `long` and `short` are the vectors: as they are in Vᵀ, to be turned in U and V.
  const u = tall ? long : short;
  const v = tall ? short : long;
  const dtype = a.dtype as DType;
  const turnedU = mT(u);
  release(u);
  r.setTensor(narrowed(turnedU, dtype));
  r.at(1).setTensor(narrowed(values, dtype));
  const lastOne = plain ? mT(v) : retain(v);
  release(v);
  r.at(2).setTensor(narrowed(lastOne, dtype));
}

/** True for "L" and "U"; else records BAD_TEXT. */
function isTriangle(uplo: Str): bool {
  const c = uplo.bytes === 1 ? load<u8>(uplo.text) & 0xdf : 0;
  if (c === 0x4c || c === 0x55) return true;
  fail(ErrorCode.BAD_TEXT);
  factInt(1);
  factText(uplo.text, uplo.bytes);
  return false;
}

function isUpper(uplo: Str): bool {
  return (load<u8>(uplo.text) & 0xdf) === 0x55;
}

let vectors: Tensor = NONE;

/** Eigenvalues, rising, as float64; with `wanted`, in `vectors` matrices whose rows are the eigenvectors. */
function eigenvalues(a: Tensor, upper: bool, wanted: bool): Tensor {
  const n = rowsOf(a);
  const w = wide(a);
  const values = isNone(w) ? NONE : inBatch(a, DType.FLOAT64, 1, n, 0);
  vectors = wanted && !isNone(values) ? inBatch(a, DType.FLOAT64, 2, n, n) : NONE;
  let done = !isNone(values) && (!wanted || !isNone(vectors));
  for (let i = 0; i < batchOf(a) && done; i++) {
    const at = matrixAt(w, i);
    symmetrise(at, n, upper);
    if (!allFinite(at, n * n, i)) {
      done = false;
      break;
    }
    const factor = scaleDown(at, n * n);
    symmetricEigen(at, n, wanted ? matrixAt(vectors, i) : 0, rowAt(values, i, n));
    scaleUp(rowAt(values, i, n), n, factor);
  }
  release(w);
  if (done) return values;
  release(values);
  release(vectors);
  return NONE;
}

/** Eigenvalues, rising, and eigenvectors in columns, unique up to signs and to rotations among equal values. */
export function linalgEigh(a: Tensor, uplo: Str, r: Value): void {
  if (!isSquare(a, 0) || !isTriangle(uplo)) return;
  const values = eigenvalues(a, isUpper(uplo), true);
  if (isNone(values)) return;
  r.setTensor(narrowed(values, a.dtype as DType));
  const columns = after(mT(vectors), vectors);
  r.at(1).setTensor(narrowed(columns, a.dtype as DType));
}

export function linalgEigvalsh(a: Tensor, uplo: Str): Tensor {
  if (!isSquare(a, 0) || !isTriangle(uplo)) return NONE;
  return narrowed(eigenvalues(a, isUpper(uplo), false), a.dtype as DType);
}

/** Sizes of singular values, or of eigenvalues of the lower triangle. */
function spectrum(a: Tensor, hermitian: bool): Tensor {
  if (!hermitian) return isMatrices(a, 0) ? singularValues(a) : NONE;
  const values = isSquare(a, 0) ? eigenvalues(a, false, false) : NONE;
  if (isNone(values)) return NONE;
  for (let i: usize = 0; i < (values.numel as usize); i++) {
    store<f64>(values.data + (i << 3), abs(load<f64>(values.data + (i << 3))));
  }
  return values;
}

/** The step from 1 to the next number of the dtype. */
function epsilonOf(dtype: DType): f64 {
  return dtype === DType.FLOAT64 ? 2.220446049250313e-16 : 1.1920928955078125e-7;
}

/** A tolerance per matrix of `a`, from one number. */
function toleranceOf(a: Tensor, x: f64): Tensor {
  const out = inBatch(a, DType.FLOAT64, 0, 0, 0);
  if (isNone(out)) return NONE;
  for (let i: usize = 0; i < (out.numel as usize); i++) store<f64>(out.data + (i << 3), x);
  return out;
}

/** A tolerance per matrix of `a`, from a tensor that is broadcast to its batch. */
function tolerancesOf(a: Tensor, t: Tensor): Tensor {
  const v = expandTo(t, a.dims, (a.ndim as i32) - 2, false);
  return isNone(v) ? NONE : after(wide(v), v);
}

let absolute: Tensor = NONE;
let relative: Tensor = NONE;

/** Sets `absolute` and `relative` from numbers or tensors, each perhaps None; false with an error recorded. Free them. */
function setTolerances(a: Tensor, atol: Value, rtol: Value): bool {
  const usual = epsilonOf(a.dtype as DType) * (max(rowsOf(a), columnsOf(a)) as f64);
  absolute = atol.isTensor ? tolerancesOf(a, atol.tensor) : toleranceOf(a, atol.isNone ? 0 : atol.asFloat);
  if (isNone(absolute)) return false;
  relative = rtol.isTensor
    ? tolerancesOf(a, rtol.tensor)
    : toleranceOf(a, rtol.isNone ? usual : rtol.asFloat);
  if (isNone(relative)) return false;
  // An absolute tolerance above 0 alone means no relative one.
  for (let i: usize = 0; i < (absolute.numel as usize) && rtol.isNone; i++) {
    if (load<f64>(absolute.data + (i << 3)) > 0) store<f64>(relative.data + (i << 3), 0);
  }
  return true;
}

function freeTolerances(): void {
  release(absolute);
  release(relative);
  absolute = NONE;
  relative = NONE;
}

/** What singular values of matrix `i` must exceed, the largest being `most`. */
function thresholdOf(i: i32, most: f64): f64 {
  const at = (i as usize) << 3;
  return max(load<f64>(absolute.data + at), load<f64>(relative.data + at) * most);
}

/** The largest of `n` numbers, 0 for none. */
function largest(values: usize, n: i32): f64 {
  let most: f64 = 0;
  for (let i: usize = 0; i < (n as usize); i++) most = max(most, load<f64>(values + (i << 3)));
  return most;
}

function rank(a: Tensor, atol: Value, rtol: Value, hermitian: bool): Tensor {
  const values = spectrum(a, hermitian);
  if (isNone(values)) return NONE;
  const k = min(rowsOf(a), columnsOf(a));
  const out = setTolerances(a, atol, rtol) ? inBatch(a, DType.INT64, 0, 0, 0) : NONE;
  for (let i = 0; i < batchOf(a) && !isNone(out); i++) {
    const at = rowAt(values, i, k);
    const threshold = thresholdOf(i, largest(at, k));
    let count: i64 = 0;
    for (let j: usize = 0; j < (k as usize); j++) if (load<f64>(at + (j << 3)) > threshold) count++;
    store<i64>(out.data + ((i as usize) << 3), count);
  }
  freeTolerances();
  release(values);
  return out;
}

/** The number of singular values above max(atol, rtol · the largest). Tolerances are numbers, tensors or None. */
export function linalgMatrixRank(a: Value, atol: Value, rtol: Value, hermitian: Value, r: Value): void {
  r.setTensor(rank(a.tensor, atol, rtol, hermitian.bool));
}

const zero: usize = memory.data(16, 16);

/** One tolerance, absolute. */
export function matrixRankTol(a: Value, tol: Value, hermitian: Value, r: Value): void {
  const relativeTolerance = changetype<Value>(zero);
  if (tol.isNone) relativeTolerance.setNone();
  else relativeTolerance.setFloat(0);
  r.setTensor(rank(a.tensor, tol, relativeTolerance, hermitian.bool));
}

/** The pseudo-inverse: the sum of v uᵀ / value over singular values above the threshold. */
function pseudoInverse(a: Tensor, atol: Value, rtol: Value, hermitian: bool): Tensor {
  if (!isMatrices(a, 0)) return NONE;
  if (hermitian && !isSquare(a, 0)) return NONE;
  const tall = rowsOf(a) > columnsOf(a);
  const turned = flat(a);
  const w = isNone(turned) ? NONE : after(wide(turned), turned);
  if (isNone(w)) return NONE;
  const k = rowsOf(w);
  const m = columnsOf(w);
  const out = inBatch(a, DType.FLOAT64, 2, columnsOf(a), rowsOf(a));
  const bytes = ((k * k + k) as u64) << 3;
  const basis = isNone(out) ? 0 : scratch(bytes + 8);
  let done = basis !== 0 && setTolerances(a, atol, rtol);
  for (let i = 0; i < batchOf(w) && done; i++) {
    const at = matrixAt(w, i);
    if (hermitian) symmetrise(at, k, false);
    if (!allFinite(at, k * m, i)) {
      done = false;
      break;
    }
    const factor = scaleDown(at, k * m);
    const values = basis + (((k * k) as usize) << 3);
    identity(basis, k);
    orthogonalise(at, k, m, basis, values);
    const to = matrixAt(out, i);
    memory.fill(to, 0, ((k * m) as usize) << 3);
    const threshold = thresholdOf(i, load<f64>(values) * factor) / factor;
    for (let j = 0; j < k; j++) {
      const value = load<f64>(values + ((j as usize) << 3));
      if (!(value > threshold)) break;
      addOuter(
        to,
        basis + (((j * k) as usize) << 3),
        at + (((j * m) as usize) << 3),
        k,
        m,
        tall,
        value * value * factor,
      );
    }
  }
  freeTolerances();
  release(w);
  if (done) return narrowed(out, a.dtype as DType);
  release(out);
  return NONE;
}

/** Adds p qᵀ / divisor (k × m) to the matrix at `to`, or q pᵀ (m × k) where `direct` is false. */
function addOuter(to: usize, p: usize, q: usize, k: i32, m: i32, direct: bool, divisor: f64): void {
  for (let i = 0; i < k; i++) {
    const x = load<f64>(p + ((i as usize) << 3)) / divisor;
    for (let j = 0; j < m; j++) {
      const at = to + (((direct ? i * m + j : j * k + i) as usize) << 3);
      store<f64>(at, load<f64>(at) + x * load<f64>(q + ((j as usize) << 3)));
    }
  }
}

export function linalgPinv(a: Value, atol: Value, rtol: Value, hermitian: Value, r: Value): void {
  r.setTensor(pseudoInverse(a.tensor, atol, rtol, hermitian.bool));
}

/** One tolerance, relative. */
export function linalgPinvRcond(a: Value, rcond: Value, hermitian: Value, r: Value): void {
  const none = changetype<Value>(zero);
  none.setFloat(0);
  r.setTensor(pseudoInverse(a.tensor, none, rcond, hermitian.bool));
}

export function pinverse(a: Value, rcond: Value, r: Value): void {
  const none = changetype<Value>(zero);
  none.setFloat(0);
  r.setTensor(pseudoInverse(a.tensor, none, rcond, false));
}

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
    store<i32>(zero, 0);
    q = empty(DType.FLOAT64, zero, 1);
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
