// grid_sampler: an image read at given points. 2-d and 3-d are one kernel over axes.

import { DType } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { contiguousCopy } from "./copy";
import { refuse } from "./engine/pointwise";
import { mismatch, sameDtype } from "./engine/product";
import { Taps } from "./engine/taps";

const enum Mode {
  LINEAR = 0,
  NEAREST = 1,
  CUBIC = 2,
}

const enum Padding {
  ZEROS = 0,
  BORDER = 1,
  REFLECTION = 2,
}

/** Factor of the cubic convolution. */
const CUBIC: f64 = -0.75;

/** A coordinate in [-1, 1] as one in elements. */
function unnormalize<T extends number>(x: T, size: i32, align: bool, planar: bool): T {
  const one = (x + (1 as T)) as T;
  if (align) {
    const span = (size - 1) as T;
    if (planar) return (one * ((span / (2 as T)) as T)) as T;
    return (((one / (2 as T)) as T) * span) as T;
  }
  if (planar) return (((one * (((size as T) / (2 as T)) as T)) as T) - (0.5 as T)) as T;
  return (((((one * (size as T)) as T) - (1 as T)) as T) / (2 as T)) as T;
}

/** `x` brought into [0, size - 1]; what is no number to 0, or for volumes to the last. */
function clip<T extends number>(x: T, size: i32, planar: bool): T {
  if (x != x) return planar ? (0 as T) : ((size - 1) as T);
  return min<T>(max<T>(x, 0 as T), (size - 1) as T);
}

/** `x` mirrored at the borders: the centres of the outermost elements with `align`, else their outer edges. */
function reflect<T extends number>(x: T, size: i32, align: bool): T {
  const low: T = align ? (0 as T) : (-0.5 as T);
  const span: T = (align ? size - 1 : size) as T;
  if (span == (0 as T)) return 0 as T;
  const from = abs<T>((x - low) as T);
  const flips = floor<T>((from / span) as T);
  const extra = (from - ((flips * span) as T)) as T;
  const odd = ((flips / (2 as T)) as T) != floor<T>((flips / (2 as T)) as T);
  return odd ? ((((span - extra) as T) + low) as T) : ((extra + low) as T);
}

/** The coordinate after padding. */
function padded<T extends number>(x: T, size: i32, padding: Padding, align: bool, planar: bool): T {
  if (padding == Padding.BORDER) return clip<T>(x, size, planar);
  if (padding == Padding.REFLECTION) return clip<T>(reflect<T>(x, size, align), size, planar);
  // Volumes: what an int cannot hold is outside.
  return planar || abs<T>(x) <= (2147483647 as T) ? x : (-100 as T);
}

/** Adds the place of an axis that is named by a whole number. */
function addPlace<T extends number>(axis: i32, x: T, size: i32, stride: i32, weight: T): void {
  const inside = x >= (0 as T) && x < (size as T);
  Taps.place(axis, inside ? (x as i32) * stride : -1, weight as f64);
}

/** The places of one axis for the coordinate `x` in [-1, 1]. */
function axisPlaces<T extends number>(
  axis: i32,
  x: T,
  size: i32,
  stride: i32,
  mode: Mode,
  padding: Padding,
  align: bool,
  planar: bool,
): void {
  Taps.clearAxis(axis);
  const place = unnormalize<T>(x, size, align, planar);
  if (mode == Mode.CUBIC) {
    const whole = floor<T>(place);
    const t = (place - whole) as f64;
    for (let i = 0; i < 4; i++) {
      const at = padded<T>((whole + ((i - 1) as T)) as T, size, padding, align, planar);
      addPlace<T>(axis, nearest<T>(at), size, stride, cubicWeight(abs<f64>(t + 1 - (i as f64))) as T);
    }
    return;
  }
  const at = padded<T>(place, size, padding, align, planar);
  if (mode == Mode.NEAREST) {
    addPlace<T>(axis, nearest<T>(at), size, stride, 1 as T);
    return;
  }
  const whole = floor<T>(at);
  const part = (at - whole) as T;
  addPlace<T>(axis, whole, size, stride, ((1 as T) - part) as T);
  addPlace<T>(axis, (whole + (1 as T)) as T, size, stride, part);
}

/** Weight of an element at distance `d`, 0 to 2. */
function cubicWeight(d: f64): f64 {
  if (d <= 1) return ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1;
  return ((CUBIC * d - 5 * CUBIC) * d + 8 * CUBIC) * d - 4 * CUBIC;
}

/** Reads the contiguous `input` at the points of the contiguous `grid` into the contiguous `out`. */
function sample<T extends number>(
  input: Tensor,
  grid: Tensor,
  out: Tensor,
  axes: i32,
  mode: Mode,
  padding: Padding,
  align: bool,
): void {
  const channels = input.size(1);
  let plane = 1;
  let points = 1;
  for (let k = 0; k < axes; k++) {
    plane *= input.size(2 + k);
    points *= grid.size(1 + k);
  }
  let coordinates = grid.data;
  for (let n = 0; n < input.size(0); n++) {
    const image = input.data + ((n * channels * plane) as usize) * sizeof<T>();
    const result = out.data + ((n * channels * points) as usize) * sizeof<T>();
    for (let p = 0; p < points; p++) {
      let stride = plane;
      for (let k = 0; k < axes; k++) {
        const size = input.size(2 + k);
        stride /= size;
        const x = load<T>(coordinates + ((axes - 1 - k) as usize) * sizeof<T>());
        axisPlaces<T>(k, x, size, stride, mode, padding, align, axes == 2);
      }
      coordinates += (axes as usize) * sizeof<T>();
      Taps.count = 0;
      Taps.combine<T>(axes);
      for (let c = 0; c < channels; c++) {
        const value = Taps.sum<T>(image + ((c * plane) as usize) * sizeof<T>());
        store<T>(result + ((c * points + p) as usize) * sizeof<T>(), value);
      }
    }
  }
}

function gridSample(input: Tensor, grid: Tensor, mode: i64, padding: i64, align: bool, axes: i32): Tensor {
  if ((input.ndim as i32) != axes + 2 || grid.ndim != input.ndim) {
    fail(ErrorCode.NDIM);
    factInt((input.ndim as i32) != axes + 2 ? 0 : 1);
    factInt(axes + 2);
    factShape((input.ndim as i32) != axes + 2 ? input : grid);
    return NONE;
  }
  if (mode < 0 || mode > (axes == 2 ? Mode.CUBIC : Mode.NEAREST)) {
    badValue(2, mode);
    return NONE;
  }
  if (padding < 0 || padding > Padding.REFLECTION) {
    badValue(3, padding);
    return NONE;
  }
  const dtype = input.dtype as DType;
  if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64) return refuse(dtype);
  if (!sameDtype(input, grid)) return NONE;
  let fits = grid.size(0) == input.size(0) && grid.size(axes + 1) == axes;
  for (let k = 0; k < axes; k++) fits = fits && input.size(2 + k) > 0;
  if (!fits) {
    mismatch(ErrorCode.SIZE_MISMATCH, input, grid);
    return NONE;
  }
  const sizes = scratch(20);
  if (!sizes || !Taps.begin(16)) return NONE;
  store<i32>(sizes, input.size(0));
  store<i32>(sizes, input.size(1), 4);
  memory.copy(sizes + 8, grid.dims + 4, (axes as usize) << 2);
  const out = empty(dtype, sizes, axes + 2);
  const image = isNone(out) ? NONE : contiguousCopy(input);
  const points = isNone(image) ? NONE : contiguousCopy(grid);
  if (isNone(points)) {
    release(image);
    release(out);
    return NONE;
  }
  if (out.numel) {
    if (dtype == DType.FLOAT32)
      sample<f32>(image, points, out, axes, mode as Mode, padding as Padding, align);
    else sample<f64>(image, points, out, axes, mode as Mode, padding as Padding, align);
  }
  release(points);
  release(image);
  return out;
}

export function gridSampler(
  input: Tensor,
  grid: Tensor,
  mode: i64,
  padding: i64,
  alignCorners: bool,
): Tensor {
  return gridSample(input, grid, mode, padding, alignCorners, input.ndim == 5 ? 3 : 2);
}

export function gridSampler2d(
  input: Tensor,
  grid: Tensor,
  mode: i64,
  padding: i64,
  alignCorners: bool,
): Tensor {
  return gridSample(input, grid, mode, padding, alignCorners, 2);
}

export function gridSampler3d(
  input: Tensor,
  grid: Tensor,
  mode: i64,
  padding: i64,
  alignCorners: bool,
): Tensor {
  return gridSample(input, grid, mode, padding, alignCorners, 3);
}
