// Batches of matrices: tensors whose last two dimensions are rows and columns, computed on as row-major float64.

import { DType } from "../core/dtype";
import { factInt, factShape, fail } from "../core/error";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { convertCopy } from "../kernels/copy";
import { expandTo } from "../kernels/dims";
import { refuse } from "../kernels/engine/pointwise";

const sizes: usize = memory.data(264, 16); // i32[MAX_DIMS + 2]

function sizeAt(i: i32): usize {
  return sizes + ((i as usize) << 2);
}

/** True for float32 and float64, which PyTorch's decompositions take; else records DTYPE. */
export function isPrecise(t: Tensor): bool {
  if (t.dtype === DType.FLOAT32 || t.dtype === DType.FLOAT64) return true;
  refuse(t.dtype as DType);
  return false;
}

/** True when argument `index` holds float matrices; else records NDIM or DTYPE. */
export function isMatrices(t: Tensor, index: i32): bool {
  if (t.ndim >= 2) return isPrecise(t);
  fail(ErrorCode.NDIM);
  factInt(index);
  factInt(2);
  factShape(t);
  return false;
}

/** True when argument `index` holds square float matrices; else records NOT_SQUARE too. */
export function isSquare(t: Tensor, index: i32): bool {
  if (!isMatrices(t, index)) return false;
  if (rowsOf(t) === columnsOf(t)) return true;
  fail(ErrorCode.NOT_SQUARE);
  factInt(index);
  factShape(t);
  return false;
}

export function rowsOf(t: Tensor): i32 {
  return t.size((t.ndim as i32) - 2);
}

export function columnsOf(t: Tensor): i32 {
  return t.size((t.ndim as i32) - 1);
}

/** Number of matrices in `t`. */
export function batchOf(t: Tensor): i32 {
  let n = 1;
  for (let i: i32 = 0; i < (t.ndim as i32) - 2; i++) n *= t.size(i);
  return n;
}

/** Matrix `k` of a contiguous float64 tensor. */
export function matrixAt(t: Tensor, k: i32): usize {
  return t.data + ((((k * rowsOf(t)) as usize) * (columnsOf(t) as usize)) << 3);
}

/** Row `k` of `n` numbers of a contiguous float64 tensor. */
export function rowAt(t: Tensor, k: i32, n: i32): usize {
  return t.data + (((k as usize) * (n as usize)) << 3);
}

/** A new contiguous float64 tensor of `t`'s elements. */
export function wide(t: Tensor): Tensor {
  return convertCopy(t, DType.FLOAT64);
}

/** `t`, which is released, as a new contiguous tensor of `dtype`. NONE stays NONE. */
export function narrowed(t: Tensor, dtype: DType): Tensor {
  if (isNone(t)) return NONE;
  const out = convertCopy(t, dtype);
  release(t);
  return out;
}

/** A new tensor of `t`'s batch dimensions and `count` more: none, `a`, or `a` and `b`. */
export function inBatch(t: Tensor, dtype: DType, count: i32, a: i32, b: i32): Tensor {
  const ndim = (t.ndim as i32) - 2;
  for (let i = 0; i < ndim; i++) store<i32>(sizeAt(i), t.size(i));
  store<i32>(sizeAt(ndim), a);
  store<i32>(sizeAt(ndim + 1), b);
  return empty(dtype, sizes, ndim + count);
}

/** True when every number of the matrix is finite; else records NOT_FINITE for matrix `k`. */
export function allFinite(at: usize, count: i32, k: i32): bool {
  for (let i: usize = 0; i < (count as usize); i++) {
    if (abs(load<f64>(at + (i << 3))) < Infinity) continue;
    fail(ErrorCode.NOT_FINITE);
    factInt(k);
    return false;
  }
  return true;
}

/** Copies the transpose of the m × n matrix at `from` to `to`. */
export function transposeInto(to: usize, from: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      store<f64>(to + (((j * m + i) as usize) << 3), load<f64>(from + (((i * n + j) as usize) << 3)));
    }
  }
}

/** What `spread` gave for the second tensor; the first is its result. */
export let second: Tensor = NONE;

/**
 * New float64 copies of `a` and `b` whose batch dimensions are broadcast together: `a`'s as the result, `b`'s in `second`.
 * NONE with BROADCAST recorded.
 */
export function spread(a: Tensor, b: Tensor): Tensor {
  const ndim = max(a.ndim as i32, b.ndim as i32);
  for (let d = 0; d < ndim - 2; d++) {
    const i = d - (ndim - (a.ndim as i32));
    const j = d - (ndim - (b.ndim as i32));
    const p = i < 0 ? 1 : a.size(i);
    const q = j < 0 ? 1 : b.size(j);
    if (p !== q && p !== 1 && q !== 1) {
      fail(ErrorCode.BROADCAST);
      factShape(a);
      factShape(b);
      factInt(d);
      return NONE;
    }
    store<i32>(sizeAt(d), p === 1 ? q : p);
  }
  const first = spreadOne(a, ndim);
  second = isNone(first) ? NONE : spreadOne(b, ndim);
  if (!isNone(second)) return first;
  release(first);
  return NONE;
}

function spreadOne(t: Tensor, ndim: i32): Tensor {
  store<i32>(sizeAt(ndim - 2), rowsOf(t));
  store<i32>(sizeAt(ndim - 1), columnsOf(t));
  const v = expandTo(t, sizes, ndim, false);
  if (isNone(v)) return NONE;
  const out = wide(v);
  release(v);
  return out;
}

/** Records SIZE_MISMATCH of two tensors, and gives false. */
export function mismatch(a: Tensor, b: Tensor): bool {
  fail(ErrorCode.SIZE_MISMATCH);
  factShape(a);
  factShape(b);
  return false;
}

/** `result`, with `used` released: the end of a step of a composite operator. */
export function after(result: Tensor, used: Tensor): Tensor {
  release(used);
  return result;
}
