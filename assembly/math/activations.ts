// Activation functions of four float32 lanes, with PyTorch's values at infinities.
import { Exp } from "./exp";
import { F32x4, F64x2 } from "./lanes";
import { WideExp } from "./wide/exp";
import { WideLog } from "./wide/log";

abstract class Logistic {
  /** 1 / (1 + e^-x) as t - t q: z = e^-|x|, q = z / (1 + z), t = z below 0 and 1 above. */
  @inline static value(x: v128): v128 {
    const one = F32x4.one();
    const z = Exp.value(f32x4.neg(f32x4.abs(x)));
    const q = f32x4.div(z, f32x4.add(z, one));
    const t = v128.bitselect(z, one, i32x4.shr_s(x, 31));
    return f32x4.sub(t, f32x4.mul(t, q));
  }
}

/** 1 / (1 + e^-x), within 2 ulp, subnormal tail included. */
export function sigmoidF32x4(x: v128): v128 {
  return Logistic.value(x);
}

/** x sigmoid(x), within 3 ulp where sigmoid(x) is normal; NaN at -infinity. */
export function siluF32x4(x: v128): v128 {
  return f32x4.mul(x, Logistic.value(x));
}

enum K {
  LARGEST = 0,
  HALF = 1,
  ROOT_2PI = 2,
  NUMERATOR = 3,
  DENOMINATOR = 7,
}

const GELU = memory.data<f32>([
  15, // the normal distribution's tail beyond it rounds to 0
  0.5,
  2.5066283,
  // N / D = 1 / t - ROOT_2PI x, t = e^(x^2 / 2) (1 - Phi(x)), 0 <= x <= 14.6
  2,
  0.9948261,
  0.25603408,
  0.028664108,
  1,
  0.95284075,
  0.42537,
  0.101779915,
  0.011445109,
]);

const HIGH_BITS = memory.data<u32>([0xfffff000]);

/**
 * x Phi(x), Phi the normal distribution function: PyTorch's approximate="none". The tail of negative x is not
 * lost to cancellation: within 6 ulp down to -13, where Phi becomes subnormal. NaN at -infinity.
 */
export function geluF32x4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), F32x4.at(GELU, K.LARGEST));
  // -a^2 / 2 = y - rest, y exact: a is cut to 12 bits.
  const half = F32x4.at(GELU, K.HALF);
  const cut = v128.and(a, F32x4.at(HIGH_BITS, 0));
  const y = f32x4.neg(f32x4.mul(f32x4.mul(cut, cut), half));
  const rest = f32x4.mul(f32x4.mul(f32x4.sub(a, cut), f32x4.add(a, cut)), half);
  const shifted = Exp.shifted(f32x4.sub(y, rest));
  const k = f32x4.sub(shifted, Exp.round());
  const e = Exp.scale(Exp.fraction(Exp.r(y, k), f32x4.add(Exp.w(k), rest)), shifted);
  // t = D / (ROOT_2PI a D + N): an error of D, which is in both, cancels.
  const d = F32x4.poly5(GELU, K.DENOMINATOR, a);
  const n = F32x4.poly4(GELU, K.NUMERATOR, a);
  const t = f32x4.div(d, F32x4.madd(f32x4.mul(a, F32x4.at(GELU, K.ROOT_2PI)), d, n));
  const tail = f32x4.mul(t, e);
  return f32x4.mul(x, v128.bitselect(tail, f32x4.sub(F32x4.one(), tail), i32x4.shr_s(x, 31)));
}

enum T {
  LINEAR = 0,
  CUBIC = 1,
}

const GELU_TANH = memory.data<f64>([
  -1.5957691216057308, // -2 sqrt(2 / pi)
  -0.07135481627260025, // LINEAR * 0.044715
]);

abstract class Edge {
  /** y, or NaN where x is -infinity: the infinity times 0 that PyTorch's formulas meet there. */
  @inline static nanAtMinusInfinity(x: v128, y: v128): v128 {
    const zero = i32x4.splat(0);
    return f32x4.add(y, f32x4.mul(f32x4.pmin(x, zero), zero));
  }
}

abstract class GeluTanh {
  /** x / (1 + e^-2u), which is x (1 + tanh u) / 2. */
  @inline static value(x: v128): v128 {
    const slope = F64x2.madd(f64x2.mul(x, x), F64x2.at(GELU_TANH, T.CUBIC), F64x2.at(GELU_TANH, T.LINEAR));
    return f64x2.div(x, f64x2.add(WideExp.exp(f64x2.mul(x, slope)), F64x2.one()));
  }
}

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, within 0.51 ulp: approximate="tanh". NaN at -inf. */
export function geluTanhF32x4(x: v128): v128 {
  return Edge.nanAtMinusInfinity(
    x,
    F64x2.narrow(GeluTanh.value(F64x2.low(x)), GeluTanh.value(F64x2.high(x))),
  );
}

/**
 * ln(1 + e^(beta x)) / beta where beta x <= threshold, else x, within 2 ulp. `beta` and `threshold` hold one
 * value in all lanes. As in PyTorch, e^(beta x) overflows to infinity if the threshold lets it.
 */
export function softplusF32x4(x: v128, beta: v128, threshold: v128): v128 {
  const z = f32x4.mul(x, beta);
  const e = Exp.value(z);
  const low = f64x2.div(WideLog.log1p(F64x2.low(e)), F64x2.low(beta));
  const high = f64x2.div(WideLog.log1p(F64x2.high(e)), F64x2.high(beta));
  return v128.bitselect(x, F64x2.narrow(low, high), f32x4.gt(z, threshold));
}

const MISH = memory.data<f64>([40, 2]); // from 40 on mish(x) is x

abstract class Mish {
  /** x tanh(ln(1 + e^x)) = x n / (n + 2), n = e^x (e^x + 2). */
  @inline static value(x: v128): v128 {
    const two = F64x2.at(MISH, 1);
    const e = WideExp.exp(f64x2.pmin(x, F64x2.at(MISH, 0)));
    const n = f64x2.mul(e, f64x2.add(e, two));
    return f64x2.mul(x, f64x2.div(n, f64x2.add(n, two)));
  }
}

/** x tanh(softplus(x)), within 0.51 ulp; NaN at -infinity. */
export function mishF32x4(x: v128): v128 {
  return Edge.nanAtMinusInfinity(x, F64x2.narrow(Mish.value(F64x2.low(x)), Mish.value(F64x2.high(x))));
}
