// float16 and bfloat16: conversion from and to float32, one number or a buffer. To a half: round to nearest,
// ties to even; every NaN becomes the positive quiet NaN, as NaN's sign and payload differ between hosts.
import { F32x4 } from "./lanes";

/** The float32 of float16 bits; exact. A NaN keeps its payload. */
export function f16ToF32(bits: u32): f32 {
  const sign = (bits & 0x8000) << 16;
  const rest = (bits & 0x7fff) << 13;
  // 2^112 rebiases the exponent, of subnormal numbers too; infinity and NaN need all exponent bits.
  const scaled = reinterpret<u32>(reinterpret<f32>(rest) * reinterpret<f32>(0x77800000));
  return reinterpret<f32>(sign | (rest >= 0x0f800000 ? rest | 0x7f800000 : scaled));
}

/** The float16 bits of a float32. */
export function f32ToF16(x: f32): u32 {
  const bits = reinterpret<u32>(x);
  const sign = (bits >> 16) & 0x8000;
  const rest = bits & 0x7fffffff;
  if (rest > 0x7f800000) return 0x7e00;
  if (rest >= 0x47800000) return sign | 0x7c00; // 65536; what is below rounds to infinity by itself
  if (rest < 0x38800000) {
    // Subnormal: 0.5 has the last place that such a float16 has, so that the sum is rounded there.
    return sign | (reinterpret<u32>(reinterpret<f32>(rest) + 0.5) - 0x3f000000);
  }
  return sign | ((rest + 0xfff + ((rest >> 13) & 1) - 0x38000000) >> 13);
}

/** The float32 of bfloat16 bits; exact. */
export function bf16ToF32(bits: u32): f32 {
  return reinterpret<f32>(bits << 16);
}

/** The bfloat16 bits of a float32. */
export function f32ToBf16(x: f32): u32 {
  const bits = reinterpret<u32>(x);
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fc0;
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

enum K {
  ONE = 0,
  MAGNITUDE = 1,
  INFINITY = 2,
  MAGNITUDE16 = 3,
  SIGN16 = 4,
  FINITE16 = 5,
  REBIAS = 6,
  HALF = 7,
  SUBNORMALS16 = 8,
  ROUND16 = 9,
  LARGEST16 = 10,
  INFINITY16 = 11,
  NAN16 = 12,
  ROUND_B16 = 13,
  NAN_B16 = 14,
}

/** Bit patterns; those named 16 belong to float16, those named B16 to bfloat16. */
const BITS = memory.data<u32>([
  1,
  0x7fffffff,
  0x7f800000,
  0x7fff,
  0x8000,
  0x0f7fffff, // the largest finite magnitude, shifted to float32's place
  0x77800000, // 2^112
  0x3f000000, // 0.5
  0x38800000, // 2^-14: below it are float16's subnormal numbers
  0xc8000fff, // half a last place less one, and the exponent's change of bias
  0x477fffff, // the number before 65536
  0x7c00,
  0x7e00,
  0x7fff, // half a last place less one
  0x7fc0,
]);

abstract class Half {
  @inline static at(index: usize): v128 {
    return F32x4.at(BITS, index);
  }

  /** `f16ToF32` of four bit patterns. */
  @inline static fromF16(bits: v128): v128 {
    const rest = i32x4.shl(v128.and(bits, Half.at(K.MAGNITUDE16)), 13);
    const sign = i32x4.shl(v128.and(bits, Half.at(K.SIGN16)), 16);
    const finite = f32x4.mul(rest, Half.at(K.REBIAS));
    const other = v128.or(rest, Half.at(K.INFINITY));
    return v128.or(sign, v128.bitselect(other, finite, i32x4.gt_s(rest, Half.at(K.FINITE16))));
  }

  /** `f32ToF16` of four numbers. */
  @inline static toF16(x: v128): v128 {
    const rest = v128.and(x, Half.at(K.MAGNITUDE));
    const odd = v128.and(i32x4.shr_u(rest, 13), Half.at(K.ONE));
    const normal = i32x4.shr_u(i32x4.add(i32x4.add(rest, odd), Half.at(K.ROUND16)), 13);
    const subnormal = i32x4.sub(f32x4.add(rest, Half.at(K.HALF)), Half.at(K.HALF));
    let y = v128.bitselect(subnormal, normal, i32x4.lt_s(rest, Half.at(K.SUBNORMALS16)));
    y = v128.bitselect(Half.at(K.INFINITY16), y, i32x4.gt_s(rest, Half.at(K.LARGEST16)));
    y = v128.or(y, v128.and(i32x4.shr_u(x, 16), Half.at(K.SIGN16)));
    return v128.bitselect(Half.at(K.NAN16), y, i32x4.gt_s(rest, Half.at(K.INFINITY)));
  }

  /** `f32ToBf16` of four numbers. */
  @inline static toBf16(x: v128): v128 {
    const odd = v128.and(i32x4.shr_u(x, 16), Half.at(K.ONE));
    const y = i32x4.shr_u(i32x4.add(i32x4.add(x, odd), Half.at(K.ROUND_B16)), 16);
    const nan = i32x4.gt_s(v128.and(x, Half.at(K.MAGNITUDE)), Half.at(K.INFINITY));
    return v128.bitselect(Half.at(K.NAN_B16), y, nan);
  }
}

/** `n` float16 at `src` to float32 at `dst`; any alignment, the buffers do not overlap. */
export function convertF16ToF32(dst: usize, src: usize, n: usize): void {
  const body = dst + ((n & ~3) << 2);
  const end = dst + (n << 2);
  for (; dst < body; dst += 16, src += 8) v128.store(dst, Half.fromF16(v128.load16x4_u(src)));
  for (; dst < end; dst += 4, src += 2) store<f32>(dst, f16ToF32(load<u16>(src)));
}

/** `n` float32 at `src` to float16 at `dst`; any alignment, `dst` may be `src`. */
export function convertF32ToF16(dst: usize, src: usize, n: usize): void {
  const body = dst + ((n & ~7) << 1);
  const end = dst + (n << 1);
  for (; dst < body; dst += 16, src += 32) {
    const low = Half.toF16(v128.load(src));
    const high = Half.toF16(v128.load(src, 16));
    v128.store(dst, i16x8.narrow_i32x4_u(low, high));
  }
  for (; dst < end; dst += 2, src += 4) store<u16>(dst, f32ToF16(load<f32>(src)));
}

/** `n` bfloat16 at `src` to float32 at `dst`; any alignment, the buffers do not overlap. */
export function convertBf16ToF32(dst: usize, src: usize, n: usize): void {
  const body = dst + ((n & ~3) << 2);
  const end = dst + (n << 2);
  for (; dst < body; dst += 16, src += 8) v128.store(dst, i32x4.shl(v128.load16x4_u(src), 16));
  for (; dst < end; dst += 4, src += 2) store<f32>(dst, bf16ToF32(load<u16>(src)));
}

/** `n` float32 at `src` to bfloat16 at `dst`; any alignment, `dst` may be `src`. */
export function convertF32ToBf16(dst: usize, src: usize, n: usize): void {
  const body = dst + ((n & ~7) << 1);
  const end = dst + (n << 1);
  for (; dst < body; dst += 16, src += 32) {
    const low = Half.toBf16(v128.load(src));
    const high = Half.toBf16(v128.load(src, 16));
    v128.store(dst, i16x8.narrow_i32x4_u(low, high));
  }
  for (; dst < end; dst += 2, src += 4) store<u16>(dst, f32ToBf16(load<f32>(src)));
}
