/** Zip archives of any layout, right or wrong: what the tests of archives are made with. */

import { deflateRawSync } from "node:zlib";
import { Archive } from "../../ts-frontend/weights/archive.ts";
import { crc32 } from "../../ts-frontend/weights/crc32.ts";

/** A record, and what its headers claim where that is not the truth. */
export interface ZipRecord {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  readonly crc?: number;
  readonly compressedSize?: number;
  readonly uncompressedSize?: number;
  readonly method?: number;
  readonly flags?: number;
  /** Offset of the local header as the directory has it. */
  readonly offset?: number;
}

export interface ZipLayout {
  /** Top folder; "archive" by default. */
  readonly root?: string;
  /** Sizes, offsets and counts in 64 bits. */
  readonly zip64?: boolean;
  /** Sizes and checksum behind the data instead of before it. */
  readonly descriptors?: boolean;
  /** Payloads begin at multiples of this. */
  readonly align?: number;
  /** Records in the end of the directory; the truth by default. */
  readonly count?: number;
}

class Output {
  #bytes = new Uint8Array(1024);
  length = 0;

  u16(...values: number[]): this {
    return this.raw(Uint8Array.from(values.flatMap((v) => [v & 255, (v >>> 8) & 255])));
  }

  u32(...values: number[]): this {
    for (const v of values) this.u16(v & 0xffff, v >>> 16);
    return this;
  }

  u64(...values: number[]): this {
    for (const v of values) this.u32(v >>> 0, Math.floor(v / 2 ** 32));
    return this;
  }

  raw(bytes: Uint8Array): this {
    if (this.length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.length + bytes.length));
      larger.set(this.done());
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }
}

/** The archive that has these records. */
export function zip(records: readonly ZipRecord[], layout: ZipLayout = {}): Uint8Array<ArrayBuffer> {
  const { root = "archive", zip64 = false, descriptors = false, align = 1 } = layout;
  const out = new Output();
  const directory = new Output();
  for (const record of records) {
    const name = new TextEncoder().encode(root === "" ? record.name : `${root}/${record.name}`);
    const data = record.deflate ? new Uint8Array(deflateRawSync(record.bytes)) : record.bytes;
    const crc = record.crc ?? crc32(record.bytes);
    const packed = record.compressedSize ?? data.length;
    const size = record.uncompressedSize ?? record.bytes.length;
    const method = record.method ?? (record.deflate ? 8 : 0);
    const flags = (record.flags ?? 0x800) | (descriptors ? 8 : 0);
    const at = out.length;
    const offset = record.offset ?? at;
    const padding = align > 1 ? (align - ((at + 30 + name.length + 4) % align)) % align : -4;
    const head = descriptors ? [0, 0, 0] : [crc, zip64 ? 0xffffffff : packed, zip64 ? 0xffffffff : size];
    const extra = new Output();
    if (zip64 && !descriptors) extra.u16(1, 16).u64(size, packed);
    else if (padding >= 0) extra.u16(0x4246, padding).raw(new Uint8Array(padding).fill(0x5a));
    out
      .u32(0x04034b50)
      .u16(45, flags, method, 0, 0)
      .u32(...head)
      .u16(name.length, extra.length);
    out.raw(name).raw(extra.done()).raw(data);
    if (descriptors) out.u32(0x08074b50, crc, packed, size);
    const wide = new Output();
    if (zip64) wide.u16(1, 24).u64(size, packed, offset);
    directory.u32(0x02014b50).u16(45, 45, flags, method, 0, 0).u32(crc);
    directory
      .u32(...(zip64 ? [0xffffffff, 0xffffffff] : [packed, size]))
      .u16(name.length, wide.length, 0, 0, 0);
    directory
      .u32(0, zip64 ? 0xffffffff : offset)
      .raw(name)
      .raw(wide.done());
  }
  const count = layout.count ?? records.length;
  const start = out.length;
  out.raw(directory.done());
  if (zip64) {
    const end = out.length;
    out.u32(0x06064b50).u64(44).u16(45, 45).u32(0, 0).u64(count, count, directory.length, start);
    out.u32(0x07064b50, 0).u64(end).u32(1);
  }
  out.u32(0x06054b50).u16(0, 0, zip64 ? 0xffff : count, zip64 ? 0xffff : count);
  out.u32(zip64 ? 0xffffffff : directory.length, zip64 ? 0xffffffff : start).u16(0);
  return out.done();
}

/** The records of an archive by name. */
export async function unzip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const archive = await Archive.open(bytes);
  const records = new Map<string, Uint8Array>();
  for (const name of archive.names) records.set(name, await archive.read(name));
  return records;
}

/** The archive with some records replaced, added or (undefined) left out. */
export async function rezip(
  bytes: Uint8Array,
  changes: Readonly<Record<string, Uint8Array | undefined>>,
  layout?: ZipLayout,
): Promise<Uint8Array<ArrayBuffer>> {
  const records = await unzip(bytes);
  for (const [name, change] of Object.entries(changes)) {
    if (change === undefined) records.delete(name);
    else records.set(name, change);
  }
  return zip(
    [...records].map(([name, record]) => ({ name, bytes: record })),
    layout,
  );
}
