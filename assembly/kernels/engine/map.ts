// Loops over contiguous buffers, generic over what they do to an element.
//
// An operation is a class with the method the loop wants (`v` on four f32 lanes, `d` on an f64, `n` on an i64, `t` on a
// truth byte), named as a type argument: `map2F32<AddF32>`. There is never an instance: methods of these classes do
// not touch `this`, and `changetype<OP>(0)` only names the class. The last 1 to 3 lanes go through the same vector code
// as the rest, so that an element's bits do not depend on its place.

const TAIL: usize = memory.data(64, 16);

export function map1F32<OP>(out: usize, a: usize, n: usize): void {
  const whole = n & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    v128.store(out + (i << 2), changetype<OP>(0).v(v128.load(a + (i << 2))));
  }
  const left = (n - whole) << 2;
  if (left) {
    memory.copy(TAIL, a + (i << 2), left);
    v128.store(TAIL, changetype<OP>(0).v(v128.load(TAIL)));
    memory.copy(out + (i << 2), TAIL, left);
  }
}

export function map2F32<OP>(out: usize, a: usize, b: usize, n: usize): void {
  const whole = n & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    v128.store(out + (i << 2), changetype<OP>(0).v(v128.load(a + (i << 2)), v128.load(b + (i << 2))));
  }
  const left = (n - whole) << 2;
  if (left) {
    memory.copy(TAIL, a + (i << 2), left);
    memory.copy(TAIL + 16, b + (i << 2), left);
    v128.store(TAIL, changetype<OP>(0).v(v128.load(TAIL), v128.load(TAIL, 16)));
    memory.copy(out + (i << 2), TAIL, left);
  }
}

export function map3F32<OP>(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  const whole = n & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    const at = i << 2;
    v128.store(out + at, changetype<OP>(0).v(v128.load(a + at), v128.load(b + at), v128.load(c + at)));
  }
  const left = (n - whole) << 2;
  if (left) {
    memory.copy(TAIL, a + (i << 2), left);
    memory.copy(TAIL + 16, b + (i << 2), left);
    memory.copy(TAIL + 32, c + (i << 2), left);
    v128.store(TAIL, changetype<OP>(0).v(v128.load(TAIL), v128.load(TAIL, 16), v128.load(TAIL, 32)));
    memory.copy(out + (i << 2), TAIL, left);
  }
}

/** Four lanes in, a mask out, stored as four truth bytes. */
export function test2F32<OP>(out: usize, a: usize, b: usize, n: usize): void {
  const whole = n & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    const mask = changetype<OP>(0).v(v128.load(a + (i << 2)), v128.load(b + (i << 2)));
    store<u32>(out + i, truthBytes(mask));
  }
  const left = n - whole;
  if (left) {
    memory.copy(TAIL, a + (i << 2), left << 2);
    memory.copy(TAIL + 16, b + (i << 2), left << 2);
    store<u32>(TAIL, truthBytes(changetype<OP>(0).v(v128.load(TAIL), v128.load(TAIL, 16))));
    memory.copy(out + i, TAIL, left);
  }
}

/** A lane mask as four bytes of 0 or 1. */
function truthBytes(mask: v128): u32 {
  const words = i16x8.narrow_i32x4_s(mask, mask);
  return i32x4.extract_lane(i8x16.narrow_i16x8_s(words, words), 0) & 0x0101_0101;
}

export function map1F64<OP>(out: usize, a: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<f64>(out + (i << 3), changetype<OP>(0).d(load<f64>(a + (i << 3))));
  }
}

export function map2F64<OP>(out: usize, a: usize, b: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<f64>(out + (i << 3), changetype<OP>(0).d(load<f64>(a + (i << 3)), load<f64>(b + (i << 3))));
  }
}

export function map3F64<OP>(out: usize, a: usize, b: usize, c: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    const at = i << 3;
    store<f64>(out + at, changetype<OP>(0).d(load<f64>(a + at), load<f64>(b + at), load<f64>(c + at)));
  }
}

export function test2F64<OP>(out: usize, a: usize, b: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, changetype<OP>(0).d(load<f64>(a + (i << 3)), load<f64>(b + (i << 3))) ? 1 : 0);
  }
}

export function map1I64<OP>(out: usize, a: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<i64>(out + (i << 3), changetype<OP>(0).n(load<i64>(a + (i << 3))));
  }
}

export function map2I64<OP>(out: usize, a: usize, b: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<i64>(out + (i << 3), changetype<OP>(0).n(load<i64>(a + (i << 3)), load<i64>(b + (i << 3))));
  }
}

export function test2I64<OP>(out: usize, a: usize, b: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, changetype<OP>(0).n(load<i64>(a + (i << 3)), load<i64>(b + (i << 3))) ? 1 : 0);
  }
}

export function map1U8<OP>(out: usize, a: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, changetype<OP>(0).t(load<u8>(a + i)) ? 1 : 0);
  }
}

export function map2U8<OP>(out: usize, a: usize, b: usize, n: usize): void {
  for (let i: usize = 0; i < n; i++) {
    store<u8>(out + i, changetype<OP>(0).t(load<u8>(a + i), load<u8>(b + i)) ? 1 : 0);
  }
}
