// The second walk over a graph: nodes become instructions (code.ts). Nodes with blocks are in emit-blocks.ts.

import { factInt } from "../core/error";
import { VM_CASES, Vm } from "../ops.gen";
import { resultsOf, takes } from "../vm/args";
import { caseOf, FAST_CASES, PROVEN_CASES, PROVEN_TAGS } from "../vm/fast.gen";
import { elementOf, keyOf, promisedBy, valueOfDict } from "../vm/types";
import { CONSTANT, DEAD, emit, emitHead, MOVE, Step } from "./code";
import { emitIf, emitLoop, emitTry } from "./emit-blocks";
import { AT_RETURN, attribute, info, NEVER, nodeCount, program, valueCount } from "./graph";
import { copyList, emitMoves } from "./moves";
import {
  expectArray,
  intact,
  outOfRange,
  readArray,
  readFloat,
  readIndex,
  readInt,
  readText,
  seek,
  skip,
  takeNil,
  tell,
  textLength,
} from "./msgpack";
import { isProvenRegister } from "./proofs";

// Names of node attributes.
const NAME: usize = memory.data<u8>([110, 97, 109, 101]);
const BEG: usize = memory.data<u8>([98, 101, 103]);
const END: usize = memory.data<u8>([101, 110, 100]);
const EXPECTED: usize = memory.data<u8>([101, 120, 112, 101, 99, 116, 101, 100]);
const SUBGRAPH: usize = memory.data<u8>([83, 117, 98, 103, 114, 97, 112, 104]);
const TYPES: usize = memory.data<u8>([116, 121, 112, 101, 115]);

/** Up to so many registers are emptied one by one: most may hold no more than a number. */
const FEW: u32 = 4;

/** Number of values and nodes met so far. */
export let met: u32 = 0;
let nodes: u32 = 0;
/** Registers beyond the values. */
export let extra: u32 = 0;
/** Most operands of one instruction of the function. */
export let wide: u32 = 0;
/** Per node: first value to drop after it, + 1. */
let drops: usize = 0;
/** Constants that stand in registers: { register, index among the program's values }. */
let constants: usize = 0;
export let constantCount: u32 = 0;

/** Begins a function that has `params` parameters; the two tables are large enough for every node and every value. */
export function beginEmitting(params: u32, dropTable: usize, constantTable: usize): void {
  met = params;
  nodes = 0;
  extra = 0;
  wide = 0;
  drops = dropTable;
  constants = constantTable;
  constantCount = 0;
  chainDrops();
}

/** A register that no value has. */
export function hidden(): u32 {
  return valueCount + extra++;
}

/** The register of value `v`, which is filled from the start if it is a constant. */
export function loaded(v: u32): u32 {
  const value = info(v);
  if (!value.isConstant) return value.word;
  if (value.members) {
    const entry = constants + ((constantCount as usize) << 3);
    store<u32>(entry, v);
    store<u32>(entry, value.word & ~CONSTANT, 4);
    constantCount++;
    value.members = 0;
  }
  return v;
}

/** Counts the values of a block's parameters; the first one's number. */
export function meet(count: u32): u32 {
  const first = met;
  met += count;
  return first;
}

/** Lists, per node, the values whose last use it is. */
function chainDrops(): void {
  for (let v = valueCount; v > 0; v--) {
    const value = info(v - 1);
    if (value.lastUse >= nodeCount || value.isNumber || value.isConstant) continue;
    const slot = drops + ((value.lastUse as usize) << 2);
    value.chain = load<u32>(slot);
    store<u32>(slot, v);
  }
}

/** Empties what the node was the last to use, but not what its own outputs, from `first` on, took over. */
export function emitDrops(node: u32, first: u32, outputs: u32): void {
  const head = load<u32>(drops + ((node as usize) << 2));
  let count: u32 = 0;
  for (let v = head; v; v = info(v - 1).chain) if (!isTaken(v - 1, first, outputs)) count++;
  if (!count) return;
  if (count > FEW) emitHead(Step.DROP, node, count, 0);
  for (let v = head; v; v = info(v - 1).chain) {
    if (isTaken(v - 1, first, outputs)) continue;
    if (count <= FEW) emitHead(Step.EMPTY, node, 1, 0);
    emit(count > FEW ? info(v - 1).word : info(v - 1).word << 4);
  }
}

function isTaken(v: u32, first: u32, outputs: u32): bool {
  const word = info(v).word;
  for (let i: u32 = 0; i < outputs; i++) if (info(first + i).word == word) return true;
  return false;
}

/** True if value `v`, item `i` of a list whose positions are noted, is read there for the last time by `node`. */
function isLast(v: u32, i: u32, node: u32): bool {
  const value = info(v);
  return value.lastUse == node && value.position == i && !value.isNumber && !value.isConstant;
}

/** Notes the last position of each value in the list at the cursor; their number. */
function notePositions(): u32 {
  const n: u32 = takeNil() ? 0 : readArray();
  const items = tell();
  for (let i: u32 = 0; i < n && intact(); i++) info(readIndex(valueCount)).position = i;
  seek(items);
  return n;
}

/** Emits the operands listed at `list` (an array of value numbers, or nil). */
function emitOperands(list: usize, node: u32): void {
  const back = tell();
  seek(list);
  const n = notePositions();
  for (let i: u32 = 0; i < n && intact(); i++) {
    const v = readIndex(valueCount);
    emit(isLast(v, i, node) ? info(v).word | MOVE : info(v).word);
  }
  seek(back);
}

/** The result word of value `v`. */
export function resultOf(v: u32): u32 {
  return info(v).lastUse == NEVER ? info(v).word | DEAD : info(v).word;
}

export function countAt(list: usize): u32 {
  const back = tell();
  seek(list);
  const n: u32 = takeNil() ? 0 : readArray();
  seek(back);
  return n;
}

/** Item `i` of the list at `list`, which has so many. */
export function itemAt(list: usize, i: u32): u32 {
  const back = tell();
  seek(list);
  readArray();
  for (let k: u32 = 0; k < i; k++) readIndex(valueCount);
  const v = readIndex(valueCount);
  seek(back);
  return v;
}

export function emitNodes(): void {
  for (let n = readArray(); n > 0 && intact(); n--) emitNode();
}

/** The function's end: its block's returns are its results. */
export function emitReturn(): void {
  const list = tell();
  const n = countAt(list);
  wide = max(wide, n);
  emitHead(Step.RETURN, nodes, n, 0);
  emitOperands(list, AT_RETURN);
  skip();
}

function emitNode(): void {
  expectArray(5);
  const node = nodes++;
  const opIndex = readIndex(program.opCount);
  const inputs = tell();
  skip();
  const outputs = readIndex(valueCount + 1);
  const attrs = tell();
  skip();
  const blocks = tell();
  const first = meet(outputs);
  if (!intact()) return;
  const n = countAt(inputs);
  const op = load<i32>(program.ops + ((opIndex as usize) << 2));
  const kind: u32 = op < 0 ? 0 : load<u8>(VM_CASES + op);
  if (op < 0) {
    const row = program.opNames + ((opIndex as usize) << 3);
    emitHead(Step.UNSUPPORTED, node, 0, 0, load<u32>(row), load<u32>(row, 4));
    skipBlocks(blocks);
    return;
  }
  wide = max(wide, max(n, outputs));
  switch (kind) {
    case Vm.CONSTANT:
      seek(blocks);
      skip();
      return;
    case Vm.IF:
      emitIf(node, inputs, n, first, outputs, blocks);
      return;
    case Vm.LOOP:
      emitLoop(node, inputs, n, first, outputs, blocks);
      return;
    case Vm.TRY:
      emitTry(node, n, first, outputs, blocks);
      return;
    case Vm.UNCHECKED_CAST:
      if (n != 1 || outputs != 1) outOfRange();
      if (intact()) {
        copyList(inputs, 0);
        emitMoves(node, first, node, 0);
      }
      seek(blocks);
      if (!takeNil()) outOfRange();
      return;
    case Vm.GET_ATTR:
    case Vm.SET_ATTR:
    case Vm.CALL_METHOD: {
      if (attribute(attrs, NAME, 4) != 2) outOfRange();
      const name = readText();
      if (
        (kind == Vm.GET_ATTR && n == 1 && outputs == 1) ||
        (kind == Vm.SET_ATTR && n == 2 && outputs == 0)
      ) {
        emitHead(kind == Vm.GET_ATTR ? Step.GET : Step.SET, node, n, outputs, name as u32, textLength, 0, 0);
        emitOffsets(node, inputs, first, outputs);
        seek(blocks);
        if (!takeNil()) outOfRange();
        return;
      }
      emitHead(kind, node, n, outputs, name as u32, textLength, 0, 0);
      break;
    }
    case Vm.TUPLE_SLICE: {
      if (attribute(attrs, BEG, 3) != 0) outOfRange();
      const begin = readIndex(0x7fff_ffff);
      if (attribute(attrs, END, 3) != 0) outOfRange();
      emitHead(kind, node, n, outputs, begin, readIndex(0x7fff_ffff));
      break;
    }
    case Vm.GUARD: {
      const found = attribute(attrs, EXPECTED, 8);
      if (found != 0 && found != 1) outOfRange();
      const bits = found == 1 ? reinterpret<i64>(readFloat()) : readInt();
      emitHead(kind, node, n, outputs, found, attrs as u32, bits as u32, (bits >> 32) as u32);
      break;
    }
    case Vm.ISINSTANCE:
      if (attribute(attrs, TYPES, 5) != 13) outOfRange();
      emitHead(kind, node, n, outputs, tell() as u32);
      break;
    case Vm.KERNEL:
      if (!takes(op, n) || outputs != resultsOf(op)) {
        outOfRange();
        factInt(node);
        return;
      }
      if (caseOf(FAST_CASES, op)) {
        emitFast(node, op, inputs, n, first, outputs);
        seek(blocks);
        if (!takeNil()) outOfRange();
        return;
      }
      emitHead(kind, node, n, outputs, op, outputs == 1 ? itemType(first) : 0, itemType2);
      break;
    case Vm.LIST_CONSTRUCT:
    case Vm.DICT_CONSTRUCT:
      emitHead(kind, node, n, outputs, outputs ? itemType(first) : 0, itemType2);
      break;
    case Vm.SORT:
      // A hidden register keeps what is sorted so far while a class's __lt__ runs.
      if (outputs > 1 || n != 2 - outputs) outOfRange();
      emitHead(kind, node, n, outputs, hidden());
      break;
    case Vm.FORK: {
      if (attribute(attrs, SUBGRAPH, 8) != 4 || outputs != 1) outOfRange();
      const body = readIndex(program.functionCount);
      const back = tell();
      emitHead(kind, node, n, outputs, body, outputs ? promisedBy(program, info(first).type) : 0);
      seek(back);
      break;
    }
    default:
      emitHead(kind, node, n, outputs, outputs ? info(first).type : 0);
  }
  emitOperands(inputs, node);
  for (let i: u32 = 0; i < outputs; i++) emit(resultOf(first + i));
  seek(blocks);
  if (!takeNil()) outOfRange();
}

/** An operator that `runFast` knows. */
function emitFast(node: u32, op: i32, inputs: usize, n: u32, first: u32, outputs: u32): void {
  const items = outputs ? itemType(first) : 0;
  const proven = caseOf(PROVEN_CASES, op);
  const kind =
    proven && isProven(inputs, first, load<u8>(PROVEN_TAGS + op)) ? proven : caseOf(FAST_CASES, op);
  emitHead(kind, node, n, outputs, op, items, itemType2, 0);
  emitOffsets(node, inputs, first, outputs);
}

/** Operands and results as byte offsets; bit 0 for a last use and for no use. */
function emitOffsets(node: u32, inputs: usize, first: u32, outputs: u32): void {
  seek(inputs);
  const count = notePositions();
  for (let i: u32 = 0; i < count && intact(); i++) {
    const v = readIndex(valueCount);
    emit((loaded(v) << 4) | (isLast(v, i, node) ? 1 : 0));
  }
  for (let i: u32 = 0; i < outputs; i++) {
    emit((info(first + i).word << 4) | (info(first + i).lastUse == NEVER ? 1 : 0));
  }
}

/** True if the operands at `inputs` are known to have this tag, and the result's register is free of the rest. */
function isProven(inputs: usize, result: u32, tag: u32): bool {
  const back = tell();
  seek(inputs);
  let proven = isProvenRegister(result);
  for (let n = readArray(); n > 0; n--) {
    if (info(readIndex(valueCount)).tag != tag) proven = false;
  }
  seek(back);
  return proven;
}

/** What `itemType` found to be the type of a dict's values. */
let itemType2: u32 = 0;

/**
 * Index + 1 of the type of the items of value `v`, a list, or of its keys, a dict (that of its values in itemType2); 0 for
 * anything else.
 */
function itemType(v: u32): u32 {
  const back = tell();
  const key = keyOf(program, info(v).type);
  itemType2 = key ? valueOfDict : 0;
  const found = key ? key : elementOf(program, info(v).type);
  seek(back);
  return found;
}

/** Steps over blocks that are not compiled, still counting their values and nodes. */
function skipBlocks(blocks: usize): void {
  seek(blocks);
  if (takeNil()) return;
  for (let n = readArray(); n > 0 && intact(); n--) {
    expectArray(3);
    meet(readIndex(valueCount + 1));
    for (let k = readArray(); k > 0 && intact(); k--) {
      expectArray(5);
      nodes++;
      readInt();
      skip();
      meet(readIndex(valueCount + 1));
      skip();
      skipBlocks(tell());
    }
    skip();
  }
}
