/** Calls that take an array of unknown length: `list.push(...more)`, `Math.max(...list)`. */

import type { ArrayExpression, CallExpression } from "acorn";
import { arrayS, NumberS, nonNullish, resolved } from "../types/model.ts";
import type { Context } from "./context.ts";
import { materialise, typeOf } from "./convert.ts";
import { arrayLiteral } from "./expressions.ts";
import { refuseOutside } from "./members.ts";
import { callPrelude } from "./prelude.ts";
import type { SValue } from "./values.ts";

const FOLDS = new Map<unknown, string>([
  [Math.max, "maxOf"],
  [Math.min, "minOf"],
]);

/**
 * The arguments of a call with spread ones where they are known after all, or the result of the call; undefined where
 * the call takes no such arguments.
 */
export function spreadCall(
  ctx: Context,
  node: CallExpression,
  object: SValue,
  name: string,
  target: SValue | undefined,
): { args: readonly SValue[] } | { result: SValue } | undefined {
  if (!node.arguments.some((arg) => arg.type === "SpreadElement")) return undefined;
  const fold = target?.kind === "host" ? FOLDS.get(target.js) : undefined;
  const type = target ? undefined : resolved(nonNullish(typeOf(ctx, object)));
  const pushes = name === "push" && type?.kind === "array";
  if (!fold && !pushes) return undefined;
  if (pushes && object.kind === "items") refuseOutside(ctx, object, node);
  const literal = { type: "ArrayExpression", elements: node.arguments, start: node.start, end: node.end };
  const list = arrayLiteral(ctx, literal as ArrayExpression, fold ? arrayS(NumberS) : type);
  if (list.kind === "items") return { args: list.items };
  ctx.mark(node);
  if (fold) return { result: callPrelude(ctx, fold, [list], node) };
  return { result: callPrelude(ctx, "pushAll", [materialise(ctx, object, node), list], node) };
}
