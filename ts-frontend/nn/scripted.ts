/**
 * What scripts compile in the place of functions of the same name in nn: in a script an error is made where it is thrown
 * and has only a message, and a size needs nobody to record what becomes of it.
 */

import type { Dim } from "../eager/dim.ts";
import type { Tensor } from "../tensor.ts";

/** Of options.ts. */
export function checkRank(_module: object, input: Tensor, rank: number, other: number = rank): void {
  const got = input.dim();
  if (got === rank || got === other) return;
  if (rank === other) throw new Error(`expected an input of ${rank} dimensions, got ${got}`);
  throw new Error(`expected an input of ${rank} or ${other} dimensions, got ${got}`);
}

/** Of options.ts. */
export function refuseOption(message: string): never {
  throw new Error(message);
}

/** Of functional/attention.ts. */
export function refuse(_code: string, message: string): never {
  throw new Error(message);
}

/** Of functional/shape.ts. */
export function badResize(message: string): never {
  throw new Error(message);
}

/** Of functional/shape.ts. */
export function scaled(size: Dim, scale: number): number {
  return Math.floor(size.value * scale);
}
