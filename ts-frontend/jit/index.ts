/** `jit`: models to programs and back. */

import { readSource } from "#host";
import type { ModuleOptions } from "../../loader/module.ts";
import { fromBytes, type ScriptModule } from "./script-module.ts";

export { type Future, fork, isinstance, wait } from "../script/builtins.ts";
export { exported, ignored, unused } from "../script/marks.ts";
export { type ScriptFunction, type ScriptOptions, script, scriptIfTracing } from "../script/script.ts";
export type { Code } from "./code/index.ts";
export { type FreezeOptions, freeze, type InferenceOptions, optimizeForInference } from "./freeze.ts";
export { fromBytes, type SaveOptions, ScriptModule } from "./script-module.ts";
export { type TraceOptions, trace, traceModule } from "./trace.ts";
export type { TraceWarning } from "./tracer.ts";

/** Reads a `.sconce` file with its graphs: counterpart of `torch.jit.load`. To run only, use `load` of `sconce`. */
export async function load(
  source: string | URL | Uint8Array,
  options: ModuleOptions = {},
): Promise<ScriptModule> {
  if (source instanceof Uint8Array) return fromBytes(source, options);
  const from = await readSource(source);
  return fromBytes(from instanceof Response ? new Uint8Array(await from.arrayBuffer()) : from, options);
}
