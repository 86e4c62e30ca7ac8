// A value as TorchScript's `str` and `print` show it: C++ style, strings bare, floats with 17 digits or a bare point.

import { List, Record } from "../core/containers";
import { Dict, settle } from "../core/dict";
import { factInt, factTag, fail } from "../core/error";
import { Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { running } from "../program/program";
import { putGeneral, putInt, putUnsigned } from "./numbers";
import { putByte, putBytes, putStr } from "./sink";
import { putTensor } from "./tensor";

const NONE: usize = memory.data<u8>([78, 111, 110, 101]);
const TRUE: usize = memory.data<u8>([84, 114, 117, 101]);
const FALSE: usize = memory.data<u8>([70, 97, 108, 115, 101]);
const OBJECT_AT: usize = memory.data<u8>([32, 111, 98, 106, 101, 99, 116, 32, 97, 116, 32, 48, 120]); // " object at 0x"
const ENUM: usize = memory.data<u8>([69, 110, 117, 109, 60]); // "Enum<"
const FUTURE: usize = memory.data<u8>([70, 117, 116, 117, 114, 101]);

/** Deepest nesting of containers. */
const MAX_NESTING: i32 = 200;
let nesting: i32 = 0;

/** Appends the text of `v`; an error is recorded where it has none. */
export function putValue(v: Value): void {
  switch (v.tag) {
    case Tag.NONE:
      putBytes(NONE, 4);
      break;
    case Tag.BOOL:
      if (v.bool) putBytes(TRUE, 4);
      else putBytes(FALSE, 5);
      break;
    case Tag.INT:
      putInt(v.int);
      break;
    case Tag.FLOAT:
      putFloat(v.float);
      break;
    case Tag.STR:
    case Tag.DEVICE:
      putStr(v.str);
      break;
    case Tag.TENSOR:
      putTensor(v.tensor);
      break;
    case Tag.LIST:
    case Tag.TUPLE:
    case Tag.DICT:
      if (nesting >= MAX_NESTING) {
        fail(ErrorCode.DEPTH_LIMIT);
        factInt(MAX_NESTING);
        return;
      }
      nesting++;
      if (v.tag == Tag.LIST) putList(v.list);
      else if (v.tag == Tag.TUPLE) putTuple(v.record);
      else putDict(v.dict);
      nesting--;
      break;
    case Tag.OBJECT:
    case Tag.ENUM:
      if (putOfClass(v)) break;
      fail(ErrorCode.NO_TEXT);
      factTag(v.tag);
      break;
    case Tag.FUTURE:
      putBytes(FUTURE, 6);
      break;
    default:
      fail(ErrorCode.NO_TEXT);
      factTag(v.tag);
  }
}

/** `<name of the class object at 0x…>` or `Enum<class.member>`; false where the class is not known. */
function putOfClass(v: Value): bool {
  const r = v.record;
  if (!changetype<usize>(running) || r.type >= running.classCount) return false;
  const c = running.classAt(r.type);
  if (v.tag == Tag.OBJECT) {
    putByte(60);
    putBytes(c.name, c.nameLength);
    putBytes(OBJECT_AT, 13);
    putUnsigned(changetype<usize>(r), 16);
  } else {
    putBytes(ENUM, 5);
    // The class without its modules.
    let from = c.name + (c.nameLength as usize);
    while (from > c.name && load<u8>(from - 1) != 46) from--;
    putBytes(from, c.name + (c.nameLength as usize) - from);
    putByte(46);
    putStr(r.at(1).str);
  }
  putByte(62);
  return true;
}

/** A whole number that an int64 holds has a point and no digits behind it; -0 has no sign. */
function putFloat(x: f64): void {
  if (x >= -9223372036854775808.0 && x < 9223372036854775808.0 && trunc(x) == x) {
    putInt(x as i64);
    putByte(46);
  } else {
    putGeneral(x, 17);
  }
}

function putComma(): void {
  putByte(44);
  putByte(32);
}

function putList(list: List): void {
  putByte(91);
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    if (i) putComma();
    putValue(list.at(i));
  }
  putByte(93);
}

function putTuple(tuple: Record): void {
  putByte(40);
  for (let i: i32 = 0; i < (tuple.length as i32); i++) {
    if (i) putComma();
    putValue(tuple.at(i));
  }
  if (tuple.length == 1) putByte(44);
  putByte(41);
}

function putDict(dict: Dict): void {
  settle(dict);
  putByte(123);
  for (let i: i32 = 0; i < (dict.length as i32); i++) {
    if (i) putComma();
    putValue(dict.key(i));
    putByte(58);
    putByte(32);
    putValue(dict.value(i));
  }
  putByte(125);
}
