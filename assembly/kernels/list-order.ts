// Lists of numbers, truth values and strings as wholes: sums, any and all, extrema, sorting.

import { List, newList, Str } from "../core/containers";
import { fail } from "../core/error";
import { retainObject, Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { copyValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { copy } from "./lists";

/** Whether a number is not 0, a truth value holds, or a string is not empty. */
function holds(v: Value): bool {
  if (v.tag == Tag.STR) return v.str.bytes != 0;
  return v.isFloat ? v.float != 0 : v.bits != 0;
}

export function any(self: List): bool {
  for (let i: i32 = 0; i < (self.length as i32); i++) {
    if (holds(self.at(i))) return true;
  }
  return false;
}

export function all(self: List): bool {
  for (let i: i32 = 0; i < (self.length as i32); i++) {
    if (!holds(self.at(i))) return false;
  }
  return true;
}

export function sumInts(self: List): i64 {
  let sum: i64 = 0;
  for (let i: i32 = 0; i < (self.length as i32); i++) sum += self.int(i);
  return sum;
}

export function sumFloats(self: List): f64 {
  let sum: f64 = 0;
  for (let i: i32 = 0; i < (self.length as i32); i++) sum += self.at(i).float;
  return sum;
}

/** Bytes compared as numbers, then lengths: -1, 0 or 1. */
export function compareStr(a: Str, b: Str): i32 {
  const c = memory.compare(a.text, b.text, min(a.bytes, b.bytes));
  if (c) return c;
  return a.bytes == b.bytes ? 0 : a.bytes < b.bytes ? -1 : 1;
}

/** Whether `a` comes before `b`, both of one kind. */
function less(a: Value, b: Value): bool {
  if (a.tag == Tag.STR) return compareStr(a.str, b.str) < 0;
  return a.isFloat ? a.float < b.float : a.bits < b.bits;
}

function extremum(self: List, largest: bool, r: Value): void {
  if (self.length == 0) {
    fail(ErrorCode.EMPTY_CONTAINER);
    return;
  }
  let best = self.at(0);
  for (let i: i32 = 1; i < (self.length as i32); i++) {
    const v = self.at(i);
    if (largest ? less(best, v) : less(v, best)) best = v;
  }
  copyValue(changetype<usize>(r), changetype<usize>(best));
}

export function maxItem(self: Value, r: Value): void {
  extremum(self.list, true, r);
}

export function minItem(self: Value, r: Value): void {
  extremum(self.list, false, r);
}

/** The list that comes later in lexicographic order, or the first of equal ones that is not shorter. */
function laterList(l: List, r: List, largest: bool): List {
  const count = min(l.length, r.length) as i32;
  for (let i: i32 = 0; i < count; i++) {
    const a = l.at(i);
    const b = r.at(i);
    if (less(a, b)) return largest ? r : l;
    if (less(b, a)) return largest ? l : r;
  }
  if (largest) return l.length > r.length ? l : r;
  return l.length < r.length ? l : r;
}

export function maxList(l: List, r: List): List {
  const list = laterList(l, r, true);
  retainObject(changetype<usize>(list));
  return list;
}

export function minList(l: List, r: List): List {
  const list = laterList(l, r, false);
  retainObject(changetype<usize>(list));
  return list;
}

/** Stable merge sort of slots; `down` for the largest first. */
export function sort(self: List, down: bool): void {
  const n = self.length as i32;
  const spare = n > 1 ? scratch((n as u64) << 4) : 0;
  if (!spare) return;
  let from = self.items;
  let to = spare;
  for (let width: i32 = 1; width < n; width *= 2) {
    for (let start: i32 = 0; start < n; start += 2 * width) {
      merge(from, to, start, min(start + width, n), min(start + 2 * width, n), down);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  if (from != self.items) memory.copy(self.items, from, (n as usize) << 4);
}

function slotAt(items: usize, i: i32): usize {
  return items + ((i as usize) << 4);
}

function merge(from: usize, to: usize, start: i32, middle: i32, end: i32, down: bool): void {
  let i = start;
  let j = middle;
  for (let k = start; k < end; k++) {
    const a = changetype<Value>(slotAt(from, i));
    const b = changetype<Value>(slotAt(from, j));
    const second = i >= middle || (j < end && (down ? less(a, b) : less(b, a)));
    v128.store(slotAt(to, k), v128.load(second ? slotAt(from, j++) : slotAt(from, i++)));
  }
}

export function sorted(input: List): List {
  const list = copy(input);
  if (changetype<usize>(list)) sort(list, false);
  return list;
}

/** 0 … n - 1 */
export function rangeList(n: i64): List {
  const list = newList(max<i64>(0, min<i64>(n, i32.MAX_VALUE)) as u32);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (list.length as i32); i++) list.at(i).setInt(i);
  return list;
}
