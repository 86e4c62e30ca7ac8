/** Compiles `entry.ts` with the release build's flags and wraps it: arrays of numbers to lines of text, and back. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Exports {
  memory: WebAssembly.Memory;
  heapInit(): void;
  alloc(bytes: bigint): number;
  write(numbers: number, count: number, form: number, precision: number): number;
  written(): number;
  read(lines: number, bytes: number, numbers: number): number;
  outOfRange(): number;
}

const FORMS = ["shortest", "general", "scientific", "fixed"] as const;
/** Bytes of each of the two buffers. */
const ROOM = 1 << 20;

export class NumberText {
  readonly #exports: Exports;
  readonly #numbers: number;
  readonly #lines: number;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "sconce-text-"));
    try {
      const wasm = join(folder, "entry.wasm");
      const asc = join(root, "node_modules/assemblyscript/bin/asc.js");
      const flags = ["--config", "asconfig.json", "--target", "release", "--outFile", wasm];
      execFileSync(process.execPath, [asc, "tests/text/entry.ts", ...flags], { cwd: root, stdio: "pipe" });
      const module = new WebAssembly.Module(readFileSync(wasm));
      this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
    } finally {
      rmSync(folder, { recursive: true });
    }
    this.#exports.heapInit();
    this.#numbers = this.#exports.alloc(BigInt(ROOM)) >>> 0;
    this.#lines = this.#exports.alloc(BigInt(ROOM)) >>> 0;
  }

  /** Each number's text; `precision` as in `%.{precision}g`. */
  write(numbers: Float64Array, form: (typeof FORMS)[number], precision = 0): string[] {
    new Float64Array(this.#exports.memory.buffer, this.#numbers, numbers.length).set(numbers);
    const bytes = this.#exports.write(this.#numbers, numbers.length, FORMS.indexOf(form), precision);
    const text = new Uint8Array(this.#exports.memory.buffer, this.#exports.written() >>> 0, bytes);
    return new TextDecoder().decode(text).slice(0, -1).split("\n");
  }

  /** The number of each line, NaN where it is none. */
  read(lines: readonly string[]): Float64Array {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    if (bytes.length > ROOM) throw new Error("too much text");
    new Uint8Array(this.#exports.memory.buffer, this.#lines).set(bytes);
    const count = this.#exports.read(this.#lines, bytes.length, this.#numbers);
    return new Float64Array(this.#exports.memory.buffer, this.#numbers, count).slice();
  }

  /** Reads one number and says whether digits of it were lost to its size. */
  outOfRange(line: string): boolean {
    this.read([line]);
    return this.#exports.outOfRange() !== 0;
  }
}
