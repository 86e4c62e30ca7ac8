/** Where `load` takes its bytes from, and what it does with files of other kinds. */

import { beforeAll, expect, test } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { registerFormat } from "../../loader/formats.ts";
import { load, type Source } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import { sampleProgram } from "../support/sample-program.ts";

let file: Uint8Array<ArrayBuffer>;
let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
  file = new Uint8Array(writeProgram(sampleProgram()));
});

/** A response that arrives in pieces of `size` bytes, its length announced as `total`. */
function streamed(bytes: Uint8Array<ArrayBuffer>, size: number, total = bytes.length): Response {
  let at = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
  return new Response(body, { headers: { "content-length": String(total) } });
}

async function methodsOf(source: Source): Promise<string[]> {
  using module = await load(source, { runtime });
  return module.methods;
}

test("bytes, blobs and responses in pieces of any size", async () => {
  const sources = [
    file,
    file.buffer,
    new Blob([file]),
    new Response(file),
    streamed(file, 5),
    streamed(file, 1000),
  ];
  for (const source of sources) expect(await methodsOf(source)).toContain("forward");
});

test("progress is told as bytes arrive", async () => {
  const seen: number[] = [];
  using _ = await load(streamed(file, 1000), { runtime, onProgress: (done) => seen.push(done) });
  expect(seen.at(-1)).toBe(file.length);
  expect(seen.length).toBe(Math.ceil(file.length / 1000));
});

test("a transfer that ends early or goes on leaves no memory behind", async () => {
  const before = runtime.exports.sc_live();
  for (const total of [file.length + 1, file.length - 1]) {
    await expect(load(streamed(file, 700, total), { runtime })).rejects.toMatchObject({
      code: "FILE_TRUNCATED",
    });
  }
  await expect(load(streamed(file, 700), { runtime, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  expect(runtime.exports.sc_live()).toBe(before);
});

test("a PyTorch file says what to do, until a reader for it is there", async () => {
  const zip = new Uint8Array([0x50, 0x4b, 0x03, 0x04, ...new Array<number>(60).fill(7)]);
  const sources = () => [zip, new Blob([zip]), new Response(zip), streamed(zip, 3)];
  for (const source of sources()) {
    await expect(load(source, { runtime })).rejects.toMatchObject({
      code: "FILE_MAGIC",
      advice: expect.stringContaining("sconce/convert"),
    });
  }
  const lengths: number[] = [];
  registerFormat({
    name: "sevens",
    looksLike: (head) => head[0] === 0x50 && head[15] === 7,
    toSconce: async (source) => {
      const bytes = source instanceof Blob ? new Uint8Array(await source.arrayBuffer()) : source;
      lengths.push(bytes.filter((byte) => byte === 7).length);
      return file;
    },
  });
  for (const source of sources()) expect(await methodsOf(source)).toContain("forward");
  expect(lengths).toEqual([60, 60, 60, 60]);
  expect(await methodsOf(file)).toContain("forward");
  await expect(load(new Uint8Array(100), { runtime })).rejects.toMatchObject({ code: "FILE_MAGIC" });
});
