/** The zip archives that `torch.save` and `torch.jit.save` write: named records under one top folder. */

import { BlobReader, type FileEntry, Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { SconceError } from "../../loader/error.ts";
import { crc32 } from "./crc32.ts";
import { type ByteSource, malformed, truncated, unsupported, viewOf } from "./source.ts";

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER = 0x04034b50;
/** Deflate cannot shrink more than this, so a larger promise is a lie. */
const MAX_RATIO = 1032;

/**
 * An opened archive. Names are relative to its top folder: `data.pkl`, `data/0`, `code/__torch__.py`.
 *
 * Each record is checked against its CRC-32 when it is read. Given a byte array, a stored record (as PyTorch writes
 * all data) is a view of it.
 */
export class Archive {
  readonly #entries: ReadonlyMap<string, FileEntry>;
  readonly #bytes: Uint8Array | undefined;

  private constructor(entries: ReadonlyMap<string, FileEntry>, bytes: Uint8Array | undefined) {
    this.#entries = entries;
    this.#bytes = bytes;
  }

  /** True if the bytes begin as a zip archive does. */
  static looksLike(head: Uint8Array): boolean {
    return head.length >= 4 && viewOf(head).getUint32(0, true) === LOCAL_HEADER;
  }

  /** Reads the directory. Throws SconceError FILE_MALFORMED. */
  static async open(source: ByteSource): Promise<Archive> {
    const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
    const reader = bytes instanceof Uint8Array ? new Uint8ArrayReader(bytes) : new BlobReader(bytes);
    const zip = new ZipReader(reader, { useWebWorkers: false });
    const entries = new Map<string, FileEntry>();
    try {
      for (const entry of await zip.getEntries()) {
        if (entry.directory) continue;
        const name = entry.filename.slice(entry.filename.indexOf("/") + 1);
        if (entries.has(name)) throw malformed(`the archive has two records named ${name}`);
        entries.set(name, entry);
      }
    } catch (cause) {
      throw cause instanceof SconceError ? cause : malformed("this is not a readable zip archive", cause);
    }
    return new Archive(entries, bytes instanceof Uint8Array ? bytes : undefined);
  }

  /** Names of all records, in the order of the directory. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Size of a record in bytes, undefined if there is none. */
  size(name: string): number | undefined {
    return this.#entries.get(name)?.uncompressedSize;
  }

  /** A record's bytes. Throws SconceError: FILE_MALFORMED, FILE_TRUNCATED, FILE_CHECKSUM, UNSUPPORTED. */
  async read(name: string): Promise<Uint8Array> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw malformed(`the archive has no record ${name}`);
    if (entry.encrypted || (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)) {
      throw unsupported(`record ${name} is encrypted or compressed by an unknown method`, "Zip it without.");
    }
    if (entry.uncompressedSize > MAX_RATIO * entry.compressedSize) {
      throw malformed(`record ${name} claims ${entry.uncompressedSize} bytes out of ${entry.compressedSize}`);
    }
    let bytes: Uint8Array;
    if (this.#bytes !== undefined && entry.compressionMethod === STORED) {
      bytes = this.#stored(name, entry, this.#bytes);
    } else {
      try {
        bytes = await entry.getData(new Uint8ArrayWriter(), { useWebWorkers: false });
      } catch (cause) {
        throw malformed(`record ${name} cannot be unpacked`, cause);
      }
    }
    if (bytes.length !== entry.uncompressedSize)
      throw truncated(`record ${name}`, entry.uncompressedSize, bytes.length);
    if (crc32(bytes) !== entry.signature) {
      throw new SconceError({
        code: "FILE_CHECKSUM",
        message: `checksum mismatch in record ${name}`,
        advice: "The file is damaged; transfer it again.",
      });
    }
    return bytes;
  }

  /** The record's bytes in place. Its local header tells where they begin: the directory does not know the padding. */
  #stored(name: string, entry: FileEntry, bytes: Uint8Array): Uint8Array {
    const view = viewOf(bytes);
    if (entry.offset + 30 > bytes.length || view.getUint32(entry.offset, true) !== LOCAL_HEADER) {
      throw malformed(`record ${name} has no header at byte ${entry.offset}`);
    }
    const padding = view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
    const start = entry.offset + 30 + padding;
    const end = start + entry.compressedSize;
    if (end > bytes.length) throw truncated(`record ${name}`, end, bytes.length);
    return bytes.subarray(start, end);
  }
}
