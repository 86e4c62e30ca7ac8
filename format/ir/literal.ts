/** Literals of the graph text: constants and attributes, printed and read back without loss. */

import { formatFloat, parseFloatLiteral, quote, type Scanner } from "../scan.ts";
import {
  AnyType,
  BoolType,
  classType,
  FloatType,
  IntType,
  NoneType,
  printType,
  StrType,
  scanType,
  TensorType,
  type Type,
  typeEquals,
} from "../types.ts";
import { IValue, type TensorData, tensorHash, typeOfValue } from "../value.ts";
import type { Attr, AttrKind } from "./graph.ts";

const DOTTED = /^[A-Za-z_$][\w$]*(?:\.[\w$]+)+$/;
const PLAIN = /^[A-Za-z_$][\w$]*$/;
const INTEGER = /[-+]?\d+(?![\w.])/y;
const FLOAT = /[-+]?(?:inf|nan)\b|[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?/y;

/** How values that text cannot hold are written. */
export interface LiteralWriter {
  /** `<Object …>`: what stands after the class name. */
  object(value: IValue & { kind: "object" }): string;
}

/** Where the reader finds them again. */
export interface LiteralReader {
  /** The tensor with this hash; undefined if there is none. */
  tensor(hash: string): TensorData | undefined;
  /** The object that a LiteralWriter wrote with this text. */
  object(type: string, text: string): IValue | undefined;
}

// ---------------------------------------------------------------------------------------------------------------
// Values. The expected type decides what a literal means; a value of another type that does not show it is annotated.

/** A constant as PyTorch prints it: as printValue, but a bool as 1 or 0. */
export function printConstant(value: IValue, type: Type, writer: LiteralWriter): string {
  if (value.kind === "bool" && type.kind === "bool") return value.value ? "1" : "0";
  return printValue(value, type, writer);
}

/** A value as a literal where `expected` is known; without it (`Any`), as one that says its own type. */
export function printValue(value: IValue, expected: Type, writer: LiteralWriter): string {
  if (value.kind === "none") return "None";
  const wanted = expected.kind === "Optional" ? expected.elem : expected;
  const own = typeOfValue(value);
  const plain = printBare(value, own, writer);
  return typeEquals(own, wanted) || (wanted.kind === "Any" && tellsItsType(value))
    ? plain
    : `annotate(${printType(own)}, ${plain})`;
}

function tellsItsType(value: IValue): boolean {
  return ["bool", "int", "float", "str", "tensor"].includes(value.kind);
}

function printBare(value: IValue, type: Type, writer: LiteralWriter): string {
  switch (value.kind) {
    case "none":
      return "None";
    case "bool":
      return value.value ? "True" : "False";
    case "int":
      return String(value.value);
    case "float":
      return formatFloat(value.value);
    case "str":
    case "device":
      return quote(value.value);
    case "tensor":
      return printTensor(value.tensor);
    case "list":
      return `[${value.items.map((item) => printValue(item, elemOf(type), writer)).join(", ")}]`;
    case "tuple": {
      const items = value.items.map((item) => printValue(item, typeOfValue(item), writer));
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
    }
    case "dict": {
      const entries = value.entries.map(
        ([key, item]) => `${printValue(key, value.key, writer)}: ${printValue(item, value.value, writer)}`,
      );
      return `{${entries.join(", ")}}`;
    }
    case "enum": {
      const type = DOTTED.test(value.type) ? value.type : `<${quote(value.type)}>`;
      const name = PLAIN.test(value.name) ? value.name : quote(value.name);
      return `${type}.${name}(${printValue(value.value, AnyType, writer)})`;
    }
    case "object":
      return `<Object ${printType(classType(value.type))} ${writer.object(value)}>`;
  }
}

function elemOf(type: Type): Type {
  return type.kind === "List" ? type.elem : AnyType;
}

function printTensor(tensor: TensorData): string {
  return `<Tensor sha256:${tensorHash(tensor)}>`;
}

/** The inverse of printValue and printConstant. Throws FormatSyntaxError. */
export function scanValue(scanner: Scanner, expected: Type, reader: LiteralReader): IValue {
  if (scanner.match(/None\b/y) !== undefined) return IValue.none;
  if (scanner.match(/annotate\(/y) !== undefined) {
    const type = scanType(scanner);
    scanner.expect(",");
    const value = scanValue(scanner, type, reader);
    scanner.expect(")");
    return value;
  }
  return scanBare(scanner, expected.kind === "Optional" ? expected.elem : expected, reader);
}

function scanBare(scanner: Scanner, type: Type, reader: LiteralReader): IValue {
  switch (type.kind) {
    case "bool":
      return IValue.bool(/[1T]/.test(scanner.match(/(?:[01]|True|False)\b/y) ?? scanner.fail("a bool")));
    case "int":
      return scanInt(scanner);
    case "float":
      return IValue.float(scanFloat(scanner));
    case "str":
      return IValue.str(scanner.string());
    case "Device":
      return IValue.device(scanner.string("a device"));
    case "Tensor":
      return IValue.tensor(scanTensor(scanner, reader));
    case "List": {
      scanner.expect("[");
      return IValue.list(
        type.elem,
        scanItems(scanner, "]", () => scanValue(scanner, type.elem, reader)),
      );
    }
    case "Tuple": {
      scanner.expect("(");
      let next = 0;
      const items = scanItems(scanner, ")", () =>
        scanValue(scanner, type.elems[next++] ?? scanner.fail('")"'), reader),
      );
      if (items.length < type.elems.length) scanner.fail(`${type.elems.length} elements`);
      return IValue.tuple(items, type.names, type.name);
    }
    case "Dict": {
      scanner.expect("{");
      const entries = scanItems(scanner, "}", (): [IValue, IValue] => {
        const key = scanValue(scanner, type.key, reader);
        scanner.expect(":");
        return [key, scanValue(scanner, type.value, reader)];
      });
      return IValue.dict(type.key, type.value, entries);
    }
    case "Enum": {
      scanner.expect(DOTTED.test(type.name) ? type.name : `<${quote(type.name)}>`);
      scanner.expect(".");
      const name = scanner.at('"') ? scanner.string() : scanner.ident("a member");
      scanner.expect("(");
      const value = scanValue(scanner, AnyType, reader);
      scanner.expect(")");
      return IValue.enum(type.name, name, value);
    }
    case "Class": {
      scanner.expect(`<Object ${printType(type)} `);
      const start = scanner.pos;
      const text = scanner.match(/[^\s>]+/y) ?? scanner.fail("an object's name");
      scanner.expect(">");
      return (
        reader.object(type.name, text) ?? scanner.failAt(start, "an object that was given to the parser")
      );
    }
    default:
      return scanBare(scanner, guess(scanner), reader);
  }
}

/** The type that a literal shows by itself. */
function guess(scanner: Scanner): Type {
  if (scanner.at('"') || scanner.at("'")) return StrType;
  if (scanner.at("<Tensor")) return TensorType;
  if (scanner.at("True") || scanner.at("False")) return BoolType;
  const start = scanner.pos;
  const integer = scanner.match(INTEGER);
  scanner.pos = start;
  if (integer !== undefined) return IntType;
  const float = scanner.match(FLOAT);
  scanner.pos = start;
  return float === undefined ? scanner.fail("a literal, or annotate(type, literal)") : FloatType;
}

function scanInt(scanner: Scanner): IValue {
  const start = scanner.pos;
  const value = BigInt(scanner.match(INTEGER) ?? scanner.fail("an int"));
  return BigInt.asIntN(64, value) === value ? IValue.int(value) : scanner.failAt(start, "an int64");
}

function scanFloat(scanner: Scanner): number {
  return parseFloatLiteral(scanner.match(FLOAT) ?? scanner.fail("a float"));
}

function scanTensor(scanner: Scanner, reader: LiteralReader): TensorData {
  scanner.expect("<Tensor sha256:");
  const start = scanner.pos;
  const hash = scanner.match(/[0-9a-f]{64}/y) ?? scanner.fail("a SHA-256 in hex");
  scanner.expect(">");
  return reader.tensor(hash) ?? scanner.failAt(start, "the hash of a tensor that was given to the parser");
}

function scanItems<T>(scanner: Scanner, close: string, item: () => T): T[] {
  const items: T[] = [];
  while (!scanner.eat(close)) {
    items.push(item());
    if (!scanner.at(close)) scanner.expect(",");
  }
  return items;
}

// ---------------------------------------------------------------------------------------------------------------
// Attributes. Numbers, strings, tensors and types show their kind; values say `ivalue(type, literal)`, and an empty
// list says its kind.

/** An attribute of any kind but `g`. */
export function printAttr(attr: Exclude<Attr, { kind: "g" }>, writer: LiteralWriter): string {
  switch (attr.kind) {
    case "i":
      return String(attr.value);
    case "f":
      return formatFloat(attr.value);
    case "s":
      return quote(attr.value);
    case "t":
      return printTensor(attr.value);
    case "ty":
      return printType(attr.value);
    case "ival":
      return printIvalue(attr.value, writer);
    case "is":
      return printList(attr, (value) => String(value));
    case "fs":
      return printList(attr, formatFloat);
    case "ss":
      return printList(attr, quote);
    case "ts":
      return printList(attr, printTensor);
    case "tys":
      return printList(attr, printType);
    case "ivals":
      return printList(attr, (value) => printIvalue(value, writer));
  }
}

function printIvalue(value: IValue, writer: LiteralWriter): string {
  const type = typeOfValue(value);
  return `ivalue(${printType(type)}, ${printBare(value, type, writer)})`;
}

function printList<T>(attr: { kind: AttrKind; value: readonly T[] }, item: (value: T) => string): string {
  return attr.value.length === 0 ? `annotate(${attr.kind}, [])` : `[${attr.value.map(item).join(", ")}]`;
}

/** The inverse of printAttr. Throws FormatSyntaxError. */
export function scanAttr(scanner: Scanner, reader: LiteralReader): Attr {
  const empty = scanner.match(/annotate\((?:is|fs|ss|ts|tys|ivals), \[\]\)/y);
  if (empty !== undefined) return { kind: empty.slice(9, empty.indexOf(",")) as "is", value: [] };
  if (!scanner.eat("[")) return scanSingle(scanner, reader);
  const items = scanItems(scanner, "]", () => scanSingle(scanner, reader));
  const kind = items[0]?.kind ?? scanner.fail("annotate(kind, []) for an empty list");
  if (items.some((item) => item.kind !== kind)) scanner.fail("a list of one kind");
  const list = kind === "ty" ? "tys" : `${kind}s`;
  return { kind: list, value: items.map((item) => item.value) } as Attr;
}

function scanSingle(scanner: Scanner, reader: LiteralReader): Attr {
  if (scanner.match(/ivalue\(/y) !== undefined) {
    const type = scanType(scanner);
    scanner.expect(",");
    const value = type === NoneType ? scanValue(scanner, type, reader) : scanBare(scanner, type, reader);
    scanner.expect(")");
    return { kind: "ival", value };
  }
  if (scanner.at('"') || scanner.at("'")) return { kind: "s", value: scanner.string() };
  if (scanner.at("<Tensor")) return { kind: "t", value: scanTensor(scanner, reader) };
  if (
    /^[-+\d.]/.test(scanner.text.slice(scanner.pos)) ||
    /^(?:inf|nan)\b/.test(scanner.text.slice(scanner.pos))
  ) {
    const type = guess(scanner);
    const value = scanBare(scanner, type, reader);
    return value.kind === "int"
      ? { kind: "i", value: value.value }
      : { kind: "f", value: (value as { value: number }).value };
  }
  return { kind: "ty", value: scanType(scanner) };
}
