// Results on their way into registers.

import { Tag } from "../core/object";
import { dropValue, isObjectTag, moveValue, Value } from "../core/value";
import { DEAD, REGISTER } from "../program/code";

/** Where a fast operator's kernel puts what is not a plain number. */
export const OUT: usize = memory.data(16, 16);

/** Puts an owned value into the register of a result word. */
export function putResult(word: u32, registers: usize, from: usize): void {
  const to = registers + (((word & REGISTER) as usize) << 4);
  if (isObjectTag(load<u32>(to))) dropValue(to);
  if (word & DEAD) dropValue(from);
  else moveValue(to, from);
}

/** As `putOut`, for the fast operator at `at`, whose instruction knows types of items. */
export function deliver(at: usize, registers: usize, word: u32): void {
  if (load<u32>(at, 20)) tagResult(changetype<Value>(OUT), load<u32>(at, 20), load<u32>(at, 24));
  putOut(registers, word);
}

/** Moves the value in OUT to the register at byte `word`; it is dropped if bit 0 is set. */
export function putOut(registers: usize, word: u32): void {
  const to = registers + (word & ~15);
  if (isObjectTag(load<u32>(to))) dropValue(to);
  if (word & 1) dropValue(OUT);
  else moveValue(to, OUT);
}

/** Gives a list or dict that a kernel made the types of its items. */
export function tagResult(v: Value, item: u32, item2: u32): void {
  if (v.tag == Tag.LIST && !v.list.type) v.list.type = item;
  if (v.tag != Tag.DICT || v.dict.keyType) return;
  v.dict.keyType = item;
  v.dict.valueType = item2;
}
