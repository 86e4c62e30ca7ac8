// Partial orders of the keys that a Sorter holds, as the C++ standard library of PyTorch's builds makes them: which of
// equal elements comes where is visible in topk, median, mode and kthvalue.
//
// All of them are introspective: quicksort's partition around a median of three, and heaps where that goes on too long.

import { insertionSort, Sorter } from "./sort";

/** Ranges up to this length are left to insertion. */
const SMALL: usize = 16;

/** Partitions that are tried before heaps take over: twice the binary logarithm. */
function depthFor(n: usize): i32 {
  return n ? (31 - (clz<u32>(n as u32) as i32)) * 2 : 0;
}

function less(i: usize, j: usize): bool {
  return Sorter.key(i) < Sorter.key(j);
}

/** Puts the median of entries `a`, `b` and `c` at `to`. */
function medianTo(to: usize, a: usize, b: usize, c: usize): void {
  let median = b;
  if (less(a, b)) {
    if (!less(b, c)) median = less(a, c) ? c : a;
  } else if (less(a, c)) {
    median = a;
  } else if (less(b, c)) {
    median = c;
  }
  Sorter.swap(to, median);
}

/** Partitions [low, high) around a median of three; gives where the upper part begins. */
function split(low: usize, high: usize): usize {
  medianTo(low, low + 1, low + ((high - low) >> 1), high - 1);
  const pivot = Sorter.key(low);
  let i = low + 1;
  let j = high;
  while (true) {
    while (Sorter.key(i) < pivot) i++;
    j--;
    while (pivot < Sorter.key(j)) j--;
    if (i >= j) return i;
    Sorter.swap(i, j);
    i++;
  }
}

/** Lets the entry (key, place) sink from `hole` in the heap of `n` entries from `low` on, and rise to where it belongs. */
function settle(low: usize, start: usize, n: usize, key: u64, place: usize): void {
  let hole = start;
  let right = (hole << 1) + 2;
  for (; right < n; right = (hole << 1) + 2) {
    const child = less(low + right, low + right - 1) ? right - 1 : right;
    Sorter.move(low + hole, low + child);
    hole = child;
  }
  if (right == n) {
    Sorter.move(low + hole, low + right - 1);
    hole = right - 1;
  }
  while (hole > start) {
    const parent = (hole - 1) >> 1;
    if (Sorter.key(low + parent) >= key) break;
    Sorter.move(low + hole, low + parent);
    hole = parent;
  }
  Sorter.put(low + hole, key, place);
}

/** Takes the entry at `at` into the heap of `n` entries from `low` on, whose top goes to `at`. */
function exchangeTop(low: usize, n: usize, at: usize): void {
  const key = Sorter.key(at);
  const place = Sorter.place(at);
  Sorter.move(at, low);
  settle(low, 0, n, key, place);
}

/** Brings the smallest of [low, high) into [low, middle), as a heap with the largest on top. */
function heapSelect(low: usize, middle: usize, high: usize): void {
  const n = middle - low;
  for (let parent = n >> 1; parent > 0; parent--) {
    settle(low, parent - 1, n, Sorter.key(low + parent - 1), Sorter.place(low + parent - 1));
  }
  for (let i = middle; i < high; i++) if (less(i, low)) exchangeTop(low, n, i);
}

function sortHeap(low: usize, high: usize): void {
  for (let last = high; last - low > 1; last--) exchangeTop(low, last - 1 - low, last - 1);
}

/** Brings the `k` smallest of `n` entries to the front, in order. */
export function partialSort(k: usize, n: usize): void {
  if (k == 0) return;
  heapSelect(0, k, n);
  sortHeap(0, k);
}

/** Brings the entry that belongs there to `nth` among `n`: none before it is larger, none after it smaller. */
export function partitionAt(nth: usize, n: usize): void {
  let low: usize = 0;
  let high = n;
  for (let depth = depthFor(n); high - low > 3; depth--) {
    if (depth == 0) {
      heapSelect(low, nth + 1, high);
      Sorter.swap(low, nth);
      return;
    }
    const cut = split(low, high);
    if (cut <= nth) low = cut;
    else high = cut;
  }
  insertionSort(low, high);
}

function introsort(low: usize, high: usize, depth: i32): void {
  for (let end = high; end - low > SMALL; ) {
    if (depth == 0) {
      heapSelect(low, end, end);
      sortHeap(low, end);
      return;
    }
    depth--;
    const cut = split(low, end);
    introsort(cut, end, depth);
    end = cut;
  }
}

/** Sorts `n` entries. */
export function unstableSort(n: usize): void {
  introsort(0, n, depthFor(n));
  insertionSort(0, n);
}

/** As `partitionAt`, by the quickselect that PyTorch brings for kthvalue. */
export function selectAt(nth: usize, n: usize): void {
  let low: usize = 0;
  let high = n - 1;
  while (high > low + 1) {
    Sorter.swap((low + high) >> 1, low + 1);
    if (less(high, low + 1)) Sorter.swap(low + 1, high);
    if (less(high, low)) Sorter.swap(low, high);
    if (less(low, low + 1)) Sorter.swap(low + 1, low);
    const pivot = Sorter.key(low);
    let i = low + 1;
    let j = high;
    while (true) {
      do i++;
      while (Sorter.key(i) < pivot);
      do j--;
      while (pivot < Sorter.key(j));
      if (j < i) break;
      Sorter.swap(i, j);
    }
    Sorter.swap(low, j);
    if (j <= nth) low = i;
    if (j >= nth) {
      if (j == 0) return;
      high = j - 1;
    }
  }
  if (high == low + 1 && less(high, low)) Sorter.swap(low, high);
}
