/** What a tensor is, read from the runtime each time: in-place operators may change it. Nothing here is guarded. */

import { type DType, dtypeFromCode, dtypes } from "../../format/dtype.ts";
import type { Bytes } from "../../loader/hosts/host.ts";
import { arrayFromBytes, arrayOver, type Element, reader, type TensorArray } from "./elements.ts";
import { addressOf, type Handle } from "./handle.ts";
import { makeError } from "./raise.ts";
import { runtime } from "./runtime.ts";

// Offsets in what sc_tensor_info describes.
const DTYPE = 0;
const NDIM = 4;
const NUMEL = 8;
const DATA = 12;
const CONTIGUOUS = 16;
const SIZES = 20;
const STRIDES = 24;

function word(handle: Handle, offset: number): number {
  const info = runtime.exports.sc_tensor_info(addressOf(handle)) >>> 0;
  return runtime.view.getUint32(info + offset, true);
}

function list(handle: Handle, offset: number): number[] {
  const info = runtime.exports.sc_tensor_info(addressOf(handle)) >>> 0;
  const view = runtime.view;
  const at = view.getUint32(info + offset, true);
  const length = view.getUint32(info + NDIM, true);
  const items: number[] = [];
  for (let i = 0; i < length; i++) items.push(view.getInt32(at + 4 * i, true));
  return items;
}

export function dtypeOf(handle: Handle): DType {
  return dtypeFromCode(word(handle, DTYPE));
}

export function ndimOf(handle: Handle): number {
  return word(handle, NDIM);
}

export function numelOf(handle: Handle): number {
  return word(handle, NUMEL);
}

export function isContiguous(handle: Handle): boolean {
  return word(handle, CONTIGUOUS) !== 0;
}

export function shapeOf(handle: Handle): number[] {
  return list(handle, SIZES);
}

export function stridesOf(handle: Handle): number[] {
  return list(handle, STRIDES);
}

/** `dim` counted from the front. Throws SconceError (DIM_RANGE). */
export function checkDim(dim: number, ndim: number): number {
  const index = dim < 0 ? dim + ndim : dim;
  if (!Number.isInteger(dim) || index < 0 || index >= ndim) throw makeError("DIM_RANGE", [dim, ndim]);
  return index;
}

/** A copy of the elements in row-major order. */
export function copyOut(handle: Handle): { dtype: DType; shape: number[]; array: TensorArray } {
  const { dtype, shape, bytes } = runtime.readBytes(addressOf(handle));
  return { dtype, shape, array: arrayFromBytes(dtype, bytes) };
}

/** The elements of a contiguous tensor where they lie; stale as soon as anything allocates. */
export function elementsInPlace(handle: Handle): TensorArray {
  const dtype = dtypeOf(handle);
  return arrayOver(dtype, runtime.u8.buffer, word(handle, DATA), numelOf(handle));
}

/** The value of a tensor of one element. Throws SconceError (NOT_ONE_ELEMENT). */
export function elementOf(handle: Handle): Element {
  const numel = numelOf(handle);
  if (numel !== 1) throw makeError("NOT_ONE_ELEMENT", [numel]);
  const dtype = dtypeOf(handle);
  return reader(dtype)(arrayOver(dtype, runtime.u8.buffer, word(handle, DATA), 1)[0]!);
}

/** The address of a new contiguous tensor of these bytes; undefined leaves the contents undefined. */
export function newTensor(
  dtype: DType,
  shape: readonly number[],
  bytes: Bytes | Uint8Array | undefined,
): number {
  const bad = shape.find((size) => !Number.isInteger(size) || size < 0 || size > 0x7fffffff);
  if (bad !== undefined) throw makeError("NEGATIVE_SIZE", [bad, [...shape]]);
  const wanted = shape.reduce((product, size) => product * size, dtypes[dtype].bytes);
  if (bytes && bytes.length !== wanted) {
    throw makeError("RESHAPE", [bytes.length / dtypes[dtype].bytes, [...shape]]);
  }
  return runtime.newTensor(dtype, shape, bytes);
}
