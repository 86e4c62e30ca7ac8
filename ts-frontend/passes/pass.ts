/** What a pass is, and what it is given. */

import { functionsOf, type Program } from "../../format/ir/program.ts";
import { verifyProgram } from "../../format/ir/verify-program.ts";
import type { Op } from "../../format/ops/define.ts";
import { findOp } from "../../format/ops/table.ts";
import type { IValue } from "../../format/value.ts";

/**
 * Runs an operator of the table on values: its results, tensors with their own strides; undefined if it refuses or is
 * not to be run here. Passes have no runtime of their own.
 */
export type Evaluate = (op: Op, args: readonly IValue[]) => readonly IValue[] | undefined;

export interface PassContext {
  /** Without it nothing but structure is folded. */
  readonly evaluate?: Evaluate;
}

/** A change of a program that keeps what it computes: results, effects, aliases, errors raised on purpose. */
export interface Pass {
  readonly name: string;
  /** Changes the program's graphs; true if it changed anything. */
  run(program: Program, context: PassContext): boolean;
}

/** Runs a pass and verifies what it leaves. Throws VerifyError, which is a fault of the pass. */
export function runPass(pass: Pass, program: Program, context: PassContext = {}): boolean {
  const changed = pass.run(program, context);
  if (changed) verifyProgram(program, { lookup: (op) => findOp(op)?.schema });
  return changed;
}

/** How many nodes the program's graphs have, those in blocks included. */
export function countNodes(program: Program): number {
  let count = 0;
  for (const { fn } of functionsOf(program)) for (const _ of fn.graph.nodes()) count++;
  return count;
}
