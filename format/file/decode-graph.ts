/** One graph of a header (SPEC.md, sections 6 and 7): numbering, scoping and attributes checked on the way. */

import { Attr, type Block, edit, type Graph, Node, type Value } from "../ir/graph.ts";
import type { Type } from "../types.ts";
import type { TensorData } from "../value.ts";
import type { At } from "./at.ts";
import type { Values } from "./decode-values.ts";
import { ATTR_CODES, byCode } from "./layout.ts";

const attrKinds = byCode(ATTR_CODES);

/** The tables that graphs point into. */
export interface GraphTables {
  ops: readonly string[];
  keys: readonly string[];
  types: readonly Type[];
  tensors: readonly TensorData[];
  values: Values;
  /** The graph of the subgraph function at this index, which must come after the function that is being read. */
  subgraph(at: At): Graph;
}

/** Fills an empty graph. */
export function decodeGraph(entry: At, graph: Graph, tables: GraphTables): void {
  new GraphDecoder(entry, graph, tables);
}

class GraphDecoder {
  readonly #tables: GraphTables;
  readonly #types: readonly Type[];
  /** Values by number; undefined once out of scope, or not yet in it. */
  readonly #scope: (Value | undefined)[] = [];

  constructor(entry: At, graph: Graph, tables: GraphTables) {
    this.#tables = tables;
    const [types, params, nodes, returns] = entry.tuple(4);
    this.#types = types.array().map((type) => tables.types[type.index(tables.types.length)]!);
    this.#block(graph.block, params, nodes, returns);
    if (this.#scope.length !== this.#types.length) types.fail(`${this.#scope.length} types, one per value`);
  }

  /** The type of the value that gets the next number. */
  #nextType(at: At, ahead: number): Type {
    return (
      this.#types[this.#scope.length + ahead] ?? at.fail(`at most ${this.#types.length} values in the graph`)
    );
  }

  #block(block: Block, params: At, nodes: At, returns: At): void {
    const count = params.int(0, this.#types.length);
    for (let i = 0; i < count; i++) this.#scope.push(edit.addParam(block, this.#nextType(params, 0)));
    for (const node of nodes.array()) this.#node(node, block);
    edit.setReturns(block, this.#uses(returns));
  }

  #uses(numbers: At): Value[] {
    return numbers.array().map((number) => {
      return this.#scope[number.index(this.#types.length)] ?? number.fail("a value in scope");
    });
  }

  #node(entry: At, block: Block): void {
    const [op, inputs, outputs, attrs, blocks] = entry.tuple(5);
    const node = new Node(this.#tables.ops[op.index(this.#tables.ops.length)]!);
    edit.insert(block, block.nodes.length, node);
    edit.setInputs(node, this.#uses(inputs));
    const first = this.#scope.length;
    const count = outputs.int(0, this.#types.length);
    for (let i = 0; i < count; i++) edit.addOutput(node, this.#nextType(outputs, i));
    // Numbered now, in scope only after the node's blocks.
    for (let i = 0; i < count; i++) this.#scope.push(undefined);
    if (!attrs.isNil()) this.#attrs(node, attrs);
    if (!blocks.isNil()) this.#blocks(node, blocks);
    node.outputs.forEach((output, i) => {
      this.#scope[first + i] = output;
    });
  }

  #blocks(node: Node, blocks: At): void {
    const list = blocks.array();
    if (list.length === 0) blocks.fail("nil for a node without blocks");
    for (const inner of list) {
      const first = this.#scope.length;
      const [params, nodes, returns] = inner.tuple(3);
      this.#block(edit.addBlock(node), params, nodes, returns);
      this.#scope.fill(undefined, first);
    }
  }

  #attrs(node: Node, attrs: At): void {
    const flat = attrs.array();
    if (flat.length === 0 || flat.length % 3 !== 0) attrs.fail("triples of key, kind, datum");
    const { keys } = this.#tables;
    let last = -1;
    for (let i = 0; i < flat.length; i += 3) {
      const key = flat[i]!.index(keys.length);
      if (key <= last) flat[i]!.fail("keys in order");
      last = key;
      const name = node.op === "prim::Constant" ? this.#functionName(flat[i + 2]!) : undefined;
      if (name !== undefined) node.attrs.set("name", Attr.str(name));
      else node.attrs.set(keys[key]!, this.#attr(flat[i + 1]!, flat[i + 2]!));
    }
  }

  #functionName(datum: At): string | undefined {
    return this.#tables.values.functionName(datum);
  }

  #attr(code: At, datum: At): Attr {
    const { types, tensors, values, subgraph } = this.#tables;
    const type = (at: At) => types[at.index(types.length)]!;
    const tensor = (at: At) => tensors[at.index(tensors.length)]!;
    const kind = code.code(attrKinds, "an attribute's kind");
    switch (kind) {
      case "i":
        return { kind, value: datum.int64() };
      case "f":
        return { kind, value: datum.float() };
      case "s":
        return { kind, value: datum.text() };
      case "t":
        return { kind, value: tensor(datum) };
      case "g":
        return { kind, value: subgraph(datum) };
      case "ty":
        return { kind, value: type(datum) };
      case "ival":
        return { kind, value: values.get(datum) };
      case "is":
        return { kind, value: datum.array().map((at) => at.int64()) };
      case "fs":
        return { kind, value: datum.array().map((at) => at.float()) };
      case "ss":
        return { kind, value: datum.array().map((at) => at.text()) };
      case "ts":
        return { kind, value: datum.array().map(tensor) };
      case "tys":
        return { kind, value: datum.array().map(type) };
      case "ivals":
        return { kind, value: datum.array().map((at) => values.get(at)) };
    }
  }
}
