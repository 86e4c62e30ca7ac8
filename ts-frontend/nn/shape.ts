/** Layers that only move elements: flattening, padding, resizing, shuffling. */

import { call } from "../dispatch.ts";
import type { Tensor } from "../tensor.ts";
import * as F from "./functional/index.ts";
import { spread } from "./functional/op.ts";
import { Module } from "./module.ts";
import { fields, float, repr } from "./repr.ts";

/** Joins the dimensions from `startDim` to `endDim` into one; by default all but the first. */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor({ startDim = 1, endDim = -1 }: { startDim?: number; endDim?: number } = {}) {
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }

  forward(input: Tensor): Tensor {
    return call("aten::flatten", [input, this.startDim, this.endDim]) as Tensor;
  }

  override extraRepr(): string {
    return fields({ start_dim: this.startDim, end_dim: this.endDim });
  }
}

/** Splits dimension `dim` into several of these sizes. */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: readonly number[];

  constructor(dim: number, unflattenedSize: readonly number[]) {
    super();
    this.dim = dim;
    this.unflattenedSize = unflattenedSize;
  }

  forward(input: Tensor): Tensor {
    return call("aten::unflatten", [input, this.dim, this.unflattenedSize]) as Tensor;
  }

  override extraRepr(): string {
    return fields({ dim: this.dim, unflattened_size: this.unflattenedSize });
  }
}

/** Padding of the last `dims` dimensions. */
abstract class Pad extends Module {
  /** [left, right] of the last dimension, then those of the one before, and so on. */
  readonly padding: readonly number[];

  constructor(dims: number, padding: number | readonly number[]) {
    super();
    this.padding = spread(padding, 2 * dims);
  }

  override extraRepr(): string {
    return repr(this.padding);
  }
}

abstract class ConstantPad extends Pad {
  readonly value: number;

  constructor(dims: number, padding: number | readonly number[], value: number) {
    super(dims, padding);
    this.value = value;
  }

  forward(input: Tensor): Tensor {
    return F.pad(input, this.padding, { value: this.value });
  }

  override extraRepr(): string {
    return fields({ padding: this.padding, value: this.value });
  }
}

export class ConstantPad1d extends ConstantPad {
  constructor(padding: number | readonly number[], value: number) {
    super(1, padding, value);
  }
}

export class ConstantPad2d extends ConstantPad {
  constructor(padding: number | readonly number[], value: number) {
    super(2, padding, value);
  }
}

export class ConstantPad3d extends ConstantPad {
  constructor(padding: number | readonly number[], value: number) {
    super(3, padding, value);
  }
}

export class ZeroPad2d extends ConstantPad {
  constructor(padding: number | readonly number[]) {
    super(2, padding, 0);
  }

  override extraRepr(): string {
    return repr(this.padding);
  }
}

abstract class ReflectionPad extends Pad {
  forward(input: Tensor): Tensor {
    return F.pad(input, this.padding, { mode: "reflect" });
  }
}

export class ReflectionPad1d extends ReflectionPad {
  constructor(padding: number | readonly number[]) {
    super(1, padding);
  }
}

export class ReflectionPad2d extends ReflectionPad {
  constructor(padding: number | readonly number[]) {
    super(2, padding);
  }
}

abstract class ReplicationPad extends Pad {
  forward(input: Tensor): Tensor {
    return F.pad(input, this.padding, { mode: "replicate" });
  }
}

export class ReplicationPad1d extends ReplicationPad {
  constructor(padding: number | readonly number[]) {
    super(1, padding);
  }
}

export class ReplicationPad2d extends ReplicationPad {
  constructor(padding: number | readonly number[]) {
    super(2, padding);
  }
}

/** Resizes the spatial dimensions of [N, C, ...]; see `F.interpolate`. */
export class Upsample extends Module {
  readonly options: F.InterpolateOptions;

  constructor(options: F.InterpolateOptions) {
    super();
    this.options = options;
  }

  forward(input: Tensor): Tensor {
    return F.interpolate(input, this.options);
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode = "nearest" } = this.options;
    if (scaleFactor === undefined) return fields({ size: size as number | readonly number[], mode });
    const factors =
      typeof scaleFactor === "number" ? float(scaleFactor) : `(${scaleFactor.map(float).join(", ")})`;
    return `scale_factor=${factors}, mode=${mode}`;
  }
}

/** [N, C·r², H, W] to [N, C, H·r, W·r] */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  constructor(upscaleFactor: number) {
    super();
    this.upscaleFactor = upscaleFactor;
  }

  forward(input: Tensor): Tensor {
    return F.pixelShuffle(input, this.upscaleFactor);
  }

  override extraRepr(): string {
    return fields({ upscale_factor: this.upscaleFactor });
  }
}

/** [N, C, H·r, W·r] to [N, C·r², H, W] */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  constructor(downscaleFactor: number) {
    super();
    this.downscaleFactor = downscaleFactor;
  }

  forward(input: Tensor): Tensor {
    return F.pixelUnshuffle(input, this.downscaleFactor);
  }

  override extraRepr(): string {
    return fields({ downscale_factor: this.downscaleFactor });
  }
}

/** The cosine of the angle between vectors along `dim`. */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  constructor({ dim = 1, eps = 1e-8 }: { dim?: number; eps?: number } = {}) {
    super();
    this.dim = dim;
    this.eps = eps;
  }

  forward(x1: Tensor, x2: Tensor): Tensor {
    return F.cosineSimilarity(x1, x2, { dim: this.dim, eps: this.eps });
  }
}
