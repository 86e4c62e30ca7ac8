/** Types as the archive's source writes them: `Optional[List[__torch__.Point]]`. */

import {
  dictOf,
  futureOf,
  IntType,
  listOf,
  NoneType,
  optionalOf,
  rrefOf,
  type SimpleKind,
  simpleType,
  type Type,
  tupleOf,
  unionOf,
} from "../../../format/types.ts";
import type { Expr } from "../syntax/ast.ts";

const SIMPLE: Readonly<Record<string, SimpleKind>> = {
  Tensor: "Tensor",
  int: "int",
  float: "float",
  bool: "bool",
  str: "str",
  complex: "complex",
  number: "Scalar",
  Scalar: "Scalar",
  Device: "Device",
  Any: "Any",
  Generator: "Generator",
  Storage: "Storage",
  Stream: "Stream",
  QScheme: "QScheme",
  list: "AnyList",
  List: "AnyList",
  AnyListType: "AnyList",
  tuple: "AnyTuple",
  Tuple: "AnyTuple",
  AnyTupleType: "AnyTuple",
  AnyClassType: "AnyClass",
  AnyEnumType: "AnyEnum",
};

/** Types whose values are ints. */
const INTS = new Set(["dtype", "ScalarType", "Layout", "MemoryFormat", "SymInt"]);

/** What a type expression may refer to, and how it is refused. */
export interface TypeNames {
  /** The type of a dotted name, `__torch__.foo.Bar`; undefined if there is none. */
  named(qualified: string): Type | undefined;
  refuse(message: string, at: Expr): never;
}

/** `a.b.c` as text, undefined for any other expression. */
export function dottedName(expr: Expr): string | undefined {
  if (expr.kind === "name") return expr.name;
  if (expr.kind !== "attribute") return undefined;
  const object = dottedName(expr.object);
  return object && `${object}.${expr.name}`;
}

export function typeOf(expr: Expr, names: TypeNames): Type {
  if (expr.kind === "constant" && expr.value === null) return NoneType;
  if (expr.kind === "subscript") return generic(expr, names);
  const name = dottedName(expr);
  if (name === undefined) return names.refuse("expected a type", expr);
  if (name === "NoneType" || name === "None") return NoneType;
  if (Object.hasOwn(SIMPLE, name)) return simpleType(SIMPLE[name]!);
  if (INTS.has(name)) return IntType;
  return names.named(name) ?? names.refuse(`${name} is no type`, expr);
}

function generic(expr: Expr & { kind: "subscript" }, names: TypeNames): Type {
  const head = dottedName(expr.object);
  const items = expr.index.kind === "tuple" ? expr.index.items : [expr.index];
  const inner = items.map((item) => typeOf(item, names));
  const want = (count: number) => {
    if (inner.length !== count) names.refuse(`${head} takes ${count} types, got ${inner.length}`, expr);
  };
  switch (head) {
    case "Tuple":
      return tupleOf(inner);
    case "Union":
      return unionOf(inner);
    case "List":
      want(1);
      return listOf(inner[0]!);
    case "Optional":
      want(1);
      return optionalOf(inner[0]!);
    case "Future":
      want(1);
      return futureOf(inner[0]!);
    case "RRef":
      want(1);
      return rrefOf(inner[0]!);
    case "Dict":
      want(2);
      return dictOf(inner[0]!, inner[1]!);
    default:
      return names.refuse(`${head ?? "this"}[…] is no type`, expr);
  }
}
