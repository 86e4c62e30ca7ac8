// Futures: a fork's body runs at once, so its future holds a value, or the error that took its place, from the start.
//
// A future is a record of two slots: the value, and the error as a value (error-value.ts; None without an error).

import { newRecord, Record } from "../core/containers";
import { factInt, factTag, fail } from "../core/error";
import { Tag } from "../core/object";
import { copyValue, moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { raiseAgain } from "./error-value";
import { Frame, Task } from "./task";

/** An empty future for the fork that `caller` runs. */
export function newFuture(caller: Frame): Record {
  return newRecord(Tag.FUTURE, 2, load<u32>(callOf(caller), 20));
}

/** Address of the instruction that the frame runs. */
export function callOf(frame: Frame): usize {
  return frame.fn.code + ((frame.pc as usize) << 2);
}

/**
 * Turns the value in the first of `n` slots, which the task's top frame returns, into a future of it. False with an
 * error recorded when it is not one value or memory is out.
 */
export function resolved(task: Task, v: Value, n: u32): bool {
  if (n != 1) {
    fail(ErrorCode.BAD_ARITY);
    factInt(1);
    factInt(n);
    return false;
  }
  const caller = changetype<Frame>(changetype<Frame>(task.frame).previous);
  const future = newFuture(caller);
  if (!changetype<usize>(future)) return false;
  moveValue(changetype<usize>(future.at(0)), changetype<usize>(v));
  v.setObject(Tag.FUTURE, changetype<usize>(future));
  return true;
}

/** aten::wait: the future's value, or the error that was kept in it. */
export function wait(self: Value, r: Value): void {
  if (self.tag != Tag.FUTURE) {
    fail(ErrorCode.BAD_ARGUMENT);
    factInt(0);
    factTag(Tag.FUTURE);
    factTag(self.tag);
    return;
  }
  const future = self.record;
  if (future.at(1).isNone) copyValue(changetype<usize>(r), changetype<usize>(future.at(0)));
  else raiseAgain(future.at(1), false);
}
