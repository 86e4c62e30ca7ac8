import { Exp } from "./exp";
import { F32x4 } from "./lanes";

/** t - t q*/
abstract class Logistic {
  @inline static times(x: v128, y: v128): v128 {
    const z = Exp.value(f32x4.neg(f32x4.abs(x)));
    const q = f32x4.div(z, f32x4.add(z, Exp.one()));
    const t = v128.bitselect(z, Exp.one(), i32x4.shr_s(x, 31));
    return f32x4.sub(t, f32x4.mul(t, q));
  }
}
export function sigmoidF32x4(x: v128): v128 {
  return Logistic.times(x, x);
}
export function siluF32x4(x: v128): v128 {
  return f32x4.mul(x, Logistic.times(x, x));
}
const GELU = memory.data<f32>([
  15, 0.5, 0.707106769, // 0
  1.23937631, 0.732621312, 0.229705885, 0.0328996293, // 3
  2.36775613, 2.40433836, 1.32726824, 0.407169044, 0.05831239, // 7
]);
/**/
export function geluF32x4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), F32x4.at(GELU, 0));
  const h = v128.and(a, i32x4.splat(0xfffff000));
  const y = f32x4.mul(f32x4.mul(h, h), f32x4.splat(-0.5));
  const low = f32x4.mul(f32x4.mul(f32x4.sub(a, h), f32x4.add(a, h)), F32x4.at(GELU, 1));
  const shifted = Exp.shifted(f32x4.sub(y, low));
  const k = Exp.k(shifted);
  const e = Exp.scale(Exp.fraction(Exp.r(y, k), f32x4.add(Exp.w(k), low)), shifted);
  const t = f32x4.mul(a, F32x4.at(GELU, 2));
  let n = F32x4.at(GELU, 6);
  n = F32x4.madd(n, t, F32x4.at(GELU, 5));
  n = F32x4.madd(n, t, F32x4.at(GELU, 4));
  n = F32x4.madd(n, t, F32x4.at(GELU, 3));
  n = F32x4.madd(n, t, Exp.one());
  let d = F32x4.at(GELU, 11);
  d = F32x4.madd(d, t, F32x4.at(GELU, 10));
  d = F32x4.madd(d, t, F32x4.at(GELU, 9));
  d = F32x4.madd(d, t, F32x4.at(GELU, 8));
  d = F32x4.madd(d, t, F32x4.at(GELU, 7));
  d = F32x4.madd(d, t, Exp.one());
  // x * (x<0 ? Q : 1 - Q)
  const q = f32x4.mul(f32x4.div(f32x4.mul(n, F32x4.at(GELU, 1)), d), e);
  const neg = i32x4.shr_s(x, 31);
  return f32x4.mul(x, v128.bitselect(q, f32x4.sub(Exp.one(), q), neg));
}
