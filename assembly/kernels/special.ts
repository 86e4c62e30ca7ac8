// Error functions, the logarithm of gamma, the logistic function and its inverse.

import { NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { sigmoidF32x4 } from "../math/activations";
import { erfcF32x4, erfF32x4 } from "../math/erf";
import { sigmoid64 } from "../math/f64/activations";
import { erf64, erfc64 } from "../math/f64/erf";
import { lgamma64 } from "../math/f64/gamma";
import { log64 } from "../math/f64/log";
import { logF32x4 } from "../math/log";
import { floatUnary } from "./engine/pointwise";

class Erf {
  @inline v(a: v128): v128 {
    return erfF32x4(a);
  }
  @inline d(a: f64): f64 {
    return erf64(a);
  }
}

class Erfc {
  @inline v(a: v128): v128 {
    return erfcF32x4(a);
  }
  @inline d(a: f64): f64 {
    return erfc64(a);
  }
}

class Sigmoid {
  @inline v(a: v128): v128 {
    return sigmoidF32x4(a);
  }
  @inline d(a: f64): f64 {
    return sigmoid64(a);
  }
}

class Lgamma {
  @inline v(a: v128): v128 {
    return lgammaF32x4(a);
  }
  @inline d(a: f64): f64 {
    return lgamma64(a);
  }
}

/** Lane by lane in float64. */
function lgammaF32x4(a: v128): v128 {
  let r = f32x4.splat(lgamma64(f32x4.extract_lane(a, 0) as f64) as f32);
  r = f32x4.replace_lane(r, 1, lgamma64(f32x4.extract_lane(a, 1) as f64) as f32);
  r = f32x4.replace_lane(r, 2, lgamma64(f32x4.extract_lane(a, 2) as f64) as f32);
  return f32x4.replace_lane(r, 3, lgamma64(f32x4.extract_lane(a, 3) as f64) as f32);
}

// The interval into which the running logit first clamps.
let lowest: f64 = 0;
let highest: f64 = 1;

/** log(a / (1 - a)). */
class Logit {
  @inline v(a: v128): v128 {
    const low = f32x4.splat(lowest as f32);
    const high = f32x4.splat(highest as f32);
    const x = f32x4.pmin(f32x4.pmax(a, low), high);
    return logF32x4(f32x4.div(x, f32x4.sub(f32x4.splat(1), x)));
  }
  @inline d(a: f64): f64 {
    const x = a < lowest ? lowest : a > highest ? highest : a;
    return log64(x / (1 - x));
  }
}

/** -a log(a), 0 at 0, -infinity below. */
class Entropy {
  @inline v(a: v128): v128 {
    const zero = f32x4.splat(0);
    const edge = v128.andnot(f32x4.splat(-Infinity), f32x4.eq(a, zero));
    const inside = f32x4.neg(f32x4.mul(a, logF32x4(a)));
    return v128.bitselect(edge, inside, f32x4.le(a, zero));
  }
  @inline d(a: f64): f64 {
    return a > 0 ? -a * log64(a) : a === 0 ? 0 : a === a ? -Infinity : a;
  }
}

export function erf(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Erf>(self, out);
}

export function erfc(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Erfc>(self, out);
}

export function sigmoid(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Sigmoid>(self, out);
}

export function lgamma(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Lgamma>(self, out);
}

export function specialErf(self: Tensor): Tensor {
  return floatUnary<Erf>(self, NONE);
}

export function specialErfc(self: Tensor): Tensor {
  return floatUnary<Erfc>(self, NONE);
}

export function expit(self: Tensor): Tensor {
  return floatUnary<Sigmoid>(self, NONE);
}

export function entr(self: Tensor): Tensor {
  return floatUnary<Entropy>(self, NONE);
}

/** With `eps`, clamped to [eps, 1 - eps] first. */
export function logit(self: Tensor, eps: Value, out: Tensor): Tensor {
  lowest = eps.isNone ? -Infinity : eps.asFloat;
  highest = eps.isNone ? Infinity : 1 - lowest;
  return floatUnary<Logit>(self, out);
}

export function specialLogit(self: Tensor, eps: Value): Tensor {
  return logit(self, eps, NONE);
}
