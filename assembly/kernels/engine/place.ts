// Folds that keep the extreme element and the index of its first occurrence: argmax, max.dim and their kin.
//
// States are slabs of values (f64, or i64 for integers), then of indices (i64, -1 as long as nothing was seen).

import { Compute } from "./convert";
import { FoldLanes, fillF64, fillI64, foldRowF32 } from "./fold";
import { noLoop } from "./pointwise";
import { reduceIndex, reducePass } from "./reduce";

/** A fold that also tells where x takes the place of a: a NaN does, but not another NaN's. */
export interface Contest extends FoldLanes {
  beats(a: v128, x: v128): v128;
  beatsFloat(a: f64, x: f64): bool;
  beatsInt(a: i64, x: i64): bool;
}

const lanes: usize = memory.data(32, 16); // four f32 values, then their i32 rows

/** Adds the pass that finds extreme elements of compute type `c` and their places. */
export function placePass<OP extends Contest>(c: Compute): void {
  if (c == Compute.F32) {
    reducePass(
      noLoop,
      beginPlaces,
      (p, n, state) => {
        placeRowF32<OP>(p, n, state);
      },
      (p, step, n, w, state) => {
        placeColumnsF32<OP>(p, step, n, w, state);
      },
    );
  } else if (c == Compute.F64) {
    reducePass(
      noLoop,
      beginPlaces,
      (p, n, state) => {
        placeF64<OP>(p, sizeof<f64>(), n, 1, state);
      },
      (p, step, n, w, state) => {
        placeF64<OP>(p, step, n, w, state);
      },
    );
  } else {
    reducePass(
      noLoop,
      beginPlaces,
      (p, n, state) => {
        placeI64<OP>(p, sizeof<i64>(), n, 1, state);
      },
      (p, step, n, w, state) => {
        placeI64<OP>(p, step, n, w, state);
      },
    );
  }
}

function beginPlaces(state: usize, w: usize): void {
  fillI64(state, w, 0);
  fillI64(state + (w << 3), w, -1);
}

/** Index of the first of `n` elements that equals `value`, NaN equalling NaN; it is there. */
function findF32(p: usize, n: usize, value: f32): usize {
  const wanted = f32x4.splat(value);
  const nan = value != value;
  let i: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const x = v128.load(p + (i << 2));
    const mask = nan ? f32x4.ne(x, x) : f32x4.eq(x, wanted);
    if (v128.any_true(mask)) return i + ctz(i32x4.bitmask(mask));
  }
  for (; i < n; i++) {
    const x = load<f32>(p + (i << 2));
    if (nan ? x != x : x == value) break;
  }
  return i;
}

function offer<OP extends Contest>(state: usize, place: usize, value: f64, index: usize): void {
  if (load<i64>(place) >= 0 && !changetype<OP>(0).beatsFloat(load<f64>(state), value)) return;
  store<f64>(state, value);
  store<i64>(place, index as i64);
}

function placeRowF32<OP extends Contest>(p: usize, n: usize, state: usize): void {
  // The run's extreme first, and its place only when it matters.
  fillF64(lanes, 1, load<f32>(p) as f64);
  foldRowF32<OP>(p, n, lanes);
  const value = load<f64>(lanes);
  if (load<i64>(state, 8) >= 0 && !changetype<OP>(0).beatsFloat(load<f64>(state), value)) return;
  store<f64>(state, value);
  store<i64>(state, (reduceIndex + findF32(p, n, value as f32)) as i64, 8);
}

function placeColumnsF32<OP extends Contest>(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  let j: usize = 0;
  for (; j + 4 <= w; j += 4) {
    let at = p + (j << 2);
    let best = v128.load(at);
    let row = i32x4.splat(0);
    for (let i: usize = 1; i < n; i++) {
      at += step;
      const x = v128.load(at);
      const beats = changetype<OP>(0).beats(best, x);
      best = v128.bitselect(x, best, beats);
      row = v128.bitselect(i32x4.splat(i as i32), row, beats);
    }
    v128.store(lanes, best);
    v128.store(lanes, row, 16);
    for (let k: usize = 0; k < 4; k++) {
      const to = state + ((j + k) << 3);
      const index = reduceIndex + load<u32>(lanes + (k << 2), 16);
      offer<OP>(to, to + (w << 3), load<f32>(lanes + (k << 2)) as f64, index);
    }
  }
  for (; j < w; j++) {
    const to = state + (j << 3);
    for (let i: usize = 0; i < n; i++) {
      offer<OP>(to, to + (w << 3), load<f32>(p + i * step + (j << 2)) as f64, reduceIndex + i);
    }
  }
}

function placeF64<OP extends Contest>(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < w; j++) {
      const to = state + (j << 3);
      offer<OP>(to, to + (w << 3), load<f64>(p + (j << 3)), reduceIndex + i);
    }
    p += step;
  }
}

function placeI64<OP extends Contest>(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (let i: usize = 0; i < n; i++) {
    for (let j: usize = 0; j < w; j++) {
      const to = state + (j << 3);
      const value = load<i64>(p + (j << 3));
      if (load<i64>(to + (w << 3)) >= 0 && !changetype<OP>(0).beatsInt(load<i64>(to), value)) continue;
      store<i64>(to, value);
      store<i64>(to + (w << 3), (reduceIndex + i) as i64);
    }
    p += step;
  }
}
