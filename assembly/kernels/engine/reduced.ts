// Running a described reduction into a new tensor.

import { DType, isFloating } from "../../core/dtype";
import { factDtype, fail } from "../../core/error";
import { isNone, NONE, release, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";
import { convertCopy } from "../copy";
import { Compute, computeOf } from "./convert";
import { reducedTensor } from "./dims";
import { Finish, reduceRun } from "./reduce";

/** False with DTYPE recorded unless `dtype` is a floating type. */
export function checkFloating(dtype: DType): bool {
  if (isFloating(dtype)) return true;
  fail(ErrorCode.DTYPE);
  factDtype(dtype);
  return false;
}

/** Runs it over the selected dimensions of `t`, read as `c`, into a new tensor of `dtype`, written from `states`. */
export function reduced(
  t: Tensor,
  keepdim: bool,
  dtype: DType,
  c: Compute,
  states: Compute,
  finish: Finish,
): Tensor {
  const out = reducedTensor(t, keepdim, dtype);
  if (isNone(out) || reduceRun(t, c, finish, out, states, NONE, states)) return out;
  release(out);
  return NONE;
}

/** True when reading elements of `from` in the compute type of `to` is what converting them to `to` would give. */
function readsAs(from: DType, to: DType): bool {
  if (from == to) return true;
  if (isFloating(to)) return to == DType.FLOAT32 || to == DType.FLOAT64;
  return to == DType.INT64 || !isFloating(from);
}

/** Runs it in `dtype`, elements counting as converted to that first; states are f64, or i64 for integers. */
export function reducedAs(self: Tensor, keepdim: bool, dtype: DType, finish: Finish): Tensor {
  const c = computeOf(dtype);
  const states = c == Compute.F32 ? Compute.F64 : c;
  if (readsAs(self.dtype as DType, dtype)) return reduced(self, keepdim, dtype, c, states, finish);
  const t = convertCopy(self, dtype);
  if (isNone(t)) return NONE;
  const out = reduced(t, keepdim, dtype, c, states, finish);
  release(t);
  return out;
}
