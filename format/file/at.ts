/** A cursor into unpacked msgpack: typed access that knows its path, so that an error can say where. */

import { FormatError, type FormatErrorCode } from "./error.ts";
import { Float, type Packable } from "./msgpack.ts";

export class At {
  readonly value: Packable;
  readonly #parent: At | undefined;
  readonly #key: number | string;

  constructor(value: Packable, parent: At | undefined, key: number | string) {
    this.value = value;
    this.#parent = parent;
    this.#key = key;
  }

  /** `header.functions[2][4]`. */
  get where(): string {
    const step = typeof this.#key === "number" ? `[${this.#key}]` : this.#key;
    if (this.#parent === undefined) return step;
    return this.#parent.where + (typeof this.#key === "number" ? step : `.${step}`);
  }

  fail(expected: string, got = describe(this.value), code: FormatErrorCode = "header"): never {
    throw new FormatError(code, this.where, expected, got);
  }

  isNil(): boolean {
    return this.value === null;
  }

  /** The elements of an array, of this length if one is given. */
  array(length?: number): At[] {
    const { value } = this;
    if (!Array.isArray(value)) return this.fail("an array");
    if (length !== undefined && value.length !== length) this.fail(`${length} elements`, `${value.length}`);
    return value.map((item, i) => new At(item, this, i));
  }

  /** The elements of an array of two, three … elements. */
  tuple(length: 2): [At, At];
  tuple(length: 3): [At, At, At];
  tuple(length: 4): [At, At, At, At];
  tuple(length: 5): [At, At, At, At, At];
  tuple(length: 6): [At, At, At, At, At, At];
  tuple(length: number): At[] {
    return this.array(length);
  }

  int(min: number, max: number): number {
    const { value } = this;
    if (typeof value !== "number") return this.fail("an integer");
    if (value < min || value > max) this.fail(`an integer from ${min} to ${max}`);
    return value;
  }

  natural(): number {
    return this.int(0, Number.MAX_SAFE_INTEGER);
  }

  /** An index into something of this length. */
  index(length: number): number {
    const { value } = this;
    if (typeof value !== "number" || value < 0 || value >= length)
      return this.fail(`an index below ${length}`);
    return value;
  }

  int64(): bigint {
    const { value } = this;
    if (typeof value !== "number" && typeof value !== "bigint") return this.fail("an integer");
    const exact = BigInt(value);
    return BigInt.asIntN(64, exact) === exact ? exact : this.fail("an int64");
  }

  /** Eight bytes written as an integer. */
  uint64(): bigint {
    const { value } = this;
    if (typeof value !== "number" && typeof value !== "bigint") return this.fail("a checksum");
    return BigInt.asUintN(64, BigInt(value));
  }

  float(): number {
    return this.value instanceof Float ? this.value.value : this.fail("a float");
  }

  bool(): boolean {
    return typeof this.value === "boolean" ? this.value : this.fail("true or false");
  }

  text(): string {
    return typeof this.value === "string" ? this.value : this.fail("text");
  }

  bytes(): Uint8Array {
    return this.value instanceof Uint8Array ? this.value : this.fail("bytes");
  }

  /** The name that one of these codes stands for. */
  code<K>(names: ReadonlyMap<number, K>, what: string): K {
    const name = typeof this.value === "number" ? names.get(this.value) : undefined;
    return name === undefined ? this.fail(what) : name;
  }
}

/** The outermost value; a map's entries are reached by `key`. */
export class Root extends At {
  constructor(value: Packable, name: string) {
    super(value, undefined, name);
  }

  /** The entry of this key; undefined if there is none. */
  find(key: string): At | undefined {
    if (!(this.value instanceof Map)) return this.fail("a map");
    const value = this.value.get(key);
    return value === undefined ? undefined : new At(value, this, key);
  }

  key(key: string): At {
    return this.find(key) ?? this.fail(`the key ${JSON.stringify(key)}`, "a map without it");
  }
}

function describe(value: Packable): string {
  if (value === null) return "nil";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (value instanceof Float) return `the float ${value.value}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return value instanceof Map ? "a map" : String(value);
}
