// ABI: making, reading and releasing tensors, lists and strings.

import { newList, newRecord, newStr } from "../core/containers";
import { Dict, newDict, setEntry, settle } from "../core/dict";
import { DType, isDtype } from "../core/dtype";
import { clearError, factInt, fail, hasError } from "../core/error";
import { releaseObject, retainObject, Tag } from "../core/object";
import {
  checkExtent,
  empty,
  isContiguous,
  MAX_DIMS,
  newView,
  release,
  Tensor,
  touch,
  updateNumel,
} from "../core/tensor";
import { dropValues, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousCopy } from "../kernels/copy";
import { forgetTrail } from "../vm/error-value";
import { wait } from "../vm/futures";

/** A contiguous tensor of `ndim` i32 sizes at `sizes`, contents undefined; 0 with an error recorded. */
export function sc_tensor(dtype: u32, sizes: usize, ndim: i32): usize {
  if (!isDtype(dtype)) {
    fail(ErrorCode.NO_DTYPE);
    factInt(dtype);
    return 0;
  }
  if (ndim > MAX_DIMS) {
    fail(ErrorCode.TOO_MANY_DIMS);
    factInt(ndim);
    return 0;
  }
  return changetype<usize>(empty(dtype as DType, sizes, ndim));
}

/**
 * A view on `tensor`'s storage with `ndim` i32 sizes, then `ndim` i32 strides, at `dims`, from element `offset` of the
 * storage; 0 with an error recorded when it reaches outside.
 */
export function sc_tensor_strided(tensor: usize, dims: usize, ndim: i32, offset: u32): usize {
  const t = changetype<Tensor>(tensor);
  const view = newView(t, ndim);
  if (!changetype<usize>(view)) return 0;
  memory.copy(view.dims, dims, (ndim as usize) << 3);
  view.offset = offset;
  if (updateNumel(view) && checkExtent(view)) return changetype<usize>(view);
  release(view);
  return 0;
}

const info: usize = memory.data(32, 16);

/**
 * Describes a tensor: the address of { dtype u32, ndim u32, numel u32, data u32, contiguous u32, sizes u32, strides u32 },
 * where sizes and strides point to i32 each; valid until the next call of this function.
 */
export function sc_tensor_info(tensor: usize): usize {
  const t = changetype<Tensor>(tensor);
  store<u32>(info, t.dtype);
  store<u32>(info, t.ndim, 4);
  store<u32>(info, t.numel, 8);
  store<u32>(info, t.data as u32, 12);
  store<u32>(info, isContiguous(t) ? 1 : 0, 16);
  store<u32>(info, t.dims as u32, 20);
  store<u32>(info, (t.dims + ((t.ndim as usize) << 2)) as u32, 24);
  return info;
}

/** A contiguous tensor with the same elements: a new reference to `tensor` itself when it is contiguous already. */
export function sc_tensor_contiguous(tensor: usize): usize {
  return changetype<usize>(contiguousCopy(changetype<Tensor>(tensor)));
}

/** Says that the host has written, or will write before the next call, to the tensor's memory. */
export function sc_touch(tensor: usize): void {
  touch(changetype<Tensor>(tensor));
}

/** A string of `bytes` UTF-8 bytes copied from `text`. Its text starts 16 bytes after its address. */
export function sc_str(text: usize, bytes: u32): usize {
  return changetype<usize>(newStr(text, bytes));
}

/** A list of `length` None slots; their address is read with `sc_items`. */
export function sc_list(length: u32): usize {
  return changetype<usize>(newList(length));
}

/** A tuple of `length` None slots. */
export function sc_tuple(length: u32): usize {
  return changetype<usize>(newRecord(Tag.TUPLE, length, 0));
}

/** Number of items of a list, tuple, object or dict, or bytes of a string. */
export function sc_length(object: usize): u32 {
  return load<u32>(object, 8);
}

/** Address of the slots of a list, tuple or object, or of a dict's { key, value } slot pairs. */
export function sc_items(object: usize): usize {
  const kind = load<u32>(object, 4);
  if (kind == Tag.DICT) settle(changetype<Dict>(object));
  return kind == Tag.LIST || kind == Tag.DICT ? load<u32>(object, 16) : object + 16;
}

export function sc_retain(object: usize): void {
  retainObject(object);
}

/** Gives up one reference to a tensor, string, list, tuple, dict or object. */
export function sc_release(object: usize): void {
  releaseObject(object);
}

/** Releases what `count` slots hold and sets them to None. */
export function sc_drop(slots: usize, count: usize): void {
  dropValues(slots, count);
}

/** An empty dict. */
export function sc_dict(): usize {
  return changetype<usize>(newDict());
}

/** Sets an entry; both slots are copied. Returns 0, or 1 with an error recorded. */
export function sc_dict_set(dict: usize, key: usize, value: usize): u32 {
  return setEntry(changetype<Dict>(dict), changetype<Value>(key), changetype<Value>(value)) ? 0 : 1;
}

/** Copies a future's value into an empty slot and returns 0; or records the error that took its place and returns 1. */
export function sc_wait(future: usize, to: usize): u32 {
  clearError();
  const slot = changetype<Value>(waited);
  slot.set(Tag.FUTURE, future as i64);
  wait(slot, changetype<Value>(to));
  forgetTrail();
  return hasError() ? 1 : 0;
}

const waited: usize = memory.data(16, 16);
