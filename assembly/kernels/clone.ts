// Copies with a memory format or another dtype: clone, contiguous, copy_, to and their kin.

import { List, Str } from "../core/containers";
import { DType, isDtype } from "../core/dtype";
import { badValue, factInt, factText, fail } from "../core/error";
import {
  checkFormat,
  emptyAs,
  emptyLikeAs,
  formatOf,
  isContiguousAs,
  isDense,
  MemoryFormat,
  suggestFormat,
} from "../core/layout";
import { Tag } from "../core/object";
import { NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { convertCopy, copyInto } from "./copy";
import { checkNoInternalOverlap, Sharing, sharing } from "./engine/overlap";
import { reshape } from "./view";

/** `out` filled from `src`; NONE, and `out` released, when that fails. */
function filled(out: Tensor, src: Tensor): Tensor {
  if (!changetype<usize>(out)) return out;
  if (copyInto(out, src)) return out;
  release(out);
  return NONE;
}

/** A copy in a memory format; PRESERVE keeps the order of the dimensions in memory. */
export function cloneAs(t: Tensor, format: i32): Tensor {
  return filled(emptyLikeAs(t, t.dtype, format), t);
}

export function clone(self: Tensor, memoryFormat: Value): Tensor {
  const format = formatOf(memoryFormat, 1);
  return format < 0 ? NONE : cloneAs(self, format);
}

export function contiguous(self: Tensor, memoryFormat: i64): Tensor {
  const format = checkFormat(memoryFormat, 1);
  if (format < 0) return NONE;
  if (isContiguousAs(self, format)) return retain(self);
  if (format != MemoryFormat.PRESERVE) return cloneAs(self, format);
  badValue(1, format);
  return NONE;
}

/** Elements of `src`, broadcast and converted, written into `self`, with which it may share memory as c10 allows. */
export function copyInPlace(self: Tensor, src: Tensor): Tensor {
  if (!checkNoInternalOverlap(self)) return NONE;
  const shared = sharing(self, src);
  if (shared == Sharing.PARTIAL) {
    fail(ErrorCode.OVERLAP);
    return NONE;
  }
  const apart = shared == Sharing.MAYBE ? convertCopy(src, src.dtype) : retain(src);
  if (!changetype<usize>(apart)) return NONE;
  const done = copyInto(self, apart);
  release(apart);
  return done ? retain(self) : NONE;
}

export function copyFrom(self: Tensor, src: Tensor, nonBlocking: bool): Tensor {
  return copyInPlace(self, src);
}

/** A new tensor of `self`'s sizes and dtype with the elements of `src`. */
export function copy(self: Tensor, src: Tensor, nonBlocking: bool): Tensor {
  return filled(emptyLikeAs(self, self.dtype, MemoryFormat.PRESERVE), src);
}

/** A copy as view's result; where strides forbid a view, as reshape's. */
export function viewCopy(self: Tensor, size: List): Tensor {
  const v = reshape(self, size);
  if (!changetype<usize>(v)) return v;
  const result = v.storage == self.storage ? cloneAs(v, MemoryFormat.PRESERVE) : retain(v);
  release(v);
  return result;
}

/** True when `device` names the only device there is, or none; else records DEVICE. */
export function checkDevice(device: Value): bool {
  if (device.isNone) return true;
  const name = device.str;
  if (device.tag == Tag.DEVICE && isCpu(name)) return true;
  fail(ErrorCode.DEVICE);
  factText(name.text, name.bytes);
  return false;
}

/** `cpu`, with or without an index. */
function isCpu(name: Str): bool {
  return name.bytes >= 3 && (load<u32>(name.text) & 0xff_ffff) == 0x75_7063;
}

/** The dtype that a number names; -1 with NO_DTYPE recorded. */
function checkDtype(dtype: i64): i32 {
  if (isDtype(dtype)) return dtype as i32;
  fail(ErrorCode.NO_DTYPE);
  factInt(dtype);
  return -1;
}

/** A copy as `dtype`: of the same strides when `t` is dense and the format is PRESERVE. */
function convert(t: Tensor, dtype: DType, format: i32): Tensor {
  const preserve = format == MemoryFormat.PRESERVE;
  if (preserve && isDense(t)) return filled(emptyLikeAs(t, dtype, MemoryFormat.PRESERVE), t);
  return filled(emptyAs(dtype, t.dims, t.ndim, preserve ? suggestFormat(t) : format), t);
}

/** `self` itself when it is as wanted already and no copy is asked for. */
function convertUnlessSame(self: Tensor, dtype: i64, copy: bool, memoryFormat: Value, index: i32): Tensor {
  const code = checkDtype(dtype);
  const format = code < 0 ? -1 : formatOf(memoryFormat, index);
  if (format < 0) return NONE;
  const same = self.dtype == code && (format == MemoryFormat.PRESERVE || suggestFormat(self) == format);
  return same && !copy ? retain(self) : convert(self, code as DType, format);
}

export function toDtype(
  self: Tensor,
  dtype: i64,
  nonBlocking: bool,
  copy: bool,
  memoryFormat: Value,
): Tensor {
  return convertUnlessSame(self, dtype, copy, memoryFormat, 4);
}

export function toOther(
  self: Tensor,
  other: Tensor,
  nonBlocking: bool,
  copy: bool,
  memoryFormat: Value,
): Tensor {
  return convertUnlessSame(self, other.dtype, copy, memoryFormat, 4);
}

export function toDevice(
  self: Tensor,
  device: Value,
  dtype: i64,
  nonBlocking: bool,
  copy: bool,
  memoryFormat: Value,
): Tensor {
  if (!checkDevice(device)) return NONE;
  return convertUnlessSame(self, dtype, copy, memoryFormat, 5);
}

export function toDtypeLayout(
  self: Tensor,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  nonBlocking: bool,
  copy: bool,
  memoryFormat: Value,
): Tensor {
  if (!checkDevice(device)) return NONE;
  return convertUnlessSame(self, dtype.intOr(self.dtype), copy, memoryFormat, 7);
}

export function toCopy(
  self: Tensor,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
  nonBlocking: bool,
  memoryFormat: Value,
): Tensor {
  return toDtypeLayout(self, dtype, layout, device, pinMemory, nonBlocking, true, memoryFormat);
}

export function toPrimDevice(
  self: Tensor,
  device: Value,
  dtype: Value,
  nonBlocking: bool,
  copy: bool,
): Tensor {
  if (!checkDevice(device)) return NONE;
  return toPrimDtype(self, dtype, nonBlocking, copy);
}

export function toPrimDtype(self: Tensor, dtype: Value, nonBlocking: bool, copy: bool): Tensor {
  const code = checkDtype(dtype.intOr(self.dtype));
  if (code < 0) return NONE;
  return self.dtype == code && !copy ? retain(self) : convert(self, code as DType, MemoryFormat.PRESERVE);
}

export function toPrimOther(self: Tensor, nonBlocking: bool, copy: bool): Tensor {
  return copy ? convert(self, self.dtype, MemoryFormat.PRESERVE) : retain(self);
}

export function typeAs(self: Tensor, other: Tensor): Tensor {
  if (self.dtype == other.dtype) return retain(self);
  return convert(self, other.dtype, MemoryFormat.PRESERVE);
}

export function toCpu(self: Tensor): Tensor {
  return retain(self);
}
