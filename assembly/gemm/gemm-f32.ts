// f32 matrix product: C[m,n] = start[m,n] + A[m,k] * B[k,n].
//
// Every element is the loop `c = start; for k: c = c + a * b` in float32, multiply then add, k in order, whatever path
// is taken and however the work is cut: a K block goes on from what the one before left in C.
//
// `start` is where an element begins: pointer 0 for zero, C itself (and its strides) to accumulate, a bias per column
// (strides 0, 1) or per row (strides 1, 0). So a bias is the first term of the sum, not the last.
//
//                      N block
//                    ┌─────────┬────┐
//           K block  │ B       │    │     One block of B is packed and stays in the second-level cache while all
//                    ├─────────┼────┤     M blocks of A are packed and multiplied with it; then the next K block.
//                    └─────────┴────┘
//           ┌─────┬─┐┌─────────┬────┐
//   M block │ A   │ ││ C       │    │
//           ├─────┼─┤├─────────┼────┤
//           └─────┴─┘└─────────┴────┘
//
// Strides are in elements, any values (0 broadcasts); C's rows are contiguous. C overlaps no operand but `start`, and
// that only when it is the same view. Any size may be 0. `scratch` is 64-byte aligned.

import { copyTile, startTile } from "./copy-tile";
import { packB, paddedColumns } from "./pack-f32";
import { addBlock, beginProduct, Product, productScratchBytes } from "./product-f32";
import { addRowsPackedB, streamRows, streamRowsScratchBytes } from "./rows-f32";

const K_BLOCK: usize = 256;
const N_BLOCK: usize = 512;
/** Packed B is not cut along k, so that it streams, while A has at most this many elements. */
const SMALL_A: u64 = 16384;

/** At most this many rows (or columns) are multiplied unpacked when the other operand's rows are contiguous; */
export const FEW_ROWS: usize = 4;
/** at most this many when its columns are, which costs transposes for every row. */
const FEW_DOTS: usize = 2;

/** Scratch bytes of `gemmF32`, `gemmPackedA` and `gemmPackedB` for these sizes. */
export function gemmF32ScratchBytes(m: usize, n: usize, k: usize): u64 {
  const depth = min(k, K_BLOCK);
  const product = productScratchBytes(m, isSmallA(m, k) ? k : depth);
  const blocks = product + paddedColumns(min(n, N_BLOCK)) * depth * 4;
  return max(blocks, streamRowsScratchBytes(FEW_ROWS, max(m, n))) as u64;
}

function isSmallA(m: usize, k: usize): bool {
  return (m as u64) * (k as u64) <= SMALL_A;
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
  if ((csB == 1 && m <= FEW_ROWS) || (rsB == 1 && m <= FEW_DOTS)) {
    streamRows(m, n, k, a, rsA, csA, b, rsB, csB, c, rsC, 1, start, rsStart, csStart, scratch);
  } else if ((rsA == 1 && n <= FEW_ROWS) || (csA == 1 && n <= FEW_DOTS)) {
    // C^T = B^T A^T.
    streamRows(n, m, k, b, csB, rsB, a, csA, rsA, c, 1, rsC, start, csStart, rsStart, scratch);
  } else {
    const product = begin(m, n, k, c, rsC, start, rsStart, csStart, scratch);
    product.stridedA(a, rsA, csA);
    addStridedB(product, n, b, rsB, csB, scratch + productScratchBytes(m, min(k, K_BLOCK)));
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
  const product = begin(m, n, k, c, rsC, start, rsStart, csStart, scratch);
  product.packedA(a);
  addStridedB(product, n, b, rsB, csB, scratch + productScratchBytes(m, 0));
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
  if (m < FEW_ROWS) {
    startTile(m, n, start, rsStart << 2, csStart << 2, c, rsC << 2);
    addRowsPackedB(m, n, k, a, rsA << 2, csA << 2, b, c, rsC << 2, scratch);
    return;
  }
  const product = begin(m, n, k, c, rsC, start, rsStart, csStart, scratch);
  product.stridedA(a, rsA, csA);
  const kBlock = isSmallA(m, k) ? k : K_BLOCK;
  let p: usize = 0;
  do {
    const depth = min(kBlock, k - p);
    addBlock(product, p, depth, 0, n, b + (p << 5), k << 5);
    p += depth;
  } while (p < k);
}

// A start whose columns are neither contiguous nor repeated is put in C first.
function begin(
  m: usize,
  n: usize,
  k: usize,
  c: usize,
  rsC: usize,
  start: usize,
  rsStart: usize,
  csStart: usize,
  scratch: usize,
): Product {
  if (!start || csStart <= 1) return beginProduct(scratch, m, k, c, rsC, start, rsStart, csStart);
  copyTile(m, n, start, rsStart << 2, csStart << 2, c, rsC << 2, 4);
  return beginProduct(scratch, m, k, c, rsC, c, rsC, 1);
}

// Adds A * B, packing B block by block into `block`.
function addStridedB(product: Product, n: usize, b: usize, rs: usize, cs: usize, block: usize): void {
  const k = product.k;
  for (let j: usize = 0; j < n; j += N_BLOCK) {
    const columns = min(N_BLOCK, n - j);
    let p: usize = 0;
    do {
      const depth = min(K_BLOCK, k - p);
      packB(depth, columns, b + ((p * rs + j * cs) << 2), rs, cs, block, depth << 5);
      addBlock(product, p, depth, j, columns, block, depth << 5);
      p += depth;
    } while (p < k);
  }
}
