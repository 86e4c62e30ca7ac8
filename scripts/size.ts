/** `npm run size`: what a page downloads, bundled by esbuild and compressed with brotli, against its budgets. */

import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

interface Row {
  readonly what: string;
  readonly raw: number;
  readonly brotli: number;
  /** Most brotli bytes; absent: shown only. */
  readonly budget?: number;
}

const KIB = 1024;

function compressed(bytes: Uint8Array): number {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
}

async function bundle(code: string): Promise<Uint8Array> {
  const result = await build({
    stdin: { contents: code, resolveDir: new URL("..", import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    conditions: ["import"],
    write: false,
    loader: { ".wasm": "empty" },
    legalComments: "none",
  });
  return result.outputFiles[0]!.contents;
}

const rows: Row[] = [];
const wasmDir = new URL("../dist/wasm/", import.meta.url);
for (const file of readdirSync(wasmDir).filter((name) => name.endsWith(".wasm") && !name.includes("debug"))) {
  const bytes = readFileSync(new URL(file, wasmDir));
  rows.push({ what: file, raw: bytes.length, brotli: compressed(bytes), budget: 300_000 });
}
for (const [what, code, budget] of [
  ['import { load } from "sconce"', 'import { load } from "sconce"; globalThis.load = load;', 15 * KIB],
  [
    'import { torch, nn, jit } from "sconce/torch"',
    'import { torch, nn, jit } from "sconce/torch"; globalThis.x = { torch, nn, jit };',
    undefined,
  ],
  [
    'import { convert } from "sconce/convert"',
    'import { convert } from "sconce/convert"; globalThis.x = convert;',
    undefined,
  ],
] as const) {
  const bytes = await bundle(code);
  rows.push({ what, raw: bytes.length, brotli: compressed(bytes), ...(budget ? { budget } : {}) });
}

const width = Math.max(...rows.map((row) => row.what.length));
let over = 0;
for (const { what, raw, brotli, budget } of rows) {
  const late = budget !== undefined && brotli > budget;
  if (late) over++;
  const limit = budget === undefined ? "" : `  of ${budget}${late ? "  TOO LARGE" : ""}`;
  console.log(
    `${what.padEnd(width)}  ${String(raw).padStart(9)} raw  ${String(brotli).padStart(8)} brotli${limit}`,
  );
}
console.log(over ? `size: ${over} over budget` : "size: all within budget");
process.exitCode = over ? 1 : 0;
