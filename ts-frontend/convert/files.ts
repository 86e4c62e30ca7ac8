/** Model files on disk, read piece by piece, where the host has a file system. */

import { SconceError } from "../../loader/error.ts";
import type { RandomAccess } from "../weights/source.ts";

interface Handle {
  stat(): Promise<{ size: number }>;
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  close(): Promise<void>;
}

interface FileSystem {
  open(path: string | URL): Promise<Handle>;
}

/** An open file; close it. */
export interface OpenFile extends RandomAccess {
  close(): Promise<void>;
}

/** Opens a path or a `file:` URL. Throws SconceError: NO_FILES in a browser, FETCH when it cannot be read. */
export async function openFile(path: string | URL): Promise<OpenFile> {
  const process = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  const fs = process?.getBuiltinModule?.("node:fs/promises") as FileSystem | undefined;
  if (!fs) {
    throw new SconceError({
      code: "NO_FILES",
      message: "this host has no file system to read from",
      advice: "Give the bytes, a Blob or a File.",
    });
  }
  let handle: Handle;
  let size: number;
  try {
    handle = await fs.open(typeof path === "string" && path.startsWith("file:") ? new URL(path) : path);
    size = (await handle.stat()).size;
  } catch (cause) {
    const why = (cause as { code?: string }).code === "ENOENT" ? "does not exist" : "cannot be read";
    const error = new SconceError({
      code: "FETCH",
      message: `${path} ${why}`,
      facts: [String(path)],
      advice: "Check the path.",
    });
    error.cause = cause;
    throw error;
  }
  return {
    size,
    close: () => handle.close(),
    async read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
  };
}
