/**
 * Operators on tensors as authors write them: `x.add(y, { alpha: 2 })`, `torch.cat([a, b], 1)`. Only where the call can
 * mean nothing but the node: every argument has a form that is converted to exactly what the node has, and no other
 * overload takes arguments like these.
 */

import { dtypes } from "../../../format/dtype.ts";
import { baseName, constantOf, type Node, type Value } from "../../../format/ir/graph.ts";
import type { Op } from "../../../format/ops/define.ts";
import { findOp, overloads } from "../../../format/ops/table.ts";
import { type Argument, camelCase, ENUM_VALUES } from "../../../format/schema.ts";
import { type Type, typeEquals } from "../../../format/types.ts";
import type { IValue } from "../../../format/value.ts";
import { Tensor } from "../../tensor.ts";
import * as functions from "../../torch.gen.ts";
import * as torch from "../../torch.ts";
import { numberText } from "./constants.ts";
import { type Expr, primary, receiver } from "./expression.ts";
import { memberText } from "./names.ts";

/** What an argument is in TypeScript, as far as overloads are told apart by it. */
type Shape = "null" | "tensor" | "int" | "float" | "bool" | "str" | "ints" | "floats" | "bools" | "tensors";

interface Given {
  readonly arg: Argument;
  readonly text: string;
  readonly shape: Shape;
  readonly isDefault: boolean;
}

/** How a value that is no constant is written. */
export type Writer = (value: Value) => Expr;

/** The call, or undefined where it must be written as a raw one. */
export function tensorCall(node: Node, write: Writer): Expr | undefined {
  const op = findOp(node.op);
  const callee = op && calleeOf(op, node);
  if (op === undefined || callee === undefined) return undefined;
  const given: Given[] = [];
  for (const [i, arg] of op.schema.args.entries()) {
    if (i === 0 && callee === "method") continue;
    const one = argument(arg, node.inputs[i]!, write);
    if (one === undefined) return undefined;
    given.push(one);
  }
  const first = callee === "method" ? 1 : 0;
  const layout = arrange(given);
  const clash = overloads(op.schema.name).some((other) => other !== op && takes(other, layout, first));
  // A raw call is `any` to TypeScript, which would take the first overload that it has.
  const results = new Set(overloads(op.schema.name).map((other) => other.schema.returns.length));
  const loose = results.size > 1 && given.some((one) => one.text.startsWith("ops."));
  if (clash || loose) return undefined;
  const texts = layout.positional.map((one) => one.text);
  if (layout.named.length > 0) {
    texts.push(`{ ${layout.named.map((one) => `${camelCase(one.arg.name)}: ${one.text}`).join(", ")} }`);
  }
  const name = memberText(camelCase(symbolOf(node.op)));
  const object = callee === "method" ? receiver(write(node.inputs[0]!)) : "torch";
  return primary(`${object}${name}(${texts.join(", ")})`);
}

function symbolOf(op: string): string {
  return baseName(op).split("::")[1]!;
}

function isTensors(type: Type): boolean {
  return type.kind === "Tensor" || (type.kind === "List" && type.elem.kind === "Tensor");
}

/** Whether authors have this operator as a method or as a function; its results must be tensors. */
function calleeOf(op: Op, node: Node): "method" | "function" | undefined {
  const { schema } = op;
  if (!node.op.startsWith("aten::") || schema.vararg || schema.varret || op.outOf) return undefined;
  if (schema.args.length !== node.inputs.length || schema.returns.length !== node.outputs.length)
    return undefined;
  if (schema.returns.length === 0) return undefined;
  if (!schema.returns.every((ret, i) => isTensors(ret.type) && typeEquals(ret.type, node.outputs[i]!.type)))
    return undefined;
  const symbol = symbolOf(node.op);
  if (symbol.startsWith("__")) return undefined;
  const name = camelCase(symbol);
  const first = schema.args[0];
  if (first?.name === "self" && first.type.kind === "Tensor") {
    if (node.inputs[0]!.type.kind !== "Tensor" || constantOf(node.inputs[0]!)?.kind === "none")
      return undefined;
    // Methods written by hand mean more than their operator.
    const generated = name in Tensor.prototype && !Object.hasOwn(Tensor.prototype, name);
    return generated || name === "view" ? "method" : undefined;
  }
  const made = (functions as Record<string, unknown>)[name];
  return made !== undefined && made === (torch as Record<string, unknown>)[name] ? "function" : undefined;
}

const MEMORY_FORMATS = Object.keys(ENUM_VALUES.MemoryFormat);

function argument(arg: Argument, value: Value, write: Writer): Given | undefined {
  const constant = constantOf(value);
  const optional = arg.type.kind === "Optional";
  const type = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
  const give = (text: string, shape: Shape, isDefault = false): Given => ({ arg, text, shape, isDefault });
  if (constant !== undefined && constant.kind !== "tensor") {
    if (constant.kind === "none") return optional ? give("null", "null", arg.default === null) : undefined;
    return constantArgument(arg, type, constant);
  }
  if (arg.enum !== undefined || !typeEquals(value.type, type)) return undefined;
  const shape = shapeOf(type);
  if (shape === undefined) return undefined;
  const { text } = write(value);
  return give(text.startsWith("[") ? (constantList(value) ?? text) : text, shape);
}

function shapeOf(type: Type): Shape | undefined {
  switch (type.kind) {
    case "Tensor":
      return "tensor";
    case "int":
    case "float":
    case "bool":
    case "str":
      return type.kind;
    case "List":
      switch (type.elem.kind) {
        case "Tensor":
          return "tensors";
        case "int":
          return "ints";
        case "float":
          return "floats";
        case "bool":
          return "bools";
        default:
          return undefined;
      }
    default:
      return undefined;
  }
}

function constantArgument(arg: Argument, type: Type, constant: IValue): Given | undefined {
  const give = (text: string, shape: Shape, value: unknown): Given => {
    const isDefault = arg.default === value && !arg.floatDefault;
    return { arg, text, shape, isDefault };
  };
  switch (constant.kind) {
    case "int": {
      const number = Number(constant.value);
      if (arg.enum === "ScalarType") {
        const name = Object.values(dtypes).find((info) => info.code === number)?.name;
        return name === undefined ? undefined : give(JSON.stringify(name), "str", number);
      }
      if (arg.enum === "MemoryFormat") {
        const name = MEMORY_FORMATS[number];
        return name === undefined ? undefined : give(JSON.stringify(name), "str", number);
      }
      if (arg.enum !== undefined || !Number.isSafeInteger(number)) return undefined;
      return type.kind === "int" || type.kind === "Scalar" ? give(String(number), "int", number) : undefined;
    }
    case "float":
      if (type.kind === "float" || (type.kind === "Scalar" && !Number.isInteger(constant.value)))
        return give(numberText(constant.value), "float", constant.value);
      return undefined;
    case "bool":
      return type.kind === "bool" ? give(String(constant.value), "bool", constant.value) : undefined;
    case "str":
      return type.kind === "str" ? give(JSON.stringify(constant.value), "str", constant.value) : undefined;
    case "device":
      return type.kind === "Device" && constant.value === "cpu" ? give('"cpu"', "str", "cpu") : undefined;
    default:
      return undefined;
  }
}

/** A list made for this call of constant ints: written with plain numbers. */
function constantList(value: Value): string | undefined {
  const { node } = value;
  if (node?.op !== "prim::ListConstruct" || value.type.kind !== "List") return undefined;
  if (value.type.elem.kind !== "int") return undefined;
  const items = node.inputs.map((input) => {
    const constant = constantOf(input);
    return constant?.kind === "int" ? Number(constant.value) : Number.NaN;
  });
  if (!items.every(Number.isSafeInteger)) return undefined;
  return `[${items.join(", ")}]`;
}

interface Layout {
  readonly positional: readonly Given[];
  readonly named: readonly Given[];
}

/** Trailing defaults are left out; where something must be named, so is all that has a default. */
function arrange(given: readonly Given[]): Layout {
  const named = given.filter((one) => one.arg.kwarg && !one.isDefault);
  const plain = given.filter((one) => !one.arg.kwarg);
  const required = plain.reduce((last, { arg }, i) => (arg.default === undefined ? i + 1 : last), 0);
  if (named.length === 0) {
    const last = plain.reduce((end, one, i) => (one.isDefault ? end : i + 1), required);
    return { positional: plain.slice(0, last), named };
  }
  const rest = plain.slice(required).filter((one) => !one.isDefault);
  return { positional: plain.slice(0, required), named: [...rest, ...named] };
}

/** Whether an overload would take arguments arranged like this; in doubt it would. */
function takes(op: Op, layout: Layout, first: number): boolean {
  if (op.outOf || (first > 0 && op.schema.args[0]?.type.kind !== "Tensor")) return false;
  const args = op.schema.args.slice(first);
  const plain = args.filter((arg) => !arg.kwarg);
  if (layout.positional.length > plain.length) return false;
  const bound = new Set<Argument>();
  for (const [i, one] of layout.positional.entries()) {
    if (!fits(plain[i]!, one.shape)) return false;
    bound.add(plain[i]!);
  }
  for (const one of layout.named) {
    const arg = args.find((candidate) => candidate.name === one.arg.name);
    if (arg === undefined || bound.has(arg) || !fits(arg, one.shape)) return false;
    bound.add(arg);
  }
  return args.every((arg) => bound.has(arg) || arg.default !== undefined);
}

function fits(arg: Argument, shape: Shape): boolean {
  const type = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
  const item = type.kind === "List" ? type.elem.kind : undefined;
  switch (shape) {
    case "null":
      return arg.type.kind === "Optional";
    case "tensor":
      return type.kind === "Tensor";
    case "int":
      return ["int", "float", "Scalar"].includes(type.kind) || arg.size !== undefined;
    case "float":
      return type.kind === "float" || type.kind === "Scalar" || (arg.size !== undefined && item === "float");
    case "bool":
      return type.kind === "bool" || type.kind === "Scalar" || item === "bool";
    case "str":
      return type.kind === "str" || type.kind === "Device" || arg.enum !== undefined;
    case "tensors":
      return item === "Tensor" || item === "Optional";
    default:
      return type.kind === "List";
  }
}
