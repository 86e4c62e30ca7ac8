// Normal numbers: Box-Muller, one at a time in float64, and in PyTorch's groups of sixteen.

import { DType } from "../core/dtype";
import { horner, productError, sumError } from "../math/f64/arithmetic";
import { log64, logHigh } from "../math/f64/log";
import { cos64, sin64 } from "../math/f64/trig";
import { fma64, fmaF32x4 } from "../math/fma";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../math/half";
import { cosine, logF32x4, sinF32x4 } from "./cephes";
import { fillUnits, hasNormal, keepNormal, takeNormal, unit64, unitOf } from "./generator";

const TWO_PI: f64 = 6.283185307179586;

// Sums of two float64 that carry about 106 bits: every function leaves its result in `hi` and `lo`.
let hi: f64 = 0;
let lo: f64 = 0;

function set(a: f64, b: f64): void {
  hi = a + b;
  lo = b - (hi - a);
}

/** (ah + al) * (bh + bl) */
function multiply(ah: f64, al: f64, bh: f64, bl: f64): void {
  const p = ah * bh;
  set(p, productError(ah, bh, p) + (ah * bl + al * bh));
}

/** (ah + al) + (bh + bl) */
function add(ah: f64, al: f64, bh: f64, bl: f64): void {
  const s = ah + bh;
  set(s, sumError(ah, bh, s) + (al + bl));
}

const HALF_PI: usize = memory.data<f64>([1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33]);
/** Of sin(r) / r and cos(r) in r^2, from the third power on, lowest order first; before that in two parts each. */
const SIN: usize = memory.data<f64>([
  -0.0001984126984126984, 2.7557319223985893e-6, -2.505210838544172e-8, 1.6059043836821613e-10,
  -7.647163731819816e-13, 2.8114572543455206e-15, -8.22063524662433e-18, 1.9572941063391263e-20,
]);
const SIN_HEAD: usize = memory.data<f64>([
  1, 0, -0.16666666666666666, -9.25185853854297e-18, 0.008333333333333333, 1.1564823173178714e-19,
]);
const COS: usize = memory.data<f64>([
  -0.001388888888888889, 2.48015873015873e-5, -2.755731922398589e-7, 2.08767569878681e-9,
  -1.1470745597729725e-11, 4.779477332387385e-14, -1.5619206968586225e-16, 4.110317623312165e-19,
]);
const COS_HEAD: usize = memory.data<f64>([1, 0, -0.5, 0, 0.041666666666666664, 2.3129646346357427e-18]);

/** The series in zh + zl: three coefficients of two parts, then eight of one. */
function series(head: usize, tail: usize, zh: f64, zl: f64): void {
  hi = horner(tail, 8, zh);
  lo = 0;
  for (let i: usize = 3; i > 0; i--) {
    multiply(hi, lo, zh, zl);
    add(load<f64>(head + ((i - 1) << 4)), load<f64>(head + ((i - 1) << 4), 8), hi, lo);
  }
}

let sine64: f64 = 0;
let cosine64: f64 = 0;

/** Sets `sine64` and `cosine64` for 0 <= x < 2 pi, correctly rounded in all but one of thousands of cases. */
function polar(x: f64): void {
  const turns = nearest(x / load<f64>(HALF_PI));
  hi = x;
  lo = 0;
  for (let i: usize = 0; i < 3; i++) {
    const rh = hi;
    const rl = lo;
    multiply(turns, 0, -load<f64>(HALF_PI + (i << 3)), 0);
    add(rh, rl, hi, lo);
  }
  const rh = hi;
  const rl = lo;
  multiply(rh, rl, rh, rl);
  const zh = hi;
  const zl = lo;
  series(COS_HEAD, COS, zh, zl);
  const c = hi;
  series(SIN_HEAD, SIN, zh, zl);
  multiply(hi, lo, rh, rl);
  const s = hi;
  const quadrant = (turns as i32) & 3;
  sine64 = quadrant & 1 ? c : s;
  cosine64 = quadrant & 1 ? s : c;
  if (quadrant & 2) sine64 = -sine64;
  if (quadrant === 1 || quadrant === 2) cosine64 = -cosine64;
}

/** A normal number of mean 0 and deviation 1; every second one is left over from the draw before. */
function standard(): f64 {
  if (hasNormal()) return takeNormal();
  const u1 = unit64();
  const u2 = unit64();
  const radius = sqrt(-2 * logHigh(1 - u2));
  polar(TWO_PI * u1);
  keepNormal(radius * sine64);
  return radius * cosine64;
}

/** A normal number. */
export function normal64(mean: f64, std: f64): f64 {
  return fma64(standard(), std, mean);
}

/** 16 uniform float32 at `at` become normal: number j of the first half pairs with j of the second. */
function sixteenF32(at: usize, mean: v128, std: v128): void {
  for (let half: usize = 0; half < 32; half += 16) {
    const to = at + half;
    const log = logF32x4(f32x4.sub(f32x4.splat(1), v128.load(to)));
    const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log));
    const sine = sinF32x4(f32x4.mul(f32x4.splat(TWO_PI as f32), v128.load(to, 32)));
    v128.store(to, fmaF32x4(f32x4.mul(radius, cosine), std, mean));
    v128.store(to, fmaF32x4(f32x4.mul(radius, sine), std, mean), 32);
  }
}

function sixteenF64(at: usize, mean: f64, std: f64): void {
  for (let to = at; to < at + 64; to += 8) {
    const radius = sqrt(-2 * logHigh(1 - load<f64>(to)));
    polar(TWO_PI * load<f64>(to, 64));
    store<f64>(to, fma64(radius * cosine64, std, mean));
    store<f64>(to, fma64(radius * sine64, std, mean), 64);
  }
}

/** The element that `x` becomes in float16 or bfloat16. */
function round(x: f64, half: bool): f32 {
  const y = x as f32;
  return half ? f16ToF32(f32ToF16(y)) : bf16ToF32(f32ToBf16(y));
}

function read(at: usize, half: bool): f32 {
  const bits = load<u16>(at) as u32;
  return half ? f16ToF32(bits) : bf16ToF32(bits);
}

function write(at: usize, x: f32, half: bool): void {
  store<u16>(at, (half ? f32ToF16(x) : f32ToBf16(x)) as u16);
}

/** A step of PyTorch's arithmetic: in bfloat16 each is rounded to the dtype, in float16 to float32. */
function step(x: f64, half: bool): f32 {
  return half ? (x as f32) : round(x, false);
}

function sixteenHalf(at: usize, mean: f32, std: f32, half: bool): void {
  for (let to = at; to < at + 16; to += 2) {
    const u1 = round(1 - read(to, half), half);
    const radius = round(sqrt<f32>(-2 * step(log64(u1), half)), half);
    const theta = round(TWO_PI * (read(to + 16, half) as f64), half) as f64;
    const a = step(radius * step(cos64(theta), half), half);
    const b = step(radius * step(sin64(theta), half), half);
    write(to, step(a * std, half) + mean, half);
    write(to + 16, step(b * std, half) + mean, half);
  }
}

function unitsInto(at: usize, dtype: DType, n: usize): void {
  if (dtype === DType.FLOAT32) return fillUnits(at, n);
  for (let i: usize = 0; i < n; i++) {
    if (dtype === DType.FLOAT64) store<f64>(at + (i << 3), unit64());
    else if (dtype === DType.FLOAT16) write(at + (i << 1), unitOf(11), true);
    else write(at + (i << 1), unitOf(8), false);
  }
}

function sixteen(at: usize, dtype: DType, mean: f64, std: f64): void {
  if (dtype === DType.FLOAT32) sixteenF32(at, f32x4.splat(mean as f32), f32x4.splat(std as f32));
  else if (dtype === DType.FLOAT64) sixteenF64(at, mean, std);
  else
    sixteenHalf(
      at,
      round(mean, dtype === DType.FLOAT16),
      round(std, dtype === DType.FLOAT16),
      dtype === DType.FLOAT16,
    );
}

/** Fills `n` >= 16 contiguous elements of a floating dtype, `shift` the log2 of its bytes. */
export function fillNormal(at: usize, dtype: DType, shift: usize, n: usize, mean: f64, std: f64): void {
  unitsInto(at, dtype, n);
  for (let i: usize = 0; i + 16 <= n; i += 16) sixteen(at + (i << shift), dtype, mean, std);
  if (!(n & 15)) return;
  // The last sixteen are drawn again, over what is there.
  const last = at + ((n - 16) << shift);
  unitsInto(last, dtype, 16);
  sixteen(last, dtype, mean, std);
}
