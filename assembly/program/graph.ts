// The first walk over a graph: scopes are checked, and what the second (emit.ts) must know of each value is found out:
// where it is defined, the last node that uses it, how often it is used, and which values one would like to see in the
// same register.
//
// Values and nodes are numbered as the file does. Places are numbers that grow along the text: a node's inputs are read at
// one, its blocks follow, its outputs are defined at a later one. A value is needed from `start` to `end`; one that is
// used inside a node's blocks, until that node ends.

import { hasError } from "../core/error";
import { Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { VM_CASES, Vm } from "../ops.gen";
import { PROVEN_TAGS, RESULT_TAGS } from "../vm/fast.gen";
import { numberTagOf } from "../vm/types";
import { CONSTANT } from "./code";
import { expectArray, intact, outOfRange, readArray, readIndex, seek, skip, takeNil, tell } from "./msgpack";
import { Program, sameName } from "./program";

/** Deepest nesting of blocks. */
const MAX_BLOCKS: u32 = 256;
/** Last use: the return of the block that defines the value; NEVER: no use at all. */
export const AT_RETURN: u32 = 0xffff_fffe;
export const NEVER: u32 = 0xffff_ffff;

const VALUE: usize = memory.data<u8>([118, 97, 108, 117, 101]);

/** What is known of a value. */
@unmanaged
export class ValueInfo {
  type: u32;
  /** Of type int, float or bool: the tag of such values; 0 for others. */
  numberTag: u32;
  /** The tag that is proven (proofs.ts), or 0. */
  tag: u32;
  /** A parameter whose type an operator wants to have proven. */
  isTested: bool;
  /** Some value in this register is not proven to be a number. */
  isUnproven: bool;
  /** Depth of the definition + 1; 0 while out of scope. */
  scope: u32;
  lastUse: u32;
  /** Its register, or CONSTANT and its index among the program's values. */
  word: u32;
  uses: u32;
  /** The last node in whose blocks it is used, + 1. */
  inside: u32;
  start: u32;
  end: u32;
  /** Of a value carried round a loop: it is needed again from `again`, the end of the body, to `leave`, that of the loop. */
  again: u32;
  leave: u32;
  /** Next in a node's chain of values to drop, + 1. */
  chain: u32;
  /** Position in the operand list being emitted. */
  position: u32;
  /** Register classes (registers.ts): towards the class's first value; next member + 1; number of members. */
  parent: u32;
  next: u32;
  members: u32;

  /** Of type int, float or bool: it holds nothing that must be freed. */
  @inline get isNumber(): bool {
    return this.numberTag != 0;
  }

  @inline get isConstant(): bool {
    return (this.word & CONSTANT) != 0;
  }
}

/** What a wish spares, the most welcome first. */
export const enum Wish {
  /** A copy in every round: what a body gives and what it gets. */
  ROUND = 0,
  /** A copy before or behind a loop. */
  EDGE = 1,
  /** A copy at the end of a branch. */
  BRANCH = 2,
}

export let program: Program = changetype<Program>(0);
/** Number of values of the graph, and of its nodes once walked. */
export let valueCount: u32 = 0;
export let nodeCount: u32 = 0;
/** Pairs of values that would do well in one register: { Wish, value, value }. */
export let wishes: usize = 0;
export let wishCount: u32 = 0;

let met: u32 = 0;
let depth: u32 = 0;
let place: u32 = 0;
let infos: usize = 0;
let parameters: u32 = 0;
/** Per node: the place where it ends. */
let nodeEnds: usize = 0;
/** Node number at each depth. */
const current: usize = memory.data(1024, 16);

export function info(v: u32): ValueInfo {
  return changetype<ValueInfo>(infos + (v as usize) * offsetof<ValueInfo>());
}

/** True if node `node` uses the value inside its blocks. */
export function isUsedInside(v: u32, node: u32): bool {
  return info(v).inside == node + 1;
}

/** Walks the graph of `bytes` bytes whose list of values the cursor stands at; false with an error when it is malformed. */
export function walkGraph(p: Program, params: u32, returns: u32, bytes: u64): bool {
  program = p;
  valueCount = readArray();
  if (!intact()) return false;
  infos = scratch((valueCount as u64) * (offsetof<ValueInfo>() as u64) + 16);
  // A node takes at least six bytes of msgpack, a wish one.
  nodeEnds = scratch(bytes + 8);
  wishes = scratch(12 * bytes + 12);
  wishCount = 0;
  if (hasError()) return false;
  memory.fill(infos, 0, (valueCount as usize) * offsetof<ValueInfo>());
  for (let v: u32 = 0; v < valueCount; v++) {
    const value = info(v);
    value.type = readIndex(p.typeCount);
    value.lastUse = NEVER;
    value.word = v;
    value.parent = v;
    value.members = 1;
  }
  if (!intact()) return false;
  const body = tell();
  for (let v: u32 = 0; v < valueCount; v++) info(v).numberTag = numberTagOf(p, info(v).type);
  seek(body);
  met = 0;
  nodeCount = 0;
  depth = 0;
  place = 0;
  parameters = params;
  if (readIndex(valueCount + 1) != params) outOfRange();
  if (walkBlock(params, Vm.KERNEL, 0) != returns || met != valueCount) outOfRange();
  if (!intact()) return false;
  for (let v: u32 = 0; v < valueCount; v++) {
    const value = info(v);
    if (value.inside) value.end = max(value.end, load<u32>(nodeEnds + (((value.inside - 1) as usize) << 2)));
  }
  seek(body);
  return true;
}

/** The kind of node that owns the block, and that node's first output. */
function walkBlock(params: u32, kind: u32, output: u32): u32 {
  const first = met;
  if (depth >= MAX_BLOCKS) outOfRange();
  define(params);
  for (let n = readArray(); n > 0 && intact(); n--) walkNode();
  const returns = readArray();
  const end = ++place;
  for (let i: u32 = 0; i < returns && intact(); i++) {
    const v = readIndex(valueCount);
    use(v, true);
    if (kind == Vm.IF || kind == Vm.TRY) wish(Wish.BRANCH, v, output + i);
    else if (kind == Vm.LOOP && i) wish(Wish.ROUND, v, first + i);
  }
  for (let v = first; v < met && intact(); v++) info(v).scope = 0;
  if (kind == Vm.LOOP) for (let v = first; v < first + params && v < met; v++) info(v).again = end;
  return returns;
}

function define(count: u32): void {
  if (count > valueCount - met) {
    outOfRange();
    return;
  }
  const start = ++place;
  for (let i: u32 = 0; i < count; i++) {
    const value = info(met++);
    value.scope = depth + 1;
    value.start = start;
    value.end = start;
  }
}

function use(v: u32, returned: bool): void {
  if (!intact()) return;
  const value = info(v);
  const level = value.scope;
  if (level == 0) {
    outOfRange();
    return;
  }
  value.uses++;
  const node = nodeAt(level - 1);
  value.lastUse = returned && level == depth + 1 ? AT_RETURN : node;
  if (level == depth + 1) value.end = place;
  else value.inside = node + 1;
}

function wish(kind: Wish, a: u32, b: u32): void {
  if (!intact() || b >= valueCount) return;
  const entry = wishes + (wishCount as usize) * 12;
  store<u32>(entry, kind as u32);
  store<u32>(entry, a, 4);
  store<u32>(entry, b, 8);
  wishCount++;
}

function walkNode(): void {
  if (!expectArray(5)) return;
  const node = nodeCount++;
  store<u32>(current + ((depth as usize) << 2), node);
  const opIndex = readIndex(program.opCount);
  if (!intact()) return;
  const op = load<i32>(program.ops + ((opIndex as usize) << 2));
  const kind: u32 = op < 0 ? (Vm.KERNEL as u32) : load<u8>(VM_CASES + op);
  place++;
  const inputs = tell();
  const count = useAll(op < 0 ? 0 : load<u8>(PROVEN_TAGS + op));
  const outputs = readIndex(valueCount - met + 1);
  const first = met;
  if (!intact()) return;
  met += outputs;
  const attributes = tell();
  skip();
  let params: u32 = 0;
  const block = met;
  if (!takeNil()) {
    depth++;
    for (let n = readArray(); n > 0 && intact(); n--) {
      if (!expectArray(3)) break;
      params = readIndex(valueCount - met + 1);
      walkBlock(params, kind, first);
    }
    depth--;
  }
  const after = tell();
  if (!intact()) return;
  if (kind == Vm.LOOP && params == outputs + 1) wishLoop(inputs, count, first, block, outputs);
  else if (kind == Vm.CONSTANT) {
    if (count || outputs != 1 || attribute(attributes, VALUE, 5) != 6) outOfRange();
    else info(first).word = CONSTANT | readIndex(program.valueCount);
  } else if (kind == Vm.KERNEL && op >= 0 && outputs == 1) info(first).tag = load<u8>(RESULT_TAGS + op);
  if (!intact()) return;
  seek(after);
  store<u32>(nodeEnds + ((node as usize) << 2), ++place);
  for (let v = first; v < first + outputs; v++) {
    const value = info(v);
    value.scope = depth + 1;
    value.start = place;
    value.end = place;
  }
}

/** Uses every value of the list at the cursor, for an operator that wants them to have this tag, if not 0; their number. */
function useAll(tag: u32): u32 {
  if (takeNil()) return 0;
  const count = readArray();
  for (let n = count; n > 0 && intact(); n--) {
    const v = readIndex(valueCount);
    use(v, false);
    if (tag && v < parameters && info(v).numberTag == tag) info(v).isTested = true;
  }
  return count;
}

/**
 * A loop's inputs, parameters and outputs. The trip count is read after every round: it is needed until the loop ends, as
 * the round's number is; the carried values are needed at the end of a round, too.
 */
function wishLoop(inputs: usize, count: u32, output: u32, index: u32, carried: u32): void {
  const end = place + 1;
  seek(inputs);
  if (takeNil() || readArray() != count) return;
  for (let i: u32 = 0; i < count && intact(); i++) {
    const v = readIndex(valueCount);
    if (i == 0 && info(v).scope == depth + 1) info(v).inside = nodeAt(depth) + 1;
    else if (i > 1 && i - 2 < carried) wish(Wish.EDGE, v, index + i - 1);
  }
  info(index).end = end;
  info(index).tag = Tag.INT;
  for (let i: u32 = 0; i < carried; i++) {
    info(index + 1 + i).leave = end;
    wish(Wish.EDGE, index + 1 + i, output + i);
  }
}

function nodeAt(level: u32): u32 {
  return load<u32>(current + ((level as usize) << 2));
}

/** Finds attribute `name`; leaves the cursor at its datum. Returns its kind, or -1. */
export function attribute(attrs: usize, name: usize, length: u32): i32 {
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
