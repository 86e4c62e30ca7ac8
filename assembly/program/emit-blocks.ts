// Instructions of nodes with blocks: branches, loops, and what catches errors.

import { Tag } from "../core/object";
import { Value } from "../core/value";
import { Vm } from "../ops.gen";
import { caseOf, FUSED_CASES, PAIR_COUNT, PAIRS, PROVEN_CASES, PROVEN_FUSED_CASES } from "../vm/fast.gen";
import {
  aim,
  CONSTANT,
  emit,
  emitHead,
  HEAD,
  isStraight,
  last,
  mark,
  patch,
  previous,
  Step,
  setWord,
  takeBack,
  wordAt,
  words,
} from "./code";
import { countAt, emitDrops, emitNodes, extra, itemAt, loaded, meet, met, resultOf } from "./emit";
import { AT_RETURN, info, program, valueCount } from "./graph";
import { ALWAYS, copyList, copyRange, emitMoves } from "./moves";
import { expectArray, intact, outOfRange, readIndex, readInt, seek, skip, tell } from "./msgpack";

/** Word of the last TRY emitted, + 1. */
export let lastTry: u32 = 0;

export function beginBlocks(): void {
  lastTry = 0;
}

/** A jump that is never taken. */
const NOWHERE: u32 = 0xffff_ffff;

function constantOf(v: u32): Value {
  return changetype<Value>(program.values + (((info(v).word & ~CONSTANT) as usize) << 4));
}

/**
 * Emits a jump that is taken where value `v`, found in register `from`, is `sense`; its word, to aim, or NOWHERE. A
 * comparison whose only use this is jumps itself.
 */
function emitBranch(node: u32, v: u32, from: u32, sense: bool): u32 {
  const value = info(v);
  if (value.isConstant && constantOf(v).tag == Tag.BOOL) {
    if (constantOf(v).bool != sense) return NOWHERE;
    emitHead(Step.JUMP, node, 0, 0);
    return last;
  }
  if (isStraight() && value.uses == 1 && wordAt(last) >= (Step.OPERATOR as u32)) {
    const op = wordAt(last + 4);
    const isProven = wordAt(last) == caseOf(PROVEN_CASES, op);
    const fused: u32 = caseOf(isProven ? PROVEN_FUSED_CASES : FUSED_CASES, op);
    const result = last + HEAD + wordAt(last + 2);
    if (fused && wordAt(result) >> 4 == from) {
      setWord(last, fused);
      patch(last, sense ? 1 : 0, 1);
      emitPair(fused);
      return last;
    }
  }
  emitHead(sense ? Step.JUMP_IF : Step.JUMP_UNLESS, node, 1, 0);
  emit(from << 4);
  return last;
}

/** Makes one of the last two instructions where there is a case for both: the first one's. */
function emitPair(second: u32): void {
  if (previous + HEAD + wordAt(previous + 2) + wordAt(previous + 3) != last) return;
  for (let i: usize = 0; i < (PAIR_COUNT as usize); i++) {
    const pair = PAIRS + i * 6;
    if (load<u16>(pair) == wordAt(previous) && load<u16>(pair, 2) == second) {
      setWord(previous, load<u16>(pair, 4));
      return;
    }
  }
}

function aimIf(from: u32, to: u32): void {
  if (from != NOWHERE) aim(from, to);
}

/** A block without its parameters: nodes, then its returns become the values from `first` on. */
function emitBlock(node: u32, first: u32, outputs: u32, own: u32): void {
  emitNodes();
  emitResults(node, first, outputs, own);
}

function emitResults(node: u32, first: u32, outputs: u32, own: u32): void {
  const list = tell();
  if (countAt(list) != outputs) outOfRange();
  if (outputs && intact()) {
    copyList(list, 0);
    emitMoves(node, first, AT_RETURN, own);
  }
  skip();
}

export function emitIf(node: u32, inputs: usize, n: u32, first: u32, outputs: u32, blocks: usize): void {
  seek(blocks);
  if (n != 1 || !expectArray(2)) {
    outOfRange();
    return;
  }
  const condition = itemAt(inputs, 0);
  const test = emitBranch(node, condition, loaded(condition), false);
  expectArray(3);
  if (readInt() != 0) outOfRange();
  emitBlock(node, first, outputs, met);
  const out = words;
  emitHead(Step.JUMP, node, 0, 0);
  const other = mark();
  expectArray(3);
  if (readInt() != 0) outOfRange();
  emitBlock(node, first, outputs, met);
  if (words == other && intact()) {
    // Nothing to step over.
    takeBack(out);
    aimIf(test, mark());
  } else {
    aimIf(test, other);
    aim(out, mark());
  }
  emitDrops(node, first, outputs);
}

export function emitTry(node: u32, n: u32, first: u32, outputs: u32, blocks: usize): void {
  seek(blocks);
  if (n != 0 || !expectArray(2) || !expectArray(3)) {
    outOfRange();
    return;
  }
  if (readInt() != 0) outOfRange();
  const start = words;
  emitHead(Vm.TRY, node, 0, 1, 0, 0, 0, lastTry);
  emit(0);
  lastTry = start + 1;
  const own = met;
  const registers = extra;
  emitNodes();
  patch(start, words, 2);
  emitResults(node, first, outputs, own);
  const out = words;
  emitHead(Step.JUMP, node, 0, 0);
  patch(start, mark());
  if (!expectArray(3)) return;
  if (readInt() != 1) outOfRange();
  if (!intact()) return;
  const error = meet(1);
  patch(start, info(error).type + 1, 1);
  patch(start, resultOf(error), HEAD - 4);
  emitAbandoned(node, own, error, registers);
  emitBlock(node, first, outputs, error);
  aim(out, mark());
  emitDrops(node, first, outputs);
}

/**
 * Empties what the body of a Try may have left: the values from `from` to `error`, which is there already and may have the
 * register of one of them; hidden registers after `registers` more.
 */
function emitAbandoned(node: u32, from: u32, error: u32, registers: u32): void {
  let count: u32 = extra - registers;
  for (let v = from; v < error; v++) if (holds(v, error)) count++;
  if (!count) return;
  emitHead(Step.DROP, node, count, 0);
  for (let v = from; v < error; v++) if (holds(v, error)) emit(info(v).word);
  for (let i = registers; i < extra; i++) emit(valueCount + i);
}

function holds(v: u32, error: u32): bool {
  return !info(v).isConstant && !info(v).isNumber && info(v).word != info(error).word;
}

export function emitLoop(node: u32, inputs: usize, n: u32, first: u32, outputs: u32, blocks: usize): void {
  seek(blocks);
  if (n != outputs + 2 || !expectArray(1) || !expectArray(3)) {
    outOfRange();
    return;
  }
  const params = readIndex(valueCount + 1);
  if (params != outputs + 1) outOfRange();
  if (!intact()) return;
  const index = meet(params);
  const trips = itemAt(inputs, 0);
  const start = itemAt(inputs, 1);
  const counts = info(index).uses != 0 || !isEndless(trips);
  copyList(inputs, 2);
  const condition = emitMoves(node, index + 1, node, 0, start);
  const enter = counts
    ? emitCount(Step.LOOP_ENTER, node, trips, start, condition, index)
    : emitBranch(node, start, isNowhere(condition) ? loaded(start) : condition, false);
  const body = mark();
  emitNodes();
  const list = tell();
  if (countAt(list) != outputs + 1) outOfRange();
  if (!intact()) return;
  const again = itemAt(list, 0);
  copyList(list, 1);
  const register = emitMoves(node, index + 1, AT_RETURN, index, again);
  const next = counts
    ? emitCount(Step.LOOP_NEXT, node, trips, again, register, index)
    : emitBranch(node, again, isNowhere(register) ? loaded(again) : register, true);
  skip();
  aimIf(next, body);
  aimIf(enter, mark());
  copyRange(index + 1, outputs);
  emitMoves(node, first, ALWAYS, 0);
  emitDrops(node, first, outputs);
}

function isNowhere(word: u32): bool {
  return (word & CONSTANT) != 0;
}

/** True for a constant count that no loop reaches. */
function isEndless(trips: u32): bool {
  return info(trips).isConstant && constantOf(trips).tag == Tag.INT && constantOf(trips).int == i64.MAX_VALUE;
}

function emitCount(kind: u32, node: u32, trips: u32, test: u32, from: u32, index: u32): u32 {
  const limit = loaded(trips);
  const condition = isNowhere(from) ? loaded(test) : from;
  emitHead(kind, node, 2, 1);
  const at = last;
  emit(limit << 4);
  emit(condition << 4);
  emit(info(index).word << 4);
  return at;
}
