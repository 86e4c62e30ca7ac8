/** The hooks that Node runs in a thread of its own: for Node without `module.registerHooks`. */

import { loadTypeScript, resolveImport } from "../script/source/load-hooks.ts";
import { loadParser } from "../script/source/oxc.ts";

type Next<Context, Result> = (name: string, context?: Context) => Promise<Result>;

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}

export async function resolve(
  specifier: string,
  context: { readonly parentURL?: string },
  next: Next<unknown, Resolved>,
): Promise<Resolved> {
  const url = resolveImport(specifier, context.parentURL);
  return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
}

// Loaded before the hooks are in place: an import from within a hook would wait for that hook.
const parse = await loadParser();

export async function load(url: string, context: unknown, next: Next<unknown, unknown>): Promise<unknown> {
  return loadTypeScript(parse, url) ?? next(url, context);
}
