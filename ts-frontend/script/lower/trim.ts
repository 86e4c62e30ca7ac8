/**
 * Takes out of a graph what lowering put in and nothing uses: outputs of branches, carried values of loops, and nodes that
 * neither do nor raise anything. What may raise stays, as it would in JavaScript.
 */

import { type Block, edit, type Graph, type Node } from "../../../format/ir/graph.ts";
import { findOp } from "../../../format/ops/table.ts";
import { hasOwnEffect, hiddenWrites, mayRaise } from "../../passes/effects.ts";

/** Trims until nothing changes. */
export function trim(graph: Graph): void {
  while (trimBlock(graph.block)) {}
}

function trimBlock(block: Block): boolean {
  let changed = false;
  const dead = new Set<Node>();
  for (let i = block.nodes.length - 1; i >= 0; i--) {
    const node = block.nodes[i]!;
    for (const inner of node.blocks) changed = trimBlock(inner) || changed;
    if (node.op === "prim::If") changed = trimOutputs(node) || changed;
    else if (node.op === "prim::Loop") changed = trimCarried(node) || changed;
    if (isIdle(node)) dead.add(node);
  }
  if (dead.size === 0) return changed;
  edit.removeAll(block, dead);
  return true;
}

function trimOutputs(node: Node): boolean {
  let changed = false;
  for (let i = node.outputs.length - 1; i >= 0; i--) {
    if (node.outputs[i]!.uses.length > 0) continue;
    for (const block of node.blocks) {
      edit.setReturns(
        block,
        block.returns.filter((_, at) => at !== i),
      );
    }
    edit.dropValue(node.outputs[i]!);
    changed = true;
  }
  return changed;
}

/** Values that a loop only hands on: unused after it, and in it only given to the next round. */
function trimCarried(node: Node): boolean {
  const [block] = node.blocks as [Block];
  let changed = false;
  for (let i = node.outputs.length - 1; i >= 0; i--) {
    const parameter = block.params[i + 1]!;
    const handedOn = parameter.uses.every(({ user, index }) => user === block && index === i + 1);
    if (node.outputs[i]!.uses.length > 0 || !handedOn) continue;
    edit.setReturns(
      block,
      block.returns.filter((_, at) => at !== i + 1),
    );
    edit.setInputs(
      node,
      node.inputs.filter((_, at) => at !== i + 2),
    );
    edit.dropValue(parameter);
    edit.dropValue(node.outputs[i]!);
    changed = true;
  }
  return changed;
}

function isIdle(node: Node): boolean {
  if (node.outputs.some((output) => output.uses.length > 0)) return false;
  if (node.op === "prim::If") return node.blocks.every((block) => block.nodes.length === 0);
  if (node.blocks.length > 0 || hasOwnEffect(node) || mayRaise(node)) return false;
  const schema = findOp(node.op)?.schema;
  return !schema?.args.some((arg) => arg.alias?.write) && hiddenWrites(node).length === 0;
}
