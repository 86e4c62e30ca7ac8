/** `jit.freeze`: a module whose weights are constants of its graphs. */

import { runtime } from "../eager/runtime.ts";
import { evaluator } from "../passes/evaluate.ts";
import { freezeModule, type FreezeOptions as PassOptions } from "../passes/freeze.ts";
import { optimize } from "../passes/index.ts";
import { fromBytes, type ScriptModule } from "./script-module.ts";

export type FreezeOptions = Omit<PassOptions, "evaluate">;

/**
 * A copy of `module` without calls, in which every attribute that no method writes is a constant: counterpart of
 * `torch.jit.freeze`. Attributes that methods write stay, with the values they have now.
 *
 * All methods of the module stay, where PyTorch keeps `forward` only: `methods` names those to keep.
 * `preservedAttrs` keeps attributes, submodules and their methods by dotted name.
 *
 * Throws SconceError: NOT_EVAL for a module in training mode, NO_ATTRIBUTE and NO_METHOD for unknown names.
 */
export function freeze(module: ScriptModule, options: FreezeOptions = {}): ScriptModule {
  const copy = fromBytes(module.toBytes());
  freezeModule(copy.program, { ...options, evaluate: evaluator(runtime) });
  return copy;
}

export interface InferenceOptions {
  /** Methods to keep; all by default. */
  readonly methods?: readonly string[];
  /** 1 keeps every bit; 2, the default, also folds batch normalisation into convolutions. */
  readonly level?: 1 | 2;
}

/**
 * A copy of `module` that is frozen, folded and cleaned up for running only: counterpart of
 * `torch.jit.optimize_for_inference`. The module must be in evaluation mode. Throws SconceError (NOT_EVAL).
 */
export function optimizeForInference(module: ScriptModule, options: InferenceOptions = {}): ScriptModule {
  const copy = module.copy();
  const { notFrozen } = optimize(copy.program, { ...options, evaluate: evaluator(runtime) });
  if (notFrozen !== undefined && copy.program.root.kind === "object") freezeModule(copy.program, {});
  return copy;
}
