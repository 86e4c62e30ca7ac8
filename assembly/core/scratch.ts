// Scratch memory for kernels: a bump arena that grows by chunks and is reset after every operator.
//
//   const mark = scratchMark();  const p = scratch(bytes);  …  scratchReset(mark);
//
// One chunk is kept between calls, so that steady state allocates nothing.

import { alloc, free } from "./heap";

const CHUNK: u64 = 64 * 1024;
const ALIGN: usize = 64;
/** At most this much is kept when the arena is empty; larger needs go back to the heap. */
const KEEP: usize = 4 * 1024 * 1024;

// A chunk: { previous u32, end u32 } then data from the next 64-byte boundary.
let chunk: usize = 0;
let top: usize = 0;
let end: usize = 0;

/** The present top, to give back to `scratchReset`. */
export function scratchMark(): usize {
  return top;
}

/** `bytes` of 64-byte aligned memory, contents undefined; 0 with an error recorded when memory is out. */
export function scratch(bytes: u64): usize {
  const at = (top + ALIGN - 1) & ~(ALIGN - 1);
  if (chunk && (at as u64) + bytes <= (end as u64)) {
    top = at + (bytes as usize);
    return at;
  }
  const size: u64 = max<u64>(bytes + 2 * (ALIGN as u64), CHUNK);
  const next = alloc(size);
  if (!next) return 0;
  store<u32>(next, chunk as u32);
  store<u32>(next, (next + (size as usize)) as u32, 4);
  chunk = next;
  end = next + (size as usize);
  const start = (next + 8 + ALIGN - 1) & ~(ALIGN - 1);
  top = start + (bytes as usize);
  return start;
}

/** Frees everything taken since `mark`. */
export function scratchReset(mark: usize): void {
  while (chunk && !(mark >= chunk && mark <= end)) {
    const previous = load<u32>(chunk) as usize;
    // With mark 0 the last chunk stays for the next call, unless it is unusually large.
    if (!mark && !previous && end - chunk <= KEEP) {
      top = chunk + 8;
      return;
    }
    free(chunk);
    chunk = previous;
    end = chunk ? load<u32>(chunk, 4) : 0;
  }
  top = mark;
}

/** Gives the kept chunk back too: what `trim` does to an idle runtime. */
export function scratchTrim(): void {
  while (chunk) {
    const previous = load<u32>(chunk) as usize;
    free(chunk);
    chunk = previous;
  }
  top = 0;
  end = 0;
}
