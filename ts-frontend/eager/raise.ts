/** Errors of the front end, by the names of the error table. */

import { type ErrorName, errorRows } from "../../format/errors.ts";
import { errorOf, type Fact, type SconceError, type SourceLocation } from "../../loader/error.ts";

const codes = new Map(errorRows.map((row) => [row.name, row.code]));

/** The error `name` of format/errors.ts with the facts of its sentence. */
export function makeError(
  name: ErrorName,
  facts: readonly Fact[],
  op?: string,
  where?: SourceLocation,
): SconceError {
  return errorOf(codes.get(name)!, facts, op, where ? [where] : []);
}
