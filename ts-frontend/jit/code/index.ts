/**
 * `.code`: a program, or one of its functions, as TypeScript. Nodes become statements in their order; what is used once stands where it
 * is used if that keeps the order. Compiled by the script front end, the text gives the program's graphs again.
 */

import { printValue } from "../../../format/ir/literal.ts";
import type { Fn, Program } from "../../../format/ir/program.ts";
import { printType } from "../../../format/types.ts";
import { type IValue, typeOfValue } from "../../../format/value.ts";
import { Constants } from "./constants.ts";
import { classText, enumText, interfaceText } from "./declarations.ts";
import { FunctionPrinter, type TextContext } from "./function.ts";
import { IMPORTED_TYPES, IMPORTED_VALUES, ProgramNames } from "./names.ts";
import { TypePrinter } from "./types.ts";

export interface Code {
  readonly code: string;
  /** What `CONSTANTS.name` in the code stands for, by name. */
  readonly constants: ReadonlyMap<string, IValue>;
}

function newContext(program: Program | undefined): TextContext {
  const names = new ProgramNames(program);
  const types = new TypePrinter(names, program?.classes.keys());
  return { names, types, constants: new Constants(names), program };
}

/** One function or method, and the constants that it refers to. */
export function functionCode(fn: Fn, program?: Program): Code {
  const context = newContext(program);
  const isMethod = fn.schema.args[0]?.name === "self" && fn.schema.args[0].type.kind === "Class";
  const lines = new FunctionPrinter(fn, context).print(isMethod);
  return { code: `${lines.join("\n")}\n`, constants: context.constants.table };
}

/** The whole program as a TypeScript module: imports, types, classes, functions; the root is its default export. */
export function programCode(program: Program): Code {
  const context = newContext(program);
  const parts: string[][] = [];
  for (const def of program.classes.values()) {
    if (def.kind === "interface") parts.push(interfaceText(def, context));
    else if (def.kind === "enum") parts.push(enumText(def, context));
    else parts.push(classText(def, context));
  }
  for (const fn of program.functions.values()) {
    const lines = new FunctionPrinter(fn, context).print(false);
    const name = context.names.of(fn.name);
    parts.push([...lines, `${name}.qualifiedName = ${JSON.stringify(fn.name)};`]);
  }
  const { root } = program;
  parts.push([`export default ${context.names.of(root.kind === "object" ? root.object.type : root.name)};`]);
  const tuples = context.types.declarations();
  if (tuples.length > 0) parts.unshift(tuples);
  const { table } = context.constants;
  if (table.size > 0) parts.unshift(constantsText(table, context.types));
  const text = parts.map((lines) => lines.join("\n")).join("\n\n");
  return { code: `${importsOf(text)}${text}\n`, constants: table };
}

function constantsText(table: ReadonlyMap<string, IValue>, types: TypePrinter): string[] {
  const fields = [...table].map(([name, value]) => `  readonly ${name}: ${types.text(typeOfValue(value))};`);
  return ["declare const CONSTANTS: {", ...fields, "};"];
}

/** The import of what the text mentions, and nothing else. */
function importsOf(text: string): string {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const mentioned = (name: string): boolean => new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(bare);
  const values = IMPORTED_VALUES.filter(mentioned);
  const types = IMPORTED_TYPES.filter(mentioned).map((name) => `type ${name}`);
  const names = [...values, ...types];
  return names.length > 0 ? `import { ${names.join(", ")} } from "sconce/torch";\n\n` : "";
}

const PLAIN_OBJECTS = { object: () => "…" };

/** `forward(__torch__.Net self, Tensor x, int n=1) -> Tensor`: a signature in PyTorch's notation. */
export function schemaText(fn: Fn): string {
  const { args, returns } = fn.schema;
  let kwarg = false;
  const texts = args.flatMap((arg) => {
    const star = arg.kwarg && !kwarg ? ["*"] : [];
    kwarg ||= arg.kwarg ?? false;
    const fallback = arg.default ? `=${printValue(arg.default, arg.type, PLAIN_OBJECTS)}` : "";
    return [...star, `${printType(arg.type)} ${arg.name}${fallback}`];
  });
  const results = returns.map((ret) => printType(ret.type));
  return `${fn.name}(${texts.join(", ")}) -> ${results.length === 1 ? results[0] : `(${results.join(", ")})`}`;
}
