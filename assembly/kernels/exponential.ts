// Exponentials, logarithms and roots of one tensor.

import { Tensor } from "../core/tensor";
import { exp2F32x4, expF32x4, expm1F32x4 } from "../math/exp";
import { exp2_64, exp64, expm1_64 } from "../math/f64/exp";
import { log1p64, log2_64, log10_64, log64 } from "../math/f64/log";
import { reciprocal64, rsqrt64 } from "../math/f64/power";
import { log1pF32x4, log2F32x4, log10F32x4, logF32x4 } from "../math/log";
import { reciprocalF32x4, rsqrtF32x4 } from "../math/power";
import { floatUnary } from "./engine/pointwise";

class Exp {
  @inline v(a: v128): v128 {
    return expF32x4(a);
  }
  @inline d(a: f64): f64 {
    return exp64(a);
  }
}

class Exp2 {
  @inline v(a: v128): v128 {
    return exp2F32x4(a);
  }
  @inline d(a: f64): f64 {
    return exp2_64(a);
  }
}

class Expm1 {
  @inline v(a: v128): v128 {
    return expm1F32x4(a);
  }
  @inline d(a: f64): f64 {
    return expm1_64(a);
  }
}

class Log {
  @inline v(a: v128): v128 {
    return logF32x4(a);
  }
  @inline d(a: f64): f64 {
    return log64(a);
  }
}

class Log2 {
  @inline v(a: v128): v128 {
    return log2F32x4(a);
  }
  @inline d(a: f64): f64 {
    return log2_64(a);
  }
}

class Log10 {
  @inline v(a: v128): v128 {
    return log10F32x4(a);
  }
  @inline d(a: f64): f64 {
    return log10_64(a);
  }
}

class Log1p {
  @inline v(a: v128): v128 {
    return log1pF32x4(a);
  }
  @inline d(a: f64): f64 {
    return log1p64(a);
  }
}

class Sqrt {
  @inline v(a: v128): v128 {
    return f32x4.sqrt(a);
  }
  @inline d(a: f64): f64 {
    return sqrt<f64>(a);
  }
}

class Rsqrt {
  @inline v(a: v128): v128 {
    return rsqrtF32x4(a);
  }
  @inline d(a: f64): f64 {
    return rsqrt64(a);
  }
}

class Reciprocal {
  @inline v(a: v128): v128 {
    return reciprocalF32x4(a);
  }
  @inline d(a: f64): f64 {
    return reciprocal64(a);
  }
}

export function exp(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Exp>(self, out);
}

export function exp2(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Exp2>(self, out);
}

export function expm1(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Expm1>(self, out);
}

export function log(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Log>(self, out);
}

export function log2(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Log2>(self, out);
}

export function log10(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Log10>(self, out);
}

export function log1p(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Log1p>(self, out);
}

export function sqrtOf(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Sqrt>(self, out);
}

export function rsqrt(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Rsqrt>(self, out);
}

export function reciprocal(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Reciprocal>(self, out);
}
