/** Normalisations and similarities. */

import type { Tensor } from "../../tensor.ts";
import { op, type Size } from "./op.ts";

export interface Affine {
  weight?: Tensor | null;
  bias?: Tensor | null;
  eps?: number;
}

export interface BatchNormOptions extends Affine {
  /** Normalise by the batch and update the running statistics; by default those are used. */
  training?: boolean;
  momentum?: number;
}

/** Normalises each channel (dimension 1). Without running statistics the batch's own are used. */
export function batchNorm(
  input: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  options: BatchNormOptions = {},
): Tensor {
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = options;
  return op("batch_norm", input, weight, bias, runningMean, runningVar, training, momentum, eps, true);
}

/** Normalises each channel of each sample on its own. */
export function instanceNorm(
  input: Tensor,
  options: Affine & {
    runningMean?: Tensor | null;
    runningVar?: Tensor | null;
    useInputStats?: boolean;
    momentum?: number;
  } = {},
): Tensor {
  const { weight = null, bias = null, runningMean = null, runningVar = null } = options;
  const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  return op(
    "instance_norm",
    input,
    weight,
    bias,
    runningMean,
    runningVar,
    useInputStats,
    momentum,
    eps,
    true,
  );
}

/** Normalises over the last dimensions, whose sizes are `normalizedShape`. */
export function layerNorm(input: Tensor, normalizedShape: readonly Size[], options: Affine = {}): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = options;
  return op("layer_norm", input, normalizedShape, weight, bias, eps, true);
}

/** Normalises each group of channels (dimension 1) of each sample. */
export function groupNorm(input: Tensor, numGroups: number, options: Affine = {}): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = options;
  return op("group_norm", input, numGroups, weight, bias, eps, true);
}

/** x divided by its p-norm along `dim`, which counts as at least `eps`. */
export function normalize(input: Tensor, options: { p?: number; dim?: number; eps?: number } = {}): Tensor {
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  const length = op("clamp_min", op("norm", input, p, [dim], true), eps);
  return op("div", input, op("expand_as", length, input));
}

/** The cosine of the angle between vectors along `dim`; each length counts as at least `eps`. */
export function cosineSimilarity(
  x1: Tensor,
  x2: Tensor,
  options: { dim?: number; eps?: number } = {},
): Tensor {
  const { dim = 1, eps = 1e-8 } = options;
  return op("sum", op("mul", normalize(x1, { dim, eps }), normalize(x2, { dim, eps })), [dim]);
}
