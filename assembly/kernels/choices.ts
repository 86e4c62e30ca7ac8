// Selections of elements: combinations, cartesian_prod, block_diag.

import { List } from "../core/containers";
import { DType, dtypeShift } from "../core/dtype";
import { badValue, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { empty, isNone, NONE, release, retain, Tensor } from "../core/tensor";
import { ErrorCode } from "../errors.gen";
import { copyInto } from "./copy";
import { sameDtype } from "./engine/product";
import { promoteAdd, promoteBegin, promoteResult } from "./engine/promote";
import { moveElement } from "./engine/walk";
import { sliceAt } from "./slice";

const sizes: usize = memory.data(16, 16);
const MOST: i64 = 0x7fff_ffff;

function matrix(dtype: DType, rows: i64, columns: i64): Tensor {
  if (rows > MOST || columns > MOST) {
    fail(ErrorCode.TOO_MANY_ELEMENTS);
    factInt(rows);
    return NONE;
  }
  store<i32>(sizes, rows as i32);
  store<i32>(sizes, columns as i32, 4);
  return empty(dtype, sizes, 2);
}

function badNdim(arg: i32, want: i32, t: Tensor): Tensor {
  fail(ErrorCode.NDIM);
  factInt(arg);
  factInt(want);
  factShape(t);
  return NONE;
}

/** Ways to choose `r` of `n`, or -1 when there are more than can be counted. */
function ways(n: i64, r: i64): i64 {
  if (r > n) return 0;
  let count: i64 = 1;
  const less = min<i64>(r, n - r);
  for (let i: i64 = 1; i <= less; i++) {
    count = (count * (n - less + i)) / i;
    if (count > MOST) return MOST + 1;
  }
  return count;
}

/** All ways to choose `r` elements of a vector, in order; each once, or any number of times. */
export function combinations(self: Tensor, r: i64, withReplacement: bool): Tensor {
  if (self.ndim != 1) return badNdim(0, 1, self);
  if (r < 0 || r > 0xffff) {
    badValue(1, r);
    return NONE;
  }
  if (r == 0) {
    store<i32>(sizes, 0);
    return empty(self.dtype, sizes, 1);
  }
  const n = self.numel as i64;
  const count = withReplacement ? (n ? ways(n + r - 1, r) : 0) : ways(n, r);
  const out = matrix(self.dtype, count, r);
  const places = isNone(out) ? 0 : scratch(((r as u64) << 2) + 4);
  if (!places) {
    release(out);
    return NONE;
  }
  const k = r as i32;
  const step = withReplacement ? 0 : 1;
  const shift = dtypeShift(self.dtype) as i32;
  for (let i = 0; i < k; i++) store<i32>(places + (i << 2), i * step);
  let to = out.data;
  for (let row: i64 = 0; row < count; row++) {
    for (let i = 0; i < k; i++) {
      const place = load<i32>(places + (i << 2));
      moveElement(to, self.data + ((place * self.stride(0)) << shift), shift);
      to += (1 as usize) << (shift as usize);
    }
    // The last place that can go on does; those after it follow it.
    let i = k - 1;
    while (i > 0 && load<i32>(places + (i << 2)) == (n as i32) - 1 - (k - 1 - i) * step) i--;
    let next = load<i32>(places + (i << 2)) + 1;
    for (; i < k; i++) {
      store<i32>(places + (i << 2), next);
      next += step;
    }
  }
  return out;
}

/** All rows that take one element of each vector, the last vector's changing fastest. */
export function cartesianProd(tensors: List): Tensor {
  const count = tensors.length as i32;
  if (count == 0) {
    fail(ErrorCode.EMPTY_LIST);
    return NONE;
  }
  let rows: i64 = 1;
  for (let i = 0; i < count; i++) {
    const t = tensors.tensor(i);
    if (t.ndim != 1) return badNdim(0, 1, t);
    if (!sameDtype(tensors.tensor(0), t)) return NONE;
    rows = min<i64>(rows * (t.numel as i64), MOST + 1);
  }
  const first = tensors.tensor(0);
  if (count == 1) return retain(first);
  const out = matrix(first.dtype, rows, count);
  if (isNone(out)) return out;
  const shift = dtypeShift(first.dtype) as i32;
  let repeats = rows as i32;
  for (let i = 0; i < count; i++) {
    const t = tensors.tensor(i);
    if (t.numel == 0) break;
    repeats /= t.numel as i32;
    for (let row = 0; row < (rows as i32); row++) {
      const place = (row / repeats) % (t.numel as i32);
      moveElement(out.data + ((row * count + i) << shift), t.data + ((place * t.stride(0)) << shift), shift);
    }
  }
  return out;
}

function rowsOf(t: Tensor): i32 {
  return t.ndim == 2 ? t.size(0) : 1;
}

function columnsOf(t: Tensor): i32 {
  return t.ndim == 2 ? t.size(1) : t.ndim == 1 ? t.size(0) : 1;
}

/** A matrix of zeros with the given matrices along its diagonal; vectors are rows. */
export function blockDiag(tensors: List): Tensor {
  const count = tensors.length as i32;
  let rows: i64 = 0;
  let columns: i64 = 0;
  promoteBegin();
  for (let i = 0; i < count; i++) {
    const t = tensors.tensor(i);
    if (t.ndim > 2) return badNdim(0, 2, t);
    promoteAdd(t);
    rows += rowsOf(t);
    columns += columnsOf(t);
  }
  if (count == 0) {
    const none = matrix(DType.FLOAT32, 1, 0);
    return none;
  }
  const out = matrix(promoteResult(), rows, columns);
  if (isNone(out)) return out;
  memory.fill(out.data, 0, (out.numel as usize) << dtypeShift(out.dtype));
  let y = 0;
  let x = 0;
  for (let i = 0; i < count; i++) {
    const t = tensors.tensor(i);
    const down = sliceAt(out, 0, y, rowsOf(t), 1);
    const part = isNone(down) ? NONE : sliceAt(down, 1, x, columnsOf(t), 1);
    const done = !isNone(part) && (t.numel == 0 || copyInto(part, t));
    release(down);
    release(part);
    if (!done) {
      release(out);
      return NONE;
    }
    y += rowsOf(t);
    x += columnsOf(t);
  }
  return out;
}
