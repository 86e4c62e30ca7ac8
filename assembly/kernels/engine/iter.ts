// The elementwise engine: broadcasting, type conversion and strides for operators of one to four operands.
//
// A kernel is a loop over contiguous buffers of a compute type; the engine brings any operands into that form. It
//   1. broadcasts the shapes, allocates the output (keeping the inputs' memory order, as PyTorch does) or checks it,
//   2. drops and merges dimensions,
//   3. runs the loop directly on memory where every operand is native and contiguous, else block by block, gathering
//      operands that are strided, broadcast or of another dtype into buffers and scattering the result.
//
//   iterBegin(out, dtype, compute);  iterInput(a, compute);  …  iterRun(loop)

import { DType, dtypeBytes, dtypeShift } from "../../core/dtype";
import { ErrorCode } from "../../errors.gen";
import { factInt, factShape, factSizes, fail } from "../../core/error";
import { scratch, scratchMark, scratchReset } from "../../core/scratch";
import {
  checkedNumel,
  empty,
  MAX_DIMS,
  NONE,
  release,
  retain,
  setContiguousStrides,
  Tensor,
} from "../../core/tensor";
import { Compute, computeBytes, gather, isNative, scatter } from "./convert";

/** A loop over `n` contiguous elements: the output, then up to three inputs (0 where there are fewer). */
export type Loop = (out: usize, a: usize, b: usize, c: usize, n: usize) => void;

const OPERANDS: i32 = 4;
/** Elements per gathered block: four buffers of eight-byte elements stay well inside the first-level cache. */
const BLOCK: usize = 512;

const shape: usize = memory.data(256, 16); // i32[MAX_DIMS]
const strides: usize = memory.data(1024, 16); // i32[OPERANDS][MAX_DIMS], in bytes
const order: usize = memory.data(256, 16); // i32[MAX_DIMS], innermost first
const index: usize = memory.data(256, 16); // i32[MAX_DIMS]
const operands: usize = memory.data(16, 16); // Tensor[OPERANDS]; 0 is the output
const computes: usize = memory.data(16, 16); // Compute[OPERANDS]
const pointers: usize = memory.data(16, 16); // usize[OPERANDS]
const buffers: usize = memory.data(16, 16); // usize[OPERANDS]

let count: i32 = 0;
let ndim: i32 = 0;
let outDtype: DType = DType.FLOAT32;

function word(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

function operand(i: i32): Tensor {
  return changetype<Tensor>(load<u32>(word(operands, i)));
}

function strideAt(i: i32, d: i32): usize {
  return strides + (((i * MAX_DIMS + d) as usize) << 2);
}

/**
 * Starts an operation whose output is `out` (written in place, its shape must be the broadcast shape) or, where `out`
 * is NONE, a new tensor of `dtype`. The loop writes elements of the compute type `c`.
 */
export function iterBegin(out: Tensor, dtype: DType, c: Compute): void {
  store<u32>(operands, changetype<usize>(out) as u32);
  store<u32>(computes, c);
  outDtype = dtype;
  count = 1;
}

/** Adds an input that the loop reads as the compute type `c`. */
export function iterInput(t: Tensor, c: Compute): void {
  store<u32>(word(operands, count), changetype<usize>(t) as u32);
  store<u32>(word(computes, count), c);
  count++;
}

/** Broadcasts the inputs' sizes into `shape`; false with an error recorded when they do not fit. */
function broadcast(): bool {
  ndim = 0;
  for (let i = 1; i < count; i++) ndim = max(ndim, operand(i).ndim as i32);
  for (let d = 0; d < ndim; d++) store<i32>(word(shape, d), 1);
  for (let i = 1; i < count; i++) {
    const t = operand(i);
    const pad = ndim - (t.ndim as i32);
    for (let d = pad; d < ndim; d++) {
      const size = t.size(d - pad);
      const at = word(shape, d);
      const have = load<i32>(at);
      if (size == have || size == 1) continue;
      if (have != 1) {
        fail(ErrorCode.BROADCAST);
        factShape(operand(1));
        factShape(operand(i == 1 ? min(2, count - 1) : i));
        factInt(d);
        return false;
      }
      store<i32>(at, size);
    }
  }
  return true;
}

/** Byte strides of every input against `shape`; 0 where it is broadcast. */
function setStrides(first: i32): void {
  for (let i = first; i < count; i++) {
    const t = operand(i);
    const pad = ndim - (t.ndim as i32);
    const shift = dtypeShift(t.dtype as DType);
    for (let d = 0; d < ndim; d++) {
      const inside = d >= pad && t.size(d - pad) != 1;
      store<i32>(strideAt(i, d), inside ? t.stride(d - pad) << (shift as i32) : 0);
    }
  }
}

/** 1 when dimension `a` should be further out than `b`, -1 for the reverse, 0 when no operand tells. */
function compareDims(a: i32, b: i32, first: i32): i32 {
  for (let i = first; i < count; i++) {
    const sa = load<i32>(strideAt(i, a));
    const sb = load<i32>(strideAt(i, b));
    if (sa == 0 || sb == 0) continue;
    if (sa < sb) return -1;
    if (sa > sb) return 1;
    if (load<i32>(word(shape, a)) > load<i32>(word(shape, b))) return 1;
  }
  return 0;
}

/** Orders dimensions from innermost to outermost by the operands' strides, row-major where they do not tell. */
function orderDims(first: i32): void {
  for (let d = 0; d < ndim; d++) store<i32>(word(order, d), ndim - 1 - d);
  for (let i = 1; i < ndim; i++) {
    let at = i;
    for (let j = i - 1; j >= 0; j--) {
      const c = compareDims(load<i32>(word(order, j)), load<i32>(word(order, at)), first);
      if (c > 0) {
        const swap = load<i32>(word(order, j));
        store<i32>(word(order, j), load<i32>(word(order, at)));
        store<i32>(word(order, at), swap);
        at = j;
      } else if (c < 0) {
        break;
      }
    }
  }
}

/** Allocates the output in the order of the inputs' memory. */
function allocate(): Tensor {
  setStrides(1);
  orderDims(1);
  const out = empty(outDtype, shape, ndim);
  if (!changetype<usize>(out)) return out;
  let stride: i32 = 1;
  for (let d = 0; d < ndim; d++) {
    const dim = load<i32>(word(order, d));
    out.setStride(dim, stride);
    stride *= max(load<i32>(word(shape, dim)), 1);
  }
  return out;
}

/** Rewrites shape, strides (all operands) in `order`, without dimensions of size 1, neighbours merged; sets ndim. */
function coalesce(): void {
  const oldShape = scratch(256);
  const oldStrides = scratch(1024);
  memory.copy(oldShape, shape, (ndim as usize) << 2);
  memory.copy(oldStrides, strides, 1024);
  let kept = 0;
  for (let o = 0; o < ndim; o++) {
    const d = load<i32>(word(order, o));
    const size = load<i32>(word(oldShape, d));
    if (size == 1) continue;
    let merge = kept > 0;
    for (let i = 0; merge && i < count; i++) {
      const inner = load<i32>(strideAt(i, kept - 1));
      const outer = load<i32>(oldStrides + (((i * MAX_DIMS + d) as usize) << 2));
      merge = outer == inner * load<i32>(word(shape, kept - 1));
    }
    if (merge) {
      store<i32>(word(shape, kept - 1), load<i32>(word(shape, kept - 1)) * size);
      continue;
    }
    store<i32>(word(shape, kept), size);
    for (let i = 0; i < count; i++) {
      store<i32>(strideAt(i, kept), load<i32>(oldStrides + (((i * MAX_DIMS + d) as usize) << 2)));
    }
    kept++;
  }
  if (kept == 0) {
    store<i32>(word(shape, 0), 1);
    for (let i = 0; i < count; i++) store<i32>(strideAt(i, 0), 0);
    kept = 1;
  }
  ndim = kept;
}

/** True when operand `i`'s innermost dimension can be handed to the loop as it lies in memory. */
function isDirect(i: i32): bool {
  const dtype = operand(i).dtype as DType;
  if (!isNative(dtype, load<u32>(word(computes, i)) as Compute)) return false;
  return load<i32>(strideAt(i, 0)) == (dtypeBytes(dtype) as i32) || load<i32>(word(shape, 0)) == 1;
}

/** Runs the loop; returns the output with one reference for the caller, or NONE with an error recorded. */
export function iterRun(loop: Loop): Tensor {
  if (!broadcast()) return NONE;
  let out = operand(0);
  if (changetype<usize>(out)) {
    if ((out.ndim as i32) != ndim || memory.compare(out.dims, shape, (ndim as usize) << 2) != 0) {
      fail(ErrorCode.OUTPUT_SHAPE);
      factShape(out);
      factSizes(shape, ndim);
      return NONE;
    }
    retain(out);
  } else {
    if (checkedNumel(shape, ndim) < 0) return NONE;
    out = allocate();
    if (!changetype<usize>(out)) return NONE;
    store<u32>(operands, changetype<usize>(out) as u32);
  }
  if (out.numel == 0) return out;
  const mark = scratchMark();
  if (!run(loop)) {
    release(out);
    out = NONE;
  }
  scratchReset(mark);
  return out;
}

function run(loop: Loop): bool {
  const bytes = BLOCK << 3;
  const area = scratch(((OPERANDS as usize) * bytes) as u64);
  if (!area) return false;
  setStrides(0);
  orderDims(0);
  coalesce();
  for (let i = 0; i < count; i++) {
    store<u32>(word(pointers, i), operand(i).data as u32);
    store<u32>(word(buffers, i), (isDirect(i) ? 0 : area + (i as usize) * bytes) as u32);
  }
  const inner = load<i32>(word(shape, 0)) as usize;
  if (ndim > 1 && inner < 16) {
    runGathered(loop, area, bytes);
    return true;
  }
  for (let d = 1; d < ndim; d++) store<i32>(word(index, d), 0);
  // A broadcast operand's buffer is filled once per row, or once in all when it is one value.
  while (true) {
    runRow(loop, inner);
    let d = 1;
    for (; d < ndim; d++) {
      const at = word(index, d);
      const i = load<i32>(at) + 1;
      const size = load<i32>(word(shape, d));
      const wrap = i == size;
      store<i32>(at, wrap ? 0 : i);
      for (let k = 0; k < count; k++) {
        const p = word(pointers, k);
        const stride = load<i32>(strideAt(k, d));
        store<u32>(p, load<u32>(p) + (wrap ? -(size - 1) * stride : stride));
      }
      if (!wrap) break;
    }
    if (d >= ndim) return true;
  }
}

/** One row of `n` elements along the innermost dimension. */
function runRow(loop: Loop, n: usize): void {
  let gathered = false;
  for (let i = 0; i < count; i++) {
    if (load<u32>(word(buffers, i))) gathered = true;
  }
  const p0 = load<u32>(pointers) as usize;
  const p1 = load<u32>(pointers, 4) as usize;
  const p2 = load<u32>(pointers, 8) as usize;
  const p3 = load<u32>(pointers, 12) as usize;
  if (!gathered) {
    loop(p0, p1, p2, p3, n);
    return;
  }
  const b0 = load<u32>(buffers) as usize;
  const outStride = load<i32>(strides) as isize;
  const outType = operand(0).dtype as DType;
  const c0 = load<u32>(computes) as Compute;
  for (let start: usize = 0; start < n; start += BLOCK) {
    const size = min(BLOCK, n - start);
    const a = count > 1 ? block(1, p1, start, size) : 0;
    const b = count > 2 ? block(2, p2, start, size) : 0;
    const c = count > 3 ? block(3, p3, start, size) : 0;
    const to = p0 + (start as isize) * outStride;
    if (b0) {
      loop(b0, a, b, c, size);
      scatter(to, outStride, b0, size, outType, c0);
    } else {
      loop(to, a, b, c, size);
    }
  }
}

/** Where the loop reads `size` elements of operand `i` from: its memory, or its buffer after gathering. */
function block(i: i32, p: usize, start: usize, size: usize): usize {
  const buffer = load<u32>(word(buffers, i)) as usize;
  const stride = load<i32>(strideAt(i, 0)) as isize;
  const at = p + (start as isize) * stride;
  if (!buffer) return at;
  if (stride != 0 || start == 0) {
    const t = operand(i);
    gather(buffer, at, stride, size, t.dtype as DType, load<u32>(word(computes, i)) as Compute);
  }
  return buffer;
}

/** Short rows: blocks that span rows, every operand gathered, the output scattered. */
function runGathered(loop: Loop, area: usize, bytes: usize): void {
  const inner = load<i32>(word(shape, 0));
  let rows: i32 = 1;
  for (let d = 1; d < ndim; d++) {
    rows *= load<i32>(word(shape, d));
    store<i32>(word(index, d), 0);
  }
  const perBlock = max(1, (BLOCK as i32) / inner);
  const offsets = scratch((((perBlock * OPERANDS) as usize) << 2) as u64);
  for (let done: i32 = 0; done < rows; done += perBlock) {
    const n = min(perBlock, rows - done);
    for (let r = 0; r < n; r++) {
      for (let k = 0; k < count; k++) {
        store<u32>(word(offsets, r * OPERANDS + k), load<u32>(word(pointers, k)));
      }
      for (let d = 1; d < ndim; d++) {
        const at = word(index, d);
        const i = load<i32>(at) + 1;
        const size = load<i32>(word(shape, d));
        const wrap = i == size;
        store<i32>(at, wrap ? 0 : i);
        for (let k = 0; k < count; k++) {
          const p = word(pointers, k);
          const stride = load<i32>(strideAt(k, d));
          store<u32>(p, load<u32>(p) + (wrap ? -(size - 1) * stride : stride));
        }
        if (!wrap) break;
      }
    }
    for (let k = 1; k < count; k++) {
      const c = load<u32>(word(computes, k)) as Compute;
      const step = computeBytes(c) * (inner as usize);
      const dtype = operand(k).dtype as DType;
      const stride = load<i32>(strideAt(k, 0)) as isize;
      let to = area + (k as usize) * bytes;
      for (let r = 0; r < n; r++) {
        gather(to, load<u32>(word(offsets, r * OPERANDS + k)) as usize, stride, inner as usize, dtype, c);
        to += step;
      }
    }
    loop(area, area + bytes, area + 2 * bytes, area + 3 * bytes, (n * inner) as usize);
    const c0 = load<u32>(computes) as Compute;
    const step = computeBytes(c0) * (inner as usize);
    const dtype = operand(0).dtype as DType;
    const stride = load<i32>(strides) as isize;
    let from = area;
    for (let r = 0; r < n; r++) {
      scatter(load<u32>(word(offsets, r * OPERANDS)) as usize, stride, from, inner as usize, dtype, c0);
      from += step;
    }
  }
}
