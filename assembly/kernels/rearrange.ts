// Elements in another arrangement: meshgrid, pixel_shuffle, pixel_unshuffle, channel_shuffle.

import { List, newList, Str } from "../core/containers";
import { dtypeShift } from "../core/dtype";
import { badValue, factDtype, factInt, factShape, factText, fail } from "../core/error";
import { emptyAs, suggestFormat } from "../core/layout";
import { releaseObject } from "../core/object";
import { scratch } from "../core/scratch";
import { checkNdim, clampI32 } from "../core/shape";
import { NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { expandTo } from "./dims";
import { copyStrided } from "./engine/strided";
import { viewSizes } from "./view";

const NO_LIST: List = changetype<List>(0);

function put(p: usize, i: i32, value: i32): void {
  store<i32>(p + ((i as usize) << 2), value);
}

/** True when all are vectors or numbers of one dtype; else records why not. */
function checkAxes(tensors: List): bool {
  if (tensors.length == 0) {
    fail(ErrorCode.EMPTY_LIST);
    return false;
  }
  for (let i: i32 = 0; i < (tensors.length as i32); i++) {
    const t = tensors.tensor(i);
    if (t.ndim > 1) {
      fail(ErrorCode.NDIM);
      factInt(0);
      factInt(1);
      factShape(t);
      return false;
    }
    if (t.dtype != tensors.tensor(0).dtype) {
      fail(ErrorCode.DTYPE_MISMATCH);
      factDtype(tensors.tensor(0).dtype);
      factDtype(t.dtype);
      return false;
    }
  }
  return checkNdim(tensors.length);
}

/** Tensor `from` of the list along dimension `d` of the grid. */
function axis(tensors: List, from: i32, d: i32, sizes: usize, ones: usize): Tensor {
  const ndim = tensors.length as i32;
  const t = tensors.tensor(from);
  for (let i = 0; i < ndim; i++) put(ones, i, i == d ? (t.numel as i32) : 1);
  const v = viewSizes(t, ones, ndim);
  if (!changetype<usize>(v)) return v;
  const grid = expandTo(v, sizes, ndim, false);
  release(v);
  return grid;
}

/** The coordinates of a grid; `swap` exchanges the roles of its first two dimensions. */
function grids(tensors: List, swap: bool): List {
  if (!checkAxes(tensors)) return NO_LIST;
  const ndim = tensors.length as i32;
  const bytes = (ndim as u64) << 2;
  const sizes = scratch(2 * bytes);
  const list = sizes ? newList(ndim) : NO_LIST;
  if (!changetype<usize>(list)) return list;
  const swaps = swap && ndim >= 2;
  for (let i = 0; i < ndim; i++) put(sizes, i, tensors.tensor(swaps && i < 2 ? 1 - i : i).numel as i32);
  for (let i = 0; i < ndim; i++) {
    const d = swaps && i < 2 ? 1 - i : i;
    const grid = axis(tensors, i, d, sizes, sizes + (bytes as usize));
    list.at(i).setTensor(grid);
    if (changetype<usize>(grid)) continue;
    releaseObject(changetype<usize>(list));
    return NO_LIST;
  }
  return list;
}

export function meshgrid(tensors: List): List {
  return grids(tensors, false);
}

/** `ij`: dimension i of the grid runs along tensor i; `xy`: the first two change places. */
export function meshgridIndexing(tensors: List, indexing: Str): List {
  const two = indexing.bytes == 2 ? load<u16>(indexing.text) : 0;
  if (two == 0x6a69) return grids(tensors, false);
  if (two == 0x7978) return grids(tensors, true);
  fail(ErrorCode.BAD_TEXT);
  factInt(1);
  factText(indexing.text, indexing.bytes);
  return NO_LIST;
}

/** True when `t` has at least three dimensions and `factor` is positive; else records why not. */
function checkImage(t: Tensor, factor: i64): bool {
  if (t.ndim < 3) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(3);
    factShape(t);
    return false;
  }
  if (factor > 0 && factor <= 46340) return true;
  badValue(1, factor);
  return false;
}

/** True when `size` is a multiple of `factor`; else records SIZE_MISMATCH. */
function checkMultiple(t: Tensor, size: i32, factor: i32): bool {
  if (size % factor == 0) return true;
  fail(ErrorCode.CHANNELS);
  factInt((size / factor + 1) * factor);
  factInt(size);
  return false;
}

/**
 * Moves r × r groups between channels and pixels. Both tensors are seen with dimensions
 * (batch …, channel, row part, column part, height, width), of which `small` has all and `large` has
 * height and row part, and width and column part, as one.
 */
function movePixels(small: Tensor, large: Tensor, r: i32, enlarge: bool): bool {
  const batch = (small.ndim as i32) - 3;
  const ndim = batch + 5;
  const dims = scratch((ndim as u64) * 12);
  if (!dims) return false;
  const s = dims + ((ndim as usize) << 2);
  const l = s + ((ndim as usize) << 2);
  for (let i = 0; i < batch; i++) {
    put(dims, i, small.size(i));
    put(s, i, small.stride(i));
    put(l, i, large.stride(i));
  }
  const channel = small.stride(batch);
  put(dims, batch, large.size(batch));
  put(s, batch, channel * r * r);
  put(l, batch, large.stride(batch));
  for (let k: i32 = 0; k < 2; k++) {
    put(dims, batch + 1 + k, r);
    put(s, batch + 1 + k, k ? channel : channel * r);
    put(l, batch + 1 + k, large.stride(batch + 1 + k));
    put(dims, batch + 3 + k, small.size(batch + 1 + k));
    put(s, batch + 3 + k, small.stride(batch + 1 + k));
    put(l, batch + 3 + k, large.stride(batch + 1 + k) * r);
  }
  const shift = dtypeShift(small.dtype) as i32;
  if (enlarge) copyStrided(large.data, small.data, shift, ndim, dims, l, s);
  else copyStrided(small.data, large.data, shift, ndim, dims, s, l);
  return true;
}

/** A tensor like `self` with other sizes of its last three dimensions; NONE with an error recorded. */
function emptyImage(self: Tensor, channels: i64, height: i64, width: i64): Tensor {
  const batch = (self.ndim as i32) - 3;
  const sizes = scratch((self.ndim as u64) << 2);
  if (!sizes) return NONE;
  memory.copy(sizes, self.dims, (batch as usize) << 2);
  put(sizes, batch, clampI32(channels));
  put(sizes, batch + 1, clampI32(height));
  put(sizes, batch + 2, clampI32(width));
  return emptyAs(self.dtype, sizes, self.ndim, suggestFormat(self));
}

/** `out`, or NONE with it released when the move failed. */
function moved(out: Tensor, done: bool): Tensor {
  if (done) return out;
  release(out);
  return NONE;
}

/** (…, c r², h, w) as (…, c, h r, w r) */
export function pixelShuffle(self: Tensor, upscaleFactor: i64): Tensor {
  if (!checkImage(self, upscaleFactor)) return NONE;
  const r = upscaleFactor as i32;
  const batch = (self.ndim as i32) - 3;
  const channels = self.size(batch);
  if (!checkMultiple(self, channels, r * r)) return NONE;
  const height = (self.size(batch + 1) as i64) * upscaleFactor;
  const out = emptyImage(self, channels / (r * r), height, (self.size(batch + 2) as i64) * upscaleFactor);
  if (!changetype<usize>(out) || out.numel == 0) return out;
  return moved(out, movePixels(self, out, r, true));
}

/** (…, c, h r, w r) as (…, c r², h, w) */
export function pixelUnshuffle(self: Tensor, downscaleFactor: i64): Tensor {
  if (!checkImage(self, downscaleFactor)) return NONE;
  const r = downscaleFactor as i32;
  const batch = (self.ndim as i32) - 3;
  const height = self.size(batch + 1);
  const width = self.size(batch + 2);
  if (!checkMultiple(self, height, r) || !checkMultiple(self, width, r)) return NONE;
  const channels = (self.size(batch) as i64) * downscaleFactor * downscaleFactor;
  const out = emptyImage(self, channels, height / r, width / r);
  if (!changetype<usize>(out) || out.numel == 0) return out;
  return moved(out, movePixels(out, self, r, false));
}

/** Dimension 1 seen as (groups, n), transposed to (n, groups). */
export function channelShuffle(self: Tensor, groups: i64): Tensor {
  if (!checkImage(self, groups)) return NONE;
  const g = groups as i32;
  if (!checkMultiple(self, self.size(1), g)) return NONE;
  const out = emptyAs(self.dtype, self.dims, self.ndim, suggestFormat(self));
  const ndim = (self.ndim as i32) + 1;
  const dims = changetype<usize>(out) ? scratch((ndim as u64) * 12) : 0;
  if (!dims) return moved(out, false);
  if (out.numel == 0) return out;
  const from = dims + ((ndim as usize) << 2);
  const to = from + ((ndim as usize) << 2);
  for (let i: i32 = 0; i < (self.ndim as i32); i++) {
    const k = i <= 1 ? i : i + 1;
    put(dims, k, self.size(i));
    put(from, k, self.stride(i));
    put(to, k, out.stride(i));
  }
  const n = self.size(1) / g;
  put(dims, 1, g);
  put(from, 1, self.stride(1) * n);
  put(to, 1, out.stride(1));
  put(dims, 2, n);
  put(from, 2, self.stride(1));
  put(to, 2, out.stride(1) * g);
  copyStrided(out.data, self.data, dtypeShift(self.dtype) as i32, ndim, dims, to, from);
  return out;
}
