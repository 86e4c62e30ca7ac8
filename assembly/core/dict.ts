// Dicts: entries in insertion order, found by a hash index once there are more than a few.
//
//   Dict    refs, kind, length u32, room u32, entries u32 → {key slot, value slot},
//           keyType u32, valueType u32 (indices of the types + 1, 0 unknown),
//           used u32, first u32, index u32 → u32[mask + 1], mask u32, filled u32, added u32
//
// An entry that was removed leaves a hole (its key's tag is HOLE) until `settle` closes it: whoever walks over the
// entries calls that first. The index is open addressing with linear steps over numbers of entries + 1. A place in it
// may point to a hole, or to an entry that was put where a hole was: a key is compared before it is believed.

import { ErrorCode } from "../errors.gen";
import { Record, Str, strEquals } from "./containers";
import { factTag, fail } from "./error";
import { alloc, free } from "./heap";
import { releaseObject, Tag } from "./object";
import { copyValue, dropValue, dropValues, isObjectTag, moveValue, Value } from "./value";

/** Tag of a removed entry's key. */
const HOLE: u32 = 7;
/** Up to so many entries are searched one by one. */
const FEW: u32 = 8;

@unmanaged
export class Dict {
  refs: u32;
  kind: u32;
  /** Entries, holes not counted. */
  length: u32;
  room: u32;
  entries: usize;
  keyType: u32;
  valueType: u32;
  /** Entries with holes. */
  used: u32;
  /** All entries in front of this one are holes. */
  first: u32;
  index: usize;
  mask: u32;
  filled: u32;
  /** Counts the entries that ever came in. */
  added: u32;

  @inline key(i: i32): Value {
    return changetype<Value>(this.entries + ((i as usize) << 5));
  }

  @inline value(i: i32): Value {
    return changetype<Value>(this.entries + ((i as usize) << 5) + 16);
  }
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
  memory.fill(changetype<usize>(d), 0, offsetof<Dict>());
  d.refs = 1;
  d.kind = Tag.DICT;
  d.room = 4;
  d.entries = entries;
  return d;
}

function recordsEqual(a: Record, b: Record): bool {
  if (a.length != b.length) return false;
  for (let i: i32 = 0; i < (a.length as i32); i++) {
    if (!keyEquals(a.at(i), b.at(i))) return false;
  }
  return true;
}

/** NaN is the same key as NaN: JavaScript's maps, not PyTorch's. */
let oneNaN: bool = false;

/** True when two key slots are the same key: equal numbers, texts, devices, members or tuples, or the same object. */
export function keyEquals(a: Value, b: Value): bool {
  if (a.tag != b.tag) return false;
  switch (a.tag) {
    case Tag.NONE:
      return true;
    case Tag.FLOAT:
      return a.float == b.float || (oneNaN && a.float != a.float && b.float != b.float);
    case Tag.STR:
    case Tag.DEVICE:
      return a.bits == b.bits || strEquals(a.str, b.str);
    case Tag.ENUM:
      return a.record.type == b.record.type && a.record.at(0).bits == b.record.at(0).bits;
    case Tag.TUPLE:
      return a.bits == b.bits || recordsEqual(a.record, b.record);
    default:
      return a.bits == b.bits;
  }
}

/** Steps on the way to an entry, without a call. */
export class Step {
  @inline static mix(h: u32, x: u32): u32 {
    let y = (h ^ x) * 0x9e37_79b1;
    y ^= y >> 15;
    return y * 0x85eb_ca6b;
  }

  /** A key that is only equal to one of the same bits: a number, but neither a zero nor NaN. */
  @inline static isPlain(key: Value): bool {
    const tag = key.tag;
    return tag == Tag.FLOAT ? abs(key.float) > 0 : tag == Tag.INT || tag == Tag.BOOL;
  }

  /** Entry `i` gets another value, a copy; the old one goes last, as dropping it may free what `value` points into. */
  @inline static replace(d: Dict, i: i32, value: Value): void {
    const at = d.value(i);
    const old = at.tag;
    const object = at.object;
    at.copy(value);
    if (isObjectTag(old)) releaseObject(object);
  }
}

function mix(h: u32, x: u32): u32 {
  return Step.mix(h, x);
}

/** The hash of a text, kept in the string (strings never change): bit 0 of `spare` says so, 29 bits from bit 3 on hold it. */
function hashText(s: Str): u32 {
  if (s.spare & 1) return s.spare >> 3;
  let h: u32 = s.bytes;
  let at = s.text;
  const end = at + (s.bytes as usize);
  for (; at + 4 <= end; at += 4) h = mix(h, load<u32>(at));
  for (; at < end; at++) h = mix(h, load<u8>(at));
  s.spare = (h << 3) | (s.spare & 7) | 1;
  return s.spare >> 3;
}

function hashKey(v: Value): u32 {
  switch (v.tag) {
    case Tag.NONE:
      return 0;
    case Tag.STR:
    case Tag.DEVICE:
      return hashText(v.str);
    case Tag.ENUM:
      return mix(v.record.type, v.record.at(0).bits as u32);
    case Tag.TUPLE: {
      let h = v.record.length;
      for (let i: i32 = 0; i < (v.record.length as i32); i++) h = mix(h, hashKey(v.record.at(i)));
      return h;
    }
    default: {
      // The two zeros are one key, and so may be all NaN.
      const bits = v.tag != Tag.FLOAT || abs(v.float) > 0 ? v.bits : 0;
      return mix(bits as u32, (bits >> 32) as u32);
    }
  }
}

/** True for what may be a key: no list, dict or object, and no tuple with one of them. */
function isKey(v: Value): bool {
  if (v.tag == Tag.FLOAT || v.tag == Tag.INT || v.tag == Tag.STR) return true;
  if (v.tag == Tag.TUPLE) {
    for (let i: i32 = 0; i < (v.record.length as i32); i++) {
      if (!isKey(v.record.at(i))) return false;
    }
    return true;
  }
  return (
    v.tag != Tag.LIST && v.tag != Tag.DICT && v.tag != Tag.OBJECT && v.tag != Tag.NONE && v.tag != Tag.FUTURE
  );
}

/** The entry found last, of whatever dict: programs ask for one key again and again. */
let hint: u32 = 0;

/** The entry's number, or -1; for a plain key. */
export function findPlain(d: Dict, key: Value): i32 {
  const tag = key.tag;
  const bits = key.bits;
  const used = d.used;
  const entries = d.entries;
  let i: u32 = hint;
  if (i < used) {
    const entry = changetype<Value>(entries + ((i as usize) << 5));
    if (entry.bits == bits && entry.tag == tag) return i;
  }
  if (!d.index) {
    for (i = 0; i < used; i++) {
      const entry = changetype<Value>(entries + ((i as usize) << 5));
      if (entry.bits == bits && entry.tag == tag) return i;
    }
    return -1;
  }
  let at = Step.mix(bits as u32, (bits >> 32) as u32) & d.mask;
  for (i = load<u32>(d.index + ((at as usize) << 2)); i; i = load<u32>(d.index + ((at as usize) << 2))) {
    const entry = changetype<Value>(entries + (((i - 1) as usize) << 5));
    if (i <= used && entry.bits == bits && entry.tag == tag) {
      hint = i - 1;
      return hint;
    }
    at = (at + 1) & d.mask;
  }
  return -1;
}

/** True if entry `i` has the very same key: not only an equal one, and no NaN. */
function isSame(d: Dict, i: u32, key: Value): bool {
  const entry = d.key(i);
  return entry.tag == key.tag && entry.bits == key.bits && (key.tag != Tag.FLOAT || key.float == key.float);
}

/** The entry's number, or -1. */
export function findKey(d: Dict, key: Value): i32 {
  if (Step.isPlain(key)) return findPlain(d, key);
  if (key.tag != Tag.NONE && hint < d.used && isSame(d, hint, key)) return hint;
  const found = search(d, key);
  if (found >= 0) hint = found;
  return found;
}

function search(d: Dict, key: Value): i32 {
  if (!d.index) {
    for (let i: i32 = 0; i < (d.used as i32); i++) {
      if (keyEquals(d.key(i), key)) return i;
    }
    return -1;
  }
  let at = hashKey(key) & d.mask;
  let i = load<u32>(d.index + ((at as usize) << 2));
  while (i && (i > d.used || !keyEquals(d.key(i - 1), key))) {
    at = (at + 1) & d.mask;
    i = load<u32>(d.index + ((at as usize) << 2));
  }
  return (i as i32) - 1;
}

/** As findKey, where NaN is found too. */
export function findSameKey(d: Dict, key: Value): i32 {
  oneNaN = true;
  const i = findKey(d, key);
  oneNaN = false;
  return i;
}

function point(d: Dict, i: u32): void {
  let at = hashKey(d.key(i)) & d.mask;
  while (load<u32>(d.index + ((at as usize) << 2))) at = (at + 1) & d.mask;
  store<u32>(d.index + ((at as usize) << 2), i + 1);
  d.filled++;
}

/** Builds the index anew, with room for twice the entries; there are no holes. False when memory is out. */
function buildIndex(d: Dict): bool {
  let places: u32 = 32;
  while (places < 4 * d.used) places *= 2;
  const index = alloc((places as u64) << 2);
  if (!index) return false;
  free(d.index);
  memory.fill(index, 0, (places as usize) << 2);
  d.index = index;
  d.mask = places - 1;
  d.filled = 0;
  for (let i: u32 = 0; i < d.used; i++) point(d, i);
  return true;
}

/** Closes the holes, so that the entries are 0 … length - 1. */
export function settle(d: Dict): void {
  if (d.used == d.length) return;
  let to: u32 = 0;
  for (let from: u32 = 0; from < d.used; from++) {
    if (d.key(from).tag == HOLE) continue;
    if (from != to) memory.copy(changetype<usize>(d.key(to)), changetype<usize>(d.key(from)), 32);
    to++;
  }
  d.used = to;
  d.first = 0;
  if (!d.index) return;
  memory.fill(d.index, 0, ((d.mask as usize) + 1) << 2);
  d.filled = 0;
  for (let i: u32 = 0; i < d.used; i++) point(d, i);
}

/** Room for one more entry in table and index; false when memory is out. */
function makeRoom(d: Dict): bool {
  if (d.used == d.room && d.length <= d.room - (d.room >> 2)) settle(d);
  if (d.used == d.room) {
    const entries = alloc((d.room as u64) << 6);
    if (!entries) return false;
    memory.copy(entries, d.entries, (d.used as usize) << 5);
    free(d.entries);
    d.entries = entries;
    d.room *= 2;
  }
  const crowded = d.index ? 4 * (d.filled + 1) > 3 * d.mask : d.used >= FEW;
  if (!crowded) return true;
  settle(d);
  return d.used < FEW || buildIndex(d);
}

/**
 * Sets or replaces an entry (both slots are copied), with `same` also one whose key is NaN; false with an error recorded on
 * an unusable key or no memory.
 */
export function setEntry(d: Dict, key: Value, value: Value, same: bool = false): bool {
  const plain = Step.isPlain(key);
  if (!plain && !isKey(key)) {
    fail(ErrorCode.BAD_KEY);
    factTag(key.tag);
    return false;
  }
  const found = plain ? findPlain(d, key) : same ? findSameKey(d, key) : findKey(d, key);
  if (found >= 0) {
    Step.replace(d, found, value);
    return true;
  }
  if (!makeRoom(d)) return false;
  const i = d.used;
  copyValue(changetype<usize>(d.key(i)), changetype<usize>(key));
  copyValue(changetype<usize>(d.value(i)), changetype<usize>(value));
  d.used = i + 1;
  d.length++;
  d.added++;
  if (d.index) point(d, i);
  return true;
}

/** Removes entry `i` and moves its value to `to`. */
export function takeEntry(d: Dict, i: i32, to: usize): void {
  const key = changetype<usize>(d.key(i));
  moveValue(to, changetype<usize>(d.value(i)));
  d.length--;
  if (i == (d.used as i32) - 1) d.used--;
  d.first = min(d.first, d.used);
  // The key goes last: dropping it may free what the caller's key points into.
  const tag = load<u32>(key);
  store<u32>(key, HOLE);
  if (isObjectTag(tag)) releaseObject(load<u32>(key, 8));
}

/** The first entry's number, or -1. */
export function firstEntry(d: Dict): i32 {
  while (d.first < d.used && d.key(d.first).tag == HOLE) d.first++;
  return d.first < d.used ? (d.first as i32) : -1;
}

export function clearEntries(d: Dict): void {
  const count = (d.used as usize) << 1;
  d.length = 0;
  d.used = 0;
  d.first = 0;
  free(d.index);
  d.index = 0;
  dropValues(d.entries, count);
}

export function destroyDict(d: Dict): void {
  dropValues(d.entries, (d.used as usize) << 1);
  free(d.entries);
  free(d.index);
  free(changetype<usize>(d));
}

/** Gives up what a slot holds. */
const held: usize = memory.data(16, 16);

/** Removes entry `i`. */
export function removeEntry(d: Dict, i: i32): void {
  takeEntry(d, i, held);
  dropValue(held);
}
