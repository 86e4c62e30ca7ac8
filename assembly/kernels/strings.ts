// Strings of a program, as bytes: comparing, joining, cutting, characters and numbers. A character is a byte.

import { appendValue, List, newList, newStr, Str, strEquals } from "../core/containers";
import { factInt, factText, fail } from "../core/error";
import { releaseObject, Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { floatValue, readFloat } from "../text/floats";
import { putUnsigned } from "../text/numbers";
import { beginText, endText, putByte, putStr } from "../text/sink";
import { compareStr } from "./list-order";
import { sliceFirst, sliceLength, sliceOf } from "./lists";

const NO_STR: Str = changetype<Str>(0);

/** Bytes [from, from + count) of `s` as a string; both are in range. */
export function part(s: Str, from: i64, count: i64): Str {
  return newStr(s.text + (from as usize), count as u32);
}

/** Appends a string to a list and gives up its reference; false when memory is or was out. */
export function appendStr(list: List, s: Str): bool {
  if (!changetype<usize>(s)) return false;
  const slot = changetype<Value>(held);
  slot.set(Tag.STR, changetype<usize>(s) as i64);
  const done = appendValue(list, held);
  slot.setNone();
  releaseObject(changetype<usize>(s));
  return done;
}

/** Holds a string on its way into a list. */
const held: usize = memory.data(16, 16);

export function eq(a: Str, b: Str): bool {
  return strEquals(a, b);
}

export function ne(a: Str, b: Str): bool {
  return !strEquals(a, b);
}

export function lt(a: Str, b: Str): bool {
  return compareStr(a, b) < 0;
}

export function le(a: Str, b: Str): bool {
  return compareStr(a, b) <= 0;
}

export function gt(a: Str, b: Str): bool {
  return compareStr(a, b) > 0;
}

export function ge(a: Str, b: Str): bool {
  return compareStr(a, b) >= 0;
}

export function len(s: Str): i64 {
  return s.bytes;
}

export function add(a: Str, b: Str): Str {
  beginText();
  putStr(a);
  putStr(b);
  return endText();
}

export function slice(string: Str, start: Value, end: Value, step: i64): Str {
  if (!sliceOf(string.bytes, start, end, step)) return NO_STR;
  const count = sliceLength();
  let from = sliceFirst();
  if (step == 1) return part(string, from, count);
  const s = newStr(0, count as u32);
  if (!changetype<usize>(s)) return s;
  for (let i: usize = 0; i < (count as usize); i++) {
    store<u8>(s.text + i, load<u8>(string.text + (from as usize)));
    from += step;
  }
  return s;
}

export function getItem(s: Str, index: i64): Str {
  const length = s.bytes as i64;
  const i = index < 0 ? index + length : index;
  if (i >= 0 && i < length) return part(s, i, 1);
  fail(ErrorCode.INDEX_RANGE);
  factInt(index);
  factInt(length);
  return NO_STR;
}

/** Every byte as a string. */
export function characters(t: Str): List {
  const list = newList(t.bytes);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (t.bytes as i32); i++) {
    list.at(i).setObject(Tag.STR, changetype<usize>(part(t, i, 1)));
  }
  return list;
}

export function join(self: Str, values: List): Str {
  beginText();
  for (let i: i32 = 0; i < (values.length as i32); i++) {
    if (i) putStr(self);
    putStr(values.at(i).str);
  }
  return endText();
}

export function ord(string: Str): i64 {
  if (string.bytes == 1) return load<u8>(string.text);
  fail(ErrorCode.ONE_CHARACTER);
  factInt(string.bytes);
  return 0;
}

/** The byte of the lowest eight bits. */
export function chr(i: i64): Str {
  if (i < 0 || i >= 1114111) {
    fail(ErrorCode.BAD_VALUE);
    factInt(0);
    factInt(i);
    return NO_STR;
  }
  beginText();
  putByte(i as u32);
  return endText();
}

function based(i: i64, letter: u32, base: u64): Str {
  beginText();
  if (i < 0) putByte(45);
  putByte(48);
  putByte(letter);
  putUnsigned((i < 0 ? -i : i) as u64, base);
  return endText();
}

export function hex(i: i64): Str {
  return based(i, 120, 16);
}

export function oct(i: i64): Str {
  return based(i, 111, 8);
}

export function bin(i: i64): Str {
  return based(i, 98, 2);
}

export function floatOfStr(a: Str): f64 {
  if (readFloat(a.text, a.text + (a.bytes as usize))) return floatValue;
  fail(ErrorCode.BAD_TEXT);
  factInt(0);
  factText(a.text, a.bytes);
  return 0;
}
