// Average pooling over windows.

import { List } from "../core/containers";
import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, fail } from "../core/error";
import { isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { asFormatOf } from "./engine/formatted";
import { fromNative, nativeType } from "./engine/native";
import { refuse } from "./engine/pointwise";
import { averageRows, wideSums } from "./pool/average";
import { axis, checkInput, pooledTensor, readWindows, takeAxes } from "./pool/axes";

const NO_LIST: List = changetype<List>(0);

/** Averages of the windows that the axes hold; `divisor` 0 stands for the number of elements. */
export function averagesOf(self: Tensor, dims: i32, includePad: bool, divisor: i64): Tensor {
  const dtype = self.dtype as DType;
  const native = nativeType(dtype) == DType.FLOAT32 && wideSums() ? DType.FLOAT64 : nativeType(dtype);
  const out = pooledTensor(self, dims, native);
  if (isNone(out) || out.numel == 0) return fromNative(out, dtype);
  const x = contiguousAs(self, native);
  const done = !isNone(x) && averageRows(x, out, includePad, divisor);
  release(x);
  if (done) return asFormatOf(fromNative(out, dtype), self);
  release(out);
  return NONE;
}

function avgPool(
  self: Tensor,
  dims: i32,
  kernel: List,
  stride: List,
  padding: List,
  ceil: bool,
  includePad: bool,
  divisor: i64,
): Tensor {
  const dtype = self.dtype as DType;
  if (!isFloating(dtype) && dtype != DType.INT64) return refuse(dtype);
  if (!checkInput(self, dims)) return NONE;
  takeAxes(self, dims);
  if (!readWindows(dims, kernel, stride, padding, NO_LIST, ceil, 1)) return NONE;
  if (dims == 3 && !checkKernels()) return NONE;
  return averagesOf(self, dims, includePad, divisor);
}

/** False with KERNEL_SIZE recorded when a kernel is larger than its axis without padding: three axes refuse that. */
function checkKernels(): bool {
  for (let i = 0; i < 3; i++) {
    const a = axis(i);
    if (a.kernel <= a.size) continue;
    fail(ErrorCode.KERNEL_SIZE);
    factInt(a.size);
    factInt(a.kernel);
    return false;
  }
  return true;
}

/** False with BAD_VALUE recorded for a divisor of 0. */
function checkDivisor(divisor: Value): bool {
  if (divisor.intOr(1) != 0) return true;
  badValue(6, 0);
  return false;
}

export function avgPool1d(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  ceilMode: bool,
  countIncludePad: bool,
): Tensor {
  return avgPool(self, 1, kernelSize, stride, padding, ceilMode, countIncludePad, 0);
}

export function avgPool2d(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  ceilMode: bool,
  countIncludePad: bool,
  divisorOverride: Value,
): Tensor {
  if (!checkDivisor(divisorOverride)) return NONE;
  const divisor = divisorOverride.intOr(0);
  return avgPool(self, 2, kernelSize, stride, padding, ceilMode, countIncludePad, divisor);
}

export function avgPool3d(
  self: Tensor,
  kernelSize: List,
  stride: List,
  padding: List,
  ceilMode: bool,
  countIncludePad: bool,
  divisorOverride: Value,
): Tensor {
  if (!checkDivisor(divisorOverride)) return NONE;
  const divisor = divisorOverride.intOr(0);
  return avgPool(self, 3, kernelSize, stride, padding, ceilMode, countIncludePad, divisor);
}
