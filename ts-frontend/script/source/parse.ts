/** Text to syntax tree, by acorn. Offsets of the tree are offsets of the text. */

import {
  type ArrowFunctionExpression,
  type Class,
  type Expression,
  type FunctionExpression,
  type MethodDefinition,
  type Options,
  type Property,
  parseExpressionAt,
} from "acorn";
import type { SconceError } from "../../../loader/error.ts";
import { syntaxError } from "./error.ts";
import { lineTextOf, placeOf, type TypedText } from "./typed-text.ts";

export type ParsedFunction = FunctionExpression | ArrowFunctionExpression;

/** What a TypedText holds: a function, with the member it is written as where it is a method; or a class. */
export type Parsed =
  | {
      readonly kind: "function";
      readonly node: ParsedFunction;
      readonly member?: Property | MethodDefinition;
    }
  | { readonly kind: "class"; readonly node: Class };

/** Parentheses are nodes: `(a + b) as T` and `a + (b as T)` are told apart by where the node before the cast ends. */
export const PARSE_OPTIONS: Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
  preserveParens: true,
};

/** The expression that is the whole of a text, or undefined where acorn does not take it as one. */
export function wholeExpression(text: string): Expression | undefined {
  try {
    const node = parseExpressionAt(text, 0, PARSE_OPTIONS);
    return text.slice(node.end).trim() === "" ? node : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Reads the one function or class of a text. Throws SconceError (SYNTAX) with the place. */
export function parseSource(source: TypedText): Parsed {
  let node: Expression;
  try {
    node = parseExpressionAt(source.text, 0, PARSE_OPTIONS);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refused(source, (error as SyntaxError & { pos?: number }).pos ?? 0, error.message);
  }
  const found = unwrap(node, source);
  if (!found) throw refused(source, node.start, `expected a function or a class, got ${node.type}`);
  return found;
}

function unwrap(outer: Expression, { wrapper }: TypedText): Parsed | undefined {
  let node = outer;
  while (node.type === "ParenthesizedExpression") node = node.expression;
  if (wrapper === "object" && node.type === "ObjectExpression") {
    const [member] = node.properties;
    if (member?.type !== "Property" || member.value.type !== "FunctionExpression") return undefined;
    return { kind: "function", node: member.value, member };
  }
  if (wrapper === "class" && node.type === "ClassExpression") {
    const [member] = node.body.body;
    return member?.type === "MethodDefinition" ? { kind: "function", node: member.value, member } : undefined;
  }
  if (node.type === "ClassExpression") return { kind: "class", node };
  if (node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression")
    return { kind: "function", node };
  return undefined;
}

function refused(source: TypedText, offset: number, message: string): SconceError {
  const { line, column } = placeOf(source, offset);
  const text = lineTextOf(source, offset);
  return syntaxError(message.replace(/ \(\d+:\d+\)$/, ""), {
    file: source.file,
    line,
    column: column + 1,
    text,
  });
}
