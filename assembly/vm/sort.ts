// Sorting lists whose items are compared by more than one machine operation: tensors, tuples, objects with __lt__.
//
// A stable merge sort from the bottom up whose whole state is a value, so that the machine can leave it to run a
// class's __lt__ and come back with the answer. The list itself changes at the end, all at once.

import { List, newList, newRecord, newStr, Record } from "../core/containers";
import { keyEquals } from "../core/dict";
import { factInt, factTag, fail, hasError } from "../core/error";
import { releaseObject, retainObject, Tag } from "../core/object";
import { scratchMark, scratchReset } from "../core/scratch";
import { moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { compareStr } from "../kernels/list-order";
import { copy } from "../kernels/lists";
import { equalTensor, lessTensor } from "../kernels/tensor-lists";

/** Slots of a sort's state. */
const enum Slot {
  /** The items as they were. */
  ITEMS = 0,
  /** Their order so far and the one being merged: strings of u32. */
  FROM = 1,
  TO = 2,
  WIDTH = 3,
  START = 4,
  I = 5,
  J = 6,
  /** The list that gets the items in the end. */
  TARGET = 7,
  /** The answer of a __lt__, None when none is waited for. */
  ANSWER = 8,
  /** Where in two tuples the objects were that __lt__ compares. */
  PLACE = 9,
  DOWN = 10,
  COUNT = 11,
}

export const enum Sorting {
  DONE = 0,
  FAILED = 1,
  /** Compare `sortedA` and `sortedB` by the __lt__ of their class and come back. */
  ASK = 2,
}

/** What a comparison waits for. */
export let sortedA: Value = changetype<Value>(0);
export let sortedB: Value = changetype<Value>(0);

/** The state of a sort of the list in `v`, or of a copy of it, into an empty slot. False with an error recorded. */
export function beginSort(v: Value, inPlace: bool, to: Value): bool {
  if (v.tag != Tag.LIST || (inPlace && v.at(1).tag != Tag.BOOL)) {
    fail(ErrorCode.UNSORTABLE);
    factTag(v.tag);
    return false;
  }
  const n = v.list.length;
  const state = newRecord(Tag.TUPLE, Slot.COUNT, 0);
  if (!changetype<usize>(state)) return false;
  to.setObject(Tag.TUPLE, changetype<usize>(state));
  state.at(Slot.ITEMS).setObject(Tag.LIST, changetype<usize>(copy(v.list)));
  const target = inPlace ? v.list : copy(v.list);
  if (inPlace) retainObject(changetype<usize>(target));
  state.at(Slot.TARGET).setObject(Tag.LIST, changetype<usize>(target));
  state.at(Slot.FROM).setObject(Tag.STR, changetype<usize>(newStr(0, n << 2)));
  state.at(Slot.TO).setObject(Tag.STR, changetype<usize>(newStr(0, n << 2)));
  if (hasError()) return false;
  for (let i: u32 = 0; i < n; i++) store<u32>(orderAt(state, Slot.FROM, i), i);
  for (let i: i32 = Slot.WIDTH; i <= Slot.J; i++) state.at(i).setInt(0);
  state.at(Slot.WIDTH).setInt(1);
  state.at(Slot.J).setInt(1);
  state.at(Slot.PLACE).setInt(0);
  state.at(Slot.DOWN).setBool(inPlace && v.at(1).bool);
  return n == 0 || isSortable(v.list.at(0));
}

function orderAt(state: Record, slot: i32, i: i64): usize {
  return state.at(slot).str.text + ((i as usize) << 2);
}

function isSortable(v: Value): bool {
  if (v.tag == Tag.TUPLE) {
    for (let i: i32 = 0; i < (v.record.length as i32); i++) {
      if (!isSortable(v.record.at(i))) return false;
    }
    return true;
  }
  if (v.tag >= (Tag.BOOL as u32) && v.tag <= (Tag.FLOAT as u32)) return true;
  if (v.tag == Tag.STR || v.tag == Tag.TENSOR || v.tag == Tag.OBJECT) return true;
  fail(ErrorCode.UNSORTABLE);
  factTag(v.tag);
  return false;
}

/** Goes on until the list is sorted or a __lt__ is needed. */
export function sortOn(state: Record): Sorting {
  const items = state.at(Slot.ITEMS).list;
  const n = items.length as i64;
  const down = state.at(Slot.DOWN).bool;
  let width = state.at(Slot.WIDTH).int;
  let start = state.at(Slot.START).int;
  let i = state.at(Slot.I).int;
  let j = state.at(Slot.J).int;
  while (width < n) {
    while (start < n) {
      const middle = min(start + width, n);
      const end = min(start + 2 * width, n);
      j = max(j, middle);
      while (i < middle || j < end) {
        let second: bool = i >= middle;
        if (!second && j < end) {
          const a = items.at(load<u32>(orderAt(state, Slot.FROM, i)));
          const b = items.at(load<u32>(orderAt(state, Slot.FROM, j)));
          const less = compare(state, down ? a : b, down ? b : a);
          if (less == Less.ASK) {
            state.at(Slot.WIDTH).setInt(width);
            state.at(Slot.START).setInt(start);
            state.at(Slot.I).setInt(i);
            state.at(Slot.J).setInt(j);
            return Sorting.ASK;
          }
          if (hasError()) return Sorting.FAILED;
          second = less == Less.YES;
        }
        const to = orderAt(state, Slot.TO, start + (i - start) + (j - middle));
        store<u32>(to, load<u32>(orderAt(state, Slot.FROM, second ? j++ : i++)));
      }
      start = end;
      i = end;
      j = end;
    }
    const from = state.at(Slot.FROM).bits;
    state.at(Slot.FROM).bits = state.at(Slot.TO).bits;
    state.at(Slot.TO).bits = from;
    width *= 2;
    start = 0;
    i = 0;
    j = 0;
  }
  return writeBack(state) ? Sorting.DONE : Sorting.FAILED;
}

/** Puts the items in their order into the target. */
function writeBack(state: Record): bool {
  const items = state.at(Slot.ITEMS).list;
  const sorted = newList(items.length);
  if (!changetype<usize>(sorted)) return false;
  for (let k: i32 = 0; k < (items.length as i32); k++) {
    const from = items.at(load<u32>(orderAt(state, Slot.FROM, k)));
    moveValue(changetype<usize>(sorted.at(k)), changetype<usize>(from));
  }
  // The new items change places with the old ones, which go with the list that held the new.
  const target = state.at(Slot.TARGET).list;
  swapItems(target, sorted);
  releaseObject(changetype<usize>(sorted));
  return true;
}

function swapItems(a: List, b: List): void {
  const items = a.items;
  const length = a.length;
  const room = a.room;
  a.items = b.items;
  a.length = b.length;
  a.room = b.room;
  b.items = items;
  b.length = length;
  b.room = room;
}

/** The sorted list, moved to an empty slot. */
export function takeSorted(state: Record, to: Value): void {
  moveValue(changetype<usize>(to), changetype<usize>(state.at(Slot.TARGET)));
}

/** Gives a sort the answer to the last question; false with an error recorded when it is no truth value. */
export function answer(state: Record, v: Value): bool {
  if (v.tag == Tag.BOOL) {
    state.at(Slot.ANSWER).setBool(v.bool);
    return true;
  }
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(0);
  factTag(Tag.BOOL);
  factTag(v.tag);
  return false;
}

const enum Less {
  NO = 0,
  YES = 1,
  ASK = 2,
}

function truth(x: bool): Less {
  return x ? Less.YES : Less.NO;
}

/** The answer that came in, else a comparison. */
function answerOr(state: Record, a: Value, b: Value): Less {
  if (state.at(Slot.ANSWER).tag != Tag.BOOL) return compareOne(a, b);
  const less = truth(state.at(Slot.ANSWER).bool);
  state.at(Slot.ANSWER).setNone();
  return less;
}

/** Whether `a` is less than `b`: tuples by their first items that differ. */
function compare(state: Record, a: Value, b: Value): Less {
  if (a.tag != Tag.TUPLE || b.tag != Tag.TUPLE) return answerOr(state, a, b);
  let i = state.at(Slot.PLACE).int as i32;
  state.at(Slot.PLACE).setInt(0);
  for (; i < (min(a.record.length, b.record.length) as i32); i++) {
    const x = a.record.at(i);
    const y = b.record.at(i);
    const less = answerOr(state, x, y);
    if (less == Less.ASK) state.at(Slot.PLACE).setInt(i);
    if (less != Less.NO) return less;
    if (hasError() || !same(x, y)) return Less.NO;
  }
  return Less.NO;
}

/** As PyTorch's == on values. */
function same(a: Value, b: Value): bool {
  if (a.tag != Tag.TENSOR || b.tag != Tag.TENSOR) return keyEquals(a, b);
  const mark = scratchMark();
  const equal = equalTensor(a.tensor, b.tensor);
  scratchReset(mark);
  return equal;
}

function compareOne(a: Value, b: Value): Less {
  if (a.tag != b.tag) return unsortable(b);
  switch (a.tag) {
    case Tag.BOOL:
    case Tag.INT:
      return truth(a.int < b.int);
    case Tag.FLOAT:
      return truth(a.float < b.float);
    case Tag.STR:
      return truth(compareStr(a.str, b.str) < 0);
    case Tag.TENSOR: {
      const mark = scratchMark();
      const less = lessTensor(a.tensor, b.tensor);
      scratchReset(mark);
      return truth(less);
    }
    case Tag.OBJECT:
      sortedA = a;
      sortedB = b;
      return Less.ASK;
    case Tag.TUPLE:
      return compareInner(a.record, b.record);
    default:
      return unsortable(a);
  }
}

/** Tuples inside tuples: of anything but objects. */
function compareInner(a: Record, b: Record): Less {
  for (let i: i32 = 0; i < (min(a.length, b.length) as i32); i++) {
    if (a.at(i).tag == Tag.OBJECT) return unsortable(a.at(i));
    const less = compareOne(a.at(i), b.at(i));
    if (less == Less.YES || hasError()) return less;
    if (!same(a.at(i), b.at(i))) return Less.NO;
  }
  return Less.NO;
}

function unsortable(v: Value): Less {
  fail(ErrorCode.UNSORTABLE);
  factTag(v.tag);
  return Less.NO;
}
