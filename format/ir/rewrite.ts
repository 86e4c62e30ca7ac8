/** The one way to change a graph that exists: replace, insert, move, erase, inline; def-use lists stay true throughout. */

import type { Type } from "../types.ts";
import type { IValue } from "../value.ts";
import { GraphBuilder } from "./builder.ts";
import { Attr, type Block, edit, Graph, Node, type Use, type Value } from "./graph.ts";

/** Changes one graph. It keeps uses true but not scoping or types: verify after a pass. */
export class Rewriter {
  readonly graph: Graph;
  readonly #builder: GraphBuilder;

  constructor(graph: Graph) {
    this.graph = graph;
    this.#builder = new GraphBuilder(graph);
  }

  // --- Inserting ------------------------------------------------------------------------------------------------

  /** Runs `build` with a builder that inserts before `node`, with its range and scope. */
  before<T>(node: Node, build: (builder: GraphBuilder) => T): T {
    const builder = this.#builder;
    builder.range = node.range;
    builder.scope = node.scope;
    return builder.at(node, () => build(builder));
  }

  /** The same, after `node`. */
  after<T>(node: Node, build: (builder: GraphBuilder) => T): T {
    const block = node.block!;
    const next = block.nodes[block.nodes.indexOf(node) + 1];
    const builder = this.#builder;
    builder.range = node.range;
    builder.scope = node.scope;
    return builder.at(next ?? block, () => build(builder));
  }

  /** Runs `build` with a builder that inserts at the start of a block. */
  atStart<T>(block: Block, build: (builder: GraphBuilder) => T): T {
    return this.#inBlock(block.nodes[0] ?? block, build);
  }

  /** Runs `build` with a builder that inserts at the end of a block, before it returns. */
  atEnd<T>(block: Block, build: (builder: GraphBuilder) => T): T {
    return this.#inBlock(block, build);
  }

  #inBlock<T>(place: Block | Node, build: (builder: GraphBuilder) => T): T {
    const builder = this.#builder;
    builder.range = undefined;
    builder.scope = undefined;
    return builder.at(place, () => build(builder));
  }

  // --- Replacing ------------------------------------------------------------------------------------------------

  /** Every use of `value`, or those that `where` picks, becomes a use of `by`. */
  replaceUses(value: Value, by: Value, where: (use: Use) => boolean = () => true): void {
    if (value !== by) edit.moveUses(value, by, where);
  }

  /** Puts what `build` makes in the place of `node`: it gives one value for each output. Names of outputs carry over. */
  replace(node: Node, build: (builder: GraphBuilder) => readonly Value[]): readonly Value[] {
    const values = this.before(node, build);
    this.#replaceOutputs(node, values);
    return values;
  }

  #replaceOutputs(node: Node, values: readonly Value[]): void {
    if (values.length !== node.outputs.length) {
      throw new RangeError(`${node.op} has ${node.outputs.length} outputs, its replacement ${values.length}`);
    }
    node.outputs.forEach((output, i) => {
      const value = values[i]!;
      this.replaceUses(output, value);
      value.name ??= output.name;
    });
    this.erase(node);
  }

  /** Takes `node` out for good. Throws RangeError if one of its outputs is in use. */
  erase(node: Node): void {
    const used = node.outputs.find((output) => output.uses.length > 0);
    if (used !== undefined) throw new RangeError(`${node.op}: output ${used.index} is still in use`);
    this.#release(node);
    edit.remove(node);
  }

  /**
   * Takes many nodes out for good, in time linear in the graph. Throws RangeError if something that stays uses one of
   * their outputs.
   */
  eraseAll(nodes: ReadonlySet<Node>): void {
    if (nodes.size === 0) return;
    edit.removeAll(this.graph.block, nodes);
    for (const node of nodes) {
      const used = node.outputs.find((output) => output.uses.length > 0);
      if (used !== undefined) throw new RangeError(`${node.op}: output ${used.index} is still in use`);
    }
  }

  /** Ends the uses that a node and everything in its blocks make of values. */
  #release(node: Node): void {
    edit.setInputs(node, []);
    for (const block of node.blocks) {
      edit.setReturns(block, []);
      for (const inner of block.nodes) this.#release(inner);
    }
  }

  // --- Moving ---------------------------------------------------------------------------------------------------

  /** Moves `node` before another, or to the end of a block. */
  move(node: Node, place: Block | Node): void {
    if (node === place) return;
    edit.remove(node);
    if (place instanceof Node) edit.insert(place.block!, place.block!.nodes.indexOf(place), node);
    else edit.insert(place, place.nodes.length, node);
  }

  /** Moves nodes, whatever blocks they are in, to the start of the graph, in this order. */
  hoist(nodes: readonly Node[]): void {
    edit.hoist(this.graph.block, nodes);
  }

  /**
   * Replaces a node by the content of one of its blocks, as when the branch that an If takes is known: the block's
   * nodes move out, `args` stand for its parameters, its returns (from `skip` on) for the node's outputs.
   */
  unwrap(node: Node, block: Block, args: readonly Value[] = [], skip = 0): void {
    block.params.forEach((param, i) => {
      this.replaceUses(param, args[i]!);
    });
    const returns = block.returns.slice(skip);
    edit.moveContent(block, node);
    this.#replaceOutputs(node, returns);
  }

  /** As unwrap for a block without parameters, but the emptied node stays: whoever replaces many erases them at once. */
  empty(node: Node, block: Block): void {
    edit.moveContent(block, node);
    node.outputs.forEach((output, i) => {
      const value = block.returns[i]!;
      this.replaceUses(output, value);
      value.name ??= output.name;
    });
  }

  /** Makes a `prim::Constant` of a node with one output, where it stands. */
  becomeConstant(node: Node, value: IValue, type: Type): void {
    edit.setOp(node, "prim::Constant");
    edit.setInputs(node, []);
    node.attrs.clear();
    node.attrs.set("value", Attr.ivalue(value));
    node.output.type = type;
  }

  /** Replaces a node by a copy of `graph`, whose parameters are given by `args` (the node's inputs by default). */
  inline(node: Node, graph: Graph, args: readonly Value[] = node.inputs): readonly Value[] {
    if (graph.inputs.length !== args.length) {
      throw new RangeError(`${node.op}: the graph takes ${graph.inputs.length} values, got ${args.length}`);
    }
    const map = new Map(graph.inputs.map((input, i) => [input, args[i]!]));
    return this.replace(node, (builder) => {
      copyNodes(graph.block, builder, map);
      return graph.outputs.map((output) => map.get(output)!);
    });
  }

  // --- Changing one node ----------------------------------------------------------------------------------------

  setOp(node: Node, op: string): void {
    edit.setOp(node, op);
  }

  setInputs(node: Node, inputs: readonly Value[]): void {
    edit.setInputs(node, inputs);
  }

  setInput(node: Node, index: number, value: Value): void {
    edit.setUse({ user: node, index }, value);
  }

  setAttr(node: Node, name: string, attr: Attr | undefined): void {
    if (attr === undefined) node.attrs.delete(name);
    else node.attrs.set(name, attr);
  }

  addOutput(node: Node, type: Type, name?: string): Value {
    return edit.addOutput(node, type, name);
  }

  setReturns(block: Block, returns: readonly Value[]): void {
    edit.setReturns(block, returns);
  }

  addParam(block: Block, type: Type, name?: string): Value {
    return edit.addParam(block, type, name);
  }

  /** Removes an output or a parameter. Throws RangeError if it is in use. */
  removeValue(value: Value): void {
    if (value.uses.length > 0) throw new RangeError(`value ${value.name ?? value.index} is still in use`);
    edit.dropValue(value);
  }
}

/**
 * Copies the nodes of a block to the builder's place. `map` says what the values from outside become, and afterwards
 * what those of the block became; a value it does not know stays itself. Where `instead` gives true it has built a
 * node's replacement itself, and put what the outputs become into `map`.
 */
export function copyNodes(
  block: Block,
  builder: GraphBuilder,
  map: Map<Value, Value>,
  instead: (node: Node) => boolean = () => false,
): void {
  for (const node of block.nodes) if (!instead(node)) copyNode(node, builder, map, instead);
}

function copyNode(
  node: Node,
  builder: GraphBuilder,
  map: Map<Value, Value>,
  instead: (node: Node) => boolean,
): void {
  const seen = (value: Value) => map.get(value) ?? value;
  const spec = (value: Value) =>
    value.name === undefined ? value.type : { type: value.type, name: value.name };
  const copy = builder.node(node.op, node.inputs.map(seen), node.outputs.map(spec));
  copy.range = node.range;
  copy.scope = node.scope;
  for (const [name, attr] of node.attrs) {
    copy.attrs.set(name, attr.kind === "g" ? Attr.graph(cloneGraph(attr.value)) : attr);
  }
  for (const block of node.blocks) {
    builder.addBlock(copy, block.params.map(spec), (params) => {
      block.params.forEach((param, i) => {
        map.set(param, params[i]!);
      });
      copyNodes(block, builder, map, instead);
      return block.returns.map(seen);
    });
  }
  node.outputs.forEach((output, i) => {
    map.set(output, copy.outputs[i]!);
  });
}

/** A copy that shares nothing but constants' values. */
export function cloneGraph(graph: Graph): Graph {
  const builder = new GraphBuilder(new Graph());
  const map = new Map<Value, Value>();
  for (const input of graph.inputs) map.set(input, builder.input(input.type, input.name));
  copyNodes(graph.block, builder, map);
  builder.returns(graph.outputs.map((output) => map.get(output)!));
  return builder.graph;
}
