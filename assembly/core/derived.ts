// Derived data: copies of a storage's elements in another layout, such as weights packed for matrix products.
//
// A copy is made when it is asked for the second time without a change in between, so that what is used once costs
// nothing. It counts only as long as its storage has the version it was made from, and goes with the storage, with a
// change, or when memory runs out; whoever asks must be able to do without.
//
//   Storage.derived → Derived → Derived → 0          Derived: next, key (format, offset, four numbers), version,
//                                                    call, data u32 (0: asked for once)
//   all of them also stand in one list, for when memory runs out

import { allocQuietly, free, payloadBytes } from "./heap";
import { Storage, Tensor } from "./tensor";

/** Layouts that there are; each says what its four numbers are. */
export enum DerivedFormat {
  /** Right-hand side of a float32 matrix product, in panels: k, n, row stride, column stride. */
  COLUMN_PANELS = 1,
  /** Weights of a convolution in panels: groups, outputs and elements of a filter per group. */
  CONVOLUTION = 2,
  /** Weights of a 3 × 3 convolution, transformed: outputs, channels. */
  WINOGRAD = 3,
  /** Weights of a transposed convolution in panels: groups, rows per group, channels per group. */
  TRANSPOSED = 4,
}

@unmanaged
class Derived {
  next: usize;
  nextInAll: usize;
  previousInAll: usize;
  format: u32;
  offset: u32;
  a: usize;
  b: usize;
  c: usize;
  d: usize;
  version: u32;
  /** The call that used it last. */
  call: u32;
  data: usize;
}

let all: usize = 0;
let total: usize = 0;
/** Number of the running kernel call: what it uses is not dropped. */
let call: u32 = 0;

/** The copy that the last `derive` gave is new: fill it. */
export let derivedIsNew: bool = false;

/** Bytes that derived copies take: memory that can be had back. */
export function derivedBytes(): usize {
  return total;
}

/** Lets go of what the finished kernel used. */
export function derivedAge(): void {
  call++;
}

/**
 * The copy of `t`'s elements that `format` and its four numbers name, `bytes` long and 16-byte aligned; 0 when there is
 * none. When `derivedIsNew` its contents are still to be written. It stays until the running kernel ends.
 */
export function derive(
  t: Tensor,
  format: DerivedFormat,
  bytes: u64,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
): usize {
  derivedIsNew = false;
  const storage = t.storage;
  let at = storage.derived;
  while (at) {
    const found = changetype<Derived>(at);
    if (
      found.format == (format as u32) &&
      found.offset == t.offset &&
      found.a == a &&
      found.b == b &&
      found.c == c &&
      found.d == d
    ) {
      break;
    }
    at = found.next;
  }
  if (!at) {
    add(storage, format, t.offset, a, b, c, d);
    return 0;
  }
  const found = changetype<Derived>(at);
  found.call = call;
  if (found.version != storage.version) {
    empty(found);
    found.version = storage.version;
    return 0;
  }
  if (!found.data) {
    found.data = allocQuietly(bytes);
    if (!found.data) return 0;
    total += payloadBytes(found.data);
    derivedIsNew = true;
  }
  return found.data;
}

/** Remembers that a copy was asked for. */
function add(
  storage: Storage,
  format: DerivedFormat,
  offset: u32,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
): void {
  const made = changetype<Derived>(allocQuietly(offsetof<Derived>()));
  if (!changetype<usize>(made)) return;
  made.next = storage.derived;
  made.nextInAll = all;
  made.previousInAll = 0;
  if (all) changetype<Derived>(all).previousInAll = changetype<usize>(made);
  made.format = format;
  made.offset = offset;
  made.a = a;
  made.b = b;
  made.c = c;
  made.d = d;
  made.version = storage.version;
  made.call = call;
  made.data = 0;
  all = changetype<usize>(made);
  storage.derived = all;
  total += payloadBytes(all);
}

function empty(d: Derived): void {
  if (!d.data) return;
  total -= payloadBytes(d.data);
  free(d.data);
  d.data = 0;
}

/** Frees what was derived from a storage that goes. */
export function dropDerived(s: Storage): void {
  let at = s.derived;
  while (at) {
    const d = changetype<Derived>(at);
    at = d.next;
    empty(d);
    if (d.nextInAll) changetype<Derived>(d.nextInAll).previousInAll = d.previousInAll;
    if (d.previousInAll) changetype<Derived>(d.previousInAll).nextInAll = d.nextInAll;
    else all = d.nextInAll;
    total -= payloadBytes(changetype<usize>(d));
    free(changetype<usize>(d));
  }
  s.derived = 0;
}

/** Frees all copies but those that the running kernel uses; true when there were any. */
export function reclaimDerived(): bool {
  let freed = false;
  for (let at = all; at; at = changetype<Derived>(at).nextInAll) {
    const d = changetype<Derived>(at);
    if (!d.data || d.call == call) continue;
    empty(d);
    freed = true;
  }
  return freed;
}
