// Running sums, products and extrema along a dimension. Sums and products of floats are carried in float64.
//
// A tensor is seen as [outer, n, inner]; up to 256 of the inner columns are carried forward together.

import { DType, isFloating } from "../core/dtype";
import { factDtype, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { wrapDim } from "../core/shape";
import { emptyLike, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { exp64 } from "../math/f64/exp";
import { log1p64 } from "../math/f64/log";
import { isDtypeArg } from "./engine/dtype-arg";
import { Fold } from "./engine/fold";
import { asNative, fromNative, intoOut } from "./engine/native";
import { refuse } from "./engine/pointwise";

const WIDE: usize = 256;

class Sum {
  @inline d(a: f64, x: f64): f64 {
    return a + x;
  }
  @inline n(a: i64, x: i64): i64 {
    return a + x;
  }
}

class Product {
  @inline d(a: f64, x: f64): f64 {
    return a * x;
  }
  @inline n(a: i64, x: i64): i64 {
    return a * x;
  }
}

class LogSumExp {
  @inline d(a: f64, x: f64): f64 {
    const low = min<f64>(a, x);
    const high = max<f64>(a, x);
    return low == high && !isFinite(low) ? x : log1p64(exp64(low - high)) + high;
  }
  @inline n(a: i64, x: i64): i64 {
    return 0;
  }
}

/** Columns of elements of type T, carried as type A, by OP from `first`. */
function scanColumns<T, A, OP extends Fold>(
  out: usize,
  x: usize,
  n: usize,
  step: usize,
  w: usize,
  first: A,
  carried: usize,
): void {
  for (let j: usize = 0; j < w; j++) store<A>(carried + (j << 3), first);
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < w; j++) {
      const at = j * sizeof<T>();
      let a = load<A>(carried + (j << 3));
      if (isInteger<A>()) a = changetype<OP>(0).n(a as i64, load<T>(x + at) as i64) as A;
      else a = changetype<OP>(0).d(a as f64, load<T>(x + at) as f64) as A;
      store<A>(carried + (j << 3), a);
      store<T>(out + at, (isInteger<A>() ? (a as i64) : (a as f64)) as T);
    }
    x += step;
    out += step;
  }
}

/** Columns of [n, inner] planes of `t`, contiguous and of type T, into `out`. */
function scanPlanes<T, A, OP extends Fold>(
  out: Tensor,
  t: Tensor,
  n: usize,
  inner: usize,
  first: A,
  carried: usize,
): void {
  const step = inner * sizeof<T>();
  let from = t.data;
  let to = out.data;
  for (let left: usize = t.numel; left > 0; left -= n * inner) {
    for (let j: usize = 0; j < inner; j += WIDE) {
      const at = j * sizeof<T>();
      scanColumns<T, A, OP>(to + at, from + at, n, step, min(WIDE, inner - j), first, carried);
    }
    from += n * step;
    to += n * step;
  }
}

/** Scans `self` in `dtype` by OP from `first`; the result has `dtype`. */
function scan<OP extends Fold>(self: Tensor, dim: i64, dtype: DType, first: f64): Tensor {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return NONE;
  if (dtype == DType.BOOL) return refuse(dtype);
  const carried = scratch((WIDE << 3) as u64);
  const t = carried ? asNative(self, dtype) : NONE;
  if (isNone(t)) return NONE;
  const out = emptyLike(t, t.dtype as DType);
  if (!isNone(out) && t.numel) {
    const n: usize = t.ndim ? t.size(d) : 1;
    const inner: usize = t.ndim ? out.stride(d) : 1;
    if (t.dtype == DType.FLOAT32) scanPlanes<f32, f64, OP>(out, t, n, inner, first, carried);
    else if (t.dtype == DType.FLOAT64) scanPlanes<f64, f64, OP>(out, t, n, inner, first, carried);
    else scanPlanes<i64, i64, OP>(out, t, n, inner, first as i64, carried);
  }
  release(t);
  return fromNative(out, dtype);
}

/** The dtype of a running sum or product: int64 for integers unless one is asked for or `out` has one. */
function scanType(self: Tensor, dtype: Value, out: Tensor): DType {
  const own = self.dtype as DType;
  return dtype.dtypeOr(isNone(out) && !isFloating(own) ? DType.INT64 : own);
}

/** True when `dtype` is a dtype that a result written to `out` may have. */
function checkType(self: Tensor, dtype: Value, out: Tensor): bool {
  if (!isDtypeArg(dtype)) return false;
  if (isNone(out) || scanType(self, dtype, out) == out.dtype) return true;
  fail(ErrorCode.DTYPE_MISMATCH);
  factDtype(dtype.int as u32);
  factDtype(out.dtype);
  return false;
}

export function cumsum(self: Tensor, dim: i64, dtype: Value, out: Tensor): Tensor {
  if (!checkType(self, dtype, out)) return NONE;
  return intoOut(scan<Sum>(self, dim, scanType(self, dtype, out), 0), out);
}

export function cumprod(self: Tensor, dim: i64, dtype: Value, out: Tensor): Tensor {
  if (!checkType(self, dtype, out)) return NONE;
  return intoOut(scan<Product>(self, dim, scanType(self, dtype, out), 1), out);
}

export function logcumsumexp(self: Tensor, dim: i64): Tensor {
  if (!isFloating(self.dtype as DType)) return refuse(self.dtype as DType);
  return scan<LogSumExp>(self, dim, self.dtype as DType, -Infinity);
}

/** Running extrema and their places, the last among equals; a NaN stays from its first occurrence on. */
function extremaColumn<T>(out: usize, places: usize, x: usize, n: usize, step: usize, largest: bool): void {
  let best = load<T>(x);
  let place: i64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const value = load<T>(x + i * step * sizeof<T>());
    const takes = largest ? value >= best : value <= best;
    if (takes ? true : value != value) {
      best = value;
      place = i as i64;
    }
    store<T>(out + i * step * sizeof<T>(), best);
    store<i64>(places + ((i * step) << 3), place);
  }
}

function extrema(self: Tensor, dim: i64, largest: bool, r: Value): void {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return;
  const dtype = self.dtype as DType;
  const t = asNative(self, dtype);
  if (isNone(t)) return;
  const out = emptyLike(t, t.dtype as DType);
  const places = isNone(out) ? NONE : emptyLike(t, DType.INT64);
  if (!isNone(places) && t.numel) {
    const n: usize = t.ndim ? t.size(d) : 1;
    const inner: usize = t.ndim ? out.stride(d) : 1;
    for (let plane: usize = 0; plane < (t.numel as usize); plane += n * inner) {
      for (let j = plane; j < plane + inner; j++) {
        const to = places.data + (j << 3);
        if (t.dtype == DType.FLOAT32) {
          extremaColumn<f32>(out.data + (j << 2), to, t.data + (j << 2), n, inner, largest);
        } else if (t.dtype == DType.FLOAT64) {
          extremaColumn<f64>(out.data + (j << 3), to, t.data + (j << 3), n, inner, largest);
        } else {
          extremaColumn<i64>(out.data + (j << 3), to, t.data + (j << 3), n, inner, largest);
        }
      }
    }
  }
  release(t);
  r.at(0).setTensor(fromNative(out, dtype));
  r.at(1).setTensor(places);
}

export function cummax(self: Tensor, dim: i64, r: Value): void {
  extrema(self, dim, true, r);
}

export function cummin(self: Tensor, dim: i64, r: Value): void {
  extrema(self, dim, false, r);
}
