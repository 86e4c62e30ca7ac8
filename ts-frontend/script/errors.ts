/** Refusals of the script compiler: a code, the place with a caret, and what to write instead. */

import { SconceError, type SourceLocation } from "../../loader/error.ts";

/** The file that the prelude's functions are in. */
export const OWN_FILE = "<script>";

/** Every way in which a script is refused; `code` of the error is `SCRIPT_` and this name. */
export type Refusal =
  | "SYNTAX"
  | "NO_SOURCE"
  | "TRANSFORMED"
  | "UNSUPPORTED_SYNTAX"
  | "UNKNOWN_NAME"
  | "TENSOR_OPERATOR"
  | "TENSOR_CONDITION"
  | "OBJECT_CONDITION"
  | "OPERATOR_TYPES"
  | "TYPE_MISMATCH"
  | "UNKNOWN_TYPE"
  | "NO_PROPERTY"
  | "NOT_CALLABLE"
  | "ARGUMENTS"
  | "NO_OVERLOAD"
  | "HOST_MATH"
  | "NULLISH"
  | "CLOSURE"
  | "RECURSION"
  | "ASSIGNMENT"
  | "NOT_SCRIPTABLE";

export interface RefusalDetails {
  readonly refusal: Refusal;
  readonly message: string;
  readonly advice?: string;
  /** From the outermost function to the place. */
  readonly trace: readonly SourceLocation[];
}

/** The places without those in functions of the library's own, such as the loop that `list.map` is. */
function userPlaces(trace: readonly SourceLocation[]): readonly SourceLocation[] {
  const places = trace.filter((at) => at.file !== OWN_FILE);
  return places.length > 0 ? places : trace;
}

/** The error of a refused script; its trace is the chain of functions compiled because they were called. */
export function scriptError({ refusal, message, advice, trace }: RefusalDetails): SconceError {
  const places = userPlaces(trace);
  const chain = places
    .slice(0, -1)
    .map(
      (at, i) =>
        `${places[i + 1]!.function} was compiled because it was called from ${at.function} at ${at.file}:${at.line}:${at.column}`,
    )
    .filter((line, i, all) => !line.startsWith("a function ") && line !== all[i + 1])
    .reverse();
  const where = places.at(-1);
  return new SconceError({
    code: `SCRIPT_${refusal}`,
    message,
    advice: [...(advice ? [advice] : []), ...chain].join("\n  "),
    ...(where ? { where, trace: [where] } : {}),
  });
}
