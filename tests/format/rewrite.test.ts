/** Building and rewriting graphs: text in, text out, with the verifier after each change. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { GraphBuilder } from "../../format/ir/builder.ts";
import type { Graph, Node } from "../../format/ir/graph.ts";
import { graphHash } from "../../format/ir/hash.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import { printGraph } from "../../format/ir/print.ts";
import { cloneGraph, Rewriter } from "../../format/ir/rewrite.ts";
import { checkGraph } from "../../format/ir/verify.ts";
import { BoolType, IntType, TensorType } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { anyGraph } from "./arbitraries.ts";

function graphOf(body: string): Graph {
  return parseGraph(`graph(%x : Tensor, %c : bool):\n${body}\n`);
}

function find(graph: Graph, op: string): Node {
  return [...graph.nodes()].find((node) => node.op === op)!;
}

/** The text without the first line; the graph must be well-formed. */
function body(graph: Graph): string {
  expect(checkGraph(graph).map(String)).toEqual([]);
  return printGraph(graph).split("\n").slice(2, -1).join("\n");
}

test("replace puts new nodes in the place of one, with its name, place and scope", () => {
  const graph = graphOf(
    "  %y : Tensor = a::old(%x), scope: net # f.ts:1:2\n  %z : Tensor = a::use(%y)\n  return (%z, %y)",
  );
  new Rewriter(graph).replace(find(graph, "a::old"), (builder) => [
    builder.op("a::second", [builder.op("a::first", [graph.inputs[0]!], TensorType)], TensorType),
  ]);
  expect(body(graph)).toBe(
    [
      "  %0 : Tensor = a::first(%x), scope: net # f.ts:1:2",
      "  %y : Tensor = a::second(%0), scope: net # f.ts:1:2",
      "  %z : Tensor = a::use(%y)",
      "  return (%z, %y)",
    ].join("\n"),
  );
});

test("before, after, at the start and at the end", () => {
  const graph = graphOf("  %y : Tensor = a::b(%x)\n  return (%y)");
  const rewriter = new Rewriter(graph);
  const node = find(graph, "a::b");
  rewriter.before(node, (builder) => builder.node("at::before"));
  rewriter.after(node, (builder) => builder.node("at::after"));
  rewriter.atStart(graph.block, (builder) => builder.node("at::start"));
  rewriter.atEnd(graph.block, (builder) => builder.node("at::end"));
  rewriter.after([...graph.nodes()].at(-1)!, (builder) => builder.node("at::last"));
  expect([...graph.nodes()].map(({ op }) => op)).toEqual([
    "at::start",
    "at::before",
    "a::b",
    "at::after",
    "at::end",
    "at::last",
  ]);
});

test("a node in use is not erased; an unused one takes its blocks' uses with it", () => {
  const graph = graphOf(
    "  %y : Tensor = prim::If(%c)\n    block0():\n      %z : Tensor = a::b(%x)\n      -> (%z)\n    block1():\n      -> (%x)\n  return (%y)",
  );
  const rewriter = new Rewriter(graph);
  const node = find(graph, "prim::If");
  expect(() => rewriter.erase(node)).toThrow("prim::If: output 0 is still in use");
  rewriter.replaceUses(node.output, graph.inputs[0]!);
  rewriter.erase(node);
  expect(body(graph)).toBe("  return (%x)");
  expect(graph.inputs.map((input) => input.uses.length)).toEqual([1, 0]);
});

test("unwrap takes the branch of an If and the body of a Loop out", () => {
  const graph = graphOf(
    [
      "  %k : int = prim::Constant[value=1]()",
      "  %y : Tensor = prim::If(%c)",
      "    block0():",
      "      %z : Tensor = a::b(%x)",
      "      -> (%z)",
      "    block1():",
      "      -> (%x)",
      "  %w : Tensor = prim::Loop(%k, %c, %y)",
      "    block0(%i : int, %t : Tensor):",
      "      %u : Tensor = a::step(%t, %i)",
      "      -> (%c, %u)",
      "  return (%w)",
    ].join("\n"),
  );
  const rewriter = new Rewriter(graph);
  const branch = find(graph, "prim::If");
  rewriter.unwrap(branch, branch.blocks[0]!);
  const loop = find(graph, "prim::Loop");
  const zero = rewriter.before(loop, (builder) => builder.constant(IValue.int(0)));
  rewriter.unwrap(loop, loop.blocks[0]!, [zero, loop.inputs[2]!], 1);
  expect(body(graph)).toBe(
    [
      "  %k : int = prim::Constant[value=1]()",
      "  %z : Tensor = a::b(%x)",
      "  %0 : int = prim::Constant[value=0]()",
      "  %u : Tensor = a::step(%z, %0)",
      "  return (%u)",
    ].join("\n"),
  );
});

test("inline copies the callee, blocks and all, and leaves it as it was", () => {
  const callee = graphOf(
    "  %y : Tensor = prim::If(%c)\n    block0():\n      %z : Tensor = a::b(%x)\n      -> (%z)\n    block1():\n      -> (%x)\n  return (%y)",
  );
  const hash = graphHash(callee);
  const graph = graphOf("  %r : Tensor = a::call(%x, %c)\n  %s : Tensor = a::call(%r, %c)\n  return (%s)");
  const rewriter = new Rewriter(graph);
  for (const node of [...graph.nodes()]) rewriter.inline(node, callee);
  expect(body(graph)).toBe(
    [
      "  %y : Tensor = prim::If(%c)",
      "    block0():",
      "      %z : Tensor = a::b(%x)",
      "      -> (%z)",
      "    block1():",
      "      -> (%x)",
      "  %y.1 : Tensor = prim::If(%c)",
      "    block0():",
      "      %z.1 : Tensor = a::b(%y)",
      "      -> (%z.1)",
      "    block1():",
      "      -> (%y)",
      "  return (%y.1)",
    ].join("\n"),
  );
  expect(graphHash(callee)).toBe(hash);
  expect(checkGraph(callee)).toEqual([]);
  expect(() => rewriter.inline(find(graph, "prim::If"), callee)).toThrow("the graph takes 2 values, got 1");
});

test("outputs and parameters are added and removed", () => {
  const graph = graphOf("  %y : Tensor = a::b(%x)\n  return (%y)");
  const rewriter = new Rewriter(graph);
  const node = find(graph, "a::b");
  const extra = rewriter.addOutput(node, IntType, "n");
  rewriter.addParam(graph.block, BoolType, "d");
  rewriter.removeValue(graph.inputs[1]!);
  expect(() => rewriter.removeValue(node.outputs[0]!)).toThrow("still in use");
  rewriter.setReturns(graph.block, [extra]);
  rewriter.removeValue(node.outputs[0]!);
  expect(printGraph(graph)).toBe(
    "graph(%x : Tensor,\n      %d : bool):\n  %n : int = a::b(%x)\n  return (%n)\n",
  );
  expect(extra.index).toBe(0);
});

test("a value's uses can be replaced in part", () => {
  const graph = graphOf("  %y : Tensor = a::b(%x, %x)\n  return (%x)");
  const other = new GraphBuilder(graph).input(TensorType, "x");
  new Rewriter(graph).replaceUses(
    graph.inputs[0]!,
    other,
    ({ index, user }) => index === 1 || user === graph.block,
  );
  expect(body(graph)).toBe("      %x.1 : Tensor):\n  %y : Tensor = a::b(%x, %x.1)\n  return (%x.1)");
});

test("builder: names are unique, loops and branches close over values", () => {
  const builder = new GraphBuilder();
  const x = builder.input(TensorType, "x");
  const yes = builder.constant(IValue.bool(true));
  const three = builder.constant(IValue.int(3));
  const loop = builder.loop(three, yes, [x], (i, [carried]) => {
    const node = builder.if(
      yes,
      [{ type: TensorType, name: "x.1" }],
      () => [builder.op("a::yes", [carried!, i], { type: TensorType, name: "x" })],
      () => [carried!],
    );
    return { cond: yes, carried: [node.output] };
  });
  builder.returns(loop.outputs);
  expect(checkGraph(builder.graph).map(String)).toEqual([]);
  expect([...builder.graph.values()].flatMap(({ name }) => name ?? [])).toEqual(["x", "x.1", "x.2"]);
});

test("a clone is the same graph, and shares no node", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const clone = cloneGraph(graph);
      expect(graphHash(clone)).toBe(graphHash(graph));
      const nodes = new Set(graph.nodes());
      expect([...clone.nodes()].some((node) => nodes.has(node))).toBe(false);
      expect(checkGraph(clone).filter(({ expected }) => /scope|use/.test(expected))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
