/** Operator schemas: their model, and the reader and writer of PyTorch's schema text. */

import { dtypeAliases, dtypes } from "./dtype.ts";
import { formatFloat, parseFloatLiteral, quote, Scanner } from "./scan.ts";
import { IntType, printType, StrType, scanType, type Type } from "./types.ts";

/** A default in plain JavaScript: the argument's type says whether a number is an int or a float. */
export type DefaultValue = null | boolean | number | string | number[] | boolean[] | string[];

/** Argument kinds that PyTorch writes by name and passes as an int. */
export type EnumKind = "ScalarType" | "Layout" | "MemoryFormat";

/** `Tensor(a!)`: the alias sets a value belongs to, and whether the operator writes it. */
export interface Alias {
  /** `a`, `*` (anything), or several as `b|a`. */
  set: string;
  write: boolean;
  /** The sets after the call, where they change: the `*` of `(b -> *)`. */
  after?: string;
  /** How many suffixes (`[]`, `?`) follow the mark: 1 for `Tensor(a)[]`, absent for `Tensor[](a)`. */
  inner?: number;
}

export interface Argument {
  name: string;
  type: Type;
  /** The length of `int[2]`, to which a single int may be broadcast. */
  size?: number;
  /** Absent: the argument is required. */
  default?: DefaultValue;
  /** The default of a Scalar argument is a float Scalar although its value is whole: `Scalar alpha=1.`. */
  floatDefault?: true;
  /** Keyword-only: after the `*`. */
  kwarg: boolean;
  alias?: Alias;
  enum?: EnumKind;
}

export interface Return {
  name?: string;
  type: Type;
  size?: number;
  alias?: Alias;
  enum?: EnumKind;
}

export interface Schema {
  /** With its namespace: `aten::add`. */
  name: string;
  /** `Tensor`, or empty. */
  overload: string;
  args: Argument[];
  returns: Return[];
  /** Any further arguments of any type: `(str self, ...)`. */
  vararg?: true;
  /** Any number of results: `-> ...`. */
  varret?: true;
}

/** `aten::add.Tensor`, or `aten::relu` where the overload is empty. */
export function fullName(schema: Pick<Schema, "name" | "overload">): string {
  return schema.overload === "" ? schema.name : `${schema.name}.${schema.overload}`;
}

/** `rounding_mode` → `roundingMode`, `__and__` → `and`: names of operators and arguments as TypeScript has them. */
export function camelCase(name: string): string {
  const own = /^__(\w+?)__$/.exec(name)?.[1] ?? name;
  return own.replace(/([a-z0-9])_+([a-z0-9])/g, (_, a: string, b: string) => a + b.toUpperCase());
}

/** Numbers of the names that defaults may use in place of an int. */
export const ENUM_VALUES: Readonly<Record<EnumKind, Readonly<Record<string, number>>>> = {
  ScalarType: {
    ...Object.fromEntries(Object.values(dtypes).map((info) => [info.name, info.code])),
    ...Object.fromEntries(Object.entries(dtypeAliases).map(([alias, name]) => [alias, dtypes[name].code])),
  },
  Layout: { strided: 0, sparse_coo: 1, sparse_csr: 2 },
  MemoryFormat: { contiguous_format: 0, preserve_format: 1, channels_last: 2, channels_last_3d: 3 },
};

const REDUCTIONS: Readonly<Record<string, number>> = { None: 0, Mean: 1, Sum: 2 };

const OPERATOR = /[A-Za-z_]\w*::[A-Za-z_]\w*/y;
const OVERLOAD = /\w+/y;
const ARG_NAME = /[A-Za-z_]\w*/y;
const ALIAS_SET = /(?:\*|[a-z]\w*(?:\|[a-z]\w*)*)/y;

interface Typed {
  type: Type;
  size?: number;
  alias?: Alias;
  enum?: EnumKind;
}

/**
 * Reads one schema in PyTorch's notation (as its registry prints it, or as `native_functions.yaml` writes it).
 * SymInt is int. Throws FormatSyntaxError.
 */
export function parseSchema(text: string): Schema {
  const scanner = new Scanner(text);
  const name = scanner.match(OPERATOR) ?? scanner.fail("an operator name such as aten::add");
  const overload = scanner.eat(".") ? (scanner.match(OVERLOAD) ?? scanner.fail("an overload name")) : "";
  const schema: Schema = { name, overload, args: [], returns: [] };
  scanArguments(scanner, schema);
  scanner.expect("->");
  scanReturns(scanner, schema);
  if (!scanner.end()) scanner.fail("end of schema");
  return schema;
}

function scanArguments(scanner: Scanner, schema: Schema): void {
  scanner.expect("(");
  if (scanner.eat(")")) return;
  let kwarg = false;
  do {
    if (scanner.eat("...")) {
      schema.vararg = true;
      break;
    }
    if (!kwarg && scanner.eat("*")) {
      kwarg = true;
      continue;
    }
    const typed = scanTyped(scanner);
    const name = scanner.match(ARG_NAME) ?? `_${schema.args.length}`;
    const arg: Argument = { name, ...typed, kwarg };
    if (scanner.eat("=")) {
      const start = scanner.pos;
      arg.default = scanDefault(scanner, arg.type, arg);
      if (isScalar(arg.type) && Number.isInteger(arg.default)) {
        if (/[.e]/.test(scanner.text.slice(start, scanner.pos))) arg.floatDefault = true;
      }
    }
    schema.args.push(arg);
  } while (scanner.eat(","));
  scanner.expect(")");
}

function scanReturns(scanner: Scanner, schema: Schema): void {
  const one = () => {
    const typed = scanTyped(scanner);
    const name = scanner.match(ARG_NAME);
    schema.returns.push(name === undefined ? typed : { name, ...typed });
  };
  if (scanner.eat("...")) {
    schema.varret = true;
  } else if (scanner.eat("(")) {
    if (scanner.eat(")")) return;
    do one();
    while (scanner.eat(","));
    scanner.expect(")");
  } else {
    one();
  }
}

function scanTyped(scanner: Scanner): Typed {
  const typed: Partial<Typed> = {};
  let suffixes = 0;
  let markedAt = 0;
  const type = scanType(scanner, {
    base(name) {
      if (name === "Dimname") return StrType;
      if (!Object.hasOwn(ENUM_VALUES, name)) return undefined;
      typed.enum = name as EnumKind;
      return IntType;
    },
    after(at, count) {
      suffixes = count;
      if (typed.alias !== undefined || at.text[at.pos] !== "(") return;
      typed.alias = scanAlias(at);
      markedAt = count;
    },
    size(length) {
      typed.size = length;
    },
  });
  if (typed.alias !== undefined && suffixes > markedAt) typed.alias.inner = suffixes - markedAt;
  return { type, ...typed };
}

function scanAlias(scanner: Scanner): Alias {
  scanner.expect("(");
  const set = scanner.match(ALIAS_SET) ?? scanner.fail("an alias set");
  const alias: Alias = { set, write: scanner.eat("!") };
  if (scanner.eat("->")) alias.after = scanner.match(ALIAS_SET) ?? scanner.fail("an alias set");
  scanner.expect(")");
  return alias;
}

/** The value written for an argument of this type; a single value for `int[2]` is repeated to its length. */
function scanDefault(scanner: Scanner, type: Type, arg: { size?: number; enum?: EnumKind }): DefaultValue {
  if (type.kind === "Optional") {
    if (scanner.match(/None\b/y) !== undefined) return null;
    return scanDefault(scanner, type.elem, arg);
  }
  if (type.kind !== "List") return scanSingle(scanner, type, arg.enum);
  const items: (boolean | number | string)[] = [];
  if (scanner.eat("[")) {
    while (!scanner.eat("]")) {
      items.push(scanItem(scanner, type.elem));
      if (!scanner.at("]")) scanner.expect(",");
    }
  } else {
    if (arg.size === undefined) scanner.fail('"["');
    const item = scanItem(scanner, type.elem);
    for (let i = 0; i < arg.size; i++) items.push(item);
  }
  return items as number[] | boolean[] | string[];
}

function scanItem(scanner: Scanner, type: Type): boolean | number | string {
  const start = scanner.pos;
  const item = scanSingle(scanner, type);
  if (item === null || Array.isArray(item)) return scanner.failAt(start, "an element");
  return item;
}

function scanSingle(scanner: Scanner, type: Type, enumKind?: EnumKind): DefaultValue {
  switch (type.kind) {
    case "str":
    case "Device":
      return scanner.string();
    case "bool":
      return (
        (scanner.match(/(?:True|False|true|false)\b/y) ?? scanner.fail("True or False")).toLowerCase() ===
        "true"
      );
    case "int":
      return scanInt(scanner, enumKind);
    case "float":
    case "Scalar":
      return scanFloat(scanner);
    default:
      if (scanner.match(/None\b/y) === undefined) scanner.fail(`a default for ${printType(type)}`);
      return null;
  }
}

function scanInt(scanner: Scanner, enumKind: EnumKind | undefined): number {
  const start = scanner.pos;
  const name = scanner.match(/[A-Za-z_]\w*/y);
  if (name !== undefined) {
    const names = enumKind === undefined ? REDUCTIONS : ENUM_VALUES[enumKind];
    return Object.hasOwn(names, name) ? names[name]! : scanner.failAt(start, enumKind ?? "an int");
  }
  const value = Number(scanner.number("an int"));
  return Number.isSafeInteger(value) ? value : scanner.failAt(start, "an int below 2^53");
}

function scanFloat(scanner: Scanner): number {
  return parseFloatLiteral(scanner.match(/[-+]?inf\b|nan\b/y) ?? scanner.number());
}

function isScalar(type: Type): boolean {
  return type.kind === "Scalar" || (type.kind === "Optional" && type.elem.kind === "Scalar");
}

/** The schema in PyTorch's notation; parseSchema reads it back to an equal schema. */
export function formatSchema(schema: Schema): string {
  const args: string[] = [];
  let kwarg = false;
  for (const arg of schema.args) {
    if (arg.kwarg && !kwarg) {
      args.push("*");
      kwarg = true;
    }
    const value = arg.default === undefined ? "" : `=${formatDefault(arg)}`;
    args.push(`${formatTyped(arg)} ${arg.name}${value}`);
  }
  if (schema.vararg) args.push("...");
  return `${fullName(schema)}(${args.join(", ")}) -> ${formatReturns(schema)}`;
}

function formatReturns(schema: Schema): string {
  if (schema.varret) return "...";
  const texts = schema.returns.map(
    (ret) => formatTyped(ret) + (ret.name === undefined ? "" : ` ${ret.name}`),
  );
  return texts.length === 1 && !texts[0]!.startsWith("(") ? texts[0]! : `(${texts.join(", ")})`;
}

function formatTyped(typed: Typed): string {
  const suffixes: string[] = [];
  let base = typed.type;
  for (; base.kind === "List" || base.kind === "Optional"; base = base.elem) {
    suffixes.unshift(base.kind === "Optional" ? "?" : "[]");
  }
  const list = suffixes.lastIndexOf("[]");
  if (typed.size !== undefined && list >= 0) suffixes[list] = `[${typed.size}]`;
  if (typed.alias !== undefined) {
    suffixes.splice(suffixes.length - (typed.alias.inner ?? 0), 0, formatAlias(typed.alias));
  }
  return (typed.enum ?? printType(base)) + suffixes.join("");
}

function formatAlias(alias: Alias): string {
  return `(${alias.set}${alias.write ? "!" : ""}${alias.after === undefined ? "" : ` -> ${alias.after}`})`;
}

function formatDefault(arg: Argument): string {
  const value = arg.default!;
  const type = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
  if (!Array.isArray(value)) return formatSingle(value, type, arg.floatDefault);
  const elem = type.kind === "List" ? type.elem : type;
  const items = value.map((item) => formatSingle(item, elem));
  const broadcast = value.length > 1 && value.length === arg.size && new Set(items).size === 1;
  return broadcast ? items[0]! : `[${items.join(", ")}]`;
}

function formatSingle(value: DefaultValue, type: Type, floatScalar?: true): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return quote(value);
  if (typeof value !== "number") throw new TypeError("a list inside a list is no default");
  if (type.kind === "float") return formatFloat(value);
  if (type.kind === "Scalar" && (floatScalar || !Number.isInteger(value))) return formatFloat(value);
  return Object.is(value, -0) ? "0" : String(value);
}
