// Whether a value is of one of the program's types, as prim::isinstance asks.

import { Tag } from "../core/object";
import { Value } from "../core/value";
import { readArray, readIndex, readInt, seek, tell } from "../program/msgpack";
import { Program } from "../program/program";

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
}

/** True when `v` is of type `type`. Types refer to earlier types only, so this ends. Moves the cursor. */
export function isOfType(p: Program, v: Value, type: u32): bool {
  seek(load<u32>(p.types + ((type as usize) << 2)));
  readArray();
  const code = readInt();
  const tag = v.tag;
  switch (code as u32) {
    case Code.TENSOR:
      return tag == Tag.TENSOR;
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
      return tag == Tag.TUPLE && isTupleOf(p, v);
    case Code.OPTIONAL:
      return tag == Tag.NONE || isOfType(p, v, readIndex(p.typeCount));
    case Code.DICT: {
      const key = readIndex(p.typeCount);
      const item = readIndex(p.typeCount);
      return tag == Tag.DICT && isDictOf(p, v, key, item);
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
    case Code.INTERFACE:
      return tag == Tag.OBJECT;
    default:
      return false;
  }
}

/** By the element type a list was made with; by its items when that is unknown. */
function isListOf(p: Program, v: Value, elem: u32): bool {
  const list = v.list;
  if (list.type) return list.type - 1 == elem;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    if (!isOfType(p, list.at(i), elem)) return false;
  }
  return true;
}

function isTupleOf(p: Program, v: Value): bool {
  const n = readArray();
  if (n != v.record.length) return false;
  for (let i: u32 = 0; i < n; i++) {
    const elem = readIndex(p.typeCount);
    const here = tell();
    if (!isOfType(p, v.record.at(i), elem)) return false;
    seek(here);
  }
  return true;
}

function isDictOf(p: Program, v: Value, key: u32, item: u32): bool {
  const d = v.dict;
  for (let i: i32 = 0; i < (d.length as i32); i++) {
    if (!isOfType(p, d.key(i), key) || !isOfType(p, d.value(i), item)) return false;
  }
  return true;
}
