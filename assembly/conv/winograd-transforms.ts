// The transforms of Winograd F(2x2, 3x3), drawn in `winograd.ts`. Lanes of a vector are four tiles.

/**
 * u = G w G' of the 3 x 3 kernels at a, b, c and d, one per lane: 16 vectors `plane` bytes apart.
 */
export function transformWeights(a: usize, b: usize, c: usize, d: usize, to: usize, plane: usize): void {
  // The nine elements, kernel rows x, y, z.
  let r0 = v128.load(a);
  let r1 = v128.load(b);
  let r2 = v128.load(c);
  let r3 = v128.load(d);
  let t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  let t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  let t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  let t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  const x0 = v128.shuffle<f64>(t0, t1, 0, 2);
  const x1 = v128.shuffle<f64>(t0, t1, 1, 3);
  const x2 = v128.shuffle<f64>(t2, t3, 0, 2);
  const y0 = v128.shuffle<f64>(t2, t3, 1, 3);
  r0 = v128.load(a, 16);
  r1 = v128.load(b, 16);
  r2 = v128.load(c, 16);
  r3 = v128.load(d, 16);
  t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  const y1 = v128.shuffle<f64>(t0, t1, 0, 2);
  const y2 = v128.shuffle<f64>(t0, t1, 1, 3);
  const z0 = v128.shuffle<f64>(t2, t3, 0, 2);
  const z1 = v128.shuffle<f64>(t2, t3, 1, 3);
  let z2 = v128.load32_zero(a, 32);
  z2 = v128.load_lane<f32>(b, z2, 1, 32);
  z2 = v128.load_lane<f32>(c, z2, 2, 32);
  z2 = v128.load_lane<f32>(d, z2, 3, 32);
  Kernel.storeRow(x0, x1, x2, to, plane);
  const row = plane << 2;
  Kernel.storeRow(Kernel.plus(x0, y0, z0), Kernel.plus(x1, y1, z1), Kernel.plus(x2, y2, z2), to + row, plane);
  Kernel.storeRow(
    Kernel.minus(x0, y0, z0),
    Kernel.minus(x1, y1, z1),
    Kernel.minus(x2, y2, z2),
    to + (row << 1),
    plane,
  );
  Kernel.storeRow(z0, z1, z2, to + row * 3, plane);
}

abstract class Kernel {
  /** The second and third row of G, applied to three elements. */
  @inline
  static plus(a: v128, b: v128, c: v128): v128 {
    return f32x4.mul(f32x4.add(f32x4.add(a, c), b), f32x4.splat(0.5));
  }

  @inline
  static minus(a: v128, b: v128, c: v128): v128 {
    return f32x4.mul(f32x4.sub(f32x4.add(a, c), b), f32x4.splat(0.5));
  }

  @inline
  static storeRow(a: v128, b: v128, c: v128, to: usize, plane: usize): void {
    v128.store(to, a);
    v128.store(to + plane, Kernel.plus(a, b, c));
    v128.store(to + (plane << 1), Kernel.minus(a, b, c));
    v128.store(to + plane * 3, c);
  }
}

/**
 * v = B' d B of `count` tiles (a multiple of four) of one channel. `tiles`: u32 offsets of their first elements in
 * `strip`, whose rows are `rowBytes` apart. Writes lanes of a panel of 8 tiles: `to` is the channel's first panel in
 * plane 0, panels are `panelBytes` and planes `plane` bytes apart.
 */
export function transformInput(
  count: usize,
  tiles: usize,
  strip: usize,
  rowBytes: usize,
  to: usize,
  panelBytes: usize,
  plane: usize,
): void {
  for (let t: usize = 0; t < count; t += 4) {
    const a = strip + (load<u32>(tiles) as usize);
    const b = strip + (load<u32>(tiles, 4) as usize);
    const c = strip + (load<u32>(tiles, 8) as usize);
    const d = strip + (load<u32>(tiles, 12) as usize);
    tiles += 16;
    const at = to + (t >> 3) * panelBytes + ((t & 4) << 2);
    const two = rowBytes << 1;
    const three = two + rowBytes;
    Tiles.storeRow(
      Tiles.sub(a, 0, two),
      Tiles.sub(b, 0, two),
      Tiles.sub(c, 0, two),
      Tiles.sub(d, 0, two),
      at,
      plane,
    );
    Tiles.storeRow(
      Tiles.add(a, rowBytes, two),
      Tiles.add(b, rowBytes, two),
      Tiles.add(c, rowBytes, two),
      Tiles.add(d, rowBytes, two),
      at + (plane << 2),
      plane,
    );
    Tiles.storeRow(
      Tiles.sub(a, two, rowBytes),
      Tiles.sub(b, two, rowBytes),
      Tiles.sub(c, two, rowBytes),
      Tiles.sub(d, two, rowBytes),
      at + (plane << 3),
      plane,
    );
    Tiles.storeRow(
      Tiles.sub(a, rowBytes, three),
      Tiles.sub(b, rowBytes, three),
      Tiles.sub(c, rowBytes, three),
      Tiles.sub(d, rowBytes, three),
      at + plane * 12,
      plane,
    );
  }
}

abstract class Tiles {
  /** Rows of a tile, four columns each, at two byte offsets: their difference and sum. */
  @inline
  static sub(tile: usize, x: usize, y: usize): v128 {
    return f32x4.sub(v128.load(tile + x), v128.load(tile + y));
  }

  @inline
  static add(tile: usize, x: usize, y: usize): v128 {
    return f32x4.add(v128.load(tile + x), v128.load(tile + y));
  }

  /** One row of B' d of four tiles: transposed to lanes, times B, stored to four planes. */
  @inline
  static storeRow(a: v128, b: v128, c: v128, d: v128, to: usize, plane: usize): void {
    const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const c0 = v128.shuffle<f64>(ab01, cd01, 0, 2);
    const c1 = v128.shuffle<f64>(ab01, cd01, 1, 3);
    const c2 = v128.shuffle<f64>(ab23, cd23, 0, 2);
    const c3 = v128.shuffle<f64>(ab23, cd23, 1, 3);
    v128.store(to, f32x4.sub(c0, c2));
    v128.store(to + plane, f32x4.add(c1, c2));
    v128.store(to + (plane << 1), f32x4.sub(c2, c1));
    v128.store(to + plane * 3, f32x4.sub(c1, c3));
  }

  /** Column j of A' m: the upper and lower value, from the four planes of that column. */
  @inline
  static upper(m: usize, row: usize): v128 {
    return f32x4.add(f32x4.add(v128.load(m), v128.load(m + row)), v128.load(m + (row << 1)));
  }

  @inline
  static lower(m: usize, row: usize): v128 {
    return f32x4.sub(f32x4.sub(v128.load(m + row), v128.load(m + (row << 1))), v128.load(m + row * 3));
  }
}

/** In a tile's output offset: it has a second column, a second row. */
export const HAS_RIGHT: u32 = 1;
export const HAS_BELOW: u32 = 2;
const WHOLE: u32 = 3;

/**
 * A' m A + bias of `count` tiles of one output channel. `m` is the channel's first panel in plane 0, as for
 * `transformInput`. `tiles`: u32 byte offsets of the tiles from `y`, with the bits HAS_RIGHT and HAS_BELOW.
 */
export function transformOutput(
  count: usize,
  m: usize,
  panelBytes: usize,
  plane: usize,
  bias: f32,
  tiles: usize,
  y: usize,
  yRow: usize,
): void {
  const start = f32x4.splat(bias);
  const row = plane << 2;
  for (let t: usize = 0; t < count; t += 4) {
    const at = m + (t >> 3) * panelBytes + ((t & 4) << 2);
    let m0 = Tiles.upper(at, row);
    let m1 = Tiles.upper(at + plane, row);
    let m2 = Tiles.upper(at + (plane << 1), row);
    let m3 = Tiles.upper(at + plane * 3, row);
    const y00 = f32x4.add(f32x4.add(f32x4.add(m0, m1), m2), start);
    const y01 = f32x4.add(f32x4.sub(f32x4.sub(m1, m2), m3), start);
    m0 = Tiles.lower(at, row);
    m1 = Tiles.lower(at + plane, row);
    m2 = Tiles.lower(at + (plane << 1), row);
    m3 = Tiles.lower(at + plane * 3, row);
    const y10 = f32x4.add(f32x4.add(f32x4.add(m0, m1), m2), start);
    const y11 = f32x4.add(f32x4.sub(f32x4.sub(m1, m2), m3), start);
    const up01 = v128.shuffle<f32>(y00, y01, 0, 4, 1, 5);
    const up23 = v128.shuffle<f32>(y00, y01, 2, 6, 3, 7);
    const low01 = v128.shuffle<f32>(y10, y11, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(y10, y11, 2, 6, 3, 7);
    const first = load<u32>(tiles);
    if (count - t >= 4 && (first & WHOLE) == WHOLE && load<u32>(tiles, 12) - first == 24) {
      const out = y + ((first & ~WHOLE) as usize);
      v128.store(out, up01);
      v128.store(out, up23, 16);
      v128.store(out + yRow, low01);
      v128.store(out + yRow, low23, 16);
    } else {
      storeTile(load<u32>(tiles), y, yRow, i64x2.extract_lane(up01, 0), i64x2.extract_lane(low01, 0));
      if (count - t > 1) {
        storeTile(load<u32>(tiles, 4), y, yRow, i64x2.extract_lane(up01, 1), i64x2.extract_lane(low01, 1));
      }
      if (count - t > 2) {
        storeTile(load<u32>(tiles, 8), y, yRow, i64x2.extract_lane(up23, 0), i64x2.extract_lane(low23, 0));
      }
      if (count - t > 3) {
        storeTile(load<u32>(tiles, 12), y, yRow, i64x2.extract_lane(up23, 1), i64x2.extract_lane(low23, 1));
      }
    }
    tiles += 16;
  }
}

// Stores a tile's two rows of two f32, those of them that are inside the output.
function storeTile(tile: u32, y: usize, yRow: usize, upper: i64, lower: i64): void {
  const out = y + ((tile & ~WHOLE) as usize);
  if (tile & HAS_RIGHT) {
    store<i64>(out, upper);
    if (tile & HAS_BELOW) store<i64>(out + yRow, lower);
  } else {
    store<u32>(out, upper as u32);
    if (tile & HAS_BELOW) store<u32>(out + yRow, lower as u32);
  }
}
