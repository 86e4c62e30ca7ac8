/** The one error class: a code, the facts behind the sentence, and where in the user's program it happened. */

import { type ErrorName, errorRow } from "../format/errors.ts";

/** A place in the source that a node came from. */
export interface SourceLocation {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based; 0 when unknown. */
  readonly column: number;
  /** Length of what is meant, in the same line; 1 when unknown. */
  readonly length?: number;
  /** The text of the line, when the file holds it. */
  readonly text?: string;
  /** The method or function the place is in, as `Encoder.forward`. */
  readonly function?: string;
}

export type Fact = number | bigint | string | readonly number[];

export interface ErrorDetails {
  readonly code: ErrorName | string;
  readonly message: string;
  readonly facts?: readonly Fact[];
  /** Full name of the operator that refused. */
  readonly op?: string;
  readonly where?: SourceLocation;
  /** The calls that led there, from the outermost; the last is `where`. */
  readonly trace?: readonly SourceLocation[];
  readonly advice?: string;
}

/**
 * Thrown for everything that a model, a file or a call can do wrong.
 *
 * `code` is stable (docs/errors.md lists them); `facts` are the values in the sentence, such as the shapes that did not
 * fit; `where` is the line of the program that the failing node came from, and `trace` the calls that led to it, as in a
 * traceback of Python: the outermost first.
 */
export class SconceError extends Error {
  override readonly name = "SconceError";
  readonly code: string;
  readonly op: string | undefined;
  readonly facts: readonly Fact[];
  readonly where: SourceLocation | undefined;
  readonly trace: readonly SourceLocation[];
  readonly advice: string;

  constructor(details: ErrorDetails) {
    const at = details.where;
    const trace = details.trace ?? (at ? [at] : []);
    const place = at ? `\n  at ${at.file}:${at.line}${at.column ? `:${at.column}` : ""}${showLine(at)}` : "";
    const calls = trace.length > 1 ? showTrace(trace) : place;
    const advice = details.advice ? `\n  ${details.advice}` : "";
    super(`${details.op ? `${details.op}: ` : ""}${details.message}${calls}${advice}`);
    this.code = details.code;
    this.op = details.op;
    this.facts = details.facts ?? [];
    this.where = at;
    this.trace = trace;
    this.advice = details.advice ?? "";
  }
}

/** The line's text with carets under what is meant. */
function showLine({ text, column, length = 1 }: SourceLocation): string {
  if (!text?.trim()) return "";
  const indent = text.length - text.trimStart().length;
  const caret =
    column > indent ? `\n    ${" ".repeat(column - 1 - indent)}${"^".repeat(Math.max(1, length))}` : "";
  return `\n    ${text.trim()}${caret}`;
}

/** Most frames shown at either end of a trace. */
const SHOWN = 8;

function showTrace(trace: readonly SourceLocation[]): string {
  const frames = trace.map(
    (at) =>
      `\n  File "${at.file}", line ${at.line}${at.function ? `, in ${at.function}` : ""}${showLine(at)}`,
  );
  const left = frames.length - 2 * SHOWN;
  if (left > 0) frames.splice(SHOWN, left, `\n  … ${left} more calls`);
  return `\nTraceback (most recent call last):${frames.join("")}`;
}

/** The error of a code and its facts, in words. */
export function errorOf(
  code: number,
  facts: readonly Fact[],
  op?: string,
  trace: readonly SourceLocation[] = [],
): SconceError {
  const row = errorRow(code);
  const where = trace.at(-1);
  const show = (fact: Fact | undefined): string =>
    Array.isArray(fact) ? `[${fact.join(", ")}]` : String(fact ?? "?");
  let message = row ? row.sentence.replace(/\{(\d)\}/g, (_, i: string) => show(facts[+i])) : `error ${code}`;
  // What a program raised is named as Python names it.
  if (row?.name === "RAISED" && facts.length > 1) message = `${show(facts[1])}: ${message}`;
  return new SconceError({
    code: row?.name ?? `CODE_${code}`,
    message,
    facts,
    advice: row?.advice ?? "",
    ...(op ? { op } : {}),
    ...(where ? { where, trace } : {}),
  });
}
