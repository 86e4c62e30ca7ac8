// Nested tensors: batches of sequences [L, E] of different lengths, without padding.
//
// A value of its own kind, not a tensor: a record of the rows of all sequences, end to end, contiguous [Σ L, E], and of the
// lengths, int64 [B]. Only operators whose row says `nested` take it (docs/decisions/0005-nested-tensors.md).

import { List, newRecord, Record } from "../core/containers";
import { DType } from "../core/dtype";
import { badValue, factInt, factShape, factTag, factText, fail } from "../core/error";
import { Tag } from "../core/object";
import { empty, isNone, NONE, newView, release, retain, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousAs } from "./copy";
import { refuse } from "./engine/pointwise";
import { mismatch } from "./engine/product";
import { filledWith } from "./fill";
import { sliceAt } from "./slice";

const sizes: usize = memory.data(16, 16); // i32[3]
const number: usize = memory.data(16, 16);

/** The rows of all sequences. */
export function nestedRows(v: Value): Tensor {
  return v.record.at(0).tensor;
}

function lengthsOf(v: Value): Tensor {
  return v.record.at(1).tensor;
}

/** How many sequences. */
export function nestedCount(v: Value): i32 {
  return lengthsOf(v).numel;
}

export function nestedLength(v: Value, i: i32): i32 {
  return load<i64>(lengthsOf(v).data + ((i as usize) << 3)) as i32;
}

/** Puts a nested tensor into `r`; both references are taken over, also when memory is out. */
function setNested(r: Value, rows: Tensor, lengths: Tensor): void {
  const record = isNone(rows) || isNone(lengths) ? changetype<Record>(0) : newRecord(Tag.NESTED, 2, 0);
  if (!changetype<usize>(record)) {
    release(rows);
    release(lengths);
    return;
  }
  record.at(0).setTensor(rows);
  record.at(1).setTensor(lengths);
  r.setObject(Tag.NESTED, changetype<usize>(record));
}

/** A nested tensor of other rows but the lengths of `v` into `r`; the reference to `rows` is taken over. */
export function setLike(r: Value, v: Value, rows: Tensor): void {
  if (!isNone(rows)) setNested(r, rows, retain(lengthsOf(v)));
}

/** Rows of sequence number `i`, which begin at row `start`, of `rows`, as a batch of one: [1, L, E]. */
export function sequenceAt(rows: Tensor, start: i32, length: i32): Tensor {
  const part = sliceAt(rows, 0, start, length, 1);
  const v = isNone(part) ? NONE : newView(part, 3);
  release(part);
  if (isNone(v)) return NONE;
  v.setSize(0, 1);
  v.setSize(1, length);
  v.setSize(2, rows.size(1));
  v.setStride(0, length * rows.size(1));
  v.setStride(1, rows.size(1));
  v.setStride(2, 1);
  v.numel = (length * rows.size(1)) as u32;
  return v;
}

const NESTED: usize = memory.data<u8>([110, 101, 115, 116, 101, 100, 32, 116, 101, 110, 115, 111, 114, 115]);

/** Records that nested tensors are not supported this way. */
export function refuseNested(): void {
  fail(ErrorCode.UNSUPPORTED);
  factText(NESTED, 14);
}

/** True for t [N, L, E] and a bool mask [N, L]. */
function checkMask(t: Tensor, mask: Tensor): bool {
  if (mask.dtype != DType.BOOL) {
    refuse(mask.dtype);
    return false;
  }
  if (t.ndim != 3 || mask.ndim != 2) {
    fail(ErrorCode.NDIM);
    factInt(t.ndim != 3 ? 0 : 1);
    factInt(t.ndim != 3 ? 3 : 2);
    factShape(t.ndim != 3 ? t : mask);
    return false;
  }
  if (t.size(0) == mask.size(0) && t.size(1) == mask.size(1)) return true;
  return mismatch(ErrorCode.SIZE_MISMATCH, t, mask);
}

/** How many of `n` truth bytes are true; -1 when a true one follows a false one and `leftOnly`. */
function countTrue(p: usize, n: i32, leftOnly: bool): i32 {
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (!load<u8>(p + (i as usize))) continue;
    if (leftOnly && i != count) return -1;
    count++;
  }
  return count;
}

/** Whether the true elements of every row of the mask come first. */
export function nestedTensorFromMaskLeftAligned(t: Tensor, mask: Tensor): bool {
  const truth = checkMask(t, mask) ? contiguousAs(mask, DType.BOOL) : NONE;
  if (isNone(truth)) return false;
  const n = mask.size(1);
  let left = true;
  for (let i = 0; i < mask.size(0); i++)
    if (countTrue(truth.data + (i as usize) * (n as usize), n, true) < 0) left = false;
  release(truth);
  return left;
}

/** As many first rows of every batch as its mask has true elements, which `maskCheck` wants to come first. */
export function nestedTensorFromMask(t: Tensor, mask: Tensor, maskCheck: bool, r: Value): void {
  if (!checkMask(t, mask)) return;
  if (t.size(0) == 0 || t.size(2) == 0) {
    fail(ErrorCode.EMPTY_REDUCTION);
    factShape(t);
    return;
  }
  const batch = t.size(0);
  const steps = t.size(1);
  const truth = contiguousAs(mask, DType.BOOL);
  const x = isNone(truth) ? NONE : contiguousAs(t, t.dtype);
  store<i32>(sizes, batch);
  const lengths = isNone(x) ? NONE : empty(DType.INT64, sizes, 1);
  let total: i32 = isNone(lengths) ? -1 : 0;
  for (let i = 0; i < batch && total >= 0; i++) {
    const n = countTrue(truth.data + (i as usize) * (steps as usize), steps, maskCheck);
    if (n < 0) badValue(1, i);
    else store<i64>(lengths.data + ((i as usize) << 3), n);
    total = n < 0 ? -1 : total + n;
  }
  store<i32>(sizes, total);
  store<i32>(sizes, t.size(2), 4);
  const rows = total < 0 ? NONE : empty(t.dtype, sizes, 2);
  if (!isNone(rows) && x.numel) {
    const bytes = x.storage.bytes / (batch as usize) / (steps as usize);
    let to = rows.data;
    for (let i = 0; i < batch; i++) {
      const part = bytes * (load<i64>(lengths.data + ((i as usize) << 3)) as usize);
      memory.copy(to, x.data + (i as usize) * (steps as usize) * bytes, part);
      to += part;
    }
  }
  setNested(r, rows, isNone(rows) ? NONE : retain(lengths));
  release(lengths);
  release(x);
  release(truth);
}

/** The three sizes of the padded form, from the list or the longest sequence, in `sizes`; false with an error recorded. */
function paddedSizes(self: Value, given: List): bool {
  let longest = 0;
  for (let i = 0; i < nestedCount(self); i++) longest = max(longest, nestedLength(self, i));
  store<i32>(sizes, nestedCount(self));
  store<i32>(sizes, longest, 4);
  store<i32>(sizes, nestedRows(self).size(1), 8);
  if (!changetype<usize>(given)) return true;
  if (given.length != 3) {
    badValue(2, given.length);
    return false;
  }
  for (let d = 0; d < 3; d++) {
    const size = given.int(d);
    if (size < (load<i32>(sizes + ((d as usize) << 2)) as i64) || size > 0x7fff_ffff) {
      badValue(2, size);
      return false;
    }
    store<i32>(sizes + ((d as usize) << 2), size as i32);
  }
  return true;
}

/** [B, L, E] with `padding` after the sequences; L is the longest unless sizes, no smaller, are given. */
export function toPaddedTensor(self: Value, padding: f64, outputSize: List, r: Value): void {
  if (self.tag != Tag.NESTED) {
    fail(ErrorCode.BAD_ARGUMENT);
    factInt(0);
    factTag(Tag.NESTED);
    factTag(self.tag);
    return;
  }
  if (!paddedSizes(self, outputSize)) return;
  const rows = nestedRows(self);
  const value = changetype<Value>(number);
  value.setFloat(padding);
  const out = filledWith(empty(rows.dtype, sizes, 3), value);
  if (isNone(out)) return;
  let start = 0;
  const bytes = rows.numel ? rows.storage.bytes / (rows.size(0) as usize) : 0;
  const width = rows.size(1) ? bytes / (rows.size(1) as usize) : 0;
  const outRow = width * (out.size(2) as usize);
  for (let i = 0; i < nestedCount(self); i++) {
    const length = nestedLength(self, i);
    for (let j = 0; j < length; j++) {
      const place = (i as usize) * (out.size(1) as usize) + (j as usize);
      memory.copy(out.data + place * outRow, rows.data + ((start + j) as usize) * bytes, bytes);
    }
    start += length;
  }
  r.setTensor(out);
}
