// Geometry of windows that slide over one to three spatial dimensions: convolutions and pooling.
//
// A window is described along depth, height and width (axes 0, 1, 2); fewer spatial dimensions leave the outer axes at
// size 1, kernel 1, stride 1, padding 0, dilation 1.

import { List } from "../../core/containers";
import { badValue, factInt, factShape, factSizes, fail } from "../../core/error";
import { Tensor } from "../../core/tensor";
import { ErrorCode } from "../../errors.gen";

export const AXES: i32 = 3;

/** Along one axis; `Axis.at(i)` stands in static memory and is valid until the next operator. */
@unmanaged
export class Axis {
  size: i64;
  kernel: i64;
  stride: i64;
  /** Before the first element; `padEnd` after the last. */
  pad: i64;
  padEnd: i64;
  dilation: i64;
  out: i64;
  /** What a transposed convolution adds to its output. */
  outPad: i64;

  @inline static at(i: i32): Axis {
    return changetype<Axis>(axes + (i as usize) * offsetof<Axis>());
  }
}

const axes: usize = memory.data(192, 16); // Axis[AXES]
const given: usize = memory.data(16, 16); // i32 for messages

/** Sizes, strides and paddings from here on would not fit the engines' 32 bits. */
const LIMIT: i64 = 0x3fff_ffff;

/** Makes all axes trivial. */
export function beginWindow(): void {
  for (let i = 0; i < AXES; i++) {
    const a = Axis.at(i);
    a.size = 1;
    a.kernel = 1;
    a.stride = 1;
    a.pad = 0;
    a.padEnd = 0;
    a.dilation = 1;
    a.out = 1;
    a.outPad = 0;
  }
}

/** Item `i` of a list of `spatial` numbers, or of one that stands for all. */
export function listAt(list: List, i: i32): i64 {
  return list.int(list.length == 1 ? 0 : i);
}

/** True when argument `arg` is a list of one or of `spatial` numbers of at least `least`; else records why not. */
export function checkWindowList(list: List, spatial: i32, arg: i32, least: i64): bool {
  if (list.length != 1 && list.length != spatial) {
    fail(ErrorCode.BAD_ARITY);
    factInt(spatial);
    factInt(list.length);
    return false;
  }
  for (let i = 0; i < (list.length as i32); i++) {
    if (list.int(i) >= least && list.int(i) <= LIMIT) continue;
    badValue(arg, list.int(i));
    return false;
  }
  return true;
}

/** Records that the kernel does not fit the padded input; gives false. */
export function kernelTooLarge(spatial: i32): bool {
  fail(ErrorCode.KERNEL_SIZE);
  for (let i = 0; i < spatial; i++) {
    const a = Axis.at(AXES - spatial + i);
    store<i32>(given + ((i as usize) << 2), (a.size + a.pad + a.padEnd) as i32);
  }
  factSizes(given, spatial);
  for (let i = 0; i < spatial; i++) {
    const a = Axis.at(AXES - spatial + i);
    store<i32>(given + ((i as usize) << 2), (a.dilation * (a.kernel - 1) + 1) as i32);
  }
  factSizes(given, spatial);
  return false;
}

/** True when `t`, argument `arg`, has `spatial` + 1 (no batch) or `spatial` + 2 dimensions; else records NDIM. */
export function checkImage(t: Tensor, arg: i32, spatial: i32): bool {
  const ndim = t.ndim as i32;
  if (ndim == spatial + 1 || ndim == spatial + 2) return true;
  fail(ErrorCode.NDIM);
  factInt(arg);
  factInt(spatial + 2);
  factShape(t);
  return false;
}
