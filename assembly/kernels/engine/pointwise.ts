// Elementwise operators by compute type: pick the loop for the dtype, check the output's dtype, run the engine.

import { DType } from "../../core/dtype";
import { ErrorCode } from "../../errors.gen";
import { factDtype, fail } from "../../core/error";
import { NONE, Tensor } from "../../core/tensor";
import { Compute, computeOf } from "./convert";
import { iterBegin, iterInput, iterRun, Loop } from "./iter";
import { canCast } from "./promote";

/** Stands where an operator has no loop for a compute type: the operator is refused for such dtypes. */
export function noLoop(out: usize, a: usize, b: usize, c: usize, n: usize): void {}

let loopF32: Loop = noLoop;
let loopF64: Loop = noLoop;
let loopI64: Loop = noLoop;

/** Names the loops of the next `pointwise…` call, one per compute type. */
export function setLoops(f32Loop: Loop, f64Loop: Loop, i64Loop: Loop): void {
  loopF32 = f32Loop;
  loopF64 = f64Loop;
  loopI64 = i64Loop;
}

function pick(dtype: DType): Loop {
  const c = computeOf(dtype);
  const loop = c == Compute.F32 ? loopF32 : c == Compute.F64 ? loopF64 : loopI64;
  if (loop == noLoop) {
    fail(ErrorCode.DTYPE);
    factDtype(dtype);
  }
  return loop;
}

/**
 * Applies the loops set by `setLoops` to one, two or three inputs (NONE for those there are not), computed in and
 * giving `dtype`, into `out` (NONE: a new tensor).
 */
export function pointwise(a: Tensor, b: Tensor, c: Tensor, out: Tensor, dtype: DType): Tensor {
  if (changetype<usize>(out) && !canCast(dtype, out.dtype as DType)) return NONE;
  const loop = pick(dtype);
  if (loop == noLoop) return NONE;
  return apply(a, b, c, out, dtype, computeOf(dtype), computeOf(dtype), loop);
}

/** As `pointwise`, but the loops give truth bytes (a bool tensor) from inputs computed in `dtype`. */
export function pointwiseTest(a: Tensor, b: Tensor, out: Tensor, dtype: DType): Tensor {
  const loop = pick(dtype);
  if (loop == noLoop) return NONE;
  return apply(a, b, NONE, out, DType.BOOL, Compute.U8, computeOf(dtype), loop);
}

/** As `pointwise` on truth bytes in and out: the inputs of any dtype count as true where they are not zero. */
export function pointwiseTruth(a: Tensor, b: Tensor, out: Tensor, loop: Loop): Tensor {
  return apply(a, b, NONE, out, DType.BOOL, Compute.U8, Compute.U8, loop);
}

function apply(
  a: Tensor,
  b: Tensor,
  c: Tensor,
  out: Tensor,
  dtype: DType,
  outCompute: Compute,
  inCompute: Compute,
  loop: Loop,
): Tensor {
  iterBegin(out, dtype, outCompute);
  iterInput(a, inCompute);
  if (changetype<usize>(b)) iterInput(b, inCompute);
  if (changetype<usize>(c)) iterInput(c, inCompute);
  return iterRun(loop);
}
