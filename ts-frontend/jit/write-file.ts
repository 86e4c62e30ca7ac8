/** Writing a file where there is a file system. */

import { SconceError } from "../../loader/error.ts";

interface FileSystem {
  readonly promises: { writeFile(path: string | URL, bytes: Uint8Array): Promise<void> };
}

/** Writes bytes to a path. Throws SconceError (NO_FILES) in a browser. */
export async function writeFile(path: string | URL, bytes: Uint8Array): Promise<void> {
  const process = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  const fs = process?.getBuiltinModule?.("node:fs") as FileSystem | undefined;
  if (!fs) {
    throw new SconceError({
      code: "NO_FILES",
      message: "this host has no file system to save to",
      advice: "Use toBytes() and offer the bytes as a download.",
    });
  }
  await fs.promises.writeFile(path, bytes);
}
