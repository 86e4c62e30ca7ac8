/** The model of static types, and their makers. Types made here are interned: equal types are the same object. */

import { printType } from "./print.ts";

/** Kinds that carry nothing but themselves. `Scalar` is TorchScript's `number`: an int, a float or a bool. */
export type SimpleKind =
  | "Tensor"
  | "int"
  | "float"
  | "bool"
  | "str"
  | "complex"
  | "None"
  | "Device"
  | "Scalar"
  | "Any"
  | "Generator"
  | "Storage"
  | "Stream"
  | "QScheme"
  | "Function"
  | "AnyList"
  | "AnyTuple"
  | "AnyClass"
  | "AnyEnum";

export type Type =
  | { readonly kind: SimpleKind }
  | { readonly kind: "List"; readonly elem: Type }
  | {
      readonly kind: "Tuple";
      readonly elems: readonly Type[];
      /** Field names: present for a NamedTuple only, one per element. */
      readonly names?: readonly string[];
      /** Qualified name of a NamedTuple. */
      readonly name?: string;
    }
  | { readonly kind: "Optional"; readonly elem: Type }
  | { readonly kind: "Dict"; readonly key: Type; readonly value: Type }
  | { readonly kind: "Union"; readonly members: readonly Type[] }
  | { readonly kind: "Class"; readonly name: string }
  | { readonly kind: "Interface"; readonly name: string }
  | { readonly kind: "Enum"; readonly name: string }
  | { readonly kind: "Future"; readonly elem: Type }
  | { readonly kind: "RRef"; readonly elem: Type }
  /** A type variable of a schema: the `t` of `aten::append.t(t[](a!) self, t el)`. */
  | { readonly kind: "Var"; readonly name: string };

export type TypeKind = Type["kind"];

const interned = new Map<string, Type>();

function intern<T extends Type>(type: T): T {
  const text = printType(type);
  const known = interned.get(text);
  if (known !== undefined) return known as T;
  Object.freeze(type);
  interned.set(text, type);
  return type;
}

/** The type of this kind that carries nothing else. */
export function simpleType(kind: SimpleKind): Type {
  return intern({ kind });
}

export const TensorType = simpleType("Tensor");
export const IntType = simpleType("int");
export const FloatType = simpleType("float");
export const BoolType = simpleType("bool");
export const StrType = simpleType("str");
export const NoneType = simpleType("None");
export const DeviceType = simpleType("Device");
export const ScalarType = simpleType("Scalar");
export const AnyType = simpleType("Any");
export const GeneratorType = simpleType("Generator");
export const FunctionType = simpleType("Function");

export function listOf(elem: Type): Type {
  return intern({ kind: "List", elem: canonical(elem) });
}

/** A tuple; with `names` (one per element) and perhaps a qualified `name`, a NamedTuple. */
export function tupleOf(elems: readonly Type[], names?: readonly string[], name?: string): Type {
  const inner = elems.map(canonical);
  if (names === undefined) return intern({ kind: "Tuple", elems: inner });
  if (names.length !== elems.length) throw new RangeError("a NamedTuple has one name per element");
  const fields = [...names];
  return intern({ kind: "Tuple", elems: inner, names: fields, ...(name === undefined ? {} : { name }) });
}

/**
 * An error as a value, which `js::Try` gives its second block: the class it was raised with (`SconceError` for an operator's),
 * its message (empty for an operator's, whose words are made outside the runtime), and its record, from which
 * `js::rethrow` raises the very same error again; empty for an error that the program makes itself.
 */
export const JsErrorType = tupleOf([StrType, StrType, StrType], ["name", "message", "record"], "js.Error");

/** `elem?`. Optional of Optional, of None and of a Union with None are already optional and come back unchanged. */
export function optionalOf(elem: Type): Type {
  const inner = canonical(elem);
  if (inner.kind === "Optional" || inner.kind === "None") return inner;
  if (inner.kind === "Union") return unionOf([...inner.members, NoneType]);
  return intern({ kind: "Optional", elem: inner });
}

export function dictOf(key: Type, value: Type): Type {
  return intern({ kind: "Dict", key: canonical(key), value: canonical(value) });
}

/** A union: flattened, without repeats, in one fixed order. Of one member: that member; of one and None: Optional. */
export function unionOf(members: readonly Type[]): Type {
  const flat = new Set<Type>();
  for (const member of members.map(canonical)) {
    if (member.kind === "Union") for (const inner of member.members) flat.add(inner);
    else if (member.kind === "Optional") flat.add(member.elem).add(NoneType);
    else flat.add(member);
  }
  const order = [...flat].sort((a, b) => compareText(printType(a).toLowerCase(), printType(b).toLowerCase()));
  if (order.length === 0) throw new RangeError("a union has at least one member");
  if (order.length === 1) return order[0]!;
  if (order.length === 2 && flat.has(NoneType)) return optionalOf(order.find((type) => type !== NoneType)!);
  return intern({ kind: "Union", members: order });
}

export function classType(name: string): Type {
  return intern({ kind: "Class", name });
}

export function interfaceType(name: string): Type {
  return intern({ kind: "Interface", name });
}

export function enumType(name: string): Type {
  return intern({ kind: "Enum", name });
}

export function futureOf(elem: Type): Type {
  return intern({ kind: "Future", elem: canonical(elem) });
}

export function rrefOf(elem: Type): Type {
  return intern({ kind: "RRef", elem: canonical(elem) });
}

export function typeVar(name: string): Type {
  return intern({ kind: "Var", name });
}

/** The interned type equal to `type`, which may be a plain object literal. */
export function canonical(type: Type): Type {
  if (interned.get(printType(type)) === type) return type;
  switch (type.kind) {
    case "List":
      return listOf(type.elem);
    case "Tuple":
      return tupleOf(type.elems, type.names, type.name);
    case "Optional":
      return optionalOf(type.elem);
    case "Dict":
      return dictOf(type.key, type.value);
    case "Union":
      return unionOf(type.members);
    case "Future":
      return futureOf(type.elem);
    case "RRef":
      return rrefOf(type.elem);
    case "Class":
    case "Interface":
    case "Enum":
    case "Var":
      return intern({ kind: type.kind, name: type.name });
    default:
      return simpleType(type.kind);
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
