// Attributes and methods by name, with the last answer kept in the instruction (payload 2 and 3).

import { Record } from "../core/containers";
import { factInt, factTag, factText, fail } from "../core/error";
import { Tag } from "../core/object";
import { copyValue, dropValue, moveValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { findRow, Program } from "../program/program";

/** Class of the object in `v` as index + 1, or 0 with an error recorded. */
function classOf(p: Program, v: Value): u32 {
  if (v.tag == Tag.OBJECT && v.record.type < p.classCount) return v.record.type + 1;
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(0);
  factTag(Tag.OBJECT);
  factTag(v.tag);
  return 0;
}

/**
 * The row of the member that payload 0 and 1 of the instruction at `at` name, in the class of `v`; 0 with an error
 * recorded. The class and its row are remembered in payload 2 and 3.
 */
function member(p: Program, at: usize, v: Value, method: bool): usize {
  const type = classOf(p, v);
  if (!type) return 0;
  if (load<u32>(at, 24) == type) return load<u32>(at, 28);
  const c = p.classAt(type - 1);
  const name = load<u32>(at, 16);
  const length = load<u32>(at, 20);
  const row = method
    ? findRow(c.methods, c.methodCount, name, length)
    : findRow(c.attributes, c.attributeCount, name, length);
  if (!row) {
    fail(method ? ErrorCode.NO_METHOD : ErrorCode.NO_ATTRIBUTE);
    factText(name, length);
    return 0;
  }
  store<u32>(at, type, 24);
  store<u32>(at, row as u32, 28);
  return row;
}

/** The slot of the attribute that the instruction at `at` found last, if the object is of the same class and holds it; or 0. */
export function attributeSlot(at: usize, object: Record): usize {
  if (load<u32>(at, 24) != object.type + 1) return 0;
  const slot = load<u32>(load<u32>(at, 28), 8);
  return slot < object.length ? changetype<usize>(object.at(slot)) : 0;
}

/** Index of the method of this name of the object in `v`, or -1 with an error recorded. */
export function methodOf(p: Program, v: Value, name: usize, length: u32): i32 {
  const type = classOf(p, v);
  if (!type) return -1;
  const c = p.classAt(type - 1);
  const row = findRow(c.methods, c.methodCount, name, length);
  if (row) return load<i32>(row, 8);
  fail(ErrorCode.NO_METHOD);
  factText(name, length);
  return -1;
}

const digits: usize = memory.data(24, 16);

/** prim::ModuleContainerIndex: the attribute of the object in `v` that the second slot, a name or a number, names. */
export function moduleItem(p: Program, v: Value, r: Value): void {
  const type = classOf(p, v);
  if (!type) return;
  const c = p.classAt(type - 1);
  let name: usize;
  let length: u32;
  if (v.at(1).tag == Tag.STR) {
    name = v.at(1).str.text;
    length = v.at(1).str.bytes;
  } else {
    let rest = v.at(1).int;
    const negative = rest < 0;
    name = digits + 24;
    do {
      name--;
      store<u8>(name, 48 + (abs(rest % 10) as u8));
      rest /= 10;
    } while (rest);
    if (negative) store<u8>(--name, 45);
    length = (digits + 24 - name) as u32;
  }
  const row = findRow(c.attributes, c.attributeCount, name, length);
  if (row) return readMember(p, row, v, r);
  fail(ErrorCode.NO_ATTRIBUTE);
  factText(name, length);
}

/** prim::GetAttr */
export function getAttribute(p: Program, at: usize, v: Value, r: Value): void {
  const row = member(p, at, v, false);
  if (row) readMember(p, row, v, r);
}

function readMember(p: Program, row: usize, v: Value, r: Value): void {
  const slot = load<i32>(row, 8);
  if (slot < 0) copyValue(changetype<usize>(r), p.values + ((load<u32>(row, 12) as usize) << 4));
  else if ((slot as u32) < v.record.length)
    copyValue(changetype<usize>(r), changetype<usize>(v.record.at(slot)));
}

/** prim::SetAttr: the value in the second slot moves into the object. */
export function setAttribute(p: Program, at: usize, v: Value): void {
  const row = member(p, at, v, false);
  if (!row) return;
  const slot = load<i32>(row, 8);
  if (slot < 0 || (slot as u32) >= v.record.length) {
    fail(ErrorCode.NO_ATTRIBUTE);
    factText(load<u32>(row), load<u32>(row, 4));
    return;
  }
  const to = changetype<usize>(v.record.at(slot));
  dropValue(to);
  moveValue(to, changetype<usize>(v.at(1)));
}

/** Index of the function that prim::CallMethod names, or -1 with an error recorded. */
export function callMethod(p: Program, at: usize, v: Value): i32 {
  const row = member(p, at, v, true);
  return row ? load<i32>(row, 8) : -1;
}
