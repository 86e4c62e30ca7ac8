// Changing a tensor's size in place: resize_, resize_as_, and what .out overloads do to the tensors they write.

import { List } from "../core/containers";
import { dtypeShift } from "../core/dtype";
import { alloc, free } from "../core/heap";
import { checkFormat, emptyAs, MemoryFormat, suggestFormat } from "../core/layout";
import { releaseObject, retainObject } from "../core/object";
import { scratch } from "../core/scratch";
import { readInts } from "../core/shape";
import {
  become,
  checkedNumel,
  isNone,
  NONE,
  newTensorOver,
  release,
  retain,
  Storage,
  setContiguousStrides,
  Tensor,
} from "../core/tensor";
import { Value } from "../core/value";

/** Makes room for `bytes` in a storage, keeping its contents; false with an error recorded when memory is out. */
function grow(s: Storage, bytes: u64): bool {
  if (bytes <= (s.bytes as u64)) return true;
  const data = alloc(bytes);
  if (!data) return false;
  memory.copy(data, s.data, s.bytes);
  if (s.owner) releaseObject(s.owner);
  else free(s.data);
  s.owner = 0;
  s.data = data;
  s.bytes = bytes as usize;
  s.version++;
  return true;
}

/**
 * Gives `t` the `ndim` sizes (i32 each) and contiguous strides: the elements stay in the order of memory, new ones are
 * undefined, the storage grows where it must. False with an error recorded when that is not possible.
 */
export function resizeTo(t: Tensor, sizes: usize, ndim: i32): bool {
  const numel = checkedNumel(sizes, ndim);
  if (numel < 0) return false;
  const shift = dtypeShift(t.dtype) as u64;
  if (numel && !grow(t.storage, ((t.offset as u64) + (numel as u64)) << shift)) return false;
  retainObject(changetype<usize>(t.storage));
  const shape = newTensorOver(t.dtype, ndim, t.storage);
  if (isNone(shape)) return false;
  memory.copy(shape.dims, sizes, (ndim as usize) << 2);
  shape.offset = t.offset;
  shape.numel = numel as u32;
  setContiguousStrides(shape);
  const done = become(t, shape);
  release(shape);
  return done;
}

/** `resizeTo`, then the strides of `format`. */
function resizeAs(t: Tensor, sizes: usize, ndim: i32, format: i32): bool {
  if (format == MemoryFormat.CONTIGUOUS) return resizeTo(t, sizes, ndim);
  const strides = emptyAs(t.dtype, sizes, ndim, format);
  const done = !isNone(strides) && resizeTo(t, sizes, ndim);
  if (done) memory.copy(t.dims, strides.dims, (ndim as usize) << 3);
  release(strides);
  return done;
}

export function resizeInPlace(self: Tensor, size: List, memoryFormat: Value): Tensor {
  const format = checkFormat(memoryFormat.intOr(MemoryFormat.CONTIGUOUS), 2);
  const sizes = format < 0 ? 0 : readInts(size);
  return sizes && resizeAs(self, sizes, size.length, format) ? retain(self) : NONE;
}

export function resizeAsInPlace(self: Tensor, theTemplate: Tensor, memoryFormat: Value): Tensor {
  let format = checkFormat(memoryFormat.intOr(MemoryFormat.CONTIGUOUS), 2);
  if (format < 0) return NONE;
  if (format == MemoryFormat.PRESERVE) format = suggestFormat(theTemplate);
  const sizes = scratch(((theTemplate.ndim as u64) << 2) + 4);
  if (!sizes) return NONE;
  memory.copy(sizes, theTemplate.dims, (theTemplate.ndim as usize) << 2);
  return resizeAs(self, sizes, theTemplate.ndim, format) ? retain(self) : NONE;
}
