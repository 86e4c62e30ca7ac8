/**
 * Seeding. Random operators draw from the runtime's generator; for a given `manualSeed` they equal PyTorch's on a CPU,
 * bit for bit; but of float64 normal numbers one in some hundred differs in its last bit, where the C library that
 * PyTorch uses does not round its logarithm, sine and cosine correctly. A trace records the operators, so that a program
 * draws anew in every call.
 */

import { defaultGenerator, type Generator } from "./eager/generator.ts";

export { defaultGenerator };

/** Seeds the generator that is used when none is given, and returns it. `torch.manual_seed` */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** Seeds that generator from the host's secure source; returns the seed. `torch.seed` */
export function seed(): bigint {
  return defaultGenerator.seed();
}

/** The seed that generator last started from. `torch.initial_seed` */
export function initialSeed(): bigint {
  return defaultGenerator.initialSeed();
}
