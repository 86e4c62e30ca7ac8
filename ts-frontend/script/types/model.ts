/** Static types of scripts: TypeScript's types as far as a script can use them, and the IR type of each. */

import {
  AnyType,
  BoolType,
  classType,
  DeviceType,
  dictOf,
  FloatType,
  futureOf,
  IntType,
  JsErrorType,
  listOf,
  NoneType,
  optionalOf,
  ScalarType,
  StrType,
  TensorType,
  type Type,
  tupleOf,
  unionOf,
} from "../../../format/types.ts";

export type SimpleKind =
  | "number"
  /** A number known to be integral; assignable to number. */
  | "int"
  | "boolean"
  | "string"
  /** An int64: what schemas call int. */
  | "bigint"
  | "null"
  | "undefined"
  | "Tensor"
  /** A number or bigint or boolean, decided at run time. */
  | "Scalar"
  /** What `x.size(0)` gives: an int64 with methods. */
  | "Dim"
  /** The code of a dtype, known by its name. */
  | "DType"
  | "Device"
  | "Error"
  /** A function that is inlined where it is called; it is no value at run time. */
  | "function"
  | "unknown"
  /** What an expression that never gives a value has. */
  | "never";

/** A type still to be found out: that of the items of `[]`. */
export interface TypeVariable {
  readonly kind: "variable";
  bound: SType | undefined;
}

export type SType =
  | { readonly kind: SimpleKind }
  | TypeVariable
  /** One string, number or boolean: tells the members of a union apart. */
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "array"; readonly elem: SType }
  | {
      readonly kind: "tuple";
      readonly elems: readonly SType[];
      /** Labels of the elements, which mean nothing but in a NamedTuple. */
      readonly labels?: readonly string[];
      readonly names?: readonly string[];
      readonly name?: string;
    }
  | { readonly kind: "map"; readonly key: SType; readonly value: SType }
  | { readonly kind: "set"; readonly elem: SType }
  /** `{[key: string]: V}`. */
  | { readonly kind: "record"; readonly value: SType }
  | { readonly kind: "union"; readonly members: readonly SType[] }
  /** An object of a script class or a module, by the class's qualified name. */
  | { readonly kind: "class"; readonly name: string }
  | { readonly kind: "future"; readonly elem: SType }
  /** Any other type of the IR. */
  | { readonly kind: "ir"; readonly type: Type };

export const NumberS: SType = { kind: "number" };
export const IntS: SType = { kind: "int" };
export const BooleanS: SType = { kind: "boolean" };
export const StringS: SType = { kind: "string" };
export const BigIntS: SType = { kind: "bigint" };
export const NullS: SType = { kind: "null" };
export const UndefinedS: SType = { kind: "undefined" };
export const TensorS: SType = { kind: "Tensor" };
export const ScalarS: SType = { kind: "Scalar" };
export const DimS: SType = { kind: "Dim" };
export const DTypeS: SType = { kind: "DType" };
export const DeviceS: SType = { kind: "Device" };
export const ErrorS: SType = { kind: "Error" };
export const FunctionS: SType = { kind: "function" };
export const UnknownS: SType = { kind: "unknown" };
export const NeverS: SType = { kind: "never" };

export function arrayS(elem: SType): SType {
  return { kind: "array", elem };
}

export function tupleS(elems: readonly SType[]): SType {
  return { kind: "tuple", elems };
}

/** A fresh unknown. */
export function variableS(): SType {
  return { kind: "variable", bound: undefined };
}

/** The type itself, with what variables are bound to in their place (outermost level only). */
export function resolved(type: SType): SType {
  let at = type;
  while (at.kind === "variable" && at.bound !== undefined) at = at.bound;
  return at;
}

/** True when some part of the type is not known yet. */
export function isOpen(type: SType): boolean {
  const at = resolved(type);
  switch (at.kind) {
    case "variable":
      return true;
    case "array":
    case "set":
    case "future":
      return isOpen(at.elem);
    case "tuple":
      return at.elems.some(isOpen);
    case "map":
      return isOpen(at.key) || isOpen(at.value);
    case "record":
      return isOpen(at.value);
    case "union":
      return at.members.some(isOpen);
    default:
      return false;
  }
}

/** The type in TypeScript's spelling, for messages. */
export function showType(type: SType): string {
  return spell(type, false);
}

/** As `showType`, with the whole names of classes: to compare by. */
export function typeKey(type: SType): string {
  return spell(type, true);
}

function spell(type: SType, whole: boolean): string {
  const inside = (part: SType): string => spell(part, whole);
  const at = resolved(type);
  switch (at.kind) {
    case "variable":
      return "?";
    case "literal":
      return JSON.stringify(at.value);
    case "array": {
      const inner = inside(at.elem);
      return resolved(at.elem).kind === "union" ? `(${inner})[]` : `${inner}[]`;
    }
    case "tuple":
      return at.names
        ? `${at.name ?? ""}{ ${at.names.map((name, i) => `${name}: ${inside(at.elems[i]!)}`).join("; ")} }`
        : `[${at.elems.map(inside).join(", ")}]`;
    case "map":
      return `Map<${inside(at.key)}, ${inside(at.value)}>`;
    case "set":
      return `Set<${inside(at.elem)}>`;
    case "record":
      return `Record<string, ${inside(at.value)}>`;
    case "union":
      return at.members.map(inside).join(" | ");
    case "class":
      return whole ? at.name : at.name.split(".").at(-1)!;
    case "future":
      return `Future<${inside(at.elem)}>`;
    case "ir":
      return `IR type ${JSON.stringify(at.type.kind)}`;
    default:
      return at.kind;
  }
}

/** True when both are the same type, variables seen through. */
export function sameType(a: SType, b: SType): boolean {
  const [x, y] = [resolved(a), resolved(b)];
  if (x === y) return true;
  if (x.kind !== y.kind || x.kind === "variable") return false;
  if (x.kind === "class") return x.name === (y as typeof x).name;
  if (x.kind === "ir") return x.type === (y as typeof x).type;
  if (isOpen(x) || isOpen(y)) return sameParts(x, y);
  return typeKey(x) === typeKey(y);
}

function sameParts(x: SType, y: SType): boolean {
  if (x.kind === "array" && y.kind === "array") return sameType(x.elem, y.elem);
  if (x.kind === "set" && y.kind === "set") return sameType(x.elem, y.elem);
  if (x.kind === "record" && y.kind === "record") return sameType(x.value, y.value);
  if (x.kind === "map" && y.kind === "map") return sameType(x.key, y.key) && sameType(x.value, y.value);
  if (x.kind === "tuple" && y.kind === "tuple") {
    return x.elems.length === y.elems.length && x.elems.every((elem, i) => sameType(elem, y.elems[i]!));
  }
  return false;
}

/** A literal type's wider type; others are themselves. */
export function widened(type: SType): SType {
  const at = resolved(type);
  if (at.kind === "union") return unionS(at.members.map(widened));
  if (at.kind !== "literal") return at;
  if (typeof at.value === "string") return StringS;
  if (typeof at.value === "boolean") return BooleanS;
  return Number.isInteger(at.value) ? IntS : NumberS;
}

/** The union, flattened and without repeats; int with number is number. */
export function unionS(members: readonly SType[]): SType {
  const flat: SType[] = [];
  const add = (type: SType): void => {
    const at = resolved(type);
    if (at.kind === "union") at.members.forEach(add);
    else if (at.kind !== "never" && !flat.some((other) => sameType(other, at))) flat.push(at);
  };
  members.forEach(add);
  const has = (kind: SType["kind"]): boolean => flat.some((type) => type.kind === kind);
  const kept = flat.filter((type) => {
    if (type.kind === "int") return !has("number");
    if (type.kind !== "literal") return true;
    if (typeof type.value === "string") return !has("string");
    if (typeof type.value === "boolean") return !has("boolean");
    return !has("number") && !(Number.isInteger(type.value) && has("int"));
  });
  if (kept.length === 0) return NeverS;
  if (kept.length === 1) return kept[0]!;
  return { kind: "union", members: kept };
}

export function isNullish(type: SType): boolean {
  const at = resolved(type);
  return at.kind === "null" || at.kind === "undefined";
}

/** The members of a union, or the type alone. */
export function membersOf(type: SType): readonly SType[] {
  const at = resolved(type);
  return at.kind === "union" ? at.members : [at];
}

/** The type without null and undefined. */
export function nonNullish(type: SType): SType {
  return unionS(membersOf(type).filter((member) => !isNullish(member)));
}

export function mayBeNullish(type: SType): boolean {
  return membersOf(type).some(isNullish);
}

export function isNumeric(type: SType): boolean {
  const at = resolved(type);
  return at.kind === "number" || at.kind === "int" || (at.kind === "literal" && typeof at.value === "number");
}

/** The type of a value that is one of either in two branches. */
export function joinTypes(a: SType, b: SType): SType {
  const [x, y] = [resolved(a), resolved(b)];
  if (sameType(x, y)) return x;
  if (x.kind === "variable" || y.kind === "variable") {
    unifyTypes(x, y);
    return resolved(x);
  }
  if (isNumeric(x) && isNumeric(y)) {
    return widened(x).kind === "int" && widened(y).kind === "int" ? IntS : NumberS;
  }
  if (x.kind === "array" && y.kind === "array") {
    if (unifyTypes(x, y)) return x;
    if (isNumeric(x.elem) && isNumeric(y.elem)) return arrayS(NumberS);
  }
  if (x.kind === "tuple" && y.kind === "tuple" && !x.names && x.elems.length === y.elems.length) {
    return tupleS(x.elems.map((elem, i) => joinTypes(elem, y.elems[i]!)));
  }
  return unionS([widened(x), widened(y)]);
}

/** Binds variables so that both are one type; false when that cannot be. */
export function unifyTypes(a: SType, b: SType): boolean {
  const [x, y] = [resolved(a), resolved(b)];
  if (x === y) return true;
  if (x.kind === "variable") {
    (x as TypeVariable).bound = widened(y);
    return true;
  }
  if (y.kind === "variable") {
    (y as TypeVariable).bound = widened(x);
    return true;
  }
  if (x.kind === "array" && y.kind === "array") return unifyTypes(x.elem, y.elem);
  if (x.kind === "set" && y.kind === "set") return unifyTypes(x.elem, y.elem);
  if (x.kind === "record" && y.kind === "record") return unifyTypes(x.value, y.value);
  if (x.kind === "map" && y.kind === "map") return unifyTypes(x.key, y.key) && unifyTypes(x.value, y.value);
  if (x.kind === "tuple" && y.kind === "tuple") {
    return x.elems.length === y.elems.length && x.elems.every((elem, i) => unifyTypes(elem, y.elems[i]!));
  }
  if (isNumeric(x) && isNumeric(y)) return true;
  return sameType(x, y);
}

/** The array type, known to the last, that a place asks for; undefined where it asks for none. */
export function arrayWanted(wanted: SType | undefined): SType | undefined {
  const found = wanted && membersOf(wanted).find((member) => resolved(member).kind === "array");
  return found && !isOpen(found) ? found : undefined;
}

/** True when a value of type `from` is one of type `to` as it stands (its IR type fits too). */
export function isAssignable(from: SType, to: SType): boolean {
  const [x, y] = [resolved(from), resolved(to)];
  if (sameType(x, y) || y.kind === "unknown" || x.kind === "never") return true;
  if (x.kind === "variable" || y.kind === "variable") return unifyTypes(x, y);
  if (x.kind === "union") return x.members.every((member) => isAssignable(member, y));
  if (y.kind === "union") return y.members.some((member) => isAssignable(x, member));
  if (x.kind === "literal") return isAssignable(widened(x), y);
  if (isNumeric(x) && isNumeric(y)) return true;
  if (x.kind === "array" && y.kind === "array") return irEqual(x, y) || unifyTypes(x, y);
  if (x.kind === "tuple" && y.kind === "tuple") {
    return x.elems.length === y.elems.length && x.elems.every((elem, i) => isAssignable(elem, y.elems[i]!));
  }
  if (x.kind === "Dim" && y.kind === "bigint") return true;
  if (isOpen(x) || isOpen(y)) return unifyTypes(x, y);
  return irEqual(x, y) && x.kind === y.kind;
}

function irEqual(a: SType, b: SType): boolean {
  return !isOpen(a) && !isOpen(b) && irType(a) === irType(b);
}

/** The IR type that values of a type have; what is open is Any. */
export function irType(type: SType): Type {
  const at = resolved(type);
  switch (at.kind) {
    case "number":
    case "int":
      return FloatType;
    case "boolean":
      return BoolType;
    case "string":
      return StrType;
    case "bigint":
    case "Dim":
    case "DType":
      return IntType;
    case "null":
    case "undefined":
    case "never":
      return NoneType;
    case "Tensor":
      return TensorType;
    case "Scalar":
      return ScalarType;
    case "Device":
      return DeviceType;
    case "Error":
      return JsErrorType;
    case "unknown":
    case "function":
    case "variable":
      return AnyType;
    case "literal":
      return irType(widened(at));
    case "array":
      return listOf(irType(at.elem));
    case "tuple":
      return tupleOf(at.elems.map(irType), at.names, at.name);
    case "map":
      return dictOf(irType(at.key), irType(at.value));
    case "set":
      return dictOf(irType(at.elem), BoolType);
    case "record":
      return dictOf(StrType, irType(at.value));
    case "union": {
      const some = at.members.filter((member) => !isNullish(member)).map(irType);
      if (some.length === 0) return NoneType;
      const union = unionOf(some);
      return some.length < at.members.length ? optionalOf(union) : union;
    }
    case "class":
      return classType(at.name);
    case "future":
      return futureOf(irType(at.elem));
    case "ir":
      return at.type;
  }
}

/** The script type of a value that an IR type describes: what raw operator calls give. */
export function scriptType(type: Type): SType {
  switch (type.kind) {
    case "Tensor":
      return TensorS;
    case "float":
      return NumberS;
    case "int":
      return BigIntS;
    case "bool":
      return BooleanS;
    case "str":
      return StringS;
    case "None":
      return NullS;
    case "Scalar":
      return ScalarS;
    case "Device":
      return DeviceS;
    case "Any":
      return UnknownS;
    case "List":
      return arrayS(scriptType(type.elem));
    case "Tuple":
      if (type === JsErrorType) return ErrorS;
      return {
        kind: "tuple",
        elems: type.elems.map(scriptType),
        ...(type.names ? { names: type.names } : {}),
        ...(type.name ? { name: type.name } : {}),
      };
    case "Dict":
      return { kind: "map", key: scriptType(type.key), value: scriptType(type.value) };
    case "Optional":
      return unionS([scriptType(type.elem), NullS]);
    case "Union":
      return unionS(type.members.map(scriptType));
    case "Class":
      return { kind: "class", name: type.name };
    case "Future":
      return { kind: "future", elem: scriptType(type.elem) };
    default:
      return { kind: "ir", type };
  }
}
