// Which values are known to be an int, a float or a bool whatever happens: what operators give that give nothing else,
// constants, rounds' numbers, parameters (tested when the function begins), and what copies of only such values give.

import { Value } from "../core/value";
import { CONSTANT, emit, emitHead, Step } from "./code";
import { info, program, ValueInfo, valueCount, wishCount, wishes } from "./graph";

/** Not met yet: any tag may come. */
const ANY: u32 = 255;
/** More rounds than this prove nothing about copies. */
const ROUNDS: u32 = 32;

/** Finds the tags of the function's values; the first `params` are its parameters. */
export function proveTags(params: u32): void {
  for (let v: u32 = 0; v < valueCount; v++) {
    const value = info(v);
    if (value.isConstant) value.tag = tagOf(value);
    else if (v < params && value.isTested) value.tag = value.numberTag;
  }
  for (let i: usize = 0; i < (wishCount as usize); i++) target(i).tag = ANY;
  let changed: bool = true;
  for (let round: u32 = 0; changed && round < ROUNDS; round++) {
    changed = false;
    for (let i: usize = 0; i < (wishCount as usize); i++) {
      const from = info(load<u32>(wishes + i * 12, 4)).tag;
      const to = target(i);
      if (from == ANY || to.tag == from || to.tag == 0) continue;
      to.tag = to.tag == ANY ? from : 0;
      changed = true;
    }
  }
  for (let i: usize = 0; i < (wishCount as usize); i++) {
    if (changed || target(i).tag == ANY) target(i).tag = 0;
  }
  for (let v: u32 = 0; v < valueCount; v++) {
    if (!info(v).isConstant && info(v).tag == 0) info(info(v).word).isUnproven = true;
  }
}

function target(i: usize): ValueInfo {
  return info(load<u32>(wishes + i * 12, 8));
}

function tagOf(value: ValueInfo): u32 {
  const tag = changetype<Value>(program.values + (((value.word & ~CONSTANT) as usize) << 4)).tag;
  return tag < 4 ? tag : 0;
}

/** Emits the tests of parameters. */
export function emitTests(params: u32): void {
  for (let v: u32 = 0; v < params; v++) {
    if (!info(v).isTested) continue;
    emitHead(Step.TEST, 0, 1, 0, 0, info(v).numberTag, v);
    emit(info(v).word << 4);
  }
}

/** True if no value of the register is anything but a number: nothing in it must be freed. */
export function isProvenRegister(v: u32): bool {
  return !info(info(v).word).isUnproven;
}
