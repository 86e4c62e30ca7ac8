// Operators that write their results into given tensors: the base operator's kernel runs, then every `out` tensor gets the
// result's size and, converted, its elements.

import { hasError } from "../core/error";
import { Tag } from "../core/object";
import { isNone, release, retain, sameSizes, Tensor } from "../core/tensor";
import { clearValues, dropValues, Value } from "../core/value";
import { convertCopy, copyInto } from "../kernels/copy";
import { checkNoInternalOverlap } from "../kernels/engine/overlap";
import { canCast } from "../kernels/engine/promote";
import { resizeTo } from "../kernels/set-size";
import { reshapeSizes } from "../kernels/view";
import { dispatch, FIRST_OUT, OUT_BASES, OUT_RULES } from "../ops.gen";
import { resultsOf } from "./args";

/** In OUT_RULES: the place of the base's dtype argument, all bits set where it has none, and flags. */
const enum OutRule {
  PLACE = 63,
  /** A tensor of as many elements keeps its shape. */
  KEEPS_SHAPE = 64,
  /** The dtype and three options after it are missing among the given arguments. */
  INSERTS = 128,
}
const OPTIONS: i32 = 4;

const MOST_ARGS: usize = 64;
const full: usize = memory.data(1024, 16); // a slot for each of MOST_ARGS
const results: usize = memory.data(128, 16);

/** The base's arguments: `v`'s, or a copy with the dtype of `out` in its place. */
function baseArgs(rule: i32, v: Value, count: i32, out: Tensor): Value {
  const at = (rule & OutRule.PLACE) as usize;
  if (at == OutRule.PLACE) return v;
  const given = changetype<usize>(v);
  const args = changetype<Value>(full);
  memory.copy(full, given, min(count as usize, MOST_ARGS) << 4);
  const dtype = args.at(at as i32);
  if (!(rule & OutRule.INSERTS)) {
    if (dtype.isNone) dtype.setInt(out.dtype);
    return args;
  }
  memory.copy(
    full + ((at + OPTIONS) << 4),
    given + (at << 4),
    (min(count as usize, MOST_ARGS - OPTIONS) - at) << 4,
  );
  dtype.setInt(out.dtype);
  for (let i = 1; i < OPTIONS; i++) dtype.at(i).set(Tag.NONE, 0);
  return args;
}

/** Writes `result` into `out`; false with an error recorded when that is not possible. */
function writeOut(out: Tensor, result: Tensor, keepsShape: bool): bool {
  if (!canCast(result.dtype, out.dtype)) return false;
  if (out == result) return true;
  if (result.storage == out.storage) {
    const copy = convertCopy(result, result.dtype);
    const done = !isNone(copy) && writeOut(out, copy, keepsShape);
    release(copy);
    return done;
  }
  if (keepsShape && out.numel == result.numel) {
    const shaped = reshapeSizes(result, out.dims, out.ndim);
    const done = !isNone(shaped) && checkNoInternalOverlap(out) && copyInto(out, shaped);
    release(shaped);
    return done;
  }
  if (!sameSizes(out, result) && !resizeTo(out, result.dims, result.ndim)) return false;
  return checkNoInternalOverlap(out) && copyInto(out, result);
}

/** Runs operator `op`, from FIRST_OUT on, on checked arguments; the tensors written to are the results at `r`. */
export function runOut(op: i32, v: Value, count: i32, r: Value): void {
  const index = (op - FIRST_OUT) as usize;
  const base = load<u16>(OUT_BASES + (index << 1)) as i32;
  const outs = resultsOf(base) as i32;
  const first = count - outs;
  const made = changetype<Value>(results);
  clearValues(results, outs);
  const rule = load<u8>(OUT_RULES + index) as i32;
  const inserted = rule & OutRule.INSERTS ? OPTIONS : 0;
  dispatch(base, baseArgs(rule, v, first, v.at(first).tensor), first + inserted, made);
  for (let i = 0; i < outs && !hasError(); i++) {
    const out = v.at(first + i).tensor;
    if (made.at(i).isTensor && writeOut(out, made.at(i).tensor, (rule & OutRule.KEEPS_SHAPE) != 0))
      r.at(i).setTensor(retain(out));
  }
  dropValues(results, outs);
}
