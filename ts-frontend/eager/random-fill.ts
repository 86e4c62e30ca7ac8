/** Filling tensors with random numbers, as PyTorch's `uniform_`, `normal_` and `bernoulli_` do. */

import { call } from "../dispatch.ts";
import { recorder } from "../record.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { newArray, type TensorArray } from "./elements.ts";
import { nextEpoch } from "./epoch.ts";
import { makeTensor, toElement } from "./from-data.ts";
import { Generator } from "./generator.ts";
import { dtypeOf, elementsInPlace, isContiguous, numelOf, shapeOf, stridesOf } from "./info.ts";
import { makeError } from "./raise.ts";
import { userFrame } from "./where.ts";

export interface RandomOptions {
  /** By default the generator that `torch.manualSeed` seeds. */
  readonly generator?: Generator | null | undefined;
}

/** The generator used when none is given; it starts from a seed of the host's secure source. */
export const defaultGenerator = new Generator();

export function generatorOf(options: RandomOptions): Generator {
  return options.generator ?? defaultGenerator;
}

/** Writes elements that are in the order of the tensor's memory, which is the order in which PyTorch draws them. */
function fill(tensor: Tensor, array: TensorArray): void {
  if (isContiguous(tensor) && !recorder) {
    (elementsInPlace(tensor) as Float32Array).set(array as Float32Array);
    nextEpoch();
    return;
  }
  if (recorder) copyIn(tensor, array);
  else scope(() => copyIn(tensor, array));
}

/** By an operator, which a recorder hears: the elements become a constant of the trace. */
function copyIn(tensor: Tensor, array: TensorArray): void {
  const shape = shapeOf(tensor);
  const strides = stridesOf(tensor);
  const order = shape.map((_, i) => i).sort((a, b) => strides[b]! - strides[a]! || a - b);
  const sizes = order.map((i) => shape[i]!);
  const source = makeTensor(dtypeOf(tensor), sizes, array);
  recorder?.made(source, "random", userFrame());
  const target = order.every((dim, i) => dim === i) ? tensor : call("aten::permute", [tensor, order]);
  call("aten::copy_", [target, source]);
}

function floats(tensor: Tensor): Float32Array | Float64Array {
  const dtype = dtypeOf(tensor);
  if (dtype !== "float32" && dtype !== "float64") throw makeError("DTYPE", [dtype]);
  return newArray(dtype, numelOf(tensor));
}

export function uniform(tensor: Tensor, from: number, to: number, options: RandomOptions): void {
  const array = floats(tensor);
  if (!(from <= to)) throw makeError("BAD_VALUE", ["to", `${to}, below from = ${from}`]);
  generatorOf(options).uniform(array, from, to);
  fill(tensor, array as TensorArray);
}

export function normal(tensor: Tensor, mean: number, std: number, options: RandomOptions): void {
  const array = floats(tensor);
  if (!(std >= 0)) throw makeError("BAD_VALUE", ["std", std]);
  generatorOf(options).normal(array, mean, std, isContiguous(tensor));
  fill(tensor, array as TensorArray);
}

export function bernoulli(tensor: Tensor, p: number, options: RandomOptions): void {
  if (!(p >= 0 && p <= 1)) throw makeError("BAD_VALUE", ["p", p]);
  const dtype = dtypeOf(tensor);
  const array = newArray(dtype, numelOf(tensor)) as { [index: number]: number | bigint } & TensorArray;
  const one = toElement(1, dtype);
  const generator = generatorOf(options);
  for (let i = 0; i < array.length; i++) if (generator.unit64() < p) array[i] = one;
  fill(tensor, array);
}

/** Draws one element each for `torch.bernoulli`: with the precision of the probabilities. */
export function bernoulliOf(probabilities: TensorArray, wide: boolean, options: RandomOptions): number[] {
  const generator = generatorOf(options);
  return Array.from(probabilities as Float32Array, (p) => {
    if (!(p >= 0 && p <= 1)) throw makeError("BAD_VALUE", ["input", p]);
    return (wide ? generator.unit64() : generator.unit32()) < p ? 1 : 0;
  });
}
