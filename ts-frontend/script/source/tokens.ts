/** Steps over space and comments in a text. */

import type { Span } from "./oxc.ts";

const SPACE = /\s/;

export class Tokens {
  readonly text: string;
  readonly #endOf = new Map<number, number>();
  readonly #startOf = new Map<number, number>();

  constructor(text: string, comments: readonly Span[]) {
    this.text = text;
    for (const { start, end } of comments) {
      this.#endOf.set(start, end);
      this.#startOf.set(end, start);
    }
  }

  /** The offset of the first character at or behind `at` that is neither space nor comment. */
  next(at: number): number {
    let i = at;
    while (i < this.text.length) {
      const end = this.#endOf.get(i);
      if (end !== undefined) i = end;
      else if (SPACE.test(this.text[i]!)) i++;
      else break;
    }
    return i;
  }

  /** The offset of the last such character before `at`, or -1. */
  previous(at: number): number {
    let i = at;
    while (i > 0) {
      const start = this.#startOf.get(i);
      if (start !== undefined) i = start;
      else if (SPACE.test(this.text[i - 1]!)) i--;
      else break;
    }
    return i - 1;
  }

  /** The words between two offsets, comments passed over. */
  *words(from: number, to: number): Generator<Span & { readonly word: string }> {
    for (let at = this.next(from); at < to; at = this.next(at)) {
      const word = /^[\p{ID_Continue}$]+/u.exec(this.text.slice(at, to))?.[0] ?? "";
      if (word) yield { word, start: at, end: at + word.length };
      at += word.length || 1;
    }
  }

  hasBreak(from: number, to: number): boolean {
    return /[\n\r\u2028\u2029]/.test(this.text.slice(from, to));
  }
}
