/** A node that is an expression, as TypeScript: the language's own syntax, a call of an author, or a raw call of `ops`. */

import { baseName, constantOf, type Node, overloadName, type Value } from "../../../format/ir/graph.ts";
import { resolveOverload } from "../../../format/ops/resolve.ts";
import { findOp, overloads } from "../../../format/ops/table.ts";
import { printType, type Type, typeEquals } from "../../../format/types.ts";
import { type Bindings, unify } from "../../../format/unify.ts";
import { typeOfValue } from "../../../format/value.ts";
import { call, type Expr, Prec, primary, receiver, tight } from "./expression.ts";
import { NATIVE } from "./js.ts";
import { memberText, type ProgramNames } from "./names.ts";
import { tensorCall } from "./tensor-calls.ts";
import { canAssert, isExact, type TypePrinter } from "./types.ts";

/** What printing an expression needs to know. */
export interface Surroundings {
  readonly names: ProgramNames;
  readonly types: TypePrinter;
  /** The value where it is used. */
  write(value: Value): Expr;
}

/** The static type that a reader of the text sees: a constant has its own. */
export function seenType(value: Value): Type {
  const constant = constantOf(value);
  return constant === undefined ? value.type : typeOfValue(constant);
}

function quoted(type: Type): Expr {
  return primary(JSON.stringify(printType(type)));
}

/** The expression, without type annotation, of any node but those that are statements. */
export function expressionOf(node: Node, around: Surroundings): Expr {
  const write = (i: number): Expr => around.write(node.inputs[i]!);
  const rest = (from: number): Expr[] => node.inputs.slice(from).map((input) => around.write(input));
  switch (node.op) {
    case "prim::GetAttr":
      if (node.inputs[0]!.type.kind === "Tuple") {
        return call("ops.prim.GetAttr", [write(0), primary(JSON.stringify(node.attr("name", "s")))]);
      }
      return attribute(node, write(0));
    case "prim::CallMethod":
      return call(`${receiver(write(0))}${memberText(node.attr("name", "s")!)}`, rest(1));
    case "prim::CallFunction":
      return call(receiver(write(0)), rest(1));
    case "prim::CreateObject":
      return primary(`${around.types.text(node.output.type)}.__new__()`);
    case "prim::TupleConstruct":
      if (node.output.type.kind === "Tuple" && node.output.type.names) {
        return call("ops.prim.TupleConstruct", rest(0));
      }
      return primary(`[${texts(rest(0))}]`);
    case "prim::ListConstruct":
      return primary(`[${texts(rest(0))}]`);
    case "prim::DictConstruct":
      return dict(node, rest(0), around);
    case "prim::TupleUnpack":
      return write(0);
    case "prim::ListUnpack":
      return call("ops.prim.ListUnpack", [write(0), primary(String(node.outputs.length))]);
    case "prim::TupleIndex":
      return tupleIndex(node, write(0), write(1));
    case "prim::TupleSlice": {
      const bounds = [node.attr("beg", "i"), node.attr("end", "i")].map((at) => primary(`${at}n`));
      return call("ops.prim.TupleSlice", [write(0), ...bounds]);
    }
    case "prim::isinstance":
      return call("jit.isinstance", [write(0), ...(node.attr("types", "tys") ?? []).map(quoted)]);
    case "prim::unchecked_cast":
      return cast(node, write(0), around);
    case "aten::wait":
      return call("jit.wait", rest(0));
    case "prim::Print":
      // Of anything but texts, hosts print what they like.
      if (node.inputs.every((input) => seenType(input).kind === "str")) return call("console.log", rest(0));
      break;
    case "aten::__is__":
    case "aten::__isnot__":
      if (constantOf(node.inputs[1]!)?.kind === "none") {
        const operator = node.op === "aten::__is__" ? "===" : "!==";
        return { text: `${tight(write(0), Prec.equality)} ${operator} null`, prec: Prec.equality };
      }
      break;
    case "aten::warn":
      if (isInt(node.inputs[1], 2n)) return call("console.warn", [write(0)]);
      break;
    default:
  }
  const native = NATIVE.get(node.op);
  const written = native && !isPointless(node) ? native(rest(0)) : undefined;
  if (written) return written;
  return tensorCall(node, around.write) ?? rawCall(node, rest(0));
}

/** TypeScript refuses to compare two literals, or anything with NaN. */
function isPointless(node: Node): boolean {
  const constants = node.inputs.map(constantOf);
  const hasNaN = constants.some((one) => one?.kind === "float" && Number.isNaN(one.value));
  return hasNaN || constants.every((one) => one !== undefined);
}

/** `object.name`, of a GetAttr or SetAttr. */
export function attribute(node: Node, object: Expr): Expr {
  return primary(`${receiver(object)}${memberText(node.attr("name", "s")!)}`);
}

function texts(exprs: readonly Expr[]): string {
  return exprs.map((expr) => expr.text).join(", ");
}

function isInt(value: Value | undefined, wanted: bigint): boolean {
  const constant = value && constantOf(value);
  return constant?.kind === "int" && constant.value === wanted;
}

function dict(node: Node, items: readonly Expr[], around: Surroundings): Expr {
  const { type } = node.output;
  const pairs = items.flatMap((key, i) => (i % 2 === 0 ? [`[${key.text}, ${items[i + 1]!.text}]`] : []));
  const [key, value] = type.kind === "Dict" ? [type.key, type.value].map((t) => around.types.text(t)) : [];
  return primary(`new Map<${key}, ${value}>(${pairs.length > 0 ? `[${pairs.join(", ")}]` : ""})`);
}

/** `t[1]`; raw for what counts from the end, is not known, or has no element. */
function tupleIndex(node: Node, tuple: Expr, index: Expr): Expr {
  const constant = constantOf(node.inputs[1]!);
  const { type } = node.inputs[0]!;
  const length = type.kind === "Tuple" ? type.elems.length : 0;
  if (constant?.kind === "int" && constant.value >= 0n && constant.value < BigInt(length))
    return primary(`${receiver(tuple)}[${constant.value}]`);
  return call("ops.prim.TupleIndex", [tuple, index]);
}

function cast(node: Node, value: Expr, around: Surroundings): Expr {
  const { type } = node.output;
  const from = seenType(node.inputs[0]!);
  // Other casts are checked where they are compiled, or narrowed to something else where they stand.
  if (from.kind === "Optional" && isExact(type) && !typeEquals(from, type) && canAssert(from, type))
    return { text: `${tight(value, Prec.relation)} as ${around.types.text(type)}`, prec: Prec.relation };
  return call("ops.prim.unchecked_cast", [value, quoted(type)]);
}

/** `ops.aten.add(a, b)`, with the overload where the static types alone would find another. */
function rawCall(node: Node, args: readonly Expr[]): Expr {
  const symbol = baseName(node.op);
  const [space, name] = symbol.split("::") as [string, string];
  if (space === "sconce") return guard(node, name, args);
  // What a list written in place is a list of, the overload says.
  const isPlain = !args.some((arg) => arg.text.startsWith("[")) && isFoundByTypes(node, symbol);
  const isOnly = overloads(symbol).length <= 1 && overloadName(node.op) === "";
  const overload = isPlain || isOnly ? "" : memberText(overloadName(node.op) || "default");
  return call(`ops.${space}${memberText(name)}${overload}`, args);
}

/** True where the node's overload is the first that takes these types, and no earlier one would with its defaults. */
function isFoundByTypes(node: Node, symbol: string): boolean {
  const types = node.inputs.map(seenType);
  if (resolveOverload(symbol, types)?.name !== node.op) return false;
  const first = overloads(symbol).find(({ schema }) => {
    const bindings: Bindings = new Map();
    return (
      types.length <= schema.args.length &&
      schema.args.every((arg, i) =>
        i < types.length ? unify(arg.type, types[i]!, bindings) : arg.default !== undefined,
      )
    );
  });
  return first === undefined || first.name === node.op;
}

/** `ops.sconce.guard(actual, expected, message)`; what is expected tells the kind. */
function guard(node: Node, name: string, args: readonly Expr[]): Expr {
  const expected = node.attr("expected", "i") ?? node.attr("expected", "f") ?? 0;
  const text =
    name === "guard_bool"
      ? String(expected === 1n)
      : typeof expected === "bigint"
        ? `${expected}n`
        : Object.is(expected, -0)
          ? "-0"
          : String(expected);
  const message = JSON.stringify(node.attr("message", "s") ?? "");
  return call("ops.sconce.guard", [...args, primary(text), primary(message)]);
}

/** How much of a node's type its text gives away. */
export type Typed =
  /** TypeScript and the compiler both find it. */
  | "known"
  /** The compiler finds it, TypeScript does not: raw calls give `any`. */
  | "raw"
  /** Only an annotation tells. */
  | "annotated";

/** Nodes whose result has the type that whoever takes it says. */
const SAID_BY_ANNOTATION = new Set([
  "prim::ListUnpack",
  "prim::Uninitialized",
  "prim::tolist",
  "prim::TupleSlice",
  "prim::GetAttr",
]);

export function typedness(node: Node, expr: Expr): Typed {
  if (node.op === "prim::ListConstruct") {
    const { type } = node.output;
    const elem = type.kind === "List" ? type.elem : undefined;
    const inferred =
      node.inputs.length > 0 && node.inputs.every((input) => elem && typeEquals(seenType(input), elem));
    return inferred ? "known" : "annotated";
  }
  if (node.op === "prim::TupleConstruct") return "annotated";
  if (!/^ops\b/.test(expr.text)) return "known";
  if (SAID_BY_ANNOTATION.has(node.op)) return "annotated";
  if (node.op === "prim::unchecked_cast") return "raw";
  const op = findOp(node.op);
  if (op === undefined) return "annotated";
  const { returns, varret } = op.schema;
  const told = !varret && returns.every(({ type }) => type.kind !== "Any" && type.kind !== "Var");
  return told || op.name.startsWith("aten::") ? "raw" : "annotated";
}
