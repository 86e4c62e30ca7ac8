// ln |gamma(x)| of a float64.
import { horner, productError } from "./arithmetic";
import { log64, logHigh, logLow } from "./log";
import { sin64 } from "./trig";

const LN_PI: f64 = 1.1447298858494002;
const HALF_LN_2PI: f64 = 0.9189385332046728;

/** lgamma(2 + t) / (t (1 + t)), -1 <= t <= 1. */
const NEAR = memory.data<f64>([
  0.42278433509846713, -0.10031730167435392, 0.03296500062115765, -0.012384192193372046, 0.004998641164581396,
  -0.002108130833914405, 0.0009153769251693642, -0.0004057073984721831, 0.00018255260074020796,
  -8.309511415474935e-5, 3.816919070148579e-5, -1.7661769669092114e-5, 8.220657979240331e-6,
  -3.846856838374231e-6, 1.813369560447245e-6, -8.545464854648862e-7, 3.911568832534643e-7,
  -1.8790412245696417e-7, 1.1219692032189005e-7, -4.9707781857596405e-8, -3.556144007939082e-9,
  -2.8720036044508206e-9, 2.389687530067384e-8, -7.740261573034738e-9, -8.412044055250335e-9,
  2.0574402677433608e-9, 2.8598116782252186e-9, -7.567906414820905e-10, -1.7990665849110155e-10,
]);

/** x (lgamma(x) - Stirling's formula) in 1 / x^2, x >= 8. */
const STIRLING = memory.data<f64>([
  0.0833333333333331, -0.0027777777773628047, 0.0007936505776770728, -0.0005951898347863877,
  0.0008364673186341683, -0.0016336192205534032,
]);

/** lgamma(2 + t), |t| <= 1. */
export function near(t: f64): f64 {
  return t * (1 + t) * horner(NEAR, 29, t) + 0; // lgamma(1) is 0, not -0
}

/** What lgamma(x) exceeds Stirling's formula by, x >= 8. */
export function beyondStirling(x: f64): f64 {
  return horner(STIRLING, 6, 1 / (x * x)) / x;
}

/** lgamma(x), 0 < x < infinity. */
function positive(x: f64): f64 {
  if (x < 1) {
    const high = logHigh(x);
    return near(x - 1) - logLow() - high;
  }
  if (x < 3) return near(x - 2);
  if (x < 8) {
    let product: f64 = 1;
    while (x >= 3) {
      x -= 1;
      product *= x;
    }
    return log64(product) + near(x - 2);
  }
  // (x - 1/2) (ln x - 1) + (ln 2 pi - 1) / 2 + series
  const high = logHigh(x) - 1;
  const low = logLow();
  const a = x - 0.5;
  const p = a * high;
  const rest = x < 1e16 ? productError(a, high, p) + a * low + beyondStirling(x) : 0;
  return p + (rest + (HALF_LN_2PI - 0.5));
}

/**
 * ln |gamma(x)|: within 2.5 ulp for x > 0, within 1e-15 of the larger of 1 and the result for x < 0, where
 * there are zeros that no float64 hits. Infinite at 0, at the negative integers and at both infinities.
 */
export function lgamma64(x: f64): f64 {
  if (Number.isNaN(x)) return x;
  const a = abs(x);
  if (a === Infinity) return Infinity;
  if (a < 1e-20) return -log64(a);
  if (x > 0) return positive(x);
  const distance = x - nearest(x);
  if (distance === 0) return Infinity;
  // gamma(x) gamma(-x) = -pi / (x sin(pi x))
  const sine = abs(sin64(Math.PI * distance));
  return LN_PI - log64(a * sine) - positive(a);
}
