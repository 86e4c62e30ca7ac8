/** Host services of Node, Deno and Bun: the wasm beside this package, and model files from the file system. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Bytes } from "./host.ts";

/** The runtime's own wasm. */
export async function defaultWasm(): Promise<Bytes> {
  return readFile(new URL("../../wasm/sconce.wasm", import.meta.url));
}

/** The bytes of a path, a `file:` URL or a web address. Throws what the file system or `fetch` throws. */
export async function readSource(source: string | URL): Promise<Bytes | Response> {
  const text = String(source);
  if (/^(https?|data|blob):/.test(text)) return fetch(source);
  return readFile(text.startsWith("file:") ? fileURLToPath(text) : text);
}
