/** Dropout. While training it draws from the generator that `torch.manualSeed` seeds, PyTorch's own numbers. */

import { findOp } from "../../../format/ops/table.ts";
import { IValue } from "../../../format/value.ts";
import { recorder, unrecorded } from "../../record.ts";
import type { Tensor } from "../../tensor.ts";
import { type InPlace, op, type Size } from "./op.ts";

export interface DropoutOptions extends InPlace {
  /** Probability of an element to be dropped, 0.5 by default. */
  p?: number;
  /** True by default, as in PyTorch: pass `this.training`. */
  training?: boolean;
}

/**
 * The operator `name`, whose random numbers are drawn here. A trace records the operator, not the numbers: the program
 * then refuses to run it, since a frozen draw would be no dropout. Trace after `eval()`.
 */
function random(
  name: string,
  input: Tensor,
  { p = 0.5, training = true, inplace = false }: DropoutOptions,
  draw: (p: number) => Tensor,
): Tensor {
  const symbol = inplace ? `${name}_` : name;
  if (!training || p === 0 || p === 1) return op(symbol, input, p, training);
  if (recorder === null) return draw(p);
  const result = unrecorded(() => draw(p));
  recorder.op(findOp(`aten::${symbol}`)!, [input, IValue.float(p), IValue.bool(true)], [result]);
  return result;
}

/** Ones with probability 1 − p, else zeros. */
function survivors(shape: readonly Size[], like: Tensor, p: number): Tensor {
  return op("empty", shape, { dtype: like.dtype }).bernoulli_(1 - p);
}

function times(input: Tensor, noise: Tensor, { inplace }: DropoutOptions): Tensor {
  return op(inplace ? "mul_" : "mul", input, noise);
}

/** While training, sets elements to 0 with probability p and divides the others by 1 − p; else gives the input. */
export function dropout(input: Tensor, options: DropoutOptions = {}): Tensor {
  return random("dropout", input, options, (p) =>
    times(input, op("div_", survivors(input.size(), input, p), 1 - p), options),
  );
}

/** Like `dropout`, but whole channels (dimension 1) of a batch are dropped. */
export function featureDropout(input: Tensor, options: DropoutOptions = {}): Tensor {
  return random("feature_dropout", input, options, (p) => {
    const shape = input.size().map((size, i) => (i < 2 ? size : 1));
    return times(input, op("div_", survivors(shape, input, p), 1 - p), options);
  });
}

/** What SELU tends to for very negative inputs, without its sign. */
const SATURATION = 1.7580993408473766;

/** Dropout that keeps mean and variance, for SELU: dropped elements become what SELU saturates at. */
export function alphaDropout(input: Tensor, options: DropoutOptions = {}): Tensor {
  return random("alpha_dropout", input, options, (p) => {
    const a = 1 / Math.sqrt((SATURATION * SATURATION * p + 1) * (1 - p));
    const noise = survivors(input.size(), input, p);
    const shift = op("add_", op("mul_", op("add", noise, -1), SATURATION * a), SATURATION * a * p);
    return op("add_", times(input, op("mul_", noise, a), options), shift);
  });
}
