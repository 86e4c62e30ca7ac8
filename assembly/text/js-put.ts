// Texts put together from parts, unit by unit: a high surrogate at the end of one and a low one at the start of the next
// become the code point of the pair, so that equal texts have equal bytes.

import { newStr, Str } from "../core/containers";
import { firstUnit, inside, isAscii, lengthOf, nextPoint, pointAt, secondUnit, seekUnit } from "./js-units";
import { beginText, dropBytes, endText, lastBytes, putByte, putBytes, putRepeated } from "./sink";

/** Whether the three bytes at `p` are a high surrogate. */
function isHigh(p: usize): bool {
  return load<u8>(p) == 0xed && (load<u8>(p, 1) & 0xf0) == 0xa0;
}

/** Whether the three bytes at `p` are a low surrogate. */
function isLow(p: usize): bool {
  return load<u8>(p) == 0xed && load<u8>(p, 1) >= 0xb0;
}

/** Whether the text begins with a low surrogate, or ends with a high one: it may join others. */
export function isOpen(s: Str): bool {
  return s.bytes >= 3 && (isLow(s.text) || isHigh(s.text + (s.bytes as usize) - 3));
}

function putTrail(bits: u32): void {
  putByte(0x80 | (bits & 63));
}

/** Appends a code point that joins nothing. */
function putWhole(point: u32): void {
  if (point < 0x80) {
    putByte(point);
    return;
  }
  if (point < 0x800) putByte(0xc0 | (point >> 6));
  else {
    if (point < 0x10000) putByte(0xe0 | (point >> 12));
    else {
      putByte(0xf0 | (point >> 18));
      putTrail(point >> 12);
    }
    putTrail(point >> 6);
  }
  putTrail(point);
}

/** Appends a code point or a surrogate, which joins the one before it. */
export function putPoint(point: u32): void {
  const last = lastBytes(3);
  if (last && point >> 10 == 0x37 && isHigh(last)) {
    const high = pointAt(last, last + 3);
    dropBytes(3);
    point = (((high & 0x3ff) << 10) | (point & 0x3ff)) + 0x10000;
  }
  putWhole(point);
}

/** Appends bytes of WTF-8, which may begin with a surrogate that joins the one before it. */
export function putText(from: usize, bytes: usize): void {
  if (bytes >= 3 && isLow(from)) {
    putPoint(pointAt(from, from + 3));
    from += 3;
    bytes -= 3;
  }
  putBytes(from, bytes);
}

export function putWholeStr(s: Str): void {
  putText(s.text, s.bytes);
}

/** Appends units [from, to) of a text. */
export function putUnits(s: Str, from: i32, to: i32): void {
  if (from >= to) return;
  if (isAscii(s)) {
    putBytes(s.text + (from as usize), (to - from) as usize);
    return;
  }
  const end = s.text + (s.bytes as usize);
  let start = seekUnit(s.text, end, from);
  const cutStart = inside;
  const stop = seekUnit(s.text, end, to);
  const cutEnd = inside;
  if (cutStart) {
    putPoint(secondUnit(pointAt(start, end)));
    start = nextPoint(start, end);
  }
  if (start < stop) putText(start, stop - start);
  if (cutEnd) putPoint(firstUnit(pointAt(stop, end)));
}

/** Units [from, to) of a text that has them. */
export function unitsPart(s: Str, from: i32, to: i32): Str {
  if (isAscii(s)) return newStr(s.text + (from as usize), max(0, to - from));
  beginText();
  putUnits(s, from, to);
  return endText();
}

/** Appends the text as often as it takes for `count` units, the last time perhaps a part of it. */
export function putFilling(s: Str, count: i32): void {
  const length = lengthOf(s);
  if (!length) return;
  let left = count;
  if (s.bytes == 1) {
    putRepeated(load<u8>(s.text), left);
    return;
  }
  for (; left >= length; left -= length) putWholeStr(s);
  putUnits(s, 0, left);
}
