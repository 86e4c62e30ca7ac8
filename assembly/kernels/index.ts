// Advanced indexing: index and index_put, as `x[a, :, b]` and `x[mask] = y`.
//
// Each index is a tensor of places or a mask; a mask of n dimensions stands for n of them. Their broadcast shape takes
// the place of the indexed dimensions, or comes first when these do not lie side by side. All indices together become one
// table: for every position, the byte offset into the indexed tensor.

import { List } from "../core/containers";
import { DType, dtypeShift } from "../core/dtype";
import { factDtype, factInt, factShape, factSizes, fail } from "../core/error";
import { MemoryFormat, setOrderOf } from "../core/layout";
import { scratch } from "../core/scratch";
import { empty, MAX_DIMS, NONE, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { cloneAs } from "./clone";
import { expandTo } from "./dims";
import { Combine } from "./engine/combine";
import { blocksBegin, blocksDim, blocksRun, Direction } from "./engine/indexed";
import { fillNumber } from "./engine/number";
import { apartFrom } from "./engine/overlap";
import { item } from "./scalar";

// The indices of the running call: tensor, first indexed dimension, and for masks a table of offsets with its length.
const tensors: usize = memory.data(256, 16); // Tensor[64]
const firsts: usize = memory.data(256, 16); // i32[64]
const maskTables: usize = memory.data(256, 16); // usize[64]: i32 byte offsets; 0 where the index holds places
const maskCounts: usize = memory.data(256, 16); // i32[64]
const shape: usize = memory.data(256, 16); // i32[64]: the broadcast shape
const result: usize = memory.data(256, 16); // i32[64]: sizes of what is picked
const position: usize = memory.data(256, 16); // i32[64]

let count: i32 = 0;
let shapeDims: i32 = 0;
/** A bit for every indexed dimension. */
let indexed: u64 = 0;
/** Dimensions before the broadcast shape in the result, and of the result. */
let leading: i32 = 0;
let resultDims: i32 = 0;
/** Positions of the broadcast shape. */
let positions: u32 = 0;

function at(base: usize, i: i32): i32 {
  return load<i32>(base + ((i as usize) << 2));
}

function put(base: usize, i: i32, value: i32): void {
  store<i32>(base + ((i as usize) << 2), value);
}

function tensorAt(i: i32): Tensor {
  return changetype<Tensor>(at(tensors, i));
}

function isMask(t: Tensor): bool {
  return t.dtype == DType.BOOL || t.dtype == DType.UINT8;
}

/** Dimensions of the broadcast shape that index `i` has, and the size of each. */
function indexNdim(i: i32): i32 {
  return at(maskTables, i) ? 1 : (tensorAt(i).ndim as i32);
}

function indexSize(i: i32, d: i32): i32 {
  return at(maskTables, i) ? at(maskCounts, i) : tensorAt(i).size(d);
}

function indexStride(i: i32, d: i32): i32 {
  return at(maskTables, i) ? 1 : tensorAt(i).stride(d);
}

function tooMany(self: Tensor, got: i32): bool {
  fail(ErrorCode.NDIM);
  factInt(0);
  factInt(got);
  factShape(self);
  return false;
}

/** Byte offsets of the places where mask `t`, over the dimensions of `self` from `d` on, is true. */
function readMask(self: Tensor, t: Tensor, d: i32): bool {
  const ndim = t.ndim as i32;
  if (d + ndim > (self.ndim as i32)) return tooMany(self, d + ndim);
  for (let j = 0; j < ndim; j++) {
    if (t.size(j) == self.size(d + j)) continue;
    fail(ErrorCode.SIZE_MISMATCH);
    factShape(self);
    factShape(t);
    return false;
  }
  const table = scratch(((t.numel as u64) << 2) + 4);
  if (!table) return false;
  const shift = dtypeShift(self.dtype) as i32;
  for (let j = 0; j < ndim; j++) put(position, j, 0);
  let found: i32 = 0;
  let here = t.data;
  let offset: i32 = 0;
  for (let left = t.numel; left; left--) {
    if (load<u8>(here)) put(table, found++, offset);
    for (let j = ndim - 1; j >= 0; j--) {
      const next = at(position, j) + 1;
      const step = self.stride(d + j) << shift;
      if (next < t.size(j)) {
        put(position, j, next);
        here += t.stride(j);
        offset += step;
        break;
      }
      put(position, j, 0);
      here -= (t.size(j) - 1) * t.stride(j);
      offset -= (t.size(j) - 1) * step;
    }
  }
  put(maskTables, count, table as i32);
  put(maskCounts, count, found);
  return true;
}

/** Takes the list of indices in; false with an error recorded when one does not fit `self`. */
function readIndices(self: Tensor, indices: List): bool {
  count = 0;
  indexed = 0;
  let d: i32 = 0;
  if (indices.length > (self.ndim as u32)) return tooMany(self, indices.length);
  for (let k: i32 = 0; k < (indices.length as i32); k++) {
    if (indices.at(k).isNone) {
      d++;
      continue;
    }
    const t = indices.tensor(k);
    put(tensors, count, changetype<usize>(t) as i32);
    put(firsts, count, d);
    put(maskTables, count, 0);
    if (isMask(t)) {
      if (!readMask(self, t, d)) return false;
      for (let j: i32 = 0; j < (t.ndim as i32); j++) indexed |= (1 as u64) << ((d + j) as u64);
      d += t.ndim;
    } else {
      if (t.dtype != DType.INT64) {
        fail(ErrorCode.DTYPE_MISMATCH);
        factDtype(t.dtype);
        factDtype(DType.INT64);
        return false;
      }
      indexed |= (1 as u64) << (d as u64);
      d++;
    }
    count++;
  }
  if (d > (self.ndim as i32)) return tooMany(self, d);
  if (count) return broadcast() && arrange(self);
  fail(ErrorCode.EMPTY_LIST);
  return false;
}

/** The indices' common shape. */
function broadcast(): bool {
  shapeDims = 0;
  for (let i = 0; i < count; i++) shapeDims = max(shapeDims, indexNdim(i));
  for (let d = 0; d < shapeDims; d++) put(shape, d, 1);
  let many: i64 = 1;
  for (let i = 0; i < count; i++) {
    const pad = shapeDims - indexNdim(i);
    for (let d = pad; d < shapeDims; d++) {
      const size = indexSize(i, d - pad);
      if (size == 1 || size == at(shape, d)) continue;
      if (at(shape, d) != 1) {
        fail(ErrorCode.BROADCAST);
        factSizes(shape, shapeDims);
        factShape(tensorAt(i));
        factInt(d);
        return false;
      }
      put(shape, d, size);
    }
  }
  for (let d = 0; d < shapeDims; d++) many = min<i64>(many * (at(shape, d) as i64), u32.MAX_VALUE);
  positions = many as u32;
  return true;
}

/** The sizes of what is picked; false with an error recorded when it is out of range. */
function arrange(self: Tensor): bool {
  const ndim = self.ndim as i32;
  const first = ctz(indexed) as i32;
  const last = 63 - (clz(indexed) as i32);
  const adjacent = popcnt(indexed) == ((last - first + 1) as u64);
  resultDims = shapeDims + ndim - (popcnt(indexed) as i32);
  if (resultDims > MAX_DIMS) {
    fail(ErrorCode.TOO_MANY_DIMS);
    factInt(resultDims);
    return false;
  }
  leading = adjacent ? first : 0;
  let k: i32 = 0;
  for (let d = 0; d < ndim; d++) {
    if ((indexed >> (d as u64)) & 1) continue;
    put(result, k < leading ? k : k + shapeDims, self.size(d));
    k++;
  }
  for (let j = 0; j < shapeDims; j++) put(result, leading + j, at(shape, j));
  return true;
}

function outOfRange(self: Tensor, d: i32, value: i64): bool {
  fail(ErrorCode.INDEX_OUT_OF_RANGE);
  factInt(value);
  factInt(d);
  factInt(self.size(d));
  return false;
}

/** Adds the offsets of index `i` to the table, one for every position. */
function addOffsets(self: Tensor, i: i32, table: usize): bool {
  const t = tensorAt(i);
  const mask = at(maskTables, i) as usize;
  const pad = shapeDims - indexNdim(i);
  const d = at(firsts, i);
  const size = mask ? 0 : (self.size(d) as i64);
  const step = mask ? 0 : self.stride(d) << (dtypeShift(self.dtype) as i32);
  const wide = !mask && t.dtype == DType.INT64;
  const shift = wide ? 3 : 2;
  let here: usize = mask ? mask : t.data;
  for (let j = 0; j < shapeDims; j++) put(position, j, 0);
  for (let p: u32 = 0; p < positions; p++) {
    const to = table + ((p as usize) << 2);
    if (mask) {
      store<i32>(to, load<i32>(to) + load<i32>(here));
    } else {
      const value = wide ? load<i64>(here) : (load<i32>(here) as i64);
      if (value < -size || value >= size) return outOfRange(self, d, value);
      store<i32>(to, load<i32>(to) + ((value < 0 ? value + size : value) as i32) * step);
    }
    for (let j = shapeDims - 1; j >= 0; j--) {
      const next = at(position, j) + 1;
      const many = at(shape, j);
      const move = j < pad || indexSize(i, j - pad) == 1 ? 0 : indexStride(i, j - pad) << shift;
      if (next < many) {
        put(position, j, next);
        here += move;
        break;
      }
      put(position, j, 0);
      here -= (many - 1) * move;
    }
  }
  return true;
}

/** The table of byte offsets; 0 with an error recorded when an index is out of range. `empty`: nothing is picked. */
function offsetTable(self: Tensor, none: bool): usize {
  const table = scratch(((positions as u64) << 2) + 4);
  if (!table) return 0;
  for (let i = 0; i < count; i++) {
    const d = at(firsts, i);
    if (!at(maskTables, i) && positions && self.size(d) == 0 && !outOfRange(self, d, 0)) return 0;
  }
  if (none) return table;
  memory.fill(table, 0, (positions as usize) << 2);
  for (let i = 0; i < count; i++) {
    if (!addOffsets(self, i, table)) return 0;
  }
  return table;
}

/** Gives `out`, new, the strides that PyTorch's iterator would: in the order of `self`'s, then of the indices'. */
function orderStrides(out: Tensor, self: Tensor): bool {
  const row = (resultDims as u64) << 2;
  const strides = scratch(row * ((count + 1) as u64) + 4);
  if (!strides) return false;
  memory.fill(strides, 0, (row as usize) * ((count + 1) as usize));
  let k: i32 = 0;
  for (let d: i32 = 0; d < (self.ndim as i32); d++) {
    if ((indexed >> (d as u64)) & 1) continue;
    put(strides, k < leading ? k : k + shapeDims, self.stride(d));
    k++;
  }
  for (let i = 0; i < count; i++) {
    const to = strides + (row as usize) * ((i + 1) as usize);
    const pad = shapeDims - indexNdim(i);
    for (let j = pad; j < shapeDims; j++) {
      if (indexSize(i, j - pad) == at(shape, j)) put(to, leading + j, indexStride(i, j - pad));
    }
  }
  setOrderOf(out, strides, count + 1);
  return true;
}

/** Sets up the moves between `self` and `picked`, which has the result's sizes; its index dimensions are left out. */
function plan(self: Tensor, picked: Tensor): void {
  blocksBegin();
  const shift = dtypeShift(self.dtype) as i32;
  let k: i32 = 0;
  for (let d: i32 = 0; d < (self.ndim as i32); d++) {
    if ((indexed >> (d as u64)) & 1) continue;
    const p = k < leading ? k : k + shapeDims;
    blocksDim(k >= leading, self.size(d), self.stride(d) << shift, picked.stride(p) << shift);
    k++;
  }
}

/** True when `picked`'s index dimensions are stepped through evenly in row-major order. */
function isEven(picked: Tensor): bool {
  let expected: i64 = -1;
  for (let j = shapeDims - 1; j >= 0; j--) {
    if (at(shape, j) == 1) continue;
    const stride = picked.stride(leading + j) as i64;
    if (expected >= 0 && stride != expected) return false;
    expected = stride * (at(shape, j) as i64);
  }
  return true;
}

/** The step of `picked` from one position to the next, in bytes. */
function evenStep(picked: Tensor): i32 {
  for (let j = shapeDims - 1; j >= 0; j--) {
    if (at(shape, j) != 1) return picked.stride(leading + j) << (dtypeShift(picked.dtype) as i32);
  }
  return 0;
}

/** Moves everything between `self` and `picked`. */
function run(self: Tensor, picked: Tensor, table: usize, way: Direction, how: Combine): void {
  const dtype = self.dtype as DType;
  if (isEven(picked)) {
    plan(self, picked);
    blocksRun(self.data, picked.data, evenStep(picked), table, positions, dtype, way, how);
    return;
  }
  // The last index dimension is even by itself; the others are walked here.
  const shift = dtypeShift(dtype) as i32;
  const last = shapeDims - 1;
  const row = at(shape, last);
  const step = picked.stride(leading + last) << shift;
  const walk = scratch((shapeDims as u64) << 2);
  if (!walk) return;
  for (let j = 0; j < last; j++) put(walk, j, 0);
  let to = picked.data;
  let from = table;
  while (true) {
    plan(self, picked);
    blocksRun(self.data, to, step, from, row, dtype, way, how);
    from += (row as usize) << 2;
    let j = last - 1;
    for (; j >= 0; j--) {
      const next = at(walk, j) + 1;
      const stride = picked.stride(leading + j) << shift;
      if (next < at(shape, j)) {
        put(walk, j, next);
        to += stride;
        break;
      }
      put(walk, j, 0);
      to -= (at(shape, j) - 1) * stride;
    }
    if (j < 0) return;
  }
}

export function index(self: Tensor, indices: List): Tensor {
  if (!readIndices(self, indices)) return NONE;
  const out = empty(self.dtype, result, resultDims);
  if (!changetype<usize>(out)) return out;
  const table = offsetTable(self, out.numel == 0);
  if (table && orderStrides(out, self)) {
    if (out.numel) run(self, out, table, Direction.GET, Combine.REPLACE);
    return out;
  }
  release(out);
  return NONE;
}

const number: usize = memory.data(16, 16);

/** True when the only index is a mask, and `values` a single number for all its places. */
function fillsMask(self: Tensor, indices: List, values: Tensor): bool {
  if (values.numel != 1) return false;
  let masks = 0;
  for (let k: i32 = 0; k < (indices.length as i32); k++) {
    if (indices.at(k).isNone) continue;
    if (!isMask(indices.tensor(k))) return false;
    masks++;
  }
  return masks == 1;
}

/** The single element of `values` as `self`'s dtype; NONE with BAD_SCALAR recorded when it does not fit. */
function oneOf(values: Tensor, dtype: DType): Tensor {
  const one = empty(dtype, number, 0);
  const v = changetype<Value>(number);
  item(values, v);
  if (!changetype<usize>(one) || fillNumber(one, v)) return one;
  release(one);
  return NONE;
}

/** True when no index shares memory with `self` in a way that is known; else records OVERLAP. */
function apartIndices(self: Tensor, indices: List): bool {
  for (let k: i32 = 0; k < (indices.length as i32); k++) {
    if (indices.at(k).isNone) continue;
    const apart = apartFrom(self, indices.tensor(k));
    release(apart);
    if (!changetype<usize>(apart)) return false;
  }
  return true;
}

export function indexPutInPlace(self: Tensor, indices: List, values: Tensor, accumulate: bool): Tensor {
  const fills = !accumulate && fillsMask(self, indices, values);
  if (!fills && values.dtype != self.dtype) {
    fail(ErrorCode.DTYPE_MISMATCH);
    factDtype(self.dtype);
    factDtype(values.dtype);
    return NONE;
  }
  const apart = fills ? oneOf(values, self.dtype) : apartFrom(self, values);
  if (!changetype<usize>(apart)) return apart;
  if (!apartIndices(self, indices) || !readIndices(self, indices)) {
    release(apart);
    return NONE;
  }
  const spread = expandTo(apart, result, resultDims, false);
  release(apart);
  if (!changetype<usize>(spread)) return NONE;
  const table = offsetTable(self, spread.numel == 0);
  if (table && spread.numel) {
    run(self, spread, table, Direction.PUT, accumulate ? Combine.ADD : Combine.REPLACE);
  }
  release(spread);
  return table ? retain(self) : NONE;
}

export function indexPut(self: Tensor, indices: List, values: Tensor, accumulate: bool): Tensor {
  const out = cloneAs(self, MemoryFormat.PRESERVE);
  if (!changetype<usize>(out)) return out;
  const done = indexPutInPlace(out, indices, values, accumulate);
  release(out);
  return done;
}

export function indexPutImpl(
  self: Tensor,
  indices: List,
  values: Tensor,
  accumulate: bool,
  unsafe: bool,
): Tensor {
  return indexPutInPlace(self, indices, values, accumulate);
}
