// Building blocks of the float64 functions: polynomials and the rounding errors of sums and products.

/** The polynomial in x with `count` float64 coefficients at `table`, lowest order first. */
export function horner(table: usize, count: i32, x: f64): f64 {
  let at = table + ((<usize>(count - 1)) << 3);
  let sum = load<f64>(at);
  while (at > table) {
    at -= 8;
    sum = sum * x + load<f64>(at);
  }
  return sum;
}

/** a + b - s exactly, for s = a + b rounded (Knuth). */
export function sumError(a: f64, b: f64, s: f64): f64 {
  const t = s - a;
  return a - (s - t) + (b - t);
}

/** a * b - p exactly, for p = a * b rounded (Dekker, Veltkamp); |a|, |b| < 2^990 and p far from subnormal. */
export function productError(a: f64, b: f64, p: f64): f64 {
  const splitter: f64 = 134217729; // 2^27 + 1
  const ta = a * splitter;
  const tb = b * splitter;
  const ah = ta - (ta - a);
  const bh = tb - (tb - b);
  const al = a - ah;
  const bl = b - bh;
  return ah * bh - p + ah * bl + al * bh + al * bl;
}

/** The upper 64 bits of a * b. */
export function multiplyHigh(a: u64, b: u64): u64 {
  const al = a & 0xffffffff;
  const ah = a >> 32;
  const bl = b & 0xffffffff;
  const bh = b >> 32;
  const middle = ah * bl + ((al * bl) >> 32);
  return ah * bh + (middle >> 32) + ((al * bh + (middle & 0xffffffff)) >> 32);
}
