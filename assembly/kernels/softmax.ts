// softmax and log_softmax along a dimension.
//
// A tensor is seen as [outer, n, inner]. With inner = 1 each of the outer rows is contiguous; else up to 256 columns
// are worked on together. Both take the largest element away, and sum in the order of engine/sum.ts. A NaN, or an
// infinity of the wrong kind, makes its whole row NaN.

import { DType, isFloating } from "../core/dtype";
import { scratch } from "../core/scratch";
import { wrapDim } from "../core/shape";
import { emptyLike, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { expF32x4 } from "../math/exp";
import { exp64 } from "../math/f64/exp";
import { log64 } from "../math/f64/log";
import { contiguousAs, convertCopy } from "./copy";
import { isDtypeArg } from "./engine/dtype-arg";
import { Lanes } from "./engine/map";
import { refuse } from "./engine/pointwise";
import { BLOCK } from "./engine/reduce";
import { sumColumnsF32, sumRowF32 } from "./engine/sum";

const WIDE: usize = 256;

/** Four values for the running row; columns have theirs in scratch memory. */
const shifts: usize = memory.data(16, 16);
const norms: usize = memory.data(16, 16);
const total: usize = memory.data(8, 16);

// Loops over n elements; `a` and `b` are vectors of four that advance by `step` bytes: 16, or 0 for one value.

/** out = e^(x - a). */
function expShifted(out: usize, x: usize, a: usize, step: usize, n: usize): void {
  for (; n >= 4; n -= 4) {
    v128.store(out, expF32x4(f32x4.sub(v128.load(x), v128.load(a))));
    out += 16;
    x += 16;
    a += step;
  }
  if (n) Lanes.store(out, expF32x4(f32x4.sub(Lanes.load(x, n), v128.load(a))), n);
}

/** out /= a. */
function divide(out: usize, a: usize, step: usize, n: usize): void {
  for (; n >= 4; n -= 4) {
    v128.store(out, f32x4.div(v128.load(out), v128.load(a)));
    out += 16;
    a += step;
  }
  if (n) Lanes.store(out, f32x4.div(Lanes.load(out, n), v128.load(a)), n);
}

/** out = x - a - b. */
function subtract(out: usize, x: usize, a: usize, b: usize, step: usize, n: usize): void {
  for (; n >= 4; n -= 4) {
    v128.store(out, f32x4.sub(f32x4.sub(v128.load(x), v128.load(a)), v128.load(b)));
    out += 16;
    x += 16;
    a += step;
    b += step;
  }
  if (n) Lanes.store(out, f32x4.sub(f32x4.sub(Lanes.load(x, n), v128.load(a)), v128.load(b)), n);
}

/** a = the larger of a and x; which one for a NaN does not matter. */
function raise(a: usize, x: usize, n: usize): void {
  for (; n >= 4; n -= 4) {
    v128.store(a, f32x4.pmax(v128.load(a), v128.load(x)));
    a += 16;
    x += 16;
  }
  if (n) v128.store(a, f32x4.pmax(v128.load(a), Lanes.load(x, n)));
}

/** The largest of n > 0 elements, or a NaN. */
export function largestF32(x: usize, n: usize): f32 {
  let top: f32 = load<f32>(x);
  if (n >= 4) {
    const last = x + ((n - 4) << 2);
    let a = v128.load(last);
    for (; x < last; x += 16) a = f32x4.pmax(a, v128.load(x));
    top = f32x4.extract_lane(a, 0);
    top = max<f32>(
      max<f32>(top, f32x4.extract_lane(a, 1)),
      max<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
    );
  } else {
    for (let i: usize = 1; i < n; i++) top = max<f32>(top, load<f32>(x + (i << 2)));
  }
  return top;
}

/** One contiguous row. */
export function softmaxRowF32(out: usize, x: usize, n: usize, log: bool): void {
  v128.store(shifts, f32x4.splat(largestF32(x, n)));
  store<f64>(total, 0);
  expShifted(out, x, shifts, 0, n);
  sumRowF32(out, n, total);
  const sum = load<f64>(total);
  v128.store(norms, f32x4.splat((log ? log64(sum) : sum) as f32));
  if (log) subtract(out, x, shifts, norms, 0, n);
  else divide(out, norms, 0, n);
}

/** `w` ≤ 256 columns of `n` rows, `step` bytes apart. `area` holds w f64, then 2 w f32 in whole vectors. */
function columnsF32(out: usize, x: usize, n: usize, step: usize, w: usize, log: bool, area: usize): void {
  const sums = area;
  const tops = area + (WIDE << 3);
  const last = tops + (WIDE << 2);
  memory.copy(tops, x, w << 2);
  for (let i: usize = 1; i < n; i++) raise(tops, x + i * step, w);
  memory.fill(sums, 0, w << 3);
  for (let i: usize = 0; i < n; i++) expShifted(out + i * step, x + i * step, tops, 16, w);
  for (let i: usize = 0; i < n; i += BLOCK) sumColumnsF32(out + i * step, step, min(BLOCK, n - i), w, sums);
  for (let j: usize = 0; j < w; j++) {
    const sum = load<f64>(sums + (j << 3));
    store<f32>(last + (j << 2), (log ? log64(sum) : sum) as f32);
  }
  for (let i: usize = 0; i < n; i++) {
    if (log) subtract(out + i * step, x + i * step, tops, last, 16, w);
    else divide(out + i * step, last, 16, w);
  }
}

/** One row of elements `step` bytes apart. */
export function softmaxRowF64(out: usize, x: usize, n: usize, step: usize, log: bool): void {
  const end = n * step;
  let top = load<f64>(x);
  for (let i: usize = step; i < end; i += step) top = max<f64>(top, load<f64>(x + i));
  let sum: f64 = 0;
  for (let i: usize = 0; i < end; i += step) {
    const e = exp64(load<f64>(x + i) - top);
    store<f64>(out + i, e);
    sum += e;
  }
  const logSum = log ? log64(sum) : 0;
  for (let i: usize = 0; i < end; i += step) {
    store<f64>(out + i, log ? load<f64>(x + i) - top - logSum : load<f64>(out + i) / sum);
  }
}

/** Runs over `t`, contiguous and of float32 or float64, along dimension `d`; a new tensor. */
function along(t: Tensor, d: i32, log: bool): Tensor {
  const out = emptyLike(t, t.dtype as DType);
  if (isNone(out) || t.numel == 0) return out;
  const n: usize = t.ndim ? t.size(d) : 1;
  const inner: usize = t.ndim ? out.stride(d) : 1;
  const wide = t.dtype == DType.FLOAT64;
  const planeBytes = (n * inner) << (wide ? 3 : 2);
  const area = scratch((WIDE << 4) as u64);
  if (!area) {
    release(out);
    return NONE;
  }
  let x = t.data;
  let y = out.data;
  for (let left: usize = t.numel; left > 0; left -= n * inner) {
    if (wide) {
      for (let j: usize = 0; j < inner; j++) softmaxRowF64(y + (j << 3), x + (j << 3), n, inner << 3, log);
    } else if (inner == 1) {
      softmaxRowF32(y, x, n, log);
    } else {
      for (let j: usize = 0; j < inner; j += WIDE) {
        columnsF32(y + (j << 2), x + (j << 2), n, inner << 2, min(WIDE, inner - j), log, area);
      }
    }
    x += planeBytes;
    y += planeBytes;
  }
  return out;
}

function run(self: Tensor, dim: i64, dtype: DType, log: bool): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return NONE;
  if (!isFloating(dtype)) return refuse(dtype);
  const t = contiguousAs(self, dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32);
  if (isNone(t)) return NONE;
  const out = along(t, d, log);
  release(t);
  if (isNone(out) || out.dtype == dtype) return out;
  const narrow = convertCopy(out, dtype);
  release(out);
  return narrow;
}

export function softmax(self: Tensor, dim: i64, dtype: Value): Tensor {
  return isDtypeArg(dtype) ? run(self, dim, dtype.dtypeOr(self.dtype as DType), false) : NONE;
}

export function logSoftmax(self: Tensor, dim: i64, dtype: Value): Tensor {
  return isDtypeArg(dtype) ? run(self, dim, dtype.dtypeOr(self.dtype as DType), true) : NONE;
}

export function softmaxHalf(self: Tensor, dim: i64, halfToFloat: bool): Tensor {
  return run(self, dim, halfToFloat ? DType.FLOAT32 : (self.dtype as DType), false);
}

export function logSoftmaxHalf(self: Tensor, dim: i64, halfToFloat: bool): Tensor {
  return run(self, dim, halfToFloat ? DType.FLOAT32 : (self.dtype as DType), true);
}
