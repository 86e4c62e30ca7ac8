// Elements chosen by their rank: kthvalue, median, nanmedian, mode. Which of equal elements is named by the place is as in
// PyTorch (engine/partition.ts).

import { DType, dtypeBytes, dtypeShift, isFloating } from "../core/dtype";
import { factInt, factText, fail } from "../core/error";
import { wrapDim } from "../core/shape";
import { empty, isNone, NONE, release, Tensor } from "../core/tensor";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { contiguousCopy } from "./copy";
import { hasElements, reducedTensor, selectDim } from "./engine/dims";
import { Lines, lineLength } from "./engine/lines";
import { storeElement } from "./engine/number";
import { selectAt, unstableSort } from "./engine/partition";
import { NAN_KEY, Sorter } from "./engine/sort";
import { moveElement } from "./engine/walk";

const MODE_OF_NAN: usize = memory.data<u8>([109, 111, 100, 101, 32, 111, 102, 32, 78, 97, 78]); // "mode of NaN"

/** Puts the chosen entry of `n` keys first among the sorter's, given a parameter; false with an error recorded. */
type Choice = (n: usize, floating: bool, parameter: usize) => bool;

/** Writes the chosen element and its place for every line along `dim`, as r.at(0) and r.at(1). */
function choose(self: Tensor, dim: i64, keepdim: bool, choice: Choice, parameter: usize, r: Value): void {
  if (!selectDim(self, dim) || !hasElements(self)) return;
  const d = wrapDim(dim, self.ndim);
  const dtype = self.dtype as DType;
  const values = reducedTensor(self, keepdim, dtype);
  r.at(0).setTensor(values);
  const places = isNone(values) ? NONE : reducedTensor(self, keepdim, DType.INT64);
  r.at(1).setTensor(places);
  if (isNone(places) || places.numel == 0) return;
  const n = lineLength(self, d);
  if (!Sorter.begin(n) || !Lines.begin(self, d, NONE, NONE)) return;
  const shift = dtypeShift(dtype) as i32;
  do {
    Sorter.read(Lines.t, Lines.step, n, dtype, false);
    if (!choice(n, isFloating(dtype), parameter)) return;
    const place = Sorter.place(0);
    moveElement(values.data + (Lines.index << shift), Lines.t + place * Lines.step, shift);
    store<i64>(places.data + (Lines.index << 3), place as i64);
  } while (Lines.next());
}

export function kthvalue(self: Tensor, k: i64, dim: i64, keepdim: bool, r: Value): void {
  const d = wrapDim(dim, self.ndim);
  if (d < 0) return;
  const n = lineLength(self, d);
  if (n && (k < 1 || k > (n as i64))) {
    fail(ErrorCode.INDEX_RANGE);
    factInt(k);
    factInt(n);
    return;
  }
  choose(
    self,
    dim,
    keepdim,
    (length, floating, rank) => {
      selectAt(rank, length);
      Sorter.move(0, rank);
      return true;
    },
    (k - 1) as usize,
    r,
  );
}

/** The first NaN, or else the lower of the two middle elements. */
function chooseMedian(n: usize, floating: bool): bool {
  if (floating) {
    for (let i: usize = 0; i < n; i++) {
      if (Sorter.key(i) != NAN_KEY) continue;
      Sorter.move(0, i);
      return true;
    }
  }
  return chooseMiddle(n, n);
}

/** The lower of the two middle elements among the `count` smallest; of equal ones that which a stable sort puts there. */
function chooseMiddle(n: usize, count: usize): bool {
  Sorter.sort(n);
  Sorter.move(0, count ? (count - 1) >> 1 : 0);
  return true;
}

/** The lower of the two middle elements that are no NaN. */
function chooseNanmedian(n: usize, floating: bool): bool {
  let count = n;
  if (floating) for (let i: usize = 0; i < n; i++) if (Sorter.key(i) == NAN_KEY) count--;
  return chooseMiddle(n, count);
}

/** Of the most frequent elements the smallest, at its last place in the order of sorting. */
function chooseMode(n: usize, floating: bool): bool {
  if (floating) {
    for (let i: usize = 0; i < n; i++) {
      if (Sorter.key(i) != NAN_KEY) continue;
      fail(ErrorCode.UNSUPPORTED);
      factText(MODE_OF_NAN, 11);
      return false;
    }
  }
  unstableSort(n);
  let best: usize = 0;
  let most: usize = 0;
  let length: usize = 0;
  for (let i: usize = 0; i < n; i++) {
    length++;
    if (i + 1 < n && Sorter.key(i) == Sorter.key(i + 1)) continue;
    if (length > most) {
      most = length;
      best = i;
    }
    length = 0;
  }
  Sorter.move(0, best);
  return true;
}

export function medianDim(self: Tensor, dim: i64, keepdim: bool, r: Value): void {
  choose(self, dim, keepdim, (n, floating, p) => chooseMedian(n, floating), 0, r);
}

export function nanmedianDim(self: Tensor, dim: i64, keepdim: bool, r: Value): void {
  choose(self, dim, keepdim, (n, floating, p) => chooseNanmedian(n, floating), 0, r);
}

export function mode(self: Tensor, dim: i64, keepdim: bool, r: Value): void {
  choose(self, dim, keepdim, (n, floating, p) => chooseMode(n, floating), 0, r);
}

const none: usize = memory.data(16, 16);

/** The median of all elements: NaN, or the smallest integer, where there are none. */
function medianOfAll(self: Tensor, skips: bool): Tensor {
  const dtype = self.dtype as DType;
  const out = empty(dtype, none, 0);
  if (isNone(out)) return out;
  const n = self.numel as usize;
  if (n == 0) {
    storeElement(out.data, dtype, NaN, i64.MIN_VALUE);
    return out;
  }
  const flat = contiguousCopy(self);
  if (!isNone(flat) && Sorter.begin(n)) {
    Sorter.read(flat.data, dtypeBytes(dtype), n, dtype, false);
    if (skips) chooseNanmedian(n, isFloating(dtype));
    else chooseMedian(n, isFloating(dtype));
    const shift = dtypeShift(dtype) as i32;
    moveElement(out.data, flat.data + (Sorter.place(0) << shift), shift);
    release(flat);
    return out;
  }
  release(flat);
  release(out);
  return NONE;
}

export function median(self: Tensor): Tensor {
  return medianOfAll(self, false);
}

export function nanmedian(self: Tensor): Tensor {
  return medianOfAll(self, true);
}
