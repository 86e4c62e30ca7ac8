/** Reads `.sconce` files, checking every byte: preamble, header, segments, padding. decode.ts makes the program. */

import { sha256 } from "@noble/hashes/sha2.js";
import type { Program } from "../ir/program.ts";
import { Root } from "./at.ts";
import { decodeProgram } from "./decode.ts";
import { FormatError } from "./error.ts";
import { align, FEATURES, MAGIC, PREAMBLE, VERSION } from "./layout.ts";
import { unpack } from "./msgpack.ts";
import { xxh64 } from "./xxh64.ts";

export interface ReadOptions {
  /** Also check the segments' SHA-256 where the file has them. Default false. */
  sha256?: boolean;
}

/**
 * The program in a file. Storages, and extra files, are views of `bytes`: nothing is copied, so a change to one is seen
 * in the other. Throws FormatError at any damage, before anything of the program is made.
 */
export function readProgram(bytes: Uint8Array, options: ReadOptions = {}): Program {
  const headerEnd = checkPreamble(bytes);
  const header = new Root(unpack(bytes.subarray(PREAMBLE.bytes, headerEnd), "header"), "header");
  for (const feature of header.key("requires").array()) {
    if (!FEATURES.has(feature.text()))
      feature.fail("a feature that this reader knows", feature.text(), "requires");
  }
  return decodeProgram(header, readSegments(header, bytes, headerEnd, options));
}

/** A segment's bytes and the checksum that the file gives for them, which is right. */
export interface FileSegment {
  bytes: Uint8Array;
  hash: bigint;
}

/** Checks the preamble and the header's checksum; gives the end of the header. */
function checkPreamble(bytes: Uint8Array): number {
  if (bytes.length < PREAMBLE.bytes) {
    throw new FormatError("size", "file", `at least ${PREAMBLE.bytes} bytes`, `${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (
    code: ConstructorParameters<typeof FormatError>[0],
    expected: string,
    got: bigint | number | string,
  ) => {
    throw new FormatError(code, "preamble", expected, String(got));
  };
  if (!MAGIC.every((byte, i) => bytes[i] === byte))
    refuse("magic", "the magic of a .sconce file", "other bytes");
  const version = view.getUint32(PREAMBLE.version, true);
  if (version !== VERSION) refuse("version", `version ${VERSION}`, version);
  const check = view.getBigUint64(PREAMBLE.check, true);
  if (check !== xxh64(bytes.subarray(0, PREAMBLE.check)))
    refuse("preamble", "bytes that fit their check", "damage");
  const flags = view.getUint32(PREAMBLE.flags, true);
  if (flags !== 0) refuse("flags", "no flags", flags);
  const reserved = view.getBigUint64(PREAMBLE.reserved, true);
  if (reserved !== 0n) refuse("preamble", "zeros at the end", reserved);
  const offset = view.getBigUint64(PREAMBLE.headerOffset, true);
  if (offset !== BigInt(PREAMBLE.bytes)) refuse("preamble", `a header at ${PREAMBLE.bytes}`, offset);
  const fileBytes = view.getBigUint64(PREAMBLE.fileBytes, true);
  if (fileBytes !== BigInt(bytes.length)) refuse("size", `${fileBytes} bytes in the file`, bytes.length);
  const headerBytes = view.getBigUint64(PREAMBLE.headerBytes, true);
  if (headerBytes > fileBytes - offset)
    refuse("preamble", "a header inside the file", `${headerBytes} bytes`);
  const end = PREAMBLE.bytes + Number(headerBytes);
  const hash = view.getBigUint64(PREAMBLE.headerHash, true);
  checkHash(bytes.subarray(PREAMBLE.bytes, end), hash, "header");
  return end;
}

function checkHash(bytes: Uint8Array, hash: bigint, where: string): void {
  const got = xxh64(bytes);
  if (got !== hash) throw new FormatError("checksum", where, hash.toString(16), got.toString(16));
}

function readSegments(
  header: Root,
  bytes: Uint8Array,
  headerEnd: number,
  options: ReadOptions,
): FileSegment[] {
  const start = align(headerEnd);
  let end = headerEnd;
  const segments = header
    .key("segments")
    .array()
    .map((at, i) => {
      const [offsetAt, bytesAt, hashAt] = at.tuple(3);
      const offset = offsetAt.natural();
      if (start + offset !== align(end)) at.fail(`offset ${align(end) - start}`, `${offset}`, "segment");
      const length = bytesAt.natural();
      const from = start + offset;
      if (from + length > bytes.length)
        at.fail("a segment inside the file", `${length} bytes at ${from}`, "segment");
      checkZeros(bytes, end, from);
      end = from + length;
      const content = bytes.subarray(from, end);
      const hash = hashAt.uint64();
      checkHash(content, hash, `segment ${i}`);
      return { bytes: content, hash };
    });
  if (end !== bytes.length) throw new FormatError("size", "file", `${end} bytes`, `${bytes.length}`);
  checkSha256(header, segments, options.sha256 ?? false);
  return segments;
}

/** The bytes between segments: fewer than the alignment, all zero. */
function checkZeros(bytes: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    if (bytes[i] !== 0) throw new FormatError("padding", `byte ${i}`, "zero", `${bytes[i]}`);
  }
}

function checkSha256(header: Root, segments: readonly FileSegment[], compare: boolean): void {
  header
    .find("sha256")
    ?.array(segments.length)
    .forEach((at, i) => {
      const want = at.bytes();
      if (want.length !== 32) at.fail("32 bytes");
      if (!compare) return;
      const got = sha256(segments[i]!.bytes);
      if (got.some((byte, k) => byte !== want[k])) {
        throw new FormatError("checksum", `segment ${i}`, "bytes of the SHA-256 in the header", "others");
      }
    });
}
