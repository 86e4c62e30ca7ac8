// Lists, tuples, objects, strings and dicts: counted objects made of value slots.
//
//   Str     refs, kind, bytes u32, spare u32, then UTF-8 (WTF-8) bytes
//   List    refs, kind, length u32, room u32, items u32 → slots, type u32 (index of the element type, 0 unknown)
//   Record  refs, kind, length u32, type u32, then slots (tuples, objects, enum members)
//   Dict    refs, kind, length u32, room u32, entries u32 → {key slot, value slot}, type u32; in insertion order

import { ErrorCode } from "../errors.gen";
import { factTag, fail } from "./error";
import { alloc, free } from "./heap";
import { releaseObject, retainObject, Tag } from "./object";
import { Tensor } from "./tensor";
import { clearValues, copyValue, dropValue, dropValues, isObjectTag, moveValue, Value } from "./value";

@unmanaged
export class Str {
  refs: u32;
  kind: u32;
  bytes: u32;
  spare: u32;

  @inline get text(): usize {
    return changetype<usize>(this) + offsetof<Str>();
  }
}

@unmanaged
export class List {
  refs: u32;
  kind: u32;
  length: u32;
  room: u32;
  items: usize;
  type: u32;

  @inline at(i: i32): Value {
    return changetype<Value>(this.items + ((i as usize) << 4));
  }

  @inline int(i: i32): i64 {
    return this.at(i).bits;
  }

  /** The tensor, or NONE where the item is None. */
  @inline tensor(i: i32): Tensor {
    return this.at(i).tensorOrNone;
  }
}

@unmanaged
export class Record {
  refs: u32;
  kind: u32;
  length: u32;
  type: u32;

  @inline at(i: i32): Value {
    return changetype<Value>(changetype<usize>(this) + offsetof<Record>() + ((i as usize) << 4));
  }
}

@unmanaged
export class Dict {
  refs: u32;
  kind: u32;
  length: u32;
  room: u32;
  entries: usize;
  type: u32;

  @inline key(i: i32): Value {
    return changetype<Value>(this.entries + ((i as usize) << 5));
  }

  @inline value(i: i32): Value {
    return changetype<Value>(this.entries + ((i as usize) << 5) + 16);
  }
}

/** A string of `bytes` bytes copied from `text` (undefined contents when `text` is 0); null when memory is out. */
export function newStr(text: usize, bytes: u32): Str {
  const s = changetype<Str>(alloc(offsetof<Str>() + (bytes as u64)));
  if (!changetype<usize>(s)) return s;
  s.refs = 1;
  s.kind = Tag.STR;
  s.bytes = bytes;
  s.spare = 0;
  if (text) memory.copy(s.text, text, bytes);
  return s;
}

export function strEquals(a: Str, b: Str): bool {
  return a.bytes == b.bytes && memory.compare(a.text, b.text, a.bytes) == 0;
}

/** A list of `length` None items; null when memory is out. */
export function newList(length: u32): List {
  const list = changetype<List>(alloc(offsetof<List>()));
  if (!changetype<usize>(list)) return list;
  const room = max(length, 2);
  const items = alloc((room as u64) << 4);
  if (!items) {
    free(changetype<usize>(list));
    return changetype<List>(0);
  }
  clearValues(items, room);
  list.refs = 1;
  list.kind = Tag.LIST;
  list.length = length;
  list.room = room;
  list.items = items;
  list.type = 0;
  return list;
}

/** Makes room for one more item at the end; false when memory is out. */
export function growList(list: List): bool {
  if (list.length < list.room) return true;
  const room = list.room * 2;
  const items = alloc((room as u64) << 4);
  if (!items) return false;
  memory.copy(items, list.items, (list.length as usize) << 4);
  clearValues(items + ((list.length as usize) << 4), room - list.length);
  free(list.items);
  list.items = items;
  list.room = room;
  return true;
}

/** Appends a copy of the slot, which may be one of the list's own. */
export function appendValue(list: List, slot: usize): bool {
  const value = v128.load(slot);
  if (!growList(list)) return false;
  const to = changetype<usize>(list.at(list.length));
  v128.store(to, value);
  if (isObjectTag(load<u32>(to))) retainObject(load<u32>(to, 8));
  list.length++;
  return true;
}

/** A tuple, object or enum member of `length` None slots; null when memory is out. */
export function newRecord(kind: Tag, length: u32, type: u32): Record {
  const r = changetype<Record>(alloc(offsetof<Record>() + ((length as u64) << 4)));
  if (!changetype<usize>(r)) return r;
  r.refs = 1;
  r.kind = kind as u32;
  r.length = length;
  r.type = type;
  clearValues(changetype<usize>(r) + offsetof<Record>(), length);
  return r;
}

/** An empty dict; null when memory is out. */
export function newDict(): Dict {
  const d = changetype<Dict>(alloc(offsetof<Dict>()));
  if (!changetype<usize>(d)) return d;
  const entries = alloc(4 << 5);
  if (!entries) {
    free(changetype<usize>(d));
    return changetype<Dict>(0);
  }
  d.refs = 1;
  d.kind = Tag.DICT;
  d.length = 0;
  d.room = 4;
  d.entries = entries;
  d.type = 0;
  return d;
}

/** True when two key slots are the same key: bool, int, float or str of one type, or the same object. */
export function keyEquals(a: Value, b: Value): bool {
  if (a.tag != b.tag) return false;
  if (a.tag == Tag.FLOAT) return a.float == b.float;
  if (a.tag == Tag.STR) return strEquals(a.str, b.str);
  return a.bits == b.bits;
}

/** The entry's index, or -1. */
export function findKey(d: Dict, key: Value): i32 {
  for (let i: i32 = 0; i < (d.length as i32); i++) {
    if (keyEquals(d.key(i), key)) return i;
  }
  return -1;
}

/** Sets or replaces an entry (both slots are copied); false with an error recorded on an unusable key or no memory. */
export function setEntry(d: Dict, key: Value, value: Value): bool {
  if (key.tag == Tag.NONE || key.tag == Tag.LIST || key.tag == Tag.DICT) {
    fail(ErrorCode.BAD_KEY);
    factTag(key.tag);
    return false;
  }
  const found = findKey(d, key);
  if (found >= 0) {
    const at = changetype<usize>(d.value(found));
    const old = load<u32>(at);
    const object = load<u32>(at, 8);
    copyValue(at, changetype<usize>(value));
    if (isObjectTag(old)) releaseObject(object);
    return true;
  }
  if (d.length == d.room) {
    const entries = alloc((d.room as u64) << 6);
    if (!entries) return false;
    memory.copy(entries, d.entries, (d.length as usize) << 5);
    free(d.entries);
    d.entries = entries;
    d.room *= 2;
  }
  const i = d.length;
  copyValue(changetype<usize>(d.key(i)), changetype<usize>(key));
  copyValue(changetype<usize>(d.value(i)), changetype<usize>(value));
  d.length = i + 1;
  return true;
}

/** Removes entry `i`, keeping the order of the others. */
export function removeEntry(d: Dict, i: i32): void {
  dropValue(changetype<usize>(d.key(i)));
  dropValue(changetype<usize>(d.value(i)));
  const at = changetype<usize>(d.key(i));
  memory.copy(at, at + 32, ((d.length as usize) - (i as usize) - 1) << 5);
  d.length--;
}

/** Removes item `i` and moves its value to `to`. */
export function takeItem(list: List, i: i32, to: usize): void {
  const at = changetype<usize>(list.at(i));
  moveValue(to, at);
  memory.copy(at, at + 16, ((list.length as usize) - (i as usize) - 1) << 4);
  list.length--;
  store<u32>(changetype<usize>(list.at(list.length)), Tag.NONE);
}

export function destroyList(list: List): void {
  dropValues(list.items, list.length);
  free(list.items);
  free(changetype<usize>(list));
}

export function destroyRecord(r: Record): void {
  dropValues(changetype<usize>(r) + offsetof<Record>(), r.length);
  free(changetype<usize>(r));
}

export function destroyDict(d: Dict): void {
  dropValues(d.entries, (d.length as usize) << 1);
  free(d.entries);
  free(changetype<usize>(d));
}
