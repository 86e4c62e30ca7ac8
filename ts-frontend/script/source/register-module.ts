/** The calls of `registerSource` that a module gets, with its functions' and classes' text and types. */

import { SconceError } from "../../../loader/error.ts";
import { resolve } from "./bindings.ts";
import { type BlankedFile, blank } from "./blank.ts";
import { type Declarations, declarationsOf, type FileReader } from "./declarations.ts";
import type { Insertion } from "./insertions.ts";
import type { ParsedFile } from "./oxc.ts";
import { type PackedText, packMarks, packPatches } from "./packed-text.ts";
import type { Patch } from "./patch.ts";
import { type Target, targetsOf } from "./targets.ts";
import { lineAt, lineStarts, type TypeMark } from "./typed-text.ts";
import type { AnyNode } from "./walk.ts";

export interface RegisterOptions {
  /** The file's name in texts. */
  readonly file: string;
  /** Where `registerSource` comes from: `sconce/torch`. */
  readonly from: string;
  /** Finds the types that the file imports. */
  readonly reader: FileReader;
}

const REGISTER = "__sconce_register";
const TYPES = "__sconce_types";

/**
 * Insertions, none of which adds a line, that register what the file has. A function is registered at the start of the
 * module or block that declares it, all else behind its declaration: so a script may be made in the same module.
 *
 * A module that has them already, from another tool, gets none.
 *
 * A declaration whose syntax cannot be kept, as one with decorators, is registered too: the error comes when it is
 * scripted.
 */
export function registrations(parsed: ParsedFile, { file, from, reader }: RegisterOptions): Insertion[] {
  const head = headOf(parsed);
  const targets = targetsOf(parsed, head);
  if (targets.length === 0 || parsed.text.includes(REGISTER)) return [];
  const declared = declarationsOf(parsed, reader);
  const { free } = resolve(
    parsed.program,
    targets.map(({ node }) => node),
  );
  const starts = lineStarts(parsed.text);
  const hasTypes = Object.keys(declared.texts).length > 0;
  const types = hasTypes ? ` const ${TYPES} = ${JSON.stringify(declared.texts)};` : "";
  const isBehind = parsed.program.body.some(({ directive }) => typeof directive === "string") ? ";" : "";
  const insertions: Insertion[] = [
    {
      at: head,
      text: `${isBehind} import { registerSource as ${REGISTER} } from ${JSON.stringify(from)};${types} `,
    },
  ];
  const visible = namesOfModule(parsed);
  const textOf = textsOf(parsed, file, hasTypes);
  for (const target of targets) {
    const { node } = target;
    const row = lineAt(starts, node.start);
    const place = { f: file, l: row + 1, c: node.start - starts[row]! };
    const names = new Set(free.get(node)!.names);
    for (const name of typesIn(parsed, node, declared)) if (visible.has(name)) names.add(name);
    names.delete("arguments");
    const scope = names.size > 0 ? `, () => ({ ${[...names].join(", ")} })` : "";
    const rest = `${textOf(target, place)}${scope})`;
    if (target.name !== undefined)
      insertions.push({ at: target.at, text: `; ${REGISTER}(${target.name}, ${rest};` });
    else {
      // What was a declaration, `export default class {}`, is an expression now and must end.
      const end = node.type.endsWith("Declaration") ? ";" : "";
      insertions.push({ at: node.start, text: `${REGISTER}(` }, { at: node.end, text: `, ${rest}${end}` });
    }
  }
  return insertions;
}

/** What a module imports the author's package as, types alone included; undefined where it does not. */
export function packageOf({ program }: ParsedFile, names: readonly string[]): string | undefined {
  for (const { type, source } of program.body) {
    if (type !== "ImportDeclaration") continue;
    const name = (source as AnyNode).value as string;
    if (names.includes(name)) return name;
  }
  return undefined;
}

/** Behind a `#!` line's text nothing may follow, nor may anything stand before directives. */
function headOf({ program, text }: ParsedFile): number {
  const directives = program.body.filter(({ directive }) => typeof directive === "string");
  const last = directives.at(-1);
  if (last) return last.end;
  const hashbang = /^#!.*(?:\r\n|\n|\r|\u2028|\u2029)?/.exec(text);
  return hashbang ? hashbang[0].length : /^\uFEFF?/.exec(text)![0].length;
}

function namesOfModule(parsed: ParsedFile): Set<string> {
  const names = new Set<string>();
  for (const statement of parsed.program.body) {
    const declaration = (statement.declaration as AnyNode | null | undefined) ?? statement;
    if (declaration.type === "ClassDeclaration" && declaration.id)
      names.add((declaration.id as AnyNode).name as string);
    if (statement.type === "ImportDeclaration" && statement.importKind !== "type")
      for (const specifier of statement.specifiers as AnyNode[])
        if (specifier.importKind !== "type") names.add((specifier.local as AnyNode).name as string);
  }
  return names;
}

/** The classes that the types of a declaration name. */
function typesIn({ text }: ParsedFile, node: AnyNode, { classes }: Declarations): string[] {
  const words = new Set(text.slice(node.start, node.end).match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  return [...classes].filter((name) => words.has(name));
}

/** Gives the code that makes a target's packed text. */
function textsOf(parsed: ParsedFile, file: string, hasTypes: boolean) {
  const packed = packerOf({ ...parsed, file });
  return ({ node, annotation }: Target, place: Place): string => {
    try {
      const type = annotation && { a: parsed.text.slice(annotation.start, annotation.end) };
      const fields = JSON.stringify({ ...packed(node, place), ...type });
      return hasTypes ? `${fields.slice(0, -1)},"d":${TYPES}}` : fields;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { code, where, advice } = error;
      return JSON.stringify({ e: { code, message: error.message.split("\n")[0], where, advice } });
    }
  };
}

function isRefusal(error: unknown): error is SconceError {
  return error instanceof SconceError && error.code === "SYNTAX";
}

type Place = Pick<PackedText, "f" | "l" | "c">;

/**
 * Gives the packed text of functions and classes of a file. The file is blanked once; only if something in it cannot be
 * kept, one by one. `change` is given every mark. Throws SconceError (SYNTAX) for such a function or class.
 */
export function packerOf(
  parsed: ParsedFile,
  change: (mark: TypeMark) => TypeMark = (mark) => mark,
): (node: AnyNode, place: Place) => PackedText {
  let whole: BlankedFile | undefined;
  try {
    whole = blank(parsed);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  return (node, place) => {
    const { marks, patches } = whole ?? blank({ ...parsed, program: { ...parsed.program, body: [node] } });
    const isWithin = (offset: number) => offset >= node.start && offset < node.end;
    const shift = node.start;
    const m = packMarks(
      marks
        .filter(({ start }) => isWithin(start))
        .map(change)
        .map(({ kind, start, end, anchor }) => ({
          kind,
          start: start - shift,
          end: end - shift,
          anchor: anchor - shift,
        })),
    );
    const p = packPatches(
      patches
        .filter(([offset]) => isWithin(offset))
        .map(([offset, character]): Patch => [offset - shift, character]),
    );
    return { t: parsed.text.slice(node.start, node.end), ...place, m, ...(p.length > 0 ? { p } : {}) };
  };
}
