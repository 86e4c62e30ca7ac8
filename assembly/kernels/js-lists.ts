// JavaScript's arrays. Positions are float64; a place that does not exist reads as None and is never made but at the end.

import { appendValue, growList, List, newList, takeItem } from "../core/containers";
import { factFloat, factInt, fail } from "../core/error";
import { releaseObject, Tag } from "../core/object";
import { copyValue, dropValue, dropValues, moveValue, SLOT, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { wholeOf } from "./js-numbers";
import { add, copy, equal, reverse as reverseItems } from "./lists";

const NO_LIST: List = changetype<List>(0);

/** Longest possible list, in items. */
const LONGEST: f64 = 4294967295;

/** Kernels that loops are made of: the machine's inner loop has them without a call. */
export class Inline {
  /** The place that `i` names, or -1 where the list has none. */
  @inline static placeOf(l: List, i: f64): i32 {
    return i >= 0 && i < (l.length as f64) && trunc<f64>(i) == i ? (i as i32) : -1;
  }

  @inline static idx(l: List, i: f64, r: Value): void {
    const k = Inline.placeOf(l, i);
    if (k >= 0) r.copy(l.at(k));
    else r.setNone();
  }

  @inline static at(l: List, i: f64, r: Value): void {
    const k = Inline.placeOf(l, i);
    if (k >= 0) r.copy(l.at(k));
    else noPlace(ErrorCode.UNDEFINED_ITEM, l, i);
  }

  @inline static present(v: Value, r: Value): void {
    if (v.isNone) fail(ErrorCode.UNDEFINED_VALUE);
    else r.copy(v);
  }

  @inline static setIdx(l: List, i: f64, v: Value): void {
    const k = Inline.placeOf(l, i);
    if (k >= 0 && l.at(k).tag < (Tag.TENSOR as u32)) l.at(k).copy(v);
    else putItem(l, i, k, v);
  }
}

/** Where a relative position is: negative ones from the end, none beyond the ends; `missing` for None. */
export function relative(v: Value, length: f64, missing: f64): f64 {
  if (v.isNone) return missing;
  const i = wholeOf(v.float);
  return i < 0 ? max<f64>(0, length + i) : min<f64>(i, length);
}

export function idx(l: List, i: f64, r: Value): void {
  Inline.idx(l, i, r);
}

/** Records that there is no place `i`. */
function noPlace(code: ErrorCode, l: List, i: f64): void {
  fail(code);
  factFloat(i);
  factInt(l.length);
}

export function at(l: List, i: f64, r: Value): void {
  Inline.at(l, i, r);
}

export function present(v: Value, r: Value): void {
  Inline.present(v, r);
}

/** Puts a copy of `v` into item `k`; the old item goes last, as dropping it may free what `v` points into. */
function replace(l: List, k: i32, v: Value): void {
  const item = l.at(k);
  if (item.tag < (Tag.TENSOR as u32)) return item.copy(v);
  moveValue(held, changetype<usize>(l.at(k)));
  copyValue(changetype<usize>(l.at(k)), changetype<usize>(v));
  dropValue(held);
}

/** Holds an item on its way out. */
const held: usize = memory.data(16, 16);

export function setIdx(l: List, i: f64, v: Value): void {
  Inline.setIdx(l, i, v);
}

/** l[i] = v; item `k` is there, or -1. */
function putItem(l: List, i: f64, k: i32, v: Value): void {
  if (k >= 0) replace(l, k, v);
  else if (i == (l.length as f64)) appendValue(l, changetype<usize>(v));
  else noPlace(ErrorCode.NO_ITEM, l, i);
}

export function listLen(l: List): f64 {
  return l.length as f64;
}

export function push(l: List, v: Value): f64 {
  appendValue(l, changetype<usize>(v));
  return l.length as f64;
}

export function pop(l: List, r: Value): void {
  if (l.length) takeItem(l, (l.length as i32) - 1, changetype<usize>(r));
}

export function shift(l: List, r: Value): void {
  if (l.length) takeItem(l, 0, changetype<usize>(r));
}

/** Moves the items from `from` on by `by` places to the right, which the list has room for; the gap is None. */
function openGap(l: List, from: u32, by: u32): void {
  const start = changetype<usize>(l.at(from));
  const bytes = (by as usize) << 4;
  memory.copy(start + bytes, start, ((l.length - from) as usize) << 4);
  memory.fill(start, 0, bytes);
  l.length += by;
}

export function unshift(l: List, v: Value): f64 {
  const slot = v128.load(changetype<usize>(v));
  if (growList(l)) {
    openGap(l, 0, 1);
    v128.store(held, slot);
    copyValue(l.items, held);
  }
  return l.length as f64;
}

export function listSlice(l: List, start: Value, end: Value): List {
  const length = l.length as f64;
  const from = relative(start, length, 0);
  return part(l, from as i32, max<f64>(0, relative(end, length, length) - from) as i32);
}

/** Copies of `count` items from `from` on. */
function part(l: List, from: i32, count: i32): List {
  const list = newList(count);
  if (!changetype<usize>(list)) return list;
  list.type = l.type;
  for (let i = 0; i < count; i++) {
    copyValue(changetype<usize>(list.at(i)), changetype<usize>(l.at(from + i)));
  }
  return list;
}

export function splice(l: List, start: f64, count: Value, items: List): List {
  const length = l.length as f64;
  const position = wholeOf(start);
  const from = (position < 0 ? max<f64>(0, length + position) : min<f64>(position, length)) as i32;
  const most = (l.length as i32) - from;
  const removed = count.isNone ? most : (max<f64>(0, min<f64>(wholeOf(count.float), most as f64)) as i32);
  // Copies first: `items` may be the list itself.
  const given = copy(items);
  const taken = changetype<usize>(given) ? part(l, from, removed) : NO_LIST;
  const more = items.length;
  if (!changetype<usize>(taken) || !reserve(l, l.length - removed + more)) {
    releaseObject(changetype<usize>(given));
    releaseObject(changetype<usize>(taken));
    return NO_LIST;
  }
  // The list's own references go; `taken` holds the items.
  dropValues(changetype<usize>(l.at(from)), removed);
  const rest = changetype<usize>(l.at(from + removed));
  memory.copy(changetype<usize>(l.at(from)), rest, ((most - removed) as usize) << 4);
  memory.fill(changetype<usize>(l.at(from + most - removed)), 0, (removed as usize) << 4);
  l.length -= removed;
  openGap(l, from, more);
  memory.copy(changetype<usize>(l.at(from)), given.items, (more as usize) << 4);
  given.length = 0;
  releaseObject(changetype<usize>(given));
  return taken;
}

/** Room for `length` items; false when memory is out. */
function reserve(l: List, length: u32): bool {
  const now = l.length;
  let done: bool = true;
  while (done && l.room < length) {
    l.length = l.room;
    done = growList(l);
    l.length = now;
  }
  return done;
}

export function listAt(l: List, i: f64, r: Value): void {
  const whole = wholeOf(i);
  idx(l, whole < 0 ? whole + (l.length as f64) : whole, r);
}

/** The first place from `from` on of an item that is === `v`, or -1. */
function find(l: List, v: Value, from: f64): f64 {
  for (let i = from as i32; i < (l.length as i32); i++) {
    if (equal(l.at(i), v)) return i as f64;
  }
  return -1;
}

export function listIndexOf(l: List, v: Value, from: f64): f64 {
  const length = l.length as f64;
  const start = wholeOf(from);
  return find(l, v, start < 0 ? max<f64>(0, length + start) : min<f64>(start, length));
}

export function listLastIndexOf(l: List, v: Value): f64 {
  let i = (l.length as i32) - 1;
  while (i >= 0 && !equal(l.at(i), v)) i--;
  return i as f64;
}

function isNaNValue(v: Value): bool {
  return v.isFloat && v.float != v.float;
}

export function listIncludes(l: List, v: Value): bool {
  if (!isNaNValue(v)) return find(l, v, 0) >= 0;
  for (let i: i32 = 0; i < (l.length as i32); i++) if (isNaNValue(l.at(i))) return true;
  return false;
}

export function reverse(l: List): void {
  reverseItems(l);
}

export function fill(l: List, v: Value, start: Value, end: Value): void {
  const length = l.length as f64;
  const to = relative(end, length, length) as i32;
  for (let i = relative(start, length, 0) as i32; i < to; i++) replace(l, i, v);
}

export function setLength(l: List, n: f64): void {
  if (!(n >= 0 && n <= (l.length as f64) && trunc<f64>(n) == n)) {
    noPlace(ErrorCode.LIST_LENGTH, l, n);
    return;
  }
  const length = n as u32;
  const dropped = l.length - length;
  l.length = length;
  dropValues(l.items + (length as usize) * SLOT, dropped);
}

export function newListOf(n: f64, fill: Value): List {
  if (!(n >= 0 && n <= LONGEST && trunc<f64>(n) == n)) {
    fail(ErrorCode.NEW_LENGTH);
    factFloat(n);
    return NO_LIST;
  }
  const list = newList(n as u32);
  if (!changetype<usize>(list)) return list;
  for (let i: u32 = 0; i < list.length; i++) {
    copyValue(changetype<usize>(list.at(i)), changetype<usize>(fill));
  }
  return list;
}

export function concatLists(a: List, b: List): List {
  return add(a, b);
}
