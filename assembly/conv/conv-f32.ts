// f32 convolution forward, one to three dimensions, groups: y = bias + W * x, and its packed weights.
//
// W is [outputs, channels / groups, kernelD, kernelH, kernelW], y [batch, outputs, outD, outH, outW]. Which algorithm is
// used, and so the bits, follows from the shape alone (`convAlgorithm`).
//
// Weights that stay the same are packed once: `convPackedBytes` says how much that takes (0: this shape uses them as
// they are) and `convPack` does it. Packed weights belong to the weight and to what `convPackedFormat` gives: shapes of
// one format may share them.

import { FEW_ROWS, gemmF32, gemmF32ScratchBytes, gemmPackedA } from "../gemm/gemm-f32";
import { packA, packedABytes } from "../gemm/pack-f32";
import { convDirect, convDirectScratchBytes } from "./direct";
import { convDots, convDotsScratchBytes } from "./dots";
import { convPatches, convPatchesScratchBytes } from "./patches";
import { ConvAlgorithm, ConvShape, convAlgorithm } from "./shape";
import { convWinograd, convWinogradScratchBytes, winogradPack, winogradPackedBytes } from "./winograd";

export const enum PackedFormat {
  /** Weights as they are. */
  NONE,
  /** Panels of every group, for matrix products. */
  PANELS,
  /** Transformed for `convWinograd`. */
  WINOGRAD,
}

/** The format in which this shape wants its weights. */
export function convPackedFormat(s: ConvShape): PackedFormat {
  switch (convAlgorithm(s)) {
    case ConvAlgorithm.POINTWISE:
      return s.groupOutputs() > FEW_ROWS ? PackedFormat.PANELS : PackedFormat.NONE;
    case ConvAlgorithm.PATCHES:
      return PackedFormat.PANELS;
    case ConvAlgorithm.WINOGRAD:
      return PackedFormat.WINOGRAD;
    default:
      return PackedFormat.NONE;
  }
}

/** Bytes of the packed weights; 0 when the weights are used as they are. */
export function convPackedBytes(s: ConvShape): u64 {
  switch (convPackedFormat(s)) {
    case PackedFormat.PANELS:
      return (s.groups as u64) * packedABytes(s.groupOutputs(), s.groupChannels() * s.taps());
    case PackedFormat.WINOGRAD:
      return winogradPackedBytes(s);
    default:
      return 0;
  }
}

/** Packs contiguous weights into `to`, 16-byte aligned. */
export function convPack(s: ConvShape, w: usize, to: usize): void {
  if (convPackedFormat(s) == PackedFormat.WINOGRAD) {
    winogradPack(s, w, to);
    return;
  }
  const og = s.groupOutputs();
  const k = s.groupChannels() * s.taps();
  const groupBytes = packedABytes(og, k) as usize;
  for (let g: usize = 0; g < s.groups; g++) {
    packA(og, k, w, k, 1, to);
    w += (og * k) << 2;
    to += groupBytes;
  }
}

/** Scratch bytes of `convF32`; more when it is not given packed weights. */
export function convF32ScratchBytes(s: ConvShape, packed: bool): u64 {
  const weights: u64 = packed ? 0 : (convPackedBytes(s) + 63) & ~63;
  switch (convAlgorithm(s)) {
    case ConvAlgorithm.DIRECT:
      return convDirectScratchBytes(s);
    case ConvAlgorithm.DOTS:
      return convDotsScratchBytes(s);
    case ConvAlgorithm.POINTWISE:
      return gemmF32ScratchBytes(s.groupOutputs(), s.pixels(), s.groupChannels());
    case ConvAlgorithm.PATCHES:
      return weights + convPatchesScratchBytes(s);
    default:
      return weights + convWinogradScratchBytes(s);
  }
}

/**
 * y = bias + W * x. `w`: the contiguous weights, or 0 if they are packed; `packed`: the weights packed by `convPack`,
 * or 0; `bias`: [outputs], or 0. `scratch`: `convF32ScratchBytes` bytes, 64-byte aligned. No sizes but `batch` and the
 * channels may be 0.
 */
export function convF32(
  s: ConvShape,
  x: usize,
  w: usize,
  packed: usize,
  bias: usize,
  y: usize,
  scratch: usize,
): void {
  const algorithm = convAlgorithm(s);
  if (algorithm == ConvAlgorithm.DIRECT) {
    convDirect(s, x, w, bias, y, scratch);
    return;
  }
  if (algorithm == ConvAlgorithm.DOTS) {
    convDots(s, x, w, bias, y, scratch);
    return;
  }
  if (algorithm == ConvAlgorithm.POINTWISE) {
    convPointwise(s, x, w, packed, bias, y, scratch);
    return;
  }
  if (!packed) {
    convPack(s, w, scratch);
    packed = scratch;
    scratch += ((convPackedBytes(s) + 63) & ~63) as usize;
  }
  if (algorithm == ConvAlgorithm.PATCHES) convPatches(s, x, packed, bias, y, scratch);
  else convWinograd(s, x, packed, bias, y, scratch);
}

// The image is B as it lies.
function convPointwise(
  s: ConvShape,
  x: usize,
  w: usize,
  packed: usize,
  bias: usize,
  y: usize,
  scratch: usize,
): void {
  const ig = s.groupChannels();
  const og = s.groupOutputs();
  const pixels = s.pixels();
  const step = s.channelStride;
  const groupBytes = packed ? (packedABytes(og, ig) as usize) : (og * ig) << 2;
  for (let n: usize = 0; n < s.batch; n++) {
    for (let g: usize = 0; g < s.groups; g++) {
      const image = x + ((n * s.batchStride + g * ig * step) << 2);
      const start = bias ? bias + ((g * og) << 2) : 0;
      const a = (packed ? packed : w) + g * groupBytes;
      if (packed) gemmPackedA(og, pixels, ig, a, image, step, 1, y, pixels, start, 1, 0, scratch);
      else gemmF32(og, pixels, ig, a, ig, 1, image, step, 1, y, pixels, start, 1, 0, scratch);
      y += (og * pixels) << 2;
    }
  }
}
