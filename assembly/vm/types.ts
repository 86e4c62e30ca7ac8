// Types at run time: whether a value is of one of the program's types, as prim::isinstance asks, and the types that
// lists, tuples and dicts carry.
//
// A list, dict or future carries the types it was made with; what a kernel or the host made carries none until an
// argument's or a result's static type says it (tagValue). While it is unknown its items decide.

import { Dict, settle } from "../core/dict";
import { Tag } from "../core/object";
import { Value } from "../core/value";
import {
  openCursor,
  readArray,
  readIndex,
  readInt,
  readText,
  seek,
  skip,
  takeNil,
  tell,
  textLength,
} from "../program/msgpack";
import { ClassInfo, findRow, Program, sameName } from "../program/program";

/** Type codes of format/SPEC.md section 5. */
const enum Code {
  TENSOR = 0,
  INT = 1,
  FLOAT = 2,
  BOOL = 3,
  STR = 4,
  NONE = 5,
  DEVICE = 6,
  SCALAR = 7,
  ANY = 8,
  FUNCTION = 13,
  ANY_LIST = 15,
  ANY_TUPLE = 16,
  ANY_CLASS = 17,
  ANY_ENUM = 18,
  LIST = 20,
  TUPLE = 21,
  OPTIONAL = 22,
  DICT = 23,
  UNION = 24,
  CLASS = 25,
  INTERFACE = 26,
  ENUM = 27,
  FUTURE = 28,
}

/** Moves the cursor behind the code of type `type`, which is returned. */
export function openType(p: Program, type: u32): u32 {
  seek(load<u32>(p.types + ((type as usize) << 2)));
  readArray();
  return readInt() as u32;
}

/** The tag of an int, float or bool type's values; 0 for other types. Moves the cursor. */
export function numberTagOf(p: Program, type: u32): u32 {
  switch (openType(p, type)) {
    case Code.INT:
      return Tag.INT;
    case Code.FLOAT:
      return Tag.FLOAT;
    case Code.BOOL:
      return Tag.BOOL;
    default:
      return 0;
  }
}

/** True when `v` is of type `type`. Types refer to earlier types only, so this ends. Moves the cursor. */
export function isOfType(p: Program, v: Value, type: u32): bool {
  const tag = v.tag;
  switch (openType(p, type)) {
    case Code.TENSOR:
      return tag == Tag.TENSOR || tag == Tag.NESTED;
    case Code.INT:
      return tag == Tag.INT;
    case Code.FLOAT:
      return tag == Tag.FLOAT;
    case Code.BOOL:
      return tag == Tag.BOOL;
    case Code.STR:
      return tag == Tag.STR;
    case Code.NONE:
      return tag == Tag.NONE;
    case Code.DEVICE:
      return tag == Tag.DEVICE;
    case Code.SCALAR:
      return tag == Tag.INT || tag == Tag.FLOAT || tag == Tag.BOOL;
    case Code.ANY:
      return true;
    case Code.FUNCTION:
      return tag == Tag.FUNCTION;
    case Code.ANY_LIST:
      return tag == Tag.LIST;
    case Code.ANY_TUPLE:
      return tag == Tag.TUPLE;
    case Code.ANY_CLASS:
      return tag == Tag.OBJECT;
    case Code.ANY_ENUM:
      return tag == Tag.ENUM;
    case Code.LIST:
      return tag == Tag.LIST && isListOf(p, v, readIndex(p.typeCount));
    case Code.TUPLE:
      return tag == Tag.TUPLE && isTupleOf(p, v, type);
    case Code.OPTIONAL:
      return tag == Tag.NONE || isOfType(p, v, readIndex(p.typeCount));
    case Code.DICT: {
      const key = readIndex(p.typeCount);
      const item = readIndex(p.typeCount);
      return tag == Tag.DICT && isDictOf(p, v.dict, key, item);
    }
    case Code.UNION:
      for (let n = readArray(); n > 0; n--) {
        const member = readIndex(p.typeCount);
        const here = tell();
        if (isOfType(p, v, member)) return true;
        seek(here);
      }
      return false;
    case Code.CLASS:
      return tag == Tag.OBJECT && v.record.type == readIndex(p.classCount);
    case Code.ENUM:
      return tag == Tag.ENUM && v.record.type == readIndex(p.classCount);
    case Code.INTERFACE: {
      const wanted = readIndex(p.classCount);
      return tag == Tag.OBJECT && implementsAll(p, v.record.type, wanted);
    }
    case Code.FUTURE: {
      const elem = readIndex(p.typeCount);
      return tag == Tag.FUTURE && v.record.type != 0 && isSubtype(p, v.record.type - 1, elem);
    }
    default:
      return false;
  }
}

function isListOf(p: Program, v: Value, elem: u32): bool {
  const list = v.list;
  if (list.type) return list.type - 1 == elem;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    if (!isOfType(p, list.at(i), elem)) return false;
  }
  return true;
}

/** A NamedTuple is a tuple of its items' types; only one of the same name is one. */
function isTupleOf(p: Program, v: Value, type: u32): bool {
  const n = readArray();
  if (n != v.record.length) return false;
  for (let i: u32 = 0; i < n; i++) {
    const elem = readIndex(p.typeCount);
    const here = tell();
    if (!isOfType(p, v.record.at(i), elem)) return false;
    seek(here);
  }
  if (takeNil()) return true;
  return v.record.type != 0 && sameTupleName(p, v.record.type - 1, type);
}

let nameAt: usize = 0;

/** Finds the name of tuple type `type`, its length in textLength; false for a tuple without names. */
function openTupleName(p: Program, type: u32): bool {
  if (openType(p, type) != Code.TUPLE) return false;
  skip();
  if (takeNil()) return false;
  skip();
  if (takeNil()) return false;
  nameAt = readText();
  return true;
}

function sameTupleName(p: Program, a: u32, b: u32): bool {
  if (a == b) return true;
  if (!openTupleName(p, a)) return false;
  const name = nameAt;
  const length = textLength;
  return openTupleName(p, b) && sameName(name, length, nameAt, textLength);
}

function isDictOf(p: Program, d: Dict, key: u32, item: u32): bool {
  if (d.keyType) return d.keyType - 1 == key && d.valueType - 1 == item;
  settle(d);
  for (let i: i32 = 0; i < (d.length as i32); i++) {
    if (!isOfType(p, d.key(i), key) || !isOfType(p, d.value(i), item)) return false;
  }
  return true;
}

/** True when every value of type `a` is one of type `b`: lists and dicts are invariant. Moves the cursor. */
function isSubtype(p: Program, a: u32, b: u32): bool {
  if (a == b) return true;
  const from = openType(p, a);
  const inside = tell();
  if (from == Code.OPTIONAL) {
    const elem = readIndex(p.typeCount);
    const to = openType(p, b);
    if (to == Code.ANY) return true;
    if (to == Code.OPTIONAL) return isSubtype(p, elem, readIndex(p.typeCount));
    return to == Code.UNION && hasNone(p) && isSubtype(p, elem, b);
  }
  if (from == Code.UNION) {
    for (let n = readArray(); n > 0; n--) {
      const member = readIndex(p.typeCount);
      const here = tell();
      if (!isSubtype(p, member, b)) return false;
      seek(here);
    }
    return true;
  }
  switch (openType(p, b)) {
    case Code.ANY:
      return true;
    case Code.SCALAR:
      return from == Code.INT || from == Code.FLOAT;
    case Code.ANY_LIST:
      return from == Code.LIST;
    case Code.ANY_TUPLE:
      return from == Code.TUPLE;
    case Code.ANY_CLASS:
      return from == Code.CLASS;
    case Code.ANY_ENUM:
      return from == Code.ENUM;
    case Code.OPTIONAL:
      return from == Code.NONE || isSubtype(p, a, readIndex(p.typeCount));
    case Code.UNION:
      for (let n = readArray(); n > 0; n--) {
        const member = readIndex(p.typeCount);
        const here = tell();
        if (isSubtype(p, a, member)) return true;
        seek(here);
      }
      return false;
    case Code.TUPLE: {
      if (from != Code.TUPLE) return false;
      const there = tell();
      seek(inside);
      const n = readArray();
      let mine = tell();
      seek(there);
      if (readArray() != n) return false;
      for (let i: u32 = 0; i < n; i++) {
        const wanted = readIndex(p.typeCount);
        const here = tell();
        seek(mine);
        const elem = readIndex(p.typeCount);
        mine = tell();
        if (!isSubtype(p, elem, wanted)) return false;
        seek(here);
      }
      return takeNil() || sameTupleName(p, a, b);
    }
    case Code.FUTURE: {
      if (from != Code.FUTURE) return false;
      const wanted = readIndex(p.typeCount);
      seek(inside);
      return isSubtype(p, readIndex(p.typeCount), wanted);
    }
    case Code.INTERFACE: {
      if (from != Code.CLASS && from != Code.INTERFACE) return false;
      const wanted = readIndex(p.classCount);
      seek(inside);
      return implementsAll(p, readIndex(p.classCount), wanted);
    }
    default:
      return false;
  }
}

/** Whether None is among the members of the union at the cursor. */
function hasNone(p: Program): bool {
  for (let n = readArray(); n > 0; n--) {
    const member = readIndex(p.typeCount);
    const here = tell();
    if (openType(p, member) == Code.NONE) return true;
    seek(here);
  }
  return false;
}

// Pairs of class and interface that are being compared: an interface may speak of itself.
const MOST_ASKED: u32 = 16;
const asked: usize = memory.data(128, 16);
let asking: u32 = 0;

/** True when class `type` has every method of interface `wanted`, each with a schema that may stand in for it. */
function implementsAll(p: Program, type: u32, wanted: u32): bool {
  if (type == wanted) return true;
  const pair = ((type as u64) << 32) | (wanted as u64);
  for (let i: u32 = 0; i < asking; i++) {
    if (load<u64>(asked + ((i as usize) << 3)) == pair) return true;
  }
  if (asking == MOST_ASKED) return false;
  store<u64>(asked + ((asking as usize) << 3), pair);
  asking++;
  const all = hasMethods(p, type, wanted);
  asking--;
  return all;
}

function hasMethods(p: Program, type: u32, wanted: u32): bool {
  const c: ClassInfo = p.classAt(type);
  const needs: ClassInfo = p.classAt(wanted);
  for (let i: usize = 0; i < (needs.methodCount as usize); i++) {
    const row = needs.methods + (i << 4);
    const mine = findRow(c.methods, c.methodCount, load<u32>(row), load<u32>(row, 4));
    if (!mine || !standsIn(p, load<u32>(mine, 8), load<u32>(row, 8))) return false;
  }
  return true;
}

/** Whether method `f` may be called where `g` is declared: the same names, wider arguments, narrower results. */
function standsIn(p: Program, f: u32, g: u32): bool {
  const mine = p.functionAt(f);
  const needed = p.functionAt(g);
  if (mine.params != needed.params || mine.returns != needed.returns) return false;
  let a = openArguments(mine.at);
  let b = openArguments(needed.at);
  for (let i: u32 = 0; i < mine.params; i++) {
    seek(a);
    readArray();
    const name = readText();
    const length = textLength;
    const type = readIndex(p.typeCount);
    skip();
    skip();
    a = tell();
    seek(b);
    readArray();
    const other = readText();
    if (i && !sameName(name, length, other, textLength)) return false;
    const narrow = readIndex(p.typeCount);
    skip();
    skip();
    b = tell();
    // The first argument is the object itself.
    if (i && !isSubtype(p, narrow, type)) return false;
  }
  seek(a);
  readArray();
  a = tell();
  seek(b);
  readArray();
  b = tell();
  for (let i: u32 = 0; i < mine.returns; i++) {
    seek(a);
    readArray();
    skip();
    const type = readIndex(p.typeCount);
    a = tell();
    seek(b);
    readArray();
    skip();
    const wide = readIndex(p.typeCount);
    b = tell();
    if (!isSubtype(p, type, wide)) return false;
  }
  return true;
}

/** Address of the first argument of the function whose msgpack is at `at`. */
function openArguments(at: usize): usize {
  seek(at);
  readArray();
  readInt();
  skip();
  readArray();
  return tell();
}

/** Gives the containers in `v`, a value of static type `type`, the types they do not have yet. Moves the cursor. */
export function tagValue(p: Program, v: Value, type: u32): void {
  if (v.tag < (Tag.LIST as u32) || v.tag > (Tag.DICT as u32)) return;
  switch (openType(p, type)) {
    case Code.OPTIONAL:
      tagValue(p, v, readIndex(p.typeCount));
      break;
    case Code.UNION:
      for (let n = readArray(); n > 0; n--) {
        const member = readIndex(p.typeCount);
        const here = tell();
        if (isOfType(p, v, member)) {
          tagValue(p, v, member);
          return;
        }
        seek(here);
      }
      break;
    case Code.LIST: {
      const elem = readIndex(p.typeCount);
      if (v.tag != Tag.LIST || v.list.type) return;
      v.list.type = elem + 1;
      for (let i: i32 = 0; i < (v.list.length as i32); i++) tagValue(p, v.list.at(i), elem);
      break;
    }
    case Code.TUPLE: {
      if (v.tag != Tag.TUPLE || v.record.type || readArray() != v.record.length) return;
      v.record.type = type + 1;
      for (let i: i32 = 0; i < (v.record.length as i32); i++) {
        const elem = readIndex(p.typeCount);
        const here = tell();
        tagValue(p, v.record.at(i), elem);
        seek(here);
      }
      break;
    }
    case Code.DICT: {
      const key = readIndex(p.typeCount);
      const item = readIndex(p.typeCount);
      const d = v.dict;
      if (v.tag != Tag.DICT || d.keyType) return;
      d.keyType = key + 1;
      d.valueType = item + 1;
      settle(d);
      for (let i: i32 = 0; i < (d.length as i32); i++) {
        tagValue(p, d.key(i), key);
        tagValue(p, d.value(i), item);
      }
      break;
    }
    default:
      break;
  }
}

/** Gives the containers among the arguments of function `index` their types. */
export function tagArguments(p: Program, index: u32, slots: usize): void {
  const fn = p.functionAt(index);
  let opened: bool = false;
  let at: usize = 0;
  for (let i: u32 = 0; i < fn.params; i++) {
    const v = changetype<Value>(slots + ((i as usize) << 4));
    if (v.tag < (Tag.LIST as u32) || v.tag > (Tag.DICT as u32)) continue;
    if (!opened) {
      openCursor(p.header, p.headerBytes);
      at = openArguments(fn.at);
      opened = true;
    }
    seek(at);
    for (let k: u32 = 0; k < i; k++) skip();
    readArray();
    readText();
    tagValue(p, v, readIndex(p.typeCount));
  }
}

/** Index + 1 of the element type of list type `type`, also inside an optional; 0 when it is no list type. */
export function elementOf(p: Program, type: u32): u32 {
  const code = openType(p, type);
  if (code == Code.OPTIONAL) return elementOf(p, readIndex(p.typeCount));
  return code == Code.LIST ? readIndex(p.typeCount) + 1 : 0;
}

/** Index + 1 of the key type of dict type `type`, and that of its values in `valueOfDict`; 0 when it is no dict type. */
export function keyOf(p: Program, type: u32): u32 {
  const code = openType(p, type);
  if (code == Code.OPTIONAL) return keyOf(p, readIndex(p.typeCount));
  if (code != Code.DICT) return 0;
  const key = readIndex(p.typeCount);
  valueOfDict = readIndex(p.typeCount) + 1;
  return key + 1;
}

export let valueOfDict: u32 = 0;

/** Index + 1 of the type that a future of type `type` is of; 0 when it is no future. */
export function promisedBy(p: Program, type: u32): u32 {
  return openType(p, type) == Code.FUTURE ? readIndex(p.typeCount) + 1 : 0;
}
