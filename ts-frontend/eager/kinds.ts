/** What JavaScript values are to an operator: the kinds that overload resolution decides by. */

import { dtypeAliases, dtypes } from "../../format/dtype.ts";
import type { Argument, EnumKind } from "../../format/schema.ts";
import { printType, type Type } from "../../format/types.ts";
import { Dim, Sym } from "./dim.ts";
import { Generator } from "./generator.ts";
import { addressOf, Handle } from "./handle.ts";
import { runtime } from "./runtime.ts";

export const Kind = {
  /** undefined: as if the argument were not given. */
  absent: 0,
  /** null: None. */
  none: 1,
  tensor: 2,
  /** A number that is an int Scalar. */
  int: 3,
  float: 4,
  bigint: 5,
  bool: 6,
  str: 7,
  /** A string that names a dtype, or a device. */
  dtype: 8,
  device: 9,
  dim: 10,
  emptyList: 11,
  /** Numbers that are ints, bigints and Dims. */
  intList: 12,
  /** Numbers, some of which are no ints. */
  floatList: 13,
  boolList: 14,
  strList: 15,
  tensorList: 16,
  /** Tensors and nulls. */
  optionalTensorList: 17,
  generator: 18,
  other: 19,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Number of kinds. */
export const KINDS = 20;

const INT64 = 2 ** 63;

/**
 * The one rule by which a JavaScript number is an int Scalar: it is integral and an int64 can hold it. All else is a
 * float Scalar.
 */
export function isIntScalar(value: number): boolean {
  return Number.isInteger(value) && value >= -INT64 && value < INT64;
}

const dtypeNames = new Set([...Object.keys(dtypes), ...Object.keys(dtypeAliases)]);

export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case "number":
      return isIntScalar(value) ? Kind.int : Kind.float;
    case "object":
      if (value === null) return Kind.none;
      if (value instanceof Handle) return Kind.tensor;
      if (Array.isArray(value)) return kindOfList(value);
      if (value instanceof Dim) return Kind.dim;
      return value instanceof Generator ? Kind.generator : Kind.other;
    case "boolean":
      return Kind.bool;
    case "string":
      if (dtypeNames.has(value)) return Kind.dtype;
      return value === "cpu" || /^(cpu|cuda|mps|meta|xpu|webgpu)(:\d+)?$/.test(value)
        ? Kind.device
        : Kind.str;
    case "bigint":
      return Kind.bigint;
    case "undefined":
      return Kind.absent;
    default:
      return Kind.other;
  }
}

function kindOfList(list: readonly unknown[]): Kind {
  if (list.length === 0) return Kind.emptyList;
  let whole: Kind | undefined;
  for (const item of list) {
    const kind = kindOfItem(item);
    if (kind === whole || whole === undefined) whole = kind;
    else whole = join(whole, kind);
    if (whole === Kind.other) break;
  }
  return whole!;
}

function kindOfItem(item: unknown): Kind {
  switch (typeof item) {
    case "number":
      return isIntScalar(item) ? Kind.intList : Kind.floatList;
    case "bigint":
      return Kind.intList;
    case "boolean":
      return Kind.boolList;
    case "string":
      return Kind.strList;
    case "object":
      if (item === null) return Kind.optionalTensorList;
      if (item instanceof Handle) return Kind.tensorList;
      return item instanceof Dim ? Kind.intList : Kind.other;
    default:
      return Kind.other;
  }
}

/** The kind of a list that has items of both kinds. */
function join(a: Kind, b: Kind): Kind {
  const low = Math.min(a, b);
  const high = Math.max(a, b);
  if (low === Kind.intList && high === Kind.floatList) return Kind.floatList;
  if (low === Kind.tensorList && high === Kind.optionalTensorList) return Kind.optionalTensorList;
  return Kind.other;
}

/** What a schema wants in one argument; `list` kinds name their elements. */
export type Want =
  | "Tensor"
  | "Scalar"
  | "int"
  | "float"
  | "bool"
  | "str"
  | "Device"
  | "Generator"
  | EnumKind
  | "int[]"
  | "float[]"
  | "bool[]"
  | "str[]"
  | "Tensor[]"
  | "Tensor?[]"
  | "other";

const LISTS = new Set(["int[]", "float[]", "bool[]", "str[]", "Tensor[]", "Tensor?[]"]);
const SINGLE = new Set(["Tensor", "Scalar", "int", "float", "bool", "str", "Device", "Generator"]);

/** What an argument wants, without its optionality. */
export function wantOf(arg: Argument): Want {
  if (arg.enum) return arg.enum;
  const type: Type = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
  const text = printType(type);
  return SINGLE.has(text) || LISTS.has(text) ? (text as Want) : "other";
}

/** True when a value of this kind may be given for the argument. */
export function fits(arg: Argument, want: Want, kind: Kind): boolean {
  if (kind === Kind.none) return arg.type.kind === "Optional";
  switch (want) {
    case "Tensor":
      return kind === Kind.tensor;
    case "Scalar":
      return (
        kind === Kind.int ||
        kind === Kind.float ||
        kind === Kind.bool ||
        kind === Kind.bigint ||
        kind === Kind.dim
      );
    case "int":
      return isInt(kind);
    case "float":
      return kind === Kind.float || kind === Kind.int || kind === Kind.bigint;
    case "bool":
      return kind === Kind.bool;
    case "str":
      return kind === Kind.str || kind === Kind.dtype || kind === Kind.device;
    case "Device":
      return kind === Kind.device;
    case "Generator":
      return kind === Kind.generator;
    case "ScalarType":
      return kind === Kind.dtype;
    case "Layout":
    case "MemoryFormat":
      return kind === Kind.str;
    case "int[]":
      return kind === Kind.intList || kind === Kind.emptyList || (arg.size !== undefined && isInt(kind));
    case "float[]":
      return (
        kind === Kind.floatList ||
        kind === Kind.intList ||
        kind === Kind.emptyList ||
        (arg.size !== undefined && (kind === Kind.float || kind === Kind.int))
      );
    case "bool[]":
      return (
        kind === Kind.boolList || kind === Kind.emptyList || (arg.size !== undefined && kind === Kind.bool)
      );
    case "str[]":
      return kind === Kind.strList || kind === Kind.emptyList;
    case "Tensor[]":
      return kind === Kind.tensorList || kind === Kind.emptyList;
    case "Tensor?[]":
      return kind === Kind.tensorList || kind === Kind.optionalTensorList || kind === Kind.emptyList;
    default:
      return false;
  }
}

function isInt(kind: Kind): boolean {
  return kind === Kind.int || kind === Kind.bigint || kind === Kind.dim;
}

/** `float32 [2, 3]`. */
function summary(handle: Handle): string {
  const { dtype, shape } = runtime.describe(addressOf(handle));
  return `${dtype} [${shape.join(", ")}]`;
}

/** The value in words, for messages: its type, and what it is where that is short. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Handle) return value.disposed ? "a freed tensor" : `a tensor ${summary(value)}`;
  if (value instanceof Sym) return `Dim ${value}`;
  switch (typeof value) {
    case "number":
      return `the ${isIntScalar(value) ? "int" : "float"} ${value}`;
    case "bigint":
      return `the int ${value}`;
    case "string":
      return `the string ${JSON.stringify(value)}`;
    case "boolean":
      return String(value);
    case "object":
      return Array.isArray(value)
        ? describeList(value)
        : `an object (${value.constructor?.name ?? "no class"})`;
    default:
      return typeof value;
  }
}

function describeList(list: readonly unknown[]): string {
  switch (kindOfList(list)) {
    case Kind.emptyList:
      return "an empty array";
    case Kind.intList:
    case Kind.floatList:
    case Kind.boolList:
      return `[${list.slice(0, 8).join(", ")}${list.length > 8 ? ", …" : ""}]`;
    case Kind.strList:
      return "an array of strings";
    case Kind.tensorList:
      return `an array of ${list.length} tensors`;
    case Kind.optionalTensorList:
      return `an array of ${list.length} tensors and nulls`;
    default:
      return "an array of mixed or unknown items";
  }
}
