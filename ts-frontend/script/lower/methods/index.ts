/** Methods by the type of their object. */

import type { AnyNode } from "acorn";
import { isNumeric, type SType, showType } from "../../types/model.ts";
import type { Context } from "../context.ts";
import { isKnownSymbol } from "../schemas.ts";
import type { SValue } from "../values.ts";
import { arrayMethod } from "./array.ts";
import { dimMethod } from "./dim.ts";
import { mapMethod, setMethod } from "./map.ts";
import { numberMethod } from "./number.ts";
import { stringMethod } from "./string.ts";
import { tensorMethod } from "./tensor.ts";

/** `object.name(args)` for objects that are not of a class of the program. */
export function callMethodOf(
  ctx: Context,
  object: SValue,
  type: SType,
  name: string,
  args: readonly SValue[],
  node: AnyNode,
  wanted: SType | undefined,
): SValue {
  let result: SValue | undefined;
  if (object.kind === "fields" && object.fields.has("#holes"))
    result = arrayMethod(ctx, object, name, args, node, wanted);
  else if (type.kind === "Tensor") result = tensorMethod(ctx, object, name, args, node, wanted);
  else if (type.kind === "string" || (type.kind === "literal" && typeof type.value === "string"))
    result = stringMethod(ctx, object, name, args, node);
  else if (isNumeric(type)) result = numberMethod(ctx, object, name, args, node);
  else if (type.kind === "array" || type.kind === "tuple")
    result = arrayMethod(ctx, object, name, args, node, wanted);
  else if (type.kind === "map") result = mapMethod(ctx, object, type, name, args, node);
  else if (type.kind === "set") result = setMethod(ctx, object, type, name, args, node);
  else if (type.kind === "Dim") result = dimMethod(ctx, object, name, args, node);
  else if (type.kind === "boolean" && name === "toString")
    result = numberMethod(ctx, object, name, args, node);
  else if (type.kind === "Error" && name === "toString") result = numberMethod(ctx, object, name, args, node);
  if (result) return result;
  if (type.kind === "bigint" && name === "toString") return numberMethod(ctx, object, name, args, node)!;
  const symbol = `aten::${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
  return ctx.refuse("NO_PROPERTY", node, `${showType(type)} has no method ${name} in scripts`, {
    advice:
      type.kind === "Tensor" && isKnownSymbol(symbol)
        ? "PyTorch has it, Sconce does not yet: docs/ops.md lists what there is."
        : "",
  });
}
