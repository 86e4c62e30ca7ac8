/** In which file a function's text stands: for functions whose source was not registered. */

import { userFrame } from "../../eager/where.ts";
import { lineAt, lineStarts } from "./typed-text.ts";

interface FileSystem {
  readFileSync(path: string, encoding: "utf8"): string;
}

function fileSystem(): FileSystem | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  try {
    return process?.getBuiltinModule?.("node:fs") as FileSystem | undefined;
  } catch {
    return undefined;
  }
}

/**
 * The place of `text` in the file of the user's code that is running. Undefined where files cannot be read, and where
 * the file does not hold the text exactly once, as when a tool changed it on the way.
 */
export function locate(text: string): { file: string; line: number; column: number } | undefined {
  const file = userFrame()?.file;
  const fs = file ? fileSystem() : undefined;
  if (!file || !fs) return undefined;
  let whole: string;
  try {
    whole = fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const at = whole.indexOf(text);
  if (at < 0 || whole.indexOf(text, at + 1) >= 0) return undefined;
  const starts = lineStarts(whole);
  const row = lineAt(starts, at);
  return { file, line: row + 1, column: at - starts[row]! };
}
