// Instructions that `runFast` knows, where their values are not what it expects: run as the operator's row says, or refused.

import { factInt, factTag, fail, hasError } from "../core/error";
import { Tag } from "../core/object";
import { copyValue, dropValue, moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { HEAD, Step } from "../program/code";
import { Program } from "../program/program";
import { area, dropArea } from "./area";
import { getAttribute, setAttribute } from "./attributes";
import { deliver, OUT, putOut } from "./deliver";
import { isFused } from "./fast.gen";
import { runKernel } from "./kernel";

function operandAt(at: usize, i: u32, registers: usize): usize {
  return registers + (load<u32>(at + ((HEAD + i) << 2)) & ~15);
}

/** Runs the instruction at `at`; the address of the one to go on with, `next` if it does not jump, or 0 with an error. */
export function slowStep(p: Program, at: usize, registers: usize, next: usize): usize {
  switch (load<u32>(at)) {
    case Step.COPY: {
      const from = operandAt(at, 0, registers);
      if (load<u32>(at, 32) & 1) moveValue(OUT, from);
      else copyValue(OUT, from);
      putOut(registers, load<u32>(at, 36));
      return next;
    }
    case Step.JUMP:
      return at + load<i32>(at, 28);
    case Step.JUMP_IF:
    case Step.JUMP_UNLESS:
      return refuse(Tag.BOOL, operandAt(at, 0, registers), 0);
    case Step.GET:
      getAttribute(p, at, changetype<Value>(operandAt(at, 0, registers)), changetype<Value>(OUT));
      if (load<u32>(at, 32) & 1) dropValue(operandAt(at, 0, registers));
      if (hasError()) return 0;
      putOut(registers, load<u32>(at, 36));
      return next;
    case Step.SET:
      slowSet(p, at, registers);
      return hasError() ? 0 : next;
    case Step.EMPTY:
      dropValue(operandAt(at, 0, registers));
      return next;
    case Step.TEST:
      return refuse(load<u32>(at, 20), operandAt(at, 0, registers), load<u32>(at, 24));
    case Step.LOOP_ENTER:
    case Step.LOOP_NEXT: {
      const trips = operandAt(at, 0, registers);
      if (load<u32>(trips) != Tag.INT) return refuse(Tag.INT, trips, 0);
      const test = operandAt(at, 1, registers);
      if (load<u32>(test) != Tag.BOOL) return refuse(Tag.BOOL, test, 1);
      return refuse(Tag.INT, operandAt(at, 2, registers), 2);
    }
    default:
      return slowOperator(at, registers, next);
  }
}

function slowSet(p: Program, at: usize, registers: usize): void {
  const object = operandAt(at, 0, registers);
  const value = operandAt(at, 1, registers);
  copyValue(area, object);
  if (load<u32>(at, 36) & 1) moveValue(area + 16, value);
  else copyValue(area + 16, value);
  if (load<u32>(at, 32) & 1) dropValue(object);
  setAttribute(p, at, changetype<Value>(area));
  dropArea(2);
}

function refuse(want: u32, got: usize, i: u32): usize {
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(i);
  factTag(want);
  factTag(load<u32>(got));
  return 0;
}

function slowOperator(at: usize, registers: usize, next: usize): usize {
  const n = load<u32>(at, 8);
  for (let i: u32 = 0; i < n; i++) {
    const from = operandAt(at, i, registers);
    changetype<Value>(area + ((i as usize) << 4)).set(load<u32>(from), load<i64>(from, 8));
  }
  const status = runKernel(load<i32>(at, 16), area, n, OUT);
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(area + ((i as usize) << 4), Tag.NONE);
    if (load<u32>(at + ((HEAD + i) << 2)) & 1) dropValue(operandAt(at, i, registers));
  }
  if (status) return 0;
  if (isFused(load<u32>(at))) {
    const truth = changetype<Value>(OUT).bool ? 1 : 0;
    dropValue(OUT);
    return truth == load<u32>(at, 20) ? at + load<i32>(at, 28) : next;
  }
  if (load<u32>(at, 12)) deliver(at, registers, load<u32>(at + ((HEAD + n) << 2)));
  return next;
}
