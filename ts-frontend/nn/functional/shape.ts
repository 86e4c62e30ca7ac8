/** Padding, resizing and rearranging. */

import { findOp } from "../../../format/ops/table.ts";
import { IValue } from "../../../format/value.ts";
import { SconceError } from "../../../loader/error.ts";
import { Dim, Sym } from "../../eager/dim.ts";
import { recorder } from "../../record.ts";
import type { Tensor } from "../../tensor.ts";
import { op, type Size, spread } from "./op.ts";

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

function badResize(message: string): never {
  throw new SconceError({ code: "BAD_VALUE", op: "interpolate", message });
}

/** Resizes the spatial dimensions (from dimension 2 on) of a batch. Throws SconceError (BAD_VALUE). */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  const { size, scaleFactor, mode = "nearest", alignCorners, recomputeScaleFactor = false } = options;
  const dims = input.dim() - 2;
  const name = RESIZERS[mode][dims - 1];
  if (!name) badResize(`mode "${mode}" does not go with ${input.dim()} dimensions`);
  if (mode === "nearest" && alignCorners !== undefined)
    badResize('alignCorners does not go with mode "nearest"');
  if ((size === undefined) === (scaleFactor === undefined))
    badResize("either size or scaleFactor must be given");
  let sizes = size === undefined ? null : spread<Size>(size, dims);
  let scales = scaleFactor === undefined ? null : spread(scaleFactor, dims);
  if ((sizes ?? scales)!.length !== dims)
    badResize(`${dims} sizes or scales wanted, got ${(sizes ?? scales)!.length}`);
  if (scales !== null && recomputeScaleFactor) {
    sizes = scales.map((scale, i) => scaled(input.size(i + 2), scale));
    scales = null;
  }
  return mode === "nearest"
    ? op(name, input, sizes, scales)
    : op(name, input, sizes, alignCorners ?? false, scales);
}

/** ⌊size·scale⌋, which a trace follows. */
function scaled(size: Dim, scale: number): Dim {
  const product = (Sym.peek(size) as number) * scale;
  const result = new Dim(Math.floor(product));
  if (recorder) {
    const exact = new Sym("float", product);
    recorder.op(findOp("aten::mul.int_float")!, [size, IValue.float(scale)], [exact]);
    recorder.op(findOp("aten::floor.float")!, [exact], [result]);
  }
  return result;
}
