// exp, exp2 and expm1 of four float32 lanes, and the steps of e^x that other float32 functions build on.
import { F32x4, F64x2 } from "./lanes";
import { WideExp } from "./wide/exp";

enum K {
  HIGHEST = 0,
  LOWEST = 1,
  LOG2_E = 2,
  ROUND = 3,
  LN2_HIGH = 4,
  LN2_LOW = 5,
  TAIL = 6,
  HIGHEST2 = 11,
  LOWEST2 = 12,
  POWER2 = 13,
}

const TABLE = memory.data<f32>([
  89, // above this e^x is infinite
  -105, // below this e^x rounds to 0
  <f32>Math.LOG2E,
  12582912, // 1.5 * 2^23: x + ROUND has round(x) in its low bits, and x + ROUND - ROUND is round(x)
  0.693359375, // 9 bits of ln 2, so that k * LN2_HIGH is exact
  -0.000212194442,
  // (e^r - 1 - r) / r^2, |r| <= ln(2) / 2
  0.49999994,
  0.16666521,
  0.041668262,
  0.008368671,
  0.0013820895,
  // the same bounds for 2^x
  150,
  -151,
  // (2^r - 1) / r, |r| <= 1 / 2
  0.6931472,
  0.2402265,
  0.05550405,
  0.009618087,
  0.0013337972,
  0.00015452094,
  1.432023e-5,
]);

/**
 * Steps of e^x = 2^k e^(r - w): k = round(x / ln 2), r = x - k LN2_HIGH, which is exact, and w = k LN2_LOW.
 * NaN stays NaN because 2^k is multiplied, not added to the exponent bits.
 */
export abstract class Exp {
  /** ROUND + k: a float with k in its low bits. */
  @inline static shifted(x: v128): v128 {
    return F32x4.madd(x, F32x4.at(TABLE, K.LOG2_E), Exp.round());
  }

  @inline static round(): v128 {
    return F32x4.at(TABLE, K.ROUND);
  }

  @inline static r(x: v128, k: v128): v128 {
    return f32x4.sub(x, f32x4.mul(k, F32x4.at(TABLE, K.LN2_HIGH)));
  }

  @inline static w(k: v128): v128 {
    return f32x4.mul(k, F32x4.at(TABLE, K.LN2_LOW));
  }

  /** e^(r - w) within 0.6 ulp: 1 + r is carried as a rounded sum and its remainder. */
  @inline static fraction(r: v128, w: v128): v128 {
    const one = F32x4.one();
    const high = f32x4.add(r, one);
    const low = f32x4.add(f32x4.sub(one, high), r);
    const s = f32x4.sub(r, w);
    const tail = f32x4.mul(f32x4.mul(s, s), F32x4.poly5(TABLE, K.TAIL, s));
    return f32x4.add(high, f32x4.add(f32x4.sub(low, w), tail));
  }

  /** 2^k for -126 <= k <= 127, from any word whose low bits are k. */
  @inline static power(k: v128): v128 {
    return i32x4.add(i32x4.shl(k, 23), F32x4.one());
  }

  /** p * 2^k for -150 <= k <= 128: two factors, so that a subnormal or infinite result is rounded once. */
  @inline static scale(p: v128, shifted: v128): v128 {
    const k = i32x4.sub(shifted, Exp.round());
    const half = i32x4.shr_s(k, 1);
    return f32x4.mul(f32x4.mul(p, Exp.power(half)), Exp.power(i32x4.sub(k, half)));
  }

  /** `expF32x4`, always inlined. */
  @inline static value(x: v128): v128 {
    // pmin and pmax return their first argument when either is NaN.
    x = f32x4.pmax(f32x4.pmin(x, F32x4.at(TABLE, K.HIGHEST)), F32x4.at(TABLE, K.LOWEST));
    const shifted = Exp.shifted(x);
    const k = f32x4.sub(shifted, Exp.round());
    return Exp.scale(Exp.fraction(Exp.r(x, k), Exp.w(k)), shifted);
  }
}

/** e^x, within 0.8 ulp. */
export function expF32x4(x: v128): v128 {
  return Exp.value(x);
}

/** 2^x, within 1.1 ulp; exact for integers. */
export function exp2F32x4(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, F32x4.at(TABLE, K.HIGHEST2)), F32x4.at(TABLE, K.LOWEST2));
  const shifted = f32x4.add(x, Exp.round());
  const r = f32x4.sub(x, f32x4.sub(shifted, Exp.round()));
  return Exp.scale(F32x4.madd(F32x4.poly7(TABLE, K.POWER2, r), r, F32x4.one()), shifted);
}

/** e^x - 1, within 0.51 ulp; -0 gives -0. */
export function expm1F32x4(x: v128): v128 {
  const y = F64x2.narrow(WideExp.expm1(F64x2.low(x)), WideExp.expm1(F64x2.high(x)));
  return v128.or(y, F32x4.sign(x));
}
