// Convolution as a matrix product: C[O, pixels] = W[O, k] * patches[k, pixels], k running over (channel, kd, kh, kw).
//
// The patch matrix never exists as a whole: for a block of pixels, strips of a few channels are made and their patches
// packed as the panels the micro-kernels read. The sum is in the order of k, whatever the blocks, and padding takes
// part in it as zeros.
//
//   scratch ┌─────────┬───────┬─────────────┬───────────────┬───────┬──────────────┐
//           │ Product │ Strip │ tap offsets │ pixel offsets │ strip │ packed block │
//           └─────────┴───────┴─────────────┴───────────────┴───────┴──────────────┘

import { packedABytes, paddedColumns } from "../gemm/pack-f32";
import { addBlock, beginProduct, Product, productScratchBytes } from "../gemm/product-f32";
import { ConvShape } from "./shape";
import { STRIP_ROOM, Strip, stripBytes } from "./strip";

/** About this many terms of the sum, and pixels, are packed at a time. */
const K_BLOCK: usize = 256;
const PIXEL_BLOCK: usize = 256;

/** Scratch bytes of `convPatches`. */
export function convPatchesScratchBytes(s: ConvShape): u64 {
  const block = pixelBlock(s);
  const long = s.outW >= PIXEL_BLOCK;
  const rows = long ? 1 : min(s.outH, (block - 2) / s.outW + 2);
  const packed = (planeBlock(s) as u64) * (s.taps() as u64) * (block as u64) * 4;
  const tables = alignedTo64((s.kernelH as u64) * (s.kernelW as u64) * 4) + ((block * 4 + 128) as u64);
  const strip = alignedTo64(stripBytes(s, rows, long ? block : s.outW) + 64);
  return (productScratchBytes(s.groupOutputs(), 0) as u64) + (STRIP_ROOM as u64) + tables + strip + packed;
}

/** y = W * x + bias, `w` as packed by `packWeights`; `bias` 0 for none. */
export function convPatches(s: ConvShape, x: usize, w: usize, bias: usize, y: usize, scratch: usize): void {
  const ig = s.groupChannels();
  const og = s.groupOutputs();
  const pixels = s.pixels();
  const k = ig * s.taps();
  const groupBytes = packedABytes(og, k) as usize;
  const work = scratch + productScratchBytes(og, 0);
  for (let n: usize = 0; n < s.batch; n++) {
    for (let g: usize = 0; g < s.groups; g++) {
      const o = g * og;
      const start = bias ? bias + (o << 2) : 0;
      const image = x + ((n * s.batchStride + g * ig * s.channelStride) << 2);
      const out = y + (((n * s.outputs + o) * pixels) << 2);
      const product = beginProduct(scratch, og, k, out, pixels, start, 1, 0);
      product.packedA(w + g * groupBytes);
      for (let od: usize = 0; od < s.outD; od++) addPlane(product, s, image, od, work);
    }
  }
}

function addPlane(product: Product, s: ConvShape, image: usize, od: usize, work: usize): void {
  const area = s.outH * s.outW;
  const most = pixelBlock(s);
  for (let p: usize = 0; p < area; ) {
    const left = s.outW < PIXEL_BLOCK ? area - p : s.outW - (p % s.outW);
    const count = min(most, left);
    addPixels(product, s, image, od, p, count, work);
    p += count;
  }
}

// Pixels p to p + count of output plane od.
function addPixels(
  product: Product,
  s: ConvShape,
  image: usize,
  od: usize,
  p: usize,
  count: usize,
  work: usize,
): void {
  const planeTaps = s.kernelH * s.kernelW;
  const planes = s.groupChannels() * s.kernelD;
  const mostPlanes = planeBlock(s);
  const strip = changetype<Strip>(work);
  const firstRow = p / s.outW;
  const lastRow = (p + count - 1) / s.outW;
  if (firstRow == lastRow) strip.place(s, firstRow, 1, p % s.outW, count);
  else strip.place(s, firstRow, lastRow - firstRow + 1, 0, s.outW);

  const taps = work + STRIP_ROOM;
  const pixels = (taps + (planeTaps << 2) + 63) & ~63;
  const rows = (pixels + (count << 2) + 32 + 63) & ~63;
  const block = (rows + strip.bytes() + 63) & ~63;
  strip.tapOffsets(taps);
  pixelOffsets(s, strip, p, count, firstRow == lastRow ? p % s.outW : 0, pixels);
  strip.clear(rows);
  for (let q: usize = 0; q < planes; ) {
    const depth = min(mostPlanes, planes - q);
    const panelBytes = (depth * planeTaps) << 5;
    for (let i: usize = 0; i < depth; i++, q++) {
      const c = q / s.kernelD;
      const id = (od * s.strideD + (q % s.kernelD) * s.dilationD - s.padD) as isize;
      if (id >= 0 && id < (s.depth as isize)) {
        strip.fill(image + ((c * s.channelStride + (id as usize) * s.planeStride) << 2), rows);
      } else {
        strip.clear(rows);
      }
      packPatches(planeTaps, taps, count, pixels, rows, block + ((i * planeTaps) << 5), panelBytes);
    }
    addBlock(
      product,
      (q - depth) * planeTaps,
      depth * planeTaps,
      od * s.outH * s.outW + p,
      count,
      block,
      panelBytes,
    );
  }
}

// u32 offsets into the strip of a run of pixels, and of the ones that fill up its last panel.
function pixelOffsets(s: ConvShape, strip: Strip, p: usize, count: usize, ow0: usize, to: usize): void {
  const firstRow = p / s.outW;
  for (let i: usize = 0; i < count; i++) {
    const at = p + i;
    store<u32>(to + (i << 2), strip.pixel(at / s.outW - firstRow, (at % s.outW) - ow0) as u32);
  }
  for (let i = count; i < paddedColumns(count); i++) {
    store<u32>(to + (i << 2), load<u32>(to + ((i - 1) << 2)) + 4);
  }
}

// Packs a plane's patches: `taps` rows of each panel of 8 pixels.
function packPatches(
  taps: usize,
  tapOffsets: usize,
  count: usize,
  pixels: usize,
  strip: usize,
  to: usize,
  panelBytes: usize,
): void {
  const end = tapOffsets + (taps << 2);
  for (let j: usize = 0; j < count; j += 8) {
    const first = strip + (load<u32>(pixels) as usize);
    let out = to;
    if (load<u32>(pixels, 28) - load<u32>(pixels) == 28) {
      for (let t = tapOffsets; t < end; t += 4) {
        const from = first + (load<u32>(t) as usize);
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
        out += 32;
      }
    } else {
      for (let t = tapOffsets; t < end; t += 4) {
        const from = strip + (load<u32>(t) as usize);
        gatherFour(from, pixels, out);
        gatherFour(from, pixels + 16, out + 16);
        out += 32;
      }
    }
    pixels += 32;
    to += panelBytes;
  }
}

function gatherFour(from: usize, offsets: usize, to: usize): void {
  store<u32>(to, load<u32>(from + (load<u32>(offsets) as usize)));
  store<u32>(to, load<u32>(from + (load<u32>(offsets, 4) as usize)), 4);
  store<u32>(to, load<u32>(from + (load<u32>(offsets, 8) as usize)), 8);
  store<u32>(to, load<u32>(from + (load<u32>(offsets, 12) as usize)), 12);
}

// Pixels of a block: a run of whole and partial rows or, when rows are long, a part of one.
function pixelBlock(s: ConvShape): usize {
  if (s.outW < PIXEL_BLOCK) return min(PIXEL_BLOCK, paddedColumns(s.outH * s.outW));
  const parts = (s.outW + PIXEL_BLOCK - 1) / PIXEL_BLOCK;
  return paddedColumns((s.outW + parts - 1) / parts);
}

// Input planes of a block of k.
function planeBlock(s: ConvShape): usize {
  const planes = s.groupChannels() * s.kernelD;
  return min(planes, max<usize>(1, K_BLOCK / (s.kernelH * s.kernelW)));
}

function alignedTo64(bytes: u64): u64 {
  return (bytes + 63) & ~63;
}
