/**
 * Replaces the types of a TypeScript file by spaces. What is left is JavaScript with every offset, line and column where
 * the user put it; what was taken out is kept as marks.
 */

import { type Anchor, type Cuts, collectCuts } from "./blank-nodes.ts";
import { locationIn, syntaxError } from "./error.ts";
import type { ParsedFile } from "./oxc.ts";
import { type Patch, patched, spaces } from "./patch.ts";
import { Tokens } from "./tokens.ts";
import type { TypeMark } from "./typed-text.ts";
import type { AnyNode } from "./walk.ts";

export interface BlankedFile {
  readonly file: string;
  /** As the user wrote it. */
  readonly original: string;
  readonly program: ParsedFile["program"];
  /** JavaScript. */
  readonly text: string;
  /** In order of their starts. */
  readonly marks: readonly TypeMark[];
  readonly patches: readonly Patch[];
}

export interface BlankOptions {
  /** Imported names that no value uses: their imports are taken out too. */
  readonly unusedImports?: ReadonlySet<string>;
}

/**
 * Blanks the types of a parsed file.
 *
 * Throws SconceError (SYNTAX) for syntax that is more than types: enums, namespaces with values, decorators, `import =`.
 * Parameter properties are blanked to parameters with a mark, and whoever runs the text must assign the fields.
 */
export function blank(parsed: ParsedFile, options: BlankOptions = {}): BlankedFile {
  const { text: original, file, program, comments } = parsed;
  const cuts = collectCuts(parsed, options);
  const ranges = cuts.marks.map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start);
  let text = "";
  let at = 0;
  for (const { start, end } of ranges) {
    if (start < at) continue;
    text += original.slice(at, start) + spaces(original.slice(start, end));
    at = end;
  }
  text += original.slice(at);
  text = patched(text, cuts.patches);

  const tokens = new Tokens(text, comments);
  const refuse = (node: AnyNode, message: string, advice: string) =>
    syntaxError(message, locationIn(original, file, node.start), advice);
  checkStarts(cuts, tokens, refuse);
  const ends = semicolons(cuts, tokens, original, ranges);
  text = patched(text, ends);

  const anchors = new Tokens(text, comments);
  const marks = cuts.marks
    .map(({ kind, start, end, anchor }) => ({ kind, start, end, anchor: offsetOf(anchor, anchors) }))
    .sort((a, b) => a.start - b.start);
  return { file, original, program, text, marks, patches: [...cuts.patches, ...ends] };
}

/** An anchor as a parser of the blanked text sees it: nodes begin and end with a token; parentheses are nodes. */
function offsetOf(anchor: Anchor, tokens: Tokens): number {
  if (typeof anchor === "number") return anchor;
  if ("startOf" in anchor) return tokens.next(anchor.startOf.start);
  return tokens.previous(anchor.endOf.end) + 1;
}

/** The expression inside parentheses and casts. */
export function unwrapped(node: AnyNode): AnyNode {
  let inner = node;
  while (WRAPPERS.has(inner.type)) inner = inner.expression as AnyNode;
  return inner;
}

const WRAPPERS = new Set([
  "ParenthesizedExpression",
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
]);

/** Refuses `() => <T>{}` and a statement `<T>{}.x`: without the type, the brace would begin a block. */
function checkStarts(
  { starts }: Cuts,
  tokens: Tokens,
  refuse: (node: AnyNode, message: string, advice: string) => Error,
): void {
  for (const { node, inner } of starts) {
    const rest = tokens.text.slice(tokens.next(inner.start));
    if (inner.type !== "BlockStatement" && /^(?:\{|(?:async\s+)?function\b|class\b|let\s*\[)/.test(rest))
      throw refuse(
        node,
        "a type assertion may not begin what would be a block without it",
        "Write (value as Type).",
      );
  }
}

/** Where statements and class members would run into each other, a `;` takes the place of a blanked character. */
function semicolons(
  { lists }: Cuts,
  tokens: Tokens,
  original: string,
  ranges: readonly { start: number; end: number }[],
): Patch[] {
  const patches: Patch[] = [];
  const firstCut = (from: number, to: number): number | undefined => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle]!.start < from) low = middle + 1;
      else high = middle;
    }
    const cut = ranges[low];
    return cut !== undefined && cut.start < to ? cut.start : undefined;
  };
  for (const { nodes, inClass } of lists) {
    for (let i = 0; i + 1 < nodes.length; i++) {
      const node = nodes[i]!;
      const last = tokens.previous(node.end);
      const next = tokens.next(nodes[i + 1]!.start);
      if (tokens.text[last] === ";" || !runsOn(node, tokens.text.slice(next, next + 11), inClass)) continue;
      const isBlanked = tokens.text[node.end - 1] !== original[node.end - 1];
      const at = isBlanked ? node.end - 1 : firstCut(node.end, next);
      if (at !== undefined) patches.push([at, ";"]);
    }
  }
  return patches;
}

function runsOn(node: AnyNode, next: string, inClass: boolean): boolean {
  if (!inClass) return /^[([`+\-/<*,.]/.test(next);
  if (/^(?:[[(*]|(?:in|instanceof)\b)/.test(next)) return true;
  const key = node.key as AnyNode | undefined;
  return (
    node.type === "PropertyDefinition" &&
    !node.value &&
    key?.type === "Identifier" &&
    /^(?:get|set|static|async|accessor)$/.test(key.name as string)
  );
}
