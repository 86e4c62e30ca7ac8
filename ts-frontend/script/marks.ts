/** Marks on methods: which are entries of a program beside `forward`, which stay outside of it. */

import type { Scriptable } from "./source/index.ts";

type Mark = "exported" | "ignored" | "unused";

const marks = new WeakMap<object, Map<string, Mark>>();

function markMethods(mark: Mark, owner: Scriptable, names: readonly string[]): void {
  const known = marks.get(owner) ?? new Map<string, Mark>();
  marks.set(owner, known);
  for (const name of names) known.set(name, mark);
}

/**
 * Makes methods entries of the program although `forward` does not reach them: `jit.exported(MyModule, "encode")`.
 * Counterpart of `torch.jit.export`.
 */
export function exported(owner: Scriptable, ...names: readonly string[]): void {
  markMethods("exported", owner, names);
}

/**
 * Leaves methods out of the program: where the script calls one, it raises. Counterpart of `torch.jit.unused`.
 */
export function unused(owner: Scriptable, ...names: readonly string[]): void {
  markMethods("unused", owner, names);
}

/**
 * Keeps methods out of scripts: a script that reaches one is refused. Use `unused` where the program may hold the call.
 * Counterpart of `torch.jit.ignore`; a program never calls back into JavaScript.
 */
export function ignored(owner: Scriptable, ...names: readonly string[]): void {
  markMethods("ignored", owner, names);
}

function* lineage(owner: Scriptable): Generator<object> {
  for (let at: unknown = owner; typeof at === "function"; at = Object.getPrototypeOf(at)) yield at;
}

function markOf(owner: Scriptable, name: string): Mark | undefined {
  for (const one of lineage(owner)) {
    const mark = marks.get(one)?.get(name);
    if (mark) return mark;
  }
  return undefined;
}

/** Names of the methods that are entries beside `forward`. */
export function exportedMethods(owner: Scriptable): string[] {
  const names = new Set<string>();
  for (const one of lineage(owner))
    for (const [name, mark] of marks.get(one) ?? []) if (mark === "exported") names.add(name);
  return [...names];
}

/** What a method was marked as: `unused` ones raise where the program calls them, `ignored` ones are refused. */
export function exclusionOf(owner: Scriptable, name: string): "ignored" | "unused" | undefined {
  const mark = markOf(owner, name);
  return mark === "exported" ? undefined : mark;
}
