// Values as text: str, and the two ways of filling a format string.

import { Str } from "../core/containers";
import { factInt, factTag, factText, fail } from "../core/error";
import { Tag } from "../core/object";
import { truncate32, Value } from "../core/value";
import { ErrorCode } from "../errors.gen";
import { putFixed, putInt, putScientific } from "../text/numbers";
import { beginText, endText, putByte, putBytes, putStr } from "../text/sink";
import { putValue } from "../text/value";

const PERCENT: u32 = 37;
/** Digits behind the point of %e and %f. */
const PLACES: i32 = 6;

export function str(elem: Value): Str {
  beginText();
  putValue(elem);
  return endText();
}

function tooFew(want: i64, got: i64): void {
  fail(ErrorCode.FORMAT_COUNT);
  factInt(want);
  factInt(got);
}

/** Each `{}` of the first of `n` values is replaced by the next value; what is left over is ignored. */
export function format(v: Value, n: u32, r: Value): void {
  const s = v.str;
  const end = s.text + (s.bytes as usize);
  beginText();
  let used: u32 = 1;
  let from = s.text;
  for (let at = from; at + 1 < end; at++) {
    if (load<u16>(at) != 0x7d7b) continue;
    if (used == n) return tooFew(n, n - 1);
    putBytes(from, at - from);
    putValue(v.at(used++));
    from = at + 2;
    at++;
  }
  putBytes(from, end - from);
  r.setObject(Tag.STR, changetype<usize>(endText()));
}

/** A format string and a value, or a tuple of values, for its specifiers d i e E f F c s; widths are refused. */
export function percentFormat(v: Value, n: u32, r: Value): void {
  if (n != 2) return tooFew(1, (n as i64) - 1);
  const s = v.str;
  const end = s.text + (s.bytes as usize);
  const args = v.at(1);
  const count: i32 = args.tag == Tag.TUPLE ? args.record.length : 1;
  let used: i32 = 0;
  beginText();
  for (let at = s.text; at < end; at++) {
    const c: u32 = load<u8>(at);
    if (c != PERCENT) {
      putByte(c);
      continue;
    }
    const key: u32 = ++at < end ? load<u8>(at) : 0;
    if (key == PERCENT) {
      putByte(PERCENT);
      continue;
    }
    if (key && used >= count) return tooFew(used + 1, count);
    if (!putFormatted(key, args.tag == Tag.TUPLE ? args.record.at(used) : args)) {
      fail(ErrorCode.FORMAT_SPECIFIER);
      factText(at - 1, min(end - (at - 1), 2) as u32);
      factTag(args.tag == Tag.TUPLE ? args.record.at(used).tag : args.tag);
      return;
    }
    used++;
  }
  if (used != count) return tooFew(used, count);
  r.setObject(Tag.STR, changetype<usize>(endText()));
}

/** Appends one value by a specifier; false where they do not fit. */
function putFormatted(key: u32, v: Value): bool {
  const number = v.tag == Tag.INT || v.isFloat;
  // PyTorch goes through float32 here.
  const x: f64 = v.tag == Tag.INT ? (v.int as f32 as f64) : v.isFloat ? (v.float as f32 as f64) : 0;
  switch (key) {
    case 100: // d
    case 105: // i
      if (number) putInt(v.isFloat ? (truncate32(v.float) as i64) : v.int);
      return number;
    case 101: // e
    case 69: // E
      if (number) putScientific(x, PLACES, key == 69);
      return number;
    case 102: // f
    case 70: // F
      if (number) putFixed(x, PLACES);
      return number;
    case 99: // c
      if (v.tag == Tag.INT) putByte(v.bits as u32);
      else if (v.tag == Tag.STR && v.str.bytes == 1) putStr(v.str);
      else return false;
      return true;
    case 115: // s
      putValue(v);
      return true;
    default:
      return false;
  }
}
