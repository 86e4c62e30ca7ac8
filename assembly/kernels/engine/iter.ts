// The elementwise engine: broadcasting, type conversion and strides for operators of one to four operands.
//
// A kernel is a loop over dense buffers of a compute type; the engine brings any operands into that form. It
//   1. broadcasts the shapes, allocates the output (keeping the inputs' memory order, as PyTorch does) or checks it,
//   2. orders dimensions by stride, drops those of size 1 and merges neighbours,
//   3. runs the loop (engine/blocks.ts).
//
//   iterBegin(out, dtype, compute);  iterInput(a, compute);  …  iterRun(loop)

import { DType, isFloating, promoteTypes } from "../../core/dtype";
import { fail } from "../../core/error";
import { scratch, scratchMark, scratchReset } from "../../core/scratch";
import { emptyLike, isContiguous, NONE, release, retain, sameSizes, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { convertCopy } from "../copy";
import { BLOCK, Loop, runBlocks } from "./blocks";
import { Compute, computeBytes, computeOf, gather, isNative, narrow } from "./convert";
import { KEEP, Operands } from "./operands";
import { broadcast, hasShape, newOutput, planDims } from "./order";
import { checkNoInternalOverlap, Sharing, sharing } from "./overlap";

let outDtype: DType = DType.FLOAT32;
let rowMajor: bool = false;
let splat: Loop | null = null;

/**
 * Starts an operation whose output is `out` (written in place, its shape must be the broadcast shape) or, where `out`
 * is NONE, a new tensor of `dtype`. The loop writes elements of the compute type `c`.
 */
export function iterBegin(out: Tensor, dtype: DType, c: Compute): void {
  Operands.count = 0;
  Operands.add(out, c, KEEP);
  outDtype = dtype;
  rowMajor = false;
  splat = null;
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
  Operands.add(t, c, KEEP);
}

/** Adds an input that is converted to `dtype`, then read as the compute type of `dtype`. */
export function iterInputAs(t: Tensor, dtype: DType): void {
  const have = t.dtype as DType;
  const half = dtype === DType.FLOAT16 || dtype === DType.BFLOAT16;
  const wraps = !isFloating(dtype) && dtype !== DType.INT64 && promoteTypes(have, dtype) !== dtype;
  const loses = have !== dtype && (half || wraps);
  Operands.add(t, computeOf(dtype), loses ? (dtype as u32) : KEEP);
}

/** Copies what an input shares with a written output; false with an error recorded when that is refused. */
function separate(): bool {
  const out = Operands.tensor(0);
  if (!checkNoInternalOverlap(out)) return false;
  for (let i = 1; i < Operands.count; i++) {
    const how = sharing(out, Operands.tensor(i));
    if (how === Sharing.SAFE) continue;
    if (how === Sharing.PARTIAL) {
      fail(ErrorCode.OVERLAP);
      return false;
    }
    // The clone runs through this engine: keep what is set up so far.
    const saved = scratch(Operands.STATE);
    if (!saved) return false;
    const count = Operands.count;
    const dtype = outDtype;
    const row = rowMajor;
    const splatLoop = splat;
    Operands.save(saved);
    const copy = convertCopy(Operands.tensor(i), Operands.tensor(i).dtype as DType);
    Operands.restore(saved);
    Operands.count = count;
    outDtype = dtype;
    rowMajor = row;
    splat = splatLoop;
    if (!changetype<usize>(copy)) return false;
    Operands.setTensor(i, copy);
    cloned |= 1 << i;
  }
  return true;
}

/** Bit i: operand i is a clone made by `separate`. */
let cloned: u32 = 0;

/** True when operand `i` is row-major memory of the loop's own type, of `lead`'s shape. */
function isPlain(i: i32, lead: Tensor): bool {
  const t = Operands.tensor(i);
  if (!isNative(t.dtype as DType, Operands.compute(i)) || Operands.rounding(i) !== KEEP) return false;
  return isContiguous(t) && sameSizes(t, lead);
}

/** The first input that has dimensions, or the first of all. */
function leader(): Tensor {
  for (let i = 1; i < Operands.count; i++) {
    if (Operands.tensor(i).ndim !== 0) return Operands.tensor(i);
  }
  return Operands.tensor(1);
}

/**
 * The usual case: inputs that are plain or have no dimensions, and an output that is plain or new. Gives the bits of
 * the inputs without dimensions, or -1 where the case is another.
 */
function plainCase(lead: Tensor): i32 {
  let singles = 0;
  for (let i = 1; i < Operands.count; i++) {
    if (isPlain(i, lead)) continue;
    if (Operands.tensor(i).ndim !== 0 || lead.ndim === 0) return -1;
    singles |= 1 << i;
  }
  if (changetype<usize>(Operands.tensor(0))) return isPlain(0, lead) ? singles : -1;
  return isNative(outDtype, Operands.compute(0)) ? singles : -1;
}

/** Runs the loop; returns the output with one reference for the caller, or NONE with an error recorded. */
export function iterRun(loop: Loop): Tensor {
  const given = changetype<usize>(Operands.tensor(0)) !== 0;
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
    if (cloned & (1 << i)) release(Operands.tensor(i));
    cloned &= ~(1 << i);
  }
  scratchReset(mark);
  return out;
}

/** The output of the plain case, with one reference for the caller. */
function preparePlain(given: bool, lead: Tensor): Tensor {
  if (given) return retain(Operands.tensor(0));
  const out = emptyLike(lead, outDtype);
  Operands.setTensor(0, out);
  return out;
}

/** The output with one reference for the caller, or NONE with an error recorded. */
function prepare(given: bool): Tensor {
  if (!broadcast()) return NONE;
  if (given) return hasShape(Operands.tensor(0)) ? retain(Operands.tensor(0)) : NONE;
  const out = newOutput(outDtype, rowMajor);
  Operands.setTensor(0, out);
  return out;
}

/** The one element of input `i`, converted, `n` times in a buffer; 0 with an error recorded when memory is out. */
function repeated(i: i32, n: usize): usize {
  const t = Operands.tensor(i);
  const c = Operands.compute(i);
  const buffer = scratch((n * computeBytes(c)) as u64);
  if (!buffer) return 0;
  gather(buffer, t.data, 0, n, t.dtype as DType, c);
  const roundTo = Operands.rounding(i);
  if (roundTo !== KEEP) narrow(buffer, n, roundTo as DType, c);
  return buffer;
}

/** The plain case: one call of the loop, or one per block where inputs in `singles` are repeated in buffers. */
function runPlain(loop: Loop, singles: i32): bool {
  const n = Operands.tensor(0).numel as usize;
  const out = Operands.tensor(0).data;
  const a = Operands.tensor(1).data;
  const b = Operands.count > 2 ? Operands.tensor(2).data : 0;
  const c = Operands.count > 3 ? Operands.tensor(3).data : 0;
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
  const wOut = computeBytes(Operands.compute(0));
  const wa = computeBytes(Operands.compute(1));
  const wb = computeBytes(Operands.compute(2));
  const wc = computeBytes(Operands.compute(3));
  for (let i: usize = 0; i < n; i += most) {
    loop(out + i * wOut, a1 ? a1 : a + i * wa, b1 ? b1 : b + i * wb, c1 ? c1 : c + i * wc, min(most, n - i));
  }
  return true;
}

function run(loop: Loop): bool {
  planDims();
  return runBlocks(loop, splat);
}
