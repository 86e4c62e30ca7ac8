/**
 * Reads the text of a type: TypeScript's notation, and what JSDoc adds to it. Names are looked up by the caller, so that
 * interfaces, aliases and classes resolve where they are declared.
 */

import { arrayS, FunctionS, NullS, type SType, tupleS, UndefinedS, UnknownS, unionS } from "./model.ts";

export interface Field {
  readonly name: string;
  readonly type: SType;
}

/** What the reader of a type asks its surroundings. */
export interface TypeNames {
  /** The type of a name with its type arguments, or undefined for a name nobody knows. */
  lookup(name: string, args: readonly SType[]): SType | undefined;
  /** The type of objects with these fields. */
  object(fields: readonly Field[]): SType;
  /** The type of objects with any string keys. */
  record(value: SType): SType;
}

/** A type's text that cannot be read, or names what is not known. */
export class TypeTextError extends Error {
  /** Offset in the text. */
  readonly at: number;
  /** A name that is not known, rather than text that is no type. */
  readonly unknownName: string | undefined;

  constructor(message: string, at: number, unknownName?: string) {
    super(message);
    this.at = at;
    this.unknownName = unknownName;
  }
}

/** A parameter of a function's signature. */
export interface SignatureParameter {
  readonly name: string;
  readonly optional: boolean;
  readonly type: SType;
}

export interface Signature {
  readonly parameters: readonly SignatureParameter[];
  readonly result: SType;
}

/** The type that a text stands for; a leading colon, `?` or `!` of an annotation is passed over. */
export function parseType(text: string, names: TypeNames): SType {
  const reader = new TypeReader(text, names);
  reader.skipAnnotationMark();
  const type = reader.type();
  reader.end();
  return type;
}

/** A signature: `(x: Tensor, n?: int) => Tensor`. */
export function parseSignature(text: string, names: TypeNames): Signature {
  const reader = new TypeReader(text, names);
  const signature = reader.signature();
  reader.end();
  return signature;
}

/** The fields of `{ a: T; b?: U }`, or of an interface's body. */
export function parseFields(text: string, names: TypeNames): readonly Field[] {
  const reader = new TypeReader(text, names);
  const fields = reader.fields();
  reader.end();
  return fields.fields;
}

/** A declaration's text taken apart: `interface P<T> extends Q { … }`, `type P<T> = …`. */
export interface Declaration {
  readonly kind: "interface" | "alias";
  readonly name: string;
  readonly parameters: readonly string[];
  readonly bases: readonly string[];
  /** The braces and what they hold, or the aliased type. */
  readonly body: string;
}

const DECLARATION =
  /^\s*(?:export\s+)?(?:declare\s+)?(interface|type)\s+([A-Za-z_$][\w$]*)\s*(?:<([^>]*)>)?\s*(?:extends\s+([^{]*))?/;

export function parseDeclaration(text: string): Declaration | undefined {
  const match = DECLARATION.exec(text);
  if (match === null) return undefined;
  const kind = match[1] === "interface" ? "interface" : "alias";
  const rest = text.slice(match[0].length).trim();
  return {
    kind,
    name: match[2]!,
    parameters: (match[3] ?? "")
      .split(",")
      .map((part) => part.trim().split(/\s/)[0]!)
      .filter((name) => name !== ""),
    bases: (match[4] ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    body: kind === "interface" ? rest : rest.replace(/^=\s*/, "").replace(/;\s*$/, ""),
  };
}

const NAME = /[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/y;
const NUMBER = /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SPACE = /(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*)*/y;

class TypeReader {
  readonly #text: string;
  readonly #names: TypeNames;
  #at = 0;

  constructor(text: string, names: TypeNames) {
    this.#text = text;
    this.#names = names;
  }

  #fail(wanted: string): never {
    const got = this.#at < this.#text.length ? this.#text.slice(this.#at, this.#at + 12) : "the end";
    throw new TypeTextError(`expected ${wanted}, got ${got}`, this.#at);
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #match(pattern: RegExp): string | undefined {
    this.#space();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #peek(symbol: string): boolean {
    this.#space();
    return this.#text.startsWith(symbol, this.#at);
  }

  #eat(symbol: string): boolean {
    if (!this.#peek(symbol)) return false;
    this.#at += symbol.length;
    return true;
  }

  #word(word: string): boolean {
    this.#space();
    const after = this.#text[this.#at + word.length] ?? " ";
    if (!this.#text.startsWith(word, this.#at) || /[\w$]/.test(after)) return false;
    this.#at += word.length;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#eat(symbol)) this.#fail(`"${symbol}"`);
  }

  skipAnnotationMark(): void {
    while (this.#eat("?") || this.#eat("!")) {}
    this.#eat(":");
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail("the end of the type");
  }

  type(): SType {
    this.#eat("|");
    if (this.#peek("(") && this.#isFunction()) {
      this.signature();
      return FunctionS;
    }
    const members = [this.#postfix()];
    while (this.#eat("|")) members.push(this.#postfix());
    if (this.#peek("&")) throw new TypeTextError("intersections of types are not supported", this.#at);
    return members.length === 1 ? members[0]! : unionS(members);
  }

  /** True at `(…) =>`. */
  #isFunction(): boolean {
    let depth = 0;
    for (let i = this.#at; i < this.#text.length; i++) {
      const c = this.#text[i]!;
      if ("([{<".includes(c)) depth++;
      else if (")]}".includes(c) || (c === ">" && this.#text[i - 1] !== "=")) depth--;
      if (depth === 0) return /^\s*=>/.test(this.#text.slice(i + 1));
    }
    return false;
  }

  signature(): Signature {
    this.#expect("(");
    const parameters: SignatureParameter[] = [];
    while (!this.#eat(")")) {
      this.#eat("...");
      const name = this.#match(NAME) ?? this.#fail("a parameter's name");
      const optional = this.#eat("?");
      const given = this.#eat(":") ? this.type() : UnknownS;
      parameters.push({ name, optional, type: optional ? unionS([given, UndefinedS]) : given });
      if (!this.#eat(",") && !this.#peek(")")) this.#fail('"," or ")"');
    }
    if (!this.#eat("=>")) this.#expect(":");
    return { parameters, result: this.type() };
  }

  #postfix(): SType {
    let type = this.#primary();
    while (true) {
      if (this.#eat("[")) {
        if (!this.#eat("]")) throw new TypeTextError("indexed access types are not supported", this.#at);
        type = arrayS(type);
      } else if (this.#eat("=")) type = unionS([type, UndefinedS]);
      else return type;
    }
  }

  #primary(): SType {
    this.#space();
    const start = this.#at;
    if (this.#eat("(")) {
      const inner = this.type();
      this.#expect(")");
      return inner;
    }
    if (this.#eat("[")) return this.#tuple();
    if (this.#peek("{")) return this.#object();
    if (this.#eat("?")) return unionS([this.#postfix(), NullS]);
    if (this.#eat("*")) return UnknownS;
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return { kind: "literal", value: this.#string(quote) };
    const number = this.#match(NUMBER);
    if (number !== undefined) return { kind: "literal", value: Number(number) };
    if (this.#word("readonly")) return this.#postfix();
    for (const word of ["keyof", "typeof", "infer", "unique"]) {
      if (this.#word(word)) throw new TypeTextError(`the type operator ${word} is not supported`, start);
    }
    const name = this.#match(NAME) ?? this.#fail("a type");
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
    const args: SType[] = [];
    if (this.#eat(".<") || this.#eat("<")) {
      do args.push(this.type());
      while (this.#eat(","));
      this.#expect(">");
    }
    const found = this.#names.lookup(name, args);
    if (found === undefined) throw new TypeTextError(`the type ${name} is not known`, start, name);
    return found;
  }

  #string(quote: string): string {
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end < 0) this.#fail(`a closing ${quote}`);
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inner;
  }

  #tuple(): SType {
    const elems: SType[] = [];
    const labels: string[] = [];
    while (!this.#eat("]")) {
      if (this.#peek("...")) throw new TypeTextError("tuples have a fixed length", this.#at);
      const before = this.#at;
      // A labelled element: [first: number, second?: string].
      const label = this.#match(NAME);
      const optional = label !== undefined && this.#eat("?");
      if (label === undefined || !this.#eat(":")) this.#at = before;
      else labels.push(label);
      const type = this.type();
      elems.push(optional ? unionS([type, UndefinedS]) : type);
      if (!this.#eat(",") && !this.#peek("]")) this.#fail('"," or "]"');
    }
    return labels.length > 0 && labels.length === elems.length
      ? { kind: "tuple", elems, labels }
      : tupleS(elems);
  }

  #object(): SType {
    const { fields, index } = this.fields();
    if (index !== undefined) {
      if (fields.length > 0)
        throw new TypeTextError("an object has named fields or any keys, not both", this.#at);
      return this.#names.record(index);
    }
    return this.#names.object(fields);
  }

  /** What stands in braces: named fields, and the type behind `[key: string]`. */
  fields(): { fields: readonly Field[]; index: SType | undefined } {
    this.#expect("{");
    const fields: Field[] = [];
    let index: SType | undefined;
    while (!this.#eat("}")) {
      while (this.#word("readonly") || this.#word("public") || this.#word("declare")) {}
      if (this.#eat("[")) {
        this.#match(NAME);
        this.#expect(":");
        const key = this.type();
        if (key.kind !== "string") throw new TypeTextError("the keys of an object are strings", this.#at);
        this.#expect("]");
        this.#expect(":");
        index = this.type();
      } else {
        this.#space();
        const quote = this.#text[this.#at];
        const quoted = quote === '"' || quote === "'" ? this.#string(quote) : undefined;
        const name = quoted ?? this.#match(NAME) ?? this.#fail("a field's name");
        const optional = this.#eat("?");
        if (this.#peek("(")) {
          this.signature();
          fields.push({ name, type: FunctionS });
        } else {
          const given = this.#eat(":") ? this.type() : UnknownS;
          fields.push({ name, type: optional ? unionS([given, UndefinedS]) : given });
        }
      }
      while (this.#eat(";") || this.#eat(",")) {}
    }
    return { fields, index };
  }
}
