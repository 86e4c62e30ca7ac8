// Scaled dot product attention: softmax(scale * q · kᵀ + mask) · v.
//
// For every batch index the queries are taken in blocks of rows, so that the scores of a block stay small:
//
//   block of q, scaled [rows, E] ── · kᵀ + mask ──► scores [rows, S] ── softmax ──► · v ──► rows of the output
//
// A mask of numbers is where the sums of the scores start. With `causal` the columns after the diagonal are left out.
// A row without any column gives zeros, or NaN in the operator that gives weights, as in PyTorch.

import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, factShape, factText, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { expandTo } from "./dims";
import { fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { gemm, gemmScratchBytes, mismatch, nativeStrided, sameDtype } from "./engine/product";
import { largestF32, softmaxRowF32, softmaxRowF64 } from "./softmax";

/** Scores of a block take about this many elements, */
const BLOCK_SCORES: usize = 128 * 1024;
/** but a block has at least so many rows. */
const LEAST_ROWS: usize = 16;

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]: the batch, then L and S

// The running call.
let ndim: i32 = 0;
let native: DType = DType.FLOAT32;
let shift: usize = 2;
let causal: bool = false;
let factor: f64 = 1;
/** A row of nothing but -∞ gives zeros. */
let safe: bool = true;
/** Query heads per head of keys and values. */
let group: i32 = 1;

function sizeAt(d: i32): i32 {
  return load<i32>(sizes + ((d as usize) << 2));
}

/** Broadcasts the batch dimensions of `t` into `sizes`; heads may be fewer by the factor `per`. */
function joinBatch(t: Tensor, per: i32): bool {
  for (let d: i32 = 0; d < (t.ndim as i32) - 2; d++) {
    const at = d + ndim - (t.ndim as i32);
    const heads = at == ndim - 3;
    const size = t.size(d) * (heads ? per : 1);
    const have = sizeAt(at);
    if (have != size && have != 1 && size != 1) return false;
    if (have == 1) store<i32>(sizes + ((at as usize) << 2), size);
  }
  return true;
}

/** Bytes from `t`'s first element to its matrix of batch `index`. */
function matrixOffset(t: Tensor, index: usize, per: i32): usize {
  let offset: i32 = 0;
  for (let d = ndim - 3; d >= 0; d--) {
    const size = sizeAt(d) as usize;
    const i = (index % size) as i32;
    index /= size;
    const own = d - (ndim - (t.ndim as i32));
    if (own < 0 || t.size(own) == 1) continue;
    offset += (d == ndim - 3 ? i / per : i) * t.stride(own);
  }
  return (offset as usize) << shift;
}

/** Rows of a block for `s` columns. */
function blockRows(l: usize, s: usize): usize {
  return min(l, max(LEAST_ROWS, BLOCK_SCORES / max<usize>(s, 1)));
}

function strideOf(t: Tensor, fromEnd: i32): usize {
  return t.stride((t.ndim as i32) - fromEnd);
}

/** to[rows, E] = factor * q, contiguous. */
function scaleBlock(to: usize, q: usize, rows: usize, e: usize, row: usize, column: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    let from = q + ((i * row) << shift);
    for (let j: usize = 0; j < e; j++) {
      if (native == DType.FLOAT64) store<f64>(to, load<f64>(from) * factor);
      else store<f32>(to, load<f32>(from) * (factor as f32));
      to += (1 as usize) << shift;
      from += column << shift;
    }
  }
}

/** Sets -∞ where a mask of truth bytes is 0. */
function hideColumns(scores: usize, mask: usize, column: usize, n: usize): void {
  for (let j: usize = 0; j < n; j++) {
    if (load<u8>(mask + j * column)) continue;
    if (native == DType.FLOAT64) store<f64>(scores + (j << 3), -Infinity);
    else store<f32>(scores + (j << 2), -Infinity);
  }
}

/** Softmax of the first `n` of `s` scores in place; what is left of the row, or a row of nothing but -∞, becomes 0. */
function softenRow(scores: usize, n: usize, s: usize): void {
  if (native == DType.FLOAT32) {
    if (safe && n && largestF32(scores, n) == -Infinity) n = 0;
    if (n) softmaxRowF32(scores, scores, n, false);
  } else {
    let top = -Infinity;
    for (let j: usize = 0; j < n; j++) top = max<f64>(top, load<f64>(scores + (j << 3)));
    if (safe && top == -Infinity) n = 0;
    if (n) softmaxRowF64(scores, scores, n, 8, false);
  }
  memory.fill(scores + (n << shift), 0, (s - n) << shift);
}

/** All blocks of one batch index. `weights` is where the scores stay ([L, S]), or 0. */
function attend(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor,
  index: usize,
  out: usize,
  rowOut: usize,
  weights: usize,
  area: usize,
): void {
  const l: usize = sizeAt(ndim - 2);
  const s: usize = sizeAt(ndim - 1);
  const e: usize = q.size((q.ndim as i32) - 1);
  const ev: usize = v.size((v.ndim as i32) - 1);
  const most = blockRows(l, s);
  const work = area + ((((most * e + most * s) << shift) + 127) & ~63);
  const queries = q.data + matrixOffset(q, index, 1);
  const keys = k.data + matrixOffset(k, index, group);
  const values = v.data + matrixOffset(v, index, group);
  const truth = !isNone(mask) && mask.dtype == DType.BOOL;
  const masked = isNone(mask) ? 0 : mask.data + (matrixOffset(mask, index, 1) >> (truth ? shift : 0));
  const rowMask = isNone(mask) ? 0 : strideOf(mask, 2);
  const columnMask = isNone(mask) ? 0 : strideOf(mask, 1);
  for (let i: usize = 0; i < l; i += most) {
    const rows = min(most, l - i);
    const n = causal ? min(s, i + rows) : s;
    const scores = weights ? weights + ((i * s) << shift) : area + ((((most * e) << shift) + 63) & ~63);
    scaleBlock(area, queries + ((i * strideOf(q, 2)) << shift), rows, e, strideOf(q, 2), strideOf(q, 1));
    const start = truth || !masked ? 0 : masked + ((i * rowMask) << shift);
    gemm(
      native,
      rows,
      n,
      e,
      area,
      e,
      1,
      keys,
      strideOf(k, 1),
      strideOf(k, 2),
      scores,
      s,
      start,
      rowMask,
      columnMask,
      work,
    );
    for (let r: usize = 0; r < rows; r++) {
      const row = scores + ((r * s) << shift);
      if (truth) hideColumns(row, masked + (i + r) * rowMask, columnMask, n);
      softenRow(row, causal ? min(n, i + r + 1) : n, s);
    }
    const to = out + ((i * rowOut) << shift);
    gemm(
      native,
      rows,
      ev,
      n,
      scores,
      s,
      1,
      values,
      strideOf(v, 2),
      strideOf(v, 1),
      to,
      rowOut,
      0,
      0,
      0,
      work,
    );
  }
}

/** Scratch bytes of `attend`; 0 with an error recorded is what `scratch` makes of too many. */
function attendBytes(l: usize, s: usize, e: usize, ev: usize): u64 {
  const rows = blockRows(l, s);
  const blocks = ((rows as u64) * (e as u64) + (rows as u64) * (s as u64)) << (shift as u64);
  return blocks + 192 + max(gemmScratchBytes(native, rows, s, e), gemmScratchBytes(native, rows, ev, s));
}

/** True when the shapes fit; sets `sizes`. */
function checkShapes(q: Tensor, k: Tensor, v: Tensor, gqa: bool): bool {
  if (q.ndim < 2 || k.ndim < 2 || v.ndim < 2) {
    const bad = q.ndim < 2 ? q : k.ndim < 2 ? k : v;
    fail(ErrorCode.NDIM);
    factInt(q.ndim < 2 ? 0 : k.ndim < 2 ? 1 : 2);
    factInt(2);
    factShape(bad);
    return false;
  }
  if (!sameDtype(q, k) || !sameDtype(q, v)) return false;
  const dtype = q.dtype as DType;
  if (!isFloating(dtype)) {
    refuse(dtype);
    return false;
  }
  if (q.size((q.ndim as i32) - 1) != k.size((k.ndim as i32) - 1)) return mismatch(ErrorCode.INNER_SIZE, q, k);
  if (k.size((k.ndim as i32) - 2) != v.size((v.ndim as i32) - 2))
    return mismatch(ErrorCode.SIZE_MISMATCH, k, v);
  ndim = max<i32>(q.ndim, max<i32>(k.ndim, v.ndim));
  group = 1;
  if (gqa && q.ndim > 2 && k.ndim > 2) {
    const heads = q.size((q.ndim as i32) - 3);
    const shared = k.size((k.ndim as i32) - 3);
    const both = v.ndim > 2 && v.size((v.ndim as i32) - 3) == shared;
    if (!both || shared == 0 || heads % shared != 0) return mismatch(ErrorCode.SIZE_MISMATCH, q, k);
    group = heads / shared;
  }
  for (let d = 0; d < ndim; d++) store<i32>(sizes + ((d as usize) << 2), 1);
  if (!joinBatch(q, 1)) return mismatch(ErrorCode.SIZE_MISMATCH, q, k);
  if (!joinBatch(k, group)) return mismatch(ErrorCode.SIZE_MISMATCH, q, k);
  if (!joinBatch(v, group)) return mismatch(ErrorCode.SIZE_MISMATCH, q, v);
  store<i32>(sizes + (((ndim - 2) as usize) << 2), q.size((q.ndim as i32) - 2));
  store<i32>(sizes + (((ndim - 1) as usize) << 2), k.size((k.ndim as i32) - 2));
  return true;
}

/** A new tensor of the batch's sizes, L and `last`; with `headsInner`, [B, H, L, E] lies in memory as [B, L, H, E]. */
function newResult(last: i32, headsInner: bool): Tensor {
  const s = sizeAt(ndim - 1);
  store<i32>(sizes + (((ndim - 1) as usize) << 2), last);
  const out = empty(native, sizes, ndim);
  store<i32>(sizes + (((ndim - 1) as usize) << 2), s);
  if (isNone(out) || !headsInner) return out;
  out.setStride(2, sizeAt(1) * last);
  out.setStride(1, last);
  return out;
}

/** The mask as the blocks read it: truth bytes, or native numbers, expanded; one reference. NONE for NONE or an error. */
function prepareMask(mask: Tensor): Tensor {
  if (isNone(mask)) return NONE;
  const dtype = mask.dtype as DType;
  if (dtype != DType.BOOL && !isFloating(dtype)) return refuse(dtype);
  const read = dtype == DType.BOOL ? contiguousAs(mask, dtype) : contiguousAs(mask, native);
  if (isNone(read)) return NONE;
  const out = expandTo(read, sizes, ndim, false);
  release(read);
  return out;
}

/** Runs it; the result in the native dtype, and the weights into `weights` unless NONE. */
function run(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, out: Tensor, weights: Tensor): bool {
  const x = nativeStrided(q);
  const y = isNone(x) ? NONE : nativeStrided(k);
  const z = isNone(y) ? NONE : nativeStrided(v);
  const l: usize = sizeAt(ndim - 2);
  const s: usize = sizeAt(ndim - 1);
  const e: usize = q.size((q.ndim as i32) - 1);
  const ev: usize = v.size((v.ndim as i32) - 1);
  const area = isNone(z) ? 0 : scratch(attendBytes(l, s, e, ev));
  let batch: usize = 1;
  for (let d = 0; d < ndim - 2; d++) batch *= sizeAt(d);
  for (let i: usize = 0; area && i < batch; i++) {
    const to = out.data + matrixOffset(out, i, 1);
    const kept = isNone(weights) ? 0 : weights.data + ((i * l * s) << shift);
    attend(x, y, z, mask, i, to, strideOf(out, 2), kept, area);
  }
  release(x);
  release(y);
  release(z);
  return area != 0;
}

/**
 * Checks arguments, allocates and runs; `weights` gets the weights unless it is null. Where a row has no column, `nans` makes
 * it NaN, else 0. With `headsInner`, [B, H, L, E] lies in memory as [B, L, H, E].
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor,
  dropout: f64,
  isCausal: bool,
  scale: Value,
  gqa: bool,
  headsInner: bool,
  nans: bool,
  weights: Value,
): Tensor {
  if (dropout != 0) {
    // Random numbers belong to the caller: attention with dropout is for training.
    fail(ErrorCode.UNSUPPORTED);
    factText(DROPOUT, 7);
    return NONE;
  }
  if (isCausal && !isNone(mask)) {
    badValue(5, 1);
    return NONE;
  }
  if (!checkShapes(q, k, v, gqa)) return NONE;
  native = nativeType(q.dtype as DType);
  shift = native == DType.FLOAT64 ? 3 : 2;
  causal = isCausal;
  safe = !nans;
  const e = q.size((q.ndim as i32) - 1);
  const noScale = !changetype<usize>(scale) || scale.isNone;
  factor = noScale ? 1 / sqrt<f64>(e as f64) : scale.asFloat;
  const expanded = prepareMask(mask);
  if (isNone(expanded) && !isNone(mask)) return NONE;
  const ev = v.size((v.ndim as i32) - 1);
  const out = newResult(ev, headsInner && ndim == 4 && e == ev);
  const kept = changetype<usize>(weights) && !isNone(out) ? newResult(sizeAt(ndim - 1), false) : NONE;
  const wanted = changetype<usize>(weights) != 0;
  let done: bool = !isNone(out) && (!wanted || !isNone(kept));
  if (done && (out.numel || (wanted && kept.numel))) done = run(q, k, v, expanded, out, kept);
  release(expanded);
  if (wanted) weights.setTensor(fromNative(kept, q.dtype as DType));
  if (done) return fromNative(out, q.dtype as DType);
  release(out);
  return NONE;
}

const DROPOUT: usize = memory.data<u8>([100, 114, 111, 112, 111, 117, 116]); // "dropout"

export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor,
  dropout: f64,
  isCausal: bool,
  scale: Value,
  gqa: bool,
): Tensor {
  return attention(query, key, value, mask, dropout, isCausal, scale, gqa, true, false, changetype<Value>(0));
}

export function scaledDotProductAttentionWeights(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor,
  dropout: f64,
  needWeights: bool,
  isCausal: bool,
  r: Value,
): void {
  // PyTorch gives the weights even where they are not needed.
  const none = changetype<Value>(0);
  const weights = r.at(1);
  r.at(0).setTensor(attention(query, key, value, mask, dropout, isCausal, none, false, false, true, weights));
}
