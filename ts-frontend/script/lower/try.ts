/**
 * Exceptions. What `try` changes lives in one-element lists meanwhile, since a throw may come between any two
 * statements; `finally` runs after either way, and then an error goes on.
 */

import type { BlockStatement, ThrowStatement, TryStatement } from "acorn";
import { edit } from "../../../format/ir/graph.ts";
import { listOf } from "../../../format/types.ts";
import {
  ErrorS,
  irType,
  isNullish,
  resolved,
  type SType,
  StringS,
  showType,
  unionS,
} from "../types/model.ts";
import { branch, joinSides, lowerSide } from "./branches.ts";
import { CellGrew, type Context, type Frame } from "./context.ts";
import { coerce, materialise, typeOf } from "./convert.ts";
import { lowerExpression } from "./expressions.ts";
import { bindPattern } from "./patterns.ts";
import { Scope, type Variable, Variable as VariableClass } from "./scope.ts";
import { assignedIn, block } from "./statements.ts";
import { constant, type Dynamic, type SValue, UNSET } from "./values.ts";

/** `throw new Error(message)`, or an error that was caught or made before. */
export function lowerThrow(ctx: Context, node: ThrowStatement): void {
  const value = lowerExpression(ctx, node.argument);
  if (ctx.state.dead) return;
  ctx.mark(node);
  const name = value.kind === "fields" ? value.fields.get("#error") : undefined;
  if (name && value.kind === "fields") {
    const texts = [value.fields.get("message")!, name].map(
      (text) => materialise(ctx, text, node, StringS).value,
    );
    ctx.effect("prim::RaiseException", texts);
  } else {
    const type = typeOf(ctx, value);
    if (type.kind !== "Error") {
      ctx.refuse("OPERATOR_TYPES", node, `${showType(type)} cannot be thrown`, {
        advice: "Write `throw new Error(message)`.",
      });
    }
    ctx.effect("js::rethrow", [materialise(ctx, value, node).value]);
  }
  ctx.state.dead = true;
}

/** How often the types of what `try` changes may grow. */
const ROUNDS = 40;

export function lowerTry(ctx: Context, node: TryStatement): void {
  const assigned = new Set([...assignedIn(ctx, node)].filter((variable) => needsCell(ctx, variable)));
  const { builder } = ctx;
  const blockNow = builder.block;
  const count = blockNow.nodes.length;
  const before = ctx.state;
  for (let round = 0; round < ROUNDS; round++) {
    const scope = ctx.scope;
    const exits = ctx.frame.exits.length;
    try {
      attempt(ctx, node, assigned);
      return;
    } catch (error) {
      // Cells of a try around this one are made there.
      if (
        !(error instanceof CellGrew) ||
        error.variables.some((variable) => before.get(variable)?.kind === "cell")
      )
        throw error;
      ctx.scope = scope;
      ctx.state = before;
      ctx.frame.exits.length = exits;
      for (const variable of ctx.cellTypes.keys()) if (needsCell(ctx, variable)) assigned.add(variable);
      builder.moveTo(blockNow);
      ctx.rewind(blockNow, count);
    }
  }
  ctx.refuse("TYPE_MISMATCH", node, "the types of what this try block sets do not settle", {
    advice: "Give these variables a type where they are declared.",
  });
}

/** Flags of exits are set when nothing can be thrown any more, so they need no cell; nor does what is returned. */
function needsCell(ctx: Context, variable: Variable): boolean {
  if (variable.flag || ctx.state.get(variable) === undefined) return false;
  for (let frame: Frame | undefined = ctx.frame; frame; frame = frame.caller)
    if (frame.result === variable) return false;
  return true;
}

function attempt(ctx: Context, node: TryStatement, assigned: ReadonlySet<Variable>): void {
  const outer = ctx.state;
  const boxed: { variable: Variable; before: SValue; cell: SValue & { kind: "cell" } }[] = [];
  for (const variable of assigned) {
    const value = outer.get(variable)!;
    if (value.kind === "cell" || value.kind === "closure" || value.kind === "host") continue;
    const known = ctx.cellTypes.get(variable);
    const now = typeOf(ctx, value);
    const wanted =
      variable.declared && (isNullish(now) ? unionS([variable.declared, now]) : variable.declared);
    const own: SType = value.kind === "unset" ? (variable.declared ?? { kind: "never" }) : (wanted ?? now);
    const type = known ?? own;
    const first =
      value.kind === "unset" ? ctx.builder.uninitialized(irType(type)) : coerce(ctx, value, type, node).value;
    const list = ctx.raw("prim::ListConstruct", [first], listOf(irType(type)));
    boxed.push({ variable, before: value, cell: { kind: "cell", list, type } });
  }
  for (const { variable, cell } of boxed) outer.set(variable, cell);
  try {
    if (node.finalizer) withFinally(ctx, node);
    else tryCatch(ctx, node.block, node);
  } catch (error) {
    for (const { variable, before } of boxed) outer.set(variable, before);
    throw error;
  }
  for (const { variable, cell } of boxed) {
    if (ctx.state.dead) break;
    const type = resolved(cell.type);
    ctx.state.set(
      variable,
      type.kind === "never" ? UNSET : ctx.op("aten::__getitem__.t", [cell.list, ctx.int(0)], cell.type),
    );
  }
}

function tryCatch(ctx: Context, body: BlockStatement, node: TryStatement): void {
  const { handler } = node;
  if (!handler) {
    block(ctx, [body]);
    return;
  }
  protect(
    ctx,
    () => block(ctx, [body]),
    (error) => {
      const before = ctx.scope;
      ctx.scope = new Scope(before);
      if (handler.param) bindPattern(ctx, handler.param, error, { declare: true });
      block(ctx, [handler.body]);
      ctx.scope = before;
    },
    node,
  );
}

/** `js::Try`: runs `body`, and `caught` if something is thrown in it. */
function protect(ctx: Context, body: () => void, caught: (error: Dynamic) => void, node: TryStatement): void {
  const made = ctx.builder.node("js::Try", []);
  const first = edit.addBlock(made);
  const second = edit.addBlock(made);
  const error = edit.addParam(second, irType(ErrorS), ctx.builder.uniqueName("error"));
  const sides = [
    lowerSide(ctx, first, () => {
      body();
      return undefined;
    }),
    lowerSide(ctx, second, () => {
      caught({ kind: "value", value: error, type: ErrorS });
      return undefined;
    }),
  ];
  // Set by a function that is called in here: it needs a cell too.
  const missed = [...sides[0]!.state.changes].filter(
    ([variable, value]) => needsCell(ctx, variable) && value.kind !== "cell" && !ctx.ownOfTry.has(variable),
  );
  if (missed.length > 0) {
    for (const [variable, value] of missed) ctx.cellTypes.set(variable, typeOf(ctx, value));
    throw new CellGrew(missed.map(([variable]) => variable));
  }
  joinSides(ctx, made, sides, node);
}

/** `finally` runs after the block and its handler, whatever came of them; then an error goes on, or an exit. */
function withFinally(ctx: Context, node: TryStatement): void {
  const failed = new VariableClass("failed");
  const error = new VariableClass("error");
  ctx.state.set(failed, constant(false));
  ctx.state.set(error, UNSET);
  ctx.ownOfTry.add(failed).add(error);
  protect(
    ctx,
    () => tryCatch(ctx, node.block, node),
    (caught) => {
      ctx.state.set(failed, constant(true));
      ctx.state.set(error, caught);
    },
    node,
  );
  if (ctx.state.dead) return;
  // The finalizer runs even if the block was left: the flags are down for it, and come back unless it leaves by itself.
  const { exits, returned, result } = ctx.frame;
  const flags = [...exits.flatMap((exit) => [exit.stopped, exit.ended]), returned, result];
  const kept = flags.map((flag) => ctx.state.get(flag)!);
  flags.forEach((flag) => {
    if (flag.flag) ctx.state.set(flag, constant(false));
  });
  block(ctx, [node.finalizer!]);
  if (ctx.state.dead) return;
  const left = ctx.state.get(exits.at(-1)!.stopped)!;
  branch(
    ctx,
    left,
    () => undefined,
    () => {
      flags.forEach((flag, i) => {
        ctx.state.set(flag, kept[i]!);
      });
      const bad = ctx.state.get(failed)!;
      branch(
        ctx,
        bad,
        () => {
          const value = ctx.state.get(error)!;
          ctx.effect("js::rethrow", [materialise(ctx, value, node).value]);
          ctx.state.dead = true;
          return undefined;
        },
        () => undefined,
        node,
      );
      return undefined;
    },
    node,
  );
}
