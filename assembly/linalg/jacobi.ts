// Singular values and symmetric eigenvalues by Jacobi rotations, on row-major float64 matrices: slow for large matrices,
// but accurate to the last bits, also for small values.

/** Far more than are needed: convergence is quadratic. */
const MOST_SWEEPS: i32 = 60;
const EPSILON: f64 = 2.220446049250313e-16;

function row(a: usize, n: i32, i: i32): usize {
  return a + (((i * n) as usize) << 3);
}

function dot(p: usize, q: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < (n as usize); i++) sum += load<f64>(p + (i << 3)) * load<f64>(q + (i << 3));
  return sum;
}

/** (p, q) becomes (c p - s q, s p + c q). */
function rotate(p: usize, q: usize, n: i32, c: f64, s: f64): void {
  for (let i: usize = 0; i < (n as usize); i++) {
    const x = load<f64>(p + (i << 3));
    const y = load<f64>(q + (i << 3));
    store<f64>(p + (i << 3), c * x - s * y);
    store<f64>(q + (i << 3), s * x + c * y);
  }
}

/** The tangent of the angle that makes a pair with cotangent 2 theta orthogonal; the smaller of the two. */
function tangent(theta: f64): f64 {
  const t = 1 / (abs(theta) + sqrt(theta * theta + 1));
  return theta < 0 ? -t : t;
}

function swap(p: usize, q: usize, n: i32): void {
  rotate(p, q, n, 0, 1);
  for (let i: usize = 0; i < (n as usize); i++) store<f64>(p + (i << 3), -load<f64>(p + (i << 3)));
}

export function identity(v: usize, n: i32): void {
  memory.fill(v, 0, ((n * n) as usize) << 3);
  for (let i = 0; i < n; i++) store<f64>(row(v, n, i) + ((i as usize) << 3), 1);
}

/**
 * Makes the `k` rows of length `m` at `a` orthogonal, in order of falling length, by rotations that it also applies to the
 * rows of the k × k matrix at `v` (0 for none). With the rows of a matrix B and v = I before: B = vᵀ a. The lengths, the
 * singular values, go to `values` (f64 each).
 */
export function orthogonalise(a: usize, k: i32, m: i32, v: usize, values: usize): void {
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let turned = false;
    for (let i = 0; i + 1 < k; i++) {
      for (let j = i + 1; j < k; j++) {
        const p = row(a, m, i);
        const q = row(a, m, j);
        const pp = dot(p, p, m);
        const qq = dot(q, q, m);
        const pq = dot(p, q, m);
        if (!(abs(pq) > EPSILON * sqrt(pp) * sqrt(qq)) || pq === 0) continue;
        turned = true;
        const t = tangent((qq - pp) / (2 * pq));
        const c = 1 / sqrt(t * t + 1);
        rotate(p, q, m, c, c * t);
        if (v) rotate(row(v, k, i), row(v, k, j), k, c, c * t);
      }
    }
    if (!turned) break;
  }
  for (let i = 0; i < k; i++) {
    const p = row(a, m, i);
    store<f64>(values + ((i as usize) << 3), sqrt(dot(p, p, m)));
  }
  for (let i = 0; i + 1 < k; i++) {
    let best = i;
    for (let j = i + 1; j < k; j++) {
      if (load<f64>(values + ((j as usize) << 3)) > load<f64>(values + ((best as usize) << 3))) best = j;
    }
    if (best === i) continue;
    swap(row(a, m, i), row(a, m, best), m);
    if (v) swap(row(v, k, i), row(v, k, best), k);
    const x = load<f64>(values + ((i as usize) << 3));
    store<f64>(values + ((i as usize) << 3), load<f64>(values + ((best as usize) << 3)));
    store<f64>(values + ((best as usize) << 3), x);
  }
}

/**
 * Makes the first `rows` rows of length `m` at `a` orthonormal: those with a value (f64 each at `values`, of `known` rows)
 * above `floor` are divided by it, the others replaced by whatever completes a basis.
 */
export function normalise(a: usize, rows: i32, m: i32, values: usize, known: i32, floor: f64): void {
  let next = 0;
  for (let i = 0; i < rows; i++) {
    const p = row(a, m, i);
    const value = i < known ? load<f64>(values + ((i as usize) << 3)) : 0;
    if (value > floor) {
      for (let j: usize = 0; j < (m as usize); j++) store<f64>(p + (j << 3), load<f64>(p + (j << 3)) / value);
      continue;
    }
    // A unit vector, less its part in the rows before, twice for accuracy.
    for (; next < m; next++) {
      memory.fill(p, 0, (m as usize) << 3);
      store<f64>(p + ((next as usize) << 3), 1);
      for (let pass = 0; pass < 2; pass++) {
        for (let k = 0; k < i; k++) {
          const q = row(a, m, k);
          const part = dot(p, q, m);
          for (let j: usize = 0; j < (m as usize); j++) {
            store<f64>(p + (j << 3), load<f64>(p + (j << 3)) - part * load<f64>(q + (j << 3)));
          }
        }
      }
      const length = sqrt(dot(p, p, m));
      if (length < 0.5 / sqrt<f64>(m as f64)) continue;
      for (let j: usize = 0; j < (m as usize); j++)
        store<f64>(p + (j << 3), load<f64>(p + (j << 3)) / length);
      next++;
      break;
    }
  }
}

/** Copies one triangle of the n × n matrix at `a` over the other. */
export function symmetrise(a: usize, n: i32, upper: bool): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const low = row(a, n, i) + ((j as usize) << 3);
      const high = row(a, n, j) + ((i as usize) << 3);
      if (upper) store<f64>(low, load<f64>(high));
      else store<f64>(high, load<f64>(low));
    }
  }
}

/**
 * Eigenvalues of the symmetric n × n matrix at `a`, which is destroyed, ascending, to `values` (f64 each); its eigenvectors
 * to the rows of `v` (0 for none).
 */
export function symmetricEigen(a: usize, n: i32, v: usize, values: usize): void {
  if (v) identity(v, n);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let turned = false;
    for (let i = 0; i + 1 < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const ij = load<f64>(row(a, n, i) + ((j as usize) << 3));
        const ii = load<f64>(row(a, n, i) + ((i as usize) << 3));
        const jj = load<f64>(row(a, n, j) + ((j as usize) << 3));
        if (ij === 0) continue;
        if (abs(ij) <= EPSILON * 0.0625 * min(abs(ii), abs(jj))) {
          store<f64>(row(a, n, i) + ((j as usize) << 3), 0);
          store<f64>(row(a, n, j) + ((i as usize) << 3), 0);
          continue;
        }
        turned = true;
        const t = tangent((jj - ii) / (2 * ij));
        const c = 1 / sqrt(t * t + 1);
        const s = c * t;
        rotate(row(a, n, i), row(a, n, j), n, c, s);
        for (let k = 0; k < n; k++) {
          const p = row(a, n, k) + ((i as usize) << 3);
          const q = row(a, n, k) + ((j as usize) << 3);
          const x = load<f64>(p);
          const y = load<f64>(q);
          store<f64>(p, c * x - s * y);
          store<f64>(q, s * x + c * y);
        }
        store<f64>(row(a, n, i) + ((j as usize) << 3), 0);
        store<f64>(row(a, n, j) + ((i as usize) << 3), 0);
        if (v) rotate(row(v, n, i), row(v, n, j), n, c, s);
      }
    }
    if (!turned) break;
  }
  for (let i = 0; i < n; i++) {
    store<f64>(values + ((i as usize) << 3), load<f64>(row(a, n, i) + ((i as usize) << 3)));
  }
  for (let i = 0; i + 1 < n; i++) {
    let best = i;
    for (let j = i + 1; j < n; j++) {
      if (load<f64>(values + ((j as usize) << 3)) < load<f64>(values + ((best as usize) << 3))) best = j;
    }
    if (best === i) continue;
    if (v) swap(row(v, n, i), row(v, n, best), n);
    const x = load<f64>(values + ((i as usize) << 3));
    store<f64>(values + ((i as usize) << 3), load<f64>(values + ((best as usize) << 3)));
    store<f64>(values + ((best as usize) << 3), x);
  }
}
