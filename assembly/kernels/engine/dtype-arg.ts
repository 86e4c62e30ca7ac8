// Reading `ScalarType? dtype` arguments.

import { isDtype } from "../../core/dtype";
import { factInt, fail } from "../../core/error";
import { Value } from "../../core/value";
import { ErrorCode } from "../../errors.gen";

/** True for None and for the number of a dtype that the runtime holds; else records NO_DTYPE. */
export function isDtypeArg(v: Value): bool {
  if (v.isNone || isDtype(v.int)) return true;
  fail(ErrorCode.NO_DTYPE);
  factInt(v.int);
  return false;
}
