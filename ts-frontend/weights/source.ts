/** Where model and weight files come from, and the errors that every reader here throws. */

import { SconceError } from "../../loader/error.ts";

/** A file that is read piece by piece, such as one on disk or one behind HTTP range requests. */
export interface RandomAccess {
  readonly size: number;
  /** The `length` bytes from `offset`; fewer only where the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** The bytes of a file. Readers that can, hand out views of a given array instead of copies. */
export type ByteSource = Uint8Array | ArrayBuffer | Blob | RandomAccess;

/** A source read by offset: pieces of an array are views of it, of anything else copies. */
export function openSource(source: ByteSource): RandomAccess & { readonly bytes?: Uint8Array } {
  if (source instanceof ArrayBuffer) return openSource(new Uint8Array(source));
  if (source instanceof Uint8Array) {
    return {
      size: source.length,
      bytes: source,
      read: async (offset, length) => source.subarray(offset, offset + length),
    };
  }
  if (source instanceof Blob) {
    return {
      size: source.size,
      read: async (offset, length) =>
        new Uint8Array(await source.slice(offset, offset + length).arrayBuffer()),
    };
  }
  return source;
}

/** All bytes; not copied unless they have to be fetched. */
export async function bytesFrom(source: ByteSource): Promise<Uint8Array> {
  const opened = openSource(source);
  return opened.bytes ?? opened.read(0, opened.size);
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
