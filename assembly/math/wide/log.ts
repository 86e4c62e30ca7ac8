// ln(x) and ln(1 + x) of two float64 lanes that hold widened float32 values. Accuracy: see `WideExp`.
import { F64x2 } from "../lanes";

enum K {
  LN2 = 0,
  TWO = 1,
  SERIES = 2,
  EXPONENT_BASE = 7,
  INFINITY = 8,
  MINUS_INFINITY = 9,
}

const TABLE = memory.data<f64>([
  Math.LN2,
  2,
  // (ln((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, |s| <= 3 - 2 sqrt(2)
  0.6666666667584514,
  0.39999995605095595,
  0.28572111098311087,
  0.22176101191217132,
  0.19585498446363364,
  4503599627371519, // 2^52 + 1023
  Infinity,
  -Infinity,
]);

enum B {
  SQRT_HALF = 0,
  OFFSET = 1,
  MANTISSA = 2,
  TWO_52 = 3,
}

const BITS = memory.data<u64>([
  0x3fe6a09e00000000, // sqrt(1/2), truncated: mantissas are taken in [sqrt(1/2), sqrt(2))
  0x00095f6200000000, // 1023 * 2^52 - SQRT_HALF
  0x000fffffffffffff,
  0x4330000000000000, // the float 2^52
]);

export abstract class WideLog {
  /** The bits of x, arranged so that the exponent field is 1023 + k for x = 2^k m. */
  @inline static split(x: v128): v128 {
    return i64x2.add(x, F64x2.at(BITS, B.OFFSET));
  }

  @inline static exponent(split: v128): v128 {
    const field = v128.or(i64x2.shr_u(split, 52), F64x2.at(BITS, B.TWO_52));
    return f64x2.sub(field, F64x2.at(TABLE, K.EXPONENT_BASE));
  }

  /** m - 1. */
  @inline static fraction(split: v128): v128 {
    const mantissa = i64x2.add(v128.and(split, F64x2.at(BITS, B.MANTISSA)), F64x2.at(BITS, B.SQRT_HALF));
    return f64x2.sub(mantissa, F64x2.one());
  }

  /** k ln 2 + ln(1 + f). */
  @inline static sum(k: v128, f: v128): v128 {
    const two = F64x2.at(TABLE, K.TWO);
    const s = f64x2.div(f, f64x2.add(f, two));
    const z = f64x2.mul(s, s);
    const series = f64x2.mul(s, F64x2.madd(F64x2.poly5(TABLE, K.SERIES, z), z, two));
    return F64x2.madd(k, F64x2.at(TABLE, K.LN2), series);
  }

  /** `value` where 0 < x < infinity; elsewhere ln(x): -infinity, infinity or NaN. */
  @inline static special(x: v128, value: v128): v128 {
    const zero = i64x2.splat(0);
    const ordinary = v128.and(f64x2.gt(x, zero), f64x2.lt(x, F64x2.at(TABLE, K.INFINITY)));
    const rest = v128.bitselect(F64x2.at(TABLE, K.MINUS_INFINITY), f64x2.sqrt(x), f64x2.eq(x, zero));
    return v128.bitselect(value, rest, ordinary);
  }

  @inline static log(x: v128): v128 {
    const split = WideLog.split(x);
    return WideLog.special(x, WideLog.sum(WideLog.exponent(split), WideLog.fraction(split)));
  }

  /** ln(1 + x), relatively accurate near 0. */
  @inline static log1p(x: v128): v128 {
    const u = f64x2.add(x, F64x2.one());
    const split = WideLog.split(u);
    const k = WideLog.exponent(split);
    const f = v128.bitselect(x, WideLog.fraction(split), f64x2.eq(k, i64x2.splat(0)));
    return WideLog.special(u, WideLog.sum(k, f));
  }
}
