/** The part of msgpack that `.sconce` files use (SPEC.md, section 2): written by msgpackr, read by a strict reader. */

import { addExtension, Packr } from "msgpackr/pack";
import { FormatError } from "./error.ts";
import { compareUtf8, MAX_NESTING } from "./layout.ts";
import { LONE_SURROGATE } from "./utf8.ts";

/** A float, kept apart from integers: an extension of eight little-endian bytes. All NaNs are written alike. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

const FLOAT_EXTENSION = 1;

/** What a header is made of. Integers beyond 32 bits are bigints when written; read, those up to 2^53 are numbers. */
export type Packable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | Uint8Array
  | Packable[]
  | Map<string, Packable>;

let packr: Packr | undefined;

/**
 * The bytes of a value. Maps must have their keys in order; numbers are integers of at most 32 bits. Throws FormatError
 * of code `program` at a text that is not well-formed, which UTF-8 cannot hold.
 */
export function pack(value: Packable): Uint8Array {
  checkTexts(value);
  if (packr === undefined) {
    addExtension({
      Class: Float,
      type: FLOAT_EXTENSION,
      pack(float: Float) {
        const bytes = new Uint8Array(8);
        const view = new DataView(bytes.buffer);
        if (Number.isNaN(float.value)) view.setUint32(4, 0x7ff80000, true);
        else view.setFloat64(0, float.value, true);
        return bytes as Buffer;
      },
      unpack: readFloat,
    });
    packr = new Packr({ useRecords: false });
  }
  return Uint8Array.from(packr.pack(value));
}

function checkTexts(value: Packable): void {
  if (typeof value === "string") {
    if (LONE_SURROGATE.test(value))
      throw new FormatError("program", "header", "well-formed text", JSON.stringify(value));
  } else if (Array.isArray(value)) {
    for (const item of value) checkTexts(item);
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      checkTexts(key);
      checkTexts(item);
    }
  }
}

function readFloat(bytes: Uint8Array): Float {
  return new Float(new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true));
}

/** An integer in the form `pack` wants. Checksums go in as bigints. */
export function packInt(value: number | bigint): number | bigint {
  const exact = BigInt(value);
  return exact >= -0x80000000n && exact <= 0xffffffffn ? Number(exact) : exact;
}

/** Reads exactly one value. Throws FormatError of code `msgpack` at anything SPEC.md does not have. */
export function unpack(bytes: Uint8Array, where: string): Packable {
  const reader = new MsgpackReader(bytes, where);
  const value = reader.value(0);
  if (reader.at !== bytes.length) reader.fail("the end", `${bytes.length - reader.at} more bytes`);
  return value;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class MsgpackReader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #where: string;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#where = where;
  }

  fail(expected: string, got: string): never {
    throw new FormatError("msgpack", `${this.#where}, byte ${this.at}`, expected, got);
  }

  value(depth: number): Packable {
    const head = this.#uint(1);
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head < 0x90) return this.#map(head & 15, depth);
    if (head < 0xa0) return this.#array(head & 15, depth);
    if (head < 0xc0) return this.#text(head & 31);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#uint(1 << (head - 0xc4)));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#uint(1 << (head - 0xcc));
      case 0xcf:
        return narrow(this.#view.getBigUint64(this.#skip(8)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return narrow(this.#view.getBigInt64(this.#skip(8)));
      case 0xd7:
        if (this.#uint(1) !== FLOAT_EXTENSION) this.fail("a float", "another extension");
        return readFloat(this.#take(8));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#uint(1 << (head - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#uint(2 << (head - 0xdc)), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#uint(2 << (head - 0xde)), depth);
      default:
        return this.fail("a form of section 2", `byte 0x${head.toString(16)}`);
    }
  }

  /** Moves on by `count` bytes and gives the place before them. */
  #skip(count: number): number {
    const start = this.at;
    if (count > this.#bytes.length - start) this.fail(`${count} bytes`, `${this.#bytes.length - start}`);
    this.at += count;
    return start;
  }

  #take(count: number): Uint8Array {
    const start = this.#skip(count);
    return this.#bytes.subarray(start, start + count);
  }

  #uint(width: number): number {
    const start = this.#skip(width);
    if (width === 1) return this.#bytes[start]!;
    return width === 2 ? this.#view.getUint16(start) : this.#view.getUint32(start);
  }

  #text(length: number): string {
    const bytes = this.#take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      return this.fail("UTF-8", "other bytes");
    }
  }

  #enter(count: number, depth: number): void {
    if (depth >= MAX_NESTING) this.fail(`at most ${MAX_NESTING} levels`, "more");
    // Every element takes at least one byte: a false count is refused before anything is allocated for it.
    if (count > this.#bytes.length - this.at) this.fail(`${count} elements`, "the end");
  }

  #array(count: number, depth: number): Packable[] {
    this.#enter(count, depth);
    const items = new Array<Packable>(count);
    for (let i = 0; i < count; i++) items[i] = this.value(depth + 1);
    return items;
  }

  #map(count: number, depth: number): Map<string, Packable> {
    this.#enter(count, depth);
    const map = new Map<string, Packable>();
    let last: string | undefined;
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1);
      if (typeof key !== "string") return this.fail("a text key", typeof key);
      if (last !== undefined && compareUtf8(last, key) >= 0) this.fail("keys in order", JSON.stringify(key));
      map.set(key, this.value(depth + 1));
      last = key;
    }
    return map;
  }
}

function narrow(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
