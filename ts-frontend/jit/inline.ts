/** Inlining: a copy of a graph in which no call of a method or function of the program is left. */

import type { Graph, Node } from "../../format/ir/graph.ts";
import { type Fn, findMethod, type Program } from "../../format/ir/program.ts";
import { cloneGraph, Rewriter } from "../../format/ir/rewrite.ts";
import { SconceError } from "../../loader/error.ts";

/** Calls nested deeper than this are a recursion, which has no inlined form. */
const MAX_DEPTH = 200;

/** A copy of `graph` with every `prim::CallMethod` and `prim::CallFunction` replaced by the callee's nodes. */
export function inlineCalls(program: Program, graph: Graph): Graph {
  const copy = cloneGraph(graph);
  const rewriter = new Rewriter(copy);
  for (let depth = 0; ; depth++) {
    const calls = [...copy.nodes()].filter((node) => calleeOf(program, node));
    if (calls.length === 0) return copy;
    if (depth > MAX_DEPTH) {
      throw new SconceError({
        code: "DEPTH_LIMIT",
        message: "a recursive call cannot be inlined",
        advice: "Look at the graphs of the methods instead.",
      });
    }
    for (const node of calls) {
      const callee = calleeOf(program, node)!;
      rewriter.inline(node, callee, node.op === "prim::CallFunction" ? node.inputs.slice(1) : node.inputs);
    }
  }
}

function calleeOf(program: Program, node: Node): Graph | undefined {
  if (node.op === "prim::CallMethod") {
    const type = node.inputs[0]?.type;
    const name = node.attr("name", "s");
    const fn = type?.kind === "Class" && name ? findMethod(program, type.name, name) : undefined;
    return fn && "graph" in fn ? (fn as Fn).graph : undefined;
  }
  if (node.op === "prim::CallFunction") {
    const name = node.inputs[0]?.node?.attr("name", "s");
    return name === undefined ? undefined : program.functions.get(name)?.graph;
  }
  return undefined;
}
