// JavaScript's maps, sets and records, which are dicts. Keys are the same by SameValueZero: NaN is one key, -0 is 0.

import { List, Str } from "../core/containers";
import { clearEntries, Dict, findPlain, findSameKey, removeEntry, Step, setEntry } from "../core/dict";
import { factTag, factText, fail } from "../core/error";
import { Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { copyValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { noKey, keys as settledKeys, values as settledValues } from "./dicts";

/** What stands for a key that is a number, as long as the operator runs. */
const plain: usize = memory.data(16, 16);

/** The key as it is kept: no -0, one NaN. Tuples, which the dict compares by their items, are refused: returns null. */
function keyOf(key: Value): Value {
  if (key.tag == Tag.TUPLE) {
    fail(ErrorCode.BAD_KEY);
    factTag(key.tag);
    return changetype<Value>(0);
  }
  if (!key.isFloat) return key;
  const slot = changetype<Value>(plain);
  slot.setFloat(key.float == 0 ? 0 : key.float == key.float ? key.float : NaN);
  return slot;
}

/** The entry's number, or -1. */
function find(d: Dict, key: Value): i32 {
  if (Step.isPlain(key)) return findPlain(d, key);
  const same = keyOf(key);
  return changetype<usize>(same) ? findSameKey(d, same) : -1;
}

export function mapGet(d: Dict, key: Value, r: Value): void {
  const i = find(d, key);
  if (i >= 0) r.copy(d.value(i));
  else r.setNone();
}

export function mapAt(d: Dict, key: Value, r: Value): void {
  const i = find(d, key);
  if (i >= 0) r.copy(d.value(i));
  else noKey(key);
}

export function mapSet(d: Dict, key: Value, value: Value): void {
  if (Step.isPlain(key)) {
    const i = findPlain(d, key);
    if (i >= 0) Step.replace(d, i, value);
    else setEntry(d, key, value);
    return;
  }
  const same = keyOf(key);
  if (changetype<usize>(same)) setEntry(d, same, value, true);
}

export function mapHas(d: Dict, key: Value): bool {
  return find(d, key) >= 0;
}

export function mapDelete(d: Dict, key: Value): bool {
  const i = find(d, key);
  if (i < 0) return false;
  removeEntry(d, i);
  return true;
}

export function mapClear(d: Dict): void {
  clearEntries(d);
}

export function mapSize(d: Dict): f64 {
  return d.length as f64;
}

export function mapKeys(d: Dict): List {
  return settledKeys(d);
}

export function mapValues(d: Dict): List {
  return settledValues(d);
}

export function mapVersion(d: Dict): f64 {
  return d.added as f64;
}

// Records: plain objects of JavaScript, whose fields are texts.

/** The names of Object.prototype, each after its length; a length of 0 ends them. */
const INHERITED: usize = memory.data<u8>([
  11, 99, 111, 110, 115, 116, 114, 117, 99, 116, 111, 114, 16, 95, 95, 100, 101, 102, 105, 110, 101, 71, 101,
  116, 116, 101, 114, 95, 95, 16, 95, 95, 100, 101, 102, 105, 110, 101, 83, 101, 116, 116, 101, 114, 95, 95,
  14, 104, 97, 115, 79, 119, 110, 80, 114, 111, 112, 101, 114, 116, 121, 16, 95, 95, 108, 111, 111, 107, 117,
  112, 71, 101, 116, 116, 101, 114, 95, 95, 16, 95, 95, 108, 111, 111, 107, 117, 112, 83, 101, 116, 116, 101,
  114, 95, 95, 13, 105, 115, 80, 114, 111, 116, 111, 116, 121, 112, 101, 79, 102, 20, 112, 114, 111, 112, 101,
  114, 116, 121, 73, 115, 69, 110, 117, 109, 101, 114, 97, 98, 108, 101, 8, 116, 111, 83, 116, 114, 105, 110,
  103, 7, 118, 97, 108, 117, 101, 79, 102, 9, 95, 95, 112, 114, 111, 116, 111, 95, 95, 14, 116, 111, 76, 111,
  99, 97, 108, 101, 83, 116, 114, 105, 110, 103, 0,
]);

/** "__proto__" */
const PROTO: usize = memory.data<u8>([95, 95, 112, 114, 111, 116, 111, 95, 95]);

function isProto(key: Str): bool {
  return key.bytes == 9 && memory.compare(key.text, PROTO, 9) == 0;
}

/** Whether JavaScript finds the name in Object.prototype. */
function isInherited(key: Str): bool {
  let at = INHERITED;
  for (let bytes: u32 = load<u8>(at); bytes; bytes = load<u8>(at)) {
    if (bytes == key.bytes && memory.compare(at + 1, key.text, bytes) == 0) return true;
    at += 1 + bytes;
  }
  return false;
}

function refuseName(key: Str): void {
  fail(ErrorCode.INHERITED_NAME);
  factText(key.text, key.bytes);
}

/** A field's number, or -1; names of Object.prototype that are no fields are refused. */
function findField(d: Dict, key: Value): i32 {
  const i = findSameKey(d, key);
  if (i < 0 && isInherited(key.str)) refuseName(key.str);
  return i;
}

export function recGet(d: Value, key: Value, r: Value): void {
  const i = findField(d.dict, key);
  if (i >= 0) copyValue(changetype<usize>(r), changetype<usize>(d.dict.value(i)));
}

export function recHas(d: Value, key: Value, r: Value): void {
  r.setBool(findField(d.dict, key) >= 0);
}

export function recSet(d: Value, key: Value, value: Value): void {
  if (isProto(key.str)) refuseName(key.str);
  else setEntry(d.dict, key, value, true);
}

/** The array index that a text is, from 0 to 2^32 - 2; -1 for any other text. */
function indexOfText(s: Str): i64 {
  if (s.bytes == 0 || s.bytes > 10) return -1;
  if (load<u8>(s.text) == 48) return s.bytes == 1 ? 0 : -1;
  let value: i64 = 0;
  for (let i: usize = 0; i < (s.bytes as usize); i++) {
    const digit = (load<u8>(s.text + i) as u32) - 48;
    if (digit > 9) return -1;
    value = value * 10 + (digit as i64);
  }
  return value < 0xffff_ffff ? value : -1;
}

/** Integers upwards in front of all other names, which keep their order. */
export function recKeys(d: Dict): List {
  const list = settledKeys(d);
  if (!changetype<usize>(list)) return list;
  const n = list.length as usize;
  let integers: usize = 0;
  for (let i: i32 = 0; i < (n as i32); i++) if (indexOfText(list.at(i).str) >= 0) integers++;
  if (!integers) return list;
  const sorted = scratch((n as u64) << 5);
  if (!sorted) return list;
  // The integers first, in any order, each place and text packed for the sort; the others behind them.
  const spare = sorted + (n << 4);
  let a: usize = 0;
  let b = integers;
  for (let i: usize = 0; i < n; i++) {
    const slot = list.items + (i << 4);
    const to = indexOfText(changetype<Value>(slot).str) >= 0 ? a++ : b++;
    v128.store(sorted + (to << 4), v128.load(slot));
  }
  sortByIndex(sorted, spare, integers);
  memory.copy(list.items, sorted, n << 4);
  return list;
}

/** Merge sort of `n` slots of texts by the integers that they are. */
function sortByIndex(items: usize, spare: usize, n: usize): void {
  if (n < 2) return;
  const half = n >> 1;
  sortByIndex(items, spare, half);
  sortByIndex(items + (half << 4), spare, n - half);
  memory.copy(spare, items, half << 4);
  let i: usize = 0;
  let j = half;
  for (let k: usize = 0; i < half; k++) {
    const second =
      j < n &&
      indexOfText(changetype<Value>(items + (j << 4)).str) <
        indexOfText(changetype<Value>(spare + (i << 4)).str);
    v128.store(items + (k << 4), v128.load(second ? items + (j++ << 4) : spare + (i++ << 4)));
  }
}
