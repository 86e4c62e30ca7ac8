// From a file's bytes to a program: checks preamble, header and segments, then builds every table of program.ts.
//
// format/SPEC.md is the contract; section numbers below are its. Nothing is believed before it is checked, and nothing
// is allocated whose size was not.

import { newList, newRecord, newStr } from "../core/containers";
import { newDict, setEntry } from "../core/dict";
import { DType, dtypeShift, isDtype } from "../core/dtype";
import { factInt, factText, fail, hasError } from "../core/error";
import { alloc, free } from "../core/heap";
import { releaseObject, retainObject, Tag } from "../core/object";
import { scratch, scratchMark, scratchReset } from "../core/scratch";
import {
  borrowStorage,
  checkExtent,
  MAX_DIMS,
  newTensorOver,
  release,
  Storage,
  updateNumel,
} from "../core/tensor";
import { clearValues, copyValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { compileFunction } from "./compile";
import {
  atEnd,
  expectArray,
  intact,
  isNil,
  openCursor,
  outOfRange,
  readArray,
  readBool,
  readBytes,
  readFloat,
  readIndex,
  readInt,
  readMap,
  readText,
  seek,
  skip,
  takeNil,
  tell,
  textLength,
} from "./msgpack";
import { resolveOp } from "./names";
import { Blob, ClassInfo, FunctionInfo, Program } from "./program";
import { xxh64 } from "./xxh64";

const VERSION: u32 = 1;
const PREAMBLE: usize = 64;

/** Header keys, in the order of the file; `at` receives the address of each value. */
const enum Key {
  CLASSES,
  DEBUG,
  DERIVED,
  EXTRA,
  FUNCTIONS,
  KEYS,
  META,
  OPS,
  REQUIRES,
  ROOT,
  SEGMENTS,
  SHA256,
  SOURCES,
  TENSORS,
  TYPES,
  VALUES,
  COUNT,
}

// The keys' first letters and lengths tell them apart: "classes", "debug", … as length byte and text.
const KEY_TEXT: usize = memory.data<u8>([
  7, 99, 108, 97, 115, 115, 101, 115, 5, 100, 101, 98, 117, 103, 7, 100, 101, 114, 105, 118, 101, 100, 5, 101,
  120, 116, 114, 97, 9, 102, 117, 110, 99, 116, 105, 111, 110, 115, 4, 107, 101, 121, 115, 4, 109, 101, 116,
  97, 3, 111, 112, 115, 8, 114, 101, 113, 117, 105, 114, 101, 115, 4, 114, 111, 111, 116, 8, 115, 101, 103,
  109, 101, 110, 116, 115, 6, 115, 104, 97, 50, 53, 54, 7, 115, 111, 117, 114, 99, 101, 115, 7, 116, 101, 110,
  115, 111, 114, 115, 5, 116, 121, 112, 101, 115, 6, 118, 97, 108, 117, 101, 115,
]);
const keyAt: usize = memory.data(64, 16);

const HEADER_NAME: usize = memory.data<u8>([116, 104, 101, 32, 104, 101, 97, 100, 101, 114]); // "the header"
const PREAMBLE_NAME: usize = memory.data<u8>([116, 104, 101, 32, 112, 114, 101, 97, 109, 98, 108, 101]);
const SEGMENT_NAME: usize = memory.data<u8>([97, 32, 115, 101, 103, 109, 101, 110, 116]); // "a segment"
const PADDING_NAME: usize = memory.data<u8>([116, 104, 101, 32, 112, 97, 100, 100, 105, 110, 103]); // "the padding"

/** Address of a header value, 0 when the key is absent. */
export function headerKey(key: i32): usize {
  return load<u32>(keyAt + ((key as usize) << 2));
}

/**
 * Loads the file of `bytes` bytes at `data`, which `alloc` gave and which the program owns from here on, also when
 * loading fails. Null with an error recorded when the file is refused.
 */
export function loadProgram(data: usize, bytes: usize): Program {
  const blob = changetype<Blob>(alloc(offsetof<Blob>()));
  if (!changetype<usize>(blob)) {
    free(data);
    return changetype<Program>(0);
  }
  blob.refs = 1;
  blob.kind = Tag.BLOB;
  blob.data = data;
  blob.bytes = bytes;
  const p = changetype<Program>(alloc(offsetof<Program>()));
  if (!changetype<usize>(p)) {
    releaseObject(changetype<usize>(blob));
    return p;
  }
  memory.fill(changetype<usize>(p), 0, offsetof<Program>());
  p.refs = 1;
  p.kind = Tag.PROGRAM;
  p.blob = blob;
  if (checkPreamble(p) && readHeader(p)) return p;
  releaseObject(changetype<usize>(p));
  return changetype<Program>(0);
}

function damaged(name: usize, length: u32): bool {
  fail(ErrorCode.FILE_CHECKSUM);
  factText(name, length);
  return false;
}

function checkPreamble(p: Program): bool {
  const at = p.blob.data;
  const bytes = p.blob.bytes;
  if (bytes < 8 || load<u64>(at) != 0x0a45_434e_4f43_5389) {
    fail(ErrorCode.FILE_MAGIC);
    return false;
  }
  if (bytes < PREAMBLE) return truncated(PREAMBLE, bytes);
  const version = load<u32>(at, 8);
  if (xxh64(at, 56) != load<u64>(at, 56)) return damaged(PREAMBLE_NAME, 12);
  if (version != VERSION || load<u32>(at, 12) != 0) {
    fail(ErrorCode.FILE_VERSION);
    factInt(version);
    factInt(VERSION);
    return false;
  }
  const headerBytes = load<u64>(at, 24);
  const fileBytes = load<u64>(at, 40);
  if (fileBytes != (bytes as u64)) return truncated(fileBytes, bytes);
  if (load<u64>(at, 16) != 64 || headerBytes > (bytes as u64) - 64 || load<u64>(at, 48) != 0) {
    return damaged(PREAMBLE_NAME, 12);
  }
  p.header = at + PREAMBLE;
  p.headerBytes = headerBytes as usize;
  if (xxh64(p.header, p.headerBytes) != load<u64>(at, 32)) return damaged(HEADER_NAME, 10);
  return true;
}

function truncated(wanted: u64, have: usize): bool {
  fail(ErrorCode.FILE_TRUNCATED);
  factInt(wanted as i64);
  factInt(have);
  return false;
}

/** Finds the keys' values; unknown keys are stepped over. */
export function findKeys(p: Program): bool {
  memory.fill(keyAt, 0, 64);
  openCursor(p.header, p.headerBytes);
  for (let n = readMap(); n > 0 && intact(); n--) {
    const name = readText();
    const length = textLength;
    let text = KEY_TEXT;
    for (let k = 0; k < Key.COUNT; k++) {
      const size: u32 = load<u8>(text);
      if (size == length && memory.compare(text + 1, name, length) == 0) {
        store<u32>(keyAt + ((k as usize) << 2), tell() as u32);
      }
      text += 1 + size;
    }
    skip();
  }
  if (intact() && !atEnd()) outOfRange();
  return intact();
}

function openKey(key: Key): bool {
  const at = headerKey(key);
  if (at) {
    seek(at);
    return true;
  }
  seek(0);
  outOfRange();
  return false;
}

function readHeader(p: Program): bool {
  if (!findKeys(p)) return false;
  if (headerKey(Key.REQUIRES)) {
    seek(headerKey(Key.REQUIRES));
    if (readArray() > 0) {
      readText();
      outOfRange();
    }
  }
  return (
    intact() &&
    readSegments(p) &&
    readOps(p) &&
    readKeys(p) &&
    countClasses(p) &&
    readTypes(p) &&
    countFunctions(p) &&
    readTensors(p) &&
    readValues(p) &&
    readClasses(p) &&
    readFunctions(p) &&
    readRoot(p)
  );
}

/** A table of `count` rows of `row` bytes, zeroed; at least one byte, so that it is never null on success. */
function table(count: u32, row: usize): usize {
  const bytes = (count as u64) * (row as u64) + 4;
  const at = alloc(bytes);
  if (at) memory.fill(at, 0, bytes as usize);
  return at;
}

function readSegments(p: Program): bool {
  if (!openKey(Key.SEGMENTS)) return false;
  const count = readArray();
  p.segments = table(count, 12);
  if (!p.segments) return false;
  p.segmentCount = count;
  const base = p.blob.data;
  let end = PREAMBLE + p.headerBytes;
  for (let i: u32 = 0; i < count; i++) {
    if (!expectArray(3)) return false;
    const offset = readInt() as u64;
    const bytes = readInt() as u64;
    const checksum = readInt() as u64;
    if (!intact()) return false;
    const start = (end + 63) & ~63;
    const dataStart = (PREAMBLE + p.headerBytes + 63) & ~63;
    if (offset > 0xffff_ffff || (dataStart as u64) + offset != (start as u64)) {
      outOfRange();
      return false;
    }
    if (bytes > 0xffff_ffff || (start as u64) + bytes > (p.blob.bytes as u64)) {
      return truncated((start as u64) + bytes, p.blob.bytes);
    }
    if (!zeros(base + end, start - end)) return damaged(PADDING_NAME, 11);
    if (xxh64(base + start, bytes as usize) != checksum) return damaged(SEGMENT_NAME, 9);
    const row = p.segments + (i as usize) * 12;
    store<u32>(row, (base + start) as u32);
    store<u32>(row, bytes as u32, 4);
    end = start + (bytes as usize);
  }
  if (end != p.blob.bytes) return truncated(end, p.blob.bytes);
  if (headerKey(Key.DEBUG)) {
    seek(headerKey(Key.DEBUG));
    const i = readIndex(count);
    if (!intact()) return false;
    p.debug = load<u32>(p.segments + (i as usize) * 12);
    p.debugBytes = load<u32>(p.segments + (i as usize) * 12, 4);
  }
  return intact();
}

function zeros(at: usize, bytes: usize): bool {
  for (let i: usize = 0; i < bytes; i++) {
    if (load<u8>(at + i)) return false;
  }
  return true;
}

/** Reads an array of texts into rows of { address, length }; the number of rows is in `rows`. */
let rows: u32 = 0;

function readNames(): usize {
  rows = readArray();
  const at = table(rows, 8);
  for (let i: u32 = 0; at && i < rows && intact(); i++) {
    const row = at + ((i as usize) << 3);
    store<u32>(row, readText() as u32);
    store<u32>(row, textLength, 4);
  }
  return at;
}

function readOps(p: Program): bool {
  if (!openKey(Key.OPS)) return false;
  p.opNames = readNames();
  if (!p.opNames || !intact()) return false;
  p.opCount = rows;
  p.ops = table(rows, 4);
  if (!p.ops) return false;
  for (let i: usize = 0; i < (p.opCount as usize); i++) {
    const row = p.opNames + (i << 3);
    store<i32>(p.ops + (i << 2), resolveOp(load<u32>(row), load<u32>(row, 4)));
  }
  return true;
}

function readKeys(p: Program): bool {
  if (!openKey(Key.KEYS)) return false;
  p.keys = readNames();
  p.keyCount = rows;
  return p.keys != 0 && intact();
}

function countClasses(p: Program): bool {
  if (!openKey(Key.CLASSES)) return false;
  const count = readArray();
  if (!intact()) return false;
  p.classes = table(count, offsetof<ClassInfo>());
  if (p.classes) p.classCount = count;
  return p.classes != 0;
}

function countFunctions(p: Program): bool {
  if (!openKey(Key.FUNCTIONS)) return false;
  const count = readArray();
  if (!intact()) return false;
  p.functions = table(count, offsetof<FunctionInfo>());
  if (p.functions) p.functionCount = count;
  return p.functions != 0;
}

/** Section 5: codes, and references to earlier types or to classes. */
function readTypes(p: Program): bool {
  if (!openKey(Key.TYPES)) return false;
  const count = readArray();
  p.types = table(count, 4);
  if (!p.types) return false;
  p.typeCount = count;
  const mark = scratchMark();
  levels = scratch((count as u64) + 1);
  for (let i: u32 = 0; i < count && intact(); i++) {
    store<u32>(p.types + ((i as usize) << 2), tell() as u32);
    level = 0;
    const n = readArray();
    const code = readIndex(30);
    switch (code) {
      case 20:
      case 22:
      case 28:
      case 29:
        if (n != 2) outOfRange();
        readInner(i);
        break;
      case 21:
        if (n != 4) outOfRange();
        for (let k = readArray(); k > 0 && intact(); k--) readInner(i);
        if (!takeNil()) skip();
        if (!takeNil()) readText();
        break;
      case 23:
        if (n != 3) outOfRange();
        readInner(i);
        readInner(i);
        break;
      case 24:
        if (n != 2) outOfRange();
        for (let k = readArray(); k > 0 && intact(); k--) readInner(i);
        break;
      case 25:
      case 26:
      case 27:
        if (n != 2) outOfRange();
        readIndex(p.classCount);
        break;
      default:
        if (n != 1 || code == 19) outOfRange();
    }
    if (intact()) store<u8>(levels + (i as usize), level);
  }
  scratchReset(mark);
  return intact();
}

/** Reads the index of a type inside type `i`; types nest at most 250 deep. */
function readInner(i: u32): void {
  const inner = readIndex(i);
  if (!intact()) return;
  level = max(level, load<u8>(levels + (inner as usize)) + 1);
  if (level > 250) outOfRange();
}

/** How deep each type nests, and the one being read. */
let levels: usize = 0;
let level: u32 = 0;

/** The storage of a segment, made at its first use. */
function storageOf(p: Program, segment: u32): Storage {
  const row = p.segments + (segment as usize) * 12;
  let s = changetype<Storage>(load<u32>(row, 8));
  if (changetype<usize>(s)) return s;
  s = borrowStorage(load<u32>(row), load<u32>(row, 4), changetype<usize>(p.blob));
  store<u32>(row, changetype<usize>(s) as u32, 8);
  return s;
}

const dims: usize = memory.data(512, 16);

/** Section 4: every element of every tensor inside its segment. */
function readTensors(p: Program): bool {
  if (!openKey(Key.TENSORS)) return false;
  const count = readArray();
  p.tensors = table(count, 16);
  if (!p.tensors) return false;
  p.tensorCount = count;
  for (let i: u32 = 0; i < count; i++) {
    if (!expectArray(5)) return false;
    const dtype = readInt();
    const ndim = readArray();
    if (!intact()) return false;
    if (!isDtype(dtype)) {
      fail(ErrorCode.NO_DTYPE);
      factInt(dtype);
      return false;
    }
    if (ndim > (MAX_DIMS as u32)) {
      fail(ErrorCode.TOO_MANY_DIMS);
      factInt(ndim);
      return false;
    }
    for (let d: u32 = 0; d < ndim; d++) store<i32>(dims + ((d as usize) << 2), readIndex(0x7fff_ffff));
    if (!expectArray(ndim)) return false;
    for (let d: u32 = 0; d < ndim; d++)
      store<i32>(dims + (((d + ndim) as usize) << 2), readIndex(0x7fff_ffff));
    const offset = readIndex(0x7fff_ffff);
    const segment = readIndex(p.segmentCount);
    if (!intact()) return false;
    const storage = storageOf(p, segment);
    if (!changetype<usize>(storage)) return false;
    retainObject(changetype<usize>(storage));
    const t = newTensorOver(dtype as i32 as DType, ndim, storage);
    if (!changetype<usize>(t)) return false;
    memory.copy(t.dims, dims, (ndim as usize) << 3);
    t.offset = offset;
    if (
      !updateNumel(t) ||
      !checkExtent(t) ||
      (offset as usize) > storage.bytes >> dtypeShift(dtype as i32 as DType)
    ) {
      release(t);
      if (!hasError()) outOfRange();
      return false;
    }
    changetype<Value>(p.tensors + ((i as usize) << 4)).setTensor(t);
  }
  return intact();
}

/** Copies value entry `i` into a slot. */
function putValue(p: Program, to: Value, i: u32): void {
  copyValue(changetype<usize>(to), p.values + ((i as usize) << 4));
}

/** Section 8: containers from earlier entries; objects are made here and filled by `fillObjects`. */
function readValues(p: Program): bool {
  if (!openKey(Key.VALUES)) return false;
  const list = tell();
  const count = readArray();
  p.values = alloc(((count as u64) + 1) << 4);
  if (!p.values) return false;
  clearValues(p.values, count);
  p.valueCount = count;
  for (let i: u32 = 0; i < count && intact(); i++) {
    if (!readValue(p, changetype<Value>(p.values + ((i as usize) << 4)), i)) return false;
  }
  if (!intact()) return false;
  seek(list);
  readArray();
  for (let i: u32 = 0; i < count; i++) {
    const v = changetype<Value>(p.values + ((i as usize) << 4));
    if (v.tag != Tag.OBJECT) {
      skip();
      continue;
    }
    const parts = readArray();
    readInt();
    readInt();
    const slots = readArray();
    for (let k: u32 = 0; k < slots && intact(); k++) putValue(p, v.record.at(k), readIndex(count));
    // an object of an external class carries its attributes' names
    if (parts == 4) skip();
  }
  return intact();
}

function readValue(p: Program, to: Value, i: u32): bool {
  const n = readArray();
  const tag = readIndex(13);
  if (!intact() || n == 0) return false;
  switch (tag) {
    case 0:
      to.setNone();
      break;
    case 1:
      to.setBool(readBool());
      break;
    case 2:
      to.setInt(readInt());
      break;
    case 3:
      to.setFloat(readFloat());
      break;
    case 4:
    case 5: {
      const text = tag == 4 ? readBytes() : readText();
      if (!intact()) return false;
      const s = newStr(text, textLength);
      if (!changetype<usize>(s)) return false;
      to.setObject(tag == 4 ? Tag.STR : Tag.DEVICE, changetype<usize>(s));
      break;
    }
    case 6: {
      const t = readIndex(p.tensorCount);
      if (intact()) copyValue(changetype<usize>(to), p.tensors + ((t as usize) << 4));
      break;
    }
    case 7: {
      const type = readIndex(p.typeCount);
      const length = readArray();
      if (!intact()) return false;
      const list = newList(length);
      if (!changetype<usize>(list)) return false;
      list.type = type + 1;
      to.setObject(Tag.LIST, changetype<usize>(list));
      for (let k: u32 = 0; k < length && intact(); k++) putValue(p, list.at(k), readIndex(i));
      break;
    }
    case 8: {
      const type = readIndex(p.typeCount);
      const length = readArray();
      if (!intact()) return false;
      const tuple = newRecord(Tag.TUPLE, length, type + 1);
      if (!changetype<usize>(tuple)) return false;
      to.setObject(Tag.TUPLE, changetype<usize>(tuple));
      for (let k: u32 = 0; k < length && intact(); k++) putValue(p, tuple.at(k), readIndex(i));
      break;
    }
    case 9:
      return readDict(p, to, i);
    case 10: {
      const type = readIndex(p.classCount);
      const slots = readArray();
      if (!intact()) return false;
      const object = newRecord(Tag.OBJECT, slots, type);
      if (!changetype<usize>(object)) return false;
      to.setObject(Tag.OBJECT, changetype<usize>(object));
      for (let k: u32 = 0; k < slots && intact(); k++) skip();
      if (n == 4) skip();
      break;
    }
    case 11: {
      const type = readIndex(p.classCount);
      const member = readInt();
      const e = newRecord(Tag.ENUM, 3, type);
      if (!changetype<usize>(e)) return false;
      e.at(0).setInt(member);
      to.setObject(Tag.ENUM, changetype<usize>(e));
      break;
    }
    default:
      to.set(Tag.FUNCTION, readIndex(p.functionCount));
  }
  return intact();
}

function readDict(p: Program, to: Value, i: u32): bool {
  const key = readIndex(p.typeCount);
  const item = readIndex(p.typeCount);
  const length = readArray();
  if (!intact()) return false;
  const dict = newDict();
  if (!changetype<usize>(dict)) return false;
  dict.keyType = key + 1;
  dict.valueType = item + 1;
  to.setObject(Tag.DICT, changetype<usize>(dict));
  for (let k: u32 = 0; k + 1 < length && intact(); k += 2) {
    const a = readIndex(i);
    const b = readIndex(i);
    if (!intact()) return false;
    const at = changetype<Value>(p.values);
    if (!setEntry(dict, at.at(a), at.at(b))) return false;
  }
  if (length & 1) outOfRange();
  return intact();
}

/** Section 5: members by name; objects already made must have as many slots as their class. */
function readClasses(p: Program): bool {
  if (!openKey(Key.CLASSES)) return false;
  readArray();
  for (let i: u32 = 0; i < p.classCount; i++) {
    const c = p.classAt(i);
    if (!expectArray(5)) return false;
    c.kind = readIndex(5);
    c.name = readText();
    c.nameLength = textLength;
    const attributes = readArray();
    if (!intact()) return false;
    c.attributes = table(attributes, 16);
    if (!c.attributes) return false;
    c.attributeCount = attributes;
    for (let k: u32 = 0; k < attributes; k++) {
      if (!expectArray(4)) return false;
      const row = c.attributes + ((k as usize) << 4);
      store<u32>(row, readText() as u32);
      store<u32>(row, textLength, 4);
      readIndex(p.typeCount);
      const kind = readIndex(5);
      const constant = !isNil();
      if (constant != (kind == 3)) outOfRange();
      store<i32>(row, constant ? -1 : (c.slots as i32), 8);
      if (constant) store<u32>(row, readIndex(p.valueCount), 12);
      else {
        takeNil();
        c.slots++;
      }
      if (!intact()) return false;
    }
    const methods = readArray();
    if (!intact()) return false;
    c.methods = table(methods, 16);
    if (!c.methods) return false;
    c.methodCount = methods;
    for (let k: u32 = 0; k < methods; k++) {
      if (!expectArray(2)) return false;
      const row = c.methods + ((k as usize) << 4);
      store<u32>(row, readText() as u32);
      store<u32>(row, textLength, 4);
      store<u32>(row, readIndex(p.functionCount), 8);
    }
    c.detail = tell();
    skip();
    if (!intact()) return false;
  }
  for (let i: u32 = 0; i < p.valueCount; i++) {
    const v = changetype<Value>(p.values + ((i as usize) << 4));
    if (v.tag != Tag.OBJECT) continue;
    const c = p.classAt(v.record.type);
    if (c.kind != 4 && (c.kind > 1 || c.slots != v.record.length)) {
      outOfRange();
      return false;
    }
  }
  return readMembers(p);
}

/** Gives the enum members among the values their names and values. */
function readMembers(p: Program): bool {
  for (let i: u32 = 0; i < p.valueCount; i++) {
    const v = changetype<Value>(p.values + ((i as usize) << 4));
    if (v.tag != Tag.ENUM) continue;
    const c = p.classAt(v.record.type);
    seek(c.detail);
    if (c.kind != 3) outOfRange();
    if (!expectArray(2)) return false;
    readIndex(p.typeCount);
    const count = readArray();
    const member = v.record.at(0).int;
    if (member < 0 || member >= (count as i64)) outOfRange();
    for (let k: i64 = 0; k < member && intact(); k++) skip();
    if (!expectArray(2)) return false;
    const text = readText();
    const length = textLength;
    const value = readIndex(i);
    if (!intact()) return false;
    const name = newStr(text, length);
    v.record.at(1).setObject(Tag.STR, changetype<usize>(name));
    if (!changetype<usize>(name)) return false;
    putValue(p, v.record.at(2), value);
  }
  return true;
}

/** Section 6: signatures, then every graph is compiled. */
function readFunctions(p: Program): bool {
  if (!openKey(Key.FUNCTIONS)) return false;
  readArray();
  for (let i: u32 = 0; i < p.functionCount; i++) {
    const f = p.functionAt(i);
    f.at = tell();
    if (!expectArray(5)) return false;
    f.kind = readIndex(4);
    readText();
    f.params = readArray();
    for (let k: u32 = 0; k < f.params && intact(); k++) {
      if (!expectArray(4)) return false;
      readText();
      readIndex(p.typeCount);
      readBool();
      if (!takeNil()) readIndex(p.valueCount);
    }
    f.returns = readArray();
    for (let k: u32 = 0; k < f.returns && intact(); k++) {
      if (!expectArray(2)) return false;
      if (!takeNil()) readText();
      readIndex(p.typeCount);
    }
    if (takeNil() != (f.kind == 2)) outOfRange();
    if (f.kind != 2) {
      f.graph = tell();
      skip();
    }
    if (!intact()) return false;
  }
  for (let i: u32 = 0; i < p.functionCount; i++) {
    if (p.functionAt(i).graph && !compileFunction(p, i)) return false;
  }
  return true;
}

function readRoot(p: Program): bool {
  if (!openKey(Key.ROOT)) return false;
  if (!expectArray(2)) return false;
  p.rootKind = readIndex(2);
  p.root = readIndex(p.rootKind == 0 ? p.valueCount : p.functionCount);
  if (intact() && p.rootKind == 0 && changetype<Value>(p.values).at(p.root).tag != Tag.OBJECT) outOfRange();
  return intact();
}
