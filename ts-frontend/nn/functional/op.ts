/** How the functions of this folder call operators, and the argument types they share. */

import { call } from "../../dispatch.ts";
import type { Dim } from "../../eager/dim.ts";
import type { Tensor } from "../../tensor.ts";

/** Runs an operator that returns one tensor. An argument that is undefined takes the schema's default. */
export function op(name: string, ...args: readonly unknown[]): Tensor {
  return call(`aten::${name}`, args) as Tensor;
}

/** Runs an operator that returns several tensors. */
export function ops(name: string, ...args: readonly unknown[]): readonly Tensor[] {
  return call(`aten::${name}`, args) as readonly Tensor[];
}

/** A size, which a trace can follow when it is a Dim. */
export type Size = number | Dim;

/** One number for all spatial dimensions, or one for each. */
export type Sizes = number | readonly number[];

/** `value` for each of `n` dimensions. */
export function spread<T>(value: T | readonly T[], n: number): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : Array.from({ length: n }, () => value as T);
}

export interface InPlace {
  /** Overwrite the input, which is then the result. */
  inplace?: boolean;
}
