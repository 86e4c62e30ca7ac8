// Checking arguments against an operator's kinds before its kernel reads them.

import { List } from "../core/containers";
import { DType } from "../core/dtype";
import { factInt, factTag, fail } from "../core/error";
import { Tag } from "../core/object";
import { Storage, Tensor, TensorFlag, touch } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { refuseNested } from "../kernels/nested";
import { KIND_OFFSETS, KINDS } from "../ops.gen";

const enum Kind {
  TENSOR = 1,
  SCALAR = 2,
  INT = 3,
  FLOAT = 4,
  BOOL = 5,
  STR = 6,
  DEVICE = 7,
  ANY = 8,
  INT_LIST = 9,
  FLOAT_LIST = 10,
  BOOL_LIST = 11,
  TENSOR_LIST = 12,
  OPTIONAL_TENSOR_LIST = 13,
  STR_LIST = 14,
  LIST = 15,
  DICT = 16,
  /** A tensor that may be nested. */
  NESTED = 17,
  WRITES = 64,
  OPTIONAL = 128,
}

/** In the count of results: the operator writes to an argument; it takes any number of further arguments. */
const WRITER: u32 = 128;
const VARARG: u32 = 64;

function kindsOf(op: i32): usize {
  return KINDS + load<u16>(KIND_OFFSETS + ((op as usize) << 1));
}

/** Whether operator `op` takes `count` arguments. */
export function takes(op: i32, count: u32): bool {
  const kinds = kindsOf(op);
  const want: u32 = load<u8>(kinds);
  return count == want || (count > want && (load<u8>(kinds, 1) & VARARG) != 0);
}

/** Number of results that operator `op` gives. */
export function resultsOf(op: i32): u32 {
  return load<u8>(kindsOf(op), 1) & ~(WRITER | VARARG);
}

/** Marks the storages of arguments that operator `op` writes to as changed. */
export function touchWritten(op: i32, v: Value): void {
  const kinds = kindsOf(op);
  if (!(load<u8>(kinds, 1) & WRITER)) return;
  for (let i: i32 = 0; i < (load<u8>(kinds) as i32); i++) {
    if (!(load<u8>(kinds + 2 + i) & Kind.WRITES)) continue;
    if (v.at(i).tag == Tag.TENSOR) touch(v.at(i).tensor);
    // Writing to a list of anything changes the list, not what is in it.
    const kind: u32 = load<u8>(kinds + 2 + i) & ~(Kind.WRITES as u32);
    if (v.at(i).tag != Tag.LIST || kind == Kind.LIST) continue;
    const list = v.at(i).list;
    for (let k: i32 = 0; k < (list.length as i32); k++) if (list.at(k).isTensor) touch(list.tensor(k));
  }
}

function allTagged(list: List, tag: u32, orNone: bool): bool {
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const item = list.at(i);
    if (item.tag == tag) continue;
    if (!orNone || item.tag != Tag.NONE) return false;
    item.bits = 0;
  }
  return true;
}

function fits(v: Value, kind: u32): bool {
  const tag = v.tag;
  if (kind & Kind.OPTIONAL) {
    // A None that kernels read as an object is a null one.
    if (tag == Tag.NONE) v.bits = 0;
    if (tag == Tag.NONE) return true;
    return fits(v, kind & ~(Kind.OPTIONAL as u32));
  }
  switch (kind) {
    case Kind.TENSOR:
      return tag == Tag.TENSOR;
    case Kind.NESTED:
      return tag == Tag.TENSOR || tag == Tag.NESTED;
    case Kind.SCALAR:
      return tag == Tag.INT || tag == Tag.FLOAT || tag == Tag.BOOL;
    case Kind.INT:
      return tag == Tag.INT;
    case Kind.FLOAT:
      return tag == Tag.FLOAT;
    case Kind.BOOL:
      return tag == Tag.BOOL;
    case Kind.STR:
      return tag == Tag.STR;
    case Kind.DEVICE:
      return tag == Tag.DEVICE;
    case Kind.ANY:
      return true;
    case Kind.DICT:
      return tag == Tag.DICT;
    default:
      break;
  }
  if (tag != Tag.LIST) return false;
  switch (kind) {
    case Kind.INT_LIST:
      return allTagged(v.list, Tag.INT, false);
    case Kind.FLOAT_LIST:
      return allTagged(v.list, Tag.FLOAT, false);
    case Kind.BOOL_LIST:
      return allTagged(v.list, Tag.BOOL, false);
    case Kind.TENSOR_LIST:
      return allTagged(v.list, Tag.TENSOR, false);
    case Kind.OPTIONAL_TENSOR_LIST:
      return allTagged(v.list, Tag.TENSOR, true);
    case Kind.STR_LIST:
      return allTagged(v.list, Tag.STR, false);
    default:
      return true;
  }
}

/** The tag a kind asks for, for messages. */
function tagOf(kind: u32): u32 {
  switch (kind & ~(Kind.OPTIONAL as u32)) {
    case Kind.TENSOR:
    case Kind.NESTED:
      return Tag.TENSOR;
    case Kind.SCALAR:
    case Kind.FLOAT:
      return Tag.FLOAT;
    case Kind.INT:
      return Tag.INT;
    case Kind.BOOL:
      return Tag.BOOL;
    case Kind.STR:
      return Tag.STR;
    case Kind.DEVICE:
      return Tag.DEVICE;
    case Kind.DICT:
      return Tag.DICT;
    default:
      return Tag.LIST;
  }
}

/** True when the `count` slots at `v` are what operator `op` takes; else records which one is not. */
export function checkArgs(op: i32, v: Value, count: u32): bool {
  const kinds = kindsOf(op);
  const want: u32 = load<u8>(kinds);
  if (!takes(op, count)) {
    fail(ErrorCode.BAD_ARITY);
    factInt(want);
    factInt(count);
    return false;
  }
  for (let i: u32 = 0; i < want; i++) {
    const kind: u32 = load<u8>(kinds + 2 + i) & ~(Kind.WRITES as u32);
    if (fits(v.at(i), kind)) continue;
    if (v.at(i).tag == Tag.NESTED) {
      refuseNested();
      return false;
    }
    fail(ErrorCode.BAD_ARGUMENT);
    factInt(i);
    factTag(tagOf(kind));
    factTag(v.at(i).tag);
    return false;
  }
  return true;
}

// One number at a time stands in for a tensor argument: a 0-dimensional tensor in static memory, never freed.
const wrappedTensor: usize = memory.data(64, 16);
const wrappedStorage: usize = memory.data(32, 16);
const wrappedNumber: usize = memory.data(16, 16);

/** The number in `v` as a 0-dimensional tensor that promotes as a number; valid until the next call. */
export function wrapNumber(v: Value): Tensor {
  const storage = changetype<Storage>(wrappedStorage);
  storage.refs = 0x4000_0000;
  storage.kind = Tag.STORAGE;
  storage.data = wrappedNumber;
  storage.bytes = 8;
  const t = changetype<Tensor>(wrappedTensor);
  t.refs = 0x4000_0000;
  t.kind = Tag.TENSOR;
  t.dtype = (v.tag == Tag.FLOAT ? DType.FLOAT64 : v.tag == Tag.BOOL ? DType.BOOL : DType.INT64) as u8;
  t.ndim = 0;
  t.flags = TensorFlag.WRAPPED as u8;
  t.room = 1;
  t.storage = storage;
  t.offset = 0;
  t.numel = 1;
  t.dims = wrappedTensor + offsetof<Tensor>();
  store<i64>(wrappedNumber, v.bits);
  return t;
}
