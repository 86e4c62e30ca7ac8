// New tensors of a given shape: zeros, ones, full, empty, eye, and the *_like and new_* forms.
//
// `empty` and its kin give zeros: the same program gives the same bits everywhere, also where it reads before it writes.

import { List } from "../core/containers";
import { DType, dtypeShift, isDtype } from "../core/dtype";
import { badValue, factInt, fail } from "../core/error";
import { checkFormat, emptyAs, emptyLikeAs, formatOf, MemoryFormat } from "../core/layout";
import { Tag } from "../core/object";
import { clampI32, readInts } from "../core/shape";
import { NONE, empty as newTensor, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { checkDevice } from "./clone";
import { storeElement } from "./engine/number";
import { filledWith } from "./fill";
import { viewStrided } from "./slice";

const number: usize = memory.data(16, 16);

function zeroValue(): Value {
  const v = changetype<Value>(number);
  v.setInt(0);
  return v;
}

function oneValue(): Value {
  const v = changetype<Value>(number);
  v.setInt(1);
  return v;
}

/** The dtype that an argument names, `fallback` for None; -1 with NO_DTYPE recorded. */
export function dtypeOr(dtype: Value, fallback: DType): i32 {
  const code = dtype.intOr(fallback);
  if (isDtype(code)) return code as i32;
  fail(ErrorCode.NO_DTYPE);
  factInt(code);
  return -1;
}

/** True when the layout is strided, the device the CPU, and no memory is to be pinned: what there is. */
export function checkOptions(layout: Value, device: Value, pinMemory: Value, first: i32): bool {
  if (layout.intOr(0) != 0) {
    badValue(first, layout.int);
    return false;
  }
  if (!checkDevice(device)) return false;
  if (pinMemory.isNone || !pinMemory.bool) return true;
  badValue(first + 2, 1);
  return false;
}

/** A tensor of the sizes in a list, contents undefined. */
export function ofSize(size: List, dtype: i32, format: i32): Tensor {
  const sizes = dtype < 0 ? 0 : readInts(size);
  return sizes ? emptyAs(dtype as DType, sizes, size.length, format) : NONE;
}

export function zeros(size: List, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  if (!checkOptions(layout, device, pinMemory, 2)) return NONE;
  return filledWith(ofSize(size, dtypeOr(dtype, DType.FLOAT32), MemoryFormat.CONTIGUOUS), zeroValue());
}

export function ones(size: List, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  if (!checkOptions(layout, device, pinMemory, 2)) return NONE;
  return filledWith(ofSize(size, dtypeOr(dtype, DType.FLOAT32), MemoryFormat.CONTIGUOUS), oneValue());
}

/** The dtype of a tensor made of a number: bool, int64 or the default, float32. */
export function dtypeOfNumber(v: Value): DType {
  return v.tag == Tag.BOOL ? DType.BOOL : v.tag == Tag.INT ? DType.INT64 : DType.FLOAT32;
}

export function full(
  size: List,
  fillValue: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 3)) return NONE;
  const code = dtypeOr(dtype, dtypeOfNumber(fillValue));
  return filledWith(ofSize(size, code, MemoryFormat.CONTIGUOUS), fillValue);
}

export function empty(
  size: List,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 2)) return NONE;
  const format = checkFormat(memoryFormat.intOr(MemoryFormat.CONTIGUOUS), 5);
  if (format < 0) return NONE;
  if (format == MemoryFormat.PRESERVE) {
    badValue(5, format);
    return NONE;
  }
  return filledWith(ofSize(size, dtypeOr(dtype, DType.FLOAT32), format), zeroValue());
}

export function emptyStrided(
  size: List,
  stride: List,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 3)) return NONE;
  return withStrides(size, stride, dtypeOr(dtype, DType.FLOAT32));
}

/** A tensor of zeros with the given strides, in a storage that just holds it. */
function withStrides(size: List, stride: List, dtype: i32): Tensor {
  const sizes = dtype < 0 ? 0 : readInts(size);
  const strides = sizes ? readInts(stride) : 0;
  if (!strides) return NONE;
  if (size.length != stride.length) {
    fail(ErrorCode.BAD_ARITY);
    factInt(size.length);
    factInt(stride.length);
    return NONE;
  }
  const ndim = size.length as i32;
  let extent: i64 = 1;
  let none = false;
  for (let i = 0; i < ndim; i++) {
    const n = load<i32>(sizes + ((i as usize) << 2)) as i64;
    if (stride.int(i) < 0) {
      badValue(1, stride.int(i));
      return NONE;
    }
    if (n <= 0) none = true;
    else extent = min<i64>(extent + (n - 1) * (clampI32(stride.int(i)) as i64), i32.MAX_VALUE);
  }
  store<i32>(number, none ? 0 : (extent as i32));
  const storage = filledWith(newTensor(dtype as DType, number, 1), zeroValue());
  if (!changetype<usize>(storage)) return storage;
  const v = viewStrided(storage, sizes, strides, ndim, 0);
  release(storage);
  return v;
}

export function zerosLike(
  self: Tensor,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
): Tensor {
  return filledWith(like(self, dtype, layout, device, pinMemory, memoryFormat, 2), zeroValue());
}

export function onesLike(
  self: Tensor,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
): Tensor {
  return filledWith(like(self, dtype, layout, device, pinMemory, memoryFormat, 2), oneValue());
}

export function fullLike(
  self: Tensor,
  fillValue: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
): Tensor {
  return filledWith(like(self, dtype, layout, device, pinMemory, memoryFormat, 3), fillValue);
}

/** A tensor of `self`'s sizes with the options that start at argument `first` - 1; contents undefined. */
export function like(
  self: Tensor,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  memoryFormat: Value,
  first: i32,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, first)) return NONE;
  const code = dtypeOr(dtype, self.dtype);
  const format = code < 0 ? -1 : formatOf(memoryFormat, first + 3);
  return format < 0 ? NONE : emptyLikeAs(self, code as DType, format);
}

export function newZeros(
  self: Tensor,
  size: List,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 3)) return NONE;
  return filledWith(ofSize(size, dtypeOr(dtype, self.dtype), MemoryFormat.CONTIGUOUS), zeroValue());
}

export function newOnes(
  self: Tensor,
  size: List,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 3)) return NONE;
  return filledWith(ofSize(size, dtypeOr(dtype, self.dtype), MemoryFormat.CONTIGUOUS), oneValue());
}

export function newFull(
  self: Tensor,
  size: List,
  fillValue: Value,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 4)) return NONE;
  return filledWith(ofSize(size, dtypeOr(dtype, self.dtype), MemoryFormat.CONTIGUOUS), fillValue);
}

export function newEmptyStrided(
  self: Tensor,
  size: List,
  stride: List,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  if (!checkOptions(layout, device, pinMemory, 4)) return NONE;
  return withStrides(size, stride, dtypeOr(dtype, self.dtype));
}

export function scalarTensor(s: Value, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  if (!checkOptions(layout, device, pinMemory, 2)) return NONE;
  const code = dtypeOr(dtype, DType.FLOAT32);
  return code < 0 ? NONE : filledWith(newTensor(code as DType, number, 0), s);
}

export function eye(n: i64, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  return identity(n, n, dtype, checkOptions(layout, device, pinMemory, 2));
}

export function eyeM(n: i64, m: i64, dtype: Value, layout: Value, device: Value, pinMemory: Value): Tensor {
  return identity(n, m, dtype, checkOptions(layout, device, pinMemory, 3));
}

/** Ones on the main diagonal of an n × m matrix. */
function identity(n: i64, m: i64, dtype: Value, allowed: bool): Tensor {
  const code = allowed ? dtypeOr(dtype, DType.FLOAT32) : -1;
  if (code < 0) return NONE;
  store<i32>(number, clampI32(n));
  store<i32>(number, clampI32(m), 4);
  const out = newTensor(code as DType, number, 2);
  if (!changetype<usize>(filledWith(out, zeroValue()))) return NONE;
  const step = (out.size(1) + 1) as usize;
  for (let i = min(out.size(0), out.size(1)) - 1; i >= 0; i--) {
    storeElement(out.data + (((i as usize) * step) << dtypeShift(out.dtype)), out.dtype, 1, 1);
  }
  return out;
}
