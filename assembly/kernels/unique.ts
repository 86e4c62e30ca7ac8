// Distinct elements and distinct slices: _unique2, unique_dim, unique_consecutive. A NaN is equal to nothing, and comes after
// all numbers in sorted results (as in PyTorch 2; 1.13 puts it anywhere).

import { DType, dtypeBytes, dtypeShift, isFloating } from "../core/dtype";
import { factShape, fail } from "../core/error";
import { scratch } from "../core/scratch";
import { wrapDim } from "../core/shape";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousCopy } from "./copy";
import { transpose } from "./dims";
import { hashOrder } from "./engine/hash-order";
import { NAN_KEY, readKeys, Sorter } from "./engine/sort";
import { moveElement } from "./engine/walk";
import { selectPlaces } from "./gather";

const one: usize = memory.data(16, 16);

function vector(dtype: DType, n: u32): Tensor {
  store<i32>(one, n);
  return empty(dtype, one, 1);
}

/** Groups of equal neighbours: set by `group`. */
let groups: usize = 0;

/**
 * Numbers the groups of equal neighbours among the `n` entries of the sorter: the group of every place goes to `inverse`,
 * the number of its members to `counts`, its first place to `firsts` (int64 each). `starts[i]` is 1 where entry i is
 * not equal to the one before.
 */
function group(n: usize, starts: usize, inverse: usize, counts: usize, firsts: usize): void {
  groups = 0;
  for (let i: usize = 0; i < n; i++) {
    if (i == 0 || load<u8>(starts + i)) {
      store<i64>(firsts + (groups << 3), Sorter.place(i) as i64);
      store<i64>(counts + (groups << 3), 0);
      groups++;
    }
    const last = (groups - 1) << 3;
    store<i64>(inverse + (Sorter.place(i) << 3), (groups - 1) as i64);
    store<i64>(counts + last, load<i64>(counts + last) + 1);
  }
}

/** Marks in `starts` the entries whose keys are not equal to the key before; NaN is equal to nothing. */
function markStarts(n: usize, starts: usize, floating: bool): void {
  for (let i: usize = 1; i < n; i++) {
    const key = Sorter.key(i);
    if (key != Sorter.key(i - 1) || (floating && key == NAN_KEY)) store<u8>(starts + i, 1);
  }
}

/** int64[count] with the numbers at `from`; empty unless `wanted`. */
function counted(from: usize, count: usize, wanted: bool): Tensor {
  const out = vector(DType.INT64, wanted ? (count as u32) : 0);
  if (!isNone(out) && wanted) memory.copy(out.data, from, count << 3);
  return out;
}

/** In what order distinct elements come. */
const enum Sequence {
  /** As the groups of equal neighbours in the tensor. */
  AS_THEY_COME = 0,
  SORTED = 1,
  /** As a hash table gives them (engine/hash-order.ts). */
  HASHED = 2,
}

/** The distinct elements of the whole tensor; how often each occurs only for `three` results. */
function elements(
  self: Tensor,
  sequence: Sequence,
  inverses: bool,
  three: bool,
  counts: bool,
  r: Value,
): void {
  const n = self.numel as usize;
  const flat = contiguousCopy(self);
  const dtype = self.dtype as DType;
  const starts = scratch((n as u64) + 8);
  const members = scratch(((n as u64) << 3) + 8);
  const firsts = scratch(((n as u64) << 3) + 8);
  const inverse = inverses ? empty(DType.INT64, self.dims, self.ndim) : vector(DType.INT64, 0);
  r.at(1).setTensor(inverse);
  const table = inverses && !isNone(inverse) ? inverse.data : scratch(((n as u64) << 3) + 8);
  if (isNone(flat) || isNone(inverse) || !starts || !members || !firsts || !table || !Sorter.begin(n)) {
    release(flat);
    return;
  }
  memory.fill(starts, 0, n);
  Sorter.read(flat.data, dtypeBytes(dtype), n, dtype, false);
  if (sequence != Sequence.AS_THEY_COME) Sorter.sort(n);
  markStarts(n, starts, isFloating(dtype));
  group(n, starts, table, members, firsts);
  const hashed = sequence == Sequence.HASHED && dtype != DType.BOOL;
  if (hashed && !hashOrder(flat, groups, table, members, firsts)) {
    release(flat);
    return;
  }
  const values = vector(dtype, groups as u32);
  r.at(0).setTensor(values);
  const shift = dtypeShift(dtype) as i32;
  if (!isNone(values)) {
    for (let i: usize = 0; i < groups; i++) {
      const place = load<i64>(firsts + (i << 3)) as usize;
      moveElement(values.data + (i << shift), flat.data + (place << shift), shift);
    }
  }
  release(flat);
  if (three) r.at(2).setTensor(counted(members, groups, counts));
}

export function unique2(self: Tensor, sorted: bool, returnInverse: bool, returnCounts: bool, r: Value): void {
  const sequence = sorted ? Sequence.SORTED : Sequence.HASHED;
  elements(self, sequence, returnInverse || returnCounts, true, returnCounts, r);
}

export function unique(self: Tensor, sorted: bool, returnInverse: bool, r: Value): void {
  elements(self, sorted ? Sequence.SORTED : Sequence.HASHED, returnInverse, false, false, r);
}

/** Sorts the `n` rows of `rows` ([n, width], contiguous) by their elements, the first counting most. */
function sortRows(rows: Tensor, n: usize, width: usize): bool {
  const keys = scratch(((n as u64) << 3) + 8);
  if (!keys) return false;
  const bytes = dtypeBytes(rows.dtype as DType);
  for (let column = width; column > 0; column--) {
    readKeys(keys, rows.data + (column - 1) * bytes, width * bytes, n, rows.dtype, false);
    for (let i: usize = 0; i < n; i++) {
      store<u64>(Sorter.keys + (i << 3), load<u64>(keys + (Sorter.place(i) << 3)));
    }
    Sorter.sort(n);
  }
  return true;
}

/** Marks in `starts` the entries whose rows are not equal to the row before. */
function markRowStarts(rows: Tensor, n: usize, width: usize, starts: usize): bool {
  const keys = scratch(((width as u64) << 4) + 8);
  if (!keys) return false;
  const dtype = rows.dtype as DType;
  const bytes = dtypeBytes(dtype);
  for (let i: usize = 0; i < n; i++) {
    const here = keys + (i & 1 ? width << 3 : 0);
    const before = keys + (i & 1 ? 0 : width << 3);
    readKeys(here, rows.data + Sorter.place(i) * width * bytes, bytes, width, dtype, false);
    let equal = i > 0;
    for (let k: usize = 0; equal && k < width; k++) {
      const key = load<u64>(here + (k << 3));
      equal = key == load<u64>(before + (k << 3)) && !(key == NAN_KEY && isFloating(dtype));
    }
    if (!equal) store<u8>(starts + i, 1);
  }
  return true;
}

/** The distinct slices along `dim`, sorted or as they come. */
function slices(self: Tensor, dim: i64, sorts: bool, r: Value): void {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return;
  const n = (self.ndim ? self.size(d) : 1) as usize;
  let zeros = 0;
  for (let i: i32 = 0; i < (self.ndim as i32); i++) zeros += self.size(i) == 0 ? 1 : 0;
  if (zeros && (n || zeros > 1)) {
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(self);
    return;
  }
  const moved = transpose(self, 0, d);
  const rows = isNone(moved) ? NONE : contiguousCopy(moved);
  if (!isNone(rows)) rowsOf(rows, moved, d, n, sorts, r);
  release(rows);
  release(moved);
}

function rowsOf(rows: Tensor, moved: Tensor, d: i32, n: usize, sorts: bool, r: Value): void {
  const width = n ? (rows.numel as usize) / n : 0;
  const starts = scratch((n as u64) + 8);
  const members = scratch(((n as u64) << 3) + 8);
  const firsts = scratch(((n as u64) << 3) + 8);
  const inverse = vector(DType.INT64, n as u32);
  r.at(1).setTensor(inverse);
  if (isNone(inverse) || !starts || !members || !firsts || !Sorter.begin(n)) return;
  memory.fill(starts, 0, n);
  for (let i: usize = 0; i < n; i++) Sorter.put(i, 0, i);
  if (sorts && !sortRows(rows, n, width)) return;
  if (!markRowStarts(rows, n, width, starts)) return;
  group(n, starts, inverse.data, members, firsts);
  const picked = selectPlaces(moved, 0, firsts, groups as u32);
  if (isNone(picked)) return;
  r.at(0).setTensor(transpose(picked, 0, d));
  release(picked);
  r.at(2).setTensor(counted(members, groups, true));
}

export function uniqueDim(
  self: Tensor,
  dim: i64,
  sorted: bool,
  returnInverse: bool,
  returnCounts: bool,
  r: Value,
): void {
  slices(self, dim, true, r);
}

export function uniqueConsecutive(
  self: Tensor,
  returnInverse: bool,
  returnCounts: bool,
  dim: Value,
  r: Value,
): void {
  if (dim.isNone) elements(self, Sequence.AS_THEY_COME, returnInverse, true, returnCounts, r);
  else slices(self, dim.int, false, r);
}
