// Convolution onto one or two output pixels: the rows of the weight times the patch of each pixel.

import { gemmF32, gemmF32ScratchBytes } from "../gemm/gemm-f32";
import { ConvShape } from "./shape";

/** Scratch bytes of `convDots`. */
export function convDotsScratchBytes(s: ConvShape): u64 {
  const k = s.groupChannels() * s.taps();
  const pixels = s.pixels();
  return (pixels as u64) * (k as u64) * 4 + 64 + gemmF32ScratchBytes(s.groupOutputs(), pixels, k);
}

/** y = W * x + bias, weights as they are; `bias` 0 for none. */
export function convDots(s: ConvShape, x: usize, w: usize, bias: usize, y: usize, scratch: usize): void {
  const ig = s.groupChannels();
  const og = s.groupOutputs();
  const pixels = s.pixels();
  const k = ig * s.taps();
  const work = (scratch + ((pixels * k) << 2) + 63) & ~63;
  for (let n: usize = 0; n < s.batch; n++) {
    for (let g: usize = 0; g < s.groups; g++) {
      const image = x + ((n * s.batchStride + g * ig * s.channelStride) << 2);
      for (let p: usize = 0; p < pixels; p++) patch(s, image, p, scratch + ((p * k) << 2));
      const weights = w + ((g * og * k) << 2);
      const start = bias ? bias + ((g * og) << 2) : 0;
      gemmF32(og, pixels, k, weights, k, 1, scratch, 1, k, y, pixels, start, 1, 0, work);
      y += (og * pixels) << 2;
    }
  }
}

// The inputs of output pixel p, zeros outside the image, in the order (channel, kd, kh, kw).
function patch(s: ConvShape, image: usize, p: usize, to: usize): void {
  const area = s.outH * s.outW;
  const d0 = (p / area) * s.strideD - s.padD;
  const h0 = ((p % area) / s.outW) * s.strideH - s.padH;
  const w0 = (p % s.outW) * s.strideW - s.padW;
  for (let c: usize = 0; c < s.groupChannels(); c++) {
    for (let kd: usize = 0; kd < s.kernelD; kd++) {
      const d = d0 + kd * s.dilationD;
      for (let kh: usize = 0; kh < s.kernelH; kh++) {
        const h = h0 + kh * s.dilationH;
        const row = image + ((d * s.planeStride + h * s.rowStride) << 2);
        // Positions before the image wrap around to huge unsigned ones.
        const inside = d < s.depth && h < s.height;
        for (let kw: usize = 0; kw < s.kernelW; kw++) {
          const v = w0 + kw * s.dilationW;
          store<f32>(to, inside && v < s.width ? load<f32>(row + (v << 2)) : 0);
          to += 4;
        }
      }
    }
    image += s.channelStride << 2;
  }
}
