/**
 * What the tracer hears. While a recorder is set, every operator call, every number that leaves the tensor world, and
 * every tensor that comes into it from JavaScript data is reported here, in the order in which it happens.
 */

import type { Fn, Program } from "../format/ir/program.ts";
import type { Op } from "../format/ops/define.ts";
import type { IValue } from "../format/value.ts";
import type { SourceLocation } from "../loader/error.ts";
import type { Sym } from "./eager/dim.ts";
import type { Tensor } from "./tensor.ts";

/**
 * One argument of a recorded call: tensors and traced numbers by identity, lists as arrays, all else as the IValue that
 * the operator was given, so that an int and a float Scalar, an int and an enum, a None and an absent value never
 * look alike. Dtypes, layouts and memory formats are ints, as in TorchScript.
 */
export type Arg = Tensor | Sym | IValue | readonly Arg[];

/** One result: a tensor, a traced number (never read before the recorder hears of it), a list, or a plain value. */
export type Result = Tensor | Sym | string | null | readonly Result[];

/** How a whole tensor left the tensor world. */
export type Departure = "data" | "tolist" | "view" | "stride" | "isContiguous";

/** How a tensor was made from what is no tensor. */
export type Origin = "tensor" | "fromArray";

export interface Recorder {
  /**
   * Operator `op` was run and succeeded. `args` has one entry per argument of `op.schema`, defaults filled in;
   * `results` one per result. An operator that writes (`Tensor(a!)`) has the very object it wrote among its results.
   * Arithmetic of Dims comes here too, as `aten::add.int` and so on, and `size(d)` as `aten::size.int`.
   */
  op(op: Op, args: readonly Arg[], results: readonly Result[]): void;
  /**
   * A number read from `source` went to JavaScript, which may branch on it: `value` is exactly what left, as the type
   * that `kind` names (an int beyond 2^53 is a bigint). `where` is the user's line, when the stack shows one.
   */
  leave(
    kind: "int" | "float" | "bool",
    source: Tensor | Sym,
    value: number | bigint | boolean,
    where: SourceLocation | undefined,
  ): void;
  /** All elements of a tensor, or a fact that no guard can express, went to JavaScript. */
  leaveTensor(tensor: Tensor, how: Departure, where: SourceLocation | undefined): void;
  /**
   * A method of a compiled program was called: `callee` is the ScriptModule, `fn` the method. The call was not recorded
   * itself; the recorder keeps it as a call, with the program's control flow.
   */
  program(callee: object, program: Program, fn: Fn, args: readonly unknown[], result: unknown): void;
  /** A tensor was made from JavaScript data: in the trace it is a constant. */
  made(tensor: Tensor, how: Origin, where: SourceLocation | undefined): void;
}

/** The recorder in force, or null. Set it with `setRecorder`. */
export let recorder: Recorder | null = null;

/** Puts a recorder in force, or none; returns the one before, to be restored afterwards. */
export function setRecorder(next: Recorder | null): Recorder | null {
  const previous = recorder;
  recorder = next;
  return previous;
}

/** Runs `fn` unheard: for what a recorder itself does with tensors. */
export function unrecorded<T>(fn: () => T): T {
  const previous = setRecorder(null);
  try {
    return fn();
  } finally {
    recorder = previous;
  }
}
