/** `jit.trace` and `jit.traceModule`: run a model once on example inputs, and keep what it did as a program. */

import { SconceError, type SourceLocation } from "../../loader/error.ts";
import type { ModuleOptions } from "../../loader/module.ts";
import { Module } from "../nn/module.ts";
import { Tensor } from "../tensor.ts";
import { compareTraces } from "./check.ts";
import { programOf } from "./program.ts";
import { ScriptModule } from "./script-module.ts";
import { Tracer, type TraceWarning } from "./tracer.ts";
import { ModuleTree } from "./tree.ts";

export interface TraceOptions extends ModuleOptions {
  /** Trace twice and compare graphs, then run the result and compare with the eager outputs. Default true. */
  readonly checkTrace?: boolean;
  /** Largest difference, relative to the largest element, that the comparison of outputs lets pass. Default 1e-5. */
  readonly checkTolerance?: number;
  /** Receives what the user should know; by default `console.warn` does. */
  readonly onWarning?: (warning: TraceWarning) => void;
}

type Callable = (...args: never[]) => unknown;

/**
 * Records what a module or function does on example inputs: counterpart of `torch.jit.trace`.
 *
 * Only one path is recorded. Sizes stay symbolic (`x.size(0)`); every number or boolean that the code reads from a
 * tensor is guarded: the saved program refuses inputs for which it would differ. For branches and loops that depend
 * on data, script the code instead.
 *
 * `inputs` is one tensor, or the list of arguments; an argument may be a tensor, or an array (a tuple), a Map or an object
 * (a dict) of tensors. Throws SconceError: NOT_TRACEABLE for other inputs or outputs, TRACE_CHECK when two traces differ.
 */
export function trace(
  model: Module | Callable,
  inputs: Tensor | readonly unknown[],
  options: TraceOptions = {},
): ScriptModule {
  const args = inputs instanceof Tensor ? [inputs] : inputs;
  if (model instanceof Module) return traceModule(model, { forward: args }, options);
  if (typeof model !== "function") {
    throw new SconceError({ code: "NOT_TRACEABLE", message: "only a module or a function can be traced" });
  }
  const once = (): { traced: ScriptModule; results: Map<string, unknown> } => {
    const tracer = new Tracer(null, warner(options));
    const result = tracer.run("forward", model as (...a: unknown[]) => unknown, args);
    const traced = new ScriptModule(programOf(tracer, model.name || "forward"), options);
    return { traced, results: new Map([["forward", result]]) };
  };
  return checked(once, { forward: args }, options);
}

/** Traces several methods of one module, each on its own inputs: counterpart of `torch.jit.trace_module`. */
export function traceModule(
  module: Module,
  inputs: Readonly<Record<string, Tensor | readonly unknown[]>>,
  options: TraceOptions = {},
): ScriptModule {
  const lists = Object.fromEntries(
    Object.entries(inputs).map(([name, list]) => [name, list instanceof Tensor ? [list] : list]),
  );
  const once = (): { traced: ScriptModule; results: Map<string, unknown> } => {
    const tracer = new Tracer(new ModuleTree(module), warner(options));
    const results = new Map<string, unknown>();
    for (const [name, args] of Object.entries(lists)) {
      const method = (module as unknown as Record<string, unknown>)[name];
      if (typeof method !== "function") {
        throw new SconceError({
          code: "NO_METHOD",
          message: `${module.constructor.name} has no method ${name}`,
        });
      }
      results.set(
        name,
        tracer.run(name, (...a) => method.apply(module, a), args),
      );
    }
    return { traced: new ScriptModule(programOf(tracer, "forward"), options), results };
  };
  return checked(once, lists, options);
}

function warner(options: TraceOptions): (warning: TraceWarning) => void {
  return options.onWarning ?? ((warning) => console.warn(`trace: ${warning.message}${place(warning.where)}`));
}

function place(where: SourceLocation | undefined): string {
  return where ? ` (${where.file}:${where.line})` : "";
}

function checked(
  once: () => { traced: ScriptModule; results: Map<string, unknown> },
  inputs: Readonly<Record<string, readonly unknown[]>>,
  options: TraceOptions,
): ScriptModule {
  const { traced, results } = once();
  if (options.checkTrace ?? true) {
    compareTraces(traced, once().traced, inputs, results, options.checkTolerance ?? 1e-5, warner(options));
  }
  return traced;
}
