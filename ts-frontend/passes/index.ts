/** The passes in order, and `optimize`, which runs them over a program. */

import { functionsOf, type Program } from "../../format/ir/program.ts";
import type { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { commonSubexpressions } from "./common-subexpressions.ts";
import { constantPooling } from "./constant-pooling.ts";
import { constantPropagation } from "./constant-propagation.ts";
import { deadCode } from "./dead-code.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { type FreezeOptions, freezeModule } from "./freeze.ts";
import { inline } from "./inline.ts";
import { countNodes, type Pass, type PassContext, runPass } from "./pass.ts";
import { peephole } from "./peephole.ts";
import { memoryOf } from "./program-aliases.ts";
import { removeDropout } from "./remove-dropout.ts";

/** Run again and again while one of them finds something. */
const simplify: readonly Pass[] = [
  constantPooling,
  constantPropagation,
  peephole,
  removeDropout,
  commonSubexpressions,
  deadCode,
];

const MAX_ROUNDS = 8;

export interface OptimizeOptions extends FreezeOptions {
  /** 0: nothing. 1: only what keeps every bit. 2, the default: batch norm is folded into convolutions too, as PyTorch does. */
  readonly level?: 0 | 1 | 2;
}

export interface PassReport {
  readonly name: string;
  /** Nodes of the whole program. */
  readonly before: number;
  readonly after: number;
}

export interface OptimizeReport {
  /** One entry for each pass that changed something, in order. */
  readonly passes: readonly PassReport[];
  readonly nodes: { readonly before: number; readonly after: number };
  /** Bytes of the tensors that the program holds. */
  readonly bytes: { readonly before: number; readonly after: number };
  /** Dotted names of attributes that became constants, and of those that stay. */
  readonly frozen: readonly string[];
  readonly kept: readonly string[];
  /** Why the module was not frozen; absent if it was. */
  readonly notFrozen?: string;
}

/**
 * Optimizes a program in place: freezes it if its root is a module in evaluation mode, folds, merges and removes what it
 * can, and verifies it after every pass. Results keep every bit, except that at level 2 batch normalisation folded into a
 * convolution changes rounding. Throws SconceError for names in the options that do not exist.
 */
export function optimize(program: Program, options: OptimizeOptions = {}): OptimizeReport {
  const { level = 2, evaluate } = options;
  const context: PassContext = evaluate === undefined ? {} : { evaluate };
  const passes: PassReport[] = [];
  const nodes = countNodes(program);
  const bytes = countBytes(program);
  let frozen: readonly string[] = [];
  let kept: readonly string[] = [];
  let notFrozen: string | undefined;
  const run = (pass: Pass): boolean => {
    const before = countNodes(program);
    const changed = runPass(pass, program, context);
    if (changed) passes.push({ name: pass.name, before, after: countNodes(program) });
    return changed;
  };
  if (level > 0) {
    notFrozen = whyNotFrozen(program);
    if (notFrozen === undefined) {
      const before = countNodes(program);
      try {
        ({ frozen, kept } = freezeModule(program, options));
        passes.push({ name: "freeze", before, after: countNodes(program) });
      } catch (error) {
        if (!(error instanceof SconceError) || error.code !== "DEPTH_LIMIT") throw error;
        notFrozen = error.message;
      }
    } else if (program.root.kind === "function") run(inline);
    settle(run);
    if (level > 1 && run(foldBatchNorm)) settle(run);
  }
  return {
    passes,
    nodes: { before: nodes, after: countNodes(program) },
    bytes: { before: bytes, after: countBytes(program) },
    frozen,
    kept,
    ...(notFrozen === undefined ? {} : { notFrozen }),
  };
}

function settle(run: (pass: Pass) => boolean): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Every pass runs, whether or not one before it found something.
    if (!simplify.map(run).includes(true)) return;
  }
}

function whyNotFrozen({ root }: Program): string | undefined {
  if (root.kind !== "object") return "the program is a function";
  const training = root.object.attrs.get("training");
  return training?.kind === "bool" && training.value ? "the module is in training mode" : undefined;
}

/** Bytes of all tensors of a program's values, memory that several share counted once. */
function countBytes(program: Program): number {
  const values: IValue[] = program.root.kind === "object" ? [program.root.object] : [];
  for (const { fn } of functionsOf(program)) {
    for (const node of fn.graph.nodes()) {
      const value = node.attr("value", "ival");
      if (value !== undefined) values.push(value);
    }
  }
  let bytes = 0;
  for (const location of memoryOf(values)) if ("bytes" in location) bytes += location.bytes.length;
  return bytes;
}
