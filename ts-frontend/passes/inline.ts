/** Inlining: calls of methods and functions whose callee is known, and does not call itself, become the callee's nodes. */

import { GraphBuilder } from "../../format/ir/builder.ts";
import { Graph, type Node, type Value } from "../../format/ir/graph.ts";
import { type Fn, findClass, findMethod, functionsOf, type Program } from "../../format/ir/program.ts";
import { copyNodes } from "../../format/ir/rewrite.ts";
import { SconceError } from "../../loader/error.ts";
import { recursiveFunctions } from "./cycles.ts";
import type { Pass } from "./pass.ts";

/** More nodes than this are a program that calls itself in ever more ways, not a model. */
const MAX_NODES = 4_000_000;

export const inline: Pass = {
  name: "inline",
  run(program) {
    const inliner = new Inliner(program, "keep");
    const done = [...functionsOf(program)].map(({ fn }) => ({ fn, graph: inliner.inline(fn.graph, fn) }));
    if (inliner.count === 0) return false;
    for (const { fn, graph } of done) fn.graph = graph;
    return true;
  },
};

/**
 * A copy of `graph` with every `prim::CallMethod` of an object of a known class and every `prim::CallFunction` replaced
 * by the callee's nodes, with their own places in the source and scopes. Throws SconceError (DEPTH_LIMIT) for a
 * recursion, which has no inlined form, and for a result beyond all measure.
 */
export function inlineCalls(program: Program, graph: Graph): Graph {
  return new Inliner(program, "refuse").inline(graph);
}

/** The graph a call runs, if only one can be meant. */
export function calleeOf(program: Program, node: Node): Fn | undefined {
  if (node.op === "prim::CallMethod") {
    const type = node.inputs[0]?.type;
    const name = node.attr("name", "s");
    if (type?.kind !== "Class" || name === undefined || findClass(program, type.name) === undefined)
      return undefined;
    return findMethod(program, type.name, name) as Fn | undefined;
  }
  if (node.op === "prim::CallFunction") {
    const name = node.inputs[0]?.node?.attr("name", "s");
    return name === undefined ? undefined : program.functions.get(name);
  }
  return undefined;
}

export class Inliner {
  readonly #program: Program;
  /** Functions whose calls stay; undefined where a recursion is refused. */
  readonly #kept: ReadonlySet<Fn> | undefined;
  /** Functions that are being copied, outermost first. */
  readonly #stack: Fn[] = [];
  /** Calls inlined so far. */
  count = 0;
  #nodes = 0;

  constructor(program: Program, recursion: "keep" | "refuse") {
    this.#program = program;
    this.#kept = recursion === "keep" ? recursiveFunctions(program) : undefined;
  }

  /** A copy of the graph, that of `fn` if it is given, without calls; with "keep", calls of functions that may call themselves stay. */
  inline(graph: Graph, fn?: Fn): Graph {
    this.#stack.length = 0;
    if (fn !== undefined) this.#stack.push(fn);
    const builder = new GraphBuilder(new Graph());
    const map = new Map<Value, Value>();
    for (const input of graph.inputs) map.set(input, builder.input(input.type, input.name));
    this.#copy(graph, builder, map);
    builder.returns(graph.outputs.map((output) => map.get(output)!));
    return builder.graph;
  }

  #copy(graph: Graph, builder: GraphBuilder, map: Map<Value, Value>): void {
    copyNodes(graph.block, builder, map, (node) => this.#expand(node, builder, map));
  }

  #expand(node: Node, builder: GraphBuilder, map: Map<Value, Value>): boolean {
    if (++this.#nodes > MAX_NODES) throw tooDeep("the inlined graph has too many nodes");
    const callee = calleeOf(this.#program, node);
    if (callee === undefined || this.#kept?.has(callee)) return false;
    if (this.#stack.includes(callee) || this.#stack.length > 500) {
      if (this.#kept !== undefined) return false;
      throw tooDeep("a recursive call cannot be inlined");
    }
    this.count++;
    const args = node.op === "prim::CallFunction" ? node.inputs.slice(1) : node.inputs;
    const inner = new Map<Value, Value>();
    for (const [i, param] of callee.graph.inputs.entries()) inner.set(param, map.get(args[i]!) ?? args[i]!);
    this.#stack.push(callee);
    this.#copy(callee.graph, builder, inner);
    this.#stack.pop();
    for (const [i, output] of node.outputs.entries()) {
      const value = inner.get(callee.graph.outputs[i]!)!;
      map.set(output, value);
    }
    return true;
  }
}

function tooDeep(message: string): SconceError {
  return new SconceError({
    code: "DEPTH_LIMIT",
    message,
    advice: "Look at the graphs of the methods instead, or convert without optimization.",
  });
}
