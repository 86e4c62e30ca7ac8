/** Finds and parses the TypeScript files that a file imports its types from. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { SconceError } from "../../../loader/error.ts";
import type { FileReader } from "./declarations.ts";
import type { Parse, ParsedFile } from "./oxc.ts";

/** What an import's ending may stand for, in this order. */
const ENDINGS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.[mc]?tsx?$/, [""]],
  [/\.js$/, [".ts", ".tsx", ".d.ts"]],
  [/\.mjs$/, [".mts", ".d.mts"]],
  [/\.jsx$/, [".tsx"]],
  [/$/, [".ts", ".tsx", ".d.ts", "/index.ts"]],
];

/** The file that a relative import names, as TypeScript resolves it; undefined for packages and for what is not there. */
export function resolveTypeScript(specifier: string, from: string): string | undefined {
  if (!/^\.{1,2}\//.test(specifier)) return undefined;
  const path = resolve(dirname(from), specifier);
  for (const [ending, others] of ENDINGS) {
    if (!ending.test(path)) continue;
    for (const other of others) {
      const file = other === "" ? path : path.replace(ending, other);
      if (existsSync(file) && statSync(file).isFile()) return file;
    }
  }
  return undefined;
}

/** Reads files from disk; parses a file again when it has changed. `seen` hears of every file that was asked for. */
export function fileReader(parse: Parse, seen?: (file: string) => void): FileReader {
  return {
    resolve: resolveTypeScript,
    read(file) {
      seen?.(file);
      try {
        const { mtimeMs } = statSync(file);
        const known = parsedFiles.get(file);
        if (known?.mtimeMs === mtimeMs) return known.parsed;
        const parsed = parse(file, readFileSync(file, "utf8"));
        parsedFiles.set(file, { mtimeMs, parsed });
        return parsed;
      } catch (error) {
        if (error instanceof SconceError || (error as { code?: string }).code === "ENOENT") return undefined;
        throw error;
      }
    },
  };
}

const parsedFiles = new Map<string, { mtimeMs: number; parsed: ParsedFile }>();
