// Norms of tensors seen as vectors, and logsumexp.

import { List } from "../core/containers";
import { DType, promoteTypes } from "../core/dtype";
import { factDtype, fail } from "../core/error";
import { NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { exp64 } from "../math/f64/exp";
import { log64 } from "../math/f64/log";
import { pow64 } from "../math/f64/power";
import { f16ToF32, f32ToF16 } from "../math/half";
import { Loop } from "./engine/blocks";
import { Compute, computeOf } from "./engine/convert";
import { countSelected, hasElements, selectAll, selectDims } from "./engine/dims";
import { isDtypeArg } from "./engine/dtype-arg";
import { orderedPass } from "./engine/fold";
import { noLoop } from "./engine/pointwise";
import { reduceBegin, reducePass } from "./engine/reduce";
import { checkFloating, reduced, reducedAs } from "./engine/reduced";
import { beginZero, countColumns, countRow, finishStates, mapOf, sumPass } from "./engine/sum";
import { largestPass, smallestPass } from "./extremum";

/** The exponent of the running norm. */
let exponent: f64 = 2;
/** What no power of its elements may exceed without being infinite: as in PyTorch, those of float16 are float16. */
let largestPower: f64 = Infinity;

class Absolute {
  @inline v(x: v128): v128 {
    return f32x4.abs(x);
  }
  @inline d(x: f64): f64 {
    return abs<f64>(x);
  }
}

class Square {
  @inline v(x: v128): v128 {
    return f32x4.mul(x, x);
  }
  @inline d(x: f64): f64 {
    return x * x;
  }
}

/** A sum of float16 whose every step is float16, as PyTorch's is. */
class HalfSum {
  @inline d(sum: f64, x: f64): f64 {
    const rounded = f16ToF32(f32ToF16(x as f32));
    return f16ToF32(f32ToF16((sum as f32) + rounded)) as f64;
  }
  @inline n(sum: i64, x: i64): i64 {
    return sum + x;
  }
}

function halfSumPass(map: Loop): void {
  orderedPass<HalfSum>(map, Compute.F32, beginZero, beginZero);
}

function powers(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    const power = pow64(abs<f64>(load<f64>(a + (i << 3))), exponent);
    store<f64>(out + (i << 3), power > largestPower ? Infinity : power);
  }
}

function finishRoot(state: usize, w: usize, out: usize, second: usize): void {
  for (let i: usize = 0; i < w; i++) store<f64>(out + (i << 3), sqrt<f64>(load<f64>(state + (i << 3))));
}

function finishPower(state: usize, w: usize, out: usize, second: usize): void {
  for (let i: usize = 0; i < w; i++)
    store<f64>(out + (i << 3), pow64(load<f64>(state + (i << 3)), 1 / exponent));
}

function finishCount(state: usize, w: usize, out: usize, second: usize): void {
  for (let i: usize = 0; i < w; i++) store<f64>(out + (i << 3), load<i64>(state + (i << 3)) as f64);
}

/** The p-norm over the selected dimensions, in `dtype`; of no elements it is 0. */
export function pNorm(self: Tensor, p: f64, keepdim: bool, dtype: DType): Tensor {
  if (!checkFloating(self.dtype as DType) || !checkFloating(dtype)) return NONE;
  const c = computeOf(dtype);
  const half = dtype == DType.FLOAT16 && self.dtype == DType.FLOAT16;
  exponent = p;
  reduceBegin();
  if (p == 2) {
    if (half) halfSumPass(mapOf<Square>(c));
    else sumPass(mapOf<Square>(c), c);
    return reducedAs(self, keepdim, dtype, finishRoot);
  }
  if (p == 1 || countSelected(self) == 0) {
    if (half) halfSumPass(mapOf<Absolute>(c));
    else sumPass(mapOf<Absolute>(c), c);
    return reducedAs(self, keepdim, dtype, finishStates);
  }
  if (p == 0) {
    reducePass(noLoop, beginZero, countRow, countColumns);
    return reduced(self, keepdim, dtype, Compute.U8, Compute.F64, finishCount);
  }
  if (abs<f64>(p) == Infinity) {
    if (p > 0) largestPass(mapOf<Absolute>(c), c);
    else smallestPass(mapOf<Absolute>(c), c);
    return reducedAs(self, keepdim, dtype, finishStates);
  }
  largestPower = dtype == DType.FLOAT16 ? 65504 : Infinity;
  sumPass(powers, Compute.F64);
  return reduced(self, keepdim, dtype, Compute.F64, Compute.F64, finishPower);
}

function orderOf(p: Value): f64 {
  return p.isNone ? 2 : p.asFloat;
}

export function norm(self: Tensor, p: Value): Tensor {
  selectAll(self);
  return pNorm(self, orderOf(p), false, self.dtype as DType);
}

export function normDtype(self: Tensor, p: Value, dtype: i64): Tensor {
  selectAll(self);
  return pNorm(self, orderOf(p), false, dtype as i32 as DType);
}

export function normDims(self: Tensor, p: Value, dims: List, keepdim: bool): Tensor {
  return selectDims(self, dims) ? pNorm(self, orderOf(p), keepdim, self.dtype as DType) : NONE;
}

export function normDimsDtype(self: Tensor, p: Value, dims: List, keepdim: bool, dtype: i64): Tensor {
  return selectDims(self, dims) ? pNorm(self, orderOf(p), keepdim, dtype as i32 as DType) : NONE;
}

export function frobeniusNorm(self: Tensor): Tensor {
  selectAll(self);
  return pNorm(self, 2, false, self.dtype as DType);
}

export function frobeniusNormDims(self: Tensor, dims: List, keepdim: bool): Tensor {
  return selectDims(self, dims) ? pNorm(self, 2, keepdim, self.dtype as DType) : NONE;
}

export function linalgVectorNorm(self: Tensor, ord: Value, dims: List, keepdim: bool, dtype: Value): Tensor {
  const own = self.dtype as DType;
  const p = ord.asFloat;
  if (!isDtypeArg(dtype) || !checkFloating(own) || !selectDims(self, dims)) return NONE;
  // Only these have no value for no elements.
  if ((p < 0 || p == Infinity) && !hasElements(self)) return NONE;
  const to = dtype.dtypeOr(own);
  if (promoteTypes(own, to) == to) return pNorm(self, p, keepdim, to);
  fail(ErrorCode.RESULT_TYPE);
  factDtype(own);
  factDtype(to);
  return NONE;
}

// Pass 1 of logsumexp: the largest element, found by pass 0, stands before the sum of e^(x - largest).
function beginExponentials(state: usize, w: usize): void {
  const tops = state - (w << 3);
  for (let i: usize = 0; i < w; i++) {
    const top = load<f64>(tops + (i << 3));
    if (abs<f64>(top) == Infinity) store<f64>(tops + (i << 3), 0);
  }
  beginZero(state, w);
}

function exponentialColumns(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (let j: usize = 0; j < w; j++) {
    const to = state + (j << 3);
    const top = load<f64>(to - (w << 3));
    let sum = load<f64>(to);
    for (let i: usize = 0; i < n; i++) sum += exp64(load<f64>(p + i * step + (j << 3)) - top);
    store<f64>(to, sum);
  }
}

function exponentialRow(p: usize, n: usize, state: usize): void {
  exponentialColumns(p, sizeof<f64>(), n, 1, state);
}

function finishLog(state: usize, w: usize, out: usize, second: usize): void {
  for (let i: usize = 0; i < w; i++) {
    const top = load<f64>(state + (i << 3));
    store<f64>(out + (i << 3), log64(load<f64>(state + ((w + i) << 3))) + top);
  }
}

export function logsumexp(self: Tensor, dims: List, keepdim: bool): Tensor {
  if (!selectDims(self, dims)) return NONE;
  const own = self.dtype as DType;
  reduceBegin();
  largestPass(noLoop, Compute.F64);
  reducePass(noLoop, beginExponentials, exponentialRow, exponentialColumns);
  const dtype = computeOf(own) == Compute.I64 ? DType.FLOAT32 : own;
  return reduced(self, keepdim, dtype, Compute.F64, Compute.F64, finishLog);
}
