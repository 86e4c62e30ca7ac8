// Folds by an operation that needs no blocks, because its result does not depend on the order (largest, smallest) or
// because elements are taken strictly in order (products).
//
// An operation is a class as in map.ts: `v` folds four f32 lanes, `d` an f64, `n` an i64, given the state first. States
// are f64, or i64 for integers. `v` may ignore NaN: lanes are watched for it, and it becomes the result.

import { Loop } from "./blocks";
import { Compute } from "./convert";
import { Begin, reducePass } from "./reduce";

/** A state and one more element give the new state. */
export interface Fold {
  d(a: f64, x: f64): f64;
  n(a: i64, x: i64): i64;
}

/** Free of order, and without effect when an element is folded in twice. */
export interface FoldLanes extends Fold {
  v(a: v128, x: v128): v128;
}

/** Sets `w` f64 states. */
export function fillF64(state: usize, w: usize, value: f64): void {
  for (let i: usize = 0; i < w; i++) store<f64>(state + (i << 3), value);
}

/** Sets `w` i64 states. */
export function fillI64(state: usize, w: usize, value: i64): void {
  for (let i: usize = 0; i < w; i++) store<i64>(state + (i << 3), value);
}

/** Adds the pass that folds mapped elements of compute type `c` by an operation free of order. */
export function lanesPass<OP extends FoldLanes>(
  map: Loop,
  c: Compute,
  beginFloat: Begin,
  beginInt: Begin,
): void {
  if (c != Compute.F32) {
    orderedPass<OP>(map, c, beginFloat, beginInt);
    return;
  }
  reducePass(
    map,
    beginFloat,
    (p, n, state) => {
      foldRowF32<OP>(p, n, state);
    },
    (p, step, n, w, state) => {
      foldColumnsF32<OP>(p, step, n, w, state);
    },
  );
}

/** Adds the pass that folds mapped elements of compute type `c` strictly in order. */
export function orderedPass<OP extends Fold>(
  map: Loop,
  c: Compute,
  beginFloat: Begin,
  beginInt: Begin,
): void {
  if (c == Compute.F32) {
    reducePass(
      map,
      beginFloat,
      (p, n, state) => {
        foldWide<f32, OP>(p, sizeof<f32>(), n, 1, state);
      },
      (p, step, n, w, state) => {
        foldWide<f32, OP>(p, step, n, w, state);
      },
    );
  } else if (c == Compute.F64) {
    reducePass(
      map,
      beginFloat,
      (p, n, state) => {
        foldWide<f64, OP>(p, sizeof<f64>(), n, 1, state);
      },
      (p, step, n, w, state) => {
        foldWide<f64, OP>(p, step, n, w, state);
      },
    );
  } else {
    reducePass(
      map,
      beginInt,
      (p, n, state) => {
        foldI64<OP>(p, sizeof<i64>(), n, 1, state);
      },
      (p, step, n, w, state) => {
        foldI64<OP>(p, step, n, w, state);
      },
    );
  }
}

export function foldRowF32<OP extends FoldLanes>(p: usize, n: usize, state: usize): void {
  let result = load<f64>(state);
  if (n >= 4) {
    const last = p + ((n - 4) << 2);
    let a = v128.load(p);
    let b = v128.load(last);
    let nan = v128.or(f32x4.ne(a, a), f32x4.ne(b, b));
    for (p += 16; p + 16 <= last; p += 32) {
      const x = v128.load(p);
      const y = v128.load(p, 16);
      a = changetype<OP>(0).v(a, x);
      b = changetype<OP>(0).v(b, y);
      nan = v128.or(nan, v128.or(f32x4.ne(x, x), f32x4.ne(y, y)));
    }
    if (p < last) {
      const x = v128.load(p);
      a = changetype<OP>(0).v(a, x);
      nan = v128.or(nan, f32x4.ne(x, x));
    }
    a = changetype<OP>(0).v(a, b);
    result = changetype<OP>(0).d(result, f32x4.extract_lane(a, 0) as f64);
    result = changetype<OP>(0).d(result, f32x4.extract_lane(a, 1) as f64);
    result = changetype<OP>(0).d(result, f32x4.extract_lane(a, 2) as f64);
    result = changetype<OP>(0).d(result, f32x4.extract_lane(a, 3) as f64);
    if (v128.any_true(nan)) result = NaN;
  } else {
    for (; n > 0; n--) {
      result = changetype<OP>(0).d(result, load<f32>(p) as f64);
      p += 4;
    }
  }
  store<f64>(state, result);
}

function foldColumnsF32<OP extends FoldLanes>(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  let j: usize = 0;
  for (; j + 4 <= w; j += 4) {
    let at = p + (j << 2);
    let a = v128.load(at);
    let nan = f32x4.ne(a, a);
    for (let i: usize = 1; i < n; i++) {
      at += step;
      const x = v128.load(at);
      a = changetype<OP>(0).v(a, x);
      nan = v128.or(nan, f32x4.ne(x, x));
    }
    // A lane of ones is a NaN.
    a = v128.or(a, nan);
    const to = state + (j << 3);
    store<f64>(to, changetype<OP>(0).d(load<f64>(to), f32x4.extract_lane(a, 0) as f64));
    store<f64>(to, changetype<OP>(0).d(load<f64>(to, 8), f32x4.extract_lane(a, 1) as f64), 8);
    store<f64>(to, changetype<OP>(0).d(load<f64>(to, 16), f32x4.extract_lane(a, 2) as f64), 16);
    store<f64>(to, changetype<OP>(0).d(load<f64>(to, 24), f32x4.extract_lane(a, 3) as f64), 24);
  }
  if (j < w) foldWide<f32, OP>(p + (j << 2), step, n, w - j, state + (j << 3));
}

/** Elements of type T (f32 or f64), row after row, into f64 states. */
function foldWide<T, OP extends Fold>(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (; n > 0; n--) {
    for (let j: usize = 0; j < w; j++) {
      const to = state + (j << 3);
      store<f64>(to, changetype<OP>(0).d(load<f64>(to), load<T>(p + j * sizeof<T>()) as f64));
    }
    p += step;
  }
}

function foldI64<OP extends Fold>(p: usize, step: usize, n: usize, w: usize, state: usize): void {
  for (; n > 0; n--) {
    for (let j: usize = 0; j < w; j++) {
      const to = state + (j << 3);
      store<i64>(to, changetype<OP>(0).n(load<i64>(to), load<i64>(p + (j << 3))));
    }
    p += step;
  }
}
