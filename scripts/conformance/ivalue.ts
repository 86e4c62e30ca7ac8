/** IValues as the conformance corpus writes them in JSON, and the comparison that decides what counts as right. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DType, dtypes } from "../../format/dtype.ts";
import { contiguousBytes, IValue, numel, type TensorData } from "../../format/value.ts";
import { readNpy } from "../../ts-frontend/weights/npy.ts";

export type JsonValue = null | { [key: string]: unknown };

interface JsonTensor {
  dtype: DType;
  shape: number[];
  data: string;
  /** An extension of the corpus format: lay the elements out with these strides before the call. */
  strides?: number[];
}

const FLOATS: Record<string, number> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };

/** Raised for corpus values that have no counterpart: complex and quantised tensors, generators. */
export class UnsupportedValue extends Error {}

function tensorFromJson(json: JsonTensor): TensorData {
  if (!(json.dtype in dtypes)) throw new UnsupportedValue(`dtype ${json.dtype}`);
  const bytes = new Uint8Array(Buffer.from(json.data, "base64"));
  const strides: number[] = [];
  let step = 1;
  for (let i = json.shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(json.shape[i]!, 1);
  }
  const dense: TensorData = { dtype: json.dtype, shape: json.shape, strides, offset: 0, storage: { bytes } };
  return json.strides ? restride(dense, json.strides) : dense;
}

/** The same elements laid out with other strides. */
function restride(t: TensorData, strides: number[]): TensorData {
  const width = dtypes[t.dtype].bytes;
  const extent = t.shape.reduce((n, size, i) => n + (size - 1) * strides[i]!, 1);
  const bytes = new Uint8Array(Math.max(0, extent) * width);
  const count = numel(t.shape);
  const index = t.shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    const at = index.reduce((n, k, d) => n + k * strides[d]!, 0);
    bytes.set(t.storage.bytes.subarray(i * width, (i + 1) * width), at * width);
    for (let d = index.length - 1; d >= 0 && ++index[d]! === t.shape[d]; d--) index[d] = 0;
  }
  return { dtype: t.dtype, shape: t.shape, strides, offset: 0, storage: { bytes } };
}

/** The value that JSON describes; `folder` holds the .npy files it may name. */
export function fromJson(json: JsonValue, folder = "."): IValue {
  if (json === null) return IValue.none;
  const inner = (item: JsonValue): IValue => fromJson(item, folder);
  const [key] = Object.keys(json).filter((k) => k !== "fields") as [string];
  const value = json[key];
  switch (key) {
    case "bool":
      return IValue.bool(value as boolean);
    case "int":
      return IValue.int(BigInt(value as number | string));
    case "float":
      return IValue.float(typeof value === "string" ? FLOATS[value]! : (value as number));
    case "str":
      return IValue.str(value as string);
    case "device":
      return IValue.device(value as string);
    case "dtype":
      return IValue.int(dtypes[value as DType].code);
    case "list":
      return IValue.list(null, (value as JsonValue[]).map(inner));
    case "tuple":
      return IValue.tuple((value as JsonValue[]).map(inner), json.fields as string[] | undefined);
    case "dict":
      return IValue.dict(
        { kind: "Any" },
        { kind: "Any" },
        (value as [JsonValue, JsonValue][]).map(([k, v]) => [inner(k), inner(v)]),
      );
    case "tensor":
      return IValue.tensor(tensorFromJson(value as JsonTensor));
    case "npy":
      return IValue.tensor(readNpy(new Uint8Array(readFileSync(join(folder, value as string)))));
    default:
      throw new UnsupportedValue(`value of kind ${key}`);
  }
}

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** A tolerance in place of the usual one, for tensors of one dtype or, where none is named, of all. */
export interface WideTolerance extends Partial<Tolerance> {
  readonly dtype?: DType;
}

const TOLERANCE: Partial<Record<DType, Tolerance>> = {
  float32: { rtol: 1.3e-5, atol: 1e-5 },
  float64: { rtol: 1e-7, atol: 1e-7 },
  float16: { rtol: 1e-3, atol: 1e-3 },
  bfloat16: { rtol: 1.6e-2, atol: 1e-2 },
};

/** Why `got` is not `want`, or null when it is right. */
export function difference(got: IValue, want: IValue, wide?: WideTolerance, path = "result"): string | null {
  if (got.kind !== want.kind) return `${path}: expected ${want.kind}, got ${got.kind}`;
  switch (want.kind) {
    case "none":
      return null;
    case "bool":
    case "str":
    case "device":
    case "int":
      return (got as typeof want).value === want.value
        ? null
        : `${path}: expected ${want.value}, got ${(got as typeof want).value}`;
    case "float":
      return closeNumbers((got as typeof want).value, want.value, {
        ...TOLERANCE.float64!,
        ...(wide?.dtype ? {} : wide),
      })
        ? null
        : `${path}: expected ${want.value}, got ${(got as typeof want).value}`;
    case "list":
    case "tuple": {
      const items = (got as typeof want).items;
      if (items.length !== want.items.length) {
        return `${path}: expected ${want.items.length} items, got ${items.length}`;
      }
      if (want.kind === "tuple" && want.names && want.names.join() !== (got as typeof want).names?.join())
        return `${path}: expected fields ${want.names}, got ${(got as typeof want).names ?? "none"}`;
      for (const [i, item] of want.items.entries()) {
        const d = difference(items[i]!, item, wide, `${path}[${i}]`);
        if (d) return d;
      }
      return null;
    }
    case "dict": {
      const entries = (got as typeof want).entries;
      if (entries.length !== want.entries.length) return `${path}: another number of entries`;
      for (const [i, [key, value]] of want.entries.entries()) {
        const d =
          difference(entries[i]![0], key, wide, `${path} key ${i}`) ??
          difference(entries[i]![1], value, wide, `${path} value ${i}`);
        if (d) return d;
      }
      return null;
    }
    case "tensor":
      return tensorDifference((got as typeof want).tensor, want.tensor, wide, path);
    default:
      return `${path}: cannot compare ${want.kind}`;
  }
}

function tensorDifference(
  got: TensorData,
  want: TensorData,
  wide: WideTolerance | undefined,
  path: string,
): string | null {
  if (got.dtype !== want.dtype) return `${path}: expected ${want.dtype}, got ${got.dtype}`;
  if (got.shape.join() !== want.shape.join())
    return `${path}: expected shape [${want.shape}], got [${got.shape}]`;
  const a = elements(got);
  const b = elements(want);
  const base = TOLERANCE[want.dtype];
  const tolerance = base && { ...base, ...(wide && (wide.dtype ?? want.dtype) === want.dtype ? wide : {}) };
  for (let i = 0; i < b.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x === y) continue;
    if (tolerance && closeNumbers(Number(x), Number(y), tolerance)) continue;
    return `${path}: element ${i} expected ${y}, got ${x}`;
  }
  return null;
}

function closeNumbers(got: number, want: number, { rtol, atol }: Tolerance): boolean {
  if (Number.isNaN(want) || Number.isNaN(got)) return Number.isNaN(want) && Number.isNaN(got);
  if (!Number.isFinite(want) || !Number.isFinite(got)) return got === want;
  return Math.abs(got - want) <= atol + rtol * Math.abs(want);
}

/** The elements as numbers, or bigints for int64. */
export function elements(t: TensorData): ArrayLike<number | bigint> {
  const bytes = contiguousBytes(t).slice();
  const { buffer } = bytes;
  switch (t.dtype) {
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    case "int64":
      return new BigInt64Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    case "float16":
      return Float64Array.from(new Uint16Array(buffer), halfToNumber);
    case "bfloat16":
      return Float64Array.from(new Uint16Array(buffer), (h) => {
        const word = new Uint32Array([h << 16]);
        return new Float32Array(word.buffer)[0]!;
      });
    default:
      return bytes;
  }
}

function halfToNumber(h: number): number {
  const sign = h & 0x8000 ? -1 : 1;
  const exponent = (h >> 10) & 31;
  const mantissa = h & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Infinity;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
