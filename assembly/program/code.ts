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
// Registers are value slots of a frame: one per value of the graph, in its numbering, then the loops' counters.

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
  MOVE = 128,
  /** Goes to payload 0 (word index). */
  JUMP = 129,
  /** Goes to payload 0 unless the operand, a bool, is true. */
  JUMP_UNLESS = 130,
  /** Loop head: operands trip count and condition; results counter and index. Leaves to payload 0 when done. */
  LOOP_TEST = 131,
  /** Empties the registers named by the operands. */
  DROP = 132,
  /** Ends the function: the operands are its results. */
  RETURN = 133,
  /** Raises UNSUPPORTED for the operator named by payload 0 (address) and 1 (length). */
  UNSUPPORTED = 134,
}

// TRY (a Vm case): payload 0 is the word where its catch block begins, payload 1 the type of the caught error (index + 1),
// payload 2 the word after its body, payload 3 the word of the TRY before it in the code, + 1. Its result is the caught
// error's; the instruction itself does nothing.

let code: usize = 0;
let room: u32 = 0;
/** Words written so far: the index of the next instruction. */
export let words: u32 = 0;
let broken: bool = false;

export function beginCode(): void {
  code = 0;
  room = 0;
  words = 0;
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
  if (!broken) store<u32>(code + (((at + 4 + which) as usize) << 2), word);
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
