/** `jit.fork` and `jit.wait`. */

import { GraphBuilder } from "../../../format/ir/builder.ts";
import {
  Attr,
  type Block,
  constantOf,
  edit,
  Graph,
  type Node,
  type Value,
} from "../../../format/ir/graph.ts";
import { resolved, type SType, showType, UndefinedS, widened } from "../types/model.ts";
import { lowerSide } from "./branches.ts";
import type { Context } from "./context.ts";
import { materialise, typeOf } from "./convert.ts";
import { inlineCall } from "./functions.ts";
import type { NodeLike, SValue } from "./values.ts";

/** `jit.fork(() => …)`: a task whose result `jit.wait` takes. */
export function fork(ctx: Context, [body]: readonly SValue[], node: NodeLike): SValue {
  if (body?.kind !== "closure") {
    return ctx.refuse("ARGUMENTS", node, "fork takes a function", { advice: "Write jit.fork(() => f(x))." });
  }
  const { block: home } = ctx.builder;
  const count = home.nodes.length;
  const scratch = edit.addBlock(ctx.builder.node("prim::fork"));
  const side = lowerSide(ctx, scratch, () => inlineCall(ctx, body, [], node, "a task"));
  for (const [variable, value] of side.state.changes) {
    if (ctx.state.get(variable) !== undefined && !variable.flag && value.kind !== "unset") {
      ctx.refuse("CLOSURE", node, `a task cannot assign ${variable.name}, which is outside of it`, {
        advice: "Return the value from the task and assign what jit.wait gives.",
      });
    }
  }
  const { value } = side;
  const type: SType =
    value === undefined || value.kind === "unset" ? UndefinedS : widened(typeOf(ctx, value));
  const result = ctx.builder.at(scratch, () =>
    value === undefined || value.kind === "unset" ? ctx.none() : materialise(ctx, value, node, type).value,
  );
  edit.setReturns(scratch, [result]);
  const { graph, captured } = ownGraph(scratch);
  ctx.rewind(home, count);
  const future: SType = { kind: "future", elem: type };
  return ctx.op("prim::fork", captured, future, { Subgraph: Attr.graph(graph) });
}

/** A block's content as a graph of its own; what it used of the outside becomes parameters. */
function ownGraph(block: Block): { graph: Graph; captured: Value[] } {
  const graph = new Graph();
  const inside = new Set<Value>();
  const uses: { value: Value; user: Node | Block; index: number }[] = [];
  const visit = (at: Block): void => {
    for (const value of at.params) inside.add(value);
    for (const node of at.nodes) {
      for (const [index, value] of node.inputs.entries()) uses.push({ value, user: node, index });
      for (const value of node.outputs) inside.add(value);
      node.blocks.forEach(visit);
    }
    for (const [index, value] of at.returns.entries()) uses.push({ value, user: at, index });
  };
  visit(block);
  const parameters = new Map<Value, Value>();
  const captured: Value[] = [];
  const constants = new GraphBuilder();
  for (const { value, user, index } of uses) {
    if (inside.has(value)) continue;
    let parameter = parameters.get(value);
    if (!parameter) {
      const constant = constantOf(value);
      parameter = constant
        ? constants.constant(constant, value.type)
        : edit.addParam(graph.block, value.type, value.name);
      parameters.set(value, parameter);
      if (!constant) captured.push(value);
    }
    edit.setUse({ user, index }, parameter);
  }
  const { returns } = block;
  edit.setReturns(block, []);
  edit.hoist(graph.block, [...block.nodes]);
  edit.hoist(graph.block, [...constants.block.nodes]);
  edit.setReturns(graph.block, returns);
  return { graph, captured };
}

export function wait(ctx: Context, [future]: readonly SValue[], node: NodeLike): SValue {
  const type = future && resolved(typeOf(ctx, future));
  if (type?.kind !== "future") {
    return ctx.refuse("ARGUMENTS", node, `wait takes a future, got ${type ? showType(type) : "nothing"}`);
  }
  return ctx.op("aten::wait", [materialise(ctx, future!, node).value], type.elem);
}
