// The reduction engine: walks a tensor of any strides and dtype and folds the selected dimensions away.
//
// An operator says what to do with elements, in a compute type; the engine decides how to come by them. It has two ways:
//
//   rows      the elements of one output after another, as contiguous runs        (folded dimension innermost)
//   columns   up to 32 elements of each of w outputs, which lie side by side      (kept dimension innermost)
//
// and takes the one that suits the memory, gathering what is strided or of another dtype. Both see the elements of an
// output in the same order, fixed by shape alone: row-major over the folded dimensions, cut where a kept dimension
// stands between them (a group), in blocks of 32 counted from the start of the innermost group. Folds that keep to
// these blocks give the same bits both ways.
//
//   selectDims(t, list);  out = reducedTensor(t, keepdim, dtype);  reduceBegin();  reducePass(…);  reduceRun(…)
//
// States: a pass has a slab of one 8-byte state per output; slabs stand one after the other, so that a second pass finds
// what the first one left w × 8 bytes before its own slab. There is one slab more than passes.

import { DType, dtypeShift } from "../../core/dtype";
import { scratch, scratchMark, scratchReset } from "../../core/scratch";
import { isNone, Tensor } from "../../core/tensor";
import { Loop } from "./blocks";
import { Compute, computeBytes, gather, isNative, scatter } from "./convert";
import { countSelected, isSelected } from "./dims";
import { noLoop } from "./pointwise";

/** Sets the states of `w` outputs before a pass. */
export type Begin = (state: usize, w: usize) => void;
/** Folds `n` contiguous elements into the state of one output. */
export type Row = (p: usize, n: usize, state: usize) => void;
/** Folds `n` ≤ 32 rows, `step` bytes apart, of `w` contiguous elements into the states of `w` outputs. */
export type Columns = (p: usize, step: usize, n: usize, w: usize, state: usize) => void;
/** Turns the slabs of `w` outputs into elements of the outputs' compute types. */
export type Finish = (state: usize, w: usize, out: usize, second: usize) => void;

/** Elements per block: `Columns` gets at most this many rows, `Row` runs that begin at a multiple of it. */
export const BLOCK: usize = 32;
/** Elements gathered or mapped for one call of `Row`. */
const RUN: usize = 512;
/** Outputs side by side for `Columns`; fewer when their elements are gathered one by one. */
const WIDE: usize = 256;
const NARROW: usize = 64;
const SLABS: usize = 3;

// Dimensions of more than one element, innermost first, neighbours merged where memory allows.
const keptSizes: usize = memory.data(256, 16); // i32[MAX_DIMS]
const keptStrides: usize = memory.data(256, 16); // i32, bytes in the input
const keptSteps: usize = memory.data(256, 16); // i32, elements in the outputs
const keptIndex: usize = memory.data(256, 16);
const foldSizes: usize = memory.data(256, 16);
const foldStrides: usize = memory.data(256, 16);
const foldIndex: usize = memory.data(256, 16);

let kept: i32 = 0;
let folds: i32 = 0;
/** The first `rowDims` folded dimensions are the innermost group: `rowLength` elements. */
let rowDims: i32 = 0;
let rowLength: usize = 0;

/** Elements that go into one output. */
export let reduceCount: i64 = 0;
/** Index, among an output's elements, of the first one handed to the running `Row` or `Columns`. */
export let reduceIndex: usize = 0;

function noBegin(state: usize, w: usize): void {}
function noRow(p: usize, n: usize, state: usize): void {}
function noColumns(p: usize, step: usize, n: usize, w: usize, state: usize): void {}

let begin0: Begin = noBegin;
let begin1: Begin = noBegin;
let row0: Row = noRow;
let row1: Row = noRow;
let columns0: Columns = noColumns;
let columns1: Columns = noColumns;
let passes: i32 = 0;
let map0: Loop = noLoop;
let map1: Loop = noLoop;
/** The running pass. */
let map: Loop = noLoop;
let row: Row = noRow;
let columns: Columns = noColumns;
let state: usize = 0;

let dtype: DType = DType.FLOAT32;
let compute: Compute = Compute.F32;
/** Bytes of an element of the compute type. */
let width: usize = 0;
/** Elements that lie `width` bytes apart may be read where they are. */
let native: bool = false;
let slabs: usize = 0;
let buffer: usize = 0;
/** Address of the element that `advance` has come to. */
let cursor: usize = 0;

function word(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

/** Starts the description of a reduction. */
export function reduceBegin(): void {
  passes = 0;
}

/** Adds a pass over the elements, at most two in all; `map` (`noLoop` for none) is applied to every element first. */
export function reducePass(mapLoop: Loop, begin: Begin, rowFold: Row, columnsFold: Columns): void {
  if (passes == 0) {
    map0 = mapLoop;
    begin0 = begin;
    row0 = rowFold;
    columns0 = columnsFold;
  } else {
    map1 = mapLoop;
    begin1 = begin;
    row1 = rowFold;
    columns1 = columnsFold;
  }
  passes++;
}

/** Splits `t`'s dimensions into kept and folded ones. */
function plan(t: Tensor): void {
  const shift = dtypeShift(t.dtype as DType) as i32;
  kept = 0;
  folds = 0;
  rowDims = -1;
  let step: i32 = 1;
  let afterFold = false;
  for (let d: i32 = (t.ndim as i32) - 1; d >= 0; d--) {
    const size = t.size(d);
    if (size == 1) continue;
    const stride = t.stride(d) << shift;
    if (isSelected(d)) {
      if (!afterFold && folds && rowDims < 0) rowDims = folds;
      if (afterFold && continues(foldSizes, foldStrides, folds - 1, stride)) {
        grow(foldSizes, folds - 1, size);
      } else {
        store<i32>(word(foldSizes, folds), size);
        store<i32>(word(foldStrides, folds++), stride);
      }
      afterFold = true;
    } else {
      if (kept && continues(keptSizes, keptStrides, kept - 1, stride)) {
        grow(keptSizes, kept - 1, size);
      } else {
        store<i32>(word(keptSizes, kept), size);
        store<i32>(word(keptStrides, kept), stride);
        store<i32>(word(keptSteps, kept++), step);
      }
      step *= size;
      afterFold = false;
    }
  }
  if (rowDims < 0) rowDims = folds;
  rowLength = 1;
  for (let i = 0; i < rowDims; i++) rowLength *= load<i32>(word(foldSizes, i)) as usize;
  memory.fill(keptIndex, 0, 256);
  memory.fill(foldIndex, 0, 256);
}

/** True when a dimension of this stride goes on where dimension `i` ends. */
function continues(sizes: usize, strides: usize, i: i32, stride: i32): bool {
  return stride == load<i32>(word(strides, i)) * load<i32>(word(sizes, i));
}

function grow(sizes: usize, i: i32, factor: i32): void {
  store<i32>(word(sizes, i), load<i32>(word(sizes, i)) * factor);
}

/** Moves `cursor` to the next index over dimensions [first, last); false when it is back at the start. */
function advance(sizes: usize, strides: usize, index: usize, first: i32, last: i32): bool {
  for (let d = first; d < last; d++) {
    const i = load<i32>(word(index, d)) + 1;
    const size = load<i32>(word(sizes, d));
    const stride = load<i32>(word(strides, d));
    if (i < size) {
      store<i32>(word(index, d), i);
      cursor += stride;
      return true;
    }
    store<i32>(word(index, d), 0);
    cursor -= (size - 1) * stride;
  }
  return false;
}

/** Puts the kept dimension of smallest stride first; true when the reduction should run by columns along it. */
function byColumns(): bool {
  if (kept == 0) return false;
  let best = 0;
  for (let i = 1; i < kept; i++) {
    if (load<i32>(word(keptStrides, i)) < load<i32>(word(keptStrides, best))) best = i;
  }
  const across = load<i32>(word(keptSizes, best));
  const strided = folds > 0 && load<i32>(word(keptStrides, best)) < load<i32>(foldStrides);
  if (!(strided && across >= 4) && !(reduceCount < 16 && across >= 8)) return false;
  swap(keptSizes, word(keptSizes, best));
  swap(keptStrides, word(keptStrides, best));
  swap(keptSteps, word(keptSteps, best));
  return true;
}

function swap(a: usize, b: usize): void {
  const x = load<i32>(a);
  store<i32>(a, load<i32>(b));
  store<i32>(b, x);
}

/**
 * Folds `t`, read as compute type `c`, into `out` (from `outCompute`) and, unless it is NONE, `second`. Both are as
 * `reducedTensor` made them. False with an error recorded when memory is out.
 */
export function reduceRun(
  t: Tensor,
  c: Compute,
  finish: Finish,
  out: Tensor,
  outCompute: Compute,
  second: Tensor,
  secondCompute: Compute,
): bool {
  if (out.numel == 0) return true;
  const mark = scratchMark();
  slabs = scratch((WIDE * 8 * SLABS) as u64);
  buffer = scratch((WIDE * BLOCK * 8) as u64);
  const results = scratch((WIDE * 16) as u64);
  const done = slabs != 0 && buffer != 0 && results != 0;
  if (done) {
    dtype = t.dtype as DType;
    compute = c;
    width = computeBytes(c);
    native = isNative(dtype, c);
    reduceCount = countSelected(t);
    plan(t);
    const across = byColumns();
    const count: i32 = across ? load<i32>(keptSizes) : 1;
    const stride: i32 = across ? load<i32>(keptStrides) : 0;
    const outStep: i32 = across ? load<i32>(keptSteps) : 1;
    const tile = (native && stride == (width as i32) ? WIDE : NARROW) as i32;
    cursor = t.data;
    do {
      let place: i32 = 0;
      for (let d: i32 = across ? 1 : 0; d < kept; d++)
        place += load<i32>(word(keptIndex, d)) * load<i32>(word(keptSteps, d));
      const p = cursor;
      for (let j = 0; j < count; j += tile) {
        const w = min(tile, count - j) as usize;
        for (let pass = 0; pass < passes; pass++) {
          state = slabs + (pass as usize) * (w << 3);
          if (pass == 0) begin0(state, w);
          else begin1(state, w);
          map = pass == 0 ? map0 : map1;
          row = pass == 0 ? row0 : row1;
          columns = pass == 0 ? columns0 : columns1;
          cursor = p + j * stride;
          if (reduceCount == 0) continue;
          if (across) foldColumns(stride, w);
          else foldRows();
        }
        finish(slabs, w, results, results + WIDE * 8);
        write(out, outCompute, place + j * outStep, outStep, results, w);
        if (!isNone(second))
          write(second, secondCompute, place + j * outStep, outStep, results + WIDE * 8, w);
      }
      cursor = p;
    } while (advance(keptSizes, keptStrides, keptIndex, across ? 1 : 0, kept));
  }
  scratchReset(mark);
  return done;
}

function write(out: Tensor, c: Compute, place: i32, step: i32, from: usize, w: usize): void {
  const shift = dtypeShift(out.dtype as DType);
  scatter(
    out.data + ((place as usize) << shift),
    (step as isize) << (shift as isize),
    from,
    w,
    out.dtype as DType,
    c,
  );
}

/** Runs the pass over the elements of the one output whose first element is at `cursor`. */
function foldRows(): void {
  reduceIndex = 0;
  do {
    if (rowDims == 0) runRow(cursor, width as i32, 1);
    else if (rowDims == 1) runRow(cursor, load<i32>(foldStrides), rowLength);
    else runSplitRow();
  } while (advance(foldSizes, foldStrides, foldIndex, rowDims, folds));
}

/** A row of equal strides. */
function runRow(p: usize, stride: i32, n: usize): void {
  const direct = native && (stride == (width as i32) || n == 1);
  if (direct && map == noLoop) {
    row(p, n, state);
    reduceIndex += n;
    return;
  }
  for (let i: usize = 0; i < n; i += RUN) {
    const size = min(RUN, n - i);
    const from = p + (i as i32) * stride;
    if (!direct) gather(buffer, from, stride, size, dtype, compute);
    if (map != noLoop) map(buffer, direct ? from : buffer, 0, 0, size);
    row(buffer, size, state);
    reduceIndex += size;
  }
}

/** A row of several dimensions that do not merge. */
function runSplitRow(): void {
  const inner = load<i32>(foldSizes) as usize;
  const stride = load<i32>(foldStrides);
  let filled: usize = 0;
  do {
    for (let i: usize = 0; i < inner; ) {
      const size = min(RUN - filled, inner - i);
      gather(buffer + filled * width, cursor + (i as i32) * stride, stride, size, dtype, compute);
      i += size;
      filled += size;
      if (filled == RUN) {
        flush(filled);
        filled = 0;
      }
    }
  } while (advance(foldSizes, foldStrides, foldIndex, 1, rowDims));
  if (filled) flush(filled);
}

function flush(n: usize): void {
  if (map != noLoop) map(buffer, buffer, 0, 0, n);
  row(buffer, n, state);
  reduceIndex += n;
}

/** Runs the pass over the elements of `w` outputs, `stride` bytes apart; the first element is at `cursor`. */
function foldColumns(stride: i32, w: usize): void {
  const direct = native && stride == (width as i32) && map == noLoop && rowDims == 1;
  const rowBytes = w * width;
  reduceIndex = 0;
  do {
    const from = cursor;
    for (let i: usize = 0; i < rowLength; i += BLOCK) {
      const n = min(BLOCK, rowLength - i);
      if (direct) {
        const step = load<i32>(foldStrides);
        columns(from + (i as i32) * step, step, n, w, state);
      } else {
        for (let r: usize = 0; r < n; r++) {
          const to = buffer + r * rowBytes;
          gather(to, cursor, stride, w, dtype, compute);
          if (map != noLoop) map(to, to, 0, 0, w);
          advance(foldSizes, foldStrides, foldIndex, 0, rowDims);
        }
        columns(buffer, rowBytes, n, w, state);
      }
      reduceIndex += n;
    }
  } while (advance(foldSizes, foldStrides, foldIndex, rowDims, folds));
}
