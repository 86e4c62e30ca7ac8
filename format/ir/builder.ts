/** Builds graphs: nodes go to an insertion point, names are made unique, and each node takes the current range and scope. */

import { AnyType, BoolType, FunctionType, IntType, type Type } from "../types.ts";
import { type IValue, typeOfValue } from "../value.ts";
import { Attr, type Block, edit, Graph, Node, type SourceRange, type Value } from "./graph.ts";

/** An output to be: its type, and a name to show it by. */
export type OutputSpec = Type | { type: Type; name: string };

/** The number of rounds of a loop that only its condition ends: the largest int64. */
export const NO_LIMIT = 2n ** 63n - 1n;

export class GraphBuilder {
  readonly graph: Graph;
  /** Given to the nodes made from now on. */
  range: SourceRange | undefined;
  scope: string | undefined;
  #block: Block;
  /** Nodes go before this one; at the end of the block if undefined. */
  #before: Node | undefined;
  #names: Set<string> | undefined;
  /** The next suffix to try for a name's stem. */
  readonly #suffixes = new Map<string, number>();

  /** Adds at the end of the graph; of a new one by default. */
  constructor(graph: Graph = new Graph()) {
    this.graph = graph;
    this.#block = graph.block;
  }

  get block(): Block {
    return this.#block;
  }

  /** From now on nodes go to the end of `block`, or before `node`, which is in some block of the graph. */
  moveTo(place: Block | Node): void {
    if (place instanceof Node) {
      if (place.block === undefined) throw new RangeError(`${place.op} is in no block`);
      this.#block = place.block;
      this.#before = place;
    } else {
      this.#block = place;
      this.#before = undefined;
    }
  }

  /** Runs `body` with the insertion point elsewhere, then goes back. */
  at<T>(place: Block | Node, body: () => T): T {
    const block = this.#block;
    const before = this.#before;
    this.moveTo(place);
    try {
      return body();
    } finally {
      this.#block = block;
      this.#before = before;
    }
  }

  /** A name like this one that no value of the graph has yet: `x`, then `x.1`, `x.2` … */
  uniqueName(name: string): string {
    if (this.#names === undefined) {
      this.#names = new Set();
      for (const value of this.graph.values()) if (value.name !== undefined) this.#names.add(value.name);
    }
    let unique = name;
    if (this.#names.has(name)) {
      const stem = name.replace(/(?<=.)\.\d+$/, "");
      let next = this.#suffixes.get(stem) ?? 1;
      do unique = `${stem}.${next++}`;
      while (this.#names.has(unique));
      this.#suffixes.set(stem, next);
    }
    this.#names.add(unique);
    return unique;
  }

  /** Adds a parameter to the graph. */
  input(type: Type, name?: string): Value {
    return edit.addParam(this.graph.block, type, name === undefined ? undefined : this.uniqueName(name));
  }

  /** Sets what the graph returns. */
  returns(values: readonly Value[]): void {
    edit.setReturns(this.graph.block, values);
  }

  /** Adds a node at the insertion point. */
  node(
    op: string,
    inputs: readonly Value[] = [],
    outputs: readonly OutputSpec[] = [],
    attrs: Readonly<Record<string, Attr>> = {},
  ): Node {
    const node = new Node(op);
    node.range = this.range;
    node.scope = this.scope;
    edit.setInputs(node, inputs);
    for (const [name, attr] of Object.entries(attrs)) node.attrs.set(name, attr);
    const at =
      this.#before === undefined ? this.#block.nodes.length : this.#block.nodes.indexOf(this.#before);
    edit.insert(this.#block, at, node);
    for (const output of outputs) this.#output(node, output);
    return node;
  }

  #output(node: Node, output: OutputSpec): void {
    if ("name" in output && "type" in output) edit.addOutput(node, output.type, this.uniqueName(output.name));
    else edit.addOutput(node, output as Type);
  }

  /** Adds a node with one output and gives that. */
  op(
    op: string,
    inputs: readonly Value[],
    type: OutputSpec,
    attrs: Readonly<Record<string, Attr>> = {},
  ): Value {
    return this.node(op, inputs, [type], attrs).output;
  }

  /** A `prim::Constant`, by default of the value's own type. */
  constant(value: IValue, type: Type = typeOfValue(value)): Value {
    return this.op("prim::Constant", [], type, { value: Attr.ivalue(value) });
  }

  /** A constant that stands for a free function: the first input of `prim::CallFunction`. */
  functionConstant(name: string): Value {
    return this.op("prim::Constant", [], FunctionType, { name: Attr.str(name) });
  }

  /** `prim::If`: each branch builds its block and gives as many values as there are outputs. */
  if(
    cond: Value,
    outputs: readonly OutputSpec[],
    yes: () => readonly Value[],
    no: () => readonly Value[],
  ): Node {
    const node = this.node("prim::If", [cond], outputs);
    for (const branch of [yes, no]) {
      const block = edit.addBlock(node);
      edit.setReturns(block, this.at(block, branch));
    }
    return node;
  }

  /** As `if`, where what comes out is known only when both branches are built: `join` says it from what they gave. */
  branch<T>(
    cond: Value,
    yes: () => T,
    no: () => T,
    join: (yes: T, no: T) => { outputs: readonly OutputSpec[]; yes: readonly Value[]; no: readonly Value[] },
  ): Node {
    const node = this.node("prim::If", [cond]);
    const [a, b] = [yes, no].map((branch) => this.at(edit.addBlock(node), branch)) as [T, T];
    const joined = join(a, b);
    edit.setReturns(node.blocks[0]!, joined.yes);
    edit.setReturns(node.blocks[1]!, joined.no);
    for (const output of joined.outputs) this.#output(node, output);
    return node;
  }

  /** Takes back a node that nothing uses. */
  discard(node: Node): void {
    if (node.outputs.some((output) => output.uses.length > 0)) throw new RangeError(`${node.op} is in use`);
    edit.setInputs(node, []);
    edit.remove(node);
  }

  /**
   * `prim::Loop`: runs while `cond` holds, at most `trip` times. The body gets the round's number and the carried
   * values, and gives whether to go on and the next carried values, which are the outputs in the end. `types` are the
   * carried values' types inside, where they are wider than those they start with.
   */
  loop(
    trip: Value,
    cond: Value,
    carried: readonly Value[],
    body: (i: Value, carried: readonly Value[]) => { cond: Value; carried: readonly Value[] },
    types: readonly Type[] = carried.map((value) => value.type),
  ): Node {
    const node = this.node("prim::Loop", [trip, cond, ...carried], types);
    const block = edit.addBlock(node);
    const i = edit.addParam(block, IntType);
    const params = types.map((type) => edit.addParam(block, type));
    const next = this.at(block, () => body(i, params));
    edit.setReturns(block, [next.cond, ...next.carried]);
    return node;
  }

  /** A node with one more block on it, for operators with blocks of their own. */
  addBlock(
    node: Node,
    params: readonly OutputSpec[],
    body: (params: readonly Value[]) => readonly Value[],
  ): Block {
    const block = edit.addBlock(node);
    for (const param of params) {
      if ("name" in param && "type" in param) edit.addParam(block, param.type, this.uniqueName(param.name));
      else edit.addParam(block, param as Type);
    }
    edit.setReturns(
      block,
      this.at(block, () => body(block.params)),
    );
    return block;
  }

  getAttr(object: Value, name: string, type: Type): Value {
    return this.op("prim::GetAttr", [object], { type, name }, { name: Attr.str(name) });
  }

  setAttr(object: Value, name: string, value: Value): Node {
    return this.node("prim::SetAttr", [object, value], [], { name: Attr.str(name) });
  }

  callMethod(object: Value, name: string, args: readonly Value[], type: Type): Value {
    return this.op("prim::CallMethod", [object, ...args], type, { name: Attr.str(name) });
  }

  callFunction(name: string, args: readonly Value[], type: Type): Value {
    return this.op("prim::CallFunction", [this.functionConstant(name), ...args], type);
  }

  isinstance(value: Value, types: readonly Type[]): Value {
    return this.op("prim::isinstance", [value], BoolType, { types: Attr.types(types) });
  }

  /** A check of a trace: raises `message` at run time if the value is not the expected one. */
  guard(value: Value, expected: bigint | number | boolean, message: string): Node {
    const kind = typeof expected === "bigint" ? "int" : typeof expected === "number" ? "float" : "bool";
    const attr = typeof expected === "number" ? Attr.float(expected) : Attr.int(BigInt(expected));
    return this.node(`sconce::guard_${kind}`, [value], [], { expected: attr, message: Attr.str(message) });
  }

  uninitialized(type: Type = AnyType): Value {
    return this.op("prim::Uninitialized", [], type);
  }
}
