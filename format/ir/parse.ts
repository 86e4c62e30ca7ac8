/** Reads the `.graph` text of print.ts, and what PyTorch prints of a graph as far as its text says everything. */

import { Scanner } from "../scan.ts";
import { AnyType, scanType, type Type } from "../types.ts";
import type { IValue, TensorData } from "../value.ts";
import { Attr, type Block, edit, Graph, Node, type SourceRange, type Value } from "./graph.ts";
import { type LiteralReader, scanAttr, scanValue } from "./literal.ts";

export interface ParseOptions {
  /**
   * Finds the overload of an operator printed without one, from its inputs' types: the full name, or undefined to
   * leave it as it stands. Without it names stay as they are.
   */
  resolve?: (name: string, inputs: readonly Type[], outputs: readonly Type[]) => string | undefined;
  /** The tensors that `<Tensor sha256:…>` may mean, by hash. */
  tensors?: ReadonlyMap<string, TensorData>;
  /** The objects that the printer collected. */
  objects?: readonly IValue[];
}

/** The graph in this text. Throws FormatSyntaxError: unknown values, tensors and objects included. */
export function parseGraph(text: string, options: ParseOptions = {}): Graph {
  return new Parser(text, options).parse();
}

const VALUE_NAME = /%(?:[A-Za-z_$][\w$.-]*|\d+)/y;
const OPERATOR = /[A-Za-z_]\w*::[\w$]+(?:\.[\w$]+)?/y;
const ATTR_NAME = /[A-Za-z_$][\w$.-]*/y;

class Parser {
  readonly #scanner: Scanner;
  readonly #options: ParseOptions;
  readonly #reader: LiteralReader;
  /** Values in scope by name. */
  #scope = new Map<string, Value>();
  /** Names in the order they came into scope, so that a block's can be forgotten at its end. */
  #defined: string[] = [];
  /** Nodes that wait for the graph of this name, printed after the main one. */
  readonly #waiting = new Map<string, Node>();
  readonly #subgraphNames: ReadonlySet<string>;

  constructor(text: string, options: ParseOptions) {
    this.#scanner = new Scanner(text);
    this.#options = options;
    this.#subgraphNames = new Set([...text.matchAll(/^with (\S+) = graph\(/gm)].map((found) => found[1]!));
    this.#reader = {
      tensor: (hash) => options.tensors?.get(hash),
      object: (type, name) => {
        const object = options.objects?.[Number(name.slice(1))];
        return object?.kind === "object" && object.type === type ? object : undefined;
      },
    };
  }

  parse(): Graph {
    const scanner = this.#scanner;
    this.#lines();
    scanner.expect("graph");
    const graph = this.#graph();
    for (this.#lines(); scanner.eat("with "); this.#lines()) {
      const start = scanner.pos;
      const name = scanner.match(OPERATOR) ?? scanner.fail("an operator's name");
      scanner.expect("=");
      scanner.expect("graph");
      const node = this.#waiting.get(name) ?? scanner.failAt(start, "the name of a node above");
      this.#waiting.delete(name);
      node.attrs.set("Subgraph", Attr.graph(this.#graph()));
    }
    if (!scanner.end()) scanner.fail("end of text");
    return graph;
  }

  /** Skips blanks and line ends. */
  #lines(): void {
    this.#scanner.match(/\s*/y);
  }

  #graph(): Graph {
    const graph = new Graph();
    this.#scope = new Map();
    this.#defined = [];
    this.#params(graph.block);
    this.#statements(graph.block);
    this.#scanner.expect("return");
    edit.setReturns(graph.block, this.#uses());
    return graph;
  }

  #params(block: Block): void {
    const scanner = this.#scanner;
    scanner.expect("(");
    this.#lines();
    while (!scanner.eat(")")) {
      const { name, type } = this.#typedName();
      this.#define(name, edit.addParam(block, type));
      if (!scanner.at(")")) scanner.expect(",");
      this.#lines();
    }
    scanner.expect(":");
  }

  #typedName(): { name: string; type: Type } {
    const name = this.#valueName();
    this.#scanner.expect(":");
    return { name, type: scanType(this.#scanner) };
  }

  /** A value's name with its `%`; one that was quoted has a blank after it, which no plain name has. */
  #valueName(): string {
    const scanner = this.#scanner;
    const plain = scanner.match(VALUE_NAME);
    if (plain !== undefined) return plain;
    if (scanner.match(/%(?=")/y) === undefined) scanner.fail("a value such as %x");
    return `% ${scanner.string("a value's name")}`;
  }

  #define(name: string, value: Value): void {
    if (this.#scope.has(name)) this.#scanner.fail(`a name that is not in use, not ${name}`);
    this.#scope.set(name, value);
    this.#defined.push(name);
    if (name.startsWith("% ")) value.name = name.slice(2);
    else if (!/^%\d/.test(name)) value.name = name.slice(1);
  }

  #uses(): Value[] {
    const scanner = this.#scanner;
    const values: Value[] = [];
    scanner.expect("(");
    while (!scanner.eat(")")) {
      const start = scanner.pos;
      values.push(this.#scope.get(this.#valueName()) ?? scanner.failAt(start, "a value in scope"));
      if (!scanner.at(")")) scanner.expect(",");
    }
    return values;
  }

  /** Nodes up to the `->` or `return` that ends a block. */
  #statements(block: Block): void {
    const scanner = this.#scanner;
    for (this.#lines(); !scanner.at("->") && !scanner.at("return"); this.#lines()) this.#node(block);
  }

  #node(block: Block): void {
    const scanner = this.#scanner;
    const outputs: { name: string; type: Type }[] = [];
    while (scanner.at("%")) {
      outputs.push(this.#typedName());
      if (!scanner.at("=")) scanner.expect(",");
    }
    if (outputs.length > 0) scanner.expect("=");
    else scanner.eat("=");
    const printed = scanner.match(OPERATOR) ?? scanner.fail("an operator such as aten::add");
    const isCaller = this.#subgraphNames.has(printed);
    const isNamed = printed.includes(".");
    const node = new Node(isCaller ? printed.replace(/_\d+$/, "") : printed.replace(/\.default$/, ""));
    edit.insert(block, block.nodes.length, node);
    if (isCaller) this.#waiting.set(printed, node);
    for (const { type } of outputs) edit.addOutput(node, type);
    if (scanner.eat("[")) this.#attrs(node);
    edit.setInputs(node, this.#uses());
    this.#trailer(node);
    if (!isNamed) this.#resolve(node);
    this.#blocks(node);
    for (const [i, { name }] of outputs.entries()) this.#define(name, node.outputs[i]!);
    if (node.op === "prim::Constant" && node.attrs.size === 0)
      node.attrs.set("value", Attr.ivalue({ kind: "none" }));
  }

  #resolve(node: Node): void {
    const types = node.inputs.map((value) => value.type);
    const outputs = node.outputs.map((value) => value.type);
    const full = this.#options.resolve?.(node.op, types, outputs);
    if (full !== undefined) edit.setOp(node, full);
  }

  #attrs(node: Node): void {
    const scanner = this.#scanner;
    do {
      const name = scanner.at('"')
        ? scanner.string()
        : (scanner.match(ATTR_NAME) ?? scanner.fail("an attribute"));
      scanner.expect("=");
      scanner.blanks();
      if (node.op === "prim::Constant" && name === "value") {
        const type = node.outputs[0]?.type ?? AnyType;
        node.attrs.set(name, Attr.ivalue(scanValue(scanner, type, this.#reader)));
      } else {
        node.attrs.set(name, scanAttr(scanner, this.#reader));
      }
    } while (scanner.eat(","));
    scanner.expect("]");
  }

  #trailer(node: Node): void {
    const scanner = this.#scanner;
    if (scanner.eat(", scope: ")) {
      node.scope = scanner.at('"')
        ? scanner.string()
        : (scanner.match(/[^\s#]+/y) ?? scanner.fail("a scope"));
    }
    if (scanner.eat("# ")) node.range = this.#range();
  }

  #range(): SourceRange {
    const scanner = this.#scanner;
    const quoted = scanner.at('"');
    const file = quoted ? scanner.string() : scanner.match(/.*(?=:\d+:\d+\s*$)/my);
    const place = scanner.match(/:\d+:\d+/y)?.split(":");
    if (file === undefined || place === undefined) return scanner.fail("file:line:col");
    return { file, line: Number(place[1]), col: Number(place[2]) };
  }

  #blocks(node: Node): void {
    const scanner = this.#scanner;
    for (;;) {
      this.#lines();
      if (scanner.match(/block\d+/y) === undefined) return;
      const outer = this.#defined.length;
      const block = edit.addBlock(node);
      this.#params(block);
      this.#statements(block);
      scanner.expect("->");
      edit.setReturns(block, this.#uses());
      for (const name of this.#defined.splice(outer)) this.#scope.delete(name);
    }
  }
}
