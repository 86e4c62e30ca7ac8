/** `fork(function)`: the local function becomes a graph of its own, what it captures the inputs of `prim::fork`. */

import { GraphBuilder } from "../../../format/ir/builder.ts";
import { Attr, type Value } from "../../../format/ir/graph.ts";
import { futureOf } from "../../../format/types.ts";
import type { Span } from "../syntax/ast.ts";
import { FunctionContext } from "./context.ts";
import { ClosureScope, type Meaning } from "./scope.ts";
import { emitBody } from "./statements.ts";

export function fork(context: FunctionContext, closure: Meaning & { kind: "closure" }, at: Span): Value {
  if (closure.def.parameters.length > 0) context.unsupported("a forked function with parameters", at);
  const inner = new FunctionContext(context.imports, context.file, new GraphBuilder());
  const scope = new ClosureScope(closure.scope, (value) => inner.builder.input(value.type, value.name));
  const { def } = closure;
  const type = def.returns && context.definitions.typeAt(def.returns, context.file);
  const result = emitBody(inner, scope, def.body, type, def);
  inner.builder.returns([result]);
  context.mark(at);
  return context.builder.op("prim::fork", [...scope.captured.keys()], futureOf(result.type), {
    Subgraph: Attr.graph(inner.builder.graph),
  });
}
