// Devices as values: a text such as "cpu" or "cuda:1". Nothing runs on any but the cpu.

import { newStr, Str, strEquals } from "../core/containers";
import { factInt, factText, fail } from "../core/error";
import { Tag } from "../core/object";
import { Value } from "../core/value";
import { ErrorCode } from "../errors.gen";

// PyTorch's kinds by number, as length byte and text; a number that names no device a text may ask for has a zero.
const KINDS: usize = memory.data<u8>([
  3, 99, 112, 117, 4, 99, 117, 100, 97, 6, 109, 107, 108, 100, 110, 110, 6, 111, 112, 101, 110, 103, 108, 6,
  111, 112, 101, 110, 99, 108, 5, 105, 100, 101, 101, 112, 3, 104, 105, 112, 4, 102, 112, 103, 97, 3, 111,
  114, 116, 3, 120, 108, 97, 6, 118, 117, 108, 107, 97, 110, 1, 0, 3, 120, 112, 117, 3, 109, 112, 115, 4, 109,
  101, 116, 97, 3, 104, 112, 117, 2, 118, 101, 4, 108, 97, 122, 121, 3, 105, 112, 117, 4, 109, 116, 105, 97,
  14, 112, 114, 105, 118, 97, 116, 101, 117, 115, 101, 111, 110, 101,
]);
const KIND_COUNT: i32 = 21;

/** Length of the name in front of a colon. */
function nameBytes(text: Str): u32 {
  let n: u32 = 0;
  while (n < text.bytes && load<u8>(text.text + (n as usize)) != 58) n++;
  return n;
}

/** PyTorch's number of the device's kind, or -1. */
export function deviceKind(text: Str): i32 {
  const n = nameBytes(text);
  let at = KINDS;
  for (let kind = 0; kind < KIND_COUNT; kind++) {
    const size: u32 = load<u8>(at);
    if (size == n && memory.compare(at + 1, text.text, n) == 0) return kind;
    at += 1 + size;
  }
  return -1;
}

/** The number behind the colon, -1 when there is none, -2 when it is malformed. */
export function deviceIndex(text: Str): i32 {
  const n = nameBytes(text);
  if (n == text.bytes) return -1;
  const digits = text.bytes - n - 1;
  let value: i32 = 0;
  for (let i: u32 = 0; i < digits; i++) {
    const digit = (load<u8>(text.text + ((n + 1 + i) as usize)) as i32) - 48;
    if (digit < 0 || digit > 9 || i > 2 || (i == 1 && value == 0)) return -2;
    value = value * 10 + digit;
  }
  return digits && value < 128 ? value : -2;
}

/** aten::device: the text as a device. */
export function device(a: Str, r: Value): void {
  if (deviceKind(a) < 0 || deviceIndex(a) == -2) {
    fail(ErrorCode.BAD_TEXT);
    factInt(0);
    factText(a.text, a.bytes);
    return;
  }
  r.setObject(Tag.DEVICE, changetype<usize>(newStr(a.text, a.bytes)));
}

/** prim::type of a device: its kind. */
export function kind(self: Value): Str {
  return newStr(self.str.text, nameBytes(self.str));
}

/** prim::index: the number of the device among its kind, or None. */
export function index(self: Value, r: Value): void {
  const i = deviceIndex(self.str);
  if (i >= 0) r.setInt(i);
}

export function eq(a: Value, b: Value): bool {
  return strEquals(a.str, b.str);
}

export function ne(a: Value, b: Value): bool {
  return !eq(a, b);
}
