/** Seeded random integers for tests (xorshift32): the same cases on every run. */

/** A function that gives integers from 0 to its argument - 1. */
export function randomInts(seed: number): (limit: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
