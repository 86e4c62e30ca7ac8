/** Errors about constructor arguments and inputs of modules. */

import { SconceError } from "../../loader/error.ts";
import type { Tensor } from "../tensor.ts";

/** BAD_VALUE: options that do not go together. */
export function optionError(message: string): SconceError {
  return new SconceError({
    code: "BAD_VALUE",
    message,
    advice: "See the module's constructor for the values it takes.",
  });
}

/** Throws SconceError (NDIM) unless the input has one of these numbers of dimensions. */
export function checkRank(module: object, input: Tensor, ...ranks: number[]): void {
  if (ranks.includes(input.dim())) return;
  throw new SconceError({
    code: "NDIM",
    op: module.constructor.name,
    message: `expected an input of ${ranks.join(" or ")} dimensions, got ${input.dim()}`,
    facts: [input.dim()],
    advice: "Reshape the input.",
  });
}
