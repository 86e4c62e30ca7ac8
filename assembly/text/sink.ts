// A text in the making: bytes appended in scratch memory, then made a string. One at a time.

import { newStr, Str } from "../core/containers";
import { scratch } from "../core/scratch";

let start: usize = 0;
let used: u64 = 0;
let room: u64 = 0;

/** Begins an empty text, forgetting the one before. */
export function beginText(): void {
  start = 0;
  used = 0;
  room = 0;
}

/** Where `bytes` more bytes go, which count as written; 0 with an error recorded when memory is out. */
function more(bytes: u64): usize {
  const total = used + bytes;
  if (total > room) {
    const size = max<u64>(max<u64>(room * 2, total), 256);
    const next = scratch(size);
    if (!next) return 0;
    memory.copy(next, start, used as usize);
    start = next;
    room = size;
  }
  const at = start + (used as usize);
  used = total;
  return at;
}

export function putByte(byte: u32): void {
  const at = more(1);
  if (at) store<u8>(at, byte);
}

export function putBytes(from: usize, bytes: usize): void {
  const at = more(bytes);
  if (at) memory.copy(at, from, bytes);
}

export function putStr(s: Str): void {
  putBytes(s.text, s.bytes);
}

/** One byte `count` times; nothing for a negative count. */
export function putRepeated(byte: u32, count: i64): void {
  if (count <= 0) return;
  const at = more(count as u64);
  if (at) memory.fill(at, byte as u8, count as usize);
}

/** Bytes written so far. */
export function textLength(): usize {
  return used as usize;
}

/** Address of the last `bytes` bytes, 0 where fewer were written. */
export function lastBytes(bytes: usize): usize {
  return used >= (bytes as u64) ? start + (used as usize) - bytes : 0;
}

/** Takes back the last `bytes` bytes. */
export function dropBytes(bytes: usize): void {
  used -= bytes as u64;
}

/** Inserts `count` spaces at byte `from`: what is written from there on moves to the right. */
export function padBefore(from: usize, count: i64): void {
  if (count <= 0) return;
  const tail = (used as usize) - from;
  if (!more(count as u64)) return;
  memory.copy(start + from + (count as usize), start + from, tail);
  memory.fill(start + from, 32, count as usize);
}

/** The text as a string; null with an error recorded when memory is or was out. */
export function endText(): Str {
  return newStr(start, used as u32);
}
