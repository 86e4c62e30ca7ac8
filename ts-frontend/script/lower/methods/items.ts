/** Methods of array literals that are not lists of the graph: what is known is unrolled. */

import type { AnyNode } from "acorn";
import { branch } from "../branches.ts";
import { callValue } from "../calls.ts";
import type { Context } from "../context.ts";
import { materialise, typeOf } from "../convert.ts";
import { binary, toText, truth } from "../operators.ts";
import { constant, type SValue, UNDEFINED, UNSET } from "../values.ts";

/** Beyond this a loop is better than its rounds one by one. */
const MOST = 32;

type Items = SValue & { kind: "items" };

/** The result of a method; undefined where the literal must become a list first. */
export function itemsMethod(
  ctx: Context,
  object: Items,
  name: string,
  args: readonly SValue[],
  node: AnyNode,
): SValue | undefined {
  const { items } = object;
  if (items.length > MOST) return undefined;
  const list = (all: readonly SValue[]): Items => ({ kind: "items", items: all, node });
  const [first = UNDEFINED] = args;
  const call = (item: SValue, i: number): SValue => callValue(ctx, first, [item, constant(i), object], node);
  switch (name) {
    case "map":
      return list(items.map(call));
    case "forEach":
      items.forEach(call);
      return UNDEFINED;
    case "flatMap": {
      const parts = items.map(call);
      if (!parts.every((part): part is Items => part.kind === "items")) return undefined;
      return list(parts.flatMap((part) => part.items));
    }
    case "filter": {
      const kept = items.map((item, i) => truth(ctx, call(item, i), node));
      if (!kept.every((keep) => keep.kind === "const")) return undefined;
      return list(items.filter((_, i) => (kept[i] as { js?: unknown }).js));
    }
    case "some":
    case "every":
      return decide(ctx, items, name === "some", (item, i) => truth(ctx, call(item, i), node), node, 0);
    case "reduce": {
      if (args.length < 2 && items.length === 0) return undefined;
      const from = args.length < 2 ? 1 : 0;
      const start = args.length < 2 ? items[0]! : args[1]!;
      return items
        .slice(from)
        .reduce(
          (value, item, i) => callValue(ctx, first, [value, item, constant(i + from), object], node),
          start,
        );
    }
    case "join": {
      const separator = args.length > 0 ? toText(ctx, first, node) : constant(",");
      return items.reduce<SValue>((text, item, i) => {
        const absent = item.kind === "const" && item.js == null;
        const part = absent ? constant("") : toText(ctx, item, node);
        if (i === 0) return part;
        return binary(ctx, "+", binary(ctx, "+", text, separator, node), part, node);
      }, constant(""));
    }
    case "includes":
      if (!items.every((item) => item.kind === "const")) return undefined;
      if (first.kind === "const")
        return constant(items.some((item) => (item as { js: unknown }).js === first.js));
      return decide(
        ctx,
        items,
        true,
        (item) => binary(ctx, "===", materialise(ctx, first, node), item, node),
        node,
        0,
      );
    case "slice": {
      const bounds = args.map((arg) => (arg.kind === "const" ? (arg.js as number | undefined) : Number.NaN));
      return bounds.some(Number.isNaN) ? undefined : list(items.slice(...bounds));
    }
    case "at":
      return first.kind === "const" ? (items.at(Number(first.js)) ?? UNDEFINED) : undefined;
    case "concat": {
      const parts = args.map((arg) =>
        arg.kind === "items" ? arg.items : typeOf(ctx, arg).kind === "array" ? undefined : [arg],
      );
      if (parts.some((part) => part === undefined)) return undefined;
      return list([...items, ...parts.flatMap((part) => part ?? [])]);
    }
    case "toReversed":
      return list(items.toReversed());
    case "entries":
      return list(items.map((item, i) => list([constant(i), item])));
    case "keys":
      return list(items.map((_, i) => constant(i)));
    case "values":
      return object;
    default:
      return undefined;
  }
}

/** Whether a test holds for some (or for every) item, tested in order until one decides. */
function decide(
  ctx: Context,
  items: readonly SValue[],
  some: boolean,
  test: (item: SValue, i: number) => SValue,
  node: AnyNode,
  at: number,
): SValue {
  if (at === items.length) return constant(!some);
  const holds = test(items[at]!, at);
  const rest = (): SValue => decide(ctx, items, some, test, node, at + 1);
  const done = (): SValue => constant(some);
  return (some ? branch(ctx, holds, done, rest, node) : branch(ctx, holds, rest, done, node)) ?? UNSET;
}
