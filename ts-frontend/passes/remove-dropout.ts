/** Outside training dropout gives its very input, and goes. Counterpart of TorchScript's RemoveDropout. */

import { baseName, constantOf, type Graph } from "../../format/ir/graph.ts";
import { functionsOf } from "../../format/ir/program.ts";
import { Rewriter } from "../../format/ir/rewrite.ts";
import { constBool } from "./constants.ts";
import type { Pass } from "./pass.ts";

const DROPOUT = /^aten::(alpha_|feature_|feature_alpha_)?dropout_?$/;

export const removeDropout: Pass = {
  name: "remove-dropout",
  run(program) {
    let changed = false;
    for (const { fn } of functionsOf(program)) changed = removeFrom(fn.graph) || changed;
    return changed;
  },
};

function removeFrom(graph: Graph): boolean {
  const rewriter = new Rewriter(graph);
  const gone = [...graph.nodes()].filter((node) => {
    if (!DROPOUT.test(baseName(node.op)) || constBool(node.inputs[2]) !== false) return false;
    // A probability that dropout refuses is refused still.
    const p = constantOf(node.inputs[1]!);
    if (p?.kind !== "float" && p?.kind !== "int") return false;
    if (!(Number(p.value) >= 0 && Number(p.value) <= 1)) return false;
    rewriter.replaceUses(node.output, node.inputs[0]!);
    return true;
  });
  rewriter.eraseAll(new Set(gone));
  return gone.length > 0;
}
