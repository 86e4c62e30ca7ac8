// Triangles and diagonals of matrices, and one-hot rows.

import { DType, dtypeShift, isFloating } from "../core/dtype";
import { badValue, factDtype, factInt, factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { clampI32, wrapDim } from "../core/shape";
import { empty, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs, convertCopy, copyInto } from "./copy";
import { fillNumber, storeElement } from "./engine/number";
import { checkOptions, dtypeOr } from "./factories";
import { diagonal, viewStrided } from "./slice";
import { reshapeSizes } from "./view";

const number: usize = memory.data(16, 16);

/** A dimension of an argument brought where its sums with sizes stay in range. */
function clampOffset(offset: i64): i64 {
  return max<i64>(-0x8000_0000, min<i64>(offset, 0x8000_0000));
}

/** Sets to zero what lies above (`lower`) or below the diagonal of every matrix of the contiguous `t`. */
function clearTriangle(t: Tensor, offset: i64, lower: bool): void {
  const rows = t.size((t.ndim as i32) - 2) as i64;
  const columns = t.size((t.ndim as i32) - 1) as i64;
  if (t.numel == 0) return;
  const shift = dtypeShift(t.dtype);
  const count = (t.numel as i64) / (rows * columns);
  let row = t.data;
  for (let m: i64 = 0; m < count; m++) {
    for (let i: i64 = 0; i < rows; i++) {
      const edge = i + offset + (lower ? 1 : 0);
      const cut = max<i64>(0, min<i64>(edge, columns)) as usize;
      const start = lower ? cut : 0;
      const end = lower ? (columns as usize) : cut;
      memory.fill(row + (start << shift), 0, (end - start) << shift);
      row += (columns as usize) << shift;
    }
  }
}

function triangle(self: Tensor, offset: i64, lower: bool): Tensor {
  if (self.ndim < 2) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  const out = convertCopy(self, self.dtype);
  if (changetype<usize>(out)) clearTriangle(out, clampOffset(offset), lower);
  return out;
}

function triangleInPlace(self: Tensor, offset: i64, lower: bool): Tensor {
  const out = triangle(self, offset, lower);
  if (!changetype<usize>(out)) return out;
  const done = copyInto(self, out);
  release(out);
  return done ? retain(self) : NONE;
}

export function tril(self: Tensor, diagonal: i64): Tensor {
  return triangle(self, diagonal, true);
}

export function trilInPlace(self: Tensor, diagonal: i64): Tensor {
  return triangleInPlace(self, diagonal, true);
}

export function triu(self: Tensor, diagonal: i64): Tensor {
  return triangle(self, diagonal, false);
}

export function triuInPlace(self: Tensor, diagonal: i64): Tensor {
  return triangleInPlace(self, diagonal, false);
}

/** First and last column of row `i` of a triangle, the last one exclusive. */
function firstColumn(i: i64, offset: i64, columns: i64, lower: bool): i64 {
  return lower ? 0 : max<i64>(0, min<i64>(i + offset, columns));
}

function endColumn(i: i64, offset: i64, columns: i64, lower: bool): i64 {
  return lower ? max<i64>(0, min<i64>(i + offset + 1, columns)) : columns;
}

/** Rows and columns of a triangle's elements, as the two rows of a matrix. */
function triangleIndices(row: i64, col: i64, offset: i64, dtype: Value, allowed: bool, lower: bool): Tensor {
  const code = allowed ? dtypeOr(dtype, DType.INT64) : -1;
  if (code < 0) return NONE;
  if (row < 0 || col < 0) {
    badValue(row < 0 ? 0 : 1, row < 0 ? row : col);
    return NONE;
  }
  if (isFloating(code as DType) || code == DType.BOOL) {
    fail(ErrorCode.DTYPE);
    factDtype(code);
    return NONE;
  }
  const shift = clampOffset(offset);
  const rows = min<i64>(row, i32.MAX_VALUE);
  const columns = min<i64>(col, i32.MAX_VALUE);
  let many: i64 = 0;
  for (let i: i64 = 0; i < rows && many <= i32.MAX_VALUE; i++) {
    many += max<i64>(0, endColumn(i, shift, columns, lower) - firstColumn(i, shift, columns, lower));
  }
  store<i32>(number, 2);
  store<i32>(number, clampI32(many), 4);
  const out = empty(code as DType, number, 2);
  if (!changetype<usize>(out)) return out;
  const step = (1 as usize) << dtypeShift(out.dtype);
  let at = out.data;
  for (let i: i64 = 0; i < rows; i++) {
    const end = endColumn(i, shift, columns, lower);
    for (let j = firstColumn(i, shift, columns, lower); j < end; j++) {
      storeElement(at, out.dtype, 0, i);
      storeElement(at + (many as usize) * step, out.dtype, 0, j);
      at += step;
    }
  }
  return out;
}

export function trilIndices(
  row: i64,
  col: i64,
  offset: i64,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  return triangleIndices(row, col, offset, dtype, checkOptions(layout, device, pinMemory, 4), true);
}

export function triuIndices(
  row: i64,
  col: i64,
  offset: i64,
  dtype: Value,
  layout: Value,
  device: Value,
  pinMemory: Value,
): Tensor {
  return triangleIndices(row, col, offset, dtype, checkOptions(layout, device, pinMemory, 4), false);
}

/** Zeros with the last dimension of `self` on a diagonal of the new dimensions dim1 and dim2. */
export function diagEmbed(self: Tensor, offset: i64, dim1: i64, dim2: i64): Tensor {
  const ndim = (self.ndim as i32) + 1;
  const a = wrapDim(dim1, ndim);
  const b = a < 0 ? -1 : wrapDim(dim2, ndim);
  const sizes = b < 0 ? 0 : scratch((ndim as u64) << 2);
  if (!sizes) return NONE;
  if (a == b) {
    fail(ErrorCode.REPEATED_DIM);
    factInt(a);
    return NONE;
  }
  const shift = clampOffset(offset);
  const length: i64 = self.ndim ? self.size((self.ndim as i32) - 1) : 1;
  let k: i32 = 0;
  for (let i = 0; i < ndim; i++) {
    const own = i == a || i == b ? clampI32(length + abs(shift)) : self.size(k++);
    store<i32>(sizes + ((i as usize) << 2), own);
  }
  const out = empty(self.dtype, sizes, ndim);
  if (!changetype<usize>(out)) return out;
  memory.fill(out.data, 0, (out.numel as usize) << dtypeShift(out.dtype));
  const line = diagonal(out, shift, a, b);
  const done = changetype<usize>(line) != 0 && copyInto(line, self);
  release(line);
  if (done) return out;
  release(out);
  return NONE;
}

/** A vector as a diagonal, or the diagonal of a matrix as a vector. */
export function diag(self: Tensor, offset: i64): Tensor {
  if (self.ndim == 1) return diagEmbed(self, offset, 0, 1);
  if (self.ndim == 2) {
    const line = diagonal(self, offset, 0, 1);
    if (!changetype<usize>(line)) return line;
    const out = convertCopy(line, line.dtype);
    release(line);
    return out;
  }
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(2);
  factShape(self);
  return NONE;
}

/** All elements as the diagonal of a matrix. */
export function diagflat(self: Tensor, offset: i64): Tensor {
  const flat = contiguousAs(self, self.dtype);
  if (!changetype<usize>(flat)) return flat;
  store<i32>(number, flat.numel);
  const row = reshapeSizes(flat, number, 1);
  release(flat);
  if (!changetype<usize>(row)) return row;
  const out = diagEmbed(row, offset, 0, 1);
  release(row);
  return out;
}

/** Writes a number on the main diagonal; of a tall matrix with `wrap` on every further one, a row between them. */
export function fillDiagonal(self: Tensor, fillValue: Value, wrap: bool): Tensor {
  const ndim = self.ndim as i32;
  let equal = ndim >= 2;
  let step: i64 = 0;
  for (let i = 0; i < ndim; i++) {
    equal = equal && (ndim == 2 || self.size(i) == self.size(0));
    step += self.stride(i);
  }
  if (!equal) {
    fail(ErrorCode.NDIM);
    factInt(0);
    factInt(2);
    factShape(self);
    return NONE;
  }
  if (self.numel == 0) return retain(self);
  let length = self.size(0);
  for (let i = 1; i < ndim; i++) length = min(length, self.size(i));
  if (!fillLine(self, 0, length, clampI32(step), fillValue)) return NONE;
  if (wrap && ndim == 2 && self.size(0) > self.size(1) + 1) {
    const width = self.size(1);
    for (let row = width + 1; row < self.size(0); row += width + 1) {
      if (!fillLine(self, row, min(width, self.size(0) - row), clampI32(step), fillValue)) return NONE;
    }
  }
  return retain(self);
}

/** Writes the number to `length` elements of `self`, `step` apart, from the start of `row` on. */
function fillLine(self: Tensor, row: i32, length: i32, step: i32, value: Value): bool {
  store<i32>(number, length);
  store<i32>(number, step, 4);
  const line = viewStrided(self, number, number + 4, 1, self.offset + ((row * self.stride(0)) as u32));
  const done = changetype<usize>(line) != 0 && fillNumber(line, value);
  release(line);
  return done;
}

export function oneHot(self: Tensor, numClasses: i64): Tensor {
  if (self.dtype != DType.INT64) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(self.dtype);
    factDtype(DType.INT64);
    return NONE;
  }
  const labels = contiguousAs(self, DType.INT64);
  if (!changetype<usize>(labels)) return labels;
  const out = hotRows(labels, numClasses);
  release(labels);
  return out;
}

function hotRows(labels: Tensor, numClasses: i64): Tensor {
  const n = labels.numel as usize;
  let most: i64 = -1;
  let fewest: i64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const label = load<i64>(labels.data + (i << 3));
    most = max<i64>(most, label);
    fewest = min<i64>(fewest, label);
  }
  const classes = numClasses == -1 ? (n ? min<i64>(most, i32.MAX_VALUE) + 1 : 0) : numClasses;
  if (fewest < 0 || most >= classes || classes <= 0) {
    if (classes <= 0) badValue(1, numClasses);
    else badValue(0, fewest < 0 ? fewest : most);
    return NONE;
  }
  const ndim = (labels.ndim as i32) + 1;
  const sizes = scratch((ndim as u64) << 2);
  if (!sizes) return NONE;
  memory.copy(sizes, labels.dims, (labels.ndim as usize) << 2);
  store<i32>(sizes + ((labels.ndim as usize) << 2), clampI32(classes));
  const out = empty(DType.INT64, sizes, ndim);
  if (!changetype<usize>(out)) return out;
  memory.fill(out.data, 0, (out.numel as usize) << 3);
  for (let i: usize = 0; i < n; i++) {
    const hot = i * (classes as usize) + (load<i64>(labels.data + (i << 3)) as usize);
    store<i64>(out.data + (hot << 3), 1);
  }
  return out;
}
