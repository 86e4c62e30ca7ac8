/** What reading source text refuses. */

import { SconceError, type SourceLocation } from "../../../loader/error.ts";
import { lineAt, lineStarts } from "./typed-text.ts";

/** NO_SOURCE: there is no text of a function that could be compiled. */
export function noSource(message: string, advice: string): SconceError {
  return new SconceError({ code: "NO_SOURCE", message, advice });
}

/** SYNTAX: text that is not JavaScript or TypeScript, or syntax that cannot be kept. */
export function syntaxError(message: string, where: SourceLocation, advice = ""): SconceError {
  return new SconceError({ code: "SYNTAX", message, where, ...(advice ? { advice } : {}) });
}

/** The place of an offset in the text of a whole file. */
export function locationIn(text: string, file: string, offset: number): SourceLocation {
  const starts = lineStarts(text);
  const row = lineAt(starts, offset);
  const line = text.slice(starts[row]!, starts[row + 1] ?? text.length).replace(/[\r\n\u2028\u2029]+$/, "");
  return { file, line: row + 1, column: offset - starts[row]! + 1, text: line };
}
