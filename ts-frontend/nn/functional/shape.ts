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

function badResize(message: string): never {
  throw new SconceError({ code: "BAD_VALUE", op: "interpolate", message });
}

/** Resizes by an operator for `dims` spatial dimensions, which takes `alignCorners` or does not. */
function resize(
  name: string,
  dims: number,
  aligns: boolean,
  input: Tensor,
  options: InterpolateOptions,
): Tensor {
  const { size, scaleFactor, alignCorners, recomputeScaleFactor = false } = options;
  if (!aligns && alignCorners !== undefined) badResize('alignCorners does not go with mode "nearest"');
  if ((size === undefined) === (scaleFactor === undefined))
    badResize("either size or scaleFactor must be given");
  const given = size ?? scaleFactor;
  if (Array.isArray(given) && given.length !== dims)
    badResize(`${dims} sizes or scales wanted, got ${given.length}`);
  const scales = scaleFactor === undefined ? null : spread(scaleFactor, dims);
  const wanted = size === undefined ? null : spread<Size>(size, dims);
  const recomputed = scales !== null && recomputeScaleFactor;
  const sizes = recomputed ? scales.map((scale, i) => scaled(input.size(i + 2), scale)) : wanted;
  const factors = recomputed ? null : scales;
  return aligns ? op(name, input, sizes, alignCorners ?? false, factors) : op(name, input, sizes, factors);
}

/** Resizes the spatial dimensions (from dimension 2 on) of a batch. Throws SconceError (BAD_VALUE). */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  const { mode = "nearest" } = options;
  const rank = input.dim();
  if (mode === "nearest" && rank === 3) return resize("upsample_nearest1d", 1, false, input, options);
  if (mode === "nearest" && rank === 4) return resize("upsample_nearest2d", 2, false, input, options);
  if (mode === "nearest" && rank === 5) return resize("upsample_nearest3d", 3, false, input, options);
  if (mode === "linear" && rank === 3) return resize("upsample_linear1d", 1, true, input, options);
  if (mode === "bilinear" && rank === 4) return resize("upsample_bilinear2d", 2, true, input, options);
  if (mode === "bicubic" && rank === 4) return resize("upsample_bicubic2d", 2, true, input, options);
  if (mode === "trilinear" && rank === 5) return resize("upsample_trilinear3d", 3, true, input, options);
  return badResize(`mode "${mode}" does not go with ${rank} dimensions`);
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
