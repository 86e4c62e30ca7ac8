// A strip: the part of one input plane that a block of output pixels needs, with its zero padding, columns sorted by
// stride.
//
// Output pixel (oh, ow) meets tap (kh, kw) at input row oh * strideH + kh * dilationH - padH and column
// ow * strideW + kw * dilationW - padW. With the columns of a row sorted by their remainder modulo strideW (its phases),
// taps of neighbouring pixels are neighbours in memory, whatever the stride:
//
//            ┌─ phase 0 ───────┬─ phase 1 ───────┬──
//   row 0    │ 0  2s  …        │ 1  s+1  2s+1  … │         s = strideW, counted from the block's first column
//   row 1    │                 │                 │         rows: strideH per output row, or 1 when kernelH is 1
//            └─────────────────┴─────────────────┴──
//
//   address = strip + pixel(oh, ow) + tap(kh, kw)
//   pixel(oh, ow) = (oh - oh0) * outStep * rowBytes + (ow - ow0) * 4
//   tap(kh, kw)   = kh * tapStep * rowBytes + (kw * dilationW % s) * phaseBytes + (kw * dilationW / s) * 4

import { ConvShape } from "./shape";

/** Bytes to set aside for a `Strip`. */
export const STRIP_ROOM: usize = 64;

/** Bytes of the strip of a block of output pixels. */
export function stripBytes(s: ConvShape, rows: usize, columns: usize): u64 {
  return (stripRows(s, rows) as u64) * (phases(s) as u64) * (phaseBytes(s, columns) as u64);
}

function phases(s: ConvShape): usize {
  return s.kernelW == 1 ? 1 : s.strideW;
}

function phaseColumns(s: ConvShape, columns: usize): usize {
  return columns + ((s.kernelW - 1) * s.dilationW) / s.strideW;
}

function phaseBytes(s: ConvShape, columns: usize): usize {
  return ((phaseColumns(s, columns) + 3) & ~3) << 2;
}

function stripRows(s: ConvShape, rows: usize): usize {
  return s.kernelH == 1 ? rows : (rows - 1) * s.strideH + (s.kernelH - 1) * s.dilationH + 1;
}

@unmanaged
export class Strip {
  shape: ConvShape;
  rows: usize;
  rowBytes: usize;
  phases: usize;
  phaseBytes: usize;
  /** Columns of a phase in use. */
  columns: usize;
  /** Input rows from one strip row to the next. */
  rowStep: usize;
  /** Strip rows from one output row, or kernel row, to the next. */
  outStep: usize;
  tapStep: usize;
  /** Input row and column of the strip's first element; negative in the padding. */
  firstRow: isize;
  firstColumn: isize;

  /** The strip of output rows oh0 to oh0 + rows and columns ow0 to ow0 + columns. */
  place(s: ConvShape, oh0: usize, rows: usize, ow0: usize, columns: usize): void {
    const flat = s.kernelH == 1;
    this.shape = s;
    this.phases = phases(s);
    this.columns = phaseColumns(s, columns);
    this.phaseBytes = phaseBytes(s, columns);
    this.rowBytes = this.phases * this.phaseBytes;
    this.rows = stripRows(s, rows);
    this.rowStep = flat ? s.strideH : 1;
    this.outStep = flat ? 1 : s.strideH;
    this.tapStep = s.dilationH;
    this.firstRow = (oh0 * s.strideH - s.padH) as isize;
    this.firstColumn = (ow0 * s.strideW - s.padW) as isize;
  }

  @inline
  bytes(): usize {
    return this.rows * this.rowBytes;
  }

  /** Byte offset of a pixel of the block, relative to its first. */
  @inline
  pixel(row: usize, column: usize): usize {
    return row * this.outStep * this.rowBytes + (column << 2);
  }

  @inline
  tap(kh: usize, kw: usize): usize {
    const column = kw * this.shape.dilationW;
    const phase = column % this.phases;
    return kh * this.tapStep * this.rowBytes + phase * this.phaseBytes + ((column / this.phases) << 2);
  }

  /** Writes the u32 offsets of all taps of a plane, kernel rows outermost. */
  tapOffsets(to: usize): void {
    for (let kh: usize = 0; kh < this.shape.kernelH; kh++) {
      for (let kw: usize = 0; kw < this.shape.kernelW; kw++) {
        store<u32>(to, this.tap(kh, kw) as u32);
        to += 4;
      }
    }
  }

  clear(to: usize): void {
    memory.fill(to, 0, this.bytes());
  }

  /** Fills `to` from the input plane; the padding must hold zeros already (`clear`), and still does afterwards. */
  fill(plane: usize, to: usize): void {
    const s = this.shape;
    const top = within(this.firstRow, this.rowStep);
    const bottom = min(this.rows, end(this.firstRow, this.rowStep, s.height));
    if (top >= bottom) return;
    const from = plane + ((source(this.firstRow, this.rowStep, top) * s.rowStride) << 2);
    const fromRow = (this.rowStep * s.rowStride) << 2;
    to += top * this.rowBytes;
    for (let phase: usize = 0; phase < this.phases; phase++) {
      const first = this.firstColumn + (phase as isize);
      const left = within(first, s.strideW);
      const right = min(this.columns, end(first, s.strideW, s.width));
      if (left < right) {
        const column = from + (source(first, s.strideW, left) << 2);
        copyRows(bottom - top, fromRow, this.rowBytes, s.strideW, right - left, column, to + (left << 2));
      }
      to += this.phaseBytes;
    }
  }
}

// Positions first, first + step, … of a line of `size` elements: the first one that is inside it,
function within(first: isize, step: usize): usize {
  return first >= 0 ? 0 : (((step as isize) - 1 - first) as usize) / step;
}

// the first one behind it,
function end(first: isize, step: usize, size: usize): usize {
  const left = (size as isize) - first;
  return left <= 0 ? 0 : ((left as usize) + step - 1) / step;
}

// and the element at position i.
function source(first: isize, step: usize, i: usize): usize {
  return (first + ((i * step) as isize)) as usize;
}

// Copies every `step`-th of `count` elements of each row; never reads behind the last one.
function copyRows(
  rows: usize,
  fromRow: usize,
  toRow: usize,
  step: usize,
  count: usize,
  from: usize,
  to: usize,
): void {
  for (; rows > 0; --rows) {
    if (step == 1 && count >= 4) {
      // The last four overlap the ones before.
      const last = (count - 4) << 2;
      for (let p: usize = 0; p < last; p += 16) v128.store(to + p, v128.load(from + p));
      v128.store(to + last, v128.load(from + last));
    } else {
      copyEvery(step, count, from, to);
    }
    from += fromRow;
    to += toRow;
  }
}

function copyEvery(step: usize, count: usize, from: usize, to: usize): void {
  if (step == 2) {
    for (; count > 4; count -= 4) {
      v128.store(to, v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
      from += 32;
      to += 16;
    }
  }
  for (; count > 0; --count) {
    store<f32>(to, load<f32>(from));
    from += step << 2;
    to += 4;
  }
}
