// The elementwise engine: broadcasting, type conversion and strides for operators of one to four operands.
//
// A kernel is a loop over dense buffers of a compute type; the engine brings any operands into that form. It
//   1. broadcasts the shapes, allocates the output (keeping the inputs' memory order, as PyTorch does) or checks it,
//   2. orders dimensions by stride, drops those of size 1 and merges neighbours,
//   3. runs the loop (engine/blocks.ts).
//
//   iterBegin(out, dtype, compute);  iterInput(a, compute);  …  iterRun(loop)

import { DType, dtypeShift, isFloating, promoteTypes } from "../../core/dtype";
import { factInt, factShape, factSizes, fail } from "../../core/error";
import { isDense } from "../../core/layout";
import { scratch, scratchMark, scratchReset } from "../../core/scratch";
import {
  checkedNumel,
  empty,
  emptyLike,
  isContiguous,
  MAX_DIMS,
  NONE,
  release,
  retain,
  sameSizes,
  Tensor,
} from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { convertCopy } from "../copy";
import { BLOCK, Loop, Plan, runBlocks } from "./blocks";
import { Compute, computeBytes, computeOf, gather, isNative, narrow } from "./convert";
import { checkNoInternalOverlap, Sharing, sharing } from "./overlap";

// The operation being set up; operand 0 is the output.
const operands: usize = memory.data(16, 16); // Tensor[OPERANDS]
const computes: usize = memory.data(16, 16); // Compute[OPERANDS]
const rounding: usize = memory.data(16, 16); // DType[OPERANDS] to which values are rounded first, or KEEP
const shape: usize = memory.data(256, 16); // i32[MAX_DIMS], the broadcast shape
const strides: usize = memory.data(1024, 16); // i32[OPERANDS][MAX_DIMS], in bytes
const order: usize = memory.data(256, 16); // i32[MAX_DIMS], innermost first

/** In `rounding`: values are used as they are. */
const KEEP: u32 = 255;
const STATE: usize = 48; // bytes of operands, computes and rounding

let count: i32 = 0;
let ndim: i32 = 0;
let outDtype: DType = DType.FLOAT32;
let rowMajor: bool = false;
let splat: Loop | null = null;

function word(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

function operand(i: i32): Tensor {
  return changetype<Tensor>(load<u32>(word(operands, i)));
}

function computeAt(i: i32): Compute {
  return load<u32>(word(computes, i)) as Compute;
}

function sizeAt(d: i32): i32 {
  return load<i32>(word(shape, d));
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
  store<u32>(rounding, KEEP);
  outDtype = dtype;
  rowMajor = false;
  splat = null;
  count = 1;
}

/** A new output shall be row-major, whatever the order of the inputs. */
export function iterRowMajor(): void {
  rowMajor = true;
}

/** Names a loop that reads its second input as one element for the whole call; for two native f32 inputs. */
export function iterSplat(loop: Loop): void {
  splat = loop;
}

/** Adds an input that the loop reads as the compute type `c`. */
export function iterInput(t: Tensor, c: Compute): void {
  store<u32>(word(operands, count), changetype<usize>(t) as u32);
  store<u32>(word(computes, count), c);
  store<u32>(word(rounding, count), KEEP);
  count++;
}

/** Adds an input that is converted to `dtype`, then read as the compute type of `dtype`. */
export function iterInputAs(t: Tensor, dtype: DType): void {
  iterInput(t, computeOf(dtype));
  const have = t.dtype as DType;
  if (have == dtype) return;
  const half = dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
  const wraps = !isFloating(dtype) && dtype != DType.INT64 && promoteTypes(have, dtype) != dtype;
  if (half || wraps) store<u32>(word(rounding, count - 1), dtype);
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

/** Byte strides of the operands from `first` on against `shape`; 0 where one is broadcast. */
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
    if (sizeAt(a) > sizeAt(b)) return 1;
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

/** True when every input has the broadcast shape and the strides of the first, which is dense. */
function sameDenseLayout(): bool {
  const first = operand(1);
  if ((first.ndim as i32) != ndim || memory.compare(first.dims, shape, (ndim as usize) << 2) != 0)
    return false;
  for (let i = 2; i < count; i++) {
    const t = operand(i);
    if (t.ndim != first.ndim || memory.compare(t.dims, first.dims, (ndim as usize) << 3) != 0) return false;
  }
  return isDense(first);
}

/** True when every input has the broadcast shape and is row-major. */
function allContiguous(): bool {
  for (let i = 1; i < count; i++) {
    const t = operand(i);
    if ((t.ndim as i32) != ndim || memory.compare(t.dims, shape, (ndim as usize) << 2) != 0) return false;
    if (!isContiguous(t)) return false;
  }
  return true;
}

/** Allocates the output: row-major, or as the inputs where they agree, else in the order of the inputs' memory. */
function allocate(): Tensor {
  const out = empty(outDtype, shape, ndim);
  if (!changetype<usize>(out) || rowMajor || allContiguous()) return out;
  if (sameDenseLayout()) {
    memory.copy(out.dims, operand(1).dims, (ndim as usize) << 3);
    return out;
  }
  setStrides(1);
  orderDims(1);
  let stride: i32 = 1;
  for (let d = 0; d < ndim; d++) {
    const dim = load<i32>(word(order, d));
    out.setStride(dim, stride);
    stride *= max(sizeAt(dim), 1);
  }
  return out;
}

/** Copies what an input shares with a written output; false with an error recorded when that is refused. */
function separate(): bool {
  const out = operand(0);
  if (!checkNoInternalOverlap(out)) return false;
  for (let i = 1; i < count; i++) {
    const how = sharing(out, operand(i));
    if (how == Sharing.SAFE) continue;
    if (how == Sharing.PARTIAL) {
      fail(ErrorCode.OVERLAP);
      return false;
    }
    // The clone runs through this engine: keep what is set up so far.
    const saved = scratch(STATE as u64);
    if (!saved) return false;
    const operandCount = count;
    const dtype = outDtype;
    memory.copy(saved, operands, 16);
    memory.copy(saved + 16, computes, 16);
    memory.copy(saved + 32, rounding, 16);
    const copy = convertCopy(operand(i), operand(i).dtype as DType);
    memory.copy(operands, saved, 16);
    memory.copy(computes, saved + 16, 16);
    memory.copy(rounding, saved + 32, 16);
    count = operandCount;
    outDtype = dtype;
    if (!changetype<usize>(copy)) return false;
    store<u32>(word(operands, i), changetype<usize>(copy) as u32);
    cloned |= 1 << i;
  }
  return true;
}

/** Bit i: operand i is a clone made by `separate`. */
let cloned: u32 = 0;

/** True when operand `i` is row-major memory of the loop's own type, of `lead`'s shape. */
function isPlain(i: i32, lead: Tensor): bool {
  const t = operand(i);
  if (!isNative(t.dtype as DType, computeAt(i)) || load<u32>(word(rounding, i)) !== KEEP) return false;
  return isContiguous(t) && sameSizes(t, lead);
}

/** The first input that has dimensions, or the first of all. */
function leader(): Tensor {
  for (let i = 1; i < count; i++) {
    if (operand(i).ndim !== 0) return operand(i);
  }
  return operand(1);
}

/**
 * The usual case: inputs that are plain or have no dimensions, and an output that is plain or new. Gives the bits of
 * the inputs without dimensions, or -1 where the case is another.
 */
function plainCase(lead: Tensor): i32 {
  let singles = 0;
  for (let i = 1; i < count; i++) {
    if (isPlain(i, lead)) continue;
    if (operand(i).ndim !== 0 || lead.ndim === 0) return -1;
    singles |= 1 << i;
  }
  if (changetype<usize>(operand(0))) return isPlain(0, lead) ? singles : -1;
  return isNative(outDtype, computeAt(0)) ? singles : -1;
}

/** Runs the loop; returns the output with one reference for the caller, or NONE with an error recorded. */
export function iterRun(loop: Loop): Tensor {
  const given = changetype<usize>(operand(0)) !== 0;
  const lead = leader();
  const singles = plainCase(lead);
  const mark = scratchMark();
  cloned = 0;
  let out = given && !separate() ? NONE : singles < 0 ? prepare(given) : preparePlain(given, lead);
  if (changetype<usize>(out) && out.numel !== 0 && !(singles < 0 ? run(loop) : runPlain(loop, singles))) {
    release(out);
    out = NONE;
  }
  for (let i = 1; cloned !== 0; i++) {
    if (cloned & (1 << i)) release(operand(i));
    cloned &= ~(1 << i);
  }
  scratchReset(mark);
  return out;
}

/** The output of the plain case, with one reference for the caller. */
function preparePlain(given: bool, lead: Tensor): Tensor {
  if (given) return retain(operand(0));
  const out = emptyLike(lead, outDtype);
  store<u32>(operands, changetype<usize>(out) as u32);
  return out;
}

/** The output with one reference for the caller, or NONE with an error recorded. */
function prepare(given: bool): Tensor {
  if (!broadcast()) return NONE;
  let out = operand(0);
  if (!given) {
    if (checkedNumel(shape, ndim) < 0) return NONE;
    out = allocate();
    store<u32>(operands, changetype<usize>(out) as u32);
    return out;
  }
  if ((out.ndim as i32) == ndim && memory.compare(out.dims, shape, (ndim as usize) << 2) == 0)
    return retain(out);
  fail(ErrorCode.OUTPUT_SHAPE);
  factShape(out);
  factSizes(shape, ndim);
  return NONE;
}

/** Lays the dimensions out for the block runner: in `order`, without those of size 1, neighbours merged. */
function plan(): void {
  let kept = 0;
  for (let o = 0; o < ndim; o++) {
    const d = load<i32>(word(order, o));
    const size = sizeAt(d);
    if (size == 1) continue;
    let merge = kept > 0;
    for (let i = 0; merge && i < count; i++) {
      merge = load<i32>(strideAt(i, d)) == Plan.step(i, kept - 1) * Plan.size(kept - 1);
    }
    if (merge) {
      Plan.setSize(kept - 1, Plan.size(kept - 1) * size);
      continue;
    }
    Plan.setSize(kept, size);
    for (let i = 0; i < count; i++) Plan.setStep(i, kept, load<i32>(strideAt(i, d)));
    kept++;
  }
  Plan.finish(kept, count);
}

/** The one element of input `i`, converted, `n` times in a buffer; 0 with an error recorded when memory is out. */
function repeated(i: i32, n: usize): usize {
  const t = operand(i);
  const c = computeAt(i);
  const buffer = scratch((n * computeBytes(c)) as u64);
  if (!buffer) return 0;
  gather(buffer, t.data, 0, n, t.dtype as DType, c);
  const roundTo = load<u32>(word(rounding, i));
  if (roundTo !== KEEP) narrow(buffer, n, roundTo as DType, c);
  return buffer;
}

/** The plain case: one call of the loop, or one per block where inputs in `singles` are repeated in buffers. */
function runPlain(loop: Loop, singles: i32): bool {
  const n = operand(0).numel as usize;
  const out = operand(0).data;
  const a = operand(1).data;
  const b = count > 2 ? operand(2).data : 0;
  const c = count > 3 ? operand(3).data : 0;
  if (singles === 0) {
    loop(out, a, b, c, n);
    return true;
  }
  const splatLoop = splat;
  if (singles === 4 && splatLoop !== null) {
    const number = repeated(2, 1);
    if (!number) return false;
    splatLoop(out, a, number, c, n);
    return true;
  }
  const most = min(n, BLOCK);
  const a1 = singles & 2 ? repeated(1, most) : 0;
  const b1 = singles & 4 ? repeated(2, most) : 0;
  const c1 = singles & 8 ? repeated(3, most) : 0;
  if ((singles & 2 && !a1) || (singles & 4 && !b1) || (singles & 8 && !c1)) return false;
  const wOut = computeBytes(computeAt(0));
  const wa = computeBytes(computeAt(1));
  const wb = computeBytes(computeAt(2));
  const wc = computeBytes(computeAt(3));
  for (let i: usize = 0; i < n; i += most) {
    loop(out + i * wOut, a1 ? a1 : a + i * wa, b1 ? b1 : b + i * wb, c1 ? c1 : c + i * wc, min(most, n - i));
  }
  return true;
}

function run(loop: Loop): bool {
  setStrides(0);
  orderDims(0);
  plan();
  for (let i = 0; i < count; i++) {
    const t = operand(i);
    Plan.setOperand(i, t.data, t.dtype as DType, computeAt(i), load<u32>(word(rounding, i)));
  }
  return runBlocks(loop, splat);
}
