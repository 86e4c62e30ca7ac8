import { Exp } from "./exp";
import { F32x4 } from "./lanes";

const TANH = memory.data<f32>([
  -0.0, // 0
  -20, // 1: tanh(10) rounds to 1
  0.6, // 2: the polynomial serves below this
  -0.333332986, // 3: p in tanh(x) = x + x^3 p(x^2)
  0.133319363,
  -0.0537847169,
  0.0207986254,
  -0.00589796668,
]);

/** tanh(x), within 2 ulp. */
export function tanhF32x4(x: v128): v128 {
  // 1 - 2 z / (1 + z), z = e^(-2 |x|)
  const minus = v128.or(x, F32x4.at(TANH, 0));
  const y = f32x4.pmax(f32x4.add(minus, minus), F32x4.at(TANH, 1));
  const shifted = Exp.shifted(y);
  const k = Exp.k(shifted);
  const s = f32x4.sub(Exp.r(y, k), Exp.w(k));
  const z = f32x4.mul(f32x4.add(f32x4.add(Exp.tail(s), s), Exp.one()), Exp.power(shifted));
  const far = f32x4.sub(f32x4.div(f32x4.add(z, z), f32x4.add(z, Exp.one())), Exp.one());
  const xx = f32x4.mul(x, x);
  let p = F32x4.at(TANH, 7);
  p = F32x4.madd(p, xx, F32x4.at(TANH, 6));
  p = F32x4.madd(p, xx, F32x4.at(TANH, 5));
  p = F32x4.madd(p, xx, F32x4.at(TANH, 4));
  p = F32x4.madd(p, xx, F32x4.at(TANH, 3));
  const near = F32x4.madd(f32x4.mul(xx, p), x, x);
  // far < 0 
  const signed = v128.xor(far, v128.andnot(F32x4.at(TANH, 0), x));
  return v128.bitselect(near, signed, f32x4.lt(f32x4.abs(x), F32x4.at(TANH, 2)));
}
import { F64x2 } from "./lanes";
import { Wide } from "./wide";
function sinhWide(x: v128): v128 {
  const e = Wide.expm1(x);
  return f64x2.mul(f64x2.add(e, f64x2.div(e, f64x2.add(e, Wide.one()))), f64x2.splat(0.5));
}
export function sinhF32x4(x: v128): v128 {
  return F64x2.narrow(sinhWide(F64x2.low(x)), sinhWide(F64x2.high(x)));
}
function log2Wide(x: v128): v128 {
  return f64x2.mul(Wide.log(x), Wide.at(2));
}
export function log2F32x4(x: v128): v128 {
  return F64x2.narrow(log2Wide(F64x2.low(x)), log2Wide(F64x2.high(x)));
}
function log1pWide(x: v128): v128 {
  return Wide.log1p(x);
}
export function log1pF32x4(x: v128): v128 {
  return F64x2.narrow(log1pWide(F64x2.low(x)), log1pWide(F64x2.high(x)));
}
function expm1Wide(x: v128): v128 {
  return Wide.expm1(x);
}
export function expm1F32x4(x: v128): v128 {
  return F64x2.narrow(expm1Wide(F64x2.low(x)), expm1Wide(F64x2.high(x)));
}
function geluTanhWide(x: v128): v128 {
  const u = f64x2.mul(x, F64x2.madd(f64x2.mul(x, x), f64x2.splat(-0.0713548162726009), f64x2.splat(-1.5957691216057308)));
  return f64x2.div(x, f64x2.add(Wide.exp(u), Wide.one()));
}
export function geluTanhF32x4(x: v128): v128 {
  return F64x2.narrow(geluTanhWide(F64x2.low(x)), geluTanhWide(F64x2.high(x)));
}
