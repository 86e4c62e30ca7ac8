/** Lowers calls: of operators (by overload), functions, methods and constructors. */

import { Attr, type Value } from "../../../format/ir/graph.ts";
import {
  BoolType,
  classType,
  listOf,
  printType,
  TensorType,
  type Type,
  tupleOf,
} from "../../../format/types.ts";
import { IValue } from "../../../format/value.ts";
import type { Span } from "../syntax/ast.ts";
import { upgrade } from "../upgraders.ts";
import type { FunctionContext } from "./context.ts";
import { defaultValue } from "./literals.ts";
import {
  type Given,
  type Input,
  isKnownOperator,
  type Match,
  matchOperator,
  matchSignature,
  type Signature,
} from "./match.ts";

const NO_KEYWORDS: ReadonlyMap<string, Value> = new Map();

/** The values of one call's inputs, conversions made. */
function inputsOf(
  context: FunctionContext,
  match: Match,
  fallback: (index: number) => [IValue, Type],
): Value[] {
  const { builder } = context;
  const make = (input: Input): Value => {
    switch (input.kind) {
      case "given":
        return input.value;
      case "default":
        return builder.constant(...fallback(input.index));
      case "list":
        return builder.op("prim::ListConstruct", input.values, listOf(input.elem));
      case "tuple": {
        const types = input.value.type.kind === "Tuple" ? input.value.type.elems : [];
        const items = builder.node("prim::TupleUnpack", [input.value], types).outputs;
        return builder.op("prim::ListConstruct", items, listOf(input.elem));
      }
      case "converted":
        return callOperator(context, input.op, { args: [input.value], keywords: NO_KEYWORDS }, undefined)[0]!;
    }
  };
  return match.inputs.map(make);
}

/**
 * A call of `symbol` (`aten::add`, or with its overload): its results. Without `at` the call is one that the
 * importer itself makes, which the table is known to have.
 */
export function callOperator(
  context: FunctionContext,
  symbol: string,
  given: Given,
  at: Span | undefined,
): readonly Value[] {
  const special = structure(context, symbol, given, at);
  if (special !== undefined) return special;
  const dot = symbol.indexOf(".");
  const name = dot < 0 ? symbol : symbol.slice(0, dot);
  // "aten::full." names the overload without a name
  const overload = dot < 0 ? undefined : symbol.slice(dot + 1);
  const upgraded = overload === undefined && upgrade(context, name, given);
  if (upgraded) return upgraded;
  const match = matchOperator(name, given, context.definitions.facts, overload);
  const place: Span = at ?? { start: 0, end: 0 };
  if (!("schema" in match)) {
    if (!isKnownOperator(name)) context.unsupported(name, place);
    const types = given.args.map(({ type }) => printType(type)).join(", ");
    context.refuse(`no overload of ${name} takes (${types}):\n    ${match.join("\n    ")}`, place);
  }
  const { schema, implemented } = match;
  if (!implemented) context.imports.missing(match.name, context.file.range(place));
  const inputs = inputsOf(context, match, (i) => [defaultValue(schema.args[i]!), schema.args[i]!.type]);
  return context.builder.node(match.name, inputs, match.returns).outputs;
}

/** Nodes with rules of their own, called as `ops.prim.…`. */
function structure(
  context: FunctionContext,
  symbol: string,
  { args }: Given,
  at: Span | undefined,
): readonly Value[] | undefined {
  const { builder } = context;
  switch (symbol) {
    case "prim::NumToTensor": {
      const overload = args[0]?.type.kind === "bool" ? "bool" : "Scalar";
      return [builder.op(`prim::NumToTensor.${overload}`, args, TensorType)];
    }
    case "prim::Print":
    case "prim::RaiseException":
      return builder.node(symbol, args).outputs;
    case "prim::unchecked_unwrap_optional": {
      const type = args[0]?.type;
      return [context.cast(args[0]!, type?.kind === "Optional" ? type.elem : type!)];
    }
    case "aten::Int":
    case "aten::Float":
    case "aten::Bool": {
      // int(x) of an int is x
      const same = { "aten::Int": "int", "aten::Float": "float", "aten::Bool": "bool" }[symbol];
      return args.length === 1 && args[0]!.type.kind === same ? args : undefined;
    }
    case "aten::tensor":
    case "aten::as_tensor":
      return args[0] === undefined ? undefined : refuseElements(context, args[0].type);
    case "prim::EnumName":
    case "prim::EnumValue":
      if (at !== undefined && args[0]?.type.kind !== "Enum") context.refuse("expected an enum member", at);
      return undefined;
    default:
      return undefined;
  }
}

/**
 * PyTorch refuses a tensor of a list by the list's static element type, when the call is reached; a list that is empty
 * without an annotation has tensors in it.
 */
function refuseElements(context: FunctionContext, type: Type): readonly Value[] | undefined {
  if (type.kind !== "List") return undefined;
  let elem = type.elem;
  while (elem.kind === "List") elem = elem.elem;
  if (elem.kind === "int" || elem.kind === "float" || elem.kind === "bool") return undefined;
  const message =
    elem.kind === "Tensor"
      ? "Empty lists default to List[Tensor]. Add a variable annotation to the assignment to create an empty list of another type"
      : `Input must be of ints, floats, or bools, got ${printType(elem)}`;
  const { builder } = context;
  builder.node("prim::RaiseException", [
    builder.constant(IValue.str(message)),
    builder.constant(IValue.str("builtins.RuntimeError")),
  ]);
  return [builder.uninitialized(TensorType)];
}

/** The arguments of a call of a function or method, in order, defaults filled in. */
function matched(
  context: FunctionContext,
  what: string,
  signature: Signature,
  given: Given,
  at: Span,
): readonly Value[] {
  const match = matchSignature(signature, given, context.definitions.facts);
  if (typeof match === "string") context.refuse(`${what}: ${match}`, at);
  return inputsOf(context, match, (i) => {
    const { default: value, type } = signature.args[i]!;
    return [value as IValue, type];
  });
}

export function callFunction(context: FunctionContext, name: string, given: Given, at: Span): Value {
  const fn = context.definitions.functionNamed(name);
  if (fn === undefined) context.unsupported(name, at);
  const args = matched(context, name, fn.schema, given, at);
  return context.builder.callFunction(name, args, fn.schema.returns[0]!.type);
}

/** A call of a method of a class or interface. */
export function callMethod(
  context: FunctionContext,
  object: Value,
  name: string,
  given: Given,
  at: Span,
): Value {
  const { type } = object;
  if (type.kind !== "Class" && type.kind !== "Interface") {
    context.refuse(`${printType(type)} has no method ${name}`, at);
  }
  const method = context.definitions.method(type.name, name);
  if (method === undefined) context.unsupported(`method ${name} of ${type.name}`, at);
  const { args, returns } = method.schema;
  const inputs = matched(context, name, { args: args.slice(1), returns }, given, at);
  return context.builder.callMethod(object, name, inputs, returns[0]!.type);
}

/** `Qual(args)`: a NamedTuple of these fields, or a new object that its `__init__` has set up. */
export function construct(context: FunctionContext, name: string, given: Given, at: Span): Value {
  const type = context.definitions.typeNamed(name);
  if (type?.kind === "Tuple") {
    const fields = type.elems.map((elem, i) => ({ name: type.names![i]!, type: elem }));
    const items = matched(context, name, { args: fields, returns: [] }, given, at);
    return context.builder.op("prim::TupleConstruct", items, type);
  }
  if (type?.kind !== "Class") context.unsupported(`objects of ${name}`, at);
  const object = context.builder.op("prim::CreateObject", [], classType(name));
  callMethod(context, object, "__init__", given, at);
  return object;
}

/** `isinstance(x, T)` */
export function isInstance(context: FunctionContext, value: Value, types: readonly Type[]): Value {
  return context.builder.op("prim::isinstance", [value], BoolType, { types: Attr.types(types) });
}

/** One value of a call's results: itself, None, or a tuple of several. */
export function asOne(context: FunctionContext, values: readonly Value[]): Value {
  if (values.length === 1) return values[0]!;
  if (values.length === 0) return context.none();
  return context.builder.op("prim::TupleConstruct", values, tupleOf(values.map(({ type }) => type)));
}

/** The items of a list or tuple value: as many as there are targets. */
export function unpack(context: FunctionContext, value: Value, count: number, at: Span): readonly Value[] {
  const { type } = value;
  if (type.kind === "Tuple") {
    if (type.elems.length !== count) {
      context.refuse(`${count} targets for a tuple of ${type.elems.length}`, at);
    }
    return context.builder.node("prim::TupleUnpack", [value], type.elems).outputs;
  }
  if (type.kind !== "List") context.refuse(`${printType(type)} cannot be unpacked`, at);
  return context.builder.node("prim::ListUnpack", [value], new Array<Type>(count).fill(type.elem)).outputs;
}

/** A condition: any value that has a truth. */
export function truth(context: FunctionContext, value: Value, at: Span): Value {
  if (value.type.kind === "bool") return value;
  return callOperator(context, "aten::Bool", { args: [value], keywords: NO_KEYWORDS }, at)[0]!;
}

/** `tuple[i]` with a literal index. */
export function tupleItem(
  context: FunctionContext,
  tuple: Value,
  index: Value,
  at: number,
  span: Span,
): Value {
  const elems = tuple.type.kind === "Tuple" ? tuple.type.elems : [];
  const elem = elems[at < 0 ? at + elems.length : at];
  if (elem === undefined) context.refuse(`index ${at} of a tuple of ${elems.length}`, span);
  return context.builder.op("prim::TupleIndex", [tuple, index], elem);
}
