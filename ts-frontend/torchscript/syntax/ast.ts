/** The syntax tree of an archive's source: a strict subset of Python, as TorchScript's printer writes it. */

/** A place in the text: offset of the first character, and of the one after the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Expr = Span &
  (
    | { readonly kind: "int"; readonly value: bigint }
    | { readonly kind: "float"; readonly value: number }
    /** The imaginary part of a complex literal: the `4.` of `4.j`. */
    | { readonly kind: "imaginary"; readonly value: number }
    | { readonly kind: "str"; readonly value: string }
    /** `None`, `True`, `False`. */
    | { readonly kind: "constant"; readonly value: null | boolean }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "attribute"; readonly object: Expr; readonly name: string }
    | {
        readonly kind: "call";
        readonly callee: Expr;
        readonly args: readonly Expr[];
        readonly keywords: readonly Keyword[];
      }
    | { readonly kind: "subscript"; readonly object: Expr; readonly index: Expr }
    /** Only as a subscript. */
    | { readonly kind: "slice"; readonly lower?: Expr; readonly upper?: Expr; readonly step?: Expr }
    | { readonly kind: "list"; readonly items: readonly Expr[] }
    | { readonly kind: "tuple"; readonly items: readonly Expr[] }
    | { readonly kind: "dict"; readonly entries: readonly (readonly [Expr, Expr])[] }
    | { readonly kind: "unary"; readonly op: string; readonly operand: Expr }
    | { readonly kind: "binary"; readonly op: string; readonly left: Expr; readonly right: Expr }
    | { readonly kind: "conditional"; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  );

export interface Keyword {
  readonly name: string;
  readonly value: Expr;
}

export type Stmt = Span &
  /** `a, b = e`; `unpacks` is true for `a, b, = e`, where `e` is one list or tuple that is taken apart. */
  (
    | {
        readonly kind: "assign";
        readonly targets: readonly Expr[];
        readonly unpacks: boolean;
        readonly value: Expr;
      }
    /** `x : T` or `x : T = e`. */
    | { readonly kind: "declare"; readonly target: Expr; readonly type: Expr; readonly value?: Expr }
    | { readonly kind: "expr"; readonly value: Expr }
    | {
        readonly kind: "if";
        readonly test: Expr;
        readonly yes: readonly Stmt[];
        readonly no: readonly Stmt[];
      }
    | { readonly kind: "while"; readonly test: Expr; readonly body: readonly Stmt[] }
    | {
        readonly kind: "for";
        readonly target: Expr;
        readonly iterable: Expr;
        readonly body: readonly Stmt[];
      }
    | { readonly kind: "with"; readonly items: readonly WithItem[]; readonly body: readonly Stmt[] }
    | { readonly kind: "return"; readonly value?: Expr }
    | { readonly kind: "pass" }
    | { readonly kind: "def"; readonly def: FunctionDef }
  );

export interface WithItem {
  readonly object: Expr;
  readonly target?: Expr;
}

export interface Parameter extends Span {
  readonly name: string;
  readonly type?: Expr;
  readonly default?: Expr;
  /** After a lone `*`. */
  readonly keywordOnly: boolean;
}

export interface FunctionDef extends Span {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returns?: Expr;
  readonly body: readonly Stmt[];
}

export interface ClassDef extends Span {
  readonly name: string;
  /** `Module`, `NamedTuple`, `Enum`, `Interface`, `ModuleInterface`, or undefined for a script class. */
  readonly base?: string;
  readonly body: readonly Stmt[];
}

/** One file. */
export interface SourceFile {
  readonly classes: ReadonlyMap<string, ClassDef>;
  readonly functions: ReadonlyMap<string, FunctionDef>;
  /** `import a.b as c` of early archives: c → a.b. */
  readonly imports: ReadonlyMap<string, string>;
}
