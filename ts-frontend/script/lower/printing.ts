/** `console.log` and `console.warn`: the text is made by the script, so that every host prints the same. */

import { BooleanS, isNumeric, type SType, StringS, showType } from "../types/model.ts";
import { branch } from "./branches.ts";
import type { Context } from "./context.ts";
import { materialise, typeOf } from "./convert.ts";
import { toText } from "./operators.ts";
import { constant, type NodeLike, type SValue, UNDEFINED } from "./values.ts";

/** The arguments as one line: numbers, strings, booleans and null by their text; a tensor as PyTorch prints it. */
function line(ctx: Context, args: readonly SValue[], node: NodeLike): SValue {
  const [first] = args;
  if (args.length > 1 && first?.kind === "const" && /%[sdifjoOc%]/.test(String(first.js))) {
    ctx.refuse("UNSUPPORTED_SYNTAX", node, "a format string of console.log", {
      advice: "Write one template string.",
    });
  }
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
    return printed(ctx, arg, type, node);
  });
  return parts.reduce<SValue>((text, part, i) => {
    const head = i === 0 ? undefined : text;
    if (!head) return part;
    const values = [head, constant(" "), part].map((value) => materialise(ctx, value, node, StringS).value);
    const spaced = ctx.op("js::strAdd", [values[0]!, values[1]!], StringS);
    return ctx.op("js::strAdd", [spaced.value, values[2]!], StringS);
  }, constant(""));
}

/** As consoles print it: -0 has its sign, a bigint its n. */
function printed(ctx: Context, arg: SValue, type: SType, node: NodeLike): SValue {
  if (arg.kind === "const") {
    if (Object.is(arg.js, -0)) return constant("-0");
    return constant(typeof arg.js === "bigint" ? `${arg.js}n` : String(arg.js));
  }
  if (type.kind === "bigint") {
    const text = materialise(ctx, toText(ctx, arg, node), node, StringS);
    return ctx.op("js::strAdd", [text.value, ctx.str("n")], StringS);
  }
  if (!isNumeric(type)) return toText(ctx, arg, node);
  const made = materialise(ctx, arg, node);
  const isNegative = ctx.op("js::sameValue", [made.value, ctx.float(-0)], BooleanS);
  return branch(
    ctx,
    isNegative,
    () => constant("-0"),
    () => toText(ctx, made, node),
    node,
  )!;
}

export function consoleLog(ctx: Context, args: readonly SValue[], node: NodeLike): SValue {
  ctx.effect("prim::Print", [materialise(ctx, line(ctx, args, node), node, StringS).value]);
  return UNDEFINED;
}

export function consoleWarn(ctx: Context, args: readonly SValue[], node: NodeLike): SValue {
  ctx.effect("aten::warn", [materialise(ctx, line(ctx, args, node), node, StringS).value, ctx.int(2)]);
  return UNDEFINED;
}
