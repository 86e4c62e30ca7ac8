/** The check that every graph of the suite passes: its text, parsed back, is the same graph. */

import { expect } from "vitest";
import { graphHash } from "../../format/ir/hash.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import { printGraph } from "../../format/ir/print.ts";
import { functionsOf } from "../../format/ir/program.ts";
import { resolveOverload } from "../../format/ops/resolve.ts";
import { type IValue, type TensorData, tensorHash } from "../../format/value.ts";
import { isAmbiguous, type ScriptModule } from "../../ts-frontend/jit/script-module.ts";

/** Prints every graph of the program as `.graph` does and parses it back: the hash must not change. */
export function expectTextRoundTrip(traced: ScriptModule): void {
  const tensors = new Map<string, TensorData>();
  for (const { fn } of functionsOf(traced.program)) {
    for (const node of fn.graph.nodes()) {
      const value = node.attr("value", "ival");
      if (value?.kind === "tensor") tensors.set(tensorHash(value.tensor), value.tensor);
    }
  }
  for (const { fn } of functionsOf(traced.program)) {
    const objects: IValue[] = [];
    const text = printGraph(fn.graph, { ambiguous: isAmbiguous, objects });
    const parsed = parseGraph(text, {
      tensors,
      objects,
      resolve: (name, inputs) => resolveOverload(name, inputs)?.name,
    });
    expect(graphHash(parsed)).toBe(graphHash(fn.graph));
  }
}
