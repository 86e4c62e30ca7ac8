// Whole attention layers and encoder layers in one operator, made of the kernels for their parts.

import { badValue, factInt, factShape, factTag, fail } from "../core/error";
import { MemoryFormat } from "../core/layout";
import { Tag } from "../core/object";
import { emptyLike, isNone, NONE, newView, release, sameSizes, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { exactGelu, relu } from "./activations";
import { attention } from "./attention";
import { cloneAs } from "./clone";
import { copyInto } from "./copy";
import { expandTo, transpose } from "./dims";
import { composeBegin, composeEnd, hold, intList, noValue, plus } from "./engine/compose";
import { mismatch } from "./engine/product";
import { layerNorm } from "./layer-norm";
import { logicalNot } from "./logic";
import { linear } from "./matmul";
import { nestedCount, nestedLength, nestedRows, refuseNested, sequenceAt, setLike } from "./nested";
import { meanDim } from "./reduce";
import { sliceAt } from "./slice";
import { reshapeSizes } from "./view";

/** What a mask hides: keys for all batches [L, S], keys of each batch [B, S], or whatever it says [B, H, L, S]. */
const enum MaskType {
  SOURCE = 0,
  PADDING = 1,
  GENERAL = 2,
}

const sizes: usize = memory.data(16, 16); // i32[4]

function setSizes(a: i32, b: i32, c: i32, d: i32): usize {
  store<i32>(sizes, a);
  store<i32>(sizes, b, 4);
  store<i32>(sizes, c, 8);
  store<i32>(sizes, d, 12);
  return sizes;
}

/** True when `t`, argument `index`, has `ndim` dimensions; else records NDIM. */
function checkDims(t: Tensor, index: i32, ndim: i32): bool {
  if (t.ndim == ndim) return true;
  fail(ErrorCode.NDIM);
  factInt(index);
  factInt(ndim);
  factShape(t);
  return false;
}

/** The arguments of attention layers as PyTorch checks them. */
function checkAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  embedDim: i64,
  heads: i64,
  qkvWeight: Tensor,
  qkvBias: Tensor,
): bool {
  if (!checkDims(q, 0, 3) || !checkDims(k, 1, 3) || !checkDims(v, 2, 3)) return false;
  if ((q.size(2) as i64) != embedDim) {
    badValue(3, embedDim);
    return false;
  }
  if (!sameSizes(q, k)) return mismatch(ErrorCode.SIZE_MISMATCH, q, k);
  if (!sameSizes(q, v)) return mismatch(ErrorCode.SIZE_MISMATCH, q, v);
  if (!checkDims(qkvWeight, 5, 2) || !checkDims(qkvBias, 6, 1)) return false;
  if ((qkvWeight.size(0) as i64) != 3 * embedDim || (qkvWeight.size(1) as i64) != embedDim)
    return mismatch(ErrorCode.SIZE_MISMATCH, q, qkvWeight);
  if (qkvBias.size(0) != qkvWeight.size(0)) return mismatch(ErrorCode.SIZE_MISMATCH, qkvBias, qkvWeight);
  if (heads > 0 && embedDim % heads == 0) return true;
  badValue(4, heads);
  return false;
}

/** Projection number `i` of `x` as heads [B, H, T, E / H]. */
function projected(x: Tensor, i: i32, heads: i32, qkvWeight: Tensor, qkvBias: Tensor): Tensor {
  const e = x.size(2);
  const w = hold(sliceAt(qkvWeight, 0, i * e, e, 1));
  const b = isNone(w) ? NONE : hold(sliceAt(qkvBias, 0, i * e, e, 1));
  const y = isNone(b) ? NONE : hold(linear(x, w, b));
  const v = isNone(y) ? NONE : hold(newView(y, 4));
  if (isNone(v)) return NONE;
  setSizes(x.size(0), heads, x.size(1), e / heads);
  memory.copy(v.dims, sizes, 16);
  v.setStride(0, x.size(1) * e);
  v.setStride(1, e / heads);
  v.setStride(2, e);
  v.setStride(3, 1);
  return v;
}

/** The mask, true where it hides, as truth of what is kept for [B, H, T, T]; NONE with an error recorded. */
function keptMask(mask: Tensor, maskType: Value, x: Tensor, heads: i32): Tensor {
  const type = maskType.intOr(-1);
  if (type < MaskType.SOURCE || type > MaskType.GENERAL) {
    badValue(12, type);
    return NONE;
  }
  const b = x.size(0);
  const t = x.size(1);
  const kept = hold(logicalNot(mask, NONE));
  if (isNone(kept)) return NONE;
  const ndim = type == MaskType.GENERAL ? 4 : 2;
  setSizes(b, heads, t, t);
  if (ndim == 2) setSizes(type == MaskType.SOURCE ? t : b, t, 0, 0);
  if (mask.ndim != ndim || memory.compare(mask.dims, sizes, (ndim as usize) << 2) != 0) {
    mismatch(ErrorCode.SIZE_MISMATCH, mask, x);
    return NONE;
  }
  if (type != MaskType.PADDING) return hold(expandTo(kept, setSizes(b, heads, t, t), 4, false));
  const v = hold(newView(kept, 4));
  if (isNone(v)) return NONE;
  setSizes(b, 1, 1, t);
  memory.copy(v.dims, sizes, 16);
  v.setStride(0, kept.stride(0));
  v.setStride(1, 0);
  v.setStride(2, 0);
  v.setStride(3, kept.stride(1));
  return v;
}

/** Attention of checked arguments with something in them: [B, T, E]. The weights go to `weights` unless it is null. */
function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  heads: i32,
  qkvWeight: Tensor,
  qkvBias: Tensor,
  projWeight: Tensor,
  projBias: Tensor,
  mask: Tensor,
  maskType: Value,
  weights: Value,
): Tensor {
  const mark = composeBegin();
  const kept = isNone(mask) ? NONE : keptMask(mask, maskType, query, heads);
  const ready = isNone(kept) == isNone(mask);
  const q = ready ? projected(query, 0, heads, qkvWeight, qkvBias) : NONE;
  const k = isNone(q) ? NONE : projected(key, 1, heads, qkvWeight, qkvBias);
  const v = isNone(k) ? NONE : projected(value, 2, heads, qkvWeight, qkvBias);
  if (isNone(v)) return composeEnd(mark, NONE);
  const heads4 = hold(attention(q, k, v, kept, 0, false, changetype<Value>(0), false, true, true, weights));
  const swapped = isNone(heads4) ? NONE : hold(transpose(heads4, 1, 2));
  setSizes(query.size(0), query.size(1), query.size(2), 0);
  const joined = isNone(swapped) ? NONE : hold(reshapeSizes(swapped, sizes, 3));
  return composeEnd(mark, isNone(joined) ? NONE : hold(linear(joined, projWeight, projBias)));
}

/** The mean over dimension 1; `t` is released. */
function meanOfHeads(t: Tensor): Tensor {
  const mark = composeBegin();
  const held = hold(t);
  return composeEnd(mark, isNone(held) ? NONE : hold(meanDim(held, intList(1), false, noValue())));
}

/** True without a mask; PyTorch takes none with nested tensors. */
function checkNoMask(mask: Tensor, index: i32): bool {
  if (isNone(mask)) return true;
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(index);
  factTag(Tag.NONE);
  factTag(Tag.TENSOR);
  return false;
}

/**
 * Self-attention with all projections: [B, T, E], and the weights [B, T, T] (or [B, H, T, T], not averaged) when needed, else
 * None. The mask is true where it hides; a row that sees nothing is NaN.
 */
function multiHeadAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  embedDim: i64,
  heads: i64,
  qkvWeight: Tensor,
  qkvBias: Tensor,
  projWeight: Tensor,
  projBias: Tensor,
  mask: Tensor,
  needWeights: bool,
  averageWeights: bool,
  maskType: Value,
  r: Value,
): void {
  if (!checkAttention(query, key, value, embedDim, heads, qkvWeight, qkvBias)) return;
  if (query.numel == 0) {
    r.at(0).setTensor(emptyLike(query, query.dtype));
    return;
  }
  const weights = needWeights ? r.at(1) : changetype<Value>(0);
  const out = attend(
    query,
    key,
    value,
    heads as i32,
    qkvWeight,
    qkvBias,
    projWeight,
    projBias,
    mask,
    maskType,
    weights,
  );
  r.at(0).setTensor(out);
  if (needWeights && averageWeights && !isNone(out)) weights.setTensor(meanOfHeads(weights.tensor));
}

/** Writes `y`, which is released, as the rows of `out` from `start` on; gives `out`. Where there is no `y`, `out` is released and NONE. */
function withSequence(out: Tensor, start: i32, length: i32, y: Tensor): Tensor {
  const to = isNone(y) ? NONE : sequenceAt(out, start, length);
  const done = !isNone(to) && copyInto(to, y);
  release(to);
  release(y);
  if (done) return out;
  release(out);
  return NONE;
}

/** As `multiHeadAttention`; one nested tensor may be all of query, key and value, when no weights are needed. */
export function nativeMultiHeadAttention(
  query: Value,
  key: Value,
  value: Value,
  embedDim: i64,
  heads: i64,
  qkvWeight: Tensor,
  qkvBias: Tensor,
  projWeight: Tensor,
  projBias: Tensor,
  mask: Tensor,
  needWeights: bool,
  averageWeights: bool,
  maskType: Value,
  r: Value,
): void {
  if (query.isTensor && key.isTensor && value.isTensor) {
    multiHeadAttention(
      query.tensor,
      key.tensor,
      value.tensor,
      embedDim,
      heads,
      qkvWeight,
      qkvBias,
      projWeight,
      projBias,
      mask,
      needWeights,
      averageWeights,
      maskType,
      r,
    );
    return;
  }
  if (!checkNoMask(mask, 9)) return;
  if (query.bits != key.bits || query.bits != value.bits || needWeights) {
    refuseNested();
    return;
  }
  const rows = nestedRows(query);
  let out = emptyLike(rows, rows.dtype);
  let start = 0;
  for (let i = 0; i < nestedCount(query) && !isNone(out); i++) {
    const length = nestedLength(query, i);
    if (!length) continue;
    const mark = composeBegin();
    const x = hold(sequenceAt(rows, start, length));
    let y = NONE;
    if (!isNone(x) && checkAttention(x, x, x, embedDim, heads, qkvWeight, qkvBias)) {
      const h = heads as i32;
      const none = changetype<Value>(0);
      y = attend(x, x, x, h, qkvWeight, qkvBias, projWeight, projBias, NONE, maskType, none);
    }
    composeEnd(mark, NONE);
    out = withSequence(out, start, length, y);
    start += length;
  }
  setLike(r.at(0), query, out);
}

/** layer_norm over the last dimension. */
function normed(x: Tensor, weight: Tensor, bias: Tensor, eps: f64): Tensor {
  if (isNone(x)) return NONE;
  return hold(layerNorm(x, intList(x.size((x.ndim as i32) - 1)), weight, bias, eps, false));
}

/**
 * One layer of a transformer's encoder: attention and a network of two linear layers, each added to its input, with norms
 * before them (`normFirst`) or after. The mask is as in `multiHeadAttention`.
 */
function encoderLayer(
  src: Tensor,
  embedDim: i64,
  heads: i64,
  qkvWeight: Tensor,
  qkvBias: Tensor,
  projWeight: Tensor,
  projBias: Tensor,
  useGelu: bool,
  normFirst: bool,
  eps: f64,
  normWeight1: Tensor,
  normBias1: Tensor,
  normWeight2: Tensor,
  normBias2: Tensor,
  ffnWeight1: Tensor,
  ffnBias1: Tensor,
  ffnWeight2: Tensor,
  ffnBias2: Tensor,
  mask: Tensor,
  maskType: Value,
): Tensor {
  if (src.numel == 0) return cloneAs(src, MemoryFormat.PRESERVE);
  if (!checkAttention(src, src, src, embedDim, heads, qkvWeight, qkvBias)) return NONE;
  const mark = composeBegin();
  let x = normFirst ? normed(src, normWeight1, normBias1, eps) : src;
  if (!isNone(x)) {
    const h = heads as i32;
    const none = changetype<Value>(0);
    x = hold(attend(x, x, x, h, qkvWeight, qkvBias, projWeight, projBias, mask, maskType, none));
  }
  x = plus(x, src);
  if (!normFirst) x = normed(x, normWeight1, normBias1, eps);
  const middle = x;
  if (normFirst) x = normed(x, normWeight2, normBias2, eps);
  x = isNone(x) ? NONE : hold(linear(x, ffnWeight1, ffnBias1));
  if (!isNone(x)) x = hold(useGelu ? exactGelu(x, x) : relu(x, x));
  x = isNone(x) ? NONE : hold(linear(x, ffnWeight2, ffnBias2));
  x = plus(x, middle);
  if (!normFirst) x = normed(x, normWeight2, normBias2, eps);
  return composeEnd(mark, x);
}

/** As `encoderLayer`; the source may be nested, without a mask. */
export function transformerEncoderLayerFwd(
  src: Value,
  embedDim: i64,
  heads: i64,
  qkvWeight: Tensor,
  qkvBias: Tensor,
  projWeight: Tensor,
  projBias: Tensor,
  useGelu: bool,
  normFirst: bool,
  eps: f64,
  normWeight1: Tensor,
  normBias1: Tensor,
  normWeight2: Tensor,
  normBias2: Tensor,
  ffnWeight1: Tensor,
  ffnBias1: Tensor,
  ffnWeight2: Tensor,
  ffnBias2: Tensor,
  mask: Tensor,
  maskType: Value,
  r: Value,
): void {
  if (src.isTensor) {
    const y = encoderLayer(
      src.tensor,
      embedDim,
      heads,
      qkvWeight,
      qkvBias,
      projWeight,
      projBias,
      useGelu,
      normFirst,
      eps,
      normWeight1,
      normBias1,
      normWeight2,
      normBias2,
      ffnWeight1,
      ffnBias1,
      ffnWeight2,
      ffnBias2,
      mask,
      maskType,
    );
    r.setTensor(y);
    return;
  }
  if (!checkNoMask(mask, 18)) return;
  const rows = nestedRows(src);
  let out = emptyLike(rows, rows.dtype);
  let start = 0;
  for (let i = 0; i < nestedCount(src) && !isNone(out); i++) {
    const length = nestedLength(src, i);
    if (!length) continue;
    const x = sequenceAt(rows, start, length);
    let y = NONE;
    if (!isNone(x)) {
      y = encoderLayer(
        x,
        embedDim,
        heads,
        qkvWeight,
        qkvBias,
        projWeight,
        projBias,
        useGelu,
        normFirst,
        eps,
        normWeight1,
        normBias1,
        normWeight2,
        normBias2,
        ffnWeight1,
        ffnBias1,
        ffnWeight2,
        ffnBias2,
        NONE,
        maskType,
      );
    }
    release(x);
    out = withSequence(out, start, length, y);
    start += length;
  }
  setLike(r, src, out);
}
