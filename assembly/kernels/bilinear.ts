// bilinear: for every pair of vectors x, y and every output o the number x · weight[o] · y + bias[o].

import { factInt, factShape, fail } from "../core/error";
import { isNone, NONE, newView, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { composeBegin, composeEnd, hold, plus } from "./engine/compose";
import { contract } from "./engine/contract";
import { mismatch, sameDtype } from "./engine/product";
import { reshapeSizes } from "./view";

const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

function checkArguments(x: Tensor, y: Tensor, weight: Tensor, bias: Tensor): bool {
  const last = (x.ndim as i32) - 1;
  if (weight.ndim != 3 || last < 0) {
    fail(ErrorCode.NDIM);
    factInt(last < 0 ? 0 : 2);
    factInt(last < 0 ? 1 : 3);
    factShape(last < 0 ? x : weight);
    return false;
  }
  if (x.ndim != y.ndim || memory.compare(x.dims, y.dims, (last as usize) << 2) != 0)
    return mismatch(ErrorCode.SIZE_MISMATCH, x, y);
  if (x.size(last) != weight.size(1)) return mismatch(ErrorCode.SIZE_MISMATCH, x, weight);
  if (y.size(last) != weight.size(2)) return mismatch(ErrorCode.SIZE_MISMATCH, y, weight);
  if (!sameDtype(x, y) || !sameDtype(x, weight)) return false;
  if (isNone(bias) || (bias.ndim == 1 && bias.size(0) == weight.size(0))) return true;
  return mismatch(ErrorCode.SIZE_MISMATCH, bias, weight);
}

/** `t`, [..., n], as [N, 1, n, 1], or [N, 1, 1, n]; held. */
function asRows(t: Tensor, second: bool): Tensor {
  const last = (t.ndim as i32) - 1;
  let rows: i32 = 1;
  for (let d = 0; d < last; d++) rows *= t.size(d);
  store<i32>(sizes, rows);
  store<i32>(sizes, 1, 4);
  store<i32>(sizes, second ? 1 : t.size(last), 8);
  store<i32>(sizes, second ? t.size(last) : 1, 12);
  return hold(reshapeSizes(t, sizes, 4));
}

/** The weight, [O, I, J], as [1, O, I, J]; held. */
function asBatch(weight: Tensor): Tensor {
  const v = hold(newView(weight, 4));
  if (isNone(v)) return NONE;
  for (let d = 0; d < 4; d++) {
    v.setSize(d, d ? weight.size(d - 1) : 1);
    v.setStride(d, d ? weight.stride(d - 1) : 0);
  }
  return v;
}

/** Inputs [..., I] and [..., J] with the same sizes before, weight [O, I, J]: [..., O]. */
export function bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor): Tensor {
  if (!checkArguments(input1, input2, weight, bias)) return NONE;
  const mark = composeBegin();
  const x = asRows(input1, false);
  const y = isNone(x) ? NONE : asRows(input2, true);
  const w = isNone(y) ? NONE : asBatch(weight);
  // Sums over the dimensions 2, then 3.
  const half = isNone(w) ? NONE : hold(contract(x, w, 4));
  const whole = isNone(half) ? NONE : hold(contract(half, y, 8));
  const last = (input1.ndim as i32) - 1;
  memory.copy(sizes, input1.dims, (last as usize) << 2);
  store<i32>(sizes + ((last as usize) << 2), weight.size(0));
  const out = isNone(whole) ? NONE : hold(reshapeSizes(whole, sizes, last + 1));
  return composeEnd(mark, isNone(bias) ? out : plus(out, bias));
}
