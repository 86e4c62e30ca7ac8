// Finding a text in another by units. WTF-8 can be searched byte by byte, but for parts that are no whole code points: an
// empty text (it is between any two units) and one that begins or ends with a lone surrogate (it may match half a pair).
// For these both texts are searched in a copy where pairs are written as two surrogates.

import { Str } from "../core/containers";
import { scratch } from "../core/scratch";
import { isOpen, putPoint, putText } from "./js-put";
import { countUnits, firstUnit, inside, isAscii, nextPoint, pointAt, secondUnit, seekUnit } from "./js-units";

// The text that is searched and what is looked for.
export let textStart: usize = 0;
export let textEnd: usize = 0;
let part: usize = 0;
export let partBytes: usize = 0;
/** Pairs are written as two surrogates. */
let apart: bool = false;

/** Writes a surrogate at `to`. */
function storeUnit(to: usize, unit: u32): void {
  store<u8>(to, 0xed);
  store<u8>(to, 0x80 | ((unit >> 6) & 63), 1);
  store<u8>(to, 0x80 | (unit & 63), 2);
}

/** A copy in scratch memory with pairs taken apart; sets `apartBytes`. 0 with an error recorded when memory is out. */
function takeApart(s: Str): usize {
  const copy = scratch((s.bytes as u64) * 2 + 1);
  if (!copy) return 0;
  const end = s.text + (s.bytes as usize);
  let to = copy;
  for (let p = s.text; p < end; ) {
    const next = nextPoint(p, end);
    const point = pointAt(p, end);
    if (point < 0x10000) {
      memory.copy(to, p, next - p);
      to += next - p;
    } else {
      storeUnit(to, firstUnit(point));
      storeUnit(to + 3, secondUnit(point));
      to += 6;
    }
    p = next;
  }
  apartBytes = to - copy;
  return copy;
}

let apartBytes: usize = 0;

/** Sets what is searched for what; false with an error recorded when memory is out. */
export function beginFind(s: Str, sub: Str): bool {
  apart = !isAscii(s) && (!sub.bytes || isOpen(sub));
  textStart = s.text;
  textEnd = s.text + (s.bytes as usize);
  part = sub.text;
  partBytes = sub.bytes;
  if (!apart) return true;
  const text = takeApart(s);
  if (!text) return false;
  textStart = text;
  textEnd = text + apartBytes;
  const copy = takeApart(sub);
  if (!copy) return false;
  part = copy;
  partBytes = apartBytes;
  return true;
}

/** Whether what is looked for is at `p`. */
export function isAt(p: usize): bool {
  return partBytes <= textEnd - p && memory.compare(p, part, partBytes) == 0;
}

/** Where it is first from `p` on; 0 where it is not. */
export function findFrom(p: usize): usize {
  if (!partBytes) return p <= textEnd ? p : 0;
  const first = load<u8>(part);
  for (; partBytes <= textEnd - p; p++) {
    if (load<u8>(p) == first && isAt(p)) return p;
  }
  return 0;
}

/** Where it is last from `p` back; 0 where it is not. */
export function findBack(p: usize): usize {
  for (; p >= textStart; p--) if (isAt(p)) return p;
  return 0;
}

/** The address of unit `i`; in the middle of a pair the next code point's with `up`, else the pair's. */
export function unitAddress(i: i32, up: bool): usize {
  const p = seekUnit(textStart, textEnd, i);
  return inside && up ? nextPoint(p, textEnd) : p;
}

/** The number of the unit at an address. */
export function unitNumber(p: usize): f64 {
  return countUnits(textStart, p) as f64;
}

/** Where the next search begins behind what was found at `p`: a unit further for an empty text. */
export function behind(p: usize): usize {
  return partBytes ? p + partBytes : p < textEnd ? nextPoint(p, textEnd) : p + 1;
}

/** Appends what is in [from, to) of the searched text, pairs put together again. */
export function putFound(from: usize, to: usize): void {
  if (!apart) {
    putText(from, to - from);
    return;
  }
  while (from < to) {
    const next = nextPoint(from, to);
    if (load<u8>(from) == 0xed) putPoint(pointAt(from, to));
    else putText(from, next - from);
    from = next;
  }
}
