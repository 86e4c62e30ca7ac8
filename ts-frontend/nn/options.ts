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

/** Throws `optionError(message)`. */
export function refuseOption(message: string): never {
  throw optionError(message);
}

/** Throws SconceError (NDIM) unless the input has one of these numbers of dimensions. */
export function checkRank(module: object, input: Tensor, rank: number, other: number = rank): void {
  const got = input.dim();
  if (got === rank || got === other) return;
  throw new SconceError({
    code: "NDIM",
    op: module.constructor.name,
    message: `expected an input of ${rank === other ? rank : `${rank} or ${other}`} dimensions, got ${got}`,
    facts: [got],
    advice: "Reshape the input.",
  });
}
