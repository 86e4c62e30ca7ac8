/** A BERT encoder (Devlin et al. 2018), with the weight names of Hugging Face's `BertModel`. */

import * as nn from "../nn/index.ts";
import type { Tensor } from "../tensor.ts";
import * as torch from "../torch.ts";
import { register } from "./sources/bert.gen.ts";

export interface BertConfig {
  vocabSize?: number;
  hiddenSize?: number;
  numHiddenLayers?: number;
  numAttentionHeads?: number;
  intermediateSize?: number;
  maxPositionEmbeddings?: number;
  typeVocabSize?: number;
  layerNormEps?: number;
  hiddenDropoutProb?: number;
  attentionProbsDropoutProb?: number;
  /** Leave the pooler out: its output is then null. */
  addPoolingLayer?: boolean;
}

/** The configuration of `bert-base-uncased`. */
const BASE: Required<BertConfig> = {
  vocabSize: 30522,
  hiddenSize: 768,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  intermediateSize: 3072,
  maxPositionEmbeddings: 512,
  typeVocabSize: 2,
  layerNormEps: 1e-12,
  hiddenDropoutProb: 0.1,
  attentionProbsDropoutProb: 0.1,
  addPoolingLayer: true,
};

type Config = Readonly<Required<BertConfig>>;

/** The least float32: what is added to the scores of masked positions. */
const LEAST = -3.4028234663852886e38;

class BertEmbeddings extends nn.Module {
  word_embeddings: nn.Embedding;
  position_embeddings: nn.Embedding;
  token_type_embeddings: nn.Embedding;
  LayerNorm: nn.LayerNorm;
  dropout: nn.Dropout;
  /** int64 [1, maxPositionEmbeddings]: 0, 1, 2 … */
  position_ids: Tensor;

  constructor(config: Config) {
    super();
    const { hiddenSize } = config;
    this.word_embeddings = new nn.Embedding(config.vocabSize, hiddenSize, { paddingIdx: 0 });
    this.position_embeddings = new nn.Embedding(config.maxPositionEmbeddings, hiddenSize);
    this.token_type_embeddings = new nn.Embedding(config.typeVocabSize, hiddenSize);
    this.LayerNorm = new nn.LayerNorm(hiddenSize, { eps: config.layerNormEps });
    this.dropout = new nn.Dropout(config.hiddenDropoutProb);
    const positions = torch.arange(config.maxPositionEmbeddings).unsqueeze(0);
    this.position_ids = this.registerBuffer("position_ids", positions, { persistent: false });
  }

  protected override ignoredState(): readonly string[] {
    return ["position_ids"];
  }

  forward(inputIds: Tensor, tokenTypeIds?: Tensor | null): Tensor {
    const words = this.word_embeddings.forward(inputIds);
    const types = this.token_type_embeddings.forward(tokenTypeIds ?? torch.zerosLike(inputIds));
    const positions = this.position_embeddings.forward(this.position_ids.slice(1, 0, inputIds.size(1)));
    return this.dropout.forward(this.LayerNorm.forward(words.add(types).add(positions)));
  }
}

class BertSelfAttention extends nn.Module {
  readonly heads: number;
  query: nn.Linear;
  key: nn.Linear;
  value: nn.Linear;
  dropout: nn.Dropout;

  constructor({ hiddenSize, numAttentionHeads, attentionProbsDropoutProb }: Config) {
    super();
    this.heads = numAttentionHeads;
    this.query = new nn.Linear(hiddenSize, hiddenSize);
    this.key = new nn.Linear(hiddenSize, hiddenSize);
    this.value = new nn.Linear(hiddenSize, hiddenSize);
    this.dropout = new nn.Dropout(attentionProbsDropoutProb);
  }

  forward(x: Tensor, mask: Tensor | null): Tensor {
    const batch = x.size(0);
    const length = x.size(1);
    const width = this.query.outFeatures / this.heads;
    const split = (y: Tensor) => y.view(batch, length, this.heads, width).transpose(1, 2);
    const attended = nn.functional.scaledDotProductAttention(
      split(this.query.forward(x)),
      split(this.key.forward(x)),
      split(this.value.forward(x)),
      { attnMask: mask, dropoutP: this.training ? this.dropout.p : 0 },
    );
    return attended.transpose(1, 2).reshape(batch, length, this.query.outFeatures);
  }
}

/** A linear layer, dropout, and layer norm of the sum with what went in before. */
class BertOutput extends nn.Module {
  dense: nn.Linear;
  LayerNorm: nn.LayerNorm;
  dropout: nn.Dropout;

  constructor(inputs: number, { hiddenSize, layerNormEps, hiddenDropoutProb }: Config) {
    super();
    this.dense = new nn.Linear(inputs, hiddenSize);
    this.LayerNorm = new nn.LayerNorm(hiddenSize, { eps: layerNormEps });
    this.dropout = new nn.Dropout(hiddenDropoutProb);
  }

  forward(x: Tensor, shortcut: Tensor): Tensor {
    return this.LayerNorm.forward(this.dropout.forward(this.dense.forward(x)).add(shortcut));
  }
}

class BertAttention extends nn.Module {
  self: BertSelfAttention;
  output: BertOutput;

  constructor(config: Config) {
    super();
    this.self = new BertSelfAttention(config);
    this.output = new BertOutput(config.hiddenSize, config);
  }

  forward(x: Tensor, mask: Tensor | null): Tensor {
    return this.output.forward(this.self.forward(x, mask), x);
  }
}

class BertIntermediate extends nn.Module {
  dense: nn.Linear;

  constructor({ hiddenSize, intermediateSize }: Config) {
    super();
    this.dense = new nn.Linear(hiddenSize, intermediateSize);
  }

  forward(x: Tensor): Tensor {
    return nn.functional.gelu(this.dense.forward(x));
  }
}

class BertLayer extends nn.Module {
  attention: BertAttention;
  intermediate: BertIntermediate;
  output: BertOutput;

  constructor(config: Config) {
    super();
    this.attention = new BertAttention(config);
    this.intermediate = new BertIntermediate(config);
    this.output = new BertOutput(config.intermediateSize, config);
  }

  forward(x: Tensor, mask: Tensor | null): Tensor {
    const attended = this.attention.forward(x, mask);
    return this.output.forward(this.intermediate.forward(attended), attended);
  }
}

class BertEncoder extends nn.Module {
  layer: nn.ModuleList<BertLayer>;

  constructor(config: Config) {
    super();
    this.layer = new nn.ModuleList(
      Array.from({ length: config.numHiddenLayers }, () => new BertLayer(config)),
    );
  }

  forward(x: Tensor, mask: Tensor | null): Tensor {
    let hidden = x;
    for (const layer of this.layer) hidden = layer.forward(hidden, mask);
    return hidden;
  }
}

class BertPooler extends nn.Module {
  dense: nn.Linear;

  constructor({ hiddenSize }: Config) {
    super();
    this.dense = new nn.Linear(hiddenSize, hiddenSize);
  }

  forward(hidden: Tensor): Tensor {
    return this.dense.forward(hidden.select(1, 0)).tanh();
  }
}

/** BERT without a head; by default of the size of `bert-base-uncased`. */
export class BertModel extends nn.Module {
  embeddings: BertEmbeddings;
  encoder: BertEncoder;
  pooler: BertPooler | null;

  constructor(config: BertConfig = {}) {
    super();
    const full = { ...BASE, ...config };
    this.embeddings = new BertEmbeddings(full);
    this.encoder = new BertEncoder(full);
    this.pooler = full.addPoolingLayer ? new BertPooler(full) : null;
    for (const module of this.modules()) {
      if (module instanceof nn.Linear) nn.init.zeros_(module.bias!);
      if (module instanceof nn.Linear || module instanceof nn.Embedding)
        nn.init.normal_(module.weight, 0, 0.02);
    }
    nn.init.zeros_(this.embeddings.word_embeddings.weight.select(0, 0));
  }

  /**
   * int64 token numbers [N, L]; a mask [N, L] that is 0 for padding; int64 segment numbers [N, L], 0 where none are given.
   * Gives the last hidden state [N, L, hiddenSize] and the pooled output [N, hiddenSize].
   */
  forward(
    inputIds: Tensor,
    attentionMask?: Tensor | null,
    tokenTypeIds?: Tensor | null,
  ): [Tensor, Tensor | null] {
    const mask = attentionMask ? additiveMask(attentionMask, this.embeddings.word_embeddings.weight) : null;
    const hidden = this.encoder.forward(this.embeddings.forward(inputIds, tokenTypeIds), mask);
    return [hidden, this.pooler === null ? null : this.pooler.forward(hidden)];
  }
}

/** [N, L] of ones and zeros to [N, 1, 1, L] of zeros and very negative numbers. */
function additiveMask(attentionMask: Tensor, like: Tensor): Tensor {
  const mask = attentionMask.unsqueeze(1).unsqueeze(2).to(like.dtype);
  return mask.rsub(1).mul(LEAST);
}

/** A BERT encoder; 109.5 million parameters by default. */
export function bert(config: BertConfig = {}): BertModel {
  return new BertModel(config);
}

register({
  BASE,
  BertAttention,
  BertEmbeddings,
  BertEncoder,
  BertIntermediate,
  BertLayer,
  BertModel,
  BertOutput,
  BertPooler,
  BertSelfAttention,
  LEAST,
  additiveMask,
  bert,
  nn,
  torch,
});
