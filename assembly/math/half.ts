// Half-precision conversions.
export function f16ToF32(h: u32): f32 {
  const s = (h & 0x8000) << 16;
  const e = (h >> 10) & 31;
  const m = h & 1023;
  if (e == 31) return reinterpret<f32>(m ? 0x7fc0_0000 : s | 0x7f80_0000);
  if (e == 0) { const x = (m as f32) * <f32>5.9604644775390625e-8; return s ? -x : x; }
  return reinterpret<f32>(s | ((e + 112) << 23) | (m << 13));
}
export function bf16ToF32(b: u32): f32 { return reinterpret<f32>(b << 16); }
export function f32ToBf16(x: f32): u32 { const b = reinterpret<u32>(x); if (x != x) return 0x7fc0; return (b + 0x7fff + ((b >> 16) & 1)) >> 16; }
export function f32ToF16(x: f32): u32 {
  const b = reinterpret<u32>(x); const s = (b >> 16) & 0x8000; const a = b & 0x7fff_ffff;
  if (a > 0x7f80_0000) return 0x7e00;
  if (a >= 0x477f_f000) return s | 0x7c00;
  if (a < 0x3880_0000) { const y = reinterpret<f32>(a) + <f32>0.5; return s | (reinterpret<u32>(y) - 0x3f00_0000); }
  return s | ((a - 0x3800_0000 + 0xfff + ((a >> 13) & 1)) >> 13);
}
