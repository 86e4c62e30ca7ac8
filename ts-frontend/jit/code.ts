/** `.code`: a method's graph as TypeScript, one statement per node; constants, attributes and lists stand in place. */

import { type Block, baseName, constantOf, type Node, type Value } from "../../format/ir/graph.ts";
import type { Fn } from "../../format/ir/program.ts";
import { findOp } from "../../format/ops/table.ts";
import type { Argument } from "../../format/schema.ts";
import type { Type } from "../../format/types.ts";
import type { IValue } from "../../format/value.ts";
import { tensorHash } from "../../format/value.ts";

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const RESERVED = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await torch ops guard".split(
    " ",
  ),
);

/** The method's text. Tensor constants are named by the start of their hash, `CONSTANTS.c1234abcd`. */
export function printCode(fn: Fn): string {
  return new CodePrinter(fn).print();
}

function camel(name: string): string {
  return name.replace(/(?<=[A-Za-z0-9])_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

/** A static type in TypeScript. */
function typeText(type: Type): string {
  switch (type.kind) {
    case "Tensor":
      return "Tensor";
    case "int":
      return "int";
    case "float":
    case "Scalar":
      return "number";
    case "bool":
      return "boolean";
    case "str":
    case "Device":
      return "string";
    case "None":
      return "null";
    case "List":
      return `${type.elem.kind === "Optional" ? `(${typeText(type.elem)})` : typeText(type.elem)}[]`;
    case "Tuple":
      return `[${type.elems.map(typeText).join(", ")}]`;
    case "Optional":
      return `${typeText(type.elem)} | null`;
    case "Dict":
      return `Map<${typeText(type.key)}, ${typeText(type.value)}>`;
    case "Union":
      return type.members.map(typeText).join(" | ");
    case "Class":
    case "Interface":
    case "Enum":
      return type.name.split(".").at(-1)!;
    default:
      return "unknown";
  }
}

function literal(value: IValue): string {
  switch (value.kind) {
    case "none":
      return "null";
    case "bool":
      return String(value.value);
    case "int":
      return BigInt(Number(value.value)) === value.value && Number.isSafeInteger(Number(value.value))
        ? String(value.value)
        : `${value.value}n`;
    case "float":
      if (Number.isNaN(value.value)) return "NaN";
      return Object.is(value.value, -0) ? "-0" : String(value.value);
    case "str":
    case "device":
      return JSON.stringify(value.value);
    case "list":
    case "tuple":
      return `[${value.items.map(literal).join(", ")}]`;
    case "dict":
      return `new Map([${value.entries.map(([k, v]) => `[${literal(k)}, ${literal(v)}]`).join(", ")}])`;
    case "tensor":
      return `CONSTANTS.c${tensorHash(value.tensor).slice(0, 8)}`;
    default:
      return `CONSTANTS.${value.kind}`;
  }
}

class CodePrinter {
  readonly #fn: Fn;
  readonly #names = new Map<Value, string>();
  readonly #taken = new Set<string>();
  readonly #lines: string[] = [];
  #count = 0;

  constructor(fn: Fn) {
    this.#fn = fn;
  }

  print(): string {
    const { graph, schema, name } = this.#fn;
    const method = schema.args[0]?.name === "self";
    const parameters = graph.inputs.map((value, i) => {
      const arg = schema.args[i]!;
      if (i === 0 && method) {
        this.#names.set(value, "this");
        return null;
      }
      const fallback = arg.default ? ` = ${literal(arg.default)}` : "";
      return `${this.#name(value)}: ${typeText(arg.type)}${fallback}`;
    });
    const { returns } = schema;
    const result =
      returns.length === 1
        ? typeText(returns[0]!.type)
        : `[${returns.map((r) => typeText(r.type)).join(", ")}]`;
    this.#block(graph.block, "  ");
    const outputs = graph.outputs.map((value) => this.#expr(value));
    this.#lines.push(`  return ${outputs.length === 1 ? outputs[0] : `[${outputs.join(", ")}]`};`);
    const head = `${method ? "" : "function "}${name}(${parameters.filter((p) => p !== null).join(", ")}): ${result} {`;
    return [head, ...this.#lines, "}", ""].join("\n");
  }

  /** A fresh identifier for a value: its own name where it has one that is free. */
  #name(value: Value): string {
    const known = this.#names.get(value);
    if (known) return known;
    const own = value.name?.replace(/\.\d+$/, "");
    let name = own && IDENTIFIER.test(own) && !RESERVED.has(own) ? own : `_${this.#count++}`;
    for (let k = 1; this.#taken.has(name); k++)
      name = own && IDENTIFIER.test(own) ? `${own}_${k}` : `_${this.#count++}`;
    this.#taken.add(name);
    this.#names.set(value, name);
    return name;
  }

  /** True for nodes that stand where they are used: they only read, and nothing can change what they read. */
  #isInline(node: Node): boolean {
    if (node.op === "prim::Constant") return true;
    if (node.op === "prim::GetAttr") return node.output.type.kind === "Class" || node.output.uses.length <= 1;
    if (node.op === "prim::ListConstruct" || node.op === "prim::TupleConstruct")
      return node.output.uses.length === 1;
    return false;
  }

  #expr(value: Value): string {
    const { node } = value;
    if (!node || !this.#isInline(node)) return this.#name(value);
    if (node.op === "prim::Constant") {
      const constant = constantOf(value);
      return constant ? literal(constant) : (node.attr("name", "s") ?? "null");
    }
    if (node.op === "prim::GetAttr") return this.#member(node.inputs[0]!, node.attr("name", "s")!);
    return `[${node.inputs.map((input) => this.#expr(input)).join(", ")}]`;
  }

  #member(object: Value, name: string): string {
    return `${this.#expr(object)}${IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}`;
  }

  #block(block: Block, indent: string): void {
    for (const node of block.nodes) if (!this.#isInline(node)) this.#statement(node, indent);
  }

  #statement(node: Node, indent: string): void {
    const say = (text: string): number => this.#lines.push(indent + text);
    const args = (): string[] => node.inputs.map((input) => this.#expr(input));
    switch (node.op) {
      case "prim::If":
        return this.#if(node, indent);
      case "prim::Loop":
        return this.#loop(node, indent);
      case "js::Try":
        return this.#try(node, indent);
      case "js::rethrow":
        say(`throw ${args()[0]};`);
        return;
      case "prim::SetAttr":
        say(`${this.#member(node.inputs[0]!, node.attr("name", "s")!)} = ${this.#expr(node.inputs[1]!)};`);
        return;
      case "prim::RaiseException":
        say(`throw new Error(${args()[0]});`);
        return;
      case "prim::Print":
        say(`console.log(${args().join(", ")});`);
        return;
      default:
    }
    if (node.op.startsWith("sconce::guard_")) {
      const expected = node.attr("expected", "i") ?? node.attr("expected", "f");
      const wanted = node.op === "sconce::guard_bool" ? String(expected === 1n) : String(expected);
      say(`guard(${args()[0]}, ${wanted}, ${JSON.stringify(node.attr("message", "s") ?? "")});`);
      return;
    }
    const call = this.#call(node, args);
    const names = node.outputs.map((value) => this.#name(value));
    const unpack = node.op === "prim::TupleUnpack" || node.op === "prim::ListUnpack";
    if (names.length === 0) say(`${call};`);
    else say(`const ${names.length === 1 && !unpack ? names[0] : `[${names.join(", ")}]`} = ${call};`);
  }

  #call(node: Node, args: () => string[]): string {
    switch (node.op) {
      case "prim::CallMethod": {
        const [object] = node.inputs;
        return `${this.#member(object!, node.attr("name", "s")!)}(${args().slice(1).join(", ")})`;
      }
      case "prim::CallFunction":
        return `${args()[0]}(${args().slice(1).join(", ")})`;
      case "prim::TupleUnpack":
      case "prim::ListUnpack":
      case "prim::unchecked_cast":
        return args()[0]!;
      case "prim::ListConstruct":
      case "prim::TupleConstruct":
        return `[${args().join(", ")}]`;
      case "prim::DictConstruct": {
        const all = args();
        const pairs = all.flatMap((key, i) => (i % 2 === 0 ? [`[${key}, ${all[i + 1]}]`] : []));
        return `new Map([${pairs.join(", ")}])`;
      }
      case "prim::TupleIndex":
      case "aten::__getitem__.t":
        return `${args()[0]}[${args()[1]}]`;
      case "aten::__getitem__.Dict_str":
        return `${args()[0]}.get(${args()[1]})`;
      case "prim::GetAttr":
        return this.#member(node.inputs[0]!, node.attr("name", "s")!);
      default:
        return this.#operator(node);
    }
  }

  /** `torch.add(x, y, { alpha: 2 })`: trailing defaults left out, keyword-only arguments by name. */
  #operator(node: Node): string {
    const symbol = baseName(node.op);
    const schema = findOp(node.op)?.schema;
    const plain: string[] = [];
    const named: string[] = [];
    const isDefault = (arg: Argument | undefined, value: Value): boolean => {
      const constant = constantOf(value);
      return arg !== undefined && "default" in arg && constant !== undefined && equalsDefault(constant, arg);
    };
    let last = node.inputs.length;
    while (last > 0 && isDefault(schema?.args[last - 1], node.inputs[last - 1]!)) last--;
    node.inputs.forEach((input, i) => {
      const arg = schema?.args[i];
      if (arg?.kwarg) {
        if (!isDefault(arg, input) || arg.name === "alpha")
          named.push(`${camel(arg.name)}: ${this.#expr(input)}`);
      } else if (i < last) {
        plain.push(this.#expr(input));
      }
    });
    if (named.length) plain.push(`{ ${named.join(", ")} }`);
    const [space, name] = symbol.split("::") as [string, string];
    return space === "aten" && schema?.args.some((a) => a.type.kind === "Tensor" || a.type.kind === "List")
      ? `torch.${camel(name)}(${plain.join(", ")})`
      : `ops.${space}.${name}(${plain.join(", ")})`;
  }

  #if(node: Node, indent: string): void {
    const names = this.#letOutputs(node, indent);
    this.#lines.push(`${indent}if (${this.#expr(node.inputs[0]!)}) {`);
    node.blocks.forEach((block, b) => {
      if (b === 1) {
        if (block.nodes.length === 0 && names.length === 0) return;
        this.#lines.push(`${indent}} else {`);
      }
      this.#assigning(block, names, indent);
    });
    this.#lines.push(`${indent}}`);
  }

  #try(node: Node, indent: string): void {
    const names = this.#letOutputs(node, indent);
    const [body, handler] = node.blocks as [Block, Block];
    this.#lines.push(`${indent}try {`);
    this.#assigning(body, names, indent);
    this.#lines.push(`${indent}} catch (${this.#name(handler.params[0]!)}) {`);
    this.#assigning(handler, names, indent);
    this.#lines.push(`${indent}}`);
  }

  /** Declares the outputs of a node with blocks; their names. */
  #letOutputs(node: Node, indent: string): string[] {
    const names = node.outputs.map((value) => this.#name(value));
    for (const [i, name] of names.entries())
      this.#lines.push(`${indent}let ${name}: ${typeText(node.outputs[i]!.type)};`);
    return names;
  }

  /** A block whose returns become the variables of these names. */
  #assigning(block: Block, names: readonly string[], indent: string): void {
    this.#block(block, `${indent}  `);
    block.returns.forEach((value, i) => {
      this.#lines.push(`${indent}  ${names[i]} = ${this.#expr(value)};`);
    });
  }

  #loop(node: Node, indent: string): void {
    const [block] = node.blocks;
    const [trip, cond, ...carried] = node.inputs;
    const [i, ...params] = block!.params;
    params.forEach((param, k) => {
      const name = this.#name(param);
      this.#names.set(node.outputs[k]!, name);
      this.#lines.push(`${indent}let ${name} = ${this.#expr(carried[k]!)};`);
    });
    const counter = this.#name(i!);
    const start = this.#expr(cond!);
    const next = constantOf(block!.returns[0]!);
    const always = start === "true" && next?.kind === "bool" && next.value;
    const flag = always ? "" : `_go${this.#count++}`;
    if (flag) this.#lines.push(`${indent}let ${flag} = ${start};`);
    const test = `${flag ? `${flag} && ` : ""}${counter} < ${this.#expr(trip!)}`;
    this.#lines.push(`${indent}for (let ${counter} = 0; ${test}; ${counter}++) {`);
    this.#block(block!, `${indent}  `);
    const results = block!.returns.slice(1).map((value) => this.#expr(value));
    if (flag) this.#lines.push(`${indent}  ${flag} = ${this.#expr(block!.returns[0]!)};`);
    const targets = params.map((param) => this.#name(param));
    if (targets.length === 1) this.#lines.push(`${indent}  ${targets[0]} = ${results[0]};`);
    else if (targets.length)
      this.#lines.push(`${indent}  [${targets.join(", ")}] = [${results.join(", ")}];`);
    this.#lines.push(`${indent}}`);
  }
}

function equalsDefault(constant: IValue, arg: Argument): boolean {
  const wanted = arg.default;
  switch (constant.kind) {
    case "none":
      return wanted === null;
    case "int":
      return typeof wanted === "number" && BigInt(Math.trunc(wanted)) === constant.value && !arg.floatDefault;
    case "bool":
    case "float":
    case "str":
      return constant.value === wanted;
    default:
      return false;
  }
}
