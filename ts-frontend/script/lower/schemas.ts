/** Calls of operators by their schemas, with JavaScript's values: the overload that the eager call would take. */

import { dtypeAliases, dtypes } from "../../../format/dtype.ts";
import type { Value } from "../../../format/ir/graph.ts";
import type { Op } from "../../../format/ops/define.ts";
import { knownOperators } from "../../../format/ops/known.gen.ts";
import { ops, overloads } from "../../../format/ops/table.ts";
import { type Argument, camelCase, ENUM_VALUES, fullName } from "../../../format/schema.ts";
import {
  BoolType,
  FloatType,
  IntType,
  listOf,
  optionalOf,
  StrType,
  TensorType,
  type Type,
  typeEquals,
} from "../../../format/types.ts";
import { type Bindings, substitute, unify } from "../../../format/unify.ts";
import { IValue } from "../../../format/value.ts";
import { type Want, wantOf } from "../../eager/kinds.ts";
import {
  arrayS,
  BooleanS,
  IntS,
  irType,
  isNullish,
  isNumeric,
  mayBeNullish,
  membersOf,
  NumberS,
  nonNullish,
  resolved,
  type SType,
  StringS,
  scriptType,
  showType,
} from "../types/model.ts";
import type { Context } from "./context.ts";
import { coerce, isSize, materialise, toInt, toScalar, typeOf, untuple } from "./convert.ts";
import { callPrelude } from "./prelude.ts";
import { type NodeLike, type SValue, UNDEFINED } from "./values.ts";

export type Named = ReadonlyMap<string, SValue>;

const symbols = new Map<string, string>();

/** The operator behind a method or function name in camelCase: `maskedFill` → `aten::masked_fill`. */
export function symbolOf(name: string): string | undefined {
  if (symbols.size === 0) {
    for (const op of ops) {
      if (!op.name.startsWith("aten::")) continue;
      const own = op.schema.name.slice(6);
      const key = camelCase(own);
      if (!symbols.has(key) || own === key) symbols.set(key, op.schema.name);
    }
  }
  return symbols.get(name);
}

export function isKnownSymbol(symbol: string): boolean {
  return knownOperators().has(symbol);
}

/** How an argument comes to its parameter. */
type Given = { readonly kind: "value"; readonly value: SValue } | { readonly kind: "default" };

interface Match {
  readonly op: Op;
  readonly given: readonly Given[];
  /** A number that may be no integer stands where an int is wanted. */
  readonly uncertain: readonly number[];
}

/** Calls an operator as its eager function does: defaults, options by name, sizes one by one. */
export function callOperator(
  ctx: Context,
  symbol: string,
  args: readonly SValue[],
  named: Named | undefined,
  node: NodeLike,
): SValue {
  const { op, given } = resolveCall(ctx, symbol, args, named ?? new Map(), node);
  const inputs = op.schema.args.map((arg, i) => {
    const from = given[i]!;
    return from.kind === "default" ? defaultValue(ctx, arg) : convert(ctx, arg, from.value, node);
  });
  return emit(ctx, op, inputs);
}

function resolveCall(
  ctx: Context,
  symbol: string,
  args: readonly SValue[],
  named: Named,
  node: NodeLike,
): Match {
  const all = overloads(symbol).filter((op) => "kernel" in op.run);
  if (all.length === 0) {
    ctx.refuse("NO_OVERLOAD", node, `the operator ${symbol} is not available`, {
      advice: isKnownSymbol(symbol)
        ? "PyTorch has it, Sconce does not yet: docs/ops.md lists what there is."
        : "docs/ops.md lists the operators.",
    });
  }
  const reasons: string[] = [];
  let uncertain: Match | undefined;
  for (const op of all) {
    const match = matchOverload(ctx, op, args, named);
    if (typeof match === "string") {
      if (isFarOff(ctx, op, args)) continue;
      reasons.push(`  ${op.text}\n    ${match}`);
      continue;
    }
    if (uncertain) {
      // An overload that takes any number comes later: which one is meant depends on the value.
      if (match.uncertain.length === 0) {
        ctx.refuse(
          "NO_OVERLOAD",
          node,
          `which overload of ${symbol} is meant depends on whether a number is integral`,
          {
            advice: "Say it in the type: declare the number as `int`, or write Math.trunc(n).",
          },
        );
      }
      continue;
    }
    if (match.uncertain.length === 0) return match;
    uncertain = match;
  }
  if (uncertain) return uncertain;
  const shown = [
    ...args.map((arg) => showType(typeOf(ctx, arg))),
    ...[...named].map(([name, value]) => `${name}: ${showType(typeOf(ctx, value))}`),
  ];
  return ctx.refuse(
    "NO_OVERLOAD",
    node,
    `no overload of ${symbol} takes (${shown.join(", ")}):\n${reasons.join("\n")}`,
  );
}

/** True for an overload that nobody means: of other objects than the given one, or one that writes into an `out`. */
function isFarOff(ctx: Context, op: Op, args: readonly SValue[]): boolean {
  const [first] = op.schema.args;
  if (op.schema.args.some((arg) => arg.name === "out" && arg.kwarg)) return true;
  return Boolean(first && args[0] && typeOf(ctx, args[0]).kind === "Tensor" && wantOf(first) !== "Tensor");
}

function matchOverload(ctx: Context, op: Op, args: readonly SValue[], named: Named): Match | string {
  const { args: schema } = op.schema;
  const given: (Given | undefined)[] = new Array(schema.length).fill(undefined);
  const uncertain: number[] = [];
  const take = (i: number, value: SValue): string | undefined => {
    const arg = schema[i]!;
    const fit = fits(ctx, arg, wantOf(arg), value);
    if (fit === "no")
      return `argument ${camelCase(arg.name)} should be ${wantText(arg)}, got ${showType(typeOf(ctx, value))}`;
    if (fit === "maybe") uncertain.push(i);
    given[i] = { kind: "value", value };
    return undefined;
  };
  const positional = schema.filter((arg) => !arg.kwarg).length;
  const rest = restOf(ctx, op, positional, args);
  const count = rest >= 0 ? rest : args.length;
  if (count > positional)
    return `takes at most ${positional} positional argument${positional === 1 ? "" : "s"}, got ${args.length}`;
  for (let i = 0; i < count; i++) {
    if (isAbsent(args[i]!)) continue;
    const reason = take(i, args[i]!);
    if (reason) return reason;
  }
  if (rest >= 0) {
    const reason = take(rest, { kind: "items", items: args.slice(rest), node: { start: 0, end: 0 } });
    if (reason) return reason;
  }
  for (const [name, value] of named) {
    if (isAbsent(value)) continue;
    const i = schema.findIndex((arg) => arg.name === name || camelCase(arg.name) === name);
    if (i < 0) return `has no argument named ${name}`;
    if (given[i]) return `argument ${name} is given twice`;
    const reason = take(i, value);
    if (reason) return reason;
  }
  for (let i = 0; i < schema.length; i++) {
    if (given[i]) continue;
    if (schema[i]!.default === undefined)
      return `argument ${camelCase(schema[i]!.name)} (${wantText(schema[i]!)}) is missing`;
    given[i] = { kind: "default" };
  }
  return { op, given: given as Given[], uncertain };
}

function isAbsent(value: SValue): boolean {
  return value.kind === "const" && value.js === undefined;
}

function wantText(arg: Argument): string {
  const want = wantOf(arg);
  return arg.type.kind === "Optional" ? `${want} or null` : want;
}

/** The position from which sizes come one by one (`x.view(2, 3)`), or −1: the rule of eager calls. */
function restOf(ctx: Context, op: Op, positional: number, args: readonly SValue[]): number {
  const at = op.schema.args[0]?.name === "self" ? 1 : 0;
  const arg = op.schema.args[at];
  if (positional !== at + 1 || !arg || wantOf(arg) !== "int[]" || args.length <= at) return -1;
  if (args.length === at + 1) {
    const only = args[at]!;
    const type = typeOf(ctx, only);
    if (only.kind === "items" || ["array", "tuple", "null"].includes(type.kind) || arg.size !== undefined)
      return -1;
  }
  return at;
}

type Fit = "yes" | "no" | "maybe";

function both(a: Fit, b: Fit): Fit {
  if (a === "no" || b === "no") return "no";
  return a === "maybe" || b === "maybe" ? "maybe" : "yes";
}

/** Whether a value may be given for an argument; "maybe" where that depends on a number being integral. */
function fits(ctx: Context, arg: Argument, want: Want, value: SValue): Fit {
  const optional = arg.type.kind === "Optional";
  let type = typeOf(ctx, value);
  if (isNullish(type)) return optional ? "yes" : "no";
  if (mayBeNullish(type)) type = resolved(nonNullish(type));
  if (want.endsWith("[]") && want !== "other") return fitsList(ctx, arg, want.slice(0, -2), value, type);
  return fitsOne(want, value, type);
}

function fitsOne(want: string, value: SValue, type: SType): Fit {
  const yes = (truth: boolean): Fit => (truth ? "yes" : "no");
  const int64 = type.kind === "bigint" || type.kind === "Dim";
  switch (want) {
    case "Tensor":
      return yes(type.kind === "Tensor");
    case "Tensor?":
      return yes(type.kind === "Tensor" || isNullish(type));
    case "Scalar":
      return yes(
        isNumeric(type) || int64 || isSize(type) || type.kind === "boolean" || type.kind === "Scalar",
      );
    case "int":
      if (int64) return "yes";
      if (value.kind === "const") return yes(typeof value.js === "number" && Number.isInteger(value.js));
      if (isSize(type))
        return membersOf(type).some((member) => resolved(member).kind === "number") ? "maybe" : "yes";
      return type.kind === "int" ? "yes" : type.kind === "number" ? "maybe" : "no";
    case "float":
      return yes(isNumeric(type) || type.kind === "bigint");
    case "bool":
      return yes(type.kind === "boolean");
    case "str":
      return yes(type.kind === "string");
    case "Device":
      return yes(
        (value.kind === "const" &&
          typeof value.js === "string" &&
          /^(cpu|cuda|mps|meta|xpu|webgpu)(:\d+)?$/.test(value.js)) ||
          type.kind === "Device",
      );
    case "ScalarType":
      return yes(
        type.kind === "DType" ||
          (value.kind === "const" && typeof value.js === "string" && isDTypeName(value.js)),
      );
    case "Layout":
      return yes(value.kind === "const" && value.js === "strided");
    case "MemoryFormat":
      return yes(
        value.kind === "const" &&
          typeof value.js === "string" &&
          Object.hasOwn(ENUM_VALUES.MemoryFormat, value.js),
      );
    default:
      return "no";
  }
}

export function isDTypeName(name: string): boolean {
  return Object.hasOwn(dtypes, name) || Object.hasOwn(dtypeAliases, name);
}

function fitsList(ctx: Context, arg: Argument, elem: string, value: SValue, type: SType): Fit {
  if (value.kind === "items") {
    return value.items
      .map((item) => {
        const own = typeOf(ctx, item);
        return fitsOne(elem, item, elem === "Tensor?" || isNullish(own) ? own : resolved(nonNullish(own)));
      })
      .reduce(both, "yes");
  }
  if (type.kind === "tuple")
    return type.elems.map((item) => fitsOne(elem, UNDEFINED_VALUE, resolved(item))).reduce(both, "yes");
  if (type.kind === "array") {
    const item = resolved(type.elem);
    if (item.kind === "variable") return "yes";
    return fitsOne(elem, UNDEFINED_VALUE, elem === "Tensor?" ? resolved(nonNullish(item)) : item);
  }
  return arg.size !== undefined && elem !== "Tensor" ? fitsOne(elem, value, type) : "no";
}

/** Stands for a value of which only the type is known. */
const UNDEFINED_VALUE: SValue = { kind: "unset" };

/** The schema's default as a constant. */
export function defaultValue(ctx: Context, arg: Argument): Value {
  const value = arg.default;
  if (value === null || value === undefined) return ctx.none();
  const type: Type = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
  if (typeof value === "string")
    return type.kind === "Device" ? ctx.constant(IValue.device(value)) : ctx.str(value);
  if (typeof value === "boolean") return ctx.bool(value);
  if (typeof value === "number") {
    const isFloat =
      type.kind === "float" ||
      (type.kind === "Scalar" && (arg.floatDefault === true || !Number.isInteger(value)));
    return isFloat ? ctx.float(value) : ctx.int(value);
  }
  const elem = type.kind === "List" ? type.elem : IntType;
  const items = (value as readonly (number | boolean | string)[]).map((item) =>
    typeof item === "boolean"
      ? IValue.bool(item)
      : typeof item === "string"
        ? IValue.str(item)
        : elem.kind === "float"
          ? IValue.float(item)
          : IValue.int(item),
  );
  return ctx.constant(IValue.list(elem, items));
}

/** A value as what an argument wants. */
function convert(ctx: Context, arg: Argument, value: SValue, node: NodeLike): Value {
  const type = typeOf(ctx, value);
  const optional = arg.type.kind === "Optional";
  if (isNullish(type)) return ctx.none();
  const want = wantOf(arg);
  if (mayBeNullish(type)) {
    const same =
      want === "Tensor" ||
      want === "bool" ||
      want === "str" ||
      (want === "float" && isNumeric(nonNullish(type)));
    if (optional && same) return materialise(ctx, value, node).value;
    return convert(ctx, arg, coerce(ctx, value, nonNullish(type), node), node);
  }
  if (want.endsWith("[]")) return convertList(ctx, arg, want.slice(0, -2), value, type, node);
  return convertOne(ctx, want, value, node);
}

function convertOne(ctx: Context, want: string, value: SValue, node: NodeLike): Value {
  switch (want) {
    case "Scalar":
      return toScalar(ctx, value, node).value;
    case "int":
      return toInt(ctx, value, node);
    case "float": {
      const type = typeOf(ctx, value);
      if (type.kind === "bigint")
        return ctx.raw("js::fromInt", [materialise(ctx, value, node).value], FloatType);
      return materialise(ctx, value, node, NumberS).value;
    }
    case "Device":
      return value.kind === "const"
        ? ctx.constant(IValue.device(String(value.js)))
        : materialise(ctx, value, node).value;
    case "ScalarType":
      return ctx.unit.dtypeCode(ctx, value, node);
    case "Layout":
      return ctx.int(0);
    case "MemoryFormat":
      return ctx.int(ENUM_VALUES.MemoryFormat[String((value as { js: unknown }).js)]!);
    default:
      return materialise(ctx, value, node).value;
  }
}

/** The value, checked to be there. */
function withoutNull(ctx: Context, value: SValue, node: NodeLike): SValue {
  const type = typeOf(ctx, value);
  return mayBeNullish(type) && !isNullish(type) ? coerce(ctx, value, nonNullish(type), node) : value;
}

const ELEMENTS: Readonly<Record<string, Type>> = {
  int: IntType,
  float: FloatType,
  bool: BoolType,
  str: StrType,
  Tensor: TensorType,
  "Tensor?": optionalOf(TensorType),
};

function convertList(
  ctx: Context,
  arg: Argument,
  elem: string,
  value: SValue,
  type: SType,
  node: NodeLike,
): Value {
  const list = listOf(ELEMENTS[elem]!);
  const build = (items: readonly SValue[]): Value => {
    const values = items.map((item) =>
      elem === "Tensor?"
        ? materialise(ctx, item, node).value
        : convertOne(ctx, elem, withoutNull(ctx, item, node), node),
    );
    return ctx.raw("prim::ListConstruct", values, list);
  };
  if (value.kind === "items") return build(value.items);
  if (type.kind === "tuple") return build(untuple(ctx, materialise(ctx, value, node)));
  if (type.kind !== "array") return build(new Array<SValue>(arg.size ?? 1).fill(value));
  const made = materialise(ctx, value, node).value;
  const item = resolved(type.elem);
  if (item.kind === "variable")
    (item as { bound: SType | undefined }).bound = elem === "int" ? IntS : scriptType(ELEMENTS[elem]!);
  if (elem === "int" && isNumeric(item)) return ctx.raw("js::toInts", [made], list);
  if (elem === "int" && isSize(item)) {
    const sizes = callPrelude(ctx, "sizes", [ctx.dynamic(made, type)], node);
    return materialise(ctx, sizes, node).value;
  }
  return made;
}

/** Adds the operator and gives its results as JavaScript's values. */
function emit(ctx: Context, op: Op, inputs: readonly Value[]): SValue {
  const { returns } = op.schema;
  const bindings: Bindings = new Map();
  for (const [i, arg] of op.schema.args.entries()) unify(arg.type, inputs[i]!.type, bindings);
  const types = returns.map((ret) => substitute(ret.type, bindings) ?? ret.type);
  const made = ctx.builder.node(fullName(op.schema), inputs, types);
  if (types.length === 0) return UNDEFINED;
  const results = made.outputs.map((value, i) => fromResult(ctx, value, types[i]!));
  if (results.length === 1) return results[0]!;
  return { kind: "items", items: results, node: { start: 0, end: 0 } };
}

/** A result in JavaScript's terms: ints and Scalars become numbers. */
function fromResult(ctx: Context, value: Value, type: Type): SValue {
  switch (type.kind) {
    case "int":
      return ctx.op("js::fromInt", [value], IntS);
    case "Scalar":
      return ctx.op("js::fromScalar", [value], NumberS);
    case "bool":
      return ctx.dynamic(value, BooleanS);
    case "float":
      return ctx.dynamic(value, NumberS);
    case "str":
      return ctx.dynamic(value, StringS);
    case "List":
      if (typeEquals(type.elem, IntType)) return ctx.op("js::fromInts", [value], arrayS(IntS));
      return ctx.dynamic(value, scriptType(type));
    default:
      return ctx.dynamic(value, scriptType(type));
  }
}

/** `ops.aten.name(args)`: IR values in, IR values out; `overload` where it is named. */
export function rawCall(
  ctx: Context,
  symbol: string,
  overload: string | undefined,
  args: readonly SValue[],
  node: NodeLike,
  wanted?: SType,
): SValue {
  const all = overloads(symbol).filter((op) => overload === undefined || op.schema.overload === overload);
  const reasons: string[] = [];
  for (const op of all) {
    const { block } = ctx.builder;
    const count = block.nodes.length;
    const inputs = matchRaw(ctx, op, args, node);
    if (typeof inputs === "string") {
      ctx.rewind(block, count);
      reasons.push(`  ${op.text}\n    ${inputs}`);
      continue;
    }
    return emitRaw(ctx, op, inputs, wanted);
  }
  if (all.length === 0)
    ctx.refuse("NO_OVERLOAD", node, `there is no operator ${symbol}${overload ? `.${overload}` : ""}`);
  const shown = args.map((arg) => showType(typeOf(ctx, arg))).join(", ");
  return ctx.refuse("NO_OVERLOAD", node, `no overload of ${symbol} takes (${shown}):\n${reasons.join("\n")}`);
}

function matchRaw(ctx: Context, op: Op, args: readonly SValue[], node: NodeLike): Value[] | string {
  const schema = op.schema;
  if (args.length > schema.args.length && !schema.vararg)
    return `takes ${schema.args.length} arguments, got ${args.length}`;
  const bindings: Bindings = new Map();
  const values: Value[] = [];
  for (const [i, arg] of schema.args.entries()) {
    const given = args[i];
    if (given === undefined || isAbsent(given)) {
      if (arg.default === undefined) return `${arg.name} is missing`;
      if (schema.name === "prim::RaiseException") continue;
      values.push(defaultValue(ctx, arg));
      continue;
    }
    const bound = substitute(arg.type, bindings);
    const value = rawValue(ctx, given, bound, arg, node);
    if (!unify(arg.type, value.type, bindings))
      return `${arg.name} should be ${wantText(arg)}, got ${showType(typeOf(ctx, given))}`;
    values.push(value);
  }
  for (const extra of args.slice(schema.args.length)) values.push(materialise(ctx, extra, node).value);
  return values;
}

/** A raw argument: literals take the form that the parameter has. */
function rawValue(ctx: Context, value: SValue, type: Type | undefined, arg: Argument, node: NodeLike): Value {
  const inner = type?.kind === "Optional" ? type.elem : type;
  if (value.kind === "const" && typeof value.js === "string" && inner?.kind === "Device")
    return ctx.constant(IValue.device(value.js));
  if (value.kind === "const" && typeof value.js === "number" && inner?.kind === "int" && arg.enum)
    return ctx.int(value.js);
  if (value.kind === "items" && inner?.kind === "List") {
    const elem = inner.elem;
    const values = value.items.map((item) => materialise(ctx, item, node).value);
    return ctx.raw("prim::ListConstruct", values, listOf(elem));
  }
  return materialise(ctx, value, node).value;
}

function emitRaw(ctx: Context, op: Op, inputs: readonly Value[], wanted: SType | undefined): SValue {
  const bindings: Bindings = new Map();
  for (const [i, input] of inputs.entries()) {
    const arg = op.schema.args[i];
    if (arg) unify(arg.type, input.type, bindings);
  }
  // What gives anything, as tolist does, gives what its place wants.
  const types = op.schema.returns.map((ret) =>
    ret.type.kind === "Any" && wanted ? irType(wanted) : (substitute(ret.type, bindings) ?? ret.type),
  );
  const made = ctx.builder.node(fullName(op.schema), inputs, types);
  if (types.length === 0) return UNDEFINED;
  const results = made.outputs.map((value, i) => ctx.dynamic(value, scriptType(types[i]!)));
  return results.length === 1 ? results[0]! : { kind: "items", items: results, node: { start: 0, end: 0 } };
}
