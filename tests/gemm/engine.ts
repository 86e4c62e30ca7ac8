/**
 * Compiles `entry.ts` with the release build's flags and wraps it: typed exports, memory for test data, guards.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

type Product = (
  m: number,
  n: number,
  k: number,
  a: number,
  rsA: number,
  csA: number,
  b: number,
  rsB: number,
  csB: number,
  c: number,
  rsC: number,
  start: number,
  rsStart: number,
  csStart: number,
  scratch: number,
) => void;

type Convolution = (
  shape: number,
  x: number,
  w: number,
  packed: number,
  bias: number,
  y: number,
  scratch: number,
) => void;

/** The exports of `entry.ts`; sizes are numbers, u64 results bigints. */
export interface Exports {
  memory: WebAssembly.Memory;
  gemmF32: Product;
  gemmF64: Product;
  gemmF32ScratchBytes(m: number, n: number, k: number): bigint;
  gemmF64ScratchBytes(k: number): bigint;
  gemmPackedA(
    ...args: [number, number, number, number, ...rest: number[]] // as gemmF32 without A's strides
  ): void;
  gemmPackedB(...args: [number, number, number, number, ...rest: number[]]): void; // without B's strides
  gemmI(bits: number, ...args: number[]): void;
  packA(m: number, k: number, a: number, rs: number, cs: number, to: number): void;
  packB(k: number, n: number, b: number, rs: number, cs: number, to: number, panelBytes: number): void;
  packedABytes(m: number, k: number): bigint;
  packedBBytes(k: number, n: number): bigint;
  CONV_SHAPE_BYTES: WebAssembly.Global;
  convAlgorithm(shape: number): number;
  convContiguousInput(shape: number): void;
  convInferOutput(shape: number): void;
  convPackedFormat(shape: number): number;
  convPackedBytes(shape: number): bigint;
  convPack(shape: number, w: number, to: number): void;
  convF32ScratchBytes(shape: number, packed: boolean): bigint;
  convF32: Convolution;
  convF64(shape: number, x: number, w: number, bias: number, y: number): void;
  convTransposePackedBytes(shape: number): bigint;
  convTransposePack(shape: number, w: number, to: number): void;
  convTransposeF32ScratchBytes(shape: number, packed: boolean): bigint;
  convTransposeF32: Convolution;
  convTransposeF64(shape: number, x: number, w: number, bias: number, y: number): void;
}

/** The wasm of `entry.ts` and its text form. */
export function compile(): { wasm: Uint8Array<ArrayBuffer>; text: string } {
  const folder = mkdtempSync(join(tmpdir(), "sconce-gemm-"));
  try {
    const wasm = join(folder, "entry.wasm");
    const text = join(folder, "entry.wat");
    const asc = join(root, "node_modules/assemblyscript/bin/asc.js");
    const flags = ["--target", "release", "--outFile", wasm, "--textFile", text];
    execFileSync(process.execPath, [asc, "tests/gemm/entry.ts", ...flags], { cwd: root, stdio: "pipe" });
    return { wasm: new Uint8Array(readFileSync(wasm)), text: readFileSync(text, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const START = 1 << 16;
const GUARD_WORDS = 16;
/** A signalling NaN's bits: what unwritten memory holds, and what guards must still hold afterwards. */
const UNWRITTEN = 0x7fa5a5a5;

/** One instance; memory is handed out upwards and taken back by `reset`. */
export class Engine {
  readonly exports: Exports;
  private top = START;
  private guards: number[] = [];
  private full = false;

  constructor(wasm: Uint8Array<ArrayBuffer>) {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {});
    this.exports = instance.exports as unknown as Exports;
  }

  /** Forgets all memory, after checking that nothing was written between or behind the pieces handed out. */
  reset(): void {
    this.check();
    this.top = START;
    this.guards = [];
    this.full = false;
  }

  check(): void {
    const words = new Uint32Array(this.exports.memory.buffer);
    for (const at of this.guards) {
      for (let i = 0; i < GUARD_WORDS; i++) {
        if (words[at / 4 + i] !== UNWRITTEN) throw new Error(`written behind the end: byte ${at + 4 * i}`);
      }
    }
  }

  /** 64-byte aligned memory full of NaN, a guard behind it. */
  alloc(bytes: number | bigint): number {
    if (this.full) throw new Error("memory was handed out to its end");
    const size = (Number(bytes) + 3) & ~3;
    const at = this.top;
    this.top = (at + size + 4 * GUARD_WORDS + 63) & ~63;
    const missing = this.top + 4096 - this.exports.memory.buffer.byteLength;
    if (missing > 0) this.exports.memory.grow(Math.ceil(missing / 65536));
    new Uint32Array(this.exports.memory.buffer, at, size / 4 + GUARD_WORDS).fill(UNWRITTEN);
    this.guards.push(at + size);
    return at;
  }

  /** Memory holding a copy of `values`. */
  put(values: Float32Array | Float64Array | BigInt64Array | Int32Array | Int16Array | Int8Array): number {
    const at = this.alloc(values.byteLength);
    const from = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(this.exports.memory.buffer).set(from, at);
    return at;
  }

  /**
   * Like `alloc`, but at the end of the memory: reading more than 63 bytes past it traps. Nothing can be handed out
   * after it until `reset`.
   */
  allocLast(bytes: number | bigint): number {
    this.full = true;
    this.exports.memory.grow(Math.ceil(Number(bytes) / 65536));
    return (this.exports.memory.buffer.byteLength - Number(bytes)) & ~63;
  }

  /** Like `put`, but ending exactly with the memory. */
  putLast(values: Float32Array): number {
    this.allocLast(values.byteLength);
    const at = this.exports.memory.buffer.byteLength - values.byteLength;
    new Float32Array(this.exports.memory.buffer, at).set(values);
    return at;
  }

  f32(at: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.exports.memory.buffer as ArrayBuffer, at, length).slice();
  }

  f64(at: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.exports.memory.buffer as ArrayBuffer, at, length).slice();
  }
}

/** A small seeded generator: integers below `n`, and floats in [-1, 1). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  private next(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return this.state >>> 0;
  }

  below(n: number): number {
    return Math.floor((this.next() / 2 ** 32) * n);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  f32(length: number): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length }, () => this.next() / 2 ** 31 - 1);
  }

  f64(length: number): Float64Array<ArrayBuffer> {
    return Float64Array.from({ length }, () => this.next() / 2 ** 31 - 1);
  }
}

/** Index of the first element whose bits differ (NaN equals NaN, -0 does not equal 0), or -1. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}
