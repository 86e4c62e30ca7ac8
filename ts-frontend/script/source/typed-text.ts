/** JavaScript text whose types were blanked, and the types that were there: what the script compiler reads. */

export type TypeMarkKind =
  | "binding"
  | "return"
  | "field"
  | "as"
  | "satisfies"
  | "nonnull"
  | "typeArguments"
  | "typeParameters"
  | "parameterProperty"
  | "erased";

/** Type syntax that was replaced by spaces. Offsets are UTF-16 units of the text it belongs to. */
export interface TypeMark {
  readonly kind: TypeMarkKind;
  /** The blanked text; for an annotation it begins with the `:` (or `?:`, `!:`). */
  readonly start: number;
  readonly end: number;
  /**
   * What it belongs to: `binding` the start of the identifier or pattern; `return` the start of the function (of a
   * method: of its key); `field` the start of the member's key; `as`, `satisfies`, `nonnull` the end of the expression
   * before it, parentheses included; `typeArguments` the end of the callee; `typeParameters` the start of the function, class or interface;
   * `parameterProperty` the start of the parameter.
   */
  readonly anchor: number;
}

/**
 * One function, arrow or class.
 *
 * `text` is a JavaScript expression of the same length and with the same line breaks as what the user wrote: types are
 * spaces. `original` is what the user wrote; marks cut the types out of it.
 */
export interface TypedText {
  readonly text: string;
  /** The text with its types. The same as `text` where there were none. */
  readonly original: string;
  /** The file as it was named when the text was read; `<NAME>` when that is not known. */
  readonly file: string;
  /** 1-based line of the text's first character in `file`. */
  readonly line: number;
  /** 0-based column of the text's first character. Negative by the length of a wrapper (see `wrapper`). */
  readonly column: number;
  readonly marks: readonly TypeMark[];
  /** The text of interfaces, type aliases and enums that the types name, by name; those of other files included. */
  readonly declarations: Readonly<Record<string, string>>;
  /** The declared type of the variable that the function was assigned to, where it has one. */
  readonly annotation?: string;
  /**
   * The text is a method, `f(x) { … }`, that was put into an object `({…})` or a class `(class {…})` to make it an
   * expression.
   */
  readonly wrapper?: "object" | "class";
}

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 0-based. */
  readonly column: number;
}

/** Line breaks as JavaScript counts them. */
const BREAK = /\r\n|[\n\r\u2028\u2029]/g;

/** Where each line of a text starts. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(BREAK)) starts.push(match.index + match[0].length);
  return starts;
}

const startsOf = new WeakMap<TypedText, readonly number[]>();

function startsIn(source: TypedText): readonly number[] {
  let starts = startsOf.get(source);
  if (starts === undefined) {
    starts = lineStarts(source.text);
    startsOf.set(source, starts);
  }
  return starts;
}

/** Line and column, in the user's file, of an offset in `source.text`. */
export function placeOf(source: TypedText, offset: number): Position {
  const starts = startsIn(source);
  const row = lineAt(starts, offset);
  const column = offset - starts[row]!;
  return { line: source.line + row, column: Math.max(0, row === 0 ? source.column + column : column) };
}

/** The index of the line that an offset is in. */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The text of the line that an offset is in, as the user wrote it, from the start of what is known of it. */
export function lineTextOf(source: TypedText, offset: number): string {
  const starts = startsIn(source);
  const row = lineAt(starts, offset);
  return source.original.slice(starts[row]!, starts[row + 1]).replace(/[\n\r\u2028\u2029]+$/, "");
}

/** The text of a mark as the user wrote it. */
export function markText(source: TypedText, mark: TypeMark): string {
  return source.original.slice(mark.start, mark.end);
}
