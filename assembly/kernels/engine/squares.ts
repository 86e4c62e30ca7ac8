// Sums of squared differences from a mean, in float64, in the blocks and lanes of sum.ts.

import { BLOCK } from "./reduce";

/** Adds the squares of `d`'s lanes that are chosen. */
abstract class Squares {
  @inline static add(sum: v128, d: v128): v128 {
    return f64x2.add(sum, f64x2.mul(d, d));
  }

  /** Lane 0 only. */
  @inline static addOne(sum: v128, d: f64): v128 {
    return f64x2.replace_lane(sum, 0, f64x2.extract_lane(sum, 0) + d * d);
  }

  @inline static total(low: v128, high: v128): f64 {
    const pair = f64x2.add(low, high);
    return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
  }
}

/** Sum of (x - mean)² over `n` contiguous f32. */
export function squareRowF32(p: usize, n: usize, mean: f64): f64 {
  const means = f64x2.splat(mean);
  let total: f64 = 0;
  while (n > 0) {
    const size = min(n, BLOCK);
    n -= size;
    let low = f64x2.splat(0);
    let high = low;
    for (const end = p + ((size & ~3) << 2); p < end; p += 16) {
      const x = v128.load(p);
      low = Squares.add(low, f64x2.sub(f64x2.promote_low_f32x4(x), means));
      high = Squares.add(high, f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)), means));
    }
    const left = size & 3;
    if (left > 1) low = Squares.add(low, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(p)), means));
    else if (left) low = Squares.addOne(low, (load<f32>(p) as f64) - mean);
    if (left == 3) high = Squares.addOne(high, (load<f32>(p, 8) as f64) - mean);
    p += left << 2;
    total += Squares.total(low, high);
  }
  return total;
}

/** Sum of (x - mean)² over `n` contiguous f64. */
export function squareRowF64(p: usize, n: usize, mean: f64): f64 {
  const means = f64x2.splat(mean);
  let total: f64 = 0;
  while (n > 0) {
    const size = min(n, BLOCK);
    n -= size;
    let low = f64x2.splat(0);
    let high = low;
    for (const end = p + ((size & ~3) << 3); p < end; p += 32) {
      low = Squares.add(low, f64x2.sub(v128.load(p), means));
      high = Squares.add(high, f64x2.sub(v128.load(p, 16), means));
    }
    const left = size & 3;
    if (left > 1) low = Squares.add(low, f64x2.sub(v128.load(p), means));
    else if (left) low = Squares.addOne(low, load<f64>(p) - mean);
    if (left == 3) high = Squares.addOne(high, load<f64>(p, 16) - mean);
    p += left << 3;
    total += Squares.total(low, high);
  }
  return total;
}

/** As `Columns` of the reduction engine: the means of the `w` columns stand right before their states. */
export function squareColumnsF32(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  let j: usize = 0;
  for (; j + 2 <= w; j += 2) {
    const to = state + (j << 3);
    const means = v128.load(to - (w << 3));
    let lane0 = f64x2.splat(0);
    let lane1 = lane0;
    let lane2 = lane0;
    let lane3 = lane0;
    let at = p + (j << 2);
    let i = n;
    for (; i >= 4; i -= 4) {
      lane0 = Squares.add(lane0, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), means));
      at += step;
      lane1 = Squares.add(lane1, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), means));
      at += step;
      lane2 = Squares.add(lane2, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), means));
      at += step;
      lane3 = Squares.add(lane3, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), means));
      at += step;
    }
    if (i > 0) lane0 = Squares.add(lane0, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), means));
    at += step;
    if (i > 1) lane1 = Squares.add(lane1, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), means));
    at += step;
    if (i > 2) lane2 = Squares.add(lane2, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), means));
    const sums = f64x2.add(f64x2.add(lane0, lane2), f64x2.add(lane1, lane3));
    v128.store(to, f64x2.add(v128.load(to), sums));
  }
  if (j < w) squareColumn<f32>(p + (j << 2), step, n, state + (j << 3), w);
}

export function squareColumnsF64(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (let j: usize = 0; j < w; j++) squareColumn<f64>(p + (j << 3), step, n, state + (j << 3), w);
}

function squareColumn<T>(p: usize, step: usize, n: usize, to: usize, w: usize): void {
  const mean = load<f64>(to - (w << 3));
  let lane0: f64 = 0;
  let lane1: f64 = 0;
  let lane2: f64 = 0;
  let lane3: f64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const d = (load<T>(p + i * step) as f64) - mean;
    const lane = i & 3;
    if (lane == 0) lane0 += d * d;
    else if (lane == 1) lane1 += d * d;
    else if (lane == 2) lane2 += d * d;
    else lane3 += d * d;
  }
  store<f64>(to, load<f64>(to) + (lane0 + lane2 + (lane1 + lane3)));
}
