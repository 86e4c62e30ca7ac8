// The plan of an elementwise operation: for each dimension from innermost to outermost, its size and every operand's
// step in bytes. `order.ts` fills it, `blocks.ts` runs it.

import { MAX_DIMS } from "../../core/tensor";
import { Operands } from "./operands";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]
const steps: usize = memory.data(1024, 16); // i32[OPERANDS][MAX_DIMS]

export abstract class Plan {
  static ndim: i32 = 0;

  @inline static size(d: i32): i32 {
    return load<i32>(sizes + ((d as usize) << 2));
  }

  @inline static setSize(d: i32, value: i32): void {
    store<i32>(sizes + ((d as usize) << 2), value);
  }

  @inline static step(i: i32, d: i32): i32 {
    return load<i32>(steps + (((i * MAX_DIMS + d) as usize) << 2));
  }

  @inline static setStep(i: i32, d: i32, bytes: i32): void {
    store<i32>(steps + (((i * MAX_DIMS + d) as usize) << 2), bytes);
  }

  /** Sets the number of dimensions, padded to two with size 1. */
  static finish(ndim: i32): void {
    Plan.ndim = max(ndim, 2);
    for (; ndim < 2; ndim++) {
      Plan.setSize(ndim, 1);
      for (let i = 0; i < Operands.count; i++) Plan.setStep(i, ndim, 0);
    }
  }
}
