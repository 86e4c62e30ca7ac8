/** Checks of tensors that come from files: nothing of what a reader returns can reach outside its bytes. */

import { dtypes } from "../../format/dtype.ts";
import { checkTensor, type TensorData, tensorEnd } from "../../format/value.ts";
import { malformed } from "./source.ts";

/** A tensor that repeats elements may stand for this many bytes; one that does not, for those of its storage. */
const MAX_BYTES = 2 ** 32;

/** Bytes that are neither 0 nor 1 are found up to this many; what lies behind the last is taken for one. */
const MAX_STRANGERS = 1000;

/** Where they are, by storage: it is searched once, however many tensors it has. */
const notBools = new WeakMap<Uint8Array, readonly number[]>();

/**
 * The tensor itself, once it is known to lie inside its storage, not to repeat elements beyond what memory can hold,
 * and, if it is bool, to hold only the bytes 0 and 1. Throws FILE_MALFORMED with its name.
 */
export function checkedTensor(name: string, tensor: TensorData): TensorData {
  try {
    checkTensor(tensor);
  } catch (cause) {
    throw malformed(`${name}: ${(cause as Error).message}`, cause);
  }
  const { dtype, shape, storage } = tensor;
  if ((byteLength(dtype, shape) ?? Infinity) > Math.max(MAX_BYTES, storage.bytes.length)) {
    throw malformed(`${name}: ${dtype} [${shape.join(", ")}] repeats elements beyond what memory can hold`);
  }
  if (dtype === "bool") {
    const end = tensorEnd(tensor);
    const strangers = strangersIn(storage.bytes);
    const beyond = strangers.length === MAX_STRANGERS && end > strangers[MAX_STRANGERS - 1]!;
    if (beyond || strangers.some((at) => at >= tensor.offset && at < end)) {
      throw malformed(`${name}: a bool is neither 0 nor 1`);
    }
  }
  return tensor;
}

function strangersIn(bytes: Uint8Array): readonly number[] {
  const known = notBools.get(bytes);
  if (known !== undefined) return known;
  const found: number[] = [];
  for (let at = 0; at < bytes.length && found.length < MAX_STRANGERS; at++) {
    if (bytes[at]! > 1) found.push(at);
  }
  notBools.set(bytes, found);
  return found;
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
