/** 20,000 damaged files: each gives the right answer or a typed error; no trap, no hang, no read outside the file, no leak. */

import { beforeAll, describe, expect, it } from "vitest";
import { PREAMBLE } from "../../format/file/layout.ts";
import { writeProgram } from "../../format/file/write.ts";
import { xxh64 } from "../../format/file/xxh64.ts";
import { SconceError } from "../../loader/error.ts";
import { loadSync } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";
import { randomInts } from "../support/random.ts";
import { SAMPLE_ANSWER, sampleProgram } from "../support/sample-program.ts";

const LIMIT = { instructions: 20_000, depth: 50 };
const input = new Tensor(new Float32Array([1, 1]));

let runtime: Runtime;
let file: Uint8Array;

beforeAll(async () => {
  runtime = await Runtime.create({ memoryLimit: 32 << 20 });
  file = writeProgram(sampleProgram());
});

/** Corrects the checksums of preamble and header, so that damage reaches the parser. */
function seal(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 64) return;
  const header = Number(view.getBigUint64(PREAMBLE.headerBytes, true));
  if (64 + header > bytes.length) return;
  view.setBigUint64(PREAMBLE.fileBytes, BigInt(bytes.length), true);
  view.setBigUint64(PREAMBLE.headerHash, xxh64(bytes.subarray(64, 64 + header)), true);
  view.setBigUint64(PREAMBLE.check, xxh64(bytes.subarray(0, PREAMBLE.check)), true);
}

/** What loading and calling comes to: an answer, or the code of a typed error. Anything else is thrown. */
function outcome(bytes: Uint8Array): string {
  try {
    using module = loadSync(bytes, runtime, { limits: LIMIT, onMessage: () => {} });
    const raw = module.callRaw("forward", [
      {
        kind: "tensor",
        tensor: { dtype: "float32", shape: [2], strides: [1], offset: 0, storage: { bytes: bytesOf(input) } },
      },
      { kind: "int", value: 2n },
    ]);
    return JSON.stringify(raw, (_, v) =>
      typeof v === "bigint" ? `${v}n` : v instanceof Uint8Array ? [...v] : v,
    );
  } catch (error) {
    if (error instanceof SconceError) return error.code;
    throw error;
  }
}

function bytesOf(t: Tensor): Uint8Array {
  return new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength);
}

/** Fills the free memory next to where the file will lie, so that a read outside it sees one thing or another. */
function poison(value: number): void {
  const { sc_alloc, sc_free } = runtime.exports;
  const at = sc_alloc(4 * file.length) >>> 0;
  runtime.u8.fill(value, at, at + 4 * file.length);
  sc_free(at);
}

function check(bytes: Uint8Array): string {
  poison(0x00);
  const first = outcome(bytes);
  poison(0xff);
  expect(outcome(bytes)).toBe(first);
  return first;
}

describe("damaged files", () => {
  it("accepts the undamaged one", () => {
    using module = loadSync(file, runtime);
    const [tensor, count] = module.forward(input) as [Tensor, number];
    expect([...tensor.data]).toEqual(SAMPLE_ANSWER.data);
    expect(count).toBe(SAMPLE_ANSWER.count);
  });

  it("refuses every flipped bit, by a checksum or a check", () => {
    const codes = new Map<string, number>();
    const before = runtime.exports.sc_live();
    const bits = file.length * 8;
    const flip = randomInts(1);
    for (let i = 0; i < 8000; i++) {
      const at = i < bits ? (i * 7919) % bits : flip(bits);
      const bytes = file.slice();
      bytes[at >> 3]! ^= 1 << (at & 7);
      const code = outcome(bytes);
      expect(code).toMatch(/^FILE_/);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(codes.get("FILE_CHECKSUM")).toBeGreaterThan(1000);
    expect(runtime.exports.sc_live()).toBe(before);
  });

  it("refuses every truncation", () => {
    const next = randomInts(2);
    for (let i = 0; i < 1500; i++) {
      const bytes = file.slice(0, i < 200 ? i : next(file.length));
      if (i % 2) seal(bytes);
      expect(check(bytes)).toMatch(/^FILE_|^OUT_OF_MEMORY/);
    }
  });

  it("survives hostile bytes behind correct checksums", () => {
    const next = randomInts(3);
    const header = Number(new DataView(file.buffer).getBigUint64(PREAMBLE.headerBytes, true));
    const hostile = [
      0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xc0, 0xc1, 0xc4, 0xc6, 0xcf, 0xd3, 0xd9, 0xdb, 0xdc, 0xdd, 0xde,
      0xdf, 0xff,
    ];
    let answers = 0;
    for (let i = 0; i < 8500; i++) {
      const bytes = file.slice();
      for (let k = next(3); k >= 0; k--) {
        const at = 64 + next(header);
        const how = next(4);
        if (how === 0) bytes[at]! ^= 1 << next(8);
        else if (how === 1) bytes[at] = hostile[next(hostile.length)]!;
        else if (how === 2) bytes[at] = next(256);
        else bytes.copyWithin(at, 64 + next(header), 64 + next(header));
      }
      seal(bytes);
      if (!/^[A-Z_]+$/.test(check(bytes))) answers++;
    }
    expect(answers).toBeGreaterThan(100);
  });

  it("survives deep nesting and huge counts", () => {
    const view = new DataView(file.buffer);
    const header = Number(view.getBigUint64(PREAMBLE.headerBytes, true));
    for (let i = 0; i < 2000; i++) {
      const bytes = file.slice();
      const at = 64 + ((i * 31) % (header - 8));
      if (i % 2) bytes.fill(0x91, at, 64 + header);
      else bytes.set([0xdd, 0xff, 0xff, 0xff, 0xff], at);
      seal(bytes);
      check(bytes);
    }
    const deep = new Uint8Array(64 + 100_000).fill(0x91);
    deep.set(file.subarray(0, 64));
    new DataView(deep.buffer).setBigUint64(PREAMBLE.headerBytes, 100_000n, true);
    seal(deep);
    expect(outcome(deep)).toBe("FILE_MALFORMED");
  });

  it("leaks nothing over all of that", () => {
    outcome(file);
    const before = runtime.exports.sc_live();
    const next = randomInts(4);
    for (let i = 0; i < 1000; i++) {
      const bytes = file.slice();
      bytes[64 + next(bytes.length - 64)] = next(256);
      seal(bytes);
      outcome(bytes);
    }
    expect(runtime.exports.sc_live()).toBe(before);
  });
});
