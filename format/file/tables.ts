/** The tables of a header while it is written: each entry gets its index at first use. */

import type { Packable } from "./msgpack.ts";

/** Entries found by a key: an object's identity, or a text for what is equal by content. */
export class Table {
  readonly entries: Packable[] = [];
  readonly #indices = new Map<unknown, number>();

  find(key: unknown): number | undefined {
    return this.#indices.get(key);
  }

  add(key: unknown, entry: Packable): number {
    const index = this.entries.push(entry) - 1;
    this.#indices.set(key, index);
    return index;
  }
}

/**
 * A sorted table of names, made in two rounds over the program: the first collects (every index is 0), `sort` puts
 * them in order, the second gives the indices.
 */
export class NameTable {
  #names = new Set<string>();
  #indices: Map<string, number> | undefined;

  index(name: string): number {
    if (this.#indices !== undefined) return this.#indices.get(name)!;
    this.#names.add(name);
    return 0;
  }

  sort(compare: (a: string, b: string) => number): void {
    this.#names = new Set([...this.#names].sort(compare));
    this.#indices = new Map([...this.#names].map((name, i) => [name, i]));
  }

  names(): string[] {
    return [...this.#names];
  }
}
