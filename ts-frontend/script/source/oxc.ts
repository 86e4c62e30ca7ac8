/** TypeScript to syntax tree, by oxc-parser: an optional package that only build time and the command line need. */

import { SconceError } from "../../../loader/error.ts";
import { locationIn, syntaxError } from "./error.ts";
import type { AnyNode } from "./walk.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A file and its tree. Offsets are UTF-16 units; parentheses are nodes. */
export interface ParsedFile {
  readonly file: string;
  readonly text: string;
  readonly program: AnyNode & { readonly body: readonly AnyNode[] };
  readonly comments: readonly Span[];
}

/** Parses TypeScript or JavaScript by the file's ending. Throws SconceError (SYNTAX) with the place. */
export type Parse = (file: string, text: string) => ParsedFile;

let loading: Promise<Parse> | undefined;

/** Throws SconceError (NO_PACKAGE) when oxc-parser is not installed. */
export function loadParser(): Promise<Parse> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parse> {
  let oxc: typeof import("oxc-parser");
  try {
    oxc = await import("oxc-parser");
  } catch (error) {
    loading = undefined;
    throw missingPackage("oxc-parser", error);
  }
  return (file, text) => {
    const path = file.replace(/[?#].*$/, "");
    const lang = /\.[cm]?ts$/.test(path) ? "ts" : /\.tsx$/.test(path) ? "tsx" : "js";
    const result = oxc.parseSync(path, text, {
      lang,
      sourceType: "module",
      preserveParens: true,
      astType: "ts",
    });
    const [error] = result.errors;
    if (error) throw syntaxError(error.message, locationIn(text, file, error.labels[0]?.start ?? 0));
    return {
      file,
      text,
      program: result.program as unknown as ParsedFile["program"],
      comments: result.comments,
    };
  };
}

/** NO_PACKAGE: an optional package that is not there, and how to get it. */
export function missingPackage(name: string, cause: unknown): SconceError {
  const error = new SconceError({
    code: "NO_PACKAGE",
    message: `${name} cannot be loaded`,
    facts: [name],
    advice: `It reads TypeScript for scripts and is installed on its own: npm install --save-dev ${name}`,
  });
  error.cause = cause;
  return error;
}
