/** Methods of maps and sets. */

import type { AnyNode } from "acorn";
import { arrayS, BooleanS, type SType, UndefinedS, unionS } from "../../types/model.ts";
import { argumentNode } from "../calls.ts";
import type { Context } from "../context.ts";
import { materialise } from "../convert.ts";
import { entries } from "../lists.ts";
import { callPrelude } from "../prelude.ts";
import { type SValue, UNDEFINED } from "../values.ts";

export function mapMethod(
  ctx: Context,
  object: SValue,
  type: SType & { kind: "map" },
  name: string,
  args: readonly SValue[],
  node: AnyNode,
): SValue | undefined {
  const map = materialise(ctx, object, node);
  const key = () => materialise(ctx, args[0] ?? UNDEFINED, argumentNode(node, 0), type.key).value;
  switch (name) {
    case "get":
      return ctx.op("js::mapGet", [map.value, key()], unionS([type.value, UndefinedS]));
    case "has":
      return ctx.op("js::mapHas", [map.value, key()], BooleanS);
    case "set": {
      const at = key();
      ctx.effect("js::mapSet", [
        map.value,
        at,
        materialise(ctx, args[1] ?? UNDEFINED, argumentNode(node, 1), type.value).value,
      ]);
      return map;
    }
    case "delete":
      return ctx.op("js::mapDelete", [map.value, key()], BooleanS);
    case "clear":
      ctx.effect("js::mapClear", [map.value]);
      return UNDEFINED;
    case "keys":
      return ctx.op("js::mapKeys", [map.value], arrayS(type.key));
    case "values":
      return ctx.op("js::mapValues", [map.value], arrayS(type.value));
    case "entries":
      return entries(ctx, map, node);
    case "forEach":
      return callPrelude(ctx, "mapForEach", [map, args[0] ?? UNDEFINED], node);
    default:
      return undefined;
  }
}

export function setMethod(
  ctx: Context,
  object: SValue,
  type: SType & { kind: "set" },
  name: string,
  args: readonly SValue[],
  node: AnyNode,
): SValue | undefined {
  const set = materialise(ctx, object, node);
  const item = () => materialise(ctx, args[0] ?? UNDEFINED, argumentNode(node, 0), type.elem).value;
  switch (name) {
    case "add":
      ctx.effect("js::mapSet", [set.value, item(), ctx.bool(true)]);
      return set;
    case "has":
      return ctx.op("js::mapHas", [set.value, item()], BooleanS);
    case "delete":
      return ctx.op("js::mapDelete", [set.value, item()], BooleanS);
    case "clear":
      ctx.effect("js::mapClear", [set.value]);
      return UNDEFINED;
    case "keys":
    case "values":
      return ctx.op("js::mapKeys", [set.value], arrayS(type.elem));
    case "forEach":
      return callPrelude(ctx, "setForEach", [set, args[0] ?? UNDEFINED], node);
    default:
      return undefined;
  }
}
