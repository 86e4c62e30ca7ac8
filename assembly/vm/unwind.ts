// What becomes of an error: frames are left until one whose js::Try has the place in its body, or a fork, whose future
// keeps it.

import { errorCode } from "../core/error";
import { releaseObject, Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { HEAD } from "../program/code";
import { putResult } from "./deliver";
import { takeError } from "./error-value";
import { callOf, newFuture } from "./futures";
import { Frame, Purpose, popFrame, Task } from "./task";

const slot: usize = memory.data(16, 16);

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

/** Address of the innermost TRY (code.ts) that has the frame's place in its body, or 0. */
function tryAround(frame: Frame): usize {
  for (let word = frame.fn.lastTry; word; ) {
    const at = frame.fn.code + (((word - 1) as usize) << 2);
    if (frame.pc >= word && frame.pc < load<u32>(at, 24)) return at;
    word = load<u32>(at, 28);
  }
  return 0;
}

/**
 * Hands the recorded error to whatever catches it, and leaves the task to go on there. False, with the error standing,
 * when nothing does, the error is final, or memory is out.
 */
export function caught(task: Task): bool {
  if (isFinal(errorCode())) return false;
  for (let at = task.frame; at; at = changetype<Frame>(at).previous) {
    const frame = changetype<Frame>(at);
    const handler = tryAround(frame);
    if (handler) return handled(task, frame, handler);
    if (frame.purpose == Purpose.FORK) return kept(task, frame);
  }
  return false;
}

/** The error becomes the parameter of the catch block. */
function handled(task: Task, frame: Frame, handler: usize): bool {
  const error = takeError(task, changetype<usize>(frame), load<u32>(handler, 20));
  if (!changetype<usize>(error)) return false;
  while (task.frame != changetype<usize>(frame)) popFrame(task);
  changetype<Value>(slot).setObject(Tag.TUPLE, changetype<usize>(error));
  putResult(load<u32>(handler + (HEAD << 2)), frame.registers, slot);
  frame.pc = load<u32>(handler, 16);
  return true;
}

/** The error stays in the future of the fork whose body `frame` runs. */
function kept(task: Task, frame: Frame): bool {
  const caller = changetype<Frame>(frame.previous);
  const future = newFuture(caller);
  if (!changetype<usize>(future)) return false;
  const error = takeError(task, changetype<usize>(frame), 0);
  if (!changetype<usize>(error)) {
    releaseObject(changetype<usize>(future));
    return false;
  }
  future.at(1).setObject(Tag.TUPLE, changetype<usize>(error));
  while (task.frame != changetype<usize>(caller)) popFrame(task);
  const call = callOf(caller);
  const inputs = load<u32>(call, 8);
  const out = load<u32>(call + ((HEAD + inputs) << 2));
  changetype<Value>(slot).setObject(Tag.FUTURE, changetype<usize>(future));
  putResult(out, caller.registers, slot);
  caller.pc += HEAD + inputs + 1;
  return true;
}
