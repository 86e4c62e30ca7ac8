/** Lists made of what scripts iterate and spread: tuples, strings, maps, sets, tensors. */

import {
  arrayS,
  BooleanS,
  irType,
  isNullish,
  joinTypes,
  mayBeNullish,
  membersOf,
  resolved,
  type SType,
  StringS,
  showType,
} from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { coerce, materialise, typeOf, untuple } from "./convert.ts";
import { hostContainer } from "./host.ts";
import type { Dynamic, NodeLike, SValue } from "./values.ts";

/** Any array as a list of the graph: a tuple's elements, a map's entries, a string's characters. */
export function toList(ctx: Context, value: SValue, node: NodeLike): SValue {
  const container = hostContainer(ctx, value, node);
  if (container) return toList(ctx, container, node);
  const type = typeOf(ctx, value);
  const made = () => materialise(ctx, value, node);
  switch (type.kind) {
    case "array":
      return made();
    case "tuple": {
      const items = untuple(ctx, made());
      const elem = items.map((item) => item.type).reduce(joinTypes);
      return ctx.op(
        "prim::ListConstruct",
        items.map((item) => coerce(ctx, item, elem, node).value),
        arrayS(elem),
      );
    }
    case "string":
      return ctx.op("js::chars", [made().value], arrayS(StringS));
    case "set":
      return ctx.op("js::mapKeys", [made().value], arrayS(type.elem));
    case "map":
      return entries(ctx, made(), node);
    case "Tensor":
      return ctx.op("aten::unbind.int", [made().value, ctx.int(0)], arrayS({ kind: "Tensor" }));
    default:
      if (mayBeNullish(type) && type.kind === "union") {
        return toList(
          ctx,
          coerce(ctx, value, membersOf(type).find((member) => !isNullish(member))!, node),
          node,
        );
      }
      return ctx.refuse("OPERATOR_TYPES", node, `${showType(type)} cannot be spread or iterated`);
  }
}

/** `list as [A, B]`: raises at run time where the list has another length. */
export function arrayAsTuple(
  ctx: Context,
  list: Dynamic,
  to: SType & { kind: "tuple" },
  node: NodeLike,
): SValue {
  const elem = (resolved(list.type) as SType & { kind: "array" }).elem;
  const length = ctx.op("js::listLen", [list.value], { kind: "int" });
  const same = ctx.op("aten::eq.float", [length.value, ctx.float(to.elems.length)], BooleanS);
  branch(
    ctx,
    same,
    () => undefined,
    () => {
      const message = `the array has not ${to.elems.length} items, as ${showType(to)} says`;
      ctx.effect("prim::RaiseException", [ctx.str(message), ctx.str("TypeError")]);
      ctx.state.dead = true;
      return undefined;
    },
    node,
  );
  const items = to.elems.map((type, i) =>
    coerce(ctx, ctx.op("js::at", [list.value, ctx.float(i)], elem), type, node),
  );
  return ctx.op(
    "prim::TupleConstruct",
    items.map((item) => item.value),
    to,
  );
}

/** The entries of a map as a list of pairs. */
export function entries(ctx: Context, map: Dynamic, node: NodeLike): Dynamic {
  const type = resolved(map.type);
  if (type.kind !== "map" && type.kind !== "record")
    return ctx.refuse("OPERATOR_TYPES", node, "entries of what is no map");
  const key = type.kind === "map" ? type.key : StringS;
  const pair: SType = { kind: "tuple", elems: [key, type.value] };
  const names: Record<string, string> = { float: "float", int: "int", str: "str", bool: "bool" };
  const kind = names[irType(key).kind];
  if (!kind) return ctx.refuse("OPERATOR_TYPES", node, `entries of a map with keys of type ${showType(key)}`);
  return ctx.op(`aten::items.${kind}`, [map.value], arrayS(pair));
}
