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

  /** Fills `to` from the input plane; the padding must hold zeros already (`clear`), and still does afterwards. */
  fill(plane: usize, to: usize): void {
    const s = this.shape;
    for (let r: usize = 0; r < this.rows; r++) {
      const row = this.firstRow + ((r * this.rowStep) as isize);
      if (row >= 0 && row < (s.height as isize)) this.fillRow(plane + (((row as usize) * s.rowStride) << 2), to);
      to += this.rowBytes;
    }
  }

  clear(to: usize): void {
    memory.fill(to, 0, this.bytes());
  }

  private fillRow(row: usize, to: usize): void {
    const width = this.shape.width as isize;
    const step = this.shape.strideW as isize;
    for (let phase: usize = 0; phase < this.phases; phase++) {
      const column = this.firstColumn + (phase as isize);
      // Strip columns `from` to `end` lie inside the image.
      const from = column >= 0 ? 0 : (step - 1 - column) / step;
      const end = min(this.columns as isize, (width - column + step - 1) / step);
      if (from < end) {
        const source = row + (((column + from * step) as usize) << 2);
        copyEvery(step as usize, (end - from) as usize, source, to + ((from as usize) << 2));
      }
      to += this.phaseBytes;
    }
  }
}

// Copies every `step`-th of a row's elements; never reads past the last one.
function copyEvery(step: usize, count: usize, from: usize, to: usize): void {
  let left = count;
  if (step == 1) {
    if (count >= 4) {
      for (; left > 4; left -= 4) {
        v128.store(to, v128.load(from));
        from += 16;
        to += 16;
      }
      // The last four overlap what was copied.
      const back = (4 - left) << 2;
      v128.store(to - back, v128.load(from - back));
      return;
    }
  } else if (step == 2) {
    for (; left > 4; left -= 4) {
      v128.store(to, v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
      from += 32;
      to += 16;
    }
  }
  for (; left > 0; --left) {
    store<f32>(to, load<f32>(from));
    from += step << 2;
    to += 4;
  }
}
