/** Which pieces of a TypeScript tree are types, node by node. */

import type { BlankOptions } from "./blank.ts";
import { isErased, isTypeOnlySpecifier, NOT_ERASABLE } from "./erased.ts";
import { locationIn, syntaxError } from "./error.ts";
import type { ParsedFile } from "./oxc.ts";
import type { Patch } from "./patch.ts";
import { Tokens } from "./tokens.ts";
import type { TypeMarkKind } from "./typed-text.ts";
import { type AnyNode, childrenOf } from "./walk.ts";

/** An offset, or the first or last token of a node once types are gone. */
export type Anchor = number | { readonly startOf: AnyNode } | { readonly endOf: AnyNode };

export interface Cuts {
  readonly marks: {
    readonly kind: TypeMarkKind;
    readonly start: number;
    readonly end: number;
    readonly anchor: Anchor;
  }[];
  readonly patches: Patch[];
  /** Statements and class members that stay, in lists that follow each other. */
  readonly lists: { readonly nodes: readonly AnyNode[]; readonly inClass: boolean }[];
  /** Statements and arrow bodies that begin with a type assertion. */
  readonly starts: { readonly node: AnyNode; readonly inner: AnyNode }[];
}

export function collectCuts(parsed: ParsedFile, options: BlankOptions): Cuts {
  const collector = new Collector(parsed, options);
  collector.visit(parsed.program);
  return collector.cuts;
}

const MODIFIERS = new Set(["public", "private", "protected", "readonly", "override", "abstract", "declare"]);

class Collector {
  readonly cuts: Cuts = { marks: [], patches: [], lists: [], starts: [] };
  readonly #parsed: ParsedFile;
  readonly #tokens: Tokens;
  readonly #unused: ReadonlySet<string>;

  constructor(parsed: ParsedFile, { unusedImports = new Set() }: BlankOptions) {
    this.#parsed = parsed;
    this.#tokens = new Tokens(parsed.text, parsed.comments);
    this.#unused = unusedImports;
  }

  #cut(kind: TypeMarkKind, start: number, end: number, anchor: Anchor): void {
    this.cuts.marks.push({ kind, start, end, anchor });
  }

  #refuse(node: AnyNode, message: string, advice = ""): never {
    const { text, file } = this.#parsed;
    throw syntaxError(message, locationIn(text, file, node.start), advice);
  }

  visit(node: AnyNode): void {
    const refused = NOT_ERASABLE[node.type];
    if (refused) this.#refuse(node, ...refused);
    if ((node.decorators as AnyNode[] | undefined)?.length)
      this.#refuse(
        (node.decorators as AnyNode[])[0]!,
        "decorators cannot be kept in a script",
        "Call what they call.",
      );
    switch (node.type) {
      case "Program":
      case "BlockStatement":
      case "StaticBlock":
      case "ClassBody":
        return this.#list(node.body as AnyNode[], node.type === "ClassBody");
      case "SwitchCase":
        if (node.test) this.visit(node.test as AnyNode);
        return this.#list(node.consequent as AnyNode[], false);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#function(node, { startOf: node });
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#class(node);
      case "MethodDefinition":
      case "PropertyDefinition":
      case "AccessorProperty":
        return this.#member(node);
      case "Property":
        return this.#property(node);
      case "TSParameterProperty":
        return this.#parameterProperty(node);
      case "Identifier":
      case "ObjectPattern":
      case "ArrayPattern":
      case "RestElement":
        this.#binding(node);
        break;
      case "VariableDeclarator":
        this.#binding(node.id as AnyNode, node.definite as boolean);
        this.#children(node.id as AnyNode);
        if (node.init) this.visit(node.init as AnyNode);
        return;
      case "TSAsExpression":
      case "TSSatisfiesExpression":
        return this.#cast(node);
      case "TSTypeAssertion":
        return this.#assertion(node);
      case "TSNonNullExpression": {
        const inner = node.expression as AnyNode;
        this.#cut("nonnull", node.end - 1, node.end, { endOf: inner });
        return this.visit(inner);
      }
      case "CallExpression":
      case "NewExpression":
        this.#typeArguments(node, node.callee as AnyNode);
        break;
      case "TaggedTemplateExpression":
        this.#typeArguments(node, node.tag as AnyNode);
        break;
      case "TSInstantiationExpression":
        this.#typeArguments(node, node.expression as AnyNode);
        break;
      case "ExpressionStatement":
        this.#start(node, node.expression as AnyNode);
        break;
      case "ImportDeclaration":
      case "ExportNamedDeclaration":
        this.#specifiers(node);
        break;
    }
    this.#children(node);
  }

  #children(node: AnyNode): void {
    for (const child of childrenOf(node)) if (!isType(child)) this.visit(child);
  }

  /** Statements or members in order: those that are only types go. */
  #list(nodes: readonly AnyNode[], inClass: boolean): void {
    const kept: AnyNode[] = [];
    for (const node of nodes) {
      if (isErased(node, this.#unused)) this.#cut("erased", node.start, node.end, node.start);
      else {
        kept.push(node);
        this.visit(node);
      }
    }
    if (kept.length > 1) this.cuts.lists.push({ nodes: kept, inClass });
  }

  #function(node: AnyNode, anchor: Anchor): void {
    const tokens = this.#tokens;
    const generics = node.typeParameters as AnyNode | null;
    if (generics) {
      this.#cut("typeParameters", generics.start, generics.end, anchor);
      // Between `async` and the parameters no line may end: the parenthesis moves up.
      const open = tokens.next(generics.end);
      if (node.type === "ArrowFunctionExpression" && node.async && tokens.hasBreak(generics.start, open)) {
        this.#cut("erased", open, open + 1, open);
        this.cuts.patches.push([generics.start, "("]);
      }
    }
    for (const [index, parameter] of (node.params as AnyNode[]).entries()) {
      if (index > 0 || parameter.type !== "Identifier" || parameter.name !== "this") this.visit(parameter);
      else {
        const comma = tokens.next(parameter.end);
        const end = tokens.text[comma] === "," ? comma + 1 : parameter.end;
        this.#cut("erased", parameter.start, end, parameter.start);
      }
    }
    const result = node.returnType as AnyNode | null;
    if (result) {
      this.#cut("return", result.start, result.end, anchor);
      // Nor between the parameters and `=>`: the parenthesis moves down.
      const close = tokens.previous(result.start);
      if (node.type === "ArrowFunctionExpression" && tokens.hasBreak(close, tokens.next(result.end))) {
        this.#cut("erased", close, close + 1, close);
        this.cuts.patches.push([result.end - 1, ")"]);
      }
    }
    const body = node.body as AnyNode | null;
    if (!body) return;
    if (node.type === "ArrowFunctionExpression") this.#start(node, body);
    this.visit(body);
  }

  #class(node: AnyNode): void {
    const tokens = this.#tokens;
    const anchor = { startOf: node };
    for (const { word, start, end } of tokens.words(node.start, (node.body as AnyNode).start)) {
      if (word === "abstract") this.#cut("erased", start, end, anchor);
      if (word === "class") break;
    }
    let at = (node.id as AnyNode | null)?.end ?? node.start;
    const generics = node.typeParameters as AnyNode | null;
    if (generics) {
      this.#cut("typeParameters", generics.start, generics.end, anchor);
      at = generics.end;
    }
    const base = node.superClass as AnyNode | null;
    if (base) {
      const args = node.superTypeArguments as AnyNode | null;
      if (args) this.#cut("typeArguments", args.start, args.end, { endOf: base });
      at = args?.end ?? base.end;
      this.visit(base);
    }
    const list = node.implements as AnyNode[];
    if (list.length > 0) {
      const [word] = [...tokens.words(at, list[0]!.start)].filter((found) => found.word === "implements");
      this.#cut("erased", word!.start, list.at(-1)!.end, anchor);
    }
    this.visit(node.body as AnyNode);
  }

  #member(node: AnyNode): void {
    const tokens = this.#tokens;
    const key = node.key as AnyNode;
    const open = node.computed ? tokens.previous(key.start) : key.start;
    for (const { word, start, end } of tokens.words(node.start, open))
      if (MODIFIERS.has(word)) this.#cut("erased", start, end, key.start);
    this.visit(key);
    const value = node.value as AnyNode | null;
    if (node.type === "MethodDefinition") {
      const question = tokens.previous(value!.start);
      if (node.optional) this.#cut("erased", question, question + 1, key.start);
      return this.#function(value!, key.start);
    }
    const type = node.typeAnnotation as AnyNode | null;
    if (type || node.optional || node.definite) {
      const behind = node.computed ? tokens.next(key.end) + 1 : key.end;
      const start = node.optional || node.definite ? tokens.next(behind) : type!.start;
      this.#cut("field", start, type?.end ?? start + 1, key.start);
    }
    if (value) this.visit(value);
  }

  #property(node: AnyNode): void {
    const key = node.key as AnyNode;
    const value = node.value as AnyNode;
    if (!node.shorthand) this.visit(key);
    if (node.method || node.kind !== "init") this.#function(value, key.start);
    else this.visit(value);
  }

  #parameterProperty(node: AnyNode): void {
    const parameter = node.parameter as AnyNode;
    this.#cut("parameterProperty", node.start, parameter.start, parameter.start);
    this.visit(parameter);
  }

  #binding(node: AnyNode, definite = false): void {
    const type = node.typeAnnotation as AnyNode | null | undefined;
    if (!type && !node.optional && !definite) return;
    const tokens = this.#tokens;
    let start = type?.start ?? 0;
    if (node.optional || definite) {
      const name = /^[^\s?!:,)=]+/.exec(tokens.text.slice(node.start, node.end))?.[0] ?? "";
      start = type ? tokens.previous(type.start) : tokens.next(node.start + name.length);
    }
    this.#cut("binding", start, type?.end ?? start + 1, node.start);
  }

  #cast(node: AnyNode): void {
    const inner = node.expression as AnyNode;
    const kind = node.type === "TSAsExpression" ? "as" : "satisfies";
    this.#cut(kind, this.#tokens.next(inner.end), node.end, { endOf: inner });
    this.visit(inner);
  }

  #assertion(node: AnyNode): void {
    const tokens = this.#tokens;
    const inner = node.expression as AnyNode;
    const before = tokens.text.slice(Math.max(0, tokens.previous(node.start) - 6), node.start).trimEnd();
    if (tokens.hasBreak(node.start, inner.start) && /\b(?:return|throw|yield)$/.test(before))
      this.#refuse(
        node,
        "a type assertion with a line break cannot be blanked here",
        "Write (value as Type).",
      );
    const type = node.typeAnnotation as AnyNode;
    const close = tokens.next(type.end);
    this.#cut("erased", node.start, node.start + 1, node.start);
    this.#cut("as", type.start, type.end, { endOf: inner });
    this.#cut("erased", close, close + 1, node.start);
    this.visit(inner);
  }

  /** Notes a place where a type assertion comes first. */
  #start(node: AnyNode, inner: AnyNode): void {
    if (this.#tokens.text[inner.start] === "<") this.cuts.starts.push({ node, inner });
  }

  #typeArguments(node: AnyNode, callee: AnyNode): void {
    const args = node.typeArguments as AnyNode | null;
    if (args) this.#cut("typeArguments", args.start, args.end, { endOf: callee });
  }

  #specifiers(node: AnyNode): void {
    for (const specifier of node.specifiers as AnyNode[]) {
      if (!isTypeOnlySpecifier(specifier, this.#unused)) continue;
      const comma = this.#tokens.next(specifier.end);
      const end = this.#tokens.text[comma] === "," ? comma + 1 : specifier.end;
      this.#cut("erased", specifier.start, end, specifier.start);
    }
  }
}

const VALUES = new Set(["TSParameterProperty", "TSAsExpression", "TSSatisfiesExpression", "TSTypeAssertion"]);

/** True for nodes that are types and nothing else. */
function isType({ type }: AnyNode): boolean {
  if (!type.startsWith("TS") || VALUES.has(type) || type in NOT_ERASABLE) return false;
  return type !== "TSNonNullExpression" && type !== "TSInstantiationExpression";
}
