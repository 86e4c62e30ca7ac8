/** Narrowing: what a test that holds, or does not, says about the types of the variables in it. */

import type { AnyNode, Expression } from "acorn";
import { programOfCompiled } from "../compiled-functions.ts";
import type { Scriptable } from "../source/index.ts";
import {
  isAssignable,
  isNullish,
  isNumeric,
  membersOf,
  resolved,
  type SType,
  unionS,
  widened,
} from "../types/model.ts";
import { classFieldType } from "./classes.ts";
import type { Context } from "./context.ts";
import { findVariable } from "./names.ts";
import type { Variable } from "./scope.ts";
import { typeAt, typePredicate } from "./type-scope.ts";

/** Puts into the present state what `test` being `truth` says. */
export function narrow(ctx: Context, test: AnyNode, truth: boolean): void {
  const node = test as Expression;
  switch (node.type) {
    case "ParenthesizedExpression":
      narrow(ctx, node.expression, truth);
      return;
    case "UnaryExpression":
      if (node.operator === "!") narrow(ctx, node.argument, !truth);
      return;
    case "LogicalExpression":
      if ((node.operator === "&&") === truth && node.operator !== "??") {
        narrow(ctx, node.left, truth);
        narrow(ctx, node.right, truth);
      }
      return;
    case "BinaryExpression":
      narrowBinary(ctx, node.operator, node.left as Expression, node.right, truth);
      return;
    case "CallExpression": {
      const { callee } = node;
      const [arg] = node.arguments;
      if (
        callee.type === "MemberExpression" &&
        callee.object.type === "Identifier" &&
        callee.object.name === "Array" &&
        callee.property.type === "Identifier" &&
        callee.property.name === "isArray" &&
        arg
      ) {
        keep(ctx, arg as Expression, (type) => (type.kind === "array" || type.kind === "tuple") === truth);
      } else if (callee.type === "Identifier") narrowByPredicate(ctx, callee.name, node.arguments, truth);
      return;
    }
    case "Identifier":
    case "ChainExpression":
      keepTruthy(ctx, node, truth);
      return;
    case "AssignmentExpression":
      if (node.left.type === "Identifier") keepTruthy(ctx, node.left, truth);
      return;
    default:
  }
}

/** A call of a function that says `x is T`. */
function narrowByPredicate(ctx: Context, name: string, args: readonly AnyNode[], truth: boolean): void {
  const variable = findVariable(ctx, name);
  const value = variable ? ctx.state.get(variable) : undefined;
  const outer = variable ? undefined : ctx.source.outer(name)?.value;
  const closure =
    value?.kind === "closure"
      ? value
      : typeof outer === "function" &&
          !programOfCompiled(outer) &&
          !/\[native code\]|^class\b/.test(Function.prototype.toString.call(outer))
        ? ctx.unit.closureOf(outer as Scriptable)
        : undefined;
  if (!closure) return;
  const { node, source } = closure;
  const predicate = typePredicate(
    source.typeText("return", node.start) ??
      source.docOf({ start: node.start, bodyStart: node.body.start }, undefined),
  );
  const at = node.params.findIndex(
    (parameter) => parameter.type === "Identifier" && parameter.name === predicate?.parameter,
  );
  const arg = args[at];
  if (!predicate || !arg || arg.type === "SpreadElement") return;
  const type = typeAt(ctx, predicate.type, source, arg);
  keep(ctx, arg as Expression, (member) => isAssignable(member, type) === truth);
}

function narrowBinary(
  ctx: Context,
  operator: string,
  left: Expression,
  right: Expression,
  truth: boolean,
): void {
  const equal = operator === "===" || operator === "==";
  if (!equal && operator !== "!==" && operator !== "!=") {
    if (operator === "instanceof") narrowInstance(ctx, left, right, truth);
    return;
  }
  const holds = equal === truth;
  const strict = operator.length === 3;
  const nullish = nullishLiteral(right) ?? nullishLiteral(left);
  if (nullish !== undefined) {
    const subject = nullishLiteral(right) !== undefined ? left : right;
    keep(ctx, subject, (type) => (strict ? type.kind === nullish : isNullish(type)) === holds);
    return;
  }
  const [tested, literal] =
    literalOf(right) !== undefined ? [left, literalOf(right)] : [right, literalOf(left)];
  if (literal === undefined) return;
  if (tested.type === "UnaryExpression" && tested.operator === "typeof") {
    keep(ctx, tested.argument, (type) => (typeofName(type) === literal) === holds);
    return;
  }
  if (tested.type === "MemberExpression" && !tested.computed && tested.property.type === "Identifier") {
    const { name } = tested.property;
    keep(ctx, tested.object as Expression, (type) => {
      const field = classFieldType(ctx, type, name);
      if (field === undefined || resolved(field).kind !== "literal") return true;
      const same = (resolved(field) as { value: unknown }).value === literal;
      return same === holds;
    });
    return;
  }
  if (holds) keep(ctx, tested, (type) => !isNullish(type));
}

function narrowInstance(ctx: Context, left: Expression, right: Expression, truth: boolean): void {
  const type = ctx.unit.classTypeOf(ctx, right);
  if (type !== undefined) keep(ctx, left, (member) => ctx.unit.extends(member, type) === truth);
}

function keepTruthy(ctx: Context, subject: Expression, truth: boolean): void {
  // 0 and "" are false too, so a false number may still be there.
  if (truth) keep(ctx, subject, (type) => !isNullish(type));
  else keep(ctx, subject, (type) => !["class", "array", "map", "set", "Tensor", "tuple"].includes(type.kind));
}

/** Narrows a variable to the members of its type that `wanted` takes. */
function keep(ctx: Context, subject: Expression, wanted: (type: SType) => boolean): void {
  let at = subject;
  while (at.type === "ParenthesizedExpression") at = at.expression;
  if (at.type === "ChainExpression" && at.expression.type === "MemberExpression") {
    // `a?.b` that is there says that `a` is.
    keep(ctx, at.expression.object as Expression, (type) => !isNullish(type) || wanted(type));
    return;
  }
  if (at.type !== "Identifier") return;
  const variable = findVariable(ctx, at.name);
  if (variable) narrowVariable(ctx, variable, wanted);
}

export function narrowVariable(ctx: Context, variable: Variable, wanted: (type: SType) => boolean): void {
  const value = ctx.state.get(variable);
  if (value?.kind !== "value") return;
  const type = resolved(value.type);
  if (type.kind !== "union") return;
  const kept = membersOf(type).filter((member) => wanted(resolved(member)));
  if (kept.length === type.members.length || kept.length === 0) return;
  ctx.state.set(variable, ctx.cast(value.value, unionS(kept)));
}

function nullishLiteral(node: Expression): "null" | "undefined" | undefined {
  if (node.type === "Literal" && node.value === null && node.raw === "null") return "null";
  if (node.type === "Identifier" && node.name === "undefined") return "undefined";
  return node.type === "UnaryExpression" && node.operator === "void" ? "undefined" : undefined;
}

function literalOf(node: Expression): string | number | boolean | undefined {
  if (node.type === "Literal" && ["string", "number", "boolean"].includes(typeof node.value)) {
    return node.value as string | number | boolean;
  }
  if (node.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]!.value.cooked ?? undefined;
  return undefined;
}

/** What `typeof` gives for values of a type that is not a union. */
export function typeofName(type: SType): string {
  const at = widened(type);
  if (isNumeric(at)) return "number";
  switch (at.kind) {
    case "string":
    case "DType":
    case "Device":
      return "string";
    case "boolean":
    case "bigint":
    case "undefined":
    case "function":
      return at.kind;
    default:
      return "object";
  }
}
