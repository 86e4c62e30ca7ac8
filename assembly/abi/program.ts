// ABI: loading a program, describing it, calling its functions.

import { newList, Record } from "../core/containers";
import { clearError } from "../core/error";
import { Tag } from "../core/object";
import { copyValue, dropValue, Value } from "../core/value";
import { findKeys, headerKey, loadProgram } from "../program/load";
import { openCursor, readAny, readArray, seek } from "../program/msgpack";
import { findRow, Program, setRunning } from "../program/program";
import { placeOf } from "../vm/place";
import { recordCount, takeRecords } from "../vm/records";
import { run } from "../vm/run";
import { endTask, newTask, setDepthLimit, setInstructionLimit, Task } from "../vm/task";

function programAt(address: usize): Program {
  return changetype<Program>(address);
}

/**
 * Loads the `.sconce` file of `bytes` bytes at `data`, which `sc_alloc` gave and which this takes over in any case. A
 * program to release with `sc_release`, or 0 with an error recorded.
 */
export function sc_load(data: usize, bytes: usize): usize {
  clearError();
  return changetype<usize>(loadProgram(data, bytes));
}

/**
 * Reads the value of header key `key` (numbered from 0 in the order of format/SPEC.md section 3) into an empty slot as
 * lists, numbers and strings; None when the file has no such key. Returns 0, or 1 with an error recorded.
 */
export function sc_describe(program: usize, key: u32, to: usize): u32 {
  clearError();
  const p = programAt(program);
  if (!findKeys(p)) return 1;
  const at = headerKey(key);
  const slot = changetype<Value>(to);
  if (!at) {
    slot.setNone();
    return 0;
  }
  seek(at);
  if (!readAny(slot)) {
    dropValue(to);
    return 1;
  }
  return 0;
}

/** Reads function `index` without its graph into an empty slot: [kind, name, arguments, returns]. */
export function sc_function(program: usize, index: u32, to: usize): u32 {
  clearError();
  const p = programAt(program);
  if (index >= p.functionCount) return 1;
  openCursor(p.header, p.headerBytes);
  seek(p.functionAt(index).at);
  return readSignature(changetype<Value>(to)) ? 0 : 1;
}

function readSignature(to: Value): bool {
  readArray();
  const list = newList(4);
  if (!changetype<usize>(list)) return false;
  to.setObject(Tag.LIST, changetype<usize>(list));
  for (let i: i32 = 0; i < 4; i++) {
    if (!readAny(list.at(i))) return false;
  }
  return true;
}

/** Copies value `index` of the program's values into an empty slot. */
export function sc_value(program: usize, index: u32, to: usize): u32 {
  const p = programAt(program);
  if (index >= p.valueCount) return 1;
  copyValue(to, p.values + ((index as usize) << 4));
  return 0;
}

/** Number of functions. */
export function sc_function_count(program: usize): u32 {
  return programAt(program).functionCount;
}

/** Number of classes. */
export function sc_class_count(program: usize): u32 {
  return programAt(program).classCount;
}

/** Index of the root function, or -1 - index of the root object among the values. */
export function sc_root(program: usize): i32 {
  const p = programAt(program);
  return p.rootKind == 1 ? (p.root as i32) : -1 - (p.root as i32);
}

/** Class index of an object. */
export function sc_object_class(object: usize): u32 {
  return changetype<Record>(object).type;
}

/** The method of class `type` with this name as a function index, or -1. */
export function sc_method(program: usize, type: u32, name: usize, length: u32): i32 {
  const p = programAt(program);
  if (type >= p.classCount) return -1;
  const c = p.classAt(type);
  const row = findRow(c.methods, c.methodCount, name, length);
  return row ? load<i32>(row, 8) : -1;
}

/**
 * Starts function `index` on `count` argument slots, which stay the caller's. A task to run with `sc_run` and free with
 * `sc_end`, or 0 with an error recorded.
 */
export function sc_begin(program: usize, index: u32, args: usize, count: u32): usize {
  clearError();
  return changetype<usize>(newTask(programAt(program), index, args, count));
}

/** Runs a task for up to `slice` instructions (0: to its end). Returns 0 done, 1 failed, 2 paused: run it again. */
export function sc_run(task: usize, slice: f64): u32 {
  clearError();
  setRunning(changetype<Task>(task).program);
  const status = run(changetype<Task>(task), slice as i64);
  setRunning(changetype<Program>(0));
  return status;
}

/** Address of a finished task's result slots, which stay the task's. */
export function sc_results(task: usize): usize {
  return changetype<Task>(task).results.items;
}

/** Frees a task in any state. */
export function sc_end(task: usize): void {
  endTask(changetype<Task>(task));
}

/**
 * Writes where a failed task's frame `depth` (0: the innermost) is: (file or None, line, column, function), or None when
 * there is no such frame. Read the error first.
 */
export function sc_place(task: usize, depth: u32, to: usize): void {
  placeOf(changetype<Task>(task), depth, changetype<Value>(to));
}

/** Index in the file's list of operators of the one that an error record numbers `op`; -1 if the file has not that one. */
export function sc_op_index(program: usize, op: i32): i32 {
  const p = programAt(program);
  for (let i: u32 = 0; i < p.opCount; i++) if (load<i32>(p.ops + ((i as usize) << 2)) == op) return i as i32;
  return -1;
}

/** Moves the list of records since the last call (tuples of kind, 0 print or 1 warning, and text) into an empty slot; None without any. */
export function sc_records(to: usize): void {
  changetype<Value>(to).setObject(Tag.LIST, changetype<usize>(takeRecords()));
}

/** Number of records that wait to be taken by `sc_records`. */
export function sc_record_count(): u32 {
  return recordCount();
}

/** Limits for tasks begun from now on: instructions (0: none) and depth of calls. */
export function sc_set_limits(instructions: f64, depth: u32): void {
  setInstructionLimit(instructions as i64);
  setDepthLimit(depth);
}

/** Address of the first byte of segment `index`; its length is `sc_segment_bytes`. */
export function sc_segment(program: usize, index: u32): usize {
  const p = programAt(program);
  return index < p.segmentCount ? load<u32>(p.segments + (index as usize) * 12) : 0;
}

export function sc_segment_bytes(program: usize, index: u32): u32 {
  const p = programAt(program);
  return index < p.segmentCount ? load<u32>(p.segments + (index as usize) * 12, 4) : 0;
}
