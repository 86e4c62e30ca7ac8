// erf and erfc of four float32 lanes.
import { Exp } from "./exp";
import { F32x4, F64x2 } from "./lanes";
import { WideExp } from "./wide/exp";

enum K {
  NEAR = 0,
  SATURATED = 1,
  SERIES = 2,
  LOG = 8,
  POWER2 = 15,
}

const ERF = memory.data<f32>([
  0.9, // below this the series serves
  3.95, // from here on erf rounds to 1
  // erf(x) / x - 1 in x^2, |x| <= 0.9
  0.12837915,
  -0.37612507,
  0.11281978,
  -0.026773585,
  0.0050051156,
  -0.0006060222,
  // log2(1 - erf(x)), 0.9 <= x <= 3.95
  -0.00024025289,
  -1.627067,
  -0.91896313,
  -0.1502035,
  0.032193672,
  -0.004422477,
  0.0002859618,
  // (2^r - 1) / r, |r| <= 1 / 2, for a power that is at most 0.21 of the result
  0.693147,
  0.24022247,
  0.05550711,
  0.009671291,
  0.0013269521,
]);

/** erf(x), within 2 ulp. */
export function erfF32x4(x: v128): v128 {
  const one = F32x4.one();
  const xx = f32x4.mul(x, x);
  const near = F32x4.madd(F32x4.poly6(ERF, K.SERIES, xx), x, x);
  const a = f32x4.pmin(f32x4.abs(x), F32x4.at(ERF, K.SATURATED));
  const y = F32x4.poly7(ERF, K.LOG, a);
  const shifted = f32x4.add(y, Exp.round());
  const r = f32x4.sub(y, f32x4.sub(shifted, Exp.round()));
  const power = f32x4.mul(F32x4.madd(F32x4.poly5(ERF, K.POWER2, r), r, one), Exp.power(shifted));
  const far = v128.or(f32x4.sub(one, power), F32x4.sign(x));
  return v128.bitselect(near, far, f32x4.lt(a, F32x4.at(ERF, K.NEAR)));
}

enum C {
  LARGEST = 0,
  TWO = 1,
  NUMERATOR = 2,
  DENOMINATOR = 8,
}

const ERFC = memory.data<f64>([
  10.3, // erfc of it rounds to 0 in float32
  2,
  // e^(x^2) erfc(x), 0 <= x <= 10.3
  0.999999999917182,
  1.4352518063169517,
  1.001940179697125,
  0.40317615215740277,
  0.09308094344041055,
  0.010054428992502949,
  1,
  2.5636309620922675,
  2.8946881959579938,
  1.8581017258525179,
  0.7235440302979452,
  0.16498061782119897,
  0.017821033674281672,
]);

function erfcWide(x: v128): v128 {
  const a = f64x2.pmin(f64x2.abs(x), F64x2.at(ERFC, C.LARGEST));
  const e = WideExp.exp(f64x2.neg(f64x2.mul(a, a)));
  const ratio = f64x2.div(F64x2.poly6(ERFC, C.NUMERATOR, a), F64x2.poly7(ERFC, C.DENOMINATOR, a));
  const y = f64x2.mul(e, ratio);
  return v128.bitselect(f64x2.sub(F64x2.at(ERFC, C.TWO), y), y, f64x2.lt(x, i64x2.splat(0)));
}

/** erfc(x) = 1 - erf(x), within 0.52 ulp, subnormal tail included. */
export function erfcF32x4(x: v128): v128 {
  return F64x2.narrow(erfcWide(F64x2.low(x)), erfcWide(F64x2.high(x)));
}
