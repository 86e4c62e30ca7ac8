// New random tensors: rand, randn, randint, randperm, normal of tensors.

import { List } from "../core/containers";
import { DType, dtypeShift, isFloating } from "../core/dtype";
import { badValue, factFloat, factInt, fail } from "../core/error";
import { MemoryFormat } from "../core/layout";
import { scratch } from "../core/scratch";
import { empty, emptyLike, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { word } from "../random/generator";
import { add, mul } from "./arithmetic";
import { isDefault } from "./engine/draw";
import { checkNumber, storeElement, storeNumber } from "./engine/number";
import { refuse } from "./engine/pointwise";
import { minAll } from "./extremum";
import { checkOptions, dtypeOr, like, ofSize } from "./factories";
import { fillIntegers, fillNormally, fillUniform, setRange } from "./random";
import { item } from "./scalar";

const number: usize = memory.data(16, 16);
const sizes: usize = memory.data(8, 16);

/** `t` when it was filled; else it is released. */
function orNone(t: Tensor, done: bool): Tensor {
  if (done) return t;
  release(t);
  return NONE;
}

/** `t`, a new tensor or NONE, filled with uniform numbers. */
function uniformly(t: Tensor): Tensor {
  if (isNone(t)) return NONE;
  if (!isFloating(t.dtype as DType)) refuse(t.dtype as DType);
  return orNone(t, isFloating(t.dtype as DType) && fillUniform(t));
}

function normally(t: Tensor, mean: f64, std: f64): Tensor {
  if (isNone(t)) return NONE;
  if (!isFloating(t.dtype as DType)) refuse(t.dtype as DType);
  return orNone(t, isFloating(t.dtype as DType) && fillNormally(t, mean, std));
}

/** A new tensor of the sizes in a list; options start at argument `first` - 1. */
function made(
  size: List,
  dtype: Value,
  fallback: DType,
  layout: Value,
  device: Value,
  pinMemory: Value,
  first: i32,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, first)) return NONE;
  return ofSize(size, dtypeOr(dtype, fallback), MemoryFormat.CONTIGUOUS);
}

export function rand(size: List, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  return uniformly(made(size, dtype, DType.FLOAT32, layout, device, pinMemory, 2));
}

export function randGenerator(
  size: List,
  generator: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!isDefault(generator)) return NONE;
  return uniformly(made(size, dtype, DType.FLOAT32, layout, device, pinMemory, 3));
}

export function randn(size: List, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  return normally(made(size, dtype, DType.FLOAT32, layout, device, pinMemory, 2), 0, 1);
}

export function randnGenerator(
  size: List,
  generator: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!isDefault(generator)) return NONE;
  return normally(made(size, dtype, DType.FLOAT32, layout, device, pinMemory, 3), 0, 1);
}

export function randLike(
  self: Tensor,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
): Tensor {
  return uniformly(like(self, dtype, layout, device, pinMemory, memoryFormat, 2));
}

export function randnLike(
  self: Tensor,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
): Tensor {
  return normally(like(self, dtype, layout, device, pinMemory, memoryFormat, 2), 0, 1);
}

/** `t`, a new tensor or NONE, filled with integers from [low, high), which argument `index` is. */
function integers(t: Tensor, low: i64, high: i64, index: i32): Tensor {
  if (isNone(t)) return NONE;
  return orNone(t, setRange(t.dtype as DType, low, high, index) && fillIntegers(t));
}

export function randint(
  high: i64,
  size: List,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  return integers(made(size, dtype, DType.INT64, layout, device, pinMemory, 3), 0, high, 0);
}

export function randintGenerator(
  high: i64,
  size: List,
  generator: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!isDefault(generator)) return NONE;
  return integers(made(size, dtype, DType.INT64, layout, device, pinMemory, 4), 0, high, 0);
}

export function randintLow(
  low: i64,
  high: i64,
  size: List,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  return integers(made(size, dtype, DType.INT64, layout, device, pinMemory, 4), low, high, 1);
}

export function randintLowGenerator(
  low: i64,
  high: i64,
  size: List,
  generator: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!isDefault(generator)) return NONE;
  return integers(made(size, dtype, DType.INT64, layout, device, pinMemory, 5), low, high, 1);
}

export function randintLike(
  self: Tensor,
  high: i64,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
): Tensor {
  return integers(like(self, dtype, layout, device, pinMemory, memoryFormat, 3), 0, high, 1);
}

export function randintLikeLow(
  self: Tensor,
  low: i64,
  high: i64,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
): Tensor {
  return integers(like(self, dtype, layout, device, pinMemory, memoryFormat, 4), low, high, 2);
}

/** A shuffle from the front, in which the last element draws nothing. Beyond 2^32 / 20 PyTorch draws otherwise. */
function permuted(n: i64, dtype: i32): Tensor {
  if (dtype < 0) return NONE;
  if (dtype === DType.BOOL) return refuse(DType.BOOL);
  if (n < 0 || n >= 214748364) {
    badValue(0, n);
    return NONE;
  }
  const v = changetype<Value>(number);
  v.setInt(n);
  const digits = dtype === DType.FLOAT16 ? 11 : dtype === DType.BFLOAT16 ? 8 : 24;
  const exact = !isFloating(dtype as DType) || dtype === DType.FLOAT64 || n <= ((1 as i64) << digits) + 1;
  if (!exact) badValue(0, n);
  const order = exact && checkNumber(v, dtype as DType) ? scratch(((n as u64) << 2) + 4) : 0;
  if (!order) return NONE;
  store<i32>(sizes, n as i32);
  const out = empty(dtype as DType, sizes, 1);
  if (isNone(out)) return NONE;
  const count = n as u32;
  for (let i: u32 = 0; i < count; i++) store<u32>(order + ((i as usize) << 2), i);
  const shift = dtypeShift(dtype as DType);
  for (let i: u32 = 0; i < count; i++) {
    const here = order + ((i as usize) << 2);
    const there = i + 1 < count ? here + (((word() % (count - i)) as usize) << 2) : here;
    const taken = load<u32>(there);
    store<u32>(there, load<u32>(here));
    storeElement(out.data + ((i as usize) << shift), dtype as DType, taken as f64, taken as i64);
  }
  return out;
}

export function randperm(n: i64, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  return checkOptions(layout, device, pinMemory, 2) ? permuted(n, dtypeOr(dtype, DType.INT64)) : NONE;
}

export function randpermGenerator(
  n: i64,
  generator: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!isDefault(generator) || !checkOptions(layout, device, pinMemory, 3)) return NONE;
  return permuted(n, dtypeOr(dtype, DType.INT64));
}

function badStd(index: i32, std: f64): Tensor {
  fail(ErrorCode.BAD_VALUE);
  factInt(index);
  factFloat(std);
  return NONE;
}

export function normalFloatFloat(
  mean: f64,
  std: f64,
  size: List,
  generator: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!isDefault(generator)) return NONE;
  if (!(std >= 0)) return badStd(1, std);
  return normally(made(size, dtype, DType.FLOAT32, layout, device, pinMemory, 5), mean, std);
}

/** `t` + `other` in place of `t`, which is released when that fails; NONE stays NONE. */
function plus(t: Tensor, other: Tensor): Tensor {
  if (isNone(t)) return NONE;
  const v = changetype<Value>(number);
  v.setInt(1);
  const done = add(t, other, v, t);
  release(done);
  return orNone(t, !isNone(done));
}

/** `t` * `other` in the same way. */
function times(t: Tensor, other: Tensor): Tensor {
  if (isNone(t)) return NONE;
  const done = mul(t, other, t);
  release(done);
  return orNone(t, !isNone(done));
}

export function normalTensorFloat(mean: Tensor, std: f64, generator: Value): Tensor {
  if (!isDefault(generator)) return NONE;
  if (!(std >= 0)) return badStd(1, std);
  return plus(normally(emptyLike(mean, mean.dtype as DType), 0, std), mean);
}

/** True when no element is below 0; else records BAD_VALUE. */
function areDeviations(std: Tensor): bool {
  if (std.numel === 0) return true;
  const least = minAll(std);
  if (isNone(least)) return false;
  const v = changetype<Value>(number);
  item(least, v);
  release(least);
  if (v.asFloat >= 0) return true;
  badStd(1, v.asFloat);
  return false;
}

export function normalFloatTensor(mean: f64, std: Tensor, generator: Value): Tensor {
  if (!isDefault(generator) || !areDeviations(std)) return NONE;
  const drawn = times(normally(emptyLike(std, std.dtype as DType), 0, 1), std);
  if (isNone(drawn)) return NONE;
  const center = empty(std.dtype as DType, sizes, 0);
  const v = changetype<Value>(number);
  v.setFloat(mean);
  const ready = !isNone(center) && storeNumber(center.data, std.dtype as DType, v);
  const out = ready ? plus(drawn, center) : orNone(drawn, false);
  release(center);
  return out;
}

export function normalTensorTensor(mean: Tensor, std: Tensor, generator: Value): Tensor {
  if (!isDefault(generator) || !areDeviations(std)) return NONE;
  // The sum of both has the broadcast shape.
  const v = changetype<Value>(number);
  v.setInt(1);
  const shape = add(mean, std, v, NONE);
  if (isNone(shape)) return NONE;
  const drawn = normally(emptyLike(shape, mean.dtype as DType), 0, 1);
  release(shape);
  return plus(times(drawn, std), mean);
}
