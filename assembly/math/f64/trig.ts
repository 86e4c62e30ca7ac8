// sin, cos and tan of a float64, for the whole range: within 1 ulp, tan within 2.
import { horner, multiplyHigh, productError, sumError } from "./arithmetic";

const TWO_OVER_PI: f64 = 2 / Math.PI;
const PI_2: f64 = Math.PI / 2;
const PI_2_REST: f64 = 6.123233995736766e-17;
/** pi / 2 in 33 bits, 33 bits, 33 bits and the rest: the first three times n < 2^20 are exact. */
const PI_2_A: f64 = 1.5707963267341256;
const PI_2_B: f64 = 6.077100506303966e-11;
const PI_2_C: f64 = 2.0222662487111665e-21;
const PI_2_D: f64 = 8.4784276603689e-32;

/** 64 zeros and 1216 bits of 2 / pi, in words of 32 bits, most significant first. */
const TWO_OVER_PI_BITS = memory.data<u32>([
  0, 0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561,
  0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484, 0xe99c7026,
  0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b, 0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f,
  0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1,
  0x1f8d5d08, 0x56033046, 0xfc7b6bab,
]);

/** (sin(r) - r) / r^3 in r^2, |r| <= pi / 4. */
const SIN = memory.data<f64>([
  -0.1666666666666663, 0.00833333333332184, -0.00019841269829358327, 2.7557313538370573e-6,
  -2.5050734357034524e-8, 1.5895430971918112e-10,
]);

/** (cos(r) - 1 + r^2 / 2) / r^4 in r^2. */
const COS = memory.data<f64>([
  0.041666666666666595, -0.0013888888888873325, 2.4801587288983563e-5, -2.755731421000214e-7,
  2.0875704255969748e-9, -1.1358682310911574e-11,
]);

/** The remainder of the last reduction, as a sum of two. */
let high: f64 = 0;
let low: f64 = 0;

function setRemainder(a: f64, b: f64): void {
  high = a + b;
  low = a - high + b;
}

/** Sets high + low = x - n pi / 2 for the nearest n and returns n modulo 4; |x| < 2^20. */
function reduceNear(x: f64): i32 {
  const n = nearest(x * TWO_OVER_PI);
  const a = x - n * PI_2_A;
  const b = -n * PI_2_B;
  const ab = a + b;
  const c = -n * PI_2_C;
  const abc = ab + c;
  setRemainder(abc, sumError(a, b, ab) + sumError(ab, c, abc) - n * PI_2_D);
  return <i32>n & 3;
}

/** 64 bits of the table from bit `position` on. */
function bitsAt(position: u32): u64 {
  const at = TWO_OVER_PI_BITS + ((<usize>(position >> 5)) << 2);
  const whole = ((<u64>load<u32>(at)) << 32) | load<u32>(at, 4);
  const shift = <u64>(position & 31);
  return (whole << shift) | (<u64>load<u32>(at, 8) >> (32 - shift));
}

/**
 * The same for any finite |x| >= 2^20, from the 192 bits of 2 / pi that matter (Payne and Hanek):
 * x = m 2^e, m of 53 bits; bits of 2 / pi whose product with 2^e is a multiple of 4 are skipped.
 */
function reduceFar(x: f64): i32 {
  const bits = reinterpret<u64>(x);
  const m = (bits & 0x000fffffffffffff) | 0x0010000000000000;
  const skip = <u32>((bits >> 52) & 0x7ff) - 1075 + 62;
  const w0 = bitsAt(skip);
  const w1 = bitsAt(skip + 64);
  const w2 = bitsAt(skip + 128);
  // The quotient modulo 4 as a binary fraction: two integer bits, then 126 bits.
  const middle = m * w1;
  let g = middle + multiplyHigh(m, w2);
  let f = m * w0 + multiplyHigh(m, w1) + u64(g < middle);
  let n = <i32>(f >> 62);
  f = (f << 2) | (g >> 62);
  g <<= 2;
  const over = <i64>f < 0; // the fraction is at least 1/2: take it from above
  if (over) {
    n += 1;
    g = -g;
    f = ~f + u64(g === 0);
  }
  const zeros = clz(f);
  f = (f << zeros) | ((g >> 1) >> (63 - zeros));
  g <<= zeros;
  const scale = reinterpret<f64>((1023 - 64 - zeros) << 52);
  const a = <f64>(f & ~0x7ff) * scale;
  const b = <f64>(((f & 0x7ff) << 53) | (g >> 11)) * scale * 1.1102230246251565e-16; // 2^-53
  const p = a * PI_2;
  setRemainder(p, productError(a, PI_2, p) + a * PI_2_REST + b * PI_2);
  if (over !== x < 0) {
    high = -high;
    low = -low;
  }
  return x < 0 ? -n & 3 : n & 3;
}

/** The quadrant of x, 0 to 3; high + low is the angle from its axis, at most pi / 4 in size. */
function reduce(x: f64): i32 {
  return abs(x) < 1048576 ? reduceNear(x) : reduceFar(x);
}

function sinNear(): f64 {
  const z = high * high;
  return high + (high * z * horner(SIN, 6, z) + low * (1 - 0.5 * z));
}

function cosNear(): f64 {
  const z = high * high;
  const half = 0.5 * z;
  const sum = 1 - half;
  return sum + (1 - sum - half + (z * z * horner(COS, 6, z) - high * low));
}

function sinShifted(quadrant: i32): f64 {
  const y = quadrant & 1 ? cosNear() : sinNear();
  return quadrant & 2 ? -y : y;
}

/** sin(x); NaN for infinities. */
export function sin64(x: f64): f64 {
  if (abs(x) < 1.4901161193847656e-8) return x; // x^2 < 2^-52
  if (!(abs(x) < Infinity)) return x - x;
  return sinShifted(reduce(x));
}

/** cos(x); NaN for infinities. */
export function cos64(x: f64): f64 {
  if (!(abs(x) < Infinity)) return x - x;
  return sinShifted(reduce(x) + 1);
}

/** tan(x); NaN for infinities. */
export function tan64(x: f64): f64 {
  if (abs(x) < 1.4901161193847656e-8) return x;
  if (!(abs(x) < Infinity)) return x - x;
  const odd = reduce(x) & 1;
  return odd ? -cosNear() / sinNear() : sinNear() / cosNear();
}
