/** Branches: each is lowered on a state of its own, and what they change becomes results of one `prim::If`. */

import { type Block, edit, type Value } from "../../../format/ir/graph.ts";
import { irType, joinTypes, NeverS, type SType } from "../types/model.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf } from "./convert.ts";
import { State, type Variable } from "./scope.ts";
import { type Dynamic, type NodeLike, type SValue, sameValue } from "./values.ts";

interface Side {
  readonly block: Block;
  readonly state: State;
  /** What the branch gives; undefined where it gives nothing. */
  readonly value: SValue | undefined;
}

/** Lowers into a new block of the node that is being built, on a state on top of the present one. */
export function lowerSide(ctx: Context, block: Block, body: () => SValue | undefined): Side {
  const before = ctx.state;
  const state = new State(before);
  ctx.state = state;
  try {
    const value = ctx.builder.at(block, body);
    return { block, state, value };
  } finally {
    ctx.state = before;
  }
}

/**
 * Lowers both branches of a test; a test that is known leaves one. What each gives is joined: undefined when neither
 * gives anything.
 */
export function branch(
  ctx: Context,
  test: SValue,
  yes: () => SValue | undefined,
  no: () => SValue | undefined,
  node: NodeLike,
): SValue | undefined {
  if (test.kind === "const") return test.js ? yes() : no();
  const made = ctx.builder.node("prim::If", [(test as Dynamic).value]);
  const sides = [yes, no].map((body) => lowerSide(ctx, edit.addBlock(made), body));
  return joinSides(ctx, made, sides, node);
}

/** Ends a node with blocks that are alternatives: adds as outputs what differs between them. */
export function joinSides(
  ctx: Context,
  made: { readonly outputs: readonly Value[]; readonly blocks: readonly Block[] },
  sides: readonly Side[],
  node: NodeLike,
): SValue | undefined {
  const alive = sides.filter((side) => !side.state.dead);
  const returns: Value[][] = sides.map(() => []);
  const outputs: { type: SType; name: string | undefined; take: (value: Value) => void }[] = [];

  const join = (
    values: (SValue | undefined)[],
    what: string,
    name: string | undefined,
    take: (value: SValue) => void,
  ): void => {
    const live = values.filter(
      (value, i): value is SValue => !sides[i]!.state.dead && value !== undefined && value.kind !== "unset",
    );
    const first = live[0];
    if (first === undefined) {
      take({ kind: "unset" });
      return;
    }
    const whole = live.length === alive.length;
    const everywhere = whole && alive.length === sides.length;
    const same = live.every((value) => sameValue(value, first));
    if (same && everywhere) {
      take(first);
      return;
    }
    const parts = everywhere && !ctx.source.isLibrary ? undefined : literalParts(live);
    if (parts) {
      // Literals of the same shape are one literal of what is joined part by part.
      const joined = new Map<string, SValue>();
      const taken = (key: string, value: SValue): void => {
        joined.set(key, value);
        if (joined.size === parts.length) take(literalOf(first, parts, joined));
      };
      for (const key of parts) {
        const own = values.map((value) => value && partOf(value, key));
        join(own, what, undefined, (value) => taken(key, value));
      }
      return;
    }
    // The parts of a literal are values of its side.
    if (same && first.kind !== "value" && !keysOf(first)?.length) {
      take(first);
      return;
    }
    // Object literals take the type of the other side; where both are, each becomes an object.
    const plain = live.filter((value) => value.kind !== "fields");
    if (plain.length === 0) {
      values.forEach((value, i) => {
        if (value?.kind !== "fields" || sides[i]!.state.dead) return;
        const object = ctx.builder.at(sides[i]!.block, () => materialise(ctx, value, node));
        plain.push(object);
        values[i] = object;
      });
    }
    const type = plain.map((value) => typeOf(ctx, value)).reduce(joinTypes, NeverS);
    if (type.kind === "function") {
      ctx.refuse("CLOSURE", node, `${what} is a different function in each branch`, {
        advice: "Call the function in each branch instead.",
      });
    }
    values.forEach((value, i) => {
      const { block, state } = sides[i]!;
      const dead = state.dead || value === undefined || value.kind === "unset";
      returns[i]!.push(
        ctx.builder.at(block, () =>
          dead ? ctx.builder.uninitialized(irType(type)) : coerce(ctx, value, type, node).value,
        ),
      );
    });
    outputs.push({ type, name, take: (value) => take(ctx.dynamic(value, type)) });
  };

  const narrowed: (() => void)[] = [];
  const changed = new Set<Variable>(sides.flatMap((side) => [...side.state.changes.keys()]));
  for (const variable of changed) {
    const before = ctx.state.get(variable);
    if (before === undefined) continue;
    if (before.kind === "value" && onlyNarrowed(before, alive, variable)) {
      const type = alive.map((side) => typeOf(ctx, side.state.get(variable)!)).reduce(joinTypes);
      narrowed.push(() => ctx.state.set(variable, ctx.cast(before.value, type)));
      continue;
    }
    join(
      sides.map((side) => side.state.get(variable)),
      variable.name,
      variable.name,
      (value) => ctx.state.set(variable, value),
    );
  }
  let outcome: SValue | undefined;
  if (sides.some((side) => side.value !== undefined && !side.state.dead)) {
    join(
      sides.map((side) => side.value),
      "the result",
      undefined,
      (value) => {
        outcome = value;
      },
    );
  }
  sides.forEach((side, i) => {
    edit.setReturns(side.block, returns[i]!);
  });
  for (const { type, name, take } of outputs) {
    const unique = name === undefined ? undefined : ctx.builder.uniqueName(name);
    take(edit.addOutput(made as Parameters<typeof edit.addOutput>[0], irType(type), unique));
  }
  if (alive.length === 0) ctx.state.dead = true;
  else for (const narrow of narrowed) narrow();
  return outcome;
}

/** The value that casts of it stand for. */
function rootOf(value: Value): Value {
  let root = value;
  while (root.node?.op === "prim::unchecked_cast") root = root.node.inputs[0]!;
  return root;
}

/** True if in every branch that goes on the variable is what it was before, under whatever type. */
function onlyNarrowed(before: Dynamic, alive: readonly Side[], variable: Variable): boolean {
  const root = rootOf(before.value);
  return (
    alive.length > 0 &&
    alive.every((side) => {
      const value = side.state.get(variable);
      return value?.kind === "value" && rootOf(value.value) === root;
    })
  );
}

/** Beyond this a literal becomes a list or an object. */
const MOST_PARTS = 16;

/** The keys of literals that all have the same ones; undefined for other values. */
function literalParts(values: readonly SValue[]): readonly string[] | undefined {
  const [first] = values;
  const keys = first && keysOf(first);
  if (!keys || keys.length === 0 || keys.length > MOST_PARTS) return undefined;
  const same = values.every(
    (value) => value.kind === first.kind && keysOf(value)?.join("\n") === keys.join("\n"),
  );
  return same ? keys : undefined;
}

function keysOf(value: SValue): string[] | undefined {
  if (value.kind === "items") return value.items.map((_, i) => String(i));
  return value.kind === "fields" ? [...value.fields.keys()] : undefined;
}

function partOf(value: SValue, key: string): SValue {
  if (value.kind === "items") return value.items[Number(key)] ?? value;
  return value.kind === "fields" ? (value.fields.get(key) ?? value) : value;
}

function literalOf(like: SValue, keys: readonly string[], parts: ReadonlyMap<string, SValue>): SValue {
  const ordered = keys.map((key) => [key, parts.get(key)!] as const);
  if (like.kind === "items") return { ...like, items: ordered.map(([, value]) => value) };
  return like.kind === "fields" ? { ...like, fields: new Map(ordered) } : like;
}
