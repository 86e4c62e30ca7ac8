/** A pure operator on the same inputs as one before it gives that one's results. Counterpart of TorchScript's CSE. */

import { type Block, constantOf, type Graph, type Node, type Value } from "../../format/ir/graph.ts";
import { functionsOf } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { printType } from "../../format/types.ts";
import { AliasAnalysis } from "./alias.ts";
import { kindsOf } from "./alias-cells.ts";
import { immutableKey } from "./constants.ts";
import type { Pass } from "./pass.ts";

export const commonSubexpressions: Pass = {
  name: "common-subexpressions",
  run(program) {
    let changed = false;
    for (const { fn } of functionsOf(program)) changed = mergeCommonSubexpressions(fn.graph) || changed;
    return changed;
  },
};

/** Merges equal nodes of one graph; true if there were any. */
export function mergeCommonSubexpressions(graph: Graph): boolean {
  return new Merging(graph).run();
}

class Merging {
  readonly #graph: Graph;
  readonly #aliases: AliasAnalysis;
  readonly #rewriter: Rewriter;
  readonly #numbers = new Map<Value, string>();
  /** Nodes by what they compute, those of the blocks around included. */
  readonly #known = new Map<string, Node>();
  readonly #gone = new Set<Node>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#aliases = new AliasAnalysis(graph);
    this.#rewriter = new Rewriter(graph);
  }

  run(): boolean {
    this.#block(this.#graph.block);
    this.#rewriter.eraseAll(this.#gone);
    return this.#gone.size > 0;
  }

  #block(block: Block): void {
    const added: string[] = [];
    for (const node of block.nodes) {
      for (const inner of node.blocks) this.#block(inner);
      const key = this.#key(node);
      if (key === undefined) continue;
      const known = this.#known.get(key);
      if (known === undefined) {
        this.#known.set(key, node);
        added.push(key);
      } else if (!this.#apart(node)) {
        for (const [i, output] of node.outputs.entries()) {
          this.#rewriter.replaceUses(output, known.outputs[i]!);
        }
        this.#gone.add(node);
      }
    }
    for (const key of added) this.#known.delete(key);
  }

  /** True if the caller could see that the node's results are the memory of another's. */
  #apart(node: Node): boolean {
    return node.outputs.some((output) => kindsOf(output.type) !== 0 && this.#aliases.escapes(output));
  }

  /** What the node computes, as text; undefined if it must be run each time. */
  #key(node: Node): string | undefined {
    if (node.op === "prim::Constant" || node.outputs.length === 0) return undefined;
    if (!this.#aliases.isPure(node) || this.#aliases.touchesWritten(node)) return undefined;
    const attrs: string[] = [];
    for (const [name, attr] of node.attrs) {
      if (attr.kind !== "i" && attr.kind !== "f" && attr.kind !== "s" && attr.kind !== "tys")
        return undefined;
      const text =
        attr.kind === "tys"
          ? attr.value.map(printType).join()
          : Object.is(attr.value, -0)
            ? "-0"
            : String(attr.value);
      attrs.push(`${name}=${attr.kind}:${text}`);
    }
    const inputs = node.inputs.map((input) => this.#number(input));
    const types = node.outputs.map((output) => printType(output.type));
    return `${node.op} ${inputs.join()} ${JSON.stringify(attrs.sort())} ${types.join()}`;
  }

  #number(value: Value): string {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      const constant = constantOf(value);
      const key = constant && immutableKey(constant);
      number =
        key === undefined ? `%${this.#numbers.size}` : JSON.stringify(`${printType(value.type)} ${key}`);
      this.#numbers.set(value, number);
    }
    return number;
  }
}
