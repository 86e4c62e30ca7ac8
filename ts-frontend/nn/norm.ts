/** Layer and group normalisation. */

import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import * as init from "./init.ts";
import { Module } from "./module.ts";
import { optionError } from "./options.ts";
import type { Parameter } from "./parameter.ts";
import { fields, repr } from "./repr.ts";
import { filledParameter } from "./weights.ts";

/** Normalises over the last dimensions, whose sizes are given: mean 0 and variance 1, then weight and bias. */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(
    normalizedShape: number | readonly number[],
    { eps = 1e-5, elementwiseAffine = true }: { eps?: number; elementwiseAffine?: boolean } = {},
  ) {
    super();
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? filledParameter(1, ...this.normalizedShape) : null;
    this.bias = elementwiseAffine ? filledParameter(0, ...this.normalizedShape) : null;
  }

  resetParameters(): void {
    if (this.weight !== null) init.ones_(this.weight);
    if (this.bias !== null) init.zeros_(this.bias);
  }

  forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return F.layerNorm(input, this.normalizedShape, { weight, bias, eps });
  }

  override extraRepr(): string {
    const { eps, elementwiseAffine: elementwise_affine } = this;
    return `${repr(this.normalizedShape)}, ${fields({ eps, elementwise_affine })}`;
  }
}

/** Normalises each of `numGroups` groups of channels of each sample of [N, C, ...], then weight and bias by channel. */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(
    numGroups: number,
    numChannels: number,
    { eps = 1e-5, affine = true }: { eps?: number; affine?: boolean } = {},
  ) {
    super();
    if (numChannels % numGroups !== 0) {
      throw optionError(`${numChannels} channels cannot be split into ${numGroups} groups`);
    }
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    this.affine = affine;
    this.weight = affine ? filledParameter(1, numChannels) : null;
    this.bias = affine ? filledParameter(0, numChannels) : null;
  }

  resetParameters(): void {
    if (this.weight !== null) init.ones_(this.weight);
    if (this.bias !== null) init.zeros_(this.bias);
  }

  forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return F.groupNorm(input, this.numGroups, { weight, bias, eps });
  }

  override extraRepr(): string {
    const { eps, affine } = this;
    return `${this.numGroups}, ${this.numChannels}, ${fields({ eps, affine })}`;
  }
}
