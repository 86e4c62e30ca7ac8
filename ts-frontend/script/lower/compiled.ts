/** Calls of what is a program already: scripted and traced functions become functions of this program too. */

import { scriptType } from "../types/model.ts";
import type { Context } from "./context.ts";
import { materialise } from "./convert.ts";
import { includeFunction } from "./include.ts";
import type { NodeLike, SValue } from "./values.ts";

/** The call of a scripted or traced function; undefined for any other function. */
export function callCompiled(
  ctx: Context,
  js: object,
  args: readonly SValue[],
  node: NodeLike,
): SValue | undefined {
  const included = includeFunction(ctx.unit, js);
  if (!included) return undefined;
  const { name, schema } = included;
  if (args.length > schema.args.length) {
    ctx.refuse("ARGUMENTS", node, `${name} takes ${schema.args.length} arguments, got ${args.length}`);
  }
  const values = schema.args.map((arg, i) => {
    const given = args[i];
    if (given === undefined) {
      if (arg.default === undefined)
        return ctx.refuse("ARGUMENTS", node, `the argument ${arg.name} of ${name} is missing`);
      return ctx.constant(arg.default);
    }
    return materialise(ctx, given, node, scriptType(arg.type)).value;
  });
  const [result] = schema.returns;
  return ctx.dynamic(ctx.builder.callFunction(name, values, result!.type), scriptType(result!.type));
}
