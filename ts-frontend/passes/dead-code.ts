/**
 * Removes what nothing depends on: pure nodes, writes to memory that nobody reads, unused outputs of branches and
 * loops. Counterpart of TorchScript's DeadCodeElimination: as there, an unused operator goes although it could raise, unless
 * the program catches errors: then it would change what happens next.
 */

import { type Block, type Graph, Node, type Value } from "../../format/ir/graph.ts";
import { functionsOf } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { AliasAnalysis } from "./alias.ts";
import type { Cell } from "./alias-cells.ts";
import { mayRaise } from "./effects.ts";
import { graphsIn } from "./graphs.ts";
import type { Pass } from "./pass.ts";

export const deadCode: Pass = {
  name: "dead-code",
  run(program) {
    let changed = false;
    const catches = [...functionsOf(program)].some(({ fn }) => catchesErrors(fn.graph));
    for (const { fn } of functionsOf(program)) changed = new Elimination(fn.graph, catches).run() || changed;
    return changed;
  },
};

function catchesErrors(graph: Graph): boolean {
  for (const inner of graphsIn(graph)) {
    for (const node of inner.nodes()) if (node.op === "js::Try") return true;
  }
  return false;
}

class Elimination {
  readonly #graph: Graph;
  readonly #aliases: AliasAnalysis;
  readonly #live = new Set<Node>();
  readonly #used = new Set<Value>();
  /** Memory that something live reads. */
  readonly #read = new Set<Cell>();
  readonly #writers = new Map<Cell, Node[]>();
  readonly #waiting: Node[] = [];
  /** Whether what may raise stays. */
  readonly #keepsRaising: boolean;

  constructor(graph: Graph, keepsRaising: boolean) {
    this.#graph = graph;
    this.#keepsRaising = keepsRaising;
    this.#aliases = new AliasAnalysis(graph);
  }

  run(): boolean {
    this.#start();
    for (const value of this.#graph.outputs) this.#use(value);
    for (let node = this.#waiting.pop(); node !== undefined; node = this.#waiting.pop()) this.#mark(node);
    return this.#sweep();
  }

  /** Finds the writers of all memory; what has effects, or writes what the caller can see, is live. */
  #start(): void {
    for (const node of this.#graph.nodes()) {
      const { cells, everything } = this.#aliases.writesOf(node);
      for (const cell of cells) {
        const known = this.#writers.get(cell);
        if (known === undefined) this.#writers.set(cell, [node]);
        else known.push(node);
      }
      const visible = cells.some((cell) => cell.wild || cell.returned);
      const effect =
        node.blocks.length > 0 ? false : node.op !== "prim::SetAttr" && this.#aliases.hasSideEffects(node);
      const raising = this.#keepsRaising && node.blocks.length === 0 && mayRaise(node);
      if (everything || visible || effect || raising) this.#keep(node);
    }
  }

  #keep(node: Node): void {
    if (this.#live.has(node)) return;
    this.#live.add(node);
    this.#waiting.push(node);
  }

  #mark(node: Node): void {
    if (node.op === "prim::If") this.#use(node.inputs[0]!);
    else if (node.op === "prim::Loop") {
      this.#use(node.inputs[0]!);
      this.#use(node.inputs[1]!);
      this.#use(node.blocks[0]!.returns[0]!);
    } else {
      for (const input of node.inputs) this.#use(input);
      for (const block of node.blocks) {
        for (const value of block.returns) this.#use(value);
        for (const inner of block.nodes) this.#keep(inner);
      }
    }
    const owner = node.block?.owner;
    if (owner !== undefined) this.#keep(owner);
  }

  /** The value is needed: so is what defines it, and what writes to it. */
  #use(value: Value): void {
    if (this.#used.has(value)) return;
    this.#used.add(value);
    const cell = this.#aliases.cellOf(value);
    if (cell !== undefined) this.#readAll(cell);
    if (value.def instanceof Node) {
      this.#keep(value.def);
      this.#carry(value.def, value.index);
    } else if (value.def.owner !== undefined) {
      this.#keep(value.def.owner);
      if (value.def.owner.op === "prim::Loop" && value.index > 0)
        this.#carry(value.def.owner, value.index - 1);
    }
  }

  /** Output `i` of a branch or loop is needed: so is what the blocks give for it. */
  #carry(node: Node, i: number): void {
    if (node.op === "prim::If") for (const block of node.blocks) this.#use(block.returns[i]!);
    if (node.op === "prim::Loop") {
      this.#use(node.inputs[i + 2]!);
      this.#use(node.blocks[0]!.returns[i + 1]!);
      this.#use(node.blocks[0]!.params[i + 1]!);
    }
  }

  #readAll(cell: Cell): void {
    if (this.#read.has(cell)) return;
    for (const part of this.#aliases.reach(cell)) {
      if (this.#read.has(part)) continue;
      this.#read.add(part);
      for (const node of this.#writers.get(part) ?? []) this.#keep(node);
    }
  }

  #sweep(): boolean {
    const dead = new Set<Node>();
    const partial: Node[] = [];
    const visit = (block: Block): void => {
      for (const node of block.nodes) {
        if (!this.#live.has(node)) dead.add(node);
        else {
          if (node.op === "prim::If" || node.op === "prim::Loop") partial.push(node);
          node.blocks.forEach(visit);
        }
      }
    };
    visit(this.#graph.block);
    const rewriter = new Rewriter(this.#graph);
    const unused = partial.flatMap((node) => this.#dropReturns(node, rewriter));
    rewriter.eraseAll(dead);
    for (const value of unused) rewriter.removeValue(value);
    return dead.size > 0 || unused.length > 0;
  }

  /** Stops giving what nobody needs of a branch or loop: the values that can go once dead nodes have gone, last first. */
  #dropReturns(node: Node, rewriter: Rewriter): Value[] {
    const loop = node.op === "prim::Loop";
    const params = loop ? node.blocks[0]!.params.slice(1) : node.outputs;
    const needed = params.map((value) => this.#used.has(value));
    if (needed.every(Boolean)) return [];
    const extra = loop ? 1 : 0;
    for (const block of node.blocks) {
      rewriter.setReturns(
        block,
        block.returns.filter((_, i) => i < extra || needed[i - extra]),
      );
    }
    if (loop) {
      rewriter.setInputs(
        node,
        node.inputs.filter((_, i) => i < 2 || needed[i - 2]),
      );
    }
    const gone = needed.flatMap((need, i) => (need ? [] : [i])).reverse();
    return gone.flatMap((i) => (loop ? [node.outputs[i]!, params[i]!] : [node.outputs[i]!]));
  }
}
