/** Tables of vectors. */

import { call } from "../dispatch.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import * as init from "./init.ts";
import { Module } from "./module.ts";
import { optionError } from "./options.ts";
import { Parameter } from "./parameter.ts";
import { fields } from "./repr.ts";
import { emptyParameter } from "./weights.ts";

export interface EmbeddingOptions {
  /** The row of a padding token, initialised to zeros; negative counts from the end. */
  paddingIdx?: number;
}

/** Looks up rows: integer indices [...] to [..., embeddingDim]. Initialised with normal numbers. */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  /** [numEmbeddings, embeddingDim] */
  weight: Parameter;

  constructor(
    numEmbeddings: number,
    embeddingDim: number,
    options: EmbeddingOptions & { weight?: Tensor } = {},
  ) {
    super();
    const { paddingIdx, weight } = options;
    if (paddingIdx !== undefined && (paddingIdx < -numEmbeddings || paddingIdx >= numEmbeddings)) {
      throw optionError(`paddingIdx ${paddingIdx} is outside the ${numEmbeddings} rows`);
    }
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx =
      paddingIdx === undefined ? null : paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx;
    this.weight = weight === undefined ? emptyParameter(numEmbeddings, embeddingDim) : new Parameter(weight);
    if (weight === undefined) this.resetParameters();
  }

  /** A table that holds these rows: [numEmbeddings, embeddingDim], not copied. */
  static fromPretrained(embeddings: Tensor, options: EmbeddingOptions = {}): Embedding {
    const [rows, width] = embeddings.shape;
    if (embeddings.dim() !== 2)
      throw optionError(`the rows should be a matrix, got [${embeddings.shape.join(", ")}]`);
    return new Embedding(rows!, width!, { ...options, weight: embeddings });
  }

  resetParameters(): void {
    init.normal_(this.weight);
    const { paddingIdx } = this;
    if (paddingIdx === null) return;
    scope(() => {
      init.zeros_(call("aten::select", [this.weight, 0, paddingIdx]) as Tensor);
    });
  }

  forward(input: Tensor): Tensor {
    return F.embedding(input, this.weight, this.paddingIdx === null ? {} : { paddingIdx: this.paddingIdx });
  }

  override extraRepr(): string {
    const padding = this.paddingIdx === null ? "" : `, ${fields({ padding_idx: this.paddingIdx })}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}`;
  }
}
