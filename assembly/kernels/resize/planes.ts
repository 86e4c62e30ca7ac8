// Resizing planes: along rows first, then down, then through the depth.
//
//   input row r ──► resized row, kept while it counts       output row = Σ weight · resized row
//
// Each input row, and each slice of a volume, is resized once; as many are kept as a position has taps. With one tap
// the output is written at once, and repeated where positions share it.

import { scratch } from "../../core/scratch";
import { Lanes } from "../engine/map";
import { Axis, axis } from "./axes";

/** Bytes of an element. */
let bytes: usize = 4;
// Kept rows and slices, and the input positions they came from.
let rows: usize = 0;
let rowOf: usize = 0;
let slices: usize = 0;
let sliceOf: usize = 0;

/** Resizes `planes` planes or volumes of elements of `size` bytes; those of 4 and 8 are floats if there are weights. */
export function resizePlanes(x: usize, y: usize, planes: usize, size: usize): bool {
  const d = axis(0);
  const h = axis(1);
  const w = axis(2);
  bytes = size;
  const row = (w.out as u64) * (bytes as u64);
  rows = h.taps > 1 ? scratch((h.taps as u64) * row) : 1;
  rowOf = scratch((h.taps as u64) << 2);
  slices = d.taps > 1 ? scratch((d.taps as u64) * (h.out as u64) * row) : 1;
  sliceOf = scratch((d.taps as u64) << 2);
  if (!rows || !rowOf || !slices || !sliceOf) return false;
  const step = (d.size * h.size * w.size) as usize;
  const out = (d.out * h.out * w.out) as usize;
  for (; planes > 0; planes--) {
    resizeDepth(x, y);
    x += step * bytes;
    y += out * bytes;
  }
  return true;
}

function resizeDepth(x: usize, y: usize): void {
  const d = axis(0);
  const h = axis(1);
  const w = axis(2);
  const from = ((h.size * w.size) as usize) * bytes;
  const n = (h.out * w.out) as usize;
  forget(sliceOf, d.taps);
  for (let o = 0; o < d.out; o++) {
    const place = d.place(o, 0);
    if (d.taps > 1) {
      for (let k = 0; k < d.count(o); k++) {
        const at = d.place(o, k);
        const slot = at % d.taps;
        if (!claim(sliceOf, slot, at)) continue;
        resizeSlice(x + (at as usize) * from, slices + (slot as usize) * n * bytes);
      }
      combine(y, slices, d, o, n);
    } else if (o > 0 && place == d.place(o - 1, 0)) {
      memory.copy(y, y - n * bytes, n * bytes);
    } else {
      resizeSlice(x + (place as usize) * from, y);
    }
    y += n * bytes;
  }
}

function resizeSlice(x: usize, y: usize): void {
  const h = axis(1);
  const w = axis(2);
  const from = (w.size as usize) * bytes;
  const n = w.out as usize;
  forget(rowOf, h.taps);
  for (let o = 0; o < h.out; o++) {
    const place = h.place(o, 0);
    if (h.taps > 1) {
      for (let k = 0; k < h.count(o); k++) {
        const at = h.place(o, k);
        const slot = at % h.taps;
        if (claim(rowOf, slot, at)) resizeRow(x + (at as usize) * from, rows + (slot as usize) * n * bytes);
      }
      combine(y, rows, h, o, n);
    } else if (o > 0 && place == h.place(o - 1, 0)) {
      memory.copy(y, y - n * bytes, n * bytes);
    } else {
      resizeRow(x + (place as usize) * from, y);
    }
    y += n * bytes;
  }
}

function forget(places: usize, count: i32): void {
  for (let k = 0; k < count; k++) store<i32>(places + ((k as usize) << 2), -1);
}

/** Marks `slot` as holding `place`; false when it already does. */
function claim(places: usize, slot: i32, place: i32): bool {
  const at = places + ((slot as usize) << 2);
  if (load<i32>(at) == place) return false;
  store<i32>(at, place);
  return true;
}

function resizeRow(x: usize, y: usize): void {
  const w = axis(2);
  if (w.weights) {
    if (bytes == 4) weightedRow<f32>(x, y, w);
    else weightedRow<f64>(x, y, w);
  } else if (w.size == w.out && (w.factor == 0 || w.factor == 1)) memory.copy(y, x, (w.out as usize) * bytes);
  else if (bytes == 1) pickRow<u8>(x, y, w);
  else if (bytes == 2) pickRow<u16>(x, y, w);
  else if (bytes == 4) pickRow<u32>(x, y, w);
  else pickRow<u64>(x, y, w);
}

function pickRow<T extends number>(x: usize, y: usize, w: Axis): void {
  for (let o = 0; o < w.out; o++) {
    store<T>(y, load<T>(x + (w.place(o, 0) as usize) * sizeof<T>()));
    y += sizeof<T>();
  }
}

function weightedRow<T extends number>(x: usize, y: usize, w: Axis): void {
  let place = w.places;
  let weight = w.weights;
  if (w.taps == 2 && w.even) {
    for (let o = 0; o < w.out; o++) {
      const a = load<T>(x + (load<u32>(place) as usize) * sizeof<T>()) * load<T>(weight);
      const b = load<T>(x + (load<u32>(place, 4) as usize) * sizeof<T>()) * load<T>(weight, sizeof<T>());
      store<T>(y, (a + b) as T);
      place += 8;
      weight += 2 * sizeof<T>();
      y += sizeof<T>();
    }
    return;
  }
  for (let o = 0; o < w.out; o++) {
    const count = w.count(o) as usize;
    let sum = (load<T>(x + (load<u32>(place) as usize) * sizeof<T>()) * load<T>(weight)) as T;
    for (let k: usize = 1; k < count; k++) {
      const value = load<T>(x + (load<u32>(place + (k << 2)) as usize) * sizeof<T>());
      sum = (sum + value * load<T>(weight + k * sizeof<T>())) as T;
    }
    store<T>(y, sum);
    place += (w.taps as usize) << 2;
    weight += (w.taps as usize) * sizeof<T>();
    y += sizeof<T>();
  }
}

/** Position `o` along `a`: the weighted sum of what is kept, `n` elements each. */
function combine(y: usize, kept: usize, a: Axis, o: i32, n: usize): void {
  for (let k = 0; k < a.count(o); k++) {
    const from = kept + ((a.place(o, k) % a.taps) as usize) * n * bytes;
    const weight = a.weights + ((o * a.taps + k) as usize) * bytes;
    if (bytes == 4) addF32(y, from, n, load<f32>(weight), k == 0);
    else addF64(y, from, n, load<f64>(weight), k == 0);
  }
}

/** y = x · weight, added to what is there unless it is the first. */
function addF32(y: usize, x: usize, n: usize, weight: f32, first: bool): void {
  const w = f32x4.splat(weight);
  for (; n >= 4; n -= 4) {
    const value = f32x4.mul(v128.load(x), w);
    v128.store(y, first ? value : f32x4.add(v128.load(y), value));
    x += 16;
    y += 16;
  }
  if (!n) return;
  const value = f32x4.mul(Lanes.load(x, n), w);
  Lanes.store(y, first ? value : f32x4.add(Lanes.load(y, n), value), n);
}

function addF64(y: usize, x: usize, n: usize, weight: f64, first: bool): void {
  for (const end = y + (n << 3); y < end; y += 8) {
    const value = load<f64>(x) * weight;
    store<f64>(y, first ? value : load<f64>(y) + value);
    x += 8;
  }
}
