/** .npy: read as NumPy writes it, written and read back, damaged. */

import { describe, expect, it } from "vitest";
import { SconceError } from "../../loader/error.ts";
import { readNpy, writeNpy } from "../../ts-frontend/weights/index.ts";
import { data, digits, numbers, randomInts } from "./fixtures.ts";

describe("reading", () => {
  it.each([
    ["c", "float32", [2, 3], [3, 1], [0, 1, 2, 3, 4, 5]],
    ["fortran", "float32", [2, 3], [1, 2], [0, 1, 2, 3, 4, 5]],
    ["version2", "float32", [2, 3], [3, 1], [0, 1, 2, 3, 4, 5]],
    ["scalar", "float64", [], [], [2.5]],
    ["vector", "int16", [4], [1], [0, 1, 2, 3]],
    ["empty", "uint8", [0, 2], [2, 1], []],
    ["bool", "bool", [2], [1], [1, 0]],
  ])("%s.npy", (name, dtype, shape, strides, values) => {
    const tensor = readNpy(data(`${name}.npy`));
    expect(tensor).toMatchObject({ dtype, shape, strides, offset: 0 });
    expect(numbers(tensor)).toEqual(values);
  });

  it.each([
    ["big_endian", ">f4"],
    ["complex", "<c8"],
    ["text", "<U1"],
    ["records", "records"],
  ])("refuses %s.npy by name", (name, what) => {
    expect(() => readNpy(data(`${name}.npy`))).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED", message: expect.stringContaining(what) }),
    );
  });
});

describe("writing", () => {
  it.each(["c", "scalar", "vector", "empty", "bool", "half"])("makes NumPy's bytes of %s.npy", (name) => {
    const bytes = data(`${name}.npy`);
    expect(writeNpy(readNpy(bytes))).toEqual(bytes);
  });

  it("makes NumPy's bytes of the digits", () => {
    for (const name of ["images.npy", "labels.npy", "logits.npy"]) {
      expect(Buffer.compare(writeNpy(readNpy(digits(name))), digits(name))).toBe(0);
    }
  });

  it("lays Fortran order out in rows", () => {
    expect(writeNpy(readNpy(data("fortran.npy")))).toEqual(data("c.npy"));
  });

  it("refuses bfloat16", () => {
    const tensor = { ...readNpy(data("half.npy")), dtype: "bfloat16" as const };
    expect(() => writeNpy(tensor)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});

describe("damage", () => {
  it("refuses every truncation", () => {
    const bytes = data("c.npy");
    for (let n = 0; n < bytes.length; n++) {
      expect(() => readNpy(bytes.subarray(0, n))).toThrow(SconceError);
    }
  });

  it("never fails in another way, wherever the file is changed", () => {
    const bytes = data("c.npy");
    const random = randomInts(2);
    for (let i = 0; i < 3000; i++) {
      const copy = new Uint8Array(bytes);
      copy[random(copy.length)] = random(256);
      try {
        readNpy(copy);
      } catch (error) {
        expect(error).toBeInstanceOf(SconceError);
      }
    }
  });

  it.each([
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740992, 9007199254740992), }",
    "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,), }",
    "{'descr': '<f4', 'fortran_order': False}",
    "[1, 2]",
  ])("refuses the header %s", (header) => {
    const bytes = new Uint8Array(10 + 118).fill(0x20);
    bytes.set(data("c.npy").subarray(0, 10));
    bytes.set(new TextEncoder().encode(header), 10);
    expect(() => readNpy(bytes)).toThrow(expect.objectContaining({ code: "FILE_MALFORMED" }));
  });
});
