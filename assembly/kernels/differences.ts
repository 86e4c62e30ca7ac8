// Differences and sums of neighbours along a dimension: diff, trapezoid, cumulative_trapezoid; products made of
// parts: kron, ldexp; trace and sum_to_size.

import { List, newList } from "../core/containers";
import { DType } from "../core/dtype";
import { factInt, factShape, factSizes, fail } from "../core/error";
import { releaseObject, Tag } from "../core/object";
import { scratch } from "../core/scratch";
import { readInts, wrapDimOf } from "../core/shape";
import { isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { wrapNumber } from "../vm/args";
import { add, mul, sub } from "./arithmetic";
import { convertCopy } from "./copy";
import { selectBits, selectDim } from "./engine/dims";
import { mismatch } from "./engine/product";
import { cat } from "./join";
import { logicalXor } from "./logic";
import { pow } from "./power";
import { sumSelected } from "./reduce";
import { cumsum } from "./scan";
import { diagonal, sliceAt } from "./slice";
import { reshapeSizes } from "./view";

const slots: usize = memory.data(48, 16); // 1, None, and a number

function one(): Value {
  const v = changetype<Value>(slots);
  v.setInt(1);
  return v;
}

function none(): Value {
  const v = changetype<Value>(slots).at(1);
  v.setNone();
  return v;
}

/** `x` as a tensor that promotes as a number; valid until the next. */
function number(x: f64): Tensor {
  const v = changetype<Value>(slots).at(2);
  v.set(Tag.FLOAT, reinterpret<i64>(x));
  return wrapNumber(v);
}

/** What is done with two tensors. */
enum Pair {
  ADD = 0,
  SUBTRACT = 1,
  MULTIPLY = 2,
}

/** Both are released; NONE when one of them is. */
function combined(a: Tensor, b: Tensor, how: Pair): Tensor {
  let out = NONE;
  if (!isNone(a) && !isNone(b)) {
    if (how == Pair.ADD) out = add(a, b, one(), NONE);
    else if (how == Pair.MULTIPLY) out = mul(a, b, NONE);
    else if (a.dtype == DType.BOOL && b.dtype == DType.BOOL) out = logicalXor(a, b, NONE);
    else out = sub(a, b, one(), NONE);
  }
  release(a);
  release(b);
  return out;
}

/** `t`, which is released, times a number. */
function scaled(t: Tensor, by: f64): Tensor {
  if (isNone(t)) return NONE;
  const out = mul(t, number(by), NONE);
  release(t);
  return out;
}

/** All but the last along `d`, or all but the first, as a view. */
function neighbours(t: Tensor, d: i32, first: i32): Tensor {
  return sliceAt(t, d, t.size(d) > 0 ? first : 0, max(t.size(d) - 1, 0), 1);
}

function steps(t: Tensor, d: i32): Tensor {
  return combined(neighbours(t, d, 1), neighbours(t, d, 0), Pair.SUBTRACT);
}

/** `self` between `prepend` and `append` (or NONE), one reference. */
function surrounded(self: Tensor, d: i32, prepend: Tensor, append: Tensor): Tensor {
  const list = newList(0);
  if (!changetype<usize>(list)) return NONE;
  list.length = 0;
  if (!isNone(prepend)) list.at(list.length++).setTensor(retain(prepend));
  list.at(list.length++).setTensor(retain(self));
  const whole = isNone(append) ? cat(list, d) : withLast(list, append, d);
  releaseObject(changetype<usize>(list));
  return whole;
}

function withLast(list: List, last: Tensor, d: i32): Tensor {
  const most = newList(list.length + 1);
  if (!changetype<usize>(most)) return NONE;
  for (let i: i32 = 0; i < (list.length as i32); i++) most.at(i).setTensor(retain(list.tensor(i)));
  most.at(list.length).setTensor(retain(last));
  const whole = cat(most, d);
  releaseObject(changetype<usize>(most));
  return whole;
}

/** The differences of neighbours, `n` times over; as many as there are for more. */
export function diff(self: Tensor, n: i64, dim: i64, prepend: Tensor, append: Tensor): Tensor {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NONE;
  if (n == 0) return convertCopy(self, self.dtype);
  let out = isNone(prepend) && isNone(append) ? retain(self) : surrounded(self, d, prepend, append);
  for (let left = n; left > 0 && !isNone(out) && out.size(d) > 0; left--) {
    const next = steps(out, d);
    release(out);
    out = next;
  }
  if (out != self) return out;
  const copy = convertCopy(self, self.dtype);
  release(out);
  return copy;
}

/** The distances of neighbours in `x`, whose one dimension or last dimensions go with those of `y`. */
function distances(y: Tensor, x: Tensor, d: i32): Tensor {
  const ndim = y.ndim as i32;
  if (x.ndim == 1 && x.size(0) != y.size(d)) {
    mismatch(ErrorCode.SIZE_MISMATCH, y, x);
    return NONE;
  }
  const sizes = scratch(((max(ndim, x.ndim as i32) as u64) << 2) + 4);
  if (!sizes) return NONE;
  if (x.ndim != 1 && (x.ndim as i32) >= ndim) return steps(x, d);
  for (let i = 0; i < ndim; i++) {
    const k = i - ndim + (x.ndim as i32);
    const size = x.ndim == 1 ? (i == d ? x.size(0) : 1) : k < 0 ? 1 : x.size(k);
    store<i32>(sizes + ((i as usize) << 2), size);
  }
  const fitted = reshapeSizes(x, sizes, ndim);
  const out = isNone(fitted) ? NONE : steps(fitted, d);
  release(fitted);
  return out;
}

/** Areas between neighbours, twice: (y₀ + y₁) · dx; all for one distance where `dx` is NONE. */
function areas(y: Tensor, d: i32, dx: Tensor): Tensor {
  const sums = combined(neighbours(y, d, 0), neighbours(y, d, 1), Pair.ADD);
  return isNone(dx) ? sums : combined(sums, retain(dx), Pair.MULTIPLY);
}

/** The sum of `t`, which is released, along `d`. */
function total(t: Tensor, d: i32): Tensor {
  const out = !isNone(t) && selectDim(t, d) ? sumSelected(t, false, none()) : NONE;
  release(t);
  return out;
}

export function trapezoidX(y: Tensor, x: Tensor, dim: i64): Tensor {
  const d = wrapDimOf(dim, y);
  const dx = d < 0 ? NONE : distances(y, x, d);
  const out = isNone(dx) ? NONE : scaled(total(areas(y, d, dx), d), 0.5);
  release(dx);
  return out;
}

export function trapezoidDx(y: Tensor, dx: Value, dim: i64): Tensor {
  const d = wrapDimOf(dim, y);
  return d < 0 ? NONE : scaled(total(areas(y, d, NONE), d), dx.asFloat / 2);
}

export function trapzDx(y: Tensor, dx: f64, dim: i64): Tensor {
  const d = wrapDimOf(dim, y);
  return d < 0 ? NONE : scaled(total(areas(y, d, NONE), d), dx / 2);
}

/** The running sum of `t`, which is released, along `d`, times a number. */
function running(t: Tensor, d: i32, by: f64): Tensor {
  const out = isNone(t) ? NONE : cumsum(t, d, none(), NONE);
  release(t);
  return scaled(out, by);
}

export function cumulativeTrapezoidX(y: Tensor, x: Tensor, dim: i64): Tensor {
  const d = wrapDimOf(dim, y);
  const dx = d < 0 ? NONE : distances(y, x, d);
  const out = isNone(dx) ? NONE : running(areas(y, d, dx), d, 0.5);
  release(dx);
  return out;
}

export function cumulativeTrapezoidDx(y: Tensor, dx: Value, dim: i64): Tensor {
  const d = wrapDimOf(dim, y);
  return d < 0 ? NONE : running(areas(y, d, NONE), d, dx.asFloat / 2);
}

/** `t` with its sizes at every second place of 2 · `ndim` dimensions, from `first` on, and 1 between them. */
function spread(t: Tensor, ndim: i32, first: i32): Tensor {
  const sizes = scratch(((ndim as u64) << 3) + 8);
  if (!sizes) return NONE;
  for (let i = 0; i < 2 * ndim; i++) {
    const k = i / 2 - ndim + (t.ndim as i32);
    store<i32>(sizes + ((i as usize) << 2), i % 2 == first && k >= 0 ? t.size(k) : 1);
  }
  return reshapeSizes(t, sizes, 2 * ndim);
}

/** The Kronecker product: every element of `self` times the whole of `other`. */
export function kron(self: Tensor, other: Tensor): Tensor {
  const ndim = max(self.ndim, other.ndim) as i32;
  const blocks = combined(spread(self, ndim, 0), spread(other, ndim, 1), Pair.MULTIPLY);
  const sizes = isNone(blocks) ? 0 : scratch(((ndim as u64) << 2) + 4);
  if (!sizes) {
    release(blocks);
    return NONE;
  }
  for (let i = 0; i < ndim; i++)
    store<i32>(sizes + ((i as usize) << 2), blocks.size(2 * i) * blocks.size(2 * i + 1));
  const out = reshapeSizes(blocks, sizes, ndim);
  release(blocks);
  return out;
}

/** self · 2^other. */
export function ldexp(self: Tensor, other: Tensor, out: Tensor): Tensor {
  const power = pow(number(2), other, NONE);
  if (isNone(power)) return NONE;
  const product = mul(self, power, out);
  release(power);
  return product;
}

export function trace(self: Tensor): Tensor {
  if (self.ndim != 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  return total(diagonal(self, 0, 0, 1), 0);
}

/** The sum over what broadcasting from `size` would have repeated. */
export function sumToSize(self: Tensor, size: List): Tensor {
  const sizes = readInts(size);
  if (!sizes) return NONE;
  const ndim = size.length as i32;
  const lead = (self.ndim as i32) - ndim;
  let bits: u64 = 0;
  let fits = lead >= 0;
  for (let i: i32 = 0; fits && i < (self.ndim as i32); i++) {
    const want = i < lead ? 1 : load<i32>(sizes + (((i - lead) as usize) << 2));
    fits = want == self.size(i) || want == 1;
    if (i < lead || (want == 1 && self.size(i) != 1)) bits |= (1 as u64) << i;
  }
  if (!fits) {
    fail(ErrorCode.EXPAND);
    factSizes(sizes, ndim);
    factShape(self);
    return NONE;
  }
  if (bits == 0 && ndim) return retain(self);
  selectBits(bits);
  const sum = sumSelected(self, true, none());
  if (isNone(sum) || lead == 0) return sum;
  const out = reshapeSizes(sum, sizes, ndim);
  release(sum);
  return out;
}
