/** Traces of modules: the programs give the eager answers, also for inputs of other sizes, and hold no guards. */

import { describe, expect, it } from "vitest";
import { difference } from "../../scripts/conformance/ivalue.ts";
import { jit, Tensor, torch } from "../../ts-frontend/index.ts";
import * as models from "../../ts-frontend/models/index.ts";
import * as nn from "../../ts-frontend/nn/index.ts";
import { expectTextRoundTrip } from "../support/text-round-trip.ts";
import { argumentsOf, build, recordedCalls, result, stateOf, titleOf } from "./support.ts";

type Forward = (...args: unknown[]) => unknown;

/** Calls a module with further arguments that are no inputs of the trace. */
class Fixed extends nn.Module {
  inner: nn.Module;
  readonly more: readonly unknown[];

  constructor(inner: nn.Module, more: readonly unknown[]) {
    super();
    this.inner = inner;
    this.more = more;
  }

  forward(...inputs: Tensor[]): unknown {
    return (this.inner.forward as Forward)(...inputs, ...this.more);
  }
}

function expectSame(got: unknown, want: unknown): void {
  expect(difference(result(got), result(want), { rtol: 1e-6, atol: 1e-6 })).toBeNull();
}

/** Traces on the first inputs, and compares on all of them. */
function check(module: nn.Module, ...inputs: readonly (readonly unknown[])[]): void {
  module.eval();
  const traced = jit.trace(module, inputs[0]!, { checkTrace: false });
  expect(traced.inlinedGraph).not.toMatch(/guard|RaiseException/);
  expectTextRoundTrip(traced);
  for (const args of inputs) expectSame(traced.call("forward", args), (module.forward as Forward)(...args));
  traced.dispose();
}

const traceable = (value: unknown): boolean =>
  value instanceof Tensor || (Array.isArray(value) && value.every(traceable));

for (const [file, cases] of recordedCalls()) {
  describe(`every module of ${file}`, () => {
    for (const [index, row] of cases.entries()) {
      it(titleOf(row, index), () => {
        const module = build(row.module, row.kwargs).eval();
        module.loadStateDict(stateOf(row.state_dict));
        const args = argumentsOf(row);
        const more = args.filter((arg) => !traceable(arg));
        check(new Fixed(module, more), args.filter(traceable));
      });
    }
  });
}

describe("other sizes than those traced", () => {
  const random = (...shape: number[]) => torch.randn(shape);
  torch.manualSeed(1);

  it("LSTM and GRU", () => {
    for (const module of [
      new nn.LSTM(3, 4, { bidirectional: true }),
      new nn.GRU(3, 4, { batchFirst: true }),
    ]) {
      check(module, [random(5, 2, 3)], [random(1, 1, 3)], [random(7, 4, 3)]);
    }
    check(new nn.LSTMCell(3, 4), [random(2, 3)], [random(5, 3)]);
  });

  it("MultiheadAttention", () => {
    const module = new nn.MultiheadAttention(8, 2, { batchFirst: true, addZeroAttn: true });
    const inputs = (n: number, l: number, s: number) => [random(n, l, 8), random(n, s, 8), random(n, s, 8)];
    check(module, inputs(2, 3, 4), inputs(1, 1, 1), inputs(3, 6, 2));
  });

  it("TransformerEncoder", () => {
    const layer = new nn.TransformerEncoderLayer(8, 2, {
      dimFeedforward: 12,
      batchFirst: true,
      activation: "gelu",
    });
    check(new nn.TransformerEncoder(layer, 2), [random(2, 3, 8)], [random(1, 5, 8)]);
  });

  it("convolutions, pooling, resizing", () => {
    const module = new nn.Sequential(
      new nn.Conv2d(2, 4, 3, { padding: "same", dilation: 2, paddingMode: "reflect" }),
      new nn.InstanceNorm2d(4),
      new nn.Upsample({ scaleFactor: 2, mode: "bilinear" }),
      new nn.AdaptiveAvgPool2d([null, 3]),
      new nn.Flatten(),
    );
    check(module, [random(1, 2, 6, 7)], [random(3, 2, 9, 5)]);
    const transpose = new nn.ConvTranspose2d(2, 3, 3, { stride: 2 });
    class Doubled extends nn.Module {
      up = transpose;
      forward(x: Tensor): Tensor {
        return this.up.forward(x, [x.size(2).mul(2).add(2), x.size(3).mul(2).add(1)]);
      }
    }
    check(new Doubled(), [random(1, 2, 4, 4)], [random(2, 2, 3, 6)]);
  });
});

describe("networks", () => {
  const tokens = (...rows: bigint[][]) => torch.tensor(rows);
  torch.manualSeed(2);

  it("GPT-2 continues caches of any length", () => {
    const model = models.gpt2({ vocabSize: 29, nPositions: 16, nEmbd: 16, nLayer: 2, nHead: 4 }).eval();
    const [, cache] = model.forward(tokens([1n, 5n, 28n]));
    const [, longer] = model.forward(tokens([2n, 2n]), cache);
    check(model, [tokens([7n, 8n]), cache], [tokens([4n]), longer]);
  });

  it("BERT takes batches and sentences of any size", () => {
    const sizes = { hiddenSize: 16, numHiddenLayers: 1, numAttentionHeads: 4, intermediateSize: 24 };
    const model = models.bert({ vocabSize: 31, ...sizes });
    check(
      model,
      [tokens([1n, 5n, 28n, 3n]), tokens([1n, 1n, 1n, 0n])],
      [tokens([1n, 5n], [2n, 30n]), tokens([1n, 1n], [1n, 0n])],
    );
  });

  it("ViT takes batches of any size, and refuses other images with its line", () => {
    const config = {
      imageSize: 16,
      patchSize: 8,
      numLayers: 1,
      numHeads: 2,
      hiddenDim: 8,
      mlpDim: 8,
      numClasses: 3,
    };
    const model = new models.VisionTransformer(config).eval();
    const traced = jit.trace(model, [torch.randn([1, 3, 16, 16])]);
    const images = torch.randn([3, 3, 16, 16]);
    expectSame(traced.call("forward", [images]), model.forward(images));
    expect(() => traced.call("forward", [torch.randn([1, 3, 16, 8])])).toThrow(
      expect.objectContaining({ code: "GUARD", message: expect.stringContaining("vision-transformer.ts") }),
    );
    expect(() => model.forward(torch.randn([1, 3, 16, 8]))).toThrow(
      expect.objectContaining({ code: "SIZE_MISMATCH" }),
    );
  });
});
