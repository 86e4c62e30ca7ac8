/** What `torch` holds: every operator as a function, and the makers of tensors. */

import { dtypeFromName } from "../format/dtype.ts";
import { dtypeOfArray } from "./eager/elements.ts";
import * as data from "./eager/from-data.ts";
import { Handle } from "./eager/handle.ts";
import { makeError } from "./eager/raise.ts";
import type { DTypeLike } from "./eager/types.ts";
import { Tensor } from "./tensor.ts";

export * from "./eager/dtypes.ts";
export { Generator } from "./eager/generator.ts";
export { ellipsis, slice } from "./eager/indexing.ts";
export { setPrintOptions } from "./print.ts";
export { defaultGenerator, initialSeed, manualSeed, seed } from "./random.ts";
export { keep, noGrad, scope } from "./scope.ts";
export * from "./torch.gen.ts";
export { Tensor };

/**
 * A tensor of JavaScript data. Numbers make float32, bigints int64, booleans bool, unless `dtype` is given; arrays nest
 * to any depth. A typed array makes a one-dimensional tensor of its own dtype. Under a trace the tensor is a constant.
 *
 * Throws SconceError: RAGGED, MIXED_DATA, BAD_SCALAR when a number does not fit the dtype, BAD_ARGUMENT.
 */
export function tensor(
  value: data.NestedData | ArrayBufferView,
  options: { dtype?: DTypeLike | null | undefined } = {},
): Tensor {
  const dtype = options.dtype ?? undefined;
  if (!ArrayBuffer.isView(value)) {
    if (value instanceof Handle) {
      throw makeError("BAD_ARGUMENT", [
        "data",
        "numbers, bigints or booleans",
        "a tensor: copy it with clone()",
      ]);
    }
    return data.fromData(value, dtype);
  }
  if (dtype === undefined || dtypeFromName(dtype) === dtypeOfArray(value)) return data.fromArray(value);
  return data.fromData(Array.from(value as unknown as ArrayLike<number | bigint>), dtype);
}

/**
 * A tensor of the elements of a typed array, which are copied, in row-major order. The dtype is the array's own;
 * give it for bool (a Uint8Array of 0 and 1) and for float16 and bfloat16 (their bits in a Uint16Array).
 * Throws SconceError: RESHAPE when the shape does not take the elements, BAD_ARGUMENT.
 */
export function fromArray(array: ArrayBufferView, shape?: readonly number[], dtype?: DTypeLike): Tensor {
  return data.fromArray(array, shape, dtype);
}

/**
 * A tensor of raw little-endian elements, which are copied. Without a shape it has one dimension.
 * Throws SconceError (RESHAPE). `torch.frombuffer`
 */
export function fromBuffer(
  bytes: ArrayBuffer | ArrayBufferView,
  options: { dtype: DTypeLike; shape?: readonly number[] },
): Tensor {
  return data.fromBuffer(bytes, options.dtype, options.shape);
}

/** True for tensors. `torch.is_tensor` */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}
