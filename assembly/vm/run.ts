// The virtual machine: runs a task's register code until it ends, fails, or its slice of instructions is used up.

import { factInt, factTag, factText, fail, hasError } from "../core/error";
import { alloc, free } from "../core/heap";
import { Tag } from "../core/object";
import { clearValues, copyValue, dropValue, isObjectTag, moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { Vm } from "../ops.gen";
import { CONSTANT, DEAD, HEAD, MOVE, REGISTER, Step } from "../program/code";
import { widest } from "../program/compile";
import { Program } from "../program/program";
import { callMethod, getAttribute, setAttribute } from "./attributes";
import { checkGuard } from "./guard";
import { runKernel } from "./kernel";
import { record } from "./records";
import {
  buildDict,
  buildList,
  buildTuple,
  createObject,
  isInstance,
  sliceTuple,
  tupleItem,
  unpack,
} from "./structures";
import { Frame, instructionLimitNow, popFrame, pushFrame, Task } from "./task";

export const enum Status {
  DONE = 0,
  FAILED = 1,
  /** The slice is used up; run again to go on. */
  PAUSED = 2,
}

// The operand area: operands of the running instruction, then its results. It is empty between instructions.
let area: usize = 0;
let areaSlots: u32 = 0;

function ensureArea(): bool {
  const want: u32 = 2 * widest + 64;
  if (areaSlots >= want) return true;
  const next = alloc((want as u64) << 4);
  if (!next) return false;
  clearValues(next, want);
  free(area);
  area = next;
  areaSlots = want;
  return true;
}

function operandAt(word: u32, registers: usize, p: Program): usize {
  return word & CONSTANT
    ? p.values + (((word & ~CONSTANT) as usize) << 4)
    : registers + (((word & REGISTER) as usize) << 4);
}

/** Fetches `n` operands into the area, owning a reference to each. */
function fetch(at: usize, n: u32, registers: usize, p: Program): void {
  for (let i: usize = 0; i < (n as usize); i++) {
    const word = load<u32>(at + (i << 2));
    const from = operandAt(word, registers, p);
    if ((word & (CONSTANT | MOVE)) == MOVE) moveValue(area + (i << 4), from);
    else copyValue(area + (i << 4), from);
  }
}

/** Fetches `n` operands into the area without owning them. */
function borrow(at: usize, n: u32, registers: usize, p: Program): void {
  for (let i: usize = 0; i < (n as usize); i++) {
    v128.store(area + (i << 4), v128.load(operandAt(load<u32>(at + (i << 2)), registers, p)));
  }
}

/** After `borrow`: forgets the area's copies and empties the registers whose last use this was. */
function giveBack(at: usize, n: u32, registers: usize): void {
  for (let i: usize = 0; i < (n as usize); i++) {
    store<u32>(area + (i << 4), Tag.NONE);
    const word = load<u32>(at + (i << 2));
    if ((word & (CONSTANT | MOVE)) == MOVE) dropValue(registers + (((word & REGISTER) as usize) << 4));
  }
}

/** Puts an owned value into the register of a result word. */
function put(word: u32, registers: usize, from: usize): void {
  const to = registers + (((word & REGISTER) as usize) << 4);
  if (isObjectTag(load<u32>(to))) dropValue(to);
  if (word & DEAD) dropValue(from);
  else moveValue(to, from);
}

/** Moves `m` results from the slots at `from` into their registers. */
function putAll(at: usize, m: u32, registers: usize, from: usize): void {
  for (let i: usize = 0; i < (m as usize); i++) put(load<u32>(at + (i << 2)), registers, from + (i << 4));
}

/**
 * Runs up to `slice` instructions (0: no bound but the task's limit). On DONE the results stand in `task.results`; on
 * FAILED the error record says why, and `errorFrames` in place.ts where.
 */
export function run(task: Task, slice: i64): Status {
  if (!ensureArea()) return Status.FAILED;
  const p = task.program;
  let budget: i64 = slice > 0 ? min(slice, task.fuel) : task.fuel;
  task.fuel -= budget;
  let frame = changetype<Frame>(task.frame);
  if (!task.frame) return Status.DONE;
  let code = frame.fn.code;
  let pc = frame.pc;
  let registers = frame.registers;
  while (true) {
    if (budget <= 0) {
      frame.pc = pc;
      if (task.fuel > 0) return Status.PAUSED;
      fail(ErrorCode.INSTRUCTION_LIMIT);
      factInt(instructionLimitNow());
      return Status.FAILED;
    }
    budget--;
    const at = code + ((pc as usize) << 2);
    const n = load<u32>(at, 8);
    const m = load<u32>(at, 12);
    const operands = at + (HEAD << 2);
    const outs = operands + ((n as usize) << 2);
    const next = pc + HEAD + n + m;
    frame.pc = pc;
    pc = next;
    switch (load<u32>(at)) {
      case Vm.KERNEL: {
        borrow(operands, n, registers, p);
        const results = area + ((n as usize) << 4);
        const status = runKernel(load<i32>(at, 16), area, n, results);
        giveBack(operands, n, registers);
        if (status) return Status.FAILED;
        putAll(outs, m, registers, results);
        break;
      }
      case Step.MOVE:
        fetch(operands, n, registers, p);
        putAll(outs, m, registers, area);
        break;
      case Step.JUMP:
        pc = load<u32>(at, 16);
        break;
      case Step.JUMP_UNLESS: {
        const test = changetype<Value>(operandAt(load<u32>(operands), registers, p));
        if (test.tag != Tag.BOOL) return wrongType(Tag.BOOL, test.tag, 0);
        if (!test.bool) pc = load<u32>(at, 16);
        break;
      }
      case Step.LOOP_TEST: {
        const trips = changetype<Value>(registers + ((load<u32>(operands) as usize) << 4));
        const test = changetype<Value>(registers + ((load<u32>(operands, 4) as usize) << 4));
        const counter = changetype<Value>(registers + ((load<u32>(outs) as usize) << 4));
        if (trips.tag != Tag.INT) return wrongType(Tag.INT, trips.tag, 0);
        if (test.tag != Tag.BOOL) return wrongType(Tag.BOOL, test.tag, 1);
        const i: i64 = counter.tag == Tag.INT ? counter.int : 0;
        if (!test.bool || i >= trips.int) {
          pc = load<u32>(at, 16);
          break;
        }
        counter.setInt(i + 1);
        const index = load<u32>(outs, 4);
        if (!(index & DEAD)) changetype<Value>(registers + ((index as usize) << 4)).setInt(i);
        break;
      }
      case Step.DROP:
        for (let i: usize = 0; i < (n as usize); i++) {
          dropValue(registers + (((load<u32>(operands + (i << 2)) & REGISTER) as usize) << 4));
        }
        break;
      case Step.RETURN: {
        fetch(operands, n, registers, p);
        popFrame(task);
        if (!task.frame) {
          for (let i: usize = 0; i < (n as usize); i++) {
            moveValue(changetype<usize>(task.results.at(i as i32)), area + (i << 4));
          }
          return Status.DONE;
        }
        frame = changetype<Frame>(task.frame);
        code = frame.fn.code;
        registers = frame.registers;
        const call = code + ((frame.pc as usize) << 2);
        const inputs = load<u32>(call, 8);
        const outputs = load<u32>(call, 12);
        putAll(call + ((HEAD + inputs) << 2), outputs, registers, area);
        pc = frame.pc + HEAD + inputs + outputs;
        break;
      }
      case Vm.CALL_METHOD:
      case Vm.CALL_FUNCTION: {
        fetch(operands, n, registers, p);
        const skipFirst: u32 = load<u32>(at) == Vm.CALL_FUNCTION ? 1 : 0;
        const index = skipFirst
          ? calledFunction(changetype<Value>(area))
          : callMethod(p, at, changetype<Value>(area));
        if (index < 0 || !enter(task, p, index, n - skipFirst, m)) {
          dropArea(n);
          return Status.FAILED;
        }
        frame = changetype<Frame>(task.frame);
        code = frame.fn.code;
        registers = frame.registers;
        for (let i: usize = 0; i < ((n - skipFirst) as usize); i++) {
          moveValue(registers + (i << 4), area + ((i + skipFirst) << 4));
        }
        dropArea(n);
        pc = 0;
        break;
      }
      case Step.UNSUPPORTED:
        fail(ErrorCode.UNSUPPORTED);
        factText(load<u32>(at, 16), load<u32>(at, 20));
        return Status.FAILED;
      default: {
        fetch(operands, n, registers, p);
        const results = area + ((n as usize) << 4);
        structure(load<u32>(at), p, at, n, m, changetype<Value>(area), changetype<Value>(results));
        dropArea(n);
        if (hasError()) {
          for (let i: u32 = 0; i < m; i++) dropValue(results + ((i as usize) << 4));
          return Status.FAILED;
        }
        putAll(outs, m, registers, results);
      }
    }
  }
}

/** Everything that is neither a kernel nor control flow: `v` holds `n` operands, `r` takes `m` results. */
function structure(kind: u32, p: Program, at: usize, n: u32, m: u32, v: Value, r: Value): void {
  switch (kind) {
    case Vm.GET_ATTR:
      if (n == 1 && m == 1) return getAttribute(p, at, v, r);
      break;
    case Vm.SET_ATTR:
      if (n == 2 && m == 0) return setAttribute(p, at, v);
      break;
    case Vm.LIST_CONSTRUCT:
      if (m == 1) return buildList(p, load<u32>(at, 16), n, v, r);
      break;
    case Vm.TUPLE_CONSTRUCT:
      if (m == 1) return buildTuple(load<u32>(at, 16), n, v, r);
      break;
    case Vm.DICT_CONSTRUCT:
      if (m == 1 && (n & 1) == 0) return buildDict(n, v, r);
      break;
    case Vm.LIST_UNPACK:
      if (n == 1) return unpack(Tag.LIST, m, v, r);
      break;
    case Vm.TUPLE_UNPACK:
      if (n == 1) return unpack(Tag.TUPLE, m, v, r);
      break;
    case Vm.TUPLE_INDEX:
      if (n == 2 && m == 1) return tupleItem(v, r);
      break;
    case Vm.TUPLE_SLICE:
      if (n == 1 && m == 1) return sliceTuple(load<u32>(at, 16), load<u32>(at, 20), v, r);
      break;
    case Vm.CREATE_OBJECT:
      if (n == 0 && m == 1) return createObject(p, load<u32>(at, 16), r);
      break;
    case Vm.ISINSTANCE:
      if (n == 1 && m == 1) return isInstance(p, load<u32>(at, 16), v, r);
      break;
    case Vm.UNINITIALIZED:
      if (n == 0 && m == 1) return;
      break;
    case Vm.GUARD:
      if (n == 1 && m == 0) return checkGuard(p, at, v);
      break;
    case Vm.PRINT:
    case Vm.WARN:
      if (m == 0) {
        if (kind == Vm.WARN) record(1, min(n, 1), v);
        else record(0, n, v);
        return;
      }
      break;
    case Vm.RAISE:
      if (n >= 1 && v.tag == Tag.STR) {
        fail(ErrorCode.RAISED);
        factText(v.str.text, v.str.bytes);
        if (n == 2 && v.at(1).tag == Tag.STR) factText(v.at(1).str.text, v.at(1).str.bytes);
        return;
      }
      break;
    default:
      break;
  }
  fail(ErrorCode.BAD_ARITY);
  factInt(m);
  factInt(n);
}

function dropArea(n: u32): void {
  for (let i: usize = 0; i < (n as usize); i++) dropValue(area + (i << 4));
}

function wrongType(want: u32, got: u32, i: u32): Status {
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(i);
  factTag(want);
  factTag(got);
  return Status.FAILED;
}

function calledFunction(v: Value): i32 {
  if (v.tag == Tag.FUNCTION) return v.bits as i32;
  wrongType(Tag.FUNCTION, v.tag, 0);
  return -1;
}

/** Pushes the frame of function `index` if it takes `n` arguments and gives `m` results. */
function enter(task: Task, p: Program, index: i32, n: u32, m: u32): bool {
  const fn = p.functionAt(index);
  if (!fn.code || fn.params != n || fn.returns != m) {
    fail(ErrorCode.BAD_ARITY);
    factInt(fn.params);
    factInt(n);
    return false;
  }
  return pushFrame(task, index);
}
