/** A parsed source: the text, its types by the place they belong to, and the values of its free variables. */

import type { SourceRange } from "../../../format/ir/graph.ts";
import type { SourceLocation } from "../../../loader/error.ts";
import { shortPath } from "../../jit/places.ts";
import {
  lineTextOf,
  markText,
  placeOf,
  type TypedText,
  type TypeMark,
  type TypeMarkKind,
} from "../source/index.ts";
import { type DocType, docTypes } from "./jsdoc.ts";
import type { NodeLike } from "./values.ts";

export class SourceUnit {
  readonly text: TypedText;
  /** The file as the program names it. */
  readonly file: string;
  /** Values of free variables, read when a name is met. */
  readonly outer: (name: string) => { readonly value: unknown } | undefined;
  readonly #marks = new Map<string, TypeMark[]>();
  readonly #docs: readonly DocType[];

  constructor(text: TypedText, outer: (name: string) => { readonly value: unknown } | undefined) {
    this.text = text;
    this.file = shortPath(text.file);
    this.outer = outer;
    for (const mark of text.marks) {
      const key = `${mark.kind} ${mark.anchor}`;
      const list = this.#marks.get(key);
      if (list) list.push(mark);
      else this.#marks.set(key, [mark]);
    }
    this.#docs = text.text.includes("/**") ? docTypes(text.text) : [];
  }

  /** The user's text of a type mark at this anchor. */
  typeText(kind: TypeMarkKind, anchor: number): string | undefined {
    const mark = this.#marks.get(`${kind} ${anchor}`)?.[0];
    return mark && markText(this.text, mark);
  }

  /** The marks of casts and the like that follow an expression ending here, in order. */
  castsAt(end: number): readonly TypeMark[] {
    return (["as", "satisfies", "nonnull"] as const)
      .flatMap((kind) => this.#marks.get(`${kind} ${end}`) ?? [])
      .sort((a, b) => a.start - b.start);
  }

  /** The source of nn, which `npm run gen` keeps for scripts. */
  get isLibrary(): boolean {
    return this.text.file.startsWith("sconce/ts-frontend/nn/");
  }

  /** The type in a JSDoc comment right before an offset: `{T}` of `@type`. */
  docBefore(offset: number): string | undefined {
    return this.#docs.find((doc) => doc.tag === "type" && this.#isBefore(doc, offset))?.type;
  }

  /** The type of a JSDoc cast: `@type` right before a parenthesis at this offset. */
  castBefore(offset: number): string | undefined {
    return this.#docs.find(
      (doc) => doc.tag === "type" && doc.end <= offset && this.text.text.slice(doc.end, offset).trim() === "",
    )?.type;
  }

  /** The type that the JSDoc comment before or inside a function gives a parameter, or the result (`@returns`). */
  docOf(fn: { start: number; bodyStart: number }, name: string | undefined): string | undefined {
    return this.#docs.find(
      (doc) =>
        (name === undefined ? doc.tag === "returns" : doc.tag === "param" && doc.name === name) &&
        ((doc.start >= fn.start && doc.end <= fn.bodyStart) || this.#isBefore(doc, fn.start)),
    )?.type;
  }

  #isBefore(doc: DocType, offset: number): boolean {
    return (
      doc.end <= offset &&
      /^[\s(]*(?:(?:export|default|static|async|const|let|var)\s+)*(?:[\w$]+\s*=\s*)?\(*$/.test(
        this.text.text.slice(doc.end, offset),
      )
    );
  }

  /** The place of an offset as nodes of the graph carry it. */
  range(node: { start: number }): SourceRange {
    const { line, column } = placeOf(this.text, node.start);
    return { file: this.file, line, col: column };
  }

  location(node: NodeLike, inside: string): SourceLocation {
    const { line, column } = placeOf(this.text, node.start);
    const text = lineTextOf(this.text, node.start);
    const first = this.text.original.slice(node.start, node.end).split(/[\n\r]/, 1)[0]!;
    return {
      file: this.file,
      line,
      column: column + 1,
      length: first.trimEnd().length,
      text,
      function: inside,
    };
  }

  /** The user's own text of a node, in one line. */
  snippet(node: NodeLike): string {
    const text = this.text.original.slice(node.start, node.end).replace(/\s+/g, " ");
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
  }
}
