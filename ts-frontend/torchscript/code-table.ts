/** The archive's source files: parsed when first asked for, definitions found by qualified name, places by offset. */

import type { SourceRange } from "../../format/ir/graph.ts";
import type { TorchScriptArchive } from "./archive-reader.ts";
import { badCode, type Place } from "./error.ts";
import type { ClassDef, FunctionDef, SourceFile, Span } from "./syntax/ast.ts";
import { TorchScriptSyntaxError } from "./syntax/lexer.ts";
import { parseSource } from "./syntax/parser.ts";

export type Definition =
  | { readonly kind: "class"; readonly def: ClassDef; readonly file: CodeFile }
  | { readonly kind: "function"; readonly def: FunctionDef; readonly file: CodeFile };

/** One file of `code/`, with the original places of what was printed into it. */
export class CodeFile {
  readonly path: string;
  readonly source: SourceFile;
  readonly #text: string;
  readonly #archive: TorchScriptArchive;
  readonly #sources: SparseSources;
  /** Offset of each line's first character. */
  #lines: number[] | undefined;

  constructor(path: string, text: string, archive: TorchScriptArchive, sources: SparseSources) {
    this.path = path;
    this.#text = text;
    this.#archive = archive;
    this.#sources = sources;
    try {
      this.source = parseSource(text);
    } catch (error) {
      if (!(error instanceof TorchScriptSyntaxError)) throw error;
      throw badCode(error.message, this.#printed(error.span.start));
    }
  }

  /** Where the code at an offset came from: the author's Python file, or else this file. */
  place({ start }: Span): Place {
    const original = this.#archive.debug(this.path)?.lookup(start);
    if (original === undefined) return this.#printed(start);
    const { file, line, col, text } = original;
    return { range: { file, line, col }, ...(text === undefined ? {} : { text }) };
  }

  /** As `place`, and keeps the line's text for the converted file. */
  range(span: Span): SourceRange {
    const { range, text } = this.place(span);
    if (text !== undefined) this.#sources.add(range, text);
    return range;
  }

  #printed(offset: number): Place {
    if (this.#lines === undefined) {
      this.#lines = [0];
      for (let at = this.#text.indexOf("\n"); at >= 0; at = this.#text.indexOf("\n", at + 1)) {
        this.#lines.push(at + 1);
      }
    }
    let low = 0;
    for (let high = this.#lines.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]! <= offset) low = middle;
      else high = middle;
    }
    const start = this.#lines[low]!;
    const end = this.#lines[low + 1] ?? this.#text.length + 1;
    return {
      range: { file: `code/${this.path}`, line: low + 1, col: Math.max(offset - start, 0) },
      text: this.#text.slice(start, end - 1),
    };
  }
}

/** Source files of which only some lines are known: those that nodes came from. */
export class SparseSources {
  readonly #files = new Map<string, Map<number, string>>();

  add({ file, line }: SourceRange, text: string): void {
    const lines = this.#files.get(file) ?? new Map<number, string>();
    lines.set(line, text);
    this.#files.set(file, lines);
  }

  /** The files' texts, lines that are not known left empty. */
  texts(): Map<string, string> {
    const texts = new Map<string, string>();
    for (const [file, lines] of this.#files) {
      const last = Math.max(...lines.keys());
      if (last > MAX_LINE) continue;
      const all = new Array<string>(last).fill("");
      for (const [line, text] of lines) if (line > 0) all[line - 1] = text;
      texts.set(file, `${all.join("\n")}\n`);
    }
    return texts;
  }
}

/** No source file is longer; a damaged debug record may claim so. */
const MAX_LINE = 1_000_000;

export class CodeTable {
  readonly sources = new SparseSources();
  readonly #archive: TorchScriptArchive;
  readonly #files = new Map<string, CodeFile | undefined>();

  constructor(archive: TorchScriptArchive) {
    this.#archive = archive;
  }

  /** The class or function of this qualified name, such as `__torch__.torch.nn.modules.linear.Linear`. */
  find(qualified: string): Definition | undefined {
    const dot = qualified.lastIndexOf(".");
    if (dot < 0) return undefined;
    const file = this.#file(`${qualified.slice(0, dot).replaceAll(".", "/")}.py`);
    const name = qualified.slice(dot + 1);
    const classDef = file?.source.classes.get(name);
    if (classDef !== undefined) return { kind: "class", def: classDef, file: file! };
    const functionDef = file?.source.functions.get(name);
    return functionDef && { kind: "function", def: functionDef, file: file! };
  }

  #file(path: string): CodeFile | undefined {
    if (this.#files.has(path)) return this.#files.get(path);
    const text = this.#archive.code.get(path);
    const file = text === undefined ? undefined : new CodeFile(path, text, this.#archive, this.sources);
    this.#files.set(path, file);
    return file;
  }
}
