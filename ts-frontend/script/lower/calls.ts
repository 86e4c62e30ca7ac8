/** Calls: of functions inside and outside the script, of operators, methods and constructors. */

import type {
  AnyNode,
  CallExpression,
  Expression,
  MemberExpression,
  NewExpression,
  SpreadElement,
} from "acorn";
import { parseType, type Type } from "../../../format/types.ts";
import type { Scriptable } from "../source/index.ts";
import {
  irType as irTypeOf,
  isOpen,
  mayBeNullish,
  nonNullish,
  resolved,
  type SType,
  scriptType,
  showType,
} from "../types/model.ts";
import { containerType, hostConstructor, hostFunction } from "./builtins.ts";
import { getAttribute } from "./classes.ts";
import { FunctionRef, NewRef } from "./code-refs.ts";
import { callCompiled, callMerged, callNamed, mergedClass } from "./compiled.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf } from "./convert.ts";
import { lowerExpression, spreadItems } from "./expressions.ts";
import { type Closure, type Instance, inlineCall } from "./functions.ts";
import { hostToValue } from "./host.ts";
import { RawPath, torchName } from "./host-members.ts";
import { readMember } from "./members.ts";
import { callMethodOf } from "./methods/index.ts";
import { callOperator, type Named, rawCall, symbolOf } from "./schemas.ts";
import { spreadCall } from "./spread.ts";
import { type NodeLike, type SValue, UNDEFINED, UNSET } from "./values.ts";

/** Arguments of a call, spread ones included. */
export function lowerArguments(
  ctx: Context,
  args: readonly (Expression | SpreadElement)[],
  wanted: (i: number) => SType | undefined = () => undefined,
): SValue[] {
  const values: SValue[] = [];
  for (const arg of args) {
    if (arg.type !== "SpreadElement") {
      values.push(lowerExpression(ctx, arg, wanted(values.length)));
      continue;
    }
    const items = spreadItems(ctx, arg);
    if (!Array.isArray(items)) {
      ctx.refuse("ARGUMENTS", arg, "an array of unknown length cannot be spread into a call", {
        advice: "Pass the array itself where a list is taken.",
      });
    }
    values.push(...(items as readonly SValue[]));
  }
  return values;
}

export function lowerCall(ctx: Context, node: CallExpression, wanted: SType | undefined): SValue {
  const { callee } = node;
  if (callee.type === "Super") return ctx.unit.classes.superCall(ctx, node);
  if (callee.type === "MemberExpression") return memberCall(ctx, node, callee, wanted);
  const target = lowerExpression(ctx, callee);
  if (ctx.state.dead) return UNSET;
  const args = lowerArguments(ctx, node.arguments);
  if (ctx.state.dead) return UNSET;
  ctx.mark(node);
  return callValue(ctx, target, args, node, wanted);
}

function memberCall(
  ctx: Context,
  node: CallExpression,
  callee: MemberExpression,
  wanted: SType | undefined,
): SValue {
  if (callee.object.type === "Super") {
    return ctx.unit.classes.superMethod(ctx, callee, lowerArguments(ctx, node.arguments), node);
  }
  const object = lowerExpression(ctx, callee.object);
  if (ctx.state.dead) return UNSET;
  let name: string;
  if (callee.property.type === "PrivateIdentifier") name = `#${callee.property.name}`;
  else if (!callee.computed) name = (callee.property as { name: string }).name;
  else {
    const key = lowerExpression(ctx, callee.property);
    if (key.kind !== "const") {
      return callValue(
        ctx,
        ctx.unit.modules.childAt(ctx, materialise(ctx, object, callee), key, callee) ?? UNDEFINED,
        lowerArguments(ctx, node.arguments),
        node,
        wanted,
      );
    }
    name = String(key.js);
  }
  const target =
    (object.kind === "fields" && !object.fields.has("#holes")) || object.kind === "host"
      ? readMember(ctx, object, name, callee)
      : undefined;
  const spread = spreadCall(ctx, node, object, name, target);
  if (spread && "result" in spread) return spread.result;
  const args = spread?.args ?? lowerArguments(ctx, node.arguments, (i) => argumentWanted(object, name, i));
  if (ctx.state.dead) return UNSET;
  ctx.mark(node);
  return target
    ? callValue(ctx, target, args, node, wanted)
    : callMethod(ctx, object, name, args, node, wanted);
}

/** The type that a method of a container asks of its argument, so that literals become what it holds. */
function argumentWanted(object: SValue, name: string, i: number): SType | undefined {
  if (object.kind !== "value" && object.kind !== "cell") return undefined;
  const type = resolved(nonNullish(object.type));
  let wanted: SType | undefined;
  if (type.kind === "array" && (name === "push" || name === "unshift")) wanted = type.elem;
  else if (type.kind === "map" && name === "set") wanted = i === 0 ? type.key : type.value;
  else if (type.kind === "set" && name === "add") wanted = type.elem;
  return wanted && !isOpen(wanted) ? wanted : undefined;
}

/** `object.name(args)`. */
export function callMethod(
  ctx: Context,
  object: SValue,
  name: string,
  args: readonly SValue[],
  node: NodeLike,
  wanted?: SType,
): SValue {
  const type = typeOf(ctx, object);
  if (object.kind === "value" && mayBeNullish(type) && type.kind === "union") {
    return callMethod(ctx, coerce(ctx, object, nonNullish(type), node), name, args, node, wanted);
  }
  if (type.kind === "ir" && object.kind === "value" && mergedClass(ctx, type)) {
    return callMerged(ctx, object, name, args, node);
  }
  if (type.kind === "class" && object.kind === "value") {
    const member = getAttribute(ctx, object, name, node);
    if (member.kind === "method" && mergedClass(ctx, type)) return callMerged(ctx, object, name, args, node);
    if (member.kind === "method") {
      return (
        ctx.unit.modules.callContainer(ctx, object, name, args, node) ??
        ctx.unit.classes.call(ctx, object, name, args, node)
      );
    }
    return callValue(ctx, member, args, node, wanted);
  }
  return callMethodOf(ctx, object, type, name, args, node as AnyNode, wanted);
}

/** `target(args)`. */
export function callValue(
  ctx: Context,
  target: SValue,
  args: readonly SValue[],
  node: NodeLike,
  wanted?: SType,
): SValue {
  switch (target.kind) {
    case "closure":
      return callClosure(ctx, target, args, node);
    case "method":
      return callMethod(ctx, target.self, target.name, args, node, wanted);
    case "host":
      return callHost(ctx, target, args, node, wanted);
    case "value": {
      const type = resolved(target.type);
      if (type.kind === "class" && ctx.unit.modules.isModule(type.name)) {
        return ctx.refuse("NOT_CALLABLE", node, "a module is called by its forward", {
          advice: "Write module.forward(x).",
        });
      }
      return ctx.refuse("NOT_CALLABLE", node, `${showType(type)} is no function`);
    }
    default:
      return ctx.refuse("NOT_CALLABLE", node, "this is no function");
  }
}

export function callClosure(ctx: Context, closure: Closure, args: readonly SValue[], node: NodeLike): SValue {
  const id = (closure.node as { id?: { name: string } | null }).id;
  return inlineCall(ctx, closure, args, node, id?.name ?? closure.name ?? "a function");
}

function callHost(
  ctx: Context,
  target: SValue & { kind: "host" },
  args: readonly SValue[],
  node: NodeLike,
  wanted: SType | undefined,
): SValue {
  const { js, path } = target;
  const builtin = hostFunction(js);
  if (builtin) return builtin(ctx, args, node, wanted, path);
  const name = torchName(js);
  if (name !== undefined) {
    const symbol = symbolOf(name);
    if (symbol) return callOperator(ctx, symbol, ...splitOptions(ctx, args), node);
  }
  if (js instanceof RawPath) return callRaw(ctx, js, args, node, wanted);
  if (js instanceof FunctionRef) return callNamed(ctx, js.fn, args, node);
  if (js instanceof NewRef) return ctx.op("prim::CreateObject", [], js.type);
  const compiled = callCompiled(ctx, js, args, node);
  if (compiled) return compiled;
  if (typeof js !== "function") return ctx.refuse("NOT_CALLABLE", node, `${path} is no function`);
  return callFunction(ctx, js as Scriptable, args, node);
}

/** Positional arguments, and the named ones of an object at the end. */
export function splitOptions(ctx: Context, args: readonly SValue[]): [readonly SValue[], Named | undefined] {
  const last = args.at(-1);
  if (last?.kind === "fields") return [args.slice(0, -1), last.fields];
  if (last?.kind === "host" && Object.getPrototypeOf(last.js) === Object.prototype) {
    const fields = new Map(
      Object.entries(last.js).map(
        ([key, value]) => [key, hostToValue(ctx, value, key, { start: 0, end: 0 })] as const,
      ),
    );
    return [args.slice(0, -1), fields];
  }
  return [args, undefined];
}

/** A function of the user's: compiled for the types of its arguments; inlined where an argument is no value. */
function callFunction(ctx: Context, fn: Scriptable, args: readonly SValue[], node: NodeLike): SValue {
  if (/^class\b/.test(Function.prototype.toString.call(fn))) {
    return ctx.refuse("NOT_CALLABLE", node, `${fn.name} is a class`, { advice: `Write new ${fn.name}(…).` });
  }
  const closure = ctx.unit.closureOf(fn);
  if (closure.source.isLibrary || !args.every((arg) => isPlainArgument(ctx, arg)) || hasRest(closure)) {
    return inlineCall(ctx, closure, args, node, fn.name);
  }
  const instance = ctx.unit.functionInstance(
    ctx,
    fn,
    args.map((arg) => argumentType(ctx, arg)),
    ctx.chainTo(node),
  );
  const values = passArguments(ctx, instance, args, node);
  const result = resultOf(ctx, instance, fn.name, node);
  return ctx.dynamic(ctx.builder.callFunction(instance.name, values, irTypeOf(result)), result);
}

/** `ops.aten.add(a, b)`, `ops.aten.add.Tensor(a, b)`. */
function callRaw(
  ctx: Context,
  { parts }: RawPath,
  args: readonly SValue[],
  node: NodeLike,
  wanted?: SType,
): SValue {
  const [space, name, overload] = parts;
  if (name === undefined) return ctx.refuse("NOT_CALLABLE", node, `ops.${parts.join(".")} is no operator`);
  if (space === "prim" && name === "unchecked_cast" && args[1]?.kind === "const") {
    const type = parseType(String(args[1].js));
    const value = materialise(ctx, args[0]!, node).value;
    return ctx.dynamic(ctx.raw("prim::unchecked_cast", [value], type), scriptType(type));
  }
  if (space === "prim" && name === "ListUnpack" && args[1]?.kind === "const") {
    const list = materialise(ctx, args[0]!, node).value;
    const elem = list.type.kind === "List" ? list.type.elem : list.type;
    const { outputs } = ctx.builder.node(
      "prim::ListUnpack",
      [list],
      new Array<Type>(Number(args[1].js)).fill(elem),
    );
    return { kind: "items", items: outputs.map((value) => ctx.dynamic(value, scriptType(elem))), node };
  }
  return rawCall(ctx, `${space}::${name}`, overload === "default" ? "" : overload, args, node, wanted);
}

function hasRest(closure: Closure): boolean {
  return closure.node.params.some(
    (parameter) => parameter.type === "RestElement" || parameter.type === "ObjectPattern",
  );
}

function isPlainArgument(ctx: Context, arg: SValue): boolean {
  if (arg.kind === "items") return arg.items.every((item) => isPlainArgument(ctx, item));
  return arg.kind === "const" || ((arg.kind === "value" || arg.kind === "cell") && !isOpen(arg.type));
}

function argumentType(ctx: Context, arg: SValue): SType | undefined {
  if (arg.kind === "const" && arg.js == null) return undefined;
  return typeOf(ctx, arg);
}

/** Arguments as the parameters of a compiled function take them. */
export function passArguments(ctx: Context, instance: Instance, args: readonly SValue[], node: NodeLike) {
  // JavaScript drops further arguments; functions given to array methods rely on it.
  return instance.parameters.map((type, i) => {
    const given = args[i];
    if (given === undefined || (given.kind === "const" && given.js === undefined)) {
      const fallback = instance.fn.schema.args.at(i - instance.parameters.length)?.default;
      if (fallback) return ctx.constant(fallback);
      if (!mayBeNullish(type)) {
        ctx.refuse(
          "ARGUMENTS",
          node,
          `argument ${i + 1} of ${instance.name.split(".").at(-1)} is missing: it is ${showType(type)}`,
        );
      }
      return ctx.none();
    }
    return materialise(ctx, given, argumentNode(node, i), type).value;
  });
}

/** The node of a call's argument, for messages. */
export function argumentNode(node: NodeLike, i: number): NodeLike {
  const args = (node as { arguments?: readonly AnyNode[] }).arguments;
  return args?.slice(0, i + 1).some((arg) => arg.type === "SpreadElement") ? node : (args?.[i] ?? node);
}

/** The type of what a compiled function gives; while it is being compiled it must be declared. */
export function resultOf(ctx: Context, instance: Instance, name: string, node: NodeLike): SType {
  if (instance.result) return instance.result;
  if (instance.assumed) {
    instance.assumptionUsed = true;
    return instance.assumed;
  }
  return ctx.refuse("RECURSION", node, `${name} calls itself: the type of its result must be declared`, {
    advice: `Write \`function ${name}(…): number\`, or /** @returns {number} */ in JavaScript.`,
  });
}

export function lowerNew(ctx: Context, node: NewExpression, wanted: SType | undefined): SValue {
  const callee = lowerExpression(ctx, node.callee as Expression);
  const args = lowerArguments(ctx, node.arguments);
  if (ctx.state.dead) return UNSET;
  ctx.mark(node);
  if (callee.kind !== "host") return ctx.refuse("NOT_CALLABLE", node, "new needs a class");
  const builtin = hostConstructor(callee.js);
  if (builtin) return builtin(ctx, args, node, containerType(ctx, node, callee.js) ?? wanted, callee.path);
  return ctx.unit.classes.construct(ctx, callee.js as Scriptable, args, node);
}
