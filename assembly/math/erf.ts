import { Exp } from "./exp";
import { F32x4 } from "./lanes";

const ERF = memory.data<f32>([
  0.9, 3.95, // 0
  0.128379166, -0.376126289, 0.112836242, -0.02685556, 0.00519175362, -0.000803976727, 7.94321168e-5, // 2
  0.000166530619, 1.12779689, 0.636976719, 0.104113057, -0.0223148614, 0.00306538143, -0.000198205453, //9
  -0.0, // 16
]);
export function erfF32x4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), F32x4.at(ERF, 1));
  const xx = f32x4.mul(x, x);
  let p = F32x4.at(ERF, 8);
  p = F32x4.madd(p, xx, F32x4.at(ERF, 7));
  p = F32x4.madd(p, xx, F32x4.at(ERF, 6));
  p = F32x4.madd(p, xx, F32x4.at(ERF, 5));
  p = F32x4.madd(p, xx, F32x4.at(ERF, 4));
  p = F32x4.madd(p, xx, F32x4.at(ERF, 3));
  p = F32x4.madd(p, xx, F32x4.at(ERF, 2));
  const near = F32x4.madd(p, x, x);
  p = F32x4.at(ERF, 15);
  p = F32x4.madd(p, a, F32x4.at(ERF, 14));
  p = F32x4.madd(p, a, F32x4.at(ERF, 13));
  p = F32x4.madd(p, a, F32x4.at(ERF, 12));
  p = F32x4.madd(p, a, F32x4.at(ERF, 11));
  p = F32x4.madd(p, a, F32x4.at(ERF, 10));
  p = F32x4.madd(p, a, F32x4.at(ERF, 9));
  p = f32x4.neg(p);
  const shifted = Exp.shifted(p);
  const k = Exp.k(shifted);
  const s = f32x4.sub(Exp.r(p, k), Exp.w(k));
  const z = f32x4.mul(f32x4.add(f32x4.add(Exp.tail(s), s), Exp.one()), Exp.power(shifted));
  const far = v128.or(f32x4.sub(Exp.one(), z), v128.and(x, F32x4.at(ERF, 16)));
  return v128.bitselect(near, far, f32x4.lt(a, F32x4.at(ERF, 0)));
}
