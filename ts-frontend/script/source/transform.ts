/** What build plugin and Node loader do with a module: parse it, see whether it makes models, find its registrations. */

import { relative, sep } from "node:path";
import { fileReader } from "./file-reader.ts";
import type { Insertion } from "./insertions.ts";
import type { Parse, ParsedFile } from "./oxc.ts";
import { packageOf, registrations } from "./register-module.ts";

/** What authors import `torch`, `nn` and `jit` from. */
export const PACKAGE = "sconce/torch";

export interface ModuleContext {
  readonly parse: Parse;
  /** Files are named relative to it. */
  readonly root: string;
  /** Register what the module has even if it does not import the package. */
  readonly always?: boolean;
  /** Names of the package. */
  readonly packages?: readonly string[];
  /** Hears of files that were read for the types in them. */
  readonly seen?: (file: string) => void;
}

/** The registrations of a parsed file; empty where it has none to make. */
export function moduleRegistrations(parsed: ParsedFile, context: ModuleContext): Insertion[] {
  const { parse, root, always = false, packages = [PACKAGE], seen } = context;
  const from = packageOf(parsed, packages) ?? (always ? packages[0] : undefined);
  if (from === undefined) return [];
  const file = relative(root, parsed.file).split(sep).join("/");
  return registrations(parsed, { file, from, reader: fileReader(parse, seen) });
}
