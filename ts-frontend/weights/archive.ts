/** The zip archives that `torch.save` and `torch.jit.save` write: named records under one top folder. */

import { ERR_EOCDR_NOT_FOUND, type FileEntry, Reader, Writer, ZipReader } from "@zip.js/zip.js";
import { SconceError } from "../../loader/error.ts";
import { crc32 } from "./crc32.ts";
import {
  type ByteSource,
  malformed,
  openSource,
  type RandomAccess,
  truncated,
  unsupported,
  viewOf,
} from "./source.ts";

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_SIZE = 30;
/** Deflate cannot shrink more than this, so a larger promise is a lie. */
const MAX_RATIO = 1032;
/** Compressed records may unpack to this much in all, and `UNPACKED_RATIO` times the file besides. */
const UNPACKED_LIMIT = 2 ** 24;
const UNPACKED_RATIO = 16;

/**
 * An opened archive. Names are relative to its top folder: `data.pkl`, `data/0`, `code/__torch__.py`.
 *
 * Only the directory is read at first, then what is asked for. Each record is checked against its CRC-32. Given a byte
 * array, a stored record (as PyTorch writes all data) is a view of it.
 */
export class Archive {
  readonly #entries: ReadonlyMap<string, FileEntry>;
  readonly #source: RandomAccess;
  #unpacked = 0;

  private constructor(entries: ReadonlyMap<string, FileEntry>, source: RandomAccess) {
    this.#entries = entries;
    this.#source = source;
  }

  /** True if the bytes begin as a zip archive does. */
  static looksLike(head: Uint8Array): boolean {
    return head.length >= 4 && viewOf(head).getUint32(0, true) === LOCAL_HEADER;
  }

  /** Reads the directory. Throws SconceError: FILE_MALFORMED, also for names that would leave a folder, FILE_TRUNCATED. */
  static async open(source: ByteSource): Promise<Archive> {
    const opened = openSource(source);
    const entries = await readDirectory(opened);
    checkOverlaps(entries, opened.size);
    const records = new Map<string, FileEntry>();
    const root = rootOf(entries[0]?.filename ?? "");
    for (const entry of entries) {
      if (entry.directory || !entry.filename.startsWith(root)) continue;
      const name = entry.filename.slice(root.length);
      checkName(name);
      if (records.has(name)) throw malformed(`the archive has two records named ${name}`);
      records.set(name, entry);
    }
    return new Archive(records, opened);
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
    const bytes =
      entry.compressionMethod === STORED
        ? await this.#stored(name, entry)
        : await this.#inflated(name, entry);
    if (crc32(bytes) !== entry.signature) {
      throw new SconceError({
        code: "FILE_CHECKSUM",
        message: `checksum mismatch in record ${name}`,
        advice: "The file is damaged; transfer it again.",
      });
    }
    return bytes;
  }

  /** The record's bytes as they lie. Its local header tells where they begin: the directory does not know the padding. */
  async #stored(name: string, entry: FileEntry): Promise<Uint8Array> {
    const { offset, compressedSize, uncompressedSize } = entry;
    if (compressedSize !== uncompressedSize) {
      throw malformed(`record ${name} is stored, yet has sizes ${compressedSize} and ${uncompressedSize}`);
    }
    const header = await this.#source.read(offset, LOCAL_HEADER_SIZE);
    const view = viewOf(header);
    if (header.length < LOCAL_HEADER_SIZE || view.getUint32(0, true) !== LOCAL_HEADER) {
      throw malformed(`record ${name} has no header at byte ${offset}`);
    }
    const start = offset + LOCAL_HEADER_SIZE + view.getUint16(26, true) + view.getUint16(28, true);
    const end = start + compressedSize;
    if (end > this.#source.size) throw truncated(`record ${name}`, end, this.#source.size);
    const bytes = await this.#source.read(start, compressedSize);
    if (bytes.length !== compressedSize) throw truncated(`record ${name}`, compressedSize, bytes.length);
    return bytes;
  }

  async #inflated(name: string, entry: FileEntry): Promise<Uint8Array> {
    const { compressedSize, uncompressedSize } = entry;
    if (uncompressedSize > MAX_RATIO * compressedSize) {
      throw malformed(`record ${name} claims ${uncompressedSize} bytes out of ${compressedSize}`);
    }
    this.#unpacked += uncompressedSize;
    if (this.#unpacked > UNPACKED_LIMIT + UNPACKED_RATIO * this.#source.size) {
      throw malformed(`the compressed records unpack to more than ${this.#unpacked - 1} bytes`);
    }
    const output = new ExactWriter(uncompressedSize);
    try {
      await entry.getData(output, { useWebWorkers: false });
      if (output.length !== uncompressedSize) throw malformed("a record is shorter than it claims");
    } catch (cause) {
      throw malformed(`record ${name} cannot be unpacked`, cause);
    }
    return output.bytes;
  }
}

/** Takes as many bytes as were promised, and fails at the first one more. */
class ExactWriter extends Writer<Uint8Array> {
  readonly bytes: Uint8Array;
  length = 0;

  constructor(size: number) {
    super();
    this.bytes = new Uint8Array(size);
  }

  override async writeUint8Array(chunk: Uint8Array): Promise<void> {
    if (this.length + chunk.length > this.bytes.length) throw malformed("a record is longer than it claims");
    this.bytes.set(chunk, this.length);
    this.length += chunk.length;
  }

  override async getData(): Promise<Uint8Array> {
    return this.bytes;
  }
}

class SourceReader extends Reader<RandomAccess> {
  readonly #source: RandomAccess;

  constructor(source: RandomAccess) {
    super(source);
    this.#source = source;
    this.size = source.size;
  }

  override readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    return this.#source.read(offset, Math.min(length, this.#source.size - offset));
  }
}

async function readDirectory(source: RandomAccess): Promise<FileEntry[]> {
  const zip = new ZipReader(new SourceReader(source), {
    useWebWorkers: false,
    filenameValidation: "tolerant",
  });
  try {
    return (await zip.getEntries()) as FileEntry[];
  } catch (cause) {
    if ((cause as Error | undefined)?.message === ERR_EOCDR_NOT_FOUND) {
      throw new SconceError({
        code: "FILE_TRUNCATED",
        message: "the archive has no directory at its end",
        facts: [source.size],
        advice: "It was cut short, or is still being written. Transfer it again.",
      });
    }
    throw malformed("this is not a readable zip archive", cause);
  }
}

/** `model/` of `model/data.pkl`: the folder of the first record, as PyTorch takes it. */
function rootOf(name: string): string {
  return name.slice(0, name.indexOf("/") + 1);
}

/** No record may lie over another: many of them over the same bytes make a small file unpack to a huge one. */
function checkOverlaps(entries: readonly FileEntry[], size: number): void {
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) throw malformed(`record ${entry.filename} lies over the one before it`);
    end = entry.offset + LOCAL_HEADER_SIZE + entry.rawFilename.length + entry.compressedSize;
    if (!Number.isSafeInteger(end) || end > size) throw truncated(`record ${entry.filename}`, end, size);
  }
}

/** Refuses names that mean a place outside a folder once they are used as paths. */
function checkName(name: string): void {
  const outside = name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.split("/").includes("..");
  if (name === "" || outside || name.includes("\\") || name.includes("\0")) {
    throw malformed(`the archive has a record with the unsafe name ${JSON.stringify(name)}`);
  }
}
