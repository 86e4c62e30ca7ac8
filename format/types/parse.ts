/** TorchScript's notation of types, read. */

import { Scanner } from "../scan.ts";
import {
  classType,
  dictOf,
  enumType,
  futureOf,
  interfaceType,
  listOf,
  optionalOf,
  rrefOf,
  type SimpleKind,
  simpleType,
  TensorType,
  type Type,
  tupleOf,
  typeVar,
  unionOf,
} from "./model.ts";
import { SIMPLE_NAMES } from "./print.ts";

const simpleByName = new Map<string, SimpleKind>(
  (Object.keys(SIMPLE_NAMES) as SimpleKind[]).flatMap((kind) =>
    SIMPLE_NAMES[kind].map((name) => [name, kind] as const),
  ),
);

/** Heads of refined tensor types in PyTorch's printed graphs: `Float(2, 3, strides=[3, 1], device=cpu)`. */
const REFINED_TENSORS = new Set(
  "Float Double Half BFloat16 Char Byte Short Int Long Bool ComplexFloat ComplexDouble".split(" "),
);

const DOTTED_AT = /[A-Za-z_$][\w$]*(?:\.[\w$]+)*/y;

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
    case "Union": {
      const close = openBracket(scanner);
      if (scanner.at(close)) scanner.fail("a type");
      return unionOf(scanList(scanner, close, () => scanType(scanner)));
    }
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
  if (kind !== undefined) return simpleType(kind);
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
