// ABI: memory, limits and the error record.

import { derivedBytes, reclaimDerived } from "../core/derived";
import { clearError, errorRecord } from "../core/error";
import { alloc, free, liveBytes, peakBytes, resetPeak, setMemoryLimit } from "../core/heap";
import { scratchTrim } from "../core/scratch";

/** Allocates `bytes` bytes, 16-byte aligned; 0 with an error recorded when memory is out. */
export function sc_alloc(bytes: usize): usize {
  return alloc(bytes);
}

/** Frees what `sc_alloc` gave. */
export function sc_free(ptr: usize): void {
  free(ptr);
}

/**
 * Bytes allocated now, scratch memory kept for the next call included; not counted are packed copies of weights, which
 * go when memory runs out.
 */
export function sc_live(): u32 {
  return liveBytes() - (derivedBytes() as u32);
}

/** The most bytes that were allocated at once since `sc_reset_peak`. */
export function sc_peak(): u32 {
  return peakBytes();
}

export function sc_reset_peak(): void {
  resetPeak();
}

/** Gives back what is kept between calls: scratch memory and packed copies of weights. */
export function sc_trim(): void {
  scratchTrim();
  reclaimDerived();
}

/** Sets the most bytes that may be allocated at once; 0 lifts the limit. */
export function sc_set_memory_limit(bytes: u32): void {
  setMemoryLimit(bytes);
}

/** Address of the error record (layout in core/error.ts); its first word is 0 when there is no error. */
export function sc_error(): usize {
  return errorRecord();
}

export function sc_clear_error(): void {
  clearError();
}
