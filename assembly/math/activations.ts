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
