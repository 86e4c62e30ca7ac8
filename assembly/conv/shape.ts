// The geometry of a convolution, filled in by the caller, and which algorithm it asks for.
//
// One- and two-dimensional convolutions leave the outer dimensions at size 1: kernel, stride and dilation 1, padding 0.

@unmanaged
export class ConvShape {
  batch: usize;
  /** Channels of the input and of the output, over all groups. */
  channels: usize;
  outputs: usize;
  groups: usize;

  /** Input sizes. */
  depth: usize;
  height: usize;
  width: usize;
  kernelD: usize;
  kernelH: usize;
  kernelW: usize;
  strideD: usize;
  strideH: usize;
  strideW: usize;
  /** Zeros before the first element; how many follow the last one is told by the output sizes. */
  padD: usize;
  padH: usize;
  padW: usize;
  dilationD: usize;
  dilationH: usize;
  dilationW: usize;
  /** Output sizes. */
  outD: usize;
  outH: usize;
  outW: usize;

  /** Element strides of the input, whose rows are contiguous; the output is contiguous. */
  batchStride: usize;
  channelStride: usize;
  planeStride: usize;
  rowStride: usize;

  /** Input channels of one group. */
  @inline
  groupChannels(): usize {
    return this.channels / this.groups;
  }

  /** Output channels of one group. */
  @inline
  groupOutputs(): usize {
    return this.outputs / this.groups;
  }

  /** Kernel elements of one input channel. */
  @inline
  taps(): usize {
    return this.kernelD * this.kernelH * this.kernelW;
  }

  /** Elements of one channel of the output. */
  @inline
  pixels(): usize {
    return this.outD * this.outH * this.outW;
  }
}

/** Bytes of a `ConvShape`. */
export const CONV_SHAPE_BYTES: usize = offsetof<ConvShape>();

/** Gives a contiguous input its strides. */
export function convContiguousInput(s: ConvShape): void {
  s.rowStride = s.width;
  s.planeStride = s.height * s.width;
  s.channelStride = s.depth * s.planeStride;
  s.batchStride = s.channels * s.channelStride;
}

/** Output sizes of a convolution, `padD`, `padH` and `padW` on both sides; the padded input must hold the kernel. */
export function convInferOutput(s: ConvShape): void {
  s.outD = outputSize(s.depth, s.kernelD, s.strideD, s.padD, s.dilationD);
  s.outH = outputSize(s.height, s.kernelH, s.strideH, s.padH, s.dilationH);
  s.outW = outputSize(s.width, s.kernelW, s.strideW, s.padW, s.dilationW);
}

function outputSize(size: usize, kernel: usize, stride: usize, pad: usize, dilation: usize): usize {
  return (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
}

/** How a convolution is computed; all but WINOGRAD give the same bits. */
export const enum ConvAlgorithm {
  /** Few outputs per group: every output pixel sums over its taps, no matrix product. Weights as they are. */
  DIRECT,
  /** One or two output pixels: dot products with the rows of the weight. Weights as they are. */
  DOTS,
  /** 1 x 1: the image is already B of a matrix product. */
  POINTWISE,
  /** Patches are packed as B of a matrix product, block by block. */
  PATCHES,
  /** F(2x2, 3x3). */
  WINOGRAD,
}

/** Groups of at most this many output channels are not worth packing patches for. */
const DIRECT_OUTPUTS: usize = 8;
/** From this many input and output channels and tiles of 2 x 2 on, Winograd's transforms pay. */
const WINOGRAD_CHANNELS: usize = 8;
const WINOGRAD_OUTPUTS: usize = 3;
const WINOGRAD_TILES: usize = 8;

/** The algorithm, from the sizes alone (never the batch), so that every host and call computes the same bits. */
export function convAlgorithm(s: ConvShape): ConvAlgorithm {
  if (s.channels == 0) return ConvAlgorithm.DIRECT;
  if (s.pixels() <= 2) return ConvAlgorithm.DOTS;
  if (isPointwise(s)) return ConvAlgorithm.POINTWISE;
  if (isWinograd(s)) return ConvAlgorithm.WINOGRAD;
  return s.groupOutputs() <= DIRECT_OUTPUTS ? ConvAlgorithm.DIRECT : ConvAlgorithm.PATCHES;
}

function isPointwise(s: ConvShape): bool {
  return (
    s.taps() == 1 &&
    s.outD == s.depth &&
    s.outH == s.height &&
    s.outW == s.width &&
    s.rowStride == s.width &&
    s.planeStride == s.height * s.width &&
    s.padD + s.padH + s.padW == 0 &&
    s.strideD * s.strideH * s.strideW == 1
  );
}

function isWinograd(s: ConvShape): bool {
  return (
    s.groups == 1 &&
    s.depth == 1 &&
    s.kernelD == 1 &&
    s.outD == 1 &&
    s.padD == 0 &&
    s.kernelH == 3 &&
    s.kernelW == 3 &&
    s.strideH * s.strideW == 1 &&
    s.dilationH * s.dilationW == 1 &&
    s.channels >= WINOGRAD_CHANNELS &&
    s.outputs >= WINOGRAD_OUTPUTS &&
    ((s.outH + 1) >> 1) * ((s.outW + 1) >> 1) >= WINOGRAD_TILES
  );
}
