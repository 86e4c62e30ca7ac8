/**
 * Random tensors. For a given `manualSeed` they equal PyTorch's on a CPU, bit for bit; but of float64 normal numbers one
 * in 700 differs in its last bit, where the C library that PyTorch uses does not round its logarithm, sine and cosine
 * correctly. They are made outside the runtime: in a trace they are constants.
 */

import { dtypeFromName } from "../format/dtype.ts";
import { Dim } from "./eager/dim.ts";
import { newArray, type TensorArray } from "./eager/elements.ts";
import { makeTensor, toElement } from "./eager/from-data.ts";
import type { Generator } from "./eager/generator.ts";
import { copyOut, dtypeOf, shapeOf } from "./eager/info.ts";
import { makeError } from "./eager/raise.ts";
import { bernoulliOf, defaultGenerator, generatorOf, type RandomOptions } from "./eager/random-fill.ts";
import type { DTypeLike, Int } from "./eager/types.ts";
import { userFrame } from "./eager/where.ts";
import { recorder } from "./record.ts";
import type { Tensor } from "./tensor.ts";

export { defaultGenerator };

export interface RandomFactoryOptions extends RandomOptions {
  readonly dtype?: DTypeLike | null | undefined;
}

/** Seeds the generator that is used when none is given, and returns it. `torch.manual_seed` */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** Seeds that generator from the host's secure source; returns the seed. `torch.seed` */
export function seed(): bigint {
  return defaultGenerator.seed();
}

/** The seed that generator last started from. `torch.initial_seed` */
export function initialSeed(): bigint {
  return defaultGenerator.initialSeed();
}

/** Sizes as numbers: a Dim is frozen and guarded under a trace, since what is made here is a constant. */
function sizes(size: readonly Int[]): number[] {
  return size.map((n) => (n instanceof Dim ? n.value : Number(n)));
}

/** `(2, 3, { … })`, `([2, 3], { … })` → sizes and options. */
function split<T>(args: readonly unknown[]): { size: number[]; options: T } {
  const last = args.at(-1);
  const plain = typeof last === "object" && last !== null && Object.getPrototypeOf(last) === Object.prototype;
  const rest = plain ? args.slice(0, -1) : args;
  const size = (rest.length === 1 && Array.isArray(rest[0]) ? rest[0] : rest) as readonly Int[];
  return { size: sizes(size), options: (plain ? last : {}) as T };
}

function heard(made: Tensor): Tensor {
  recorder?.made(made, "random", userFrame());
  return made;
}

function floats(
  size: readonly number[],
  dtype: DTypeLike,
  draw: (out: Float32Array | Float64Array) => void,
): Tensor {
  const type = dtypeFromName(dtype);
  if (type !== "float32" && type !== "float64") throw makeError("DTYPE", [type]);
  const array = newArray(
    type,
    size.reduce((n, s) => n * s, 1),
  ) as Float32Array<ArrayBuffer>;
  draw(array);
  return heard(makeTensor(type, size, array));
}

/** Uniform numbers from [0, 1), float32 or float64. Throws SconceError (DTYPE). `torch.rand` */
export function rand(size: readonly Int[], options?: RandomFactoryOptions): Tensor;
export function rand(...size: Int[]): Tensor;
export function rand(...args: unknown[]): Tensor {
  const { size, options } = split<RandomFactoryOptions>(args);
  return floats(size, options.dtype ?? "float32", (out) => generatorOf(options).uniform(out));
}

/** Normal numbers of mean 0 and deviation 1, float32 or float64. Throws SconceError (DTYPE). `torch.randn` */
export function randn(size: readonly Int[], options?: RandomFactoryOptions): Tensor;
export function randn(...size: Int[]): Tensor;
export function randn(...args: unknown[]): Tensor {
  const { size, options } = split<RandomFactoryOptions>(args);
  return floats(size, options.dtype ?? "float32", (out) => generatorOf(options).normal(out));
}

/** `rand` in the shape and dtype of another tensor. `torch.rand_like` */
export function randLike(input: Tensor, options: RandomFactoryOptions = {}): Tensor {
  return rand(shapeOf(input), { ...options, dtype: options.dtype ?? dtypeOf(input) });
}

/** `randn` in the shape and dtype of another tensor. `torch.randn_like` */
export function randnLike(input: Tensor, options: RandomFactoryOptions = {}): Tensor {
  return randn(shapeOf(input), { ...options, dtype: options.dtype ?? dtypeOf(input) });
}

/** Normal numbers of one mean and deviation. `torch.normal(float, float, size)` */
export function normal(
  mean: number,
  std: number,
  size: readonly Int[],
  options: RandomFactoryOptions = {},
): Tensor {
  if (!(std >= 0)) throw makeError("BAD_VALUE", ["std", std]);
  return floats(sizes(size), options.dtype ?? "float32", (out) =>
    generatorOf(options).normal(out, mean, std),
  );
}

/** Integers from [low, high), int64 unless a dtype is given. `torch.randint` */
export function randint(high: number | bigint, size: readonly Int[], options?: RandomFactoryOptions): Tensor;
export function randint(
  low: number | bigint,
  high: number | bigint,
  size: readonly Int[],
  options?: RandomFactoryOptions,
): Tensor;
export function randint(...args: unknown[]): Tensor {
  const [low, high, size, options = {}] = (Array.isArray(args[1]) ? [0, ...args] : args) as [
    number | bigint,
    number | bigint,
    readonly Int[],
    RandomFactoryOptions | undefined,
  ];
  if (!(low < high)) throw makeError("BAD_VALUE", ["high", `${high}, not above low = ${low}`]);
  const shape = sizes(size);
  const drawn = new BigInt64Array(shape.reduce((n, s) => n * s, 1));
  generatorOf(options).integers(drawn, BigInt(low), BigInt(high));
  return heard(converted(drawn, shape, options.dtype));
}

/** The integers from 0 to n - 1 in random order, int64 unless a dtype is given. `torch.randperm` */
export function randperm(n: Int, options: RandomFactoryOptions = {}): Tensor {
  const [count] = sizes([n]) as [number];
  // Beyond 2^32 / 20 PyTorch draws otherwise.
  if (!(count >= 0 && count < 214748364)) throw makeError("BAD_VALUE", ["n", count]);
  return heard(converted(generatorOf(options).permutation(count), [count], options.dtype));
}

function converted(
  drawn: BigInt64Array<ArrayBuffer>,
  shape: readonly number[],
  dtype: DTypeLike | null | undefined,
): Tensor {
  const type = dtypeFromName(dtype ?? "int64");
  if (type === "int64") return makeTensor(type, shape, drawn);
  const array = newArray(type, drawn.length) as { [index: number]: number | bigint } & TensorArray;
  for (let i = 0; i < drawn.length; i++) array[i] = toElement(drawn[i]!, type);
  return makeTensor(type, shape, array);
}

/** 1 with the probability that each element of `input` gives, else 0; in its shape and dtype. `torch.bernoulli` */
export function bernoulli(input: Tensor, options: RandomOptions = {}): Tensor {
  const { dtype, shape, array } = copyOut(input);
  if (dtype !== "float32" && dtype !== "float64") throw makeError("DTYPE", [dtype]);
  const out = newArray(dtype, array.length) as Float32Array<ArrayBuffer>;
  out.set(bernoulliOf(array, dtype === "float64", options));
  return heard(makeTensor(dtype, shape, out));
}
