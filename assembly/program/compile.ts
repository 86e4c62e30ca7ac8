// From a graph to register code: scoping, last uses, and instructions (code.ts).
//
// Two walks over the msgpack in the same order, so that both number values and nodes as the file does. The first checks
// scopes and finds each value's last use: the node, in the block where the value is defined, after which it is free. The
// second emits. A value used inside a node's blocks lives until that node ends.

import { factInt, hasError } from "../core/error";
import { scratch, scratchMark, scratchReset } from "../core/scratch";
import { VM_CASES, Vm } from "../ops.gen";
import { resultsOf, takes } from "../vm/args";
import { elementOf, keyOf, promisedBy, valueOfDict } from "../vm/types";
import {
  abandonCode,
  beginCode,
  CONSTANT,
  DEAD,
  emit,
  emitHead,
  endCode,
  HEAD,
  MOVE,
  patch,
  Step,
  words,
} from "./code";
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
import { Program, sameName } from "./program";

/** Deepest nesting of blocks. */
const MAX_BLOCKS: u32 = 256;
/** Last use: the return of the block that defines the value; NEVER: no use at all. */
const AT_RETURN: u32 = 0xffff_fffe;
const NEVER: u32 = 0xffff_ffff;

// Names of node attributes.
const NAME: usize = memory.data<u8>([110, 97, 109, 101]);
const VALUE: usize = memory.data<u8>([118, 97, 108, 117, 101]);
const BEG: usize = memory.data<u8>([98, 101, 103]);
const END: usize = memory.data<u8>([101, 110, 100]);
const EXPECTED: usize = memory.data<u8>([101, 120, 112, 101, 99, 116, 101, 100]);
const SUBGRAPH: usize = memory.data<u8>([83, 117, 98, 103, 114, 97, 112, 104]);
const TYPES: usize = memory.data<u8>([116, 121, 112, 101, 115]);

let program: Program = changetype<Program>(0);
/** Number of values of the graph, and of those met so far. */
let valueCount: u32 = 0;
let met: u32 = 0;
let nodes: u32 = 0;
let depth: u32 = 0;
/** Registers beyond the values: loop counters. */
let extra: u32 = 0;
/** Most operands of one instruction: what the machine's operand area must hold; and of the function being compiled. */
export let widest: u32 = 0;
let wide: u32 = 0;
/** Word of the last TRY emitted, + 1. */
let lastTry: u32 = 0;

// Per value: type, depth of definition (+1; 0 while out of scope), last use, operand word, next in a node's drop chain,
// last position in the operand list being emitted.
let types: usize = 0;
let scope: usize = 0;
let lastUse: usize = 0;
let operand: usize = 0;
let chain: usize = 0;
let place: usize = 0;
/** Per node: first value to drop after it, +1. */
let drops: usize = 0;
/** Node number at each depth during the first walk. */
const current: usize = memory.data(1024, 16);

function at(table: usize, i: u32): usize {
  return table + ((i as usize) << 2);
}

/** Compiles function `index` of `p`; false with an error recorded when its graph is malformed or memory is out. */
export function compileFunction(p: Program, index: u32): bool {
  const f = p.functionAt(index);
  program = p;
  seek(f.graph);
  if (!expectArray(4)) return false;
  valueCount = readArray();
  if (!intact()) return false;
  const mark = scratchMark();
  const bytes = (valueCount as u64) * 4 + 4;
  const nodeRoom = p.headerBytes as u64; // a node takes at least six bytes of msgpack
  const graphEnd = nextOf(f.graph);
  const nodeBytes = min<u64>(nodeRoom, (graphEnd - f.graph) as u64) + 8;
  types = scratch(bytes);
  scope = scratch(bytes);
  lastUse = scratch(bytes);
  operand = scratch(bytes);
  chain = scratch(bytes);
  place = scratch(bytes);
  drops = scratch(nodeBytes);
  let ok: bool = !hasError();
  if (ok) {
    memory.fill(scope, 0, bytes as usize);
    memory.fill(drops, 0, nodeBytes as usize);
    for (let i: u32 = 0; i < valueCount; i++) {
      store<u32>(at(types, i), readIndex(p.typeCount));
      store<u32>(at(lastUse, i), NEVER);
      store<u32>(at(operand, i), i);
    }
    ok = intact() && compile(p, index);
  }
  scratchReset(mark);
  return ok;
}

/** Address after the value at `from`. */
function nextOf(from: usize): usize {
  const here = tell();
  seek(from);
  skip();
  const end = tell();
  seek(here);
  return end;
}

function compile(p: Program, index: u32): bool {
  const f = p.functionAt(index);
  const body = tell();
  met = 0;
  nodes = 0;
  depth = 0;
  extra = 0;
  lastTry = 0;
  wide = 0;
  const params = readInt();
  if (params != (f.params as i64)) outOfRange();
  if (walkBlock(params as u32) != f.returns || met != valueCount) outOfRange();
  if (!intact()) return false;
  chainDrops();
  seek(body);
  readInt();
  met = f.params;
  nodes = 0;
  beginCode();
  emitNodes();
  emitReturns(Step.RETURN);
  if (!intact()) {
    abandonCode();
    return false;
  }
  const length = words;
  f.code = endCode();
  f.codeWords = length;
  f.registers = valueCount + extra;
  f.lastTry = lastTry;
  widest = max(widest, wide);
  return f.code != 0;
}

/** First walk of what follows a block's parameter count: defines, checks uses, forgets what was defined. */
function walkBlock(params: u32): u32 {
  const first = met;
  if (depth >= MAX_BLOCKS) outOfRange();
  define(params);
  for (let n = readArray(); n > 0 && intact(); n--) walkNode();
  const returns = readArray();
  for (let n = returns; n > 0 && intact(); n--) use(readIndex(valueCount), true);
  for (let v = first; v < met && intact(); v++) store<u32>(at(scope, v), 0);
  return returns;
}

function define(count: u32): void {
  if (count > valueCount - met) {
    outOfRange();
    return;
  }
  for (let i: u32 = 0; i < count; i++) store<u32>(at(scope, met++), depth + 1);
}

function use(v: u32, returned: bool): void {
  if (!intact()) return;
  const level = load<u32>(at(scope, v));
  if (level == 0) {
    outOfRange();
    return;
  }
  store<u32>(at(lastUse, v), returned && level == depth + 1 ? AT_RETURN : load<u32>(at(current, level - 1)));
}

function walkNode(): void {
  if (!expectArray(5)) return;
  const node = nodes++;
  store<u32>(at(current, depth), node);
  readIndex(program.opCount);
  if (!takeNil()) {
    for (let n = readArray(); n > 0 && intact(); n--) use(readIndex(valueCount), false);
  }
  const outputs = readIndex(valueCount - met + 1);
  const first = met;
  if (!intact()) return;
  met += outputs;
  if (!takeNil()) skip();
  if (!takeNil()) {
    depth++;
    for (let n = readArray(); n > 0 && intact(); n--) {
      if (!expectArray(3)) break;
      walkBlock(readIndex(valueCount - met + 1));
    }
    depth--;
  }
  for (let i: u32 = 0; i < outputs && intact(); i++) store<u32>(at(scope, first + i), depth + 1);
}

/** Lists, per node, the values whose last use it is. */
function chainDrops(): void {
  for (let v = valueCount; v > 0; v--) {
    const node = load<u32>(at(lastUse, v - 1));
    if (node >= nodes) continue;
    store<u32>(at(chain, v - 1), load<u32>(at(drops, node)));
    store<u32>(at(drops, node), v);
  }
}

/**
 * The operand word of value `v`, read by node `node` (AT_RETURN: by the return of the block whose first value is `own`,
 * which does not end the values of the blocks around); `last` when no operand after it is `v`.
 */
function operandOf(v: u32, node: u32, own: u32, last: bool): u32 {
  const word = load<u32>(at(operand, v));
  if (word & CONSTANT) return word;
  return last && load<u32>(at(lastUse, v)) == node && v >= own ? word | MOVE : word;
}

/** The result word of value `v`. */
function resultOf(v: u32): u32 {
  return load<u32>(at(lastUse, v)) == NEVER ? v | DEAD : v;
}

/** Emits the operands listed at `list` (an array of value numbers, or nil), from item `from` on; `own` as in operandOf. */
function emitOperands(list: usize, node: u32, from: u32, own: u32 = 0): void {
  const back = tell();
  seek(list);
  const n: u32 = takeNil() ? 0 : readArray();
  const items = tell();
  for (let i: u32 = 0; i < n; i++) store<u32>(at(place, readIndex(valueCount)), i);
  seek(items);
  for (let i: u32 = 0; i < n; i++) {
    const v = readIndex(valueCount);
    if (i >= from) emit(operandOf(v, node, own, load<u32>(at(place, v)) == i));
  }
  seek(back);
}

function countAt(list: usize): u32 {
  const back = tell();
  seek(list);
  const n: u32 = takeNil() ? 0 : readArray();
  seek(back);
  return n;
}

function emitNodes(): void {
  for (let n = readArray(); n > 0 && intact(); n--) emitNode();
}

/** RETURN, or the move of a block's results into `targets` (see emitBlockMove). */
function emitReturns(step: u32): void {
  const list = tell();
  const n = countAt(list);
  wide = max(wide, n);
  emitHead(step, nodes, n, 0);
  emitOperands(list, AT_RETURN, 0);
  skip();
}

/** Finds attribute `name`; leaves the cursor at its datum. Returns its kind, or -1. */
function attribute(attrs: usize, name: usize, length: u32): i32 {
  seek(attrs);
  if (takeNil()) return -1;
  for (let n = readArray(); n >= 3 && intact(); n -= 3) {
    const key = readIndex(program.keyCount);
    const kind = readIndex(15);
    if (!intact()) return -1;
    const row = program.keys + ((key as usize) << 3);
    if (sameName(load<u32>(row), load<u32>(row, 4), name, length)) return kind;
    skip();
  }
  return -1;
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
  const first = met;
  met += outputs;
  if (!intact()) return;
  const n = countAt(inputs);
  const op = load<i32>(at(program.ops, opIndex));
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
      if (n != 0 || outputs != 1 || attribute(attrs, VALUE, 5) != 6) outOfRange();
      else store<u32>(at(operand, first), CONSTANT | readIndex(program.valueCount));
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
      emitHead(Step.MOVE, node, 1, 1);
      break;
    case Vm.GET_ATTR:
    case Vm.SET_ATTR:
    case Vm.CALL_METHOD: {
      if (attribute(attrs, NAME, 4) != 2) outOfRange();
      const name = readText();
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
      emitHead(kind, node, n, outputs, valueCount + extra);
      extra++;
      break;
    case Vm.FORK: {
      if (attribute(attrs, SUBGRAPH, 8) != 4 || outputs != 1) outOfRange();
      const body = readIndex(program.functionCount);
      const back = tell();
      emitHead(kind, node, n, outputs, body, outputs ? promisedBy(program, typeOf(first)) : 0);
      seek(back);
      break;
    }
    default:
      emitHead(kind, node, n, outputs, outputs ? typeOf(first) : 0);
  }
  emitOperands(inputs, node, 0);
  for (let i: u32 = 0; i < outputs; i++) emit(resultOf(first + i));
  seek(blocks);
  if (!takeNil()) outOfRange();
}

function typeOf(v: u32): u32 {
  return load<u32>(at(types, v));
}

/** What `itemType` found to be the type of a dict's values. */
let itemType2: u32 = 0;

/**
 * Index + 1 of the type of the items of value `v`, a list, or of its keys, a dict (that of its values in itemType2); 0 for
 * anything else.
 */
function itemType(v: u32): u32 {
  const back = tell();
  const key = keyOf(program, typeOf(v));
  itemType2 = key ? valueOfDict : 0;
  const found = key ? key : elementOf(program, typeOf(v));
  seek(back);
  return found;
}

/** Steps over blocks that are not compiled, still counting their values and nodes. */
function skipBlocks(blocks: usize): void {
  seek(blocks);
  if (takeNil()) return;
  for (let n = readArray(); n > 0 && intact(); n--) {
    expectArray(3);
    met += readIndex(valueCount + 1);
    for (let k = readArray(); k > 0 && intact(); k--) {
      expectArray(5);
      nodes++;
      readInt();
      skip();
      met += readIndex(valueCount + 1);
      skip();
      skipBlocks(tell());
    }
    skip();
  }
}

/** Moves a block's returns, at the cursor, into the registers [to, to + count); `own` is the block's first value. */
function emitBlockMove(node: u32, to: u32, count: u32, own: u32): void {
  const list = tell();
  if (countAt(list) != count) outOfRange();
  if (count > 0 && intact()) {
    emitHead(Step.MOVE, node, count, count);
    emitOperands(list, AT_RETURN, 0, own);
    for (let i: u32 = 0; i < count; i++) emit(resultOf(to + i));
  }
  skip();
}

/** Empties what the node was the last to use. */
function emitDrops(node: u32): void {
  let count: u32 = 0;
  for (let v = load<u32>(at(drops, node)); v; v = load<u32>(at(chain, v - 1))) {
    if (!(load<u32>(at(operand, v - 1)) & CONSTANT)) count++;
  }
  if (!count) return;
  wide = max(wide, count);
  emitHead(Step.DROP, node, count, 0);
  for (let v = load<u32>(at(drops, node)); v; v = load<u32>(at(chain, v - 1))) {
    const word = load<u32>(at(operand, v - 1));
    if (!(word & CONSTANT)) emit(word);
  }
}

function emitIf(node: u32, inputs: usize, n: u32, first: u32, outputs: u32, blocks: usize): void {
  seek(blocks);
  if (n != 1 || !expectArray(2)) {
    outOfRange();
    return;
  }
  const test = words;
  emitHead(Step.JUMP_UNLESS, node, 1, 0);
  emitOperandsCopied(inputs);
  expectArray(3);
  if (readInt() != 0) outOfRange();
  const own = met;
  emitNodes();
  emitBlockMove(node, first, outputs, own);
  const out = words;
  emitHead(Step.JUMP, node, 0, 0);
  patch(test, words);
  expectArray(3);
  if (readInt() != 0) outOfRange();
  const other = met;
  emitNodes();
  emitBlockMove(node, first, outputs, other);
  patch(out, words);
  emitDrops(node);
}

function emitTry(node: u32, n: u32, first: u32, outputs: u32, blocks: usize): void {
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
  const hidden = extra;
  emitNodes();
  patch(start, words, 2);
  emitBlockMove(node, first, outputs, own);
  const out = words;
  emitHead(Step.JUMP, node, 0, 0);
  patch(start, words);
  if (!expectArray(3)) return;
  if (readInt() != 1) outOfRange();
  if (!intact()) return;
  const error = met++;
  patch(start, typeOf(error) + 1, 1);
  patch(start, resultOf(error), HEAD - 4);
  emitAbandoned(node, own, error, hidden);
  emitNodes();
  emitBlockMove(node, first, outputs, error);
  patch(out, words);
  emitDrops(node);
}

/** Empties what the body of a Try may have left: the values from `from` to `to`, hidden registers from `hidden` on. */
function emitAbandoned(node: u32, from: u32, to: u32, hidden: u32): void {
  let count: u32 = extra - hidden;
  for (let v = from; v < to; v++) if (!(load<u32>(at(operand, v)) & CONSTANT)) count++;
  if (!count) return;
  emitHead(Step.DROP, node, count, 0);
  for (let v = from; v < to; v++) {
    const word = load<u32>(at(operand, v));
    if (!(word & CONSTANT)) emit(word);
  }
  for (let i = hidden; i < extra; i++) emit(valueCount + i);
}

function emitLoop(node: u32, inputs: usize, n: u32, first: u32, outputs: u32, blocks: usize): void {
  seek(blocks);
  if (n != outputs + 2 || !expectArray(1) || !expectArray(3)) {
    outOfRange();
    return;
  }
  const params = readIndex(valueCount + 1);
  if (params != outputs + 1) outOfRange();
  if (!intact()) return;
  const index = met;
  met += params;
  // Hidden registers: trips left to compare, condition, counter.
  const hidden = valueCount + extra;
  extra += 3;
  emitHead(Step.MOVE, node, n, n);
  emitOperandsCopied(inputs);
  emit(hidden);
  emit(hidden + 1);
  for (let i: u32 = 0; i < outputs; i++) emit(index + 1 + i);
  emitHead(Step.DROP, node, 1, 0);
  emit(hidden + 2);
  const head = words;
  emitHead(Step.LOOP_TEST, node, 2, 2);
  emit(hidden);
  emit(hidden + 1);
  emit(hidden + 2);
  emit(resultOf(index));
  emitNodes();
  const list = tell();
  if (countAt(list) != outputs + 1) outOfRange();
  if (!intact()) return;
  emitHead(Step.MOVE, node, outputs + 1, outputs + 1);
  emitOperands(list, AT_RETURN, 0, index);
  emit(hidden + 1);
  for (let i: u32 = 0; i < outputs; i++) emit(index + 1 + i);
  skip();
  emitHead(Step.JUMP, node, 0, 0, head);
  patch(head, words);
  if (outputs) {
    emitHead(Step.MOVE, node, outputs, outputs);
    for (let i: u32 = 0; i < outputs; i++) emit((index + 1 + i) | MOVE);
    for (let i: u32 = 0; i < outputs; i++) emit(resultOf(first + i));
  }
  emitDrops(node);
}

/** Operands of a node with blocks: copied, since the blocks may use the same values; `emitDrops` frees them. */
function emitOperandsCopied(list: usize): void {
  const back = tell();
  seek(list);
  for (let n = readArray(); n > 0; n--) emit(load<u32>(at(operand, readIndex(valueCount))));
  seek(back);
}
