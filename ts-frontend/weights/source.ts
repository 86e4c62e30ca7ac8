/** Where weight files come from, and the errors that every reader here throws. */

import { SconceError } from "../../loader/error.ts";

/** The bytes of a file. Readers that can, hand out views of a given array instead of copies. */
export type ByteSource = Uint8Array | ArrayBuffer | Blob;

/** The bytes; not copied unless they are in a Blob. */
export async function bytesFrom(source: ByteSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  return new Uint8Array(source instanceof ArrayBuffer ? source : await source.arrayBuffer());
}

/** A DataView of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** FILE_MALFORMED: the bytes break the rules of their format. */
export function malformed(message: string, cause?: unknown): SconceError {
  const error = new SconceError({
    code: "FILE_MALFORMED",
    message,
    advice: "The file is damaged or was not written by a correct writer.",
  });
  if (cause !== undefined) error.cause = cause;
  return error;
}

/** FILE_TRUNCATED: fewer bytes than the file itself promises. */
export function truncated(what: string, wanted: number, there: number): SconceError {
  return new SconceError({
    code: "FILE_TRUNCATED",
    message: `${what} ends early: ${wanted} bytes wanted, ${there} there`,
    facts: [wanted, there],
    advice: "Transfer it again.",
  });
}

/** UNSUPPORTED: correct, but of a kind that is not read. */
export function unsupported(message: string, advice: string): SconceError {
  return new SconceError({ code: "UNSUPPORTED", message, advice });
}
