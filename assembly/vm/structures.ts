// Building and taking apart lists, tuples, dicts and objects. Operand slots are owned: what is kept is moved out.

import { newList, newRecord } from "../core/containers";
import { newDict, setEntry } from "../core/dict";
import { factInt, factTag, fail } from "../core/error";
import { Tag } from "../core/object";
import { copyValue, moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { openCursor, readArray, readIndex, readInt, seek, tell } from "../program/msgpack";
import { Program } from "../program/program";
import { isOfType } from "./types";

function expect(v: Value, tag: u32): bool {
  if (v.tag == tag) return true;
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(0);
  factTag(tag);
  factTag(v.tag);
  return false;
}

/** prim::ListConstruct; `elem` is the index + 1 of the items' type. */
export function buildList(elem: u32, n: u32, v: Value, r: Value): void {
  const list = newList(n);
  if (!changetype<usize>(list)) return;
  list.type = elem;
  for (let i: u32 = 0; i < n; i++) moveValue(changetype<usize>(list.at(i)), changetype<usize>(v.at(i)));
  r.setObject(Tag.LIST, changetype<usize>(list));
}

/** prim::TupleConstruct */
export function buildTuple(type: u32, n: u32, v: Value, r: Value): void {
  const tuple = newRecord(Tag.TUPLE, n, type + 1);
  if (!changetype<usize>(tuple)) return;
  for (let i: u32 = 0; i < n; i++) moveValue(changetype<usize>(tuple.at(i)), changetype<usize>(v.at(i)));
  r.setObject(Tag.TUPLE, changetype<usize>(tuple));
}

/** prim::DictConstruct: key, value, key, value …; `key` and `item` are the indices + 1 of their types. */
export function buildDict(key: u32, item: u32, n: u32, v: Value, r: Value): void {
  const dict = newDict();
  if (!changetype<usize>(dict)) return;
  dict.keyType = key;
  dict.valueType = item;
  r.setObject(Tag.DICT, changetype<usize>(dict));
  for (let i: u32 = 0; i < n; i += 2) {
    if (!setEntry(dict, v.at(i), v.at(i + 1))) return;
  }
}

/** prim::ListUnpack and prim::TupleUnpack into exactly `m` results. */
export function unpack(tag: u32, m: u32, v: Value, r: Value): void {
  if (!expect(v, tag)) return;
  const length = tag == Tag.LIST ? v.list.length : v.record.length;
  if (length != m) {
    fail(ErrorCode.BAD_ARITY);
    factInt(m);
    factInt(length);
    return;
  }
  for (let i: u32 = 0; i < m; i++) {
    const from = tag == Tag.LIST ? v.list.at(i) : v.record.at(i);
    copyValue(changetype<usize>(r.at(i)), changetype<usize>(from));
  }
}

/** prim::TupleIndex; a negative index counts from the end. */
export function tupleItem(v: Value, r: Value): void {
  if (!expect(v, Tag.TUPLE) || !expect(v.at(1), Tag.INT)) return;
  const length: i64 = v.record.length;
  let i = v.at(1).int;
  if (i < 0) i += length;
  if (i < 0 || i >= length) {
    fail(ErrorCode.INDEX_RANGE);
    factInt(v.at(1).int);
    factInt(length);
    return;
  }
  copyValue(changetype<usize>(r), changetype<usize>(v.record.at(i as i32)));
}

/** prim::TupleSlice: items [begin, end). */
export function sliceTuple(begin: u32, end: u32, v: Value, r: Value): void {
  if (!expect(v, Tag.TUPLE)) return;
  const to = min(end, v.record.length);
  const from = min(begin, to);
  const tuple = newRecord(Tag.TUPLE, to - from, 0);
  if (!changetype<usize>(tuple)) return;
  for (let i = from; i < to; i++)
    copyValue(changetype<usize>(tuple.at(i - from)), changetype<usize>(v.record.at(i)));
  r.setObject(Tag.TUPLE, changetype<usize>(tuple));
}

/** prim::CreateObject: an object of the class that type `type` names, every slot None. */
export function createObject(p: Program, type: u32, r: Value): void {
  openCursor(p.header, p.headerBytes);
  seek(load<u32>(p.types + ((type as usize) << 2)));
  if (readArray() != 2 || readInt() != 25) {
    fail(ErrorCode.BAD_ARGUMENT);
    factInt(0);
    factTag(Tag.OBJECT);
    factTag(Tag.NONE);
    return;
  }
  const index = readIndex(p.classCount);
  const object = newRecord(Tag.OBJECT, p.classAt(index).slots, index);
  if (changetype<usize>(object)) r.setObject(Tag.OBJECT, changetype<usize>(object));
}

/** prim::isinstance: true when the value is of one of the types listed at `types` (msgpack). */
export function isInstance(p: Program, types: usize, v: Value, r: Value): void {
  openCursor(p.header, p.headerBytes);
  seek(types);
  let found: bool = false;
  for (let n = readArray(); n > 0 && !found; n--) {
    const type = readIndex(p.typeCount);
    const here = tell();
    found = isOfType(p, v, type);
    seek(here);
  }
  r.setBool(found);
}
