/** The networks of `sconce/models`, small ones, as scripts: the same bits in evaluation and in training. */

import * as models from "sconce/models";
import { jit, nn, type Tensor, torch } from "sconce/torch";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../ts-frontend/jit/script-module.ts";
import { type Arguments, expectSame } from "./same.ts";

/** Weights that make every output depend on every input, also where a network begins with zeros. */
function filled<M extends nn.Module>(module: M): M {
  for (const parameter of module.parameters()) {
    if (parameter.dim() > 1) nn.init.normal_(parameter, 0, 0.3);
  }
  return module;
}

const ids = torch.tensor([
  [1n, 2n, 3n],
  [4n, 5n, 6n],
]);
const next = torch.tensor([[7n], [8n]]);
const mask = torch.tensor([
  [1n, 1n, 0n],
  [1n, 1n, 1n],
]);
const segments = torch.tensor([
  [0n, 1n, 1n],
  [0n, 0n, 1n],
]);

const gpt2 = () =>
  filled(models.gpt2({ vocabSize: 11, nPositions: 8, nEmbd: 8, nLayer: 2, nHead: 2, dropout: 0 }));
const bert = (addPoolingLayer: boolean) =>
  models.bert({
    vocabSize: 11,
    hiddenSize: 8,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    intermediateSize: 12,
    maxPositionEmbeddings: 8,
    attentionProbsDropoutProb: 0,
    addPoolingLayer,
  });
const vit = () =>
  new models.VisionTransformer({
    imageSize: 8,
    patchSize: 4,
    numLayers: 2,
    numHeads: 2,
    hiddenDim: 8,
    mlpDim: 12,
    numClasses: 5,
    dropout: 0.1,
    attentionDropout: 0.2,
  });
const images = (size: number): Arguments => {
  const image = torch.linspace(-1, 1, 6 * size * size).view(2, 3, size, size);
  return () => [image.clone()];
};

const cases: readonly [name: string, make: () => nn.Module, calls: readonly Arguments[]][] = [
  ["GPT-2", gpt2, [() => [ids], () => [ids, null]]],
  ["GPT-2 without its head", () => gpt2().transformer, [() => [ids]]],
  ["BERT", () => bert(true), [() => [ids], () => [ids, mask], () => [ids, mask, segments]]],
  ["BERT without its pooler", () => bert(false), [() => [ids, null, segments]]],
  ["the Vision Transformer", vit, [images(8)]],
  ["the tagger", () => models.lstmTagger(4, 6, 11, 3), [() => [torch.tensor([1n, 2n, 3n])]]],
  ["MobileNetV2", () => models.mobilenetV2({ numClasses: 5, widthMult: 0.25 }), [images(32)]],
  [
    "a residual network of a block at each stage",
    () => {
      const [block] = models.resnet18({ numClasses: 1 }).layer1;
      return new models.ResNet(block!.constructor as never, [1, 1, 1, 1], { numClasses: 5 });
    },
    [images(16)],
  ],
];

describe.each(cases)("%s", (_name, make, calls) => {
  it("in evaluation", () => {
    torch.manualSeed(1);
    expectSame(filled(make()).eval(), calls);
  });

  it("in training", () => {
    torch.manualSeed(1);
    expectSame(filled(make()).train(), calls);
  });
});

describe("GPT-2's cache", () => {
  it("goes from call to call, and continues what was saved", () => {
    torch.manualSeed(1);
    const model = gpt2().eval();
    const scripted = jit.script(model.clone());
    const loaded = fromBytes(scripted.toBytes());
    const [, cache] = model.forward(ids);
    const [want, longer] = model.forward(next, cache);
    for (const script of [scripted, loaded]) {
      const [, own] = script.forward(ids) as [Tensor, [Tensor, Tensor][]];
      const [scores, more] = script.forward(next, own) as [Tensor, [Tensor, Tensor][]];
      expect([...scores.data]).toEqual([...want.data]);
      expect(more.map(([key, value]) => [[...key.data], [...value.data]])).toEqual(
        longer.map(([key, value]) => [[...key.data], [...value.data]]),
      );
    }
  });
});

describe("the Vision Transformer's refusal", () => {
  it("of images of another size has the words of the eager module", () => {
    const message = /expected images of 8 × 8, got 4 × 8/;
    const image = torch.zeros([1, 3, 4, 8]);
    expect(() => vit().forward(image)).toThrow(message);
    expect(() => jit.script(vit()).forward(image)).toThrow(message);
  });
});
