/** Linear maps and convolutions. */

import type { Tensor } from "../../tensor.ts";
import { op, type Size, type Sizes, spread } from "./op.ts";

/** x·Wᵀ + b: [..., in] and weight [out, in] to [..., out]. */
export function linear(input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return op("linear", input, weight, bias);
}

/** xᵀ·W·y + b: [..., in1] and [..., in2] and weight [out, in1, in2] to [..., out]. */
export function bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const product = op("einsum", "...i,oij,...j->...o", [input1, weight, input2]);
  return bias === null ? product : op("add", product, bias);
}

/** Rows of `weight` [n, d] chosen by integer indices of any shape: [...] to [..., d]. */
export function embedding(
  input: Tensor,
  weight: Tensor,
  { paddingIdx }: { paddingIdx?: number } = {},
): Tensor {
  const padding = paddingIdx !== undefined && paddingIdx < 0 ? paddingIdx + weight.shape[0]! : paddingIdx;
  return op("embedding", weight, input, padding ?? -1, false, false);
}

export interface ConvOptions {
  stride?: Sizes;
  /** Zeros around the input; `"same"` keeps its size (stride 1 only), `"valid"` is 0. */
  padding?: Sizes | "same" | "valid";
  dilation?: Sizes;
  groups?: number;
}

function conv(
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvOptions,
): Tensor {
  const around = typeof padding === "string" ? padding : spread(padding, dims);
  return op(
    `conv${dims}d`,
    input,
    weight,
    bias,
    spread(stride, dims),
    around,
    spread(dilation, dims),
    groups,
  );
}

/** [N, in, L] and weight [out, in/groups, k] to [N, out, L']; the batch dimension may be missing. */
export function conv1d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  return conv(1, input, weight, bias, options);
}

/** [N, in, H, W] and weight [out, in/groups, kh, kw] to [N, out, H', W']; the batch dimension may be missing. */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  return conv(2, input, weight, bias, options);
}

/** [N, in, D, H, W] and weight [out, in/groups, kd, kh, kw] to [N, out, D', H', W']. */
export function conv3d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvOptions = {},
): Tensor {
  return conv(3, input, weight, bias, options);
}

export interface ConvTransposeOptions {
  stride?: Sizes;
  padding?: Sizes;
  /** Added to one side of the output: less than stride or dilation. */
  outputPadding?: Size | readonly Size[];
  groups?: number;
  dilation?: Sizes;
}

function convTranspose(
  name: string,
  dims: number,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: ConvTransposeOptions,
): Tensor {
  const { stride = 1, padding = 0, outputPadding = 0, groups = 1, dilation = 1 } = options;
  const all = <T>(value: T | readonly T[]) => spread(value, dims);
  return op(
    name,
    input,
    weight,
    bias,
    all(stride),
    all(padding),
    all<Size>(outputPadding),
    groups,
    all(dilation),
  );
}

/** The transpose of conv1d: weight [in, out/groups, k]. */
export function convTranspose1d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeOptions = {},
): Tensor {
  return convTranspose("conv_transpose1d", 1, input, weight, bias, options);
}

/** The transpose of conv2d: weight [in, out/groups, kh, kw]. */
export function convTranspose2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeOptions = {},
): Tensor {
  return convTranspose("conv_transpose2d", 2, input, weight, bias, options);
}
