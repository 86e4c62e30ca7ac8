/** The Vision Transformer (Dosovitskiy et al. 2020), with torchvision's structure and weight names. */

import { SconceError } from "../../loader/error.ts";
import * as nn from "../nn/index.ts";
import type { Tensor } from "../tensor.ts";
import * as torch from "../torch.ts";
import { register } from "./sources/vision-transformer.gen.ts";

export interface VisionTransformerConfig {
  /** Height and width of the images. */
  imageSize: number;
  /** Height and width of the patches they are cut into. */
  patchSize: number;
  numLayers: number;
  numHeads: number;
  hiddenDim: number;
  mlpDim: number;
  dropout?: number;
  attentionDropout?: number;
  /** 1000 by default. */
  numClasses?: number;
}

const layerNorm = (size: number) => new nn.LayerNorm(size, { eps: 1e-6 });

class MLPBlock extends nn.Sequential {
  constructor(size: number, hidden: number, dropout: number) {
    const linears = [new nn.Linear(size, hidden), new nn.Linear(hidden, size)] as const;
    super(linears[0], new nn.GELU(), new nn.Dropout(dropout), linears[1], new nn.Dropout(dropout));
    for (const linear of linears) {
      nn.init.xavierUniform_(linear.weight);
      nn.init.normal_(linear.bias!, 0, 1e-6);
    }
  }
}

class EncoderBlock extends nn.Module {
  ln_1: nn.LayerNorm;
  self_attention: nn.MultiheadAttention;
  dropout: nn.Dropout;
  ln_2: nn.LayerNorm;
  mlp: MLPBlock;

  constructor({ hiddenDim, numHeads, mlpDim, dropout = 0, attentionDropout = 0 }: VisionTransformerConfig) {
    super();
    this.ln_1 = layerNorm(hiddenDim);
    const options = { dropout: attentionDropout, batchFirst: true };
    this.self_attention = new nn.MultiheadAttention(hiddenDim, numHeads, options);
    this.dropout = new nn.Dropout(dropout);
    this.ln_2 = layerNorm(hiddenDim);
    this.mlp = new MLPBlock(hiddenDim, mlpDim, dropout);
  }

  forward(input: Tensor): Tensor {
    const normed = this.ln_1.forward(input);
    const [attended] = this.self_attention.forward(normed, normed, normed, { needWeights: false });
    const x = this.dropout.forward(attended).add(input);
    return x.add(this.mlp.forward(this.ln_2.forward(x)));
  }
}

class Encoder extends nn.Module {
  /** [1, sequence, hiddenDim] */
  pos_embedding: nn.Parameter;
  dropout: nn.Dropout;
  layers: nn.Sequential;
  ln: nn.LayerNorm;

  constructor(sequence: number, config: VisionTransformerConfig) {
    super();
    this.pos_embedding = new nn.Parameter(torch.empty([1, sequence, config.hiddenDim]));
    nn.init.normal_(this.pos_embedding, 0, 0.02);
    this.dropout = new nn.Dropout(config.dropout ?? 0);
    const layers: Record<string, nn.Module> = {};
    for (let i = 0; i < config.numLayers; i++) layers[`encoder_layer_${i}`] = new EncoderBlock(config);
    this.layers = new nn.Sequential(layers);
    this.ln = layerNorm(config.hiddenDim);
  }

  forward(input: Tensor): Tensor {
    return this.ln.forward(this.layers.forward(this.dropout.forward(input.add(this.pos_embedding))));
  }
}

/** A transformer over the patches of an image: images [N, 3, imageSize, imageSize] to scores [N, numClasses]. */
export class VisionTransformer extends nn.Module {
  readonly imageSize: number;
  /** [1, 1, hiddenDim]: the token from which the scores are read. */
  class_token: nn.Parameter;
  conv_proj: nn.Conv2d;
  encoder: Encoder;
  heads: nn.Sequential;

  constructor(config: VisionTransformerConfig) {
    super();
    const { imageSize, patchSize, hiddenDim, numClasses = 1000 } = config;
    if (imageSize % patchSize !== 0) {
      throw new SconceError({
        code: "BAD_VALUE",
        message: `an image of size ${imageSize} cannot be cut into patches of size ${patchSize}`,
      });
    }
    this.imageSize = imageSize;
    this.conv_proj = new nn.Conv2d(3, hiddenDim, patchSize, { stride: patchSize });
    this.class_token = new nn.Parameter(torch.zeros([1, 1, hiddenDim]));
    this.encoder = new Encoder((imageSize / patchSize) ** 2 + 1, config);
    const head = new nn.Linear(hiddenDim, numClasses);
    this.heads = new nn.Sequential({ head });
    nn.init.truncNormal_(this.conv_proj.weight, { std: Math.sqrt(1 / (3 * patchSize * patchSize)) });
    nn.init.zeros_(this.conv_proj.bias!);
    nn.init.zeros_(head.weight);
    nn.init.zeros_(head.bias!);
  }

  forward(x: Tensor): Tensor {
    const height = x.size(2);
    const width = x.size(3);
    if (height.ne(this.imageSize) || width.ne(this.imageSize)) {
      throw new SconceError({
        code: "SIZE_MISMATCH",
        op: "VisionTransformer",
        message: `expected images of ${this.imageSize} × ${this.imageSize}, got ${height} × ${width}`,
        advice: "Resize the images.",
      });
    }
    const batch = x.size(0);
    const patches = this.conv_proj.forward(x).flatten(2).permute(0, 2, 1);
    const tokens = torch.cat([this.class_token.expand(batch, -1, -1), patches], 1);
    return this.heads.forward(this.encoder.forward(tokens).select(1, 0));
  }
}

/** ViT-B/16: 86.6 million parameters, images of 224 × 224 in patches of 16 × 16. */
export function vitB16(options: Partial<VisionTransformerConfig> = {}): VisionTransformer {
  return new VisionTransformer({
    imageSize: 224,
    patchSize: 16,
    numLayers: 12,
    numHeads: 12,
    hiddenDim: 768,
    mlpDim: 3072,
    ...options,
  });
}

register({ Encoder, EncoderBlock, MLPBlock, SconceError, VisionTransformer, layerNorm, nn, torch, vitB16 });
