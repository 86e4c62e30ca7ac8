// Running one kernel: arguments checked, scratch memory reset, results dropped on failure.

import { derivedAge } from "../core/derived";
import { errorCode, hasError, setCurrentOp } from "../core/error";
import { scratchMark, scratchReset } from "../core/scratch";
import { dropValues, Value } from "../core/value";
import { dispatch, FIRST_OUT } from "../ops.gen";
import { checkArgs, resultsOf, touchWritten } from "./args";
import { runOut } from "./out";

/** Runs kernel `op` on `count` borrowed argument slots; results go to empty slots. Returns 0 or the error's code. */
export function runKernel(op: i32, args: usize, count: u32, results: usize): u32 {
  setCurrentOp(op);
  const v = changetype<Value>(args);
  if (checkArgs(op, v, count)) {
    const mark = scratchMark();
    if (op >= FIRST_OUT) runOut(op, v, count as i32, changetype<Value>(results));
    else dispatch(op, v, count, changetype<Value>(results));
    touchWritten(op, v);
    scratchReset(mark);
    derivedAge();
  }
  setCurrentOp(-1);
  if (!hasError()) return 0;
  dropValues(results, resultsOf(op));
  return errorCode();
}
