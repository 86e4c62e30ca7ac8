// Trigonometric and hyperbolic functions of one tensor, and angles.

import { NONE, Tensor } from "../core/tensor";
import { acosF32x4, asinF32x4, atanF32x4 } from "../math/arc";
import { acos64, asin64, atan64 } from "../math/f64/arc";
import { acosh64, asinh64, atanh64, cosh64, sinh64, tanh64 } from "../math/f64/hyperbolic";
import { cos64, sin64, tan64 } from "../math/f64/trig";
import { acoshF32x4, asinhF32x4, atanhF32x4, coshF32x4, sinhF32x4, tanhF32x4 } from "../math/hyperbolic";
import { cosF32x4, sinF32x4, tanF32x4 } from "../math/trig";
import { floatUnary } from "./engine/pointwise";

class Sin {
  @inline v(a: v128): v128 {
    return sinF32x4(a);
  }
  @inline d(a: f64): f64 {
    return sin64(a);
  }
}

class Cos {
  @inline v(a: v128): v128 {
    return cosF32x4(a);
  }
  @inline d(a: f64): f64 {
    return cos64(a);
  }
}

class Tan {
  @inline v(a: v128): v128 {
    return tanF32x4(a);
  }
  @inline d(a: f64): f64 {
    return tan64(a);
  }
}

class Asin {
  @inline v(a: v128): v128 {
    return asinF32x4(a);
  }
  @inline d(a: f64): f64 {
    return asin64(a);
  }
}

class Acos {
  @inline v(a: v128): v128 {
    return acosF32x4(a);
  }
  @inline d(a: f64): f64 {
    return acos64(a);
  }
}

class Atan {
  @inline v(a: v128): v128 {
    return atanF32x4(a);
  }
  @inline d(a: f64): f64 {
    return atan64(a);
  }
}

class Sinh {
  @inline v(a: v128): v128 {
    return sinhF32x4(a);
  }
  @inline d(a: f64): f64 {
    return sinh64(a);
  }
}

class Cosh {
  @inline v(a: v128): v128 {
    return coshF32x4(a);
  }
  @inline d(a: f64): f64 {
    return cosh64(a);
  }
}

class Tanh {
  @inline v(a: v128): v128 {
    return tanhF32x4(a);
  }
  @inline d(a: f64): f64 {
    return tanh64(a);
  }
}

class Asinh {
  @inline v(a: v128): v128 {
    return asinhF32x4(a);
  }
  @inline d(a: f64): f64 {
    return asinh64(a);
  }
}

class Acosh {
  @inline v(a: v128): v128 {
    return acoshF32x4(a);
  }
  @inline d(a: f64): f64 {
    return acosh64(a);
  }
}

class Atanh {
  @inline v(a: v128): v128 {
    return atanhF32x4(a);
  }
  @inline d(a: f64): f64 {
    return atanh64(a);
  }
}

/** sin(pi a) / (pi a), 1 at 0. */
class Sinc {
  @inline v(a: v128): v128 {
    const x = f32x4.mul(a, f32x4.splat(Math.PI as f32));
    return v128.bitselect(f32x4.splat(1), f32x4.div(sinF32x4(x), x), f32x4.eq(a, f32x4.splat(0)));
  }
  @inline d(a: f64): f64 {
    return a === 0 ? 1 : sin64(Math.PI * a) / (Math.PI * a);
  }
}

class Deg2rad {
  @inline v(a: v128): v128 {
    return f32x4.mul(a, f32x4.splat((Math.PI / 180) as f32));
  }
  @inline d(a: f64): f64 {
    return a * (Math.PI / 180);
  }
}

class Rad2deg {
  @inline v(a: v128): v128 {
    return f32x4.mul(a, f32x4.splat((180 / Math.PI) as f32));
  }
  @inline d(a: f64): f64 {
    return a * (180 / Math.PI);
  }
}

/** Of a real number: pi below 0, else 0; NaN of NaN. */
class Angle {
  @inline v(a: v128): v128 {
    const angle = v128.and(f32x4.splat(Math.PI as f32), f32x4.lt(a, f32x4.splat(0)));
    return v128.bitselect(angle, a, f32x4.eq(a, a));
  }
  @inline d(a: f64): f64 {
    return a < 0 ? Math.PI : a === a ? 0 : a;
  }
}

export function sin(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Sin>(self, out);
}

export function cos(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Cos>(self, out);
}

export function tan(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Tan>(self, out);
}

export function asin(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Asin>(self, out);
}

export function acos(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Acos>(self, out);
}

export function atan(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Atan>(self, out);
}

export function sinh(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Sinh>(self, out);
}

export function cosh(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Cosh>(self, out);
}

export function tanh(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Tanh>(self, out);
}

export function asinh(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Asinh>(self, out);
}

export function acosh(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Acosh>(self, out);
}

export function atanh(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Atanh>(self, out);
}

export function sinc(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Sinc>(self, out);
}

export function deg2rad(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Deg2rad>(self, out);
}

export function rad2deg(self: Tensor, out: Tensor): Tensor {
  return floatUnary<Rad2deg>(self, out);
}

export function angle(self: Tensor): Tensor {
  return floatUnary<Angle>(self, NONE);
}
