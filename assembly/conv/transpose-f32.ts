// f32 transposed convolution, two or three dimensions, groups.
//
// W is [channels, outputs / groups, kernelD, kernelH, kernelW]; the shape's stride, padding and dilation are those of the
// transposed convolution, whose output sizes (output padding included) the caller gives.
//
// A block of input rows is multiplied with all taps, columns = W' * x, and the columns are added where they belong:
//
//   y[o, ih * stride - pad + kh * dilation, …] += columns[(o, kd, kh, kw), (ih, iw)]
//
// So an element is its bias plus, in the order of the input rows that reach it (id, ih up, then kw up), sums over the
// channels in order: the same bits whatever the blocks.
//
//   scratch ┌────────────────┬───────────────────────────────────┐
//           │ packed weights │ columns of a block │ gemm scratch │
//           └────────────────┴───────────────────────────────────┘

import { gemmF32ScratchBytes, gemmPackedA } from "../gemm/gemm-f32";
import { packA, packedABytes } from "../gemm/pack-f32";
import { ConvShape } from "./shape";

/** Columns of a block take about this many bytes. */
const BLOCK_BYTES: u64 = 512 * 1024;

/** Bytes of the packed weights. */
export function convTransposePackedBytes(s: ConvShape): u64 {
  return (s.groups as u64) * packedABytes(s.groupOutputs() * s.taps(), s.groupChannels());
}

/** Packs contiguous weights into `to`, 16-byte aligned. */
export function convTransposePack(s: ConvShape, w: usize, to: usize): void {
  const rows = s.groupOutputs() * s.taps();
  const ig = s.groupChannels();
  const groupBytes = packedABytes(rows, ig) as usize;
  for (let g: usize = 0; g < s.groups; g++) {
    packA(rows, ig, w, 1, rows, to);
    w += (rows * ig) << 2;
    to += groupBytes;
  }
}

/** Scratch bytes of `convTransposeF32`; more when it is not given packed weights. */
export function convTransposeF32ScratchBytes(s: ConvShape, packed: bool): u64 {
  const weights: u64 = packed ? 0 : (convTransposePackedBytes(s) + 63) & ~63;
  const rows = s.groupOutputs() * s.taps();
  const pixels = blockRows(s) * s.width;
  const columns = ((rows as u64) * (pixels as u64) * 4 + 63) & ~63;
  return weights + columns + gemmF32ScratchBytes(rows, pixels, s.groupChannels());
}

/**
 * y = bias + the transposed convolution of x with W; arguments as those of `convF32`.
 */
export function convTransposeF32(
  s: ConvShape,
  x: usize,
  w: usize,
  packed: usize,
  bias: usize,
  y: usize,
  scratch: usize,
): void {
  if (!packed) {
    convTransposePack(s, w, scratch);
    packed = scratch;
    scratch += ((convTransposePackedBytes(s) + 63) & ~63) as usize;
  }
  const ig = s.groupChannels();
  const og = s.groupOutputs();
  const rows = og * s.taps();
  const groupBytes = packedABytes(rows, ig) as usize;
  const most = blockRows(s);
  const work = scratch + ((rows * most * s.width * 4 + 63) & ~63);
  for (let n: usize = 0; n < s.batch; n++) {
    for (let g: usize = 0; g < s.groups; g++) {
      fillBias(s, og, bias ? bias + ((g * og) << 2) : 0, y);
      const image = x + ((n * s.batchStride + g * ig * s.channelStride) << 2);
      for (let id: usize = 0; id < s.depth; id++) {
        for (let ih: usize = 0; ih < s.height; ih += most) {
          const count = min(most, s.height - ih);
          const pixels = count * s.width;
          const block = image + ((id * s.planeStride + ih * s.rowStride) << 2);
          const a = packed + g * groupBytes;
          gemmPackedA(rows, pixels, ig, a, block, s.channelStride, 1, scratch, pixels, 0, 0, 0, work);
          addColumns(s, og, id, ih, count, scratch, y);
        }
      }
      y += (og * s.pixels()) << 2;
    }
  }
}

function fillBias(s: ConvShape, outputs: usize, bias: usize, y: usize): void {
  for (let o: usize = 0; o < outputs; o++) {
    const start: f32 = bias ? load<f32>(bias + (o << 2)) : 0;
    for (let i = s.pixels(); i > 0; --i) {
      store<f32>(y, start);
      y += 4;
    }
  }
}

// Adds the columns of input rows ih to ih + count of plane id. Kernel rows go down, so that every output row meets its
// input rows upwards.
function addColumns(
  s: ConvShape,
  outputs: usize,
  id: usize,
  ih: usize,
  count: usize,
  columns: usize,
  y: usize,
): void {
  const tapBytes = (count * s.width) << 2;
  for (let o: usize = 0; o < outputs; o++) {
    for (let kd: usize = 0; kd < s.kernelD; kd++) {
      const od = id * s.strideD + kd * s.dilationD - s.padD;
      if (od >= s.outD) continue;
      for (let up: usize = 0; up < s.kernelH; up++) {
        const kh = s.kernelH - 1 - up;
        const tap = columns + (kd * s.kernelH + kh) * s.kernelW * tapBytes;
        for (let kw: usize = 0; kw < s.kernelW; kw++) {
          for (let r: usize = 0; r < count; r++) {
            const oh = (ih + r) * s.strideH + kh * s.dilationH - s.padH;
            if (oh >= s.outH) continue;
            const row = tap + kw * tapBytes + ((r * s.width) << 2);
            addRow(s, kw * s.dilationW, row, y + (((od * s.outH + oh) * s.outW) << 2));
          }
        }
      }
    }
    columns += s.taps() * tapBytes;
    y += s.pixels() << 2;
  }
}

// Adds an input row's column of the tap `offset` to the right to a row of the output.
function addRow(s: ConvShape, offset: usize, from: usize, y: usize): void {
  const step = s.strideW;
  let first: usize = 0;
  if (offset < s.padW) first = (s.padW - offset + step - 1) / step;
  const limit = s.outW + s.padW;
  if (offset >= limit) return;
  const end = min(s.width, (limit - offset + step - 1) / step);
  let to = y + ((first * step + offset - s.padW) << 2);
  let i = first;
  if (step == 1) {
    for (; i + 4 <= end; i += 4) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(from + (i << 2))));
      to += 16;
    }
  }
  for (; i < end; i++) {
    store<f32>(to, load<f32>(to) + load<f32>(from + (i << 2)));
    to += step << 2;
  }
}

// Input rows of a block: one, when rows do not follow each other in memory.
function blockRows(s: ConvShape): usize {
  if (s.rowStride != s.width) return 1;
  const row = (s.groupOutputs() as u64) * (s.taps() as u64) * (s.width as u64) * 4;
  return min(s.height, max<u64>(1, BLOCK_BYTES / max<u64>(row, 1)) as usize);
}
