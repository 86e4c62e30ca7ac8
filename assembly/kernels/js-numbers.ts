// JavaScript's numbers: conversions to IR ints and Scalars, Math, bit operators. A number is a float64.

import { List, newList, Str } from "../core/containers";
import { factFloat, factInt, fail } from "../core/error";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { fmod64 } from "../math/f64/division";

const LARGEST: f64 = 9007199254740992; // 2^53
const SAFE: i64 = 9007199254740991;

export function toInt(a: f64): i64 {
  if (trunc<f64>(a) == a && abs(a) <= LARGEST) return a as i64;
  fail(ErrorCode.NOT_INTEGER);
  factFloat(a);
  return 0;
}

/** A number from an int, which must be a safe integer; 0 with an error recorded where it is not. */
export function fromInt(a: i64): f64 {
  if (a >= -SAFE && a <= SAFE) return a as f64;
  fail(ErrorCode.NOT_EXACT);
  factInt(a);
  return 0;
}

export function toInts(a: List): List {
  const list = newList(a.length);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (a.length as i32); i++) list.at(i).setInt(toInt(a.at(i).float));
  return list;
}

export function fromInts(a: List): List {
  const list = newList(a.length);
  if (!changetype<usize>(list)) return list;
  for (let i: i32 = 0; i < (a.length as i32); i++) list.at(i).setFloat(fromInt(a.at(i).int));
  return list;
}

export function toScalar(a: f64, r: Value): void {
  if (trunc<f64>(a) == a && a >= -9223372036854775808.0 && a < 9223372036854775808.0) r.setInt(a as i64);
  else r.setFloat(a);
}

export function fromScalar(a: Value): f64 {
  return a.isFloat ? a.float : fromInt(a.int);
}

export function ofBool(a: bool): f64 {
  return a ? 1 : 0;
}

/** The lowest 32 bits of the whole part; 0 for what is not finite. */
export function bits32(x: f64): i32 {
  if (abs(x) < 9223372036854775808.0) return x as i64 as i32;
  const bits = reinterpret<u64>(x);
  const shift = (((bits >> 52) as i32) & 2047) - 1075;
  if (shift > 31) return 0;
  const low = (bits << shift) as i32;
  return x < 0 ? -low : low;
}

export function modNumber(a: f64, b: f64): f64 {
  const x = a as i32;
  const y = b as i32;
  if (x > 0 && y > 0 && (x as f64) == a && (y as f64) == b) return (x % y) as f64;
  return fmod64(a, b);
}

export function bitandNumber(a: f64, b: f64): f64 {
  return (bits32(a) & bits32(b)) as f64;
}

export function bitorNumber(a: f64, b: f64): f64 {
  return (bits32(a) | bits32(b)) as f64;
}

export function bitxorNumber(a: f64, b: f64): f64 {
  return (bits32(a) ^ bits32(b)) as f64;
}

export function bitnotNumber(a: f64): f64 {
  return ~bits32(a) as f64;
}

export function shlNumber(a: f64, b: f64): f64 {
  return (bits32(a) << (bits32(b) & 31)) as f64;
}

export function shrNumber(a: f64, b: f64): f64 {
  return (bits32(a) >> (bits32(b) & 31)) as f64;
}

export function ushrNumber(a: f64, b: f64): f64 {
  return ((bits32(a) as u32) >> ((bits32(b) & 31) as u32)) as f64;
}

export function floorNumber(a: f64): f64 {
  return floor<f64>(a);
}

export function ceilNumber(a: f64): f64 {
  return ceil<f64>(a);
}

export function truncNumber(a: f64): f64 {
  return trunc<f64>(a);
}

export function roundNumber(a: f64): f64 {
  const below = floor<f64>(a);
  return copysign<f64>(a - below >= 0.5 ? below + 1 : below, a);
}

export function sqrtNumber(a: f64): f64 {
  return sqrt<f64>(a);
}

export function absNumber(a: f64): f64 {
  return abs<f64>(a);
}

export function signNumber(a: f64): f64 {
  return a > 0 ? 1 : a < 0 ? -1 : a;
}

export function froundNumber(a: f64): f64 {
  return a as f32 as f64;
}

export function clz32Number(a: f64): f64 {
  return clz<i32>(bits32(a)) as f64;
}

export function imulNumber(a: f64, b: f64): f64 {
  return (bits32(a) * bits32(b)) as f64;
}

export function minNumber(a: f64, b: f64): f64 {
  return min<f64>(a, b);
}

export function maxNumber(a: f64, b: f64): f64 {
  return max<f64>(a, b);
}

export function truthyFloat(a: f64): bool {
  return abs(a) > 0;
}

export function truthyStr(a: Str): bool {
  return a.bytes != 0;
}

export function isIntegerNumber(a: f64): bool {
  return abs(a) < Infinity && trunc<f64>(a) == a;
}

export function isFiniteNumber(a: f64): bool {
  return abs(a) < Infinity;
}

export function isNaNNumber(a: f64): bool {
  return a != a;
}

export function isSafeIntegerNumber(a: f64): bool {
  return abs(a) < LARGEST && trunc<f64>(a) == a;
}

export function sameValue(a: f64, b: f64): bool {
  return reinterpret<u64>(a) == reinterpret<u64>(b) || (a != a && b != b);
}

/** ToIntegerOrInfinity: the whole part, 0 for NaN. */
export function wholeOf(a: f64): f64 {
  return a == a ? trunc<f64>(a) : 0;
}
