// The heap: a two-level segregated-fit allocator over linear memory, with a live-byte counter and a limit.
//
// Block (all sizes are multiples of 16; payloads are 16-byte aligned):
//
//   ┌────────────┬──────────────────┬─────────┬─────────────────────────────┐
//   │ prev u32   │ size|flags u32   │ 8 spare │ payload: size bytes         │
//   └────────────┴──────────────────┴─────────┴─────────────────────────────┘
//   prev: the block before this one in memory      flags: 1 = free
//   a free block keeps [next u32, previous u32] of its size class in its payload
//
// Small blocks that are freed go to bins, one list per size, without being merged; they look used to their neighbours.
// A program allocates the same few sizes again and again (tensor headers, slots), so most calls end here. The bins are
// emptied into the classes when no free block is large enough.
//
// The control block (bitmaps and class heads) stands at __heap_base, so that a build with shared memory can put
// a lock beside it; module globals hold only what one instance needs.

import { ErrorCode } from "../errors.gen";
import { reclaimDerived } from "./derived";
import { factInt, fail } from "./error";

const HEADER: usize = 16;
const FREE: u32 = 1;
const SL_BITS: u32 = 4;
const SL_COUNT: u32 = 1 << SL_BITS;
const FL_COUNT: u32 = 24;
const FL_SHIFT: u32 = 8; // sizes below 2^8 share the first row of classes

const BIN_MAX: u32 = 256; // largest size kept in bins

// Control block: flMap u32, live u32, peak u32, end u32 (last block), slMap u32[FL], heads u32[FL][SL],
// bins u32[BIN_MAX / 16 + 1]
const CONTROL: usize = (__heap_base + 63) & ~63;
const LIVE: usize = 4;
const PEAK: usize = 8;
const END: usize = 12;
const SL_MAPS: usize = 16;
const HEADS: usize = SL_MAPS + ((FL_COUNT as usize) << 2);
const BINS: usize = HEADS + ((FL_COUNT as usize) << (SL_BITS + 2));
const CONTROL_BYTES: usize = (BINS + (((BIN_MAX >> 4) + 1) << 2) + 63) & ~63;

/** Most payload bytes that may be live at once; 0 means no limit but that of the memory itself. */
let limit: usize = 0;

function sizeOf(block: usize): u32 {
  return load<u32>(block, 4) & ~15;
}

function isFree(block: usize): bool {
  return (load<u32>(block, 4) & FREE) != 0;
}

function following(block: usize): usize {
  return block + HEADER + sizeOf(block);
}

function firstLevel(size: u32): u32 {
  return size < 1 << FL_SHIFT ? 0 : 32 - clz(size) - FL_SHIFT;
}

function secondLevel(size: u32, fl: u32): u32 {
  return fl == 0 ? size >> 4 : (size >> (fl + FL_SHIFT - 1 - SL_BITS)) & (SL_COUNT - 1);
}

function headOf(fl: u32, sl: u32): usize {
  return CONTROL + HEADS + ((((fl << SL_BITS) + sl) as usize) << 2);
}

function insertFree(block: usize): void {
  const size = sizeOf(block);
  const fl = firstLevel(size);
  const sl = secondLevel(size, fl);
  const head = headOf(fl, sl);
  const next = load<u32>(head) as usize;
  store<u32>(block, size | FREE, 4);
  store<u32>(block + HEADER, next as u32);
  store<u32>(block + HEADER, 0, 4);
  if (next) store<u32>(next + HEADER, block as u32, 4);
  store<u32>(head, block as u32);
  store<u32>(CONTROL, load<u32>(CONTROL) | (1 << fl));
  const map = CONTROL + SL_MAPS + ((fl as usize) << 2);
  store<u32>(map, load<u32>(map) | (1 << sl));
}

function removeFree(block: usize): void {
  const size = sizeOf(block);
  const next = load<u32>(block + HEADER) as usize;
  const previous = load<u32>(block + HEADER, 4) as usize;
  if (next) store<u32>(next + HEADER, previous as u32, 4);
  if (previous) {
    store<u32>(previous + HEADER, next as u32);
  } else {
    const fl = firstLevel(size);
    const sl = secondLevel(size, fl);
    store<u32>(headOf(fl, sl), next as u32);
    if (!next) {
      const map = CONTROL + SL_MAPS + ((fl as usize) << 2);
      const left = load<u32>(map) & ~(1 << sl);
      store<u32>(map, left);
      if (!left) store<u32>(CONTROL, load<u32>(CONTROL) & ~(1 << fl));
    }
  }
  store<u32>(block, size, 4);
}

/** The first free block of at least `size` bytes, searched by rounded-up class so that any member fits; 0 if none. */
function findFree(size: u32): usize {
  let wanted = size;
  if (size >= 1 << FL_SHIFT) {
    const round: u64 = (size as u64) + ((1 << (31 - clz(size) - SL_BITS)) - 1);
    if (round > 0xffff_fff0) return 0;
    wanted = round as u32;
  }
  let fl = firstLevel(wanted);
  const sl = secondLevel(wanted, fl);
  let map = load<u32>(CONTROL + SL_MAPS + ((fl as usize) << 2)) & ((~0 as u32) << sl);
  if (!map) {
    const rows = fl + 1 >= FL_COUNT ? 0 : load<u32>(CONTROL) & ((~0 as u32) << (fl + 1));
    if (!rows) return 0;
    fl = ctz(rows);
    map = load<u32>(CONTROL + SL_MAPS + ((fl as usize) << 2));
  }
  return load<u32>(headOf(fl, ctz(map))) as usize;
}

/** Sets up the control block and an empty block list. Called once, before anything is allocated. */
export function heapInit(): void {
  memory.fill(CONTROL, 0, CONTROL_BYTES);
  const first = CONTROL + CONTROL_BYTES;
  const end = ((memory.size() as usize) << 16) - HEADER;
  store<u32>(first, 0);
  store<u32>(first, (end - first - HEADER) as u32, 4);
  insertFree(first);
  store<u32>(end, first as u32);
  store<u32>(end, 0, 4);
  store<u32>(CONTROL, end as u32, END);
}

/** Grows the memory so that a block of `size` bytes fits; half as much again is asked for first. */
function grow(size: u32): bool {
  const oldEnd = load<u32>(CONTROL, END) as usize;
  const need = (((size as u64) + ((size as u64) >> SL_BITS) + 2 * HEADER + 0xffff) >> 16) as i32;
  const generous = max(need, (memory.size() >> 2) + 16);
  let pages = generous;
  if (memory.grow(pages) < 0) {
    pages = need;
    if (memory.grow(pages) < 0) return false;
  }
  // The old end marker becomes the header of the new block; a new marker closes the memory.
  const end: usize = oldEnd + ((pages as usize) << 16);
  store<u32>(oldEnd, (end - oldEnd - HEADER) as u32, 4);
  store<u32>(end, oldEnd as u32);
  store<u32>(end, 0, 4);
  store<u32>(CONTROL, end as u32, END);
  mergeAndInsert(oldEnd);
  return true;
}

function mergeAndInsert(start: usize): void {
  let block = start;
  const next = following(block);
  if (isFree(next)) {
    removeFree(next);
    store<u32>(block, sizeOf(block) + (HEADER as u32) + sizeOf(next), 4);
  }
  const previous = load<u32>(block) as usize;
  if (previous && isFree(previous)) {
    removeFree(previous);
    store<u32>(previous, sizeOf(previous) + (HEADER as u32) + sizeOf(block), 4);
    block = previous;
  }
  store<u32>(following(block), block as u32);
  insertFree(block);
}

/**
 * Allocates `bytes` bytes, 16-byte aligned, contents undefined. On failure records OUT_OF_MEMORY (wanted, free) and
 * returns 0. Takes u64 so that callers can multiply sizes first and be checked here.
 */
export function alloc(bytes: u64): usize {
  let p = allocQuietly(bytes);
  if (!p && reclaimDerived()) p = allocQuietly(bytes);
  return p ? p : outOfMemory(bytes);
}

/** As `alloc`, but nothing is recorded or reclaimed on failure: for what one can do without. */
export function allocQuietly(bytes: u64): usize {
  const live = load<u32>(CONTROL, LIVE);
  if (bytes > 0xfff0_0000 || (limit && (live as u64) + bytes > (limit as u64))) return 0;
  const size: u32 = bytes == 0 ? 16 : ((bytes as u32) + 15) & ~15;
  if (size <= BIN_MAX) {
    const bin = CONTROL + BINS + (size >> 2);
    const payload = load<u32>(bin) as usize;
    if (payload) {
      store<u32>(bin, load<u32>(payload));
      countLive(live + size);
      return payload;
    }
  }
  let block = findFree(size);
  if (!block) {
    if (emptyBins()) block = findFree(size);
    if (!block && !grow(size)) return 0;
    if (!block) block = findFree(size);
    if (!block) return 0;
  }
  removeFree(block);
  const have = sizeOf(block);
  if (have - size >= (HEADER as u32) + 16) {
    store<u32>(block, size, 4);
    const rest = following(block);
    store<u32>(rest, block as u32);
    store<u32>(rest, have - size - (HEADER as u32), 4);
    store<u32>(following(rest), rest as u32);
    insertFree(rest);
  }
  countLive(live + sizeOf(block));
  return block + HEADER;
}

function countLive(now: u32): void {
  store<u32>(CONTROL, now, LIVE);
  if (now > load<u32>(CONTROL, PEAK)) store<u32>(CONTROL, now, PEAK);
}

/** Gives the blocks in the bins back to the size classes, merged; false when there were none. */
function emptyBins(): bool {
  let any = false;
  for (let bin = CONTROL + BINS; bin <= CONTROL + BINS + (BIN_MAX >> 2); bin += 4) {
    let payload = load<u32>(bin) as usize;
    store<u32>(bin, 0);
    while (payload) {
      const next = load<u32>(payload) as usize;
      mergeAndInsert(payload - HEADER);
      payload = next;
      any = true;
    }
  }
  return any;
}

function outOfMemory(wanted: u64): usize {
  const live = load<u32>(CONTROL, LIVE);
  fail(ErrorCode.OUT_OF_MEMORY);
  factInt(wanted as i64);
  const ceiling: i64 = limit ? (limit as i64) : 0xffff_0000;
  factInt(max<i64>(ceiling - (live as i64), 0));
  return 0;
}

/** Gives a payload from `alloc` back; 0 is ignored. */
export function free(ptr: usize): void {
  if (!ptr) return;
  const block = ptr - HEADER;
  const size = sizeOf(block);
  store<u32>(CONTROL, load<u32>(CONTROL, LIVE) - size, LIVE);
  if (size > BIN_MAX) {
    mergeAndInsert(block);
    return;
  }
  const bin = CONTROL + BINS + (size >> 2);
  store<u32>(ptr, load<u32>(bin));
  store<u32>(bin, ptr as u32);
}

/** What a payload counts for in `liveBytes`. */
export function payloadBytes(ptr: usize): usize {
  return sizeOf(ptr - HEADER);
}

/** Payload bytes in use now. */
export function liveBytes(): u32 {
  return load<u32>(CONTROL, LIVE);
}

/** The most payload bytes that were ever in use at once since `resetPeak`. */
export function peakBytes(): u32 {
  return load<u32>(CONTROL, PEAK);
}

export function resetPeak(): void {
  store<u32>(CONTROL, load<u32>(CONTROL, LIVE), PEAK);
}

/** Sets the most payload bytes that may be live at once; 0 lifts the limit. */
export function setMemoryLimit(bytes: u32): void {
  limit = bytes;
}
