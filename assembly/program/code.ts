// Register code: what a graph becomes, and the buffer it is written into.
//
// An instruction is a row of u32 words:
//
//   0 case (Vm or Step)   1 node number    2 inputs n   3 outputs m   4–7 payload   8 … n operands, then m results
//
//   operand: register number, or with CONSTANT set an index into the program's values; MOVE marks its last use,
//            after which the register is empty
//   result:  register number; DEAD marks a value that nothing uses, which is dropped at once
//
// Cases from Step.COPY on are run by `runFast` (vm/fast.gen.ts) as long as the values are what they expect, else as any
// other. Their operands and results are byte offsets into the registers, without marks; constants that they use stand in
// registers of their own from the start. Where they jump to is in payload 3, in bytes from the instruction's own start.
//
// Fast operators (from Step.OPERATOR on): payload 0 the operator, 1 and 2 types as in KERNEL, 3 whether nothing uses the
// result. Those that jump: payload 1 the truth value (0 or 1) that jumps; the result is not stored. Where types are proven
// (proofs.ts) there are cases that check nothing, and one for two instructions that follow each other: the first one's.
//
// TRY (a Vm case): payload 0 is the word where its catch block begins, payload 1 the type of the caught error (index + 1),
// payload 2 the word after its body, payload 3 the word of the TRY before it in the code, + 1. Its result is the caught
// error's; the instruction itself does nothing.
//
// Registers are value slots of a frame, numbered as the graph's values; values that are never needed at the same time may
// share one (registers.ts). Hidden registers follow.

import { alloc, free } from "../core/heap";

export const CONSTANT: u32 = 0x8000_0000;
export const MOVE: u32 = 0x4000_0000;
export const DEAD: u32 = 0x4000_0000;
export const REGISTER: u32 = 0x3fff_ffff;

/** Words before the operands. */
export const HEAD: u32 = 8;

/** Instructions that no single node stands for; they follow the Vm cases of the operator table. */
export const enum Step {
  /** Copies operands to results, all read before any is written. */
  MOVE = 64,
  /** Empties the registers named by the operands. */
  DROP = 65,
  /** Ends the function: the operands are its results. */
  RETURN = 66,
  /** Raises UNSUPPORTED for the operator named by payload 0 (address) and 1 (length). */
  UNSUPPORTED = 67,
  /** Copies the operand to the result. */
  COPY = 80,
  JUMP = 81,
  /** Jumps if the operand, a bool, is true. */
  JUMP_IF = 82,
  JUMP_UNLESS = 83,
  /** Before a loop: operands trips and condition; the result, the round's number, becomes 0. Jumps when there is no round. */
  LOOP_ENTER = 84,
  /** Behind a loop's body: as LOOP_ENTER; adds 1 to the round's number and jumps when there is one more round. */
  LOOP_NEXT = 85,
  /** Refuses a function's parameter whose tag is not payload 1: from then on its type is proven. */
  TEST = 86,
  /** Empties the operand's register. */
  EMPTY = 87,
  /** prim::GetAttr and prim::SetAttr: payloads as of the Vm cases (vm/attributes.ts). */
  GET = 88,
  SET = 89,
  /** The first of the operators. */
  OPERATOR = 90,
}

let code: usize = 0;
let room: u32 = 0;
/** Words written so far: the index of the next instruction. */
export let words: u32 = 0;
/** Words of the last instruction begun, and of the one before. */
export let last: u32 = 0;
export let previous: u32 = 0;
/** The highest word that something jumps to. */
let label: u32 = 0;
let broken: bool = false;

export function beginCode(): void {
  code = 0;
  room = 0;
  words = 0;
  last = 0;
  previous = 0;
  label = 0;
  broken = false;
}

/** Appends one word. */
export function emit(word: u32): void {
  if (broken) return;
  if (words == room) {
    const wider = max<u32>(room * 2, 256);
    const next = alloc((wider as u64) << 2);
    if (!next) {
      broken = true;
      return;
    }
    memory.copy(next, code, (words as usize) << 2);
    free(code);
    code = next;
    room = wider;
  }
  store<u32>(code + ((words as usize) << 2), word);
  words++;
}

/** Appends an instruction's first eight words; operands and results follow with `emit`. */
export function emitHead(
  kind: u32,
  node: u32,
  inputs: u32,
  outputs: u32,
  a: u32 = 0,
  b: u32 = 0,
  c: u32 = 0,
  d: u32 = 0,
): void {
  previous = last;
  last = words;
  emit(kind);
  emit(node);
  emit(inputs);
  emit(outputs);
  emit(a);
  emit(b);
  emit(c);
  emit(d);
}

/** Replaces payload `which` of the instruction at word `at`. */
export function patch(at: u32, word: u32, which: u32 = 0): void {
  setWord(at + 4 + which, word);
}

export function setWord(at: u32, word: u32): void {
  if (!broken) store<u32>(code + ((at as usize) << 2), word);
}

export function wordAt(at: u32): u32 {
  return broken ? 0 : load<u32>(code + ((at as usize) << 2));
}

/** Makes the instruction at word `from` jump to the word `to`, a label from now on. */
export function aim(from: u32, to: u32): void {
  patch(from, (to - from) << 2, 3);
  label = max(label, to);
}

/** The next instruction is one that something will jump to. */
export function mark(): u32 {
  label = words;
  return words;
}

/** True if control reaches the next instruction only from the last one. */
export function isStraight(): bool {
  return words > last && label < words;
}

/** Takes back everything from word `at`, the last instruction's, on. */
export function takeBack(at: u32): void {
  words = at;
}

/** Ends the code: its address in a heap block that fits it; 0 with an error recorded when memory ran out. */
export function endCode(): usize {
  if (broken) {
    free(code);
    return 0;
  }
  const fit = alloc((words as u64) << 2);
  if (fit) memory.copy(fit, code, (words as usize) << 2);
  free(code);
  return fit;
}

/** Frees unfinished code. */
export function abandonCode(): void {
  free(code);
}
