/**
 * Mathematics with the same bits everywhere: what `Math` leaves to each engine. The runtime computes these functions,
 * for eager code as in a script. Angles are radians; outside of a function's domain the result is NaN, as with `Math`.
 */

import { ops } from "./ops.ts";

/** Runs the overload for floats, so that -0 stays -0. */
function real(name: string, ...args: readonly number[]): number {
  return ops.aten[name].float(...args) as number;
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
