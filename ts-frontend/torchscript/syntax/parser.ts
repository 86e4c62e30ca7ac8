/** Recursive descent over an archive's source: tokens in, one file's classes and functions out. */

import type {
  ClassDef,
  Expr,
  FunctionDef,
  Keyword,
  Parameter,
  SourceFile,
  Span,
  Stmt,
  WithItem,
} from "./ast.ts";
import { type Token, type TokenKind, TorchScriptSyntaxError, tokenize } from "./lexer.ts";

/** Deepest nesting of expressions and blocks: what the parser and those after it recurse into. */
const MAX_DEPTH = 400;

/** Binary operators by precedence, loosest first; all are left-associative but `**`. */
const LEVELS: readonly (readonly string[])[] = [
  ["or"],
  ["and"],
  ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"],
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "//", "%", "@"],
];

const LEVEL_OF: ReadonlyMap<string, number> = new Map(
  LEVELS.flatMap((ops, level) => ops.map((op) => [op, level])),
);

/** Throws TorchScriptSyntaxError. */
export function parseSource(text: string): SourceFile {
  return new Parser(tokenize(text)).file();
}

/** One expression that is the whole text: a type, as pickles hold them. */
export function parseExpression(text: string): Expr {
  return new Parser(tokenize(text)).only();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  file(): SourceFile {
    const classes = new Map<string, ClassDef>();
    const functions = new Map<string, FunctionDef>();
    const imports = new Map<string, string>();
    const define = <T extends { name: string } & Span>(map: Map<string, T>, def: T) => {
      if (classes.has(def.name) || functions.has(def.name)) {
        throw new TorchScriptSyntaxError(`${def.name} is defined twice`, def);
      }
      map.set(def.name, def);
    };
    while (!this.#is("end")) {
      if (this.#isName("class")) define(classes, this.#class());
      else if (this.#isName("def")) define(functions, this.#function());
      else if (this.#eatName("import")) this.#import(imports);
      // `op_version_set = 1`, which early archives begin with
      else this.#simpleStatement();
    }
    return { classes, functions, imports };
  }

  only(): Expr {
    const expr = this.#expression();
    if (this.#is("newline")) this.#advance();
    if (!this.#is("end")) this.#fail("the end");
    return expr;
  }

  get #token(): Token {
    return this.#tokens[this.#at]!;
  }

  #advance(): Token {
    return this.#tokens[this.#at++]!;
  }

  #is(kind: TokenKind): boolean {
    return this.#token.kind === kind;
  }

  #isName(name: string): boolean {
    return this.#token.kind === "name" && this.#token.text === name;
  }

  #isOp(op: string): boolean {
    return this.#token.kind === "op" && this.#token.text === op;
  }

  #eatName(name: string): boolean {
    if (!this.#isName(name)) return false;
    this.#at++;
    return true;
  }

  #eat(op: string): boolean {
    if (!this.#isOp(op)) return false;
    this.#at++;
    return true;
  }

  #expect(op: string): void {
    if (!this.#eat(op)) this.#fail(`"${op}"`);
  }

  #name(what = "a name"): string {
    return this.#is("name") ? this.#advance().text : this.#fail(what);
  }

  #fail(expected: string): never {
    const { kind, text } = this.#token;
    const got = kind === "name" || kind === "op" ? JSON.stringify(text) : kind;
    throw new TorchScriptSyntaxError(`expected ${expected}, got ${got}`, this.#token);
  }

  /** The span from `start` to the token before the cursor. */
  #span(start: number): Span {
    return { start, end: this.#tokens[Math.max(this.#at - 1, 0)]!.end };
  }

  #deeper<T>(body: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      throw new TorchScriptSyntaxError(`code nested more than ${MAX_DEPTH} deep`, this.#token);
    }
    try {
      return body();
    } finally {
      this.#depth--;
    }
  }

  #import(imports: Map<string, string>): void {
    let path = this.#name();
    while (this.#eat(".")) path += `.${this.#name()}`;
    if (this.#eatName("as")) imports.set(this.#name(), path);
    this.#endOfLine();
  }

  #endOfLine(): void {
    this.#eat(";");
    if (this.#is("newline")) this.#advance();
    else if (!this.#is("end")) this.#fail("the end of the line");
  }

  #class(): ClassDef {
    const { start } = this.#advance();
    const name = this.#name("a class's name");
    let base: string | undefined;
    if (this.#eat("(")) {
      if (!this.#isOp(")")) base = this.#name("a base class");
      this.#expect(")");
    }
    const body = this.#block();
    return { name, ...(base === undefined ? {} : { base }), body, ...this.#span(start) };
  }

  #function(): FunctionDef {
    const { start } = this.#advance();
    const name = this.#name("a function's name");
    const parameters: Parameter[] = [];
    let keywordOnly = false;
    this.#expect("(");
    while (!this.#eat(")")) {
      if (this.#eat("*")) keywordOnly = true;
      else parameters.push(this.#parameter(keywordOnly));
      if (!this.#isOp(")")) this.#expect(",");
    }
    const returns = this.#eat("->") ? this.#expression() : undefined;
    const body = this.#block();
    return { name, parameters, ...(returns === undefined ? {} : { returns }), body, ...this.#span(start) };
  }

  #parameter(keywordOnly: boolean): Parameter {
    const { start } = this.#token;
    const name = this.#name("a parameter");
    const type = this.#eat(":") ? this.#expression() : undefined;
    const value = this.#eat("=") ? this.#expression() : undefined;
    return {
      name,
      ...(type === undefined ? {} : { type }),
      ...(value === undefined ? {} : { default: value }),
      keywordOnly,
      ...this.#span(start),
    };
  }

  /** `: statements`, indented below or on the same line. */
  #block(): Stmt[] {
    return this.#deeper(() => {
      this.#expect(":");
      if (!this.#is("newline")) return [this.#simpleStatement()];
      this.#advance();
      if (!this.#is("indent")) return [];
      this.#advance();
      const body: Stmt[] = [];
      while (!this.#is("dedent") && !this.#is("end")) body.push(this.#statement());
      this.#advance();
      return body;
    });
  }

  #statement(): Stmt {
    const { start } = this.#token;
    if (this.#isName("def")) return { kind: "def", def: this.#function(), ...this.#span(start) };
    if (this.#eatName("if")) return this.#if(start);
    if (this.#eatName("while")) {
      const test = this.#expression();
      return { kind: "while", test, body: this.#block(), ...this.#span(start) };
    }
    if (this.#eatName("for")) {
      const target = this.#targets();
      if (!this.#eatName("in")) this.#fail('"in"');
      const iterable = this.#expression();
      return { kind: "for", target, iterable, body: this.#block(), ...this.#span(start) };
    }
    if (this.#eatName("with")) {
      const items: WithItem[] = [];
      do {
        const object = this.#expression();
        items.push(this.#eatName("as") ? { object, target: this.#expression() } : { object });
      } while (this.#eat(","));
      return { kind: "with", items, body: this.#block(), ...this.#span(start) };
    }
    return this.#simpleStatement();
  }

  #if(start: number): Stmt {
    const test = this.#expression();
    const yes = this.#block();
    let no: Stmt[] = [];
    const { start: next } = this.#token;
    if (this.#eatName("elif")) no = [this.#deeper(() => this.#if(next))];
    else if (this.#eatName("else")) no = this.#block();
    return { kind: "if", test, yes, no, ...this.#span(start) };
  }

  /** The names of a `for`: one, or several as a tuple. */
  #targets(): Expr {
    const { start } = this.#token;
    const first = this.#postfix();
    if (!this.#isOp(",")) return first;
    const items = [first];
    while (this.#eat(",")) if (!this.#isName("in")) items.push(this.#postfix());
    return { kind: "tuple", items, ...this.#span(start) };
  }

  #simpleStatement(): Stmt {
    const { start } = this.#token;
    const statement = this.#lineStatement(start);
    this.#endOfLine();
    return statement;
  }

  #lineStatement(start: number): Stmt {
    if (this.#eatName("pass")) return { kind: "pass", ...this.#span(start) };
    if (this.#eatName("return")) {
      if (this.#is("newline") || this.#is("end")) return { kind: "return", ...this.#span(start) };
      const value = this.#expressionList();
      return { kind: "return", value, ...this.#span(start) };
    }
    const first = this.#expression();
    if (this.#eat(":")) {
      const type = this.#expression();
      const value = this.#eat("=") ? this.#expressionList() : undefined;
      return {
        kind: "declare",
        target: first,
        type,
        ...(value === undefined ? {} : { value }),
        ...this.#span(start),
      };
    }
    const targets = [first];
    let unpacks = false;
    while (this.#eat(",")) {
      unpacks = this.#isOp("=");
      if (!unpacks) targets.push(this.#expression());
    }
    if (this.#eat("=")) {
      const value = this.#expressionList();
      return { kind: "assign", targets, unpacks, value, ...this.#span(start) };
    }
    const value: Expr =
      targets.length === 1 ? first : { kind: "tuple", items: targets, ...this.#span(start) };
    return { kind: "expr", value, ...this.#span(start) };
  }

  /** `e`, or `e, f` as a tuple. */
  #expressionList(): Expr {
    const { start } = this.#token;
    const first = this.#expression();
    if (!this.#isOp(",")) return first;
    const items = [first];
    while (this.#eat(",")) if (!this.#is("newline")) items.push(this.#expression());
    return { kind: "tuple", items, ...this.#span(start) };
  }

  #expression(): Expr {
    return this.#deeper(() => {
      const { start } = this.#token;
      const yes = this.#binary(0);
      if (!this.#eatName("if")) return yes;
      const test = this.#binary(0);
      if (!this.#eatName("else")) this.#fail('"else"');
      const no = this.#expression();
      return { kind: "conditional", test, yes, no, ...this.#span(start) };
    });
  }

  /** An operand and the operators of this level or tighter that follow it. */
  #binary(level: number): Expr {
    const { start } = this.#token;
    let left = this.#unary();
    for (;;) {
      const op = this.#operator(level);
      if (op === undefined) return left;
      const right = this.#binary(LEVEL_OF.get(op)! + 1);
      left = { kind: "binary", op, left, right, ...this.#span(start) };
    }
  }

  /** The operator at the cursor if it is of this level or tighter, consumed. */
  #operator(level: number): string | undefined {
    const { kind, text } = this.#token;
    if (kind !== "op" && kind !== "name") return undefined;
    const next = this.#tokens[this.#at + 1];
    const two = next?.kind === "name" ? `${text} ${next.text}` : text;
    const op = LEVEL_OF.has(two) ? two : text;
    if ((LEVEL_OF.get(op) ?? -1) < level) return undefined;
    this.#at += op === text ? 1 : 2;
    return op;
  }

  #unary(): Expr {
    const { start, text, kind } = this.#token;
    const isOperator = kind === "op" ? "-+~".includes(text) : kind === "name" && text === "not";
    if (!isOperator) return this.#power();
    return this.#deeper(() => {
      this.#advance();
      const operand = text === "not" ? this.#binary(2) : this.#unary();
      if (text === "-" && operand.kind === "int") {
        return { kind: "int", value: -operand.value, ...this.#span(start) };
      }
      if (text === "-" && (operand.kind === "float" || operand.kind === "imaginary")) {
        return { kind: operand.kind, value: -operand.value, ...this.#span(start) };
      }
      return { kind: "unary", op: text, operand, ...this.#span(start) };
    });
  }

  #power(): Expr {
    const { start } = this.#token;
    const left = this.#postfix();
    if (!this.#eat("**")) return left;
    const right = this.#unary();
    return { kind: "binary", op: "**", left, right, ...this.#span(start) };
  }

  #postfix(): Expr {
    const { start } = this.#token;
    let expr = this.#atom();
    for (;;) {
      if (this.#eat(".")) {
        expr = { kind: "attribute", object: expr, name: this.#name(), ...this.#span(start) };
      } else if (this.#eat("(")) {
        expr = this.#call(expr, start);
      } else if (this.#eat("[")) {
        const index = this.#subscript();
        this.#expect("]");
        expr = { kind: "subscript", object: expr, index, ...this.#span(start) };
      } else {
        return expr;
      }
    }
  }

  #call(callee: Expr, start: number): Expr {
    const args: Expr[] = [];
    const keywords: Keyword[] = [];
    while (!this.#eat(")")) {
      const next = this.#tokens[this.#at + 1];
      if (this.#is("name") && next?.kind === "op" && next.text === "=") {
        const name = this.#name();
        this.#advance();
        keywords.push({ name, value: this.#expression() });
      } else {
        args.push(this.#expression());
      }
      if (!this.#isOp(")")) this.#expect(",");
    }
    return { kind: "call", callee, args, keywords, ...this.#span(start) };
  }

  #subscript(): Expr {
    const { start } = this.#token;
    const first = this.#isOp(":") ? undefined : this.#expression();
    if (!this.#isOp(":")) {
      if (!this.#isOp(",")) return first!;
      const items = [first!];
      while (this.#eat(",")) if (!this.#isOp("]")) items.push(this.#expression());
      return { kind: "tuple", items, ...this.#span(start) };
    }
    const part = () => {
      if (!this.#eat(":") || this.#isOp("]") || this.#isOp(":")) return undefined;
      return this.#expression();
    };
    const upper = part();
    const step = part();
    return {
      kind: "slice",
      ...(first === undefined ? {} : { lower: first }),
      ...(upper === undefined ? {} : { upper }),
      ...(step === undefined ? {} : { step }),
      ...this.#span(start),
    };
  }

  #atom(): Expr {
    const token = this.#advance();
    const { start, kind, text } = token;
    switch (kind) {
      case "int":
        return { kind: "int", value: BigInt(text), ...this.#span(start) };
      case "float":
      case "imaginary":
        return { kind, value: Number(text), ...this.#span(start) };
      case "str": {
        let value = text;
        while (this.#is("str")) value += this.#advance().text;
        return { kind: "str", value, ...this.#span(start) };
      }
      case "name":
        if (text === "None") return { kind: "constant", value: null, ...this.#span(start) };
        if (text === "True" || text === "False") {
          return { kind: "constant", value: text === "True", ...this.#span(start) };
        }
        return { kind: "name", name: text, ...this.#span(start) };
      case "op":
        if (text === "(") return this.#parenthesised(start);
        if (text === "[") return { kind: "list", items: this.#items("]"), ...this.#span(start) };
        if (text === "{") return this.#dict(start);
    }
    this.#at--;
    return this.#fail("an expression");
  }

  /** Expressions up to the closing bracket; a trailing comma is allowed. */
  #items(close: string): Expr[] {
    const items: Expr[] = [];
    while (!this.#eat(close)) {
      items.push(this.#expression());
      if (!this.#isOp(close)) this.#expect(",");
    }
    return items;
  }

  #parenthesised(start: number): Expr {
    if (this.#eat(")")) return { kind: "tuple", items: [], ...this.#span(start) };
    const first = this.#expression();
    if (this.#eat(")")) return first;
    this.#expect(",");
    return { kind: "tuple", items: [first, ...this.#items(")")], ...this.#span(start) };
  }

  #dict(start: number): Expr {
    const entries: [Expr, Expr][] = [];
    while (!this.#eat("}")) {
      const key = this.#expression();
      this.#expect(":");
      entries.push([key, this.#expression()]);
      if (!this.#isOp("}")) this.#expect(",");
    }
    return { kind: "dict", entries, ...this.#span(start) };
  }
}
