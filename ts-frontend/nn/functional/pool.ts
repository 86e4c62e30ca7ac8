/** Pooling over windows: the last one, two or three dimensions are spatial, those before them batch and channels. */

import { call } from "../../dispatch.ts";
import type { Tensor } from "../../tensor.ts";
import { op, ops, type Size, type Sizes, spread } from "./op.ts";

export interface MaxPoolOptions {
  /** The window's size by default. */
  stride?: Sizes;
  padding?: Sizes;
  dilation?: Sizes;
  /** Let a window hang over the end, so that no element is left out. */
  ceilMode?: boolean;
}

/** One tensor, or of the operators `…_with_indices` two. */
function maxPool(
  name: string,
  dims: number,
  input: Tensor,
  kernelSize: Sizes,
  options: MaxPoolOptions,
): unknown {
  const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
  const all = (sizes: Sizes) => spread(sizes, dims);
  return call(name, [input, all(kernelSize), all(stride), all(padding), all(dilation), ceilMode]);
}

export function maxPool1d(input: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}): Tensor {
  return maxPool("aten::max_pool1d", 1, input, kernelSize, options) as Tensor;
}

export function maxPool2d(input: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}): Tensor {
  return maxPool("aten::max_pool2d", 2, input, kernelSize, options) as Tensor;
}

export function maxPool3d(input: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}): Tensor {
  return maxPool("aten::max_pool3d", 3, input, kernelSize, options) as Tensor;
}

/** The largest elements and their int64 positions in the flattened spatial dimensions; `dims` of these. */
export function maxPoolWithIndices(
  dims: 1 | 2 | 3,
  input: Tensor,
  kernelSize: Sizes,
  options: MaxPoolOptions = {},
): readonly [Tensor, Tensor] {
  const name = `aten::max_pool${dims}d_with_indices`;
  return maxPool(name, dims, input, kernelSize, options) as readonly [Tensor, Tensor];
}

export interface AvgPoolOptions {
  /** The window's size by default. */
  stride?: Sizes;
  padding?: Sizes;
  ceilMode?: boolean;
  /** Whether the zeros of the padding count as elements; they do by default. */
  countIncludePad?: boolean;
}

export function avgPool1d(input: Tensor, kernelSize: Sizes, options: AvgPoolOptions = {}): Tensor {
  const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options;
  const all = (sizes: Sizes) => spread(sizes, 1);
  return op("avg_pool1d", input, all(kernelSize), all(stride), all(padding), ceilMode, countIncludePad);
}

export interface DividedAvgPoolOptions extends AvgPoolOptions {
  /** What the sum of a window is divided by, instead of the number of its elements. */
  divisorOverride?: number | undefined;
}

function dividedAvgPool(
  name: string,
  dims: number,
  input: Tensor,
  kernelSize: Sizes,
  options: DividedAvgPoolOptions,
): Tensor {
  const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options;
  const { divisorOverride = null } = options;
  const all = (sizes: Sizes) => spread(sizes, dims);
  return op(
    name,
    input,
    all(kernelSize),
    all(stride),
    all(padding),
    ceilMode,
    countIncludePad,
    divisorOverride,
  );
}

export function avgPool2d(input: Tensor, kernelSize: Sizes, options: DividedAvgPoolOptions = {}): Tensor {
  return dividedAvgPool("avg_pool2d", 2, input, kernelSize, options);
}

export function avgPool3d(input: Tensor, kernelSize: Sizes, options: DividedAvgPoolOptions = {}): Tensor {
  return dividedAvgPool("avg_pool3d", 3, input, kernelSize, options);
}

/** The size wanted in each dimension; null keeps the input's. */
export type OutputSize = number | readonly (number | null)[];

/** The size wanted of the dimension `-fromEnd`, one of the last `dims`. */
function wanted(input: Tensor, outputSize: OutputSize, dims: number, fromEnd: number): Size {
  if (typeof outputSize === "number") return outputSize;
  return outputSize[dims - fromEnd] ?? input.size(-fromEnd);
}

/** Averages over windows chosen so that the output has this size. */
export function adaptiveAvgPool1d(input: Tensor, outputSize: OutputSize): Tensor {
  return op("adaptive_avg_pool1d", input, [wanted(input, outputSize, 1, 1)]);
}

export function adaptiveAvgPool2d(input: Tensor, outputSize: OutputSize): Tensor {
  const sizes = [wanted(input, outputSize, 2, 2), wanted(input, outputSize, 2, 1)];
  return op("adaptive_avg_pool2d", input, sizes);
}

export function adaptiveAvgPool3d(input: Tensor, outputSize: OutputSize): Tensor {
  const [depth, height] = [wanted(input, outputSize, 3, 3), wanted(input, outputSize, 3, 2)];
  return op("adaptive_avg_pool3d", input, [depth, height, wanted(input, outputSize, 3, 1)]);
}

/** Largest elements of windows chosen so that the output has this size. */
export function adaptiveMaxPool1d(input: Tensor, outputSize: OutputSize): Tensor {
  return ops("adaptive_max_pool1d", input, [wanted(input, outputSize, 1, 1)])[0]!;
}

export function adaptiveMaxPool2d(input: Tensor, outputSize: OutputSize): Tensor {
  const sizes = [wanted(input, outputSize, 2, 2), wanted(input, outputSize, 2, 1)];
  return ops("adaptive_max_pool2d", input, sizes)[0]!;
}
