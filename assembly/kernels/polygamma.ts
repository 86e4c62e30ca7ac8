// digamma and its derivatives, and the multivariate logarithm of gamma. float32 goes lane by lane through float64.

import { badValue } from "../core/error";
import { NONE, Tensor } from "../core/tensor";
import { lgamma64 } from "../math/f64/gamma";
import { digamma64, polygamma64, sinePi64, trigamma64 } from "../math/f64/polygamma";
import { sin64 } from "../math/f64/trig";
import { Float1 } from "./engine/map";
import { floatUnary } from "./engine/pointwise";

/** Order of the running derivative, or dimensions of the running mvlgamma. */
let order: f64 = 0;

/** OP's `s` on each lane. */
function lanes<OP extends Float1>(a: v128): v128 {
  let r = f32x4.splat(changetype<OP>(0).d(f32x4.extract_lane(a, 0) as f64) as f32);
  r = f32x4.replace_lane(r, 1, changetype<OP>(0).d(f32x4.extract_lane(a, 1) as f64) as f32);
  r = f32x4.replace_lane(r, 2, changetype<OP>(0).d(f32x4.extract_lane(a, 2) as f64) as f32);
  return f32x4.replace_lane(r, 3, changetype<OP>(0).d(f32x4.extract_lane(a, 3) as f64) as f32);
}

class Digamma {
  v(a: v128): v128 {
    return lanes<Digamma>(a);
  }
  d(a: f64): f64 {
    return digamma64(a);
  }
}

/** trigamma of a float32: sin(pi x) of the product rounded to float32, which counts near the poles. */
class NarrowTrigamma {
  v(a: v128): v128 {
    return lanes<NarrowTrigamma>(a);
  }
  d(a: f64): f64 {
    const product = (Math.PI as f32) * (a as f32);
    return trigamma64(a, sin64(product as f64));
  }
}

class Trigamma {
  v(a: v128): v128 {
    return lanes<NarrowTrigamma>(a);
  }
  d(a: f64): f64 {
    return trigamma64(a, sinePi64(a));
  }
}

class Polygamma {
  v(a: v128): v128 {
    return lanes<Polygamma>(a);
  }
  d(a: f64): f64 {
    return polygamma64(order, a);
  }
}

class Mvlgamma {
  v(a: v128): v128 {
    return lanes<Mvlgamma>(a);
  }
  d(a: f64): f64 {
    let sum: f64 = order * (order - 1) * 0.28618247146235004; // ln(pi) / 4
    for (let k: f64 = 0; k < order; k++) sum += lgamma64(a - k / 2);
    return sum;
  }
}

export function digamma(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Digamma>(self, out);
}

function derivative(n: i64, self: Tensor, out: Tensor, argument: i32): Tensor {
  if (n < 0) {
    badValue(argument, n);
    return NONE;
  }
  order = n as f64;
  if (n == 0) return floatUnary<Digamma>(self, out);
  return n == 1 ? floatUnary<Trigamma>(self, out) : floatUnary<Polygamma>(self, out);
}

export function polygamma(n: i64, self: Tensor): Tensor {
  return derivative(n, self, NONE, 0);
}

export function polygammaInPlace(self: Tensor, n: i64): Tensor {
  return derivative(n, self, self, 1);
}

export function mvlgamma(self: Tensor, p: i64, out: Tensor): Tensor {
  if (p < 1) {
    badValue(1, p);
    return NONE;
  }
  order = p as f64;
  return floatUnary<Mvlgamma>(self, out);
}
