// Integer arithmetic on sizes, as Python has it, and reading a dict by a string key.

import { Dict, findKey, Str } from "../core/containers";
import { factText, fail } from "../core/error";
import { Tag } from "../core/object";
import { copyValue, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";

export function addInt(a: i64, b: i64): i64 {
  return a + b;
}

export function subInt(a: i64, b: i64): i64 {
  return a - b;
}

export function mulInt(a: i64, b: i64): i64 {
  return a * b;
}

export function negInt(a: i64): i64 {
  return -a;
}

/** False, with an error recorded, for a divisor of 0. */
function divides(b: i64): bool {
  if (b != 0) return true;
  fail(ErrorCode.ZERO_DIVISION);
  return false;
}

export function floordivInt(a: i64, b: i64): i64 {
  if (!divides(b)) return 0;
  if (b == -1) return -a; // the smallest integer has no quotient by -1: it wraps around
  const q = a / b;
  return q * b != a && a < 0 != b < 0 ? q - 1 : q;
}

export function remainderInt(a: i64, b: i64): i64 {
  if (!divides(b) || b == -1) return 0;
  const r = a % b;
  return r != 0 && r < 0 != b < 0 ? r + b : r;
}

export function eqInt(a: i64, b: i64): bool {
  return a == b;
}

export function neInt(a: i64, b: i64): bool {
  return a != b;
}

export function ltInt(a: i64, b: i64): bool {
  return a < b;
}

export function leInt(a: i64, b: i64): bool {
  return a <= b;
}

export function gtInt(a: i64, b: i64): bool {
  return a > b;
}

export function geInt(a: i64, b: i64): bool {
  return a >= b;
}

const wanted: usize = memory.data(16, 16);

export function getDictStr(self: Dict, key: Str, r: Value): void {
  const slot = changetype<Value>(wanted);
  slot.set(Tag.STR, changetype<usize>(key) as i64);
  const i = findKey(self, slot);
  if (i >= 0) {
    copyValue(changetype<usize>(r), changetype<usize>(self.value(i)));
    return;
  }
  fail(ErrorCode.KEY_NOT_FOUND);
  factText(key.text, key.bytes);
}
