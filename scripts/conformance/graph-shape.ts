/** A graph's text without constants' own nodes: where two graphs differ only in where constants stand, it is the same. */

import { type Block, constantOf, type Graph, type Node, type Value } from "../../format/ir/graph.ts";
import { printAttr, printValue } from "../../format/ir/literal.ts";
import { AnyType, printType } from "../../format/types.ts";

const writer = { object: () => "object" };

/** Nodes in order, with overloads, attributes and types; constants as literals where they are used. */
export function graphShape(graph: Graph): string {
  const lines: string[] = [];
  const names = new Map<Value, string>();
  const define = (value: Value): string => {
    const name = `%${names.size}`;
    names.set(value, name);
    return `${name} : ${printType(value.type)}`;
  };
  const use = (value: Value): string => {
    const constant = constantOf(value);
    if (constant !== undefined) return printValue(constant, AnyType, writer);
    if (value.node?.op === "prim::Constant") return value.node.attr("name", "s") ?? "None";
    return names.get(value) ?? "%?";
  };
  const nodes = (block: Block, indent: string): void => {
    for (const node of block.nodes) {
      if (node.op === "prim::Constant") continue;
      const outputs = node.outputs.map(define).join(", ");
      lines.push(`${indent}${outputs} = ${node.op}${attributes(node)}(${node.inputs.map(use).join(", ")})`);
      const inner = node.attr("Subgraph", "g");
      if (inner !== undefined) lines.push(graphShape(inner));
      for (const one of node.blocks) {
        lines.push(`${indent}  block(${one.params.map(define).join(", ")}):`);
        nodes(one, `${indent}    `);
        lines.push(`${indent}    -> (${one.returns.map(use).join(", ")})`);
      }
    }
  };
  lines.push(`graph(${graph.inputs.map(define).join(", ")}):`);
  nodes(graph.block, "  ");
  lines.push(`  return (${graph.outputs.map(use).join(", ")})`);
  return lines.join("\n");
}

function attributes(node: Node): string {
  const attrs = [...node.attrs].filter(([, attr]) => attr.kind !== "g").sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = attrs.map(([name, attr]) => `${name}=${attr.kind === "g" ? "" : printAttr(attr, writer)}`);
  return texts.length > 0 ? `[${texts.join(", ")}]` : "";
}
