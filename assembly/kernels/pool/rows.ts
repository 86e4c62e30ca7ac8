// Pooling one output row at a time: taps are folded down the columns first, then along the row.
//
//   input rows of the window        cells: one row of column results        output row
//     a a a a a a a a  ┐            ┌ pad ┬─────────────────┬ pad ┐
//     b b b b b b b b  ├─ fold ──►  │ 0 0 │ a+b+c …         │ 0 0 │ ─ fold taps ──► o o o o
//     c c c c c c c c  ┘            └─────┴─────────────────┴─────┘
//
// Cells that no input row reaches hold the fold's identity. Where windows are more than one element apart, every tap's
// cells are brought together first.

import { scratch } from "../../core/scratch";
import { Loop } from "../engine/blocks";
import { Compute, computeBytes } from "../engine/convert";
import { noLoop } from "../engine/pointwise";
import { axis, planeSize } from "./axes";

/** Bytes after a row of cells that may be read. */
const SLACK: usize = 32;

let fold: Loop = noLoop;
let bytes: usize = 4;
let identity: u64 = 0;
let cells: usize = 0;
let tap: usize = 0;

/** Folds the windows of `planes` planes of compute type `c` at `x` into `y`; `none`: bits of the fold's identity. */
export function poolRows(x: usize, y: usize, planes: usize, c: Compute, loop: Loop, none: u64): bool {
  const d = axis(0);
  const h = axis(1);
  const w = axis(2);
  fold = loop;
  bytes = computeBytes(c);
  identity = none;
  const reach = (w.out - 1) * w.stride + (w.kernel - 1) * w.dilation + 1;
  const span = max(reach, w.pad + w.size);
  cells = scratch((span as u64) * (bytes as u64) + SLACK);
  tap = scratch((w.out as u64) * (bytes as u64) + SLACK);
  if (!cells || !tap) return false;
  fill(cells, span as usize);
  const inStep = planeSize() * bytes;
  const outRow = (w.out as usize) * bytes;
  for (; planes > 0; planes--) {
    for (let od: i64 = 0; od < d.out; od++) {
      for (let oh: i64 = 0; oh < h.out; oh++) {
        foldColumns(x, od, oh);
        foldTaps(y);
        y += outRow;
      }
    }
    x += inStep;
  }
  return true;
}

function fill(to: usize, n: usize): void {
  for (const end = to + n * bytes; to < end; to += bytes) {
    if (bytes == 4) store<u32>(to, identity as u32);
    else store<u64>(to, identity);
  }
}

/** The rows of window (od, oh) of the plane at `x`, folded into the cells. */
function foldColumns(x: usize, od: i64, oh: i64): void {
  const d = axis(0);
  const h = axis(1);
  const w = axis(2);
  const n = w.size as usize;
  const to = cells + (w.pad as usize) * bytes;
  const row = n * bytes;
  const hFirst = h.firstTap(oh);
  const hLast = h.lastTap(oh);
  const hStep = (h.dilation as usize) * row;
  // The first two rows are folded as they are.
  let first: usize = 0;
  let any = false;
  for (let kd = d.firstTap(od); kd < d.lastTap(od); kd++) {
    const z = d.start(od) + kd * d.dilation;
    let at = x + ((z * h.size + h.start(oh) + hFirst * h.dilation) as usize) * row;
    for (let kh = hFirst; kh < hLast; kh++) {
      if (any) fold(to, to, at, 0, n);
      else if (first) {
        fold(to, first, at, 0, n);
        any = true;
      } else first = at;
      at += hStep;
    }
  }
  if (any) return;
  if (first) memory.copy(to, first, row);
  else fill(to, n);
}

/** The taps of every window, folded from the cells into the output row. */
function foldTaps(y: usize): void {
  const w = axis(2);
  const n = w.out as usize;
  const step = w.stride as usize;
  const apart = (w.dilation as usize) * bytes;
  let from = cells;
  if (step != 1) take(y, from, n, step);
  else if (w.kernel == 1) memory.copy(y, from, n * bytes);
  for (let k: i64 = 1; k < w.kernel; k++) {
    from += apart;
    if (step != 1) {
      take(tap, from, n, step);
      fold(y, y, tap, 0, n);
    } else {
      fold(y, k == 1 ? cells : y, from, 0, n);
    }
  }
}

/** Every `step`-th of the elements at `from`, `n` in all. */
function take(to: usize, from: usize, n: usize, step: usize): void {
  const apart = step * bytes;
  if (bytes == 8) {
    for (; n > 0; n--) {
      store<u64>(to, load<u64>(from));
      to += 8;
      from += apart;
    }
    return;
  }
  if (step == 2) {
    for (; n >= 4; n -= 4) {
      v128.store(to, v128.shuffle<i32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
      to += 16;
      from += 32;
    }
  }
  for (; n > 0; n--) {
    store<u32>(to, load<u32>(from));
    to += 4;
    from += apart;
  }
}
