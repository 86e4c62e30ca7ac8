// f64 convolution and transposed convolution as plain loops, one to three dimensions, groups.
//
// Sums are in the order of their f32 counterparts (`convPatches`, `convTransposeF32`).

import { ConvShape } from "./shape";

/** y = bias + W * x; `bias` 0 for none. */
export function convF64(s: ConvShape, x: usize, w: usize, bias: usize, y: usize): void {
  const ig = s.groupChannels();
  const og = s.groupOutputs();
  for (let n: usize = 0; n < s.batch; n++) {
    for (let o: usize = 0; o < s.outputs; o++) {
      const image = x + ((n * s.batchStride + (o / og) * ig * s.channelStride) << 3);
      const weights = w + ((o * ig * s.taps()) << 3);
      const start: f64 = bias ? load<f64>(bias + (o << 3)) : 0;
      for (let od: usize = 0; od < s.outD; od++) {
        for (let oh: usize = 0; oh < s.outH; oh++) {
          for (let ow: usize = 0; ow < s.outW; ow++) {
            store<f64>(y, pixel(s, image, weights, start, od, oh, ow));
            y += 8;
          }
        }
      }
    }
  }
}

// Positions before the image wrap around to huge unsigned ones.
function pixel(s: ConvShape, image: usize, w: usize, start: f64, od: usize, oh: usize, ow: usize): f64 {
  const w0 = ow * s.strideW - s.padW;
  let sum = start;
  for (let c: usize = 0; c < s.groupChannels(); c++) {
    for (let kd: usize = 0; kd < s.kernelD; kd++) {
      const d = od * s.strideD - s.padD + kd * s.dilationD;
      for (let kh: usize = 0; kh < s.kernelH; kh++) {
        const h = oh * s.strideH - s.padH + kh * s.dilationH;
        const row = image + ((d * s.planeStride + h * s.rowStride) << 3);
        const inside = d < s.depth && h < s.height;
        for (let kw: usize = 0; kw < s.kernelW; kw++) {
          const v = w0 + kw * s.dilationW;
          const value: f64 = inside && v < s.width ? load<f64>(row + (v << 3)) : 0;
          sum += value * load<f64>(w);
          w += 8;
        }
      }
    }
    image += s.channelStride << 3;
  }
  return sum;
}

/** y = bias + the transposed convolution of x with W, [channels, outputs / groups, kernel]; `bias` 0 for none. */
export function convTransposeF64(s: ConvShape, x: usize, w: usize, bias: usize, y: usize): void {
  const ig = s.groupChannels();
  const og = s.groupOutputs();
  for (let n: usize = 0; n < s.batch; n++) {
    for (let o: usize = 0; o < s.outputs; o++) {
      const g = o / og;
      const image = x + ((n * s.batchStride + g * ig * s.channelStride) << 3);
      const weights = w + (g * ig * og + (o % og)) * s.taps() * 8;
      const start: f64 = bias ? load<f64>(bias + (o << 3)) : 0;
      for (let i: usize = 0; i < s.pixels(); i++) store<f64>(y + (i << 3), start);
      for (let id: usize = 0; id < s.depth; id++) {
        for (let ih: usize = 0; ih < s.height; ih++) spreadRow(s, image, weights, id, ih, y);
      }
      y += s.pixels() << 3;
    }
  }
}

// Adds to an output channel what row (id, ih) of all input channels gives.
function spreadRow(s: ConvShape, image: usize, w: usize, id: usize, ih: usize, y: usize): void {
  const row = image + ((id * s.planeStride + ih * s.rowStride) << 3);
  const wChannel = (s.groupOutputs() * s.taps()) << 3;
  for (let kd: usize = 0; kd < s.kernelD; kd++) {
    const od = id * s.strideD + kd * s.dilationD - s.padD;
    for (let kh: usize = 0; kh < s.kernelH; kh++) {
      const oh = ih * s.strideH + kh * s.dilationH - s.padH;
      if (od >= s.outD || oh >= s.outH) continue;
      for (let kw: usize = 0; kw < s.kernelW; kw++) {
        const tap = w + (((kd * s.kernelH + kh) * s.kernelW + kw) << 3);
        for (let iw: usize = 0; iw < s.width; iw++) {
          const ow = iw * s.strideW + kw * s.dilationW - s.padW;
          if (ow >= s.outW) continue;
          let sum: f64 = 0;
          for (let c: usize = 0; c < s.groupChannels(); c++) {
            sum += load<f64>(row + ((c * s.channelStride + iw) << 3)) * load<f64>(tap + c * wChannel);
          }
          const at = y + (((od * s.outH + oh) * s.outW + ow) << 3);
          store<f64>(at, load<f64>(at) + sum);
        }
      }
    }
  }
}
