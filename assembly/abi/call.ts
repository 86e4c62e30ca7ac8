// ABI: calling one operator.

import { clearError, factInt, fail } from "../core/error";
import { ErrorCode } from "../errors.gen";
import { OP_COUNT, VM_CASES, Vm } from "../ops.gen";
import { runKernel } from "../vm/kernel";

/**
 * Runs operator `op` (its index in the operator table) on `count` argument slots, which stay the caller's; the results
 * go to `results` (slots that hold nothing). Returns 0, or the code of the error in the record.
 */
export function sc_call_op(op: i32, args: usize, count: u32, results: usize): u32 {
  clearError();
  if (op < 0 || op >= OP_COUNT || load<u8>(VM_CASES + (op as usize)) != Vm.KERNEL) {
    fail(ErrorCode.UNSUPPORTED);
    factInt(op);
    return ErrorCode.UNSUPPORTED;
  }
  return runKernel(op, args, count, results);
}
