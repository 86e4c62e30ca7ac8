import { F32x4 } from "./lanes";

const LOG = memory.data<f32>([
  1.17549435e-38, // 0: smallest normal
  16777216, // 1: 2^24
  24, // 2
  1.0, // 3
  -Infinity, // 4
  Infinity, // 5
  0.5, // 6
  0.693359375, // 7: ln 2
  -0.000212194442, // 8
  0.333333313, -0.250008225, 0.200012565, -0.166233525, 0.142012611, -0.13159734, 0.127639055, -0.0763783231
]);

export abstract class Log {
  @inline static normal(x: v128, kOffset: v128): v128 {
    const i = i32x4.sub(x, i32x4.splat(0x3f3504f3));
    const k = f32x4.sub(f32x4.convert_i32x4_s(i32x4.shr_s(i, 23)), kOffset);
    const m = i32x4.add(v128.and(i, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
    const f = f32x4.sub(m, F32x4.at(LOG, 3));
    const ff = f32x4.mul(f, f);
    let p = F32x4.at(LOG, 16);
    p = F32x4.madd(p, f, F32x4.at(LOG, 15));
    p = F32x4.madd(p, f, F32x4.at(LOG, 14));
    p = F32x4.madd(p, f, F32x4.at(LOG, 13));
    p = F32x4.madd(p, f, F32x4.at(LOG, 12));
    p = F32x4.madd(p, f, F32x4.at(LOG, 11));
    p = F32x4.madd(p, f, F32x4.at(LOG, 10));
    p = F32x4.madd(p, f, F32x4.at(LOG, 9));
    p = f32x4.mul(f32x4.mul(ff, f), p);
    p = F32x4.madd(k, F32x4.at(LOG, 8), p);
    p = f32x4.add(f32x4.sub(p, f32x4.mul(ff, F32x4.at(LOG, 6))), f);
    return F32x4.madd(k, F32x4.at(LOG, 7), p);
  }
}
export function logF32x4(x: v128): v128 {
  const tiny = f32x4.lt(x, F32x4.at(LOG, 0));
  const n = f32x4.mul(x, v128.bitselect(F32x4.at(LOG, 1), F32x4.at(LOG, 3), tiny));
  const y = Log.normal(n, v128.and(tiny, F32x4.at(LOG, 2)));
  const ordinary = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, F32x4.at(LOG, 5)));
  const special = v128.bitselect(F32x4.at(LOG, 4), f32x4.sqrt(x), f32x4.eq(x, f32x4.splat(0)));
  return v128.bitselect(y, special, ordinary);
}
function slow(x: v128): v128 {
  const tiny = f32x4.lt(x, F32x4.at(LOG, 0));
  const n = f32x4.mul(x, v128.bitselect(F32x4.at(LOG, 1), F32x4.at(LOG, 3), tiny));
  const y = Log.normal(n, v128.and(tiny, F32x4.at(LOG, 2)));
  const ordinary = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, F32x4.at(LOG, 5)));
  const special = v128.bitselect(F32x4.at(LOG, 4), f32x4.sqrt(x), f32x4.eq(x, f32x4.splat(0)));
  return v128.bitselect(y, special, ordinary);
}
export function logBF32x4(x: v128): v128 {
  if (i32x4.all_true(v128.and(f32x4.ge(x, F32x4.at(LOG, 0)), f32x4.lt(x, F32x4.at(LOG, 5))))) return Log.normal(x, f32x4.splat(0));
  return slow(x);
}
