// JavaScript's toLowerCase and toUpperCase of ASCII letters. Other letters that have cases are refused: their tables are
// large and change with Unicode. Characters of scripts and symbols without cases stay as they are.

import { newStr, Str } from "../core/containers";
import { factText, fail } from "../core/error";
import { ErrorCode } from "../errors.gen";
import { isAscii, nextPoint, pointAt } from "../text/js-units";

/** Ranges of code points outside ASCII that no case mapping changes: first, last, first, last … */
const CASELESS: usize = memory.data<u32>([
  0x80, 0xb4, 0xb6, 0xbf, 0xd7, 0xd7, 0xf7, 0xf7, 0x2b0, 0x344, 0x346, 0x36f, 0x591, 0x109f, 0x1100, 0x139f,
  0x1400, 0x1c7f, 0x2000, 0x2125, 0x2190, 0x24b5, 0x24ea, 0x2bff, 0x2e80, 0xa63f, 0xa840, 0xab2f, 0xabc0,
  0xfaff, 0xfb1d, 0xff20, 0xff5b, 0xffff, 0x1f000, 0x3ffff, 0xe0000, 0x10ffff, 0,
]);

function isCaseless(point: u32): bool {
  for (let at = CASELESS; load<u32>(at); at += 8) {
    if (point >= load<u32>(at) && point <= load<u32>(at, 4)) return true;
  }
  return false;
}

/** True when no letter outside ASCII has cases; else records which one has. */
function isSimple(s: Str): bool {
  if (isAscii(s)) return true;
  const end = s.text + (s.bytes as usize);
  for (let p = s.text; p < end; ) {
    const next = nextPoint(p, end);
    if (load<u8>(p) >= 0x80 && !isCaseless(pointAt(p, end))) {
      fail(ErrorCode.CASE_MAPPING);
      factText(p, (next - p) as u32);
      return false;
    }
    p = next;
  }
  return true;
}

/** The text with the 26 letters from `first` on in the other case. */
function mapped(s: Str, first: u32): Str {
  if (!isSimple(s)) return changetype<Str>(0);
  const to = newStr(s.text, s.bytes);
  if (!changetype<usize>(to)) return to;
  const end = to.text + (to.bytes as usize);
  for (let p = to.text; p < end; p++) {
    const c: u32 = load<u8>(p);
    if (c - first < 26) store<u8>(p, c ^ 32);
  }
  return to;
}

export function toLowerCase(s: Str): Str {
  return mapped(s, 65);
}

export function toUpperCase(s: Str): Str {
  return mapped(s, 97);
}
