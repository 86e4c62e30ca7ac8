// Sums whose order is fixed by shape: what `reduceRun` folds with for sum, mean, norms and moments.
//
// A block is 32 elements. Within it, element i goes to lane i mod 4 in order, and the block's sum is
// (lane0 + lane2) + (lane1 + lane3), all in the compute type; blocks are added one after the other in float64. So a
// float32 element passes through at most ten roundings to float32 whatever the length, and rows and columns agree in
// every bit.

import { Loop } from "./blocks";
import { Compute } from "./convert";
import { Float1, Lanes, map1F32, map1F64 } from "./map";
import { BLOCK, reducePass } from "./reduce";

/** Zero, as f64 and as i64. */
export function beginZero(state: usize, w: usize): void {
  memory.fill(state, 0, w << 3);
}

/** States as they are. */
export function finishStates(state: usize, w: usize, out: usize, second: usize): void {
  memory.copy(out, state, w << 3);
}

/** The loop of a map for compute type F32 or F64. */
export function mapOf<OP extends Float1>(c: Compute): Loop {
  if (c == Compute.F64) {
    return (out, a, b, c, n) => {
      map1F64<OP>(out, a, n);
    };
  }
  return (out, a, b, c, n) => {
    map1F32<OP>(out, a, n);
  };
}

/** Adds the pass that sums mapped elements of compute type `c` into f64 states, or i64 for integers. */
export function sumPass(map: Loop, c: Compute): void {
  if (c == Compute.F32) reducePass(map, beginZero, sumRowF32, sumColumnsF32);
  else if (c == Compute.F64) reducePass(map, beginZero, sumRowF64, sumColumnsF64);
  else reducePass(map, beginZero, sumRowI64, sumColumnsI64);
}

/** The lanes' sum in the order of a block. */
export function sumLanesF32(lanes: v128): f32 {
  const pairs = f32x4.add(lanes, v128.shuffle<i64>(lanes, lanes, 1, 0));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

export function sumRowF32(p: usize, n: usize, state: usize): void {
  let total = load<f64>(state);
  // Four blocks at a time, one accumulator each.
  for (; n >= 4 * BLOCK; n -= 4 * BLOCK) {
    let a = v128.load(p);
    let b = v128.load(p, 128);
    let c = v128.load(p, 256);
    let d = v128.load(p, 384);
    for (const end = p + 112; p < end; ) {
      p += 16;
      a = f32x4.add(a, v128.load(p));
      b = f32x4.add(b, v128.load(p, 128));
      c = f32x4.add(c, v128.load(p, 256));
      d = f32x4.add(d, v128.load(p, 384));
    }
    p += 400;
    const ab = f32x4.add(v128.shuffle<i64>(a, b, 0, 2), v128.shuffle<i64>(a, b, 1, 3));
    const cd = f32x4.add(v128.shuffle<i64>(c, d, 0, 2), v128.shuffle<i64>(c, d, 1, 3));
    const sums = f32x4.add(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6), v128.shuffle<i32>(ab, cd, 1, 3, 5, 7));
    total += f32x4.extract_lane(sums, 0) as f64;
    total += f32x4.extract_lane(sums, 1) as f64;
    total += f32x4.extract_lane(sums, 2) as f64;
    total += f32x4.extract_lane(sums, 3) as f64;
  }
  while (n > 0) {
    const size = min(n, BLOCK);
    n -= size;
    let lanes = f32x4.splat(0);
    for (const end = p + ((size & ~3) << 2); p < end; p += 16) lanes = f32x4.add(lanes, v128.load(p));
    if (size & 3) {
      lanes = f32x4.add(lanes, Lanes.load(p, size & 3));
      p += (size & 3) << 2;
    }
    total += sumLanesF32(lanes) as f64;
  }
  store<f64>(state, total);
}

export function sumColumnsF32(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  let j: usize = 0;
  for (; j + 4 <= w; j += 4) {
    let lane0 = f32x4.splat(0);
    let lane1 = lane0;
    let lane2 = lane0;
    let lane3 = lane0;
    let at = p + (j << 2);
    let i = n;
    for (; i >= 4; i -= 4) {
      lane0 = f32x4.add(lane0, v128.load(at));
      lane1 = f32x4.add(lane1, v128.load(at + step));
      lane2 = f32x4.add(lane2, v128.load(at + (step << 1)));
      lane3 = f32x4.add(lane3, v128.load(at + 3 * step));
      at += step << 2;
    }
    if (i > 0) lane0 = f32x4.add(lane0, v128.load(at));
    if (i > 1) lane1 = f32x4.add(lane1, v128.load(at + step));
    if (i > 2) lane2 = f32x4.add(lane2, v128.load(at + (step << 1)));
    const sums = f32x4.add(f32x4.add(lane0, lane2), f32x4.add(lane1, lane3));
    const to = state + (j << 3);
    v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(sums)));
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(sums, sums, 1, 1));
    v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
  }
  for (; j < w; j++) {
    const at = p + (j << 2);
    let even: f32 = 0;
    let odd: f32 = 0;
    let even2: f32 = 0;
    let odd2: f32 = 0;
    for (let i: usize = 0; i < n; i++) {
      const x = load<f32>(at + i * step);
      const lane = i & 3;
      if (lane == 0) even += x;
      else if (lane == 1) odd += x;
      else if (lane == 2) even2 += x;
      else odd2 += x;
    }
    const to = state + (j << 3);
    store<f64>(to, load<f64>(to) + ((even + even2 + (odd + odd2)) as f64));
  }
}

export function sumRowF64(p: usize, n: usize, state: usize): void {
  let total = load<f64>(state);
  while (n > 0) {
    const size = min(n, BLOCK);
    n -= size;
    let low = f64x2.splat(0);
    let high = low;
    const end = p + ((size & ~3) << 3);
    for (; p < end; p += 32) {
      low = f64x2.add(low, v128.load(p));
      high = f64x2.add(high, v128.load(p, 16));
    }
    const left = size & 3;
    if (left > 1) low = f64x2.add(low, v128.load(p));
    else if (left) low = f64x2.add(low, v128.load64_zero(p));
    if (left == 3) high = f64x2.add(high, v128.load64_zero(p, 16));
    p += left << 3;
    low = f64x2.add(low, high);
    total += f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
  }
  store<f64>(state, total);
}

export function sumColumnsF64(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (let j: usize = 0; j < w; j++) {
    const at = p + (j << 3);
    let lane0: f64 = 0;
    let lane1: f64 = 0;
    let lane2: f64 = 0;
    let lane3: f64 = 0;
    for (let i: usize = 0; i < n; i++) {
      const x = load<f64>(at + i * step);
      const lane = i & 3;
      if (lane == 0) lane0 += x;
      else if (lane == 1) lane1 += x;
      else if (lane == 2) lane2 += x;
      else lane3 += x;
    }
    const to = state + (j << 3);
    store<f64>(to, load<f64>(to) + (lane0 + lane2 + (lane1 + lane3)));
  }
}

export function sumRowI64(p: usize, n: usize, state: usize): void {
  let sums = i64x2.splat(0);
  for (; n >= 2; n -= 2) {
    sums = i64x2.add(sums, v128.load(p));
    p += 16;
  }
  if (n) sums = i64x2.add(sums, v128.load64_zero(p));
  store<i64>(state, load<i64>(state) + i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1));
}

export function sumColumnsI64(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (; n > 0; n--) {
    for (let j: usize = 0; j < w; j++) {
      const to = state + (j << 3);
      store<i64>(to, load<i64>(to) + load<i64>(p + (j << 3)));
    }
    p += step;
  }
}

/** Counts truth bytes, 0 or 1 each, into an i64 state. */
export function countRow(p: usize, n: usize, state: usize): void {
  let count = load<i64>(state);
  for (; n >= 8; n -= 8) {
    count += popcnt(load<i64>(p));
    p += 8;
  }
  for (; n > 0; n--) count += load<u8>(p++);
  store<i64>(state, count);
}

export function countColumns(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (; n > 0; n--) {
    for (let j: usize = 0; j < w; j++) {
      const to = state + (j << 3);
      store<i64>(to, load<i64>(to) + load<u8>(p + j));
    }
    p += step;
  }
}
