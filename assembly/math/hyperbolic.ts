// Hyperbolic functions of four float32 lanes and their inverses.
import { Exp } from "./exp";
import { F32x4, F64x2 } from "./lanes";
import { WideExp } from "./wide/exp";
import { WideLog } from "./wide/log";

enum K {
  SCALE = 0,
  LOWEST = 1,
  NEAR = 2,
  POWER2 = 3,
  SERIES = 9,
}

const TANH = memory.data<f32>([
  -2.88539008, // -2 / ln 2
  -29, // tanh(10) rounds to 1
  0.6, // below this the series serves
  // (2^r - 1) / r, |r| <= 1 / 2
  0.6931472,
  0.24022648,
  0.0555036,
  0.009618506,
  0.0013390806,
  0.00015326471,
  // (tanh(x) - x) / x^3 in x^2, |x| <= 0.6
  -0.333333,
  0.13331936,
  -0.053784717,
  0.020798625,
  -0.0058979667,
]);

/** tanh(x), within 2 ulp. */
export function tanhF32x4(x: v128): v128 {
  const one = F32x4.one();
  const a = f32x4.abs(x);
  // 1 - 2 z / (1 + z), z = e^(-2 |x|) = 2^exponent
  const exponent = f32x4.pmax(f32x4.mul(a, F32x4.at(TANH, K.SCALE)), F32x4.at(TANH, K.LOWEST));
  const shifted = f32x4.add(exponent, Exp.round());
  const r = f32x4.sub(exponent, f32x4.sub(shifted, Exp.round()));
  const z = f32x4.mul(F32x4.madd(F32x4.poly6(TANH, K.POWER2, r), r, one), Exp.power(shifted));
  const far = f32x4.sub(one, f32x4.div(f32x4.add(z, z), f32x4.add(z, one)));
  const xx = f32x4.mul(x, x);
  const near = F32x4.madd(f32x4.mul(xx, F32x4.poly5(TANH, K.SERIES, xx)), x, x);
  const y = v128.bitselect(near, far, f32x4.lt(a, F32x4.at(TANH, K.NEAR)));
  return v128.or(y, F32x4.sign(x));
}

enum C {
  HALF = 0,
  TWO = 1,
  HUGE = 2,
}

const WIDE = memory.data<f64>([0.5, 2, 1e300]);

function sinhWide(x: v128): v128 {
  const e = WideExp.expm1(x);
  return f64x2.mul(F64x2.at(WIDE, C.HALF), f64x2.add(e, f64x2.div(e, f64x2.add(e, F64x2.one()))));
}

/** sinh(x), within 0.51 ulp. */
export function sinhF32x4(x: v128): v128 {
  const a = f32x4.abs(x);
  return v128.or(F64x2.narrow(sinhWide(F64x2.low(a)), sinhWide(F64x2.high(a))), F32x4.sign(x));
}

function coshWide(x: v128): v128 {
  const e = WideExp.exp(x);
  return f64x2.mul(F64x2.at(WIDE, C.HALF), f64x2.add(e, f64x2.div(F64x2.one(), e)));
}

/** cosh(x), within 0.51 ulp. */
export function coshF32x4(x: v128): v128 {
  return F64x2.narrow(coshWide(F64x2.low(x)), coshWide(F64x2.high(x)));
}

/** x >= 0. */
function asinhWide(x: v128): v128 {
  const one = F64x2.one();
  const xx = f64x2.pmin(f64x2.mul(x, x), F64x2.at(WIDE, C.HUGE)); // keeps infinity / infinity away
  const root = f64x2.sqrt(f64x2.add(xx, one));
  return WideLog.log1p(f64x2.add(x, f64x2.div(xx, f64x2.add(root, one))));
}

/** asinh(x), within 0.51 ulp. */
export function asinhF32x4(x: v128): v128 {
  const a = f32x4.abs(x);
  return v128.or(F64x2.narrow(asinhWide(F64x2.low(a)), asinhWide(F64x2.high(a))), F32x4.sign(x));
}

function acoshWide(x: v128): v128 {
  const t = f64x2.sub(x, F64x2.one());
  const root = f64x2.mul(f64x2.sqrt(t), f64x2.sqrt(f64x2.add(t, F64x2.at(WIDE, C.TWO)))); // NaN for x < 1
  return WideLog.log1p(f64x2.add(t, root));
}

/** acosh(x), within 0.51 ulp; NaN below 1. */
export function acoshF32x4(x: v128): v128 {
  return F64x2.narrow(acoshWide(F64x2.low(x)), acoshWide(F64x2.high(x)));
}

/** x >= 0. */
function atanhWide(x: v128): v128 {
  const t = f64x2.div(f64x2.add(x, x), f64x2.sub(F64x2.one(), x));
  return f64x2.mul(F64x2.at(WIDE, C.HALF), WideLog.log1p(t));
}

/** atanh(x), within 0.51 ulp; infinite at -1 and 1, NaN beyond. */
export function atanhF32x4(x: v128): v128 {
  const a = f32x4.abs(x);
  return v128.or(F64x2.narrow(atanhWide(F64x2.low(a)), atanhWide(F64x2.high(a))), F32x4.sign(x));
}
