import { F64x2 } from "./lanes";
import { Wide } from "./wide";
function sinWide(x: v128): v128 {
  const q = Wide.quadrant(x);
  return Wide.sinOf(Wide.reduced(x, q), q);
}
function cosWide(x: v128): v128 {
  const q = Wide.quadrant(x);
  return Wide.sinOf(Wide.reduced(x, q), i64x2.add(q, i64x2.splat(1)));
}
function tanWide(x: v128): v128 {
  const q = Wide.quadrant(x);
  const r = Wide.reduced(x, q);
  const z = f64x2.mul(r, r);
  const odd = i64x2.sub(i64x2.splat(0), v128.and(q, i64x2.splat(1)));
  const s = Wide.sinPolynomial(r, z), c = Wide.cosPolynomial(z);
  const y = f64x2.div(v128.bitselect(c, s, odd), v128.bitselect(s, c, odd));
  return v128.xor(y, i64x2.shl(odd, 63));
}
export function sinF32x4(x: v128): v128 {
  return F64x2.narrow(sinWide(F64x2.low(x)), sinWide(F64x2.high(x)));
}
export function cosF32x4(x: v128): v128 {
  return F64x2.narrow(cosWide(F64x2.low(x)), cosWide(F64x2.high(x)));
}
export function tanF32x4(x: v128): v128 {
  return F64x2.narrow(tanWide(F64x2.low(x)), tanWide(F64x2.high(x)));
}
abstract class I {
@inline static sinWide(x: v128): v128 {
  const q = Wide.quadrant(x);
  return Wide.sinOf(Wide.reduced(x, q), q);
}}
export function sinIF32x4(x: v128): v128 {
  return F64x2.narrow(I.sinWide(F64x2.low(x)), I.sinWide(F64x2.high(x)));
}
function atanWide(x: v128): v128 { return Wide.angle(x, Wide.one()); }
function asinWide(x: v128): v128 { return Wide.angle(x, f64x2.sqrt(f64x2.mul(f64x2.sub(Wide.one(), x), f64x2.add(Wide.one(), x)))) }
function acosWide(x: v128): v128 { return Wide.angle(f64x2.sqrt(f64x2.mul(f64x2.sub(Wide.one(), x), f64x2.add(Wide.one(), x))), x) }
export function atanF32x4(x: v128): v128 {
  return v128.or(F64x2.narrow(atanWide(F64x2.low(x)), atanWide(F64x2.high(x))), v128.and(x, f32x4.splat(-0.0)));
}
export function asinF32x4(x: v128): v128 {
  return v128.or(F64x2.narrow(asinWide(F64x2.low(x)), asinWide(F64x2.high(x))), v128.and(x, f32x4.splat(-0.0)));
}
export function acosF32x4(x: v128): v128 {
  return F64x2.narrow(acosWide(F64x2.low(x)), acosWide(F64x2.high(x)));
}
