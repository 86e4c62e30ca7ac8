/** Tensors from JavaScript data: nested arrays, typed arrays and bytes. */

import { type DType, dtypeFromName, dtypes } from "../../format/dtype.ts";
import { bytesOf } from "../../format/value.ts";
import { recorder } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import {
  dtypeOfArray,
  type Element,
  newArray,
  numberToBfloat16,
  numberToHalf,
  type TensorArray,
} from "./elements.ts";
import { newTensor } from "./info.ts";
import { describe } from "./kinds.ts";
import { wrap } from "./marshal.ts";
import { makeError } from "./raise.ts";
import type { DTypeLike } from "./types.ts";
import { userFrame } from "./where.ts";

/** Numbers, bigints or booleans in arrays of any depth. */
export type NestedData = Element | readonly NestedData[];

/** The sizes and elements of nested arrays. Throws SconceError (RAGGED, BAD_ARGUMENT). */
function flatten(data: NestedData): { shape: number[]; elements: Element[] } {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = level[0] as NestedData) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const elements: Element[] = [];
  const visit = (value: NestedData, depth: number): void => {
    const here = Array.isArray(value) ? value.length : undefined;
    if (here !== shape[depth]) {
      throw makeError("RAGGED", [shape, [...shape.slice(0, depth), ...(here === undefined ? [] : [here])]]);
    }
    if (Array.isArray(value)) for (const item of value as readonly NestedData[]) visit(item, depth + 1);
    else if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
      elements.push(value);
    else
      throw makeError("BAD_ARGUMENT", [
        "data",
        "numbers, bigints or booleans, perhaps in arrays",
        describe(value),
      ]);
  };
  visit(data, 0);
  return { shape, elements };
}

/** Numbers make float32, bigints int64, booleans bool. Throws SconceError (MIXED_DATA). */
function dtypeOfElements(elements: readonly Element[]): DType {
  const kind = typeof (elements[0] ?? 0);
  const other = elements.find((element) => typeof element !== kind);
  if (other !== undefined) throw makeError("MIXED_DATA", [`${kind}s`, `${typeof other}s`]);
  return kind === "bigint" ? "int64" : kind === "boolean" ? "bool" : "float32";
}

/** Smallest and largest int of each dtype; PyTorch lets negative numbers wrap into uint8. */
const RANGES: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [-255, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  int64: [-(2 ** 63), 2 ** 63 - 1024],
};

/** An element as the typed array of the dtype holds it: floats round, ints truncate. Throws SconceError (BAD_SCALAR). */
export function toElement(value: Element, dtype: DType): number | bigint {
  switch (dtype) {
    case "float32":
    case "float64":
      return Number(value);
    case "float16":
      return numberToHalf(Number(value));
    case "bfloat16":
      return numberToBfloat16(Number(value));
    case "bool":
      return typeof value === "number" ? (value !== 0 ? 1 : 0) : value ? 1 : 0;
  }
  if (typeof value === "bigint" && dtype === "int64" && BigInt.asIntN(64, value) === value) return value;
  const whole = Math.trunc(Number(value));
  const [low, high] = RANGES[dtype]!;
  if (!(whole >= low && whole <= high)) throw makeError("BAD_SCALAR", [String(value), dtype]);
  return dtype === "int64" ? BigInt(whole) : whole;
}

/** A new tensor of these elements, heard of by nobody. */
export function makeTensor(dtype: DType, shape: readonly number[], array: TensorArray): Tensor {
  return wrap(newTensor(dtype, shape, bytesOf(array)));
}

/** `torch.tensor` of nested arrays. */
export function fromData(data: NestedData, dtype?: DTypeLike): Tensor {
  const { shape, elements } = flatten(data);
  const type = dtype === undefined ? dtypeOfElements(elements) : dtypeFromName(dtype);
  const array = newArray(type, elements.length) as { [index: number]: number | bigint } & TensorArray;
  for (let i = 0; i < elements.length; i++) array[i] = toElement(elements[i]!, type);
  const made = makeTensor(type, shape, array);
  recorder?.made(made, "tensor", userFrame());
  return made;
}

/** The dtype that an array is to be read as. Throws SconceError (BAD_ARGUMENT). */
function dtypeFor(array: ArrayBufferView, dtype: DTypeLike | undefined): DType {
  const own = dtypeOfArray(array);
  if (dtype === undefined) {
    if (own) return own;
    throw makeError("BAD_ARGUMENT", [
      "array",
      "of a type that a dtype holds (or give the dtype)",
      array.constructor.name,
    ]);
  }
  const wanted = dtypeFromName(dtype);
  const width = (array as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const raw = array instanceof Uint16Array && (wanted === "float16" || wanted === "bfloat16");
  if (own !== wanted && !raw && !(wanted === "bool" && width === 1)) {
    throw makeError("BAD_ARGUMENT", [
      "array",
      `one that holds ${wanted} elements as they are`,
      array.constructor.name,
    ]);
  }
  return wanted;
}

/** A tensor of these bytes; what is not 0 becomes 1 in a bool tensor. */
function fromBytes(dtype: DType, bytes: Uint8Array, shape: readonly number[] | undefined): Tensor {
  const raw = dtype === "bool" ? bytes.map((byte) => (byte ? 1 : 0)) : bytes;
  const made = wrap(newTensor(dtype, shape ?? [raw.length / dtypes[dtype].bytes], raw));
  recorder?.made(made, "fromArray", userFrame());
  return made;
}

/** `torch.fromArray`. */
export function fromArray(array: ArrayBufferView, shape?: readonly number[], dtype?: DTypeLike): Tensor {
  return fromBytes(dtypeFor(array, dtype), bytesOf(array), shape);
}

/** `torch.fromBuffer`. */
export function fromBuffer(
  bytes: ArrayBuffer | ArrayBufferView,
  dtype: DTypeLike,
  shape?: readonly number[],
): Tensor {
  return fromBytes(
    dtypeFromName(dtype),
    ArrayBuffer.isView(bytes) ? bytesOf(bytes) : new Uint8Array(bytes),
    shape,
  );
}
