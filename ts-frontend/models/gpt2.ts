/** A GPT-2 decoder (Radford et al. 2019), with the weight names of Hugging Face's `GPT2Model` and `GPT2LMHeadModel`. */

import type { Dim } from "../eager/dim.ts";
import * as nn from "../nn/index.ts";
import type { Tensor } from "../tensor.ts";
import * as torch from "../torch.ts";
import { register } from "./sources/gpt2.gen.ts";

export interface Gpt2Config {
  vocabSize?: number;
  /** Longest sequence. */
  nPositions?: number;
  nEmbd?: number;
  nLayer?: number;
  nHead?: number;
  /** Width of the feed-forward networks; four times nEmbd by default. */
  nInner?: number;
  layerNormEpsilon?: number;
  /** Of embeddings, attention and residuals, while training. */
  dropout?: number;
}

type Config = Readonly<Required<Gpt2Config>>;

function complete(config: Gpt2Config): Config {
  const nEmbd = config.nEmbd ?? 768;
  return {
    vocabSize: 50257,
    nPositions: 1024,
    nEmbd,
    nLayer: 12,
    nHead: 12,
    nInner: 4 * nEmbd,
    layerNormEpsilon: 1e-5,
    dropout: 0.1,
    ...config,
  };
}

/** Keys and values [N, heads, L, nEmbd / heads] of the tokens so far, one pair for each layer. */
export type KeyValueCache = readonly (readonly [Tensor, Tensor])[];

/** A linear layer whose weight is stored [inputs, outputs], under the name that GPT-2's authors gave it. */
class Conv1D extends nn.Module {
  weight: nn.Parameter;
  bias: nn.Parameter;

  constructor(outputs: number, inputs: number) {
    super();
    this.weight = new nn.Parameter(torch.empty([inputs, outputs]));
    this.bias = new nn.Parameter(torch.zeros([outputs]));
    nn.init.normal_(this.weight, 0, 0.02);
  }

  forward(x: Tensor): Tensor {
    return x.matmul(this.weight).add(this.bias);
  }
}

class Attention extends nn.Module {
  readonly heads: number;
  readonly width: number;
  c_attn: Conv1D;
  c_proj: Conv1D;
  attn_dropout: nn.Dropout;
  resid_dropout: nn.Dropout;

  constructor({ nEmbd, nHead, dropout }: Config) {
    super();
    this.heads = nHead;
    this.width = nEmbd;
    this.c_attn = new Conv1D(3 * nEmbd, nEmbd);
    this.c_proj = new Conv1D(nEmbd, nEmbd);
    this.attn_dropout = new nn.Dropout(dropout);
    this.resid_dropout = new nn.Dropout(dropout);
  }

  protected override ignoredState(): readonly string[] {
    return ["bias", "masked_bias"];
  }

  /** `mask` [L, past + L] is true where a token may look. Gives the output and all keys and values. */
  forward(x: Tensor, mask: Tensor, past: readonly [Tensor, Tensor] | null): [Tensor, Tensor, Tensor] {
    const batch = x.size(0);
    const length = x.size(1);
    const split = (y: Tensor) => y.view(batch, length, this.heads, this.width / this.heads).transpose(1, 2);
    const [query, newKey, newValue] = this.c_attn.forward(x).split(this.width, 2).map(split) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const key = past === null ? newKey : torch.cat([past[0], newKey], 2);
    const value = past === null ? newValue : torch.cat([past[1], newValue], 2);
    const attended = nn.functional.scaledDotProductAttention(query, key, value, {
      attnMask: mask,
      dropoutP: this.training ? this.attn_dropout.p : 0,
    });
    const merged = attended.transpose(1, 2).reshape(batch, length, this.width);
    return [this.resid_dropout.forward(this.c_proj.forward(merged)), key, value];
  }
}

class MLP extends nn.Module {
  c_fc: Conv1D;
  c_proj: Conv1D;
  dropout: nn.Dropout;

  constructor({ nEmbd, nInner, dropout }: Config) {
    super();
    this.c_fc = new Conv1D(nInner, nEmbd);
    this.c_proj = new Conv1D(nEmbd, nInner);
    this.dropout = new nn.Dropout(dropout);
  }

  forward(x: Tensor): Tensor {
    const hidden = nn.functional.gelu(this.c_fc.forward(x), { approximate: "tanh" });
    return this.dropout.forward(this.c_proj.forward(hidden));
  }
}

class Block extends nn.Module {
  ln_1: nn.LayerNorm;
  attn: Attention;
  ln_2: nn.LayerNorm;
  mlp: MLP;

  constructor(config: Config) {
    super();
    const norm = () => new nn.LayerNorm(config.nEmbd, { eps: config.layerNormEpsilon });
    this.ln_1 = norm();
    this.attn = new Attention(config);
    this.ln_2 = norm();
    this.mlp = new MLP(config);
  }

  forward(x: Tensor, mask: Tensor, past: readonly [Tensor, Tensor] | null): [Tensor, Tensor, Tensor] {
    const [attended, key, value] = this.attn.forward(this.ln_1.forward(x), mask, past);
    const y = attended.add(x);
    return [y.add(this.mlp.forward(this.ln_2.forward(y))), key, value];
  }
}

/** GPT-2 without a head; by default of the size of the smallest published model. */
export class Gpt2Model extends nn.Module {
  wte: nn.Embedding;
  wpe: nn.Embedding;
  drop: nn.Dropout;
  h: nn.ModuleList<Block>;
  ln_f: nn.LayerNorm;

  constructor(config: Gpt2Config = {}) {
    super();
    const full = complete(config);
    this.wte = new nn.Embedding(full.vocabSize, full.nEmbd);
    this.wpe = new nn.Embedding(full.nPositions, full.nEmbd);
    this.drop = new nn.Dropout(full.dropout);
    this.h = new nn.ModuleList(Array.from({ length: full.nLayer }, () => new Block(full)));
    this.ln_f = new nn.LayerNorm(full.nEmbd, { eps: full.layerNormEpsilon });
    nn.init.normal_(this.wte.weight, 0, 0.02);
    nn.init.normal_(this.wpe.weight, 0, 0.02);
    for (const block of this.h) {
      for (const { weight } of [block.attn.c_proj, block.mlp.c_proj]) {
        nn.init.normal_(weight, 0, 0.02 / Math.sqrt(2 * full.nLayer));
      }
    }
  }

  /**
   * int64 token numbers [N, L], which follow those in the cache. Gives the hidden state [N, L, nEmbd] and the cache for
   * the next call.
   */
  forward(inputIds: Tensor, past: KeyValueCache | null = null): [Tensor, [Tensor, Tensor][]] {
    const length = inputIds.size(1);
    const start = past === null ? 0 : past[0]![0].size(2);
    const end = length.add(start);
    const positions = torch.arange(start, end);
    let x = this.drop.forward(this.wte.forward(inputIds).add(this.wpe.forward(positions)));
    const mask = causalMask(positions, end);
    const cache: [Tensor, Tensor][] = [];
    for (const [i, block] of [...this.h].entries()) {
      const [y, key, value] = block.forward(x, mask, past === null ? null : past[i]!);
      x = y;
      cache.push([key, value]);
    }
    return [this.ln_f.forward(x), cache];
  }
}

/** bool [L, end]: true where the token at a position may look, which is at itself and what came before. */
function causalMask(positions: Tensor, end: Dim): Tensor {
  return torch.arange(end).le(positions.unsqueeze(1));
}

/** GPT-2 with its language head, whose weight is that of the token embedding. */
export class Gpt2LMHeadModel extends nn.Module {
  transformer: Gpt2Model;
  lm_head: nn.Linear;

  constructor(config: Gpt2Config = {}) {
    super();
    this.transformer = new Gpt2Model(config);
    const { numEmbeddings, embeddingDim, weight } = this.transformer.wte;
    this.lm_head = new nn.Linear(embeddingDim, numEmbeddings, { bias: false });
    this.lm_head.weight = weight;
  }

  protected override optionalState(): readonly string[] {
    return ["lm_head.weight"];
  }

  /** int64 token numbers [N, L] and a cache, to scores [N, L, vocabSize] and the cache for the next call. */
  forward(inputIds: Tensor, past: KeyValueCache | null = null): [Tensor, [Tensor, Tensor][]] {
    const [hidden, cache] = this.transformer.forward(inputIds, past);
    return [this.lm_head.forward(hidden), cache];
  }
}

/** GPT-2 with its language head; 124.4 million parameters by default. */
export function gpt2(config: Gpt2Config = {}): Gpt2LMHeadModel {
  return new Gpt2LMHeadModel(config);
}

register({
  Attention,
  Block,
  Conv1D,
  Gpt2LMHeadModel,
  Gpt2Model,
  MLP,
  causalMask,
  complete,
  gpt2,
  nn,
  torch,
});
