// Texts to numbers as JavaScript reads them: parseFloat, parseInt, Number.

import { ldexp } from "../kernels/number-functions";
import { decimalValue, readDecimal } from "./decimal";
import { skipSpace, skipSpaceBack } from "./js-space";

const INFINITY: usize = memory.data<u8>([73, 110, 102, 105, 110, 105, 116, 121]);

// What the last reader found and where it stopped.
let value: f64 = 0;
let stop: usize = 0;

/** Reads a sign and a decimal number or Infinity at `at`; false where there is none. */
function readSigned(at: usize, end: usize): bool {
  const sign: u32 = at < end ? load<u8>(at) : 0;
  const from = sign == 43 || sign == 45 ? at + 1 : at;
  if (end - from >= 8 && memory.compare(from, INFINITY, 8) == 0) {
    value = Infinity;
    stop = from + 8;
  } else {
    stop = readDecimal(from, end);
    if (stop == from) return false;
    value = decimalValue;
  }
  if (sign == 45) value = -value;
  return true;
}

/** parseFloat */
export function readPrefix(at: usize, end: usize): f64 {
  return readSigned(skipSpace(at, end), end) ? value : NaN;
}

/** The value of a digit or letter, 36 or more for any other byte. */
function digitOf(c: u32): u32 {
  if (c - 48 < 10) return c - 48;
  const letter = (c | 32) - 97;
  return letter < 26 ? letter + 10 : 36;
}

/** Reads digits of a base that is a power of two, rounded once. */
function readBits(at: usize, end: usize, base: u32): f64 {
  const bits = ctz(base);
  let m: u64 = 0;
  let exponent: i64 = 0;
  for (let p = at; p < end; p++) {
    const digit = digitOf(load<u8>(p));
    if (m >> 58 == 0) m = (m << bits) | digit;
    else {
      // Beyond 58 bits only whether anything is left matters to the rounding.
      exponent += bits;
      if (digit) m |= 1;
    }
  }
  return ldexp(m as f64, min<i64>(exponent, 2000));
}

/** Reads digits of any other base: parts of up to 32 bits behind the leading zeros, added up with a rounding each, as V8 does. */
function readParts(at: usize, end: usize, base: u32): f64 {
  let x: f64 = 0;
  let p = at;
  while (p < end && load<u8>(p) == 48) p++;
  do {
    let part: u32 = 0;
    let scale: u32 = 1;
    for (; p < end && scale * base <= 0xffff_ffff / 36; p++) {
      part = part * base + digitOf(load<u8>(p));
      scale *= base;
    }
    x = x * (scale as f64) + (part as f64);
  } while (p < end);
  return x;
}

/** The number of the digits of base `base` in [at, end), of which there is one. */
function readDigits(at: usize, end: usize, base: u32): f64 {
  if (base == 10) {
    readDecimal(at, end);
    return decimalValue;
  }
  return base & (base - 1) ? readParts(at, end, base) : readBits(at, end, base);
}

function digitsEnd(at: usize, end: usize, base: u32): usize {
  let p = at;
  while (p < end && digitOf(load<u8>(p)) < base) p++;
  return p;
}

/** parseInt; `radix` is 0 where it is to be told by the text. */
export function readWhole(at: usize, end: usize, radix: i32): f64 {
  if (radix != 0 && (radix < 2 || radix > 36)) return NaN;
  let p = skipSpace(at, end);
  const sign: u32 = p < end ? load<u8>(p) : 0;
  if (sign == 43 || sign == 45) p++;
  const hex = end - p > 1 && load<u8>(p) == 48 && (load<u8>(p, 1) | 32) == 120;
  if (hex && (radix == 0 || radix == 16)) {
    p += 2;
    radix = 16;
  }
  const base: u32 = radix ? radix : 10;
  const last = digitsEnd(p, end, base);
  if (last == p) return NaN;
  const x = readDigits(p, last, base);
  return sign == 45 ? -x : x;
}

/** Number of a text */
export function readWholeText(at: usize, end: usize): f64 {
  const from = skipSpace(at, end);
  const to = skipSpaceBack(from, end);
  if (from == to) return 0;
  if (to - from > 2 && load<u8>(from) == 48) {
    const letter: u32 = load<u8>(from, 1) | 32;
    const base: u32 = letter == 120 ? 16 : letter == 111 ? 8 : letter == 98 ? 2 : 0;
    if (base) return digitsEnd(from + 2, to, base) == to ? readDigits(from + 2, to, base) : NaN;
  }
  return readSigned(from, to) && stop == to ? value : NaN;
}
