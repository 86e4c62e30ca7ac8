// Determinants, inverses and systems of linear equations, by LU decomposition in float64.

import { DType } from "../core/dtype";
import { badValue, factDtype, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import {
  batchOf,
  columnsOf,
  inBatch,
  isMatrices,
  isPrecise,
  isSquare,
  matrixAt,
  mismatch,
  narrowed,
  rowsOf,
  second,
  spread,
  wide,
} from "../linalg/batch";
import { identity } from "../linalg/jacobi";
import { luFactor, luSolve, solveTriangular, swaps } from "../linalg/lu";
import { log64 } from "../math/f64/log";
import { mT, squeezeDim, unsqueeze } from "./dims";
import { matmul } from "./matmul";

/** Records that matrix `k` cannot be inverted. */
function singular(k: i32): void {
  fail(ErrorCode.SINGULAR);
  factInt(k);
}

/** What `determinants` writes. */
enum Part {
  DETERMINANT = 0,
  LOGARITHM = 1,
  SIGN = 2,
  /** The logarithm of the determinant itself: NaN where it is negative. */
  LOGDET = 3,
}

/** What `part` says of the determinant, after `luFactor`. */
function measure(lu: usize, n: i32, part: Part): f64 {
  let product: f64 = 1;
  let sign: f64 = swaps & 1 ? -1 : 1;
  let sum: f64 = 0;
  for (let i: usize = 0; i < (n as usize); i++) {
    const x = load<f64>(lu + ((i * (n as usize) + i) << 3));
    product *= x;
    if (x < 0) sign = -sign;
    else if (x === 0) sign = 0;
    else if (x !== x) sign = NaN;
    sum += log64(abs(x));
  }
  switch (part) {
    case Part.DETERMINANT:
      return swaps & 1 ? -product : product;
    case Part.SIGN:
      return sign;
    case Part.LOGDET:
      return sign === -1 ? NaN : sum;
    default:
      return sum;
  }
}

/** One number per matrix, as float64; a second one to `others` when that is not NONE. */
function determinants(a: Tensor, part: Part, others: Tensor): Tensor {
  const out = inBatch(a, DType.FLOAT64, 0, 0, 0);
  const lu = isNone(out) ? NONE : wide(a);
  const n = rowsOf(a);
  const pivots = isNone(lu) ? 0 : scratch(((n as u64) << 2) + 4);
  if (!pivots) {
    release(out);
    release(lu);
    return NONE;
  }
  for (let k = 0; k < batchOf(a); k++) {
    const at = matrixAt(lu, k);
    luFactor(at, n, n, pivots);
    store<f64>(out.data + ((k as usize) << 3), measure(at, n, part));
    if (!isNone(others)) store<f64>(others.data + ((k as usize) << 3), measure(at, n, Part.LOGARITHM));
  }
  release(lu);
  return out;
}

export function linalgDet(a: Tensor): Tensor {
  return isSquare(a, 0) ? narrowed(determinants(a, Part.DETERMINANT, NONE), a.dtype as DType) : NONE;
}

/** The sign, and the logarithm of the size. */
export function linalgSlogdet(a: Tensor, r: Value): void {
  if (!isSquare(a, 0)) return;
  const logs = inBatch(a, DType.FLOAT64, 0, 0, 0);
  if (isNone(logs)) return;
  const signs = determinants(a, Part.SIGN, logs);
  r.setTensor(narrowed(signs, a.dtype as DType));
  r.at(1).setTensor(narrowed(logs, a.dtype as DType));
}

export function logdet(a: Tensor): Tensor {
  return isSquare(a, 0) ? narrowed(determinants(a, Part.LOGDET, NONE), a.dtype as DType) : NONE;
}

/** The inverses, as float64. `info`, int32, takes the place of the first zero pivot of each; without it that is an error. */
function inverses(a: Tensor, info: Tensor): Tensor {
  const n = rowsOf(a);
  const lu = wide(a);
  const out = isNone(lu) ? NONE : inBatch(a, DType.FLOAT64, 2, n, n);
  const pivots = isNone(out) ? 0 : scratch(((n as u64) << 2) + 4);
  let done = pivots !== 0;
  for (let k = 0; k < batchOf(a) && done; k++) {
    const failed = luFactor(matrixAt(lu, k), n, n, pivots);
    if (!isNone(info)) store<i32>(info.data + ((k as usize) << 2), failed);
    else if (failed) {
      singular(k);
      done = false;
      break;
    }
    identity(matrixAt(out, k), n);
    luSolve(matrixAt(lu, k), n, pivots, matrixAt(out, k), n);
  }
  release(lu);
  if (done) return out;
  release(out);
  return NONE;
}

export function linalgInv(a: Tensor): Tensor {
  return isSquare(a, 0) ? narrowed(inverses(a, NONE), a.dtype as DType) : NONE;
}

/** The inverse, and 0 or 1 + the place of the first pivot that is 0. */
export function linalgInvEx(a: Tensor, checkErrors: bool, r: Value): void {
  if (!isSquare(a, 0)) return;
  const info = inBatch(a, DType.INT32, 0, 0, 0);
  if (isNone(info)) return;
  const out = narrowed(inverses(a, info), a.dtype as DType);
  if (isNone(out) || !checkInfo(info, checkErrors)) {
    release(out);
    release(info);
    return;
  }
  r.setTensor(out);
  r.at(1).setTensor(info);
}

/** False, with SINGULAR recorded, when errors are to be checked and there is one. */
function checkInfo(info: Tensor, checkErrors: bool): bool {
  for (let k = 0; k < (info.numel as i32) && checkErrors; k++) {
    if (load<i32>(info.data + ((k as usize) << 2)) === 0) continue;
    singular(k);
    return false;
  }
  return true;
}

/** True when both are of one precise dtype; else records DTYPE or DTYPE_MISMATCH. */
function isPair(a: Tensor, b: Tensor): bool {
  if (!isPrecise(a) || a.dtype === b.dtype) return isPrecise(a);
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(a.dtype);
  factDtype(b.dtype);
  return false;
}

/** True when `b` holds one vector per matrix of `a` (NumPy's rule). */
function isVectors(a: Tensor, b: Tensor): bool {
  if (b.ndim === 1) return true;
  const ndim = (a.ndim as i32) - 1;
  return (b.ndim as i32) === ndim && memory.compare(a.dims, b.dims, (ndim as usize) << 2) === 0;
}

/** Solutions of A X = B as float64, for matrices with as many rows; `info` as in `inverses`. */
function solutions(a: Tensor, b: Tensor, info: Tensor): Tensor {
  const lu = spread(a, b);
  if (isNone(lu)) return NONE;
  const x = second;
  const n = rowsOf(lu);
  const pivots = scratch(((n as u64) << 2) + 4);
  let done = pivots !== 0;
  for (let k = 0; k < batchOf(lu) && done; k++) {
    const failed = luFactor(matrixAt(lu, k), n, n, pivots);
    if (failed && isNone(info)) {
      singular(k);
      done = false;
    } else luSolve(matrixAt(lu, k), n, pivots, matrixAt(x, k), columnsOf(x));
  }
  release(lu);
  if (done) return x;
  release(x);
  return NONE;
}

/** Places of zero pivots of each matrix of `a`, int32; NONE on failure. */
function infoOf(a: Tensor): Tensor {
  const info = inBatch(a, DType.INT32, 0, 0, 0);
  const lu = isNone(info) ? NONE : wide(a);
  const n = rowsOf(a);
  const pivots = isNone(lu) ? 0 : scratch(((n as u64) << 2) + 4);
  for (let k = 0; k < batchOf(a) && pivots; k++) {
    store<i32>(info.data + ((k as usize) << 2), luFactor(matrixAt(lu, k), n, n, pivots));
  }
  release(lu);
  if (pivots) return info;
  release(info);
  return NONE;
}

function solve(a: Tensor, b: Tensor, left: bool, info: Tensor): Tensor {
  if (!isSquare(a, 0) || !isPair(a, b)) return NONE;
  const vectors = isVectors(a, b);
  if (vectors && !left) {
    badValue(2, 0);
    return NONE;
  }
  const columns = vectors ? unsqueeze(b, -1) : retain(b);
  if (isNone(columns)) return NONE;
  let out = NONE;
  if (columns.ndim < 2 || (left ? rowsOf(columns) : columnsOf(columns)) !== rowsOf(a)) {
    mismatch(a, b);
  } else if (left) {
    out = solutions(a, columns, info);
  } else {
    // X A = B: Aᵀ Xᵀ = Bᵀ
    const at = mT(a);
    const bt = isNone(at) ? NONE : mT(columns);
    const xt = isNone(bt) ? NONE : solutions(at, bt, info);
    release(at);
    release(bt);
    if (!isNone(xt)) out = mT(xt);
    release(xt);
  }
  release(columns);
  out = narrowed(out, a.dtype as DType);
  if (!vectors || isNone(out)) return out;
  const flat = squeezeDim(out, -1);
  release(out);
  return flat;
}

export function linalgSolve(a: Tensor, b: Tensor, left: bool): Tensor {
  return solve(a, b, left, NONE);
}

export function linalgSolveEx(a: Tensor, b: Tensor, left: bool, checkErrors: bool, r: Value): void {
  if (!isSquare(a, 0)) return;
  const info = infoOf(a);
  if (isNone(info)) return;
  const out = checkInfo(info, checkErrors) ? solve(a, b, left, info) : NONE;
  if (isNone(out)) {
    release(info);
    return;
  }
  r.setTensor(out);
  r.at(1).setTensor(info);
}

/** Solves by a triangle of `a`; as float64. */
function triangular(a: Tensor, b: Tensor, upper: bool, unit: bool): Tensor {
  const t = spread(a, b);
  if (isNone(t)) return NONE;
  const x = second;
  for (let k = 0; k < batchOf(t); k++) {
    solveTriangular(matrixAt(t, k), rowsOf(t), upper, unit, matrixAt(x, k), columnsOf(x));
  }
  release(t);
  return x;
}

export function linalgSolveTriangular(
  a: Tensor,
  b: Tensor,
  upper: bool,
  left: bool,
  unitriangular: bool,
): Tensor {
  if (!isSquare(a, 0) || !isMatrices(b, 1) || !isPair(a, b)) return NONE;
  if ((left ? rowsOf(b) : columnsOf(b)) !== rowsOf(a)) {
    mismatch(a, b);
    return NONE;
  }
  if (left) return narrowed(triangular(a, b, upper, unitriangular), a.dtype as DType);
  const at = mT(a);
  const bt = isNone(at) ? NONE : mT(b);
  const xt = isNone(bt) ? NONE : triangular(at, bt, !upper, unitriangular);
  release(at);
  release(bt);
  if (isNone(xt)) return NONE;
  const x = mT(xt);
  release(xt);
  return narrowed(x, a.dtype as DType);
}

/** The solution of op(A) X = B, and a copy of A, both broadcast. */
export function triangularSolve(
  b: Tensor,
  a: Tensor,
  upper: bool,
  transpose: bool,
  unitriangular: bool,
  r: Value,
): void {
  if (!isSquare(a, 1) || !isMatrices(b, 0) || !isPair(a, b)) return;
  if (rowsOf(b) !== rowsOf(a)) {
    mismatch(b, a);
    return;
  }
  const op = transpose ? mT(a) : retain(a);
  const x = isNone(op) ? NONE : triangular(op, b, upper !== transpose, unitriangular);
  release(op);
  if (isNone(x)) return;
  const copy = spread(a, x);
  release(second);
  r.setTensor(narrowed(x, a.dtype as DType));
  r.at(1).setTensor(narrowed(copy, a.dtype as DType));
}

/** The n-th power of square matrices; below 0 of their inverses. */
export function linalgMatrixPower(self: Tensor, n: i64): Tensor {
  if (self.ndim < 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  if (rowsOf(self) !== columnsOf(self)) {
    fail(ErrorCode.NOT_SQUARE);
    factInt(0);
    factShape(self);
    return NONE;
  }
  if (n === 0) {
    const eyes = inBatch(self, DType.FLOAT64, 2, rowsOf(self), rowsOf(self));
    if (isNone(eyes)) return NONE;
    for (let k = 0; k < batchOf(self); k++) identity(matrixAt(eyes, k), rowsOf(self));
    return narrowed(eyes, self.dtype as DType);
  }
  let base = n < 0 ? linalgInv(self) : narrowed(retain(self), self.dtype as DType);
  let power = NONE;
  for (let e = abs<i64>(n); !isNone(base); ) {
    if (e & 1) {
      const next = isNone(power) ? retain(base) : matmul(power, base);
      release(power);
      power = next;
      if (isNone(power)) break;
    }
    e >>= 1;
    if (e === 0) break;
    const square = matmul(base, base);
    release(base);
    base = square;
  }
  if (isNone(base)) {
    release(power);
    power = NONE;
  }
  release(base);
  return power;
}
