/** What is built in: global functions and constructors of JavaScript, `Math`, `math`, `torch` beyond its operators, `jit`. */

import type { AnyNode, NewExpression } from "acorn";
import { parseType } from "../../../format/types.ts";
import { call as dispatch } from "../../dispatch.ts";
import { slice } from "../../eager/indexing.ts";
import * as info from "../../eager/info.ts";
import * as math from "../../math.ts";
import * as functional from "../../nn/functional/index.ts";
import { op as callOp, ops as callOps } from "../../nn/functional/op.ts";
import * as nn from "../../nn/index.ts";
import { ops as rawOps } from "../../ops.ts";
import * as torch from "../../torch.ts";
import * as jitBuiltins from "../builtins.ts";
import {
  arrayS,
  arrayWanted,
  BooleanS,
  IntS,
  isNumeric,
  NumberS,
  nonNullish,
  resolved,
  type SType,
  StringS,
  showType,
  TensorS,
  variableS,
} from "../types/model.ts";
import { splitOptions } from "./calls.ts";
import type { Context } from "./context.ts";
import { buildTuple, coerce, materialise, toInt, typeOf } from "./convert.ts";
import { errorClasses, makeError, makeSconceError, SconceError } from "./errors.ts";
import { makeSlice } from "./indexing.ts";
import { toList } from "./lists.ts";
import { readMember } from "./members.ts";
import { buildMap } from "./objects.ts";
import { toText, truth } from "./operators.ts";
import { callPrelude, intrinsics, recordNames } from "./prelude.ts";
import { consoleLog, consoleWarn } from "./printing.ts";
import { callOperator } from "./schemas.ts";
import { fork, wait } from "./tasks.ts";
import { makeTensor, wholes } from "./tensors.ts";
import { typeAt } from "./type-scope.ts";
import { isOneOf } from "./unions.ts";
import { constant, type NodeLike, type SValue, UNDEFINED } from "./values.ts";

export type Builtin = (
  ctx: Context,
  args: readonly SValue[],
  node: NodeLike,
  wanted: SType | undefined,
  path: string,
) => SValue;

/** Names that every script knows. */
export const builtins: ReadonlyMap<string, object> = new Map<string, object>([
  ["torch", torch],
  ["nn", nn],
  ["F", functional],
  ["Math", Math],
  ["math", math],
  ["console", console],
  ["ops", rawOps],
  ["jit", jitBuiltins],
  ["Number", Number],
  ["String", String],
  ["Boolean", Boolean],
  ["BigInt", BigInt],
  ["Array", Array],
  ["Object", Object],
  ["Map", Map],
  ["Set", Set],
  ...errorClasses.map((js) => [js.name, js] as const),
  ["parseInt", parseInt],
  ["parseFloat", parseFloat],
  ["isNaN", Number.isNaN],
  ["isFinite", Number.isFinite],
]);

const functions = new Map<object, Builtin>();

function define(js: object, builtin: Builtin): void {
  functions.set(js, builtin);
}

/** How a function of JavaScript or of the library is lowered; undefined for one of the user's. */
export function hostFunction(js: object): Builtin | undefined {
  return functions.get(js);
}

function number(ctx: Context, value: SValue | undefined, node: NodeLike) {
  const type = value ? nonNullish(typeOf(ctx, value)) : undefined;
  if (value === undefined || type === undefined) return ctx.float(Number.NaN);
  if (!isNumeric(type)) {
    ctx.refuse("ARGUMENTS", node, `expected a number, got ${showType(type)}`, {
      advice: type.kind === "Tensor" ? "Take .item() of it, or use the tensor's own method." : "",
    });
  }
  return coerce(ctx, value, type, node).value;
}

/** A function of one number with an operator of its own. */
function unaryNumber(js: object, op: string, type: SType): void {
  const fold = js as (x: number) => number;
  define(js, (ctx, args, node) => {
    const [value] = args;
    if (value?.kind === "const" && typeof value.js === "number") return constant(fold(value.js));
    return ctx.op(op, [number(ctx, value, node)], type);
  });
}

unaryNumber(Math.floor, "js::floor", IntS);
unaryNumber(Math.ceil, "js::ceil", IntS);
unaryNumber(Math.trunc, "js::trunc", IntS);
unaryNumber(Math.round, "js::round", IntS);
unaryNumber(Math.sqrt, "js::sqrt", NumberS);
unaryNumber(Math.sign, "js::sign", NumberS);
unaryNumber(Math.fround, "js::fround", NumberS);
unaryNumber(Math.clz32, "js::clz32", IntS);
unaryNumber(Number.isInteger, "js::isInteger", BooleanS);
unaryNumber(Number.isFinite, "js::isFinite", BooleanS);
unaryNumber(Number.isNaN, "js::isNaN", BooleanS);
unaryNumber(Number.isSafeInteger, "js::isSafeInteger", BooleanS);
unaryNumber(Number.isNaN, "js::isNaN", BooleanS);
unaryNumber(Number.isFinite, "js::isFinite", BooleanS);

define(Math.abs, (ctx, [value], node) => {
  if (value?.kind === "const" && typeof value.js === "number") return constant(Math.abs(value.js));
  const made = number(ctx, value, node);
  return ctx.op("js::abs", [made], value && resolved(typeOf(ctx, value)).kind === "int" ? IntS : NumberS);
});

for (const [js, op] of [
  [Math.min, "js::min"],
  [Math.max, "js::max"],
] as const) {
  define(js, (ctx, args, node) => {
    if (args.length === 0) return constant(js());
    if (args.every((arg) => arg.kind === "const" && typeof arg.js === "number")) {
      return constant(js(...args.map((arg) => (arg as { js: number }).js)));
    }
    const whole = args.every((arg) => resolved(typeOf(ctx, arg)).kind === "int");
    return args.reduce((a, b) =>
      ctx.op(op, [number(ctx, a, node), number(ctx, b, node)], whole ? IntS : NumberS),
    );
  });
}

define(Math.imul, (ctx, [a, b], node) =>
  ctx.op("js::imul", [number(ctx, a, node), number(ctx, b, node)], IntS),
);
define(Object.is, (ctx, [a, b], node) => {
  if (a?.kind === "const" && b?.kind === "const") return constant(Object.is(a.js, b.js));
  return ctx.op("js::sameValue", [number(ctx, a, node), number(ctx, b, node)], BooleanS);
});

/** The user's call of Math as one of math. */
function own(ctx: Context, node: NodeLike, name: string): string {
  const text = ctx.source.snippet(node);
  return text.startsWith("Math.") ? text.replace("Math.", "math.") : `math.${name}(x)`;
}

/** Functions of Math that engines compute differently, and what to write instead. */
for (const name of "exp expm1 log log1p log2 log10 pow sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh cbrt hypot random".split(
  " ",
)) {
  const js = (Math as unknown as Record<string, object>)[name]!;
  define(js, (ctx, _args, node) => {
    const advice: Record<string, string> = {
      random: "Use torch.rand([]).item(), whose numbers follow the seed.",
      cbrt: "Write math.pow(x, 1 / 3).",
      hypot: "Write Math.sqrt(a * a + b * b).",
      log2: "Write math.log(x) / math.log(2).",
    };
    return ctx.refuse("HOST_MATH", node, `the result of Math.${name} differs between JavaScript engines`, {
      advice: advice[name] ?? `Write ${own(ctx, node, name)}, which gives the same bits everywhere.`,
    });
  });
}

for (const [name, js] of Object.entries(math)) {
  define(js, (ctx, args, node) => {
    const inputs = Array.from({ length: js.length }, (_, i) => number(ctx, args[i], node));
    return ctx.op(`aten::${name}.float`, inputs, NumberS);
  });
}

// -- conversions --------------------------------------------------------------------------------------------------

for (const js of errorClasses) define(js, makeError(js.name));

define(Number, (ctx, [value], node) => {
  if (!value) return constant(0);
  if (value.kind === "const") return constant(Number(value.js));
  const type = typeOf(ctx, value);
  if (isNumeric(type)) return materialise(ctx, value, node);
  if (type.kind === "boolean") return ctx.op("js::ofBool", [materialise(ctx, value, node).value], IntS);
  if (type.kind === "string") return ctx.op("js::toNumber", [materialise(ctx, value, node).value], NumberS);
  if (type.kind === "bigint" || type.kind === "Dim")
    return ctx.op("js::fromInt", [materialise(ctx, value, node).value], IntS);
  if (type.kind === "Scalar") return ctx.op("js::fromScalar", [materialise(ctx, value, node).value], NumberS);
  return ctx.refuse("ARGUMENTS", node, `Number of ${showType(type)}`, {
    advice: type.kind === "Tensor" ? "Take .item() of the tensor." : "",
  });
});

define(String, (ctx, [value], node) => (value ? toText(ctx, value, node) : constant("")));
define(Boolean, (ctx, [value], node) => (value ? truth(ctx, value, node) : constant(false)));

define(BigInt, (ctx, [value], node) => {
  if (value?.kind === "const" && typeof value.js === "number" && Number.isInteger(value.js))
    return constant(BigInt(value.js));
  return ctx.dynamic(toInt(ctx, value ?? UNDEFINED, node), { kind: "bigint" });
});

for (const js of [parseFloat, Number.parseFloat]) {
  define(js, (ctx, [value], node) => {
    if (value?.kind === "const") return constant(parseFloat(String(value.js)));
    return ctx.op(
      "js::parseFloat",
      [materialise(ctx, toText(ctx, value!, node), node, StringS).value],
      NumberS,
    );
  });
}

for (const js of [parseInt, Number.parseInt]) {
  define(js, (ctx, [value, radix], node) => {
    const text = materialise(ctx, toText(ctx, value!, node), node, StringS).value;
    const base = radix ? number(ctx, radix, node) : ctx.float(0);
    return ctx.op("js::parseInt", [text, base], IntS);
  });
}

function charactersOf(op: string): Builtin {
  return (ctx, args, node) => {
    const list = ctx.op(
      "prim::ListConstruct",
      args.map((arg) => number(ctx, arg, node)),
      arrayS(NumberS),
    );
    return ctx.op(op, [list.value], StringS);
  };
}
define(String.fromCharCode, charactersOf("js::fromCharCode"));
define(String.fromCodePoint, charactersOf("js::fromCodePoint"));

// -- arrays and objects -------------------------------------------------------------------------------------------

define(Array.isArray, (ctx, [value], node) => {
  if (!value) return constant(false);
  if (value.kind === "items") return constant(true);
  const type = typeOf(ctx, value);
  if (type.kind !== "union") return constant(type.kind === "array" || type.kind === "tuple");
  const members = type.members.filter((member) => ["array", "tuple"].includes(resolved(member).kind));
  return members.length === 0 ? constant(false) : isOneOf(ctx, materialise(ctx, value, node), members);
});

define(Array.from, (ctx, [source, each], node, wanted) => {
  if (source?.kind === "fields" && source.fields.has("length")) {
    const length = source.fields.get("length")!;
    if (each) return callPrelude(ctx, "fromLength", [length, each], node, arrayWanted(wanted));
    return ctx.refuse("UNKNOWN_TYPE", node, "an array of undefined", {
      advice: "Give the items: Array.from({ length: n }, (_, i) => …).",
    });
  }
  if (!source) return ctx.refuse("ARGUMENTS", node, "Array.from needs something to copy");
  if (source.kind === "items") {
    return each
      ? callPrelude(ctx, "map", [materialise(ctx, source, node), each], node, arrayWanted(wanted))
      : source;
  }
  const list = toList(ctx, source, node);
  if (each) return callPrelude(ctx, "map", [list, each], node, arrayWanted(wanted));
  const copied = materialise(ctx, list, node);
  return typeOf(ctx, source).kind === "array"
    ? ctx.op("js::listSlice", [copied.value, ctx.none(), ctx.none()], copied.type)
    : copied;
});

define(Array.of, (_ctx, args, node) => ({ kind: "items", items: args, node }));

for (const [js, method] of [
  [Object.keys, "keys"],
  [Object.values, "values"],
  [Object.entries, "entries"],
] as const) {
  define(js, (ctx, [value], node) => {
    if (value?.kind === "fields") {
      const list = [...value.fields].map(
        ([key, field]): SValue =>
          method === "keys"
            ? constant(key)
            : method === "values"
              ? field
              : { kind: "items", items: [constant(key), field], node },
      );
      return { kind: "items", items: list, node };
    }
    const type = value ? typeOf(ctx, value) : undefined;
    if (type?.kind !== "record") {
      return ctx.refuse("ARGUMENTS", node, `Object.${method} of ${type ? showType(type) : "nothing"}`, {
        advice: "It takes a record, Record<string, T>; a Map has methods of its own.",
      });
    }
    return callPrelude(ctx, `record_${method}`, [value!], node);
  });
}

define(intrinsics.item!, (ctx, [list, i], node) => {
  const made = materialise(ctx, list!, node);
  const type = resolved(made.type);
  return ctx.op(
    "js::at",
    [made.value, number(ctx, i, node)],
    type.kind === "array" ? type.elem : variableS(),
  );
});
define(intrinsics.made!, (ctx, _args, node) =>
  materialise(ctx, { kind: "items", items: [], node }, node, ctx.frame.result.declared),
);
define(intrinsics.pair!, (ctx, args, node) => buildTuple(ctx, args, node));
define(intrinsics.present!, (ctx, [value], node) =>
  coerce(ctx, value!, nonNullish(typeOf(ctx, value!)), node),
);
define(intrinsics.wholes!, (ctx, [list], node) => wholes(ctx, list!, node));
define(intrinsics.size!, (ctx, [value], node) => ctx.dynamic(toInt(ctx, value!, node), { kind: "bigint" }));
define(intrinsics.part!, (ctx, [value], node) => toText(ctx, value!, node, ""));
define(recordNames, (ctx, [record], node) =>
  ctx.op("js::recKeys", [materialise(ctx, record!, node).value], arrayS(StringS)),
);

// -- constructors -------------------------------------------------------------------------------------------------

const constructors = new Map<object, Builtin>([
  ...errorClasses.map((js) => [js, makeError(js.name)] as const),
  [SconceError, makeSconceError],
  [
    Map,
    (ctx, [source], node, wanted) => {
      if (!source || (source.kind === "const" && source.js == null)) return buildMap(ctx, [], wanted, node);
      if (source.kind === "items") {
        const pairs = source.items.map((item) => {
          if (item.kind === "items" && item.items.length === 2)
            return [item.items[0]!, item.items[1]!] as const;
          return undefined;
        });
        if (pairs.every((pair) => pair !== undefined)) return buildMap(ctx, pairs, wanted, node);
      }
      const map = buildMap(ctx, [], wanted, node);
      callPrelude(ctx, "fillMap", [map, source], node);
      return map;
    },
  ],
  [
    Set,
    (ctx, [source], node, wanted) => {
      const want = wanted && resolved(wanted);
      const elem = want?.kind === "set" ? want.elem : variableS();
      const type: SType = { kind: "set", elem };
      const base = buildMap(ctx, [], { kind: "map", key: elem, value: BooleanS }, node);
      const set = ctx.open(base.value, type, node);
      if (source && !(source.kind === "const" && source.js == null))
        callPrelude(ctx, "fillSet", [set, source], node);
      return set;
    },
  ],
  [
    Array,
    (ctx, args, node) => {
      if (args.length !== 1 || !isNumeric(typeOf(ctx, args[0]!))) return { kind: "items", items: args, node };
      // So many holes: only what fills them at once makes sense of it.
      return {
        kind: "fields",
        fields: new Map<string, SValue>([
          ["length", args[0]!],
          ["#holes", constant(true)],
        ]),
        node,
      };
    },
  ],
]);

export function hostConstructor(js: object): Builtin | undefined {
  return constructors.get(js);
}

/** The type that `new Map<K, V>()` names. */
export function containerType(ctx: Context, node: NewExpression, js: object): SType | undefined {
  const text = ctx.source.typeText("typeArguments", node.callee.end);
  if (text === undefined) return undefined;
  const name = js === Map ? "Map" : js === Set ? "Set" : js === Array ? "Array" : undefined;
  return name && typeAt(ctx, `${name}${text.trim()}`, ctx.source, node as AnyNode);
}

// -- torch --------------------------------------------------------------------------------------------------------

define(torch.tensor, makeTensor);
define(slice, makeSlice);
define(torch.isTensor, (ctx, [value], node) => {
  const type = value ? typeOf(ctx, value) : undefined;
  if (type?.kind !== "union") return constant(type?.kind === "Tensor");
  return isOneOf(ctx, materialise(ctx, value!, node), [TensorS]);
});
for (const [js, name] of [
  [info.shapeOf, "shape"],
  [info.ndimOf, "ndim"],
  [info.dtypeOf, "dtype"],
] as const) {
  define(js, (ctx, [value], node) => readMember(ctx, value ?? UNDEFINED, name, node));
}
define(torch.keep, (_ctx, [value]) => value ?? UNDEFINED);
for (const js of [torch.scope, torch.noGrad]) {
  define(js, (ctx, [body], node) => {
    if (body?.kind !== "closure") return ctx.refuse("ARGUMENTS", node, "expected a function");
    return callPrelude(ctx, "run", [body], node);
  });
}

/** The library's own way of calling an operator by its name. */
function byName(ctx: Context, args: readonly SValue[], node: NodeLike, prefix: string): SValue {
  const [name, ...rest] = args;
  if (name?.kind !== "const") return ctx.refuse("NO_OVERLOAD", node, "the name of an operator must be known");
  return callOperator(ctx, `${prefix}${String(name.js)}`, ...splitOptions(ctx, rest), node);
}
define(callOp, (ctx, args, node) => byName(ctx, args, node, "aten::"));
define(callOps, (ctx, args, node) => byName(ctx, args, node, "aten::"));
define(dispatch, (ctx, [name, list], node) => {
  if (list?.kind !== "items")
    return ctx.refuse("NO_OVERLOAD", node, "the arguments of call are an array literal");
  return byName(ctx, [name!, ...list.items], node, "");
});

// -- console and jit ----------------------------------------------------------------------------------------------

define(console.log, consoleLog);
define(console.warn, consoleWarn);
define(jitBuiltins.fork, fork);
define(jitBuiltins.wait, wait);
define(jitBuiltins.isinstance, (ctx, [value, ...types], node) => {
  const wanted = types.map((type) => {
    if (type.kind === "const" && typeof type.js === "string") return parseType(type.js);
    return ctx.refuse("ARGUMENTS", node, "isinstance takes types as strings in TorchScript's notation");
  });
  const made = materialise(ctx, value ?? UNDEFINED, node);
  return ctx.dynamic(ctx.builder.isinstance(made.value, wanted), BooleanS);
});
