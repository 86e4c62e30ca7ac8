// The look of strings: upper and lower case, what their bytes are, padding and stripping. Letters are those of ASCII.

import { newStr, Str } from "../core/containers";
import { badValue, factInt, fail } from "../core/error";
import { ErrorCode } from "../errors.gen";
import { beginText, endText, putByte, putRepeated, putStr } from "../text/sink";
import { part } from "./strings";

const NO_STR: Str = changetype<Str>(0);

const enum Case {
  LOWER = 0,
  UPPER = 1,
  SWAP = 2,
  /** Upper at the start. */
  CAPITALIZE = 3,
  /** Upper behind what is no letter. */
  TITLE = 4,
}

const enum Kind {
  DIGIT = 0,
  ALPHA = 1,
  ALNUM = 2,
  SPACE = 3,
  PRINTABLE = 4,
}

function isUpper(c: u32): bool {
  return c - 65 < 26;
}

function isLower(c: u32): bool {
  return c - 97 < 26;
}

function isAlpha(c: u32): bool {
  return (c | 32) - 97 < 26;
}

function isDigit(c: u32): bool {
  return c - 48 < 10;
}

function byteAt(s: Str, i: usize): u32 {
  return load<u8>(s.text + i);
}

function mapped(s: Str, rule: Case): Str {
  const out = newStr(s.text, s.bytes);
  if (!changetype<usize>(out)) return out;
  let afterLetter: bool = false;
  for (let i: usize = 0; i < (s.bytes as usize); i++) {
    const c = byteAt(s, i);
    const letter = isAlpha(c);
    let upper: bool = rule == Case.UPPER;
    if (rule == Case.SWAP) upper = isLower(c);
    else if (rule == Case.CAPITALIZE) upper = i == 0;
    else if (rule == Case.TITLE) upper = !afterLetter;
    if (letter) store<u8>(out.text + i, upper ? c & ~32 : c | 32);
    afterLetter = letter;
  }
  return out;
}

export function lower(self: Str): Str {
  return mapped(self, Case.LOWER);
}

export function upper(self: Str): Str {
  return mapped(self, Case.UPPER);
}

export function swapcase(self: Str): Str {
  return mapped(self, Case.SWAP);
}

export function capitalize(self: Str): Str {
  return mapped(self, Case.CAPITALIZE);
}

export function title(self: Str): Str {
  return mapped(self, Case.TITLE);
}

/** Whether every byte is of a kind. */
function all(s: Str, kind: Kind): bool {
  for (let i: usize = 0; i < (s.bytes as usize); i++) {
    const c = byteAt(s, i);
    let good = isDigit(c);
    if (kind == Kind.ALPHA) good = isAlpha(c);
    else if (kind == Kind.ALNUM) good = good || isAlpha(c);
    else if (kind == Kind.SPACE) good = c == 32 || c - 9 < 5;
    else if (kind == Kind.PRINTABLE) good = c - 32 < 95;
    if (!good) return false;
  }
  return true;
}

export function isdigit(self: Str): bool {
  return self.bytes != 0 && all(self, Kind.DIGIT);
}

export function isalpha(self: Str): bool {
  return self.bytes != 0 && all(self, Kind.ALPHA);
}

export function isalnum(self: Str): bool {
  return self.bytes != 0 && all(self, Kind.ALNUM);
}

export function isspace(self: Str): bool {
  return self.bytes != 0 && all(self, Kind.SPACE);
}

export function isprintable(self: Str): bool {
  return all(self, Kind.PRINTABLE);
}

/** Letters and digits (no underscore), not a digit first. */
export function isidentifier(self: Str): bool {
  return self.bytes != 0 && !isDigit(byteAt(self, 0)) && all(self, Kind.ALNUM);
}

/** Whether there is a letter, and none is of the other case. */
function onlyCase(s: Str, up: bool): bool {
  let found: bool = false;
  for (let i: usize = 0; i < (s.bytes as usize); i++) {
    const c = byteAt(s, i);
    if (!isAlpha(c)) continue;
    if (isUpper(c) != up) return false;
    found = true;
  }
  return found;
}

export function isupper(self: Str): bool {
  return onlyCase(self, true);
}

export function islower(self: Str): bool {
  return onlyCase(self, false);
}

/** Whether there is a letter, and each is upper exactly behind what is no letter. */
export function istitle(self: Str): bool {
  let found: bool = false;
  let afterLetter: bool = false;
  for (let i: usize = 0; i < (self.bytes as usize); i++) {
    const c = byteAt(self, i);
    if (afterLetter ? isUpper(c) : isLower(c)) return false;
    afterLetter = isAlpha(c);
    if (afterLetter) found = true;
  }
  return found;
}

/** `s` between so many fill bytes; null where the fill is not one byte or memory is out. */
function padded(s: Str, left: i64, fill: Str, right: i64): Str {
  if (fill.bytes != 1) {
    fail(ErrorCode.ONE_CHARACTER);
    factInt(fill.bytes);
    return NO_STR;
  }
  const byte = byteAt(fill, 0);
  beginText();
  putRepeated(byte, left);
  putStr(s);
  putRepeated(byte, right);
  return endText();
}

export function ljust(self: Str, width: i64, fillchar: Str): Str {
  return padded(self, 0, fillchar, width - (self.bytes as i64));
}

export function rjust(self: Str, width: i64, fillchar: Str): Str {
  return padded(self, width - (self.bytes as i64), fillchar, 0);
}

/** The odd byte goes to the left for an odd width, to the right for an even one. A negative width is refused. */
export function center(self: Str, width: i64, fillchar: Str): Str {
  if (width < 0 && fillchar.bytes == 1) {
    badValue(1, width);
    return NO_STR;
  }
  const total = max<i64>(0, width - (self.bytes as i64));
  const left = (total + (width & 1)) >> 1;
  return padded(self, left, fillchar, total - left);
}

/** Zeros in front; a sign stays behind them. */
export function zfill(self: Str, width: i64): Str {
  beginText();
  putRepeated(48, width - (self.bytes as i64));
  putStr(self);
  return endText();
}

/** Tabs as spaces up to the next multiple of `tabsize` bytes of the result; line ends do not begin anew. */
export function expandtabs(self: Str, tabsize: i64): Str {
  beginText();
  let column: i64 = 0;
  for (let i: usize = 0; i < (self.bytes as usize); i++) {
    const c = byteAt(self, i);
    if (c != 9) {
      putByte(c);
      column++;
    } else if (tabsize > 0) {
      const spaces = tabsize - (column % tabsize);
      putRepeated(32, spaces);
      column += spaces;
    }
  }
  return endText();
}

function isAmong(c: u32, chars: Str): bool {
  for (let i: usize = 0; i < (chars.bytes as usize); i++) if (byteAt(chars, i) == c) return true;
  return false;
}

/** Without bytes of `chars` at the left and right ends. */
function stripped(s: Str, chars: Str, left: bool, right: bool): Str {
  let from: usize = 0;
  let to: usize = s.bytes;
  while (left && from < to && isAmong(byteAt(s, from), chars)) from++;
  while (right && to > from && isAmong(byteAt(s, to - 1), chars)) to--;
  return part(s, from as i64, (to - from) as i64);
}

export function strip(self: Str, chars: Str): Str {
  return stripped(self, chars, true, true);
}

export function lstrip(self: Str, chars: Str): Str {
  return stripped(self, chars, true, false);
}

export function rstrip(self: Str, chars: Str): Str {
  return stripped(self, chars, false, true);
}
