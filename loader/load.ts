/** `load`: a `.sconce` file from anywhere into a runtime, its bytes written once, straight into the wasm's memory. */

import { readSource } from "#host";
import { SconceError } from "./error.ts";
import { Module, type ModuleOptions } from "./module.ts";
import { Runtime } from "./runtime.ts";

export interface LoadOptions extends ModuleOptions {
  /** The runtime to load into; by default one that all modules share. Dropping a runtime of its own frees its memory. */
  readonly runtime?: Runtime;
  /** Called as bytes arrive; `total` is 0 while unknown. */
  readonly onProgress?: (loaded: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** A path or address, or the bytes themselves. */
export type Source = string | URL | ArrayBuffer | ArrayBufferView | Blob | Response;

/**
 * Loads a model: checks the whole file, and compiles its methods.
 *
 * A string is a path (Node, Deno, Bun) or an address. Throws SconceError: `FETCH` when it cannot be had, `FILE_…` when
 * it is damaged or no `.sconce` file, `OUT_OF_MEMORY`. The counterpart of `torch.jit.load`.
 */
export async function load(source: Source, options: LoadOptions = {}): Promise<Module> {
  const runtime = options.runtime ?? (await Runtime.default());
  const from = typeof source === "string" || source instanceof URL ? await readSource(source) : source;
  if (from instanceof Response)
    return new Module(runtime, await loadResponse(runtime, from, options), options);
  const bytes =
    from instanceof Blob
      ? new Uint8Array(await from.arrayBuffer())
      : from instanceof ArrayBuffer
        ? new Uint8Array(from)
        : new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
  options.onProgress?.(bytes.length, bytes.length);
  return new Module(runtime, loadBytes(runtime, bytes), options);
}

/** As `load`, for bytes that are at hand and a runtime that exists. */
export function loadSync(bytes: Uint8Array, runtime: Runtime, options: ModuleOptions = {}): Module {
  return new Module(runtime, loadBytes(runtime, bytes), options);
}

function loadBytes(runtime: Runtime, bytes: Uint8Array): number {
  const data = runtime.checked(runtime.exports.sc_alloc(bytes.length));
  runtime.u8.set(bytes, data);
  return runtime.checked(runtime.exports.sc_load(data, bytes.length));
}

/** Streams a response into memory; a length that the server announced is allocated at once. */
async function loadResponse(runtime: Runtime, response: Response, options: LoadOptions): Promise<number> {
  if (!response.ok) {
    throw new SconceError({
      code: "FETCH",
      message: `${response.url} could not be fetched: ${response.status} ${response.statusText}`,
      advice: "Check the address.",
    });
  }
  const total = response.headers.get("content-encoding")
    ? 0
    : Number(response.headers.get("content-length") ?? 0);
  if (!response.body || !total) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    options.onProgress?.(bytes.length, bytes.length);
    return loadBytes(runtime, bytes);
  }
  const { sc_alloc, sc_free, sc_load } = runtime.exports;
  const data = runtime.checked(sc_alloc(total));
  let loaded = 0;
  try {
    for (const reader = response.body.getReader(); ; ) {
      options.signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      if (loaded + value.length > total) break;
      runtime.u8.set(value, data + loaded);
      loaded += value.length;
      options.onProgress?.(loaded, total);
    }
  } catch (error) {
    sc_free(data);
    throw error;
  }
  if (loaded !== total) {
    sc_free(data);
    throw new SconceError({
      code: "FILE_TRUNCATED",
      message: `the transfer ended after ${loaded} of ${total} bytes`,
      facts: [total, loaded],
      advice: "Transfer it again.",
    });
  }
  return runtime.checked(sc_load(data, total));
}
