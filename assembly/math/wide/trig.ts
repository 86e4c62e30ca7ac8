// sin, cos, tan and the angle of a point, of two lanes that hold float32 values. Accuracy: see `WideExp`.
import { F64x2 } from "../lanes";

enum K {
  TWO_OVER_PI = 0,
  ROUND = 1,
  PI_2_HIGH = 2,
  PI_2_LOW = 3,
  SIN = 4,
  COS = 8,
  TAN_PI_8 = 12,
  HUGE = 13,
  PI_4 = 14,
  PI_2 = 15,
  PI = 16,
  ATAN = 17,
}

const TABLE = memory.data<f64>([
  2 / Math.PI,
  6755399441055744, // 1.5 * 2^52: x + ROUND has round(x) in its low bits
  1.5707963267341256, // 33 bits of pi / 2, so that k * PI_2_HIGH is exact for |k| < 2^20
  6.077100506506192e-11,
  // (sin(r) - r) / r^3 in r^2, |r| <= pi / 4
  -0.16666666640695962,
  0.00833332929287374,
  -0.00019839308367543108,
  2.7180840843733007e-6,
  // (cos(r) - 1) / r^2 in r^2
  -0.4999999969322479,
  0.04166662021546456,
  -0.001388667716649488,
  2.438314515813305e-5,
  0.4142135623730951,
  1e200,
  Math.PI / 4,
  Math.PI / 2,
  Math.PI,
  // (atan(t) - t) / t^3 in t^2, |t| <= tan(pi / 8)
  -0.33333332494359785,
  0.19999903461928684,
  -0.14281994333448056,
  0.11044517251972738,
  -0.08475251116642114,
  0.04741855063668695,
]);

export abstract class WideTrig {
  /** A word whose low bits are n = round(x / (pi / 2)), for |x| <= 2^20. */
  @inline static quadrant(x: v128): v128 {
    return F64x2.madd(x, F64x2.at(TABLE, K.TWO_OVER_PI), F64x2.at(TABLE, K.ROUND));
  }

  /** x - n pi / 2. */
  @inline static reduce(x: v128, quadrant: v128): v128 {
    const n = f64x2.sub(quadrant, F64x2.at(TABLE, K.ROUND));
    const r = f64x2.sub(x, f64x2.mul(n, F64x2.at(TABLE, K.PI_2_HIGH)));
    return f64x2.sub(r, f64x2.mul(n, F64x2.at(TABLE, K.PI_2_LOW)));
  }

  /** All bits set where n is odd. */
  @inline static odd(quadrant: v128): v128 {
    return i64x2.neg(v128.and(quadrant, i64x2.splat(1)));
  }

  /** sin(r), |r| <= pi / 4; -0 gives -0. */
  @inline static sinNear(r: v128, rr: v128): v128 {
    return f64x2.mul(r, F64x2.madd(F64x2.poly4(TABLE, K.SIN, rr), rr, F64x2.one()));
  }

  /** cos(r), |r| <= pi / 4. */
  @inline static cosNear(rr: v128): v128 {
    return F64x2.madd(F64x2.poly4(TABLE, K.COS, rr), rr, F64x2.one());
  }

  /** sin(r + n pi / 2). */
  @inline static sinShifted(r: v128, quadrant: v128): v128 {
    const rr = f64x2.mul(r, r);
    const y = v128.bitselect(WideTrig.cosNear(rr), WideTrig.sinNear(r, rr), WideTrig.odd(quadrant));
    return v128.xor(y, i64x2.shl(v128.and(quadrant, i64x2.splat(2)), 62));
  }

  @inline static sin(x: v128): v128 {
    const quadrant = WideTrig.quadrant(x);
    return WideTrig.sinShifted(WideTrig.reduce(x, quadrant), quadrant);
  }

  @inline static cos(x: v128): v128 {
    const quadrant = WideTrig.quadrant(x);
    return WideTrig.sinShifted(WideTrig.reduce(x, quadrant), i64x2.add(quadrant, i64x2.splat(1)));
  }

  @inline static tan(x: v128): v128 {
    const quadrant = WideTrig.quadrant(x);
    const odd = WideTrig.odd(quadrant);
    const r = WideTrig.reduce(x, quadrant);
    const rr = f64x2.mul(r, r);
    const sin = WideTrig.sinNear(r, rr);
    const cos = WideTrig.cosNear(rr);
    const y = f64x2.div(v128.bitselect(cos, sin, odd), v128.bitselect(sin, cos, odd));
    return v128.xor(y, i64x2.shl(odd, 63));
  }

  /** The angle of the point (x, |y|), in [0, pi]; the signs of zeros and infinities count as in C's atan2. */
  @inline static angle(y: v128, x: v128): v128 {
    const huge = F64x2.at(TABLE, K.HUGE); // stands for infinity, so that the ratio of two is 1
    const a = f64x2.pmin(f64x2.abs(y), huge);
    const b = f64x2.pmin(f64x2.abs(x), huge);
    // With a NaN, pmin(a, b) is a and pmax(b, a) is b: one of the two is NaN.
    const small = f64x2.pmin(a, b);
    const large = f64x2.pmax(b, a);
    // atan(small / large) = pi / 4 + atan((small - large) / (small + large))
    const fold = f64x2.gt(small, f64x2.mul(large, F64x2.at(TABLE, K.TAN_PI_8)));
    const numerator = f64x2.sub(small, v128.and(large, fold));
    const denominator = f64x2.add(large, v128.and(small, fold));
    const some = f64x2.ne(v128.or(numerator, denominator), i64x2.splat(0)); // else 0 / 0
    const t = v128.and(f64x2.div(numerator, denominator), some);
    const tt = f64x2.mul(t, t);
    let angle = F64x2.madd(f64x2.mul(tt, t), F64x2.poly6(TABLE, K.ATAN, tt), t);
    angle = f64x2.add(angle, v128.and(F64x2.at(TABLE, K.PI_4), fold));
    angle = v128.bitselect(f64x2.sub(F64x2.at(TABLE, K.PI_2), angle), angle, f64x2.gt(a, b));
    const left = i64x2.lt_s(x, i64x2.splat(0));
    return v128.bitselect(f64x2.sub(F64x2.at(TABLE, K.PI), angle), angle, left);
  }
}
