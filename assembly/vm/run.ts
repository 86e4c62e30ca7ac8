// The virtual machine: runs a task's register code until it ends, fails, or its slice of instructions is used up.

import { Str } from "../core/containers";
import { factInt, factTag, factText, fail, hasError } from "../core/error";
import { alloc, free } from "../core/heap";
import { Tag } from "../core/object";
import { clearValues, copyValue, dropValue, moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { Vm } from "../ops.gen";
import { CONSTANT, DEAD, HEAD, MOVE, REGISTER, Step } from "../program/code";
import { widest } from "../program/compile";
import { Program } from "../program/program";
import { callMethod, getAttribute, methodOf, moduleItem, setAttribute } from "./attributes";
import { forgetTrail, raise } from "./error-value";
import { resolved } from "./futures";
import { checkGuard } from "./guard";
import { runKernel } from "./kernel";
import { record } from "./records";
import { answer, beginSort, Sorting, sortedA, sortedB, sortOn, takeSorted } from "./sort";
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
import { Frame, instructionLimitNow, Purpose, popFrame, pushFrame, putResult, Task } from "./task";
import { toList } from "./to-list";
import { caught } from "./unwind";

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

/** Moves `m` results from the slots at `from` into their registers. */
function putAll(at: usize, m: u32, registers: usize, from: usize): void {
  for (let i: usize = 0; i < (m as usize); i++)
    putResult(load<u32>(at + (i << 2)), registers, from + (i << 4));
}

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
  const p = task.program;
  let budget = slice;
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
      return failed(task, 0);
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
        if (status) return failed(task, budget);
        if (load<u32>(at, 20)) tagResult(changetype<Value>(results), load<u32>(at, 20), load<u32>(at, 24));
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
        if (test.tag != Tag.BOOL) {
          wrongType(Tag.BOOL, test.tag, 0);
          return failed(task, budget);
        }
        if (!test.bool) pc = load<u32>(at, 16);
        break;
      }
      case Step.LOOP_TEST: {
        const trips = changetype<Value>(registers + ((load<u32>(operands) as usize) << 4));
        const test = changetype<Value>(registers + ((load<u32>(operands, 4) as usize) << 4));
        const counter = changetype<Value>(registers + ((load<u32>(outs) as usize) << 4));
        if (trips.tag != Tag.INT) {
          wrongType(Tag.INT, trips.tag, 0);
          return failed(task, budget);
        }
        if (test.tag != Tag.BOOL) {
          wrongType(Tag.BOOL, test.tag, 1);
          return failed(task, budget);
        }
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
        const purpose = frame.purpose;
        if (purpose == Purpose.FORK && !resolved(task, changetype<Value>(area), n)) {
          dropArea(n);
          return failed(task, budget);
        }
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
        if (purpose == Purpose.COMPARE) {
          const state = changetype<Value>(registers + ((load<u32>(call, 16) as usize) << 4));
          const good = answer(state.record, changetype<Value>(area));
          dropArea(n);
          if (!good) return failed(task, budget);
          pc = frame.pc;
          break;
        }
        const inputs = load<u32>(call, 8);
        const outputs = load<u32>(call, 12);
        putAll(call + ((HEAD + inputs) << 2), outputs, registers, area);
        pc = frame.pc + HEAD + inputs + outputs;
        break;
      }
      case Vm.CALL_METHOD:
      case Vm.CALL_FUNCTION:
      case Vm.FORK: {
        fetch(operands, n, registers, p);
        const kind = load<u32>(at);
        const skipFirst: u32 = kind == Vm.CALL_FUNCTION ? 1 : 0;
        let index: i32;
        if (kind == Vm.FORK) index = load<i32>(at, 16);
        else if (skipFirst) index = calledFunction(changetype<Value>(area));
        else index = callMethod(p, at, changetype<Value>(area));
        const purpose = kind == Vm.FORK ? Purpose.FORK : Purpose.CALL;
        if (index < 0 || !enter(task, p, index, n - skipFirst, m, purpose)) {
          dropArea(n);
          return failed(task, budget);
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
      case Vm.SORT: {
        const state = changetype<Value>(registers + ((load<u32>(at, 16) as usize) << 4));
        if (state.isNone) {
          fetch(operands, n, registers, p);
          const begun = beginSort(changetype<Value>(area), m == 0, state);
          dropArea(n);
          if (!begun) return failed(task, budget);
        }
        const sorting = sortOn(state.record);
        if (sorting == Sorting.DONE) {
          if (m) takeSorted(state.record, changetype<Value>(area));
          dropValue(changetype<usize>(state));
          putAll(outs, m, registers, area);
          break;
        }
        if (sorting == Sorting.FAILED || !askLess(task, p)) {
          dropValue(changetype<usize>(state));
          return failed(task, budget);
        }
        frame = changetype<Frame>(task.frame);
        code = frame.fn.code;
        registers = frame.registers;
        pc = 0;
        break;
      }
      case Vm.TRY:
        break;
      case Step.UNSUPPORTED:
        fail(ErrorCode.UNSUPPORTED);
        factText(load<u32>(at, 16), load<u32>(at, 20));
        return failed(task, budget);
      default: {
        fetch(operands, n, registers, p);
        const results = area + ((n as usize) << 4);
        structure(load<u32>(at), p, at, n, m, changetype<Value>(area), changetype<Value>(results));
        dropArea(n);
        if (hasError()) {
          for (let i: u32 = 0; i < m; i++) dropValue(results + ((i as usize) << 4));
          return failed(task, budget);
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
      if (m == 1) return buildList(load<u32>(at, 16), n, v, r);
      break;
    case Vm.TUPLE_CONSTRUCT:
      if (m == 1) return buildTuple(load<u32>(at, 16), n, v, r);
      break;
    case Vm.DICT_CONSTRUCT:
      if (m == 1 && (n & 1) == 0) return buildDict(load<u32>(at, 16), load<u32>(at, 20), n, v, r);
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
    case Vm.TO_LIST:
      if (n == 3 && m == 1) return toList(p, load<u32>(at, 16), v, r);
      break;
    case Vm.MODULE_INDEX:
      if (n == 2 && m == 1) return moduleItem(p, v, r);
      break;
    case Vm.FALSE:
      if (m == 1) {
        r.setBool(false);
        return;
      }
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
        raise(v.str, n == 2 && v.at(1).tag == Tag.STR ? v.at(1).str : changetype<Str>(0));
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

function wrongType(want: u32, got: u32, i: u32): void {
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(i);
  factTag(want);
  factTag(got);
}

/** Gives a list or dict that a kernel made the types of its items. */
function tagResult(v: Value, item: u32, item2: u32): void {
  if (v.tag == Tag.LIST && !v.list.type) v.list.type = item;
  if (v.tag != Tag.DICT || v.dict.keyType) return;
  v.dict.keyType = item;
  v.dict.valueType = item2;
}

const LESS: usize = memory.data<u8>([95, 95, 108, 116, 95, 95]); // "__lt__"

/** Calls the __lt__ that a sort waits for. */
function askLess(task: Task, p: Program): bool {
  const a = sortedA;
  const index = methodOf(p, a, LESS, 6);
  if (index < 0 || !enter(task, p, index, 2, 1, Purpose.COMPARE)) return false;
  const registers = changetype<Frame>(task.frame).registers;
  copyValue(registers, changetype<usize>(a));
  copyValue(registers + 16, changetype<usize>(sortedB));
  return true;
}

function calledFunction(v: Value): i32 {
  if (v.tag == Tag.FUNCTION) return v.bits as i32;
  wrongType(Tag.FUNCTION, v.tag, 0);
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
