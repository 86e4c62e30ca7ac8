/** Tensors on paper: strides, contiguous bytes, hashes. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { dtypeFromCode, dtypeFromName, dtypes, UnsupportedDTypeError } from "../../format/dtype.ts";
import { IntType, listOf, TensorType } from "../../format/types.ts";
import {
  bytesOf,
  checkTensor,
  contiguousBytes,
  contiguousStrides,
  IValue,
  isContiguous,
  numel,
  tensorFromBytes,
  tensorHash,
  typeOfValue,
} from "../../format/value.ts";
import { anyTensor } from "./arbitraries.ts";

const matrix = tensorFromBytes("int16", [2, 3], bytesOf(Int16Array.of(1, 2, 3, 4, 5, 6)));

test("dtypes have PyTorch's numbers", () => {
  for (const info of Object.values(dtypes)) expect(dtypeFromCode(info.code)).toBe(info.name);
  expect(dtypeFromName("long")).toBe("int64");
  expect(() => dtypeFromCode(9)).toThrow("complex64");
  expect(() => dtypeFromCode(12)).toThrow("qint8");
  expect(() => dtypeFromCode(99)).toThrow(UnsupportedDTypeError);
  expect(() => dtypeFromName("toString")).toThrow(UnsupportedDTypeError);
});

test("contiguous bytes of a transposed view are gathered in row-major order", () => {
  const transposed = { ...matrix, shape: [3, 2], strides: [1, 3] };
  expect(isContiguous(transposed)).toBe(false);
  const bytes = contiguousBytes(transposed);
  expect([...new Int16Array(bytes.buffer, bytes.byteOffset)]).toEqual([1, 4, 2, 5, 3, 6]);
});

test("contiguous bytes of a contiguous view are the storage's own", () => {
  const row = { ...matrix, shape: [1, 3], strides: [100, 1], offset: 3 };
  expect(isContiguous(row)).toBe(true);
  expect(contiguousBytes(row).buffer).toBe(matrix.storage.bytes.buffer);
  expect([...contiguousBytes(row)]).toEqual([4, 0, 5, 0, 6, 0]);
});

test("empty tensors and scalars", () => {
  expect(contiguousStrides([2, 0, 3])).toEqual([3, 3, 1]);
  expect(contiguousBytes({ ...matrix, shape: [0, 5], strides: [5, 1], offset: 6 })).toHaveLength(0);
  expect(contiguousBytes({ ...matrix, shape: [], strides: [], offset: 5 })).toEqual(Uint8Array.of(6, 0));
});

test.each([
  { shape: [2, 3], strides: [3, 1], offset: 1 },
  { shape: [2, 3], strides: [3] },
  { shape: [2, -3], strides: [3, 1] },
  { shape: [1.5], strides: [1] },
  { shape: [2 ** 40, 2 ** 40], strides: [0, 0] },
  { shape: [2], strides: [2 ** 60] },
])("%j does not fit its storage", (view) => {
  expect(() => checkTensor({ ...matrix, ...view })).toThrow(RangeError);
});

test("gathering agrees with indexing by strides", () => {
  fc.assert(
    fc.property(anyTensor, (tensor) => {
      const width = dtypes[tensor.dtype].bytes;
      const expected: number[] = [];
      for (let i = 0; i < numel(tensor.shape); i++) {
        let rest = i;
        let element = tensor.offset;
        for (let d = tensor.shape.length - 1; d >= 0; d--) {
          element += (rest % tensor.shape[d]!) * tensor.strides[d]!;
          rest = Math.floor(rest / tensor.shape[d]!);
        }
        for (let b = 0; b < width; b++) expected.push(tensor.storage.bytes[element * width + b]!);
      }
      expect([...contiguousBytes(tensor)]).toEqual(expected);
    }),
  );
});

test("a hash depends on dtype, shape and elements, not on how they lie", () => {
  const copy = tensorFromBytes(
    "int16",
    [3, 2],
    contiguousBytes({ ...matrix, shape: [3, 2], strides: [1, 3] }),
  );
  expect(tensorHash(copy)).toBe(tensorHash({ ...matrix, shape: [3, 2], strides: [1, 3] }));
  expect(tensorHash(matrix)).not.toBe(tensorHash({ ...matrix, shape: [3, 2], strides: [2, 1] }));
  expect(tensorHash(matrix)).not.toBe(tensorHash({ ...matrix, shape: [6], strides: [1] }));
  // SHA-256 of "uint8[3]\n" and the bytes 1, 2, 3.
  expect(tensorHash(tensorFromBytes("uint8", [3], Uint8Array.of(1, 2, 3)))).toBe(
    "3f7196253fb08525bcd9b2cc7ae70255d9b8ef9c86e6cf7c21fcc3f3725c0da0",
  );
});

test("values know their types", () => {
  expect(typeOfValue(IValue.list(IntType))).toBe(listOf(IntType));
  expect(typeOfValue(IValue.list(null, [IValue.int(1)]))).toBe(listOf(IntType));
  expect(typeOfValue(IValue.list(null))).toBe(listOf(TensorType));
  expect(() => IValue.int(2n ** 63n)).toThrow(RangeError);
  expect(() => IValue.int(0.5)).toThrow(RangeError);
});
