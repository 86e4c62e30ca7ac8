/** The IR's data: SSA graphs of nodes with nested blocks. Read it freely; change it through builder.ts and rewrite.ts. */

import type { Schema } from "../schema.ts";
import type { Type } from "../types.ts";
import type { IValue, TensorData } from "../value.ts";

/** A place in the user's source. Texts of files are kept once, in the program's `sources`. */
export interface SourceRange {
  file: string;
  /** From 1. */
  line: number;
  /** From 0. */
  col: number;
}

/** What an attribute of each of PyTorch's kinds holds. Ints are int64. */
export interface AttrValues {
  i: bigint;
  f: number;
  s: string;
  t: TensorData;
  g: Graph;
  ty: Type;
  ival: IValue;
  is: readonly bigint[];
  fs: readonly number[];
  ss: readonly string[];
  ts: readonly TensorData[];
  tys: readonly Type[];
  ivals: readonly IValue[];
}

export type AttrKind = keyof AttrValues;

/** A node's attribute. */
export type Attr = { [K in AttrKind]: { readonly kind: K; readonly value: AttrValues[K] } }[AttrKind];

/** Makers of attributes. */
export const Attr = {
  int: (value: number | bigint): Attr => ({ kind: "i", value: BigInt(value) }),
  float: (value: number): Attr => ({ kind: "f", value }),
  str: (value: string): Attr => ({ kind: "s", value }),
  tensor: (value: TensorData): Attr => ({ kind: "t", value }),
  graph: (value: Graph): Attr => ({ kind: "g", value }),
  type: (value: Type): Attr => ({ kind: "ty", value }),
  types: (value: readonly Type[]): Attr => ({ kind: "tys", value }),
  ivalue: (value: IValue): Attr => ({ kind: "ival", value }),
} as const;

/** One place where a value is used: an input of a node, or a return of a block. */
export interface Use {
  readonly user: Node | Block;
  readonly index: number;
}

/** A value: defined once, as a node's output or a block's parameter. */
export class Value {
  type: Type;
  /** The name shown as `%name`; undefined values are shown by number. */
  name: string | undefined;
  /** What defines it: the node it is an output of, or the block it is a parameter of. */
  readonly def: Node | Block;
  /** Position among the outputs or parameters of `def`. */
  readonly index: number;
  readonly uses: readonly Use[] = [];

  constructor(def: Node | Block, index: number, type: Type, name?: string) {
    this.def = def;
    this.index = index;
    this.type = type;
    this.name = name;
  }

  /** The node whose output this is; undefined for a block's parameter. */
  get node(): Node | undefined {
    return this.def instanceof Node ? this.def : undefined;
  }

  /** The block in which the value is defined. */
  get block(): Block {
    return this.def instanceof Node ? this.def.block! : this.def;
  }
}

/** A node: one operator with its full overload, and everything PyTorch keeps on one. */
export class Node {
  /** `aten::add.Tensor`, `prim::If`. */
  readonly op: string;
  readonly inputs: readonly Value[] = [];
  readonly outputs: readonly Value[] = [];
  readonly attrs = new Map<string, Attr>();
  readonly blocks: readonly Block[] = [];
  /** The block that holds the node; undefined when it has been taken out. */
  readonly block: Block | undefined;
  range: SourceRange | undefined;
  /** Where in the module tree a trace recorded it. */
  scope: string | undefined;

  constructor(op: string) {
    this.op = op;
  }

  /** The only output. Throws RangeError if there is not exactly one. */
  get output(): Value {
    if (this.outputs.length !== 1) throw new RangeError(`${this.op} has ${this.outputs.length} outputs`);
    return this.outputs[0]!;
  }

  /** The attribute's value if it is there with this kind. */
  attr<K extends AttrKind>(name: string, kind: K): AttrValues[K] | undefined {
    const attr = this.attrs.get(name);
    return attr?.kind === kind ? (attr.value as AttrValues[K]) : undefined;
  }
}

/** A block: parameters, nodes in order of execution, returned values. */
export class Block {
  readonly params: readonly Value[] = [];
  readonly nodes: readonly Node[] = [];
  readonly returns: readonly Value[] = [];
  /** The node it belongs to; undefined for a graph's outermost block. */
  readonly owner: Node | undefined;

  constructor(owner?: Node) {
    this.owner = owner;
  }
}

export class Graph {
  readonly block = new Block();

  get inputs(): readonly Value[] {
    return this.block.params;
  }

  get outputs(): readonly Value[] {
    return this.block.returns;
  }

  /** Every node, blocks included, in the order of the text: a node, then the nodes of its blocks. */
  *nodes(): Generator<Node> {
    yield* nodesOf(this.block);
  }

  /** Every value in order of definition: parameters; then for each node its outputs and its blocks' values. */
  *values(): Generator<Value> {
    yield* valuesOf(this.block);
  }
}

/** Every node of a block and of the blocks inside it, a node before those of its blocks. */
export function* nodesOf(block: Block): Generator<Node> {
  for (const node of block.nodes) {
    yield node;
    for (const inner of node.blocks) yield* nodesOf(inner);
  }
}

function* valuesOf(block: Block): Generator<Value> {
  yield* block.params;
  for (const node of block.nodes) {
    yield* node.outputs;
    for (const inner of node.blocks) yield* valuesOf(inner);
  }
}

/** The part before the overload: `aten::add` of `aten::add.Tensor`. */
export function baseName(op: string): string {
  const dot = op.indexOf(".", op.indexOf("::"));
  return dot < 0 ? op : op.slice(0, dot);
}

/** `Tensor` of `aten::add.Tensor`, empty if there is none. */
export function overloadName(op: string): string {
  return op.slice(baseName(op).length + 1);
}

/** Gives the schema of a full operator name, or undefined for an unknown one. */
export type SchemaLookup = (op: string) => Schema | undefined;

/** The constant a value holds, if its node is a `prim::Constant` of anything but a function. */
export function constantOf(value: Value): IValue | undefined {
  return value.node?.op === "prim::Constant" ? value.node.attr("value", "ival") : undefined;
}

// ---------------------------------------------------------------------------------------------------------------
// Primitive edits, which keep the def-use lists true. builder.ts and rewrite.ts are made of these.

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

function mutable<T>(thing: T): Mutable<T> {
  return thing as Mutable<T>;
}

function addUse(value: Value, user: Node | Block, index: number): void {
  mutable(value).uses.push({ user, index });
}

function dropUse(value: Value, user: Node | Block, index: number): void {
  const uses = mutable(value).uses;
  const at = uses.findLastIndex((use) => use.user === user && use.index === index);
  uses.splice(at, 1);
}

export const edit = {
  addParam(block: Block, type: Type, name?: string): Value {
    const value = new Value(block, block.params.length, type, name);
    mutable(block).params.push(value);
    return value;
  },

  addOutput(node: Node, type: Type, name?: string): Value {
    const value = new Value(node, node.outputs.length, type, name);
    mutable(node).outputs.push(value);
    return value;
  },

  addBlock(node: Node): Block {
    const block = new Block(node);
    mutable(node).blocks.push(block);
    return block;
  },

  setOp(node: Node, op: string): void {
    mutable(node).op = op;
  },

  setInputs(node: Node, inputs: readonly Value[]): void {
    node.inputs.forEach((value, i) => {
      dropUse(value, node, i);
    });
    mutable(node).inputs = [...inputs];
    inputs.forEach((value, i) => {
      addUse(value, node, i);
    });
  },

  setReturns(block: Block, returns: readonly Value[]): void {
    block.returns.forEach((value, i) => {
      dropUse(value, block, i);
    });
    mutable(block).returns = [...returns];
    returns.forEach((value, i) => {
      addUse(value, block, i);
    });
  },

  /** Redirects one use to another value. */
  setUse(use: Use, value: Value): void {
    const { user, index } = use;
    const slots = user instanceof Node ? mutable(user).inputs : mutable(user).returns;
    dropUse(slots[index]!, user, index);
    slots[index] = value;
    addUse(value, user, index);
  },

  /** Redirects the uses of one value that `where` picks to another, in one pass over them. */
  moveUses(value: Value, by: Value, where: (use: Use) => boolean): void {
    const kept: Use[] = [];
    for (const use of value.uses) {
      if (!where(use)) {
        kept.push(use);
        continue;
      }
      const { user, index } = use;
      (user instanceof Node ? mutable(user).inputs : mutable(user).returns)[index] = by;
      addUse(by, user, index);
    }
    mutable(value).uses = kept;
  },

  /** Places a node that is in no block at this position of one. */
  insert(block: Block, index: number, node: Node): void {
    mutable(block).nodes.splice(index, 0, node);
    mutable(node).block = block;
  },

  /** Takes a node out of its block, uses and all left as they are. */
  remove(node: Node): void {
    const nodes = mutable(node.block!).nodes;
    nodes.splice(nodes.indexOf(node), 1);
    mutable(node).block = undefined;
  },

  /** Takes out all nodes of a block from this index on, last first, with all that their blocks hold. */
  truncate(block: Block, length: number): void {
    for (let i = block.nodes.length - 1; i >= length; i--) {
      const node = block.nodes[i]!;
      for (const inner of node.blocks) {
        edit.setReturns(inner, []);
        edit.truncate(inner, 0);
      }
      edit.setInputs(node, []);
      mutable(node).block = undefined;
    }
    mutable(block).nodes.length = Math.min(length, block.nodes.length);
  },

  /** Takes out all nodes of a set, and with each what its blocks hold; the uses that they made end. Linear. */
  removeAll(block: Block, dead: ReadonlySet<Node>): void {
    const gone = new Set<Node | Block>();
    const values = new Set<Value>();
    const release = (node: Node): void => {
      gone.add(node);
      for (const input of node.inputs) values.add(input);
      for (const inner of node.blocks) {
        gone.add(inner);
        for (const value of inner.returns) values.add(value);
        inner.nodes.forEach(release);
      }
    };
    const sweep = (at: Block): void => {
      const kept: Node[] = [];
      for (const node of at.nodes) {
        if (dead.has(node)) {
          release(node);
          mutable(node).block = undefined;
        } else {
          node.blocks.forEach(sweep);
          kept.push(node);
        }
      }
      if (kept.length < at.nodes.length) mutable(at).nodes = kept;
    };
    sweep(block);
    for (const value of values) mutable(value).uses = value.uses.filter((use) => !gone.has(use.user));
  },

  /** Moves nodes, from wherever they are, to the start of a block, in this order. */
  hoist(block: Block, nodes: readonly Node[]): void {
    const moving = new Set(nodes);
    for (const home of new Set(nodes.map((node) => node.block!))) {
      mutable(home).nodes = home.nodes.filter((node) => !moving.has(node));
    }
    for (const node of nodes) mutable(node).block = block;
    mutable(block).nodes = [...nodes, ...block.nodes];
  },

  /** Moves all nodes of a block before a node of another, in order. */
  moveContent(from: Block, before: Node): void {
    if (from.nodes.length === 0) return;
    const to = before.block!;
    for (const node of from.nodes) mutable(node).block = to;
    const at = to.nodes.indexOf(before);
    mutable(to).nodes = to.nodes.toSpliced(at, 0, ...from.nodes);
    mutable(from).nodes = [];
  },

  /** Removes an output or parameter that has no uses, renumbering the others. */
  dropValue(value: Value): void {
    const list = value.def instanceof Node ? mutable(value.def).outputs : mutable(value.def).params;
    list.splice(value.index, 1);
    list.forEach((other, i) => {
      mutable(other).index = i;
    });
  },
};
