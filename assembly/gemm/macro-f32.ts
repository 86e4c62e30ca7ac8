// Runs the f32 micro-kernels over a block of C, both operands packed.

import { copyTile } from "./copy-tile";
import { tile4x4, tile4x8, tile5x4, tile5x8 } from "./micro-f32";

/** Bytes of `edge`, the tile in which cut-off tiles of C are computed. */
export const EDGE_BYTES: usize = 5 * 32;

/**
 * C[m,n] = start + A[m,k] * B[k,n].
 *
 * `a`: packed panels of a matrix of `aK` columns, of which columns `k0` to `k0 + k` take part; the first `fives` rows
 * are in 5-row panels. `b`: packed panels `panelBytes` apart, already at their row `k0`. `start` and `c` have byte
 * strides; `startColumn` is 4, or 0 when every row of `start` is one value repeated eight times.
 */
export function multiplyPacked(
  m: usize,
  fives: usize,
  n: usize,
  k: usize,
  a: usize,
  aK: usize,
  k0: usize,
  b: usize,
  panelBytes: usize,
  start: usize,
  startRow: usize,
  startColumn: usize,
  c: usize,
  cRow: usize,
  edge: usize,
): void {
  for (let j: usize = 0; j < n; j += 8) {
    const columns = min<usize>(8, n - j);
    const startAt = start + j * startColumn;
    const cAt = c + (j << 2);
    let i: usize = 0;
    if (columns == 8) {
      for (; i < fives; i += 5) {
        tile5x8(k, a + ((i * aK + k0 * 5) << 2), b, startAt + i * startRow, startRow, cAt + i * cRow, cRow);
      }
      for (; i + 4 <= m; i += 4) {
        tile4x8(k, a + ((i * aK + k0 * 4) << 2), b, startAt + i * startRow, startRow, cAt + i * cRow, cRow);
      }
    }
    while (i < m) {
      const height: usize = i < fives ? 5 : 4;
      const panel = a + ((i * aK + k0 * height) << 2);
      const rows = min(height, m - i);
      copyTile(rows, columns, startAt + i * startRow, startRow, startColumn, edge, 32, 4);
      if (columns > 4) {
        if (height == 5) tile5x8(k, panel, b, edge, 32, edge, 32);
        else tile4x8(k, panel, b, edge, 32, edge, 32);
      } else {
        if (height == 5) tile5x4(k, panel, b, edge, 32, edge, 32);
        else tile4x4(k, panel, b, edge, 32, edge, 32);
      }
      copyTile(rows, columns, edge, 32, 4, cAt + i * cRow, cRow, 4);
      i += height;
    }
    b += panelBytes;
  }
}
