// An f32 product in progress: B comes as packed blocks, each multiplied with all of A.
//
// `beginProduct` says what C and its start values are and `packedA` or `stridedA` what A is; every call of `addBlock`
// then adds the terms of one range of k to one range of columns. For any column the ranges of k come in order: the first
// one, at k = 0, begins from `start`, the others go on from C.
//
//   scratch ┌─────────┬───────────┬────────────────────────────┬─────────────────────┐
//           │ Product │ edge tile │ start rows, 8 times each   │ A block, if unpacked │
//           └─────────┴───────────┴────────────────────────────┴─────────────────────┘

import { EDGE_BYTES, multiplyPacked } from "./macro-f32";
import { packARows, paddedRows, rowsInFives } from "./pack-f32";

// A multiple of 5, so that a block ends where a panel does.
const M_BLOCK: usize = 240;
// The 4-row panels at the end hold at most this many rows and never begin a block, unless there is only one.
const FOURS: usize = 16;
const EDGE_AT: usize = 64;
const START_AT: usize = EDGE_AT + ((EDGE_BYTES + 63) & ~63);

@unmanaged
export class Product {
  m: usize;
  k: usize;
  fives: usize;
  aPacked: bool;
  a: usize;
  rsA: usize;
  csA: usize;
  aBlock: usize;
  c: usize;
  rsC: usize;
  start: usize;
  rsStart: usize;
  csStart: usize;
  zero: f32;

  /** A is packed by `packA`. */
  packedA(a: usize): void {
    this.aPacked = true;
    this.a = a;
  }

  /** A is strided and is packed block by block. */
  stridedA(a: usize, rs: usize, cs: usize): void {
    this.aPacked = false;
    this.a = a;
    this.rsA = rs;
    this.csA = cs;
    this.aBlock = (changetype<usize>(this) + START_AT + mostRows(this.m) * 32 + 63) & ~63;
  }
}

/** Scratch bytes of a product; `depth`: the longest range of k if A is strided, 0 if it is packed. */
export function productScratchBytes(m: usize, depth: usize): usize {
  const rows = mostRows(m);
  return START_AT + ((rows * 32 + rows * depth * 4 + 127) & ~63);
}

function mostRows(m: usize): usize {
  return min(paddedRows(m), M_BLOCK + FOURS);
}

/**
 * Sets up C[m,n] = start + A[m,k] * B[k,n] in `scratch`. Strides are in elements; csStart is 0 or 1; `start` 0 stands
 * for zeros.
 */
export function beginProduct(
  scratch: usize,
  m: usize,
  k: usize,
  c: usize,
  rsC: usize,
  start: usize,
  rsStart: usize,
  csStart: usize,
): Product {
  const product = changetype<Product>(scratch);
  product.m = m;
  product.k = k;
  product.fives = rowsInFives(m);
  product.c = c;
  product.rsC = rsC;
  product.zero = 0;
  product.start = start ? start : scratch + offsetof<Product>("zero");
  product.rsStart = start ? rsStart : 0;
  product.csStart = start ? csStart : 0;
  return product;
}

/**
 * Adds A[:, p..p+depth] * B[p..p+depth, j..j+columns] to columns j to j + columns of C; `b`: the packed block of B,
 * its panels `panelBytes` apart.
 */
export function addBlock(
  product: Product,
  p: usize,
  depth: usize,
  j: usize,
  columns: usize,
  b: usize,
  panelBytes: usize,
): void {
  const scratch = changetype<usize>(product);
  const m = product.m;
  const packed = product.aPacked;
  const rowC = product.rsC << 2;
  const rowStart = product.rsStart << 2;
  let i: usize = 0;
  while (i < m) {
    const rows = m - i <= M_BLOCK + FOURS ? m - i : M_BLOCK;
    const fives = i < product.fives ? min(rows, product.fives - i) : 0;
    let a = product.a + ((i * product.k) << 2);
    if (!packed) {
      a = product.aBlock;
      const from = product.a + ((i * product.rsA + p * product.csA) << 2);
      packARows(rows, fives, depth, from, product.rsA, product.csA, a);
    }
    const c = product.c + i * rowC + (j << 2);
    let start = c;
    let startRow = rowC;
    let startColumn: usize = 4;
    if (p == 0) {
      start = product.start + i * rowStart + ((j * product.csStart) << 2);
      startRow = rowStart;
      if (product.csStart == 0) {
        spreadRows(rowStart ? rows : 1, start, rowStart, scratch + START_AT);
        start = scratch + START_AT;
        startRow = rowStart ? 32 : 0;
        startColumn = 0;
      }
    }
    multiplyPacked(
      rows,
      fives,
      columns,
      depth,
      a,
      packed ? product.k : depth,
      packed ? p : 0,
      b,
      panelBytes,
      start,
      startRow,
      startColumn,
      c,
      rowC,
      scratch + EDGE_AT,
    );
    i += rows;
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
