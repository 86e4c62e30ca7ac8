// LU decomposition with partial pivoting, triangular solves and Cholesky, on row-major float64 matrices.

/** Exchanges of rows that the last `luFactor` made. */
export let swaps: i32 = 0;

function at(a: usize, stride: i32, i: i32, j: i32): usize {
  return a + (((i * stride + j) as usize) << 3);
}

/** Row `i` of a matrix of `stride` columns += factor * row `k`, over columns [from, to). */
function addRow(a: usize, stride: i32, i: i32, k: i32, from: i32, to: i32, factor: f64): void {
  let p = at(a, stride, i, from);
  let q = at(a, stride, k, from);
  const end = at(a, stride, i, to);
  for (; p + 8 < end; p += 16, q += 16) {
    v128.store(p, f64x2.add(v128.load(p), f64x2.mul(f64x2.splat(factor), v128.load(q))));
  }
  if (p < end) store<f64>(p, load<f64>(p) + factor * load<f64>(q));
}

function swapRows(a: usize, stride: i32, i: i32, k: i32): void {
  for (let j = 0; j < stride; j++) {
    const p = at(a, stride, i, j);
    const q = at(a, stride, k, j);
    const x = load<f64>(p);
    store<f64>(p, load<f64>(q));
    store<f64>(q, x);
  }
}

/**
 * Overwrites the m × n matrix at `a` with L (below the diagonal, whose ones are not stored) and U, of the matrix with rows
 * exchanged as `pivots` (i32 each, from 0) tells. Gives 0, or 1 + the place of the first pivot that is exactly 0.
 */
export function luFactor(a: usize, m: i32, n: i32, pivots: usize): i32 {
  let info = 0;
  swaps = 0;
  const steps = min(m, n);
  for (let k = 0; k < steps; k++) {
    let p = k;
    let largest = abs(load<f64>(at(a, n, k, k)));
    for (let i = k + 1; i < m; i++) {
      const x = abs(load<f64>(at(a, n, i, k)));
      if (x > largest) {
        largest = x;
        p = i;
      }
    }
    store<i32>(pivots + ((k as usize) << 2), p);
    if (p !== k) {
      swapRows(a, n, p, k);
      swaps++;
    }
    const pivot = load<f64>(at(a, n, k, k));
    if (pivot === 0) {
      if (!info) info = k + 1;
      continue;
    }
    for (let i = k + 1; i < m; i++) {
      const factor = load<f64>(at(a, n, i, k)) / pivot;
      store<f64>(at(a, n, i, k), factor);
      if (factor !== 0) addRow(a, n, i, k, k + 1, n, -factor);
    }
  }
  return info;
}

/** Exchanges the rows of the n × columns matrix at `b` as `luFactor` did. */
export function applyPivots(b: usize, columns: i32, pivots: usize, count: i32): void {
  for (let k = 0; k < count; k++) {
    const p = load<i32>(pivots + ((k as usize) << 2));
    if (p !== k) swapRows(b, columns, p, k);
  }
}

/** Solves T x = b in place of the n × columns matrix at `b`, T being the upper or lower triangle of the one at `a`. */
export function solveTriangular(a: usize, n: i32, upper: bool, unit: bool, b: usize, columns: i32): void {
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const from = upper ? i + 1 : 0;
    const to = upper ? n : i;
    for (let k = from; k < to; k++) {
      const factor = load<f64>(at(a, n, i, k));
      if (factor !== 0) addRow(b, columns, i, k, 0, columns, -factor);
    }
    if (unit) continue;
    const pivot = load<f64>(at(a, n, i, i));
    for (let j = 0; j < columns; j++) {
      const p = at(b, columns, i, j);
      store<f64>(p, load<f64>(p) / pivot);
    }
  }
}

/** Solves A x = b in place of `b`, after `luFactor` of A. */
export function luSolve(lu: usize, n: i32, pivots: usize, b: usize, columns: i32): void {
  applyPivots(b, columns, pivots, n);
  solveTriangular(lu, n, false, true, b, columns);
  solveTriangular(lu, n, true, false, b, columns);
}

/**
 * Overwrites the n × n matrix at `a`, of which the lower triangle is read, with L such that L Lᵀ is it. Gives 0, or 1 + the
 * place where it is found not to be positive definite.
 */
export function choleskyFactor(a: usize, n: i32): i32 {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = load<f64>(at(a, n, i, j));
      for (let k = 0; k < j; k++) sum -= load<f64>(at(a, n, i, k)) * load<f64>(at(a, n, j, k));
      if (i > j) store<f64>(at(a, n, i, j), sum / load<f64>(at(a, n, j, j)));
      else if (!(sum > 0)) return j + 1;
      else store<f64>(at(a, n, j, j), sqrt(sum));
    }
    for (let k = j + 1; k < n; k++) store<f64>(at(a, n, j, k), 0);
  }
  return 0;
}
