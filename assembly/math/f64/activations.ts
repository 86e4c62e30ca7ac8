// Activation functions of a float64: PyTorch's formulas, with its values at infinities.
import { erfc64 } from "./erf";
import { exp64 } from "./exp";
import { log1p64 } from "./log";

/** 1 / (1 + e^-x), within 2 ulp, subnormal tail included. */
export function sigmoid64(x: f64): f64 {
  const z = exp64(-abs(x));
  const q = z / (1 + z);
  return x < 0 ? z - z * q : 1 - q;
}

/** x sigmoid(x), within 3 ulp; NaN at -infinity. */
export function silu64(x: f64): f64 {
  return x * sigmoid64(x);
}

/**
 * x Phi(x), Phi the normal distribution function: PyTorch's approximate="none". The tail of negative x is not
 * lost to cancellation, but its relative error grows to about x^2 ulp. NaN at -infinity.
 */
export function gelu64(x: f64): f64 {
  return x * (0.5 * erfc64(x * -Math.SQRT1_2));
}

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2: approximate="tanh". The same about the tail. */
export function geluTanh64(x: f64): f64 {
  return x * sigmoid64(1.5957691216057308 * (x + 0.044715 * x * x * x));
}

/** ln(1 + e^(beta x)) / beta where beta x <= threshold, else x. As in PyTorch, e^(beta x) may overflow. */
export function softplus64(x: f64, beta: f64, threshold: f64): f64 {
  const z = x * beta;
  return z > threshold ? x : log1p64(exp64(z)) / beta;
}

/** x tanh(softplus(x)) = x n / (n + 2), n = e^x (e^x + 2), within 4 ulp; NaN at -infinity. */
export function mish64(x: f64): f64 {
  const e = exp64(min(x, 40));
  const n = e * (e + 2);
  return x * (n / (n + 2));
}
