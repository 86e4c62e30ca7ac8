/** One constant node per value and type, at the top of the graph. Counterpart of TorchScript's ConstantPooling. */

import { dtypes } from "../../format/dtype.ts";
import type { Graph, Node } from "../../format/ir/graph.ts";
import { functionsOf, type Program } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { printType } from "../../format/types.ts";
import { type IValue, type TensorData, tensorEnd, tensorHash } from "../../format/value.ts";
import { contentKey, immutableKey } from "./constants.ts";
import type { Pass } from "./pass.ts";
import { ProgramAliases } from "./program-aliases.ts";

/** Tensors up to this many bytes are compared by content; larger ones by identity only. */
const SMALL = 4096;

export const constantPooling: Pass = {
  name: "constant-pooling",
  run(program) {
    const pooling = new Pooling(program);
    let changed = false;
    for (const { fn } of functionsOf(program)) changed = pooling.run(fn.graph) || changed;
    return changed;
  },
};

class Pooling {
  readonly #aliases: ProgramAliases;
  readonly #identities = new Map<unknown, number>();

  constructor(program: Program) {
    this.#aliases = new ProgramAliases(program);
  }

  run(graph: Graph): boolean {
    const first = new Map<string, Node>();
    const kept: Node[] = [];
    const gone = new Set<Node>();
    const rewriter = new Rewriter(graph);
    let moves = false;
    let seenOther = false;
    for (const node of graph.nodes()) {
      if (node.op !== "prim::Constant") {
        seenOther = true;
        continue;
      }
      const key = `${printType(node.output.type)} ${this.#key(node, graph)}`;
      const known = first.get(key);
      if (known === undefined) {
        first.set(key, node);
        kept.push(node);
        moves ||= seenOther;
      } else {
        rewriter.replaceUses(node.output, known.output);
        gone.add(node);
      }
    }
    rewriter.eraseAll(gone);
    if (moves) rewriter.hoist(kept);
    return moves || gone.size > 0;
  }

  #key(node: Node, graph: Graph): string {
    const name = node.attr("name", "s");
    if (name !== undefined) return `function ${name}`;
    const value = node.attr("value", "ival");
    if (value === undefined) return "none";
    const key = immutableKey(value);
    if (key !== undefined) return key;
    return this.#interchangeable(node, value, graph) ? this.#content(value) : this.#identity(value);
  }

  /** True if equal memory may stand for this: nobody writes it, and the caller cannot see that it is another. */
  #interchangeable(node: Node, value: IValue, graph: Graph): boolean {
    const aliases = this.#aliases.of(graph);
    if (aliases.hasWriters(node.output) || aliases.escapes(node.output)) return false;
    return !this.#aliases.mayChange(value);
  }

  #content(value: IValue): string {
    if (value.kind !== "tensor") return contentKey(value) ?? this.#identity(value);
    const { tensor } = value;
    const bytes = tensorEnd(tensor) * dtypes[tensor.dtype].bytes;
    return bytes > SMALL ? this.#identity(value) : `content ${tensorHash(tensor)} ${tensor.strides}`;
  }

  #identity(value: IValue): string {
    return value.kind === "tensor" ? this.#tensor(value.tensor) : `value ${this.#number(value)}`;
  }

  #tensor({ dtype, shape, strides, offset, storage }: TensorData): string {
    return `tensor ${this.#number(storage)} ${dtype} [${shape}] [${strides}] ${offset}`;
  }

  #number(thing: unknown): number {
    const known = this.#identities.get(thing);
    if (known !== undefined) return known;
    this.#identities.set(thing, this.#identities.size);
    return this.#identities.size - 1;
  }
}
