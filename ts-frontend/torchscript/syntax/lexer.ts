/** Splits an archive's source text into tokens; line structure becomes newline, indent and dedent tokens. */

import type { Span } from "./ast.ts";

export type TokenKind =
  | "name"
  | "int"
  | "float"
  | "imaginary"
  | "str"
  | "op"
  | "newline"
  | "indent"
  | "dedent"
  | "end";

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The text itself; of a string, its value. */
  readonly text: string;
}

/** Text that does not follow the grammar. */
export class TorchScriptSyntaxError extends Error {
  override readonly name = "TorchScriptSyntaxError";
  readonly span: Span;

  constructor(message: string, span: Span) {
    super(message);
    this.span = span;
  }
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?j?/y;
const BLANK = /(?:[ \t\f]|\\\n)*(?:#[^\n]*)?/y;
const OPERATOR = /\*\*|\/\/|<<|>>|==|!=|<=|>=|->|[-+*/%&|^~<>=()[\]{},:.@;]/y;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  f: "\f",
  v: "\v",
  b: "\b",
  a: "\x07",
  "\\": "\\",
  '"': '"',
  "'": "'",
  "\n": "",
};

export function tokenize(text: string): Token[] {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** Open brackets: inside them line ends mean nothing. */
  #open = 0;
  readonly #indents = [0];

  constructor(text: string) {
    this.#text = text;
  }

  run(): Token[] {
    this.#lineStart();
    while (this.#at < this.#text.length) this.#next();
    if (this.#tokens.length > 0 && this.#tokens.at(-1)!.kind !== "newline") this.#push("newline", this.#at);
    while (this.#indents.length > 1) {
      this.#indents.pop();
      this.#push("dedent", this.#at);
    }
    this.#push("end", this.#at);
    return this.#tokens;
  }

  #push(kind: TokenKind, start: number, text = ""): void {
    this.#tokens.push({ kind, text, start, end: this.#at });
  }

  #fail(message: string): never {
    throw new TorchScriptSyntaxError(message, { start: this.#at, end: this.#at + 1 });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #next(): void {
    this.#match(BLANK);
    const start = this.#at;
    const char = this.#text[start];
    if (char === undefined) return;
    if (char === "\n" || char === "\r") {
      this.#at += char === "\r" && this.#text[start + 1] === "\n" ? 2 : 1;
      if (this.#open > 0) return;
      if (this.#tokens.length > 0 && this.#tokens.at(-1)!.kind !== "newline") this.#push("newline", start);
      this.#lineStart();
      return;
    }
    if (char === '"' || char === "'") {
      this.#string(char);
      return;
    }
    const name = this.#match(NAME);
    if (name !== undefined) {
      this.#push("name", start, name);
      return;
    }
    const number = this.#match(NUMBER);
    if (number !== undefined) {
      const kind = number.endsWith("j") ? "imaginary" : /[.eE]/.test(number) ? "float" : "int";
      this.#push(kind, start, kind === "imaginary" ? number.slice(0, -1) : number);
      return;
    }
    const op = this.#match(OPERATOR) ?? this.#fail(`unexpected character ${JSON.stringify(char)}`);
    if ("([{".includes(op)) this.#open++;
    if (")]}".includes(op)) this.#open--;
    this.#push("op", start, op);
  }

  /** Measures the indentation of the next line that is not blank. */
  #lineStart(): void {
    for (;;) {
      const start = this.#at;
      this.#match(BLANK);
      if (this.#text[this.#at] === "\n" || this.#text[this.#at] === "\r") {
        this.#at++;
        continue;
      }
      if (this.#at >= this.#text.length) return;
      const width = this.#at - start;
      if (width > this.#indents.at(-1)!) {
        this.#indents.push(width);
        this.#push("indent", this.#at);
      }
      while (width < this.#indents.at(-1)!) {
        this.#indents.pop();
        this.#push("dedent", this.#at);
      }
      if (width !== this.#indents.at(-1)) this.#fail("inconsistent indentation");
      return;
    }
  }

  #string(quote: string): void {
    const text = this.#text;
    const start = this.#at;
    const mark = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
    let i = start + mark.length;
    let value = "";
    /** The printer writes bytes in octal: with one from 0x80 on, all of the string is bytes. */
    let bytes = false;
    for (; !text.startsWith(mark, i); i++) {
      const char = text[i];
      if (char === undefined || (char === "\n" && mark.length === 1)) {
        this.#fail("a string that does not end");
      }
      if (char !== "\\") {
        value += char;
        continue;
      }
      const numeric = /[0-7]{1,3}|x[0-9a-fA-F]{2}/y;
      numeric.lastIndex = i + 1;
      const digits = numeric.exec(text)?.[0];
      if (digits === undefined) {
        const next = text[++i] ?? "";
        value += ESCAPES[next] ?? `\\${next}`;
        continue;
      }
      const code =
        digits[0] === "x" ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 8) & 0xff;
      bytes ||= code > 0x7f;
      value += String.fromCharCode(code);
      i += digits.length;
    }
    this.#at = i + mark.length;
    if (bytes) value = new TextDecoder().decode(Uint8Array.from(value, (c) => c.charCodeAt(0)));
    this.#push("str", start, value);
  }
}
