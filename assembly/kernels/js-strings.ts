// JavaScript's strings: reading, cutting, joining, filling, comparing. Positions count UTF-16 units.

import { List, newList, newStr, Str } from "../core/containers";
import { factFloat, fail } from "../core/error";
import { retainObject, Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { isOpen, putFilling, putPoint, putWholeStr, unitsPart } from "../text/js-put";
import { skipSpace, skipSpaceBack } from "../text/js-space";
import {
  compareUnits,
  inside,
  lengthOf,
  nextPoint,
  pointAt,
  secondUnit,
  seekUnit,
  unitAt,
} from "../text/js-units";
import { beginText, endText } from "../text/sink";
import { relative } from "./js-lists";
import { bits32, wholeOf } from "./js-numbers";

const NO_STR: Str = changetype<Str>(0);

/** The longest text that V8 makes, in units. */
const LONGEST: f64 = 0x1fff_ffe8;

/** `s` with one more reference, as a result. */
export function same(s: Str): Str {
  retainObject(changetype<usize>(s));
  return s;
}

export function strAdd(a: Str, b: Str): Str {
  const bytes = (a.bytes as u64) + (b.bytes as u64);
  if (bytes >> 31 || (isOpen(a) && isOpen(b))) {
    beginText();
    putWholeStr(a);
    putWholeStr(b);
    return endText();
  }
  const s = newStr(0, bytes as u32);
  if (!changetype<usize>(s)) return s;
  memory.copy(s.text, a.text, a.bytes);
  memory.copy(s.text + (a.bytes as usize), b.text, b.bytes);
  return s;
}

export function strLen(s: Str): f64 {
  return lengthOf(s) as f64;
}

/** Unit `i` as a text; None where there is none. */
function setUnit(s: Str, i: f64, r: Value): void {
  if (i >= 0 && i < (s.bytes as f64) && i < (lengthOf(s) as f64))
    r.setObject(Tag.STR, changetype<usize>(unitsPart(s, i as i32, (i as i32) + 1)));
}

export function strIdx(s: Str, i: f64, r: Value): void {
  if (trunc<f64>(i) == i) setUnit(s, i, r);
}

export function charAt(s: Str, i: f64): Str {
  const whole = wholeOf(i);
  const has = whole >= 0 && whole < (lengthOf(s) as f64);
  return has ? unitsPart(s, whole as i32, (whole as i32) + 1) : newStr(0, 0);
}

export function charCodeAt(s: Str, i: f64): f64 {
  const whole = wholeOf(i);
  return whole >= 0 && whole < (lengthOf(s) as f64) ? (unitAt(s, whole as i32) as f64) : NaN;
}

export function codePointAt(s: Str, i: f64, r: Value): void {
  const whole = wholeOf(i);
  if (!(whole >= 0 && whole < (s.bytes as f64))) return;
  const end = s.text + (s.bytes as usize);
  const at = seekUnit(s.text, end, whole as i32);
  if (at == end) return;
  const point = pointAt(at, end);
  r.setFloat((inside ? secondUnit(point) : point) as f64);
}

export function strAt(s: Str, i: f64, r: Value): void {
  const whole = wholeOf(i);
  setUnit(s, whole < 0 ? whole + (lengthOf(s) as f64) : whole, r);
}

export function strSlice(s: Str, start: Value, end: Value): Str {
  const length = lengthOf(s) as f64;
  const from = relative(start, length, 0);
  return unitsPart(s, from as i32, max<f64>(from, relative(end, length, length)) as i32);
}

export function substring(s: Str, start: f64, end: Value): Str {
  const length = lengthOf(s) as f64;
  const a = max<f64>(0, min<f64>(wholeOf(start), length));
  const b = end.isNone ? length : max<f64>(0, min<f64>(wholeOf(end.float), length));
  return unitsPart(s, min<f64>(a, b) as i32, max<f64>(a, b) as i32);
}

function trimmed(s: Str, front: bool, back: bool): Str {
  const end = s.text + (s.bytes as usize);
  const from = front ? skipSpace(s.text, end) : s.text;
  const to = back ? skipSpaceBack(from, end) : end;
  return newStr(from, (to - from) as u32);
}

export function trim(s: Str): Str {
  return trimmed(s, true, true);
}

export function trimStart(s: Str): Str {
  return trimmed(s, true, false);
}

export function trimEnd(s: Str): Str {
  return trimmed(s, false, true);
}

/** False with an error recorded for a text of more units than JavaScript holds. */
function isPossible(units: f64): bool {
  if (units <= LONGEST) return true;
  fail(ErrorCode.TEXT_LENGTH);
  factFloat(units);
  return false;
}

function padded(s: Str, length: f64, filler: Str, front: bool): Str {
  const missing = wholeOf(length) - (lengthOf(s) as f64);
  if (!(missing > 0) || !filler.bytes) return same(s);
  if (!isPossible(wholeOf(length))) return NO_STR;
  beginText();
  if (!front) putWholeStr(s);
  putFilling(filler, missing as i32);
  if (front) putWholeStr(s);
  return endText();
}

export function padStart(s: Str, length: f64, fill: Str): Str {
  return padded(s, length, fill, true);
}

export function padEnd(s: Str, length: f64, fill: Str): Str {
  return padded(s, length, fill, false);
}

export function repeat(s: Str, count: f64): Str {
  const times = wholeOf(count);
  if (times < 0 || times == Infinity) {
    fail(ErrorCode.REPEAT_COUNT);
    factFloat(count);
    return NO_STR;
  }
  const length = lengthOf(s);
  if (!length || !isPossible(times * (length as f64))) return length ? NO_STR : same(s);
  beginText();
  putFilling(s, (times as i32) * length);
  return endText();
}

export function fromCharCode(units: List): Str {
  beginText();
  for (let i: i32 = 0; i < (units.length as i32); i++) putPoint(bits32(units.at(i).float) & 0xffff);
  return endText();
}

export function fromCodePoint(points: List): Str {
  beginText();
  for (let i: i32 = 0; i < (points.length as i32); i++) {
    const point = points.at(i).float;
    if (!(point >= 0 && point <= 0x10ffff && trunc<f64>(point) == point)) {
      fail(ErrorCode.CODE_POINT);
      factFloat(point);
      return NO_STR;
    }
    putPoint(point as u32);
  }
  return endText();
}

export function strLt(a: Str, b: Str): bool {
  return compareUnits(a, b) < 0;
}

export function strLe(a: Str, b: Str): bool {
  return compareUnits(a, b) <= 0;
}

export function strGt(a: Str, b: Str): bool {
  return compareUnits(a, b) > 0;
}

export function strGe(a: Str, b: Str): bool {
  return compareUnits(a, b) >= 0;
}

export function chars(s: Str): List {
  const end = s.text + (s.bytes as usize);
  let count = 0;
  for (let p = s.text; p < end; p = nextPoint(p, end)) count++;
  const list = newList(count);
  if (!changetype<usize>(list)) return list;
  let at = s.text;
  for (let i: i32 = 0; at < end; i++) {
    const next = nextPoint(at, end);
    list.at(i).setObject(Tag.STR, changetype<usize>(newStr(at, (next - at) as u32)));
    at = next;
  }
  return list;
}

export function joinStrs(l: List, sep: Str): Str {
  beginText();
  for (let i: i32 = 0; i < (l.length as i32); i++) {
    if (i) putWholeStr(sep);
    putWholeStr(l.at(i).str);
  }
  return endText();
}
