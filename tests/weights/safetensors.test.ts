/** safetensors: read as written by the Python library, written and read back, damaged in every way. */

import { describe, expect, it } from "vitest";
import { bytesOf, type TensorData, tensorFromBytes } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import {
  readSafetensors,
  readStateDict,
  readWeights,
  writeSafetensors,
} from "../../ts-frontend/weights/index.ts";
import { digits, numbers, randomInts } from "./fixtures.ts";

const floats = (shape: number[], ...values: number[]) =>
  tensorFromBytes("float32", shape, bytesOf(Float32Array.from(values)));

function file(header: unknown, elements = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + elements);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe("reading", () => {
  it("gives the tensors of PyTorch's state dict", async () => {
    const { tensors } = readSafetensors(digits("weights.safetensors"));
    const expected = await readStateDict(digits("weights.pt"));
    expect([...tensors.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, tensor] of tensors) {
      expect(tensor.shape).toEqual(expected.get(name)!.shape);
      expect(numbers(tensor)).toEqual(numbers(expected.get(name)!));
    }
  });

  it("hands out views of the file", () => {
    const bytes = digits("weights.safetensors");
    const { tensors } = readSafetensors(bytes);
    for (const { storage } of tensors.values()) expect(storage.bytes.buffer).toBe(bytes.buffer);
  });

  it("is what readWeights picks for such a file", async () => {
    const bytes = digits("weights.safetensors");
    expect((await readWeights(bytes.buffer)).size).toBe(readSafetensors(bytes).tensors.size);
    expect((await readWeights(new Blob([bytes]))).size).toBe(readSafetensors(bytes).tensors.size);
  });
});

describe("writing", () => {
  it("makes the bytes of PyTorch's file out of its tensors", () => {
    const bytes = digits("weights.safetensors");
    const { tensors, metadata } = readSafetensors(bytes);
    expect(writeSafetensors(new Map([...tensors].reverse()), metadata)).toEqual(bytes);
  });

  it("lays strided tensors out in rows and keeps metadata, scalars and empty tensors", () => {
    const transposed: TensorData = { ...floats([2, 3], 1, 2, 3, 4, 5, 6), shape: [3, 2], strides: [1, 3] };
    const tensors = new Map([
      ["t", transposed],
      ["scalar", floats([], 7)],
      ["empty", floats([0, 4])],
    ]);
    const { tensors: back, metadata } = readSafetensors(
      writeSafetensors(tensors, new Map([["format", "pt"]])),
    );
    expect(numbers(back.get("t")!)).toEqual([1, 4, 2, 5, 3, 6]);
    expect(back.get("scalar")).toMatchObject({ shape: [], dtype: "float32" });
    expect(back.get("empty")!.shape).toEqual([0, 4]);
    expect([...metadata]).toEqual([["format", "pt"]]);
  });
});

describe("damage", () => {
  const entry = (over: object) => ({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...over } });
  const cases: [string, Uint8Array, string][] = [
    ["no bytes", new Uint8Array(0), "FILE_TRUNCATED"],
    ["a header longer than the file", file("{}").fill(9, 0, 1), "FILE_TRUNCATED"],
    ["an absurd header length", new Uint8Array(8).fill(255), "FILE_MALFORMED"],
    ["text that is no JSON", file("{oops}"), "FILE_MALFORMED"],
    ["a header that is an array", file("[]"), "FILE_MALFORMED"],
    ["an entry that is null", file({ a: null }), "FILE_MALFORMED"],
    ["a dtype that is unknown", file(entry({ dtype: "F8_E4M3" }), 8), "UNSUPPORTED"],
    ["a negative size", file(entry({ shape: [-2] }), 8), "FILE_MALFORMED"],
    ["a fractional size", file(entry({ shape: [1.5] }), 8), "FILE_MALFORMED"],
    ["sizes whose product overflows", file(entry({ shape: [2 ** 40, 2 ** 40] }), 8), "FILE_MALFORMED"],
    ["offsets that do not fit the shape", file(entry({ data_offsets: [0, 4] }), 8), "FILE_MALFORMED"],
    ["offsets that run backwards", file(entry({ data_offsets: [8, 0] }), 8), "FILE_MALFORMED"],
    ["offsets past the end", file(entry({}), 4), "FILE_TRUNCATED"],
    ["bytes of no tensor before", file(entry({ data_offsets: [4, 12] }), 12), "FILE_MALFORMED"],
    ["bytes of no tensor after", file(entry({}), 12), "FILE_MALFORMED"],
    [
      "tensors that overlap",
      file({ ...entry({}), b: { dtype: "F32", shape: [2], data_offsets: [4, 12] } }, 12),
      "FILE_MALFORMED",
    ],
    ["metadata that is no text", file({ __metadata__: { a: 1 } }), "FILE_MALFORMED"],
    [
      "a bool that is 2",
      file({ a: { dtype: "BOOL", shape: [1], data_offsets: [0, 1] } }, 1).fill(2, -1),
      "FILE_MALFORMED",
    ],
  ];
  it.each(cases)("refuses %s", (_, bytes, code) => {
    expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ name: "SconceError", code }));
  });

  it("never fails in another way, wherever the header is changed", () => {
    const bytes = digits("weights.safetensors");
    const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const random = randomInts(1);
    let refused = 0;
    for (let i = 0; i < 3000; i++) {
      const copy = new Uint8Array(bytes);
      copy[random(header)] = random(256);
      try {
        readSafetensors(copy);
      } catch (error) {
        expect(error).toBeInstanceOf(SconceError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
