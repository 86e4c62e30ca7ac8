/** Attention: the plain scaled dot product, and PyTorch's multi-head attention around it. */

import { SconceError } from "../../../loader/error.ts";
import { shapeOf } from "../../eager/info.ts";
import type { Tensor } from "../../tensor.ts";
import { linear } from "./conv.ts";
import { dropout } from "./dropout.ts";
import { op, ops, type Size } from "./op.ts";
import { pad } from "./shape.ts";

export interface ScaledDotProductOptions {
  /** Added to the scores, or a bool mask that is true where attention is allowed. Broadcast to [..., L, S]. */
  attnMask?: Tensor | null;
  dropoutP?: number;
  /** Position i attends to positions up to i; not together with `attnMask`. */
  isCausal?: boolean;
  /** 1/√E by default. */
  scale?: number | null;
}

/** softmax(q·kᵀ·scale + mask)·v of q [..., L, E], k [..., S, E], v [..., S, V]: [..., L, V]. */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: ScaledDotProductOptions = {},
): Tensor {
  const { attnMask = null, dropoutP = 0, isCausal = false, scale = null } = options;
  return op("scaled_dot_product_attention", query, key, value, attnMask, dropoutP, isCausal, { scale });
}

/** The weights and sizes of an attention module. */
export interface AttentionWeights {
  readonly embedDim: number;
  readonly numHeads: number;
  /** [3·E, E]: one matrix for query, key and value; or null, and the three that follow. */
  readonly inProjWeight: Tensor | null;
  readonly qProjWeight?: Tensor | null;
  readonly kProjWeight?: Tensor | null;
  readonly vProjWeight?: Tensor | null;
  /** [3·E] */
  readonly inProjBias: Tensor | null;
  readonly outProjWeight: Tensor;
  readonly outProjBias: Tensor | null;
  /** [1, 1, E] each: one more key and value. */
  readonly biasK?: Tensor | null;
  readonly biasV?: Tensor | null;
  /** One more key and value of zeros. */
  readonly addZeroAttn?: boolean;
}

export interface AttentionCallOptions {
  /** [N, S] ([S] without batch): true, or −inf added, where a key is to be ignored. */
  keyPaddingMask?: Tensor | null;
  /** [L, S] or [N·heads, L, S]: true where attention is not allowed, or numbers added to the scores. */
  attnMask?: Tensor | null;
  /** Return the attention weights too; true by default. */
  needWeights?: boolean;
  /** Their average over the heads; true by default. */
  averageAttnWeights?: boolean;
}

export interface AttentionOptions extends AttentionCallOptions {
  dropoutP?: number;
  training?: boolean;
}

function refuse(code: "SIZE_MISMATCH" | "NDIM", message: string): never {
  throw new SconceError({ code, op: "multiHeadAttentionForward", message });
}

function project(query: Tensor, key: Tensor, value: Tensor, weights: AttentionWeights): readonly Tensor[] {
  const { embedDim, inProjWeight, inProjBias } = weights;
  if (inProjWeight === null) {
    const { qProjWeight, kProjWeight, vProjWeight } = weights;
    const biases = inProjBias === null ? [null, null, null] : ops("chunk", inProjBias, 3);
    return [
      linear(query, qProjWeight!, biases[0]),
      linear(key, kProjWeight!, biases[1]),
      linear(value, vProjWeight!, biases[2]),
    ];
  }
  if (key === value && query === key) return ops("chunk", linear(query, inProjWeight, inProjBias), 3, -1);
  if (key === value) {
    const parts = [embedDim, 2 * embedDim];
    const [weightQ, weightKV] = ops("split", inProjWeight, parts);
    const [biasQ, biasKV] = inProjBias === null ? [null, null] : ops("split", inProjBias, parts);
    return [linear(query, weightQ!, biasQ), ...ops("chunk", linear(key, weightKV!, biasKV), 2, -1)];
  }
  const matrices = ops("chunk", inProjWeight, 3);
  const biases = inProjBias === null ? [null, null, null] : ops("chunk", inProjBias, 3);
  return [query, key, value].map((x, i) => linear(x, matrices[i]!, biases[i]));
}

/** [L, N, E] to [N·heads, L, E/heads] */
function splitHeads(x: Tensor, batchHeads: Size, headDim: number): Tensor {
  return op("transpose", op("view", op("contiguous", x), [x.size(0), batchHeads, headDim]), 0, 1);
}

/** The masks as one that can be added to the scores [N·heads, L, S]; bool ones become −inf and 0. */
function mergeMasks(attnMask: Tensor | null, padding: Tensor | null, dtype: string): Tensor | null {
  let mask = attnMask;
  if (padding !== null) {
    if (mask === null) mask = padding;
    else if (padding.dtype !== "bool") mask = op("add", additive(mask, dtype), padding);
    else if (mask.dtype === "bool") mask = op("logical_or", mask, padding);
    else mask = op("masked_fill", mask, padding, Number.NEGATIVE_INFINITY);
  }
  return mask === null ? null : additive(mask, dtype);
}

function additive(mask: Tensor, dtype: string): Tensor {
  if (mask.dtype !== "bool") return mask;
  return op("masked_fill_", op("zeros_like", mask, { dtype }), mask, Number.NEGATIVE_INFINITY);
}

function checkMasks(
  query: Tensor,
  key: Tensor,
  heads: number,
  { attnMask, keyPaddingMask }: AttentionOptions,
): void {
  const [length, batch] = shapeOf(query) as [number, number];
  const [sources] = shapeOf(key) as [number];
  const same = (mask: Tensor, ...wanted: number[]) => {
    const shape = shapeOf(mask);
    return shape.length === wanted.length && shape.every((size, i) => size === wanted[i]);
  };
  const show = (mask: Tensor) => `[${shapeOf(mask).join(", ")}]`;
  if (attnMask && !same(attnMask, length, sources) && !same(attnMask, batch * heads, length, sources)) {
    const wanted = `[${length}, ${sources}] or [${batch * heads}, ${length}, ${sources}]`;
    refuse("SIZE_MISMATCH", `attnMask should have shape ${wanted}, got ${show(attnMask)}`);
  }
  if (keyPaddingMask && !same(keyPaddingMask, batch, sources)) {
    refuse(
      "SIZE_MISMATCH",
      `keyPaddingMask should have shape [${batch}, ${sources}], got ${show(keyPaddingMask)}`,
    );
  }
}

/**
 * Multi-head attention of query [L, N, E], key [S, N, Ek] and value [S, N, Ev], or all without the batch dimension:
 * [L, N, E], and the weights [N, L, S] ([N, heads, L, S] if not averaged) or null. Every size may be traced but E.
 *
 * Throws SconceError (SIZE_MISMATCH, NDIM) for masks or inputs of other shapes.
 */
export function multiHeadAttentionForward(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  weights: AttentionWeights,
  options: AttentionOptions = {},
): [Tensor, Tensor | null] {
  const rank = query.dim();
  if ((rank !== 2 && rank !== 3) || key.dim() !== rank || value.dim() !== rank) {
    const ranks = [query, key, value].map((x) => x.dim()).join(", ");
    refuse(
      "NDIM",
      `query, key and value should all have 3 dimensions, or 2 without a batch; they have ${ranks}`,
    );
  }
  if (rank === 3) return attend(query, key, value, weights, options);
  const [q, k, v] = [query, key, value].map((x) => op("unsqueeze", x, 1)) as [Tensor, Tensor, Tensor];
  const keyPaddingMask = options.keyPaddingMask ? op("unsqueeze", options.keyPaddingMask, 0) : null;
  // what was one tensor stays one, so that its projections stay one product
  const sameKey = key === query ? q : k;
  const sameValue = value === key ? sameKey : v;
  const [output, attention] = attend(q, sameKey, sameValue, weights, { ...options, keyPaddingMask });
  return [op("squeeze", output, 1), attention && op("squeeze", attention, 0)];
}

function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  weights: AttentionWeights,
  options: AttentionOptions,
): [Tensor, Tensor | null] {
  const { embedDim, numHeads, biasK, biasV } = weights;
  const { needWeights = true, averageAttnWeights = true, dropoutP = 0, training = true } = options;
  checkMasks(query, key, numHeads, options);
  const headDim = embedDim / numHeads;
  const length = query.size(0);
  const batch = query.size(1);
  const batchHeads = batch.mul(numHeads);
  let [q, k, v] = project(query, key, value, weights) as [Tensor, Tensor, Tensor];
  let attnMask = options.attnMask ?? null;
  let padding = options.keyPaddingMask ?? null;
  if (attnMask?.dim() === 2) attnMask = op("unsqueeze", attnMask, 0);

  const widenMasks = () => {
    attnMask = attnMask && pad(attnMask, [0, 1]);
    padding = padding && pad(padding, [0, 1]);
  };
  if (biasK && biasV) {
    k = op("cat", [k, op("repeat", biasK, [1, batch, 1])]);
    v = op("cat", [v, op("repeat", biasV, [1, batch, 1])]);
    widenMasks();
  }
  q = splitHeads(q, batchHeads, headDim);
  k = splitHeads(k, batchHeads, headDim);
  v = splitHeads(v, batchHeads, headDim);
  if (weights.addZeroAttn) {
    const zeros = op("zeros", [batchHeads, 1, headDim], { dtype: k.dtype });
    k = op("cat", [k, zeros], 1);
    v = op("cat", [v, zeros], 1);
    widenMasks();
  }
  const sources = k.size(1);
  if (padding !== null) {
    const perHead = op("expand", op("view", padding, [batch, 1, 1, sources]), [-1, numHeads, -1, -1]);
    padding = op("reshape", perHead, [batchHeads, 1, sources]);
  }
  const mask = mergeMasks(attnMask, padding, q.dtype);

  const scaled = op("div", q, Math.sqrt(headDim));
  const keys = op("transpose", k, -2, -1);
  let attention = mask === null ? op("bmm", scaled, keys) : op("baddbmm", mask, scaled, keys);
  attention = op("softmax", attention, -1);
  if (training && dropoutP > 0) attention = dropout(attention, { p: dropoutP });

  const heads = op("contiguous", op("transpose", op("bmm", attention, v), 0, 1));
  const merged = linear(
    op("view", heads, [length.mul(batch), embedDim]),
    weights.outProjWeight,
    weights.outProjBias,
  );
  const output = op("view", merged, [length, batch, embedDim]);
  if (!needWeights) return [output, null];
  const perHead = op("view", attention, [batch, numHeads, length, sources]);
  return [output, averageAttnWeights ? op("div", op("sum", perHead, [1]), numHeads) : perHead];
}
