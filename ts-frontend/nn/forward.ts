/** Every outermost call of a module's `forward` is a scope: it frees what it made. */

import { currentOwner } from "../eager/handle.ts";
import { addScopeRoots, withScope } from "../scope.ts";
import type { Module } from "./module.ts";

/** Modules that ran since the outermost scope was opened: what their attributes hold outlives it. */
const entered = new Set<Module>();

addScopeRoots(function* () {
  yield* entered;
  if (currentOwner() === null) entered.clear();
});

type Forward = (this: Module, ...args: unknown[]) => unknown;

/** Shadows the module's `forward` by one that runs it in a scope. Own and not enumerable: no attribute of the model. */
export function scopeForward(module: Module): void {
  const forward = module.forward as Forward | undefined;
  if (forward === undefined) return;
  const value = function (this: Module, ...args: unknown[]): unknown {
    entered.add(this);
    return withScope(() => forward.apply(this, args));
  };
  Object.defineProperty(module, "forward", { value, writable: true, enumerable: false, configurable: true });
}
