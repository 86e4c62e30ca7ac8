// Sliding blocks of images: im2col lays every block out as a column, col2im adds the columns back.
//
//   image (n, c, h, w)  ⇄  columns (n, c · kh · kw, blocks)

import { List } from "../core/containers";
import { DType, dtypeShift } from "../core/dtype";
import { badValue, factInt, factShape, factSizes, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { clampI32 } from "../core/shape";
import { empty, NONE, release, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { contiguousCopy } from "./copy";
import { Combine, combineElement } from "./engine/combine";

// The running call: [height, width] each.
let height: i32 = 0;
let width: i32 = 0;
let kernelH: i32 = 0;
let kernelW: i32 = 0;
let dilationH: i32 = 0;
let dilationW: i32 = 0;
let padH: i32 = 0;
let padW: i32 = 0;
let strideH: i32 = 0;
let strideW: i32 = 0;
let blocksH: i32 = 0;
let blocksW: i32 = 0;

/** True when the list holds two numbers from `least` on that fit comfortably; else records why not. */
function checkPair(list: List, least: i64, argument: i32): bool {
  if (list.length != 2) {
    fail(ErrorCode.BAD_ARITY);
    factInt(2);
    factInt(list.length);
    return false;
  }
  for (let i: i32 = 0; i < 2; i++) {
    const x = list.int(i);
    if (x >= least && x <= 0x3fff_ffff) continue;
    badValue(argument, x);
    return false;
  }
  return true;
}

function countBlocks(size: i32, kernel: i32, dilation: i32, pad: i32, stride: i32): i64 {
  const span = (dilation as i64) * ((kernel as i64) - 1) + 1;
  const room = (size as i64) + 2 * (pad as i64) - span;
  return room < 0 ? 0 : room / (stride as i64) + 1;
}

/** Reads the geometry for images of h × w; false with an error recorded when no block fits. */
function setUp(h: i32, w: i32, kernel: List, dilation: List, padding: List, stride: List, first: i32): bool {
  if (!checkPair(kernel, 1, first) || !checkPair(dilation, 1, first + 1)) return false;
  if (!checkPair(padding, 0, first + 2) || !checkPair(stride, 1, first + 3)) return false;
  height = h;
  width = w;
  kernelH = kernel.int(0) as i32;
  kernelW = kernel.int(1) as i32;
  dilationH = dilation.int(0) as i32;
  dilationW = dilation.int(1) as i32;
  padH = padding.int(0) as i32;
  padW = padding.int(1) as i32;
  strideH = stride.int(0) as i32;
  strideW = stride.int(1) as i32;
  const rows = countBlocks(h, kernelH, dilationH, padH, strideH);
  const columns = countBlocks(w, kernelW, dilationW, padW, strideW);
  if (rows < 1 || columns < 1 || rows * columns > i32.MAX_VALUE) {
    fail(ErrorCode.KERNEL_SIZE);
    factInt(rows < 1 ? (h as i64) + 2 * padH : (w as i64) + 2 * padW);
    factInt(rows < 1 ? kernelH : kernelW);
    return false;
  }
  blocksH = rows as i32;
  blocksW = columns as i32;
  return true;
}

function badImage(t: Tensor, ndim: i32): Tensor {
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(ndim);
  factShape(t);
  return NONE;
}

/** True when `t` has `ndim` dimensions or, without a batch, one less; only a batch may be empty. */
function checkBatch(t: Tensor, ndim: i32): bool {
  const own = t.ndim as i32;
  let fits = own == ndim || own == ndim - 1;
  for (let i = own == ndim ? 1 : 0; fits && i < own; i++) fits = t.size(i) != 0;
  if (!fits) badImage(t, ndim);
  return fits;
}

/** A new tensor of sizes [batch] + the `count` given ones; without a batch where `like` has `bare` dimensions. */
function emptyBatch(like: Tensor, bare: i32, sizes: usize, count: i32): Tensor {
  const batched = (like.ndim as i32) > bare;
  const all = scratch(32);
  if (!all) return NONE;
  if (batched) store<i32>(all, like.size(0));
  memory.copy(all + (batched ? 4 : 0), sizes, (count as usize) << 2);
  return empty(like.dtype, all, batched ? count + 1 : count);
}

const sizes: usize = memory.data(16, 16);

function zero(to: usize, bytes: usize): void {
  memory.fill(to, 0, bytes);
}

function moveOne(to: usize, from: usize, shift: i32): void {
  if (shift == 2) store<u32>(to, load<u32>(from));
  else if (shift == 3) store<u64>(to, load<u64>(from));
  else if (shift == 1) store<u16>(to, load<u16>(from));
  else store<u8>(to, load<u8>(from));
}

/** One row of columns: kernel place (kh, kw) of every block of the image at `src`. */
function unfoldRow(dst: usize, src: usize, kh: i32, kw: i32, shift: i32): void {
  const bytes = (1 as usize) << (shift as usize);
  for (let by: i32 = 0; by < blocksH; by++) {
    const y = (by as i64) * strideH - padH + (kh as i64) * dilationH;
    const inside = y >= 0 && y < (height as i64);
    for (let bx: i32 = 0; bx < blocksW; bx++) {
      const x = (bx as i64) * strideW - padW + (kw as i64) * dilationW;
      if (inside && x >= 0 && x < (width as i64)) {
        moveOne(dst, src + (((y as i32) * width + (x as i32)) << shift), shift);
      } else {
        zero(dst, bytes);
      }
      dst += bytes;
    }
  }
}

/** Adds a row of columns back to where its elements came from. */
function foldRow(dst: usize, src: usize, kh: i32, kw: i32, dtype: DType): void {
  const shift = dtypeShift(dtype) as i32;
  for (let by: i32 = 0; by < blocksH; by++) {
    const y = (by as i64) * strideH - padH + (kh as i64) * dilationH;
    const inside = y >= 0 && y < (height as i64);
    for (let bx: i32 = 0; bx < blocksW; bx++) {
      const x = (bx as i64) * strideW - padW + (kw as i64) * dilationW;
      if (inside && x >= 0 && x < (width as i64)) {
        combineElement(dst + (((y as i32) * width + (x as i32)) << shift), src, dtype, Combine.ADD);
      }
      src += (1 as usize) << (shift as usize);
    }
  }
}

export function im2col(self: Tensor, kernel: List, dilation: List, padding: List, stride: List): Tensor {
  const ndim = self.ndim as i32;
  if (!checkBatch(self, 4)) return NONE;
  if (!setUp(self.size(ndim - 2), self.size(ndim - 1), kernel, dilation, padding, stride, 1)) return NONE;
  const channels = self.size(ndim - 3);
  store<i32>(sizes, clampI32((channels as i64) * (kernelH as i64) * (kernelW as i64)));
  store<i32>(sizes, blocksH * blocksW, 4);
  const out = emptyBatch(self, 3, sizes, 2);
  if (!changetype<usize>(out) || out.numel == 0) return out;
  const src = contiguousCopy(self);
  if (!changetype<usize>(src)) {
    release(out);
    return NONE;
  }
  const shift = dtypeShift(self.dtype) as i32;
  const planes = self.numel / (height * width);
  const plane = ((height * width) as usize) << (shift as usize);
  const row = ((blocksH * blocksW) as usize) << (shift as usize);
  let from = src.data;
  let to = out.data;
  for (let p: u32 = 0; p < planes; p++) {
    for (let kh: i32 = 0; kh < kernelH; kh++) {
      for (let kw: i32 = 0; kw < kernelW; kw++) {
        unfoldRow(to, from, kh, kw, shift);
        to += row;
      }
    }
    from += plane;
  }
  release(src);
  return out;
}

export function col2im(
  self: Tensor,
  outputSize: List,
  kernel: List,
  dilation: List,
  padding: List,
  stride: List,
): Tensor {
  const ndim = self.ndim as i32;
  if (!checkBatch(self, 3) || !checkPair(outputSize, 1, 1)) return NONE;
  const h = outputSize.int(0) as i32;
  const w = outputSize.int(1) as i32;
  if (!setUp(h, w, kernel, dilation, padding, stride, 2)) return NONE;
  const rows = self.size(ndim - 2) as i64;
  const places = (kernelH as i64) * (kernelW as i64);
  if (rows % places != 0 || self.size(ndim - 1) != blocksH * blocksW) {
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(self);
    store<i32>(sizes, clampI32(places));
    store<i32>(sizes, blocksH * blocksW, 4);
    factSizes(sizes, 2);
    return NONE;
  }
  store<i32>(sizes, (rows / places) as i32);
  store<i32>(sizes, h, 4);
  store<i32>(sizes, w, 8);
  const out = emptyBatch(self, 2, sizes, 3);
  if (!changetype<usize>(out) || out.numel == 0) return out;
  const src = contiguousCopy(self);
  if (!changetype<usize>(src)) {
    release(out);
    return NONE;
  }
  const shift = dtypeShift(self.dtype);
  zero(out.data, (out.numel as usize) << shift);
  const plane = ((h * w) as usize) << shift;
  const row = ((blocksH * blocksW) as usize) << shift;
  const planes = out.numel / (h * w);
  let from = src.data;
  let to = out.data;
  for (let p: u32 = 0; p < planes; p++) {
    for (let kh: i32 = 0; kh < kernelH; kh++) {
      for (let kw: i32 = 0; kw < kernelW; kw++) {
        foldRow(to, from, kh, kw, self.dtype);
        from += row;
      }
    }
    to += plane;
  }
  release(src);
  return out;
}
