/**
 * Operators whose meaning changed since an archive was written, as PyTorch's own upgraders see them.
 *
 *     version < 4   div of integers truncated
 *     version < 5   full of an integer without a dtype gave floats
 *     version < 8   linspace, and < 9 logspace, took 100 steps when none were given
 *
 * (gelu's `approximate`, new in version 10, has a default that keeps the old meaning.)
 */

import type { Value } from "../../format/ir/graph.ts";
import { BoolType, IntType, TensorType } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { callOperator } from "./emit/calls.ts";
import type { FunctionContext } from "./emit/context.ts";
import type { Given } from "./emit/match.ts";

type Upgrader = (context: FunctionContext, given: Given, name: string) => readonly Value[] | undefined;

const upgraders: Readonly<Record<string, { readonly before: number; readonly run: Upgrader }>> = {
  "aten::div": { before: 4, run: divide },
  "aten::div_": { before: 4, run: divide },
  "aten::full": { before: 5, run: full },
  "aten::linspace": { before: 8, run: steps },
  "aten::logspace": { before: 9, run: steps },
};

/** The results of a call that means something else in the archive's version; undefined if it does not. */
export function upgrade(context: FunctionContext, name: string, given: Given): readonly Value[] | undefined {
  const upgrader = Object.hasOwn(upgraders, name) ? upgraders[name]! : undefined;
  if (upgrader === undefined || context.imports.version >= upgrader.before) return undefined;
  return upgrader.run(context, given, name);
}

/** Overload resolution by name alone is what upgrading starts from; with the overload named it is not asked again. */
function call(context: FunctionContext, symbol: string, args: readonly Value[], keywords: Given["keywords"]) {
  return callOperator(context, symbol, { args, keywords }, undefined)[0]!;
}

const NO_KEYWORDS: Given["keywords"] = new Map();

function divide(context: FunctionContext, given: Given, name: string): readonly Value[] | undefined {
  const [self, other] = given.args;
  const out = given.keywords.get("out");
  if (self?.type.kind !== "Tensor" || given.args.length !== 2 || given.keywords.has("rounding_mode")) {
    return undefined;
  }
  const isFloat = (value: Value) => call(context, "aten::is_floating_point", [value], NO_KEYWORDS);
  const either = (a: Value, b: Value) => call(context, "aten::__or__.bool", [a, b], NO_KEYWORDS);
  let test = isFloat(self);
  if (other!.type.kind === "Tensor") test = either(test, isFloat(other!));
  else if (other!.type.kind === "float") return undefined;
  else if (other!.type.kind === "Scalar") {
    test = either(test, context.builder.isinstance(other!, [{ kind: "float" }]));
  }
  if (out !== undefined) test = either(test, isFloat(out));
  const kind = other!.type.kind === "Tensor" ? "Tensor" : "Scalar";
  const truncated = new Map(given.keywords);
  const node = context.builder.if(
    test,
    [TensorType],
    () => [call(context, out === undefined ? `${name}.${kind}` : `${name}.out`, given.args, given.keywords)],
    () => {
      truncated.set("rounding_mode", context.builder.constant(IValue.str("trunc")));
      const overload = out === undefined ? `${kind}_mode` : "out_mode";
      return [call(context, `${name}.${overload}`, given.args, truncated)];
    },
  );
  return node.outputs;
}

function full(context: FunctionContext, given: Given): readonly Value[] | undefined {
  const [size, fill, ...rest] = given.args;
  const dtype = given.keywords.get("dtype");
  if (fill === undefined || rest.length > 0 || fill.type.kind === "float") return undefined;
  if (dtype !== undefined && dtype.type.kind !== "None") {
    if (dtype.type.kind !== "Optional") return undefined;
    context.unsupported("full with a dtype that may be None, from an archive before version 5", NOWHERE);
  }
  const float = callOperator(context, "aten::Float", { args: [fill], keywords: NO_KEYWORDS }, undefined)[0]!;
  return [call(context, "aten::full.", [size!, float], given.keywords)];
}

const NOWHERE = { start: 0, end: 0 };

function steps(context: FunctionContext, given: Given, name: string): readonly Value[] | undefined {
  const [start, end, count, ...rest] = given.args;
  const wanted = count ?? given.keywords.get("steps");
  if (wanted !== undefined && wanted.type.kind === "int") return undefined;
  const keywords = new Map(given.keywords);
  keywords.delete("steps");
  const hundred = () => context.int(100);
  let number: Value;
  if (wanted === undefined || wanted.type.kind === "None") number = hundred();
  else {
    const isNone = context.builder.op("aten::__is__", [wanted, context.none()], BoolType);
    number = context.builder.if(
      isNone,
      [IntType],
      () => [hundred()],
      () => [context.cast(wanted, IntType)],
    ).output;
  }
  return [call(context, `${name}.`, [start!, end!, number, ...rest], keywords)];
}
