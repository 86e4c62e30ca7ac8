/** Elements of constant tensors as doubles, and back. */

import type { DType } from "../../format/dtype.ts";
import { bytesOf, contiguousBytes, type TensorData, tensorFromBytes } from "../../format/value.ts";

/** The dtypes whose elements these functions read and write. */
export function isWideFloat(dtype: DType): dtype is "float32" | "float64" {
  return dtype === "float32" || dtype === "float64";
}

/** The elements of a float32 or float64 tensor in row-major order. */
export function readFloats(tensor: TensorData): Float32Array | Float64Array {
  const bytes = contiguousBytes(tensor);
  const width = tensor.dtype === "float32" ? 4 : 8;
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  const count = aligned.length / width;
  return tensor.dtype === "float32"
    ? new Float32Array(aligned.buffer, aligned.byteOffset, count)
    : new Float64Array(aligned.buffer, aligned.byteOffset, count);
}

/** Room for the elements of a tensor of this dtype. */
export function newFloats(dtype: DType, count: number): Float32Array | Float64Array {
  return dtype === "float32" ? new Float32Array(count) : new Float64Array(count);
}

export function floatTensor(
  dtype: DType,
  shape: readonly number[],
  values: Float32Array | Float64Array,
): TensorData {
  return tensorFromBytes(dtype, shape, bytesOf(values));
}
