/** Overload resolution by static types, as the printer and the parser of graphs agree on it. */

import type { Argument } from "../schema.ts";
import { isSubtype, type Type } from "../types.ts";
import type { Op } from "./define.ts";
import { overloads } from "./table.ts";

function accepts(arg: Argument, type: Type): boolean {
  return isSubtype(type, arg.type) || arg.type.kind === "Any" || containsVariable(arg.type);
}

function containsVariable(type: Type): boolean {
  switch (type.kind) {
    case "Var":
      return true;
    case "List":
    case "Optional":
    case "Future":
    case "RRef":
      return containsVariable(type.elem);
    case "Dict":
      return containsVariable(type.key) || containsVariable(type.value);
    case "Tuple":
      return type.elems.some(containsVariable);
    case "Union":
      return type.members.some(containsVariable);
    default:
      return false;
  }
}

/**
 * The overload of `symbol` (`aten::add`) that inputs of these types call: the first in the table that takes exactly
 * these, none of them converted. Undefined when there is none.
 */
export function resolveOverload(symbol: string, inputs: readonly Type[]): Op | undefined {
  return overloads(symbol).find((op) => {
    const { args, vararg } = op.schema;
    if (vararg ? inputs.length < args.length : inputs.length !== args.length) return false;
    return args.every((arg, i) => accepts(arg, inputs[i]!));
  });
}
