/** Random generators: blocks of the runtime's memory, from which its random operators draw. */

import { runtime } from "./runtime.ts";

/** Generators whose JavaScript object is gone. */
const collected = new FinalizationRegistry<number>((address) => runtime.exports.sc_free(address));

/** Where a generator lies; 0 is the runtime's own. */
export let generatorAddress: (generator: Generator) => number;

/**
 * A source of random numbers of its own, PyTorch's on a CPU (mt19937): for a seed they are PyTorch's, bit for bit.
 * `torch.manualSeed` seeds the one that is used when none is given. `torch.Generator`
 */
export class Generator {
  readonly #address: number;

  /** Without a seed it starts from 67280421310721, as PyTorch's does. `own` is for the runtime's own. */
  constructor(seed?: number | bigint, own = false) {
    this.#address = own ? 0 : runtime.checked(runtime.exports.sc_generator());
    if (!own) collected.register(this, this.#address);
    if (seed !== undefined) this.manualSeed(seed);
  }

  static {
    generatorAddress = (generator) => generator.#address;
  }

  /** Starts over from a seed, an integer of up to 64 bits (its low 32 bits matter). Returns the generator. */
  manualSeed(seed: number | bigint): this {
    const { sc_use_generator } = runtime.exports;
    sc_use_generator(this.#address);
    try {
      runtime.manualSeed(seed);
    } finally {
      sc_use_generator(0);
    }
    return this;
  }

  /** Starts over from a seed of the host's secure source, which is returned. */
  seed(): bigint {
    const words = crypto.getRandomValues(new Uint32Array(2));
    const seed = (BigInt(words[0]! & 0x1fffff) << 32n) | BigInt(words[1]!);
    this.manualSeed(seed);
    return seed;
  }

  /** The seed this generator was last started from. */
  initialSeed(): bigint {
    return this.#address === 0 ? runtime.initialSeed() : runtime.view.getBigUint64(this.#address, true);
  }
}

/** The generator used when none is given: the runtime's own. Until it is seeded, its seed is 67280421310721. */
export const defaultGenerator: Generator = new Generator(undefined, true);
