// dropout and its kin. Noise is drawn as PyTorch draws it: an element is kept where a float64 unit is below 1 - p.

import { DType, dtypeShift, isFloating } from "../core/dtype";
import { factDtype, factFloat, factInt, factShape, fail } from "../core/error";
import { emptyLikeAs, MemoryFormat } from "../core/layout";
import { scratch } from "../core/scratch";
import { empty, emptyLike, isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { wrapNumber } from "../vm/args";
import { add, mul } from "./arithmetic";
import { convertCopy } from "./copy";
import { storeElement } from "./engine/number";
import { refuse, test, unary } from "./engine/pointwise";
import { fillBernoulli } from "./random";
import { loadFloat } from "./scalar";

const number: usize = memory.data(16, 16);

/** Whether the result is self: nothing is dropped. Otherwise all is (p = 1), something, or an error is recorded. */
enum Fate {
  KEPT = 0,
  DROPPED = 1,
  DRAWN = 2,
  REFUSED = 3,
}

function fate(self: Tensor, p: f64, train: bool): Fate {
  if (!(p >= 0 && p <= 1)) {
    fail(ErrorCode.BAD_VALUE);
    factInt(1);
    factFloat(p);
    return Fate.REFUSED;
  }
  if (p === 0 || !train || self.numel === 0) return Fate.KEPT;
  return p === 1 ? Fate.DROPPED : Fate.DRAWN;
}

/** Times zero: signs stay, and NaN and infinities give NaN. */
class TimesZero {
  @inline v(a: v128): v128 {
    return f32x4.mul(a, f32x4.splat(0));
  }
  @inline d(a: f64): f64 {
    return a * 0;
  }
  @inline n(a: i64): i64 {
    return 0;
  }
}

class Always {
  @inline v(a: v128): v128 {
    return i32x4.splat(-1);
  }
  @inline d(a: f64): bool {
    return true;
  }
  @inline n(a: i64): bool {
    return true;
  }
}

/** The number x as a Scalar slot. */
function scalar(x: f64): Value {
  const v = changetype<Value>(number);
  v.setFloat(x);
  return v;
}

/** 1 with probability 1 - p, else 0, in a new contiguous tensor of `self`'s sizes, or one per channel; NONE with an error recorded. */
function survivors(self: Tensor, p: f64, channels: bool): Tensor {
  const dtype = self.dtype as DType;
  if (!isFloating(dtype)) {
    fail(ErrorCode.RESULT_TYPE);
    factDtype(DType.FLOAT32);
    factDtype(dtype);
    return NONE;
  }
  if (dtype === DType.FLOAT16) return refuse(dtype);
  let noise = NONE;
  if (channels) {
    const ndim = self.ndim as i32;
    const sizes = scratch(256);
    if (!sizes) return NONE;
    for (let i = 0; i < ndim; i++) store<i32>(sizes + ((i as usize) << 2), i < 2 ? self.size(i) : 1);
    noise = empty(dtype, sizes, ndim);
  } else {
    noise = emptyLike(self, dtype);
  }
  if (isNone(noise) || fillBernoulli(noise, 1 - p)) return noise;
  release(noise);
  return NONE;
}

/** Turns noise of ones and zeros into elements of `kept` and `dropped`, each rounded to the dtype. */
function setLevels(noise: Tensor, kept: f64, dropped: f64): void {
  const dtype = noise.dtype as DType;
  const shift = dtypeShift(dtype);
  const end = noise.data + ((noise.numel as usize) << shift);
  for (let at = noise.data; at < end; at += (1 as usize) << shift) {
    // A floating one has some bit set in its upper half.
    const one = load<u16>(at + ((1 as usize) << shift) - 2) !== 0;
    storeElement(at, dtype, one ? kept : dropped, 0);
  }
}

/** x in the precision of a computation on `dtype`. */
function narrow(x: f64, dtype: DType): f64 {
  return dtype === DType.FLOAT64 ? x : (x as f32 as f64);
}

/** The two levels' products and sums as the dtype rounds them. */
function step(x: f64, dtype: DType): f64 {
  storeElement(number, dtype, x, 0);
  return loadFloat(number, dtype);
}

/** What SELU tends to for very negative inputs, without its sign. */
const SATURATION: f64 = 1.7580993408473766;

function dropoutInto(self: Tensor, p: f64, train: bool, channels: bool, alpha: bool, out: Tensor): Tensor {
  if (channels && train && p !== 0 && self.ndim < 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  const what = fate(self, p, train);
  if (what === Fate.REFUSED) return NONE;
  if (what === Fate.KEPT) return retain(self);
  if (what === Fate.DROPPED) return unary<TimesZero>(self, out);
  const noise = survivors(self, p, channels);
  if (isNone(noise)) return NONE;
  const dtype = self.dtype as DType;
  let result = NONE;
  if (!alpha) {
    setLevels(noise, step(1 / narrow(1 - p, dtype), dtype), 0);
    result = mul(self, noise, out);
  } else {
    const a = 1 / sqrt((SATURATION * SATURATION * p + 1) * (1 - p));
    const shift = convertCopy(noise, dtype);
    if (!isNone(shift)) {
      const rise = narrow(SATURATION * a * p, dtype);
      const fall = step(-narrow(SATURATION * a, dtype), dtype);
      setLevels(shift, step(rise, dtype), step(fall + rise, dtype));
      setLevels(noise, step(narrow(a, dtype), dtype), 0);
      const scaled = mul(self, noise, out);
      const one = scalar(1);
      if (!isNone(scaled)) result = add(scaled, shift, one, scaled);
      release(scaled);
    }
    release(shift);
  }
  release(noise);
  return result;
}

/** self itself where nothing is dropped. */
export function dropout(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, false, false, NONE);
}

export function dropoutInplace(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, false, false, self);
}

export function alphaDropout(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, false, true, NONE);
}

export function alphaDropoutInplace(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, false, true, self);
}

/** Drops whole channels, dimension 1. */
export function featureDropout(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, true, false, NONE);
}

export function featureDropoutInplace(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, true, false, self);
}

export function featureAlphaDropout(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, true, true, NONE);
}

export function featureAlphaDropoutInplace(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, true, true, self);
}

/** A copy, and a mask of what was kept. Integers are refused in training. */
export function nativeDropout(self: Tensor, p: f64, train: Value, r: Value): void {
  const training = train.isNone || train.bool;
  if (training && !isFloating(self.dtype as DType)) {
    refuse(self.dtype as DType);
    return;
  }
  const what = fate(self, p, training);
  if (what === Fate.REFUSED) return;
  if (what === Fate.KEPT) {
    r.setTensor(convertCopy(self, self.dtype as DType));
    r.at(1).setTensor(test<Always>(self, NONE));
    return;
  }
  const mask = emptyLikeAs(self, DType.BOOL, MemoryFormat.PRESERVE);
  if (isNone(mask) || !fillBernoulli(mask, 1 - p)) {
    release(mask);
    return;
  }
  r.at(1).setTensor(mask);
  const kept = mul(self, mask, NONE);
  if (isNone(kept)) return;
  const scaled = mul(kept, wrapNumber(scalar(p === 1 ? 0 : 1 / (1 - p))), kept);
  release(kept);
  r.setTensor(scaled);
}
