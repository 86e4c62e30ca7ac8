/** Calls of what is a program already: scripted and traced functions and modules become part of this program. */

import type { Fn, FnSchema } from "../../../format/ir/program.ts";
import { mergeProgram } from "../../jit/merge.ts";
import { programOfCompiled } from "../compiled-functions.ts";
import { resolved, type SType, scriptType } from "../types/model.ts";
import type { Context } from "./context.ts";
import { materialise } from "./convert.ts";
import type { Unit } from "./unit.ts";
import type { Dynamic, NodeLike, SValue } from "./values.ts";

/** The call of a scripted or traced function; undefined for any other function. */
export function callCompiled(
  ctx: Context,
  js: object,
  args: readonly SValue[],
  node: NodeLike,
): SValue | undefined {
  const program = programOfCompiled(js);
  if (!program) return undefined;
  if (program.root.kind !== "function") {
    return ctx.refuse("NOT_SCRIPTABLE", node, "a compiled module is outside of what is scripted", {
      advice: "Make it an attribute of the scripted module, and call it as this.name.forward(x).",
    });
  }
  const name = mergeProgram(ctx.unit.program, program).name(program.root.name);
  return callNamed(ctx, ctx.unit.program.functions.get(name)!, args, node);
}

/** The call of a function whose signature is known already. */
export function callNamed(
  ctx: Context,
  { name, schema }: Fn,
  args: readonly SValue[],
  node: NodeLike,
): SValue {
  const values = passValues(ctx, name, schema, args, node);
  const type = schema.returns[0]!.type;
  return ctx.dynamic(ctx.builder.callFunction(name, values, type), scriptType(type));
}

function passValues(
  ctx: Context,
  name: string,
  schema: FnSchema,
  args: readonly SValue[],
  node: NodeLike,
  skip = 0,
) {
  const formals = schema.args.slice(skip);
  if (args.length > formals.length) {
    ctx.refuse("ARGUMENTS", node, `${name} takes ${formals.length} arguments, got ${args.length}`);
  }
  return formals.map((arg, i) => {
    const given = args[i];
    if (given !== undefined) return materialise(ctx, given, node, scriptType(arg.type)).value;
    if (arg.default === undefined) {
      return ctx.refuse("ARGUMENTS", node, `the argument ${arg.name} of ${name} is missing`);
    }
    return ctx.constant(arg.default);
  });
}

/** The type of an attribute that holds a compiled module; undefined for any other value. */
export function compiledModuleType(unit: Unit, js: unknown): SType | undefined {
  const program = typeof js === "object" && js !== null ? programOfCompiled(js) : undefined;
  if (program?.root.kind !== "object") return undefined;
  return { kind: "class", name: mergeProgram(unit.program, program).name(program.root.object.type) };
}

/** The object of a compiled module in this program. */
export function compiledObject(unit: Unit, js: object) {
  const program = programOfCompiled(js);
  return program?.root.kind === "object"
    ? mergeProgram(unit.program, program).value(program.root.object)
    : undefined;
}

/** A method or an attribute of an object whose class came with a compiled module; undefined for other classes. */
export function mergedClass(ctx: Context, type: SType) {
  const name =
    type.kind === "class"
      ? type.name
      : type.kind === "ir" && type.type.kind === "Interface"
        ? type.type.name
        : "";
  const def = ctx.unit.program.classes.get(name);
  if (ctx.unit.classInfo(name) || !def || def.kind === "enum") return undefined;
  return def;
}

/** `object.name` of such an object. */
export function readMerged(ctx: Context, object: Dynamic, name: string, node: NodeLike): SValue {
  const def = mergedClass(ctx, resolved(object.type))!;
  const attribute =
    def.kind === "interface" ? undefined : def.attributes.find((found) => found.name === name);
  if (attribute) {
    if (attribute.value) return ctx.dynamic(ctx.constant(attribute.value), scriptType(attribute.type));
    return ctx.dynamic(ctx.builder.getAttr(object.value, name, attribute.type), scriptType(attribute.type));
  }
  if (def.methods.some((method) => method.name === name)) return { kind: "method", self: object, name };
  return ctx.refuse("NO_PROPERTY", node, `${def.name} has no ${name}`, {
    advice: `It has: ${def.methods.map((method) => method.name).join(", ")}.`,
  });
}

/** `object.name = value` of such an object. */
export function writeMerged(
  ctx: Context,
  object: Dynamic,
  name: string,
  value: SValue,
  node: NodeLike,
): void {
  const def = mergedClass(ctx, resolved(object.type))!;
  const attribute =
    def.kind === "interface" ? undefined : def.attributes.find((found) => found.name === name);
  if (!attribute || attribute.value)
    ctx.refuse("ASSIGNMENT", node, `${def.name} has no ${name} that can be assigned`);
  ctx.builder.setAttr(object.value, name, materialise(ctx, value, node, scriptType(attribute.type)).value);
}

/** `object.name(args)` of such an object. */
export function callMerged(
  ctx: Context,
  object: Dynamic,
  name: string,
  args: readonly SValue[],
  node: NodeLike,
): SValue {
  const def = mergedClass(ctx, resolved(object.type))!;
  const method = def.methods.find((found) => found.name === name)!;
  const values = passValues(ctx, name, method.schema, args, node, 1);
  const type = method.schema.returns[0]!.type;
  return ctx.dynamic(ctx.builder.callMethod(object.value, name, values, type), scriptType(type));
}
