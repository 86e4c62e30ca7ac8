// Finding, counting, replacing and splitting in strings, as PyTorch does over C++ strings: bytes, its own end positions.

import { List, newList, Str } from "../core/containers";
import { factInt, factText, fail, hasError } from "../core/error";
import { releaseObject, Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { beginText, endText, putBytes, putStr } from "../text/sink";
import { reverse } from "./lists";
import { appendStr, part } from "./strings";

const NO_LIST: List = changetype<List>(0);
const NO_STR: Str = changetype<Str>(0);

/** Where `sub` first is in bytes [from, to) of `s`, or -1. */
function search(s: Str, sub: Str, from: i64, to: i64): i64 {
  const bytes = sub.bytes as usize;
  for (let at = from; at + (bytes as i64) <= to; at++) {
    if (memory.compare(s.text + (at as usize), sub.text, bytes) == 0) return at;
  }
  return -1;
}

/** Where `sub` last is in bytes [from, to) of `s`, or -1. */
function searchBack(s: Str, sub: Str, from: i64, to: i64): i64 {
  const bytes = sub.bytes as usize;
  for (let at = to - (bytes as i64); at >= from; at--) {
    if (memory.compare(s.text + (at as usize), sub.text, bytes) == 0) return at;
  }
  return -1;
}

function first(start: i64, length: i64): i64 {
  return start < 0 ? max<i64>(0, length + start) : start;
}

/** The end that -1 stands for is the length: PyTorch counts from behind the last byte. */
function last(end: i64, length: i64): i64 {
  return end < 0 ? max<i64>(0, length + end + 1) : end;
}

function behindEnd(start: i64, length: i64): void {
  fail(ErrorCode.TEXT_RANGE);
  factInt(start);
  factInt(length);
}

/** The place of `sub` between two positions, or -1; a start behind the end of the text is refused. */
function place(s: Str, sub: Str, start: i64, end: i64, back: bool): i64 {
  const length = s.bytes as i64;
  const from = first(start, length);
  const to = last(end, length);
  if (to <= from) return sub.bytes == 0 ? from : -1;
  if (from > length) {
    behindEnd(from, length);
    return -1;
  }
  const stop = min(to, length);
  return back ? searchBack(s, sub, from, stop) : search(s, sub, from, stop);
}

export function find(self: Str, substr: Str, start: i64, end: i64): i64 {
  return place(self, substr, start, end, false);
}

export function rfind(self: Str, substr: Str, start: i64, end: i64): i64 {
  return place(self, substr, start, end, true);
}

function found(at: i64): i64 {
  if (at < 0) fail(ErrorCode.NO_SUBSTRING);
  return at;
}

export function index(self: Str, substr: Str, start: i64, end: i64): i64 {
  return found(place(self, substr, start, end, false));
}

export function rindex(self: Str, substr: Str, start: i64, end: i64): i64 {
  return found(place(self, substr, start, end, true));
}

/** Refuses an empty `sub` where PyTorch's loop would not end. */
function notEmpty(sub: Str, argument: i64): bool {
  if (sub.bytes) return true;
  fail(ErrorCode.BAD_TEXT);
  factInt(argument);
  factText(sub.text, 0);
  return false;
}

/** How often `substr` begins between two positions, no two overlapping; an empty one is refused. */
export function count(self: Str, substr: Str, start: i64, end: i64): i64 {
  const length = self.bytes as i64;
  const from = first(start, length);
  const stop = last(end, length);
  if (from > length || from >= stop || !notEmpty(substr, 1)) return 0;
  let n: i64 = 0;
  let at = search(self, substr, from, length);
  while (at >= 0 && at < stop) {
    n++;
    at = search(self, substr, at + (substr.bytes as i64), length);
  }
  return n;
}

/** Whether `sub` stands at one end of the bytes between two positions; an end before the start is that of the text. */
function atEnd(s: Str, sub: Str, start: i64, end: i64, back: bool): bool {
  const length = s.bytes as i64;
  const from = first(start, length);
  const to = last(end, length);
  if (from > length) {
    behindEnd(from, length);
    return false;
  }
  const stop = to < from ? length : min(to, length);
  const bytes = sub.bytes as i64;
  if (stop - from < bytes) return false;
  return memory.compare(s.text + ((back ? stop - bytes : from) as usize), sub.text, bytes as usize) == 0;
}

export function startswith(self: Str, substr: Str, start: i64, end: i64): bool {
  return atEnd(self, substr, start, end, false);
}

export function endswith(self: Str, substr: Str, start: i64, end: i64): bool {
  return atEnd(self, substr, start, end, true);
}

/** The first `most` places of `old` (all when negative) become `new_`; an empty `old` is the start, `most` times. */
export function replace(self: Str, old: Str, new_: Str, most: i64): Str {
  const length = self.bytes as i64;
  beginText();
  let from: i64 = 0;
  if (old.bytes == 0) {
    if (most < 0 && !notEmpty(old, 1)) return NO_STR;
    putCopies(new_, most);
  } else {
    for (let n: i64 = 0; most < 0 || n < most; n++) {
      const at = search(self, old, from, length);
      if (at < 0) break;
      putBytes(self.text + (from as usize), (at - from) as usize);
      putStr(new_);
      from = at + (old.bytes as i64);
    }
  }
  putBytes(self.text + (from as usize), (length - from) as usize);
  return endText();
}

function putCopies(s: Str, count: i64): void {
  for (let i: i64 = 0; i < count && s.bytes && !hasError(); i++) putStr(s);
}

/** Appends bytes [from, to); false with the list released when memory is out. */
function keep(list: List, s: Str, from: i64, to: i64): bool {
  if (appendStr(list, part(s, from, to - from))) return true;
  releaseObject(changetype<usize>(list));
  return false;
}

/** White space of a split without separator, and line ends: PyTorch's, in which U+2028 and U+2029 are single bytes. */
function isBreak(c: u32): bool {
  return (
    (c >= 10 && c <= 13) ||
    (c >= 0x1c && c <= 0x1e) ||
    c == 0x85 ||
    c == 0xe2 ||
    c == 0x80 ||
    c == 0xa8 ||
    c == 0xa9
  );
}

function splitWords(s: Str): List {
  const list = newList(0);
  if (!changetype<usize>(list)) return list;
  const length = s.bytes as i64;
  let from: i64 = 0;
  for (let at: i64 = 0; at <= length; at++) {
    if (at < length) {
      const c: u32 = load<u8>(s.text + (at as usize));
      if (c != 32 && c != 9 && !isBreak(c)) continue;
    }
    if (at > from && !keep(list, s, from, at)) return NO_LIST;
    from = at + 1;
  }
  return list;
}

/** At each separator, `most` times (always when negative); at white space, always, without one. */
export function split(self: Str, separator: Str, most: i64): List {
  if (!changetype<usize>(separator)) return splitWords(self);
  if (!notEmpty(separator, 1)) return NO_LIST;
  const list = newList(0);
  if (!changetype<usize>(list)) return list;
  const length = self.bytes as i64;
  let from: i64 = 0;
  for (let n: i64 = 0; most < 0 || n < most; n++) {
    const at = search(self, separator, from, length);
    if (at < 0) break;
    if (!keep(list, self, from, at)) return NO_LIST;
    from = at + (separator.bytes as i64);
  }
  return keep(list, self, from, length) ? list : NO_LIST;
}

/** As `split`, from the end; an empty separator gives `most` empty strings behind the whole. */
export function rsplit(self: Str, separator: Str, most: i64): List {
  if (most < 0 && !notEmpty(separator, 1)) return NO_LIST;
  const list = newList(0);
  if (!changetype<usize>(list)) return list;
  let to = self.bytes as i64;
  for (let n: i64 = 0; most < 0 || n < most; n++) {
    const at = searchBack(self, separator, 0, to);
    if (at < 0) break;
    if (!keep(list, self, at + (separator.bytes as i64), to)) return NO_LIST;
    to = at;
  }
  if (!keep(list, self, 0, to)) return NO_LIST;
  reverse(list);
  return list;
}

/** At each line end, a single byte; with `keepends` the ends become items of their own, as in PyTorch. */
export function splitlines(self: Str, keepends: bool): List {
  const list = newList(0);
  if (!changetype<usize>(list)) return list;
  const length = self.bytes as i64;
  let from: i64 = 0;
  for (let at: i64 = 0; at < length; at++) {
    if (!isBreak(load<u8>(self.text + (at as usize)))) continue;
    if (!keep(list, self, from, at)) return NO_LIST;
    if (keepends && !keep(list, self, at, at + 1)) return NO_LIST;
    from = at + 1;
  }
  return from == length || keep(list, self, from, length) ? list : NO_LIST;
}

/** Three strings into three result slots: before, the separator, behind. */
function threeParts(s: Str, at: i64, bytes: i64, r: Value): void {
  r.setObject(Tag.STR, changetype<usize>(part(s, 0, at)));
  r.at(1).setObject(Tag.STR, changetype<usize>(part(s, at, bytes)));
  r.at(2).setObject(Tag.STR, changetype<usize>(part(s, at + bytes, (s.bytes as i64) - at - bytes)));
}

export function partition(self: Str, separator: Str, r: Value): void {
  const at = search(self, separator, 0, self.bytes);
  if (at < 0) threeParts(self, self.bytes, 0, r);
  else threeParts(self, at, separator.bytes, r);
}

export function rpartition(self: Str, separator: Str, r: Value): void {
  const at = searchBack(self, separator, 0, self.bytes);
  if (at < 0) threeParts(self, 0, 0, r);
  else threeParts(self, at, separator.bytes, r);
}
