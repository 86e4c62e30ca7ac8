// Exact decimal numbers: a float64 as its digits, and digits as the nearest float64.
//
// The number is held without loss in limbs of nine digits around a fixed point: limb POINT - 1 counts ones, limb POINT
// billionths. A float64 has at most 309 digits before the point and 1074 behind; what is read is cut to DIGITS digits and
// a last one that says whether more followed, which cannot change how it rounds.

const POINT: i32 = 48;
const BASE: u64 = 1_000_000_000;
/** Digits that are kept when a number is read. */
const DIGITS: i32 = 800;
const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308;
/** Decimal exponents beyond these are infinite, and zero, whatever the digits. */
const HUGE: i64 = 311;
const TINY: i64 = -345;

/** 320 limbs. */
const limbs: usize = memory.data(1280, 16);
// Limbs outside [low, high) are zero; POINT lies in between or at an end.
let low: i32 = POINT;
let high: i32 = POINT;

function limb(i: i32): u32 {
  return load<u32>(limbs + ((i as usize) << 2));
}

function setLimb(i: i32, value: u64): void {
  store<u32>(limbs + ((i as usize) << 2), value as u32);
}

/** Drops zero limbs at both ends. */
function trim(): void {
  while (low < high && limb(low) == 0) low++;
  while (high > low && limb(high - 1) == 0) high--;
}

/** Times 2 to the `bits` (at most 29). */
function shiftLeft(bits: u32): void {
  let carry: u64 = 0;
  for (let i = high - 1; i >= low; i--) {
    const x = ((limb(i) as u64) << bits) + carry;
    setLimb(i, x % BASE);
    carry = x / BASE;
  }
  if (carry) setLimb(--low, carry);
}

/** Divided by 2 to the `bits` (at most 9). */
function shiftRight(bits: u32): void {
  const mask: u32 = (1 << bits) - 1;
  const step = (BASE as u32) >> bits;
  let carry: u32 = 0;
  for (let i = low; i < high; i++) {
    const x = limb(i);
    setLimb(i, (x >> bits) + carry);
    carry = (x & mask) * step;
  }
  if (carry) setLimb(high++, carry);
}

/** Times 2 to the `exponent`. */
function scale(exponent: i32): void {
  for (let left = exponent; left > 0; left -= 29) shiftLeft(min(left, 29));
  for (let left = -exponent; left > 0; left -= 9) shiftRight(min(left, 9));
  trim();
}

/** Makes |x| the number; x is finite. */
function setNumber(x: f64): void {
  const bits = reinterpret<u64>(x);
  const biased = ((bits >> 52) as i32) & 2047;
  let m = bits & 0x000f_ffff_ffff_ffff;
  if (biased) m |= 0x0010_0000_0000_0000;
  low = POINT;
  high = POINT;
  while (m) {
    setLimb(--low, m % BASE);
    m /= BASE;
  }
  if (low < POINT) scale(max(biased, 1) - 1075);
}

function lengthOf(value: u32): i32 {
  let n = 1;
  while (value >= 10) {
    value /= 10;
    n++;
  }
  return n;
}

// The digits that `roundDigits` gave.
const digits: usize = memory.data(1152, 16);
let digitCount: i32 = 0;
/** Decimal exponent of the first digit. */
export let firstExponent: i32 = 0;

/** Digit `i` of the rounded number; zeros follow the last. */
export function digitAt(i: i32): u32 {
  return i >= 0 && i < digitCount ? load<u8>(digits + (i as usize)) : 0;
}

/** Number of digits up to the last that is not 0. */
export function significantDigits(): i32 {
  return digitCount;
}

/**
 * Rounds |x| (finite) to `count` digits, or, when `fixed`, to `count` digits behind the point: to nearest, ties to even or
 * `up`, exactly. `firstExponent` and `digitAt` tell the outcome; 0 has the exponent 0 and no digits.
 */
export function roundDigits(x: f64, count: i32, fixed: bool, up: bool = false): void {
  setNumber(x);
  digitCount = 0;
  firstExponent = 0;
  if (low == high) return;
  const lead = lengthOf(limb(low));
  firstExponent = (POINT - 1 - low) * 9 + lead - 1;
  const keep = fixed ? firstExponent + 1 + count : count;
  if (keep < 0) {
    firstExponent = 0;
    return;
  }
  // One digit more than is kept, and whether anything follows it.
  let n: i32 = 0;
  let rest: bool = false;
  for (let i = low; i < high && !(n > keep && rest); i++) {
    let value = limb(i);
    let unit: u32 = 100_000_000;
    if (i == low) for (let skip = 9 - lead; skip > 0; skip--) unit /= 10;
    for (; unit; unit /= 10) {
      const digit = value / unit;
      value %= unit;
      if (n <= keep) store<u8>(digits + (n++ as usize), digit);
      else if (digit) rest = true;
    }
  }
  digitCount = min(n, keep);
  const next: u32 = n > keep ? load<u8>(digits + (keep as usize)) : 0;
  const odd: bool = keep > 0 && n >= keep && (load<u8>(digits + ((keep - 1) as usize)) & 1) != 0;
  if (next > 5 || (next == 5 && (rest || odd || up))) roundUp();
  while (digitCount && digitAt(digitCount - 1) == 0) digitCount--;
  if (!digitCount) firstExponent = 0;
}

/** Adds one in the last kept place. */
function roundUp(): void {
  let i = digitCount - 1;
  for (; i >= 0; i--) {
    const digit = load<u8>(digits + (i as usize));
    if (digit < 9) {
      store<u8>(digits + (i as usize), digit + 1);
      return;
    }
    store<u8>(digits + (i as usize), 0);
  }
  // All nines (or none kept): a one, a place higher.
  store<u8>(digits, 1);
  digitCount = 1;
  firstExponent++;
}

/** The next larger number of `count` digits. */
export function nextDigits(count: i32): void {
  for (; digitCount < count; digitCount++) store<u8>(digits + (digitCount as usize), 0);
  roundUp();
}

/** The float64 nearest to the digits, as `readDecimal` would find it. */
export function digitsValue(): f64 {
  convert((firstExponent as i64) - (digitCount as i64) + 1, false);
  return decimalValue;
}

/** 10 to the `exponent`, as near as a float64 comes. */
export function powerOfTen(exponent: i32): f64 {
  store<u8>(digits, 1);
  digitCount = 1;
  convert(exponent, false);
  return decimalValue;
}

// What `readDecimal` found.
/** The number read, without a sign. */
export let decimalValue: f64 = 0;
/** The text is no float64 exactly, and too large or so small that digits are lost. */
export let decimalRange: bool = false;

function isDigit(c: u32): bool {
  return c - 48 < 10;
}

/**
 * Reads `digits [. digits] [e [sign] digits]` at `at`: sets `decimalValue` to the nearest float64 (ties to even) and
 * `decimalRange`. Returns the address behind it, or `at` where there is no number.
 */
export function readDecimal(at: usize, end: usize): usize {
  let p = at;
  let seen: bool = false;
  let point: bool = false;
  digitCount = 0;
  let more: bool = false;
  // Decimal exponent behind the last kept digit.
  let exponent: i64 = 0;
  for (; p < end; p++) {
    const c: u32 = load<u8>(p);
    if (c == 46 && !point) {
      point = true;
      continue;
    }
    if (!isDigit(c)) break;
    seen = true;
    if (point) exponent--;
    if (!digitCount && c == 48) continue;
    if (digitCount < DIGITS) store<u8>(digits + (digitCount++ as usize), c - 48);
    else {
      exponent++;
      if (c != 48) more = true;
    }
  }
  if (!seen) return at;
  let after = p;
  if (p < end && (load<u8>(p) | 32) == 101) {
    let q = p + 1;
    const negative = q < end && load<u8>(q) == 45;
    if (q < end && (negative || load<u8>(q) == 43)) q++;
    let e: i64 = 0;
    for (; q < end && isDigit(load<u8>(q)); q++) {
      e = min<i64>(e * 10 + ((load<u8>(q) as i64) - 48), 1 << 40);
      after = q + 1;
    }
    if (after > p) exponent += negative ? -e : e;
  }
  convert(exponent, more);
  return after;
}

/** The float64 of the digits times 10 to the `exponent`; `more`: digits that are not 0 followed. */
function convert(exponent: i64, more: bool): void {
  decimalValue = 0;
  decimalRange = false;
  if (more) store<u8>(digits + (digitCount++ as usize), 1);
  if (more) exponent--;
  if (!digitCount) return;
  const first = exponent + (digitCount as i64) - 1;
  if (first > HUGE || first < TINY) {
    decimalValue = first > 0 ? Infinity : 0;
    decimalRange = true;
    return;
  }
  if (digitCount <= 15 && abs(exponent) <= 22) {
    decimalValue = smallDecimal(exponent as i32);
    return;
  }
  setDigits(exponent as i32);
  // Bring the whole part to 53 to 63 bits, but not below the last place of the smallest numbers.
  let two: i32 = 0;
  while (low < POINT - 3 || (low == POINT - 3 && limb(low) > 4)) {
    shiftRight(9);
    trim();
    two += 9;
  }
  for (let whole = wholePart(); two > -1074 && whole >> 53 == 0; whole = wholePart()) {
    const by = min(min(29, two + 1074), whole ? (clz(whole) as i32) - 1 : 29);
    shiftLeft(by);
    trim();
    two -= by;
  }
  assemble(two);
}

/** Up to 15 digits times 10 to the `exponent` of up to 22: both are exact, so that one operation rounds once. */
function smallDecimal(exponent: i32): f64 {
  let whole: f64 = 0;
  for (let i = 0; i < digitCount; i++) whole = whole * 10 + (digitAt(i) as f64);
  let power: f64 = 1;
  for (let i = abs(exponent); i > 0; i--) power *= 10;
  return exponent < 0 ? whole / power : whole * power;
}

/** The digits before the point; at most three limbs, the highest small. */
function wholePart(): u64 {
  let whole: u64 = 0;
  for (let i = low; i < POINT; i++) whole = whole * BASE + (i < high ? (limb(i) as u64) : 0);
  return whole;
}

/** Lays the digits out in limbs, the last one at 10 to the `exponent`. */
function setDigits(exponent: i32): void {
  const top = exponent + digitCount - 1;
  const firstLimb = POINT - 1 - floorDiv9(top);
  const lastLimb = POINT - 1 - floorDiv9(exponent);
  low = firstLimb;
  high = lastLimb + 1;
  for (let i = low; i < high; i++) {
    let value: u64 = 0;
    const ones = (POINT - 1 - i) * 9;
    for (let place = ones + 8; place >= ones; place--) value = value * 10 + (digitAt(top - place) as u64);
    setLimb(i, value);
  }
  for (let i = high; i < POINT; i++) setLimb(i, 0);
  if (high < POINT) high = POINT;
  for (let i = POINT; i < low; i++) setLimb(i, 0);
  if (low > POINT) low = POINT;
}

function floorDiv9(a: i32): i32 {
  return a >= 0 ? a / 9 : -((8 - a) / 9);
}

/** Rounds the number, times 2 to the `two`, to a float64. */
function assemble(two: i32): void {
  trim();
  const whole = wholePart();
  let lost: bool = false;
  for (let i = max(low, POINT); i < high && !lost; i++) lost = limb(i) != 0;
  // Bits below the 53 that are kept; at the smallest exponent there are none but the fraction.
  let drop: i32 = max(0, 11 - (clz(whole) as i32));
  drop = max(drop, -1074 - two);
  let half: i32 = 0; // what is dropped, against half a unit: -1 less, 0 equal, 1 more; 2 for nothing dropped
  let m = whole;
  if (drop > 0) {
    const mask = ((1 as u64) << drop) - 1;
    const below = whole & mask;
    const middle = (1 as u64) << (drop - 1);
    m = whole >> drop;
    half = below == 0 && !lost ? 2 : below < middle ? -1 : below > middle || lost ? 1 : 0;
  } else {
    half = lost ? compareFraction() : 2;
  }
  if (half == 1 || (half == 0 && (m & 1) != 0)) m++;
  const exponent = two + drop;
  decimalValue = (m as f64) * powerOfTwo(exponent);
  const inexact = half != 2;
  // What rounds up to the smallest normal number counts as too small unless it would with a bit more, too.
  const up = decimalValue == SMALLEST_NORMAL && whole >> 52 == 0 && limb(POINT) < 750_000_000;
  decimalRange = decimalValue == Infinity || (inexact && (decimalValue < SMALLEST_NORMAL || up));
}

/** The fraction against one half: -1, 0 or 1. */
function compareFraction(): i32 {
  const first: u32 = low <= POINT && high > POINT ? limb(POINT) : 0;
  if (first != 500_000_000) return first < 500_000_000 ? -1 : 1;
  for (let i = POINT + 1; i < high; i++) if (limb(i)) return 1;
  return 0;
}

/** 2 to the `e`, -1074 ≤ e; infinite from 1024 on. */
function powerOfTwo(e: i32): f64 {
  if (e > 1023) return Infinity;
  if (e >= -1022) return reinterpret<f64>(((e + 1023) as u64) << 52);
  return reinterpret<f64>((1 as u64) << (e + 1074));
}
