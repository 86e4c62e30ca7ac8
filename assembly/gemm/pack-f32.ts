// Packed f32 operands: the order in which the micro-kernels read A and B.
//
// A, m rows, in panels of 5 rows, then of 4:                B, n columns, in panels of 8:
//
//        k=0       k=1       k=2                                 k=0          k=1
//   ┌─────────┬─────────┬─────────┬──                       ┌────────────┬────────────┬──
//   │ a0…a4   │ a0…a4   │ a0…a4   │ …  rows 0-4             │ b0  …  b7  │ b0  …  b7  │ …  columns 0-7
//   ├─────────┼─────────┼─────────┼──                       ├────────────┼────────────┼──
//   │ a5…a9   │ a5…a9   │ a5…a9   │ …  rows 5-9             │ b8  …  b15 │ b8  …  b15 │ …  columns 8-15
//   ├───────┬─┴─────┬───┴───┬─────┴──                       ├────────────┼────────────┼──
//   │a10…a13│a10…a13│a10…a13│ …      rows 10-13             │ b16 0 … 0  │ b16 0 … 0  │ …  the last one padded
//   └───────┴───────┴───────┴──                             └────────────┴────────────┴──
//
// 5 and 4 make every number of rows except 1, 2, 3, 6, 7 and 11; those are all 4-row panels, the last padded with
// zeros. So no row before the last panel is padding, and the panel of row i begins i * k elements in.

/** Columns of a packed B panel. */
export const PANEL_COLUMNS: usize = 8;

/** How many of m rows stand in 5-row panels; the rows after them stand in 4-row panels. */
export function rowsInFives(m: usize): usize {
  const fours: usize = ((5 - (m % 5)) % 5) * 4;
  return fours <= m ? m - fours : 0;
}

/** m with the padding rows of the last panel. */
export function paddedRows(m: usize): usize {
  const fives = rowsInFives(m);
  return fives + ((m - fives + 3) & ~3);
}

/** n with the padding columns of the last panel. */
export function paddedColumns(n: usize): usize {
  return (n + 7) & ~7;
}

/** Bytes of a packed A[m,k]. */
export function packedABytes(m: usize, k: usize): u64 {
  return (paddedRows(m) as u64) * (k as u64) * 4;
}

/** Bytes of a packed B[k,n]. */
export function packedBBytes(k: usize, n: usize): u64 {
  return (paddedColumns(n) as u64) * (k as u64) * 4;
}

/** Packs A[m,k], element strides rs and cs, into `to` (`packedABytes(m, k)` bytes, 16-byte aligned). */
export function packA(m: usize, k: usize, a: usize, rs: usize, cs: usize, to: usize): void {
  packARows(m, rowsInFives(m), k, a, rs, cs, to);
}

/** `packA` for part of a matrix: of these m rows, the first `fives` go into 5-row panels. */
export function packARows(m: usize, fives: usize, k: usize, a: usize, rs: usize, cs: usize, to: usize): void {
  let i: usize = 0;
  while (i < m) {
    const height: usize = i < fives ? 5 : 4;
    packPanel(height, min(height, m - i), k, a + ((i * rs) << 2), rs, cs, to + ((i * k) << 2));
    i += height;
  }
}

/**
 * Packs B[k,n], element strides rs and cs, into panels `panelBytes` apart (k * 32 when they stand end to end, as in
 * the drawing).
 */
export function packB(
  k: usize,
  n: usize,
  b: usize,
  rs: usize,
  cs: usize,
  to: usize,
  panelBytes: usize,
): void {
  let j: usize = 0;
  if (cs == 1) {
    for (; j + 32 <= n; j += 32) {
      packFourPanels(k, b + (j << 2), rs << 2, to, panelBytes);
      to += panelBytes << 2;
    }
  }
  for (; j < n; j += 8) {
    packPanel(8, min<usize>(8, n - j), k, b + ((j * cs) << 2), cs, rs, to);
    to += panelBytes;
  }
}

// Whole cache lines of B's rows at a time: with rows a power of two apart, a line would not survive until its
// other columns are wanted.
function packFourPanels(k: usize, b: usize, rowBytes: usize, to: usize, panelBytes: usize): void {
  const to1 = to + panelBytes;
  const to2 = to1 + panelBytes;
  const to3 = to2 + panelBytes;
  const end = k << 5;
  for (let p: usize = 0; p < end; p += 32) {
    v128.store(to + p, v128.load(b));
    v128.store(to + p, v128.load(b, 16), 16);
    v128.store(to1 + p, v128.load(b, 32));
    v128.store(to1 + p, v128.load(b, 48), 16);
    v128.store(to2 + p, v128.load(b, 64));
    v128.store(to2 + p, v128.load(b, 80), 16);
    v128.store(to3 + p, v128.load(b, 96));
    v128.store(to3 + p, v128.load(b, 112), 16);
    b += rowBytes;
  }
}

// One panel `width` (4, 5 or 8) across, of which `valid` are there: consecutive lanes are `lane` elements apart in
// the source, consecutive k `step` elements.
function packPanel(
  width: usize,
  valid: usize,
  k: usize,
  from: usize,
  lane: usize,
  step: usize,
  to: usize,
): void {
  const toStep = width << 2;
  let j: usize = 0;
  for (; j + 4 <= valid; j += 4) {
    const source = from + ((j * lane) << 2);
    if (lane == 1) copyFourLanes(k, source, step << 2, to + (j << 2), toStep);
    else if (step == 1) transposeFourLanes(k, source, lane << 2, to + (j << 2), toStep);
    else break;
  }
  for (; j < width; j++) {
    packLane(k, j < valid ? from + ((j * lane) << 2) : 0, step << 2, to + (j << 2), toStep);
  }
}

function copyFourLanes(k: usize, from: usize, step: usize, to: usize, toStep: usize): void {
  for (; k > 0; --k) {
    v128.store(to, v128.load(from));
    from += step;
    to += toStep;
  }
}

function transposeFourLanes(k: usize, from: usize, lane: usize, to: usize, toStep: usize): void {
  const from1 = from + lane;
  const from2 = from1 + lane;
  const from3 = from2 + lane;
  const whole = (k & ~3) << 2;
  let p: usize = 0;
  for (; p < whole; p += 16) {
    const r0 = v128.load(from + p);
    const r1 = v128.load(from1 + p);
    const r2 = v128.load(from2 + p);
    const r3 = v128.load(from3 + p);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
    to += toStep;
    v128.store(to, v128.shuffle<f64>(low01, low23, 1, 3));
    to += toStep;
    v128.store(to, v128.shuffle<f64>(high01, high23, 0, 2));
    to += toStep;
    v128.store(to, v128.shuffle<f64>(high01, high23, 1, 3));
    to += toStep;
  }
  for (const end = k << 2; p < end; p += 4) {
    store<f32>(to, load<f32>(from + p));
    store<f32>(to, load<f32>(from1 + p), 4);
    store<f32>(to, load<f32>(from2 + p), 8);
    store<f32>(to, load<f32>(from3 + p), 12);
    to += toStep;
  }
}

// One lane of a panel; from 0, padding.
function packLane(k: usize, from: usize, step: usize, to: usize, toStep: usize): void {
  for (; k > 0; --k) {
    store<f32>(to, from ? load<f32>(from) : 0);
    from += from ? step : 0;
    to += toStep;
  }
}
