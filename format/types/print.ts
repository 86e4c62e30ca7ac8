/** TorchScript's notation of types, printed. */

import { quote } from "../scan.ts";
import type { SimpleKind, Type } from "./model.ts";

/** Notation of the simple kinds; the first spelling is printed, the others are read. */
export const SIMPLE_NAMES: Readonly<Record<SimpleKind, readonly string[]>> = {
  Tensor: ["Tensor"],
  int: ["int", "SymInt"],
  float: ["float", "SymFloat"],
  bool: ["bool", "SymBool"],
  str: ["str"],
  complex: ["complex"],
  None: ["NoneType", "None"],
  Device: ["Device"],
  Scalar: ["Scalar", "number"],
  Any: ["Any"],
  Generator: ["Generator"],
  Storage: ["Storage"],
  Stream: ["Stream"],
  QScheme: ["QScheme"],
  Function: ["Function"],
  AnyList: ["AnyListType", "list"],
  AnyTuple: ["AnyTupleType", "tuple"],
  AnyClass: ["AnyClassType"],
  AnyEnum: ["AnyEnumType"],
};

const DOTTED = /^[A-Za-z_$][\w$]*(?:\.[\w$]+)+$/;
const PLAIN = /^[A-Za-z_$][\w$]*$/;

const printed = new WeakMap<Type, string>();

/**
 * TorchScript's IR notation: `Tensor`, `int[]`, `Tensor?`, `(Tensor, int)`, `Dict(str, Tensor)`, `Future(T)`,
 * `Union(int, str)`, `NoneType`, `__torch__.MyCell`, `InterfaceType<Q>`, `Enum<Q>`,
 * `NamedTuple(Q, x : Tensor, y : int)`. A class name without a dot is written `Class<name>`, a name that is no identifier in quotes.
 */
export function printType(type: Type): string {
  const known = printed.get(type);
  if (known !== undefined) return known;
  const text = print(type);
  if (Object.isFrozen(type)) printed.set(type, text);
  return text;
}

function print(type: Type): string {
  switch (type.kind) {
    case "List":
      return `${printType(type.elem)}[]`;
    case "Optional":
      return `${printType(type.elem)}?`;
    case "Dict":
      return `Dict(${printType(type.key)}, ${printType(type.value)})`;
    case "Union":
      return `Union(${type.members.map(printType).join(", ")})`;
    case "Future":
      return `Future(${printType(type.elem)})`;
    case "RRef":
      return `RRef(${printType(type.elem)})`;
    case "Class":
      return DOTTED.test(type.name) ? type.name : `Class<${plainName(type.name)}>`;
    case "Interface":
      return `InterfaceType<${plainName(type.name)}>`;
    case "Enum":
      return `Enum<${plainName(type.name)}>`;
    case "Var":
      return type.name;
    case "Tuple": {
      const { elems, names, name } = type;
      if (names === undefined) return `(${elems.map(printType).join(", ")})`;
      const fields = elems.map((elem, i) => {
        const field = names[i]!;
        return `${PLAIN.test(field) ? field : quote(field)} : ${printType(elem)}`;
      });
      if (name !== undefined) fields.unshift(DOTTED.test(name) ? name : `<${plainName(name)}>`);
      return `NamedTuple(${fields.join(", ")})`;
    }
    default:
      return SIMPLE_NAMES[type.kind][0]!;
  }
}

function plainName(name: string): string {
  return DOTTED.test(name) || PLAIN.test(name) ? name : quote(name);
}
