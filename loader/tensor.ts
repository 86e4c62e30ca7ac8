/** Tensors outside the runtime: a typed array with a shape. What goes into a module and comes out of it. */

import { type DType, dtypes } from "../format/dtype.ts";
import { SconceError } from "./error.ts";

/** Elements by dtype: int64 as BigInt64Array; float16 and bfloat16 as their bits in a Uint16Array. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | BigInt64Array;

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** The property under which a tensor held by a runtime shows where it is: { runtime, address }. */
export const HANDLE: unique symbol = Symbol.for("sconce.tensor") as never;

/** Nested arrays of numbers (float32), bigints (int64) or booleans (bool). */
export type NestedArray = number | bigint | boolean | readonly NestedArray[];

/** A dense, row-major tensor in JavaScript memory. */
export class Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Elements in row-major order; not copied. bool is 0 or 1 per byte. */
  readonly data: TypedArray;

  /** Throws SconceError when the number of elements is not the product of the shape, or the array is not the dtype's. */
  constructor(data: TypedArray, shape: readonly number[] = [data.length], dtype: DType = dtypeOf(data)) {
    const count = shape.reduce((n, size) => n * size, 1);
    if (data.length !== count || !(data instanceof ARRAYS[dtype])) {
      throw new SconceError({
        code: "BAD_TENSOR",
        message: `a ${dtype} tensor of shape [${shape.join(", ")}] takes a ${ARRAYS[dtype].name} of ${count} elements, got ${data.constructor.name} of ${data.length}`,
        advice: "Check the shape, or pass the dtype.",
      });
    }
    this.data = data;
    this.shape = [...shape];
    this.dtype = dtype;
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** The elements as nested arrays; int64 as bigints, bool as booleans, half types as numbers. */
  tolist(): NestedArray {
    const { data, dtype, shape } = this;
    const read = (i: number): number | bigint | boolean => {
      const x = data[i]!;
      if (dtype === "bool") return x !== 0;
      if (dtype === "bfloat16") return new Float32Array(new Uint32Array([(x as number) << 16]).buffer)[0]!;
      if (dtype === "float16") return halfToNumber(x as number);
      return x;
    };
    const build = (d: number, at: number): NestedArray => {
      if (d === shape.length) return read(at);
      const step = shape.slice(d + 1).reduce((n, size) => n * size, 1);
      return Array.from({ length: shape[d]! }, (_, i) => build(d + 1, at + i * step));
    };
    return build(0, 0);
  }

  toString(): string {
    const head = Array.from(this.data.subarray(0, 8) as ArrayLike<number | bigint>, String).join(", ");
    return `Tensor(${this.dtype} [${this.shape.join(", ")}]: ${head}${this.data.length > 8 ? ", …" : ""})`;
  }
}

/** The value of an IEEE half's bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Infinity;
  return sign * (exponent ? (1 + mantissa / 1024) * 2 ** (exponent - 15) : mantissa * 2 ** -24);
}

function dtypeOf(data: TypedArray): DType {
  for (const [dtype, array] of Object.entries(ARRAYS)) {
    if (data instanceof array && array !== Uint16Array) return dtype as DType;
  }
  throw new SconceError({
    code: "BAD_TENSOR",
    message: `${data?.constructor?.name ?? typeof data} does not say which dtype it holds`,
    advice: "Pass float16 or bfloat16 as third argument for a Uint16Array.",
  });
}

/** A tensor from nested arrays: numbers make float32, bigints int64, booleans bool, unless `dtype` is given. */
export function tensor(
  data: NestedArray | TypedArray,
  options: { dtype?: DType; shape?: readonly number[] } = {},
): Tensor {
  if (ArrayBuffer.isView(data)) return new Tensor(data as TypedArray, options.shape, options.dtype);
  const shape: number[] = [];
  for (let level: NestedArray = data; Array.isArray(level); level = level[0]!) {
    shape.push(level.length);
    if (!level.length) break;
  }
  const flat: (number | bigint | boolean)[] = [];
  const collect = (x: NestedArray, d: number): void => {
    if (!Array.isArray(x)) {
      if (d !== shape.length) ragged();
      flat.push(x as number);
      return;
    }
    if (x.length !== shape[d]) ragged();
    for (const item of x) collect(item, d + 1);
  };
  collect(data, 0);
  const first = flat[0];
  const dtype =
    options.dtype ?? (typeof first === "bigint" ? "int64" : typeof first === "boolean" ? "bool" : "float32");
  if (dtype === "float16" || dtype === "bfloat16") {
    throw new SconceError({ code: "BAD_TENSOR", message: `pass ${dtype} elements as bits in a Uint16Array` });
  }
  const array = new ARRAYS[dtype](flat.length);
  flat.forEach((x, i) => {
    array[i] = dtype === "int64" ? BigInt(x) : Number(x);
  });
  return new Tensor(array, options.shape ?? shape, dtype);
}

function ragged(): never {
  throw new SconceError({
    code: "BAD_TENSOR",
    message: "nested arrays must have equal lengths at each level",
  });
}

/** The typed array of a dtype over bytes that start at a multiple of the element size. */
export function arrayOf(dtype: DType, bytes: Uint8Array): TypedArray {
  return new ARRAYS[dtype](
    bytes.buffer as ArrayBuffer,
    bytes.byteOffset,
    bytes.byteLength / dtypes[dtype].bytes,
  );
}

/** The raw bytes of a tensor's elements, not copied. */
export function bytesOfTensor(t: Tensor): Uint8Array {
  return new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength);
}
