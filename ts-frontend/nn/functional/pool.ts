/** Pooling over windows: the last one, two or three dimensions are spatial, those before them batch and channels. */

import type { Tensor } from "../../tensor.ts";
import { op, ops, type Sizes, spread } from "./op.ts";

export interface MaxPoolOptions {
  /** The window's size by default. */
  stride?: Sizes;
  padding?: Sizes;
  dilation?: Sizes;
  /** Let a window hang over the end, so that no element is left out. */
  ceilMode?: boolean;
}

function maxPoolArgs(dims: number, kernelSize: Sizes, options: MaxPoolOptions): unknown[] {
  const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
  return [...[kernelSize, stride, padding, dilation].map((sizes) => spread(sizes, dims)), ceilMode];
}

export function maxPool1d(input: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}): Tensor {
  return op("max_pool1d", input, ...maxPoolArgs(1, kernelSize, options));
}

export function maxPool2d(input: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}): Tensor {
  return op("max_pool2d", input, ...maxPoolArgs(2, kernelSize, options));
}

export function maxPool3d(input: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}): Tensor {
  return op("max_pool3d", input, ...maxPoolArgs(3, kernelSize, options));
}

/** The largest elements and their int64 positions in the flattened spatial dimensions; `dims` of these. */
export function maxPoolWithIndices(
  dims: 1 | 2 | 3,
  input: Tensor,
  kernelSize: Sizes,
  options: MaxPoolOptions = {},
): readonly [Tensor, Tensor] {
  const results = ops(`max_pool${dims}d_with_indices`, input, ...maxPoolArgs(dims, kernelSize, options));
  return results as readonly [Tensor, Tensor];
}

export interface AvgPoolOptions {
  /** The window's size by default. */
  stride?: Sizes;
  padding?: Sizes;
  ceilMode?: boolean;
  /** Whether the zeros of the padding count as elements; they do by default. */
  countIncludePad?: boolean;
}

function avgPoolArgs(dims: number, kernelSize: Sizes, options: AvgPoolOptions): unknown[] {
  const { stride = kernelSize, padding = 0, ceilMode = false, countIncludePad = true } = options;
  return [...[kernelSize, stride, padding].map((sizes) => spread(sizes, dims)), ceilMode, countIncludePad];
}

export function avgPool1d(input: Tensor, kernelSize: Sizes, options: AvgPoolOptions = {}): Tensor {
  return op("avg_pool1d", input, ...avgPoolArgs(1, kernelSize, options));
}

/** What the sum of a window is divided by, instead of the number of its elements. */
export interface DivisorOverride {
  divisorOverride?: number;
}

export function avgPool2d(
  input: Tensor,
  kernelSize: Sizes,
  options: AvgPoolOptions & DivisorOverride = {},
): Tensor {
  return op("avg_pool2d", input, ...avgPoolArgs(2, kernelSize, options), options.divisorOverride ?? null);
}

export function avgPool3d(
  input: Tensor,
  kernelSize: Sizes,
  options: AvgPoolOptions & DivisorOverride = {},
): Tensor {
  return op("avg_pool3d", input, ...avgPoolArgs(3, kernelSize, options), options.divisorOverride ?? null);
}

/** The size wanted in each dimension; null keeps the input's. */
export type OutputSize = number | readonly (number | null)[];

function adaptive(name: string, dims: number, input: Tensor, outputSize: OutputSize): Tensor {
  const wanted = spread<number | null>(outputSize, dims);
  return op(
    name,
    input,
    wanted.map((size, i) => size ?? input.size(i - dims)),
  );
}

/** Averages over windows chosen so that the output has this size. */
export function adaptiveAvgPool1d(input: Tensor, outputSize: OutputSize): Tensor {
  return adaptive("adaptive_avg_pool1d", 1, input, outputSize);
}

export function adaptiveAvgPool2d(input: Tensor, outputSize: OutputSize): Tensor {
  return adaptive("adaptive_avg_pool2d", 2, input, outputSize);
}

export function adaptiveAvgPool3d(input: Tensor, outputSize: OutputSize): Tensor {
  return adaptive("adaptive_avg_pool3d", 3, input, outputSize);
}

function adaptiveMax(dims: number, input: Tensor, outputSize: OutputSize): Tensor {
  const wanted = spread<number | null>(outputSize, dims);
  const sizes = wanted.map((size, i) => size ?? input.size(i - dims));
  return ops(`adaptive_max_pool${dims}d`, input, sizes)[0]!;
}

/** Largest elements of windows chosen so that the output has this size. */
export function adaptiveMaxPool1d(input: Tensor, outputSize: OutputSize): Tensor {
  return adaptiveMax(1, input, outputSize);
}

export function adaptiveMaxPool2d(input: Tensor, outputSize: OutputSize): Tensor {
  return adaptiveMax(2, input, outputSize);
}
