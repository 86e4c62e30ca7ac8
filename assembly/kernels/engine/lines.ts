// Lines of a tensor along one dimension, visited in row-major order of the other dimensions, and the lines at the same
// places of two more tensors.
//
//   if (!Lines.begin(t, d, a, b)) return NONE;  do { … Lines.t, Lines.step … } while (Lines.next());

import { DType, dtypeShift } from "../../core/dtype";
import { scratch } from "../../core/scratch";
import { isNone, MAX_DIMS, Tensor } from "../../core/tensor";

const strides: usize = memory.data(768, 16); // i32[3][MAX_DIMS], in bytes
const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

function word(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

/** Length of a line of `t` along dimension `d`; a tensor without dimensions is one line of one element. */
export function lineLength(t: Tensor, d: i32): i32 {
  return t.ndim ? t.size(d) : 1;
}

/** Bytes from one element of a line to the next. */
export function lineStep(t: Tensor, d: i32): i32 {
  return t.ndim ? t.stride(d) << (dtypeShift(t.dtype as DType) as i32) : 0;
}

export abstract class Lines {
  /** First elements of the present lines. */
  static t: usize = 0;
  static a: usize = 0;
  static b: usize = 0;
  /** Bytes between elements of a line. */
  static step: i32 = 0;
  static stepA: i32 = 0;
  static stepB: i32 = 0;
  /** Number of lines before the present one. */
  static index: usize = 0;
  static ndim: i32 = 0;
  static position: usize = 0;

  /**
   * Starts at the first line of `t`, which has elements; `a` and `b` (or NONE) have its sizes but along `d`. False with an
   * error recorded when memory is out.
   */
  static begin(t: Tensor, d: i32, a: Tensor, b: Tensor): bool {
    Lines.position = scratch(((MAX_DIMS as u64) << 2) + 4);
    if (!Lines.position) return false;
    memory.fill(Lines.position, 0, (MAX_DIMS as usize) << 2);
    Lines.ndim = 0;
    Lines.index = 0;
    for (let i: i32 = 0; i < (t.ndim as i32); i++) {
      if (i == d || t.size(i) == 1) continue;
      store<i32>(word(sizes, Lines.ndim), t.size(i));
      Lines.put(0, t, i);
      Lines.put(1, a, i);
      Lines.put(2, b, i);
      Lines.ndim++;
    }
    Lines.t = t.data;
    Lines.step = lineStep(t, d);
    Lines.a = isNone(a) ? 0 : a.data;
    Lines.stepA = isNone(a) ? 0 : lineStep(a, d);
    Lines.b = isNone(b) ? 0 : b.data;
    Lines.stepB = isNone(b) ? 0 : lineStep(b, d);
    return true;
  }

  static put(which: i32, t: Tensor, i: i32): void {
    const at = word(strides, which * MAX_DIMS + Lines.ndim);
    store<i32>(at, isNone(t) ? 0 : t.stride(i) << (dtypeShift(t.dtype as DType) as i32));
  }

  /** Goes to the next line; false after the last. */
  static next(): bool {
    Lines.index++;
    for (let i = Lines.ndim - 1; i >= 0; i--) {
      const at = word(Lines.position, i);
      const place = load<i32>(at) + 1;
      const wraps = place == load<i32>(word(sizes, i));
      store<i32>(at, wraps ? 0 : place);
      const times = wraps ? 1 - place : 1;
      Lines.t += times * load<i32>(word(strides, i));
      Lines.a += times * load<i32>(word(strides, MAX_DIMS + i));
      Lines.b += times * load<i32>(word(strides, 2 * MAX_DIMS + i));
      if (!wraps) return true;
    }
    return false;
  }
}
