/**
 * Mathematics with the same bits everywhere: what `Math` leaves to each engine. The runtime computes these functions,
 * for eager code as in a script. Radians; outside of a function's domain NaN, as with `Math`.
 */

import { findOp } from "../format/ops/table.ts";
import { errorOf } from "../loader/error.ts";
import { SLOT } from "../loader/runtime.ts";
import type { Sym } from "./eager/dim.ts";
import { Kind } from "./eager/kinds.ts";
import { codecFor, refresh, SLOTS, takeResult } from "./eager/marshal.ts";
import { runtime } from "./eager/runtime.ts";

const float = codecFor("float", Kind.float);

/** Runs the overload for floats: an integral number stays one, and -0 is -0. */
function real(name: string, ...args: readonly number[]): number {
  const op = findOp(`aten::${name}.float`)!;
  const result = SLOTS + args.length * SLOT;
  refresh();
  args.forEach((value, i) => {
    float.write(SLOTS + i * SLOT, value, op.schema.args[i]!);
  });
  if (runtime.exports.sc_call_op(op.id, SLOTS, args.length, result) !== 0) {
    const { code, facts } = runtime.takeError();
    throw errorOf(code, facts, op.name);
  }
  refresh();
  return (takeResult(result) as Sym).value as number;
}

/** e to a number. */
export const exp = (x: number): number => real("exp", x);
/** e to a number, less 1. */
export const expm1 = (x: number): number => real("expm1", x);
/** The natural logarithm. */
export const log = (x: number): number => real("log", x);
/** The natural logarithm of 1 and a number. */
export const log1p = (x: number): number => real("log1p", x);
/** The decimal logarithm. */
export const log10 = (x: number): number => real("log10", x);
/** x to the power of y. */
export const pow = (x: number, y: number): number => real("pow", x, y);
export const sin = (x: number): number => real("sin", x);
export const cos = (x: number): number => real("cos", x);
export const tan = (x: number): number => real("tan", x);
export const asin = (x: number): number => real("asin", x);
export const acos = (x: number): number => real("acos", x);
export const atan = (x: number): number => real("atan", x);
/** The angle of the point (x, y). */
export const atan2 = (y: number, x: number): number => real("atan2", y, x);
export const sinh = (x: number): number => real("sinh", x);
export const cosh = (x: number): number => real("cosh", x);
export const tanh = (x: number): number => real("tanh", x);
export const asinh = (x: number): number => real("asinh", x);
export const acosh = (x: number): number => real("acosh", x);
export const atanh = (x: number): number => real("atanh", x);
/** The error function. */
export const erf = (x: number): number => real("erf", x);
/** The gamma function. */
export const gamma = (x: number): number => real("gamma", x);
/** The logarithm of the gamma function's size. */
export const lgamma = (x: number): number => real("lgamma", x);
