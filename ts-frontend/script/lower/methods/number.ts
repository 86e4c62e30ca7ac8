/** Methods of numbers. */

import type { AnyNode } from "acorn";
import { isNumeric, NumberS, nonNullish, resolved, StringS } from "../../types/model.ts";
import type { Context } from "../context.ts";
import { materialise, typeOf } from "../convert.ts";
import { toText } from "../operators.ts";
import { constant, type SValue } from "../values.ts";

const METHODS: Readonly<Record<string, string>> = {
  toFixed: "js::toFixed",
  toPrecision: "js::toPrecision",
  toExponential: "js::toExponential",
  toString: "js::toRadix",
};

export function numberMethod(
  ctx: Context,
  object: SValue,
  name: string,
  args: readonly SValue[],
  node: AnyNode,
): SValue | undefined {
  if (name === "valueOf") return object;
  const op = METHODS[name];
  if (!op) return undefined;
  const [digits] = args;
  const bare = digits === undefined || (digits.kind === "const" && digits.js === undefined);
  if (bare && (name === "toString" || name === "toPrecision")) return toText(ctx, object, node);
  const type = resolved(nonNullish(typeOf(ctx, object)));
  if (!isNumeric(type)) return undefined;
  if (object.kind === "const" && (bare || digits!.kind === "const")) {
    const value = object.js as unknown as Record<string, (digits?: unknown) => string>;
    return constant(value[name]!(bare ? undefined : (digits as { js: unknown }).js));
  }
  if (bare && name === "toExponential") return undefined;
  const count = bare ? ctx.float(0) : materialise(ctx, digits!, node, NumberS).value;
  return ctx.op(op, [materialise(ctx, object, node, NumberS).value, count], StringS);
}
