/** The networks of `sconce/models`: PyTorch's weight names and shapes, and its outputs for weights given by a formula. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dtypes } from "../../format/dtype.ts";
import { numel, type TensorData, tensorFromBytes } from "../../format/value.ts";
import { difference, fromJson, type JsonValue } from "../../scripts/conformance/ivalue.ts";
import { type Tensor, torch } from "../../ts-frontend/index.ts";
import * as models from "../../ts-frontend/models/index.ts";
import type { Module } from "../../ts-frontend/nn/index.ts";
import { argument, camelKeys, fixture, type Kwargs, result, toData } from "./support.ts";

type Names = [key: string, dtype: TensorData["dtype"], shape: number[]][];

/** The numbers of tests/fixtures/make_models.py: multiples of 2^-24 in [0, 1). */
function units(key: string, count: number): Float64Array {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 16777619);
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (hash + Math.imul(i, 0x9e3779b9)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 8) * 2 ** -24;
  });
}

function weight(key: string, dtype: TensorData["dtype"], shape: number[], gain: number): TensorData {
  const count = numel(shape);
  if (dtype !== "float32") {
    return tensorFromBytes(
      dtype,
      shape,
      new Uint8Array(new BigInt64Array(count).fill(1n).buffer, 0, count * dtypes[dtype].bytes),
    );
  }
  const scale = Math.sqrt(gain / (count / shape[0]!));
  const values = Float32Array.from(units(key, count), (u) => {
    if (shape.length >= 2) return (2 * u - 1) * scale;
    if (key.endsWith("running_var")) return 0.75 + 0.5 * u;
    return key.endsWith("weight") ? 0.7 + 0.6 * u : 0.2 * u - 0.1;
  });
  return tensorFromBytes(dtype, shape, new Uint8Array(values.buffer));
}

function namesOf(model: Module): Names {
  return [...model.stateDict()].map(([key, { dtype, shape }]) => [key, dtype, shape]);
}

function fill(model: Module, names: Names, gain: number): void {
  model
    .eval()
    .loadStateDict(new Map(names.map(([key, dtype, shape]) => [key, weight(key, dtype, shape, gain)])));
}

const makers: Readonly<Record<string, (options: never) => Module>> = {
  resnet18: models.resnet18,
  resnet34: models.resnet34,
  resnet50: models.resnet50,
  mobilenet_v2: models.mobilenetV2,
  vit_b_16: models.vitB16,
  VisionTransformer: (options) => new models.VisionTransformer(options),
};

interface Network {
  name: string;
  kwargs: Kwargs;
  gain: number;
  state_dict: Names;
  input?: number[];
  expect?: Record<string, unknown>;
}

describe("torchvision's", () => {
  it.each(fixture<Network[]>("models.json"))(
    "$name",
    ({ name, kwargs, gain, state_dict, input, expect: expected }) => {
      const model = makers[name]!(camelKeys(kwargs) as never);
      expect(namesOf(model)).toEqual(state_dict);
      if (input === undefined) return;
      fill(model, state_dict, gain);
      const image = Float32Array.from(units("input", numel(input)), (u) => 2 * u - 1);
      const output = (model.forward as (x: Tensor) => Tensor)(torch.fromArray(image, input));
      const want = fromJson({ tensor: expected });
      if (want.kind !== "tensor") throw new Error("the fixture has no tensor");
      const largest = Math.max(...Array.from(new Float32Array(want.tensor.storage.bytes.buffer), Math.abs));
      expect(difference(result(output), want, { atol: 1e-5 * largest, rtol: 0 })).toBeNull();
    },
  );
});

interface TextModel {
  config: Record<string, number>;
  state_dict: Names;
  calls: { inputs: JsonValue[]; expect: JsonValue }[];
}

const text = JSON.parse(readFileSync(new URL("data/text_models.json", import.meta.url), "utf8")) as {
  bert: TextModel;
  gpt2: TextModel;
  lstm_tagger: TextModel;
};

const GAIN = 3;

describe("language models", () => {
  it("BERT, with masks and segments", () => {
    const { config, state_dict, calls } = text.bert;
    const model = models.bert(camelKeys(config));
    expect(namesOf(model)).toEqual(state_dict);
    fill(model, state_dict, GAIN);
    for (const { inputs, expect: expected } of calls) {
      const output = model.forward(...(inputs.map(argument) as [Tensor, Tensor, Tensor]));
      expect(difference(result(output), fromJson(expected))).toBeNull();
    }
  });

  it("BERT, from files that hold its positions", () => {
    const model = models.bert({
      vocabSize: 5,
      hiddenSize: 4,
      numHiddenLayers: 1,
      numAttentionHeads: 1,
      intermediateSize: 4,
    });
    const state = model.stateDict();
    state.set("embeddings.position_ids", torch.arange(512).unsqueeze(0));
    expect(model.loadStateDict(state)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    const bare = models.bert({ ...camelKeys(text.bert.config), addPoolingLayer: false });
    expect([...bare.stateDict().keys()].some((key) => key.startsWith("pooler"))).toBe(false);
    expect(bare.eval().forward(torch.tensor([[1n, 2n]]))[1]).toBeNull();
  });

  it("GPT-2, at once and continued from its cache", () => {
    const { config, state_dict, calls } = text.gpt2;
    const model = models.gpt2(camelKeys(config));
    expect(namesOf(model)).toEqual(state_dict);
    fill(model, state_dict, GAIN);
    const [first, second] = calls as [TextModel["calls"][0], TextModel["calls"][0]];
    const [ids, more] = [argument(first.inputs[0]!), argument(second.inputs[0]!)] as [Tensor, Tensor];
    const began = model.forward(ids);
    expect(difference(result(listed(began)), fromJson(first.expect))).toBeNull();
    const continued = model.forward(more, began[1]);
    expect(difference(result(listed(continued)), fromJson(second.expect))).toBeNull();
    const whole = model.forward(torch.cat([ids, more], 1));
    expect(difference(result(whole[0].slice(1, 4)), result(continued[0]))).toBeNull();
  });

  it("GPT-2, from files without the head or with constants", () => {
    const model = models.gpt2(camelKeys(text.gpt2.config));
    const state = model.stateDict();
    state.delete("lm_head.weight");
    state.set("transformer.h.0.attn.bias", torch.ones([1, 1, 16, 16]));
    expect(model.loadStateDict(state)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(toData(model.lm_head.weight)).toEqual(toData(model.transformer.wte.weight));
  });

  it("the tagger of PyTorch's tutorial", () => {
    const { config, state_dict, calls } = text.lstm_tagger;
    const { embedding_dim, hidden_dim, vocab_size, tagset_size } = config as Record<string, number>;
    const model = models.lstmTagger(embedding_dim!, hidden_dim!, vocab_size!, tagset_size!);
    expect(namesOf(model)).toEqual(state_dict);
    fill(model, state_dict, GAIN);
    for (const { inputs, expect: expected } of calls) {
      const output = model.forward(argument(inputs[0]!) as Tensor);
      expect(difference(result(output), fromJson(expected))).toBeNull();
    }
  });
});

/** A result as the fixture has it: the output, then the pairs of the cache. */
function listed([output, cache]: [Tensor, [Tensor, Tensor][]]): unknown {
  return [output, ...cache];
}
