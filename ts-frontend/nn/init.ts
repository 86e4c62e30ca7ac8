/**
 * Initialisers, which fill a tensor in place and return it: counterpart of `torch.nn.init`. With the same seed they draw
 * PyTorch's own numbers.
 */

import { SconceError } from "../../loader/error.ts";
import { call } from "../dispatch.ts";
import { fromArray } from "../eager/from-data.ts";
import type { Generator } from "../eager/generator.ts";
import { copyOut } from "../eager/info.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { erf, erfinv } from "./erf.ts";

export type FanMode = "fanIn" | "fanOut";

/** What follows the layer whose weights are drawn. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

interface Drawn {
  /** By default the one that `manualSeed` seeds. */
  generator?: Generator;
}

/** The factor for weights before `nonlinearity`; `param` is the slope of a leaky ReLU, 0.01 by default. */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  switch (nonlinearity) {
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.sqrt(2);
    case "leakyRelu":
      return Math.sqrt(2 / (1 + param * param));
    case "selu":
      return 3 / 4;
    default:
      return 1;
  }
}

/** Inputs and outputs that each number of a weight connects. Throws SconceError (NDIM) below two dimensions. */
export function calculateFanInAndFanOut(tensor: Tensor): { fanIn: number; fanOut: number } {
  const [outputs, inputs, ...window] = tensor.shape;
  if (outputs === undefined || inputs === undefined) {
    throw new SconceError({
      code: "NDIM",
      message: `fan in and fan out need at least two dimensions, got shape [${tensor.shape.join(", ")}]`,
      advice: "Use uniform_ or normal_ for vectors.",
    });
  }
  const receptive = window.reduce((product, size) => product * size, 1);
  return { fanIn: inputs * receptive, fanOut: outputs * receptive };
}

/** Uniform in [a, b). */
export function uniform_<T extends Tensor>(tensor: T, a = 0, b = 1, options: Drawn = {}): T {
  tensor.uniform_(a, b, { generator: options.generator });
  return tensor;
}

/** Normal with this mean and standard deviation. */
export function normal_<T extends Tensor>(tensor: T, mean = 0, std = 1, options: Drawn = {}): T {
  tensor.normal_(mean, std, { generator: options.generator });
  return tensor;
}

export function constant_<T extends Tensor>(tensor: T, value: number): T {
  call("aten::fill_", [tensor, value]);
  return tensor;
}

export function ones_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 1);
}

export function zeros_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 0);
}

/** Ones on the diagonal of a matrix, else zeros. */
export function eye_<T extends Tensor>(tensor: T): T {
  const [rows, columns] = tensor.shape;
  if (tensor.shape.length !== 2) {
    throw new SconceError({
      code: "NDIM",
      message: `eye_ takes a matrix, got shape [${tensor.shape.join(", ")}]`,
    });
  }
  const ones = new Float32Array(rows! * columns!);
  for (let i = 0; i < Math.min(rows!, columns!); i++) ones[i * columns! + i] = 1;
  return overwrite(tensor, ones);
}

/** Uniform in ±gain·√(6 / (fanIn + fanOut)), after Glorot and Bengio. */
export function xavierUniform_<T extends Tensor>(tensor: T, options: Drawn & { gain?: number } = {}): T {
  const { fanIn, fanOut } = calculateFanInAndFanOut(tensor);
  const bound = Math.sqrt(3) * ((options.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut)));
  return uniform_(tensor, -bound, bound, options);
}

/** Normal with standard deviation gain·√(2 / (fanIn + fanOut)). */
export function xavierNormal_<T extends Tensor>(tensor: T, options: Drawn & { gain?: number } = {}): T {
  const { fanIn, fanOut } = calculateFanInAndFanOut(tensor);
  return normal_(tensor, 0, (options.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut)), options);
}

export interface KaimingOptions extends Drawn {
  /** Slope of the leaky ReLU that follows, 0 by default; used only with `leakyRelu`. */
  a?: number;
  mode?: FanMode;
  nonlinearity?: Nonlinearity;
}

function kaimingStd(
  tensor: Tensor,
  { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions,
): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(calculateFanInAndFanOut(tensor)[mode]);
}

/** Uniform in ±gain·√(3 / fan), after He et al. A tensor without elements stays as it is. */
export function kaimingUniform_<T extends Tensor>(tensor: T, options: KaimingOptions = {}): T {
  if (tensor.shape.includes(0)) return tensor;
  const bound = Math.sqrt(3) * kaimingStd(tensor, options);
  return uniform_(tensor, -bound, bound, options);
}

/** Normal with standard deviation gain/√fan. A tensor without elements stays as it is. */
export function kaimingNormal_<T extends Tensor>(tensor: T, options: KaimingOptions = {}): T {
  if (tensor.shape.includes(0)) return tensor;
  return normal_(tensor, 0, kaimingStd(tensor, options), options);
}

export interface TruncatedNormalOptions extends Drawn {
  mean?: number;
  std?: number;
  /** Smallest and largest value: −2 and 2 by default, whatever mean and std are. */
  a?: number;
  b?: number;
}

/** Normal, cut off outside [a, b]: uniform numbers through the inverse of the distribution function. */
export function truncNormal_<T extends Tensor>(tensor: T, options: TruncatedNormalOptions = {}): T {
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  const below = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;
  const low = below((a - mean) / std);
  const high = below((b - mean) / std);
  uniform_(tensor, 2 * low - 1, 2 * high - 1, options);
  const drawn = Float64Array.from(copyOut(tensor).array as Float32Array | Float64Array);
  return overwrite(
    tensor,
    drawn.map((u) => Math.min(Math.max(erfinv(u) * (std * Math.SQRT2) + mean, a), b)),
  );
}

function overwrite<T extends Tensor>(tensor: T, values: Float32Array | Float64Array): T {
  scope(() => {
    call("aten::copy_", [tensor, fromArray(values, tensor.shape)]);
  });
  return tensor;
}
