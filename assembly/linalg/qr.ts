// QR decomposition by Householder reflections, with LAPACK's signs, on row-major float64 matrices.

function at(a: usize, stride: i32, i: i32, j: i32): usize {
  return a + (((i * stride + j) as usize) << 3);
}

/** Applies I - tau v vᵀ to columns [from, to) of `c`; v is column `k` of `a` below the diagonal, with a one on it. */
function reflect(a: usize, n: i32, m: i32, k: i32, tau: f64, c: usize, columns: i32, from: i32): void {
  for (let j = from; j < columns; j++) {
    let dot = load<f64>(at(c, columns, k, j));
    for (let i = k + 1; i < m; i++) dot += load<f64>(at(a, n, i, k)) * load<f64>(at(c, columns, i, j));
    dot *= tau;
    store<f64>(at(c, columns, k, j), load<f64>(at(c, columns, k, j)) - dot);
    for (let i = k + 1; i < m; i++) {
      const p = at(c, columns, i, j);
      store<f64>(p, load<f64>(p) - dot * load<f64>(at(a, n, i, k)));
    }
  }
}

/** Overwrites the m × n matrix at `a` with R, and below the diagonal the reflections, whose factors go to `tau` (f64 each). */
export function qrFactor(a: usize, m: i32, n: i32, tau: usize): void {
  const steps = min(m, n);
  for (let k = 0; k < steps; k++) {
    let rest: f64 = 0;
    let scale: f64 = 0;
    for (let i = k + 1; i < m; i++) scale = max(scale, abs(load<f64>(at(a, n, i, k))));
    for (let i = k + 1; i < m && scale > 0; i++) {
      const x = load<f64>(at(a, n, i, k)) / scale;
      rest += x * x;
    }
    const alpha = load<f64>(at(a, n, k, k));
    let factor: f64 = 0;
    if (rest > 0) {
      const below = scale * sqrt(rest);
      const big = max(abs(alpha), below);
      const length = big * sqrt((alpha / big) * (alpha / big) + (below / big) * (below / big));
      const beta = alpha >= 0 ? -length : length;
      factor = (beta - alpha) / beta;
      for (let i = k + 1; i < m; i++) {
        const p = at(a, n, i, k);
        store<f64>(p, load<f64>(p) / (alpha - beta));
      }
      store<f64>(at(a, n, k, k), beta);
      reflect(a, n, m, k, factor, a, n, k + 1);
    }
    store<f64>(tau + ((k as usize) << 3), factor);
  }
}

/** Writes the first `columns` columns of Q, m × columns, to `q`, from what `qrFactor` left at `a`. */
export function qrExpand(a: usize, m: i32, n: i32, tau: usize, q: usize, columns: i32): void {
  memory.fill(q, 0, ((m * columns) as usize) << 3);
  for (let j = 0; j < columns; j++) store<f64>(at(q, columns, j, j), 1);
  for (let k = min(m, n) - 1; k >= 0; k--) {
    reflect(a, n, m, k, load<f64>(tau + ((k as usize) << 3)), q, columns, 0);
  }
}
