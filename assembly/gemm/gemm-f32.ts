// f32 matrix product: C[m,n] = start[m,n] + A[m,k] * B[k,n].
//
// Every element is the loop `c = start; for k: c = c + a * b` in float32, multiply then add, k in order, whatever path
// is taken and however the work is cut: a K block goes on from what the one before left in C.
//
// `start` is where an element begins: pointer 0 for zero, C itself (and its strides) to accumulate, a bias per column
// (strides 0, 1) or per row (strides 1, 0). So a bias is the first term of the sum, not the last.
//
//                     N block
//                   ┌─────────┬────┐
//          K block  │  B, packed   │     B's block is packed once and stays in the second-level cache while blocks of
//                   ├─────────┼────┤     A are packed and multiplied with it.
//                   └─────────┴────┘
//          ┌─────┬──┐┌─────────┬────┐    scratch:
//  M block │  A  │  ││    C    │    │    ┌───────┬───────────┬────────────┬─────────┬─────────┐
//          ├─────┼──┤├─────────┼────┤    │ zeros │ edge tile │ start rows │ A block │ B block │
//          └─────┴──┘└─────────┴────┘    └───────┴───────────┴────────────┴─────────┴─────────┘
//
// Strides are in elements, any values (0 broadcasts); C's rows are contiguous. C overlaps no operand but `start`, and
// that only when it is the same view. `scratch` is 64-byte aligned.

import { copyTile } from "./copy-tile";
import { EDGE_BYTES, multiplyPacked } from "./macro-f32";
import { packARows, packB, paddedColumns, rowsInFives } from "./pack-f32";
import { addRowsPackedB, streamRows, streamRowsScratchBytes } from "./rows-f32";

const K_BLOCK: usize = 256;
const N_BLOCK: usize = 512;
// A multiple of 5, so that a block ends where a panel does.
const M_BLOCK: usize = 240;
// The 4-row panels at the end hold at most this many rows and never begin a block, unless there is only one.
const FOURS: usize = 16;

const ZEROS_BYTES: usize = 64;
const EDGE_ROOM: usize = (EDGE_BYTES + 63) & ~63;
const START_ROWS: usize = ZEROS_BYTES + EDGE_ROOM;

/** At most this many rows or columns are multiplied without packing, */
const FEW: usize = 4;
/** as are products of at most this many multiplications. */
const SMALL: u64 = 4096;

/** Scratch bytes of `gemmF32`, `gemmPackedA` and `gemmPackedB` for these sizes. */
export function gemmF32ScratchBytes(m: usize, n: usize, k: usize): u64 {
  const rows = min(m, M_BLOCK + FOURS) + 4;
  const columns = paddedColumns(min(n, N_BLOCK));
  const depth = min(k, K_BLOCK);
  const blocks = (rows * 32 + rows * depth * 4 + columns * depth * 4 + 191) & ~63;
  return (START_ROWS + max(blocks, streamRowsScratchBytes(FEW, max(m, n)))) as u64;
}

/** C = start + A * B. */
export function gemmF32(
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
  if (!start) start = zeroStart(scratch), (rsStart = csStart = 0);
  const flat = scratch + START_ROWS;
  const small = (m as u64) * (n as u64) <= SMALL && (m as u64) * (n as u64) * (k as u64) <= SMALL;
  if ((m <= FEW || small) && (rsB == 1 || csB == 1)) {
    streamRows(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, 1, start, rsStart, csStart, flat);
  } else if (n <= FEW && (rsA == 1 || csA == 1)) {
    // C^T = B^T A^T.
    streamRows(n, m, k, b, csB, rsB, a, csA, rsA, c, 1, rsC, start, csStart, rsStart, flat);
  } else {
    blocked(m, n, k, a, rsA, csA, false, b, rsB, csB, false, c, rsC, start, rsStart, csStart, scratch);
  }
}

/** C = start + A * B, `a` packed by `packA`. */
export function gemmPackedA(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
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
  if (!start) start = zeroStart(scratch), (rsStart = csStart = 0);
  blocked(m, n, k, a, 0, 0, true, b, rsB, csB, false, c, rsC, start, rsStart, csStart, scratch);
}

/** C = start + A * B, `b` packed by `packB` with its panels end to end. */
export function gemmPackedB(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  rsA: usize,
  csA: usize,
  b: usize,
  c: usize,
  rsC: usize,
  start: usize,
  rsStart: usize,
  csStart: usize,
  scratch: usize,
): void {
  if (!start) start = zeroStart(scratch), (rsStart = csStart = 0);
  if (m < FEW) {
    copyTile(m, n, start, rsStart << 2, csStart << 2, c, rsC << 2, 4);
    addRowsPackedB(m, n, k, a, rsA << 2, csA << 2, b, c, rsC << 2, scratch + ZEROS_BYTES);
  } else {
    blocked(m, n, k, a, rsA, csA, false, b, 0, 0, true, c, rsC, start, rsStart, csStart, scratch);
  }
}

function zeroStart(scratch: usize): usize {
  store<f32>(scratch, 0);
  return scratch;
}

function blocked(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  rsA: usize,
  csA: usize,
  aPacked: bool,
  b: usize,
  rsB: usize,
  csB: usize,
  bPacked: bool,
  c: usize,
  rsC: usize,
  start: usize,
  rsStart: usize,
  csStart: usize,
  scratch: usize,
): void {
  if (csStart > 1) {
    copyTile(m, n, start, rsStart << 2, csStart << 2, c, rsC << 2, 4);
    start = c;
    rsStart = rsC;
    csStart = 1;
  }
  const edge = scratch + ZEROS_BYTES;
  const startRows = scratch + START_ROWS;
  const rowsAtMost = min(m, M_BLOCK + FOURS) + 4;
  const aBlock = (startRows + rowsAtMost * 32 + 63) & ~63;
  const bBlock = (aBlock + rowsAtMost * min(k, K_BLOCK) * 4 + 63) & ~63;
  const fives = rowsInFives(m);
  const nBlock = bPacked ? n : N_BLOCK;
  for (let j: usize = 0; j < n; j += nBlock) {
    const columns = min(nBlock, n - j);
    let p: usize = 0;
    do {
      const depth = min(K_BLOCK, k - p);
      if (!bPacked) packB(depth, columns, b + ((p * rsB + j * csB) << 2), rsB, csB, bBlock, depth << 5);
      const panels = bPacked ? b + ((j * k) << 2) + (p << 5) : bBlock;
      const panelBytes = (bPacked ? k : depth) << 5;
      let i: usize = 0;
      while (i < m) {
        const rows = m - i <= M_BLOCK + FOURS ? m - i : M_BLOCK;
        const blockFives = i < fives ? min(rows, fives - i) : 0;
        if (!aPacked) packARows(rows, blockFives, depth, a + ((i * rsA + p * csA) << 2), rsA, csA, aBlock);
        const aPanels = aPacked ? a + ((i * k) << 2) : aBlock;
        const aK = aPacked ? k : depth;
        const k0 = aPacked ? p : 0;
        const cAt = c + ((i * rsC + j) << 2);
        let from = cAt;
        let fromRow = rsC << 2;
        let fromColumn: usize = 4;
        if (p == 0) {
          from = start + ((i * rsStart + j * csStart) << 2);
          fromRow = rsStart << 2;
          if (csStart == 0) {
            spreadRows(rsStart ? rows : 1, from, fromRow, startRows);
            from = startRows;
            fromRow = rsStart ? 32 : 0;
            fromColumn = 0;
          }
        }
        multiplyPacked(
          rows,
          blockFives,
          columns,
          depth,
          aPanels,
          aK,
          k0,
          panels,
          panelBytes,
          from,
          fromRow,
          fromColumn,
          cAt,
          rsC << 2,
          edge,
        );
        i += rows;
      }
      p += depth;
    } while (p < k);
  }
}

// Repeats each of a column of values eight times.
function spreadRows(rows: usize, from: usize, step: usize, to: usize): void {
  for (; rows > 0; --rows) {
    const v = v128.load32_splat(from);
    v128.store(to, v);
    v128.store(to, v, 16);
    from += step;
    to += 32;
  }
}
