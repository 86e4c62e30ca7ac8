// Order of elements: keys whose unsigned order is PyTorch's order of elements, and a stable merge sort of keys together
// with places.
//
//   NaN comes after every number, all NaNs are equal, -0 equals 0. For descending order keys are inverted, so that NaN
//   comes first; equal elements keep their order either way.

import { DType, isFloating } from "../../core/dtype";
import { scratch } from "../../core/scratch";
import { Compute, gather } from "./convert";

/** Runs of this length are sorted by insertion before they are merged. */
const RUN: usize = 12;
const SIGN: u64 = 0x8000_0000_0000_0000;

/** The key of every NaN. */
export const NAN_KEY: u64 = 0xffff_ffff_ffff_ffff;

export function keyOfFloat(x: f64): u64 {
  if (x != x) return NAN_KEY;
  const bits = reinterpret<u64>(x + 0.0); // -0 becomes 0
  return bits & SIGN ? ~bits : bits | SIGN;
}

export function keyOfInt(n: i64): u64 {
  return (n as u64) ^ SIGN;
}

/** Memory for sorting lines of `n` elements; false with an error recorded when there is none. */
export class Sorter {
  static keys: usize = 0;
  /** i32 each: where in the line a key comes from. */
  static places: usize = 0;
  static spareKeys: usize = 0;
  static sparePlaces: usize = 0;

  static begin(n: usize): bool {
    Sorter.keys = scratch(((n as u64) << 3) + 8);
    Sorter.places = scratch(((n as u64) << 2) + 4);
    Sorter.spareKeys = scratch(((n as u64) << 3) + 8);
    Sorter.sparePlaces = scratch(((n as u64) << 2) + 4);
    return Sorter.keys != 0 && Sorter.places != 0 && Sorter.spareKeys != 0 && Sorter.sparePlaces != 0;
  }

  @inline static key(i: usize): u64 {
    return load<u64>(Sorter.keys + (i << 3));
  }

  @inline static place(i: usize): usize {
    return load<u32>(Sorter.places + (i << 2));
  }

  @inline static put(i: usize, key: u64, place: usize): void {
    store<u64>(Sorter.keys + (i << 3), key);
    store<u32>(Sorter.places + (i << 2), place as u32);
  }

  /** Moves entry `from` to `to`. */
  @inline static move(to: usize, from: usize): void {
    Sorter.put(to, Sorter.key(from), Sorter.place(from));
  }

  static swap(i: usize, j: usize): void {
    const key = Sorter.key(i);
    const place = Sorter.place(i);
    Sorter.move(i, j);
    Sorter.put(j, key, place);
  }

  /** Reads the keys of `n` elements of `dtype`, `step` bytes apart; places are set to 0, 1, 2 … */
  static read(from: usize, step: isize, n: usize, dtype: DType, descending: bool): void {
    readKeys(Sorter.keys, from, step, n, dtype, descending);
    for (let i: usize = 0; i < n; i++) store<u32>(Sorter.places + (i << 2), i as u32);
  }

  /** Sorts the first `n` keys and their places. */
  static sort(n: usize): void {
    for (let i: usize = 0; i < n; i += RUN) insertionSort(i, min(i + RUN, n));
    for (let width = RUN; width < n; width *= 2) {
      for (let low: usize = 0; low < n; low += 2 * width) {
        merge(low, min(low + width, n), min(low + 2 * width, n));
      }
      const keys = Sorter.keys;
      Sorter.keys = Sorter.spareKeys;
      Sorter.spareKeys = keys;
      const places = Sorter.places;
      Sorter.places = Sorter.sparePlaces;
      Sorter.sparePlaces = places;
    }
  }
}

/** Keys of `n` elements of `dtype`, `step` bytes apart. */
export function readKeys(
  keys: usize,
  from: usize,
  step: isize,
  n: usize,
  dtype: DType,
  descending: bool,
): void {
  const flip: u64 = descending ? NAN_KEY : 0;
  const end = keys + (n << 3);
  if (isFloating(dtype)) {
    gather(keys, from, step, n, dtype, Compute.F64);
    for (let at = keys; at < end; at += 8) store<u64>(at, keyOfFloat(load<f64>(at)) ^ flip);
  } else {
    gather(keys, from, step, n, dtype, Compute.I64);
    for (let at = keys; at < end; at += 8) store<u64>(at, keyOfInt(load<i64>(at)) ^ flip);
  }
}

/** Sorts entries [low, high) by insertion; stable. */
export function insertionSort(low: usize, high: usize): void {
  for (let i = low + 1; i < high; i++) {
    const key = Sorter.key(i);
    const place = Sorter.place(i);
    let j = i;
    for (; j > low && Sorter.key(j - 1) > key; j--) Sorter.move(j, j - 1);
    Sorter.put(j, key, place);
  }
}

/** Merges the sorted [low, middle) and [middle, high) into the spare memory. */
function merge(low: usize, middle: usize, high: usize): void {
  let a = low;
  let b = middle;
  const keys = Sorter.spareKeys;
  const places = Sorter.sparePlaces;
  if (middle >= high || Sorter.key(middle - 1) <= Sorter.key(middle)) {
    memory.copy(keys + (low << 3), Sorter.keys + (low << 3), (high - low) << 3);
    memory.copy(places + (low << 2), Sorter.places + (low << 2), (high - low) << 2);
    return;
  }
  for (let to = low; to < high; to++) {
    const takeA = b >= high || (a < middle && Sorter.key(a) <= Sorter.key(b));
    const from = takeA ? a++ : b++;
    store<u64>(keys + (to << 3), Sorter.key(from));
    store<u32>(places + (to << 2), Sorter.place(from) as u32);
  }
}
