// Floats as C++'s stod reads them: white space, a sign, then decimal or hexadecimal digits, inf, infinity, nan or nan(…).

import { decimalRange, decimalValue, readDecimal } from "./decimal";

/** The float that was read. */
export let floatValue: f64 = 0;

/** The lower-case letters of `word` at `at`, in any case. */
function matches(at: usize, end: usize, word: usize, length: usize): bool {
  if (at + length > end) return false;
  for (let i: usize = 0; i < length; i++) {
    if ((load<u8>(at + i) | 32) != load<u8>(word + i)) return false;
  }
  return true;
}

const INFINITY: usize = memory.data<u8>([105, 110, 102, 105, 110, 105, 116, 121]);
const NAN: usize = memory.data<u8>([110, 97, 110]);

/** Reads the whole of [at, end) into `floatValue`; false where it is no float or one that float64 cannot hold. */
export function readFloat(at: usize, end: usize): bool {
  let p = at;
  while (p < end && (load<u8>(p) == 32 || load<u8>(p) - 9 < 5)) p++;
  const negative = p < end && load<u8>(p) == 45;
  if (p < end && (negative || load<u8>(p) == 43)) p++;
  if (matches(p, end, INFINITY, 3)) {
    floatValue = Infinity;
    p += matches(p, end, INFINITY, 8) ? 8 : 3;
  } else if (matches(p, end, NAN, 3)) {
    floatValue = NaN;
    p = afterNan(p + 3, end);
  } else if (p + 2 < end && load<u8>(p) == 48 && (load<u8>(p + 1) | 32) == 120) {
    p = readHex(p + 2, end);
  } else {
    const start = p;
    p = readDecimal(p, end);
    if (p == start || decimalRange) return false;
    floatValue = decimalValue;
  }
  if (negative) floatValue = -floatValue;
  return p == end;
}

/** Behind the `(letters and digits)` that may follow nan. */
function afterNan(at: usize, end: usize): usize {
  if (at == end || load<u8>(at) != 40) return at;
  for (let p = at + 1; p < end; p++) {
    const c: u32 = load<u8>(p);
    if (c == 41) return p + 1;
    if (c - 48 >= 10 && (c | 32) - 97 >= 26 && c != 95) break;
  }
  return at;
}

function hexDigit(c: u32): u32 {
  if (c - 48 < 10) return c - 48;
  const letter = (c | 32) - 97;
  return letter < 6 ? letter + 10 : 16;
}

/**
 * Reads hexadecimal digits with a point and a binary exponent into `floatValue`. Returns where it stopped; 0 where there
 * is no digit or the number does not fit.
 */
function readHex(at: usize, end: usize): usize {
  let p = at;
  let m: u64 = 0;
  let exponent: i64 = 0;
  let seen: bool = false;
  let point: bool = false;
  for (; p < end; p++) {
    const c: u32 = load<u8>(p);
    if (c == 46 && !point) {
      point = true;
      continue;
    }
    const digit = hexDigit(c);
    if (digit > 15) break;
    seen = true;
    if (point) exponent -= 4;
    if (m >> 60 == 0) {
      m = (m << 4) | digit;
    } else {
      // Beyond 61 bits only whether anything is left matters to the rounding.
      exponent += 4;
      if (digit) m |= 1;
    }
  }
  if (!seen) return 0;
  if (p + 1 < end && (load<u8>(p) | 32) == 112) {
    let q = p + 1;
    const negative = load<u8>(q) == 45;
    if (negative || load<u8>(q) == 43) q++;
    let e: i64 = 0;
    for (; q < end && load<u8>(q) - 48 < 10; q++) {
      e = min<i64>(e * 10 + ((load<u8>(q) as i64) - 48), 1 << 40);
      p = q + 1;
    }
    exponent += negative ? -e : e;
  }
  return scaled(m, exponent) ? p : 0;
}

/** Sets `floatValue` to m times 2 to the `exponent`, rounded once; false where it is too large or loses bits as too small. */
function scaled(m: u64, exponent: i64): bool {
  floatValue = 0;
  if (!m) return true;
  const bits = 64 - (clz(m) as i64);
  const top = exponent + bits;
  if (top > 1024 || top < -1074) return false;
  // The last place that the result may have.
  const last = max<i64>(top - 53, -1074);
  const drop = last - exponent;
  if (drop > 0) {
    const half = (1 as u64) << (drop - 1);
    const below = m & (half * 2 - 1);
    m >>= drop;
    // As for decimal digits: what rounds up to the smallest normal number may do so if it would with a bit more.
    if (below && top < -1021 && !(m == 0x000f_ffff_ffff_ffff && 2 * below >= 3 * half)) return false;
    if (below > half || (below == half && m & 1)) m++;
  } else {
    m <<= -drop;
  }
  floatValue = (m as f64) * power(last);
  return isFinite(floatValue);
}

/** 2 to the `e`, -1074 ≤ e ≤ 971. */
function power(e: i64): f64 {
  return e >= -1022
    ? reinterpret<f64>(((e + 1023) as u64) << 52)
    : reinterpret<f64>((1 as u64) << (e + 1074));
}
