// Copies of several values at once: what a block returns goes to what its node gives, or round a loop. They happen as if all
// were read before any is written.

import { CONSTANT, DEAD, emit, emitHead, MOVE, Step } from "./code";
import { hidden, loaded } from "./emit";
import { info, isUsedInside, NEVER, ValueInfo, valueCount } from "./graph";
import { intact, readArray, readIndex, seek, tell } from "./msgpack";

/** Up to so many numbers are copied one by one. */
const FEW: u32 = 64;
const froms: usize = memory.data(256, 16);
const tos: usize = memory.data(256, 16);
let pairs: u32 = 0;

/** For `emitMoves`: whatever uses it, the value moves. */
export const ALWAYS: u32 = 0xffff_fffd;

/** The values to copy. */
let sources: usize = 0;
let count: u32 = 0;

/** Gives the table of sources, with room for every value. */
export function beginMoves(table: usize): void {
  sources = table;
}

/** The values to copy are those of the list at `list`, from item `skipped` on. */
export function copyList(list: usize, skipped: u32): void {
  const back = tell();
  seek(list);
  const n = readArray();
  count = 0;
  for (let i: u32 = 0; i < n && intact(); i++) {
    const v = readIndex(valueCount);
    if (i >= skipped && count < valueCount) store<u32>(sources + ((count++ as usize) << 2), v);
  }
  seek(back);
}

/** The values to copy are `n` from `first` on. */
export function copyRange(first: u32, n: u32): void {
  count = n;
  for (let i: u32 = 0; i < n; i++) store<u32>(sources + ((i as usize) << 2), first + i);
}

function source(i: u32): u32 {
  return load<u32>(sources + ((i as usize) << 2));
}

/** A target that nothing reads, now or in a next round. */
function isDead(target: ValueInfo): bool {
  return target.lastUse == NEVER && target.leave == 0;
}

function stays(i: u32, target: u32): bool {
  const v = info(source(i));
  return !v.isConstant && v.word == info(target + i).word;
}

function areNumbers(i: u32, target: u32): bool {
  return info(source(i)).isNumber && info(target + i).isNumber;
}

/** Emits the copy of one value that is not the last use, from register to register. */
function emitCopy(node: u32, from: u32, to: u32): void {
  emitHead(Step.COPY, node, 1, 1);
  emit(from << 4);
  emit(to << 4);
}

/**
 * Copies the values chosen before to those from `target` on. A value whose last use is `free` (a node, AT_RETURN, or ALWAYS), and
 * which is defined from `own` on, moves. Returns the register of `kept`, a value that is read behind the copies: its own, or a
 * hidden one where a copy takes that; CONSTANT is set if it is a constant, or NEVER.
 */
export function emitMoves(node: u32, target: u32, free: u32, own: u32, kept: u32 = NEVER): u32 {
  const keptWord: u32 = kept == NEVER ? CONSTANT : info(kept).word;
  let objects: u32 = 0;
  let numbers: u32 = 0;
  let taken: bool = false;
  for (let i: u32 = 0; i < count; i++) {
    info(source(i)).position = i;
    if (stays(i, target)) continue;
    if (!areNumbers(i, target)) objects++;
    else if (!isDead(info(target + i))) numbers++;
    taken = taken || info(target + i).word == keptWord;
  }
  // What stays where it is for one target is only copied to the others.
  for (let i: u32 = 0; i < count; i++) if (stays(i, target)) info(source(i)).position = NEVER;
  let register = keptWord;
  if (taken) {
    register = hidden();
    emitCopy(node, keptWord, register);
  }
  const few = numbers <= FEW;
  const together = objects + (few ? 0 : numbers);
  if (together) {
    emitHead(Step.MOVE, node, together, together);
    for (let i: u32 = 0; i < count; i++) if (isTogether(i, target, few)) emit(operand(i, free, own));
    for (let i: u32 = 0; i < count; i++) {
      const to = info(target + i);
      if (isTogether(i, target, few)) emit(isDead(to) ? to.word | DEAD : to.word);
    }
  }
  if (few && numbers) {
    pairs = 0;
    for (let i: u32 = 0; i < count; i++) {
      if (stays(i, target) || !areNumbers(i, target) || isDead(info(target + i))) continue;
      setPair(pairs++, loaded(source(i)), info(target + i).word);
    }
    emitNumbers(node);
  }
  return register;
}

function isTogether(i: u32, target: u32, few: bool): bool {
  if (stays(i, target)) return false;
  return !areNumbers(i, target) || (!few && !isDead(info(target + i)));
}

function operand(i: u32, free: u32, own: u32): u32 {
  const v = source(i);
  const value = info(v);
  const moves =
    (value.lastUse == free || free == ALWAYS) &&
    value.position == i &&
    v >= own &&
    !value.isConstant &&
    !value.isNumber &&
    !isUsedInside(v, free);
  return moves ? value.word | MOVE : value.word;
}

function setPair(i: u32, from: u32, to: u32): void {
  store<u32>(froms + ((i as usize) << 2), from);
  store<u32>(tos + ((i as usize) << 2), to);
}

function fromAt(i: u32): u32 {
  return load<u32>(froms + ((i as usize) << 2));
}

function toAt(i: u32): u32 {
  return load<u32>(tos + ((i as usize) << 2));
}

function isRead(register: u32, but: u32): bool {
  for (let k: u32 = 0; k < pairs; k++) if (k != but && fromAt(k) == register) return true;
  return false;
}

/** Emits the planned copies in an order in which none overwrites what another has still to read. */
function emitNumbers(node: u32): void {
  while (pairs) {
    let next: u32 = 0;
    while (next < pairs && isRead(toAt(next), next)) next++;
    if (next == pairs) {
      // All that are left go round: what the first one overwrites is put aside.
      const aside = hidden();
      const overwritten = toAt(0);
      emitCopy(node, overwritten, aside);
      for (let k: u32 = 0; k < pairs; k++) if (fromAt(k) == overwritten) setPair(k, aside, toAt(k));
      continue;
    }
    emitCopy(node, fromAt(next), toAt(next));
    pairs--;
    setPair(next, fromAt(pairs), toAt(pairs));
  }
}
