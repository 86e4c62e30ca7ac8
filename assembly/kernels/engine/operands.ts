// The operands of the elementwise operation being run: the output is number 0, inputs follow.

import { Tensor } from "../../core/tensor";
import { Compute } from "./convert";

/** Most operands: an output and three inputs. */
export const OPERANDS: i32 = 4;

/** In place of a dtype to round to: values are used as they are. */
export const KEEP: u32 = 255;

const tensors: usize = memory.data(16, 16); // Tensor[OPERANDS]
const computes: usize = memory.data(16, 16); // Compute[OPERANDS]
const roundings: usize = memory.data(16, 16); // DType[OPERANDS] or KEEP

function word(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

export abstract class Operands {
  static count: i32 = 0;

  /** Bytes that `save` writes. */
  static readonly STATE: u64 = 48;

  @inline static tensor(i: i32): Tensor {
    return changetype<Tensor>(load<u32>(word(tensors, i)) as usize);
  }

  @inline static setTensor(i: i32, t: Tensor): void {
    store<u32>(word(tensors, i), changetype<usize>(t) as u32);
  }

  /** The type of the elements that the loop reads or writes. */
  @inline static compute(i: i32): Compute {
    return load<u32>(word(computes, i)) as Compute;
  }

  /** The dtype to which an input is rounded before it is used, or KEEP. */
  @inline static rounding(i: i32): u32 {
    return load<u32>(word(roundings, i));
  }

  static add(t: Tensor, c: Compute, rounding: u32): void {
    const i = Operands.count++;
    Operands.setTensor(i, t);
    store<u32>(word(computes, i), c);
    store<u32>(word(roundings, i), rounding);
  }

  /** Copies tensors, compute types and roundings to `at`; `restore` brings them back. */
  static save(at: usize): void {
    memory.copy(at, tensors, 16);
    memory.copy(at + 16, computes, 16);
    memory.copy(at + 32, roundings, 16);
  }

  static restore(at: usize): void {
    memory.copy(tensors, at, 16);
    memory.copy(computes, at + 16, 16);
    memory.copy(roundings, at + 32, 16);
  }
}
