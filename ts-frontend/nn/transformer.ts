/** Transformer encoders: layers of self-attention and a feed-forward network, and stacks of them. */

import { call } from "../dispatch.ts";
import type { Tensor } from "../tensor.ts";
import { MultiheadAttention } from "./attention.ts";
import { ModuleList } from "./containers.ts";
import { Dropout } from "./dropout.ts";
import * as F from "./functional/index.ts";
import { Linear } from "./linear.ts";
import { Module } from "./module.ts";
import { LayerNorm } from "./norm.ts";

export interface TransformerLayerOptions {
  /** Width of the feed-forward network; 2048 by default. */
  dimFeedforward?: number;
  dropout?: number;
  activation?: "relu" | "gelu" | ((input: Tensor) => Tensor);
  layerNormEps?: number;
  /** Inputs and output are [N, L, E] instead of [L, N, E]. */
  batchFirst?: boolean;
  /** Normalise before attention and feed-forward instead of after. */
  normFirst?: boolean;
}

const add = (x: Tensor, y: Tensor) => call("aten::add", [x, y]) as Tensor;

/** One layer of a transformer encoder over [L, N, dModel]; the batch dimension may be missing. */
export class TransformerEncoderLayer extends Module {
  self_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  readonly normFirst: boolean;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  readonly activation: (input: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const { dimFeedforward = 2048, dropout = 0.1, activation = "relu" } = options;
    const { layerNormEps: eps = 1e-5, batchFirst = false, normFirst = false } = options;
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst });
    this.linear1 = new Linear(dModel, dimFeedforward);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel);
    this.normFirst = normFirst;
    this.norm1 = new LayerNorm(dModel, { eps });
    this.norm2 = new LayerNorm(dModel, { eps });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = typeof activation === "function" ? activation : activation === "gelu" ? F.gelu : F.relu;
  }

  /** `srcMask` and `srcKeyPaddingMask` are as in `MultiheadAttention.forward`. */
  forward(src: Tensor, options: { srcMask?: Tensor | null; srcKeyPaddingMask?: Tensor | null } = {}): Tensor {
    const attend = (x: Tensor) => {
      const { srcMask: attnMask = null, srcKeyPaddingMask: keyPaddingMask = null } = options;
      const [output] = this.self_attn.forward(x, x, x, { attnMask, keyPaddingMask, needWeights: false });
      return this.dropout1.forward(output);
    };
    const feed = (x: Tensor) => {
      const hidden = this.dropout.forward(this.activation(this.linear1.forward(x)));
      return this.dropout2.forward(this.linear2.forward(hidden));
    };
    if (this.normFirst) {
      const x = add(src, attend(this.norm1.forward(src)));
      return add(x, feed(this.norm2.forward(x)));
    }
    const x = this.norm1.forward(add(src, attend(src)));
    return this.norm2.forward(add(x, feed(x)));
  }
}

/** `numLayers` copies of a layer, one after the other. */
export class TransformerEncoder extends Module {
  layers: ModuleList<TransformerEncoderLayer>;
  readonly numLayers: number;
  norm: Module | null;

  /** `norm` is applied to the result of the last layer. */
  constructor(
    encoderLayer: TransformerEncoderLayer,
    numLayers: number,
    { norm = null }: { norm?: Module | null } = {},
  ) {
    super();
    this.layers = new ModuleList(Array.from({ length: numLayers }, () => encoderLayer.clone()));
    this.numLayers = numLayers;
    this.norm = norm;
  }

  forward(src: Tensor, options: { mask?: Tensor | null; srcKeyPaddingMask?: Tensor | null } = {}): Tensor {
    const { mask: srcMask = null, srcKeyPaddingMask = null } = options;
    let output = src;
    for (const layer of this.layers) output = layer.forward(output, { srcMask, srcKeyPaddingMask });
    if (this.norm === null) return output;
    return (this.norm.forward as (input: Tensor) => unknown)(output) as Tensor;
  }
}
