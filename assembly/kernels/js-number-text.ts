// JavaScript's numbers as text, and back.

import { newStr, Str } from "../core/containers";
import { factFloat, factInt, fail } from "../core/error";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { readPrefix, readWhole, readWholeText } from "../text/js-read";
import { putExponential, putFixedJs, putPrecision, putRadix } from "../text/js-write";
import { putInt, putShortest } from "../text/numbers";
import { beginText, endText } from "../text/sink";
import { bits32, wholeOf } from "./js-numbers";

const NO_STR: Str = changetype<Str>(0);

const TRUE: usize = memory.data<u8>([116, 114, 117, 101]);
const FALSE: usize = memory.data<u8>([102, 97, 108, 115, 101]);

/** The whole part of argument 1, from `low` to `high`; -1 with an error recorded where it is not. */
function digitsArgument(x: f64, low: i32, high: i32): i32 {
  const n = wholeOf(x);
  if (n >= (low as f64) && n <= (high as f64)) return n as i32;
  fail(ErrorCode.NUMBER_RANGE);
  factInt(1);
  factInt(low);
  factInt(high);
  factFloat(x);
  return -1;
}

export function strFloat(a: f64): Str {
  beginText();
  putShortest(a);
  return endText();
}

export function strBool(a: bool): Str {
  return a ? newStr(TRUE, 4) : newStr(FALSE, 5);
}

export function strInt(a: i64): Str {
  beginText();
  putInt(a);
  return endText();
}

export function toRadix(a: f64, radix: f64): Str {
  const base = digitsArgument(radix, 2, 36);
  if (base < 0) return NO_STR;
  if (base == 10) return strFloat(a);
  beginText();
  putRadix(a, base);
  return endText();
}

export function toFixed(a: f64, digits: f64): Str {
  const places = digitsArgument(digits, 0, 100);
  if (places < 0) return NO_STR;
  beginText();
  putFixedJs(a, places);
  return endText();
}

export function toPrecision(a: f64, precision: Value): Str {
  if (precision.isNone || !(abs(a) < Infinity)) return strFloat(a);
  const count = digitsArgument(precision.float, 1, 100);
  if (count < 0) return NO_STR;
  beginText();
  putPrecision(a, count);
  return endText();
}

export function toExponential(a: f64, digits: Value): Str {
  if (!(abs(a) < Infinity)) return strFloat(a);
  const places = digits.isNone ? -1 : digitsArgument(digits.float, 0, 100);
  if (places < 0 && !digits.isNone) return NO_STR;
  beginText();
  putExponential(a, places);
  return endText();
}

export function parseNumber(a: Str): f64 {
  return readPrefix(a.text, a.text + (a.bytes as usize));
}

export function parseWhole(a: Str, radix: f64): f64 {
  return readWhole(a.text, a.text + (a.bytes as usize), bits32(radix));
}

export function toNumber(a: Str): f64 {
  return readWholeText(a.text, a.text + (a.bytes as usize));
}
