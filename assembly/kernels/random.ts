// Random elements: every draw of PyTorch's that fills a tensor. Each gives PyTorch's numbers for a seed.
//
// A functional form fills a new tensor that is laid out like self; the in-place form fills `out`, which is self.

import { DType, dtypeShift, isFloating } from "../core/dtype";
import { badValue, factFloat, factInt, fail } from "../core/error";
import { emptyLikeAs, MemoryFormat } from "../core/layout";
import { emptyLike, isContiguous, isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { exp64 } from "../math/f64/exp";
import { log64, logHigh } from "../math/f64/log";
import { tan64 } from "../math/f64/trig";
import { fma64, fmaF32, fmaF32x4 } from "../math/fma";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../math/half";
import { fillUnits, seedCurrent, unit32, unit64, unitOf, word, word64 } from "../random/generator";
import { fillNormal, normal64 } from "../random/normal";
import { contiguousAs, copyInto } from "./copy";
import { expandTo } from "./dims";
import { Draw, drawOrder, elementAt, fillDrawn, inOrder, isDefault } from "./engine/draw";
import { storeElement } from "./engine/number";
import { checkNoInternalOverlap } from "./engine/overlap";
import { refuse } from "./engine/pointwise";

// Parameters of the distribution being drawn from.
let a: f64 = 0;
let b: f64 = 0;
let range: u64 = 0;
let base: i64 = 0;
const none: usize = memory.data(16, 16);

export function manualSeed(seed: i64): void {
  seedCurrent(seed as u64);
}

/** What torch.nn.init leaves in a program. */
export function uniformPlain(self: Tensor, from: f64, to: f64): Tensor {
  return uniform(self, from, to, noGenerator(), self);
}

export function normalPlain(self: Tensor, mean: f64, std: f64): Tensor {
  return normal(self, mean, std, noGenerator(), self);
}

/** The None that stands for the runtime's generator. */
function noGenerator(): Value {
  const v = changetype<Value>(none);
  v.setNone();
  return v;
}

/** Records that argument `index` may not have this value. */
function badFloat(index: i32, value: f64): Tensor {
  fail(ErrorCode.BAD_VALUE);
  factInt(index);
  factFloat(value);
  return NONE;
}

/** `out`, or for NONE a new tensor like self, filled. */
function filled(self: Tensor, out: Tensor, draw: Draw): Tensor {
  const to = isNone(out) ? emptyLikeAs(self, self.dtype as DType, MemoryFormat.PRESERVE) : retain(out);
  if (isNone(to) || fillDrawn(to, draw)) return to;
  release(to);
  return NONE;
}

/** As `filled`, for floating dtypes only. */
function floats(self: Tensor, out: Tensor, draw: Draw): Tensor {
  return isFloating(self.dtype as DType) ? filled(self, out, draw) : refuse(self.dtype as DType);
}

/** `x` rounded to a dtype of 16 bits. */
function rounded(x: f32, dtype: DType): f32 {
  return dtype === DType.FLOAT16 ? f16ToF32(f32ToF16(x)) : bf16ToF32(f32ToBf16(x));
}

function drawUniform(to: usize, dtype: DType, n: usize): void {
  if (dtype === DType.FLOAT64) {
    const span = b - a;
    for (let i: usize = 0; i < n; i++) store<f64>(to + (i << 3), fma64(unit64(), span, a));
  } else if (dtype === DType.FLOAT32) {
    const from = a as f32;
    const span = (b as f32) - from;
    fillUnits(to, n);
    if (from === 0 && span === 1) return;
    let i: usize = 0;
    for (; i + 4 <= n; i += 4) {
      const at = to + (i << 2);
      v128.store(at, fmaF32x4(v128.load(at), f32x4.splat(span), f32x4.splat(from)));
    }
    for (; i < n; i++) store<f32>(to + (i << 2), fmaF32(load<f32>(to + (i << 2)), span, from));
  } else {
    const from = rounded(a as f32, dtype);
    const span = rounded(rounded(b as f32, dtype) - from, dtype);
    const digits = dtype === DType.FLOAT16 ? 11 : 8;
    for (let i: usize = 0; i < n; i++) {
      storeElement(to + (i << 1), dtype, fmaF32(unitOf(digits), span, from), 0);
    }
  }
}

/** Uniform from [from, to). */
export function uniform(self: Tensor, from: f64, to: f64, generator: Value, out: Tensor): Tensor {
  if (!isDefault(generator)) return NONE;
  if (!isFloating(self.dtype as DType)) return refuse(self.dtype as DType);
  const most = largest(self.dtype as DType);
  if (!(abs(from) <= most)) return badFloat(1, from);
  if (!(abs(to) <= most && from <= to && to - from <= most)) return badFloat(2, to);
  a = from;
  b = to;
  return floats(self, out, drawUniform);
}

/** Draws every element of a floating tensor from [0, 1); false with an error recorded. */
export function fillUniform(to: Tensor): bool {
  a = 0;
  b = 1;
  return fillDrawn(to, drawUniform);
}

/** Greatest finite number of a floating dtype. */
function largest(dtype: DType): f64 {
  if (dtype === DType.FLOAT64) return f64.MAX_VALUE;
  return dtype === DType.FLOAT16 ? 65504 : dtype === DType.FLOAT32 ? f32.MAX_VALUE : 3.3895313892515355e38;
}

function drawNormal(to: usize, dtype: DType, n: usize): void {
  for (let i: usize = 0; i < n; i++) storeElement(elementAt(to, dtype, i), dtype, normal64(a, b), 0);
}

/** Normal: sixteen and more contiguous elements are drawn in another way than others. */
export function normal(self: Tensor, mean: f64, std: f64, generator: Value, out: Tensor): Tensor {
  if (!isDefault(generator)) return NONE;
  if (!(std >= 0)) return badFloat(2, std);
  if (!isFloating(self.dtype as DType)) return refuse(self.dtype as DType);
  const to = isNone(out) ? emptyLikeAs(self, self.dtype as DType, MemoryFormat.PRESERVE) : retain(out);
  if (isNone(to)) return NONE;
  if (fillNormally(to, mean, std)) return to;
  release(to);
  return NONE;
}

/** Draws every element of a floating tensor; false with an error recorded. */
export function fillNormally(to: Tensor, mean: f64, std: f64): bool {
  a = mean;
  b = std;
  const dtype = to.dtype as DType;
  if (to.numel < 16 || !isContiguous(to)) return fillDrawn(to, drawNormal);
  fillNormal(to.data, dtype, dtypeShift(dtype), to.numel, mean, std);
  return true;
}

function drawLogNormal(to: usize, dtype: DType, n: usize): void {
  for (let i: usize = 0; i < n; i++) storeElement(elementAt(to, dtype, i), dtype, exp64(normal64(a, b)), 0);
}

export function logNormal(self: Tensor, mean: f64, std: f64, generator: Value, out: Tensor): Tensor {
  if (!isDefault(generator)) return NONE;
  if (!(std > 0)) return badFloat(2, std);
  a = mean;
  b = std;
  return floats(self, out, drawLogNormal);
}

function drawCauchy(to: usize, dtype: DType, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    const x = fma64(b, tan64(Math.PI * (unit64() - 0.5)), a);
    storeElement(elementAt(to, dtype, i), dtype, x, 0);
  }
}

export function cauchy(self: Tensor, median: f64, sigma: f64, generator: Value, out: Tensor): Tensor {
  if (!isDefault(generator)) return NONE;
  if (!(sigma > 0)) return badFloat(2, sigma);
  a = median;
  b = sigma;
  return floats(self, out, drawCauchy);
}

function drawExponential(to: usize, dtype: DType, n: usize): void {
  const scale = -1 / a;
  for (let i: usize = 0; i < n; i++) {
    storeElement(elementAt(to, dtype, i), dtype, scale * logHigh(1 - unit64()), 0);
  }
}

export function exponential(self: Tensor, lambd: f64, generator: Value, out: Tensor): Tensor {
  if (!isDefault(generator)) return NONE;
  if (!(lambd >= 0)) return badFloat(1, lambd);
  a = lambd;
  return floats(self, out, drawExponential);
}

function drawGeometric(to: usize, dtype: DType, n: usize): void {
  const rate = log64(1 - a);
  for (let i: usize = 0; i < n; i++) {
    const x = ceil(log64(unit64()) / rate);
    storeElement(elementAt(to, dtype, i), dtype, x, abs(x) < 9.2e18 ? (x as i64) : i64.MIN_VALUE);
  }
}

/** Number of trials up to the first success. */
export function geometric(self: Tensor, p: f64, generator: Value, out: Tensor): Tensor {
  if (!isDefault(generator)) return NONE;
  if (!(p > 0 && p < 1)) return badFloat(1, p);
  if (self.dtype === DType.BOOL) return refuse(DType.BOOL);
  a = p;
  return filled(self, out, drawGeometric);
}

function drawBernoulli(to: usize, dtype: DType, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    const one = unit64() < a;
    storeElement(elementAt(to, dtype, i), dtype, one ? 1 : 0, one ? 1 : 0);
  }
}

/** Draws 1 with probability p, else 0, into every element; false with an error recorded. */
export function fillBernoulli(to: Tensor, p: f64): bool {
  a = p;
  return fillDrawn(to, drawBernoulli);
}

/** False, with an error recorded, for float16, which PyTorch does not draw, and for what is no probability. */
function mayBernoulli(self: Tensor, p: f64): bool {
  if (self.dtype === DType.FLOAT16) refuse(DType.FLOAT16);
  else if (p >= 0 && p <= 1) return true;
  else badFloat(1, p);
  return false;
}

export function bernoulliFloat(self: Tensor, p: f64, generator: Value): Tensor {
  if (!isDefault(generator) || !mayBernoulli(self, p)) return NONE;
  a = p;
  return filled(self, self, drawBernoulli);
}

/** A new contiguous tensor of 1 with probability p, else 0. */
export function bernoulliP(self: Tensor, p: f64, generator: Value): Tensor {
  if (!isDefault(generator) || !mayBernoulli(self, p)) return NONE;
  const out = emptyLike(self, self.dtype as DType);
  if (isNone(out)) return NONE;
  a = p;
  const done = filled(out, out, drawBernoulli);
  release(out);
  return done;
}

/** 1 with the probability that each element of self gives, in a new contiguous tensor. */
export function bernoulli(self: Tensor, generator: Value): Tensor {
  if (!isDefault(generator)) return NONE;
  const out = emptyLike(self, self.dtype as DType);
  if (isNone(out) || bernoulliInto(out, self)) return out;
  release(out);
  return NONE;
}

export function bernoulliTensor(self: Tensor, p: Tensor, generator: Value, out: Tensor): Tensor {
  if (!isDefault(generator)) return NONE;
  const to = isNone(out) ? emptyLikeAs(self, self.dtype as DType, MemoryFormat.PRESERVE) : retain(out);
  if (isNone(to) || bernoulliInto(to, p)) return to;
  release(to);
  return NONE;
}

/** Fills `to` by the probabilities `p`, which are broadcast; false with an error recorded. */
function bernoulliInto(to: Tensor, p: Tensor): bool {
  const dtype = to.dtype as DType;
  if (dtype === DType.FLOAT16) refuse(dtype);
  else if (!isFloating(p.dtype as DType) || p.dtype === DType.FLOAT16) refuse(p.dtype as DType);
  else if (checkNoInternalOverlap(to)) return drawByTensor(to, p);
  return false;
}

function drawByTensor(to: Tensor, p: Tensor): bool {
  const order = drawOrder(to);
  if (!order) return false;
  const spread = expandTo(p, to.dims, to.ndim, false);
  const turned = isNone(spread) ? NONE : inOrder(spread, order);
  const wide = p.dtype === DType.FLOAT64;
  const odds = isNone(turned) ? NONE : contiguousAs(turned, wide ? DType.FLOAT64 : DType.FLOAT32);
  const view = isNone(odds) ? NONE : inOrder(to, order);
  const drawn = isNone(view) ? NONE : emptyLike(view, to.dtype as DType);
  const done = !isNone(drawn) && drawOdds(drawn, odds, wide) && copyInto(view, drawn);
  release(spread);
  release(turned);
  release(odds);
  release(view);
  release(drawn);
  return done;
}

/** Compares with the precision of the probabilities. */
function drawOdds(out: Tensor, odds: Tensor, wide: bool): bool {
  for (let i: usize = 0; i < (out.numel as usize); i++) {
    const p = wide ? load<f64>(odds.data + (i << 3)) : (load<f32>(odds.data + (i << 2)) as f64);
    if (!(p >= 0 && p <= 1)) {
      badFloat(1, p);
      return false;
    }
    const one = (wide ? unit64() : (unit32() as f64)) < p;
    storeElement(elementAt(out.data, out.dtype as DType, i), out.dtype as DType, one ? 1 : 0, one ? 1 : 0);
  }
  return true;
}

/** Number of bits that a floating dtype's mantissa holds. */
function digitsOf(dtype: DType): i64 {
  if (dtype === DType.FLOAT64) return 53;
  return dtype === DType.FLOAT32 ? 24 : dtype === DType.FLOAT16 ? 11 : 8;
}

/** Greatest value of an integer dtype or bool. */
function mostOf(dtype: DType): i64 {
  switch (dtype) {
    case DType.BOOL:
      return 1;
    case DType.UINT8:
      return 255;
    case DType.INT8:
      return 127;
    case DType.INT16:
      return 32767;
    case DType.INT32:
      return i32.MAX_VALUE;
    default:
      return i64.MAX_VALUE;
  }
}

/** Writes an integer as an element, floats rounded once. */
function storeInteger(to: usize, dtype: DType, n: i64): void {
  storeElement(to, dtype, dtype === DType.FLOAT64 ? (n as f64) : (n as f32 as f64), n);
}

function drawFromTo(to: usize, dtype: DType, n: usize): void {
  const large = dtype === DType.INT64 || (isFloating(dtype) && dtype !== DType.FLOAT16);
  const wide = large && range >= 0x100000000;
  for (let i: usize = 0; i < n; i++) {
    const bits = wide ? word64() : (word() as u64);
    storeInteger(elementAt(to, dtype, i), dtype, ((bits % range) as i64) + base);
  }
}

/** All 2^64 integers. */
function drawWords(to: usize, dtype: DType, n: usize): void {
  for (let i: usize = 0; i < n; i++) storeInteger(elementAt(to, dtype, i), dtype, word64() as i64);
}

/** The integers from 0 to the greatest, or to 2^digits in floats. */
function drawAny(to: usize, dtype: DType, n: usize): void {
  const wide = dtype === DType.FLOAT64 || dtype === DType.INT64;
  const most: u64 = isFloating(dtype) ? (1 << (digitsOf(dtype) as u64)) + 1 : (mostOf(dtype) as u64) + 1;
  for (let i: usize = 0; i < n; i++) {
    storeInteger(elementAt(to, dtype, i), dtype, ((wide ? word64() : (word() as u64)) % most) as i64);
  }
}

/** Integers from 0 to the greatest that the dtype holds exactly. */
export function random(self: Tensor, generator: Value, out: Tensor): Tensor {
  return isDefault(generator) ? filled(self, out, drawAny) : NONE;
}

export function randomTo(self: Tensor, to: i64, generator: Value, out: Tensor): Tensor {
  return isDefault(generator) && setRange(self.dtype as DType, 0, to, 1)
    ? filled(self, out, drawFromTo)
    : NONE;
}

/** Integers from [from, to), or up to the greatest for None. */
export function randomFrom(self: Tensor, from: i64, to: Value, generator: Value, out: Tensor): Tensor {
  if (!isDefault(generator)) return NONE;
  const dtype = self.dtype as DType;
  if (!to.isNone) return setRange(dtype, from, to.int, 2) ? filled(self, out, drawFromTo) : NONE;
  if (from === i64.MIN_VALUE) {
    const all = dtype === DType.INT64 || (isFloating(dtype) && dtype !== DType.FLOAT16);
    return all ? filled(self, out, drawWords) : refuse(dtype);
  }
  const most = isFloating(dtype) ? (1 as i64) << digitsOf(dtype) : mostOf(dtype);
  const least = isFloating(dtype) ? fromWithin(dtype, from) : from;
  if (least > most || !within(dtype, least, 1)) {
    badValue(1, from);
    return NONE;
  }
  range = (most as u64) - (least as u64) + 1;
  base = least;
  return filled(self, out, drawFromTo);
}

/** Sets the range [from, to), which argument `index` ends, for draws of `dtype`; false with an error recorded. */
export function setRange(dtype: DType, from: i64, to: i64, index: i32): bool {
  let start = from;
  let end = to;
  if (isFloating(dtype) && from < to) {
    start = fromWithin(dtype, from);
    end = toWithin(dtype, to);
  }
  if (start >= end) {
    badValue(index, to);
    return false;
  }
  if (!within(dtype, start, index - 1) || !within(dtype, end - 1, index)) return false;
  range = (end as u64) - (start as u64);
  base = start;
  return true;
}

/** Draws integers of the range that was set; false with an error recorded. */
export function fillIntegers(out: Tensor): bool {
  return fillDrawn(out, drawFromTo);
}

function within(dtype: DType, n: i64, index: i32): bool {
  const fits = isFloating(dtype)
    ? abs(n as f64) <= largest(dtype)
    : n <= mostOf(dtype) && n >= (dtype === DType.BOOL || dtype === DType.UINT8 ? 0 : ~mostOf(dtype));
  if (!fits) badValue(index, n);
  return fits;
}

/** `n` as the dtype holds it, and back. */
function held(dtype: DType, n: i64): i64 {
  if (dtype === DType.FLOAT64) return clampF64(n as f64);
  return clampF64((dtype === DType.FLOAT32 ? (n as f32) : rounded(n as f32, dtype)) as f64);
}

function clampF64(x: f64): i64 {
  return abs(x) < 9223372036854775808.0 ? (x as i64) : i64.MIN_VALUE;
}

/** One step of the dtype at n. */
function stepAt(dtype: DType, n: i64): i64 {
  const size = abs<i64>(n);
  const bits = size ? 63 - clz(size) : 0;
  const shift = bits - digitsOf(dtype) + 1;
  return shift >= 0 ? (1 as i64) << shift : 0;
}

/** The first integer from `from` on that does not fall below it when it is rounded to the dtype. */
function fromWithin(dtype: DType, from: i64): i64 {
  const next = held(dtype, from + 1);
  return next < from ? next + stepAt(dtype, from + 1) : from;
}

/** The end of a range whose last integer does not reach `to` when it is rounded to the dtype. */
function toWithin(dtype: DType, to: i64): i64 {
  const last = held(dtype, to - 1);
  return last >= to ? last - stepAt(dtype, to - 1) : to;
}
