// A cursor over msgpack in memory: reads the forms of format/SPEC.md section 2 in place, checking every byte's place.
//
// The first violation records FILE_MALFORMED and makes every later read give zeros, so that callers check `intact()`
// once per loop instead of after every read. Counts never exceed the bytes that are left.

import { newList, newStr } from "../core/containers";
import { factInt, factText, fail, hasError } from "../core/error";
import { Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";

/** Deepest nesting of containers. */
const MAX_DEPTH: i32 = 1024;

let start: usize = 0;
let cursor: usize = 0;
let end: usize = 0;

/** Length of the text or bytes that `readText` or `readBytes` last gave. */
export let textLength: u32 = 0;

// Names of what was expected, for messages; NUL-terminated.
const WANT_ARRAY: usize = memory.data<u8>([97, 32, 108, 105, 115, 116, 0]); // "a list"
const WANT_INT: usize = memory.data<u8>([97, 110, 32, 105, 110, 116, 101, 103, 101, 114, 0]); // "an integer"
const WANT_TEXT: usize = memory.data<u8>([116, 101, 120, 116, 0]); // "text"
const WANT_VALUE: usize = memory.data<u8>([97, 32, 118, 97, 108, 117, 101, 0]); // "a value"
const WANT_RANGE: usize = memory.data<u8>([
  97, 32, 110, 117, 109, 98, 101, 114, 32, 105, 110, 32, 114, 97, 110, 103, 101, 0,
]); // "a number in range"
const WANT_BOOL: usize = memory.data<u8>([116, 114, 117, 101, 32, 111, 114, 32, 102, 97, 108, 115, 101, 0]); // "true or false"

function textBytes(text: usize): u32 {
  let n: u32 = 0;
  while (load<u8>(text + n)) n++;
  return n;
}

/** Points the cursor at `bytes` bytes of header. */
export function openCursor(at: usize, bytes: usize): void {
  start = at;
  cursor = at;
  end = at + bytes;
}

export function intact(): bool {
  return !hasError();
}

/** Where the cursor is, as an address; `seek` goes back to it. */
export function tell(): usize {
  return cursor;
}

export function seek(at: usize): void {
  cursor = at;
}

export function atEnd(): bool {
  return cursor == end;
}

/** Records that something else was expected at `at`. */
export function malformed(at: usize, want: usize): void {
  fail(ErrorCode.FILE_MALFORMED);
  factInt((at - start) as i64);
  factText(want, textBytes(want));
}

/** Records a number out of its range at the cursor. */
export function outOfRange(): void {
  malformed(cursor, WANT_RANGE);
}

function take(bytes: usize, want: usize): usize {
  if (hasError()) return 0;
  if (bytes > end - cursor) {
    malformed(cursor, want);
    return 0;
  }
  const at = cursor;
  cursor += bytes;
  return at;
}

function big(at: usize, bytes: u32): u64 {
  let value: u64 = 0;
  for (let i: u32 = 0; i < bytes; i++) value = (value << 8) | (load<u8>(at + i) as u64);
  return value;
}

function count(at: usize, bytes: u32, unit: u64, want: usize): u32 {
  if (!at) return 0;
  const n = big(at, bytes);
  if (n * unit > ((end - cursor) as u64)) {
    malformed(at, want);
    return 0;
  }
  return n as u32;
}

/** The first byte of the next value, which stays unread; 0xc1 (never used) at the end. */
export function peek(): u32 {
  return cursor < end ? load<u8>(cursor) : 0xc1;
}

export function isNil(): bool {
  return peek() == 0xc0;
}

/** Reads nil if it is there. */
export function takeNil(): bool {
  if (!isNil()) return false;
  cursor++;
  return true;
}

/** The number of elements of the array that starts here. */
export function readArray(): u32 {
  const at = take(1, WANT_ARRAY);
  if (!at) return 0;
  const head: u32 = load<u8>(at);
  if (head >> 4 == 9) {
    const n = head & 15;
    if (n <= end - cursor) return n;
  } else if (head == 0xdc) {
    return count(take(2, WANT_ARRAY), 2, 1, WANT_ARRAY);
  } else if (head == 0xdd) {
    return count(take(4, WANT_ARRAY), 4, 1, WANT_ARRAY);
  }
  malformed(at, WANT_ARRAY);
  return 0;
}

/** An array of exactly `n` elements. */
export function expectArray(n: u32): bool {
  const at = cursor;
  if (readArray() == n && intact()) return true;
  malformed(at, WANT_ARRAY);
  return false;
}

/** The number of pairs of the map that starts here. */
export function readMap(): u32 {
  const at = take(1, WANT_VALUE);
  if (!at) return 0;
  const head: u32 = load<u8>(at);
  if (head >> 4 == 8) {
    const n = head & 15;
    if (((2 * n) as usize) <= end - cursor) return n;
  } else if (head == 0xde) {
    return count(take(2, WANT_VALUE), 2, 2, WANT_VALUE);
  } else if (head == 0xdf) {
    return count(take(4, WANT_VALUE), 4, 2, WANT_VALUE);
  }
  malformed(at, WANT_VALUE);
  return 0;
}

/** An integer of any form, as 64 bits. */
export function readInt(): i64 {
  const at = take(1, WANT_INT);
  if (!at) return 0;
  const head: u32 = load<u8>(at);
  if (head < 0x80) return head as i64;
  if (head >= 0xe0) return (head as i64) - 256;
  if (head >= 0xcc && head <= 0xd3) {
    const bytes: u32 = 1 << (head & 3);
    const body = take(bytes, WANT_INT);
    if (!body) return 0;
    const value = big(body, bytes);
    if (head <= 0xcf) return value as i64;
    const shift: u64 = 64 - 8 * (bytes as u64);
    return ((value << shift) as i64) >> (shift as i64);
  }
  malformed(at, WANT_INT);
  return 0;
}

/** An integer from 0 to `limit` - 1. */
export function readIndex(limit: u32): u32 {
  const at = cursor;
  const value = readInt();
  if (value >= 0 && value < (limit as i64)) return value as u32;
  malformed(at, WANT_RANGE);
  return 0;
}

export function readBool(): bool {
  const at = take(1, WANT_BOOL);
  if (!at) return false;
  const head: u32 = load<u8>(at);
  if ((head | 1) == 0xc3) return head == 0xc3;
  malformed(at, WANT_BOOL);
  return false;
}

/** A float: ext type 1 with the bits of a double. */
export function readFloat(): f64 {
  const at = take(10, WANT_VALUE);
  if (!at) return 0;
  if (load<u8>(at) == 0xd7 && load<u8>(at, 1) == 1) return load<f64>(at, 2);
  malformed(at, WANT_VALUE);
  return 0;
}

/** Address of the text that starts here; its length is in `textLength`. */
export function readText(): usize {
  const at = take(1, WANT_TEXT);
  textLength = 0;
  if (!at) return 0;
  const head: u32 = load<u8>(at);
  let n: u32;
  if (head >> 5 == 5) n = head & 31;
  else if (head >= 0xd9 && head <= 0xdb)
    n = count(take(1 << (head - 0xd9), WANT_TEXT), 1 << (head - 0xd9), 1, WANT_TEXT);
  else {
    malformed(at, WANT_TEXT);
    return 0;
  }
  return text(n);
}

/** Address of the bytes that start here; their length is in `textLength`. */
export function readBytes(): usize {
  const at = take(1, WANT_VALUE);
  textLength = 0;
  if (!at) return 0;
  const head: u32 = load<u8>(at);
  if (head < 0xc4 || head > 0xc6) {
    malformed(at, WANT_VALUE);
    return 0;
  }
  return text(count(take(1 << (head - 0xc4), WANT_VALUE), 1 << (head - 0xc4), 1, WANT_VALUE));
}

function text(n: u32): usize {
  const body = take(n, WANT_TEXT);
  if (body || n == 0) textLength = n;
  return body;
}

/** Steps over one value. */
export function skip(): void {
  skipNested(0);
}

function skipNested(depth: i32): void {
  if (depth > MAX_DEPTH) {
    outOfRange();
    return;
  }
  const head = peek();
  if (head < 0x80 || head >= 0xe0 || (head >= 0xcc && head <= 0xd3)) {
    readInt();
  } else if (head >> 4 == 9 || head == 0xdc || head == 0xdd) {
    for (let n = readArray(); n > 0 && intact(); n--) skipNested(depth + 1);
  } else if (head >> 4 == 8 || head == 0xde || head == 0xdf) {
    for (let n = 2 * readMap(); n > 0 && intact(); n--) skipNested(depth + 1);
  } else if (head >> 5 == 5 || (head >= 0xd9 && head <= 0xdb)) {
    readText();
  } else if (head >= 0xc4 && head <= 0xc6) {
    readBytes();
  } else if (head == 0xd7) {
    readFloat();
  } else if (head == 0xc0 || head == 0xc2 || head == 0xc3) {
    take(1, WANT_VALUE);
  } else {
    malformed(cursor, WANT_VALUE);
  }
}

/**
 * Reads one msgpack value into a slot: nil as None, arrays as lists, maps as lists of key, value, key, value; text and
 * bytes as strings. For what a host wants to know of a header. False with an error recorded on damage or no memory.
 */
export function readAny(to: Value, depth: i32 = 0): bool {
  to.setNone();
  if (depth > MAX_DEPTH) {
    outOfRange();
    return false;
  }
  const head = peek();
  const isArray = head >> 4 == 9 || head == 0xdc || head == 0xdd;
  if (isArray || head >> 4 == 8 || head == 0xde || head == 0xdf) {
    const n = isArray ? readArray() : 2 * readMap();
    if (!intact()) return false;
    const list = newList(n);
    if (!changetype<usize>(list)) return false;
    to.setObject(Tag.LIST, changetype<usize>(list));
    for (let i: u32 = 0; i < n; i++) {
      if (!readAny(list.at(i), depth + 1)) return false;
    }
    return true;
  }
  if (head >> 5 == 5 || (head >= 0xd9 && head <= 0xdb) || (head >= 0xc4 && head <= 0xc6)) {
    const body = head >= 0xc4 && head <= 0xc6 ? readBytes() : readText();
    if (!intact()) return false;
    const s = newStr(body, textLength);
    if (!changetype<usize>(s)) return false;
    to.setObject(Tag.STR, changetype<usize>(s));
    return true;
  }
  if (head == 0xc0) takeNil();
  else if (head == 0xc2 || head == 0xc3) to.setBool(readBool());
  else if (head == 0xd7) to.setFloat(readFloat());
  else to.setInt(readInt());
  return intact();
}
