/** Overload resolution by static types, as the printer and the parser of graphs agree on it. */

import { isSubtype, type Type } from "../types.ts";
import type { Op } from "./define.ts";
import { overloads } from "./table.ts";

/** Whether a value of this type fits; a type variable is bound by the first type it meets. */
function accepts(wanted: Type, type: Type, bound: Map<string, Type>): boolean {
  switch (wanted.kind) {
    case "Any":
      return true;
    case "Var": {
      const before = bound.get(wanted.name);
      if (before === undefined) bound.set(wanted.name, type);
      return before === undefined || isSubtype(type, before);
    }
    case "List":
    case "Future":
    case "RRef":
      return type.kind === wanted.kind && containsVariable(wanted)
        ? accepts(wanted.elem, type.elem, bound)
        : isSubtype(type, wanted);
    case "Optional":
      if (!containsVariable(wanted)) return isSubtype(type, wanted);
      if (type.kind === "None") return true;
      return accepts(wanted.elem, type.kind === "Optional" ? type.elem : type, bound);
    case "Dict":
      return type.kind === "Dict" && containsVariable(wanted)
        ? accepts(wanted.key, type.key, bound) && accepts(wanted.value, type.value, bound)
        : isSubtype(type, wanted);
    case "Tuple":
      return type.kind === "Tuple" && containsVariable(wanted) && type.elems.length === wanted.elems.length
        ? wanted.elems.every((elem, i) => accepts(elem, type.elems[i]!, bound))
        : isSubtype(type, wanted);
    default:
      return isSubtype(type, wanted);
  }
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
    const bound = new Map<string, Type>();
    return args.every((arg, i) => accepts(arg.type, inputs[i]!, bound));
  });
}
