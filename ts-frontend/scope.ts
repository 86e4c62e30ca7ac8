/** Scopes free the tensors made inside them, except those that get out. */

import { currentOwner, Handle, moveTo, type Owner, ownerOf, setOwner } from "./eager/handle.ts";
import { makeError } from "./eager/raise.ts";

const roots = new Set<() => Iterable<unknown>>();

/**
 * Names further places whose tensors outlive every scope, asked each time a scope ends: this is how modules keep what
 * `forward` assigns to their attributes. Returns a function that takes it back.
 */
export function addScopeRoots(provider: () => Iterable<unknown>): () => void {
  roots.add(provider);
  return () => roots.delete(provider);
}

/**
 * Runs `fn` and frees every tensor that was made meanwhile, except those in its result, in attributes of modules, and
 * those given to `keep`. A result may hold tensors in arrays, Maps, Sets and properties of objects, at any depth. Scopes
 * nest: what gets out of an inner one belongs to the outer one. When `fn` throws, everything but what was kept is freed.
 *
 * `fn` must not be async: throws SconceError (ASYNC_SCOPE) when it returns a promise.
 */
export function scope<T>(fn: () => T): T {
  const outer = currentOwner();
  const inner: Owner = { made: [] };
  setOwner(inner);
  let survivors = new Set<Handle>();
  try {
    const result = fn();
    if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") {
      throw makeError("ASYNC_SCOPE", []);
    }
    survivors = findTensors([result]);
    return result;
  } finally {
    setOwner(outer);
    if (inner.made.length > 0) {
      for (const provider of roots) findTensors(provider(), survivors);
      for (const handle of inner.made) {
        if (ownerOf(handle) !== inner) continue;
        if (survivors.has(handle)) moveTo(handle, outer);
        else handle.dispose();
      }
    }
  }
}

/** Runs `fn` in a scope unless one is open already: what the outermost `forward` of a module does. */
export function withScope<T>(fn: () => T): T {
  return currentOwner() ? fn() : scope(fn);
}

/**
 * Runs `fn`, freeing what it made as `scope` does, unless a scope is open already. Sconce records no gradients, so
 * that there is nothing else to switch off; the name is PyTorch's (`torch.no_grad`).
 */
export function noGrad<T>(fn: () => T): T {
  return withScope(fn);
}

/** Lets tensors (also inside arrays, Maps and objects) outlive every scope. Returns its argument. */
export function keep<T>(value: T): T {
  for (const handle of findTensors([value])) moveTo(handle, null);
  return value;
}

/** All tensors that can be reached from these values through arrays, Maps, Sets and own properties. */
function findTensors(values: Iterable<unknown>, found: Set<Handle> = new Set()): Set<Handle> {
  const seen = new Set<object>();
  const pending: unknown[] = [...values];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Handle) found.add(value);
    else if (Array.isArray(value) || value instanceof Set) for (const item of value) pending.push(item);
    else if (value instanceof Map) for (const [key, item] of value) pending.push(key, item);
    else if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) {
      for (const key of Object.keys(value)) pending.push(Object.getOwnPropertyDescriptor(value, key)!.value);
    }
  }
  return found;
}
