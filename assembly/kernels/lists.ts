// Lists of a program: reading, changing, copying, comparing. Items are value slots of any kind.

import { appendValue, List, newList, strEquals, takeItem } from "../core/containers";
import { factInt, fail } from "../core/error";
import { releaseObject, retainObject, Tag } from "../core/object";
import { clampI32 } from "../core/shape";
import { clearValues, copyValue, dropValue, dropValues, moveValue, SLOT, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";

const NO_LIST: List = changetype<List>(0);

/** `list` with one more reference, as a result. */
function same(list: List): List {
  retainObject(changetype<usize>(list));
  return list;
}

/** `i` counted from the end when negative; -1 with INDEX_RANGE recorded when there is no such item. */
function place(list: List, i: i64): i32 {
  const length = list.length as i64;
  if (i >= -length && i < length) return (i < 0 ? i + length : i) as i32;
  fail(ErrorCode.INDEX_RANGE);
  factInt(i);
  factInt(length);
  return -1;
}

/** A list of `length` None items with the element type of `like`. */
function listLike(like: List, length: i64): List {
  const list = newList(clampI32(length));
  if (changetype<usize>(list)) list.type = like.type;
  return list;
}

export function len(a: List): i64 {
  return a.length;
}

export function getItem(list: List, idx: i64, r: Value): void {
  const i = place(list, idx);
  if (i >= 0) r.copy(list.at(i));
}

export function setItem(l: List, idx: i64, el: Value): List {
  const i = place(l, idx);
  if (i < 0) return NO_LIST;
  const item = l.at(i);
  if (item.tag < (Tag.TENSOR as u32)) item.copy(el);
  else {
    // The old item goes last: dropping it may free what `el` points into.
    moveValue(held, changetype<usize>(item));
    item.copy(el);
    dropValue(held);
  }
  return same(l);
}

/** Holds an item on its way out. */
const held: usize = memory.data(16, 16);

export function append(self: List, el: Value): List {
  return appendValue(self, changetype<usize>(el)) ? same(self) : NO_LIST;
}

/** Appends the items of `other`, which may be the list itself. */
function appendAll(self: List, other: List): bool {
  const count = other.length as i32;
  for (let i = 0; i < count; i++) {
    if (!appendValue(self, changetype<usize>(other.at(i)))) return false;
  }
  return true;
}

export function extend(self: List, other: List): void {
  appendAll(self, other);
}

/** Before item `idx`; at an end where there is no such item. */
export function insert(self: List, idx: i64, el: Value): void {
  const length = self.length as i64;
  const i = max<i64>(0, min<i64>(idx < 0 ? idx + length : idx, length)) as usize;
  if (!appendValue(self, changetype<usize>(el))) return;
  const at = self.items + i * SLOT;
  const last = self.items + (length as usize) * SLOT;
  const slot = v128.load(last);
  memory.copy(at + SLOT, at, last - at);
  v128.store(at, slot);
}

export function pop(self: List, idx: i64, r: Value): void {
  if (self.length == 0) {
    fail(ErrorCode.EMPTY_CONTAINER);
    return;
  }
  const i = place(self, idx);
  if (i >= 0) takeItem(self, i, changetype<usize>(r));
}

export function remove(self: List, idx: i64): void {
  const i = place(self, idx);
  if (i < 0) return;
  takeItem(self, i, held);
  dropValue(held);
}

export function clear(self: List): void {
  const count = self.length;
  self.length = 0;
  dropValues(self.items, count);
  clearValues(self.items, count);
}

export function reverse(self: List): void {
  for (let i: i32 = 0, j = (self.length as i32) - 1; i < j; i++, j--) {
    const a = changetype<usize>(self.at(i));
    const b = changetype<usize>(self.at(j));
    const slot = v128.load(a);
    v128.store(a, v128.load(b));
    v128.store(b, slot);
  }
}

export function copy(self: List): List {
  const list = listLike(self, self.length);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (self.length as i32); i++) {
    copyValue(changetype<usize>(list.at(i)), changetype<usize>(self.at(i)));
  }
  return list;
}

// What slice bounds come to for a length, as Python's slice.indices.
let sliceStart: i64 = 0;
let sliceCount: i64 = 0;

/** A bound of a slice: one that is not given is the end that the step starts from or runs to. */
function bound(given: Value, length: i64, down: bool, missing: i64): i64 {
  if (given.isNone || given.int == i64.MAX_VALUE) return missing;
  const from = given.int < 0 ? max<i64>(given.int + length, down ? -1 : 0) : given.int;
  return min<i64>(from, down ? length - 1 : length);
}

/** Sets start and count of a slice; false with STEP recorded for a step of 0. */
export function sliceOf(length: i64, start: Value, end: Value, step: i64): bool {
  if (step == 0 || step == i64.MIN_VALUE) {
    fail(ErrorCode.STEP);
    factInt(step);
    return false;
  }
  const down = step < 0;
  const from = bound(start, length, down, down ? length - 1 : 0);
  const to = bound(end, length, down, down ? -1 : length);
  sliceStart = from;
  if (down) sliceCount = to < from ? (from - to - 1) / -step + 1 : 0;
  else sliceCount = from < to ? (to - from - 1) / step + 1 : 0;
  return true;
}

export function sliceFirst(): i64 {
  return sliceStart;
}

export function sliceLength(): i64 {
  return sliceCount;
}

export function slice(l: List, start: Value, end: Value, step: i64): List {
  if (!sliceOf(l.length, start, end, step)) return NO_LIST;
  const list = listLike(l, sliceCount);
  if (!changetype<usize>(list)) return list;
  let from = sliceStart;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    copyValue(changetype<usize>(list.at(i)), changetype<usize>(l.at(from as i32)));
    from += step;
  }
  return list;
}

export function add(a: List, b: List): List {
  const list = copy(a);
  if (!changetype<usize>(list) || appendAll(list, b)) return list;
  releaseObject(changetype<usize>(list));
  return NO_LIST;
}

export function addInPlace(self: List, b: List): List {
  return appendAll(self, b) ? same(self) : NO_LIST;
}

export function repeat(l: List, n: i64): List {
  const times = max<i64>(n, 0);
  const length = l.length as i64;
  const list = listLike(l, length == 0 ? 0 : min<i64>(times, i32.MAX_VALUE) * length);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    copyValue(changetype<usize>(list.at(i)), changetype<usize>(l.at(i % (length as i32))));
  }
  return list;
}

export function repeatLeft(n: i64, l: List): List {
  return repeat(l, n);
}

export function repeatInPlace(l: List, n: i64): List {
  if (n <= 0) {
    clear(l);
    return same(l);
  }
  const count = l.length as i32;
  for (let k: i64 = 1; k < n && count; k++) {
    for (let i = 0; i < count; i++) {
      if (!appendValue(l, changetype<usize>(l.at(i)))) return NO_LIST;
    }
  }
  return same(l);
}

/** True when two items of one kind are equal: numbers and truth values, strings, or the same object. */
export function equal(a: Value, b: Value): bool {
  if (a.tag != b.tag) return false;
  if (a.tag == Tag.FLOAT) return a.float == b.float;
  if (a.tag == Tag.STR) return strEquals(a.str, b.str);
  return a.tag == Tag.NONE || a.bits == b.bits;
}

export function eq(a: List, b: List): bool {
  if (a.length != b.length) return false;
  for (let i: i32 = 0; i < (a.length as i32); i++) {
    if (!equal(a.at(i), b.at(i))) return false;
  }
  return true;
}

export function ne(a: List, b: List): bool {
  return !eq(a, b);
}

/** The first place of an equal item, or -1. */
function find(l: List, item: Value): i32 {
  for (let i: i32 = 0; i < (l.length as i32); i++) {
    if (equal(l.at(i), item)) return i;
  }
  return -1;
}

export function contains(l: Value, item: Value, r: Value): void {
  r.setBool(find(l.list, item) >= 0);
}

function notFound(): void {
  fail(ErrorCode.NOT_IN_LIST);
}

export function indexOf(self: Value, el: Value, r: Value): void {
  const i = find(self.list, el);
  if (i < 0) notFound();
  else r.setInt(i);
}

export function removeValue(self: Value, el: Value): void {
  const i = find(self.list, el);
  if (i < 0) notFound();
  else remove(self.list, i);
}

export function count(self: Value, el: Value, r: Value): void {
  let n: i64 = 0;
  for (let i: i32 = 0; i < (self.list.length as i32); i++) n += equal(self.list.at(i), el) ? 1 : 0;
  r.setInt(n);
}
