/** Pooling over windows of one, two or three spatial dimensions. */

import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import { type Sizes, spread } from "./functional/op.ts";
import { Module } from "./module.ts";
import { fields, repr } from "./repr.ts";

/** The largest elements, and their positions where these are wanted. */
type MaxResult<Indices extends boolean> = Indices extends true ? readonly [Tensor, Tensor] : Tensor;

abstract class MaxPool<Indices extends boolean> extends Module {
  readonly kernelSize: Sizes;
  readonly stride: Sizes;
  readonly padding: Sizes;
  readonly dilation: Sizes;
  readonly ceilMode: boolean;
  readonly returnIndices: boolean;

  /** With `returnIndices`, forward gives the positions of the largest elements too. */
  constructor(kernelSize: Sizes, options: F.MaxPoolOptions & { returnIndices?: Indices } = {}) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.ceilMode = options.ceilMode ?? false;
    this.returnIndices = options.returnIndices ?? false;
  }

  override extraRepr(): string {
    const { kernelSize: kernel_size, stride, padding, dilation, ceilMode: ceil_mode } = this;
    return fields({ kernel_size, stride, padding, dilation, ceil_mode });
  }
}

function maxPool<Indices extends boolean>(
  module: MaxPool<Indices>,
  input: Tensor,
  dims: 1 | 2 | 3,
): MaxResult<Indices> {
  const plain = [F.maxPool1d, F.maxPool2d, F.maxPool3d][dims - 1]!;
  const result = module.returnIndices
    ? F.maxPoolWithIndices(dims, input, module.kernelSize, module)
    : plain(input, module.kernelSize, module);
  return result as MaxResult<Indices>;
}

/** Largest elements of windows of [N, C, L]. */
export class MaxPool1d<Indices extends boolean = false> extends MaxPool<Indices> {
  forward(input: Tensor): MaxResult<Indices> {
    return maxPool(this, input, 1);
  }
}

/** Largest elements of windows of [N, C, H, W]. */
export class MaxPool2d<Indices extends boolean = false> extends MaxPool<Indices> {
  forward(input: Tensor): MaxResult<Indices> {
    return maxPool(this, input, 2);
  }
}

/** Largest elements of windows of [N, C, D, H, W]. */
export class MaxPool3d<Indices extends boolean = false> extends MaxPool<Indices> {
  forward(input: Tensor): MaxResult<Indices> {
    return maxPool(this, input, 3);
  }
}

abstract class AvgPool extends Module {
  readonly kernelSize: Sizes;
  readonly stride: Sizes;
  readonly padding: Sizes;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;

  constructor(kernelSize: Sizes, options: F.AvgPoolOptions = {}) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
  }

  override extraRepr(): string {
    const { kernelSize: kernel_size, stride, padding } = this;
    return fields({ kernel_size, stride, padding });
  }
}

/** Averages of windows of [N, C, L]. */
export class AvgPool1d extends AvgPool {
  constructor(kernelSize: Sizes, options: F.AvgPoolOptions = {}) {
    const { stride = kernelSize, padding = 0 } = options;
    super(spread(kernelSize, 1), { ...options, stride: spread(stride, 1), padding: spread(padding, 1) });
  }

  forward(input: Tensor): Tensor {
    return F.avgPool1d(input, this.kernelSize, this);
  }
}

/** An average with a divisor of its own, where one is given. */
abstract class DividedAvgPool extends AvgPool {
  readonly divisorOverride: number | undefined;

  constructor(kernelSize: Sizes, options: F.DividedAvgPoolOptions = {}) {
    super(kernelSize, options);
    this.divisorOverride = options.divisorOverride;
  }
}

/** Averages of windows of [N, C, H, W]. */
export class AvgPool2d extends DividedAvgPool {
  forward(input: Tensor): Tensor {
    return F.avgPool2d(input, this.kernelSize, this);
  }
}

/** Averages of windows of [N, C, D, H, W]. */
export class AvgPool3d extends DividedAvgPool {
  forward(input: Tensor): Tensor {
    return F.avgPool3d(input, this.kernelSize, this);
  }
}

/** Pooling whose windows follow from the size wanted; null in it keeps the input's size. */
abstract class AdaptivePool extends Module {
  readonly outputSize: F.OutputSize;

  constructor(outputSize: F.OutputSize) {
    super();
    this.outputSize = outputSize;
  }

  override extraRepr(): string {
    return `output_size=${repr(this.outputSize)}`;
  }
}

export class AdaptiveAvgPool1d extends AdaptivePool {
  forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool1d(input, this.outputSize);
  }
}

export class AdaptiveAvgPool2d extends AdaptivePool {
  forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool2d(input, this.outputSize);
  }
}

export class AdaptiveAvgPool3d extends AdaptivePool {
  forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool3d(input, this.outputSize);
  }
}

export class AdaptiveMaxPool1d extends AdaptivePool {
  forward(input: Tensor): Tensor {
    return F.adaptiveMaxPool1d(input, this.outputSize);
  }
}

export class AdaptiveMaxPool2d extends AdaptivePool {
  forward(input: Tensor): Tensor {
    return F.adaptiveMaxPool2d(input, this.outputSize);
  }
}
