/** Checks of tensors that come from files: nothing of what a reader returns can reach outside its bytes. */

import { dtypes } from "../../format/dtype.ts";
import { checkTensor, type TensorData, tensorEnd } from "../../format/value.ts";
import { malformed } from "./source.ts";

/**
 * The tensor itself, once it is known to lie inside its storage and, if it is bool, to hold only the bytes 0 and 1.
 * Throws FILE_MALFORMED with its name.
 */
export function checkedTensor(name: string, tensor: TensorData): TensorData {
  try {
    checkTensor(tensor);
  } catch (cause) {
    throw malformed(`${name}: ${(cause as Error).message}`, cause);
  }
  if (tensor.dtype === "bool") {
    const touched = tensor.storage.bytes.subarray(tensor.offset, tensorEnd(tensor));
    if (touched.some((byte) => byte > 1)) throw malformed(`${name}: a bool is neither 0 nor 1`);
  }
  return tensor;
}

/** Size in bytes that this dtype and shape take, or undefined if that is no size a file can have. */
export function byteLength(dtype: TensorData["dtype"], shape: readonly number[]): number | undefined {
  let bytes = dtypes[dtype].bytes;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    bytes *= size;
  }
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
