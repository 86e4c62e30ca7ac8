/**
 * `for (let i = 0n; i < n; i++)`, and `… i < n && test`: what `.code` prints for a `prim::Loop` with a number of rounds.
 * A counter that is a bigint is the round's number, an int of the IR.
 */

import type { Expression, ForStatement } from "acorn";
import { BigIntS } from "../types/model.ts";
import type { Context } from "./context.ts";
import { toInt } from "./convert.ts";
import { condition, lowerExpression } from "./expressions.ts";
import { lowerLoop } from "./loops.ts";
import { Scope, Variable } from "./scope.ts";
import { assignedIn, block } from "./statements.ts";

/** Lowers a loop of this form; false for any other. */
export function lowerCounted(ctx: Context, node: ForStatement, label: string | undefined): boolean {
  const { init, test, update } = node;
  const declared = init?.type === "VariableDeclaration" ? init.declarations[0] : undefined;
  if (declared?.id.type !== "Identifier" || declared.init?.type !== "Literal" || declared.init.bigint !== "0")
    return false;
  const { name } = declared.id;
  if (update?.type !== "UpdateExpression" || update.operator !== "++" || !isName(update.argument, name))
    return false;
  const both = test?.type === "LogicalExpression" && test.operator === "&&" ? test : undefined;
  const bound = both ? both.left : test;
  if (bound?.type !== "BinaryExpression" || bound.operator !== "<" || !isName(bound.left as Expression, name))
    return false;
  const trip = toInt(ctx, lowerExpression(ctx, bound.right), bound.right);
  const before = ctx.scope;
  ctx.scope = new Scope(before);
  const counter = ctx.scope.declare(new Variable(name, { constant: true }));
  lowerLoop(
    ctx,
    {
      trip,
      test: () => (both ? condition(ctx, both.right) : { kind: "const", js: true }),
      body: (i) => {
        ctx.state.set(counter, ctx.dynamic(i, BigIntS));
        block(ctx, [node.body]);
      },
      label,
      assigned: new Set([...assignedIn(ctx, node)].filter((variable) => variable !== counter)),
    },
    node,
  );
  ctx.scope = before;
  return true;
}

function isName(node: Expression, name: string): boolean {
  return node.type === "Identifier" && node.name === name;
}
