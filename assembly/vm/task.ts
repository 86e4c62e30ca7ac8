// Tasks and frames: a call in progress, all of it in linear memory, so that it can stop at any instruction and go on.
//
//   Task   refs, kind, program, frame (top, 0 when finished), depth, results (a list), steps left
//   Frame  previous frame, function, code word of the instruction being run, index of the function, what becomes of its
//          results, then registers (value slots)

import { List, newList } from "../core/containers";
import { factInt, fail } from "../core/error";
import { alloc, free } from "../core/heap";
import { releaseObject, retainObject } from "../core/object";
import { clearValues, copyValue, dropValues } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { resetModes } from "../kernels/modes";
import { FunctionInfo, Program } from "../program/program";
import { forgetTrail } from "./error-value";
import { tagArguments } from "./types";

/** What becomes of a frame's results. */
export const enum Purpose {
  /** They are those of the instruction that called. */
  CALL = 0,
  /** A future of it is the result; an error is kept in the future. */
  FORK = 1,
  /** A truth value for the sort that the caller's instruction goes on with. */
  COMPARE = 2,
}

@unmanaged
export class Frame {
  previous: usize;
  fn: FunctionInfo;
  /** Word index of the instruction being run. */
  pc: u32;
  /** Index of `fn` in the program, for error places. */
  index: u32;
  purpose: Purpose;
  private spare0: u32;
  private spare1: u32;
  private spare2: u32;

  @inline get registers(): usize {
    return changetype<usize>(this) + offsetof<Frame>();
  }
}

@unmanaged
export class Task {
  program: Program;
  frame: usize;
  depth: u32;
  results: List;
  /** Instructions left before INSTRUCTION_LIMIT. */
  fuel: i64;
}

/** Limits of tasks started from now on. */
let instructionLimit: i64 = i64.MAX_VALUE;
let depthLimit: u32 = 10000;

export function setInstructionLimit(limit: i64): void {
  instructionLimit = limit > 0 ? limit : i64.MAX_VALUE;
}

export function setDepthLimit(limit: u32): void {
  depthLimit = limit;
}

export function instructionLimitNow(): i64 {
  return instructionLimit;
}

/** A frame for function `index` on top of the task's; the registers are None. False with an error recorded. */
export function pushFrame(task: Task, index: u32, purpose: Purpose = Purpose.CALL): bool {
  if (task.depth >= depthLimit) {
    fail(ErrorCode.DEPTH_LIMIT);
    factInt(depthLimit);
    return false;
  }
  const fn = task.program.functionAt(index);
  const frame = changetype<Frame>(alloc(offsetof<Frame>() + ((fn.registers as u64) << 4)));
  if (!changetype<usize>(frame)) return false;
  clearValues(frame.registers, fn.registers);
  for (let i: usize = 0; i < (fn.constantCount as usize); i++) {
    const entry = fn.constants + (i << 3);
    copyValue(
      frame.registers + ((load<u32>(entry) as usize) << 4),
      task.program.values + ((load<u32>(entry, 4) as usize) << 4),
    );
  }
  frame.previous = task.frame;
  frame.fn = fn;
  frame.pc = 0;
  frame.index = index;
  frame.purpose = purpose;
  task.frame = changetype<usize>(frame);
  task.depth++;
  return true;
}

/** Frees the top frame and what its registers hold. */
export function popFrame(task: Task): void {
  const frame = changetype<Frame>(task.frame);
  task.frame = frame.previous;
  task.depth--;
  dropValues(frame.registers, frame.fn.registers);
  free(changetype<usize>(frame));
}

/**
 * Starts function `index` of `p` on `count` argument slots, which are copied; null with an error recorded when their
 * number is not the function's.
 */
export function newTask(p: Program, index: u32, args: usize, count: u32): Task {
  const fn = p.functionAt(index);
  if (!fn.code || count != fn.params) {
    fail(ErrorCode.BAD_ARITY);
    factInt(fn.params);
    factInt(count);
    return changetype<Task>(0);
  }
  const task = changetype<Task>(alloc(offsetof<Task>()));
  if (!changetype<usize>(task)) return task;
  retainObject(changetype<usize>(p));
  task.program = p;
  task.frame = 0;
  task.depth = 0;
  task.fuel = instructionLimit;
  task.results = newList(fn.returns);
  if (!changetype<usize>(task.results) || !pushFrame(task, index)) {
    endTask(task);
    return changetype<Task>(0);
  }
  const registers = changetype<Frame>(task.frame).registers;
  for (let i: usize = 0; i < (count as usize); i++) copyValue(registers + (i << 4), args + (i << 4));
  tagArguments(p, index, registers);
  resetModes();
  return task;
}

/** Frees a task, finished or not, and all it holds. */
export function endTask(task: Task): void {
  forgetTrail();
  while (task.frame) popFrame(task);
  releaseObject(changetype<usize>(task.results));
  releaseObject(changetype<usize>(task.program));
  free(changetype<usize>(task));
}
