// The operand area: operands of the running instruction, then its results. It is empty between instructions.

import { alloc, free } from "../core/heap";
import { Tag } from "../core/object";
import { clearValues, copyValue, dropValue, moveValue, Value } from "../core/value";
import { CONSTANT, MOVE, REGISTER } from "../program/code";
import { widest } from "../program/compile";
import { Program } from "../program/program";
import { putResult } from "./deliver";

export let area: usize = 0;
let areaSlots: u32 = 0;

/** Makes the area wide enough for every program loaded; false with an error recorded when memory is out. */
export function ensureArea(): bool {
  const want: u32 = 2 * widest + 64;
  if (areaSlots >= want) return true;
  const next = alloc((want as u64) << 4);
  if (!next) return false;
  clearValues(next, want);
  free(area);
  area = next;
  areaSlots = want;
  return true;
}

/** Address of the slot that an operand word names. */
export function operandAt(word: u32, registers: usize, p: Program): usize {
  return word & CONSTANT
    ? p.values + (((word & ~CONSTANT) as usize) << 4)
    : registers + (((word & REGISTER) as usize) << 4);
}

/** Fetches `n` operands into the area, owning a reference to each. */
export function fetch(at: usize, n: u32, registers: usize, p: Program): void {
  for (let i: usize = 0; i < (n as usize); i++) {
    const word = load<u32>(at + (i << 2));
    const from = operandAt(word, registers, p);
    if ((word & (CONSTANT | MOVE)) == MOVE) moveValue(area + (i << 4), from);
    else copyValue(area + (i << 4), from);
  }
}

/** Fetches `n` operands into the area without owning them. */
export function borrow(at: usize, n: u32, registers: usize, p: Program): void {
  for (let i: usize = 0; i < (n as usize); i++) {
    const from = operandAt(load<u32>(at + (i << 2)), registers, p);
    changetype<Value>(area + (i << 4)).set(load<u32>(from), load<i64>(from, 8));
  }
}

/** After `borrow`: forgets the area's copies and empties the registers whose last use this was. */
export function giveBack(at: usize, n: u32, registers: usize): void {
  for (let i: usize = 0; i < (n as usize); i++) {
    store<u32>(area + (i << 4), Tag.NONE);
    const word = load<u32>(at + (i << 2));
    if ((word & (CONSTANT | MOVE)) == MOVE) dropValue(registers + (((word & REGISTER) as usize) << 4));
  }
}

/** Moves `m` results from the slots at `from` into their registers. */
export function putAll(at: usize, m: u32, registers: usize, from: usize): void {
  for (let i: usize = 0; i < (m as usize); i++)
    putResult(load<u32>(at + (i << 2)), registers, from + (i << 4));
}

export function dropArea(n: u32): void {
  for (let i: usize = 0; i < (n as usize); i++) dropValue(area + (i << 4));
}
