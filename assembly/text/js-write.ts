// Numbers as JavaScript's toString with a radix, toFixed, toPrecision and toExponential print them.

import { fmod64 } from "../math/f64/division";
import { firstExponent, roundDigits, significantDigits } from "./decimal";
import { putPlain, putPower, putShortest, shortestDigits } from "./numbers";
import { putByte, putBytes } from "./sink";

const MINUS: u32 = 45;

/** The sign, and the number without it; what is not finite is printed whole and NaN returned. */
function begin(x: f64): f64 {
  if (!(abs(x) < Infinity)) {
    putShortest(x);
    return NaN;
  }
  if (x < 0) putByte(MINUS);
  return abs(x);
}

export function putFixedJs(x: f64, places: i32): void {
  if (!(abs(x) < 1e21)) {
    putShortest(x);
    return;
  }
  const size = begin(x);
  roundDigits(size, places, true, true);
  putPlain(places);
}

export function putPrecision(x: f64, precision: i32): void {
  const size = begin(x);
  if (isNaN(size)) return;
  roundDigits(size, precision, false, true);
  if (firstExponent >= -6 && firstExponent < precision) putPlain(precision - 1 - firstExponent);
  else putPower(precision - 1, false, 1);
}

/** As many digits as needed for negative `places`. */
export function putExponential(x: f64, places: i32): void {
  const size = begin(x);
  if (isNaN(size)) return;
  if (places < 0) shortestDigits(size);
  else roundDigits(size, places + 1, false, true);
  putPower(places < 0 ? max(0, significantDigits() - 1) : places, false, 1);
}

/** Digits of the whole part are written down from the middle, those behind the point up from it. */
const buffer: usize = memory.data(2304, 16);
const MIDDLE: usize = 1152;

function digitByte(digit: u32): u8 {
  return (digit < 10 ? 48 + digit : 87 + digit) as u8;
}

/**
 * In base `radix`. Digits stop where they tell the number from its neighbour above; a whole part whose last digits a
 * float64 does not hold has zeros there. JavaScript leaves both to the engine: these are V8's steps and roundings.
 */
export function putRadix(x: f64, radix: i32): void {
  const base = radix as f64;
  const size = begin(x);
  if (isNaN(size)) return;
  let whole = floor<f64>(size);
  let fraction = size - whole;
  const above = reinterpret<f64>(reinterpret<u64>(size) + 1);
  let delta = max<f64>(0.5 * (above - size), reinterpret<f64>(1));
  const middle = buffer + MIDDLE;
  let top = middle;
  while (fraction >= delta) {
    fraction *= base;
    delta *= base;
    const digit = fraction as i32;
    fraction -= digit as f64;
    store<u8>(top++, digit as u8);
    if (!(fraction > 0.5 || (fraction == 0.5 && (digit & 1) != 0)) || fraction + delta <= 1) continue;
    // The rest rounds up: past digits that are the highest, perhaps into the whole part.
    while (top > middle && (load<u8>(top - 1) as i32) == radix - 1) top--;
    if (top > middle) store<u8>(top - 1, load<u8>(top - 1) + 1);
    else whole += 1;
    break;
  }
  let bottom = middle;
  while (whole / base >= 9007199254740992) {
    whole /= base;
    store<u8>(--bottom, 48);
  }
  do {
    const digit = fmod64(whole, base);
    store<u8>(--bottom, digitByte(digit as u32));
    whole = (whole - digit) / base;
  } while (whole > 0);
  putBytes(bottom, middle - bottom);
  if (top == middle) return;
  putByte(46);
  for (let at = middle; at < top; at++) putByte(digitByte(load<u8>(at)));
}
