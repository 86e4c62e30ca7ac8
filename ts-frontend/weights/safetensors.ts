/**
 * The safetensors format, read and written.
 *
 *     u64 n │ n bytes of JSON, padded with spaces │ elements of all tensors, without gaps
 *           │ {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, …}
 *
 * Offsets count from the end of the JSON; everything is little-endian and row-major.
 */

import { type DType, dtypes } from "../../format/dtype.ts";
import { contiguousBytes, contiguousStrides, numel, type TensorData } from "../../format/value.ts";
import { malformed, truncated, unsupported, viewOf } from "./source.ts";
import { byteLength, checkedTensor } from "./tensor.ts";

const NAMES: Readonly<Record<DType, string>> = {
  float64: "F64",
  int64: "I64",
  float32: "F32",
  int32: "I32",
  bfloat16: "BF16",
  float16: "F16",
  int16: "I16",
  uint8: "U8",
  int8: "I8",
  bool: "BOOL",
};
const dtypeOf = new Map(Object.entries(NAMES).map(([dtype, name]) => [name, dtype as DType]));

/** Longest header that is read: the format's own limit. */
const MAX_HEADER = 100_000_000;

/** A safetensors file's tensors, in the order of its header, and the free text that travels with them. */
export interface Safetensors {
  /** Contiguous views of the file's bytes. */
  readonly tensors: Map<string, TensorData>;
  readonly metadata: Map<string, string>;
}

function readHeader(bytes: Uint8Array): { header: object; start: number } {
  if (bytes.length < 8) throw truncated("the safetensors file", 8, bytes.length);
  const length = Number(viewOf(bytes).getBigUint64(0, true));
  if (length > MAX_HEADER) throw malformed(`a safetensors header of ${length} bytes`);
  const start = 8 + length;
  if (start > bytes.length) throw truncated("the safetensors file", start, bytes.length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start)));
  } catch (cause) {
    throw malformed("the safetensors header is not JSON", cause);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw malformed("the safetensors header is not an object");
  }
  return { header, start };
}

function readEntry(
  name: string,
  entry: unknown,
  data: Uint8Array,
): { tensor: TensorData; begin: number; end: number } {
  const { dtype: tag, shape, data_offsets: range } = (entry ?? {}) as Record<string, unknown>;
  const natural = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (typeof tag !== "string" || !Array.isArray(shape) || !shape.every(natural)) {
    throw malformed(`${name}: no dtype or no shape`);
  }
  const dtype = dtypeOf.get(tag);
  if (dtype === undefined) {
    throw unsupported(
      `${name}: dtype ${tag} is not supported`,
      `Convert it to one of ${[...dtypeOf.keys()].join(", ")}.`,
    );
  }
  if (!Array.isArray(range) || range.length !== 2 || !range.every(natural))
    throw malformed(`${name}: no data_offsets`);
  const [begin, end] = range as [number, number];
  if (end - begin !== byteLength(dtype, shape)) {
    throw malformed(`${name}: ${end - begin} bytes for ${tag} [${shape.join(", ")}]`);
  }
  if (end > data.length) throw truncated(name, end, data.length);
  const storage = { bytes: data.subarray(begin, end) };
  const tensor = { dtype, shape, strides: contiguousStrides(shape), offset: 0, storage };
  return { tensor: checkedTensor(name, tensor), begin, end };
}

/**
 * Reads a safetensors file. The tensors are views of `bytes`.
 *
 * Throws SconceError: FILE_TRUNCATED, FILE_MALFORMED (also for overlaps and gaps, which the format forbids),
 * UNSUPPORTED for a dtype that Sconce has not.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, start } = readHeader(bytes);
  const data = bytes.subarray(start);
  const tensors = new Map<string, TensorData>();
  const metadata = new Map<string, string>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      for (const [key, value] of Object.entries((entry ?? {}) as object)) {
        if (typeof value !== "string") throw malformed(`metadata ${key} is not a string`);
        metadata.set(key, value);
      }
      continue;
    }
    const { tensor, begin, end } = readEntry(name, entry, data);
    tensors.set(name, tensor);
    ranges.push({ name, begin, end });
  }
  let at = 0;
  for (const { name, begin, end } of ranges.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw malformed(`${name}: begins at byte ${begin}, the tensor before it ends at ${at}`);
    at = end;
  }
  if (at !== data.length) throw malformed(`${data.length - at} bytes belong to no tensor`);
  return { tensors, metadata };
}

/**
 * Writes tensors in the safetensors format: widest dtype first, then by name, so that elements are aligned and equal
 * tensors give equal bytes. Strided tensors are written row-major; shared storage is written once per tensor.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array<ArrayBuffer> {
  const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const order = [...tensors].sort(
    ([a, s], [b, t]) =>
      dtypes[t.dtype].bytes - dtypes[s.dtype].bytes || byName(NAMES[s.dtype], NAMES[t.dtype]) || byName(a, b),
  );
  const entries: [string, unknown][] = [];
  if (metadata.size > 0)
    entries.push(["__metadata__", Object.fromEntries([...metadata].sort(([a], [b]) => byName(a, b)))]);
  let size = 0;
  for (const [name, { dtype, shape }] of order) {
    if (name === "__metadata__") throw unsupported("a tensor named __metadata__", "Give it another name.");
    const begin = size;
    size += numel(shape) * dtypes[dtype].bytes;
    entries.push([name, { dtype: NAMES[dtype], shape, data_offsets: [begin, size] }]);
  }
  const json = `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
  const text = new TextEncoder().encode(json);
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(start + size);
  viewOf(out).setBigUint64(0, BigInt(start - 8), true);
  out.fill(0x20, 8, start);
  out.set(text, 8);
  let at = start;
  for (const [, tensor] of order) {
    const bytes = contiguousBytes(tensor);
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}
