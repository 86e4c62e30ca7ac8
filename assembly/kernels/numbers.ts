// Arithmetic and comparison of plain numbers, as TorchScript has them: int is 64 bits and wraps around, float is double.

import { factInt, fail } from "../core/error";
import { Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { fmod64 } from "../math/f64/division";
import { pow64 } from "../math/f64/power";
import { floorDivide, integerPower } from "../math/integer";

/** False with ZERO_DIVISION recorded for a divisor of 0. */
export function divides(b: i64): bool {
  if (b != 0) return true;
  fail(ErrorCode.ZERO_DIVISION);
  return false;
}

/** As `divides`, for quotients: the one that 64 bits do not hold is refused too. */
export function hasQuotient(a: i64, b: i64): bool {
  if (b != -1 || a != i64.MIN_VALUE) return divides(b);
  fail(ErrorCode.BAD_VALUE);
  factInt(0);
  factInt(a);
  return false;
}

export function addInt(a: i64, b: i64): i64 {
  return a + b;
}

export function subInt(a: i64, b: i64): i64 {
  return a - b;
}

export function mulInt(a: i64, b: i64): i64 {
  return a * b;
}

export function floordivInt(a: i64, b: i64): i64 {
  return hasQuotient(a, b) ? floorDivide(a, b) : 0;
}

/** (b + a % b) % b, whose sum wraps around where b is very large: so does PyTorch's. */
export function remainderInt(a: i64, b: i64): i64 {
  if (!hasQuotient(a, b)) return 0;
  return b == -1 ? 0 : (b + (a % b)) % b;
}

export function roundToZeroInt(a: i64, b: i64): i64 {
  return hasQuotient(a, b) ? a / b : 0;
}

export function powInt(a: i64, b: i64): i64 {
  return integerPower(a, b);
}

export function negInt(a: i64): i64 {
  return -a;
}

export function absInt(a: i64): i64 {
  return a < 0 ? -a : a;
}

export function addFloat(a: f64, b: f64): f64 {
  return a + b;
}

export function subFloat(a: f64, b: f64): f64 {
  return a - b;
}

export function mulFloat(a: f64, b: f64): f64 {
  return a * b;
}

/** True division, of ints too: by 0 it gives an infinity or NaN. */
export function divFloat(a: f64, b: f64): f64 {
  return a / b;
}

export function floordivFloat(a: f64, b: f64): f64 {
  return floor<f64>(a / b);
}

export function remainderFloat(a: f64, b: f64): f64 {
  return fmod64(b + fmod64(a, b), b);
}

export function fmodFloat(a: f64, b: f64): f64 {
  return fmod64(a, b);
}

/** As `powFloat`, where a negative power of 0 is an infinity. */
export function powNumbers(a: f64, b: f64): f64 {
  return pow64(a, b);
}

export function powFloat(a: f64, b: f64): f64 {
  if (a == 0 && b < 0) {
    fail(ErrorCode.ZERO_DIVISION);
    return 0;
  }
  return pow64(a, b);
}

export function negFloat(a: f64): f64 {
  return -a;
}

export function absFloat(a: f64): f64 {
  return abs(a);
}

/** The second unless the first is larger: what a NaN does depends on its place. */
export function maxFloat(a: f64, b: f64): f64 {
  return a > b ? a : b;
}

export function minFloat(a: f64, b: f64): f64 {
  return a < b ? a : b;
}

export function maxInt(a: i64, b: i64): i64 {
  return a > b ? a : b;
}

export function minInt(a: i64, b: i64): i64 {
  return a < b ? a : b;
}

export function eqInt(a: i64, b: i64): bool {
  return a == b;
}

export function neInt(a: i64, b: i64): bool {
  return a != b;
}

export function ltInt(a: i64, b: i64): bool {
  return a < b;
}

export function leInt(a: i64, b: i64): bool {
  return a <= b;
}

export function gtInt(a: i64, b: i64): bool {
  return a > b;
}

export function geInt(a: i64, b: i64): bool {
  return a >= b;
}

export function eqFloat(a: f64, b: f64): bool {
  return a == b;
}

export function neFloat(a: f64, b: f64): bool {
  return a != b;
}

export function ltFloat(a: f64, b: f64): bool {
  return a < b;
}

export function leFloat(a: f64, b: f64): bool {
  return a <= b;
}

export function gtFloat(a: f64, b: f64): bool {
  return a > b;
}

export function geFloat(a: f64, b: f64): bool {
  return a >= b;
}

export function eqBool(a: bool, b: bool): bool {
  return a == b;
}

export function neBool(a: bool, b: bool): bool {
  return a != b;
}

// Numbers whose kind is known at run time only: floats as soon as one of the two is a float.

function eitherFloat(a: Value, b: Value): bool {
  return a.tag == Tag.FLOAT || b.tag == Tag.FLOAT;
}

export function addNumbers(a: Value, b: Value, r: Value): void {
  if (eitherFloat(a, b)) r.setFloat(a.asFloat + b.asFloat);
  else r.setInt(a.int + b.int);
}

export function subNumbers(a: Value, b: Value, r: Value): void {
  if (eitherFloat(a, b)) r.setFloat(a.asFloat - b.asFloat);
  else r.setInt(a.int - b.int);
}

export function mulNumbers(a: Value, b: Value, r: Value): void {
  if (eitherFloat(a, b)) r.setFloat(a.asFloat * b.asFloat);
  else r.setInt(a.int * b.int);
}

export function floordivNumbers(a: Value, b: Value, r: Value): void {
  if (eitherFloat(a, b)) r.setFloat(floordivFloat(a.asFloat, b.asFloat));
  else r.setInt(floordivInt(a.int, b.int));
}

export function remainderNumbers(a: Value, b: Value, r: Value): void {
  if (eitherFloat(a, b)) r.setFloat(remainderFloat(a.asFloat, b.asFloat));
  else r.setInt(remainderInt(a.int, b.int));
}

export function maxNumbers(a: Value, b: Value, r: Value): void {
  if (eitherFloat(a, b)) r.setFloat(maxFloat(a.asFloat, b.asFloat));
  else r.setInt(maxInt(a.int, b.int));
}

export function minNumbers(a: Value, b: Value, r: Value): void {
  if (eitherFloat(a, b)) r.setFloat(minFloat(a.asFloat, b.asFloat));
  else r.setInt(minInt(a.int, b.int));
}

// PyTorch's functions of one Scalar give a float32 or an int of 32 bits, whatever the argument is.

export function negNumber(a: Value, r: Value): void {
  if (a.isFloat) r.setFloat(-a.float as f32 as f64);
  else r.setInt(-a.int as i32);
}

export function absNumber(a: Value, r: Value): void {
  if (a.isFloat) r.setFloat(abs(a.float) as f32 as f64);
  else r.setInt(absInt(a.int) as i32);
}

export function eqNumbers(a: Value, b: Value): bool {
  return eitherFloat(a, b) ? a.asFloat == b.asFloat : a.int == b.int;
}

export function neNumbers(a: Value, b: Value): bool {
  return !eqNumbers(a, b);
}

export function ltNumbers(a: Value, b: Value): bool {
  return eitherFloat(a, b) ? a.asFloat < b.asFloat : a.int < b.int;
}

export function leNumbers(a: Value, b: Value): bool {
  return eitherFloat(a, b) ? a.asFloat <= b.asFloat : a.int <= b.int;
}

export function gtNumbers(a: Value, b: Value): bool {
  return ltNumbers(b, a);
}

export function geNumbers(a: Value, b: Value): bool {
  return leNumbers(b, a);
}

// Bits and truth.

export function not(self: bool): bool {
  return !self;
}

export function andBool(a: bool, b: bool): bool {
  return a && b;
}

export function orBool(a: bool, b: bool): bool {
  return a || b;
}

export function xorBool(a: bool, b: bool): bool {
  return a != b;
}

export function andInt(a: i64, b: i64): i64 {
  return a & b;
}

export function orInt(a: i64, b: i64): i64 {
  return a | b;
}

export function xorInt(a: i64, b: i64): i64 {
  return a ^ b;
}

/** By the count's lowest six bits. */
export function lshiftInt(a: i64, b: i64): i64 {
  return a << b;
}

export function rshiftInt(a: i64, b: i64): i64 {
  return a >> b;
}

/** The same object, or the same value of a kind that is no object. */
export function is(self: Value, obj: Value): bool {
  return self.tag == obj.tag && (self.isNone || self.bits == obj.bits);
}

export function isNot(self: Value, obj: Value): bool {
  return !is(self, obj);
}

/** How many numbers range(lo, hi, step) has. */
export function rangeLength(lo: i64, hi: i64, step: i64): i64 {
  if (!divides(step)) return 0;
  if (step > 0 && lo < hi) return 1 + (hi - 1 - lo) / step;
  if (step < 0 && lo > hi) return 1 + (lo - 1 - hi) / (0 - step);
  return 0;
}

export function deriveIndex(index: i64, start: i64, step: i64): i64 {
  return start + index * step;
}
