/** The error function and its inverse in float64, for initialisers only: exact to about 1e-14. */

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** erf(x) as 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·5…(2n+1)), whose terms all have one sign. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
}

/** The x with erf(x) = y, for y in [−1, 1]: a closed approximation (Winitzki's), then Newton's steps. */
export function erfinv(y: number): number {
  if (Math.abs(y) >= 1) return y * Number.POSITIVE_INFINITY;
  const a = 0.147;
  const log = Math.log((1 - y) * (1 + y));
  const half = 2 / (Math.PI * a) + log / 2;
  let x = Math.sign(y) * Math.sqrt(Math.sqrt(half * half - log / a) - half);
  for (let i = 0; i < 4; i++) x -= (erf(x) - y) / (TWO_OVER_ROOT_PI * Math.exp(-x * x));
  return x;
}
