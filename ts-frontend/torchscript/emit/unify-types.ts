/** The type of a variable that two branches set: TorchScript's rule. */

import { type ClassFacts, isSubtype, listOf, optionalOf, type Type, tupleOf } from "../../../format/types.ts";

/** The smallest type of both, undefined if there is none. */
export function unifyTypes(a: Type, b: Type, facts: ClassFacts): Type | undefined {
  if (isSubtype(a, b, facts)) return b;
  if (isSubtype(b, a, facts)) return a;
  if (a.kind === "None") return optionalOf(b);
  if (b.kind === "None") return optionalOf(a);
  if (a.kind === "Optional" || b.kind === "Optional") {
    const inner = unifyTypes(a.kind === "Optional" ? a.elem : a, b.kind === "Optional" ? b.elem : b, facts);
    return inner && optionalOf(inner);
  }
  if (a.kind === "Tuple" && b.kind === "Tuple" && a.elems.length === b.elems.length) {
    const elems = a.elems.map((elem, i) => unifyTypes(elem, b.elems[i]!, facts));
    return elems.every((elem) => elem !== undefined) ? tupleOf(elems) : undefined;
  }
  if (a.kind === "List" && b.kind === "List") {
    const elem = unifyTypes(a.elem, b.elem, facts);
    return elem && listOf(elem);
  }
  return undefined;
}
