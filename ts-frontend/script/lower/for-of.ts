/** `for…of`: over arrays as they are at each round, and over tuples, strings, maps, sets, ranges and tensors. */

import type { AnyNode, ForOfStatement, Statement } from "acorn";
import {
  arrayS,
  BooleanS,
  IntS,
  mayBeNullish,
  NumberS,
  nonNullish,
  resolved,
  type SType,
  StringS,
  showType,
  TensorS,
} from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf, untuple } from "./convert.ts";
import { enterBody } from "./exits.ts";
import { lowerExpression } from "./expressions.ts";
import { hostContainer } from "./host.ts";
import { lowerLoop } from "./loops.ts";
import { bindPattern } from "./patterns.ts";
import { Scope, Variable } from "./scope.ts";
import { assignedIn, block } from "./statements.ts";
import { typeAt } from "./type-scope.ts";
import { constant, type Dynamic, isFalse, type SValue } from "./values.ts";

export function lowerForOf(ctx: Context, node: ForOfStatement, label: string | undefined): void {
  if (node.await) ctx.refuse("UNSUPPORTED_SYNTAX", node, "for await is not supported");
  const subject = lowerExpression(ctx, node.right);
  if (ctx.state.dead) return;
  const round = (item: SValue): void => {
    const before = ctx.scope;
    ctx.scope = new Scope(before);
    if (node.left.type === "VariableDeclaration") {
      const { id } = node.left.declarations[0]!;
      const text = ctx.source.typeText("binding", id.start) ?? ctx.source.docBefore(id.start);
      const declared = text === undefined ? undefined : typeAt(ctx, text, ctx.source, id);
      bindPattern(ctx, id, item, { declare: true, constant: node.left.kind === "const", declared });
    } else bindPattern(ctx, node.left, item, { declare: false });
    block(ctx, [node.body as Statement]);
    ctx.scope = before;
  };
  iterate(ctx, subject, round, node, { label, assigned: assignedIn(ctx, node) });
}

export interface IterateOptions {
  readonly label?: string | undefined;
  readonly assigned?: ReadonlySet<Variable>;
}

/** Runs `round` for each item of a value, as `for…of` does. */
export function iterate(
  ctx: Context,
  subject: SValue,
  round: (item: SValue) => void,
  node: AnyNode,
  options: IterateOptions = {},
): void {
  if (subject.kind === "items") {
    unroll(ctx, subject.items, round, node, options.label);
    return;
  }
  const container = hostContainer(ctx, subject, node);
  if (container) {
    iterate(ctx, container, round, node, options);
    return;
  }
  const children = ctx.unit.modules.children(ctx, subject, node);
  if (children) {
    unroll(ctx, children, round, node, options.label);
    return;
  }
  const type = typeOf(ctx, subject);
  if (mayBeNullish(type) && type.kind === "union") {
    iterate(ctx, coerce(ctx, subject, nonNullish(type), node), round, node, options);
    return;
  }
  switch (type.kind) {
    case "tuple":
      unroll(ctx, untuple(ctx, materialise(ctx, subject, node)), round, node, options.label);
      return;
    case "array":
      overList(ctx, materialise(ctx, subject, node), resolved(type.elem), round, node, options);
      return;
    case "string": {
      const list = ctx.op("js::chars", [materialise(ctx, subject, node).value], arrayS(StringS));
      overList(ctx, list, StringS, round, node, options);
      return;
    }
    case "Tensor": {
      const rows = ctx.op(
        "aten::unbind.int",
        [materialise(ctx, subject, node).value, ctx.int(0)],
        arrayS(TensorS),
      );
      overList(ctx, rows, TensorS, round, node, options);
      return;
    }
    case "map":
      overMap(
        ctx,
        materialise(ctx, subject, node),
        type.key,
        (key, map) => {
          const value = ctx.op("js::mapAt", [map.value, key.value], type.value);
          round({ kind: "items", items: [key, value], node });
        },
        node,
        options,
      );
      return;
    case "set":
      overMap(ctx, materialise(ctx, subject, node), type.elem, (key) => round(key), node, options);
      return;
    default:
      ctx.refuse("UNSUPPORTED_SYNTAX", node, `${showType(type)} cannot be iterated`, {
        advice: type.kind === "record" ? "Iterate Object.keys(record) or Object.entries(record)." : "",
      });
  }
}

/** Known items: the body once for each. */
function unroll(
  ctx: Context,
  items: readonly SValue[],
  round: (item: SValue) => void,
  node: AnyNode,
  label: string | undefined,
): void {
  const exit = enterBody(ctx, "loop", label);
  const run = (at: number): void => {
    for (let i = at; i < items.length; i++) {
      if (ctx.state.dead) return;
      const ended = ctx.state.get(exit.ended)!;
      if (!isFalse(ended)) {
        if (ended.kind === "const") return;
        branch(
          ctx,
          ended,
          () => undefined,
          () => {
            ctx.state.set(exit.ended, constant(false));
            run(i);
            return undefined;
          },
          node,
        );
        return;
      }
      ctx.state.set(exit.stopped, constant(false));
      round(items[i]!);
    }
  };
  run(0);
  ctx.frame.exits.pop();
}

/** A list, whose length is read at each round, as JavaScript's iterator does. */
function overList(
  ctx: Context,
  list: Dynamic,
  elem: SType,
  round: (item: SValue) => void,
  node: AnyNode,
  options: IterateOptions,
): void {
  const index = new Variable("i");
  ctx.state.set(index, constant(0));
  lowerLoop(
    ctx,
    {
      test: () => {
        const i = materialise(ctx, ctx.state.get(index)!, node);
        const length = ctx.op("js::listLen", [list.value], IntS);
        return ctx.op("aten::lt.float", [i.value, length.value], BooleanS);
      },
      body: () => {
        const i = materialise(ctx, ctx.state.get(index)!, node);
        const item = ctx.op("js::at", [list.value, i.value], elem);
        round(item);
      },
      update: () => {
        const i = materialise(ctx, ctx.state.get(index)!, node);
        ctx.state.set(index, ctx.op("aten::add.float", [i.value, ctx.float(1)], IntS));
      },
      label: options.label,
      assigned: new Set([...(options.assigned ?? []), index]),
    },
    node,
  );
}

/**
 * The keys of a map as they are at the beginning; one that was deleted meanwhile is passed over. A key that comes in
 * meanwhile would be visited by JavaScript: that is refused at run time.
 */
function overMap(
  ctx: Context,
  map: Dynamic,
  keyType: SType,
  round: (key: Dynamic, map: Dynamic) => void,
  node: AnyNode,
  options: IterateOptions,
): void {
  const version = ctx.op("js::mapVersion", [map.value], NumberS);
  const keys = ctx.op("js::mapKeys", [map.value], arrayS(keyType));
  const check = (): void => {
    const now = ctx.op("js::mapVersion", [map.value], NumberS);
    const same = ctx.op("aten::eq.float", [now.value, version.value], BooleanS);
    branch(
      ctx,
      same,
      () => undefined,
      () => {
        ctx.effect("prim::RaiseException", [
          ctx.str(
            "a key was added to a map while it was iterated; iterate a copy of its keys: [...map.keys()]",
          ),
          ctx.str("Error"),
        ]);
        ctx.state.dead = true;
        return undefined;
      },
      node,
    );
  };
  overList(
    ctx,
    keys,
    keyType,
    (key) => {
      check();
      const there = ctx.op("js::mapHas", [map.value, (key as Dynamic).value], BooleanS);
      branch(
        ctx,
        there,
        () => {
          round(key as Dynamic, map);
          return undefined;
        },
        () => undefined,
        node,
      );
    },
    node,
    options,
  );
  if (!ctx.state.dead) check();
}
