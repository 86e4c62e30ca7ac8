// JavaScript's strings: finding, splitting, replacing.

import { List, newList, Str } from "../core/containers";
import { hasError } from "../core/error";
import { releaseObject } from "../core/object";
import { Value } from "../core/value";
import {
  beginFind,
  behind,
  findBack,
  findFrom,
  isAt,
  partBytes,
  putFound,
  textEnd,
  textStart,
  unitAddress,
  unitNumber,
} from "../text/js-find";
import { putText } from "../text/js-put";
import { lengthOf } from "../text/js-units";
import { beginText, endText } from "../text/sink";
import { bits32, wholeOf } from "./js-numbers";
import { same } from "./js-strings";
import { appendStr } from "./strings";

const NO_LIST: List = changetype<List>(0);
const NO_STR: Str = changetype<Str>(0);

/** A position as a unit of a text of `length`. */
function clamp(x: f64, length: i32): i32 {
  return max<f64>(0, min<f64>(wholeOf(x), length as f64)) as i32;
}

export function indexOf(s: Str, sub: Str, from: f64): f64 {
  const start = from > 0 ? clamp(from, lengthOf(s)) : 0;
  if (!sub.bytes) return start as f64;
  if (!beginFind(s, sub)) return -1;
  const found = findFrom(start ? unitAddress(start, true) : textStart);
  return found ? unitNumber(found) : -1;
}

export function lastIndexOf(s: Str, sub: Str, from: Value): f64 {
  const length = lengthOf(s);
  const start = from.isNone || from.float != from.float ? length : clamp(from.float, length);
  if (!sub.bytes) return start as f64;
  if (!beginFind(s, sub) || partBytes > textEnd - textStart) return -1;
  const last = textEnd - partBytes;
  const found = findBack(start == length ? last : min(last, unitAddress(start, false)));
  return found ? unitNumber(found) : -1;
}

export function includes(s: Str, sub: Str, from: f64): bool {
  return indexOf(s, sub, from) >= 0;
}

/** Whether `sub` is at unit `start`. */
function isAtUnit(s: Str, sub: Str, start: i32): bool {
  if (start < 0 || !beginFind(s, sub)) return false;
  const at = unitAddress(start, false);
  return unitNumber(at) == (start as f64) && isAt(at);
}

export function startsWith(s: Str, sub: Str, from: f64): bool {
  return !sub.bytes || isAtUnit(s, sub, from > 0 ? clamp(from, lengthOf(s)) : 0);
}

export function endsWith(s: Str, sub: Str, end: Value): bool {
  const length = lengthOf(s);
  const stop = end.isNone ? length : clamp(end.float, length);
  return !sub.bytes || isAtUnit(s, sub, stop - lengthOf(sub));
}

/** Appends [from, to) of the searched text to a list; false when memory is out. */
function appendFound(list: List, from: usize, to: usize): bool {
  beginText();
  putFound(from, to);
  return appendStr(list, endText());
}

export function split(s: Str, sep: Str, limit: Value): List {
  const most: u32 = limit.isNone ? 0xffff_ffff : bits32(limit.float);
  const list = newList(0);
  if (!changetype<usize>(list) || !most) return list;
  if (!changetype<usize>(sep)) appendStr(list, same(s));
  else if (s.bytes || sep.bytes) cut(list, s, sep, most);
  if (!hasError()) return list;
  releaseObject(changetype<usize>(list));
  return NO_LIST;
}

/** Appends at most `most` parts of `s` between separators. */
function cut(list: List, s: Str, sep: Str, most: u32): void {
  if (!beginFind(s, sep)) return;
  let from = textStart;
  while (list.length < most) {
    // An empty separator is between two units, not at the ends.
    const found = sep.bytes ? findFrom(from) : behind(from) < textEnd ? behind(from) : 0;
    if (!appendFound(list, from, found ? found : textEnd) || !found) return;
    from = found + partBytes;
  }
}

/** Appends the replacement for what was found at `found`: $$, $&, $` and $' stand for a dollar, it, and what is around. */
function putReplacement(by: Str, found: usize): void {
  const end = by.text + (by.bytes as usize);
  let from = by.text;
  for (let p = from; p + 1 < end; p++) {
    if (load<u8>(p) != 36) continue;
    const c: u32 = load<u8>(p, 1);
    if (c != 36 && c != 38 && c != 96 && c != 39) continue;
    putText(from, p - from);
    if (c == 36) putText(p, 1);
    else if (c == 38) putFound(found, found + partBytes);
    else if (c == 96) putFound(textStart, found);
    else putFound(found + partBytes, textEnd);
    from = p + 2;
    p++;
  }
  putText(from, end - from);
}

function replaced(s: Str, old: Str, by: Str, all: bool): Str {
  if (!beginFind(s, old)) return NO_STR;
  let found = findFrom(textStart);
  if (!found) return same(s);
  beginText();
  let from = textStart;
  while (found) {
    putFound(from, found);
    putReplacement(by, found);
    from = found + partBytes;
    found = all ? findFrom(behind(found)) : 0;
  }
  putFound(from, textEnd);
  return endText();
}

export function replace(s: Str, old: Str, by: Str): Str {
  return replaced(s, old, by, false);
}

export function replaceAll(s: Str, old: Str, by: Str): Str {
  return replaced(s, old, by, true);
}
