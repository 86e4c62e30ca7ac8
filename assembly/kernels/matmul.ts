// Matrix products: linear, matmul and its special cases, and those that add to a scaled tensor.

import { DType, promoteTypes } from "../core/dtype";
import { factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, newView, release, Tensor } from "../core/tensor";
import { truncate, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../math/half";
import { mul } from "./arithmetic";
import { contiguousAs } from "./copy";
import { expandTo } from "./dims";
import { map2F32, map2F64, map2I64 } from "./engine/map";
import { fromNative, intoOut, nativeType } from "./engine/native";
import { pointwise, refuse, useMath1, useMath2 } from "./engine/pointwise";
import { mismatch, product, sameDtype } from "./engine/product";
import { sumRowF32, sumRowF64, sumRowI64 } from "./engine/sum";
import { reshapeSizes } from "./view";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

/** True when `t`, argument number `arg`, has `want` dimensions; else records NDIM. */
function checkDims(t: Tensor, arg: i32, want: i32): bool {
  if (t.ndim == want) return true;
  fail(ErrorCode.NDIM);
  factInt(arg);
  factInt(want);
  factShape(t);
  return false;
}

/** A matrix with its dimensions swapped, a vector as a column. */
function transposed(t: Tensor): Tensor {
  if (t.ndim == 1) return asColumn(t);
  const v = newView(t, 2);
  if (isNone(v)) return NONE;
  v.setSize(0, t.size(1));
  v.setSize(1, t.size(0));
  v.setStride(0, t.stride(1));
  v.setStride(1, t.stride(0));
  return v;
}

/** A vector as a matrix of one column; NONE for NONE. */
function asColumn(t: Tensor): Tensor {
  const v = isNone(t) ? NONE : newView(t, 2);
  if (isNone(v)) return NONE;
  v.setSize(0, t.size(0));
  v.setSize(1, 1);
  v.setStride(0, t.stride(0));
  v.setStride(1, 1);
  return v;
}

/** A vector as a matrix of one row. */
function asRow(t: Tensor): Tensor {
  const v = newView(t, 2);
  if (isNone(v)) return NONE;
  v.setSize(0, 1);
  v.setSize(1, t.size(0));
  v.setStride(0, t.size(0));
  v.setStride(1, t.stride(0));
  return v;
}

/** `product` in the dtype of its arguments. */
function multiplied(a: Tensor, b: Tensor, start: Tensor, dropM: bool, dropN: bool): Tensor {
  return fromNative(product(a, b, start, dropM, dropN), a.dtype as DType);
}

/** The product of matrices, vectors and batches of them, as torch.matmul. */
export function matmul(self: Tensor, other: Tensor): Tensor {
  if (self.ndim == 0 || other.ndim == 0) {
    checkDims(self.ndim ? other : self, self.ndim ? 1 : 0, 1);
    return NONE;
  }
  const row = self.ndim == 1;
  const column = other.ndim == 1;
  const a = row ? asRow(self) : self;
  const b = column ? asColumn(other) : other;
  const out = isNone(a) || isNone(b) ? NONE : multiplied(a, b, NONE, row, column);
  if (row) release(a);
  if (column) release(b);
  return out;
}

export function linear(input: Tensor, weight: Tensor, bias: Tensor): Tensor {
  if (input.ndim == 0) {
    checkDims(input, 0, 1);
    return NONE;
  }
  if (weight.ndim != 1 && !checkDims(weight, 1, 2)) return NONE;
  if (!isNone(bias) && weight.ndim == 1 && !checkDims(weight, 1, 2)) return NONE;
  const a = input.ndim == 1 ? asRow(input) : input;
  const b = transposed(weight);
  let out = NONE;
  if (!isNone(a) && !isNone(b)) {
    const start = isNone(bias) ? NONE : biasFor(bias, a, weight);
    if (isNone(bias) || !isNone(start)) out = multiplied(a, b, start, input.ndim == 1, weight.ndim == 1);
    release(start);
  }
  if (input.ndim == 1) release(a);
  release(b);
  return out;
}

/** The bias as a view that `product` can start from; NONE with an error recorded when it does not fit. */
function biasFor(bias: Tensor, a: Tensor, weight: Tensor): Tensor {
  // A bias of two dimensions is possible for a matrix, where linear is addmm.
  if (bias.ndim > 1 && (bias.ndim > 2 || a.ndim != 2)) return checkDims(bias, 2, 1) ? bias : NONE;
  const last = (a.ndim as i32) - 1;
  memory.copy(sizes, a.dims, (last as usize) << 2);
  store<i32>(sizes + ((last as usize) << 2), weight.size(0));
  return expandTo(bias, sizes, a.ndim, false);
}

export function mm(self: Tensor, mat2: Tensor): Tensor {
  return checkDims(self, 0, 2) && checkDims(mat2, 1, 2) ? multiplied(self, mat2, NONE, false, false) : NONE;
}

/** True when both have three dimensions and as many matrices. */
function checkBatches(a: Tensor, b: Tensor, arg: i32): bool {
  if (!checkDims(a, arg, 3) || !checkDims(b, arg + 1, 3)) return false;
  return a.size(0) == b.size(0) || mismatch(ErrorCode.SIZE_MISMATCH, a, b);
}

export function bmm(self: Tensor, mat2: Tensor): Tensor {
  return checkBatches(self, mat2, 0) ? multiplied(self, mat2, NONE, false, false) : NONE;
}

export function mv(self: Tensor, vec: Tensor): Tensor {
  return checkDims(self, 0, 2) && checkDims(vec, 1, 1) ? matmul(self, vec) : NONE;
}

// Factors of the running call, for each compute type.
let alphaF32: v128 = f32x4.splat(1);
let alphaF64: f64 = 1;
let alphaI64: i64 = 1;
let betaF32: v128 = f32x4.splat(1);
let betaF64: f64 = 1;
let betaI64: i64 = 1;

/** alpha * product + beta * self. */
class ScaledSum {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.add(f32x4.mul(a, alphaF32), f32x4.mul(b, betaF32));
  }
  @inline d(a: f64, b: f64): f64 {
    return a * alphaF64 + b * betaF64;
  }
  @inline n(a: i64, b: i64): i64 {
    return a * alphaI64 + b * betaI64;
  }
}

class Scaled {
  @inline v(a: v128): v128 {
    return f32x4.mul(a, alphaF32);
  }
  @inline d(a: f64): f64 {
    return a * alphaF64;
  }
  @inline n(a: i64): i64 {
    return a * alphaI64;
  }
}

function setFactors(alpha: Value, beta: Value): void {
  alphaF64 = alpha.asFloat;
  alphaF32 = f32x4.splat(alphaF64 as f32);
  alphaI64 = truncate(alphaF64);
  betaF64 = beta.asFloat;
  betaF32 = f32x4.splat(betaF64 as f32);
  betaI64 = truncate(betaF64);
}

/**
 * alpha * t + beta * self in the native dtype of `t`, which is native and released; beta 0 leaves `self` out, so that
 * its NaN do not count.
 */
function scaledSum(t: Tensor, self: Tensor, beta: Value, alpha: Value): Tensor {
  if (isNone(t)) return NONE;
  setFactors(alpha, beta);
  let out: Tensor;
  if (betaF64 != 0) {
    useMath2<ScaledSum>();
    out = pointwise(t, self, NONE, NONE, t.dtype as DType);
  } else {
    useMath1<Scaled>();
    out = pointwise(t, NONE, NONE, NONE, t.dtype as DType);
  }
  release(t);
  return out;
}

/** beta * self + alpha * (a · b); `self` has the sizes of the product, with m and n. */
function added(self: Tensor, a: Tensor, b: Tensor, beta: Value, alpha: Value, dropN: bool): Tensor {
  if (alpha.asFloat == 1 && beta.asFloat == 1) return multiplied(a, b, self, false, dropN);
  if (alpha.asFloat == 1 && beta.asFloat == 0) return multiplied(a, b, NONE, false, dropN);
  const sum = scaledSum(product(a, b, NONE, false, false), self, beta, alpha);
  const out = fromNative(sum, a.dtype as DType);
  if (!dropN || isNone(out)) return out;
  const v = newView(out, 1);
  release(out);
  if (isNone(v)) return NONE;
  v.setSize(0, a.size(0));
  v.setStride(0, 1);
  return v;
}

/** `self` expanded to up to three sizes; NONE with an error recorded when it does not fit. */
function expanded(self: Tensor, ndim: i32, a: i32, b: i32, c: i32): Tensor {
  store<i32>(sizes, a);
  store<i32>(sizes, b, 4);
  store<i32>(sizes, c, 8);
  return expandTo(self, sizes, ndim, false);
}

export function addmm(
  self: Tensor,
  mat1: Tensor,
  mat2: Tensor,
  beta: Value,
  alpha: Value,
  out: Tensor,
): Tensor {
  if (!checkDims(mat1, 1, 2) || !checkDims(mat2, 2, 2)) return NONE;
  const start = expanded(self, 2, mat1.size(0), mat2.size(1), 0);
  if (isNone(start)) return NONE;
  const sum = sameDtype(self, mat1) ? added(start, mat1, mat2, beta, alpha, false) : NONE;
  release(start);
  return intoOut(sum, out);
}

export function addmv(
  self: Tensor,
  mat: Tensor,
  vec: Tensor,
  beta: Value,
  alpha: Value,
  out: Tensor,
): Tensor {
  if (!checkDims(mat, 1, 2) || !checkDims(vec, 2, 1)) return NONE;
  const start = expanded(self, 1, mat.size(0), 0, 0);
  const column = asColumn(start);
  const b = asColumn(vec);
  let sum = NONE;
  if (!isNone(column) && !isNone(b) && sameDtype(self, mat)) sum = added(column, mat, b, beta, alpha, true);
  release(start);
  release(column);
  release(b);
  return intoOut(sum, out);
}

export function baddbmm(
  self: Tensor,
  batch1: Tensor,
  batch2: Tensor,
  beta: Value,
  alpha: Value,
  out: Tensor,
): Tensor {
  if (!checkBatches(batch1, batch2, 1)) return NONE;
  const start = expanded(self, 3, batch1.size(0), batch1.size(1), batch2.size(2));
  if (isNone(start)) return NONE;
  const sum = sameDtype(self, batch1) ? added(start, batch1, batch2, beta, alpha, false) : NONE;
  release(start);
  return intoOut(sum, out);
}

/** The sum over a batch is one product: [m, batch · k] times [batch · k, n]. */
export function addbmm(
  self: Tensor,
  batch1: Tensor,
  batch2: Tensor,
  beta: Value,
  alpha: Value,
  out: Tensor,
): Tensor {
  if (!checkBatches(batch1, batch2, 1)) return NONE;
  const m = batch1.size(1);
  const n = batch2.size(2);
  const start = expanded(self, 2, m, n, 0);
  const rows = isNone(start) ? NONE : newView(batch1, 3);
  if (isNone(rows)) {
    release(start);
    return NONE;
  }
  for (let d: i32 = 0; d < 3; d++) {
    const from = d == 0 ? 1 : d == 1 ? 0 : 2;
    rows.setSize(d, batch1.size(from));
    rows.setStride(d, batch1.stride(from));
  }
  // Products that overflow here overflowed as numbers of elements before, unless m or n is 0.
  const k = min<i64>((batch1.size(0) as i64) * (batch1.size(2) as i64), i32.MAX_VALUE) as i32;
  const k2 = min<i64>((batch2.size(0) as i64) * (batch2.size(1) as i64), i32.MAX_VALUE) as i32;
  store<i32>(sizes, m);
  store<i32>(sizes, k, 4);
  const a = m ? reshapeSizes(rows, sizes, 2) : empty(batch1.dtype as DType, sizes, 2);
  store<i32>(sizes, k2);
  store<i32>(sizes, n, 4);
  const b = isNone(a) ? NONE : n ? reshapeSizes(batch2, sizes, 2) : empty(batch2.dtype as DType, sizes, 2);
  release(rows);
  let sum = NONE;
  if (!isNone(b) && sameDtype(self, batch1)) sum = added(start, a, b, beta, alpha, false);
  release(a);
  release(b);
  release(start);
  return intoOut(sum, out);
}

/** Every element of one vector times every element of the other, in their common dtype. */
export function outer(self: Tensor, vec2: Tensor): Tensor {
  if (!checkDims(self, 0, 1) || !checkDims(vec2, 1, 1)) return NONE;
  const column = asColumn(self);
  const row = asRow(vec2);
  const out = isNone(column) || isNone(row) ? NONE : mul(column, row, NONE);
  release(column);
  release(row);
  return out;
}

/** `t` times a number that is rounded to `dtype` first. */
function scaledBy(t: Tensor, factor: Value, dtype: DType): Tensor {
  setFactors(factor, factor);
  if (dtype == DType.FLOAT16) alphaF32 = f32x4.splat(f16ToF32(f32ToF16(alphaF64 as f32)));
  if (dtype == DType.BFLOAT16) alphaF32 = f32x4.splat(bf16ToF32(f32ToBf16(alphaF64 as f32)));
  useMath1<Scaled>();
  return pointwise(t, NONE, NONE, NONE, dtype);
}

/** Each step is rounded to the result's dtype, as in PyTorch. */
export function addr(
  self: Tensor,
  vec1: Tensor,
  vec2: Tensor,
  beta: Value,
  alpha: Value,
  out: Tensor,
): Tensor {
  if (!checkDims(vec1, 1, 1) || !checkDims(vec2, 2, 1)) return NONE;
  const dtype = promoteTypes(self.dtype as DType, promoteTypes(vec1.dtype as DType, vec2.dtype as DType));
  const start = expanded(self, 2, vec1.size(0), vec2.size(0), 0);
  const scaled = isNone(start) ? NONE : scaledBy(vec1, alpha, dtype);
  let sum = isNone(scaled) ? NONE : outer(scaled, vec2);
  release(scaled);
  if (!isNone(sum) && beta.asFloat != 0) {
    const rest = scaledBy(start, beta, dtype);
    const products = sum;
    sum = NONE;
    if (!isNone(rest)) {
      alphaF64 = betaF64 = 1;
      alphaF32 = betaF32 = f32x4.splat(1);
      alphaI64 = betaI64 = 1;
      useMath2<ScaledSum>();
      sum = pointwise(rest, products, NONE, NONE, dtype);
    }
    release(products);
    release(rest);
  }
  release(start);
  return intoOut(sum, out);
}

const dotState: usize = memory.data(8, 16);
const DOT_RUN: usize = 512;

/** The sum of products of two contiguous native vectors, summed as engine/sum.ts does; into `to`, a native element. */
function dotInto(to: usize, a: usize, b: usize, n: usize, native: DType, buffer: usize): void {
  store<i64>(dotState, 0);
  for (let i: usize = 0; i < n; i += DOT_RUN) {
    const size = min(DOT_RUN, n - i);
    if (native == DType.FLOAT32) {
      map2F32<Times>(buffer, a + (i << 2), b + (i << 2), size);
      sumRowF32(buffer, size, dotState);
    } else if (native == DType.FLOAT64) {
      map2F64<Times>(buffer, a + (i << 3), b + (i << 3), size);
      sumRowF64(buffer, size, dotState);
    } else {
      map2I64<Times>(buffer, a + (i << 3), b + (i << 3), size);
      sumRowI64(buffer, size, dotState);
    }
  }
  if (native == DType.FLOAT32) store<f32>(to, load<f64>(dotState) as f32);
  else store<i64>(to, load<i64>(dotState));
}

class Times {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return a * b;
  }
  @inline n(a: i64, b: i64): i64 {
    return a * b;
  }
}

export function dot(self: Tensor, tensor: Tensor): Tensor {
  if (!checkDims(self, 0, 1) || !checkDims(tensor, 1, 1) || !sameDtype(self, tensor)) return NONE;
  if (self.dtype == DType.BOOL) return refuse(DType.BOOL);
  if (self.numel != tensor.numel) {
    mismatch(ErrorCode.SIZE_MISMATCH, self, tensor);
    return NONE;
  }
  const native = nativeType(self.dtype as DType);
  const buffer = scratch((DOT_RUN << 3) as u64);
  const a = buffer ? contiguousAs(self, native) : NONE;
  const b = isNone(a) ? NONE : contiguousAs(tensor, native);
  const out = isNone(b) ? NONE : empty(native, sizes, 0);
  if (!isNone(out)) dotInto(out.data, a.data, b.data, self.numel, native, buffer);
  release(a);
  release(b);
  return fromNative(out, self.dtype as DType);
}
