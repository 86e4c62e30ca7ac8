// Products of matrices and of batches of them, with broadcasting, any strides and all dtypes but bool.
//
//   out[…, m, n] = start[…, m, n] + a[…, m, k] · b[…, k, n]
//
// Elements are sums over k in order, in float32 (float16 and bfloat16 too, rounded once at the end), float64 or int64.
// When `b` is one matrix for all of the batch, the batch is folded into the rows where a's strides allow; and if it
// stays the same from call to call, it is packed once (core/derived.ts).

import { DerivedFormat, derive, derivedIsNew } from "../../core/derived";
import { DType } from "../../core/dtype";
import { factDtype, factShape, fail } from "../../core/error";
import { scratch } from "../../core/scratch";
import { empty, isNone, MAX_DIMS, NONE, release, retain, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { FEW_ROWS, gemmF32, gemmF32ScratchBytes, gemmPackedB } from "../../gemm/gemm-f32";
import { gemmF64, gemmF64ScratchBytes } from "../../gemm/gemm-f64";
import { gemmInt } from "../../gemm/gemm-int";
import { packB, packedBBytes } from "../../gemm/pack-f32";
import { convertCopy } from "../copy";
import { nativeType } from "./native";
import { refuse } from "./pointwise";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]: the result's, m and n among them
let ndim: i32 = 0;

function sizeAt(d: i32): i32 {
  return load<i32>(sizes + ((d as usize) << 2));
}

/** `t` in its native dtype with the strides it has; one reference. */
export function nativeStrided(t: Tensor): Tensor {
  const native = nativeType(t.dtype as DType);
  return t.dtype == native ? retain(t) : convertCopy(t, native);
}

/** Stride of `t` along the result's dimension `d`; 0 where it is broadcast. */
function strideAlong(t: Tensor, d: i32): i32 {
  const own = d - (ndim - (t.ndim as i32));
  return own < 0 || t.size(own) == 1 ? 0 : t.stride(own);
}

/** The one stride of all the result's dimensions before the last, seen as one; -1 when there is none. */
function foldedStride(t: Tensor): i32 {
  let stride: i32 = -1;
  let next: i64 = 0;
  for (let d = ndim - 2; d >= 0; d--) {
    if (sizeAt(d) == 1) continue;
    const own = strideAlong(t, d);
    if (stride < 0) stride = own;
    else if ((own as i64) != next) return -1;
    next = (own as i64) * (sizeAt(d) as i64);
  }
  return max(stride, 0);
}

/** Elements from `t`'s first one to the matrix of batch `index`. */
function batchOffset(t: Tensor, index: usize): usize {
  let offset: i32 = 0;
  for (let d = ndim - 3; d >= 0; d--) {
    const size = sizeAt(d) as usize;
    offset += ((index % size) as i32) * strideAlong(t, d);
    index /= size;
  }
  return offset;
}

/** Broadcasts the batch dimensions of `a` and `b` into `sizes`; false with an error recorded when they do not fit. */
function broadcastBatch(a: Tensor, b: Tensor): bool {
  ndim = max<i32>(a.ndim, b.ndim);
  for (let d = 0; d < ndim - 2; d++) {
    const i = d - (ndim - (a.ndim as i32));
    const j = d - (ndim - (b.ndim as i32));
    const x: i32 = i < 0 ? 1 : a.size(i);
    const y: i32 = j < 0 ? 1 : b.size(j);
    if (x != y && x != 1 && y != 1) return mismatch(ErrorCode.SIZE_MISMATCH, a, b);
    store<i32>(sizes + ((d as usize) << 2), x == 1 ? y : x);
  }
  store<i32>(sizes + (((ndim - 2) as usize) << 2), a.size((a.ndim as i32) - 2));
  store<i32>(sizes + (((ndim - 1) as usize) << 2), b.size((b.ndim as i32) - 1));
  return true;
}

/** Records that two shapes do not fit; gives false. */
export function mismatch(code: ErrorCode, a: Tensor, b: Tensor): bool {
  fail(code);
  factShape(a);
  factShape(b);
  return false;
}

/** True when `a` and `b` have one dtype; else records DTYPE_MISMATCH. */
export function sameDtype(a: Tensor, b: Tensor): bool {
  if (a.dtype == b.dtype) return true;
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(a.dtype);
  factDtype(b.dtype);
  return false;
}

/** Empty result in the native dtype, without the dimension m or n where it is dropped. */
function newResult(native: DType, dropM: bool, dropN: bool): Tensor {
  const kept = scratch(((MAX_DIMS + 2) as u64) << 2);
  if (!kept) return NONE;
  let count: i32 = 0;
  for (let d = 0; d < ndim; d++) {
    if ((dropM && d == ndim - 2) || (dropN && d == ndim - 1)) continue;
    store<i32>(kept + ((count as usize) << 2), sizeAt(d));
    count++;
  }
  return empty(native, kept, count);
}

/**
 * The product of `a` and `b`, of two dimensions or more, in the native dtype of theirs; `start` is NONE or a tensor of
 * their dtype that can be broadcast to the result. `dropM` and `dropN` leave out a dimension m or n of size 1.
 */
export function product(a: Tensor, b: Tensor, start: Tensor, dropM: bool, dropN: bool): Tensor {
  if (!sameDtype(a, b) || (!isNone(start) && !sameDtype(a, start))) return NONE;
  if (a.dtype == DType.BOOL) return refuse(DType.BOOL);
  if (a.size((a.ndim as i32) - 1) != b.size((b.ndim as i32) - 2)) {
    mismatch(ErrorCode.INNER_SIZE, a, b);
    return NONE;
  }
  if (!broadcastBatch(a, b)) return NONE;
  const native = nativeType(a.dtype as DType);
  const x = nativeStrided(a);
  const s = isNone(start) ? NONE : nativeStrided(start);
  let out = isNone(x) || (isNone(s) && !isNone(start)) ? NONE : newResult(native, dropM, dropN);
  if (!isNone(out) && out.numel && !multiply(x, b, s, out, native)) {
    release(out);
    out = NONE;
  }
  release(x);
  release(s);
  return out;
}

/** Fills `out`; `b` is not yet native. */
function multiply(x: Tensor, b: Tensor, start: Tensor, out: Tensor, native: DType): bool {
  const k: usize = x.size((x.ndim as i32) - 1);
  const n: usize = sizeAt(ndim - 1);
  let m: usize = sizeAt(ndim - 2);
  let batch: usize = 1;
  let oneB = true;
  for (let d = 0; d < ndim - 2; d++) {
    batch *= sizeAt(d);
    if (sizeAt(d) != 1 && strideAlong(b, d) != 0) oneB = false;
  }
  let rsX = strideAlong(x, ndim - 2);
  let rsStart = isNone(start) ? 0 : strideAlong(start, ndim - 2);
  const csStart = isNone(start) ? 0 : strideAlong(start, ndim - 1);
  if (oneB && batch > 1) {
    const foldedX = foldedStride(x);
    const foldedStart = isNone(start) ? 0 : foldedStride(start);
    if (foldedX >= 0 && foldedStart >= 0) {
      rsX = foldedX;
      rsStart = foldedStart;
      m *= batch;
      batch = 1;
    }
  }
  const csX = strideAlong(x, ndim - 1);
  const rsB = strideAlong(b, ndim - 2);
  const csB = strideAlong(b, ndim - 1);
  let packed: usize = 0;
  let fill: bool = false;
  if (native == DType.FLOAT32 && oneB && n > FEW_ROWS) {
    packed = derive(b, DerivedFormat.COLUMN_PANELS, packedBBytes(k, n), k, n, rsB, csB);
    fill = derivedIsNew;
  }
  const y = packed && !fill ? NONE : nativeStrided(b);
  if (isNone(y) && !(packed && !fill)) return false;
  const area = scratch(gemmScratchBytes(native, m, n, k));
  if (area && fill) packB(k, n, y.data, strideAlong(y, ndim - 2), strideAlong(y, ndim - 1), packed, k << 5);
  const shift: usize = native == DType.FLOAT32 ? 2 : 3;
  for (let i: usize = 0; area && i < batch; i++) {
    const a = x.data + ((batch == 1 ? 0 : batchOffset(x, i)) << shift);
    const c = out.data + ((i * m * n) << shift);
    const from = isNone(start) ? 0 : start.data + ((batch == 1 ? 0 : batchOffset(start, i)) << shift);
    if (packed) {
      gemmPackedB(m, n, k, a, rsX, csX, packed, c, n, from, rsStart, csStart, area);
      continue;
    }
    const at = y.data + ((batch == 1 ? 0 : batchOffset(y, i)) << shift);
    const rs = strideAlong(y, ndim - 2);
    const cs = strideAlong(y, ndim - 1);
    gemm(native, m, n, k, a, rsX, csX, at, rs, cs, c, n, from, rsStart, csStart, area);
  }
  release(y);
  return area != 0;
}

/** Scratch bytes of `gemm`. */
export function gemmScratchBytes(native: DType, m: usize, n: usize, k: usize): u64 {
  if (native == DType.FLOAT32) return gemmF32ScratchBytes(m, n, k);
  return native == DType.FLOAT64 ? gemmF64ScratchBytes(k) : 64;
}

/** One product C = start + A · B of native elements; see `gemmF32`. */
export function gemm(
  native: DType,
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  rsA: usize,
  csA: usize,
  b: usize,
  rsB: usize,
  csB: usize,
  c: usize,
  rsC: usize,
  start: usize,
  rsStart: usize,
  csStart: usize,
  area: usize,
): void {
  if (native == DType.FLOAT32) {
    gemmF32(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart, area);
  } else if (native == DType.FLOAT64) {
    gemmF64(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart, area);
  } else {
    gemmInt<i64>(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, start, rsStart, csStart);
  }
}
