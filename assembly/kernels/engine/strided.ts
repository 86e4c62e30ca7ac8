// Copies between two layouts of the same elements: no conversion, every bit kept.
//
// Dimensions are ordered by the destination's strides and merged where both layouts allow it. Then the innermost plane is
//   rows       both layouts run along dimension 0          → block moves
//   transpose  the source runs along another dimension     → 4 × 4 tiles in registers (4-byte elements), else 8 × 8 loops
//   any        neither                                     → element by element

const sizes: usize = memory.data(256, 16); // i32 each, innermost first
const to: usize = memory.data(256, 16); // byte strides of the destination
const from: usize = memory.data(256, 16); // byte strides of the source
const index: usize = memory.data(256, 16);

function at(base: usize, i: i32): i32 {
  return load<i32>(base + ((i as usize) << 2));
}

function put(base: usize, i: i32, value: i32): void {
  store<i32>(base + ((i as usize) << 2), value);
}

/** Takes dimensions of size above 1, outermost first as given, into the tables by growing destination stride. */
function sortDims(ndim: i32, dims: usize, toStrides: usize, fromStrides: usize, shift: i32): i32 {
  let count: i32 = 0;
  for (let i = ndim - 1; i >= 0; i--) {
    const size = at(dims, i);
    if (size == 1) continue;
    const t = at(toStrides, i) << shift;
    const f = at(fromStrides, i) << shift;
    let j = count++;
    for (; j > 0 && (at(to, j - 1) as u32) > (t as u32); j--) {
      put(sizes, j, at(sizes, j - 1));
      put(to, j, at(to, j - 1));
      put(from, j, at(from, j - 1));
    }
    put(sizes, j, size);
    put(to, j, t);
    put(from, j, f);
  }
  return count;
}

/** Merges neighbours that both layouts step through evenly. */
function mergeDims(count: i32): i32 {
  let kept: i32 = 0;
  for (let i: i32 = 1; i < count; i++) {
    const size = at(sizes, kept);
    if (at(to, i) == at(to, kept) * size && at(from, i) == at(from, kept) * size) {
      put(sizes, kept, size * at(sizes, i));
      continue;
    }
    kept++;
    put(sizes, kept, at(sizes, i));
    put(to, kept, at(to, i));
    put(from, kept, at(from, i));
  }
  return kept + 1;
}

/**
 * Copies elements of 2^shift bytes from `src` to `dst`. `dims` holds `ndim` sizes, none of them 0, and the strides are
 * i32 each, in elements; the source's may be negative, the destination's may not overlap.
 */
export function copyStrided(
  dst: usize,
  src: usize,
  shift: i32,
  ndim: i32,
  dims: usize,
  toStrides: usize,
  fromStrides: usize,
): void {
  copySorted(dst, src, shift, sortDims(ndim, dims, toStrides, fromStrides, shift));
}

/** As `copyStrided`, with strides in bytes. */
export function copyStridedBytes(
  dst: usize,
  src: usize,
  shift: i32,
  ndim: i32,
  dims: usize,
  toStrides: usize,
  fromStrides: usize,
): void {
  copySorted(dst, src, shift, sortDims(ndim, dims, toStrides, fromStrides, 0));
}

function copySorted(dst: usize, src: usize, shift: i32, found: i32): void {
  let count = found;
  if (count == 0) {
    memory.copy(dst, src, (1 as usize) << (shift as usize));
    return;
  }
  count = mergeDims(count);
  if (count == 1) {
    put(sizes, 1, 1);
    put(to, 1, 0);
    put(from, 1, 0);
    count = 2;
  }
  const width = 1 << shift;
  if (at(to, 0) == width && at(from, 0) != width) bringInside(count, width);
  for (let i: i32 = 2; i < count; i++) put(index, i, 0);
  while (true) {
    plane(dst, src, shift);
    let i: i32 = 2;
    for (; i < count; i++) {
      const next = at(index, i) + 1;
      if (next < at(sizes, i)) {
        put(index, i, next);
        dst += at(to, i);
        src += at(from, i);
        break;
      }
      put(index, i, 0);
      dst -= (at(sizes, i) - 1) * at(to, i);
      src -= (at(sizes, i) - 1) * at(from, i);
    }
    if (i >= count) return;
  }
}

/** Makes the dimension along which the source runs, if there is one, the second of the plane. */
function bringInside(count: i32, width: i32): void {
  for (let i: i32 = 2; i < count; i++) {
    if (at(from, i) != width) continue;
    swap(sizes, i);
    swap(to, i);
    swap(from, i);
    return;
  }
}

function swap(base: usize, i: i32): void {
  const x = at(base, 1);
  put(base, 1, at(base, i));
  put(base, i, x);
}

function plane(dst: usize, src: usize, shift: i32): void {
  const n0 = at(sizes, 0);
  const n1 = at(sizes, 1);
  const t0 = at(to, 0);
  const t1 = at(to, 1);
  const f0 = at(from, 0);
  const f1 = at(from, 1);
  const width = 1 << shift;
  if (t0 == width && f0 == width) {
    const bytes = (n0 as usize) << (shift as usize);
    for (let j: i32 = 0; j < n1; j++) {
      move(dst, src, bytes);
      dst += t1;
      src += f1;
    }
    return;
  }
  if (shift == 2) {
    if (t0 == 4 && f1 == 4 && n0 >= 4 && n1 >= 4) transpose32(dst, src, n0, n1, t1, f0);
    else tiles<u32>(dst, src, n0, n1, t0, t1, f0, f1);
  } else if (shift == 3) tiles<u64>(dst, src, n0, n1, t0, t1, f0, f1);
  else if (shift == 1) tiles<u16>(dst, src, n0, n1, t0, t1, f0, f1);
  else tiles<u8>(dst, src, n0, n1, t0, t1, f0, f1);
}

/** Short rows without the call that a block move costs. */
function move(dst: usize, src: usize, bytes: usize): void {
  if (bytes > 128) {
    memory.copy(dst, src, bytes);
    return;
  }
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(dst + i, v128.load(src + i));
  for (; i + 4 <= bytes; i += 4) store<u32>(dst + i, load<u32>(src + i));
  for (; i < bytes; i++) store<u8>(dst + i, load<u8>(src + i));
}

/** Element by element in tiles of 8 × 8, so that both sides stay in the cache. */
function tiles<T>(dst: usize, src: usize, n0: i32, n1: i32, t0: i32, t1: i32, f0: i32, f1: i32): void {
  for (let j: i32 = 0; j < n1; j += 8) {
    const jEnd = min(n1, j + 8);
    for (let i: i32 = 0; i < n0; i += 8) {
      const iEnd = min(n0, i + 8);
      for (let b = j; b < jEnd; b++) {
        let d: usize = dst + b * t1 + i * t0;
        let s: usize = src + b * f1 + i * f0;
        for (let a = i; a < iEnd; a++) {
          store<T>(d, load<T>(s));
          d += t0;
          s += f0;
        }
      }
    }
  }
}

/**
 * A plane of 4-byte elements, the destination running along dimension 0 and the source along dimension 1. Sixteen
 * elements of a destination row are written while its cache line is at hand.
 */
function transpose32(dst: usize, src: usize, n0: i32, n1: i32, t1: i32, f0: i32): void {
  const m0 = n0 & ~3;
  const m1 = n1 & ~3;
  for (let i: i32 = 0; i < m0; i += 16) {
    const end = min(m0, i + 16);
    for (let j: i32 = 0; j < m1; j += 4) {
      for (let k = i; k < end; k += 4) {
        transposeTile(dst + (k << 2) + j * t1, src + k * f0 + (j << 2), t1, f0);
      }
    }
  }
  if (m1 < n1) tiles<u32>(dst + m1 * t1, src + (m1 << 2), m0, n1 - m1, 4, t1, f0, 4);
  if (m0 < n0) tiles<u32>(dst + (m0 << 2), src + m0 * f0, n0 - m0, n1, 4, t1, f0, 4);
}

/** Four rows of four elements at `s`, `from` bytes apart, become the columns of four rows at `d`, `to` bytes apart. */
function transposeTile(d: usize, s: usize, to: usize, from: usize): void {
  const a = v128.load(s);
  const b = v128.load(s + from);
  const c = v128.load(s + 2 * from);
  const e = v128.load(s + 3 * from);
  const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const ceLow = i32x4.shuffle(c, e, 0, 4, 1, 5);
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const ceHigh = i32x4.shuffle(c, e, 2, 6, 3, 7);
  v128.store(d, i64x2.shuffle(abLow, ceLow, 0, 2));
  v128.store(d + to, i64x2.shuffle(abLow, ceLow, 1, 3));
  v128.store(d + 2 * to, i64x2.shuffle(abHigh, ceHigh, 0, 2));
  v128.store(d + 3 * to, i64x2.shuffle(abHigh, ceHigh, 1, 3));
}
