// Several views of one tensor: chunk, split, tensor_split, unbind, and their kin; broadcasting of several tensors.

import { List, newList } from "../core/containers";
import { DType } from "../core/dtype";
import { badValue, factInt, factShape, factSizes, fail } from "../core/error";
import { releaseObject } from "../core/object";
import { scratch } from "../core/scratch";
import { wrapDimOf } from "../core/shape";
import { MAX_DIMS, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { atleast1d, atleast2d, atleast3d, expandTo } from "./dims";
import { readIntAt } from "./scalar";
import { selectAt, sliceAt } from "./slice";

const NO_LIST: List = changetype<List>(0);

/** A list for `count` tensors; null with an error recorded when there are too many. */
function tensorList(count: i64): List {
  return newList(min<i64>(count, i32.MAX_VALUE) as u32);
}

/** Puts `t` into place `i`; false, with the list released, when there is no tensor. */
function place(list: List, i: i32, t: Tensor): bool {
  list.at(i).setTensor(t);
  if (changetype<usize>(t)) return true;
  releaseObject(changetype<usize>(list));
  return false;
}

/** Pieces of `size` places each along dimension `d`; the last may be smaller. `count` ≥ 1 pieces. */
function pieces(t: Tensor, d: i32, size: i64, count: i64): List {
  const list = tensorList(count);
  if (!changetype<usize>(list)) return list;
  const whole = t.size(d) as i64;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const start = min<i64>((i as i64) * size, whole);
    const length = min<i64>(size, whole - start);
    if (!place(list, i, sliceAt(t, d, start as i32, length as i32, 1))) return NO_LIST;
  }
  return list;
}

export function chunk(self: Tensor, chunks: i64, dim: i64): List {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NO_LIST;
  if (chunks <= 0) {
    badValue(1, chunks);
    return NO_LIST;
  }
  const whole = self.size(d) as i64;
  if (whole == 0) return pieces(self, d, 0, chunks);
  const size = (whole - 1) / chunks + 1;
  return pieces(self, d, size, (whole - 1) / size + 1);
}

export function split(self: Tensor, splitSize: i64, dim: i64): List {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NO_LIST;
  const whole = self.size(d) as i64;
  if (splitSize < 0 || (splitSize == 0 && whole != 0)) {
    badValue(1, splitSize);
    return NO_LIST;
  }
  return pieces(self, d, min<i64>(splitSize, whole), whole ? (whole - 1) / splitSize + 1 : 1);
}

export function splitSizes(self: Tensor, sizes: List, dim: i64): List {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NO_LIST;
  const whole = self.size(d) as i64;
  let sum: i64 = 0;
  for (let i: i32 = 0; i < (sizes.length as i32); i++) {
    const size = sizes.int(i);
    if (size < 0) {
      badValue(1, size);
      return NO_LIST;
    }
    if (sum <= whole) sum += min<i64>(size, whole + 1);
  }
  if (sum != whole) {
    fail(ErrorCode.SPLIT_SIZES);
    factInt(sum);
    factInt(whole);
    return NO_LIST;
  }
  const list = tensorList(sizes.length);
  if (!changetype<usize>(list)) return list;
  let start: i32 = 0;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const size = sizes.int(i) as i32;
    if (!place(list, i, sliceAt(self, d, start, size, 1))) return NO_LIST;
    start += size;
  }
  return list;
}

export function tensorSplitSections(self: Tensor, sections: i64, dim: i64): List {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NO_LIST;
  if (sections <= 0) {
    badValue(1, sections);
    return NO_LIST;
  }
  const list = tensorList(sections);
  if (!changetype<usize>(list)) return list;
  const whole = self.size(d) as i64;
  const extra = whole % sections;
  let start: i32 = 0;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const size = (whole / sections + ((i as i64) < extra ? 1 : 0)) as i32;
    if (!place(list, i, sliceAt(self, d, start, size, 1))) return NO_LIST;
    start += size;
  }
  return list;
}

/** The `index`-th cut, from a list or a one-dimensional tensor, as a place of dimension `d`. */
function cut(indices: List, tensor: Tensor, index: i32, size: i64): i64 {
  const at = changetype<usize>(indices) ? indices.int(index) : readIntAt(tensor, index);
  return max<i64>(0, min<i64>(at < 0 ? at + size : at, size));
}

/** Views between the cuts that a list or, where it is null, a one-dimensional tensor names. */
function splitAtCuts(self: Tensor, indices: List, tensor: Tensor, d: i32): List {
  const cuts = (changetype<usize>(indices) ? indices.length : tensor.numel) as i32;
  const list = tensorList((cuts as i64) + 1);
  if (!changetype<usize>(list)) return list;
  const size = self.size(d) as i64;
  let start: i64 = 0;
  for (let i = 0; i <= cuts; i++) {
    const end = i < cuts ? cut(indices, tensor, i, size) : size;
    const length = max<i64>(end - start, 0);
    if (!place(list, i, sliceAt(self, d, start as i32, length as i32, 1))) return NO_LIST;
    start = end;
  }
  return list;
}

export function tensorSplitIndices(self: Tensor, indices: List, dim: i64): List {
  const d = wrapDimOf(dim, self);
  return d < 0 ? NO_LIST : splitAtCuts(self, indices, changetype<Tensor>(0), d);
}

/** The sections (a 0-dimensional int64 tensor) or the cuts (a one-dimensional one). */
export function tensorSplitTensor(self: Tensor, which: Tensor, dim: i64): List {
  if (which.dtype != DType.INT64 || which.ndim > 1) {
    fail(ErrorCode.NDIM);
    factInt(1);
    factInt(1);
    factShape(which);
    return NO_LIST;
  }
  if (which.ndim == 0) return tensorSplitSections(self, readIntAt(which, 0), dim);
  const d = wrapDimOf(dim, self);
  return d < 0 ? NO_LIST : splitAtCuts(self, NO_LIST, which, d);
}

/** True when `t` has at least `least` dimensions; else records NDIM. */
function hasDims(t: Tensor, least: i32): bool {
  if ((t.ndim as i32) >= least) return true;
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(least);
  factShape(t);
  return false;
}

/** Equal sections of dimension `d`, into which its size must divide. */
function equalSections(self: Tensor, sections: i64, d: i32): List {
  if (sections > 0 && (self.size(d) as i64) % sections == 0) return tensorSplitSections(self, sections, d);
  badValue(1, sections);
  return NO_LIST;
}

export function hsplitInt(self: Tensor, sections: i64): List {
  return hasDims(self, 1) ? equalSections(self, sections, self.ndim == 1 ? 0 : 1) : NO_LIST;
}

export function hsplitArray(self: Tensor, indices: List): List {
  return hasDims(self, 1) ? tensorSplitIndices(self, indices, self.ndim == 1 ? 0 : 1) : NO_LIST;
}

export function vsplitInt(self: Tensor, sections: i64): List {
  return hasDims(self, 2) ? equalSections(self, sections, 0) : NO_LIST;
}

export function vsplitArray(self: Tensor, indices: List): List {
  return hasDims(self, 2) ? tensorSplitIndices(self, indices, 0) : NO_LIST;
}

export function dsplitInt(self: Tensor, sections: i64): List {
  return hasDims(self, 3) ? equalSections(self, sections, 2) : NO_LIST;
}

export function dsplitArray(self: Tensor, indices: List): List {
  return hasDims(self, 3) ? tensorSplitIndices(self, indices, 2) : NO_LIST;
}

export function unbind(self: Tensor, dim: i64): List {
  const d = wrapDimOf(dim, self);
  if (d < 0) return NO_LIST;
  const list = tensorList(self.size(d));
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    if (!place(list, i, selectAt(self, d, i))) return NO_LIST;
  }
  return list;
}

/** Dimensions of the shape that was broadcast last. */
export let broadcastNdim: i32 = 0;

/** Starts a broadcast shape of no dimensions: room for i32 sizes in scratch memory, right-aligned; 0 on failure. */
function broadcastBegin(): usize {
  broadcastNdim = 0;
  return scratch((MAX_DIMS as u64) << 2);
}

/** Lets `t` take part in the shape at `sizes`; false with BROADCAST recorded when it does not fit. */
function broadcastAdd(sizes: usize, t: Tensor): bool {
  const ndim = t.ndim as i32;
  const more = ndim - broadcastNdim;
  if (more > 0) {
    memory.copy(sizes + ((more as usize) << 2), sizes, (broadcastNdim as usize) << 2);
    for (let d = 0; d < more; d++) store<i32>(sizes + ((d as usize) << 2), 1);
    broadcastNdim = ndim;
  }
  const pad = broadcastNdim - ndim;
  for (let d = pad; d < broadcastNdim; d++) {
    const at = sizes + ((d as usize) << 2);
    const size = t.size(d - pad);
    const have = load<i32>(at);
    if (size == have || size == 1) continue;
    if (have != 1) {
      fail(ErrorCode.BROADCAST);
      factSizes(sizes, broadcastNdim);
      factShape(t);
      factInt(d);
      return false;
    }
    store<i32>(at, size);
  }
  return true;
}

/** The shape that two tensors broadcast to, `broadcastNdim` i32 in scratch memory; 0 with an error recorded. */
export function broadcastPair(a: Tensor, b: Tensor): usize {
  const sizes = broadcastBegin();
  return sizes && broadcastAdd(sizes, a) && broadcastAdd(sizes, b) ? sizes : 0;
}

/** As `broadcastPair`, of all tensors of a list. */
function broadcastSizes(tensors: List): usize {
  const sizes = broadcastBegin();
  if (!sizes) return 0;
  for (let i: i32 = 0; i < (tensors.length as i32); i++) {
    if (!broadcastAdd(sizes, tensors.tensor(i))) return 0;
  }
  return sizes;
}

export function broadcastTensors(tensors: List): List {
  const sizes = broadcastSizes(tensors);
  const list = sizes ? tensorList(tensors.length) : NO_LIST;
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    if (!place(list, i, expandTo(tensors.tensor(i), sizes, broadcastNdim, false))) return NO_LIST;
  }
  return list;
}

/** Each tensor of a list with at least `count` (1, 2 or 3) dimensions. */
function atleastList(tensors: List, count: i32): List {
  const list = tensorList(tensors.length);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (list.length as i32); i++) {
    const t = tensors.tensor(i);
    const grown = count == 1 ? atleast1d(t) : count == 2 ? atleast2d(t) : atleast3d(t);
    if (!place(list, i, grown)) return NO_LIST;
  }
  return list;
}

export function atleast1dList(tensors: List): List {
  return atleastList(tensors, 1);
}

export function atleast2dList(tensors: List): List {
  return atleastList(tensors, 2);
}

export function atleast3dList(tensors: List): List {
  return atleastList(tensors, 3);
}
