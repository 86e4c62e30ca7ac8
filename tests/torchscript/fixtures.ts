/** The archives that tests/fixtures/make_torchscript.py made, and values of archives as PyTorch's answers have them. */

import { readFileSync } from "node:fs";
import { contiguousBytes, contiguousStrides } from "../../format/value.ts";
import {
  Complex,
  Device,
  EnumMember,
  PickleDict,
  type Pickled,
  PickleList,
  PickleTuple,
  QTensor,
  ScriptObject,
} from "../../ts-frontend/torchscript/values.ts";

export const NAMES = [
  "attributes",
  "constants",
  "dtypes",
  "extra",
  "function",
  "packed",
  "quantized",
  "scripted",
  "shared",
  "state",
  "traced",
] as const;

export function archive(name: (typeof NAMES)[number]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`data/${name}.pt`, import.meta.url)));
}

interface Expected {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly aliases: readonly (readonly string[])[];
  readonly quantized: {
    readonly whole: { ints: number[][]; scale: number; zero_point: number };
    readonly rows: { ints: number[][]; scales: number[]; zero_points: number[]; axis: number };
  };
}

export const expected = JSON.parse(
  readFileSync(new URL("data/expected.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Expected>>;

/** A value in the notation of tests/fixtures/ivalue.py. */
export function encode(value: Pickled): unknown {
  if (value === null) return null;
  if (typeof value === "boolean") return { bool: value };
  if (typeof value === "string") return { str: value };
  if (typeof value === "bigint") {
    return { int: value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : String(value) };
  }
  if (typeof value === "number") {
    return {
      float: Number.isFinite(value) ? value : String(value).replace("Infinity", "inf").replace("NaN", "nan"),
    };
  }
  if (value instanceof PickleList) return { list: value.items.map(encode) };
  if (value instanceof PickleTuple) return { tuple: value.items.map(encode) };
  if (value instanceof PickleDict) return { dict: value.entries.map(([k, v]) => [encode(k), encode(v)]) };
  if (value instanceof Complex) return { complex: [value.real, value.imag] };
  if (value instanceof Device) return { device: value.name };
  if (value instanceof EnumMember) return { enum: encode(value.value) };
  if (value instanceof ScriptObject || value instanceof QTensor) throw new Error("has no notation");
  const { dtype, shape, strides } = value;
  const data = Buffer.from(contiguousBytes(value)).toString("base64");
  const rows = contiguousStrides(shape);
  const contiguous = shape.every((size, d) => size === 1 || strides[d] === rows[d]);
  return { tensor: { dtype, shape, data, ...(contiguous ? {} : { strides }) } };
}

/** An attribute of an object. */
export function attribute(object: unknown, ...path: string[]): Pickled {
  let value: unknown = object;
  for (const name of path) {
    if (!(value instanceof ScriptObject) || !(value.state instanceof PickleDict))
      throw new Error("no object");
    if (!value.state.has(name)) throw new Error(`no ${name}`);
    value = value.state.get(name);
  }
  return value as Pickled;
}
