// torchvision's operators for detection: nms, roi_align, roi_pool, and the position-sensitive forms of the last two.

import { DType } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousCopy } from "./copy";
import { refuse } from "./engine/pointwise";
import { mismatch, sameDtype } from "./engine/product";
import { Sorter } from "./engine/sort";
import { Taps } from "./engine/taps";

const sizes: usize = memory.data(16, 16);

function badNdim(arg: i32, want: i32, t: Tensor): bool {
  fail(ErrorCode.NDIM);
  factInt(arg);
  factInt(want);
  factShape(t);
  return false;
}

function isPlainFloat(t: Tensor): bool {
  if (t.dtype == DType.FLOAT32 || t.dtype == DType.FLOAT64) return true;
  refuse(t.dtype);
  return false;
}

function corner<T extends number>(boxes: usize, i: usize, k: usize): T {
  return load<T>(boxes + ((i << 2) + k) * sizeof<T>());
}

/** True when boxes `i` and `j` overlap by more than `threshold` of their union. */
function overlaps<T extends number>(boxes: usize, i: usize, j: usize, threshold: f64): bool {
  const left = max<T>(corner<T>(boxes, i, 0), corner<T>(boxes, j, 0));
  const top = max<T>(corner<T>(boxes, i, 1), corner<T>(boxes, j, 1));
  const right = min<T>(corner<T>(boxes, i, 2), corner<T>(boxes, j, 2));
  const bottom = min<T>(corner<T>(boxes, i, 3), corner<T>(boxes, j, 3));
  const width = (right - left) as T;
  const height = (bottom - top) as T;
  const inner: T = width > (0 as T) && height > (0 as T) ? ((width * height) as T) : (0 as T);
  const both = (((area<T>(boxes, i) + area<T>(boxes, j)) as T) - inner) as T as T;
  return ((inner / both) as T as f64) > threshold;
}

function area<T extends number>(boxes: usize, i: usize): T {
  const width = (corner<T>(boxes, i, 2) - corner<T>(boxes, i, 0)) as T;
  return (width * ((corner<T>(boxes, i, 3) - corner<T>(boxes, i, 1)) as T)) as T;
}

/** Goes through the `n` boxes in the sorter's order and keeps those that no kept one overlaps: their places, int64. */
function suppress<T extends number>(boxes: usize, n: usize, threshold: f64, gone: usize, kept: usize): usize {
  let count: usize = 0;
  for (let a: usize = 0; a < n; a++) {
    const i = Sorter.place(a);
    if (load<u8>(gone + i)) continue;
    store<i64>(kept + (count << 3), i as i64);
    count++;
    for (let b = a + 1; b < n; b++) {
      const j = Sorter.place(b);
      if (!load<u8>(gone + j) && overlaps<T>(boxes, i, j, threshold)) store<u8>(gone + j, 1);
    }
  }
  return count;
}

/** Places of the boxes that are kept, by falling score; equal scores keep their order. */
export function nms(dets: Tensor, scores: Tensor, iouThreshold: f64): Tensor {
  if (dets.ndim != 2 || scores.ndim != 1) {
    badNdim(dets.ndim != 2 ? 0 : 1, dets.ndim != 2 ? 2 : 1, dets.ndim != 2 ? dets : scores);
    return NONE;
  }
  if (dets.size(1) != 4 || dets.size(0) != scores.size(0)) {
    mismatch(ErrorCode.SIZE_MISMATCH, dets, scores);
    return NONE;
  }
  if (!isPlainFloat(dets) || !sameDtype(dets, scores)) return NONE;
  const n = scores.numel as usize;
  const gone = scratch((n as u64) + 8);
  const kept = scratch(((n as u64) << 3) + 8);
  const boxes = gone && kept && Sorter.begin(n) ? contiguousCopy(dets) : NONE;
  if (isNone(boxes)) return NONE;
  memory.fill(gone, 0, n);
  const step = (n ? scores.stride(0) : 0) << (scores.dtype == DType.FLOAT64 ? 3 : 2);
  Sorter.read(scores.data, step, n, scores.dtype, true);
  Sorter.sort(n);
  const count =
    dets.dtype == DType.FLOAT64
      ? suppress<f64>(boxes.data, n, iouThreshold, gone, kept)
      : suppress<f32>(boxes.data, n, iouThreshold, gone, kept);
  release(boxes);
  store<i32>(sizes, count as i32);
  const out = empty(DType.INT64, sizes, 1);
  if (!isNone(out)) memory.copy(out.data, kept, count << 3);
  return out;
}

/** How a region becomes bins. */
const enum Pooling {
  ALIGN = 0,
  /** Each bin reads a channel of its own. */
  ALIGN_BY_PLACE = 1,
  MAX = 2,
  MEAN_BY_PLACE = 3,
}

/** What all regions of a call share. */
@unmanaged
class Regions {
  kind: Pooling;
  channels: i32;
  height: i32;
  width: i32;
  rows: i32;
  columns: i32;
  /** Channels of the output. */
  outputs: i32;
  ratio: i32;
  aligned: bool;
  scale: f64;
  input: usize;
  out: usize;
  /** int32: places of maxima, or channels read; 0 where there is no second result. */
  second: usize;

  /** The channel that output channel `c` reads for bin (`row`, `column`). */
  @inline channel(c: i32, row: i32, column: i32): i32 {
    return this.kind == Pooling.ALIGN || this.kind == Pooling.MAX
      ? c
      : (c * this.rows + row) * this.columns + column;
  }

  /** Elements before the output of bin (`row`, `column`) of channel `c` of region `n`. */
  @inline place(n: i32, c: i32, row: i32, column: i32): usize {
    return (((n * this.outputs + c) * this.rows + row) * this.columns + column) as usize;
  }

  /** The two rows or columns around `x`; false where it is outside. */
  between<T extends number>(axis: i32, x: T, size: i32, stride: i32): bool {
    if (!(x >= (-1 as T) && x <= (size as T))) return false;
    let at = max<T>(x, 0 as T);
    let low = at as i32;
    let high = low + 1;
    if (low >= size - 1) {
      low = size - 1;
      high = low;
      at = low as T;
    }
    const part = (at - (low as T)) as T;
    Taps.clearAxis(axis);
    Taps.place(axis, low * stride, ((1 as T) - part) as T);
    Taps.place(axis, high * stride, part);
    return true;
  }

  /** Means of samples inside every bin of region `n`, which starts at (`top`, `left`). */
  align<T extends number>(n: i32, image: usize, top: T, left: T, height: T, width: T): bool {
    const binHeight = (height / (this.rows as T)) as T;
    const binWidth = (width / (this.columns as T)) as T;
    const down = this.ratio > 0 ? this.ratio : samples(binHeight as f64);
    const across = this.ratio > 0 ? this.ratio : samples(binWidth as f64);
    const count = max(down * across, 1) as T;
    const mark = Taps.begin((max(down, 0) as u64) * (max(across, 0) as u64) * 4);
    if (!mark) return false;
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        Taps.count = 0;
        for (let i = 0; i < down; i++) {
          const y = (((top + (((row as T) * binHeight) as T)) as T) +
            (((((((i as T) + (0.5 as T)) as T) * binHeight) as T) / (down as T)) as T)) as T;
          if (!this.between<T>(0, y, this.height, this.width)) continue;
          for (let k = 0; k < across; k++) {
            const x = (((left + (((column as T) * binWidth) as T)) as T) +
              (((((((k as T) + (0.5 as T)) as T) * binWidth) as T) / (across as T)) as T)) as T;
            if (this.between<T>(1, x, this.width, 1)) Taps.combine<T>(2);
          }
        }
        for (let c = 0; c < this.outputs; c++) {
          const channel = this.channel(c, row, column);
          const plane = image + ((channel * this.height * this.width) as usize) * sizeof<T>();
          const at = this.place(n, c, row, column);
          store<T>(this.out + at * sizeof<T>(), (Taps.sum<T>(plane) / count) as T);
          if (this.second) store<i32>(this.second + (at << 2), channel);
        }
      }
    }
    return true;
  }

  /** The largest element or the mean of every bin of region `n`, bins being made of whole elements. */
  pool<T extends number>(n: i32, image: usize, top: i32, left: i32, height: i32, width: i32): void {
    const binHeight = ((height as T) / (this.rows as T)) as T;
    const binWidth = ((width as T) / (this.columns as T)) as T;
    // torchvision keeps position-sensitive bins off the last row and column.
    const less = this.kind == Pooling.MAX ? 0 : 1;
    const lastRow = this.height - less;
    const lastColumn = this.width - less;
    for (let row = 0; row < this.rows; row++) {
      const y0 = within((top as f64) + floor<f64>(((row as T) * binHeight) as T as f64), lastRow);
      const y1 = within((top as f64) + ceil<f64>((((row + 1) as T) * binHeight) as T as f64), lastRow);
      for (let column = 0; column < this.columns; column++) {
        const x0 = within((left as f64) + floor<f64>(((column as T) * binWidth) as T as f64), lastColumn);
        const x1 = within(
          (left as f64) + ceil<f64>((((column + 1) as T) * binWidth) as T as f64),
          lastColumn,
        );
        for (let c = 0; c < this.outputs; c++) this.poolBin<T>(n, image, c, row, column, y0, y1, x0, x1);
      }
    }
  }

  poolBin<T extends number>(
    n: i32,
    image: usize,
    c: i32,
    row: i32,
    column: i32,
    y0: i32,
    y1: i32,
    x0: i32,
    x1: i32,
  ): void {
    const channel = this.channel(c, row, column);
    const plane = image + ((channel * this.height * this.width) as usize) * sizeof<T>();
    const isMax = this.kind == Pooling.MAX;
    const isEmpty = y1 <= y0 || x1 <= x0;
    let best: T =
      isMax && !isEmpty ? ((sizeof<T>() == 4 ? -3.4028234663852886e38 : -f64.MAX_VALUE) as T) : (0 as T);
    let place = -1;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) {
        const value = load<T>(plane + ((y * this.width + x) as usize) * sizeof<T>());
        if (!isMax) {
          best = (best + value) as T;
        } else if (value > best) {
          best = value;
          place = y * this.width + x;
        }
      }
    }
    if (!isMax && !isEmpty) best = (best / (((y1 - y0) * (x1 - x0)) as T)) as T;
    const at = this.place(n, c, row, column);
    store<T>(this.out + at * sizeof<T>(), best);
    store<i32>(this.second + (at << 2), isMax ? place : channel);
  }

  /** All regions of the contiguous `rois` ([count, 5]: image, left, top, right, bottom) in a batch of `images`. */
  run<T extends number>(rois: Tensor, images: i32): bool {
    const scale = this.scale as T;
    for (let n = 0; n < rois.size(0); n++) {
      const roi = rois.data + ((n * 5) as usize) * sizeof<T>();
      const index = load<T>(roi);
      if (!(index > (-1 as T) && index < (images as T))) {
        fail(ErrorCode.INDEX_RANGE);
        factInt(index as i64);
        factInt(images);
        return false;
      }
      const bytes = ((this.channels * this.height * this.width) as usize) * sizeof<T>();
      const image = this.input + (index as usize) * bytes;
      const left = (load<T>(roi + sizeof<T>()) * scale) as T;
      const top = (load<T>(roi + 2 * sizeof<T>()) * scale) as T;
      const right = (load<T>(roi + 3 * sizeof<T>()) * scale) as T;
      const bottom = (load<T>(roi + 4 * sizeof<T>()) * scale) as T;
      if (this.kind == Pooling.MAX || this.kind == Pooling.MEAN_BY_PLACE) {
        const more = this.kind == Pooling.MAX ? 1 : 0;
        const x = whole(left as f64);
        const y = whole(top as f64);
        this.pool<T>(
          n,
          image,
          y,
          x,
          max(whole(bottom as f64) - y + more, 1),
          max(whole(right as f64) - x + more, 1),
        );
        continue;
      }
      const shift: T = this.aligned ? (0.5 as T) : (0 as T);
      const y = (top - shift) as T;
      const x = (left - shift) as T;
      let height = (((bottom - shift) as T) - y) as T;
      let width = (((right - shift) as T) - x) as T;
      if (!this.aligned) {
        height = max<T>(height, 1 as T);
        width = max<T>(width, 1 as T);
      }
      if (!this.align<T>(n, image, y, x, height, width)) return false;
    }
    return true;
  }
}

/** Samples for a bin of that size; NaN and what no feature map has are 0. */
function samples(size: f64): i32 {
  return size > 0 && size < 1e6 ? (ceil<f64>(size) as i32) : 0;
}

/** `x` rounded half away from zero, kept within what sizes can be. */
function whole(x: f64): i32 {
  const rounded = x < 0 ? -floor<f64>(0.5 - x) : floor<f64>(x + 0.5);
  return rounded == rounded ? (max<f64>(min<f64>(rounded, 1e9), -1e9) as i32) : 0;
}

function within(x: f64, size: i32): i32 {
  return max<f64>(min<f64>(x, size as f64), 0) as i32;
}

const regionsAt: usize = memory.data(64, 16);

/** Pools `input` over `rois`; the second result goes to r.at(1) for the kinds that have one. */
function poolRegions(
  input: Tensor,
  rois: Tensor,
  scale: f64,
  rows: i64,
  columns: i64,
  ratio: i64,
  aligned: bool,
  kind: Pooling,
  r: Value,
): Tensor {
  if (input.ndim != 4 || rois.ndim != 2) {
    badNdim(input.ndim != 4 ? 0 : 1, input.ndim != 4 ? 4 : 2, input.ndim != 4 ? input : rois);
    return NONE;
  }
  if (rois.size(1) != 5) {
    mismatch(ErrorCode.SIZE_MISMATCH, input, rois);
    return NONE;
  }
  if (!isPlainFloat(input) || !sameDtype(input, rois)) return NONE;
  if (rows < 0 || columns < 0 || rows > 0xffff || columns > 0xffff || ratio > 0xffff) {
    badValue(rows < 0 || rows > 0xffff ? 3 : 4, rows < 0 || rows > 0xffff ? rows : columns);
    return NONE;
  }
  const byPlace = kind == Pooling.ALIGN_BY_PLACE || kind == Pooling.MEAN_BY_PLACE;
  const bins = rows * columns;
  if (byPlace && (bins == 0 || (input.size(1) as i64) % bins != 0)) {
    fail(ErrorCode.CHANNELS);
    factInt(bins);
    factInt(input.size(1));
    return NONE;
  }
  const g = changetype<Regions>(regionsAt);
  g.kind = kind;
  g.channels = input.size(1);
  g.height = input.size(2);
  g.width = input.size(3);
  g.rows = rows as i32;
  g.columns = columns as i32;
  g.outputs = byPlace ? (((input.size(1) as i64) / bins) as i32) : input.size(1);
  g.ratio = max<i64>(ratio, 0) as i32;
  g.aligned = aligned;
  g.scale = scale;
  store<i32>(sizes, rois.size(0));
  store<i32>(sizes, g.outputs, 4);
  store<i32>(sizes, g.rows, 8);
  store<i32>(sizes, g.columns, 12);
  const out = empty(input.dtype, sizes, 4);
  const second = kind == Pooling.ALIGN || isNone(out) ? NONE : empty(DType.INT32, sizes, 4);
  if (kind != Pooling.ALIGN) r.at(1).setTensor(second);
  const image = isNone(out) ? NONE : contiguousCopy(input);
  const boxes = isNone(image) ? NONE : contiguousCopy(rois);
  let done = !isNone(boxes) && (kind == Pooling.ALIGN || !isNone(second));
  if (done && out.numel && input.numel) {
    g.input = image.data;
    g.out = out.data;
    g.second = isNone(second) ? 0 : second.data;
    const images = input.size(0);
    if (input.dtype == DType.FLOAT64 ? !g.run<f64>(boxes, images) : !g.run<f32>(boxes, images)) done = false;
  }
  release(image);
  release(boxes);
  if (done) return out;
  release(out);
  return NONE;
}

export function roiAlign(
  input: Tensor,
  rois: Tensor,
  spatialScale: f64,
  pooledHeight: i64,
  pooledWidth: i64,
  samplingRatio: i64,
  aligned: bool,
): Tensor {
  const none = changetype<Value>(0);
  return poolRegions(
    input,
    rois,
    spatialScale,
    pooledHeight,
    pooledWidth,
    samplingRatio,
    aligned,
    Pooling.ALIGN,
    none,
  );
}

export function psRoiAlign(
  input: Tensor,
  rois: Tensor,
  spatialScale: f64,
  pooledHeight: i64,
  pooledWidth: i64,
  samplingRatio: i64,
  r: Value,
): void {
  const kind = Pooling.ALIGN_BY_PLACE;
  r.setTensor(
    poolRegions(input, rois, spatialScale, pooledHeight, pooledWidth, samplingRatio, true, kind, r),
  );
}

export function roiPool(
  input: Tensor,
  rois: Tensor,
  spatialScale: f64,
  pooledHeight: i64,
  pooledWidth: i64,
  r: Value,
): void {
  r.setTensor(poolRegions(input, rois, spatialScale, pooledHeight, pooledWidth, 0, false, Pooling.MAX, r));
}

export function psRoiPool(
  input: Tensor,
  rois: Tensor,
  spatialScale: f64,
  pooledHeight: i64,
  pooledWidth: i64,
  r: Value,
): void {
  r.setTensor(
    poolRegions(input, rois, spatialScale, pooledHeight, pooledWidth, 0, false, Pooling.MEAN_BY_PLACE, r),
  );
}
