/** `load`: a `.sconce` file from anywhere into a runtime, its bytes written once, straight into the wasm's memory. */

import { readSource } from "#host";
import { SconceError } from "./error.ts";
import { type FileFormat, formatOf, HEAD_BYTES } from "./formats.ts";
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
 * A string is a path (Node, Deno, Bun) or an address. A PyTorch file is converted first if `sconce/convert` was imported.
 * Throws SconceError: `FETCH` when it cannot be had, `FILE_…` when it is damaged or no `.sconce` file, `OUT_OF_MEMORY`.
 * The counterpart of `torch.jit.load`.
 */
export async function load(source: Source, options: LoadOptions = {}): Promise<Module> {
  const runtime = options.runtime ?? (await Runtime.default());
  const from = typeof source === "string" || source instanceof URL ? await readSource(source) : source;
  if (from instanceof Response)
    return new Module(runtime, await loadResponse(runtime, from, options), options);
  const given =
    from instanceof Blob
      ? from
      : from instanceof ArrayBuffer
        ? new Uint8Array(from)
        : new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
  const head =
    given instanceof Blob
      ? new Uint8Array(await given.slice(0, HEAD_BYTES).arrayBuffer())
      : given.subarray(0, HEAD_BYTES);
  const format = formatOf(head);
  if (format) return new Module(runtime, await loadAs(runtime, format, given, options), options);
  const bytes = given instanceof Blob ? new Uint8Array(await given.arrayBuffer()) : given;
  options.onProgress?.(bytes.length, bytes.length);
  return new Module(runtime, loadBytes(runtime, bytes), options);
}

async function loadAs(
  runtime: Runtime,
  format: FileFormat,
  source: Uint8Array | Blob,
  options: LoadOptions,
): Promise<number> {
  return loadBytes(runtime, await format.toSconce(source, options));
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
    const format = formatOf(bytes.subarray(0, HEAD_BYTES));
    return format ? loadAs(runtime, format, bytes, options) : loadBytes(runtime, bytes);
  }
  const chunks = chunksOf(response.body, options.signal);
  const first = await firstChunk(chunks);
  const format = formatOf(first.subarray(0, HEAD_BYTES));
  if (format) return loadAs(runtime, format, await collect(first, chunks, total, options), options);
  const { sc_alloc, sc_free, sc_load } = runtime.exports;
  const data = runtime.checked(sc_alloc(total));
  let loaded = 0;
  try {
    await eachChunk(first, chunks, total, (chunk) => {
      runtime.u8.set(chunk, data + loaded);
      loaded += chunk.length;
      options.onProgress?.(loaded, total);
    });
  } catch (error) {
    sc_free(data);
    throw error;
  }
  return runtime.checked(sc_load(data, total));
}

async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** The first bytes of a stream, enough to tell what they are. */
async function firstChunk(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array(0);
  while (first.length < HEAD_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    const longer = new Uint8Array(first.length + value.length);
    longer.set(first);
    longer.set(value, first.length);
    first = longer;
  }
  return first;
}

/** Calls `use` for all of the `total` bytes that were announced. Throws FILE_TRUNCATED when there are fewer or more. */
async function eachChunk(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
  total: number,
  use: (chunk: Uint8Array) => void,
): Promise<void> {
  let loaded = 0;
  const take = (chunk: Uint8Array): boolean => {
    if (loaded + chunk.length > total) return false;
    use(chunk);
    loaded += chunk.length;
    return true;
  };
  if (take(first)) {
    for await (const chunk of rest) if (!take(chunk)) break;
  }
  if (loaded === total) return;
  throw new SconceError({
    code: "FILE_TRUNCATED",
    message: `the transfer ended after ${loaded} of ${total} bytes`,
    facts: [total, loaded],
    advice: "Transfer it again.",
  });
}

async function collect(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
  total: number,
  options: LoadOptions,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(total);
  let loaded = 0;
  await eachChunk(first, rest, total, (chunk) => {
    bytes.set(chunk, loaded);
    loaded += chunk.length;
    options.onProgress?.(loaded, total);
  });
  return bytes;
}
