/** A cursor over text, shared by the parsers of types, schemas and graphs; and the two literal forms they print. */

/** Text that does not follow its grammar: where, what was expected, what stood there. */
export class FormatSyntaxError extends Error {
  override readonly name = "FormatSyntaxError";
  readonly offset: number;
  readonly line: number;
  readonly col: number;
  readonly expected: string;
  readonly got: string;

  constructor(text: string, offset: number, expected: string) {
    const before = text.slice(0, offset).split("\n");
    const got = offset >= text.length ? "end of text" : JSON.stringify(text.slice(offset, offset + 24));
    super(`expected ${expected}, got ${got} at ${before.length}:${before.at(-1)!.length + 1}`);
    this.offset = offset;
    this.line = before.length;
    this.col = before.at(-1)!.length + 1;
    this.expected = expected;
    this.got = got;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  f: "\f",
  v: "\v",
  b: "\b",
  a: "\x07",
  "0": "\0",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

const IDENT = /[A-Za-z_$][\w$]*/y;
const NUMBER = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y;

export class Scanner {
  readonly text: string;
  pos = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips blanks, not newlines. */
  blanks(): void {
    while (this.text[this.pos] === " " || this.text[this.pos] === "\t") this.pos++;
  }

  /** True if the text at the cursor is `literal`, after blanks. */
  at(literal: string): boolean {
    this.blanks();
    return this.text.startsWith(literal, this.pos);
  }

  eat(literal: string): boolean {
    if (!this.at(literal)) return false;
    this.pos += literal.length;
    return true;
  }

  expect(literal: string): void {
    if (!this.eat(literal)) this.fail(JSON.stringify(literal));
  }

  /** The longest match of a sticky pattern at the cursor, after blanks; undefined if there is none. */
  match(sticky: RegExp): string | undefined {
    this.blanks();
    sticky.lastIndex = this.pos;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.pos += found.length;
    return found;
  }

  ident(what = "a name"): string {
    return this.match(IDENT) ?? this.fail(what);
  }

  /** A number's own text; `inf` and `nan` are left to the caller. */
  number(what = "a number"): string {
    return this.match(NUMBER) ?? this.fail(what);
  }

  /** A quoted string, single or double quotes, with the escapes of `quote` and of C. */
  string(what = "a string"): string {
    this.blanks();
    const mark = this.text[this.pos];
    if (mark !== '"' && mark !== "'") this.fail(what);
    let out = "";
    let i = this.pos + 1;
    for (; i < this.text.length && this.text[i] !== mark; i++) {
      if (this.text[i] === "\n") break;
      if (this.text[i] !== "\\") {
        out += this.text[i];
        continue;
      }
      const next = this.text[++i] ?? "";
      const hexDigits = next === "x" ? 2 : next === "u" ? 4 : 0;
      if (hexDigits > 0) {
        const hex = this.text.slice(i + 1, i + 1 + hexDigits);
        if (hex.length !== hexDigits || /[^0-9a-fA-F]/.test(hex)) this.failAt(i, `${hexDigits} hex digits`);
        out += String.fromCharCode(Number.parseInt(hex, 16));
        i += hexDigits;
      } else {
        out += ESCAPES[next] ?? this.failAt(i, "an escape");
      }
    }
    if (this.text[i] !== mark) this.failAt(i, `closing ${mark}`);
    this.pos = i + 1;
    return out;
  }

  end(): boolean {
    this.blanks();
    return this.pos >= this.text.length;
  }

  fail(expected: string): never {
    return this.failAt(this.pos, expected);
  }

  failAt(offset: number, expected: string): never {
    throw new FormatSyntaxError(this.text, offset, expected);
  }
}

/** Double-quoted, with everything outside printable ASCII escaped: one line, and read back without loss. */
export function quote(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const unit = text.charCodeAt(i);
    if (c === '"' || c === "'" || c === "\\") out += `\\${c}`;
    else if (c === "\n") out += "\\n";
    else if (c === "\t") out += "\\t";
    else if (c === "\r") out += "\\r";
    else if (c === "\f") out += "\\f";
    else if (c === "\v") out += "\\v";
    else if (unit >= 0x20 && unit < 0x7f) out += c;
    else out += `\\u${unit.toString(16).padStart(4, "0")}`;
  }
  return `${out}"`;
}

/** As PyTorch prints a float: `%.17g`, with a dot after an integer (`1.`, `1.0000000000000001e-05`, `-inf`, `-0.`). */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0." : "0.";
  const [mantissa, exponentText] = value.toExponential(16).split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 17) {
    const short = mantissa.replace(/\.?0+$/, "");
    const magnitude = String(Math.abs(exponent)).padStart(2, "0");
    return `${short}e${exponent < 0 ? "-" : "+"}${magnitude}`;
  }
  const plain = value.toFixed(Math.max(0, 16 - exponent));
  return plain.includes(".") ? plain.replace(/0+$/, "") : `${plain}.`;
}

/** The number in a float literal's text, `inf` and `nan` included. */
export function parseFloatLiteral(text: string): number {
  if (text === "inf" || text === "+inf") return Number.POSITIVE_INFINITY;
  if (text === "-inf") return Number.NEGATIVE_INFINITY;
  if (text === "nan") return Number.NaN;
  return Number(text);
}
