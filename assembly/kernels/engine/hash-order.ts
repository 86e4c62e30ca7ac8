// The order in which a hash set of the C++ standard library gives its elements: that of torch.unique without sorting.
//
// The elements stand in one list. An element goes to the front of its bucket's part of the list, the first one of a bucket
// to the front of the whole: so buckets come in the reverse order of their first elements, and elements in theirs. When
// the set is full it takes more buckets, and its elements enter again in the order of the list.

import { DType, dtypeShift } from "../../core/dtype";
import { scratch } from "../../core/scratch";
import { Tensor } from "../../core/tensor";
import { Sorter } from "./sort";

/** The numbers of buckets that a growing set has, one after another. */
const BUCKETS: usize = memory.data<i32>([
  13,
  29,
  59,
  127,
  257,
  541,
  1109,
  2357,
  5087,
  10273,
  20753,
  42043,
  85229,
  172933,
  351061,
  712697,
  1447153,
  2938679,
  5967347,
  12117689,
  24607243,
  49969847,
  101473717,
  206062531,
  418451333,
  849749479,
  1725587117,
  i32.MAX_VALUE,
]);

const MIX: u64 = 0xc6a4_a793_5bd1_e995;

/** MurmurHash64A of the `bytes` (at most 8) low bytes of `x`. */
function murmur(x: u64, bytes: u64): u64 {
  let hash: u64 = 0xc70f_6907 ^ (bytes * MIX);
  let part = x;
  if (bytes == 8) {
    part *= MIX;
    part = (part ^ (part >> 47)) * MIX;
  }
  hash = (hash ^ part) * MIX;
  hash = (hash ^ (hash >> 47)) * MIX;
  return hash ^ (hash >> 47);
}

/** std::hash of the element at `at`; integers are their own. */
function hashAt(at: usize, dtype: DType): u64 {
  switch (dtype) {
    case DType.FLOAT32:
      return load<f32>(at) == 0 ? 0 : murmur(load<u32>(at), 4);
    case DType.FLOAT64:
      return load<f64>(at) == 0 ? 0 : murmur(load<u64>(at), 8);
    case DType.BFLOAT16:
      return load<u16>(at);
    case DType.INT64:
      return load<u64>(at);
    case DType.INT32:
      return load<i32>(at) as u64;
    case DType.INT16:
      return load<i16>(at) as u64;
    case DType.INT8:
      return load<i8>(at) as u64;
    default:
      return load<u8>(at);
  }
}

/** The first `n` entries of the sorter (places: groups) enter a set of that many buckets, in which they are then listed. */
function enter(t: Tensor, n: usize, buckets: u32, firsts: usize, oldest: usize): void {
  const dtype = t.dtype as DType;
  const shift = dtypeShift(dtype);
  memory.fill(oldest, 0xff, (buckets as usize) << 2);
  for (let i: usize = 0; i < n; i++) {
    const place = load<i64>(firsts + (Sorter.place(i) << 3)) as usize;
    const bucket = (hashAt(t.data + (place << shift), dtype) % (buckets as u64)) as usize;
    const at = oldest + (bucket << 2);
    if (load<i32>(at) < 0) store<i32>(at, i as i32);
    Sorter.put(i, ~(((load<u32>(at) as u64) << 32) | (i as u64)), Sorter.place(i));
  }
  Sorter.sort(n);
}

/**
 * Brings `count` groups of equal elements of the contiguous `t` into that order: `inverse` (int64 for every element),
 * `members` and `firsts` (int64 for every group) are changed. The sorter's memory is used. False with an error recorded
 * when memory is out.
 */
export function hashOrder(t: Tensor, count: usize, inverse: usize, members: usize, firsts: usize): bool {
  let stage = BUCKETS;
  while ((load<u32>(stage) as usize) < count) stage += 4;
  const oldest = scratch(((load<u32>(stage) as u64) << 2) + 4);
  const copies = scratch(((count as u64) << 4) + 8);
  const numbers = scratch(((count as u64) << 3) + 8);
  const arrivals = scratch(((count as u64) << 2) + 4);
  if (!oldest || !copies || !numbers || !arrivals) return false;
  // Groups come to the set in the order of their first elements.
  for (let i: usize = 0; i < count; i++) Sorter.put(i, load<u64>(firsts + (i << 3)), i);
  Sorter.sort(count);
  memory.copy(arrivals, Sorter.places, count << 2);
  let entered: usize = 0;
  for (let at = BUCKETS; at <= stage; at += 4) {
    const buckets = load<u32>(at);
    for (const room = min(buckets as usize, count); entered < room; entered++) {
      Sorter.put(entered, 0, load<u32>(arrivals + (entered << 2)));
    }
    enter(t, entered, buckets, firsts, oldest);
  }
  memory.copy(copies, members, count << 3);
  memory.copy(copies + (count << 3), firsts, count << 3);
  for (let i: usize = 0; i < count; i++) {
    const from = Sorter.place(i) << 3;
    store<i64>(numbers + from, i as i64);
    store<i64>(members + (i << 3), load<i64>(copies + from));
    store<i64>(firsts + (i << 3), load<i64>(copies + (count << 3) + from));
  }
  for (let i: usize = 0; i < (t.numel as usize); i++) {
    const at = inverse + (i << 3);
    store<i64>(at, load<i64>(numbers + ((load<i64>(at) as usize) << 3)));
  }
  return true;
}
