// Tensors: strided views over reference-counted storage.
//
//   Storage                           Tensor
//   0  refs u32                       0  refs u32
//   4  kind u32 (Tag.STORAGE)         4  kind u32 (Tag.TENSOR)
//   8  data u32: first byte           8  dtype u8, ndim u8, flags u8, room u8 (dims that fit at `dims`)
//   12 bytes u32                      12 storage u32
//   16 owner u32: what holds the      16 offset u32, elements from the storage's first byte
//      bytes if not this storage      20 numel u32
//   20 version u32                    24 dims u32 → sizes i32[ndim], strides i32[ndim]
//   24 derived u32 → Derived
//
// Sizes, strides and element counts fit 31 bits; whoever makes a tensor checks that in 64 bits first.

import { ErrorCode } from "../errors.gen";
import { dropDerived } from "./derived";
import { DType, dtypeBytes, dtypeShift } from "./dtype";
import { factInt, factSizes, fail } from "./error";
import { alloc, free } from "./heap";
import { releaseObject, retainObject, Tag } from "./object";

/** Most dimensions a tensor may have, as in PyTorch. */
export const MAX_DIMS: i32 = 64;

export const enum TensorFlag {
  /** A number that stands for itself in type promotion (PyTorch's wrapped number). */
  WRAPPED = 1,
}

@unmanaged
export class Storage {
  refs: u32;
  kind: u32;
  data: usize;
  bytes: usize;
  /** An object to release instead of freeing `data`; 0 when the storage owns its bytes. */
  owner: usize;
  /** Counts the times that elements may have changed. */
  version: u32;
  /** Copies in other layouts (core/derived.ts); 0 for none. */
  derived: usize;
}

@unmanaged
export class Tensor {
  refs: u32;
  kind: u32;
  dtype: u8;
  ndim: u8;
  flags: u8;
  room: u8;
  storage: Storage;
  offset: u32;
  numel: u32;
  dims: usize;

  /** Size of dimension `i`, 0 ≤ i < ndim. */
  @inline size(i: i32): i32 {
    return load<i32>(this.dims + ((i as usize) << 2));
  }

  /** Stride of dimension `i` in elements. */
  @inline stride(i: i32): i32 {
    return load<i32>(this.dims + (((i + (this.ndim as i32)) as usize) << 2));
  }

  @inline setSize(i: i32, value: i32): void {
    store<i32>(this.dims + ((i as usize) << 2), value);
  }

  @inline setStride(i: i32, value: i32): void {
    store<i32>(this.dims + (((i + (this.ndim as i32)) as usize) << 2), value);
  }

  /** Address of the first element. */
  @inline get data(): usize {
    return this.storage.data + ((this.offset as usize) << dtypeShift(this.dtype as DType));
  }

  @inline get isWrapped(): bool {
    return (this.flags & TensorFlag.WRAPPED) != 0;
  }
}

/** Says that `t`'s elements may have changed: what was derived from them no longer counts. */
export function touch(t: Tensor): void {
  t.storage.version++;
}

/** The absent tensor: what an optional argument or a failed kernel gives. */
export const NONE: Tensor = changetype<Tensor>(0);

/** True for the absent tensor. */
export function isNone(t: Tensor): bool {
  return changetype<usize>(t) == 0;
}

export function retain(t: Tensor): Tensor {
  retainObject(changetype<usize>(t));
  return t;
}

/** Gives one reference up; NONE is ignored. */
export function release(t: Tensor): void {
  releaseObject(changetype<usize>(t));
}

/** Called by the object pool when the last reference is gone. */
export function destroyTensor(t: Tensor): void {
  const inline_: usize = changetype<usize>(t) + offsetof<Tensor>();
  if (t.dims != inline_) free(t.dims);
  releaseObject(changetype<usize>(t.storage));
  free(changetype<usize>(t));
}

export function destroyStorage(s: Storage): void {
  dropDerived(s);
  if (s.owner) releaseObject(s.owner);
  else free(s.data);
  free(changetype<usize>(s));
}

/** A storage of `bytes` zero-initialised or undefined bytes; null (0) with an error recorded when memory is out. */
export function newStorage(bytes: u64): Storage {
  const data = alloc(bytes);
  if (!data) return changetype<Storage>(0);
  const s = changetype<Storage>(alloc(offsetof<Storage>()));
  if (!changetype<usize>(s)) {
    free(data);
    return s;
  }
  s.refs = 1;
  s.kind = Tag.STORAGE;
  s.data = data;
  s.bytes = bytes as usize;
  s.owner = 0;
  s.version = 0;
  s.derived = 0;
  return s;
}

/** A storage over `bytes` bytes that belong to `owner`, which is retained. */
export function borrowStorage(data: usize, bytes: usize, owner: usize): Storage {
  const s = changetype<Storage>(alloc(offsetof<Storage>()));
  if (!changetype<usize>(s)) return s;
  s.refs = 1;
  s.kind = Tag.STORAGE;
  s.data = data;
  s.bytes = bytes;
  s.owner = owner;
  s.version = 0;
  s.derived = 0;
  retainObject(owner);
  return s;
}

/** A tensor over `storage` (one reference is taken over), dims not yet set. */
export function newTensorOver(dtype: DType, ndim: i32, storage: Storage): Tensor {
  const room = max(ndim, 1);
  const t = changetype<Tensor>(alloc((offsetof<Tensor>() + ((room as usize) << 3)) as u64));
  if (!changetype<usize>(t)) {
    releaseObject(changetype<usize>(storage));
    return t;
  }
  t.refs = 1;
  t.kind = Tag.TENSOR;
  t.dtype = dtype as u8;
  t.ndim = ndim as u8;
  t.flags = 0;
  t.room = room as u8;
  t.storage = storage;
  t.offset = 0;
  t.numel = 0;
  t.dims = changetype<usize>(t) + offsetof<Tensor>();
  return t;
}

/** Product of sizes with a check that it, and each size, fits; -1 with an error recorded otherwise. */
export function checkedNumel(sizes: usize, ndim: i32): i64 {
  let count: i64 = 1;
  let empty = false;
  for (let i = 0; i < ndim; i++) {
    const size = load<i32>(sizes + ((i as usize) << 2));
    if (size < 0) {
      fail(ErrorCode.NEGATIVE_SIZE);
      factInt(size);
      factSizes(sizes, ndim);
      return -1;
    }
    if (size == 0) empty = true;
    else if (count <= 0x7fff_ffff) count *= size;
  }
  if (empty) return 0;
  if (count > 0x7fff_ffff) {
    fail(ErrorCode.TOO_MANY_ELEMENTS);
    factSizes(sizes, ndim);
    return -1;
  }
  return count;
}

/** Writes row-major strides for `t`'s sizes; a size of 0 counts as 1, as in PyTorch. */
export function setContiguousStrides(t: Tensor): void {
  let stride: i32 = 1;
  for (let i: i32 = (t.ndim as i32) - 1; i >= 0; i--) {
    t.setStride(i, stride);
    stride *= max(t.size(i), 1);
  }
}

/** A new contiguous tensor with `ndim` sizes read from `sizes` (i32 each), contents undefined; NONE on failure. */
export function empty(dtype: DType, sizes: usize, ndim: i32): Tensor {
  const numel = checkedNumel(sizes, ndim);
  if (numel < 0) return NONE;
  const storage = newStorage((numel as u64) * (dtypeBytes(dtype) as u64));
  if (!changetype<usize>(storage)) return NONE;
  const t = newTensorOver(dtype, ndim, storage);
  if (!changetype<usize>(t)) return t;
  memory.copy(t.dims, sizes, (ndim as usize) << 2);
  t.numel = numel as u32;
  setContiguousStrides(t);
  return t;
}

/** A new contiguous tensor of `t`'s sizes. */
export function emptyLike(t: Tensor, dtype: DType): Tensor {
  return empty(dtype, t.dims, t.ndim);
}

/** A view on `t`'s storage with `ndim` dims, same dtype and offset; the caller sets sizes and strides, then `finishView`. */
export function newView(t: Tensor, ndim: i32): Tensor {
  if (ndim > MAX_DIMS) {
    fail(ErrorCode.TOO_MANY_DIMS);
    factInt(ndim);
    return NONE;
  }
  retainObject(changetype<usize>(t.storage));
  const v = newTensorOver(t.dtype as DType, ndim, t.storage);
  if (!changetype<usize>(v)) return v;
  v.offset = t.offset;
  v.numel = t.numel;
  return v;
}

/** A view with all of `t`'s metadata. */
export function alias(t: Tensor): Tensor {
  const v = newView(t, t.ndim);
  if (!changetype<usize>(v)) return v;
  memory.copy(v.dims, t.dims, (t.ndim as usize) << 3);
  v.flags = t.flags;
  return v;
}

/** Recomputes the element count after a view's sizes were set. */
export function updateNumel(t: Tensor): bool {
  const numel = checkedNumel(t.dims, t.ndim);
  if (numel < 0) return false;
  t.numel = numel as u32;
  return true;
}

/** True when every element lies inside the storage; else records STORAGE_RANGE. Strides must not be negative. */
export function checkExtent(t: Tensor): bool {
  if (t.numel == 0) return true;
  let last: i64 = t.offset;
  for (let i: i32 = 0; i < (t.ndim as i32); i++) {
    const stride = t.stride(i);
    last += stride < 0 ? i32.MAX_VALUE : ((t.size(i) - 1) as i64) * (stride as i64);
  }
  const have = (t.storage.bytes >> dtypeShift(t.dtype as DType)) as i64;
  if (last < have) return true;
  fail(ErrorCode.STORAGE_RANGE);
  factInt(last + 1);
  factInt(have);
  return false;
}

/** Points tensor `t` at `other`'s storage, sizes and strides, keeping `t`'s identity (resize_, set_, squeeze_ …). */
export function become(t: Tensor, other: Tensor): bool {
  if (other.ndim > t.room) {
    const dims = alloc(((other.ndim as usize) << 3) as u64);
    if (!dims) return false;
    if (t.dims != changetype<usize>(t) + offsetof<Tensor>()) free(t.dims);
    t.dims = dims;
    t.room = other.ndim;
  }
  retainObject(changetype<usize>(other.storage));
  releaseObject(changetype<usize>(t.storage));
  t.storage = other.storage;
  t.dtype = other.dtype;
  t.ndim = other.ndim;
  t.offset = other.offset;
  t.numel = other.numel;
  memory.copy(t.dims, other.dims, (other.ndim as usize) << 3);
  return true;
}

export function isContiguous(t: Tensor): bool {
  if (t.numel == 0) return true;
  let expected: i32 = 1;
  for (let i: i32 = (t.ndim as i32) - 1; i >= 0; i--) {
    const size = t.size(i);
    if (size == 1) continue;
    if (t.stride(i) != expected) return false;
    expected *= size;
  }
  return true;
}

export function sameSizes(a: Tensor, b: Tensor): bool {
  return a.ndim == b.ndim && memory.compare(a.dims, b.dims, (a.ndim as usize) << 2) == 0;
}
