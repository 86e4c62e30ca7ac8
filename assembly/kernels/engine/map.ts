// Loops over contiguous buffers, generic over what they do to an element.
//
// An operation is a class with the method the loop wants (`v` on four f32 lanes, `d` on an f64, `n` on an i64, `t` on a
// truth byte), named as a type argument: `map2F32<Add>`. There is never an instance: methods of these classes do not
// touch `this`, and `changetype<OP>(0)` only names the class. The last 1 to 3 lanes go through the same vector code as
// the rest, so that an element's bits do not depend on its place. The output may be one of the inputs.

/** One floating input. */
export interface Float1 {
  v(a: v128): v128;
  d(a: f64): f64;
}

export interface Float2 {
  v(a: v128, b: v128): v128;
  d(a: f64, b: f64): f64;
}

export interface Float3 {
  v(a: v128, b: v128, c: v128): v128;
  d(a: f64, b: f64, c: f64): f64;
}

export interface Int1 {
  n(a: i64): i64;
}

export interface Int2 {
  n(a: i64, b: i64): i64;
}

export interface Int3 {
  n(a: i64, b: i64, c: i64): i64;
}

/** One input of any type. */
export interface Math1 extends Float1 {
  n(a: i64): i64;
}

export interface Math2 extends Float2 {
  n(a: i64, b: i64): i64;
}

export interface Math3 extends Float3 {
  n(a: i64, b: i64, c: i64): i64;
}

/** A test of one input: a lane mask, or a bool. */
export interface Test1 {
  v(a: v128): v128;
  d(a: f64): bool;
  n(a: i64): bool;
}

export interface Test2 {
  v(a: v128, b: v128): v128;
  d(a: f64, b: f64): bool;
  n(a: i64, b: i64): bool;
}

/** A test of one input's truth, 0 or 1. */
export interface Truth1 {
  t(a: u32): bool;
}

export interface Truth2 {
  t(a: u32, b: u32): bool;
}

/** Parts of vectors, and masks as truth bytes. */
export abstract class Lanes {
  /** The first `n` (1 to 3) lanes at `p`; the others are 0. */
  static load(p: usize, n: usize): v128 {
    if (n === 1) return v128.load32_zero(p);
    const two = v128.load64_zero(p);
    return n === 2 ? two : v128.load32_lane(p, two, 2, 8);
  }

  /** Stores the first `n` (1 to 3) lanes. */
  static store(p: usize, value: v128, n: usize): void {
    if (n === 1) {
      v128.store32_lane(p, value, 0);
      return;
    }
    v128.store64_lane(p, value, 0);
    if (n === 3) v128.store32_lane(p, value, 2, 8);
  }

  /** A lane mask as four bytes of 0 or 1. */
  @inline static truth(mask: v128): u32 {
    const words = i16x8.narrow_i32x4_s(mask, mask);
    return i32x4.extract_lane(i8x16.narrow_i16x8_s(words, words), 0) & 0x0101_0101;
  }

  /** Stores the first `n` (1 to 3) lanes of a mask as truth bytes. */
  static storeTruth(p: usize, mask: v128, n: usize): void {
    let bytes = Lanes.truth(mask);
    for (const end = p + n; p < end; p++) {
      store<u8>(p, bytes as u8);
      bytes >>= 8;
    }
  }

  /** Four truth bytes as a lane mask. */
  @inline static mask(bytes: u32): v128 {
    const lanes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes)));
    return i32x4.ne(lanes, i32x4.splat(0));
  }

  /** The first `n` (1 to 3) truth bytes at `p` as a lane mask. */
  static loadMask(p: usize, n: usize): v128 {
    let bytes: u32 = load<u8>(p);
    if (n > 1) bytes |= (load<u8>(p, 1) as u32) << 8;
    if (n > 2) bytes |= (load<u8>(p, 2) as u32) << 16;
    return Lanes.mask(bytes);
  }
}

export function map1F32<OP extends Float1>(out: usize, a: usize, n: usize): void {
  const whole = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    v128.store(out + at, changetype<OP>(0).v(v128.load(a + at)));
  }
  const left = n & 3;
  if (left) Lanes.store(out + at, changetype<OP>(0).v(Lanes.load(a + at, left)), left);
}

export function map2F32<OP extends Float2>(out: usize, a: usize, b: usize, n: usize): void {
  const whole = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    v128.store(out + at, changetype<OP>(0).v(v128.load(a + at), v128.load(b + at)));
  }
  const left = n & 3;
  if (left)
    Lanes.store(out + at, changetype<OP>(0).v(Lanes.load(a + at, left), Lanes.load(b + at, left)), left);
}

/** As `map2F32` with one number at `b` for all elements. */
export function mapSplatF32<OP extends Float2>(out: usize, a: usize, b: usize, n: usize): void {
  const whole = (n & ~3) << 2;
  const y = v128.load32_splat(b);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    v128.store(out + at, changetype<OP>(0).v(v128.load(a + at), y));
  }
  const left = n & 3;
  if (left) Lanes.store(out + at, changetype<OP>(0).v(Lanes.load(a + at, left), y), left);
}

export function map3F32<OP extends Float3>(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  const whole = (n & ~3) << 2;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    v128.store(out + at, changetype<OP>(0).v(v128.load(a + at), v128.load(b + at), v128.load(c + at)));
  }
  const left = n & 3;
  if (!left) return;
  const x = Lanes.load(a + at, left);
  const y = Lanes.load(b + at, left);
  Lanes.store(out + at, changetype<OP>(0).v(x, y, Lanes.load(c + at, left)), left);
}

/** Four lanes in, a mask out, stored as four truth bytes. */
export function test1F32<OP extends Test1>(out: usize, a: usize, n: usize): void {
  const whole = n & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) store<u32>(out + i, Lanes.truth(changetype<OP>(0).v(v128.load(a + (i << 2)))));
  const left = n & 3;
  if (left) Lanes.storeTruth(out + i, changetype<OP>(0).v(Lanes.load(a + (i << 2), left)), left);
}

export function test2F32<OP extends Test2>(out: usize, a: usize, b: usize, n: usize): void {
  const whole = n & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    const mask = changetype<OP>(0).v(v128.load(a + (i << 2)), v128.load(b + (i << 2)));
    store<u32>(out + i, Lanes.truth(mask));
  }
  const left = n & 3;
  if (!left) return;
  const mask = changetype<OP>(0).v(Lanes.load(a + (i << 2), left), Lanes.load(b + (i << 2), left));
  Lanes.storeTruth(out + i, mask, left);
}

export function map1F64<OP extends Float1>(out: usize, a: usize, n: usize): void {
  const end = n << 3;
  for (let at: usize = 0; at < end; at += 8) store<f64>(out + at, changetype<OP>(0).d(load<f64>(a + at)));
}

export function map2F64<OP extends Float2>(out: usize, a: usize, b: usize, n: usize): void {
  const end = n << 3;
  for (let at: usize = 0; at < end; at += 8) {
    store<f64>(out + at, changetype<OP>(0).d(load<f64>(a + at), load<f64>(b + at)));
  }
}

export function map3F64<OP extends Float3>(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  const end = n << 3;
  for (let at: usize = 0; at < end; at += 8) {
    store<f64>(out + at, changetype<OP>(0).d(load<f64>(a + at), load<f64>(b + at), load<f64>(c + at)));
  }
}

export function test1F64<OP extends Test1>(out: usize, a: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) store<u8>(out + i, changetype<OP>(0).d(load<f64>(a + (i << 3))) ? 1 : 0);
}

export function test2F64<OP extends Test2>(out: usize, a: usize, b: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, changetype<OP>(0).d(load<f64>(a + (i << 3)), load<f64>(b + (i << 3))) ? 1 : 0);
  }
}

export function map1I64<OP extends Int1>(out: usize, a: usize, n: usize): void {
  const end = n << 3;
  for (let at: usize = 0; at < end; at += 8) store<i64>(out + at, changetype<OP>(0).n(load<i64>(a + at)));
}

export function map2I64<OP extends Int2>(out: usize, a: usize, b: usize, n: usize): void {
  const end = n << 3;
  for (let at: usize = 0; at < end; at += 8) {
    store<i64>(out + at, changetype<OP>(0).n(load<i64>(a + at), load<i64>(b + at)));
  }
}

export function map3I64<OP extends Int3>(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  const end = n << 3;
  for (let at: usize = 0; at < end; at += 8) {
    store<i64>(out + at, changetype<OP>(0).n(load<i64>(a + at), load<i64>(b + at), load<i64>(c + at)));
  }
}

export function test1I64<OP extends Test1>(out: usize, a: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) store<u8>(out + i, changetype<OP>(0).n(load<i64>(a + (i << 3))) ? 1 : 0);
}

export function test2I64<OP extends Test2>(out: usize, a: usize, b: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, changetype<OP>(0).n(load<i64>(a + (i << 3)), load<i64>(b + (i << 3))) ? 1 : 0);
  }
}

export function map1U8<OP extends Truth1>(out: usize, a: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, changetype<OP>(0).t(load<u8>(a + i)) ? 1 : 0);
  }
}

export function map2U8<OP extends Truth2>(out: usize, a: usize, b: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, changetype<OP>(0).t(load<u8>(a + i), load<u8>(b + i)) ? 1 : 0);
  }
}
