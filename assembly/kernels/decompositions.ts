// Singular values and symmetric eigenvalues, and what follows from them: rank and pseudo-inverse.

import { Str } from "../core/containers";
import { DType } from "../core/dtype";
import { factInt, factText, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { isNone, NONE, release, retain, Tensor } from "../core/tensor";
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
  narrowed,
  rowAt,
  rowsOf,
  wide,
} from "../linalg/batch";
import { identity, normalise, orthogonalise, symmetricEigen, symmetrise } from "../linalg/jacobi";
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
