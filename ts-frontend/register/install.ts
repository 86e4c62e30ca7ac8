/** Puts the loader's hooks in place, once. */

import module from "node:module";
import { loadTypeScript, resolveImport } from "../script/source/load-hooks.ts";
import { loadParser } from "../script/source/oxc.ts";

interface SyncHooks {
  resolve(
    specifier: string,
    context: { parentURL?: string },
    next: (specifier: string, context: unknown) => unknown,
  ): unknown;
  load(url: string, context: unknown, next: (url: string, context: unknown) => unknown): unknown;
}

let installing: Promise<void> | undefined;

/**
 * From now on Node reads `.ts` and `.mts` files itself: types are blanked, so that lines and columns stay, and functions
 * and classes of modules that import `sconce/torch` are registered for `jit.script`.
 *
 * Throws SconceError (NO_PACKAGE) when oxc-parser is not installed.
 */
export function installHooks(): Promise<void> {
  installing ??= install();
  return installing;
}

async function install(): Promise<void> {
  const parse = await loadParser();
  const { registerHooks } = module as { registerHooks?(hooks: SyncHooks): void };
  if (registerHooks === undefined) {
    const ending = /\.\w+(?=\?|$)/.exec(import.meta.url)![0];
    module.register(new URL(`./hooks${ending}`, import.meta.url));
    return;
  }
  registerHooks({
    resolve(specifier, context, next) {
      const url = resolveImport(specifier, context.parentURL);
      return url === undefined ? next(specifier, context) : { url, format: "module", shortCircuit: true };
    },
    load: (url, context, next) => loadTypeScript(parse, url) ?? next(url, context),
  });
}
