// Convolution without a matrix product: depthwise and narrow groups, where patches would be used too few times.
//
// The strips of all input planes of a group are made for a band of output rows; then every output pixel is the sum
// over its taps, 32 pixels at a time in registers. The sum is in the order (channel, kd, kh, kw), padding taking part as
// zeros: the same bits as `convPatches`.
//
//   scratch ┌───────┬─────────────┬───────────┬────────────┬───────────────────────┐
//           │ Strip │ tap offsets │ edge tile │ strips ... │ room to read past one │
//           └───────┴─────────────┴───────────┴────────────┴───────────────────────┘

import { copyTile } from "../gemm/copy-tile";
import { ConvShape } from "./shape";
import { STRIP_ROOM, Strip, stripBytes } from "./strip";

/** Strips are made for so many output rows and columns that they take about this much. */
const STRIPS_BYTES: u64 = 24 * 1024;
const EDGE_BYTES: usize = 128;
const NARROWEST: usize = 32;
/** How far behind the strips a tile may read: columns that are not there. */
const READ_PAST: usize = 256;

/** Scratch bytes of `convDirect`. */
export function convDirectScratchBytes(s: ConvShape): u64 {
  const columns = bandColumns(s);
  const taps = (s.groupChannels() as u64) * (s.taps() as u64);
  const strips = (planes(s) as u64) * stripBytes(s, bandRows(s, columns), columns);
  return ((STRIP_ROOM + EDGE_BYTES + READ_PAST) as u64) + taps * 4 + strips + 64;
}

/** y = W * x + bias, weights as they are; `bias` 0 for none. */
export function convDirect(s: ConvShape, x: usize, w: usize, bias: usize, y: usize, scratch: usize): void {
  const columns = bandColumns(s);
  const rows = bandRows(s, columns);
  for (let od: usize = 0; od < s.outD; od++) {
    // The last band (and block of columns) moves back rather than be too small for a tile.
    for (let oh: usize = 0; oh < s.outH; oh += rows) {
      const oh0 = min(oh, s.outH - min<usize>(s.outH, 4));
      const height = min(rows, s.outH - oh0);
      for (let ow: usize = 0; ow < s.outW; ow += columns) {
        const ow0 = min(ow, s.outW - min(s.outW, NARROWEST));
        const width = min(columns, s.outW - ow0);
        const band = y + ((od * s.outH * s.outW + oh0 * s.outW + ow0) << 2);
        convBand(s, x, w, bias, od, oh0, height, ow0, width, band, scratch);
      }
    }
  }
}

// One band of all channels; `y` is its first pixel in the first of them.
function convBand(
  s: ConvShape,
  x: usize,
  w: usize,
  bias: usize,
  od: usize,
  oh0: usize,
  height: usize,
  ow0: usize,
  width: usize,
  y: usize,
  scratch: usize,
): void {
  const strip = changetype<Strip>(scratch);
  strip.place(s, oh0, height, ow0, width);
  const ig = s.groupChannels();
  const og = s.groupOutputs();
  const taps = ig * s.taps();
  const offsets = scratch + STRIP_ROOM;
  const edge = (offsets + (taps << 2) + 63) & ~63;
  const strips = edge + EDGE_BYTES;
  groupTapOffsets(s, strip, offsets);
  memory.fill(strips, 0, planes(s) * strip.bytes());
  for (let n: usize = 0; n < s.batch; n++) {
    for (let g: usize = 0; g < s.groups; g++) {
      fillStrips(s, strip, x + ((n * s.batchStride + g * ig * s.channelStride) << 2), od, strips);
      for (let o = g * og; o < (g + 1) * og; o++) {
        const start: f32 = bias ? load<f32>(bias + (o << 2)) : 0;
        const weights = w + ((o * taps) << 2);
        convTiles(strip, taps, offsets, weights, strips, start, height, width, y, s.outW << 2, edge);
        y += s.pixels() << 2;
      }
    }
  }
}

// The offset of every tap of a group from the first of its strips.
function groupTapOffsets(s: ConvShape, strip: Strip, to: usize): void {
  const planeTaps = s.kernelH * s.kernelW;
  for (let q: usize = 0; q < planes(s); q++) {
    const at = (q * strip.bytes()) as u32;
    strip.tapOffsets(to);
    for (let t: usize = 0; t < planeTaps; t++) {
      store<u32>(to, load<u32>(to) + at);
      to += 4;
    }
  }
}

// Planes before or behind the image stay zero: which ones depends on `od` alone.
function fillStrips(s: ConvShape, strip: Strip, image: usize, od: usize, to: usize): void {
  for (let q: usize = 0; q < planes(s); q++) {
    const c = q / s.kernelD;
    const id = (od * s.strideD + (q % s.kernelD) * s.dilationD - s.padD) as isize;
    if (id >= 0 && id < (s.depth as isize)) {
      strip.fill(image + ((c * s.channelStride + (id as usize) * s.planeStride) << 2), to);
    }
    to += strip.bytes();
  }
}

// One output channel of a band. A tile is four slots of eight pixels: eight columns of four rows or, when there are
// fewer rows, 32 columns of one. Tiles at the end overlap the ones before.
function convTiles(
  strip: Strip,
  taps: usize,
  offsets: usize,
  w: usize,
  strips: usize,
  start: f32,
  height: usize,
  width: usize,
  y: usize,
  yRow: usize,
  edge: usize,
): void {
  if (height >= 4 && width >= 4) {
    const xRow = strip.pixel(1, 0);
    for (let r: usize = 0; r < height; r += 4) {
      const row = min(r, height - 4);
      const out = y + row * yRow;
      if (width < 8) {
        tapTile(taps, offsets, w, strips + strip.pixel(row, 0), xRow, start, edge, 32);
        copyNarrow((width - 4) << 2, edge, out, yRow);
        continue;
      }
      for (let c: usize = 0; c < width; c += 8) {
        const column = min(c, width - 8);
        tapTile(taps, offsets, w, strips + strip.pixel(row, column), xRow, start, out + (column << 2), yRow);
      }
    }
    return;
  }
  for (let r: usize = 0; r < height; r++) {
    const whole = width >= 32;
    for (let c: usize = 0; c < width; c += 32) {
      const column = whole ? min(c, width - 32) : 0;
      const at = y + r * yRow + (column << 2);
      tapTile(taps, offsets, w, strips + strip.pixel(r, column), 32, start, whole ? at : edge, 32);
      if (!whole) copyTile(1, width, edge, 0, 4, at, 0, 4);
    }
  }
}

// Copies four rows of four to seven elements; the second vector ends with the row.
function copyNarrow(second: usize, edge: usize, y: usize, yRow: usize): void {
  for (let r: usize = 0; r < 4; r++) {
    v128.store(y, v128.load(edge));
    v128.store(y + second, v128.load(edge + second));
    edge += 32;
    y += yRow;
  }
}

/**
 * Four slots of eight pixels, `xSlot` and `ySlot` bytes apart: y = start + sum over t of w[t] * x[offsets[t]], t in
 * order. Like the tiles of `gemm/micro-f32`, this must stay a function of its own.
 */
function tapTile(
  taps: usize,
  offsets: usize,
  w: usize,
  x: usize,
  xSlot: usize,
  start: f32,
  y: usize,
  ySlot: usize,
): void {
  const x1 = x + xSlot;
  const x2 = x1 + xSlot;
  const x3 = x2 + xSlot;
  let y00 = f32x4.splat(start);
  let y01 = y00;
  let y10 = y00;
  let y11 = y00;
  let y20 = y00;
  let y21 = y00;
  let y30 = y00;
  let y31 = y00;
  while (taps > 0) {
    const v = v128.load32_splat(w);
    const tap = load<u32>(offsets) as usize;
    let p = x + tap;
    y00 = f32x4.add(y00, f32x4.mul(v, v128.load(p)));
    y01 = f32x4.add(y01, f32x4.mul(v, v128.load(p, 16)));
    p = x1 + tap;
    y10 = f32x4.add(y10, f32x4.mul(v, v128.load(p)));
    y11 = f32x4.add(y11, f32x4.mul(v, v128.load(p, 16)));
    p = x2 + tap;
    y20 = f32x4.add(y20, f32x4.mul(v, v128.load(p)));
    y21 = f32x4.add(y21, f32x4.mul(v, v128.load(p, 16)));
    p = x3 + tap;
    y30 = f32x4.add(y30, f32x4.mul(v, v128.load(p)));
    y31 = f32x4.add(y31, f32x4.mul(v, v128.load(p, 16)));
    w += 4;
    offsets += 4;
    --taps;
  }
  v128.store(y, y00);
  v128.store(y, y01, 16);
  y += ySlot;
  v128.store(y, y10);
  v128.store(y, y11, 16);
  y += ySlot;
  v128.store(y, y20);
  v128.store(y, y21, 16);
  y += ySlot;
  v128.store(y, y30);
  v128.store(y, y31, 16);
}

function planes(s: ConvShape): usize {
  return s.groupChannels() * s.kernelD;
}

// Output columns of a band: all of them, unless four rows of that would be far too much.
function bandColumns(s: ConvShape): usize {
  const rows = min<usize>(4, s.outH);
  let columns = s.outW;
  while (columns > 256 && (planes(s) as u64) * stripBytes(s, rows, columns) > STRIPS_BYTES * 4) {
    columns = (columns >> 1) & ~7;
  }
  return columns;
}

// Output rows of a band: a multiple of four, at least four.
function bandRows(s: ConvShape, columns: usize): usize {
  let rows: usize = 4;
  while (rows < s.outH && (planes(s) as u64) * stripBytes(s, rows << 1, columns) <= STRIPS_BYTES) rows <<= 1;
  return min(rows, s.outH);
}
