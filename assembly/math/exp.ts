// exp and exp2 of four float32 lanes, and the pieces of e^x that other float32 functions build on.
import { F32x4 } from "./lanes";

const TABLE = memory.data<f32>([
  89, // 0: above this e^x is infinite
  -105, // 1: below this e^x rounds to 0
  1.44269504, // 2: log2(e)
  12582912, // 3: 1.5 * 2^23; x + this - this is x rounded to an integer
  0.693359375, // 4: ln 2, first 9 bits: k * this is exact
  -0.000212194442, // 5: ln 2, the rest
  0.49999994, // 6: q in e^r = 1 + r + r^2 q(r), |r| <= ln(2) / 2
  0.166665092,
  0.041668009,
  0.00836997945,
  0.0013846691,
  1, // 11
  150, // 12: exp2
  -151,
  0.693147182, // 14: q in 2^r = 1 + r q(r), |r| <= 1 / 2
  0.240226507,
  0.0555040501,
  0.00961809792,
  0.00133380736,
  0.000154472087,
  1.42768104e-5,
]);

/**
 * Steps of e^x = 2^k * e^(r - w), k = round(x / ln 2), where r = x - k * LN2_HI is exact and w = k * LN2_LO.
 * The caller clamps x; a NaN stays a NaN, because 2^k is multiplied, never added to the exponent bits.
 */
export abstract class Exp {
  @inline static one(): v128 {
    return F32x4.at(TABLE, 11);
  }

  /** k in the low bits: a float 1.5 * 2^23 + k. */
  @inline static shifted(x: v128): v128 {
    return F32x4.madd(x, F32x4.at(TABLE, 2), F32x4.at(TABLE, 3));
  }

  @inline static k(shifted: v128): v128 {
    return f32x4.sub(shifted, F32x4.at(TABLE, 3));
  }

  @inline static r(x: v128, k: v128): v128 {
    return f32x4.sub(x, f32x4.mul(k, F32x4.at(TABLE, 4)));
  }

  @inline static w(k: v128): v128 {
    return f32x4.mul(k, F32x4.at(TABLE, 5));
  }

  /** e^s - 1 - s. */
  @inline static tail(s: v128): v128 {
    let q = F32x4.at(TABLE, 10);
    q = F32x4.madd(q, s, F32x4.at(TABLE, 9));
    q = F32x4.madd(q, s, F32x4.at(TABLE, 8));
    q = F32x4.madd(q, s, F32x4.at(TABLE, 7));
    q = F32x4.madd(q, s, F32x4.at(TABLE, 6));
    return f32x4.mul(f32x4.mul(s, s), q);
  }

  /** e^(r - w) within 0.6 ulp: 1 + r is kept as a rounded sum and its remainder. */
  @inline static fraction(r: v128, w: v128): v128 {
    const high = f32x4.add(r, Exp.one());
    const low = f32x4.add(f32x4.sub(Exp.one(), high), r);
    return f32x4.add(high, f32x4.add(f32x4.sub(low, w), Exp.tail(f32x4.sub(r, w))));
  }

  /** 2^k for -126 <= k <= 127. */
  @inline static power(shifted: v128): v128 {
    return i32x4.add(i32x4.shl(shifted, 23), Exp.one());
  }

  /** p * 2^k in two exact steps and at most one rounding, for -150 <= k <= 128. */
  @inline static scale(p: v128, shifted: v128): v128 {
    const k = i32x4.sub(shifted, F32x4.at(TABLE, 3));
    const half = i32x4.shr_s(k, 1);
    return f32x4.mul(f32x4.mul(p, Exp.power(half)), Exp.power(i32x4.sub(k, half)));
  }

  /** e^x: see `expF32x4`. */
  @inline static value(x: v128): v128 {
    // pmin and pmax give their first argument when either is NaN.
    x = f32x4.pmax(f32x4.pmin(x, F32x4.at(TABLE, 0)), F32x4.at(TABLE, 1));
    const shifted = Exp.shifted(x);
    const k = Exp.k(shifted);
    return Exp.scale(Exp.fraction(Exp.r(x, k), Exp.w(k)), shifted);
  }
}

/** e^x, within 0.8 ulp. */
export function expF32x4(x: v128): v128 {
  return Exp.value(x);
}

/** 2^x, within 1 ulp; exact for integers. */
export function exp2F32x4(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, F32x4.at(TABLE, 12)), F32x4.at(TABLE, 13));
  const shifted = f32x4.add(x, F32x4.at(TABLE, 3));
  const r = f32x4.sub(x, Exp.k(shifted));
  let q = F32x4.at(TABLE, 20);
  q = F32x4.madd(q, r, F32x4.at(TABLE, 19));
  q = F32x4.madd(q, r, F32x4.at(TABLE, 18));
  q = F32x4.madd(q, r, F32x4.at(TABLE, 17));
  q = F32x4.madd(q, r, F32x4.at(TABLE, 16));
  q = F32x4.madd(q, r, F32x4.at(TABLE, 15));
  q = F32x4.madd(q, r, F32x4.at(TABLE, 14));
  return Exp.scale(F32x4.madd(q, r, Exp.one()), shifted);
}
