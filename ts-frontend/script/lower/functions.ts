/** Functions: parameters bound to arguments, bodies inlined where they are called or compiled as functions of their own. */

import type { AnyNode, BlockStatement, Expression, Function as FunctionNode, Pattern } from "acorn";
import { GraphBuilder } from "../../../format/ir/builder.ts";
import { edit } from "../../../format/ir/graph.ts";
import type { Fn, FnArgument } from "../../../format/ir/program.ts";
import type { SourceLocation } from "../../../loader/error.ts";
import {
  irType,
  isNullish,
  isOpen,
  joinTypes,
  nonNullish,
  resolved,
  type SType,
  sameType,
  TensorS,
  UndefinedS,
  unifyTypes,
  unionS,
  variableS,
  widened,
} from "../types/model.ts";
import { branch } from "./branches.ts";
import { Context, Frame } from "./context.ts";
import { buildTuple, coerce, materialise, typeOf } from "./convert.ts";
import { enterBody, leaveByReturn } from "./exits.ts";
import { lowerExpression } from "./expressions.ts";
import { bindPattern, patternNames } from "./patterns.ts";
import { Scope, Variable } from "./scope.ts";
import type { SourceUnit } from "./source-unit.ts";
import { children, lowerList } from "./statements.ts";
import { typeAt, typePredicate } from "./type-scope.ts";
import type { Unit } from "./unit.ts";
import { isFalse, isTrue, type NodeLike, type SValue, UNDEFINED, UNSET } from "./values.ts";

export interface Closure {
  readonly node: FunctionNode;
  readonly scope: Scope;
  readonly source: SourceUnit;
  readonly self?: SValue;
  /** The variable that an arrow function was given to. */
  readonly name?: string;
  /** Offset of the key of a method, to which its annotations belong. */
  readonly at?: number;
}

/** The annotated type of a parameter, by annotation or JSDoc. */
export function parameterType(
  ctx: Context,
  fn: FunctionNode,
  parameter: Pattern,
  source: SourceUnit,
): SType | undefined {
  const target = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
  const name = target.type === "Identifier" ? target.name : undefined;
  const text =
    source.typeText("binding", target.start) ??
    source.docBefore(target.start) ??
    (name === undefined ? undefined : source.docOf({ start: fn.start, bodyStart: fn.body.start }, name));
  if (text === undefined) return undefined;
  const type = typeAt(ctx, text, source, target);
  const optional = /^\s*\?/.test(text) && source.typeText("binding", target.start) !== undefined;
  return optional && parameter.type !== "AssignmentPattern" ? unionS([type, UndefinedS]) : type;
}

/** The annotated type of a function's result. */
export function resultType(
  ctx: Context,
  fn: FunctionNode,
  source: SourceUnit,
  at: number,
): SType | undefined {
  const text =
    source.typeText("return", at) ??
    source.typeText("return", fn.start) ??
    source.docOf({ start: fn.start, bodyStart: fn.body.start }, undefined);
  if (text === undefined || /^\s*:?\s*asserts\b/.test(text)) return undefined;
  return typeAt(ctx, typePredicate(text) ? "boolean" : text, source, fn);
}

/** The type parameters of a function by name, each to be found out. */
function typeParametersOf({ node, source, at }: Closure): Map<string, SType> {
  const text =
    source.typeText("typeParameters", node.start) ??
    (at === undefined ? undefined : source.typeText("typeParameters", at));
  const names = (text ?? "")
    .replace(/^\s*<|>\s*$/g, "")
    .split(",")
    .map((part) => part.trim().split(/\s/)[0]!);
  return new Map(names.filter((name) => name !== "").map((name) => [name, variableS()]));
}

/** Finds out type variables of a parameter's type from the type of its argument. */
function infer(declared: SType, given: SType): void {
  const [to, from] = [resolved(declared), resolved(given)];
  if (to.kind === "variable") {
    if (!isNullish(from) && from.kind !== "function") unifyTypes(to, from);
  } else if (to.kind === "union") {
    const rest = nonNullish(from);
    for (const member of to.members) if (isOpen(member) && rest.kind !== "never") infer(member, rest);
  } else if (to.kind === "tuple" && from.kind === "tuple") {
    for (const [i, elem] of to.elems.entries()) if (from.elems[i]) infer(elem, from.elems[i]);
  } else if (to.kind === "array" && from.kind === "tuple") {
    for (const elem of from.elems) infer(to.elem, elem);
  } else if (to.kind === "map" && from.kind === "map") {
    infer(to.key, from.key);
    infer(to.value, from.value);
  } else if ((to.kind === "array" && from.kind === "array") || (to.kind === "set" && from.kind === "set")) {
    infer(to.elem, from.elem);
  } else if (to.kind === "record" && from.kind === "record") infer(to.value, from.value);
}

/** The type parameters of a function, found out as far as the types of the arguments tell. */
function typeArgumentsOf(
  ctx: Context,
  closure: Closure,
  given: readonly (SType | undefined)[],
): Map<string, SType> | undefined {
  const variables = typeParametersOf(closure);
  if (variables.size === 0) return undefined;
  withTypes(ctx, closure, variables, () => {
    closure.node.params.forEach((parameter, i) => {
      const from = given[i];
      if (from === undefined) return;
      const declared = parameterType(ctx, closure.node, parameter, closure.source);
      if (declared && isOpen(declared)) infer(declared, from);
    });
  });
  return variables;
}

/** Looks types up as the function does whose parameters and annotations they are. */
function withTypes<T>(
  ctx: Context,
  { source }: Closure,
  typeArguments: Map<string, SType> | undefined,
  body: () => T,
): T {
  const before = ctx.frame;
  const frame = new Frame(before.name, source, before.self ? { self: before.self } : {});
  frame.typeArguments = typeArguments;
  ctx.frame = frame;
  try {
    return body();
  } finally {
    ctx.frame = before;
  }
}

/** Gives parameters their arguments: in a new scope that is returned. */
export function bindArguments(
  ctx: Context,
  closure: Closure,
  args: readonly SValue[],
  options: { readonly inline?: boolean } = {},
): Scope {
  const { node: fn, source } = closure;
  const scope = new Scope(closure.scope);
  const before = ctx.scope;
  ctx.scope = scope;
  fn.params.forEach((parameter, i) => {
    // Where a function is inlined its arguments say more than the annotations.
    const declared = options.inline ? undefined : parameterType(ctx, fn, parameter, source);
    if (parameter.type === "RestElement") {
      const rest: SValue = { kind: "items", items: args.slice(i), node: parameter };
      const { argument } = parameter;
      if (argument.type === "Identifier" && ctx.unit.isOnlyRead(source, argument, { passed: false })) {
        const variable = scope.declare(new Variable(argument.name, { constant: true }));
        ctx.state.set(variable, rest);
        return;
      }
      bindPattern(ctx, argument, rest, { declared });
      return;
    }
    bindPattern(ctx, parameter, args[i] ?? UNDEFINED, { declared, soft: true });
  });
  ctx.scope = before;
  return scope;
}

/** How often a function may be around a call of itself: `list.map((row) => row.map(…))` is no recursion. */
const MOST_INLINED = 16;

/** Lowers a function's body where it is called; the state and the graph are the caller's. */
export function inlineCall(
  ctx: Context,
  closure: Closure,
  args: readonly SValue[],
  node: NodeLike,
  name: string,
  wanted?: SType,
): SValue {
  let depth = 0;
  for (let frame: Frame | undefined = ctx.frame; frame; frame = frame.caller) {
    if (frame.inlined === closure.node && ++depth === MOST_INLINED) {
      ctx.refuse("RECURSION", node, `${name} calls itself, but it is a function inside another`, {
        advice: "Move it to the top of the module: functions there may be recursive.",
      });
    }
  }
  const caller = ctx.frame;
  const frame = new Frame(name, closure.source, {
    caller,
    calledAt: node,
    ...(closure.self ? { self: closure.self } : {}),
  });
  frame.inlined = closure.node;
  const scopeBefore = ctx.scope;
  const rangeBefore = ctx.builder.range;
  ctx.frame = frame;
  try {
    frame.typeArguments = typeArgumentsOf(
      ctx,
      closure,
      args.map((arg) => typeOf(ctx, arg)),
    );
    const inline = closure.source.isLibrary;
    if (!inline) {
      frame.result.declared =
        wanted ?? resultType(ctx, closure.node, closure.source, closure.at ?? closure.node.start);
    }
    ctx.scope = bindArguments(ctx, closure, args, { inline });
    return lowerBody(ctx, closure.node, node);
  } finally {
    ctx.frame = caller;
    ctx.scope = scopeBefore;
    ctx.builder.range = rangeBefore;
  }
}

/** Functions that do not run from their start to their end. */
export function refuseAsync(ctx: Context, fn: FunctionNode): never {
  return ctx.refuse(
    "UNSUPPORTED_SYNTAX",
    headOf(fn),
    `${fn.async ? "async functions" : "generators"} are not supported`,
    {
      advice: "Scripts run to their end; use jit.fork and jit.wait for what may run at the same time.",
    },
  );
}

/** A function without its body. */
function headOf(fn: FunctionNode): NodeLike {
  return { start: fn.start, end: Math.max(fn.start + 1, fn.body.start) };
}

/** Lowers the body of the frame's function and gives what it returns. */
function lowerBody(ctx: Context, fn: FunctionNode, node: NodeLike): SValue {
  const { frame } = ctx;
  if (fn.async || fn.generator) refuseAsync(ctx, fn);
  if (fn.body.type !== "BlockStatement") {
    const value = lowerExpression(ctx, fn.body, frame.result.declared);
    return returned(ctx, value, fn.body);
  }
  enterBody(ctx, "function");
  ctx.state.set(frame.returned, { kind: "const", js: false });
  ctx.state.set(frame.result, UNSET);
  lowerList(ctx, (fn.body as BlockStatement).body);
  frame.exits.pop();
  if (ctx.state.dead) return UNSET;
  const flag = ctx.state.get(frame.returned)!;
  const result = ctx.state.get(frame.result)!;
  if (isFalse(flag)) return UNDEFINED;
  if (isTrue(flag)) return result;
  return branch(
    ctx,
    flag,
    () => result,
    () => UNDEFINED,
    node,
  )!;
}

/** A returned value in the type that the function declares; an array literal becomes a tuple where none is declared. */
export function returned(ctx: Context, value: SValue, node: AnyNode): SValue {
  const { declared } = ctx.frame.result;
  if (declared && resolved(declared).kind !== "unknown" && !isVoid(declared))
    return coerceResult(ctx, value, declared, node);
  if (value.kind === "items" && ctx.frame.inlined === undefined) return buildTuple(ctx, value.items, node);
  return value;
}

function isVoid(type: SType): boolean {
  return resolved(type).kind === "undefined";
}

function coerceResult(ctx: Context, value: SValue, type: SType, node: AnyNode): SValue {
  if (value.kind === "const" && ["string", "number", "boolean"].includes(typeof value.js)) {
    coerce(ctx, value, type, node);
    return value;
  }
  if (value.kind === "closure" || value.kind === "host") return value;
  return coerce(ctx, value, type, node);
}

export function lowerReturn(ctx: Context, argument: Expression | null | undefined): void {
  const value = argument ? lowerExpression(ctx, argument, ctx.frame.result.declared) : UNDEFINED;
  if (ctx.state.dead) return;
  noteResult(ctx, value);
  leaveByReturn(ctx, ctx.frame, argument ? returned(ctx, value, argument) : value);
}

/** Calls of the function itself, further on, take this for the type of its result. */
function noteResult(ctx: Context, value: SValue): void {
  const { instance, frame } = ctx;
  if (!instance || frame.inlined || instance.result) return;
  const type = typeOf(ctx, value);
  if (type.kind === "function") return;
  instance.assumed = instance.assumed ? joinTypes(instance.assumed, type) : widened(type);
}

/** A function compiled for one list of parameter types. */
export interface Instance {
  readonly name: string;
  readonly parameters: readonly SType[];
  /** Undefined while the body is still being compiled and no type is declared. */
  result: SType | undefined;
  fn: Fn;
  /** The type of the values returned so far: what calls from within take for the result's. */
  assumed: SType | undefined;
  /** Some call from within did. */
  assumptionUsed?: boolean;
}

export interface CompileOptions {
  readonly name: string;
  readonly closure: Closure;
  /** By position; undefined where the parameter has no type of its own. */
  readonly given: readonly (SType | undefined)[];
  readonly chain: readonly SourceLocation[];
  /** The class a method belongs to. */
  readonly self?: SType;
  /** Offset of the member's key, for a method's annotations. */
  readonly memberAt?: number;
  readonly signature?: { readonly parameters: readonly { readonly type: SType }[]; readonly result: SType };
}

/** Types of a function's parameters: declared, given, or Tensor. Optional ones may be undefined. */
export function parameterTypes(ctx: Context, options: CompileOptions): SType[] {
  const { closure, given } = options;
  return withTypes(ctx, closure, typeArgumentsOf(ctx, closure, given), () => readParameters(ctx, options));
}

function readParameters(ctx: Context, { closure, given, signature }: CompileOptions): SType[] {
  const { params } = closure.node;
  // Options that are not given are no parameters: their defaults are part of the body.
  const taken = params.findIndex(
    (parameter, i) =>
      parameter.type === "AssignmentPattern" && isObject(parameter) && given[i] === undefined && !signature,
  );
  return (taken < 0 ? params : params.slice(0, taken)).map((parameter, i) => {
    if (parameter.type === "RestElement") {
      ctx.refuse(
        "UNSUPPORTED_SYNTAX",
        parameter,
        "a function of a program takes a fixed number of arguments",
        {
          advice: "Take an array instead.",
        },
      );
    }
    const declared =
      signature?.parameters[i]?.type ?? parameterType(ctx, closure.node, parameter, closure.source);
    const known = declared && resolved(declared).kind !== "unknown" ? declared : undefined;
    if (parameter.type !== "AssignmentPattern") return known ?? (given[i] ? widened(given[i]!) : TensorS);
    const fallback = literalType(parameter.right);
    if (fallback && resolved(fallback).kind !== "null")
      return known ?? (given[i] ? widened(given[i]!) : fallback);
    return unionS([known ?? given[i] ?? TensorS, fallback ?? UndefinedS]);
  });
}

function isObject({ left, right }: Pattern & { type: "AssignmentPattern" }): boolean {
  return left.type === "ObjectPattern" || right.type === "ObjectExpression";
}

/** The type of a literal that is a default; undefined for other expressions. */
function literalType(node: Expression): SType | undefined {
  if (node.type !== "Literal") return undefined;
  switch (typeof node.value) {
    case "number":
      return Number.isInteger(node.value) ? { kind: "int" } : { kind: "number" };
    case "string":
      return { kind: "string" };
    case "boolean":
      return { kind: "boolean" };
    default:
      return node.value === null ? { kind: "null" } : undefined;
  }
}

/** How often the type of a recursive function's result may grow. */
const ROUNDS = 4;

/** Compiles a function's body into a graph of its own. The instance is filled in. */
export function compileInstance(unit: Unit, instance: Instance, options: CompileOptions): void {
  for (let round = 0; round < ROUNDS; round++) {
    const before = instance.assumed;
    instance.assumptionUsed = false;
    compileOnce(unit, instance, options);
    if (!instance.assumptionUsed || (before && sameType(before, instance.result!))) return;
    // A call from within took another type than the body then had: once more, with that one.
    instance.assumed = instance.result;
    instance.result = undefined;
    edit.setReturns(instance.fn.graph.block, []);
    edit.truncate(instance.fn.graph.block, 0);
    for (const value of [...instance.fn.graph.inputs].reverse()) edit.dropValue(value);
  }
  throw new RangeError(`the type of the result of ${options.name} does not settle`);
}

/** The name without its place in the program, for messages. */
function shortName(name: string): string {
  return name.replace(/^__torch__\.(?:___torch_mangle_\d+\.)?/, "");
}

/** True for a function without a `return` that has a value. */
function givesNothing({ body }: FunctionNode): boolean {
  if (body.type !== "BlockStatement") return false;
  let nothing = true;
  const visit = (node: AnyNode): void => {
    if (/Function/.test(node.type)) return;
    if (node.type === "ReturnStatement" && node.argument) nothing = false;
    else children(node, visit);
  };
  visit(body);
  return nothing;
}

function compileOnce(unit: Unit, instance: Instance, options: CompileOptions): void {
  const { closure, name, chain, self, memberAt } = options;
  const builder = new GraphBuilder(instance.fn.graph);
  const frame = new Frame(shortName(name), closure.source, {});
  const ctx = new Context(unit, builder, frame, chain);
  ctx.instance = instance;
  frame.typeArguments = typeArgumentsOf(ctx, closure, instance.parameters);
  ctx.mark(closure.node);
  const args: FnArgument[] = [];
  let selfValue: SValue | undefined;
  if (self) {
    const value = builder.input(irType(self), "self");
    args.push({ name: "self", type: irType(self) });
    selfValue = { kind: "value", value, type: self };
    frame.self = selfValue;
  } else if (closure.self) frame.self = closure.self;
  frame.result.declared =
    options.signature?.result ??
    resultType(ctx, closure.node, closure.source, memberAt ?? closure.node.start);
  instance.result = frame.result.declared ?? (givesNothing(closure.node) ? UndefinedS : undefined);
  const values = instance.parameters.map((type, i) => {
    const pattern = closure.node.params[i]!;
    const [only] = patternNames(pattern);
    const base = pattern.type === "AssignmentPattern" ? pattern.left : pattern;
    const label = base.type === "Identifier" ? only! : `arg${i}`;
    const value = builder.input(irType(type), label);
    args.push({ name: label, type: irType(type), ...unit.defaultOf(pattern, type) });
    return ctx.dynamic(value, type) as SValue;
  });
  ctx.scope = new Scope(closure.scope);
  ctx.scope = bindArguments(ctx, { ...closure, scope: ctx.scope }, values);
  const value = lowerBody(ctx, closure.node, closure.node);
  const declared = instance.result;
  const result =
    value.kind === "unset" ? (declared ?? UndefinedS) : (declared ?? widened(typeOf(ctx, value)));
  const output =
    value.kind === "unset"
      ? builder.uninitialized(irType(result))
      : value.kind === "items" && !declared
        ? buildTuple(ctx, value.items, closure.node)
        : materialise(ctx, value, closure.node, result.kind === "function" ? undefined : result);
  const final = "kind" in output ? output.type : result;
  builder.returns([("kind" in output ? output.value : output) as never]);
  instance.result = declared ?? final;
  instance.fn.schema = { args, returns: [{ type: irType(instance.result) }] };
  ctx.finish();
  if (isOpen(instance.result)) {
    const { result, fn } = instance;
    unit.atEnd(() => {
      fn.schema.returns = [{ type: irType(result) }];
    });
  }
}
