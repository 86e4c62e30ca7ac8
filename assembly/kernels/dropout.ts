// dropout and its kin, as far as they need no random numbers: outside training, and with probability 0 or 1.

import { DType, isFloating } from "../core/dtype";
import { badValue, factText, fail } from "../core/error";
import { NONE, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { convertCopy } from "./copy";
import { refuse, test, unary } from "./engine/pointwise";

const RANDOM: usize = memory.data<u8>([114, 97, 110, 100, 111, 109, 32, 110, 117, 109, 98, 101, 114, 115]); // "random numbers"

/** Whether the result is self: nothing is dropped. Otherwise all is (p = 1), or an error is recorded. */
enum Fate {
  KEPT = 0,
  DROPPED = 1,
  REFUSED = 2,
}

function fate(self: Tensor, p: f64, train: bool): Fate {
  if (!(p >= 0 && p <= 1)) {
    badValue(1, p as i64);
    return Fate.REFUSED;
  }
  if (p === 0 || !train || self.numel === 0) return Fate.KEPT;
  if (p === 1) return Fate.DROPPED;
  fail(ErrorCode.UNSUPPORTED);
  factText(RANDOM, 14);
  return Fate.REFUSED;
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

class Never {
  @inline v(a: v128): v128 {
    return f32x4.splat(0);
  }
  @inline d(a: f64): bool {
    return false;
  }
  @inline n(a: i64): bool {
    return false;
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

/** self itself where nothing is dropped. */
export function dropout(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, NONE);
}

export function dropoutInplace(self: Tensor, p: f64, train: bool): Tensor {
  return dropoutInto(self, p, train, self);
}

function dropoutInto(self: Tensor, p: f64, train: bool, out: Tensor): Tensor {
  const what = fate(self, p, train);
  if (what === Fate.REFUSED) return NONE;
  return what === Fate.KEPT ? retain(self) : unary<TimesZero>(self, out);
}

/** A copy, and a mask of what was kept. Integers are refused in training. */
export function nativeDropout(self: Tensor, p: f64, train: Value, r: Value): void {
  const training = train.isNone || train.bool;
  if (training && !isFloating(self.dtype as DType)) {
    refuse(self.dtype as DType);
    return;
  }
  const what = training ? fate(self, p, true) : Fate.KEPT;
  if (what === Fate.REFUSED) return;
  if (what === Fate.KEPT) {
    r.setTensor(convertCopy(self, self.dtype as DType));
    r.at(1).setTensor(test<Always>(self, NONE));
  } else {
    r.setTensor(unary<TimesZero>(self, NONE));
    r.at(1).setTensor(test<Never>(self, NONE));
  }
}
