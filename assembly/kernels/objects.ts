// Objects, enum members and optionals of a program as values.

import { factInt, factTag, fail } from "../core/error";
import { Tag } from "../core/object";
import { copyValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";

function isMember(v: Value, index: i64): bool {
  if (v.tag == Tag.ENUM) return true;
  fail(ErrorCode.BAD_ARGUMENT);
  factInt(index);
  factTag(Tag.ENUM);
  factTag(v.tag);
  return false;
}

export function memberName(member: Value, r: Value): void {
  if (isMember(member, 0)) copyValue(changetype<usize>(r), changetype<usize>(member.record.at(1)));
}

export function memberValue(member: Value, r: Value): void {
  if (isMember(member, 0)) copyValue(changetype<usize>(r), changetype<usize>(member.record.at(2)));
}

export function memberEq(a: Value, b: Value): bool {
  if (!isMember(a, 0) || !isMember(b, 1)) return false;
  return a.record.type == b.record.type && a.record.at(0).int == b.record.at(0).int;
}

export function memberNe(a: Value, b: Value): bool {
  return !memberEq(a, b);
}

/** A number that no other live object has: 0 for None. */
export function id(x: Value): i64 {
  return x.isNone ? 0 : x.bits;
}

/** The value; None is refused. */
export function unwrap(optional: Value, r: Value): void {
  if (optional.isNone) fail(ErrorCode.NONE_VALUE);
  else copyValue(changetype<usize>(r), changetype<usize>(optional));
}

export function choose(cond: bool, x: Value, y: Value, r: Value): void {
  copyValue(changetype<usize>(r), changetype<usize>(cond ? x : y));
}
