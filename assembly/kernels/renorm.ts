// renorm: parts of a tensor that are longer than a limit are shortened to it.

import { DType, isFloating } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { wrapDimOf } from "../core/shape";
import { isNone, NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { mul } from "./arithmetic";
import { composeBegin, composeEnd, hold } from "./engine/compose";
import { selectBits } from "./engine/dims";
import { pointwise, refuse, useFloat1 } from "./engine/pointwise";
import { inDtype } from "./loss/reduction";
import { pNorm } from "./vector-norm";

let limit: f64 = 0;
let limitF32: v128 = f32x4.splat(0);
const SMALL: f64 = 1e-7;

/** What to multiply a part of length a by. */
class Factor {
  @inline v(a: v128): v128 {
    const shorter = f32x4.div(limitF32, f32x4.add(a, f32x4.splat(SMALL as f32)));
    return v128.bitselect(shorter, f32x4.splat(1), f32x4.gt(a, limitF32));
  }
  @inline d(a: f64): f64 {
    return a > limit ? limit / (a + SMALL) : 1;
  }
}

/** Every part of `self` along `dim` has a p-norm of at most `maxnorm` afterwards. */
export function renorm(self: Tensor, p: Value, dim: i64, maxnorm: Value, out: Tensor): Tensor {
  if (!(p.asFloat > 0)) {
    badValue(1, p.asInt);
    return NONE;
  }
  if (!(maxnorm.asFloat >= 0)) {
    badValue(3, maxnorm.asInt);
    return NONE;
  }
  if (self.ndim < 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  const d = wrapDimOf(dim, self);
  if (d < 0) return NONE;
  if (!isFloating(self.dtype)) return refuse(self.dtype);
  const mark = composeBegin();
  limit = maxnorm.asFloat;
  limitF32 = f32x4.splat(limit as f32);
  selectBits(~((1 as u64) << (d as u64)));
  const half = self.dtype == DType.FLOAT16 || self.dtype == DType.BFLOAT16;
  const lengths = hold(pNorm(self, p.asFloat, true, half ? DType.FLOAT32 : DType.FLOAT64));
  useFloat1<Factor>();
  const factors = isNone(lengths) ? NONE : hold(pointwise(lengths, NONE, NONE, NONE, lengths.dtype));
  const fit = isNone(factors) ? NONE : inDtype(factors, self.dtype);
  return composeEnd(mark, isNone(fit) ? NONE : hold(mul(self, fit, out)));
}
