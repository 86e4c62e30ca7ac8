/** A TypedText as generated code writes it: short, and read when a script asks for it. */

import { type ErrorDetails, SconceError } from "../../../loader/error.ts";
import { type Patch, patched, spaces } from "./patch.ts";
import type { TypedText, TypeMark, TypeMarkKind } from "./typed-text.ts";

export interface PackedText {
  /** The text with its types. */
  readonly t: string;
  /** File, line, column. */
  readonly f: string;
  readonly l: number;
  readonly c: number;
  /** Marks: kind, start as its distance from the start before, length, anchor as its distance from the start. */
  readonly m: readonly number[];
  /** Patches: distance, character code. */
  readonly p?: readonly number[];
  /** Declarations by name. */
  readonly d?: Readonly<Record<string, string>>;
  /** The declared type of the variable that holds the function. */
  readonly a?: string;
}

/** In the place of a text that cannot be kept: why. */
export interface PackedRefusal {
  readonly e: ErrorDetails;
}

/** Never reordered: packed texts hold the index. */
const KINDS: readonly TypeMarkKind[] = [
  "binding",
  "return",
  "field",
  "as",
  "satisfies",
  "nonnull",
  "typeArguments",
  "typeParameters",
  "parameterProperty",
  "erased",
];

export function packMarks(marks: readonly TypeMark[]): number[] {
  let before = 0;
  return marks.flatMap(({ kind, start, end, anchor }) => {
    const packed = [KINDS.indexOf(kind), start - before, end - start, anchor - start];
    before = start;
    return packed;
  });
}

export function packPatches(patches: readonly Patch[]): number[] {
  let before = 0;
  return [...patches]
    .sort((a, b) => a[0] - b[0])
    .flatMap(([offset, character]) => {
      const packed = [offset - before, character.charCodeAt(0)];
      before = offset;
      return packed;
    });
}

/** The text itself. Throws the SconceError of a refusal. */
export function unpack(packed: TypedText | PackedText | PackedRefusal): TypedText {
  if ("e" in packed) throw new SconceError(packed.e);
  if ("text" in packed) return packed;
  const { t: original, f: file, l: line, c: column, m, p = [], d = {}, a } = packed;
  const marks: TypeMark[] = [];
  let text = "";
  let at = 0;
  let start = 0;
  for (let i = 0; i < m.length; i += 4) {
    start += m[i + 1]!;
    const end = start + m[i + 2]!;
    marks.push({ kind: KINDS[m[i]!]!, start, end, anchor: start + m[i + 3]! });
    if (start < at) continue;
    text += original.slice(at, start) + spaces(original.slice(start, end));
    at = end;
  }
  text += original.slice(at);
  const patches: Patch[] = [];
  let offset = 0;
  for (let i = 0; i < p.length; i += 2) {
    offset += p[i]!;
    patches.push([offset, String.fromCharCode(p[i + 1]!)]);
  }
  return {
    text: patched(text, patches),
    original,
    file,
    line,
    column,
    marks,
    declarations: d,
    ...(a === undefined ? {} : { annotation: a }),
  };
}
