/** Values of a program outside the wasm: constants, attributes, and the tensors' bytes, with aliasing by object identity. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type DType, dtypes } from "./dtype.ts";
import {
  BoolType,
  classType,
  DeviceType,
  dictOf,
  enumType,
  FloatType,
  IntType,
  listOf,
  NoneType,
  StrType,
  TensorType,
  type Type,
  tupleOf,
} from "./types.ts";

/** Raw bytes shared by the tensors that point at the same object. */
export interface StorageData {
  bytes: Uint8Array;
}

/**
 * A strided view of a storage, in little-endian elements:
 *
 *     element [i, j]  at byte  (offset + i * strides[0] + j * strides[1]) * bytes per element
 */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** In elements; never negative. */
  readonly strides: readonly number[];
  /** In elements from the start of the storage. */
  readonly offset: number;
  readonly storage: StorageData;
}

/** A TorchScript value. Lists, dicts, objects, tensors and storages that are the same JS object are aliases. */
export type IValue =
  | { readonly kind: "none" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "str"; readonly value: string }
  | { readonly kind: "device"; readonly value: string }
  | { readonly kind: "tensor"; readonly tensor: TensorData }
  | { readonly kind: "list"; readonly elem: Type | null; readonly items: IValue[] }
  | {
      readonly kind: "tuple";
      readonly items: readonly IValue[];
      /** Field names and qualified name of a NamedTuple. */
      readonly names?: readonly string[];
      readonly typeName?: string;
    }
  | { readonly kind: "dict"; readonly key: Type; readonly value: Type; readonly entries: [IValue, IValue][] }
  | { readonly kind: "object"; readonly type: string; readonly attrs: Map<string, IValue> }
  | { readonly kind: "enum"; readonly type: string; readonly name: string; readonly value: IValue };

/** Makers of values. */
export const IValue = {
  none: { kind: "none" } as IValue,
  bool: (value: boolean): IValue => ({ kind: "bool", value }),
  /** Throws RangeError unless the value is integral and fits int64. */
  int: (value: number | bigint): IValue => {
    const exact = BigInt(value);
    if (BigInt.asIntN(64, exact) !== exact) throw new RangeError(`${exact} does not fit int64`);
    return { kind: "int", value: exact };
  },
  float: (value: number): IValue => ({ kind: "float", value }),
  str: (value: string): IValue => ({ kind: "str", value }),
  device: (value: string): IValue => ({ kind: "device", value }),
  tensor: (tensor: TensorData): IValue => ({ kind: "tensor", tensor }),
  list: (elem: Type | null, items: IValue[] = []): IValue => ({ kind: "list", elem, items }),
  tuple: (items: readonly IValue[], names?: readonly string[], typeName?: string): IValue => ({
    kind: "tuple",
    items,
    ...(names === undefined ? {} : { names }),
    ...(typeName === undefined ? {} : { typeName }),
  }),
  dict: (key: Type, value: Type, entries: [IValue, IValue][] = []): IValue => ({
    kind: "dict",
    key,
    value,
    entries,
  }),
  object: (type: string, attrs: Map<string, IValue> = new Map()): IValue => ({ kind: "object", type, attrs }),
  enum: (type: string, name: string, value: IValue): IValue => ({ kind: "enum", type, name, value }),
} as const;

/** The static type of a value. A list without an element type takes its first item's, and if empty is Tensor[]. */
export function typeOfValue(value: IValue): Type {
  switch (value.kind) {
    case "none":
      return NoneType;
    case "bool":
      return BoolType;
    case "int":
      return IntType;
    case "float":
      return FloatType;
    case "str":
      return StrType;
    case "device":
      return DeviceType;
    case "tensor":
      return TensorType;
    case "list":
      return listOf(value.elem ?? (value.items.length > 0 ? typeOfValue(value.items[0]!) : TensorType));
    case "tuple":
      return tupleOf(value.items.map(typeOfValue), value.names, value.typeName);
    case "dict":
      return dictOf(value.key, value.value);
    case "object":
      return classType(value.type);
    case "enum":
      return enumType(value.type);
  }
}

export function numel(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Row-major strides; a size of 0 counts as 1, as in PyTorch. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i]!, 1);
  }
  return strides;
}

/** A contiguous tensor over these bytes, which are not copied. Throws RangeError if there are too few or too many. */
export function tensorFromBytes(dtype: DType, shape: readonly number[], bytes: Uint8Array): TensorData {
  const wanted = numel(shape) * dtypes[dtype].bytes;
  if (bytes.length !== wanted) {
    throw new RangeError(`${dtype} [${shape.join(", ")}] takes ${wanted} bytes, got ${bytes.length}`);
  }
  return { dtype, shape: [...shape], strides: contiguousStrides(shape), offset: 0, storage: { bytes } };
}

/** The elements' bytes of a typed array, shared with it. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** One past the last element the tensor can touch, counted from the start of its storage; its offset if it is empty. */
export function tensorEnd(tensor: TensorData): number {
  if (tensor.shape.includes(0)) return tensor.offset;
  return tensor.shape.reduce((last, size, i) => last + (size - 1) * tensor.strides[i]!, tensor.offset) + 1;
}

/** True if the elements lie in row-major order without gaps. Strides of dimensions of size 1 do not matter. */
export function isContiguous(tensor: TensorData): boolean {
  let step = 1;
  for (let i = tensor.shape.length - 1; i >= 0; i--) {
    const size = tensor.shape[i]!;
    if (size === 0) return true;
    if (size !== 1 && tensor.strides[i] !== step) return false;
    step *= size;
  }
  return true;
}

/** Throws RangeError if the tensor is malformed or reaches outside its storage. */
export function checkTensor(tensor: TensorData): void {
  const { dtype, shape, strides, offset, storage } = tensor;
  const natural = (n: number) => Number.isSafeInteger(n) && n >= 0;
  const where = `${dtype} [${shape.join(", ")}] strides [${strides.join(", ")}] offset ${offset}`;
  if (shape.length !== strides.length) throw new RangeError(`${where}: one stride per dimension`);
  if (![...shape, ...strides, offset, numel(shape)].every(natural)) {
    throw new RangeError(`${where}: sizes, strides and offset are natural numbers`);
  }
  const end = tensorEnd(tensor) * dtypes[dtype].bytes;
  if (!natural(end) || end > storage.bytes.length) {
    throw new RangeError(`${where}: needs ${end} bytes, the storage has ${storage.bytes.length}`);
  }
}

/** The elements in row-major order, little-endian: a view of the storage if contiguous, else a copy. Throws RangeError. */
export function contiguousBytes(tensor: TensorData): Uint8Array {
  checkTensor(tensor);
  const { shape, strides } = tensor;
  const width = dtypes[tensor.dtype].bytes;
  const source = tensor.storage.bytes;
  const count = numel(shape);
  const start = tensor.offset * width;
  if (isContiguous(tensor)) return source.subarray(start, start + count * width);
  const out = new Uint8Array(count * width);
  const index = new Array<number>(shape.length).fill(0);
  let at = start;
  for (let to = 0; to < out.length; to += width) {
    for (let b = 0; b < width; b++) out[to + b] = source[at + b]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      at += strides[d]! * width;
      if (++index[d]! < shape[d]!) break;
      at -= shape[d]! * strides[d]! * width;
      index[d] = 0;
    }
  }
  return out;
}

/** SHA-256, in hex, of the text `float32[2,3]\n` (dtype and shape) followed by the row-major little-endian elements. */
export function tensorHash(tensor: TensorData): string {
  const head = utf8ToBytes(`${tensor.dtype}[${tensor.shape.join(",")}]\n`);
  return bytesToHex(sha256.create().update(head).update(contiguousBytes(tensor)).digest());
}
