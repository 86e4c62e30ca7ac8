/** Replaces single nodes by something simpler that is known to be the same. Counterpart of TorchScript's PeepholeOptimize. */

import type { GraphBuilder } from "../../format/ir/builder.ts";
import type { Graph, Node, Value } from "../../format/ir/graph.ts";
import { functionsOf, type Program } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { IValue } from "../../format/value.ts";
import type { AliasAnalysis } from "./alias.ts";
import type { Pass } from "./pass.ts";
import { rulesFor } from "./peephole-rules.ts";
import { ProgramAliases } from "./program-aliases.ts";
import { changesRanks, type Rank, Ranks } from "./ranks.ts";

export const peephole: Pass = {
  name: "peephole",
  run(program) {
    const memory = new ProgramAliases(program);
    let changed = false;
    for (const { fn } of functionsOf(program)) {
      changed = new Peephole(program, memory, fn.graph).run() || changed;
    }
    return changed;
  },
};

/** What a rule gives: a value to take the output's place, one for each output, or nothing where it does not apply. */
export type Replacement = Value | readonly Value[] | undefined;

/** What rules may ask, and how they make what they give. */
export class Peephole {
  readonly program: Program;
  readonly memory: ProgramAliases;
  readonly aliases: AliasAnalysis;
  readonly #graph: Graph;
  readonly #rewriter: Rewriter;
  readonly #gone = new Set<Node>();
  readonly #ranks: Ranks | undefined;
  #node!: Node;
  #changed = false;

  constructor(program: Program, memory: ProgramAliases, graph: Graph) {
    this.program = program;
    this.memory = memory;
    this.aliases = memory.of(graph);
    this.#graph = graph;
    this.#rewriter = new Rewriter(graph);
    this.#ranks = changesRanks(graph) ? undefined : new Ranks();
  }

  /** What is known of a tensor's number of dimensions, if none of the graph's tensors changes it in place. */
  rankOf(value: Value): Rank | undefined {
    return this.#ranks?.of(value);
  }

  run(): boolean {
    for (const node of [...this.#graph.nodes()]) this.#visit(node);
    this.#rewriter.eraseAll(this.#gone);
    return this.#changed || this.#gone.size > 0;
  }

  /** Gives the node that is looked at another input: for rules that change no more. */
  setInput(index: number, value: Value): undefined {
    this.#rewriter.setInput(this.#node, index, value);
    this.#changed = true;
  }

  #visit(node: Node): void {
    this.#node = node;
    for (const rule of rulesFor(node)) {
      const found = rule(node, this);
      if (found === undefined) continue;
      const values = Array.isArray(found) ? (found as readonly Value[]) : [found as Value];
      for (const [i, output] of node.outputs.entries()) {
        if (values[i]!.name === undefined) values[i]!.name = output.name;
        this.#rewriter.replaceUses(output, values[i]!);
      }
      this.#gone.add(node);
      return;
    }
  }

  /** Makes nodes in the place of the one that is looked at. */
  build<T>(make: (builder: GraphBuilder) => T): T {
    return this.#rewriter.before(this.#node, make);
  }

  constant(value: IValue): Value {
    return this.build((builder) => builder.constant(value));
  }

  int(value: number | bigint): Value {
    return this.constant(IValue.int(value));
  }

  bool(value: boolean): Value {
    return this.constant(IValue.bool(value));
  }

  /** True if no node may write the list, tensor or dict itself, or what it holds, in this graph or, for constants, in any. */
  isUnwritten(value: Value): boolean {
    if (this.aliases.hasWriters(value)) return false;
    const constant = value.node?.attr("value", "ival");
    return constant === undefined || !this.memory.mayChange(constant);
  }

  /** True if the items of a list stay those that it was made with. */
  keepsItems(list: Value): boolean {
    const cell = this.aliases.cellOf(list);
    return cell !== undefined && !cell.written;
  }

  /** True if one value may stand for the other although a caller could see whether they are two. */
  isInterchangeable(value: Value, other: Value): boolean {
    return this.isUnwritten(value) && this.isUnwritten(other) && !this.aliases.escapes(value);
  }
}
