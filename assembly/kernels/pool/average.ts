// Averages of windows and of parts of axes.
//
// A window's sum is taken over its columns first (pool/rows.ts), in the compute type; large windows of float32 are
// summed in float64, and whole planes in the blocks of engine/sum.ts.

import { DType } from "../../core/dtype";
import { scratch } from "../../core/scratch";
import { Tensor } from "../../core/tensor";
import { Compute, computeOf } from "../engine/convert";
import { map2F32, map2F64, map2I64 } from "../engine/map";
import { sumRowF32, sumRowF64 } from "../engine/sum";
import { Axis, axis, outPlaneSize, planeSize } from "./axes";
import { poolRows } from "./rows";

/** Windows of more elements than this are summed in float64. */
const LARGE: i64 = 256;

const total: usize = memory.data(8, 16);

class Add {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return a + b;
  }
  @inline n(a: i64, b: i64): i64 {
    return a + b;
  }
}

class Divide {
  @inline v(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }
  @inline d(a: f64, b: f64): f64 {
    return a / b;
  }
  /** Toward zero; the one quotient that does not fit wraps. */
  @inline n(a: i64, b: i64): i64 {
    return b == -1 ? 0 - a : a / b;
  }
}

/** True when windows are too large for sums in float32. */
export function wideSums(): bool {
  return !wholePlanes() && axis(0).kernel * axis(1).kernel > LARGE / max<i64>(1, axis(2).kernel);
}

/** True when there is one window for each plane, and it is the plane. */
function wholePlanes(): bool {
  return isWhole(axis(0)) && isWhole(axis(1)) && isWhole(axis(2));
}

function isWhole(a: Axis): bool {
  return a.out == 1 && a.pad == 0 && a.kernel == a.size;
}

/** Averages of `x`'s windows into `y`, both contiguous of a native type; `divisor` 0 stands for the elements' number. */
export function averageRows(x: Tensor, y: Tensor, includePad: bool, divisor: i64): bool {
  const c = computeOf(x.dtype as DType);
  const planes = (x.numel as usize) / planeSize();
  const from = x.data;
  const to = y.data;
  if (c != Compute.I64 && wholePlanes()) {
    averagePlanes(from, to, planes, c, divisor);
    return true;
  }
  let done: bool = false;
  if (c == Compute.F32) done = poolRows(from, to, planes, c, (o, a, b, z, n) => map2F32<Add>(o, a, b, n), 0);
  else if (c == Compute.F64)
    done = poolRows(from, to, planes, c, (o, a, b, z, n) => map2F64<Add>(o, a, b, n), 0);
  else done = poolRows(from, to, planes, c, (o, a, b, z, n) => map2I64<Add>(o, a, b, n), 0);
  return done && divideRows(to, planes, c, includePad, divisor);
}

function averagePlanes(x: usize, y: usize, planes: usize, c: Compute, divisor: i64): void {
  const n = planeSize();
  const by = (divisor ? divisor : (n as i64)) as f64;
  for (; planes > 0; planes--) {
    store<f64>(total, 0);
    if (c == Compute.F32) {
      sumRowF32(x, n, total);
      store<f32>(y, (load<f64>(total) / by) as f32);
      y += 4;
      x += n << 2;
    } else {
      sumRowF64(x, n, total);
      store<f64>(y, load<f64>(total) / by);
      y += 8;
      x += n << 3;
    }
  }
}

/** Elements of window `o` along an axis that count. */
function countTaps(a: Axis, o: i64, includePad: bool): i64 {
  if (includePad) return min(a.start(o) + a.kernel, a.size + a.pad) - a.start(o);
  return max<i64>(0, a.lastTap(o) - a.firstTap(o));
}

/** Divides the sums at `y` by what each of them has counted; a sum of nothing is 0 and stays so. */
function divideRows(y: usize, planes: usize, c: Compute, includePad: bool, divisor: i64): bool {
  const d = axis(0);
  const h = axis(1);
  const w = axis(2);
  const n = w.out as usize;
  const divisors = scratch((n as u64) << 3);
  if (!divisors) return false;
  const step = n * (c == Compute.F32 ? 4 : 8);
  let now: i64 = -1;
  for (; planes > 0; planes--) {
    for (let od: i64 = 0; od < d.out; od++) {
      for (let oh: i64 = 0; oh < h.out; oh++) {
        const rows = countTaps(d, od, includePad) * countTaps(h, oh, includePad);
        if (rows != now) fillDivisors(divisors, c, rows, includePad, divisor);
        now = rows;
        if (c == Compute.F32) map2F32<Divide>(y, y, divisors, n);
        else if (c == Compute.F64) map2F64<Divide>(y, y, divisors, n);
        else map2I64<Divide>(y, y, divisors, n);
        y += step;
      }
    }
  }
  return true;
}

function fillDivisors(to: usize, c: Compute, rows: i64, includePad: bool, divisor: i64): void {
  const w = axis(2);
  for (let o: i64 = 0; o < w.out; o++) {
    const count = rows * countTaps(w, o, includePad);
    const by = divisor ? divisor : max<i64>(count, 1);
    if (c == Compute.F32) {
      store<f32>(to, by as f32);
      to += 4;
    } else if (c == Compute.F64) {
      store<f64>(to, by as f64);
      to += 8;
    } else {
      store<i64>(to, by);
      to += 8;
    }
  }
}

/** Averages of the parts into which the axes divide `planes` planes of compute type F32 or F64, summed in float64. */
export function averageParts(x: usize, y: usize, planes: usize, c: Compute): void {
  if (c == Compute.F32) partsOf<f32>(x, y, planes);
  else partsOf<f64>(x, y, planes);
}

function partsOf<T extends number>(x: usize, y: usize, planes: usize): void {
  if (outPlaneSize() == 0) return;
  const d = axis(0);
  const h = axis(1);
  const w = axis(2);
  const inStep = planeSize() * sizeof<T>();
  for (; planes > 0; planes--) {
    for (let od: i64 = 0; od < d.out; od++) {
      for (let oh: i64 = 0; oh < h.out; oh++) {
        for (let ow: i64 = 0; ow < w.out; ow++) {
          store<T>(y, partAverage<T>(x, od, oh, ow) as T);
          y += sizeof<T>();
        }
      }
    }
    x += inStep;
  }
}

function partAverage<T extends number>(x: usize, od: i64, oh: i64, ow: i64): f64 {
  const d = axis(0);
  const h = axis(1);
  const w = axis(2);
  const toD = d.partEnd(od);
  const fromH = h.partStart(oh);
  const toH = h.partEnd(oh);
  const fromW = w.partStart(ow);
  const n = w.partEnd(ow) - fromW;
  let sum: f64 = 0;
  for (let id = d.partStart(od); id < toD; id++) {
    for (let ih = fromH; ih < toH; ih++) {
      let at = x + (((id * h.size + ih) * w.size + fromW) as usize) * sizeof<T>();
      for (const end = at + (n as usize) * sizeof<T>(); at < end; at += sizeof<T>())
        sum += load<T>(at) as f64;
    }
  }
  return sum / (((toD - d.partStart(od)) * (toH - fromH) * n) as f64);
}
