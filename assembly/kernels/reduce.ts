// Sums, means, products, truth and counts over dimensions.

import { List } from "../core/containers";
import { DType, isFloating } from "../core/dtype";
import { NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { Compute, computeOf } from "./engine/convert";
import { selectAll, selectDim, selectDims } from "./engine/dims";
import { isDtypeArg } from "./engine/dtype-arg";
import { fillF64, fillI64, orderedPass } from "./engine/fold";
import { noLoop } from "./engine/pointwise";
import { Finish, reduceBegin, reduceCount, reducePass } from "./engine/reduce";
import { checkFloating, reduced, reducedAs } from "./engine/reduced";
import { beginZero, countColumns, countRow, finishStates, mapOf, sumPass } from "./engine/sum";

/** The dtype of a sum or product where none is asked for: int64 for integers and bool. */
function sumType(self: Tensor, dtype: Value): DType {
  const own = self.dtype as DType;
  return dtype.dtypeOr(isFloating(own) ? own : DType.INT64);
}

/** The sum over the selected dimensions. */
export function sumSelected(self: Tensor, keepdim: bool, dtype: Value): Tensor {
  if (!isDtypeArg(dtype)) return NONE;
  const to = sumType(self, dtype);
  if (to == DType.BOOL) return truth(self, keepdim, to, finishAny);
  reduceBegin();
  sumPass(noLoop, computeOf(to));
  return reducedAs(self, keepdim, to, finishStates);
}

export function sum(self: Tensor, dtype: Value): Tensor {
  selectAll(self);
  return sumSelected(self, false, dtype);
}

export function sumDim(self: Tensor, dims: List, keepdim: bool, dtype: Value): Tensor {
  return selectDims(self, dims) ? sumSelected(self, keepdim, dtype) : NONE;
}

function finishMean(state: usize, w: usize, out: usize, second: usize): void {
  const count = reduceCount as f64;
  for (let i: usize = 0; i < w; i++) store<f64>(out + (i << 3), load<f64>(state + (i << 3)) / count);
}

function meanSelected(self: Tensor, keepdim: bool, dtype: Value): Tensor {
  const to = dtype.dtypeOr(self.dtype as DType);
  if (!isDtypeArg(dtype) || !checkFloating(to)) return NONE;
  reduceBegin();
  sumPass(noLoop, computeOf(to));
  return reducedAs(self, keepdim, to, finishMean);
}

export function mean(self: Tensor, dtype: Value): Tensor {
  selectAll(self);
  return meanSelected(self, false, dtype);
}

export function meanDim(self: Tensor, dims: List, keepdim: bool, dtype: Value): Tensor {
  return selectDims(self, dims) ? meanSelected(self, keepdim, dtype) : NONE;
}

class NanToZero {
  @inline v(x: v128): v128 {
    return v128.and(x, f32x4.eq(x, x));
  }
  @inline d(x: f64): f64 {
    return x == x ? x : 0;
  }
}

class NotNan {
  @inline v(x: v128): v128 {
    return v128.and(f32x4.splat(1), f32x4.eq(x, x));
  }
  @inline d(x: f64): f64 {
    return x == x ? 1 : 0;
  }
}

export function nansum(self: Tensor, dims: List, keepdim: bool, dtype: Value): Tensor {
  if (!isDtypeArg(dtype) || !selectDims(self, dims)) return NONE;
  if (!isFloating(self.dtype as DType)) return sumSelected(self, keepdim, dtype);
  const to = dtype.dtypeOr(self.dtype as DType);
  if (!checkFloating(to)) return NONE;
  const c = computeOf(to);
  reduceBegin();
  sumPass(mapOf<NanToZero>(c), c);
  return reducedAs(self, keepdim, to, finishStates);
}

function finishNanmean(state: usize, w: usize, out: usize, second: usize): void {
  const sums = state + (w << 3);
  for (let i: usize = 0; i < w; i++) {
    store<f64>(out + (i << 3), load<f64>(sums + (i << 3)) / load<f64>(state + (i << 3)));
  }
}

export function nanmean(self: Tensor, dims: List, keepdim: bool, dtype: Value): Tensor {
  if (!isDtypeArg(dtype) || !checkFloating(self.dtype as DType) || !selectDims(self, dims)) return NONE;
  const to = dtype.dtypeOr(self.dtype as DType);
  if (!checkFloating(to)) return NONE;
  const c = computeOf(to);
  reduceBegin();
  sumPass(mapOf<NotNan>(c), c);
  sumPass(mapOf<NanToZero>(c), c);
  return reducedAs(self, keepdim, to, finishNanmean);
}

class Product {
  @inline d(a: f64, x: f64): f64 {
    return a * x;
  }
  @inline n(a: i64, x: i64): i64 {
    return a * x;
  }
}

function productSelected(self: Tensor, keepdim: bool, dtype: Value): Tensor {
  if (!isDtypeArg(dtype)) return NONE;
  const to = sumType(self, dtype);
  if (to == DType.BOOL) return truth(self, keepdim, to, finishAll);
  reduceBegin();
  orderedPass<Product>(
    noLoop,
    computeOf(to),
    (state, w) => {
      fillF64(state, w, 1);
    },
    (state, w) => {
      fillI64(state, w, 1);
    },
  );
  return reducedAs(self, keepdim, to, finishStates);
}

export function prod(self: Tensor, dtype: Value): Tensor {
  selectAll(self);
  return productSelected(self, false, dtype);
}

export function prodDim(self: Tensor, dim: i64, keepdim: bool, dtype: Value): Tensor {
  return selectDim(self, dim) ? productSelected(self, keepdim, dtype) : NONE;
}

function finishAny(state: usize, w: usize, out: usize, second: usize): void {
  for (let i: usize = 0; i < w; i++) store<i64>(out + (i << 3), i64(load<i64>(state + (i << 3)) != 0));
}

function finishAll(state: usize, w: usize, out: usize, second: usize): void {
  for (let i: usize = 0; i < w; i++)
    store<i64>(out + (i << 3), i64(load<i64>(state + (i << 3)) == reduceCount));
}

/** What `finish` makes of the number of elements that are not zero. */
function truth(self: Tensor, keepdim: bool, dtype: DType, finish: Finish): Tensor {
  reduceBegin();
  reducePass(noLoop, beginZero, countRow, countColumns);
  return reduced(self, keepdim, dtype, Compute.U8, Compute.I64, finish);
}

/** Truth values are bool, except those of uint8 tensors. */
function truthType(t: Tensor): DType {
  return t.dtype == DType.UINT8 ? DType.UINT8 : DType.BOOL;
}

export function any(self: Tensor): Tensor {
  selectAll(self);
  return truth(self, false, truthType(self), finishAny);
}

export function anyDim(self: Tensor, dim: i64, keepdim: bool): Tensor {
  return selectDim(self, dim) ? truth(self, keepdim, truthType(self), finishAny) : NONE;
}

export function anyDims(self: Tensor, dims: List, keepdim: bool): Tensor {
  return selectDims(self, dims) ? truth(self, keepdim, truthType(self), finishAny) : NONE;
}

export function all(self: Tensor): Tensor {
  selectAll(self);
  return truth(self, false, truthType(self), finishAll);
}

export function allDim(self: Tensor, dim: i64, keepdim: bool): Tensor {
  return selectDim(self, dim) ? truth(self, keepdim, truthType(self), finishAll) : NONE;
}

export function allDims(self: Tensor, dims: List, keepdim: bool): Tensor {
  return selectDims(self, dims) ? truth(self, keepdim, truthType(self), finishAll) : NONE;
}

export function countNonzero(self: Tensor, dim: Value): Tensor {
  if (dim.isNone) selectAll(self);
  else if (!selectDim(self, dim.int)) return NONE;
  return truth(self, false, DType.INT64, finishStates);
}

export function countNonzeroDims(self: Tensor, dims: List): Tensor {
  return selectDims(self, dims) ? truth(self, false, DType.INT64, finishStates) : NONE;
}
