/** Static types of IR values: TorchScript's type system, its subtyping, and its text notation. */

import { quote, Scanner } from "./scan.ts";

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

/** Notation of the simple kinds; the first spelling is printed, the others are read. */
const SIMPLE: Readonly<Record<SimpleKind, readonly string[]>> = {
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

const simpleByName = new Map<string, SimpleKind>(
  (Object.keys(SIMPLE) as SimpleKind[]).flatMap((kind) => SIMPLE[kind].map((name) => [name, kind] as const)),
);

/** Heads of refined tensor types in PyTorch's printed graphs: `Float(2, 3, strides=[3, 1], device=cpu)`. */
const REFINED_TENSORS = new Set(
  "Float Double Half BFloat16 Char Byte Short Int Long Bool ComplexFloat ComplexDouble".split(" "),
);

const DOTTED = /^[A-Za-z_$][\w$]*(?:\.[\w$]+)+$/;
const DOTTED_AT = /[A-Za-z_$][\w$]*(?:\.[\w$]+)*/y;
const PLAIN = /^[A-Za-z_$][\w$]*$/;

// ---------------------------------------------------------------------------------------------------------------
// Making types. Equal types made here are the same object.

const interned = new Map<string, Type>();
const printed = new WeakMap<Type, string>();

function intern<T extends Type>(type: T): T {
  const text = printType(type);
  const known = interned.get(text);
  if (known !== undefined) return known as T;
  Object.freeze(type);
  interned.set(text, type);
  return type;
}

function simple(kind: SimpleKind): Type {
  return intern({ kind });
}

export const TensorType = simple("Tensor");
export const IntType = simple("int");
export const FloatType = simple("float");
export const BoolType = simple("bool");
export const StrType = simple("str");
export const NoneType = simple("None");
export const DeviceType = simple("Device");
export const ScalarType = simple("Scalar");
export const AnyType = simple("Any");
export const GeneratorType = simple("Generator");
export const FunctionType = simple("Function");

/** The simple type of this kind. */
export function simpleType(kind: SimpleKind): Type {
  return simple(kind);
}

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
      return simple(type.kind);
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// ---------------------------------------------------------------------------------------------------------------
// Comparing types.

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

// ---------------------------------------------------------------------------------------------------------------
// Notation.

/**
 * TorchScript's IR notation: `Tensor`, `int[]`, `Tensor?`, `(Tensor, int)`, `Dict(str, Tensor)`, `Future(T)`,
 * `Union(int, str)`, `NoneType`, `__torch__.MyCell`, `InterfaceType<Q>`, `Enum<Q>`,
 * `NamedTuple(Q, x : Tensor, y : int)`. A class name without a dot is written `Class<"name">`.
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
      return DOTTED.test(type.name) ? type.name : `Class<${quote(type.name)}>`;
    case "Interface":
      return `InterfaceType<${DOTTED.test(type.name) ? type.name : quote(type.name)}>`;
    case "Enum":
      return `Enum<${DOTTED.test(type.name) ? type.name : quote(type.name)}>`;
    case "Var":
      return type.name;
    case "Tuple": {
      const { elems, names, name } = type;
      if (names === undefined) return `(${elems.map(printType).join(", ")})`;
      const fields = elems.map((elem, i) => {
        const field = names[i]!;
        return `${PLAIN.test(field) ? field : quote(field)} : ${printType(elem)}`;
      });
      if (name !== undefined) fields.unshift(DOTTED.test(name) ? name : `<${quote(name)}>`);
      return `NamedTuple(${fields.join(", ")})`;
    }
    default:
      return SIMPLE[type.kind][0]!;
  }
}

/**
 * The inverse of printType. It also reads PyTorch's other spellings: `Future[int]`, `Union[int, str]`, `number`, and
 * refined tensors such as `Float(2, 3, strides=[3, 1])`, whose refinement is dropped. Throws FormatSyntaxError.
 */
export function parseType(text: string): Type {
  const scanner = new Scanner(text);
  const type = scanType(scanner);
  if (!scanner.end()) scanner.fail("end of type");
  return type;
}

/** What else a schema writes in its types; parseType has none of it. */
export interface TypeMarks {
  /** The type of a name that is no type of the IR, such as `ScalarType`; undefined for any other name. */
  base(name: string): Type | undefined;
  /** Called after the base type and after each suffix; may consume text, such as an alias annotation `(a!)`. */
  after(scanner: Scanner, suffixes: number): void;
  /** The length in `int[2]`. */
  size(length: number): void;
}

/** Reads a type at the cursor. */
export function scanType(scanner: Scanner, marks?: TypeMarks): Type {
  let type = scanBase(scanner, marks);
  let suffixes = 0;
  marks?.after(scanner, suffixes);
  for (;;) {
    if (scanner.eat("[")) {
      const length = marks === undefined ? undefined : scanner.match(/\d+/y);
      if (length !== undefined) marks!.size(Number(length));
      scanner.expect("]");
      type = listOf(type);
    } else if (scanner.eat("?")) {
      type = optionalOf(type);
    } else {
      return type;
    }
    marks?.after(scanner, ++suffixes);
  }
}

function scanBase(scanner: Scanner, marks?: TypeMarks): Type {
  if (scanner.eat("(")) return tupleOf(scanList(scanner, ")", () => scanType(scanner)));
  const start = scanner.pos;
  const head = scanner.match(DOTTED_AT) ?? scanner.fail("a type");
  switch (head) {
    case "Dict": {
      scanner.expect("(");
      const key = scanType(scanner);
      scanner.expect(",");
      const value = scanType(scanner);
      scanner.expect(")");
      return dictOf(key, value);
    }
    case "Union":
      return unionOf(scanList(scanner, openBracket(scanner), () => scanType(scanner)));
    case "Future":
    case "RRef": {
      const close = openBracket(scanner);
      const elem = scanType(scanner);
      scanner.expect(close);
      return head === "Future" ? futureOf(elem) : rrefOf(elem);
    }
    case "Class":
      return classType(scanAngled(scanner));
    case "InterfaceType":
      return interfaceType(scanAngled(scanner));
    case "Enum":
      return enumType(scanAngled(scanner));
    case "NamedTuple":
      return scanNamedTuple(scanner);
  }
  if (head.includes(".")) return classType(head);
  const special = marks?.base(head);
  if (special !== undefined) return special;
  const kind = simpleByName.get(head);
  if (kind !== undefined) return simple(kind);
  if (REFINED_TENSORS.has(head) && scanner.at("(")) return skipRefinement(scanner);
  if (!/^[a-z]/.test(head)) scanner.failAt(start, "a type");
  return typeVar(head);
}

function openBracket(scanner: Scanner): ")" | "]" {
  if (scanner.eat("[")) return "]";
  scanner.expect("(");
  return ")";
}

function scanList<T>(scanner: Scanner, close: string, item: () => T): T[] {
  const items: T[] = [];
  if (scanner.eat(close)) return items;
  do items.push(item());
  while (scanner.eat(","));
  scanner.expect(close);
  return items;
}

function scanAngled(scanner: Scanner): string {
  scanner.expect("<");
  const name = scanner.at('"')
    ? scanner.string()
    : (scanner.match(DOTTED_AT) ?? scanner.fail("a qualified name"));
  scanner.expect(">");
  return name;
}

function scanNamedTuple(scanner: Scanner): Type {
  scanner.expect("(");
  let name: string | undefined;
  const names: string[] = [];
  const elems: Type[] = [];
  let first = true;
  if (!scanner.eat(")")) {
    do {
      if (first && scanner.at("<")) {
        name = scanAngled(scanner);
      } else {
        const field = scanner.at('"')
          ? scanner.string()
          : (scanner.match(DOTTED_AT) ?? scanner.fail("a field"));
        if (scanner.eat(":")) {
          names.push(field);
          elems.push(scanType(scanner));
        } else if (first) {
          name = field;
        } else {
          scanner.fail('":"');
        }
      }
      first = false;
    } while (scanner.eat(","));
    scanner.expect(")");
  }
  return tupleOf(elems, names, name);
}

function skipRefinement(scanner: Scanner): Type {
  let depth = 0;
  do {
    const bracket = scanner.match(/[^()]*[()]/y) ?? scanner.fail('")"');
    depth += bracket.endsWith("(") ? 1 : -1;
  } while (depth > 0);
  return TensorType;
}
