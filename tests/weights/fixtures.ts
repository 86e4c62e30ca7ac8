/** Weight files that the readers are tested on: PyTorch's and NumPy's own, made by make.py and by tests/fixtures/make.py. */

import { readFileSync } from "node:fs";
import { type DType, dtypes } from "../../format/dtype.ts";
import { contiguousBytes, type TensorData } from "../../format/value.ts";

export function digits(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../fixtures/data/digits/${name}`, import.meta.url)));
}

export function data(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`data/${name}`, import.meta.url)));
}

const zeroOrOne = (view: DataView, at: number): number => (view.getUint16(at, true) === 0 ? 0 : 1);

const readers: Readonly<Record<DType, (view: DataView, at: number) => number>> = {
  float64: (view, at) => view.getFloat64(at, true),
  float32: (view, at) => view.getFloat32(at, true),
  float16: zeroOrOne,
  bfloat16: zeroOrOne,
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  int32: (view, at) => view.getInt32(at, true),
  int16: (view, at) => view.getInt16(at, true),
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  bool: (view, at) => view.getUint8(at),
};

/** The elements as numbers, row-major; of 16-bit floats only whether they are 0. */
export function numbers(tensor: TensorData): number[] {
  const width = dtypes[tensor.dtype].bytes;
  const bytes = contiguousBytes(tensor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / width }, (_, i) => readers[tensor.dtype](view, i * width));
}

/** Deterministic pseudo-random integers below `below`. */
export function randomInts(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A pickle of protocol 2: strings are their UTF-8 bytes. */
export function pickle(...parts: (number | string | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const bytes = parts.flatMap((part) => (typeof part === "string" ? [...encoder.encode(part)] : part));
  return Uint8Array.from([0x80, 2, ...bytes, 0x2e]);
}

/** The opcode that pushes a string of up to 255 bytes. */
export function str(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [0x8c, bytes.length, ...bytes];
}
