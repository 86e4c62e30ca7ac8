// Pooling to a given output size: every axis is divided into parts as even as may be, which may share an element.

import { List } from "../core/containers";
import { DType } from "../core/dtype";
import { factInt, factShape, fail } from "../core/error";
import { isNone, MAX_DIMS, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { averagesOf } from "./avg-pool";
import { contiguousAs } from "./copy";
import { computeOf } from "./engine/convert";
import { asFormatOf } from "./engine/formatted";
import { fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { checkFloating } from "./engine/reduced";
import { largestWithPlaces } from "./max-pool";
import { averageParts } from "./pool/average";
import { checkNotEmpty, evenParts, planeSize, pooledTensor, readParts, takeAxes } from "./pool/axes";

/** False with NDIM recorded unless `t` has `least` to `most` dimensions. */
function checkDims(t: Tensor, least: i32, most: i32): bool {
  if ((t.ndim as i32) >= least && (t.ndim as i32) <= most) return true;
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(most);
  factShape(t);
  return false;
}

/** True when every part is a whole axis: the mean, for which any number of outer dimensions will do. */
function isMean(size: List, dims: i32): bool {
  if (size.length != (dims as u32)) return false;
  for (let i = 0; i < dims; i++) {
    if (size.int(i) != 1) return false;
  }
  return true;
}

function averages(self: Tensor, dims: i32, size: List): Tensor {
  const dtype = self.dtype as DType;
  if (!checkFloating(dtype)) return NONE;
  const ndim = self.ndim as i32;
  const mean = isMean(size, dims);
  const anyOuter = mean && dims > 1;
  if (!checkDims(self, anyOuter ? dims : dims + 1, anyOuter ? MAX_DIMS : dims + 2)) return NONE;
  if (!mean && !checkNotEmpty(self, dims == 3 ? 1 : ndim - dims)) return NONE;
  takeAxes(self, dims);
  if (!readParts(dims, size)) return NONE;
  if (planeSize() > 0 && evenParts()) return averagesOf(self, dims, true, 0);
  const out = pooledTensor(self, dims, nativeType(dtype));
  if (isNone(out)) return NONE;
  if (planeSize() == 0) {
    for (let i: usize = 0; i < (out.numel as usize); i++) {
      if (out.dtype == DType.FLOAT64) store<f64>(out.data + (i << 3), NaN);
      else store<f32>(out.data + (i << 2), NaN as f32);
    }
    return fromNative(out, dtype);
  }
  const x = contiguousAs(self, nativeType(dtype));
  if (isNone(x)) {
    release(out);
    return NONE;
  }
  averageParts(x.data, out.data, (x.numel as usize) / planeSize(), computeOf(dtype));
  release(x);
  return asFormatOf(fromNative(out, dtype), self);
}

function largest(self: Tensor, dims: i32, size: List, r: Value): void {
  if (self.dtype == DType.BOOL) {
    refuse(DType.BOOL);
    return;
  }
  if (!checkDims(self, dims + 1, dims + 2) || !checkNotEmpty(self, 1)) return;
  takeAxes(self, dims);
  if (readParts(dims, size)) largestWithPlaces(self, dims, true, r);
}

export function adaptiveAvgPool1d(self: Tensor, outputSize: List): Tensor {
  return averages(self, 1, outputSize);
}

export function adaptiveAvgPool2d(self: Tensor, outputSize: List): Tensor {
  return averages(self, 2, outputSize);
}

export function adaptiveAvgPool3d(self: Tensor, outputSize: List): Tensor {
  return averages(self, 3, outputSize);
}

export function adaptiveMaxPool1d(self: Tensor, outputSize: List, r: Value): void {
  largest(self, 1, outputSize, r);
}

export function adaptiveMaxPool2d(self: Tensor, outputSize: List, r: Value): void {
  largest(self, 2, outputSize, r);
}

export function adaptiveMaxPool3d(self: Tensor, outputSize: List, r: Value): void {
  largest(self, 3, outputSize, r);
}
