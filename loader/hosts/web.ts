/** Host services of browsers and other web-like hosts: everything comes by `fetch`. */

import type { Bytes } from "./host.ts";

/** The runtime's own wasm; bundlers find and copy it by this URL. */
export async function defaultWasm(): Promise<Bytes | Response> {
  return fetch(new URL("../../wasm/sconce.wasm", import.meta.url));
}

/** The response of an address, absolute or relative to the page. */
export async function readSource(source: string | URL): Promise<Bytes | Response> {
  return fetch(source);
}
