/** Padding, dropout, resizing and rearranging. */

import { SconceError } from "../../../loader/error.ts";
import type { Dim } from "../../eager/dim.ts";
import type { Tensor } from "../../tensor.ts";
import { type InPlace, op, type Size, spread } from "./op.ts";

export type PaddingMode = "constant" | "reflect" | "replicate" | "circular";

/**
 * Adds elements around the last dimensions: `padding` is [left, right] of the last one, then those of the one before,
 * and so on. Negative numbers cut off. `value` fills in mode "constant".
 */
export function pad(
  input: Tensor,
  padding: readonly Size[],
  options: { mode?: PaddingMode; value?: number } = {},
): Tensor {
  const { mode = "constant", value } = options;
  return op("pad", input, padding, mode, value ?? null);
}

export interface DropoutOptions extends InPlace {
  /** Probability of an element to be dropped, 0.5 by default. */
  p?: number;
  /** True by default, as in PyTorch: pass `this.training`. */
  training?: boolean;
}

/** While training, sets elements to 0 with probability p and divides the others by 1 − p. */
export function dropout(input: Tensor, { p = 0.5, training = true, inplace }: DropoutOptions = {}): Tensor {
  return op(inplace ? "dropout_" : "dropout", input, p, training);
}

/** Like `dropout`, but whole channels (dimension 1) are dropped. */
export function featureDropout(
  input: Tensor,
  { p = 0.5, training = true, inplace }: DropoutOptions = {},
): Tensor {
  return op(inplace ? "feature_dropout_" : "feature_dropout", input, p, training);
}

/** Dropout that keeps mean and variance, for SELU. */
export function alphaDropout(
  input: Tensor,
  { p = 0.5, training = true, inplace }: DropoutOptions = {},
): Tensor {
  return op(inplace ? "alpha_dropout_" : "alpha_dropout", input, p, training);
}

/** [N, C·r², H, W] to [N, C, H·r, W·r] */
export function pixelShuffle(input: Tensor, upscaleFactor: number): Tensor {
  return op("pixel_shuffle", input, upscaleFactor);
}

/** [N, C, H·r, W·r] to [N, C·r², H, W] */
export function pixelUnshuffle(input: Tensor, downscaleFactor: number): Tensor {
  return op("pixel_unshuffle", input, downscaleFactor);
}

export type InterpolationMode = "nearest" | "linear" | "bilinear" | "bicubic" | "trilinear";

export interface InterpolateOptions {
  /** Size of the output's spatial dimensions; either this or `scaleFactor`. */
  size?: Size | readonly Size[];
  scaleFactor?: number | readonly number[];
  mode?: InterpolationMode;
  /** Corner elements keep their place; not for "nearest". */
  alignCorners?: boolean;
  /** Compute the output's size from `scaleFactor`, then the scale from the sizes. */
  recomputeScaleFactor?: boolean;
}

const RESIZERS: Readonly<Record<InterpolationMode, readonly string[]>> = {
  nearest: ["upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d"],
  linear: ["upsample_linear1d"],
  bilinear: ["", "upsample_bilinear2d"],
  bicubic: ["", "upsample_bicubic2d"],
  trilinear: ["", "", "upsample_trilinear3d"],
};

function badResize(message: string): SconceError {
  return new SconceError({ code: "BAD_VALUE", op: "interpolate", message });
}

/** Resizes the spatial dimensions (from dimension 2 on) of a batch. Throws SconceError (BAD_VALUE). */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  const { size, scaleFactor, mode = "nearest", alignCorners, recomputeScaleFactor = false } = options;
  const dims = input.dim() - 2;
  const name = RESIZERS[mode][dims - 1];
  if (!name) throw badResize(`mode "${mode}" does not go with ${input.dim()} dimensions`);
  if (mode === "nearest" && alignCorners !== undefined)
    throw badResize('alignCorners does not go with mode "nearest"');
  if ((size === undefined) === (scaleFactor === undefined))
    throw badResize("either size or scaleFactor must be given");
  let sizes = size === undefined ? null : spread<Size>(size, dims);
  let scales = scaleFactor === undefined ? null : spread(scaleFactor, dims);
  if ((sizes ?? scales)!.length !== dims)
    throw badResize(`${dims} sizes or scales wanted, got ${(sizes ?? scales)!.length}`);
  if (scales !== null && recomputeScaleFactor) {
    sizes = scales.map((scale, i) => scaled(input.size(i + 2), scale));
    scales = null;
  }
  return mode === "nearest"
    ? op(name, input, sizes, scales)
    : op(name, input, sizes, alignCorners ?? false, scales);
}

/** ⌊size·scale⌋ */
function scaled(size: Dim, scale: number): Size {
  return Number.isInteger(scale) ? size.mul(scale) : Math.floor(size.value * scale);
}

/** Another name of `interpolate`, as old programs call it. */
export const upsample = interpolate;
