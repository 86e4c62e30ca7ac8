// e^x and e^x - 1 of two float64 lanes that hold widened float32 values.
import { F64x2 } from "../lanes";

enum K {
  LOWEST = 0,
  HIGHEST = 1,
  LOG2_E = 2,
  ROUND = 3,
  LN2 = 4,
  TAIL = 5,
}

const TABLE = memory.data<f64>([
  -700, // at these bounds float32 has long become 0 or infinite, and 2^k is still normal
  700,
  Math.LOG2E,
  6755399441055744, // 1.5 * 2^52: x + ROUND has round(x) in its low bits
  Math.LN2,
  // (e^r - 1 - r) / r^2, |r| <= ln(2) / 2
  0.5000000000105119,
  0.1666666675413409,
  0.041666665954976194,
  0.008333289052426342,
  0.0013888984934732622,
  0.00019904910659920464,
  2.479653088207071e-5,
]);

/**
 * Functions of float64 lanes for float32 results, like those of `WideLog` and `WideTrig`: good to 2^-33, so
 * that one rounding to float32 gives at most 0.51 ulp. Float64 functions are in `../f64/`.
 */
export abstract class WideExp {
  @inline static clamp(x: v128): v128 {
    // pmin and pmax return their first argument when either is NaN.
    return f64x2.pmax(f64x2.pmin(x, F64x2.at(TABLE, K.HIGHEST)), F64x2.at(TABLE, K.LOWEST));
  }

  /** ROUND + k, k = round(x / ln 2). */
  @inline static shifted(x: v128): v128 {
    return F64x2.madd(x, F64x2.at(TABLE, K.LOG2_E), F64x2.at(TABLE, K.ROUND));
  }

  /** e^(x - k ln 2) - 1. */
  @inline static fraction(x: v128, shifted: v128): v128 {
    const k = f64x2.sub(shifted, F64x2.at(TABLE, K.ROUND));
    const r = f64x2.sub(x, f64x2.mul(k, F64x2.at(TABLE, K.LN2)));
    return F64x2.madd(f64x2.mul(r, r), F64x2.poly7(TABLE, K.TAIL, r), r);
  }

  @inline static power(shifted: v128): v128 {
    return i64x2.add(i64x2.shl(shifted, 52), F64x2.one());
  }

  /** e^x; e^-700 below -700 and e^700 above 700. */
  @inline static exp(x: v128): v128 {
    x = WideExp.clamp(x);
    const shifted = WideExp.shifted(x);
    const power = WideExp.power(shifted);
    return F64x2.madd(power, WideExp.fraction(x, shifted), power);
  }

  /** e^x - 1, relatively accurate near 0; the same bounds. */
  @inline static expm1(x: v128): v128 {
    x = WideExp.clamp(x);
    const shifted = WideExp.shifted(x);
    const power = WideExp.power(shifted);
    return F64x2.madd(power, WideExp.fraction(x, shifted), f64x2.sub(power, F64x2.one()));
  }
}
