// Functions of plain numbers: conversions, rounding, and those of Python's math module.

import { Str } from "../core/containers";
import { DType } from "../core/dtype";
import { factDtype, factFloat, factInt, factText, fail } from "../core/error";
import { truncate, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { acos64, asin64, atan2_64, atan64 } from "../math/f64/arc";
import { fmod64 } from "../math/f64/division";
import { erf64, erfc64 } from "../math/f64/erf";
import { exp64, expm1_64 } from "../math/f64/exp";
import { lgamma64 } from "../math/f64/gamma";
import { gamma64 } from "../math/f64/gamma-function";
import { acosh64, asinh64, atanh64, cosh64, sinh64, tanh64 } from "../math/f64/hyperbolic";
import { log1p64, log10_64, log64 } from "../math/f64/log";
import { cos64, sin64, tan64 } from "../math/f64/trig";
import { floorDivide, floorModulo } from "../math/integer";
import { hasQuotient } from "./numbers";

/** Toward zero; what does not fit gives the smallest int. */
export function intOfFloat(a: f64): i64 {
  return truncate(a);
}

/** As `intOfFloat`; a float must fit 32 bits, as in PyTorch. */
export function intOfNumber(a: Value): i64 {
  if (!a.isFloat) return a.int;
  if (a.float >= -2147483648.0 && a.float <= 2147483647.0) return truncate(a.float);
  return badNumber(a.float, DType.INT32);
}

function badNumber(x: f64, dtype: DType): i64 {
  fail(ErrorCode.BAD_SCALAR);
  factFloat(x);
  factDtype(dtype);
  return 0;
}

export function intOfBool(a: bool): i64 {
  return a ? 1 : 0;
}

function isSpace(c: u8): bool {
  return c == 32 || (c >= 9 && c <= 13);
}

/** Decimal digits after optional white space and a sign, nothing behind. */
export function intOfStr(a: Str): i64 {
  let at = a.text;
  const end = at + (a.bytes as usize);
  while (at < end && isSpace(load<u8>(at))) at++;
  const negative = at < end && load<u8>(at) == 45;
  if (at < end && (negative || load<u8>(at) == 43)) at++;
  let value: u64 = 0;
  let good = at < end;
  const limit: u64 = negative ? 0x8000_0000_0000_0000 : 0x7fff_ffff_ffff_ffff;
  for (; good && at < end; at++) {
    const digit = (load<u8>(at) as u64) - 48;
    good = digit <= 9 && value <= (limit - digit) / 10;
    value = value * 10 + digit;
  }
  if (good) return negative ? -(value as i64) : (value as i64);
  fail(ErrorCode.BAD_TEXT);
  factInt(0);
  factText(a.text, a.bytes);
  return 0;
}

export function floatOf(a: f64): f64 {
  return a;
}

export function boolOfInt(a: i64): bool {
  return a != 0;
}

export function boolOfFloat(a: f64): bool {
  return a != 0;
}

/** A whole number as an int; NaN and what does not fit are refused. */
function wholeInt(x: f64): i64 {
  return abs(x) < 9223372036854775808.0 ? (x as i64) : badNumber(x, DType.INT64);
}

export function ceilFloat(a: f64): i64 {
  return wholeInt(ceil<f64>(a));
}

/** An int through a double, as PyTorch rounds it: beyond 2^53 it loses its last digits. */
export function roundInt(a: i64): i64 {
  return truncate(a as f64);
}

export function ceilNumber(a: Value, r: Value): void {
  r.setInt((a.isFloat ? ceilFloat(a.float) : roundInt(a.int)) as i32);
}

export function floorFloat(a: f64): i64 {
  return wholeInt(floor<f64>(a));
}

export function floorNumber(a: Value, r: Value): void {
  r.setInt((a.isFloat ? floorFloat(a.float) : roundInt(a.int)) as i32);
}

/** Halves to the even neighbour; a float also for ints. */
export function roundFloat(a: f64): f64 {
  return nearest<f64>(a);
}

export function sqrtFloat(a: f64): f64 {
  return sqrt<f64>(a);
}

export function expFloat(a: f64): f64 {
  return exp64(a);
}

export function expm1Float(a: f64): f64 {
  return expm1_64(a);
}

export function logFloat(a: f64): f64 {
  return log64(a);
}

/** The logarithm of `a` to the base `b`. */
export function logBase(a: f64, b: f64): f64 {
  return log64(a) / log64(b);
}

export function log10Float(a: f64): f64 {
  return log10_64(a);
}

export function log1pFloat(a: f64): f64 {
  return log1p64(a);
}

export function sinFloat(a: f64): f64 {
  return sin64(a);
}

export function cosFloat(a: f64): f64 {
  return cos64(a);
}

export function tanFloat(a: f64): f64 {
  return tan64(a);
}

export function asinFloat(a: f64): f64 {
  return asin64(a);
}

export function acosFloat(a: f64): f64 {
  return acos64(a);
}

export function atanFloat(a: f64): f64 {
  return atan64(a);
}

export function atan2Float(a: f64, b: f64): f64 {
  return atan2_64(a, b);
}

export function sinhFloat(a: f64): f64 {
  return sinh64(a);
}

export function coshFloat(a: f64): f64 {
  return cosh64(a);
}

export function tanhFloat(a: f64): f64 {
  return tanh64(a);
}

export function asinhFloat(a: f64): f64 {
  return asinh64(a);
}

export function acoshFloat(a: f64): f64 {
  return acosh64(a);
}

export function atanhFloat(a: f64): f64 {
  return atanh64(a);
}

export function erfFloat(a: f64): f64 {
  return erf64(a);
}

export function erfcFloat(a: f64): f64 {
  return erfc64(a);
}

export function lgammaFloat(a: f64): f64 {
  return lgamma64(a);
}

export function gammaFloat(a: f64): f64 {
  return gamma64(a);
}

const PI: f64 = 3.14159265358979323846;

/** 0, or pi for what has a minus sign; 0 for NaN. */
export function angleFloat(a: f64): f64 {
  return a < 0 || (a == 0 && 1 / a < 0) ? PI : 0;
}

export function fabsFloat(a: f64): f64 {
  return abs(a);
}

export function degreesFloat(a: f64): f64 {
  return (a * 180) / PI;
}

export function radiansFloat(a: f64): f64 {
  return (a * PI) / 180;
}

export function copysignFloat(a: f64, b: f64): f64 {
  return copysign<f64>(a, b);
}

/** IEEE remainder: a - n b, n the whole number nearest to a / b, even at halves. */
export function ieeeRemainder(a: f64, b: f64): f64 {
  const size = abs(b);
  let r = fmod64(a, size);
  if (!(abs(r) * 2 >= size)) return r;
  const negative = r < 0;
  const rest = abs(r);
  // rest is in [size / 2, size): the multiple above is nearer, or as near and then the even one is taken.
  const above = rest - size;
  if (rest > -above || isOddQuotient(abs(a), size)) r = above;
  else return r;
  return negative ? -r : r;
}

/** Whether the whole part of a / b, both positive, is odd. */
function isOddQuotient(a: f64, b: f64): bool {
  return fmod64(a, 2 * b) >= b;
}

export function isNanFloat(a: f64): bool {
  return a != a;
}

export function isInfFloat(a: f64): bool {
  return abs(a) == Infinity;
}

export function isFiniteFloat(a: f64): bool {
  return abs(a) < Infinity;
}

/** Fraction and whole part, both with the number's sign. */
export function modf(a: f64, r: Value): void {
  const whole = trunc<f64>(a);
  r.at(0).setFloat(abs(a) == Infinity ? copysign<f64>(0, a) : copysign<f64>(a - whole, a));
  r.at(1).setFloat(whole);
}

/** Mantissa in [0.5, 1) and exponent of 2. */
export function frexp(a: f64, r: Value): void {
  let x = a;
  let exponent: i64 = 0;
  if (abs(x) > 0 && abs(x) < Infinity) {
    if (abs(x) < 2.2250738585072014e-308) {
      x *= 18014398509481984.0; // 2^54: out of the subnormal numbers
      exponent = -54;
    }
    const bits = reinterpret<u64>(x);
    exponent += (((bits >> 52) & 0x7ff) as i64) - 1022;
    x = reinterpret<f64>((bits & 0x800f_ffff_ffff_ffff) | 0x3fe0_0000_0000_0000);
  }
  r.at(0).setFloat(x);
  r.at(1).setInt(exponent);
}

/** x times 2^i, rounded once; of i the lowest 32 bits count. */
export function ldexp(x: f64, i: i64): f64 {
  let y = x;
  let n = max<i64>(-2200, min<i64>(i as i32, 2200));
  for (; n > 1023; n -= 1023) y *= 8.98846567431158e307; // 2^1023
  // After a step down by 2^-969 so much is left to go that a result which step could round is 0 in the end.
  for (; n < -1022; n += 969) y *= 2.004168360008973e-292;
  return y * reinterpret<f64>(((n + 1023) as u64) << 52);
}

export function gcd(a: i64, b: i64): i64 {
  let x = a;
  let y = b;
  while (y != 0) {
    if (!hasQuotient(x, y)) return 0;
    const rest = x % y;
    x = y;
    y = rest;
  }
  return x < 0 ? -x : x;
}

/** Wraps around at 64 bits; from 66! on it is 0. */
export function factorial(a: i64): i64 {
  if (a < 0) {
    fail(ErrorCode.BAD_VALUE);
    factInt(0);
    factInt(a);
    return 0;
  }
  let product: i64 = 1;
  for (let i: i64 = 2; i <= a && product != 0; i++) product *= i;
  return product;
}

export function divmodInt(x: i64, y: i64, r: Value): void {
  if (!hasQuotient(x, y)) return;
  r.at(0).setInt(floorDivide(x, y));
  r.at(1).setInt(floorModulo(x, y));
}

function dividesFloat(y: f64): bool {
  if (y != 0) return true;
  fail(ErrorCode.ZERO_DIVISION);
  return false;
}

/** The quotient is not rounded: where x is large it may have a fraction, as in PyTorch. */
export function divmodFloat(x: f64, y: f64, r: Value): void {
  if (!dividesFloat(y)) return;
  let rest = fmod64(x, y);
  if (rest != 0 && rest < 0 != y < 0) rest += y;
  r.at(0).setFloat((x - rest) / y);
  r.at(1).setFloat(rest);
}

// Of an int and a float PyTorch takes 32 bits each.

function divmodMixed(x: f64, y: f64, quotient: f32, r: Value): void {
  const whole = floorFloat(quotient as f64) as f64;
  r.at(0).setFloat(whole);
  r.at(1).setFloat(x - whole * y);
}

export function divmodIntFloat(x: i64, y: f64, r: Value): void {
  const a = x as i32;
  const b = y as f32;
  if (dividesFloat(b as f64)) divmodMixed(a as f64, b as f64, (a as f32) / b, r);
}

export function divmodFloatInt(x: f64, y: i64, r: Value): void {
  const a = x as f32;
  const b = y as i32;
  if (dividesFloat(b as f64)) divmodMixed(a as f64, b as f64, a / (b as f32), r);
}
