// ABI: random generators.

import { alloc } from "../core/heap";
import { DEFAULT_SEED, GENERATOR_BYTES, seedCurrent, seedGenerator, useGenerator } from "../random/generator";

/**
 * A generator beside the runtime's own, seeded like it with 67280421310721; 0 with an error recorded when memory is out.
 * Free it with `sc_free`. The first 8 bytes at the address are the seed it was last started from.
 */
export function sc_generator(): usize {
  const g = alloc(GENERATOR_BYTES);
  if (g) seedGenerator(g, DEFAULT_SEED);
  return g;
}

/** Random operators draw from generator `g` from now on, 0 for the runtime's own. Returns the address of the one in use. */
export function sc_use_generator(g: usize): usize {
  return useGenerator(g);
}

/** Starts the generator in use over from a seed of 64 bits, given as two halves. */
export function sc_seed(low: u32, high: u32): void {
  seedCurrent(((high as u64) << 32) | (low as u64));
}
