// Integer matrix product of any width, wrapping around: C[m,n] = start[m,n] + A[m,k] * B[k,n].

/**
 * C = start + A * B modulo 2 ^ bits of T; `start` 0 stands for zeros. Strides are in elements, any values. C overlaps
 * no operand but `start`, and that only when it is the same view. No scratch.
 */
export function gemmInt<T>(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  rsA: usize,
  csA: usize,
  b: usize,
  rsB: usize,
  csB: usize,
  c: usize,
  rsC: usize,
  start: usize,
  rsStart: usize,
  csStart: usize,
): void {
  const size = sizeof<T>();
  for (let i: usize = 0; i < m; i++) {
    const y = c + i * rsC * size;
    for (let j: usize = 0; j < n; j++) {
      const from = start + (i * rsStart + j * csStart) * size;
      store<T>(y + j * size, start ? load<T>(from) : (0 as T));
    }
    // Whichever way runs along B's memory; wrapping sums do not depend on their order.
    if (csB <= rsB) {
      for (let p: usize = 0; p < k; p++) {
        const x = load<T>(a + (i * rsA + p * csA) * size) as i64;
        let from = b + p * rsB * size;
        for (let to = y, end = y + n * size; to < end; to += size) {
          store<T>(to, ((load<T>(to) as i64) + x * (load<T>(from) as i64)) as T);
          from += csB * size;
        }
      }
    } else {
      for (let j: usize = 0; j < n; j++) {
        let sum = load<T>(y + j * size) as i64;
        for (let p: usize = 0; p < k; p++) {
          const x = load<T>(a + (i * rsA + p * csA) * size) as i64;
          sum += x * (load<T>(b + (p * rsB + j * csB) * size) as i64);
        }
        store<T>(y + j * size, sum as T);
      }
    }
  }
}
