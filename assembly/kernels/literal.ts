// Tensors made of numbers and nested lists of them: torch.tensor, torch.as_tensor, prim::NumToTensor.

import { List } from "../core/containers";
import { DType, dtypeShift } from "../core/dtype";
import { factInt, factTag, fail } from "../core/error";
import { Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { empty, MAX_DIMS, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { checkDevice } from "./clone";
import { convertCopy } from "./copy";
import { storeElement } from "./engine/number";
import { dtypeOr } from "./factories";
import { filledWith } from "./fill";

const number: usize = memory.data(16, 16);

/** `t`, which is given up, as the dtype that an argument names, or as it is. */
function cast(t: Tensor, dtype: Value): Tensor {
  if (!changetype<usize>(t)) return t;
  const code = dtypeOr(dtype, t.dtype);
  if (code == (t.dtype as i32)) return t;
  const result = code < 0 ? NONE : convertCopy(t, code as DType);
  release(t);
  return result;
}

/** A 0-dimensional tensor: the number first as `natural`, then as the dtype that is asked for. */
function scalar(v: Value, natural: DType, dtype: Value, device: Value): Tensor {
  if (!checkDevice(device)) return NONE;
  return cast(filledWith(empty(natural, number, 0), v), dtype);
}

export function tensorFloat(t: f64, dtype: Value, device: Value, requiresGrad: bool): Tensor {
  return asTensorFloat(t, dtype, device);
}

export function asTensorFloat(t: f64, dtype: Value, device: Value): Tensor {
  const v = changetype<Value>(number);
  v.setFloat(t);
  return scalar(v, DType.FLOAT32, dtype, device);
}

export function tensorInt(t: i64, dtype: Value, device: Value, requiresGrad: bool): Tensor {
  return asTensorInt(t, dtype, device);
}

export function asTensorInt(t: i64, dtype: Value, device: Value): Tensor {
  const v = changetype<Value>(number);
  v.setInt(t);
  return scalar(v, DType.INT64, dtype, device);
}

export function tensorBool(t: bool, dtype: Value, device: Value, requiresGrad: bool): Tensor {
  return asTensorBool(t, dtype, device);
}

export function asTensorBool(t: bool, dtype: Value, device: Value): Tensor {
  const v = changetype<Value>(number);
  v.setBool(t);
  return scalar(v, DType.BOOL, dtype, device);
}

/** An int as int64, a bool as bool, a float as float64: numbers of a program as tensors, nothing lost. */
export function numToTensor(a: Value): Tensor {
  const dtype = a.tag == Tag.BOOL ? DType.BOOL : a.tag == Tag.INT ? DType.INT64 : DType.FLOAT64;
  return filledWith(empty(dtype, number, 0), a);
}

export function boolToTensor(a: bool): Tensor {
  const v = changetype<Value>(number);
  v.setBool(a);
  return numToTensor(v);
}

export function asTensor(data: Tensor, dtype: Value, device: Value): Tensor {
  return checkDevice(device) ? cast(retain(data), dtype) : NONE;
}

/** A nested list's sizes into `sizes`, by its first items; the tag of what is in it, a float's where there is nothing, or -1. */
function measure(data: List, sizes: usize): i32 {
  let list = data;
  for (measured = 0; measured < MAX_DIMS; ) {
    store<i32>(sizes + ((measured as usize) << 2), list.length);
    measured++;
    if (list.length == 0) return Tag.FLOAT;
    const tag = list.at(0).tag;
    if (tag != Tag.LIST) return tag;
    list = list.at(0).list;
  }
  fail(ErrorCode.TOO_MANY_DIMS);
  factInt(MAX_DIMS + 1);
  return -1;
}

let measured: i32 = 0;

/** Writes the numbers of a nested list from `to` on, row-major; false where it is ragged or holds other things. */
function fillFrom(list: List, sizes: usize, dim: i32, ndim: i32, dtype: DType, tag: u32, to: usize): bool {
  if (list.length != load<u32>(sizes + ((dim as usize) << 2))) {
    fail(ErrorCode.BAD_ARITY);
    factInt(load<u32>(sizes + ((dim as usize) << 2)));
    factInt(list.length);
    return false;
  }
  const want: u32 = dim + 1 < ndim ? Tag.LIST : tag;
  let step = (1 as usize) << dtypeShift(dtype);
  for (let d = dim + 1; d < ndim; d++) step *= load<u32>(sizes + ((d as usize) << 2));
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const v = list.at(i);
    if (v.tag != want) {
      fail(ErrorCode.BAD_ARGUMENT);
      factInt(0);
      factTag(want);
      factTag(v.tag);
      return false;
    }
    if (want == Tag.LIST) {
      if (!fillFrom(v.list, sizes, dim + 1, ndim, dtype, tag, to)) return false;
    } else {
      storeElement(to, dtype, v.asFloat, v.bits);
    }
    to += step;
  }
  return true;
}

/** The tensor of a nested list of bools, ints or floats: bool, int64 or float32 unless a dtype is named. */
export function tensor(data: List, dtype: Value, device: Value, requiresGrad: bool): Tensor {
  return asTensorList(data, dtype, device);
}

export function asTensorList(data: List, dtype: Value, device: Value): Tensor {
  const sizes = checkDevice(device) ? scratch((MAX_DIMS as u64) << 2) : 0;
  const tag = sizes ? measure(data, sizes) : -1;
  if (tag < 0) return NONE;
  if (tag > Tag.FLOAT || tag == Tag.NONE) {
    fail(ErrorCode.BAD_ARGUMENT);
    factInt(0);
    factTag(Tag.FLOAT);
    factTag(tag);
    return NONE;
  }
  const ndim = measured;
  const natural = tag == Tag.BOOL ? DType.BOOL : tag == Tag.INT ? DType.INT64 : DType.FLOAT32;
  const out = empty(natural, sizes, ndim);
  if (!changetype<usize>(out)) return out;
  if (out.numel == 0 || fillFrom(data, sizes, 0, ndim, natural, tag, out.data)) return cast(out, dtype);
  release(out);
  return NONE;
}
