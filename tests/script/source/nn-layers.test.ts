/** Layers of nn, scripted from the library's own sources, give what they give eagerly. */

import { beforeAll, describe, expect, test } from "vitest";
import { jit, nn, Tensor, torch } from "../../../ts-frontend/index.ts";

type Layer = nn.Module & { forward(...args: unknown[]): unknown };

const x = (...shape: number[]) => torch.randn(shape);
beforeAll(() => torch.manualSeed(3));

function plain(value: unknown): unknown {
  if (value instanceof Tensor) return value.tolist();
  return Array.isArray(value) ? value.map(plain) : value;
}

const cases: readonly [name: string, make: () => nn.Module, args: () => unknown[]][] = [
  ["Linear", () => new nn.Linear(3, 2), () => [x(4, 3)]],
  ["Linear without bias", () => new nn.Linear(3, 2, { bias: false }), () => [x(4, 3)]],
  ["Bilinear", () => new nn.Bilinear(3, 2, 4), () => [x(4, 3), x(4, 2)]],
  ["Identity", () => new nn.Identity(), () => [x(4, 3)]],
  ...(
    [
      ["ReLU", () => new nn.ReLU()],
      ["ReLU in place", () => new nn.ReLU({ inplace: true })],
      ["ReLU6", () => new nn.ReLU6()],
      ["SiLU", () => new nn.SiLU()],
      ["Mish", () => new nn.Mish()],
      ["SELU", () => new nn.SELU()],
      ["Hardswish", () => new nn.Hardswish()],
      ["Hardsigmoid", () => new nn.Hardsigmoid()],
      ["Sigmoid", () => new nn.Sigmoid()],
      ["Tanh", () => new nn.Tanh()],
      ["Softsign", () => new nn.Softsign()],
      ["LogSigmoid", () => new nn.LogSigmoid()],
      ["GELU", () => new nn.GELU()],
      ["GELU by tanh", () => new nn.GELU({ approximate: "tanh" })],
      ["LeakyReLU", () => new nn.LeakyReLU()],
      ["Hardtanh", () => new nn.Hardtanh()],
      ["PReLU", () => new nn.PReLU()],
      ["ELU", () => new nn.ELU()],
      ["CELU", () => new nn.CELU()],
      ["Softplus", () => new nn.Softplus()],
      ["Softshrink", () => new nn.Softshrink()],
      ["Hardshrink", () => new nn.Hardshrink()],
      ["Softmax", () => new nn.Softmax(1)],
      ["LogSoftmax", () => new nn.LogSoftmax(1)],
      ["LayerNorm", () => new nn.LayerNorm([4])],
      ["Dropout", () => new nn.Dropout(0.5).eval()],
    ] as const
  ).map(([name, make]): [string, () => nn.Module, () => unknown[]] => [name, make, () => [x(2, 4)]]),
  ["Conv1d", () => new nn.Conv1d(2, 3, 3, { stride: 2 }), () => [x(1, 2, 7)]],
  ["Conv2d", () => new nn.Conv2d(2, 3, 3, { padding: 1 }), () => [x(1, 2, 5, 5)]],
  ["Conv2d same", () => new nn.Conv2d(2, 2, 3, { padding: "same", groups: 2 }), () => [x(1, 2, 5, 5)]],
  [
    "Conv2d circular",
    () => new nn.Conv2d(2, 3, 3, { padding: 1, paddingMode: "circular" }),
    () => [x(1, 2, 5, 5)],
  ],
  ["Conv3d", () => new nn.Conv3d(1, 2, 2), () => [x(1, 1, 3, 3, 3)]],
  ["BatchNorm1d", () => new nn.BatchNorm1d(4).eval(), () => [x(3, 4)]],
  ["BatchNorm2d", () => new nn.BatchNorm2d(2).eval(), () => [x(1, 2, 5, 5)]],
  ["GroupNorm", () => new nn.GroupNorm(2, 4), () => [x(1, 4, 3)]],
  ["InstanceNorm2d", () => new nn.InstanceNorm2d(2), () => [x(1, 2, 4, 4)]],
  ["Embedding", () => new nn.Embedding(5, 3), () => [torch.tensor([1n, 2n])]],
  ["MaxPool1d", () => new nn.MaxPool1d(2), () => [x(1, 2, 6)]],
  ["MaxPool2d", () => new nn.MaxPool2d(2, { stride: 1 }), () => [x(1, 2, 4, 4)]],
  ["MaxPool2d with indices", () => new nn.MaxPool2d(2, { returnIndices: true }), () => [x(1, 2, 4, 4)]],
  ["AvgPool1d", () => new nn.AvgPool1d(2), () => [x(1, 2, 6)]],
  ["AvgPool2d", () => new nn.AvgPool2d(2, { divisorOverride: 3 }), () => [x(1, 2, 4, 4)]],
  ["AdaptiveAvgPool1d", () => new nn.AdaptiveAvgPool1d(2), () => [x(1, 2, 6)]],
  ["AdaptiveAvgPool2d", () => new nn.AdaptiveAvgPool2d(1), () => [x(1, 2, 4, 4)]],
  ["AdaptiveAvgPool3d", () => new nn.AdaptiveAvgPool3d(1), () => [x(1, 2, 2, 4, 4)]],
  ["Flatten", () => new nn.Flatten(), () => [x(1, 2, 4, 4)]],
  ["ZeroPad2d", () => new nn.ZeroPad2d(1), () => [x(1, 2, 4, 4)]],
  ["LSTMCell", () => new nn.LSTMCell(3, 4), () => [x(2, 3)]],
  ["LSTMCell with state", () => new nn.LSTMCell(3, 4), () => [x(3), [x(4), x(4)]]],
  ["GRUCell", () => new nn.GRUCell(3, 4), () => [x(2, 3)]],
];

describe("layers of nn", () => {
  test.each(cases)("%s", (_, make, args) => {
    const layer = make() as Layer;
    const scripted = jit.script(layer);
    const inputs = args();
    const copies = inputs.map((input) => (input instanceof Tensor ? input.clone() : input));
    expect(plain(scripted.forward(...copies))).toEqual(plain(layer.forward(...inputs)));
  });

  test("an input of a wrong rank is refused in the same words", () => {
    const layer = new nn.BatchNorm2d(2).eval();
    const message = /expected an input of 4 dimensions, got 2/;
    expect(() => layer.forward(x(2, 2))).toThrow(message);
    expect(() => jit.script(layer).forward(x(2, 2))).toThrow(message);
  });
});
