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
