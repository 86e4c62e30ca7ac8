// Evenly spaced numbers: arange, range, linspace; and powers with evenly spaced exponents: logspace.

import { DType, dtypeShift, isFloating } from "../core/dtype";
import { badValue, factFloat, factInt, fail } from "../core/error";
import { Tag } from "../core/object";
import { empty, NONE, release, Tensor } from "../core/tensor";
import { truncate, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { pow64 } from "../math/f64/power";
import { fma64 } from "../math/fma";
import { storeElement, storeNumber } from "./engine/number";
import { checkOptions, dtypeOr } from "./factories";
import { filledWith } from "./fill";

const number: usize = memory.data(16, 16);
const length: usize = memory.data(16, 16);

/** A new vector of `count` elements, contents undefined; NONE with an error recorded when there are too many. */
function vector(dtype: DType, count: f64): Tensor {
  if (!(count <= 2147483647)) {
    fail(ErrorCode.TOO_MANY_ELEMENTS);
    factFloat(count);
    return NONE;
  }
  store<i32>(length, count as i32);
  return empty(dtype, length, 1);
}

function isIntegral(v: Value): bool {
  return v.tag != Tag.FLOAT;
}

function badRange(start: f64, end: f64, step: f64): Tensor {
  fail(ErrorCode.RANGE);
  factFloat(start);
  factFloat(end);
  factFloat(step);
  return NONE;
}

/** Elements start, start + step, …; integers count in 64 bits, floats in double precision, rounded once. */
function fillSteps(out: Tensor, start: Value, step: Value): Tensor {
  const dtype = out.dtype as DType;
  const shift = dtypeShift(dtype);
  const x = start.asFloat;
  const dx = step.asFloat;
  const n = start.asInt;
  const dn = step.asInt;
  const floating = isFloating(dtype);
  let at = out.data;
  for (let i: i64 = 0; i < (out.numel as i64); i++) {
    storeElement(at, dtype, floating ? x + dx * (i as f64) : 0, n + dn * i);
    at += (1 as usize) << shift;
  }
  return out;
}

/** Steps in int64 count by integer division, which is exact where doubles are not. */
function countInts(start: i64, end: i64, step: i64): f64 {
  const sign: i64 = step > 0 ? 1 : -1;
  return ((end - start + step - sign) / step) as f64;
}

function steps(start: Value, end: Value, step: Value, dtype: i32): Tensor {
  if (dtype < 0) return NONE;
  if (dtype == DType.BOOL) {
    fail(ErrorCode.DTYPE);
    factInt(dtype);
    return NONE;
  }
  const from = start.asFloat;
  const to = end.asFloat;
  const by = step.asFloat;
  const integral = !isFloating(dtype as DType);
  // For integers what counts is each number truncated: arange(1, 5, 0.5) as int64 has a step of 0.
  const sign = integral ? sign64(step.asInt) : by > 0 ? 1 : by < 0 ? -1 : 0;
  const order = integral ? sign64(end.asInt - start.asInt) : to > from ? 1 : to < from ? -1 : 0;
  if (sign == 0 || abs(from) == Infinity || abs(to) == Infinity || from != from || to != to) {
    return badRange(from, to, by);
  }
  if (order != 0 && order != sign) return badRange(from, to, by);
  let count = ceil<f64>((to - from) / by);
  if (dtype == DType.INT64) count = countInts(start.asInt, end.asInt, step.asInt);
  if (!(count >= 0)) return badRange(from, to, by);
  const out = vector(dtype as DType, count);
  return changetype<usize>(out) ? fillSteps(out, start, step) : out;
}

function sign64(x: i64): i32 {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/** int64 when every number is an int or a bool, else the default dtype. */
function stepsDtype(dtype: Value, start: Value, end: Value, step: Value): i32 {
  const ints = isIntegral(start) && isIntegral(end) && isIntegral(step);
  return dtypeOr(dtype, ints ? DType.INT64 : DType.FLOAT32);
}

function one(): Value {
  const v = changetype<Value>(number);
  v.setInt(1);
  return v;
}

const origin: usize = memory.data(16, 16);

export function arange(end: Value, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  if (!checkOptions(layout, device, pinMemory, 2)) return NONE;
  const zero = changetype<Value>(origin);
  zero.setInt(0);
  return steps(zero, end, one(), stepsDtype(dtype, zero, end, one()));
}

export function arangeStart(
  start: Value,
  end: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 3)) return NONE;
  return steps(start, end, one(), stepsDtype(dtype, start, end, one()));
}

export function arangeStep(
  start: Value,
  end: Value,
  step: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 4)) return NONE;
  return steps(start, end, step, stepsDtype(dtype, start, end, step));
}

export function range(
  start: Value,
  end: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  return rangeStep(start, end, one(), dtype, layout, device, pinMemory);
}

/** As arange with the end among the elements; float32 unless a dtype is named. */
export function rangeStep(
  start: Value,
  end: Value,
  step: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 4)) return NONE;
  const code = dtypeOr(dtype, DType.FLOAT32);
  if (code < 0) return NONE;
  const floating = isFloating(code as DType);
  const from = floating ? start.asFloat : (start.asInt as f64);
  const to = floating ? end.asFloat : (end.asInt as f64);
  const by = floating ? step.asFloat : (step.asInt as f64);
  const count = floor<f64>((to - from) / by) + 1;
  if (code == DType.BOOL || by == 0 || !(count >= 1) || count == Infinity) return badRange(from, to, by);
  const out = vector(code as DType, count);
  return changetype<usize>(out) ? fillSteps(out, start, step) : out;
}

/** `steps` numbers from start to end, both among them: the first half counted up, the second down from the end. */
export function linspace(
  start: Value,
  end: Value,
  steps: i64,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  return checkOptions(layout, device, pinMemory, 4) ? spaced(start, end, steps, dtype, NaN) : NONE;
}

export function logspace(
  start: Value,
  end: Value,
  steps: i64,
  base: f64,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  return checkOptions(layout, device, pinMemory, 5) ? spaced(start, end, steps, dtype, base) : NONE;
}

/** Numbers, or for a `base` that is one its powers. */
function spaced(start: Value, end: Value, steps: i64, dtype: Value, base: f64): Tensor {
  const code = dtypeOr(dtype, DType.FLOAT32);
  if (code < 0) return NONE;
  if (steps < 0) {
    badValue(2, steps);
    return NONE;
  }
  const out = vector(code as DType, steps as f64);
  if (steps == 0 || !changetype<usize>(out)) return out;
  if (steps == 1 && base != base) return filledWith(out, start);
  if (
    code == DType.BOOL ||
    !storeNumber(number, code as DType, start) ||
    !storeNumber(number, code as DType, end)
  ) {
    if (code == DType.BOOL) {
      fail(ErrorCode.DTYPE);
      factInt(code);
    }
    release(out);
    return NONE;
  }
  if (code == DType.FLOAT64 || !isFloating(code as DType)) {
    const truncated = code != DType.FLOAT64;
    linear(
      out,
      truncated ? (start.asInt as f64) : start.asFloat,
      truncated ? (end.asInt as f64) : end.asFloat,
      base,
    );
  } else {
    linearF32(out, start.asFloat as f32, end.asFloat as f32, base);
  }
  return out;
}

/**
 * A point of a line through integers: PyTorch computes vectors of 32 bytes at a time, two by two, whose first number is
 * truncated before the others are added to it; what is left at the end one by one.
 */
function integerAt(i: i32, n: i32, lanes: i32, start: f64, end: f64, step: f64): f64 {
  const whole = n - (n % (2 * lanes));
  const first = i < whole ? i - (i % lanes) : i;
  const base = first < n / 2 ? fma64(step, first as f64, start) : fma64(-step, (n - 1 - first) as f64, end);
  return i < whole ? (truncate(base) as f64) + ((i - first) as f64) * step : base;
}

function linear(out: Tensor, start: f64, end: f64, base: f64): void {
  const n = out.numel as i32;
  const shift = dtypeShift(out.dtype);
  const step = n > 1 ? (end - start) / ((n - 1) as f64) : 0;
  const whole = base != base && out.dtype != DType.FLOAT64;
  for (let i = 0; i < n; i++) {
    const at = whole
      ? integerAt(i, n, 32 >> shift, start, end, step)
      : i < n / 2 || n == 1
        ? start + step * (i as f64)
        : end - step * ((n - 1 - i) as f64);
    const x = base == base ? pow64(base, at) : at;
    storeElement(out.data + ((i as usize) << shift), out.dtype, x, truncate(x));
  }
}

function linearF32(out: Tensor, start: f32, end: f32, base: f64): void {
  const n = out.numel as i32;
  const shift = dtypeShift(out.dtype);
  const step: f32 = n > 1 ? (end - start) / ((n - 1) as f32) : 0;
  for (let i = 0; i < n; i++) {
    const at: f32 = i < n / 2 || n == 1 ? start + step * (i as f32) : end - step * ((n - 1 - i) as f32);
    const x = base == base ? pow64(base as f32 as f64, at as f64) : (at as f64);
    storeElement(out.data + ((i as usize) << shift), out.dtype, x, 0);
  }
}
