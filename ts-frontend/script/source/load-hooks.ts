/** TypeScript files as Node runs them: types blanked, functions and classes registered. The two hooks of the loader. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { resolve as resolveBindings } from "./bindings.ts";
import { blank } from "./blank.ts";
import { resolveTypeScript } from "./file-reader.ts";
import { insert } from "./insertions.ts";
import type { Parse } from "./oxc.ts";
import { parameterProperties } from "./parameter-properties.ts";
import { moduleRegistrations } from "./transform.ts";

/**
 * The JavaScript of a TypeScript module, every line where it was. Imports that only types use are taken out, as
 * TypeScript does. Throws SconceError (SYNTAX) with the place for what is no JavaScript once types are gone.
 */
export function javaScriptOf(parse: Parse, file: string, text: string, root: string): string {
  const parsed = parse(file, text);
  const registered = moduleRegistrations(parsed, { parse, root });
  const complete = registered.length > 0 ? parse(file, insert(text, registered)) : parsed;
  const { unused } = resolveBindings(complete.program, []);
  const blanked = blank(complete, { unusedImports: unused });
  return insert(blanked.text, parameterProperties(blanked));
}

/** The path of a module that the loader reads: TypeScript outside of `node_modules`. */
export function typeScriptPath(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const path = fileURLToPath(url.replace(/[?#].*$/, ""));
  return /\.m?ts$/.test(path) && !/[\\/]node_modules[\\/]/.test(path) ? path : undefined;
}

/** Node's answer of a `load` hook, or undefined for what is not the loader's. */
export function loadTypeScript(parse: Parse, url: string) {
  const path = typeScriptPath(url);
  if (path === undefined) return undefined;
  const source = javaScriptOf(parse, path, readFileSync(path, "utf8"), process.cwd());
  return { format: "module" as const, source, shortCircuit: true };
}

/** The TypeScript file that a relative import of a TypeScript file means where the file it names is not there. */
export function resolveImport(specifier: string, parent: string | undefined): string | undefined {
  const from = parent === undefined ? undefined : typeScriptPath(parent);
  if (from === undefined || !/^\.{1,2}\//.test(specifier)) return undefined;
  if (existsSync(new URL(specifier, parent)) && /\.\w+$/.test(specifier)) return undefined;
  const file = resolveTypeScript(specifier, from);
  return file === undefined ? undefined : pathToFileURL(file).href;
}
