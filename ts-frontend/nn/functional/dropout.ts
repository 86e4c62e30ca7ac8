/** Dropout. While training it draws from the generator that `torch.manualSeed` seeds, PyTorch's own numbers. */

import type { Tensor } from "../../tensor.ts";
import { type InPlace, op, type Size } from "./op.ts";

export interface DropoutOptions extends InPlace {
  /** Probability of an element to be dropped, 0.5 by default. */
  p?: number;
  /** True by default, as in PyTorch: pass `this.training`. */
  training?: boolean;
}

/** Ones with probability 1 − p, else zeros. */
function survivors(shape: readonly Size[], like: Tensor, p: number): Tensor {
  return op("empty", shape, { dtype: like.dtype }).bernoulli_(1 - p);
}

function times(input: Tensor, noise: Tensor, inplace: boolean): Tensor {
  return op(inplace ? "mul_" : "mul", input, noise);
}

/** While training, sets elements to 0 with probability p and divides the others by 1 − p; else gives the input. */
export function dropout(
  input: Tensor,
  { p = 0.5, training = true, inplace = false }: DropoutOptions = {},
): Tensor {
  if (!training || p === 0 || p === 1) return op(inplace ? "dropout_" : "dropout", input, p, training);
  return times(input, op("div_", survivors(input.size(), input, p), 1 - p), inplace);
}

/** Like `dropout`, but whole channels (dimension 1) of a batch are dropped. */
export function featureDropout(
  input: Tensor,
  { p = 0.5, training = true, inplace = false }: DropoutOptions = {},
): Tensor {
  if (!training || p === 0) return input;
  const shape = input.size().map((size, i) => (i < 2 ? size : 1));
  const noise = survivors(shape, input, p);
  return times(input, p === 1 ? noise : op("div_", noise, 1 - p), inplace);
}

/** What SELU tends to for very negative inputs, without its sign. */
const SATURATION = 1.7580993408473766;

/** Dropout that keeps mean and variance, for SELU: dropped elements become what SELU saturates at. */
export function alphaDropout(
  input: Tensor,
  { p = 0.5, training = true, inplace = false }: DropoutOptions = {},
): Tensor {
  if (!training || p === 0) return input;
  if (p === 1) return op("mul", input, 0);
  const a = 1 / Math.sqrt((SATURATION * SATURATION * p + 1) * (1 - p));
  const noise = survivors(input.size(), input, p);
  const shift = op("add_", op("mul_", op("add", noise, -1), SATURATION * a), SATURATION * a * p);
  return op("add_", times(input, op("mul_", noise, a), inplace), shift);
}
