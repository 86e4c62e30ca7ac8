/** Program files of the language suite as scripts see them: typed texts, signatures, and JavaScript with JSDoc. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BlankedFile, blank } from "../../ts-frontend/script/source/blank.ts";
import { loadParser, type ParsedFile } from "../../ts-frontend/script/source/oxc.ts";
import type { TypedText } from "../../ts-frontend/script/source/typed-text.ts";
import { type AnyNode, walk } from "../../ts-frontend/script/source/walk.ts";
import type { Program } from "./harness.ts";

/** A program file: its functions, classes and types. */
export interface ProgramFile {
  readonly texts: ReadonlyMap<string, TypedText>;
  readonly signatures: ReadonlyMap<string, string>;
  readonly types: string;
  /** The file as JavaScript, with types in JSDoc comments where a script reads them; exports are plain declarations. */
  readonly javascript: string;
  /** The same without types. */
  readonly plain: string;
}

/** The functions and classes of a file that is JavaScript now: what a person writes who scripts at run time. */
export function evaluate(
  file: ProgramFile,
  known: Readonly<Record<string, unknown>>,
): Record<string, Program> {
  const names = [...file.texts.keys()].join(", ");
  const make = new Function(...Object.keys(known), `"use strict";${file.javascript}\nreturn { ${names} };`);
  return make(...Object.values(known)) as Record<string, Program>;
}

/** Types as comments: of parameters, variables, fields and results, and of casts. */
function javascriptOf({ program, text: original }: ParsedFile, { text, marks }: BlankedFile): string {
  const inserted: [offset: number, text: string, order: number][] = [];
  const cut: [start: number, end: number][] = [];
  const generic = new Set<string>();
  walk(program, (node) => {
    if (node.type === "TSTypeParameter")
      generic.add(((node.name as AnyNode).name ?? node.name) as unknown as string);
    return true;
  });
  const isGeneric = (type: string): boolean => type.split(/[^\w$]+/).some((word) => generic.has(word));
  const cast = (type: string, node: AnyNode): void => {
    if (type === "const" || isGeneric(type)) return;
    inserted.push([node.start, `/** @type {${type}} */ (`, -node.end], [node.end, ")", node.start]);
  };
  walk(program, (node) => {
    if (node.type === "TSAsExpression") {
      const type = node.typeAnnotation as AnyNode;
      cast(original.slice(type.start, type.end), node.expression as AnyNode);
    } else if (node.type === "NewExpression" && node.typeArguments) {
      const type = node.typeArguments as AnyNode;
      const callee = node.callee as AnyNode;
      cast(original.slice(callee.start, callee.end) + original.slice(type.start, type.end), node);
    } else if (node.type === "ImportDeclaration") cut.push([node.start, node.end]);
    else if (node.type === "ExportNamedDeclaration" && node.declaration)
      cut.push([node.start, (node.declaration as AnyNode).start]);
    return true;
  });
  for (const { kind, start, end, anchor } of marks) {
    const type = original.slice(start, end).replace(/^\s*[?!]?\s*:\s*/, "");
    const optional = /^\s*\?/.test(original.slice(start, end)) ? "=" : "";
    if (isGeneric(type)) continue;
    if (kind === "binding" || kind === "field")
      inserted.push([anchor, `/** @type {${type}${optional}} */ `, Number.NEGATIVE_INFINITY]);
    else if (kind === "return") inserted.push([start, `/** @returns {${type}} */ `, 0]);
  }
  let result = text;
  for (const [start, end] of cut)
    result = result.slice(0, start) + result.slice(start, end).replace(/\S/g, " ") + result.slice(end);
  inserted.sort((a, b) => b[0] - a[0] || b[2] - a[2]);
  for (const [offset, what] of inserted) result = result.slice(0, offset) + what + result.slice(offset);
  return result;
}

export async function readPrograms(url: URL): Promise<ProgramFile> {
  const path = fileURLToPath(url);
  return readText(path, readFileSync(path, "utf8"));
}

export async function readText(path: string, content: string): Promise<ProgramFile> {
  const parsed = (await loadParser())(path, content);
  const blanked = blank(parsed);
  const declarations = typesOf(parsed);
  const texts = new Map<string, TypedText>();
  const signatures = new Map<string, string>();
  for (const statement of parsed.program.body) {
    const node = (statement.declaration ?? statement) as AnyNode;
    const name = (node.id as AnyNode | undefined)?.name as string | undefined;
    if (name === undefined) continue;
    if (node.type === "FunctionDeclaration" && node.returnType)
      signatures.set(name, signatureText(node, parsed.text));
    if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration")
      texts.set(name, typedText(node, blanked, declarations));
  }
  return {
    texts,
    signatures,
    types: Object.values(declarations).join("\n"),
    javascript: javascriptOf(parsed, blanked),
    plain: javascriptOf(parsed, { ...blanked, marks: [] }),
  };
}

function typesOf({ program, text }: ParsedFile): Record<string, string> {
  const found: Record<string, string> = {};
  for (const statement of program.body) {
    const node = (statement.declaration ?? statement) as AnyNode;
    if (node.type === "TSInterfaceDeclaration" || node.type === "TSTypeAliasDeclaration")
      found[(node.id as AnyNode).name as string] = text.slice(node.start, node.end);
  }
  return found;
}

/** `(a: number, b?: string) => T` of a declaration; a default says what type its parameter has. */
function signatureText(node: AnyNode, text: string): string {
  const parameters = (node.params as AnyNode[]).map((parameter, i) => {
    const target = (parameter.type === "AssignmentPattern" ? parameter.left : parameter) as AnyNode;
    const annotation = (target.typeAnnotation ?? parameter.typeAnnotation) as AnyNode | null | undefined;
    const name = target.type === "Identifier" ? (target.name as string) : `arg${i}`;
    if (!annotation) return `${name}: ${typeof (parameter.right as AnyNode).value}`;
    return `${name}${target.optional === true ? "?" : ""}${text.slice(annotation.start, annotation.end)}`;
  });
  const result = node.returnType as AnyNode | null;
  if (!result) throw new Error("a program says what it returns");
  return `(${parameters.join(", ")}) => ${text.slice(result.start, result.end).replace(/^\s*:/, "")}`;
}

function typedText(
  node: AnyNode,
  { text, original, file, marks }: BlankedFile,
  declarations: Readonly<Record<string, string>>,
): TypedText {
  const before = original.slice(0, node.start);
  const lines = before.split("\n");
  return {
    text: text.slice(node.start, node.end),
    original: original.slice(node.start, node.end),
    file,
    line: lines.length,
    column: lines.at(-1)!.length,
    marks: marks
      .filter(({ start, end }) => start >= node.start && end <= node.end)
      .map(({ kind, start, end, anchor }) => ({
        kind,
        start: start - node.start,
        end: end - node.start,
        anchor: anchor - node.start,
      })),
    declarations,
  };
}
