// Numbers as text: as C's %d, %e, %f and %g print them (C++ streams do the same), and JavaScript's shortest form.

import { digitAt, digitsValue, firstExponent, nextDigits, roundDigits, significantDigits } from "./decimal";
import { putByte, putBytes, putRepeated } from "./sink";

const ZERO: u32 = 48;
const POINT: u32 = 46;
const MINUS: u32 = 45;

const INF: usize = memory.data<u8>([105, 110, 102, 73, 78, 70]);
const NAN: usize = memory.data<u8>([110, 97, 110, 78, 65, 78]);
const INFINITY: usize = memory.data<u8>([73, 110, 102, 105, 110, 105, 116, 121]);
const NAN_JS: usize = memory.data<u8>([78, 97, 78]);

const buffer: usize = memory.data(64, 16);

/** `value` as an unsigned number in base `base` (at most 16). */
export function putUnsigned(value: u64, base: u64): void {
  let at = buffer + 64;
  do {
    const digit = (value % base) as u32;
    store<u8>(--at, digit < 10 ? ZERO + digit : 87 + digit);
    value /= base;
  } while (value);
  putBytes(at, buffer + 64 - at);
}

export function putInt(value: i64): void {
  if (value < 0) putByte(MINUS);
  putUnsigned(value < 0 ? (-value as u64) : (value as u64), 10);
}

/** A sign, and the whole of an infinity or NaN (whose sign is not shown); false where digits must follow. */
function putSpecial(x: f64, upper: bool): bool {
  if (isNaN(x)) {
    putBytes(upper ? NAN + 3 : NAN, 3);
    return true;
  }
  if (reinterpret<i64>(x) < 0) putByte(MINUS);
  if (isFinite(x)) return false;
  putBytes(upper ? INF + 3 : INF, 3);
  return true;
}

/** The rounded digits from the `from`-th on, `count` of them. */
function putDigits(from: i32, count: i32): void {
  for (let i = from; i < from + count; i++) putByte(ZERO + digitAt(i));
}

/** The rounded number with so many digits behind the point. */
export function putPlain(places: i32): void {
  const whole = firstExponent + 1;
  if (whole > 0) putDigits(0, whole);
  else putByte(ZERO);
  if (places <= 0) return;
  putByte(POINT);
  putDigits(whole, places);
}

/** The rounded number as d.ddde±dd with so many digits behind the point. */
export function putPower(places: i32, upper: bool, width: i32): void {
  putDigits(0, 1);
  if (places > 0) putByte(POINT);
  putDigits(1, places);
  putByte(upper ? 69 : 101);
  putByte(firstExponent < 0 ? MINUS : 43);
  const exponent = abs(firstExponent);
  if (exponent < 10) putRepeated(ZERO, width - 1);
  putUnsigned(exponent, 10);
}

/** `%.{places}f` */
export function putFixed(x: f64, places: i32): void {
  if (putSpecial(x, false)) return;
  roundDigits(x, places, true);
  putPlain(places);
}

/** `%.{places}e`, or `E` */
export function putScientific(x: f64, places: i32, upper: bool): void {
  if (putSpecial(x, upper)) return;
  roundDigits(x, places + 1, false);
  putPower(places, upper, 2);
}

/** `%.{precision}g` */
export function putGeneral(x: f64, precision: i32): void {
  if (putSpecial(x, false)) return;
  roundDigits(x, precision, false);
  const digits = max(1, significantDigits());
  if (firstExponent >= -4 && firstExponent < precision) putPlain(digits - 1 - firstExponent);
  else putPower(digits - 1, false, 2);
}

/** What JavaScript's Number.prototype.toString gives: the fewest digits that read back as `x`, the nearest of them. */
export function putShortest(x: f64): void {
  if (isNaN(x)) {
    putBytes(NAN_JS, 3);
    return;
  }
  if (x < 0) putByte(MINUS);
  x = abs(x);
  if (!isFinite(x)) {
    putBytes(INFINITY, 8);
    return;
  }
  if (x < 9007199254740992 && trunc<f64>(x) == x) {
    putUnsigned(x as u64, 10);
    return;
  }
  shortestDigits(x);
  const digits = max(1, significantDigits());
  if (firstExponent >= 21 || firstExponent < -6) putPower(digits - 1, false, 1);
  else putPlain(digits - 1 - firstExponent);
}

/** Rounds x, which is not negative, to the fewest digits that read back as it. */
export function shortestDigits(x: f64): void {
  // 15 digits or fewer that stand for a normal number are what it rounds to; below that precision fades.
  const powerOfTwo = (reinterpret<u64>(x) & 0x000f_ffff_ffff_ffff) == 0;
  for (let n = x < 2.2250738585072014e-308 ? 1 : 15; n < 18; n++) {
    roundDigits(x, n, false);
    if (digitsValue() == x) return;
    // Above a power of two numbers lie twice as far apart as below: there the farther neighbour may be the near one.
    if (!powerOfTwo) continue;
    nextDigits(n);
    if (digitsValue() == x) return;
  }
}
