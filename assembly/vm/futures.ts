// Futures: a fork's body runs at once, so its future holds a value, or the error that took its place, from the start.
//
// A future is a record of three slots: the value, the error record's bytes (a string; None without an error), and the
// frames of the error (a list of ints: function, node, function, node … from the innermost; None).

import { appendValue, List, newList, newRecord, newStr, Record } from "../core/containers";
import { clearError, errorBytes, errorCode, errorRecord, factInt, factTag, fail } from "../core/error";
import { releaseObject, retainObject, Tag } from "../core/object";
import { copyValue, moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { HEAD } from "../program/code";
import { Frame, Purpose, popFrame, putResult, Task } from "./task";

const slot: usize = memory.data(16, 16);

/** Frames of an error that came out of a future; null when the last error did not. */
let trail: List = changetype<List>(0);

/** Function (2i) and node (2i + 1) of the frames that an error left inside a fork, from the innermost. */
export function trailOf(): List {
  return trail;
}

export function forgetTrail(): void {
  releaseObject(changetype<usize>(trail));
  trail = changetype<List>(0);
}

function newFuture(caller: Frame): Record {
  return newRecord(Tag.FUTURE, 3, load<u32>(callOf(caller), 20));
}

function callOf(frame: Frame): usize {
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

/** Errors that end the whole call: limits, memory, guards of a trace, and what this runtime does not have. */
function isFinal(code: u32): bool {
  return (
    code == ErrorCode.OUT_OF_MEMORY ||
    code == ErrorCode.INSTRUCTION_LIMIT ||
    code == ErrorCode.DEPTH_LIMIT ||
    code == ErrorCode.UNSUPPORTED ||
    code == ErrorCode.GUARD
  );
}

/**
 * Keeps the recorded error in the future of the innermost fork that the task is in, and goes on behind the fork. False,
 * with the error standing, when there is no fork, the error is final, or memory is out.
 */
export function caught(task: Task): bool {
  if (isFinal(errorCode())) return false;
  let at = task.frame;
  while (at && changetype<Frame>(at).purpose != Purpose.FORK) at = changetype<Frame>(at).previous;
  if (!at) return false;
  const caller = changetype<Frame>(changetype<Frame>(at).previous);
  const frames = framesDownTo(task, at);
  if (!changetype<usize>(frames)) return false;
  const future = newFuture(caller);
  const bytes = newStr(errorRecord(), errorBytes());
  if (!changetype<usize>(future) || !changetype<usize>(bytes)) {
    releaseObject(changetype<usize>(frames));
    releaseObject(changetype<usize>(future));
    releaseObject(changetype<usize>(bytes));
    return false;
  }
  future.at(1).setObject(Tag.STR, changetype<usize>(bytes));
  future.at(2).setObject(Tag.LIST, changetype<usize>(frames));
  while (task.frame != changetype<usize>(caller)) popFrame(task);
  clearError();
  const call = callOf(caller);
  const inputs = load<u32>(call, 8);
  const out = load<u32>(call + ((HEAD + inputs) << 2));
  changetype<Value>(slot).setObject(Tag.FUTURE, changetype<usize>(future));
  putResult(out, caller.registers, slot);
  caller.pc += HEAD + inputs + 1;
  return true;
}

/** The frames from the task's top to the one at `last`, behind those that the error left in another fork. */
function framesDownTo(task: Task, last: usize): List {
  const frames = newList(0);
  if (!changetype<usize>(frames)) return frames;
  let ok: bool = true;
  for (let i: i32 = 0; ok && changetype<usize>(trail) && i < (trail.length as i32); i++)
    ok = appendValue(frames, changetype<usize>(trail.at(i)));
  for (let at = task.frame; ok && at; at = changetype<Frame>(at).previous) {
    const frame = changetype<Frame>(at);
    changetype<Value>(slot).setInt(frame.index);
    ok = appendValue(frames, slot);
    changetype<Value>(slot).setInt(load<u32>(callOf(frame), 4));
    ok = ok && appendValue(frames, slot);
    if (at == last) break;
  }
  changetype<Value>(slot).setNone();
  forgetTrail();
  if (ok) return frames;
  releaseObject(changetype<usize>(frames));
  return changetype<List>(0);
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
  if (future.at(1).isNone) {
    copyValue(changetype<usize>(r), changetype<usize>(future.at(0)));
    return;
  }
  const bytes = future.at(1).str;
  memory.copy(errorRecord(), bytes.text, bytes.bytes);
  forgetTrail();
  trail = future.at(2).listOrNull;
  retainObject(changetype<usize>(trail));
}
