// The product of two tensors summed over some dimensions: what einsum and tensordot are made of.
//
// Both tensors have the same dimensions, of size 1 where they do not vary. Each is seen as a batch of matrices
//
//   a: [both vary, only a varies, summed]     b: [both vary, summed, only b varies]
//
// and multiplied; where nothing is summed, or both matrices would be vectors, elementwise.

import { DType } from "../../core/dtype";
import { isNone, NONE, newView, release, retain, Tensor, updateNumel } from "../../core/tensor";
import { mul } from "../arithmetic";
import { reshapeSizes } from "../view";
import { Compute, computeOf } from "./convert";
import { selectBits } from "./dims";
import { fromNative } from "./native";
import { noLoop } from "./pointwise";
import { product, sameDtype } from "./product";
import { reduceBegin } from "./reduce";
import { reducedAs } from "./reduced";
import { finishStates, sumPass } from "./sum";

const sizes: usize = memory.data(16, 16); // i32[3]

/** The sum of `t` over the dimensions in `bits`, which stay with size 1; int64 for integers. */
export function sumBits(t: Tensor, bits: u64, keepdim: bool): Tensor {
  const own = t.dtype as DType;
  const dtype = computeOf(own) == Compute.I64 ? DType.INT64 : own;
  selectBits(bits);
  reduceBegin();
  sumPass(noLoop, computeOf(dtype));
  return reducedAs(t, keepdim, dtype, finishStates);
}

/** Bits of the dimensions in `within` along which `t` does not have size 1. */
function varying(t: Tensor, within: u64): u64 {
  let bits: u64 = 0;
  for (let d: i32 = 0; d < (t.ndim as i32); d++) {
    const bit = (1 as u64) << (d as u64);
    if (within & bit && t.size(d) != 1) bits |= bit;
  }
  return bits;
}

/** Product of `t`'s sizes over the dimensions in `bits`. */
function extent(t: Tensor, bits: u64): i32 {
  let count: i32 = 1;
  for (let d: i32 = 0; d < (t.ndim as i32); d++) if ((bits >> (d as u64)) & 1) count *= t.size(d);
  return count;
}

/** Appends the dimensions of `t` in `bits` to the view `v`, from dimension `at` on; gives the next one. */
function append(v: Tensor, at: i32, t: Tensor, bits: u64): i32 {
  for (let d: i32 = 0; d < (t.ndim as i32); d++) {
    if (!((bits >> (d as u64)) & 1)) continue;
    v.setSize(at, t.size(d));
    v.setStride(at++, t.stride(d));
  }
  return at;
}

/** `t` as [first, second, third], each the dimensions in its bits as one; a copy where its strides do not allow a view. */
function asMatrices(t: Tensor, first: u64, second: u64, third: u64): Tensor {
  const v = newView(t, popcnt(first | second | third) as i32);
  if (isNone(v)) return NONE;
  append(v, append(v, append(v, 0, t, first), t, second), t, third);
  let out = NONE;
  if (updateNumel(v)) {
    store<i32>(sizes, extent(t, first));
    store<i32>(sizes, extent(t, second), 4);
    store<i32>(sizes, extent(t, third), 8);
    out = reshapeSizes(v, sizes, 3);
  }
  release(v);
  return out;
}

/** Gives the view `v` the sizes of `t`'s dimensions in `bits`, contiguous and inside out; `step` elements are one. */
function spread(v: Tensor, t: Tensor, bits: u64, step: i32): i32 {
  for (let d = (t.ndim as i32) - 1; d >= 0; d--) {
    if (!((bits >> (d as u64)) & 1)) continue;
    v.setSize(d, t.size(d));
    v.setStride(d, step);
    step *= max(t.size(d), 1);
  }
  return step;
}

/** The product summed over `summed`, whose dimensions stay with size 1. */
export function contract(a: Tensor, b: Tensor, summed: u64): Tensor {
  // What only one of them varies along is summed there first.
  const variesA = varying(a, ~(0 as u64));
  const variesB = varying(b, ~(0 as u64));
  const aloneA = variesA & ~variesB & summed;
  const aloneB = variesB & ~variesA & summed;
  const x = aloneA ? sumBits(a, aloneA, true) : retain(a);
  const y = isNone(x) ? NONE : aloneB ? sumBits(b, aloneB, true) : retain(b);
  let out = NONE;
  if (!isNone(y)) out = multiply(x, y, variesA & ~aloneA, variesB & ~aloneB, variesA & variesB & summed);
  release(x);
  release(y);
  return out;
}

function multiply(a: Tensor, b: Tensor, variesA: u64, variesB: u64, summed: u64): Tensor {
  const batch = variesA & variesB & ~summed;
  const rows = variesA & ~batch & ~summed;
  const columns = variesB & ~batch & ~summed;
  if (!summed) return mul(a, b, NONE);
  if (!sameDtype(a, b)) return NONE;
  if (!(rows | columns)) {
    const products = mul(a, b, NONE);
    const out = isNone(products) ? NONE : sumBits(products, summed, true);
    release(products);
    return fromNative(out, a.dtype as DType);
  }
  const x = asMatrices(a, batch, rows, summed);
  const y = isNone(x) ? NONE : asMatrices(b, batch, summed, columns);
  const matrices = isNone(y) ? NONE : fromNative(product(x, y, NONE, false, false), a.dtype as DType);
  release(x);
  release(y);
  const v = isNone(matrices) ? NONE : newView(matrices, a.ndim);
  if (!isNone(v)) {
    for (let d: i32 = 0; d < (a.ndim as i32); d++) {
      v.setSize(d, 1);
      v.setStride(d, 1);
    }
    spread(v, a, batch, spread(v, a, rows, spread(v, b, columns, 1)));
  }
  release(matrices);
  return v;
}
