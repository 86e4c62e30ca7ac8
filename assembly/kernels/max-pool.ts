// Max pooling over windows, with or without the places of the largest elements.

import { List } from "../core/containers";
import { DType } from "../core/dtype";
import { isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { Compute, computeOf } from "./engine/convert";
import { asFormatOf } from "./engine/formatted";
import { map2F32, map2F64, map2I64 } from "./engine/map";
import { asNative, fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { checkInput, outPlaneSize, planeSize, pooledTensor, readWindows, takeAxes } from "./pool/axes";
import { largestPlaces } from "./pool/places";
import { poolRows } from "./pool/rows";

const MINUS_INFINITY_F32: u64 = 0xff80_0000;
const MINUS_INFINITY_F64: u64 = 0xfff0_0000_0000_0000;

class Larger {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return max<f64>(a, b);
  }
  @inline n(a: i64, b: i64): i64 {
    return max(a, b);
  }
}

/** False with an error recorded unless `self` can be pooled as the arguments say. */
function prepare(
  self: Tensor,
  dims: i32,
  kernel: List,
  stride: List,
  padding: List,
  dilation: List,
  ceil: bool,
  least: i64,
): bool {
  if (self.dtype == DType.BOOL) {
    refuse(DType.BOOL);
    return false;
  }
  if (!checkInput(self, dims)) return false;
  takeAxes(self, dims);
  return readWindows(dims, kernel, stride, padding, dilation, ceil, least);
}

/** Largest elements of the windows that the axes hold. */
function largestOf(self: Tensor, dims: i32): Tensor {
  const dtype = self.dtype as DType;
  const c = computeOf(dtype);
  const out = pooledTensor(self, dims, nativeType(dtype));
  if (isNone(out) || out.numel == 0) return fromNative(out, dtype);
  const x = asNative(self, dtype);
  let done: bool = false;
  if (!isNone(x)) {
    const planes = (x.numel as usize) / planeSize();
    if (c == Compute.F32) {
      done = poolRows(
        x.data,
        out.data,
        planes,
        c,
        (o, a, b, z, n) => map2F32<Larger>(o, a, b, n),
        MINUS_INFINITY_F32,
      );
    } else if (c == Compute.F64) {
      done = poolRows(
        x.data,
        out.data,
        planes,
        c,
        (o, a, b, z, n) => map2F64<Larger>(o, a, b, n),
        MINUS_INFINITY_F64,
      );
    } else {
      done = poolRows(
        x.data,
        out.data,
        planes,
        c,
        (o, a, b, z, n) => map2I64<Larger>(o, a, b, n),
        i64.MIN_VALUE,
      );
    }
    release(x);
  }
  if (done) return asFormatOf(fromNative(out, dtype), self);
  release(out);
  return NONE;
}

/** Largest elements and places of the windows or parts that the axes hold. */
export function largestWithPlaces(self: Tensor, dims: i32, parts: bool, r: Value): void {
  const dtype = self.dtype as DType;
  const out = pooledTensor(self, dims, nativeType(dtype));
  const index = isNone(out) ? NONE : pooledTensor(self, dims, DType.INT64);
  const x = isNone(index) ? NONE : asNative(self, dtype);
  if (isNone(x)) {
    release(out);
    release(index);
    return;
  }
  if (outPlaneSize() > 0) {
    const planes = (out.numel as usize) / outPlaneSize();
    largestPlaces(x.data, out.data, index.data, planes, computeOf(dtype), parts);
  }
  release(x);
  r.at(0).setTensor(asFormatOf(fromNative(out, dtype), self));
  r.at(1).setTensor(asFormatOf(index, self));
}

export function maxPool1d(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  dilation: List,
  ceilMode: bool,
): Tensor {
  return prepare(self, 1, kernelSize, stride, padding, dilation, ceilMode, 0) ? largestOf(self, 1) : NONE;
}

export function maxPool2d(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  dilation: List,
  ceilMode: bool,
): Tensor {
  return prepare(self, 2, kernelSize, stride, padding, dilation, ceilMode, 1) ? largestOf(self, 2) : NONE;
}

export function maxPool3d(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  dilation: List,
  ceilMode: bool,
): Tensor {
  return prepare(self, 3, kernelSize, stride, padding, dilation, ceilMode, 1) ? largestOf(self, 3) : NONE;
}

export function maxPool1dWithIndices(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  dilation: List,
  ceilMode: bool,
  r: Value,
): void {
  if (prepare(self, 1, kernelSize, stride, padding, dilation, ceilMode, 1))
    largestWithPlaces(self, 1, false, r);
}

export function maxPool2dWithIndices(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  dilation: List,
  ceilMode: bool,
  r: Value,
): void {
  if (prepare(self, 2, kernelSize, stride, padding, dilation, ceilMode, 1))
    largestWithPlaces(self, 2, false, r);
}

export function maxPool3dWithIndices(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  dilation: List,
  ceilMode: bool,
  r: Value,
): void {
  if (prepare(self, 3, kernelSize, stride, padding, dilation, ceilMode, 1))
    largestWithPlaces(self, 3, false, r);
}
