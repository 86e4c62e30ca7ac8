/** Elements of tensors as typed arrays, and as numbers. */

import type { DType } from "../../format/dtype.ts";
import type { Bytes } from "../../loader/hosts/host.ts";
import { halfToNumber } from "../../loader/tensor.ts";

/** The typed array that holds the elements of each dtype. The two halves come as their raw 16 bits. */
export interface ArrayOf {
  float32: Float32Array<ArrayBuffer>;
  float64: Float64Array<ArrayBuffer>;
  float16: Uint16Array<ArrayBuffer>;
  bfloat16: Uint16Array<ArrayBuffer>;
  int8: Int8Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  int16: Int16Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
  int64: BigInt64Array<ArrayBuffer>;
  /** 0 or 1 each. */
  bool: Uint8Array<ArrayBuffer>;
}
export type TensorArray = ArrayOf[DType];

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

/** A typed array over memory that is already there. */
export function arrayOver(
  dtype: DType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TensorArray {
  return new arrays[dtype](buffer as ArrayBuffer, byteOffset, length);
}

/** The elements in `bytes`, which the array shares. */
export function arrayFromBytes(dtype: DType, bytes: Bytes): TensorArray {
  const width = arrays[dtype].BYTES_PER_ELEMENT;
  return arrayOver(dtype, bytes.buffer, bytes.byteOffset, bytes.byteLength / width);
}

/** A zeroed typed array for `length` elements. */
export function newArray<D extends DType>(dtype: D, length: number): ArrayOf[D] {
  return new arrays[dtype](length) as ArrayOf[D];
}

/** An element as `tolist` gives it. */
export type Element = number | bigint | boolean;

/** How an element of an array of this dtype is read as a value. */
export function reader(dtype: DType): (raw: number | bigint) => Element {
  switch (dtype) {
    case "float16":
      return (raw) => halfToNumber(raw as number);
    case "bfloat16":
      return (raw) => bfloat16ToNumber(raw as number);
    case "bool":
      return (raw) => raw !== 0;
    default:
      return (raw) => raw;
  }
}

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

function bfloat16ToNumber(bits: number): number {
  word[0] = bits << 16;
  return single[0]!;
}

/** The bits of the bfloat16 nearest to a number (by way of float32, ties to even). */
export function numberToBfloat16(value: number): number {
  single[0] = value;
  const bits = word[0]!;
  if (Number.isNaN(value)) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The bits of the IEEE binary16 number nearest to a number (by way of float32, ties to even). */
export function numberToHalf(value: number): number {
  const x = Math.fround(value);
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  if (Number.isNaN(x)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // One unit in the last place is 2^-24 below 2^-14, else 2^(exponent - 10): adding and taking away 2^52 units rounds.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const unit = 2 ** (exponent - 10);
  const mantissa = size / unit + 2 ** 52 - 2 ** 52;
  return sign | (size < 2 ** -14 ? mantissa : mantissa - 1024 + ((exponent + 15) << 10));
}

/** The dtype of a typed array's elements, or undefined for arrays that no dtype holds as they are. */
export function dtypeOfArray(array: ArrayBufferView): DType | undefined {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  if (array instanceof BigInt64Array) return "int64";
  if (array instanceof Int32Array) return "int32";
  if (array instanceof Int16Array) return "int16";
  if (array instanceof Int8Array) return "int8";
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return "uint8";
  return undefined;
}
