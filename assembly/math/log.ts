// log, log2, log10 and log1p of four float32 lanes. Zero gives -infinity, negative numbers give NaN.
import { F32x4, F64x2 } from "./lanes";
import { WideLog } from "./wide/log";

enum K {
  HALF = 0,
  LN2_HIGH = 1,
  LN2_LOW = 2,
  SMALLEST_NORMAL = 3,
  TWO_24 = 4,
  TWENTY_FOUR = 5,
  INFINITY = 6,
  MINUS_INFINITY = 7,
  SERIES = 8,
}

const TABLE = memory.data<f32>([
  0.5,
  0.693359375, // 9 bits of ln 2, so that k * LN2_HIGH is exact
  -0.000212194442,
  1.17549435e-38,
  16777216,
  24,
  Infinity,
  -Infinity,
  // (ln(1 + f) - f + f^2 / 2) / f^3, sqrt(1/2) <= 1 + f < sqrt(2)
  0.3333333,
  -0.2500082,
  0.2000124,
  -0.16623408,
  0.14201626,
  -0.13159682,
  0.12761888,
  -0.07635804,
]);

enum B {
  SQRT_HALF = 0,
  MANTISSA = 1,
  LOWEST = 2,
  HIGHEST = 3,
}

const BITS = memory.data<u32>([
  0x3f3504f3, // sqrt(1/2)
  0x007fffff,
  0x00800000, // the smallest normal number
  0x7f7fffff, // the largest finite number
]);

abstract class Log {
  /** The bits of x = 2^k m, arranged so that an arithmetic shift gives k; x is positive and normal. */
  @inline static split(x: v128): v128 {
    return i32x4.sub(x, F32x4.at(BITS, B.SQRT_HALF));
  }

  @inline static exponent(split: v128): v128 {
    return f32x4.convert_i32x4_s(i32x4.shr_s(split, 23));
  }

  /** k ln 2 + ln(m), within 0.9 ulp. */
  @inline static sum(k: v128, split: v128): v128 {
    const mantissa = i32x4.add(v128.and(split, F32x4.at(BITS, B.MANTISSA)), F32x4.at(BITS, B.SQRT_HALF));
    const f = f32x4.sub(mantissa, F32x4.one());
    const ff = f32x4.mul(f, f);
    let y = f32x4.mul(f32x4.mul(ff, f), F32x4.poly8(TABLE, K.SERIES, f));
    y = F32x4.madd(k, F32x4.at(TABLE, K.LN2_LOW), y);
    y = f32x4.add(f32x4.sub(y, f32x4.mul(ff, F32x4.at(TABLE, K.HALF))), f);
    return F32x4.madd(k, F32x4.at(TABLE, K.LN2_HIGH), y);
  }
}

/** ln(x) for any x; normal lanes get the bits that `logF32x4` gives them. */
function logAny(x: v128): v128 {
  const zero = i32x4.splat(0);
  const tiny = f32x4.lt(x, F32x4.at(TABLE, K.SMALLEST_NORMAL));
  const split = Log.split(f32x4.mul(x, v128.bitselect(F32x4.at(TABLE, K.TWO_24), F32x4.one(), tiny)));
  const k = f32x4.sub(Log.exponent(split), v128.and(tiny, F32x4.at(TABLE, K.TWENTY_FOUR)));
  const ordinary = v128.and(f32x4.gt(x, zero), f32x4.lt(x, F32x4.at(TABLE, K.INFINITY)));
  const rest = v128.bitselect(F32x4.at(TABLE, K.MINUS_INFINITY), f32x4.sqrt(x), f32x4.eq(x, zero));
  return v128.bitselect(Log.sum(k, split), rest, ordinary);
}

/** ln(x), within 0.9 ulp. */
export function logF32x4(x: v128): v128 {
  // As integers: below the normals are zeros, subnormals and everything negative; above are infinity and NaN.
  const below = i32x4.lt_s(x, F32x4.at(BITS, B.LOWEST));
  const above = i32x4.gt_s(x, F32x4.at(BITS, B.HIGHEST));
  if (v128.any_true(v128.or(below, above))) return logAny(x);
  const split = Log.split(x);
  return Log.sum(Log.exponent(split), split);
}

enum S {
  LOG2_E = 0,
  LOG10_E = 1,
}

const SCALES = memory.data<f64>([Math.LOG2E, Math.LOG10E]);

/** log2(x), within 0.51 ulp; exact for powers of two. */
export function log2F32x4(x: v128): v128 {
  const scale = F64x2.at(SCALES, S.LOG2_E);
  return F64x2.narrow(
    f64x2.mul(WideLog.log(F64x2.low(x)), scale),
    f64x2.mul(WideLog.log(F64x2.high(x)), scale),
  );
}

/** log10(x), within 0.51 ulp; exact for powers of ten. */
export function log10F32x4(x: v128): v128 {
  const scale = F64x2.at(SCALES, S.LOG10_E);
  return F64x2.narrow(
    f64x2.mul(WideLog.log(F64x2.low(x)), scale),
    f64x2.mul(WideLog.log(F64x2.high(x)), scale),
  );
}

/** ln(1 + x), within 0.51 ulp; -0 gives -0. */
export function log1pF32x4(x: v128): v128 {
  const y = F64x2.narrow(WideLog.log1p(F64x2.low(x)), WideLog.log1p(F64x2.high(x)));
  return v128.or(y, F32x4.sign(x));
}
