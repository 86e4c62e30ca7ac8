// The gamma function of a float64.
import { exp64 } from "./exp";
import { beyondStirling, near } from "./gamma";
import { pow64 } from "./power";
import { sin64 } from "./trig";

const SQRT_2PI: f64 = 2.5066282746310002;

/** gamma(x) / upper, 0 < x < 185, where `upper` is what `split` left out of it. */
let upper: f64 = 1;

function split(x: f64): f64 {
  upper = 1;
  if (x >= 12) {
    // x^(x - 1/2) in two halves: the whole overflows before gamma does.
    const half = pow64(x, 0.5 * x - 0.25);
    upper = half;
    return SQRT_2PI * (half / exp64(x)) * exp64(beyondStirling(x));
  }
  let product: f64 = 1;
  let y = x;
  while (y >= 2) {
    y -= 1;
    product *= y;
  }
  if (y == 1) return product;
  return y < 1 ? exp64(near(y - 1)) / y : product * exp64(near(y - 2));
}

/** Exact for small whole numbers, else within a few ulp. NaN at the negative integers, an infinity at the zeros. */
export function gamma64(x: f64): f64 {
  if (Number.isNaN(x) || x == Infinity) return x;
  if (x == 0) return 1 / x;
  if (x > 0) {
    if (x > 171.7) return Infinity;
    const lower = split(x);
    return lower * upper;
  }
  const distance = x - nearest(x);
  if (x == -Infinity || distance === 0) return NaN;
  const negative = ((floor(x) % 2) as i32) != 0;
  if (x < -184) return negative ? -0.0 : 0;
  // gamma(x) gamma(-x) = -pi / (x sin(pi x))
  const a = -x;
  const lower = split(a);
  const size = Math.PI / (a * abs(sin64(Math.PI * distance)) * lower) / upper;
  return negative ? -size : size;
}
