// Resizing of the last one, two or three dimensions: nearest, linear, cubic, with and without antialiasing.

import { List } from "../core/containers";
import { DType, dtypeBytes } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { isContiguousAs, MemoryFormat } from "../core/layout";
import { clampI32 } from "../core/shape";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { truncate, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { asFormatOf } from "./engine/formatted";
import { fromNative, nativeType } from "./engine/native";
import { checkFloating } from "./engine/reduced";
import { axis, Method } from "./resize/axes";
import { resizePlanes } from "./resize/planes";

const AXES: i32 = 3;
const sizes: usize = memory.data(20, 16); // i32[5]

/** Factors of the axes, or None, of the running call. */
const factors: usize = memory.data(48, 16); // Value[AXES]

function factor(i: i32): Value {
  return changetype<Value>(factors).at(i);
}

/** True when `input` is [batch, channels, …] with `dims` sizes, only the batch being possibly 0, and of a dtype for it. */
function checkInput(input: Tensor, dims: i32, method: Method): bool {
  const nearest = method <= Method.NEAREST_EXACT;
  if (!(nearest && input.dtype == DType.UINT8) && !checkFloating(input.dtype as DType)) return false;
  if ((input.ndim as i32) != dims + 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(dims + 2);
    factShape(input);
    return false;
  }
  for (let d = 1; d < dims + 2; d++) {
    if (input.size(d) != 0) continue;
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(input);
    return false;
  }
  return true;
}

/** Sets the axes from the input, and output sizes that are positive. */
function setSizes(input: Tensor, dims: i32, i: i32, out: i64): bool {
  const a = axis(AXES - dims + i);
  a.size = input.size(2 + i);
  a.out = clampI32(out);
  a.factor = factor(i).isNone ? 0 : factor(i).asFloat;
  if (out > 0 && out < 0x7fff_ffff) return true;
  badValue(1, out);
  return false;
}

/** Resizes a checked input along the axes that are set. */
function resize(input: Tensor, dims: i32, method: Method, align: bool): Tensor {
  const dtype = input.dtype as DType;
  const nearest = method <= Method.NEAREST_EXACT;
  const native = nearest ? dtype : nativeType(dtype);
  const format = dims == 2 ? MemoryFormat.CHANNELS_LAST : MemoryFormat.CHANNELS_LAST_3D;
  const last = dims > 1 && isContiguousAs(input, format);
  for (let i = 0; i < AXES; i++) {
    const a = axis(i);
    let done: bool = false;
    if (i < AXES - dims) done = a.prepareSingle();
    else if (dtype == DType.FLOAT64) done = a.prepare<f64>(method, align, last);
    else done = a.prepare<f32>(method, align, last);
    if (!done) return NONE;
  }
  store<i32>(sizes, input.size(0));
  store<i32>(sizes, input.size(1), 4);
  for (let i = 0; i < dims; i++) store<i32>(sizes + (((2 + i) as usize) << 2), axis(AXES - dims + i).out);
  const out = empty(native, sizes, dims + 2);
  if (isNone(out)) return NONE;
  const x = contiguousAs(input, native);
  const planes = (input.size(0) * input.size(1)) as usize;
  const done = !isNone(x) && resizePlanes(x.data, out.data, planes, dtypeBytes(native));
  release(x);
  if (done) return asFormatOf(fromNative(out, dtype), input);
  release(out);
  return NONE;
}

/** From either output sizes or factors. */
function fromEither(
  input: Tensor,
  dims: i32,
  outputSize: List,
  scaleFactors: List,
  method: Method,
  align: bool,
): Tensor {
  const given = changetype<usize>(outputSize) != 0;
  const list = given ? outputSize : scaleFactors;
  if (!changetype<usize>(list) || (given && changetype<usize>(scaleFactors) != 0)) {
    fail(ErrorCode.NONE_VALUE);
    return NONE;
  }
  if (!checkInput(input, dims, method)) return NONE;
  if (list.length != (dims as u32)) {
    badValue(1, list.length);
    return NONE;
  }
  for (let i = 0; i < dims; i++) {
    if (given) {
      factor(i).setNone();
      if (!setSizes(input, dims, i, list.int(i))) return NONE;
    } else {
      const by = list.at(i).asFloat;
      factor(i).setFloat(by);
      if (!setSizes(input, dims, i, truncate((input.size(2 + i) as f64) * by))) return NONE;
    }
  }
  return resize(input, dims, method, align);
}

/** From output sizes; factors, where they are not None, only tell how positions follow each other. */
function fromSizes(
  input: Tensor,
  dims: i32,
  outputSize: List,
  method: Method,
  align: bool,
  a: Value,
  b: Value,
  c: Value,
): Tensor {
  if (!checkInput(input, dims, method)) return NONE;
  if (outputSize.length != (dims as u32)) {
    badValue(1, outputSize.length);
    return NONE;
  }
  for (let i = 0; i < dims; i++) {
    const by = i == 0 ? a : i == 1 ? b : c;
    if (by.isNone) factor(i).setNone();
    else factor(i).setFloat(by.asFloat);
    if (!setSizes(input, dims, i, outputSize.int(i))) return NONE;
  }
  return resize(input, dims, method, align);
}

export function upsampleNearest1dVec(input: Tensor, outputSize: List, scaleFactors: List): Tensor {
  return fromEither(input, 1, outputSize, scaleFactors, Method.NEAREST, false);
}

export function upsampleNearest1d(self: Tensor, outputSize: List, scales: Value): Tensor {
  return fromSizes(self, 1, outputSize, Method.NEAREST, false, scales, scales, scales);
}

export function upsampleNearest2dVec(input: Tensor, outputSize: List, scaleFactors: List): Tensor {
  return fromEither(input, 2, outputSize, scaleFactors, Method.NEAREST, false);
}

export function upsampleNearest2d(self: Tensor, outputSize: List, scalesH: Value, scalesW: Value): Tensor {
  return fromSizes(self, 2, outputSize, Method.NEAREST, false, scalesH, scalesW, scalesW);
}

export function upsampleNearest3dVec(input: Tensor, outputSize: List, scaleFactors: List): Tensor {
  return fromEither(input, 3, outputSize, scaleFactors, Method.NEAREST, false);
}

export function upsampleNearest3d(
  self: Tensor,
  outputSize: List,
  scalesD: Value,
  scalesH: Value,
  scalesW: Value,
): Tensor {
  return fromSizes(self, 3, outputSize, Method.NEAREST, false, scalesD, scalesH, scalesW);
}

export function upsampleNearestExact1dVec(input: Tensor, outputSize: List, scaleFactors: List): Tensor {
  return fromEither(input, 1, outputSize, scaleFactors, Method.NEAREST_EXACT, false);
}

export function upsampleNearestExact1d(self: Tensor, outputSize: List, scales: Value): Tensor {
  return fromSizes(self, 1, outputSize, Method.NEAREST_EXACT, false, scales, scales, scales);
}

export function upsampleNearestExact2dVec(input: Tensor, outputSize: List, scaleFactors: List): Tensor {
  return fromEither(input, 2, outputSize, scaleFactors, Method.NEAREST_EXACT, false);
}

export function upsampleNearestExact2d(
  self: Tensor,
  outputSize: List,
  scalesH: Value,
  scalesW: Value,
): Tensor {
  return fromSizes(self, 2, outputSize, Method.NEAREST_EXACT, false, scalesH, scalesW, scalesW);
}

export function upsampleNearestExact3dVec(input: Tensor, outputSize: List, scaleFactors: List): Tensor {
  return fromEither(input, 3, outputSize, scaleFactors, Method.NEAREST_EXACT, false);
}

export function upsampleNearestExact3d(
  self: Tensor,
  outputSize: List,
  scalesD: Value,
  scalesH: Value,
  scalesW: Value,
): Tensor {
  return fromSizes(self, 3, outputSize, Method.NEAREST_EXACT, false, scalesD, scalesH, scalesW);
}

export function upsampleLinear1dVec(
  input: Tensor,
  outputSize: List,
  alignCorners: bool,
  scaleFactors: List,
): Tensor {
  return fromEither(input, 1, outputSize, scaleFactors, Method.LINEAR, alignCorners);
}

export function upsampleLinear1d(self: Tensor, outputSize: List, alignCorners: bool, scales: Value): Tensor {
  return fromSizes(self, 1, outputSize, Method.LINEAR, alignCorners, scales, scales, scales);
}

export function upsampleBilinear2dVec(
  input: Tensor,
  outputSize: List,
  alignCorners: bool,
  scaleFactors: List,
): Tensor {
  return fromEither(input, 2, outputSize, scaleFactors, Method.LINEAR, alignCorners);
}

export function upsampleBilinear2d(
  self: Tensor,
  outputSize: List,
  alignCorners: bool,
  scalesH: Value,
  scalesW: Value,
): Tensor {
  return fromSizes(self, 2, outputSize, Method.LINEAR, alignCorners, scalesH, scalesW, scalesW);
}

export function upsampleTrilinear3dVec(
  input: Tensor,
  outputSize: List,
  alignCorners: bool,
  scaleFactors: List,
): Tensor {
  return fromEither(input, 3, outputSize, scaleFactors, Method.LINEAR, alignCorners);
}

export function upsampleTrilinear3d(
  self: Tensor,
  outputSize: List,
  alignCorners: bool,
  scalesD: Value,
  scalesH: Value,
  scalesW: Value,
): Tensor {
  return fromSizes(self, 3, outputSize, Method.LINEAR, alignCorners, scalesD, scalesH, scalesW);
}

export function upsampleBicubic2dVec(
  input: Tensor,
  outputSize: List,
  alignCorners: bool,
  scaleFactors: List,
): Tensor {
  return fromEither(input, 2, outputSize, scaleFactors, Method.CUBIC, alignCorners);
}

export function upsampleBicubic2d(
  self: Tensor,
  outputSize: List,
  alignCorners: bool,
  scalesH: Value,
  scalesW: Value,
): Tensor {
  return fromSizes(self, 2, outputSize, Method.CUBIC, alignCorners, scalesH, scalesW, scalesW);
}

export function upsampleBilinear2dAaVec(
  input: Tensor,
  outputSize: List,
  alignCorners: bool,
  scaleFactors: List,
): Tensor {
  return fromEither(input, 2, outputSize, scaleFactors, Method.LINEAR_AA, alignCorners);
}

export function upsampleBilinear2dAa(
  self: Tensor,
  outputSize: List,
  alignCorners: bool,
  scalesH: Value,
  scalesW: Value,
): Tensor {
  return fromSizes(self, 2, outputSize, Method.LINEAR_AA, alignCorners, scalesH, scalesW, scalesW);
}

export function upsampleBicubic2dAaVec(
  input: Tensor,
  outputSize: List,
  alignCorners: bool,
  scaleFactors: List,
): Tensor {
  return fromEither(input, 2, outputSize, scaleFactors, Method.CUBIC_AA, alignCorners);
}

export function upsampleBicubic2dAa(
  self: Tensor,
  outputSize: List,
  alignCorners: bool,
  scalesH: Value,
  scalesW: Value,
): Tensor {
  return fromSizes(self, 2, outputSize, Method.CUBIC_AA, alignCorners, scalesH, scalesW, scalesW);
}
