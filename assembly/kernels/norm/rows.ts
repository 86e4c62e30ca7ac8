// The loops of normalisations over contiguous f32 or f64: statistics, and y = (x - mean) * scale + shift.

import { Compute } from "../engine/convert";
import { Lanes } from "../engine/map";
import { BLOCK } from "../engine/reduce";
import { squareColumnsF32, squareColumnsF64, squareRowF32, squareRowF64 } from "../engine/squares";
import { sumColumnsF32, sumColumnsF64, sumRowF32, sumRowF64 } from "../engine/sum";

const total: usize = memory.data(8, 16);

/** Adds the sum of `n` elements to the f64 at `state`. */
export function addSum(x: usize, n: usize, c: Compute, state: usize): void {
  if (c == Compute.F32) sumRowF32(x, n, state);
  else sumRowF64(x, n, state);
}

/** Mean of `n` elements. */
export function rowMean(x: usize, n: usize, c: Compute): f64 {
  store<f64>(total, 0);
  addSum(x, n, c, total);
  return load<f64>(total) / (n as f64);
}

/** Sum of the squared differences from `mean`. */
export function rowSquares(x: usize, n: usize, c: Compute, mean: f64): f64 {
  return c == Compute.F32 ? squareRowF32(x, n, mean) : squareRowF64(x, n, mean);
}

/** 1 / sqrt(variance + eps), rounded to the compute type at every step, as PyTorch does. */
export function reciprocalDeviation(variance: f64, eps: f64, c: Compute): f64 {
  if (c != Compute.F32) return 1 / sqrt(variance + eps);
  return ((1 as f32) / sqrt<f32>((variance as f32) + (eps as f32))) as f64;
}

/** shift - mean * scale in the compute type. */
export function shiftOf(mean: f64, scale: f64, shift: f64, c: Compute): f64 {
  if (c != Compute.F32) return shift - mean * scale;
  const product: f32 = (mean as f32) * (scale as f32);
  return (shift as f32) - product;
}

/** `x` rounded to the compute type. */
export function roundTo(x: f64, c: Compute): f64 {
  return c == Compute.F32 ? (x as f32 as f64) : x;
}

/** Sums of `w` columns of `n` rows, which stand end to end, into f64 at `state`. */
export function columnSums(x: usize, n: usize, w: usize, c: Compute, state: usize): void {
  const step = c == Compute.F32 ? w << 2 : w << 3;
  memory.fill(state, 0, w << 3);
  for (let i: usize = 0; i < n; i += BLOCK) {
    const rows = min(BLOCK, n - i);
    if (c == Compute.F32) sumColumnsF32(x, step, rows, w, state);
    else sumColumnsF64(x, step, rows, w, state);
    x += rows * step;
  }
}

/** As `columnSums`, of squared differences from the means, f64 each, that stand right before `state`. */
export function columnSquares(x: usize, n: usize, w: usize, c: Compute, state: usize): void {
  const step = c == Compute.F32 ? w << 2 : w << 3;
  memory.fill(state, 0, w << 3);
  for (let i: usize = 0; i < n; i += BLOCK) {
    const rows = min(BLOCK, n - i);
    if (c == Compute.F32) squareColumnsF32(x, step, rows, w, state);
    else squareColumnsF64(x, step, rows, w, state);
    x += rows * step;
  }
}

/** `value` n times. */
export function fillNumbers(to: usize, n: usize, c: Compute, value: f64): void {
  for (let i: usize = 0; i < n; i++) {
    if (c == Compute.F32) store<f32>(to + (i << 2), value as f32);
    else store<f64>(to + (i << 3), value);
  }
}

/** `n` f64 rounded to the compute type. */
export function roundNumbers(to: usize, from: usize, n: usize, c: Compute): void {
  if (c != Compute.F32) {
    memory.copy(to, from, n << 3);
    return;
  }
  for (let i: usize = 0; i < n; i++) store<f32>(to + (i << 2), load<f64>(from + (i << 3)) as f32);
}

/** y = (x - mean) * scale + shift, one of each for all. */
export function affineRow(y: usize, x: usize, n: usize, c: Compute, mean: f64, scale: f64, shift: f64): void {
  if (c != Compute.F32) {
    for (let i: usize = 0; i < n; i++) {
      store<f64>(y, (load<f64>(x) - mean) * scale + shift);
      y += 8;
      x += 8;
    }
    return;
  }
  const m = f32x4.splat(mean as f32);
  const a = f32x4.splat(scale as f32);
  const b = f32x4.splat(shift as f32);
  for (; n >= 4; n -= 4) {
    v128.store(y, f32x4.add(f32x4.mul(f32x4.sub(v128.load(x), m), a), b));
    y += 16;
    x += 16;
  }
  if (n) Lanes.store(y, f32x4.add(f32x4.mul(f32x4.sub(Lanes.load(x, n), m), a), b), n);
}

/** y = (x - mean) * scale + shift, with arrays of each. */
export function affineColumns(
  y: usize,
  x: usize,
  n: usize,
  c: Compute,
  means: usize,
  scales: usize,
  shifts: usize,
): void {
  let at: usize = 0;
  if (c != Compute.F32) {
    for (; at < n << 3; at += 8) {
      const d = load<f64>(x + at) - load<f64>(means + at);
      store<f64>(y + at, d * load<f64>(scales + at) + load<f64>(shifts + at));
    }
    return;
  }
  for (const whole = (n & ~3) << 2; at < whole; at += 16) {
    const d = f32x4.sub(v128.load(x + at), v128.load(means + at));
    v128.store(y + at, f32x4.add(f32x4.mul(d, v128.load(scales + at)), v128.load(shifts + at)));
  }
  const left = n & 3;
  if (!left) return;
  const d = f32x4.sub(Lanes.load(x + at, left), Lanes.load(means + at, left));
  const scaled = f32x4.mul(d, Lanes.load(scales + at, left));
  Lanes.store(y + at, f32x4.add(scaled, Lanes.load(shifts + at, left)), left);
}

/** x * scale + shift with one rounding to f32. Both are f32 values as f64, so the product is exact. */
abstract class Fused {
  @inline static v(x: v128, scale: v128, shift: v128): v128 {
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
    return v128.shuffle<i64>(
      f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(low, scale), shift)),
      f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(high, scale), shift)),
      0,
      2,
    );
  }
}

/**
 * y = x * scale + shift, rounded once: where `shift` takes a mean away, what PyTorch's rounding leaves of it stays.
 * `scale` and `shift` are rounded to the compute type.
 */
export function fusedRow(y: usize, x: usize, n: usize, c: Compute, scale: f64, shift: f64): void {
  if (c != Compute.F32) {
    for (let i: usize = 0; i < n; i++) {
      store<f64>(y, load<f64>(x) * scale + shift);
      y += 8;
      x += 8;
    }
    return;
  }
  const a = f64x2.splat(scale);
  const b = f64x2.splat(shift);
  for (; n >= 4; n -= 4) {
    v128.store(y, Fused.v(v128.load(x), a, b));
    y += 16;
    x += 16;
  }
  if (n) Lanes.store(y, Fused.v(Lanes.load(x, n), a, b), n);
}

/** y = (x * scale + shift) * weight + bias, with arrays of the last two; `scale` and `shift` as for `fusedRow`. */
export function weightedRow(
  y: usize,
  x: usize,
  n: usize,
  c: Compute,
  scale: f64,
  shift: f64,
  weights: usize,
  biases: usize,
): void {
  let at: usize = 0;
  if (c != Compute.F32) {
    for (; at < n << 3; at += 8) {
      const unit = load<f64>(x + at) * scale + shift;
      store<f64>(y + at, unit * load<f64>(weights + at) + load<f64>(biases + at));
    }
    return;
  }
  const a = f64x2.splat(scale);
  const b = f64x2.splat(shift);
  for (const whole = (n & ~3) << 2; at < whole; at += 16) {
    const unit = Fused.v(v128.load(x + at), a, b);
    v128.store(y + at, f32x4.add(f32x4.mul(unit, v128.load(weights + at)), v128.load(biases + at)));
  }
  const left = n & 3;
  if (!left) return;
  const unit = Fused.v(Lanes.load(x + at, left), a, b);
  const weighted = f32x4.mul(unit, Lanes.load(weights + at, left));
  Lanes.store(y + at, f32x4.add(weighted, Lanes.load(biases + at, left)), left);
}
