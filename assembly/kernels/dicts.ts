// Dicts of a program, in insertion order. Keys and values are slots; which may be keys is core/dict.ts's to say.

import { List, newList, newRecord } from "../core/containers";
import {
  clearEntries,
  Dict,
  findKey,
  firstEntry,
  newDict,
  removeEntry,
  setEntry,
  settle,
  takeEntry,
} from "../core/dict";
import { factFloat, factInt, factTag, factText, fail } from "../core/error";
import { releaseObject, Tag } from "../core/object";
import { copyValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";

const NO_LIST: List = changetype<List>(0);

export function len(self: Dict): i64 {
  return self.length;
}

/** Records that there is no such key. */
export function noKey(key: Value): void {
  fail(ErrorCode.KEY_NOT_FOUND);
  if (key.tag == Tag.STR) factText(key.str.text, key.str.bytes);
  else if (key.isFloat) factFloat(key.float);
  else factInt(key.int);
}

export function getItem(self: Value, key: Value, r: Value): void {
  const i = findKey(self.dict, key);
  if (i < 0) noKey(key);
  else copyValue(changetype<usize>(r), changetype<usize>(self.dict.value(i)));
}

export function setItem(l: Value, idx: Value, v: Value): void {
  setEntry(l.dict, idx, v);
}

export function contains(dict: Value, key: Value, r: Value): void {
  r.setBool(findKey(dict.dict, key) >= 0);
}

/** The value, or None. */
export function get(self: Value, key: Value, r: Value): void {
  const i = findKey(self.dict, key);
  if (i >= 0) copyValue(changetype<usize>(r), changetype<usize>(self.dict.value(i)));
}

export function getOr(self: Value, key: Value, fallback: Value, r: Value): void {
  const i = findKey(self.dict, key);
  copyValue(changetype<usize>(r), changetype<usize>(i < 0 ? fallback : self.dict.value(i)));
}

export function setDefault(self: Value, key: Value, fallback: Value, r: Value): void {
  if (findKey(self.dict, key) < 0 && !setEntry(self.dict, key, fallback)) return;
  getItem(self, key, r);
}

export function remove(self: Value, key: Value): void {
  const i = findKey(self.dict, key);
  if (i < 0) noKey(key);
  else removeEntry(self.dict, i);
}

export function pop(self: Value, key: Value, r: Value): void {
  const i = findKey(self.dict, key);
  if (i < 0) {
    noKey(key);
    return;
  }
  takeEntry(self.dict, i, changetype<usize>(r));
}

export function popOr(self: Value, key: Value, fallback: Value, r: Value): void {
  if (findKey(self.dict, key) >= 0) pop(self, key, r);
  else copyValue(changetype<usize>(r), changetype<usize>(fallback));
}

/** Entry `i` as a tuple of key and value; false when memory is out. */
function entry(self: Dict, i: i32, to: Value): bool {
  const tuple = newRecord(Tag.TUPLE, 2, 0);
  if (!changetype<usize>(tuple)) return false;
  copyValue(changetype<usize>(tuple.at(0)), changetype<usize>(self.key(i)));
  copyValue(changetype<usize>(tuple.at(1)), changetype<usize>(self.value(i)));
  to.setObject(Tag.TUPLE, changetype<usize>(tuple));
  return true;
}

/** Takes the oldest entry out. */
export function popItem(self: Dict, r: Value): void {
  const i = firstEntry(self);
  if (i < 0) fail(ErrorCode.EMPTY_CONTAINER);
  else if (entry(self, i, r)) removeEntry(self, i);
}

export function keys(self: Dict): List {
  settle(self);
  const list = newList(self.length);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (self.length as i32); i++) {
    copyValue(changetype<usize>(list.at(i)), changetype<usize>(self.key(i)));
  }
  return list;
}

export function values(self: Dict): List {
  settle(self);
  const list = newList(self.length);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (self.length as i32); i++) {
    copyValue(changetype<usize>(list.at(i)), changetype<usize>(self.value(i)));
  }
  return list;
}

export function items(self: Dict): List {
  settle(self);
  const list = newList(self.length);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (self.length as i32); i++) {
    if (entry(self, i, list.at(i))) continue;
    releaseObject(changetype<usize>(list));
    return NO_LIST;
  }
  return list;
}

export function clear(self: Dict): void {
  clearEntries(self);
}

export function update(self: Dict, other: Dict): void {
  settle(other);
  for (let i: i32 = 0; i < (other.length as i32); i++) {
    if (!setEntry(self, other.key(i), other.value(i))) return;
  }
}

/** `dict`, which is given up when the last step failed. */
function orNothing(dict: Dict, done: bool): Dict {
  if (done) return dict;
  releaseObject(changetype<usize>(dict));
  return changetype<Dict>(0);
}

export function copy(self: Dict): Dict {
  const dict = newDict();
  if (!changetype<usize>(dict)) return dict;
  settle(self);
  dict.keyType = self.keyType;
  dict.valueType = self.valueType;
  let done: bool = true;
  for (let i: i32 = 0; done && i < (self.length as i32); i++)
    done = setEntry(dict, self.key(i), self.value(i));
  return orNothing(dict, done);
}

function setPair(dict: Dict, pair: Value): bool {
  if (pair.tag == Tag.TUPLE && pair.record.length == 2) {
    return setEntry(dict, pair.record.at(0), pair.record.at(1));
  }
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(0);
  factTag(Tag.TUPLE);
  factTag(pair.tag);
  return false;
}

/** The dict of a list of pairs. */
export function fromPairs(inputs: List): Dict {
  const dict = newDict();
  if (!changetype<usize>(dict)) return dict;
  let done: bool = true;
  for (let i: i32 = 0; done && i < (inputs.length as i32); i++) done = setPair(dict, inputs.at(i));
  return orNothing(dict, done);
}

export function empty(): Dict {
  return newDict();
}
