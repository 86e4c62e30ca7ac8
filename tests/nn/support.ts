/** Modules and values from the fixtures: PyTorch's names and arguments to ours, tensors in and out. */

import { readdirSync, readFileSync } from "node:fs";
import { contiguousStrides, IValue, type TensorData } from "../../format/value.ts";
import { fromJson, type JsonValue } from "../../scripts/conformance/ivalue.ts";
import { torch } from "../../ts-frontend/index.ts";
import * as nn from "../../ts-frontend/nn/index.ts";
import { Tensor } from "../../ts-frontend/tensor.ts";

function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as T;
}

export function fixture<T>(name: string): T {
  return read(`../fixtures/data/${name}`);
}

/** A recorded call of a torch.nn module. */
export interface Case {
  module: string;
  kwargs: Kwargs;
  training: boolean;
  state_dict: JsonState;
  inputs: JsonValue[];
  call_kwargs?: Record<string, JsonValue>;
  seed?: number;
  expect: JsonValue;
  state_after?: JsonState;
}

/** All recorded calls, by the name of their file. */
export function recordedCalls(): [file: string, cases: Case[]][] {
  const files = readdirSync(new URL("../fixtures/data/nn/", import.meta.url)).sort();
  const shared = files.map((file): [string, Case[]] => [file, fixture(`nn/${file}`)]);
  return [...shared, ["more.json", read("data/more.json")]];
}

/** The arguments of a recorded call; keyword ones in an object at the end. */
export function argumentsOf(row: Case): unknown[] {
  const named = Object.entries(row.call_kwargs ?? {}).map(([key, json]) => [key, argument(json)] as const);
  return [...row.inputs.map(argument), ...(named.length > 0 ? [camelKeys(Object.fromEntries(named))] : [])];
}

/** What a test of the call is named. */
export function titleOf(row: Case, index: number): string {
  const shown = JSON.stringify(row.kwargs).slice(0, 80);
  return `${index}: ${row.module.slice(9)} ${shown}${row.training ? " training" : ""}`;
}

/** Which constructor arguments are positional. */
const POSITIONAL: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^Linear$/, ["in_features", "out_features"]],
  [/^Bilinear$/, ["in1_features", "in2_features", "out_features"]],
  [/^Embedding$/, ["num_embeddings", "embedding_dim"]],
  [/^Conv/, ["in_channels", "out_channels", "kernel_size"]],
  [/^(Batch|Instance)Norm/, ["num_features"]],
  [/^LayerNorm$/, ["normalized_shape"]],
  [/^GroupNorm$/, ["num_groups", "num_channels"]],
  [/^Threshold$/, ["threshold", "value"]],
  [/^(Softmax|Softmin|LogSoftmax)$/, ["dim"]],
  [/^(Max|Avg)Pool/, ["kernel_size"]],
  [/^Adaptive/, ["output_size"]],
  [/^Unflatten$/, ["dim", "unflattened_size"]],
  [/Pad\dd$/, ["padding", "value"]],
  [/^PixelShuffle$/, ["upscale_factor"]],
  [/^PixelUnshuffle$/, ["downscale_factor"]],
  [/Dropout/, ["p"]],
  [/^(LSTM|GRU)(Cell)?$/, ["input_size", "hidden_size"]],
  [/^MultiheadAttention$/, ["embed_dim", "num_heads"]],
  [/^TransformerEncoderLayer$/, ["d_model", "nhead"]],
  [/^TransformerEncoder$/, ["encoder_layer", "num_layers"]],
];

const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Keyword arguments as an options object. */
export function camelKeys<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [camel(name), value]));
}

export type Kwargs = Readonly<Record<string, unknown>>;

type Constructor = new (...args: unknown[]) => nn.Module;

/** `torch.nn.X(**kwargs)` of the fixtures; an object among the arguments is a module. */
export function build(module: string, kwargs: Kwargs): nn.Module {
  const name = module.replace(/^torch\.nn\./, "");
  const positional = POSITIONAL.find(([pattern]) => pattern.test(name))?.[1] ?? [];
  const value = (v: unknown): unknown => {
    if (typeof v !== "object" || v === null || Array.isArray(v)) return v;
    const inner = v as { module: string; kwargs: Kwargs };
    return build(inner.module, inner.kwargs);
  };
  const args = positional.filter((key) => key in kwargs).map((key) => value(kwargs[key]));
  const rest = Object.entries(kwargs).filter(([key]) => !positional.includes(key));
  if (rest.length > 0) args.push(camelKeys(Object.fromEntries(rest.map(([key, v]) => [key, value(v)]))));
  const Class = (nn as unknown as Record<string, Constructor>)[name];
  if (Class === undefined) throw new Error(`there is no nn.${name}`);
  return new Class(...args);
}

/** The tensor with these strides. */
export function toTensor(data: TensorData): Tensor {
  const { dtype, shape, strides, storage } = data;
  return torch.fromBuffer(storage.bytes, { dtype }).asStrided([...shape], [...strides]);
}

export function toData(tensor: Tensor): TensorData {
  const { dtype, shape } = tensor;
  const { buffer, byteOffset, byteLength } = tensor.data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return { dtype, shape, strides: contiguousStrides(shape), offset: 0, storage: { bytes } };
}

/** A fixture's value as an argument: tensors, numbers, and arrays of these. */
export function argument(json: JsonValue): unknown {
  const plain = (value: IValue): unknown => {
    switch (value.kind) {
      case "none":
        return null;
      case "tensor":
        return toTensor(value.tensor);
      case "int":
        return Number(value.value);
      case "bool":
      case "float":
      case "str":
        return value.value;
      case "list":
      case "tuple":
        return value.items.map(plain);
      default:
        throw new Error(`no argument of kind ${value.kind}`);
    }
  };
  return plain(fromJson(json));
}

/** What a module returned, as a fixture has it: arrays are tuples. */
export function result(value: unknown): IValue {
  if (value === null || value === undefined) return IValue.none;
  if (value instanceof Tensor) return IValue.tensor(toData(value));
  if (Array.isArray(value)) return IValue.tuple(value.map(result));
  throw new Error(`no value of a module: ${String(value)}`);
}

export type JsonState = Readonly<Record<string, JsonValue>>;

export function stateOf(state: JsonState): Map<string, TensorData> {
  return new Map(
    Object.entries(state).map(([name, json]) => {
      const value = fromJson(json);
      if (value.kind !== "tensor") throw new Error(`${name} is no tensor`);
      return [name, value.tensor];
    }),
  );
}
