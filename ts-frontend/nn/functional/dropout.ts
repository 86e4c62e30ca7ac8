/** Dropout. While training it draws from the generator that `torch.manualSeed` seeds, PyTorch's own numbers. */

import type { Tensor } from "../../tensor.ts";
import { type InPlace, op } from "./op.ts";

export interface DropoutOptions extends InPlace {
  /** Probability of an element to be dropped, 0.5 by default. */
  p?: number;
  /** True by default, as in PyTorch: pass `this.training`. */
  training?: boolean;
}

/** While training, sets elements to 0 with probability p and divides the others by 1 − p; else gives the input. */
export function dropout(input: Tensor, options: DropoutOptions = {}): Tensor {
  const { p = 0.5, training = true, inplace = false } = options;
  return inplace ? op("dropout_", input, p, training) : op("dropout", input, p, training);
}

/** Like `dropout`, but whole channels (dimension 1) of a batch are dropped. */
export function featureDropout(input: Tensor, options: DropoutOptions = {}): Tensor {
  const { p = 0.5, training = true, inplace = false } = options;
  return inplace ? op("feature_dropout_", input, p, training) : op("feature_dropout", input, p, training);
}

/** Dropout that keeps mean and variance, for SELU: dropped elements become what SELU saturates at. */
export function alphaDropout(input: Tensor, options: DropoutOptions = {}): Tensor {
  const { p = 0.5, training = true, inplace = false } = options;
  return inplace ? op("alpha_dropout_", input, p, training) : op("alpha_dropout", input, p, training);
}
