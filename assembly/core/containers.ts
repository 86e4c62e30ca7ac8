// Lists, tuples, objects and strings (dicts are in dict.ts): counted objects made of value slots.
//
//   Str     refs, kind, bytes u32, spare u32, then UTF-8 (WTF-8) bytes
//   List    refs, kind, length u32, room u32, items u32 → slots, type u32 (index of the element type, 0 unknown)
//   Record  refs, kind, length u32, type u32, then slots (tuples, objects, enum members)

import { alloc, free } from "./heap";
import { retainObject, Tag } from "./object";
import { Tensor } from "./tensor";
import { clearValues, dropValues, isObjectTag, moveValue, Value } from "./value";

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
  const tag = load<u32>(slot);
  const bits = load<i64>(slot, 8);
  if (!growList(list)) return false;
  list.at(list.length).set(tag, bits);
  if (isObjectTag(tag)) retainObject(bits as usize);
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
