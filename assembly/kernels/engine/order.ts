// Shapes and dimension orders of an elementwise operation: broadcasting, the layout of a new output, and the order in
// which the block runner goes through the dimensions.

import { DType, dtypeShift } from "../../core/dtype";
import { factInt, factShape, factSizes, fail } from "../../core/error";
import { isDense } from "../../core/layout";
import { checkedNumel, empty, isContiguous, MAX_DIMS, NONE, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { Operands } from "./operands";
import { Plan } from "./plan";

const shape: usize = memory.data(256, 16); // i32[MAX_DIMS], the broadcast shape
const strides: usize = memory.data(1024, 16); // i32[OPERANDS][MAX_DIMS], in bytes
const order: usize = memory.data(256, 16); // i32[MAX_DIMS], innermost first

let ndim: i32 = 0;

function word(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

function sizeAt(d: i32): i32 {
  return load<i32>(word(shape, d));
}

function strideAt(i: i32, d: i32): usize {
  return word(strides, i * MAX_DIMS + d);
}

/** Broadcasts the inputs' sizes into `shape`; false with an error recorded when they do not fit. */
export function broadcast(): bool {
  ndim = 0;
  for (let i = 1; i < Operands.count; i++) ndim = max(ndim, Operands.tensor(i).ndim as i32);
  for (let d = 0; d < ndim; d++) store<i32>(word(shape, d), 1);
  for (let i = 1; i < Operands.count; i++) {
    const t = Operands.tensor(i);
    const pad = ndim - (t.ndim as i32);
    for (let d = pad; d < ndim; d++) {
      const size = t.size(d - pad);
      const at = word(shape, d);
      const have = load<i32>(at);
      if (size === have || size === 1) continue;
      if (have !== 1) {
        fail(ErrorCode.BROADCAST);
        factShape(Operands.tensor(1));
        factShape(Operands.tensor(i === 1 ? min(2, Operands.count - 1) : i));
        factInt(d);
        return false;
      }
      store<i32>(at, size);
    }
  }
  return true;
}

/** True when `out` has the broadcast shape; else records OUTPUT_SHAPE. */
export function hasShape(out: Tensor): bool {
  if ((out.ndim as i32) === ndim && memory.compare(out.dims, shape, (ndim as usize) << 2) === 0) return true;
  fail(ErrorCode.OUTPUT_SHAPE);
  factShape(out);
  factSizes(shape, ndim);
  return false;
}

/** Byte strides of the operands from `first` on against `shape`; 0 where one is broadcast. */
function setStrides(first: i32): void {
  for (let i = first; i < Operands.count; i++) {
    const t = Operands.tensor(i);
    const pad = ndim - (t.ndim as i32);
    const shift = dtypeShift(t.dtype as DType);
    for (let d = 0; d < ndim; d++) {
      const inside = d >= pad && t.size(d - pad) !== 1;
      store<i32>(strideAt(i, d), inside ? t.stride(d - pad) << (shift as i32) : 0);
    }
  }
}

/** 1 when dimension `a` should be further out than `b`, -1 for the reverse, 0 when no operand tells. */
function compareDims(a: i32, b: i32, first: i32): i32 {
  for (let i = first; i < Operands.count; i++) {
    const sa = load<i32>(strideAt(i, a));
    const sb = load<i32>(strideAt(i, b));
    if (sa === 0 || sb === 0) continue;
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
  const first = Operands.tensor(1);
  if ((first.ndim as i32) !== ndim || memory.compare(first.dims, shape, (ndim as usize) << 2) !== 0)
    return false;
  for (let i = 2; i < Operands.count; i++) {
    const t = Operands.tensor(i);
    if (t.ndim !== first.ndim || memory.compare(t.dims, first.dims, (ndim as usize) << 3) !== 0) return false;
  }
  return isDense(first);
}

/** True when every input has the broadcast shape and is row-major. */
function allContiguous(): bool {
  for (let i = 1; i < Operands.count; i++) {
    const t = Operands.tensor(i);
    if ((t.ndim as i32) !== ndim || memory.compare(t.dims, shape, (ndim as usize) << 2) !== 0) return false;
    if (!isContiguous(t)) return false;
  }
  return true;
}

/**
 * A new output of the broadcast shape: row-major where that is asked for or all inputs are, laid out as the inputs
 * where they agree, else in the order of the inputs' memory. NONE with an error recorded when there is no memory.
 */
export function newOutput(dtype: DType, rowMajor: bool): Tensor {
  if (checkedNumel(shape, ndim) < 0) return NONE;
  const out = empty(dtype, shape, ndim);
  if (!changetype<usize>(out) || rowMajor || allContiguous()) return out;
  if (sameDenseLayout()) {
    memory.copy(out.dims, Operands.tensor(1).dims, (ndim as usize) << 3);
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

/** Fills the plan: dimensions in order of the operands' strides, without those of size 1, neighbours merged. */
export function planDims(): void {
  setStrides(0);
  orderDims(0);
  let kept = 0;
  for (let o = 0; o < ndim; o++) {
    const d = load<i32>(word(order, o));
    const size = sizeAt(d);
    if (size === 1) continue;
    let merge = kept > 0;
    for (let i = 0; merge && i < Operands.count; i++) {
      merge = load<i32>(strideAt(i, d)) === Plan.step(i, kept - 1) * Plan.size(kept - 1);
    }
    if (merge) {
      Plan.setSize(kept - 1, Plan.size(kept - 1) * size);
      continue;
    }
    Plan.setSize(kept, size);
    for (let i = 0; i < Operands.count; i++) Plan.setStep(i, kept, load<i32>(strideAt(i, d)));
    kept++;
  }
  Plan.finish(kept);
}
