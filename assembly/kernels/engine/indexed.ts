// Moving blocks between a strided tensor in which an index picks places and a tensor that holds what was picked:
//
//   picked[b, i, a]  ⇄  tensor[b, offsets[i], a]
//
// b and a run over the dimensions before and after the indexed ones; `offsets` are bytes from the tensor's start.

import { DType, dtypeShift } from "../../core/dtype";
import { Combine, combineElement } from "./combine";
import { copyStridedBytes } from "./strided";

export enum Direction {
  /** Out of the tensor. */
  GET = 0,
  /** Into the tensor. */
  PUT = 1,
}

/** How many dimensions lie before and after the indexed ones, in the tables that follow. */
let before: i32 = 0;
let after: i32 = 0;

// i32[64] each: sizes, byte strides in the tensor, byte strides in what is picked; first `before`, then `after` entries.
const sizes: usize = memory.data(256, 16);
const inTensor: usize = memory.data(256, 16);
const inPicked: usize = memory.data(256, 16);
const index: usize = memory.data(256, 16);

function at(base: usize, i: i32): i32 {
  return load<i32>(base + ((i as usize) << 2));
}

function put(base: usize, i: i32, value: i32): void {
  store<i32>(base + ((i as usize) << 2), value);
}

/** Starts a plan. */
export function blocksBegin(): void {
  before = 0;
  after = 0;
}

/** Adds a dimension outside the indexed ones; those before them first. Strides are in bytes. */
export function blocksDim(isAfter: bool, size: i32, tensorStride: i32, pickedStride: i32): void {
  const i = before + after;
  put(sizes, i, size);
  put(inTensor, i, tensorStride);
  put(inPicked, i, pickedStride);
  if (isAfter) after++;
  else before++;
}

/** Merges the dimensions after the indexed ones that both sides step through evenly; drops those of size 1. */
function mergeAfter(): void {
  let kept = before;
  for (let i = before; i < before + after; i++) {
    const size = at(sizes, i);
    if (size == 1) continue;
    const last = kept - 1;
    const even =
      kept > before &&
      at(inTensor, last) == at(inTensor, i) * size &&
      at(inPicked, last) == at(inPicked, i) * size;
    if (even) {
      put(sizes, last, at(sizes, last) * size);
      put(inTensor, last, at(inTensor, i));
      put(inPicked, last, at(inPicked, i));
      continue;
    }
    put(sizes, kept, size);
    put(inTensor, kept, at(inTensor, i));
    put(inPicked, kept, at(inPicked, i));
    kept++;
  }
  after = kept - before;
}

function gatherOnes<T>(picked: usize, step: i32, tensor: usize, offsets: usize, n: usize): void {
  for (const end = offsets + (n << 2); offsets < end; offsets += 4) {
    store<T>(picked, load<T>(tensor + load<i32>(offsets)));
    picked += step;
  }
}

function scatterOnes<T>(picked: usize, step: i32, tensor: usize, offsets: usize, n: usize): void {
  for (const end = offsets + (n << 2); offsets < end; offsets += 4) {
    store<T>(tensor + load<i32>(offsets), load<T>(picked));
    picked += step;
  }
}

/** Single elements: nothing is left after the indexed dimensions. */
function moveOnes(
  picked: usize,
  step: i32,
  tensor: usize,
  offsets: usize,
  n: usize,
  shift: i32,
  way: Direction,
): void {
  if (way == Direction.GET) {
    if (shift == 2) gatherOnes<u32>(picked, step, tensor, offsets, n);
    else if (shift == 3) gatherOnes<u64>(picked, step, tensor, offsets, n);
    else if (shift == 1) gatherOnes<u16>(picked, step, tensor, offsets, n);
    else gatherOnes<u8>(picked, step, tensor, offsets, n);
  } else if (shift == 2) scatterOnes<u32>(picked, step, tensor, offsets, n);
  else if (shift == 3) scatterOnes<u64>(picked, step, tensor, offsets, n);
  else if (shift == 1) scatterOnes<u16>(picked, step, tensor, offsets, n);
  else scatterOnes<u8>(picked, step, tensor, offsets, n);
}

/** Blocks of the `after` dimensions, one per index. */
function moveBlocks(
  picked: usize,
  step: i32,
  tensor: usize,
  offsets: usize,
  n: usize,
  shift: i32,
  way: Direction,
): void {
  const table = (before as usize) << 2;
  const width = 1 << shift;
  const run = after == 1 && at(inTensor, before) == width && at(inPicked, before) == width;
  const bytes = (at(sizes, before) as usize) << (shift as usize);
  for (const end = offsets + (n << 2); offsets < end; offsets += 4) {
    const there = tensor + load<i32>(offsets);
    const to = way == Direction.GET ? picked : there;
    const from = way == Direction.GET ? there : picked;
    if (run) {
      memory.copy(to, from, bytes);
    } else {
      const toStrides = (way == Direction.GET ? inPicked : inTensor) + table;
      const fromStrides = (way == Direction.GET ? inTensor : inPicked) + table;
      copyStridedBytes(to, from, shift, after, sizes + table, toStrides, fromStrides);
    }
    picked += step;
  }
}

/** Adds (or combines otherwise) element by element into the tensor, in the order of the indices. */
function combineBlocks(
  picked: usize,
  step: i32,
  tensor: usize,
  offsets: usize,
  n: usize,
  dtype: DType,
  how: Combine,
): void {
  for (const end = offsets + (n << 2); offsets < end; offsets += 4) {
    let to = tensor + load<i32>(offsets);
    let from = picked;
    for (let k = before; k < before + after; k++) put(index, k, 0);
    while (true) {
      combineElement(to, from, dtype, how);
      let k = before + after - 1;
      for (; k >= before; k--) {
        const next = at(index, k) + 1;
        if (next < at(sizes, k)) {
          put(index, k, next);
          to += at(inTensor, k);
          from += at(inPicked, k);
          break;
        }
        put(index, k, 0);
        to -= (at(sizes, k) - 1) * at(inTensor, k);
        from -= (at(sizes, k) - 1) * at(inPicked, k);
      }
      if (k < before) break;
    }
    picked += step;
  }
}

/**
 * Runs the plan for `n` indices: `offsets` (i32 bytes) into `tensor`, `step` bytes apart in `picked`; `how` says what
 * becomes of places that are written (PUT only). No size may be 0.
 */
export function blocksRun(
  tensor: usize,
  picked: usize,
  step: i32,
  offsets: usize,
  n: usize,
  dtype: DType,
  way: Direction,
  how: Combine,
): void {
  const shift = dtypeShift(dtype) as i32;
  mergeAfter();
  for (let k: i32 = 0; k < before; k++) put(index, k, 0);
  while (true) {
    if (how != Combine.REPLACE) combineBlocks(picked, step, tensor, offsets, n, dtype, how);
    else if (after == 0) moveOnes(picked, step, tensor, offsets, n, shift, way);
    else moveBlocks(picked, step, tensor, offsets, n, shift, way);
    let k = before - 1;
    for (; k >= 0; k--) {
      const next = at(index, k) + 1;
      if (next < at(sizes, k)) {
        put(index, k, next);
        tensor += at(inTensor, k);
        picked += at(inPicked, k);
        break;
      }
      put(index, k, 0);
      tensor -= (at(sizes, k) - 1) * at(inTensor, k);
      picked -= (at(sizes, k) - 1) * at(inPicked, k);
    }
    if (k < 0) return;
  }
}
