// f32 products with few rows: B is streamed once, as it lies, while the few rows of C stay in the first-level cache.
//
// Rows of B contiguous ([k,n]): four rows of B at a time are scaled and added to a row of C, k in order.
// Columns contiguous ([n,k], a Linear weight): eight dot products at a time, one per lane, so that each runs over k in
// order; 4 x 4 blocks are transposed in registers.

import { copyTile, startTile } from "./copy-tile";
import { tile1x8, tile1x32 } from "./micro-f32";

/** Columns of C worked on together: their rows fill a quarter of a first-level cache. */
const BLOCK: usize = 2048;

/** Scratch bytes of `streamRows`. */
export function streamRowsScratchBytes(m: usize, n: usize): usize {
  return (m * min(n, BLOCK)) << 2;
}

/**
 * C = start + A * B, unpacked; rsB or csB is 1; every stride is in elements; `start` 0 stands for zeros. `scratch`
 * (`streamRowsScratchBytes`) is used when csC is not 1.
 */
export function streamRows(
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
  csC: usize,
  start: usize,
  rsStart: usize,
  csStart: usize,
  scratch: usize,
): void {
  const dots = rsB == 1 && (csB != 1 || n == 1);
  for (let j: usize = 0; j < n; j += BLOCK) {
    const columns = min(BLOCK, n - j);
    const inPlace = csC == 1;
    const y = inPlace ? c + (j << 2) : scratch;
    const yRow = (inPlace ? rsC : columns) << 2;
    const startAt = start ? start + ((j * csStart) << 2) : 0;
    startTile(m, columns, startAt, rsStart << 2, csStart << 2, y, yRow);
    if (dots) addDots(m, columns, k, a, rsA << 2, csA << 2, b + ((j * csB) << 2), csB << 2, y, yRow);
    else addScaledRows(m, columns, k, a, rsA << 2, csA << 2, b + (j << 2), rsB << 2, y, yRow);
    if (!inPlace) copyTile(m, columns, y, yRow, 4, c + ((j * csC) << 2), rsC << 2, csC << 2);
  }
}

/** C += A * B for B packed in panels: for fewer rows than a tile has. `edge` holds 32 bytes. */
export function addRowsPackedB(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  c: usize,
  cRow: usize,
  edge: usize,
): void {
  const panelBytes = k << 5;
  let j: usize = 0;
  for (; j + 32 <= n; j += 32) {
    for (let i: usize = 0; i < m; i++) {
      tile1x32(k, a + i * aRow, aColumn, b, panelBytes, c + i * cRow + (j << 2));
    }
    b += panelBytes << 2;
  }
  for (; j < n; j += 8) {
    const columns = min<usize>(8, n - j);
    for (let i: usize = 0; i < m; i++) {
      const y = c + i * cRow + (j << 2);
      if (columns == 8) {
        tile1x8(k, a + i * aRow, aColumn, b, y);
      } else {
        copyTile(1, columns, y, 0, 4, edge, 0, 4);
        tile1x8(k, a + i * aRow, aColumn, b, edge);
        copyTile(1, columns, edge, 0, 4, y, 0, 4);
      }
    }
    b += panelBytes;
  }
}

// y[i] += A[i,:] * B, B's rows contiguous and `bRow` bytes apart.
function addScaledRows(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  y: usize,
  yRow: usize,
): void {
  for (; k >= 4; k -= 4) {
    for (let i: usize = 0; i < m; i++) addFourScaled(n, a + i * aRow, aColumn, b, bRow, y + i * yRow);
    a += aColumn << 2;
    b += bRow << 2;
  }
  for (; k > 0; --k) {
    for (let i: usize = 0; i < m; i++) addScaled(n, load<f32>(a + i * aRow), b, y + i * yRow);
    a += aColumn;
    b += bRow;
  }
}

function addFourScaled(n: usize, x: usize, xStep: usize, b: usize, bRow: usize, y: usize): void {
  const v0 = v128.load32_splat(x);
  const v1 = v128.load32_splat(x + xStep);
  const v2 = v128.load32_splat(x + (xStep << 1));
  const v3 = v128.load32_splat(x + xStep * 3);
  const b1 = b + bRow;
  const b2 = b1 + bRow;
  const b3 = b2 + bRow;
  const whole = (n & ~3) << 2;
  let p: usize = 0;
  for (; p < whole; p += 16) {
    let sum = v128.load(y + p);
    sum = f32x4.add(sum, f32x4.mul(v0, v128.load(b + p)));
    sum = f32x4.add(sum, f32x4.mul(v1, v128.load(b1 + p)));
    sum = f32x4.add(sum, f32x4.mul(v2, v128.load(b2 + p)));
    sum = f32x4.add(sum, f32x4.mul(v3, v128.load(b3 + p)));
    v128.store(y + p, sum);
  }
  for (const end = n << 2; p < end; p += 4) {
    let sum = load<f32>(y + p);
    sum += f32x4.extract_lane(v0, 0) * load<f32>(b + p);
    sum += f32x4.extract_lane(v1, 0) * load<f32>(b1 + p);
    sum += f32x4.extract_lane(v2, 0) * load<f32>(b2 + p);
    sum += f32x4.extract_lane(v3, 0) * load<f32>(b3 + p);
    store<f32>(y + p, sum);
  }
}

function addScaled(n: usize, x: f32, b: usize, y: usize): void {
  const v = f32x4.splat(x);
  const whole = (n & ~3) << 2;
  let p: usize = 0;
  for (; p < whole; p += 16) {
    v128.store(y + p, f32x4.add(v128.load(y + p), f32x4.mul(v, v128.load(b + p))));
  }
  for (const end = n << 2; p < end; p += 4) store<f32>(y + p, load<f32>(y + p) + x * load<f32>(b + p));
}

// y[i] += A[i,:] * B, B's columns contiguous and `bColumn` bytes apart.
function addDots(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bColumn: usize,
  y: usize,
  yRow: usize,
): void {
  let j: usize = 0;
  for (; j + 8 <= n; j += 8) {
    for (let i: usize = 0; i < m; i++) {
      addEightDots(k, a + i * aRow, aColumn, b, bColumn, y + i * yRow + (j << 2));
    }
    b += bColumn << 3;
  }
  if (j + 4 <= n) {
    for (let i: usize = 0; i < m; i++) {
      addFourDots(k, a + i * aRow, aColumn, b, bColumn, y + i * yRow + (j << 2));
    }
    b += bColumn << 2;
    j += 4;
  }
  for (; j < n; j++) {
    for (let i: usize = 0; i < m; i++) addDot(k, a + i * aRow, aColumn, b, y + i * yRow + (j << 2));
    b += bColumn;
  }
}

function addEightDots(k: usize, x: usize, xStep: usize, b: usize, bColumn: usize, y: usize): void {
  const b1 = b + bColumn;
  const b2 = b1 + bColumn;
  const b3 = b2 + bColumn;
  const b4 = b3 + bColumn;
  const b5 = b4 + bColumn;
  const b6 = b5 + bColumn;
  const b7 = b6 + bColumn;
  let low = v128.load(y);
  let high = v128.load(y, 16);
  const whole = (k & ~3) << 2;
  let p: usize = 0;
  for (; p < whole; p += 16) {
    const v0 = v128.load32_splat(x);
    const v1 = v128.load32_splat(x + xStep);
    const v2 = v128.load32_splat(x + (xStep << 1));
    const v3 = v128.load32_splat(x + xStep * 3);
    x += xStep << 2;
    let r0 = v128.load(b + p);
    let r1 = v128.load(b1 + p);
    let r2 = v128.load(b2 + p);
    let r3 = v128.load(b3 + p);
    let t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    let t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    let t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    let t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    low = f32x4.add(low, f32x4.mul(v0, v128.shuffle<f64>(t0, t1, 0, 2)));
    low = f32x4.add(low, f32x4.mul(v1, v128.shuffle<f64>(t0, t1, 1, 3)));
    low = f32x4.add(low, f32x4.mul(v2, v128.shuffle<f64>(t2, t3, 0, 2)));
    low = f32x4.add(low, f32x4.mul(v3, v128.shuffle<f64>(t2, t3, 1, 3)));
    r0 = v128.load(b4 + p);
    r1 = v128.load(b5 + p);
    r2 = v128.load(b6 + p);
    r3 = v128.load(b7 + p);
    t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    high = f32x4.add(high, f32x4.mul(v0, v128.shuffle<f64>(t0, t1, 0, 2)));
    high = f32x4.add(high, f32x4.mul(v1, v128.shuffle<f64>(t0, t1, 1, 3)));
    high = f32x4.add(high, f32x4.mul(v2, v128.shuffle<f64>(t2, t3, 0, 2)));
    high = f32x4.add(high, f32x4.mul(v3, v128.shuffle<f64>(t2, t3, 1, 3)));
  }
  for (const end = k << 2; p < end; p += 4) {
    const v = v128.load32_splat(x);
    x += xStep;
    let column = v128.load32_zero(b + p);
    column = v128.load_lane<f32>(b1 + p, column, 1);
    column = v128.load_lane<f32>(b2 + p, column, 2);
    column = v128.load_lane<f32>(b3 + p, column, 3);
    low = f32x4.add(low, f32x4.mul(v, column));
    column = v128.load32_zero(b4 + p);
    column = v128.load_lane<f32>(b5 + p, column, 1);
    column = v128.load_lane<f32>(b6 + p, column, 2);
    column = v128.load_lane<f32>(b7 + p, column, 3);
    high = f32x4.add(high, f32x4.mul(v, column));
  }
  v128.store(y, low);
  v128.store(y, high, 16);
}

function addFourDots(k: usize, x: usize, xStep: usize, b: usize, bColumn: usize, y: usize): void {
  const b1 = b + bColumn;
  const b2 = b1 + bColumn;
  const b3 = b2 + bColumn;
  let sum = v128.load(y);
  const whole = (k & ~3) << 2;
  let p: usize = 0;
  for (; p < whole; p += 16) {
    const r0 = v128.load(b + p);
    const r1 = v128.load(b1 + p);
    const r2 = v128.load(b2 + p);
    const r3 = v128.load(b3 + p);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x), v128.shuffle<f64>(t0, t1, 0, 2)));
    x += xStep;
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x), v128.shuffle<f64>(t0, t1, 1, 3)));
    x += xStep;
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x), v128.shuffle<f64>(t2, t3, 0, 2)));
    x += xStep;
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x), v128.shuffle<f64>(t2, t3, 1, 3)));
    x += xStep;
  }
  for (const end = k << 2; p < end; p += 4) {
    let column = v128.load32_zero(b + p);
    column = v128.load_lane<f32>(b1 + p, column, 1);
    column = v128.load_lane<f32>(b2 + p, column, 2);
    column = v128.load_lane<f32>(b3 + p, column, 3);
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(x), column));
    x += xStep;
  }
  v128.store(y, sum);
}

function addDot(k: usize, x: usize, xStep: usize, b: usize, y: usize): void {
  let sum = load<f32>(y);
  for (; k > 0; --k) {
    sum += load<f32>(x) * load<f32>(b);
    x += xStep;
    b += 4;
  }
  store<f32>(y, sum);
}
