// The f32 micro-kernels: one tile of C += A * B from packed panels, held in registers while k runs.
//
// Each multiplies, then adds, one k at a time, so that an element's bits are those of the naive loop whatever the tile.
//
// These must stay functions of their own: inlined into a caller they spill their accumulators and lose half their
// speed. Binaryen inlines a function with exactly one call site, so each is called from two places or more. For the same
// reason k is never unrolled by hand and no tile holds more than ten accumulators.

/**
 * C[5,8] = start[5,8] + A[5,k] * B[k,8]: `a` a 5-row panel, `b` a column panel, `start` and `c` rows of 8 at any
 * byte stride (a start stride of 0 repeats one row). `start` may be `c`.
 */
export function tile5x8(
  k: usize,
  a: usize,
  b: usize,
  start: usize,
  startRow: usize,
  c: usize,
  cRow: usize,
): void {
  let c00 = v128.load(start);
  let c01 = v128.load(start, 16);
  start += startRow;
  let c10 = v128.load(start);
  let c11 = v128.load(start, 16);
  start += startRow;
  let c20 = v128.load(start);
  let c21 = v128.load(start, 16);
  start += startRow;
  let c30 = v128.load(start);
  let c31 = v128.load(start, 16);
  start += startRow;
  let c40 = v128.load(start);
  let c41 = v128.load(start, 16);
  while (k > 0) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 16);
    c40 = f32x4.add(c40, f32x4.mul(x, b0));
    c41 = f32x4.add(c41, f32x4.mul(x, b1));
    a += 20;
    b += 32;
    --k;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += cRow;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += cRow;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += cRow;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  c += cRow;
  v128.store(c, c40);
  v128.store(c, c41, 16);
}

/** C[4,8] = start[4,8] + A[4,k] * B[k,8]: as `tile5x8`, for a 4-row panel. */
export function tile4x8(
  k: usize,
  a: usize,
  b: usize,
  start: usize,
  startRow: usize,
  c: usize,
  cRow: usize,
): void {
  let c00 = v128.load(start);
  let c01 = v128.load(start, 16);
  start += startRow;
  let c10 = v128.load(start);
  let c11 = v128.load(start, 16);
  start += startRow;
  let c20 = v128.load(start);
  let c21 = v128.load(start, 16);
  start += startRow;
  let c30 = v128.load(start);
  let c31 = v128.load(start, 16);
  while (k > 0) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 16;
    b += 32;
    --k;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += cRow;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += cRow;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += cRow;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

/** The first four columns of `tile5x8`. */
export function tile5x4(
  k: usize,
  a: usize,
  b: usize,
  start: usize,
  startRow: usize,
  c: usize,
  cRow: usize,
): void {
  let c0 = v128.load(start);
  start += startRow;
  let c1 = v128.load(start);
  start += startRow;
  let c2 = v128.load(start);
  start += startRow;
  let c3 = v128.load(start);
  start += startRow;
  let c4 = v128.load(start);
  while (k > 0) {
    const v = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), v));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 4), v));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 8), v));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 12), v));
    c4 = f32x4.add(c4, f32x4.mul(v128.load32_splat(a, 16), v));
    a += 20;
    b += 32;
    --k;
  }
  v128.store(c, c0);
  c += cRow;
  v128.store(c, c1);
  c += cRow;
  v128.store(c, c2);
  c += cRow;
  v128.store(c, c3);
  c += cRow;
  v128.store(c, c4);
}

/** The first four columns of `tile4x8`. */
export function tile4x4(
  k: usize,
  a: usize,
  b: usize,
  start: usize,
  startRow: usize,
  c: usize,
  cRow: usize,
): void {
  let c0 = v128.load(start);
  start += startRow;
  let c1 = v128.load(start);
  start += startRow;
  let c2 = v128.load(start);
  start += startRow;
  let c3 = v128.load(start);
  while (k > 0) {
    const v = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), v));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 4), v));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 8), v));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 12), v));
    a += 16;
    b += 32;
    --k;
  }
  v128.store(c, c0);
  c += cRow;
  v128.store(c, c1);
  c += cRow;
  v128.store(c, c2);
  c += cRow;
  v128.store(c, c3);
}

/**
 * y[32] += x[k] * B[k,32], B four packed panels `panelBytes` apart; x has a byte stride.
 */
export function tile1x32(k: usize, x: usize, xStep: usize, b: usize, panelBytes: usize, y: usize): void {
  const b1 = b + panelBytes;
  const b2 = b1 + panelBytes;
  const b3 = b2 + panelBytes;
  let y0 = v128.load(y);
  let y1 = v128.load(y, 16);
  let y2 = v128.load(y, 32);
  let y3 = v128.load(y, 48);
  let y4 = v128.load(y, 64);
  let y5 = v128.load(y, 80);
  let y6 = v128.load(y, 96);
  let y7 = v128.load(y, 112);
  let p: usize = 0;
  while (k > 0) {
    const v = v128.load32_splat(x);
    y0 = f32x4.add(y0, f32x4.mul(v, v128.load(b + p)));
    y1 = f32x4.add(y1, f32x4.mul(v, v128.load(b + p, 16)));
    y2 = f32x4.add(y2, f32x4.mul(v, v128.load(b1 + p)));
    y3 = f32x4.add(y3, f32x4.mul(v, v128.load(b1 + p, 16)));
    y4 = f32x4.add(y4, f32x4.mul(v, v128.load(b2 + p)));
    y5 = f32x4.add(y5, f32x4.mul(v, v128.load(b2 + p, 16)));
    y6 = f32x4.add(y6, f32x4.mul(v, v128.load(b3 + p)));
    y7 = f32x4.add(y7, f32x4.mul(v, v128.load(b3 + p, 16)));
    x += xStep;
    p += 32;
    --k;
  }
  v128.store(y, y0);
  v128.store(y, y1, 16);
  v128.store(y, y2, 32);
  v128.store(y, y3, 48);
  v128.store(y, y4, 64);
  v128.store(y, y5, 80);
  v128.store(y, y6, 96);
  v128.store(y, y7, 112);
}

/** y[8] += x[k] * B[k,8], B one packed panel; x has a byte stride. */
export function tile1x8(k: usize, x: usize, xStep: usize, b: usize, y: usize): void {
  let y0 = v128.load(y);
  let y1 = v128.load(y, 16);
  while (k > 0) {
    const v = v128.load32_splat(x);
    y0 = f32x4.add(y0, f32x4.mul(v, v128.load(b)));
    y1 = f32x4.add(y1, f32x4.mul(v, v128.load(b, 16)));
    x += xStep;
    b += 32;
    --k;
  }
  v128.store(y, y0);
  v128.store(y, y1, 16);
}
