/** Classes, interfaces and enums of a program as TypeScript. */

import type { Attribute, ClassDef, EnumDef, InterfaceDef } from "../../../format/ir/program.ts";
import { FunctionPrinter, type TextContext } from "./function.ts";
import { keyText } from "./names.ts";

/**
 * A module or script class:
 *
 *     class MyCell extends ScriptClass {
 *       static readonly qualifiedName = "__torch__.MyCell";
 *       static readonly kind = "module";
 *       weight!: Parameter;
 *       …
 */
export function classText(def: ClassDef, context: TextContext): string[] {
  const lines = [
    `class ${context.names.of(def.name)} extends ScriptClass {`,
    `  static readonly qualifiedName = ${JSON.stringify(def.name)};`,
    `  static readonly kind = ${JSON.stringify(def.kind)};`,
  ];
  for (const key of ["forwardPreHooks", "forwardHooks"] as const) {
    const names = def[key].map((name) => JSON.stringify(name)).join(", ");
    if (def[key].length > 0) lines.push(`  static readonly ${key} = [${names}];`);
  }
  if (def.properties.length > 0) {
    const properties = def.properties.map(({ name, getter, setter }) => {
      const accessors = [getter, ...(setter === undefined ? [] : [setter])];
      return `${keyText(name)}: [${accessors.map((accessor) => JSON.stringify(accessor)).join(", ")}]`;
    });
    lines.push(`  static readonly properties = { ${properties.join(", ")} };`);
  }
  for (const attribute of def.attributes) lines.push(`  ${attributeText(attribute, context)}`);
  for (const fn of def.methods) {
    const body = new FunctionPrinter(fn, context).print(true);
    lines.push("", ...body.map((line) => `  ${line}`));
  }
  return [...lines, "}"];
}

function attributeText(attribute: Attribute, context: TextContext): string {
  const type = context.types.text(attribute.type);
  const key = keyText(attribute.name);
  switch (attribute.kind) {
    case "parameter":
      return attribute.type.kind === "Tensor" ? `${key}!: Parameter;` : `${key}!: Parameter<${type}>;`;
    case "buffer":
      return `${key}!: Buffer<${type}>;`;
    case "constant": {
      const value = attribute.value === undefined ? "null" : context.constants.literal(attribute.value);
      return `readonly ${key}: Constant<${type}> = ${value};`;
    }
    case "module":
      return attribute.type.kind === "Class" ? `${key}!: ${type};` : `${key}!: Submodule<${type}>;`;
    default:
      return `${key}!: ${type};`;
  }
}

/** An interface: what is called on it, and its name in a field that no object needs to have. */
export function interfaceText(def: InterfaceDef, context: TextContext): string[] {
  const methods = def.methods.map(({ name, schema }) => {
    const parameters = schema.args
      .filter((arg, i) => i > 0 || arg.name !== "self")
      .map((arg) => `${arg.name}${arg.default ? "?" : ""}: ${context.types.text(arg.type)}`);
    const results = schema.returns.map((ret) => context.types.text(ret.type));
    const result =
      results.length === 1 ? results[0] : results.length === 0 ? "void" : `[${results.join(", ")}]`;
    return `  ${keyText(name)}(${parameters.join(", ")}): ${result};`;
  });
  return [
    `interface ${context.names.of(def.name)} {`,
    `  readonly qualifiedName?: ${JSON.stringify(def.name)};`,
    ...methods,
    "}",
  ];
}

/** An enum: its members are static fields of a class. */
export function enumText(def: EnumDef, context: TextContext): string[] {
  const name = context.names.of(def.name);
  const members = def.members.map((member) => {
    const value = context.constants.literal(member.value);
    return `  static readonly ${keyText(member.name)} = new ${name}(${JSON.stringify(member.name)}, ${value});`;
  });
  return [
    `class ${name} extends ScriptEnum<${context.types.text(def.valueType)}> {`,
    `  static readonly qualifiedName = ${JSON.stringify(def.name)};`,
    ...members,
    "}",
  ];
}
