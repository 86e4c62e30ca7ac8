// Winograd convolution F(2x2, 3x3): 3 x 3 kernels, stride 1, sixteen products instead of thirty-six.
//
// The output is cut into tiles of 2 x 2, each from 4 x 4 of the input; with u = G w G', v = B' d B (4 x 4 each) and m
// the products of u and v summed over the channels, a tile is A' m A + bias:
//
//        ┌ 1   0   0 ┐        ┌ 1  0 -1  0 ┐
//    G = │ ½   ½   ½ │   B' = │ 0  1  1  0 │   A' = ┌ 1  1  1  0 ┐
//        │ ½  -½   ½ │        │ 0 -1  1  0 │        └ 0  1 -1 -1 ┘
//        └ 0   0   1 ┘        └ 0  1  0 -1 ┘
//
// For each of the 16 places (i, j) of the 4 x 4, m = u * v is a matrix product over the channels, in their order. G is
// applied in float32 like the others, down the columns first, sums in the order written in the transforms. Errors are
// those of direct convolution. But a NaN or an infinity in the input makes NaN of every output of the tiles that read
// it, and inputs near the largest float may overflow where a direct sum does not.
//
//   weights  u[16], each a packed A[outputs, channels]
//   scratch  Strip │ zeros │ input offsets │ output offsets │ strip │ v[16][tiles / 8][channels][8] │ m[16][tiles / 8][outputs][8]

import { tile4x4, tile4x8, tile5x4, tile5x8 } from "../gemm/micro-f32";
import { packedABytes, paddedRows, rowsInFives } from "../gemm/pack-f32";
import { ConvShape } from "./shape";
import { STRIP_ROOM, Strip, stripBytes } from "./strip";
import {
  HAS_BELOW,
  HAS_RIGHT,
  transformInput,
  transformOutput,
  transformWeights,
} from "./winograd-transforms";

/** v and m of a block of tiles take about this much. */
const BLOCK_BYTES: usize = 512 * 1024;
/** Terms of the sum per pass. */
const K_BLOCK: usize = 512;
/** Between the 16 planes of u, v and m, so that they do not all fall into the same cache sets. */
const PLANE_GAP: usize = 64;
const ZEROS_BYTES: usize = 64;

/** Bytes of the transformed weights. */
export function winogradPackedBytes(s: ConvShape): u64 {
  return 16 * (packedABytes(s.outputs, s.channels) + (PLANE_GAP as u64));
}

function weightPlane(s: ConvShape): usize {
  return (packedABytes(s.outputs, s.channels) as usize) + PLANE_GAP;
}

/** Transforms weights [outputs, channels, 3, 3] into `to`. Padding rows repeat the last one. */
export function winogradPack(s: ConvShape, w: usize, to: usize): void {
  const channels = s.channels;
  const last = s.outputs - 1;
  const rowBytes = channels * 36;
  const plane = weightPlane(s);
  const fives = rowsInFives(s.outputs);
  for (let o: usize = 0; o <= last; ) {
    const height: usize = o < fives ? 5 : 4;
    // A 5-row panel is written as its first and its last four rows.
    for (let first = o; first <= o + height - 4; first++) {
      const a = w + first * rowBytes;
      const b = w + min(first + 1, last) * rowBytes;
      const c = w + min(first + 2, last) * rowBytes;
      const d = w + min(first + 3, last) * rowBytes;
      const panel = to + ((o * channels + first - o) << 2);
      for (let i: usize = 0; i < channels; i++) {
        const at = i * 36;
        transformWeights(a + at, b + at, c + at, d + at, panel + ((i * height) << 2), plane);
      }
    }
    o += height;
  }
}

/** Scratch bytes of `convWinograd`. */
export function convWinogradScratchBytes(s: ConvShape): u64 {
  const most = tileBlock(s);
  const rows = min(tilesDown(s), (most - 2) / tilesAcross(s) + 2);
  const strip = stripBytes(s, rows << 1, tilesAcross(s) << 1);
  const tileBytes = ((s.channels as u64) + (paddedRows(s.outputs) as u64)) * 4;
  const planes = 16 * ((most as u64) * tileBytes + 2 * (PLANE_GAP as u64));
  return ((STRIP_ROOM + ZEROS_BYTES + most * 8) as u64) + strip + planes + 256;
}

/** y = W * x + bias, `w` transformed by `winogradPack`; `bias` 0 for none. */
export function convWinograd(s: ConvShape, x: usize, w: usize, bias: usize, y: usize, scratch: usize): void {
  const most = tileBlock(s);
  const count = tilesDown(s) * tilesAcross(s);
  memory.fill(scratch + STRIP_ROOM, 0, ZEROS_BYTES);
  for (let n: usize = 0; n < s.batch; n++) {
    const image = x + ((n * s.batchStride) << 2);
    const out = y + ((n * s.outputs * s.pixels()) << 2);
    for (let t: usize = 0; t < count; t += most) {
      convTiles(s, image, w, bias, out, t, min(most, count - t), scratch);
    }
  }
}

// Tiles t to t + count of one image, counted along the rows.
function convTiles(
  s: ConvShape,
  image: usize,
  w: usize,
  bias: usize,
  y: usize,
  t: usize,
  count: usize,
  scratch: usize,
): void {
  const across = tilesAcross(s);
  const firstRow = t / across;
  const lastRow = (t + count - 1) / across;
  const firstColumn = firstRow == lastRow ? t % across : 0;
  const strip = changetype<Strip>(scratch);
  const columns = firstRow == lastRow ? count : across;
  strip.place(s, firstRow << 1, (lastRow - firstRow + 1) << 1, firstColumn << 1, columns << 1);

  const panels = (count + 7) >> 3;
  const outputs = paddedRows(s.outputs);
  const vPanel = s.channels << 5;
  const vPlane = panels * vPanel + PLANE_GAP;
  const mPanel = outputs << 5;
  const mPlane = panels * mPanel + PLANE_GAP;
  const zeros = scratch + STRIP_ROOM;
  const inputs = zeros + ZEROS_BYTES;
  const results = inputs + (panels << 5);
  const rows = (results + (panels << 5) + 63) & ~63;
  const v = (rows + strip.bytes() + 63) & ~63;
  const m = v + (vPlane << 4);

  tileOffsets(s, strip, t, count, panels << 3, firstColumn, inputs, results);
  strip.clear(rows);
  for (let c: usize = 0; c < s.channels; c++) {
    strip.fill(image + ((c * s.channelStride) << 2), rows);
    transformInput((count + 3) & ~3, inputs, rows, strip.rowBytes, v + (c << 5), vPanel, vPlane);
  }
  const wPlane = weightPlane(s);
  for (let q: usize = 0; q < 16; q++) {
    multiplyPlane(outputs, s.channels, count, w + q * wPlane, v + q * vPlane, m + q * mPlane, zeros);
  }
  for (let o: usize = 0; o < s.outputs; o++) {
    const start: f32 = bias ? load<f32>(bias + (o << 2)) : 0;
    transformOutput(count, m + (o << 5), mPanel, mPlane, start, results, y, s.outW << 2);
    y += s.pixels() << 2;
  }
}

// m = u * v for one of the 16 places: u a packed A of `outputs` rows, v and m panels of 8 tiles.
function multiplyPlane(
  outputs: usize,
  channels: usize,
  tiles: usize,
  u: usize,
  v: usize,
  m: usize,
  zeros: usize,
): void {
  const fives = rowsInFives(outputs);
  for (let c: usize = 0; c < channels; c += K_BLOCK) {
    const depth = min(K_BLOCK, channels - c);
    for (let o: usize = 0; o < outputs; ) {
      const height: usize = o < fives ? 5 : 4;
      const a = u + ((o * channels + c * height) << 2);
      let b = v + (c << 5);
      let to = m + (o << 5);
      for (let j: usize = 0; j << 3 < tiles; j++) {
        const start = c ? to : zeros;
        const startRow: usize = c ? 32 : 0;
        if (tiles - (j << 3) > 4) {
          if (height == 5) tile5x8(depth, a, b, start, startRow, to, 32);
          else tile4x8(depth, a, b, start, startRow, to, 32);
        } else {
          if (height == 5) tile5x4(depth, a, b, start, startRow, to, 32);
          else tile4x4(depth, a, b, start, startRow, to, 32);
        }
        b += channels << 5;
        to += outputs << 5;
      }
      o += height;
    }
  }
}

// u32 offsets of tiles: into the strip, and into an output channel with the bits `transformOutput` wants. Tiles that
// fill up the last panel repeat the one before.
function tileOffsets(
  s: ConvShape,
  strip: Strip,
  t: usize,
  count: usize,
  padded: usize,
  firstColumn: usize,
  inputs: usize,
  results: usize,
): void {
  const across = tilesAcross(s);
  const firstRow = t / across;
  for (let i: usize = 0; i < padded; i++) {
    const at = t + min(i, count - 1);
    const row = at / across;
    const column = at % across;
    store<u32>(inputs + (i << 2), strip.pixel((row - firstRow) << 1, (column - firstColumn) << 1) as u32);
    const right: u32 = (column << 1) + 1 < s.outW ? HAS_RIGHT : 0;
    const below: u32 = (row << 1) + 1 < s.outH ? HAS_BELOW : 0;
    const offset = ((row * s.outW + column) << 3) as u32;
    store<u32>(results + (i << 2), offset | right | below);
  }
}

function tilesAcross(s: ConvShape): usize {
  return (s.outW + 1) >> 1;
}

function tilesDown(s: ConvShape): usize {
  return (s.outH + 1) >> 1;
}

// Tiles worked on together: a multiple of eight, at least sixteen, lest the weights be streamed too often.
function tileBlock(s: ConvShape): usize {
  const fitting = BLOCK_BYTES / ((s.channels + s.outputs) << 6);
  const all = (tilesDown(s) * tilesAcross(s) + 7) & ~7;
  return min(all, max<usize>(16, fitting & ~7));
}
