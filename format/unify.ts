/** Matching actual types against a schema's, whose type variables (`t[]`) get bound on the way. */

import {
  type ClassFacts,
  canonical,
  dictOf,
  futureOf,
  isSubtype,
  listOf,
  optionalOf,
  rrefOf,
  type Type,
  tupleOf,
  typeEquals,
  unionOf,
} from "./types.ts";

/** What type variables stand for. */
export type Bindings = Map<string, Type>;

/**
 * True if a value of type `actual` fits a parameter of type `formal`; variables in `formal` are bound at their first
 * match, and every later match must be a subtype of that (inside a list, dict or future: the same type). None fits `t?` without
 * binding `t`.
 */
export function unify(formal: Type, actual: Type, bindings: Bindings, facts?: ClassFacts): boolean {
  switch (formal.kind) {
    case "Var": {
      const bound = bindings.get(formal.name);
      if (bound !== undefined) return isSubtype(actual, bound, facts);
      bindings.set(formal.name, canonical(actual));
      return true;
    }
    case "Optional":
      if (actual.kind === "None") return true;
      return unify(formal.elem, actual.kind === "Optional" ? actual.elem : actual, bindings, facts);
    case "List":
    case "Future":
    case "RRef":
      return actual.kind === formal.kind && unifyExactly(formal.elem, actual.elem, bindings);
    case "Dict":
      return (
        actual.kind === "Dict" &&
        unifyExactly(formal.key, actual.key, bindings) &&
        unifyExactly(formal.value, actual.value, bindings)
      );
    case "Tuple":
      return (
        actual.kind === "Tuple" &&
        actual.elems.length === formal.elems.length &&
        formal.elems.every((elem, i) => unify(elem, actual.elems[i]!, bindings, facts))
      );
    default:
      return isSubtype(actual, formal, facts);
  }
}

/** As unify where the type must be the same: inside containers that can be written to. */
function unifyExactly(formal: Type, actual: Type, bindings: Bindings): boolean {
  if (!hasVariables(formal)) return typeEquals(formal, actual);
  if (!unify(formal, actual, bindings)) return false;
  const exact = substitute(formal, bindings);
  return exact !== undefined && typeEquals(exact, actual);
}

function hasVariables(type: Type): boolean {
  switch (type.kind) {
    case "Var":
      return true;
    case "List":
    case "Optional":
    case "Future":
    case "RRef":
      return hasVariables(type.elem);
    case "Dict":
      return hasVariables(type.key) || hasVariables(type.value);
    case "Tuple":
      return type.elems.some(hasVariables);
    case "Union":
      return type.members.some(hasVariables);
    default:
      return false;
  }
}

/** The type with its variables replaced; undefined if one of them is not bound. */
export function substitute(type: Type, bindings: Bindings): Type | undefined {
  if (!hasVariables(type)) return canonical(type);
  switch (type.kind) {
    case "Var":
      return bindings.get(type.name);
    case "List":
      return map(substitute(type.elem, bindings), listOf);
    case "Optional":
      return map(substitute(type.elem, bindings), optionalOf);
    case "Future":
      return map(substitute(type.elem, bindings), futureOf);
    case "RRef":
      return map(substitute(type.elem, bindings), rrefOf);
    case "Dict": {
      const value = substitute(type.value, bindings);
      return value && map(substitute(type.key, bindings), (key) => dictOf(key, value));
    }
    case "Tuple":
      return map(substituteAll(type.elems, bindings), (elems) => tupleOf(elems, type.names, type.name));
    case "Union":
      return map(substituteAll(type.members, bindings), unionOf);
    default:
      return type;
  }
}

function substituteAll(types: readonly Type[], bindings: Bindings): Type[] | undefined {
  const all = types.map((type) => substitute(type, bindings));
  return all.every((type) => type !== undefined) ? all : undefined;
}

function map<T>(value: T | undefined, change: (value: T) => Type): Type | undefined {
  return value === undefined ? undefined : change(value);
}
