/** Writes `.sconce` files: preamble, header, segments. SPEC.md says what each byte is. */

import { sha256 } from "@noble/hashes/sha2.js";
import type { Program } from "../ir/program.ts";
import { encodeDebug } from "./debug.ts";
import { type EncodedProgram, encodeProgram } from "./encode.ts";
import { FormatError } from "./error.ts";
import { align, compareUtf8, MAGIC, PREAMBLE, VERSION } from "./layout.ts";
import { type Packable, pack, packInt } from "./msgpack.ts";
import { encodeWtf8 } from "./utf8.ts";
import { xxh64 } from "./xxh64.ts";

export interface WriteOptions {
  /** Store each segment's SHA-256 beside its checksum. Default true. */
  sha256?: boolean;
  /** Keep names of values, source places and scopes. Default true. */
  debug?: boolean;
  /** Keep the source texts. Default true. */
  sources?: boolean;
}

/** The whole file. Throws FormatError of code `program` if the program is not one that a file can hold. */
export function writeProgram(program: Program, options: WriteOptions = {}): Uint8Array {
  const chunks = programChunks(program, options);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The file in pieces, to be written one after the other. Weights are the program's own bytes, not copies. */
export function programChunks(program: Program, options: WriteOptions = {}): Uint8Array[] {
  const segments = new Segments(options.sha256 ?? true);
  const header = pack(buildHeader(program, options, segments));
  const headerEnd = PREAMBLE.bytes + header.length;
  const chunks = [header];
  let end = headerEnd;
  for (const { offset, bytes } of segments.list) {
    const start = align(headerEnd) + offset;
    chunks.push(new Uint8Array(start - end), bytes);
    end = start + bytes.length;
  }
  return [buildPreamble(header, end), ...chunks.filter((chunk) => chunk.length > 0)];
}

function buildPreamble(header: Uint8Array, fileBytes: number): Uint8Array {
  const bytes = new Uint8Array(PREAMBLE.bytes);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, PREAMBLE.magic);
  view.setUint32(PREAMBLE.version, VERSION, true);
  view.setBigUint64(PREAMBLE.headerOffset, BigInt(PREAMBLE.bytes), true);
  view.setBigUint64(PREAMBLE.headerBytes, BigInt(header.length), true);
  view.setBigUint64(PREAMBLE.headerHash, xxh64(header), true);
  view.setBigUint64(PREAMBLE.fileBytes, BigInt(fileBytes), true);
  view.setBigUint64(PREAMBLE.check, xxh64(bytes.subarray(0, PREAMBLE.check)), true);
  return bytes;
}

interface Segment {
  offset: number;
  bytes: Uint8Array;
  hash: bigint;
  sha256: Uint8Array | undefined;
}

class Segments {
  readonly list: Segment[] = [];
  readonly #withSha256: boolean;

  constructor(withSha256: boolean) {
    this.#withSha256 = withSha256;
  }

  add(bytes: Uint8Array): number {
    const last = this.list.at(-1);
    const offset = last === undefined ? 0 : align(last.offset + last.bytes.length);
    const digest = this.#withSha256 ? sha256(bytes) : undefined;
    return this.list.push({ offset, bytes, hash: xxh64(bytes), sha256: digest }) - 1;
  }
}

function buildHeader(program: Program, options: WriteOptions, segments: Segments): Packable {
  const encoded = encodeProgram(program);
  for (const storage of encoded.storages) segments.add(storage.bytes);
  const header = new Map<string, Packable>(encoded.tables);
  header.set("extra", fileList(program.extraFiles, segments));
  if ((options.sources ?? true) && program.sources.size > 0) {
    const texts = new Map([...program.sources].map(([file, text]) => [file, encodeWtf8(text)]));
    header.set("sources", fileList(texts, segments));
  }
  const debug = (options.debug ?? true) ? encodeDebug(encoded.functions) : undefined;
  if (debug !== undefined) header.set("debug", segments.add(debug));
  if (program.derived.length > 0) header.set("derived", encodeDerived(program, encoded, segments));
  header.set("meta", sorted(program.metadata));
  header.set("requires", []);
  const places = segments.list.map(({ offset, bytes, hash }) => [
    packInt(offset),
    packInt(bytes.length),
    hash,
  ]);
  header.set("segments", places);
  const digests = segments.list.flatMap(({ sha256: digest }) => digest ?? []);
  if (digests.length > 0) header.set("sha256", digests);
  return sorted(header);
}

function sorted<T>(map: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...map].sort(([a], [b]) => compareUtf8(a, b)));
}

function fileList(files: ReadonlyMap<string, Uint8Array>, segments: Segments): Packable {
  return [...sorted(files)].map(([name, bytes]) => [name, segments.add(bytes)]);
}

function encodeDerived(program: Program, encoded: EncodedProgram, segments: Segments): Packable {
  return program.derived.map(({ layout, version, tensor, bytes, params }) => {
    const index = encoded.tensorIndex(tensor);
    if (index === undefined) {
      throw new FormatError("program", `derived ${layout}`, "a tensor of the program's values", "another");
    }
    const source = segments.list[encoded.storages.indexOf(tensor.storage)]!;
    return [layout, packInt(version), index, source.hash, segments.add(bytes), params.map(packInt)];
  });
}
