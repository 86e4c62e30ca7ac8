// f64 matrix product: C[m,n] = start[m,n] + A[m,k] * B[k,n].
//
// Like `gemmF32` every element is the loop `c = start; for k: c = c + a * b`, in float64, k in order. Four columns of B
// at a time are packed ([k][4], padded with zeros) and multiplied with four rows of A, which is read where it lies.
//
// Strides are in elements, any values. `scratch` is 64-byte aligned. C overlaps no operand but `start`, and that only
// when it is the same view.

const TILE_BYTES: usize = 4 * 32;

/** Scratch bytes of `gemmF64`. */
export function gemmF64ScratchBytes(k: usize): u64 {
  return (TILE_BYTES as u64) + (k as u64) * 32;
}

/** C = start + A * B; `start` 0 stands for zeros. */
export function gemmF64(
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
  scratch: usize,
): void {
  const panel = scratch + TILE_BYTES;
  const aRow = rsA << 3;
  for (let j: usize = 0; j < n; j += 4) {
    const columns = min<usize>(4, n - j);
    packFourColumns(k, columns, b + ((j * csB) << 3), rsB << 3, csB << 3, panel);
    for (let i: usize = 0; i < m; i += 4) {
      const rows = min<usize>(4, m - i);
      const row = a + i * aRow;
      for (let r: usize = 0; r < rows; r++) {
        for (let q: usize = 0; q < columns; q++) {
          const from = start + (((i + r) * rsStart + (j + q) * csStart) << 3);
          store<f64>(scratch + (r << 5) + (q << 3), start ? load<f64>(from) : 0);
        }
      }
      // Rows that are not there repeat the last one.
      const row1 = row + aRow * min<usize>(1, rows - 1);
      const row2 = row + aRow * min<usize>(2, rows - 1);
      tile4x4(k, row, row1, row2, row + aRow * (rows - 1), csA << 3, panel, scratch);
      for (let r: usize = 0; r < rows; r++) {
        for (let q: usize = 0; q < columns; q++) {
          store<f64>(c + (((i + r) * rsC + j + q) << 3), load<f64>(scratch + (r << 5) + (q << 3)));
        }
      }
    }
  }
}

function packFourColumns(k: usize, columns: usize, b: usize, row: usize, column: usize, to: usize): void {
  for (; k > 0; --k) {
    for (let q: usize = 0; q < 4; q++) store<f64>(to + (q << 3), q < columns ? load<f64>(b + q * column) : 0);
    b += row;
    to += 32;
  }
}

function tile4x4(
  k: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  aStep: usize,
  b: usize,
  c: usize,
): void {
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c10 = v128.load(c, 32);
  let c11 = v128.load(c, 48);
  let c20 = v128.load(c, 64);
  let c21 = v128.load(c, 80);
  let c30 = v128.load(c, 96);
  let c31 = v128.load(c, 112);
  let p: usize = 0;
  while (k > 0) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load64_splat(a0 + p);
    c00 = f64x2.add(c00, f64x2.mul(x, b0));
    c01 = f64x2.add(c01, f64x2.mul(x, b1));
    x = v128.load64_splat(a1 + p);
    c10 = f64x2.add(c10, f64x2.mul(x, b0));
    c11 = f64x2.add(c11, f64x2.mul(x, b1));
    x = v128.load64_splat(a2 + p);
    c20 = f64x2.add(c20, f64x2.mul(x, b0));
    c21 = f64x2.add(c21, f64x2.mul(x, b1));
    x = v128.load64_splat(a3 + p);
    c30 = f64x2.add(c30, f64x2.mul(x, b0));
    c31 = f64x2.add(c31, f64x2.mul(x, b1));
    p += aStep;
    b += 32;
    --k;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c10, 32);
  v128.store(c, c11, 48);
  v128.store(c, c20, 64);
  v128.store(c, c21, 80);
  v128.store(c, c30, 96);
  v128.store(c, c31, 112);
}
