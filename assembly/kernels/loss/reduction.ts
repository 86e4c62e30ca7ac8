// What a loss does with its elements: keep them, or take their mean or sum.

import { DType } from "../../core/dtype";
import { isNone, NONE, Tensor } from "../../core/tensor";
import { convertCopy } from "../copy";
import { hold, noValue } from "../engine/compose";
import { mean, sum } from "../reduce";

/** The `reduction` argument; any other number keeps the elements. */
export const enum Reduction {
  NONE = 0,
  MEAN = 1,
  SUM = 2,
}

/** `t` reduced, held by the composition; NONE stays NONE. */
export function reducedLoss(t: Tensor, reduction: i64): Tensor {
  if (isNone(t)) return NONE;
  if (reduction == Reduction.MEAN) return hold(mean(t, noValue()));
  return reduction == Reduction.SUM ? hold(sum(t, noValue())) : t;
}

/** `t` in `dtype`, held by the composition. */
export function inDtype(t: Tensor, dtype: DType): Tensor {
  return isNone(t) || t.dtype == dtype ? t : hold(convertCopy(t, dtype));
}
