/**
 * NumPy's .npy files, versions 1 to 3, read and written (as version 1).
 *
 *     \x93NUMPY │ major │ minor │ header length: u16 (1), u32 (2, 3) │ {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } │ elements
 */

import type { DType } from "../../format/dtype.ts";
import { contiguousBytes, contiguousStrides, type TensorData } from "../../format/value.ts";
import { malformed, truncated, unsupported, viewOf } from "./source.ts";
import { byteLength, checkedTensor } from "./tensor.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const DESCR: Readonly<Partial<Record<DType, string>>> = {
  float64: "<f8",
  float32: "<f4",
  float16: "<f2",
  int64: "<i8",
  int32: "<i4",
  int16: "<i2",
  int8: "|i1",
  uint8: "|u1",
  bool: "|b1",
};
const dtypeOf = new Map(Object.entries(DESCR).map(([dtype, descr]) => [descr, dtype as DType]));

function parseHeader(text: string): { dtype: DType; fortran: boolean; shape: number[] } {
  const body = /^\{(.*)\}\s*$/s.exec(text)?.[1];
  const descr = body && /['"]descr['"]\s*:\s*['"]([^'"]*)['"]/.exec(body)?.[1];
  const fortran = body && /['"]fortran_order['"]\s*:\s*(True|False)/.exec(body)?.[1];
  const sizes = body && /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(body)?.[1];
  if (body !== undefined && descr === undefined && /['"]descr['"]\s*:\s*\[/.test(body)) {
    throw unsupported("the .npy file holds records", "Save each field as an array of its own.");
  }
  if (descr === undefined || fortran === undefined || sizes === undefined)
    throw malformed("the .npy header is no array's");
  const dtype = dtypeOf.get(descr) ?? dtypeOf.get(descr.replace(/^[<=|](?=[iub]1$)/, "|"));
  if (dtype === undefined) {
    const known = [...dtypeOf.keys()].join(", ");
    throw unsupported(`the .npy file holds ${descr}`, `Convert it with astype to one of ${known}.`);
  }
  const shape = sizes
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map((size) => Number.parseInt(size, 10));
  return { dtype, fortran: fortran === "True", shape };
}

/**
 * Reads a .npy file as a view of its bytes; an array in Fortran order gets column-major strides.
 *
 * Throws SconceError: FILE_TRUNCATED, FILE_MALFORMED, UNSUPPORTED for big-endian, complex, text and record arrays.
 */
export function readNpy(bytes: Uint8Array): TensorData {
  if (bytes.length < 10) throw truncated("the .npy file", 10, bytes.length);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw malformed("this is not a .npy file");
  const major = bytes[6]!;
  if (major < 1 || major > 3)
    throw unsupported(`.npy version ${major}.${bytes[7]}`, "Save it with np.save of any NumPy.");
  const headerStart = major === 1 ? 10 : 12;
  if (bytes.length < headerStart) throw truncated("the .npy file", headerStart, bytes.length);
  const view = viewOf(bytes);
  const dataStart = headerStart + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (dataStart > bytes.length) throw truncated("the .npy header", dataStart, bytes.length);
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(
    bytes.subarray(headerStart, dataStart),
  );
  const { dtype, fortran, shape } = parseHeader(text);
  const length = byteLength(dtype, shape);
  if (length === undefined) throw malformed(`the .npy file has shape [${shape.join(", ")}]`);
  if (bytes.length - dataStart < length) throw truncated("the .npy file", dataStart + length, bytes.length);
  const strides = fortran ? contiguousStrides(shape.toReversed()).reverse() : contiguousStrides(shape);
  const storage = { bytes: bytes.subarray(dataStart, dataStart + length) };
  return checkedTensor("the .npy file", { dtype, shape, strides, offset: 0, storage });
}

/** Writes a tensor as np.save does, in C order. Throws UNSUPPORTED for bfloat16, which NumPy has not. */
export function writeNpy(tensor: TensorData): Uint8Array<ArrayBuffer> {
  const descr = DESCR[tensor.dtype];
  if (descr === undefined) throw unsupported(`NumPy has no ${tensor.dtype}`, "Convert it to float32 first.");
  const { shape } = tensor;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const elements = contiguousBytes(tensor);
  const out = new Uint8Array(start + elements.length);
  out.set([...MAGIC, 1, 0]);
  viewOf(out).setUint16(8, start - 10, true);
  out.set(new TextEncoder().encode(`${header.padEnd(start - 11)}\n`), 10);
  out.set(elements, start);
  return out;
}
