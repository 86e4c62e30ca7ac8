/** Host services when the TypeScript sources run directly (tests, scripts): as Node's, with the wasm of `dist/`. */

import { readFile } from "node:fs/promises";
import type { Bytes } from "./host.ts";

export { readSource } from "./node.ts";

/** The runtime's own wasm, as the last build left it. */
export async function defaultWasm(): Promise<Bytes> {
  return readFile(new URL("../../dist/wasm/sconce.wasm", import.meta.url));
}
