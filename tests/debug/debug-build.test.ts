/** The debug build, loaded by AssemblyScript's own loader, gives the same bits as the release build. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantiateSync } from "@assemblyscript/loader";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findOp } from "../../format/ops/table.ts";
import { type Exports, Runtime } from "../../loader/runtime.ts";

const root = new URL("../..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "sconce-debug-"));
let debug: Exports;
let release: Exports;

beforeAll(async () => {
  const asc = createRequire(import.meta.url).resolve("assemblyscript/asc");
  const outFile = join(folder, "debug.wasm");
  execFileSync(
    process.execPath,
    [join(asc, "../../bin/asc.js"), "assembly/index.ts", "--target", "debug", "--outFile", outFile],
    {
      cwd: root,
      stdio: "pipe",
    },
  );
  debug = instantiateSync(readFileSync(outFile)).exports as unknown as Exports;
  release = (await Runtime.create()).exports;
}, 240_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a unary operator on 37 floats from -3 to 3, by address: the sum of bits of its result. */
function bitsOf(wasm: Exports, name: string): number[] {
  const count = 37;
  const sizes = wasm.sc_alloc(4);
  new Int32Array(wasm.memory.buffer)[sizes >> 2] = count;
  const tensor = wasm.sc_tensor(6, sizes, 1);
  const data = new Uint32Array(wasm.memory.buffer)[(wasm.sc_tensor_info(tensor) + 12) >> 2]!;
  new Float32Array(wasm.memory.buffer, data, count).set(
    Float32Array.from({ length: count }, (_, i) => (i - 18) / 6),
  );
  const op = findOp(name)!;
  const slots = wasm.sc_alloc(16 * 8);
  new Uint8Array(wasm.memory.buffer).fill(0, slots, slots + 128);
  const words = new Uint32Array(wasm.memory.buffer);
  words[slots >> 2] = 8;
  words[(slots + 8) >> 2] = tensor;
  for (let i = 1; i < op.schema.args.length; i++) words[(slots + 16 * i) >> 2] = 0;
  expect(wasm.sc_call_op(op.id, slots, op.schema.args.length, slots + 112)).toBe(0);
  const result = new Uint32Array(wasm.memory.buffer)[(slots + 120) >> 2]!;
  const at = new Uint32Array(wasm.memory.buffer)[(wasm.sc_tensor_info(result) + 12) >> 2]!;
  const bits = [...new Uint32Array(wasm.memory.buffer, at, count)];
  wasm.sc_drop(slots, 8);
  wasm.sc_free(slots);
  wasm.sc_free(sizes);
  return bits;
}

it.each(["aten::tanh", "aten::exp", "aten::sigmoid", "aten::sin", "aten::relu"])("%s", (name) => {
  const before = debug.sc_live();
  expect(bitsOf(debug, name)).toEqual(bitsOf(release, name));
  debug.sc_trim();
  expect(debug.sc_live()).toBeLessThanOrEqual(before);
});
