/**
 * Where the source text of functions and classes is kept that came through `sconce/plugin`, `sconce/register` or the
 * library itself: with types, their place, and the values of their free variables.
 */

import { type PackedRefusal, type PackedText, unpack } from "./packed-text.ts";
import type { TypedText } from "./typed-text.ts";

// biome-ignore lint/suspicious/noExplicitAny: any function and any class
export type Scriptable = ((...args: any[]) => any) | (abstract new (...args: any[]) => any);

/** The values of free variables by name, read when they are asked for. */
export type ScopeOf = () => Record<string, unknown>;

export interface Source {
  readonly text: TypedText;
  /** Throws what reading a variable throws, as one that is used before it is initialised. */
  readonly scope: ScopeOf;
  /** Where `text` is that of a class and the function asked for is one of its methods: the class and the name. */
  readonly method?: { readonly owner: Scriptable; readonly name: string; readonly isStatic: boolean };
}

/** A text, or what makes it when it is asked for. */
export type SourceText = TypedText | PackedText | PackedRefusal | (() => TypedText | PackedText);

interface Entry {
  text: SourceText;
  readonly scope: ScopeOf;
}

const entries = new WeakMap<Scriptable, Entry>();
const methods = new WeakMap<Scriptable, NonNullable<Source["method"]>>();

const noScope: ScopeOf = () => ({});

/**
 * Records the source of a function or class: `jit.script` compiles this text instead of `Function.prototype.toString`.
 * A class stands for its methods too. `scope` gives the values of the free variables; it is called when a script is
 * made. Code that a build tool appends calls this; people do not need to.
 *
 * Gives back what it is given. What is not a function is passed over: another tool may have replaced it.
 */
export function registerSource<T>(fn: T, text: SourceText, scope: ScopeOf = noScope): T {
  if (typeof fn !== "function") return fn;
  const owner = fn as unknown as Scriptable;
  entries.set(owner, { text, scope });
  if (isClass(owner)) {
    addMethods(owner, owner.prototype as object, false);
    addMethods(owner, owner, true);
  }
  return fn;
}

function isClass(fn: Scriptable): fn is abstract new (...args: unknown[]) => unknown {
  return Object.getOwnPropertyDescriptor(fn, "prototype")?.writable === false;
}

function addMethods(owner: Scriptable, home: object, isStatic: boolean): void {
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(home))) {
    if (key === "constructor" || property.enumerable) continue;
    for (const method of [property.value, property.get, property.set]) {
      if (typeof method === "function") methods.set(method as Scriptable, { owner, name: key, isStatic });
    }
  }
}

/** What was registered for a function, a class or a method of one. Throws SconceError (SYNTAX) if it could not be kept. */
export function sourceOf(fn: Scriptable): Source | undefined {
  const method = entries.has(fn) ? undefined : methods.get(fn);
  const entry = entries.get(method?.owner ?? fn);
  if (!entry) return undefined;
  const text = unpack(typeof entry.text === "function" ? entry.text() : entry.text);
  entry.text = text;
  return { text, scope: entry.scope, ...(method ? { method } : {}) };
}
