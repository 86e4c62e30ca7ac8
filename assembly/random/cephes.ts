// Logarithm, sine and cosine as the vector code of PyTorch's normal numbers computes them: the single-precision
// polynomials of the Cephes library, multiply-adds fused. The last bit matters here, not the accuracy.

import { fmaNormalF32x4 } from "../math/fma";
import { F32x4 } from "../math/lanes";

const LOG: usize = memory.data<f32>([
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
]);
const SIN: usize = memory.data<f32>([-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);
const COS: usize = memory.data<f32>([2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]);
/** Least normal number; sqrt(1/2); ln 2 in two parts; 4 / pi; -pi / 4 in three parts. */
const NUMBERS: usize = memory.data<f32>([
  1.17549435e-38, 0.707106781186547524, -2.1219444e-4, 0.693359375, 1.27323954473516, -0.78515625,
  -2.4187564849853516e-4, -3.774894977445941e-8,
]);

/** The polynomial with `count` coefficients at `table`, highest order first. */
function horner(table: usize, count: i32, x: v128): v128 {
  let y = v128.load32_splat(table);
  for (let i = 1; i < count; i++) y = fmaNormalF32x4(y, x, F32x4.at(table, i));
  return y;
}

/** The natural logarithm of numbers in (0, 1]. */
export function logF32x4(x: v128): v128 {
  x = f32x4.max(x, F32x4.at(NUMBERS, 0));
  let exponent = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
  // m in [0.5, 1)
  const m = v128.or(v128.and(x, i32x4.splat(0x7fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, F32x4.at(NUMBERS, 1));
  exponent = i32x4.add(exponent, small);
  const e = f32x4.convert_i32x4_s(exponent);
  const r = f32x4.add(f32x4.sub(m, F32x4.one()), v128.and(m, small));
  const square = f32x4.mul(r, r);
  let y = f32x4.mul(horner(LOG, 9, r), r);
  y = fmaNormalF32x4(y, square, f32x4.mul(e, F32x4.at(NUMBERS, 2)));
  y = fmaNormalF32x4(f32x4.neg(square), f32x4.splat(0.5), y);
  return fmaNormalF32x4(e, F32x4.at(NUMBERS, 3), f32x4.add(r, y));
}

/** The cosine that belongs to the last `sinF32x4`. */
export let cosine: v128 = i32x4.splat(0);

/** The sine of numbers in [0, 2 pi), and in `cosine` their cosine. */
export function sinF32x4(x: v128): v128 {
  const turns = i32x4.trunc_sat_f32x4_s(f32x4.mul(x, F32x4.at(NUMBERS, 4)));
  const octant = v128.and(i32x4.add(turns, i32x4.splat(1)), i32x4.splat(-2));
  const y = f32x4.convert_i32x4_s(octant);
  let r = fmaNormalF32x4(y, F32x4.at(NUMBERS, 5), x);
  r = fmaNormalF32x4(y, F32x4.at(NUMBERS, 6), r);
  r = fmaNormalF32x4(y, F32x4.at(NUMBERS, 7), r);
  const square = f32x4.mul(r, r);
  let c = f32x4.mul(horner(COS, 3, square), square);
  c = fmaNormalF32x4(c, square, f32x4.neg(f32x4.mul(square, f32x4.splat(0.5))));
  c = f32x4.add(c, F32x4.one());
  const s = fmaNormalF32x4(f32x4.mul(horner(SIN, 3, square), square), r, r);
  const swapped = i32x4.ne(v128.and(octant, i32x4.splat(2)), i32x4.splat(0));
  const sine = v128.bitselect(c, s, swapped);
  // The sign bit: bit 2 of the octant for the sine, of the octant less 2, turned over, for the cosine.
  cosine = v128.xor(
    v128.bitselect(s, c, swapped),
    i32x4.shl(v128.andnot(i32x4.splat(4), i32x4.sub(octant, i32x4.splat(2))), 29),
  );
  return v128.xor(sine, i32x4.shl(v128.and(octant, i32x4.splat(4)), 29));
}
