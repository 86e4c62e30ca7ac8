/** Equality and subtyping of types. */

import { canonical, NoneType, type Type } from "./model.ts";

export function typeEquals(a: Type, b: Type): boolean {
  return a === b || canonical(a) === canonical(b);
}

/** What subtyping needs to know about a program's classes. */
export interface ClassFacts {
  /** True if the class (or interface) has every method of the interface, with fitting signatures. */
  implements(className: string, interfaceName: string): boolean;
}

/**
 * True if a value of type `a` may stand where `b` is expected: TorchScript's rules. Any is top; None and T are
 * subtypes of T?; lists, dicts and futures' contents: List and Dict are invariant, Tuple, Optional, Union and Future
 * covariant; a NamedTuple is a subtype of the plain tuple of its elements, not the reverse; int and float are
 * not subtypes of each other, and int, float, bool and complex are subtypes of Scalar (PyTorch leaves bool out, but
 * its tracer records bool Scalars). Class to Interface needs `facts`; without them only equal names agree.
 */
export function isSubtype(a: Type, b: Type, facts?: ClassFacts): boolean {
  if (typeEquals(a, b) || b.kind === "Any") return true;
  if (a.kind === "Union") return a.members.every((member) => isSubtype(member, b, facts));
  if (a.kind === "Optional" && b.kind !== "Optional" && b.kind !== "Union") return false;
  switch (b.kind) {
    case "Scalar":
      return a.kind === "int" || a.kind === "float" || a.kind === "bool" || a.kind === "complex";
    case "Optional":
      return a.kind === "None" || isSubtype(a.kind === "Optional" ? a.elem : a, b.elem, facts);
    case "Union":
      if (a.kind === "Optional") return isSubtype(a.elem, b, facts) && isSubtype(NoneType, b, facts);
      return b.members.some((member) => isSubtype(a, member, facts));
    case "Tuple": {
      if (a.kind !== "Tuple" || a.elems.length !== b.elems.length) return false;
      if (b.names !== undefined && (a.name !== b.name || a.names?.join("\0") !== b.names.join("\0")))
        return false;
      return a.elems.every((elem, i) => isSubtype(elem, b.elems[i]!, facts));
    }
    case "Future":
      return a.kind === "Future" && isSubtype(a.elem, b.elem, facts);
    case "Interface":
      return (
        (a.kind === "Class" || a.kind === "Interface") &&
        (a.name === b.name || facts?.implements(a.name, b.name) === true)
      );
    case "AnyList":
      return a.kind === "List";
    case "AnyTuple":
      return a.kind === "Tuple";
    case "AnyClass":
      return a.kind === "Class";
    case "AnyEnum":
      return a.kind === "Enum";
    default:
      return false;
  }
}
