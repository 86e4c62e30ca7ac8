// The derivatives of the logarithm of gamma, and the Hurwitz zeta function.

import { exp64 } from "./exp";
import { lgamma64 } from "./gamma";
import { log64 } from "./log";
import { pow64 } from "./power";
import { sin64, tan64 } from "./trig";

// Coefficients B(2k) / (2k) of the asymptotic series of digamma, k = 1 …
const DIGAMMA: usize = memory.data<f64>([
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667,
  0.007575757575757576, -0.021092796092796094, 0.08333333333333333,
]);
// (2k)! / B(2k), k = 1 …
const ZETA: usize = memory.data<f64>([
  12, -720, 30240, -1209600, 47900160, -1892437580.3183792, 74724249600, -2950130727918.1643,
  116467828143500.67, -4597978722407472.6, 181521054019435470, -7166165256175667000,
]);
const EPSILON: f64 = 1.1102230246251565e-16;
/** Terms of a zeta far below 0 that are summed one by one. */
const FAR: f64 = 4096;

/** digamma(x): at 0 infinite with the sign against that of x, NaN at the negative integers. */
export function digamma64(x: f64): f64 {
  if (x == 0) return 1 / x == Infinity ? -Infinity : Infinity;
  if (x < 0) {
    const part = x - trunc<f64>(x);
    return part == 0 ? NaN : digamma64(1 - x) - Math.PI / tan64(Math.PI * part);
  }
  let result: f64 = 0;
  let at = x;
  for (; at < 10; at += 1) result -= 1 / at;
  const z = 1 / (at * at);
  let series: f64 = 0;
  for (let k = 6; k >= 0; k--) series = series * z + load<f64>(DIGAMMA + ((k as usize) << 3));
  if (at < 1e17) result -= series * z;
  return result + log64(at) - 0.5 / at;
}

/** The sum of (q + k)^-x over all k from 0; infinite where a term is, NaN for a fractional x and q below 0. */
export function zeta64(x: f64, q: f64): f64 {
  if (x == 1) return Infinity;
  if (!(x >= 1)) return NaN;
  if (q <= 0) {
    if (q == floor<f64>(q)) return Infinity;
    if (x != floor<f64>(x)) return NaN;
  }
  let a = q;
  let sum = pow64(a, -x);
  if (q < -FAR) {
    // What lies further out is nearly its integral.
    const skipped = floor<f64>(-q - FAR);
    const to = q + skipped;
    sum = (pow64(q, 1 - x) - pow64(to, 1 - x)) / (x - 1) + (pow64(q, -x) + pow64(to, -x)) / 2;
    a = to;
  }
  let b: f64 = 0;
  for (let i = 0; i < 9 || a <= 9; i++) {
    a += 1;
    b = pow64(a, -x);
    sum += b;
    if (abs<f64>(b) < EPSILON * abs<f64>(sum)) return sum;
  }
  const w = a;
  sum += (b * w) / (x - 1) - 0.5 * b;
  let factor: f64 = 1;
  let k: f64 = 0;
  for (let i: usize = 0; i < 12; i++) {
    factor *= x + k;
    b /= w;
    const term = (factor * b) / load<f64>(ZETA + (i << 3));
    sum += term;
    if (abs<f64>(term) < EPSILON * abs<f64>(sum)) return sum;
    k += 1;
    factor *= x + k;
    b /= w;
    k += 1;
  }
  return sum;
}

/** The second derivative of the logarithm of gamma; `sine` is sin(pi x), as exact as the caller's type. */
export function trigamma64(x: f64, sine: f64): f64 {
  const low = x < 0.5;
  let at = low ? 1 - x : x;
  let result: f64 = 0;
  for (; at < 12; at += 1) result += 1 / (at * at);
  const z = 1 / (at * at);
  const series =
    z * (1.0 / 6 - z * (1.0 / 30 - z * (1.0 / 42 - z * (1.0 / 30 - z * (5.0 / 66 - z * (691.0 / 2730))))));
  result += (1 + 0.5 / at + series) / at;
  return low ? (Math.PI * Math.PI) / (sine * sine) - result : result;
}

/** The n-th derivative of digamma for n ≥ 2. */
export function polygamma64(n: f64, x: f64): f64 {
  const size = exp64(lgamma64(n + 1)) * zeta64(n + 1, x);
  return n % 2 == 0 ? -size : size;
}

/** sin(pi x), pi being rounded. */
export function sinePi64(x: f64): f64 {
  return sin64(Math.PI * x);
}
