// Activation functions without parameters.

import { Str } from "../core/containers";
import { DType } from "../core/dtype";
import { factInt, factText, fail } from "../core/error";
import { NONE, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { geluF32x4, geluTanhF32x4, mishF32x4, siluF32x4 } from "../math/activations";
import { expF32x4 } from "../math/exp";
import { gelu64, geluTanh64, mish64, silu64 } from "../math/f64/activations";
import { exp64 } from "../math/f64/exp";
import { log1p64 } from "../math/f64/log";
import { log1pF32x4 } from "../math/log";
import { Float1 } from "./engine/map";
import { pointwise, refuse, unary, useFloat1 } from "./engine/pointwise";

// In all of them pmax(x, 0) is x where x is NaN: it gives its first argument unless the second is larger.

class Relu {
  @inline v(a: v128): v128 {
    return f32x4.pmax(a, f32x4.splat(0));
  }
  @inline d(a: f64): f64 {
    return a < 0 ? 0 : a;
  }
  @inline n(a: i64): i64 {
    return max<i64>(a, 0);
  }
}

class Silu {
  @inline v(a: v128): v128 {
    return siluF32x4(a);
  }
  @inline d(a: f64): f64 {
    return silu64(a);
  }
}

class Mish {
  @inline v(a: v128): v128 {
    return mishF32x4(a);
  }
  @inline d(a: f64): f64 {
    return mish64(a);
  }
}

class Gelu {
  @inline v(a: v128): v128 {
    return geluF32x4(a);
  }
  @inline d(a: f64): f64 {
    return gelu64(a);
  }
}

class GeluTanh {
  @inline v(a: v128): v128 {
    return geluTanhF32x4(a);
  }
  @inline d(a: f64): f64 {
    return geluTanh64(a);
  }
}

/** min(max(a + 3, 0), 6). */
function gateF32x4(a: v128): v128 {
  const shifted = f32x4.add(a, f32x4.splat(3));
  return f32x4.pmin(f32x4.pmax(shifted, f32x4.splat(0)), f32x4.splat(6));
}

function gate64(a: f64): f64 {
  const x = a + 3;
  return x < 0 ? 0 : min<f64>(x, 6);
}

class Hardswish {
  @inline v(a: v128): v128 {
    return f32x4.div(f32x4.mul(a, gateF32x4(a)), f32x4.splat(6));
  }
  @inline d(a: f64): f64 {
    return (a * gate64(a)) / 6;
  }
}

class Hardsigmoid {
  @inline v(a: v128): v128 {
    return f32x4.div(gateF32x4(a), f32x4.splat(6));
  }
  @inline d(a: f64): f64 {
    return gate64(a) / 6;
  }
}

/** min(a, 0) - log(1 + exp(-|a|)). */
class LogSigmoid {
  @inline v(a: v128): v128 {
    const tail = log1pF32x4(expF32x4(f32x4.neg(f32x4.abs(a))));
    return f32x4.sub(f32x4.pmin(a, f32x4.splat(0)), tail);
  }
  @inline d(a: f64): f64 {
    return (a > 0 ? 0 : a) - log1p64(exp64(-abs<f64>(a)));
  }
}

/** OP of a floating tensor; integers are refused. */
function floating<OP extends Float1>(self: Tensor, out: Tensor): Tensor {
  useFloat1<OP>();
  return pointwise(self, NONE, NONE, out, self.dtype as DType);
}

export function relu(self: Tensor, out: Tensor): Tensor {
  if (self.dtype === DType.BOOL) return refuse(DType.BOOL);
  return unary<Relu>(self, out);
}

export function silu(self: Tensor, out: Tensor): Tensor {
  return floating<Silu>(self, out);
}

export function mish(self: Tensor, out: Tensor): Tensor {
  return floating<Mish>(self, out);
}

export function hardswish(self: Tensor, out: Tensor): Tensor {
  return floating<Hardswish>(self, out);
}

export function hardsigmoid(self: Tensor, out: Tensor): Tensor {
  return floating<Hardsigmoid>(self, out);
}

export function logSigmoid(self: Tensor): Tensor {
  return floating<LogSigmoid>(self, NONE);
}

const EXACT: u32 = 0x656e_6f6e; // "none", little-endian
const TANH: u32 = 0x686e_6174; // "tanh"

export function exactGelu(self: Tensor, out: Tensor): Tensor {
  return floating<Gelu>(self, out);
}

export function gelu(self: Tensor, approximate: Str, out: Tensor): Tensor {
  const word: u32 = approximate.bytes === 4 ? load<u32>(approximate.text) : 0;
  if (word === EXACT) return exactGelu(self, out);
  if (word === TANH) return floating<GeluTanh>(self, out);
  fail(ErrorCode.BAD_VALUE);
  factInt(1);
  factText(approximate.text, approximate.bytes);
  return NONE;
}
