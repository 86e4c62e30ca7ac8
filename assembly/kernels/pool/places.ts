// Largest elements of windows together with where they are, as flat indices into a plane.
//
// As in PyTorch the first of equal elements counts, the last of several NaNs, and where nothing exceeds the smallest
// value, the window's first element.

import { Compute } from "../engine/convert";
import { Axis, axis, outPlaneSize, planeSize } from "./axes";

/** A window's bounds along one axis: `step` apart from `from` on, before `to`. */
let fromD: i64 = 0;
let toD: i64 = 0;
let stepD: i64 = 1;
let fromH: i64 = 0;
let toH: i64 = 0;
let stepH: i64 = 1;

function smallest<T extends number>(): T {
  if (isFloat<T>()) return -Infinity as T;
  return i64.MIN_VALUE as T;
}

/** One window of the plane at `x`; columns are `fromW`, `fromW + stepW` … before `toW`. */
function largest<T extends number>(x: usize, y: usize, index: usize, fromW: i64, toW: i64, stepW: i64): void {
  const height = axis(1).size;
  const width = axis(2).size;
  const apart = (stepW as usize) * sizeof<T>();
  let best: T = smallest<T>();
  let place = (fromD * height + fromH) * width + fromW;
  for (let d = fromD; d < toD; d += stepD) {
    for (let h = fromH; h < toH; h += stepH) {
      const row = (d * height + h) * width;
      let at = x + ((row + fromW) as usize) * sizeof<T>();
      for (let w = fromW; w < toW; w += stepW) {
        const value = load<T>(at);
        if (value > best || isNaN<T>(value)) {
          best = value;
          place = row + w;
        }
        at += apart;
      }
    }
  }
  store<T>(y, best);
  store<i64>(index, place);
}

/** Bounds of window `o`: its taps inside the input, or part `o` of the axis. */
function lower(a: Axis, o: i64, parts: bool): i64 {
  return parts ? a.partStart(o) : a.start(o) + a.firstTap(o) * a.dilation;
}

function upper(a: Axis, o: i64, parts: bool): i64 {
  return parts ? a.partEnd(o) : min(a.size, a.start(o) + (a.kernel - 1) * a.dilation + 1);
}

function planesOf<T extends number>(x: usize, y: usize, index: usize, planes: usize, parts: bool): void {
  const d = axis(0);
  const h = axis(1);
  const w = axis(2);
  const inStep = planeSize() * sizeof<T>();
  stepD = d.dilation;
  stepH = h.dilation;
  for (; planes > 0; planes--) {
    for (let od: i64 = 0; od < d.out; od++) {
      fromD = lower(d, od, parts);
      toD = upper(d, od, parts);
      for (let oh: i64 = 0; oh < h.out; oh++) {
        fromH = lower(h, oh, parts);
        toH = upper(h, oh, parts);
        for (let ow: i64 = 0; ow < w.out; ow++) {
          largest<T>(x, y, index, lower(w, ow, parts), upper(w, ow, parts), w.dilation);
          y += sizeof<T>();
          index += 8;
        }
      }
    }
    x += inStep;
  }
}

/**
 * Largest elements of `planes` planes at `x` into `y`, their i64 places into `index`; `parts`: the axes are divided
 * into their `out` parts instead of windows.
 */
export function largestPlaces(
  x: usize,
  y: usize,
  index: usize,
  planes: usize,
  c: Compute,
  parts: bool,
): void {
  if (outPlaneSize() == 0) return;
  if (c == Compute.F32) planesOf<f32>(x, y, index, planes, parts);
  else if (c == Compute.F64) planesOf<f64>(x, y, index, planes, parts);
  else planesOf<i64>(x, y, index, planes, parts);
}
