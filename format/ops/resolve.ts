/** Overload resolution by static types, as the printer and the parser of graphs agree on it. */

import type { Type } from "../types.ts";
import { type Bindings, unify } from "../unify.ts";
import type { Op } from "./define.ts";
import { overloads } from "./table.ts";

/**
 * The overload of `symbol` (`aten::add`) that inputs of these types call: the first in the table that takes exactly
 * these, none of them converted. Undefined when there is none.
 */
export function resolveOverload(symbol: string, inputs: readonly Type[]): Op | undefined {
  return overloads(symbol).find((op) => {
    const { args, vararg } = op.schema;
    if (vararg ? inputs.length < args.length : inputs.length !== args.length) return false;
    const bindings: Bindings = new Map();
    return args.every((arg, i) => unify(arg.type, inputs[i]!, bindings));
  });
}
