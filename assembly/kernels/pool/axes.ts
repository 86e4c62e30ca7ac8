// The geometry of a pooling: up to three axes, and the checks that it makes sense.
//
//   position     -pad        0                     size       size + pad
//                 ┊ · · · · · ├─────────────────────┤ · · · · · ┊
//   window o      k   k   k                                          kernel taps, `dilation` apart,
//   window o + 1        k   k   k                                    `stride` after the one before
//
// One- and two-dimensional poolings leave the outer axes at size 1.

import { List } from "../../core/containers";
import { DType } from "../../core/dtype";
import { badValue, factInt, factShape, fail } from "../../core/error";
import { empty, MAX_DIMS, Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";

@unmanaged
export class Axis {
  size: i64;
  kernel: i64;
  stride: i64;
  pad: i64;
  dilation: i64;
  out: i64;

  /** Position of the first tap of window `o`. */
  @inline start(o: i64): i64 {
    return o * this.stride - this.pad;
  }

  /** Number of the first tap of window `o` that is inside; `kernel` or more when none is. */
  @inline firstTap(o: i64): i64 {
    const before = -this.start(o);
    return before > 0 ? (before + this.dilation - 1) / this.dilation : 0;
  }

  /** One past the last tap of window `o` that is inside. */
  @inline lastTap(o: i64): i64 {
    const left = this.size - this.start(o);
    return left <= 0 ? 0 : min(this.kernel, (left + this.dilation - 1) / this.dilation);
  }

  /** Bounds of output `o` when the axis is divided into `out` parts as even as may be. */
  @inline partStart(o: i64): i64 {
    return (o * this.size) / this.out;
  }

  @inline partEnd(o: i64): i64 {
    return ((o + 1) * this.size + this.out - 1) / this.out;
  }
}

const AXES: i32 = 3;
const axes: usize = memory.data(144, 16); // Axis[AXES]
const sizes: usize = memory.data(256, 16); // i32[MAX_DIMS]

/** Depth, height and width. */
export function axis(i: i32): Axis {
  return changetype<Axis>(axes + (i as usize) * offsetof<Axis>());
}

/** Makes the axes hold the last `dims` sizes of `t`, with windows of one element; the outer ones have size 1. */
export function takeAxes(t: Tensor, dims: i32): void {
  for (let i = 0; i < AXES; i++) {
    const a = axis(i);
    const used = i >= AXES - dims;
    a.size = used ? t.size((t.ndim as i32) - AXES + i) : 1;
    a.kernel = 1;
    a.stride = 1;
    a.pad = 0;
    a.dilation = 1;
    a.out = a.size;
  }
}

/** False with an error recorded unless `t` is [batch,] channels and `dims` sizes; only the batch may be empty. */
export function checkInput(t: Tensor, dims: i32): bool {
  const ndim = t.ndim as i32;
  if (ndim != dims + 1 && ndim != dims + 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(dims + 2);
    factShape(t);
    return false;
  }
  return checkNotEmpty(t, ndim - dims - 1);
}

/** False with an error recorded when a dimension from `first` on has size 0. */
export function checkNotEmpty(t: Tensor, first: i32): bool {
  for (let d = first; d < (t.ndim as i32); d++) {
    if (t.size(d) != 0) continue;
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(t);
    return false;
  }
  return true;
}

/** Item `i` of `list`, which has one item for all axes or one for each. */
function item(list: List, i: i32): i64 {
  return list.int(list.length == 1 ? 0 : i);
}

/** False with BAD_VALUE recorded unless `list` has 1 or `dims` items, from `least` to what fits 31 bits. */
function checkList(list: List, dims: i32, least: i64, index: i32): bool {
  if (list.length != 1 && list.length != (dims as u32)) {
    badValue(index, list.length);
    return false;
  }
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const value = list.int(i);
    if (value >= least && value <= 0x7fff_ffff) continue;
    badValue(index, value);
    return false;
  }
  return true;
}

/**
 * Sets windows and output sizes from an operator's arguments 1 to 4; no `dilation` is 1. Outputs smaller than `least`
 * are refused. `takeAxes` comes first.
 */
export function readWindows(
  dims: i32,
  kernel: List,
  stride: List,
  padding: List,
  dilation: List,
  ceil: bool,
  least: i64,
): bool {
  const strides = stride.length ? stride : kernel;
  const dilated = changetype<usize>(dilation) != 0;
  if (!checkList(kernel, dims, 1, 1) || !checkList(strides, dims, 1, 2)) return false;
  if (!checkList(padding, dims, 0, 3) || (dilated && !checkList(dilation, dims, 1, 4))) return false;
  for (let i = 0; i < dims; i++) {
    const a = axis(AXES - dims + i);
    a.kernel = item(kernel, i);
    a.stride = item(strides, i);
    a.pad = item(padding, i);
    a.dilation = dilated ? item(dilation, i) : 1;
    if (a.pad > a.kernel / 2) {
      badValue(3, a.pad);
      return false;
    }
    const room = a.size + 2 * a.pad - a.dilation * (a.kernel - 1) - 1 + (ceil ? a.stride - 1 : 0);
    a.out = room < 0 ? -((a.stride - 1 - room) / a.stride) + 1 : room / a.stride + 1;
    // A window that begins in the padding after the end does not count.
    if (ceil && (a.out - 1) * a.stride >= a.size + a.pad) a.out--;
    if (a.out >= least) continue;
    fail(ErrorCode.KERNEL_SIZE);
    factInt(a.size + 2 * a.pad);
    factInt(a.kernel);
    return false;
  }
  return true;
}

/** Sets output sizes from `size`, an operator's argument 1, which has as many items as there are axes. */
export function readParts(dims: i32, size: List): bool {
  if (size.length != (dims as u32)) {
    badValue(1, size.length);
    return false;
  }
  if (!checkList(size, dims, 0, 1)) return false;
  for (let i = 0; i < dims; i++) axis(AXES - dims + i).out = size.int(i);
  return true;
}

/** When every axis is divided evenly, sets windows that do the same. */
export function evenParts(): bool {
  for (let i = 0; i < AXES; i++) {
    const a = axis(i);
    if (a.out == 0 || a.size % a.out != 0) return false;
  }
  for (let i = 0; i < AXES; i++) {
    const a = axis(i);
    a.kernel = a.size / a.out;
    a.stride = a.kernel;
  }
  return true;
}

/** Elements of one plane of the input. */
export function planeSize(): usize {
  return (axis(0).size * axis(1).size * axis(2).size) as usize;
}

/** Elements of one plane of the output. */
export function outPlaneSize(): usize {
  return (axis(0).out * axis(1).out * axis(2).out) as usize;
}

/** A new contiguous tensor of `t`'s shape with the output sizes in its last `dims` places; NONE on failure. */
export function pooledTensor(t: Tensor, dims: i32, dtype: DType): Tensor {
  const ndim = min(t.ndim as i32, MAX_DIMS);
  const outer = ndim - dims;
  memory.copy(sizes, t.dims, (outer as usize) << 2);
  for (let i = 0; i < dims; i++) {
    const out = min<i64>(axis(AXES - dims + i).out, 0x7fff_ffff);
    store<i32>(sizes + (((outer + i) as usize) << 2), out as i32);
  }
  return empty(dtype, sizes, ndim);
}
