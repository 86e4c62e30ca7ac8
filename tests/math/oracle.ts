/** erf, erfc and the normal distribution function in float64, by series and continued fraction: 1e-14. */

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** erf(x) = 2 / sqrt(pi) e^(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ...), all terms of one sign. */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
}

/** e^(x^2) erfc(x) for x >= 2: 1 / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...)))) / sqrt(pi). */
function scaledTail(x: number): number {
  let rest = 0;
  for (let k = 120; k > 0; k--) rest = k / 2 / (x + rest);
  return 1 / (x + rest) / Math.sqrt(Math.PI);
}

export function erf(x: number): number {
  return Math.abs(x) < 2 ? series(x) : Math.sign(x) * (1 - Math.exp(-x * x) * scaledTail(Math.abs(x)));
}

export function erfc(x: number): number {
  if (x > 2) return Math.exp(-x * x) * scaledTail(x);
  return 1 - erf(x);
}

/** The chance that a normal variable is below x. */
export function normal(x: number): number {
  const s = -x * Math.SQRT1_2;
  return s > 2 ? (Math.exp((-x * x) / 2) * scaledTail(s)) / 2 : erfc(s) / 2;
}
