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

/** Emits the copy of one value, from register to register; bit 0 of a word says that it moves, or that nothing uses it. */
function emitCopy(node: u32, from: u32, to: u32): void {
  emitHead(Step.COPY, node, 1, 1);
  emit(from);
  emit(to);
}

/** What must be done for value `i` and its target. */
const enum Copy {
  NOTHING = 0,
  /** Between registers that hold numbers only. */
  NUMBER = 1,
  OBJECT = 2,
}

function copyOf(i: u32, target: u32, free: u32, own: u32): Copy {
  const v = info(source(i));
  const to = info(target + i);
  if (!v.isConstant && v.word == to.word) return Copy.NOTHING;
  if (isDead(to) && !(operand(i, free, own) & MOVE)) return Copy.NOTHING;
  return v.isNumber && to.isNumber ? Copy.NUMBER : Copy.OBJECT;
}

/**
 * Copies the values chosen before to those from `target` on. A value whose last use is `free` (a node, AT_RETURN, or ALWAYS), and
 * which is defined from `own` on, moves. Returns the register of `kept`, a value that is read behind the copies: its own, or a
 * hidden one where a copy takes that; CONSTANT is set if it is a constant, or NEVER.
 */
export function emitMoves(node: u32, target: u32, free: u32, own: u32, kept: u32 = NEVER): u32 {
  const keptWord: u32 = kept == NEVER ? CONSTANT : info(kept).word;
  for (let i: u32 = 0; i < count; i++) info(source(i)).position = i;
  // What stays where it is for one target is only copied to the others.
  for (let i: u32 = 0; i < count; i++) {
    const v = info(source(i));
    if (!v.isConstant && v.word == info(target + i).word) v.position = NEVER;
  }
  let objects: u32 = 0;
  let numbers: u32 = 0;
  let taken: bool = false;
  for (let i: u32 = 0; i < count; i++) {
    const copy = copyOf(i, target, free, own);
    if (copy == Copy.NOTHING) continue;
    if (copy == Copy.OBJECT) objects++;
    else numbers++;
    taken = taken || info(target + i).word == keptWord;
  }
  let register = keptWord;
  if (taken) {
    register = hidden();
    emitCopy(node, keptWord << 4, register << 4);
  }
  const few = numbers <= FEW;
  if (objects == 1 && few) emitObject(node, target, free, own);
  else if (objects || !few) emitTogether(node, target, free, own, objects + (few ? 0 : numbers), few);
  if (few && numbers) {
    pairs = 0;
    for (let i: u32 = 0; i < count; i++) {
      if (copyOf(i, target, free, own) == Copy.NUMBER)
        setPair(pairs++, loaded(source(i)), info(target + i).word);
    }
    emitNumbers(node);
  }
  return register;
}

/** The only copy of what may be counted. */
function emitObject(node: u32, target: u32, free: u32, own: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    if (copyOf(i, target, free, own) != Copy.OBJECT) continue;
    const moves: u32 = operand(i, free, own) & MOVE ? 1 : 0;
    const dead: u32 = isDead(info(target + i)) ? 1 : 0;
    emitCopy(node, (loaded(source(i)) << 4) | moves, (info(target + i).word << 4) | dead);
  }
}

/** One instruction for several copies: those of what may be counted, of numbers too unless they are few. */
function emitTogether(node: u32, target: u32, free: u32, own: u32, n: u32, few: bool): void {
  emitHead(Step.MOVE, node, n, n);
  for (let i: u32 = 0; i < count; i++) {
    if (isTogether(copyOf(i, target, free, own), few)) emit(operand(i, free, own));
  }
  for (let i: u32 = 0; i < count; i++) {
    const to = info(target + i);
    if (isTogether(copyOf(i, target, free, own), few)) emit(isDead(to) ? to.word | DEAD : to.word);
  }
}

function isTogether(copy: Copy, few: bool): bool {
  return copy == Copy.OBJECT || (copy == Copy.NUMBER && !few);
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
      emitCopy(node, overwritten << 4, aside << 4);
      for (let k: u32 = 0; k < pairs; k++) if (fromAt(k) == overwritten) setPair(k, aside, toAt(k));
      continue;
    }
    emitCopy(node, fromAt(next) << 4, toAt(next) << 4);
    pairs--;
    setPair(next, fromAt(pairs), toAt(pairs));
  }
}
