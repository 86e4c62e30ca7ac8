/** Methods of strings: UTF-16 units, as in JavaScript. */

import type { AnyNode } from "acorn";
import { arrayS, BooleanS, IntS, type SType, StringS, UndefinedS, unionS } from "../../types/model.ts";
import type { Context } from "../context.ts";
import { materialise, typeOf } from "../convert.ts";
import { toText } from "../operators.ts";
import { constant, type SValue } from "../values.ts";

/** How arguments go to the operator: s a string, n a number; in lower case required, in upper case None if absent. */
const METHODS: Readonly<Record<string, { op: string; args: string; type: SType }>> = {
  charAt: { op: "js::charAt", args: "0", type: StringS },
  charCodeAt: { op: "js::charCodeAt", args: "0", type: IntS },
  codePointAt: { op: "js::codePointAt", args: "0", type: unionS([IntS, UndefinedS]) },
  at: { op: "js::strAt", args: "0", type: unionS([StringS, UndefinedS]) },
  slice: { op: "js::strSlice", args: "NN", type: StringS },
  substring: { op: "js::substring", args: "0N", type: StringS },
  indexOf: { op: "js::indexOf", args: "s0", type: IntS },
  lastIndexOf: { op: "js::lastIndexOf", args: "sN", type: IntS },
  includes: { op: "js::includes", args: "s0", type: BooleanS },
  startsWith: { op: "js::startsWith", args: "s0", type: BooleanS },
  endsWith: { op: "js::endsWith", args: "sN", type: BooleanS },
  split: { op: "js::split", args: "SN", type: arrayS(StringS) },
  trim: { op: "js::trim", args: "", type: StringS },
  trimStart: { op: "js::trimStart", args: "", type: StringS },
  trimEnd: { op: "js::trimEnd", args: "", type: StringS },
  padStart: { op: "js::padStart", args: "n ", type: StringS },
  padEnd: { op: "js::padEnd", args: "n ", type: StringS },
  repeat: { op: "js::repeat", args: "n", type: StringS },
  replace: { op: "js::replace", args: "ss", type: StringS },
  replaceAll: { op: "js::replaceAll", args: "ss", type: StringS },
  toLowerCase: { op: "js::toLowerCase", args: "", type: StringS },
  toUpperCase: { op: "js::toUpperCase", args: "", type: StringS },
};

export function stringMethod(
  ctx: Context,
  object: SValue,
  name: string,
  args: readonly SValue[],
  node: AnyNode,
): SValue | undefined {
  if (name === "toString" || name === "valueOf") return object;
  if (name === "concat") {
    return args.reduce((text, arg) => {
      const values = [text, toText(ctx, arg, node)].map(
        (value) => materialise(ctx, value, node, StringS).value,
      );
      return ctx.op("js::strAdd", values, StringS);
    }, object);
  }
  const method = METHODS[name];
  if (!method) return undefined;
  if (args.length > method.args.length) {
    ctx.refuse(
      "ARGUMENTS",
      node,
      `${name} takes at most ${method.args.length} arguments here, got ${args.length}`,
    );
  }
  if (object.kind === "const" && args.every((arg) => arg.kind === "const")) {
    const text = String(object.js) as unknown as Record<string, (...values: unknown[]) => unknown>;
    const value = text[name]!(...args.map((arg) => (arg as { js: unknown }).js));
    if (Array.isArray(value))
      return { kind: "items", items: value.map((item) => constant(item as string)), node };
    return constant(value as string | number | boolean | undefined);
  }
  const inputs = [materialise(ctx, object, node, StringS).value];
  for (let i = 0; i < method.args.length; i++) {
    const kind = method.args[i]!;
    const given = args[i];
    const absent = given === undefined || (given.kind === "const" && given.js === undefined);
    if (absent) {
      if (kind === "s" || kind === "n")
        ctx.refuse("ARGUMENTS", node, `argument ${i + 1} of ${name} is missing`);
      inputs.push(kind === "0" ? ctx.float(0) : kind === " " ? ctx.str(" ") : ctx.none());
      continue;
    }
    const type = typeOf(ctx, given);
    const isText = kind === "s" || kind === "S" || kind === " ";
    if (isText && type.kind === "function") {
      ctx.refuse("ARGUMENTS", node, `${name} with a function is not supported`, {
        advice: "Build the text in a loop.",
      });
    }
    inputs.push(materialise(ctx, given, node, isText ? StringS : { kind: "number" }).value);
  }
  return ctx.op(method.op, inputs, method.type);
}
