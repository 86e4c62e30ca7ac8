// The virtual machine: runs a task's register code until it ends, fails, or its slice of instructions is used up. Most
// instructions run in `runFast` (fast.gen.ts); here is the loop around it, and all the others, one `step` each.

import { factInt, factTag, factText, fail, hasError } from "../core/error";
import { retainObject, Tag } from "../core/object";
import { copyValue, dropValue, moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { Vm } from "../ops.gen";
import { CONSTANT, HEAD, MOVE, Step } from "../program/code";
import { Program } from "../program/program";
import { area, borrow, dropArea, ensureArea, fetch, giveBack, operandAt, putAll } from "./area";
import { callMethod, methodOf } from "./attributes";
import { OUT, putResult, tagResult } from "./deliver";
import { forgetTrail } from "./error-value";
import { runFast, spare } from "./fast.gen";
import { resolved } from "./futures";
import { runKernel } from "./kernel";
import { slowStep } from "./slow";
import { answer, beginSort, Sorting, sortedA, sortedB, sortOn, takeSorted } from "./sort";
import { structure } from "./structure";
import { Frame, instructionLimitNow, Purpose, popFrame, pushFrame, Task } from "./task";
import { caught } from "./unwind";

export const enum Status {
  DONE = 0,
  FAILED = 1,
  /** The slice is used up; run again to go on. */
  PAUSED = 2,
}

/** What became of one step. */
const enum Outcome {
  NEXT = 0,
  FAILED = 1,
  DONE = 2,
}

/** `runFast` is left and entered again after so many instructions: an engine goes over to faster code between calls only. */
const CHUNK: i64 = 1 << 16;

/** The frame that runs, its registers, and the address of the next instruction. */
let frame: Frame = changetype<Frame>(0);
let registers: usize = 0;
let next: usize = 0;

/** Instructions left of the slice when a run failed. */
let unspent: i64 = 0;

/**
 * Runs up to `slice` instructions (0: no bound but the task's limit). On DONE the results stand in `task.results`; on
 * FAILED the error record says why, and `placeOf` where. An error that is caught, or inside a fork, does not end the run
 * (unwind.ts).
 */
export function run(task: Task, slice: i64): Status {
  forgetTrail();
  if (!ensureArea()) return Status.FAILED;
  let status = runUntilError(task, slice > 0 ? min(slice, task.fuel) : task.fuel);
  while (status == Status.FAILED && caught(task)) status = runUntilError(task, unspent);
  return status;
}

/** Notes that `left` instructions were not run, and that the run failed. */
function failed(task: Task, left: i64): Status {
  unspent = left;
  task.fuel += left;
  return Status.FAILED;
}

function runUntilError(task: Task, slice: i64): Status {
  if (!task.frame) return Status.DONE;
  task.fuel -= slice;
  enterTop(task);
  let budget = slice;
  while (true) {
    const chunk = min(budget, CHUNK);
    const at = runFast(next, registers, chunk as i32);
    budget -= chunk - (spare as i64);
    frame.pc = ((at - frame.fn.code) >> 2) as u32;
    if (hasError()) return failed(task, budget);
    if (spare > 0) {
      budget--;
      const outcome = step(task, at);
      if (outcome == Outcome.NEXT) continue;
      if (outcome == Outcome.FAILED) return failed(task, budget);
      return Status.DONE;
    }
    next = at;
    if (budget > 0) continue;
    // Two instructions that run as one may be one too many.
    task.fuel += budget;
    if (task.fuel > 0) return Status.PAUSED;
    fail(ErrorCode.INSTRUCTION_LIMIT);
    factInt(instructionLimitNow());
    return failed(task, 0);
  }
}

/** Goes on in the task's top frame, at its place. */
function enterTop(task: Task): void {
  frame = changetype<Frame>(task.frame);
  registers = frame.registers;
  next = frame.fn.code + ((frame.pc as usize) << 2);
}

/** Runs the instruction at `at`, of any kind. */
function step(task: Task, at: usize): Outcome {
  const p = task.program;
  const n = load<u32>(at, 8);
  const m = load<u32>(at, 12);
  const operands = at + (HEAD << 2);
  const outs = operands + ((n as usize) << 2);
  const kind = load<u32>(at);
  next = outs + ((m as usize) << 2);
  switch (kind) {
    case Vm.KERNEL: {
      borrow(operands, n, registers, p);
      const results = area + ((n as usize) << 4);
      const status = runKernel(load<i32>(at, 16), area, n, results);
      giveBack(operands, n, registers);
      if (status) return Outcome.FAILED;
      if (load<u32>(at, 20)) tagResult(changetype<Value>(results), load<u32>(at, 20), load<u32>(at, 24));
      putAll(outs, m, registers, results);
      return Outcome.NEXT;
    }
    case Step.MOVE:
      fetch(operands, n, registers, p);
      putAll(outs, m, registers, area);
      return Outcome.NEXT;
    case Step.DROP:
      for (let i: usize = 0; i < (n as usize); i++)
        dropValue(registers + ((load<u32>(operands + (i << 2)) as usize) << 4));
      return Outcome.NEXT;
    case Vm.TRY:
      return Outcome.NEXT;
    case Step.RETURN:
      return leave(task, operands, n);
    case Vm.CALL_METHOD:
    case Vm.CALL_FUNCTION:
    case Vm.FORK:
      return call(task, at, n, m);
    case Vm.SORT:
      return sort(task, at, n, m);
    case Step.UNSUPPORTED:
      fail(ErrorCode.UNSUPPORTED);
      factText(load<u32>(at, 16), load<u32>(at, 20));
      return Outcome.FAILED;
    default: {
      if (kind >= (Step.COPY as u32)) {
        next = slowStep(p, at, registers, next);
        return next ? Outcome.NEXT : Outcome.FAILED;
      }
      fetch(operands, n, registers, p);
      const results = area + ((n as usize) << 4);
      structure(kind, p, at, n, m, changetype<Value>(area), changetype<Value>(results));
      dropArea(n);
      if (hasError()) {
        for (let i: u32 = 0; i < m; i++) dropValue(results + ((i as usize) << 4));
        return Outcome.FAILED;
      }
      putAll(outs, m, registers, results);
      return Outcome.NEXT;
    }
  }
}

/** Copies operand `word` of the frame with these registers to an empty slot; it moves if this is its last use. */
function pass(word: u32, from: usize, p: Program, to: usize): void {
  const slot = operandAt(word, from, p);
  changetype<Value>(to).set(load<u32>(slot), load<i64>(slot, 8));
  if ((word & (CONSTANT | MOVE)) == MOVE) store<u32>(slot, Tag.NONE);
  else if (load<u32>(slot) >= (Tag.TENSOR as u32)) retainObject(load<u32>(slot, 8));
}

/** Ends the top frame: its results go to whatever called it. */
function leave(task: Task, operands: usize, n: u32): Outcome {
  const p = task.program;
  const purpose = frame.purpose;
  if (purpose == Purpose.CALL && frame.previous) return leaveCall(task, operands, n);
  fetch(operands, n, registers, p);
  if (purpose == Purpose.FORK && !resolved(task, changetype<Value>(area), n)) {
    dropArea(n);
    return Outcome.FAILED;
  }
  popFrame(task);
  if (!task.frame) {
    for (let i: usize = 0; i < (n as usize); i++) {
      moveValue(changetype<usize>(task.results.at(i as i32)), area + (i << 4));
    }
    return Outcome.DONE;
  }
  enterTop(task);
  if (purpose == Purpose.COMPARE) {
    // The instruction that sorts goes on with the answer.
    const state = changetype<Value>(registers + ((load<u32>(next, 16) as usize) << 4));
    const good = answer(state.record, changetype<Value>(area));
    dropArea(n);
    return good ? Outcome.NEXT : Outcome.FAILED;
  }
  putAll(outsOf(next), n, registers, area);
  next = outsOf(next) + ((n as usize) << 2);
  return Outcome.NEXT;
}

/** Address of the results' words of the instruction at `at`. */
function outsOf(at: usize): usize {
  return at + ((HEAD + load<u32>(at, 8)) << 2);
}

/** As `leave` behind a plain call, whose instruction has as many results. */
function leaveCall(task: Task, operands: usize, n: u32): Outcome {
  const caller = changetype<Frame>(frame.previous);
  const outs = outsOf(caller.fn.code + ((caller.pc as usize) << 2));
  for (let i: usize = 0; i < (n as usize); i++) {
    pass(load<u32>(operands + (i << 2)), registers, task.program, OUT);
    putResult(load<u32>(outs + (i << 2)), caller.registers, OUT);
  }
  popFrame(task);
  enterTop(task);
  next = outs + ((n as usize) << 2);
  return Outcome.NEXT;
}

function call(task: Task, at: usize, n: u32, m: u32): Outcome {
  const p = task.program;
  const operands = at + (HEAD << 2);
  const kind = load<u32>(at);
  const skipped: u32 = kind == Vm.CALL_FUNCTION ? 1 : 0;
  const first = kind == Vm.FORK ? 0 : operandAt(load<u32>(operands), registers, p);
  let index: i32;
  if (kind == Vm.FORK) index = load<i32>(at, 16);
  else if (n == 0) index = calledFunction(changetype<Value>(OUT));
  else if (skipped) index = calledFunction(changetype<Value>(first));
  else index = callMethod(p, at, changetype<Value>(first));
  const purpose = kind == Vm.FORK ? Purpose.FORK : Purpose.CALL;
  if (index < 0 || !enter(task, p, index, n - skipped, m, purpose)) return Outcome.FAILED;
  const from = registers;
  enterTop(task);
  for (let i = skipped; i < n; i++) {
    pass(load<u32>(operands + ((i as usize) << 2)), from, p, registers + (((i - skipped) as usize) << 4));
  }
  return Outcome.NEXT;
}

function sort(task: Task, at: usize, n: u32, m: u32): Outcome {
  const state = changetype<Value>(registers + ((load<u32>(at, 16) as usize) << 4));
  if (state.isNone) {
    fetch(at + (HEAD << 2), n, registers, task.program);
    const begun = beginSort(changetype<Value>(area), m == 0, state);
    dropArea(n);
    if (!begun) return Outcome.FAILED;
  }
  const sorting = sortOn(state.record);
  if (sorting == Sorting.DONE) {
    if (m) takeSorted(state.record, changetype<Value>(area));
    dropValue(changetype<usize>(state));
    putAll(at + ((HEAD + n) << 2), m, registers, area);
    return Outcome.NEXT;
  }
  if (sorting == Sorting.FAILED || !askLess(task, task.program)) {
    dropValue(changetype<usize>(state));
    return Outcome.FAILED;
  }
  enterTop(task);
  return Outcome.NEXT;
}

const LESS: usize = memory.data<u8>([95, 95, 108, 116, 95, 95]); // "__lt__"

/** Calls the __lt__ that a sort waits for. */
function askLess(task: Task, p: Program): bool {
  const a = sortedA;
  const index = methodOf(p, a, LESS, 6);
  if (index < 0 || !enter(task, p, index, 2, 1, Purpose.COMPARE)) return false;
  const slots = changetype<Frame>(task.frame).registers;
  copyValue(slots, changetype<usize>(a));
  copyValue(slots + 16, changetype<usize>(sortedB));
  return true;
}

function calledFunction(v: Value): i32 {
  if (v.tag == Tag.FUNCTION) return v.bits as i32;
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(0);
  factTag(Tag.FUNCTION);
  factTag(v.tag);
  return -1;
}

/** Pushes the frame of function `index` if it takes `n` arguments and gives `m` results. */
function enter(task: Task, p: Program, index: i32, n: u32, m: u32, purpose: Purpose): bool {
  const fn = p.functionAt(index);
  if (!fn.code || fn.params != n || fn.returns != m) {
    fail(ErrorCode.BAD_ARITY);
    factInt(fn.params);
    factInt(n);
    return false;
  }
  return pushFrame(task, index, purpose);
}
