// Errors as values: what js::Try catches and what a future keeps. Such a value is a tuple of three strings: the name, the
// message, and the error record with the frames it came from, as hexadecimal digits, from which the very same error can
// be raised again. An error that a program makes itself has an empty record.
//
//   record: the first 16 bytes of the error record (core/error.ts), its facts (places relative to the data area), the data
//           area; number of frames u32; per frame, from the innermost, { function u32, node u32 }

import { appendValue, List, newList, newRecord, newStr, Record, Str } from "../core/containers";
import {
  badValue,
  clearError,
  DATA,
  DATA_BYTES,
  errorCode,
  errorRecord,
  FACTS,
  Fact,
  factInt,
  factTag,
  factText,
  fail,
  MAX_FACTS,
} from "../core/error";
import { releaseObject, retainObject, Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { OP_COUNT } from "../ops.gen";
import { running } from "../program/program";
import { Frame, Task } from "./task";

/** Frames that a record keeps at most, from the innermost. */
const MAX_FRAMES: u32 = 256;
const HEADER: u32 = 16;

const SCONCE_ERROR: usize = memory.data<u8>([83, 99, 111, 110, 99, 101, 69, 114, 114, 111, 114]);
const ERROR: usize = memory.data<u8>([69, 114, 114, 111, 114]);
// "the message of an operator's error"
const OPERATORS_MESSAGE: usize = memory.data<u8>([
  116, 104, 101, 32, 109, 101, 115, 115, 97, 103, 101, 32, 111, 102, 32, 97, 110, 32, 111, 112, 101, 114, 97,
  116, 111, 114, 39, 115, 32, 101, 114, 114, 111, 114,
]);

const slot: usize = memory.data(16, 16);

// --- The error that stands, beyond its record ------------------------------------------------------------------------

/** Frames that an error raised again came from; null when the error is new. */
let trail: List = changetype<List>(0);
/** The trail's last frame is the task's top one, at the place where the error was caught. */
let hidesTop: bool = false;
/** Message and name of an error that a program raised, whole: the record may cut them. */
let message: Str = changetype<Str>(0);
let name: Str = changetype<Str>(0);

/** Function (2i) and node (2i + 1) of the frames that the error came from before it was raised again, or null. */
export function trailOf(): List {
  return trail;
}

/** The first of the task's frames that the trail does not hold. */
export function frameBehindTrail(task: Task): usize {
  return hidesTop && task.frame ? changetype<Frame>(task.frame).previous : task.frame;
}

export function forgetTrail(): void {
  releaseObject(changetype<usize>(trail));
  releaseObject(changetype<usize>(message));
  releaseObject(changetype<usize>(name));
  trail = changetype<List>(0);
  message = changetype<Str>(0);
  name = changetype<Str>(0);
  hidesTop = false;
}

function noteRaised(text: Str, label: Str): void {
  retainObject(changetype<usize>(text));
  retainObject(changetype<usize>(label));
  message = text;
  name = label;
}

/** Raises what the program says: `label`, its class, may be null. */
export function raise(text: Str, label: Str): void {
  fail(ErrorCode.RAISED);
  factText(text.text, text.bytes);
  if (changetype<usize>(label)) factText(label.text, label.bytes);
  forgetTrail();
  noteRaised(text, label);
}

// --- To text and back ------------------------------------------------------------------------------------------------

let cursor: usize = 0;
let end: usize = 0;
let broken: bool = false;

function putWord(word: u32): void {
  for (let i = 0; i < 4; i++) putDigits((word >> (i << 3)) & 255);
}

function putDigits(byte: u32): void {
  const high = byte >> 4;
  const low = byte & 15;
  store<u8>(cursor, high + (high < 10 ? 48 : 87));
  store<u8>(cursor, low + (low < 10 ? 48 : 87), 1);
  cursor += 2;
}

function digit(): u32 {
  const c: u32 = cursor < end ? load<u8>(cursor) : 0;
  cursor++;
  if (c >= 48 && c < 58) return c - 48;
  if (c >= 97 && c < 103) return c - 87;
  broken = true;
  return 0;
}

function takeByte(): u32 {
  const high = digit();
  return (high << 4) | digit();
}

function takeWord(): u32 {
  let word: u32 = 0;
  for (let i = 0; i < 4; i++) word |= takeByte() << (i << 3);
  return word;
}

function isPlace(kind: u32): bool {
  return kind == Fact.TEXT || kind == Fact.SHAPE;
}

function nodeOf(frame: Frame): u32 {
  return load<u32>(frame.fn.code + ((frame.pc as usize) << 2), 4);
}

/** The standing error's record with the frames from the task's top to the one at `last`; null when memory is out. */
function recordText(task: Task, last: usize): Str {
  const record = errorRecord();
  const facts = load<u32>(record, 8);
  const used = load<u32>(record, 12);
  const gone: u32 = changetype<usize>(trail) ? trail.length >> 1 : 0;
  const first = frameBehindTrail(task);
  let frames = gone;
  let at = first;
  for (; at && frames < MAX_FRAMES; at = changetype<Frame>(at).previous) {
    frames++;
    if (at == last) break;
  }
  const text = newStr(0, 2 * (HEADER + (facts << 4) + used + 4 + (frames << 3)));
  if (!changetype<usize>(text)) return text;
  cursor = text.text;
  for (let i: usize = 0; i < HEADER; i += 4) putWord(load<u32>(record + i));
  for (let i: usize = 0; i < (facts as usize); i++) {
    const fact = record + FACTS + (i << 4);
    const kind = load<u32>(fact);
    const value: i64 = load<i64>(fact, 8) - (isPlace(kind) ? ((record + DATA) as i64) : 0);
    putWord(kind);
    putWord(load<u32>(fact, 4));
    putWord(value as u32);
    putWord((value >> 32) as u32);
  }
  for (let i: usize = 0; i < (used as usize); i++) putDigits(load<u8>(record + DATA + i));
  putWord(frames);
  for (let i: u32 = 0; i < gone; i++) {
    putWord(trail.int(2 * i) as u32);
    putWord(trail.int(2 * i + 1) as u32);
  }
  at = first;
  for (let i = gone; i < frames; i++) {
    putWord(changetype<Frame>(at).index);
    putWord(nodeOf(changetype<Frame>(at)));
    at = changetype<Frame>(at).previous;
  }
  return text;
}

/**
 * The standing error, which came from the frames from the task's top to the one at `last`, as a value of type `type`
 * (index + 1; 0 none), after which it stands no more. Null, with the error standing, when memory is out.
 */
export function takeError(task: Task, last: usize, type: u32): Record {
  const tuple = newRecord(Tag.TUPLE, 3, type);
  const text = recordText(task, last);
  const raised = errorCode() == ErrorCode.RAISED && changetype<usize>(message) != 0;
  const label = raised ? name : newStr(SCONCE_ERROR, 11);
  const shown = raised ? message : newStr(0, 0);
  if (raised) {
    retainObject(changetype<usize>(label));
    retainObject(changetype<usize>(shown));
  }
  const plain = raised && !changetype<usize>(label) ? newStr(ERROR, 5) : label;
  if (
    !changetype<usize>(tuple) ||
    !changetype<usize>(text) ||
    !changetype<usize>(plain) ||
    !changetype<usize>(shown)
  ) {
    releaseObject(changetype<usize>(tuple));
    releaseObject(changetype<usize>(text));
    releaseObject(changetype<usize>(plain));
    releaseObject(changetype<usize>(shown));
    return changetype<Record>(0);
  }
  tuple.at(0).setObject(Tag.STR, changetype<usize>(plain));
  tuple.at(1).setObject(Tag.STR, changetype<usize>(shown));
  tuple.at(2).setObject(Tag.STR, changetype<usize>(text));
  clearError();
  forgetTrail();
  return tuple;
}

/** Reads the record's text into the error record and the trail; false when it is none. */
function readRecord(text: Str): bool {
  const record = errorRecord();
  cursor = text.text;
  end = text.text + text.bytes;
  broken = false;
  const code = takeWord();
  const op = takeWord();
  const facts = takeWord();
  const used = takeWord();
  if (broken || code == 0 || op > (OP_COUNT as u32) || facts > MAX_FACTS || used > DATA_BYTES) return false;
  for (let i: usize = 0; i < (facts as usize); i++) {
    const fact = record + FACTS + (i << 4);
    const kind = takeWord();
    const length = takeWord();
    const low = takeWord();
    let value: i64 = (low as i64) | ((takeWord() as i64) << 32);
    if (isPlace(kind)) {
      const bytes: u64 = kind == Fact.SHAPE ? (length as u64) << 2 : (length as u64);
      if (value < 0 || value > (used as i64) || bytes > (used as u64) - (value as u64)) return false;
      value += (record + DATA) as i64;
    }
    store<u32>(fact, kind);
    store<u32>(fact, length, 4);
    store<i64>(fact, value, 8);
  }
  for (let i: usize = 0; i < (used as usize); i++) store<u8>(record + DATA + i, takeByte() as u8);
  const frames = takeWord();
  if (broken || frames > MAX_FRAMES || end - cursor != (frames as usize) << 4) return false;
  const list = newList(0);
  if (!changetype<usize>(list)) return false;
  const count: u32 = changetype<usize>(running) ? running.functionCount : 0;
  for (let i: u32 = 0; i < frames; i++) {
    const fn = takeWord();
    const node = takeWord();
    if (fn >= count || node >= 0x1000_0000) continue;
    changetype<Value>(slot).setInt(fn);
    appendValue(list, slot);
    changetype<Value>(slot).setInt(node);
    appendValue(list, slot);
  }
  changetype<Value>(slot).setNone();
  if (broken || list.length & 1) {
    releaseObject(changetype<usize>(list));
    return false;
  }
  forgetTrail();
  trail = list;
  store<u32>(record, op, 4);
  store<u32>(record, facts, 8);
  store<u32>(record, used, 12);
  store<u32>(record, code);
  return true;
}

/** The value as an error's tuple; null with an error recorded. */
function errorOf(e: Value): Record {
  const found = e.tag == Tag.TUPLE && e.record.length == 3 ? e.record : changetype<Record>(0);
  if (
    changetype<usize>(found) &&
    found.at(0).tag == Tag.STR &&
    found.at(1).tag == Tag.STR &&
    found.at(2).tag == Tag.STR
  )
    return found;
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(0);
  factTag(Tag.TUPLE);
  factTag(e.tag);
  return changetype<Record>(0);
}

/** Raises the error in `e` again; `caughtHere` when the task's top frame is where it was caught. */
export function raiseAgain(e: Value, caughtHere: bool): void {
  const error = errorOf(e);
  if (!changetype<usize>(error)) return;
  if (error.at(2).str.bytes == 0) return raise(error.at(1).str, error.at(0).str);
  if (!readRecord(error.at(2).str)) {
    badValue(0, error.at(2).str.bytes);
    return;
  }
  hidesTop = caughtHere && trail.length > 0;
  if (errorCode() != ErrorCode.RAISED) return;
  noteRaised(error.at(1).str, load<u32>(errorRecord(), 8) > 1 ? error.at(0).str : changetype<Str>(0));
}

// --- Operators -------------------------------------------------------------------------------------------------------

/** js::rethrow */
export function rethrow(e: Value): void {
  raiseAgain(e, true);
}

/** js::errorName */
export function errorName(e: Value): Str {
  const error = errorOf(e);
  if (!changetype<usize>(error)) return changetype<Str>(0);
  retainObject(changetype<usize>(error.at(0).str));
  return error.at(0).str;
}

/** js::errorMessage: an operator's error gets its words outside. */
export function errorMessage(e: Value): Str {
  const error = errorOf(e);
  if (!changetype<usize>(error)) return changetype<Str>(0);
  const record = error.at(2).str;
  if (record.bytes) {
    cursor = record.text;
    end = record.text + record.bytes;
    if (takeWord() != ErrorCode.RAISED) {
      fail(ErrorCode.UNSUPPORTED);
      factText(OPERATORS_MESSAGE, 34);
      return changetype<Str>(0);
    }
  }
  retainObject(changetype<usize>(error.at(1).str));
  return error.at(1).str;
}
