// Strings as JavaScript sees them: sequences of UTF-16 units over bytes of WTF-8. Positions count units.
//
// A code point beyond U+FFFF is two units but one sequence of four bytes; a lone surrogate has three bytes. Bytes that
// are no WTF-8 (operators on bytes make them) read as some units or other, never past the end.

import { Str } from "../core/containers";

/** In Str.spare, beside the hash: what is known of the bytes. */
const enum Known {
  ASCII = 2,
  WIDE = 4,
}

/** Whether every byte is ASCII, so that units are bytes; remembered in the string. */
export function isAscii(s: Str): bool {
  if (s.spare & (Known.ASCII | Known.WIDE)) return (s.spare & Known.ASCII) != 0;
  let at = s.text;
  const end = at + (s.bytes as usize);
  while (at + 16 <= end && !v128.bitmask<i8>(v128.load(at))) at += 16;
  while (at < end && load<u8>(at) < 0x80) at++;
  s.spare |= at == end ? Known.ASCII : Known.WIDE;
  return at == end;
}

/** Units that begin in 16 bytes. */
function unitsOf(v: v128): i32 {
  const leads = i8x16.gt_s(v, i8x16.splat(-65));
  const wide = i8x16.ge_u(v, i8x16.splat(-16));
  return popcnt(i8x16.bitmask(leads)) + popcnt(i8x16.bitmask(wide));
}

/** Units of the code point that the byte begins, 0 in the middle of one. */
function unitsAt(p: usize): i32 {
  const lead: u32 = load<u8>(p);
  return lead >= 0xf0 ? 2 : (lead & 0xc0) == 0x80 ? 0 : 1;
}

/** Number of units in [at, end). */
export function countUnits(at: usize, end: usize): i32 {
  let n = 0;
  for (; at + 16 <= end; at += 16) n += unitsOf(v128.load(at));
  for (; at < end; at++) n += unitsAt(at);
  return n;
}

export function lengthOf(s: Str): i32 {
  return isAscii(s) ? (s.bytes as i32) : countUnits(s.text, s.text + (s.bytes as usize));
}

/** Where the code point behind the one at `p` begins. */
export function nextPoint(p: usize, end: usize): usize {
  do p++;
  while (p < end && (load<u8>(p) & 0xc0) == 0x80);
  return p;
}

/** What `seekUnit` found is the second unit of its code point. */
export let inside: bool = false;

/** The address of the code point that holds unit `i` of [at, end); `end` where there is none. */
export function seekUnit(at: usize, end: usize, i: i32): usize {
  let left = i;
  while (at + 16 <= end) {
    const n = unitsOf(v128.load(at));
    if (n > left) break;
    left -= n;
    at += 16;
  }
  inside = false;
  for (; at < end; at++) {
    const n = unitsAt(at);
    if (n > left) {
      inside = left == 1;
      break;
    }
    left -= n;
  }
  return at;
}

/** The code point at `p`. */
export function pointAt(p: usize, end: usize): u32 {
  const lead: u32 = load<u8>(p);
  if (lead < 0x80) return lead;
  const bytes: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (end - p < bytes) return 0xfffd;
  if (bytes == 2) return ((lead & 31) << 6) | trail(p + 1);
  if (bytes == 3) return ((lead & 15) << 12) | (trail(p + 1) << 6) | trail(p + 2);
  const point = ((lead & 7) << 18) | (trail(p + 1) << 12) | (trail(p + 2) << 6) | trail(p + 3);
  return max<u32>(0x10000, min<u32>(point, 0x10ffff));
}

function trail(p: usize): u32 {
  return load<u8>(p) & 63;
}

/** The first unit of a code point. */
export function firstUnit(point: u32): u32 {
  return point < 0x10000 ? point : 0xd7c0 + (point >> 10);
}

/** The second unit of a code point beyond U+FFFF. */
export function secondUnit(point: u32): u32 {
  return 0xdc00 | (point & 0x3ff);
}

/** Unit `i` of a text that has it. */
export function unitAt(s: Str, i: i32): u32 {
  if (isAscii(s)) return load<u8>(s.text + (i as usize));
  const end = s.text + (s.bytes as usize);
  const at = seekUnit(s.text, end, i);
  if (at >= end) return 0xfffd;
  const point = pointAt(at, end);
  return inside ? secondUnit(point) : firstUnit(point);
}

/** The order of two texts by their units: negative, 0 or positive. */
export function compareUnits(a: Str, b: Str): i32 {
  const n = min(a.bytes, b.bytes) as usize;
  let i: usize = 0;
  while (i + 8 <= n && load<u64>(a.text + i) == load<u64>(b.text + i)) i += 8;
  while (i < n && load<u8>(a.text + i) == load<u8>(b.text + i)) i++;
  if (i == n) return (a.bytes as i32) - (b.bytes as i32);
  // Back to the start of the code point in which they differ.
  while (i > 0 && ((load<u8>(a.text + i) & 0xc0) == 0x80 || (load<u8>(b.text + i) & 0xc0) == 0x80)) i--;
  const endA = a.text + (a.bytes as usize);
  const endB = b.text + (b.bytes as usize);
  const x = pointAt(a.text + i, endA);
  const y = pointAt(b.text + i, endB);
  const order = (firstUnit(x) as i32) - (firstUnit(y) as i32);
  if (order) return order;
  const wide = x >= 0x10000;
  if (wide == y >= 0x10000) return (x as i32) - (y as i32);
  // A lone surrogate against the pair that begins with it: what follows the lone one decides.
  const p = (wide ? b.text : a.text) + i + 3;
  const end = wide ? endB : endA;
  if (p >= end) return wide ? 1 : -1;
  const next = firstUnit(pointAt(p, end)) as i32;
  const low = secondUnit(wide ? x : y) as i32;
  return wide ? low - next : next - low;
}
