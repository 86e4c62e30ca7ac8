/** For the command line: a model's module, with its types. */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { installHooks } from "./install.ts";

/**
 * Imports a `.ts`, `.mts`, `.js` or `.mjs` file and gives its exports. What the module and those it imports declare is
 * registered, with types. Throws what the module throws, and SconceError (NO_PACKAGE, SYNTAX).
 */
export async function loadTypedModule(path: string): Promise<Record<string, unknown>> {
  if (/\.m?ts$/.test(path)) await installHooks();
  return (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
}
