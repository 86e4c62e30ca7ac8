/** Constants in graphs: what they hold, when two are the same, results of operators as constants of a type. */

import type { GraphBuilder } from "../../format/ir/builder.ts";
import { constantOf, type Value } from "../../format/ir/graph.ts";
import { printType, type Type, typeEquals } from "../../format/types.ts";
import { type IValue, type TensorData, typeOfValue } from "../../format/value.ts";

export function constInt(value: Value | undefined): number | undefined {
  const constant = value && constantOf(value);
  return constant?.kind === "int" ? Number(constant.value) : undefined;
}

export function constBool(value: Value | undefined): boolean | undefined {
  const constant = value && constantOf(value);
  return constant?.kind === "bool" ? constant.value : undefined;
}

export function isNone(value: Value | undefined): boolean {
  return value !== undefined && (value.type.kind === "None" || constantOf(value)?.kind === "none");
}

export function constTensor(value: Value | undefined): TensorData | undefined {
  const constant = value && constantOf(value);
  return constant?.kind === "tensor" ? constant.tensor : undefined;
}

const bits = new DataView(new ArrayBuffer(8));

/** Text that is equal for equal values that hold no memory; undefined for tensors, lists, dicts and objects. */
export function immutableKey(value: IValue): string | undefined {
  switch (value.kind) {
    case "none":
      return "none";
    case "bool":
    case "int":
      return `${value.kind} ${value.value}`;
    case "float":
      bits.setFloat64(0, value.value);
      return `float ${bits.getBigUint64(0)}`;
    case "str":
    case "device":
      return `${value.kind} ${JSON.stringify(value.value)}`;
    case "enum":
      return `enum ${JSON.stringify([value.type, value.name])}`;
    case "tuple": {
      const items = value.items.map(immutableKey);
      if (items.includes(undefined)) return undefined;
      return `tuple ${printType(typeOfValue(value))} (${items.map((item) => JSON.stringify(item)).join()})`;
    }
    default:
      return undefined;
  }
}

/** As immutableKey, for what a list of such values holds too. */
export function contentKey(value: IValue): string | undefined {
  if (value.kind !== "list") return immutableKey(value);
  const items = value.items.map(contentKey);
  if (items.includes(undefined)) return undefined;
  return `list ${printType(typeOfValue(value))} [${items.map((item) => JSON.stringify(item)).join()}]`;
}

/** A result as a constant in the place of a value of this type: what it holds, and its own type. */
export function constantFor(value: IValue, type: Type): { value: IValue; type: Type } {
  const typed = withType(value, type);
  return { value: typed, type: refined(typed, type) };
}

/** Makes a constant of a result: typed as the value that it replaces where the value alone does not show its type. */
export function makeConstant(builder: GraphBuilder, value: IValue, type: Type): Value {
  const constant = constantFor(value, type);
  return builder.constant(constant.value, constant.type);
}

/** The type of a constant: what it is, where the declared type leaves that open. */
function refined(value: IValue, type: Type): Type {
  const own = typeOfValue(value);
  return type.kind === "Optional" || type.kind === "Union" || type.kind === "Any" || type.kind === "Scalar"
    ? own
    : typeEquals(own, type)
      ? type
      : own;
}

/** The value with the static types that its place gives: lists and dicts that come from the runtime have none. */
export function withType(value: IValue, type: Type): IValue {
  const place = type.kind === "Optional" && value.kind !== "none" ? type.elem : type;
  switch (value.kind) {
    case "list":
      if (place.kind !== "List") return value;
      if (value.elem !== null && typeEquals(value.elem, place.elem)) return value;
      return { ...value, elem: place.elem, items: value.items.map((item) => withType(item, place.elem)) };
    case "tuple": {
      if (place.kind !== "Tuple") return value;
      const items = value.items.map((item, i) => withType(item, place.elems[i]!));
      const names = place.names === undefined ? {} : { names: place.names };
      return {
        kind: "tuple",
        items,
        ...names,
        ...(place.name === undefined ? {} : { typeName: place.name }),
      };
    }
    case "dict":
      if (place.kind !== "Dict" || value.key.kind !== "Any") return value;
      return {
        ...value,
        key: place.key,
        value: place.value,
        entries: value.entries.map(([key, item]) => [withType(key, place.key), withType(item, place.value)]),
      };
    default:
      return value;
  }
}
