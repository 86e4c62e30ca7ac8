/** `ts-frontend/tensor.gen.ts` and `torch.gen.ts`: typed methods and functions, from the operator table. */

import type { Op } from "../../format/ops/define.ts";
import { ops } from "../../format/ops/table.ts";
import { type Argument, camelCase, type Return } from "../../format/schema.ts";
import { printType, type Type } from "../../format/types.ts";

/** Operators that the front end writes by hand, in `tensor.ts` and `torch.ts`: they need more than a call. */
const BY_HAND = new Set(
  "size numel dim stride item view to data is_contiguous tensor numpy_T mT matrix_H mH".split(" "),
);

/** Functional forms that programs have and PyTorch's users do not. */
const FUNCTIONAL = new Set(
  "uniform normal_functional log_normal cauchy exponential geometric random manual_seed".split(" "),
);

/** Operators that PyTorch has for its own use (`_softmax`, `sym_size`) or for scripts (`Int`); `call` reaches them. */
const PRIVATE = /^_[^_]|^[A-Z]|^sym_|^(is_inference|len)$|^lift|Implicit$/;

/** Functions of `torch` with another meaning than the operator of that name. */
const OTHER_FUNCTIONS = new Set(["slice", "set"]);

const RESERVED = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(
    " ",
  ),
);

/** `masked_fill_` → `maskedFill_`, `__and__` → `and`. */
function apiName(symbol: string): string {
  return camelCase(symbol.slice("aten::".length));
}

function argName(arg: Argument): string {
  const name = camelCase(arg.name);
  return RESERVED.has(name) ? `${name}_` : name;
}

const SIMPLE = new Set<string>(["Tensor", "int", "float", "Scalar", "bool", "str", "Device", "Generator"]);

/** True when `single` has a TypeScript type for it; operators with others are left to `call`. */
function isExpressible(type: Type): boolean {
  return type.kind === "List" || type.kind === "Optional" ? isExpressible(type.elem) : SIMPLE.has(type.kind);
}

function isTensor(type: Type): boolean {
  switch (type.kind) {
    case "Tensor":
      return true;
    case "List":
    case "Optional":
      return isTensor(type.elem);
    default:
      return false;
  }
}

/** The types from `eager/types.ts` and elsewhere that the text of a file mentions. */
const IMPORTS: Readonly<Record<string, string>> = {
  Int: "./eager/types.ts",
  Ints: "./eager/types.ts",
  Scalar: "./eager/types.ts",
  TensorOptions: "./eager/types.ts",
  DType: "../format/dtype.ts",
  DTypeLike: "./eager/types.ts",
  Device: "./eager/types.ts",
  Layout: "./eager/types.ts",
  MemoryFormat: "./eager/types.ts",
  Generator: "./eager/generator.ts",
};

function single(type: Type): string {
  switch (type.kind) {
    case "Tensor":
      return "Tensor";
    case "int":
      return "Int";
    case "float":
      return "number";
    case "Scalar":
      return "Scalar";
    case "bool":
      return "boolean";
    case "str":
      return "string";
    case "Device":
      return "Device";
    case "Generator":
      return "Generator";
    case "Optional":
      return `${single(type.elem)} | null`;
    case "List": {
      const elem = single(type.elem);
      return elem.includes("|") ? `readonly (${elem})[]` : `readonly ${elem}[]`;
    }
    default:
      throw new Error(`no TypeScript type for ${printType(type)}`);
  }
}

function argType(arg: Argument): string {
  const optional = arg.type.kind === "Optional";
  const type = arg.type.kind === "Optional" ? arg.type.elem : arg.type;
  let text: string;
  if (arg.enum) text = arg.enum === "ScalarType" ? "DTypeLike" : arg.enum;
  else if (type.kind === "List" && type.elem.kind === "int" && arg.size !== undefined) text = "Ints";
  else if (type.kind === "List" && arg.size !== undefined) text = `${single(type.elem)} | ${single(type)}`;
  else text = single(type);
  return optional ? `${text} | null` : text;
}

function returnType(ret: Return): string {
  if (ret.enum === "ScalarType") return "DType";
  const text = single(ret.type);
  if (text === "Int" || text === "Scalar") return "number";
  return text.replace(/^readonly /, "");
}

/** The results as TypeScript has them: several make a tuple with PyTorch's names. */
function resultType(op: Op, method: boolean): string {
  const { returns } = op.schema;
  if (returns.length === 0) return "void";
  if (returns.length === 1) return method && op.out === "self" ? "this" : returnType(returns[0]!);
  const named = returns.every((ret) => ret.name !== undefined);
  return `[${returns.map((ret) => (named ? `${camelCase(ret.name!)}: ` : "") + returnType(ret)).join(", ")}]`;
}

function parameter(arg: Argument, mustFollow: boolean): string {
  if (arg.default === undefined) return `${argName(arg)}: ${argType(arg)}`;
  return mustFollow ? `${argName(arg)}: ${argType(arg)} | undefined` : `${argName(arg)}?: ${argType(arg)}`;
}

const TENSOR_OPTIONS = ["dtype", "layout", "device", "pin_memory"];

/** The trailing object; the four that every maker of tensors takes have a name of their own. */
function options(args: readonly Argument[]): string {
  const names = args.map((arg) => arg.name);
  const maker = TENSOR_OPTIONS.every((name) => names.includes(name));
  const rest = maker ? args.filter((arg) => !TENSOR_OPTIONS.includes(arg.name)) : args;
  const fields = rest.map((arg) => {
    const optional = arg.default !== undefined;
    return `${camelCase(arg.name)}${optional ? "?" : ""}: ${argType(arg)}${optional ? " | undefined" : ""}`;
  });
  const types = [...(maker ? ["TensorOptions"] : []), ...(fields.length ? [`{ ${fields.join("; ")} }`] : [])];
  const required = args.some((arg) => arg.default === undefined);
  return `options${required ? "" : "?"}: ${types.join(" & ")}`;
}

/**
 * The signatures of one overload: all arguments by position; and those without a default by position, the rest by name.
 * An optional tensor (a bias) may come by position before named ones.
 */
function signatures(op: Op, method: boolean): string[] {
  const args = method
    ? op.schema.args.slice(1)
    : op.schema.args.map((arg) => (arg.name === "self" ? { ...arg, name: "input" } : arg));
  const positional = args.filter((arg) => !arg.kwarg);
  const byName = args.filter((arg) => arg.kwarg);
  const result = resultType(op, method);
  const required = positional.reduce((last, arg, i) => (arg.default === undefined ? i + 1 : last), 0);
  const lists: string[] = [];
  for (let n = positional.length; n >= required; n--) {
    if (n !== positional.length && n !== required && !isTensor(positional[n - 1]!.type)) continue;
    const parameters = positional
      .slice(0, n)
      .map((arg, i) => parameter(arg, i < required - 1 || n < positional.length));
    const rest = [...positional.slice(n), ...byName];
    if (rest.length > 0) parameters.push(options(rest));
    lists.push(parameters.join(", "));
  }
  const only = positional.length === 1 ? positional[0]! : undefined;
  if (only && only.type.kind === "List" && only.type.elem.kind === "int" && only.size === undefined) {
    lists.push(`...${argName(only)}: Int[]`);
  }
  return lists.map((list) => `(${list}): ${result}`);
}

interface Api {
  readonly name: string;
  readonly symbol: string;
  readonly overloads: readonly Op[];
}

/** The operators that take or give tensors and are run by kernels, by their symbols. */
function operators(): Api[] {
  const bySymbol = new Map<string, Op[]>();
  for (const op of ops) {
    const { schema } = op;
    if (!schema.name.startsWith("aten::") || !("kernel" in op.run) || op.outOf) continue;
    const name = schema.name.slice("aten::".length);
    if (BY_HAND.has(name) || FUNCTIONAL.has(name) || PRIVATE.test(name)) continue;
    const types = [...schema.args, ...schema.returns].map((value) => value.type);
    if (!types.some(isTensor) || !types.every(isExpressible)) continue;
    const list = bySymbol.get(schema.name) ?? [];
    bySymbol.set(schema.name, list);
    list.push(op);
  }
  return [...bySymbol]
    .map(([symbol, overloads]) => ({ name: apiName(symbol), symbol, overloads }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function declarations(api: Api, head: string, method: boolean, indent: string): string[] {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const op of api.overloads) {
    const doc = `${op.doc ? `${op.doc} ` : ""}\`${op.text}\``;
    for (const signature of signatures(op, method)) {
      if (seen.has(signature)) continue;
      seen.add(signature);
      lines.push(`${indent}/** ${doc} */`, `${indent}${head}${signature};`);
    }
  }
  return lines;
}

/** The type that all overloads return, or unknown. */
function commonResult(api: Api, method: boolean): string {
  const types = new Set(api.overloads.map((op) => resultType(op, method)));
  return types.size === 1 ? [...types][0]! : "unknown";
}

/** The statement that makes the call and gives what the signatures promise. */
function body(api: Api, type: string): string {
  const invoke = `call("${api.symbol}", args)`;
  const [first] = api.overloads[0]!.schema.returns;
  if (type === "DType") return `return dtypeFromCode(numberOf(${invoke}) as number);`;
  if (first && ["int", "float", "bool", "Scalar"].includes(first.type.kind)) {
    return `return numberOf(${invoke}) as ${type};`;
  }
  if (type === "void") return `${invoke};`;
  if (type === "unknown") return `return ${invoke};`;
  return `return ${invoke} as ${type === "Tensor" ? "" : "unknown as "}${type};`;
}

function file(title: string, lines: readonly string[]): string {
  const text = lines.join("\n");
  const mentioned = Object.keys(IMPORTS).filter((name) =>
    new RegExp(`\\b${name}\\b`).test(text.replaceAll(/`[^`]*`/g, "")),
  );
  const from = [...new Set(mentioned.map((name) => IMPORTS[name]!))].sort();
  const types = from.map(
    (path) =>
      `import type { ${mentioned
        .filter((name) => IMPORTS[name] === path)
        .sort()
        .join(", ")} } from "${path}";`,
  );
  const used = ["call", ...(text.includes("numberOf(") ? ["numberOf"] : [])].join(", ");
  if (text.includes("dtypeFromCode(")) types.unshift('import { dtypeFromCode } from "../format/dtype.ts";');
  return `/** ${title} */
// Generated by \`npm run gen\` from format/ops; do not edit.

import { ${used} } from "./dispatch.ts";
${types.join("\n")}${types.length ? "\n" : ""}${text}
`;
}

export function generateTensorMethods(): string {
  const lines = [
    'import { Handle } from "./eager/handle.ts";',
    'import type { Tensor } from "./tensor.ts";',
    "",
    "/**",
    " * The operators that take a tensor first, as methods. Arguments that PyTorch takes by name only, and any that has a",
    " * default, may be given in an object after the others.",
    " */",
    "export abstract class TensorOps extends Handle {",
  ];
  for (const api of operators()) {
    const overloads = api.overloads.filter(
      ({ schema }) => schema.args[0]?.name === "self" && schema.args[0].type.kind === "Tensor",
    );
    if (overloads.length === 0) continue;
    const own = { ...api, overloads };
    const type = commonResult(own, true);
    lines.push(
      ...declarations(own, api.name, true, "  "),
      `  ${api.name}(...args: unknown[]): ${type} {`,
      "    args.unshift(this);",
      `    ${body(own, type)}`,
      "  }",
      "",
    );
  }
  if (lines.at(-1) === "") lines.pop();
  lines.push("}");
  return file("Tensor methods: one for every operator that takes a tensor first.", lines);
}

export function generateTorchFunctions(): string {
  const lines = ['import type { Tensor } from "./tensor.ts";', ""];
  for (const api of operators()) {
    const overloads = api.overloads.filter((op) => op.out !== "self" && !op.schema.name.endsWith("_"));
    const name = api.symbol.slice("aten::".length);
    if (overloads.length === 0 || OTHER_FUNCTIONS.has(name)) continue;
    const own = { ...api, overloads };
    const type = commonResult(own, false);
    const reserved = RESERVED.has(api.name);
    const local = reserved ? `${api.name}_` : api.name;
    const head = reserved ? "" : "export ";
    lines.push(
      ...declarations(own, `${head}function ${local}`, false, ""),
      `${head}function ${local}(...args: unknown[]): ${type} {`,
      `  ${body(own, type)}`,
      "}",
    );
    if (reserved) lines.push(`export { ${local} as ${api.name} };`);
    lines.push("");
  }
  lines.pop();
  return file("Functions of `torch`: one for every operator that makes or takes tensors.", lines);
}
