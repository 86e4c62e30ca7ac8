/** The `.graph` text of a graph, in PyTorch's conventions; parse.ts reads it back without loss. */

import { quote } from "../scan.ts";
import { AnyType, printType } from "../types.ts";
import type { IValue } from "../value.ts";
import { type Block, baseName, type Graph, type Node, type SourceRange, type Value } from "./graph.ts";
import { type LiteralWriter, printAttr, printConstant, printValue } from "./literal.ts";

export interface PrintOptions {
  /** Show source places as `# file:line:col`. Default true. */
  ranges?: boolean;
  /** Show `, scope: …` on nodes that have one. Default true. */
  scopes?: boolean;
  /**
   * True where the types alone would not find the node's overload: it is then printed, as `aten::add.Tensor`; "default"
   * where they would find another than the one that has no name, which is printed as `aten::list.default`.
   * By default no overload is printed, as in PyTorch.
   */
  ambiguous?: (node: Node) => boolean | "default";
  /** Collects the objects that constants hold: the text shows their places in this list, and the parser needs it. */
  objects?: IValue[];
}

/**
 * The text, which ends with a newline:
 *
 *     graph(%self : __torch__.Net,
 *           %x.1 : Tensor):
 *       %2 : int = prim::Constant[value=1]() # net.ts:4:11
 *       %y : Tensor = aten::add(%x.1, %x.1, %2) # net.ts:4:11
 *       return (%y)
 *
 * Value names are kept; of two equal ones the later gets a suffix. Tensors are shown by hash.
 */
export function printGraph(graph: Graph, options: PrintOptions = {}): string {
  return new Printer({ ranges: true, scopes: true, ...options }, options.objects ?? [], false).print(graph);
}

/**
 * The text that the graph's hash is made of: values by number, every overload, attributes in order of name, objects
 * written out; no names, places or scopes. Equal for two graphs exactly if they are the same graph.
 */
export function canonicalText(graph: Graph): string {
  return new Printer({ ranges: false, scopes: false, ambiguous: () => true }, [], true).print(graph);
}

const PLAIN_NAME = /^[A-Za-z_$][\w$.-]*$/;
const PLAIN_SCOPE = /^[\w$./:<>[\]()-]+$/;
const PLAIN_FILE = /^(?!["\s]).*(?<!\s)$/;

class Printer {
  readonly #options: PrintOptions;
  readonly #objects: IValue[];
  readonly #canonical: boolean;
  readonly #lines: string[] = [];
  #names = new Map<Value, string>();
  /** Subgraphs still to be printed, by the name that stands in their node's place. */
  readonly #subgraphs: [string, Graph][] = [];
  readonly #writer: LiteralWriter = { object: (value) => this.#object(value) };

  constructor(options: PrintOptions, objects: IValue[], canonical: boolean) {
    this.#options = options;
    this.#objects = objects;
    this.#canonical = canonical;
  }

  print(graph: Graph): string {
    this.#graph("graph", graph);
    // Printing a subgraph may add others at the end.
    for (let i = 0; i < this.#subgraphs.length; i++) {
      const [name, subgraph] = this.#subgraphs[i]!;
      this.#graph(`with ${name} = graph`, subgraph);
    }
    return `${this.#lines.join("\n")}\n`;
  }

  #graph(head: string, graph: Graph): void {
    this.#names = this.#canonical ? numbers(graph) : uniqueNames(graph);
    const indent = " ".repeat("graph(".length);
    const params = graph.inputs.map((value) => this.#typed(value)).join(`,\n${indent}`);
    this.#lines.push(`${head}(${params}):`);
    for (const node of graph.block.nodes) this.#node(node, "  ");
    this.#lines.push(`  return (${this.#list(graph.outputs)})`);
  }

  #list(values: readonly Value[]): string {
    return values.map((value) => this.#name(value)).join(", ");
  }

  #name(value: Value): string {
    return this.#names.get(value) ?? "%?";
  }

  #typed(value: Value): string {
    return `${this.#name(value)} : ${printType(value.type)}`;
  }

  #node(node: Node, indent: string): void {
    const outputs = node.outputs.map((output) => this.#typed(output)).join(", ");
    const call = `${this.#op(node)}${this.#attrs(node)}(${this.#list(node.inputs)})`;
    this.#lines.push(`${indent}${outputs} = ${call}${this.#trailer(node)}`);
    for (const [i, block] of node.blocks.entries()) this.#block(block, i, `${indent}  `);
  }

  #block(block: Block, index: number, indent: string): void {
    const params = block.params.map((value) => this.#typed(value)).join(", ");
    this.#lines.push(`${indent}block${index}(${params}):`);
    for (const node of block.nodes) this.#node(node, `${indent}  `);
    this.#lines.push(`${indent}  -> (${this.#list(block.returns)})`);
  }

  #op(node: Node): string {
    const ambiguous = this.#options.ambiguous?.(node) ?? false;
    const op = ambiguous === "default" ? `${node.op}.default` : ambiguous ? node.op : baseName(node.op);
    const subgraph = node.attr("Subgraph", "g");
    if (subgraph === undefined) return op;
    const name = `${op}_${this.#subgraphs.length}`;
    this.#subgraphs.push([name, subgraph]);
    return name;
  }

  #attrs(node: Node): string {
    const attrs = [...node.attrs];
    if (this.#canonical) attrs.sort(([a], [b]) => (a < b ? -1 : 1));
    const texts: string[] = [];
    for (const [name, attr] of attrs) {
      const key = PLAIN_NAME.test(name) ? name : quote(name);
      if (attr.kind === "g") {
        if (name !== "Subgraph")
          throw new RangeError(`${node.op}: a graph attribute is called Subgraph, not ${name}`);
      } else if (node.op === "prim::Constant" && name === "value" && attr.kind === "ival") {
        if (attr.value.kind === "none") continue;
        texts.push(`${key}=${printConstant(attr.value, node.outputs[0]?.type ?? AnyType, this.#writer)}`);
      } else {
        texts.push(`${key}=${printAttr(attr, this.#writer)}`);
      }
    }
    return texts.length === 0 ? "" : `[${texts.join(", ")}]`;
  }

  #trailer(node: Node): string {
    const { scope, range } = node;
    const parts: string[] = [];
    if (scope !== undefined && this.#options.scopes) {
      parts.push(`, scope: ${PLAIN_SCOPE.test(scope) ? scope : quote(scope)}`);
    }
    if (range !== undefined && this.#options.ranges) parts.push(` # ${printRange(range)}`);
    return parts.join("");
  }

  #object(object: IValue & { kind: "object" }): string {
    const known = this.#objects.indexOf(object);
    if (known >= 0) return `#${known}`;
    const index = this.#objects.push(object) - 1;
    if (!this.#canonical) return `#${index}`;
    const attrs = [...object.attrs].sort(([a], [b]) => (a < b ? -1 : 1));
    const texts = attrs.map(([name, value]) => `${quote(name)}: ${printValue(value, AnyType, this.#writer)}`);
    return `#${index} {${texts.join(", ")}}`;
  }
}

/** `file:line:col`, the file's name quoted if it would not read back. */
export function printRange({ file, line, col }: SourceRange): string {
  return `${PLAIN_FILE.test(file) ? file : quote(file)}:${line}:${col}`;
}

function numbers(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const value of graph.values()) names.set(value, `%${names.size}`);
  return names;
}

/** Own names where they are free, else with a suffix; numbers for values without a name. */
function uniqueNames(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>();
  const taken = new Set<string>();
  let number = 0;
  for (const value of graph.values()) {
    let name = value.name;
    for (let i = 1; name !== undefined && taken.has(name); i++) name = `${value.name}.${i}`;
    if (name !== undefined) taken.add(name);
    const text = name === undefined ? String(number++) : PLAIN_NAME.test(name) ? name : quote(name);
    names.set(value, `%${text}`);
  }
  return names;
}
