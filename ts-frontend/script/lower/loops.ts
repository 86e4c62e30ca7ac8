/**
 * Loops, all of them `prim::Loop` with a condition. What the body changes is carried from round to round; its types are
 * found by lowering the body until they stay the same.
 */

import { NO_LIMIT } from "../../../format/ir/builder.ts";
import { edit, type Value } from "../../../format/ir/graph.ts";
import { IntType } from "../../../format/types.ts";
import { irType, joinTypes, type SType, sameType } from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context, Exit } from "./context.ts";
import { coerce, typeOf } from "./convert.ts";
import { enterBody } from "./exits.ts";
import { State, type Variable } from "./scope.ts";
import { constant, type Dynamic, isFalse, isTrue, type NodeLike, type SValue } from "./values.ts";

/** How often the types of carried variables may grow. */
const ROUNDS = 12;

export interface LoopParts {
  /** Whether a round runs; lowered before the first and at the end of each. */
  readonly test: () => SValue;
  /** `i` is the number of the round. */
  readonly body: (i: Value) => void;
  /** The most rounds; by default any number. */
  readonly trip?: Value;
  /** Runs after every round that did not end the loop. */
  readonly update?: () => void;
  /** The first round runs without a test. */
  readonly bodyFirst?: boolean;
  readonly label?: string | undefined;
  /** Variables outside that the loop sets, as far as the text shows; what is missing is found by lowering. */
  readonly assigned: ReadonlySet<Variable>;
}

/**
 * Lowers a loop; afterwards the state has what variables are when it ends. True if the test's failing is the only way
 * that leads on.
 */
export function lowerLoop(ctx: Context, parts: LoopParts, node: NodeLike): boolean {
  const start = parts.bodyFirst ? constant(true) : parts.test();
  if (isFalse(start) || ctx.state.dead) return true;
  const { block } = ctx.builder;
  const count = block.nodes.length;
  const before = ctx.state;
  const carried = new Map<Variable, SType>();
  const carry = (variable: Variable): boolean => {
    const value = before.get(variable);
    if (value === undefined || carried.has(variable)) return false;
    if (value.kind === "cell") return false;
    carried.set(variable, value.kind === "unset" ? { kind: "never" } : startType(ctx, variable, value, node));
    return true;
  };
  parts.assigned.forEach(carry);
  for (let round = 0; round < ROUNDS; round++) {
    const leftBy = lowerRound(ctx, parts, start, carried, carry, before, node);
    if (leftBy) return !leftBy.has("break");
    ctx.state = before;
    ctx.rewind(block, count);
  }
  return ctx.refuse("TYPE_MISMATCH", node, "the types of this loop's variables do not settle", {
    advice: "Give the variables that the loop changes a type where they are declared.",
  });
}

function startType(ctx: Context, variable: Variable, value: SValue, node: NodeLike): SType {
  const type = typeOf(ctx, value);
  if (type.kind === "function") {
    ctx.refuse("CLOSURE", node, `${variable.name} is a function and changes in a loop`);
  }
  return type;
}

/**
 * One try with the types known so far: how the body leaves the loop. Undefined when it showed that they, or the set of
 * variables, must grow.
 */
function lowerRound(
  ctx: Context,
  parts: LoopParts,
  start: SValue,
  carried: Map<Variable, SType>,
  carry: (variable: Variable) => boolean,
  before: State,
  node: NodeLike,
): Exit["leftBy"] | undefined {
  const { builder } = ctx;
  const variables = [...carried.keys()];
  const initial = variables.map((variable) => {
    const value = before.get(variable)!;
    const type = carried.get(variable)!;
    return value.kind === "unset"
      ? builder.uninitialized(irType(type))
      : coerce(ctx, value, type, node).value;
  });
  const first = start.kind === "const" ? ctx.bool(true) : (start as Dynamic).value;
  const made = builder.node("prim::Loop", [parts.trip ?? ctx.int(NO_LIMIT), first, ...initial]);
  const block = edit.addBlock(made);
  const index = edit.addParam(block, IntType);
  const inside = new State(before);
  variables.forEach((variable) => {
    const type = carried.get(variable)!;
    const value = edit.addParam(block, irType(type), builder.uniqueName(variable.name));
    if (variable.flag) inside.set(variable, constant(false));
    else inside.set(variable, type.kind === "never" ? { kind: "unset" } : ctx.dynamic(value, type));
  });
  ctx.state = inside;
  let goesOn: Value | undefined;
  const exits = ctx.frame.exits.length;
  let grew = false;
  let forever = isTrue(start) && parts.trip === undefined;
  let leftBy: Exit["leftBy"] = new Set();
  builder.at(block, () => {
    const exit = enterBody(ctx, "loop", parts.label);
    const depth = ctx.state;
    parts.body(index);
    const ended: SValue = ctx.state.dead ? constant(true) : ctx.state.get(exit.ended)!;
    ctx.frame.exits.length = exits;
    leftBy = exit.leftBy;
    const next = nextTest(ctx, ended, parts, node, (test) => {
      forever &&= isTrue(test);
    });
    goesOn = next.kind === "const" ? ctx.bool(Boolean(next.js)) : (next as Dynamic).value;
    for (const [variable, value] of depth.changes) {
      if (before.get(variable) === undefined || carried.has(variable)) continue;
      if (value.kind === "cell") continue;
      grew = carry(variable) || grew;
    }
    if (grew) return;
    for (const variable of variables) {
      const value = inside.get(variable)!;
      const type = carried.get(variable)!;
      const now = value.kind === "unset" ? type : joinTypes(type, typeOf(ctx, value));
      if (!sameType(now, type)) {
        carried.set(variable, now);
        grew = true;
      }
    }
  });
  if (grew) return undefined;
  const last = builder.at(block, () =>
    variables.map((variable) => {
      const value = inside.get(variable)!;
      const type = carried.get(variable)!;
      return value.kind === "unset" || inside.dead
        ? builder.uninitialized(irType(type))
        : coerce(ctx, value, type, node).value;
    }),
  );
  edit.setReturns(block, [goesOn!, ...last]);
  ctx.state = before;
  variables.forEach((variable) => {
    const type = carried.get(variable)!;
    const value = edit.addOutput(made, irType(type), builder.uniqueName(variable.name));
    ctx.state.set(variable, type.kind === "never" ? { kind: "unset" } : ctx.dynamic(value, type));
  });
  if (forever) endsOnly(ctx, leftBy);
  return leftBy;
}

/** After a loop whose test always holds: it is left in the given ways only. */
function endsOnly(ctx: Context, leftBy: Exit["leftBy"]): void {
  if (leftBy.size === 0) ctx.state.dead = true;
  if (leftBy.size !== 1 || !leftBy.has("return")) return;
  ctx.state.set(ctx.frame.returned, constant(true));
  for (const exit of ctx.frame.exits) {
    ctx.state.set(exit.stopped, constant(true));
    ctx.state.set(exit.ended, constant(true));
  }
}

/** The test for the next round: false when the loop was ended, else what `update` and `test` say. */
function nextTest(
  ctx: Context,
  ended: SValue,
  parts: LoopParts,
  node: NodeLike,
  tested: (test: SValue) => void,
): SValue {
  const goOn = (): SValue => {
    parts.update?.();
    const test = parts.test();
    tested(test);
    return test;
  };
  if (isTrue(ended)) return constant(false);
  if (isFalse(ended)) return goOn();
  return branch(ctx, ended, () => constant(false), goOn, node)!;
}
