/** `console.log` and `console.warn`: the text is made by the script, so that every host prints the same. */

import { StringS, showType } from "../types/model.ts";
import type { Context } from "./context.ts";
import { materialise, typeOf } from "./convert.ts";
import { toText } from "./operators.ts";
import { constant, type NodeLike, type SValue, UNDEFINED } from "./values.ts";

/** The arguments as one line: numbers, strings, booleans and null by their text; a tensor as PyTorch prints it. */
function line(ctx: Context, args: readonly SValue[], node: NodeLike): SValue {
  const parts = args.map((arg): SValue => {
    const type = typeOf(ctx, arg);
    if (type.kind === "Tensor") return ctx.op("aten::str", [materialise(ctx, arg, node).value], StringS);
    if (
      arg.kind === "items" ||
      arg.kind === "fields" ||
      ["array", "tuple", "map", "set", "record", "class"].includes(type.kind)
    ) {
      return ctx.refuse("OPERATOR_TYPES", node, `hosts print ${showType(type)} in different ways`, {
        advice: 'Print its items: `list.join(", ")`, or a template string.',
      });
    }
    return toText(ctx, arg, node);
  });
  return parts.reduce<SValue>((text, part, i) => {
    const head = i === 0 ? undefined : text;
    if (!head) return part;
    const values = [head, constant(" "), part].map((value) => materialise(ctx, value, node, StringS).value);
    const spaced = ctx.op("js::strAdd", [values[0]!, values[1]!], StringS);
    return ctx.op("js::strAdd", [spaced.value, values[2]!], StringS);
  }, constant(""));
}

export function consoleLog(ctx: Context, args: readonly SValue[], node: NodeLike): SValue {
  ctx.effect("prim::Print", [materialise(ctx, line(ctx, args, node), node, StringS).value]);
  return UNDEFINED;
}

export function consoleWarn(ctx: Context, args: readonly SValue[], node: NodeLike): SValue {
  ctx.effect("aten::warn", [materialise(ctx, line(ctx, args, node), node, StringS).value, ctx.int(2)]);
  return UNDEFINED;
}
