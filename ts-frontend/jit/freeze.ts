/** `jit.freeze`: a module whose weights are constants of its graphs. */

import { runtime } from "../eager/runtime.ts";
import { evaluator } from "../passes/evaluate.ts";
import { freezeModule, type FreezeOptions as PassOptions } from "../passes/freeze.ts";
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
