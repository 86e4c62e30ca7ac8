// The error record: a code and structured facts in fixed memory; words are put to them outside.
//
//   offset  field
//   0       code u32 (0 = no error)         4   operator id u32 + 1 (0 = none)
//   8       count of facts u32              12  bytes used in the data area u32
//   16      facts: 8 × { kind u32, length u32, value 8 bytes }
//   144     data area: shapes (i32 each) and text (UTF-8) that facts point into, 880 bytes
//
// The first error wins: what fails while unwinding does not hide the cause.

import { ErrorCode } from "../errors.gen";
import { Tensor } from "./tensor";

const RECORD: usize = memory.data(1024, 16);
export const MAX_FACTS: u32 = 8;
export const FACTS: usize = 16;
export const DATA: usize = 144;
export const DATA_BYTES: u32 = 880;

export enum Fact {
  INT = 1,
  FLOAT = 2,
  SHAPE = 3,
  TEXT = 4,
  DTYPE = 5,
  TAG = 6,
}

/** The operator being run, for the record; -1 outside operators. */
let currentOp: i32 = -1;
/** False while facts belong to a later error that lost to the first. */
let recording: bool = false;

export function setCurrentOp(op: i32): void {
  currentOp = op;
}

export function errorRecord(): usize {
  return RECORD;
}

export function hasError(): bool {
  return load<u32>(RECORD) != 0;
}

export function errorCode(): u32 {
  return load<u32>(RECORD);
}

export function clearError(): void {
  memory.fill(RECORD, 0, 16);
  recording = false;
}

/** Starts an error record; facts follow with `factInt` and its kin, in the order the error table names them. */
export function fail(code: ErrorCode): void {
  recording = !hasError();
  if (!recording) return;
  store<u32>(RECORD, code as u32);
  store<u32>(RECORD, (currentOp + 1) as u32, 4);
  store<u32>(RECORD, 0, 8);
  store<u32>(RECORD, 0, 12);
}

/** Records that argument `index` of the running operator has a value that it may not have. */
export function badValue(index: i32, value: i64): void {
  fail(ErrorCode.BAD_VALUE);
  factInt(index);
  factInt(value);
}

function addFact(kind: Fact, length: u32, value: i64): void {
  const count = load<u32>(RECORD, 8);
  if (!recording || count >= MAX_FACTS) return;
  const at = RECORD + FACTS + ((count as usize) << 4);
  store<u32>(at, kind as u32);
  store<u32>(at, length, 4);
  store<i64>(at, value, 8);
  store<u32>(RECORD, count + 1, 8);
}

export function factInt(value: i64): void {
  addFact(Fact.INT, 0, value);
}

export function factFloat(value: f64): void {
  addFact(Fact.FLOAT, 0, reinterpret<i64>(value));
}

export function factDtype(code: u32): void {
  addFact(Fact.DTYPE, 0, code as i64);
}

/** A value's tag, shown as the type's name. */
export function factTag(tag: u32): void {
  addFact(Fact.TAG, 0, tag as i64);
}

/** Copies `length` bytes of UTF-8 into the record, cut to what is left. */
export function factText(text: usize, length: u32): void {
  if (!recording) return;
  const used = load<u32>(RECORD, 12);
  const size = min(length, DATA_BYTES - used);
  memory.copy(RECORD + DATA + used, text, size);
  addFact(Fact.TEXT, size, (RECORD + DATA + used) as i64);
  store<u32>(RECORD, used + ((size + 7) & ~7), 12);
}

/** Copies `count` i32 sizes into the record. */
export function factSizes(sizes: usize, count: u32): void {
  if (!recording) return;
  const used = load<u32>(RECORD, 12);
  const fit = min(count, (DATA_BYTES - used) >> 2);
  memory.copy(RECORD + DATA + used, sizes, (fit as usize) << 2);
  addFact(Fact.SHAPE, fit, (RECORD + DATA + used) as i64);
  store<u32>(RECORD, used + (((fit << 2) + 7) & ~7), 12);
}

export function factShape(t: Tensor): void {
  factSizes(t.dims, t.ndim);
}
