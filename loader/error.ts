/** The one error class: a code, the facts behind the sentence, and where in the user's program it happened. */

import { type ErrorName, errorRow } from "../format/errors.ts";

/** A place in the source that a node came from. */
export interface SourceLocation {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based; 0 when unknown. */
  readonly column: number;
  /** The text of the line, when the file holds it. */
  readonly text?: string;
}

export type Fact = number | bigint | string | readonly number[];

export interface ErrorDetails {
  readonly code: ErrorName | string;
  readonly message: string;
  readonly facts?: readonly Fact[];
  /** Full name of the operator that refused. */
  readonly op?: string;
  readonly where?: SourceLocation;
  readonly advice?: string;
}

/**
 * Thrown for everything that a model, a file or a call can do wrong.
 *
 * `code` is stable (docs/errors.md lists them); `facts` are the values in the sentence, such as the shapes that did not
 * fit; `where` is the line of the program that the failing node came from.
 */
export class SconceError extends Error {
  override readonly name = "SconceError";
  readonly code: string;
  readonly op: string | undefined;
  readonly facts: readonly Fact[];
  readonly where: SourceLocation | undefined;
  readonly advice: string;

  constructor(details: ErrorDetails) {
    const at = details.where;
    const place = at ? `\n  at ${at.file}:${at.line}${at.column ? `:${at.column}` : ""}` : "";
    const line = at?.text ? `\n    ${at.text.trim()}` : "";
    const advice = details.advice ? `\n  ${details.advice}` : "";
    super(`${details.op ? `${details.op}: ` : ""}${details.message}${place}${line}${advice}`);
    this.code = details.code;
    this.op = details.op;
    this.facts = details.facts ?? [];
    this.where = at;
    this.advice = details.advice ?? "";
  }
}

/** The error of a code and its facts, in words. */
export function errorOf(
  code: number,
  facts: readonly Fact[],
  op?: string,
  where?: SourceLocation,
): SconceError {
  const row = errorRow(code);
  const show = (fact: Fact | undefined): string =>
    Array.isArray(fact) ? `[${fact.join(", ")}]` : String(fact ?? "?");
  return new SconceError({
    code: row?.name ?? `CODE_${code}`,
    message: row ? row.sentence.replace(/\{(\d)\}/g, (_, i: string) => show(facts[+i])) : `error ${code}`,
    facts,
    advice: row?.advice ?? "",
    ...(op ? { op } : {}),
    ...(where ? { where } : {}),
  });
}
