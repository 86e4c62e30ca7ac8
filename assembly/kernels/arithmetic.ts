// add, sub, mul and their kin: two tensors, or a tensor and a number.

import { DType } from "../core/dtype";
import { NONE, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { map2F32, map2F64, map2I64 } from "./engine/map";
import { pointwise, setLoops } from "./engine/pointwise";
import { resultType } from "./engine/promote";

// alpha of the running call, for each compute type.
let alphaF32: v128 = f32x4.splat(1);
let alphaF64: f64 = 1;
let alphaI64: i64 = 1;

function setAlpha(alpha: Value): void {
  alphaF64 = alpha.asFloat;
  alphaF32 = f32x4.splat(alphaF64 as f32);
  alphaI64 = alpha.asInt;
}

class Add {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.add(a, f32x4.mul(b, alphaF32));
  }
  @inline d(a: f64, b: f64): f64 {
    return a + b * alphaF64;
  }
  @inline n(a: i64, b: i64): i64 {
    return a + b * alphaI64;
  }
}

class Sub {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.sub(a, f32x4.mul(b, alphaF32));
  }
  @inline d(a: f64, b: f64): f64 {
    return a - b * alphaF64;
  }
  @inline n(a: i64, b: i64): i64 {
    return a - b * alphaI64;
  }
}

class Mul {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return a * b;
  }
  @inline n(a: i64, b: i64): i64 {
    return a * b;
  }
}

function addF32(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2F32<Add>(out, a, b, n);
}
function addF64(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2F64<Add>(out, a, b, n);
}
function addI64(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2I64<Add>(out, a, b, n);
}
function subF32(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2F32<Sub>(out, a, b, n);
}
function subF64(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2F64<Sub>(out, a, b, n);
}
function subI64(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2I64<Sub>(out, a, b, n);
}
function mulF32(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2F32<Mul>(out, a, b, n);
}
function mulF64(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2F64<Mul>(out, a, b, n);
}
function mulI64(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  map2I64<Mul>(out, a, b, n);
}

export function add(self: Tensor, other: Tensor, alpha: Value, out: Tensor): Tensor {
  setAlpha(alpha);
  setLoops(addF32, addF64, addI64);
  return pointwise(self, other, NONE, out, resultType(self, other));
}

export function sub(self: Tensor, other: Tensor, alpha: Value, out: Tensor): Tensor {
  setAlpha(alpha);
  setLoops(subF32, subF64, subI64);
  return pointwise(self, other, NONE, out, resultType(self, other));
}

export function mul(self: Tensor, other: Tensor, out: Tensor): Tensor {
  setLoops(mulF32, mulF64, mulI64);
  return pointwise(self, other, NONE, out, resultType(self, other));
}
