// Several tensors as one: cat, stack, and their kin.

import { List, newList } from "../core/containers";
import { DType } from "../core/dtype";
import { factInt, factShape, fail } from "../core/error";
import { emptyAs, MemoryFormat, suggestFormat } from "../core/layout";
import { releaseObject } from "../core/object";
import { scratch } from "../core/scratch";
import { clampI32, wrapDim } from "../core/shape";
import { NONE, release, retain, sameSizes, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { copyInto } from "./copy";
import { atleast1d, atleast2d, atleast3d, unsqueeze } from "./dims";
import { promoteAdd, promoteBegin, promoteResult } from "./engine/promote";
import { selectAt, sliceAt } from "./slice";
import { reshapeSizes } from "./view";

/** A one-dimensional tensor without elements, which cat has always passed over, whatever the other shapes. */
function isSkipped(t: Tensor): bool {
  return t.ndim == 1 && t.numel == 0;
}

/** True when the list has a tensor in it; else records EMPTY_LIST. */
function hasTensors(tensors: List): bool {
  if (tensors.length) return true;
  fail(ErrorCode.EMPTY_LIST);
  return false;
}

/** The type that holds the elements of all. */
function commonType(tensors: List): DType {
  promoteBegin();
  for (let i: i32 = 0; i < (tensors.length as i32); i++) promoteAdd(tensors.tensor(i));
  return promoteResult();
}

/** The memory format that all tensors suggest, or CONTIGUOUS. */
function commonFormat(tensors: List): i32 {
  const format = suggestFormat(tensors.tensor(0));
  for (let i: i32 = 1; i < (tensors.length as i32); i++) {
    if (suggestFormat(tensors.tensor(i)) != format) return MemoryFormat.CONTIGUOUS;
  }
  return format;
}

/** True when `t` differs from `model` in dimension `d` only; else records SIZE_MISMATCH. */
function fitsBeside(t: Tensor, model: Tensor, d: i32): bool {
  let fits = t.ndim == model.ndim;
  for (let i: i32 = 0; fits && i < (t.ndim as i32); i++) fits = i == d || t.size(i) == model.size(i);
  if (fits) return true;
  fail(ErrorCode.SIZE_MISMATCH);
  factShape(model);
  factShape(t);
  return false;
}

export function cat(tensors: List, dim: i64): Tensor {
  if (!hasTensors(tensors)) return NONE;
  const count = tensors.length as i32;
  let model = NONE;
  for (let i = 0; i < count; i++) {
    const t = tensors.tensor(i);
    if (t.ndim == 0) {
      fail(ErrorCode.NDIM);
      factInt(0);
      factInt(1);
      factShape(t);
      return NONE;
    }
    if (!changetype<usize>(model) && !isSkipped(t)) model = t;
  }
  const first = changetype<usize>(model) ? model : tensors.tensor(0);
  const d = changetype<usize>(model) ? wrapDim(dim, first.ndim) : 0;
  const sizes = d < 0 ? 0 : scratch((first.ndim as u64) << 2);
  if (!sizes) return NONE;
  let sum: i64 = 0;
  for (let i = 0; i < count; i++) {
    const t = tensors.tensor(i);
    if (isSkipped(t)) continue;
    if (!fitsBeside(t, first, d)) return NONE;
    sum += t.size(d);
  }
  memory.copy(sizes, first.dims, (first.ndim as usize) << 2);
  store<i32>(sizes + ((d as usize) << 2), clampI32(sum));
  const out = emptyAs(commonType(tensors), sizes, first.ndim, commonFormat(tensors));
  if (!changetype<usize>(out)) return out;
  let start: i32 = 0;
  for (let i = 0; i < count; i++) {
    const t = tensors.tensor(i);
    if (isSkipped(t)) continue;
    if (!writePart(out, d, start, t)) return NONE;
    start += t.size(d);
  }
  return out;
}

/** Writes `t` into `out` from place `start` of dimension `d` on; false, and `out` released, when that fails. */
export function writePart(out: Tensor, d: i32, start: i32, t: Tensor): bool {
  const part = sliceAt(out, d, start, t.size(d), 1);
  const done = changetype<usize>(part) != 0 && copyInto(part, t);
  release(part);
  if (!done) release(out);
  return done;
}

export function stack(tensors: List, dim: i64): Tensor {
  if (!hasTensors(tensors)) return NONE;
  const first = tensors.tensor(0);
  const ndim = first.ndim as i32;
  const d = wrapDim(dim, ndim + 1);
  const sizes = d < 0 ? 0 : scratch(((ndim as u64) + 1) << 2);
  if (!sizes) return NONE;
  const count = tensors.length as i32;
  for (let i: i32 = 1; i < count; i++) {
    if (sameSizes(tensors.tensor(i), first)) continue;
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(first);
    factShape(tensors.tensor(i));
    return NONE;
  }
  const before = (d as usize) << 2;
  memory.copy(sizes, first.dims, before);
  store<i32>(sizes + before, count);
  memory.copy(sizes + before + 4, first.dims + before, ((ndim as usize) << 2) - before);
  const out = emptyAs(commonType(tensors), sizes, ndim + 1, stackFormat(tensors, d));
  if (!changetype<usize>(out)) return out;
  for (let i: i32 = 0; i < count; i++) {
    const part = selectAt(out, d, i);
    const done = changetype<usize>(part) != 0 && copyInto(part, tensors.tensor(i));
    release(part);
    if (done) continue;
    release(out);
    return NONE;
  }
  return out;
}

/** The memory format that all tensors suggest once they have the new dimension `d`, or CONTIGUOUS. */
function stackFormat(tensors: List, d: i32): i32 {
  let format: i32 = MemoryFormat.CONTIGUOUS;
  for (let i: i32 = 0; i < (tensors.length as i32); i++) {
    const v = unsqueeze(tensors.tensor(i), d);
    if (!changetype<usize>(v)) return MemoryFormat.CONTIGUOUS;
    const own = suggestFormat(v);
    release(v);
    if (own == MemoryFormat.CONTIGUOUS || (i > 0 && own != format)) return MemoryFormat.CONTIGUOUS;
    format = own;
  }
  return format;
}

/** cat along `dim` (1: along 0 where the first has one dimension) after giving each tensor `least` dimensions. */
function catGrown(tensors: List, least: i32, dim: i64): Tensor {
  const grown = newList(tensors.length);
  if (!changetype<usize>(grown)) return NONE;
  let done = hasTensors(tensors);
  for (let i: i32 = 0; done && i < (tensors.length as i32); i++) {
    const t = tensors.tensor(i);
    const g = least == 1 ? atleast1d(t) : least == 2 ? atleast2d(t) : least == 3 ? atleast3d(t) : column(t);
    grown.at(i).setTensor(g);
    done = changetype<usize>(g) != 0;
  }
  const flat = done && least == 1 && grown.tensor(0).ndim == 1;
  const out = done ? cat(grown, flat ? 0 : dim) : NONE;
  releaseObject(changetype<usize>(grown));
  return out;
}

/** Vectors and numbers as one column; matrices and more as they are. */
function column(t: Tensor): Tensor {
  if (t.ndim > 1) return retain(t);
  const sizes = scratch(8);
  if (!sizes) return NONE;
  store<i32>(sizes, t.numel);
  store<i32>(sizes, 1, 4);
  return reshapeSizes(t, sizes, 2);
}

export function hstack(tensors: List): Tensor {
  return catGrown(tensors, 1, 1);
}

export function vstack(tensors: List): Tensor {
  return catGrown(tensors, 2, 0);
}

export function dstack(tensors: List): Tensor {
  return catGrown(tensors, 3, 2);
}

export function columnStack(tensors: List): Tensor {
  return catGrown(tensors, 0, 1);
}
