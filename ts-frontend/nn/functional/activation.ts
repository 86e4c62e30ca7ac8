/** Activation functions, element by element unless a dimension is given. */

import type { DType } from "../../../format/dtype.ts";
import type { Tensor } from "../../tensor.ts";
import { type InPlace, op } from "./op.ts";

/** max(x, 0) */
export function relu(input: Tensor, { inplace }: InPlace = {}): Tensor {
  return inplace ? op("relu_", input) : op("relu", input);
}

/** min(max(x, 0), 6) */
export function relu6(input: Tensor, options: InPlace = {}): Tensor {
  return hardtanh(input, { minVal: 0, maxVal: 6, ...options });
}

/** x·Φ(x) with the normal distribution function Φ; `approximate: "tanh"` is the formula with tanh. */
export function gelu(
  input: Tensor,
  { approximate = "none" }: { approximate?: "none" | "tanh" } = {},
): Tensor {
  return op("gelu", input, { approximate });
}

/** x·sigmoid(x) */
export function silu(input: Tensor, { inplace }: InPlace = {}): Tensor {
  return inplace ? op("silu_", input) : op("silu", input);
}

/** x·tanh(softplus(x)) */
export function mish(input: Tensor, { inplace }: InPlace = {}): Tensor {
  return inplace ? op("mish_", input) : op("mish", input);
}

/** 1 / (1 + e^−x) */
export function sigmoid(input: Tensor): Tensor {
  return op("sigmoid", input);
}

export function tanh(input: Tensor): Tensor {
  return op("tanh", input);
}

/** x·min(max(x + 3, 0), 6) / 6 */
export function hardswish(input: Tensor, { inplace }: InPlace = {}): Tensor {
  return inplace ? op("hardswish_", input) : op("hardswish", input);
}

/** min(max(x + 3, 0), 6) / 6 */
export function hardsigmoid(input: Tensor, { inplace }: InPlace = {}): Tensor {
  return inplace ? op("hardsigmoid_", input) : op("hardsigmoid", input);
}

/** min(max(x, minVal), maxVal); by default −1 and 1. */
export function hardtanh(
  input: Tensor,
  options: InPlace & { minVal?: number; maxVal?: number } = {},
): Tensor {
  const { minVal = -1, maxVal = 1, inplace } = options;
  return inplace ? op("hardtanh_", input, minVal, maxVal) : op("hardtanh", input, minVal, maxVal);
}

/** x, or negativeSlope·x below 0; the slope is 0.01 by default. */
export function leakyRelu(input: Tensor, options: InPlace & { negativeSlope?: number } = {}): Tensor {
  const { negativeSlope = 0.01, inplace } = options;
  return inplace ? op("leaky_relu_", input, negativeSlope) : op("leaky_relu", input, negativeSlope);
}

/** x, or weight·x below 0. `weight` has one element, or one for each channel (dimension 1). */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  return op("prelu", input, weight);
}

/** x, or alpha·(e^x − 1) below 0 */
export function elu(input: Tensor, options: InPlace & { alpha?: number } = {}): Tensor {
  const { alpha = 1, inplace } = options;
  return inplace ? op("elu_", input, alpha) : op("elu", input, alpha);
}

/** x, or alpha·(e^(x/alpha) − 1) below 0 */
export function celu(input: Tensor, options: InPlace & { alpha?: number } = {}): Tensor {
  const { alpha = 1, inplace } = options;
  return inplace ? op("celu_", input, alpha) : op("celu", input, alpha);
}

/** ELU with the two constants that keep mean 0 and variance 1. */
export function selu(input: Tensor, { inplace }: InPlace = {}): Tensor {
  return inplace ? op("selu_", input) : op("selu", input);
}

/** log(1 + e^(beta·x)) / beta, and x itself where beta·x > threshold */
export function softplus(input: Tensor, options: { beta?: number; threshold?: number } = {}): Tensor {
  const { beta = 1, threshold = 20 } = options;
  return op("softplus", input, beta, threshold);
}

/** x / (1 + |x|) */
export function softsign(input: Tensor): Tensor {
  return op("div", input, op("add", op("abs", input), 1));
}

/** x − tanh(x) */
export function tanhshrink(input: Tensor): Tensor {
  return op("sub", input, op("tanh", input));
}

/** x moved by lambd towards 0, and 0 between. */
export function softshrink(input: Tensor, { lambd = 0.5 }: { lambd?: number } = {}): Tensor {
  return op("softshrink", input, lambd);
}

/** x, and 0 where |x| ≤ lambd */
export function hardshrink(input: Tensor, { lambd = 0.5 }: { lambd?: number } = {}): Tensor {
  return op("hardshrink", input, lambd);
}

/** x, and `value` where x ≤ `limit` */
export function threshold(input: Tensor, limit: number, value: number, { inplace }: InPlace = {}): Tensor {
  return inplace ? op("threshold_", input, limit, value) : op("threshold", input, limit, value);
}

/** log(sigmoid(x)) */
export function logsigmoid(input: Tensor): Tensor {
  return op("log_sigmoid", input);
}

export interface SoftmaxOptions {
  /** Convert the input first; the result has this dtype. */
  dtype?: DType;
}

/** e^x normalised to sum 1 along `dim`. */
export function softmax(input: Tensor, dim: number, { dtype }: SoftmaxOptions = {}): Tensor {
  return op("softmax", input, dim, dtype);
}

/** softmax(−x) */
export function softmin(input: Tensor, dim: number, { dtype }: SoftmaxOptions = {}): Tensor {
  return op("softmax", op("neg", input), dim, dtype);
}

/** log(softmax(x)), computed without overflow */
export function logSoftmax(input: Tensor, dim: number, { dtype }: SoftmaxOptions = {}): Tensor {
  return op("log_softmax", input, dim, dtype);
}

/** a·sigmoid(b), where a and b are the halves of the input along `dim`. */
export function glu(input: Tensor, { dim = -1 }: { dim?: number } = {}): Tensor {
  return op("glu", input, dim);
}
