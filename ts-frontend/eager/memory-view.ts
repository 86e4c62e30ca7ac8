/** A look at a tensor's own memory, without a copy. */

import type { DType } from "../../format/dtype.ts";
import type { TensorArray } from "./elements.ts";
import { epoch } from "./epoch.ts";
import type { Handle } from "./handle.ts";
import { dtypeOf, elementsInPlace, isContiguous, shapeOf, stridesOf } from "./info.ts";
import { makeError } from "./raise.ts";
import { runtime } from "./runtime.ts";

/**
 * What `tensor.view()` gives: the elements of a contiguous tensor where they lie in the runtime's memory. Reading and
 * writing `data` reads and writes the tensor. It holds until the next operator call or new tensor, which may move the
 * memory; after that `data` throws SconceError (STALE_VIEW). Take `data` from the view again each time rather than
 * keeping the typed array.
 */
export class MemoryView {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly #tensor: Handle;
  readonly #made: number;
  readonly #array: TensorArray;

  /** Throws SconceError (NOT_CONTIGUOUS). */
  constructor(tensor: Handle) {
    if (!isContiguous(tensor)) throw makeError("NOT_CONTIGUOUS", [shapeOf(tensor), stridesOf(tensor)]);
    this.#tensor = tensor;
    this.#made = epoch();
    this.dtype = dtypeOf(tensor);
    this.shape = shapeOf(tensor);
    this.#array = elementsInPlace(tensor);
  }

  /** The elements in row-major order: the tensor's own memory. */
  get data(): TensorArray {
    if (
      this.#made !== epoch() ||
      this.#tensor.disposed ||
      this.#array.buffer !== runtime.exports.memory.buffer
    ) {
      throw makeError("STALE_VIEW", []);
    }
    return this.#array;
  }
}
