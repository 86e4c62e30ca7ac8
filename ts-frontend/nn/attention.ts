/** Multi-head attention. */

import { call } from "../dispatch.ts";
import type { Tensor } from "../tensor.ts";
import type { AttentionCallOptions } from "./functional/attention.ts";
import * as F from "./functional/index.ts";
import * as init from "./init.ts";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";
import { optionError } from "./options.ts";
import type { Parameter } from "./parameter.ts";
import { emptyParameter } from "./weights.ts";

export interface MultiheadAttentionOptions {
  /** Dropout on the attention weights, while training. */
  dropout?: number;
  bias?: boolean;
  /** Learn one more key and value, at the end of the sequence. */
  addBiasKv?: boolean;
  /** Add a key and a value of zeros at the end of the sequence. */
  addZeroAttn?: boolean;
  /** Sizes of keys and values where they differ from `embedDim`. */
  kdim?: number;
  vdim?: number;
  /** Inputs and output are [N, L, E] instead of [L, N, E]. */
  batchFirst?: boolean;
}

export type { AttentionCallOptions };

/** The projection of the heads' outputs: a Linear, under the name that PyTorch prints. */
export class NonDynamicallyQuantizableLinear extends Linear {}

/** Attention with several heads, each over its part of the embedding; see `F.multiHeadAttentionForward`. */
export class MultiheadAttention extends Module {
  readonly embedDim: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly numHeads: number;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  q_proj_weight: Parameter | null;
  k_proj_weight: Parameter | null;
  v_proj_weight: Parameter | null;
  /** [3·embedDim, embedDim], unless keys or values have sizes of their own. */
  in_proj_weight: Parameter | null;
  in_proj_bias: Parameter | null;
  out_proj: NonDynamicallyQuantizableLinear;
  bias_k: Parameter | null;
  bias_v: Parameter | null;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const { dropout = 0, bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false } = options;
    const { kdim = embedDim, vdim = embedDim } = options;
    if (embedDim % numHeads !== 0)
      throw optionError(`embedDim ${embedDim} cannot be split into ${numHeads} heads`);
    this.embedDim = embedDim;
    this.kdim = kdim;
    this.vdim = vdim;
    this.numHeads = numHeads;
    this.dropout = dropout;
    this.batchFirst = batchFirst;
    this.addZeroAttn = addZeroAttn;
    const packed = kdim === embedDim && vdim === embedDim;
    this.q_proj_weight = packed ? null : emptyParameter(embedDim, embedDim);
    this.k_proj_weight = packed ? null : emptyParameter(embedDim, kdim);
    this.v_proj_weight = packed ? null : emptyParameter(embedDim, vdim);
    this.in_proj_weight = packed ? emptyParameter(3 * embedDim, embedDim) : null;
    this.in_proj_bias = bias ? emptyParameter(3 * embedDim) : null;
    this.out_proj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias });
    this.bias_k = addBiasKv ? emptyParameter(1, 1, embedDim) : null;
    this.bias_v = addBiasKv ? emptyParameter(1, 1, embedDim) : null;
    this.resetParameters();
  }

  resetParameters(): void {
    const { q_proj_weight, k_proj_weight, v_proj_weight, in_proj_weight, in_proj_bias, bias_k, bias_v } =
      this;
    for (const weight of [in_proj_weight, q_proj_weight, k_proj_weight, v_proj_weight]) {
      if (weight !== null) init.xavierUniform_(weight);
    }
    if (in_proj_bias !== null) init.zeros_(in_proj_bias);
    if (this.out_proj.bias !== null) init.zeros_(this.out_proj.bias);
    for (const bias of [bias_k, bias_v]) if (bias !== null) init.xavierNormal_(bias);
  }

  /**
   * Query [L, N, E], key [S, N, kdim], value [S, N, vdim] (N first with `batchFirst`, or no N at all) give the output
   * [L, N, E] and the attention weights [N, L, S], null without `needWeights`.
   */
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttentionCallOptions = {},
  ): [Tensor, Tensor | null] {
    const swap = this.batchFirst && query.dim() === 3;
    const swapped = (x: Tensor) => call("aten::transpose", [x, 1, 0]) as Tensor;
    let [q, k, v] = [query, key, value];
    if (swap) {
      q = swapped(query);
      // what was one tensor stays one, so that its projections stay one product
      k = key === query ? q : swapped(key);
      v = value === key ? k : swapped(value);
    }
    const weights: F.AttentionWeights = {
      embedDim: this.embedDim,
      numHeads: this.numHeads,
      inProjWeight: this.in_proj_weight,
      qProjWeight: this.q_proj_weight,
      kProjWeight: this.k_proj_weight,
      vProjWeight: this.v_proj_weight,
      inProjBias: this.in_proj_bias,
      outProjWeight: this.out_proj.weight,
      outProjBias: this.out_proj.bias,
      biasK: this.bias_k,
      biasV: this.bias_v,
      addZeroAttn: this.addZeroAttn,
    };
    const { dropout: dropoutP, training } = this;
    const [output, attention] = F.multiHeadAttentionForward(q, k, v, weights, {
      ...options,
      dropoutP,
      training,
    });
    return [swap ? swapped(output) : output, attention];
  }
}
