/** Checking a trace: a second trace must have the same graphs, and the program must give what the eager run gave. */

import { isNondeterministic } from "../../format/ir/nondeterministic.ts";
import { canonicalText, printGraph } from "../../format/ir/print.ts";
import { functionsOf, type Program } from "../../format/ir/program.ts";
import { SconceError } from "../../loader/error.ts";
import { HANDLE } from "../../loader/tensor.ts";
import type { Tensor } from "../tensor.ts";
import type { ScriptModule } from "./script-module.ts";
import type { TraceWarning } from "./tracer.ts";
import { leavesOf } from "./values.ts";

/** Throws TRACE_CHECK at the first node in which the two programs differ. */
function compareGraphs(a: Program, b: Program): void {
  const second = [...functionsOf(b)];
  for (const [i, { fn, owner }] of [...functionsOf(a)].entries()) {
    const other = second[i];
    if (other && canonicalText(fn.graph) === canonicalText(other.fn.graph)) continue;
    const lines = printGraph(fn.graph).split("\n");
    const others = other ? printGraph(other.fn.graph).split("\n") : [];
    const at = lines.findIndex((line, k) => line !== others[k]);
    throw new SconceError({
      code: "TRACE_CHECK",
      message: `two traces of ${owner ? `${owner.name}.` : ""}${fn.name} differ:\n- ${lines[at] ?? ""}\n+ ${others[at] ?? "(nothing)"}`,
      advice:
        "The code depends on something other than its inputs: state, random numbers, or dropout in training mode. Call eval(), or script it.",
    });
  }
}

/** The operators of a program that draw random numbers, in order. */
function drawing(program: Program): string[] {
  const names = [...functionsOf(program)].flatMap(({ fn }) =>
    [...fn.graph.nodes()].filter(isNondeterministic).map((node) => node.op),
  );
  return [...new Set(names)];
}

/**
 * Compares traces and outputs; a difference of outputs is a warning, as in PyTorch. Outputs of a program that draws random
 * numbers are not compared; the warning names the operators.
 */
export function compareTraces(
  traced: ScriptModule,
  again: ScriptModule,
  inputs: Readonly<Record<string, readonly unknown[]>>,
  results: ReadonlyMap<string, unknown>,
  tolerance: number,
  warn: (warning: TraceWarning) => void,
): void {
  compareGraphs(traced.program, again.program);
  const random = drawing(traced.program);
  if (random.length > 0) {
    warn({
      kind: "random",
      message: `the program draws random numbers (${random.join(", ")}), so its outputs were not compared; call eval() before tracing if that is dropout`,
      where: undefined,
    });
    again.dispose();
    return;
  }
  for (const [method, args] of Object.entries(inputs)) {
    const want = [...leavesOf(results.get(method))];
    const got = [...leavesOf(again.call(method, args))];
    want.forEach((leaf, i) => {
      const difference = relativeDifference(got[i] as Tensor | undefined, leaf as Tensor);
      if (!(difference <= tolerance)) {
        warn({
          kind: "mismatch",
          message: `output ${i} of ${method} differs from the eager run by ${difference.toExponential(2)} of its largest element`,
          where: undefined,
        });
      }
    });
  }
  again.dispose();
}

/** Largest difference of elements, divided by the largest element wanted; infinite for other shapes or dtypes. */
function relativeDifference(got: Tensor | undefined, want: Tensor): number {
  if (!got || !(HANDLE in want)) return want === got ? 0 : Infinity;
  if (got.dtype !== want.dtype || got.shape.join() !== want.shape.join()) return Infinity;
  const a = got.data;
  const b = want.data;
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    const x = Number(a[i]);
    const y = Number(b[i]);
    largest = Math.max(largest, Math.abs(y) || 0);
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) worst = Math.max(worst, Math.abs(x - y));
  }
  return worst === 0 ? 0 : worst / (largest || 1);
}
