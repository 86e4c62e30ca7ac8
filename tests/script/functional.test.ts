/** Functions of `F` and `torch` called in scripts: what they give eagerly, bit for bit. */

import { jit, nn, type Tensor, torch } from "sconce/torch";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../ts-frontend/jit/script-module.ts";
import { type Arguments, outcome } from "./same.ts";

const F = nn.functional;

const x = (...shape: number[]): Tensor =>
  torch
    .linspace(
      -2,
      2,
      shape.reduce((a, b) => a * b, 1),
    )
    .view(shape);
const vector: Arguments = () => [x(2, 4)];
const signal: Arguments = () => [x(2, 3, 8), x(4, 3, 3), x(4)];
const image: Arguments = () => [x(2, 3, 6, 6), x(4, 3, 3, 3), x(4)];
const volume: Arguments = () => [x(1, 2, 4, 4, 4), x(3, 2, 2, 2, 2)];

/** Texts of functions by the name of what they call, and their arguments. */
type Cases = Readonly<Record<string, readonly [text: string, args: Arguments][]>>;

const FUNCTIONS: Cases = {
  relu: [["(x) => F.relu(x)", vector]],
  relu6: [["(x) => F.relu6(x.mul(9), { inplace: true })", vector]],
  gelu: [["(x) => F.gelu(x).add(F.gelu(x, { approximate: 'tanh' }))", vector]],
  silu: [["(x) => F.silu(x)", vector]],
  mish: [["(x) => F.mish(x)", vector]],
  sigmoid: [["(x) => F.sigmoid(x)", vector]],
  tanh: [["(x) => F.tanh(x)", vector]],
  hardswish: [["(x) => F.hardswish(x)", vector]],
  hardsigmoid: [["(x) => F.hardsigmoid(x)", vector]],
  hardtanh: [["(x) => F.hardtanh(x, { minVal: -0.5 })", vector]],
  leakyRelu: [["(x) => F.leakyRelu(x, { negativeSlope: 0.3 })", vector]],
  prelu: [["(x, w) => F.prelu(x, w)", () => [x(2, 4), x(4)]]],
  elu: [["(x) => F.elu(x, { alpha: 2 })", vector]],
  celu: [["(x) => F.celu(x)", vector]],
  selu: [["(x) => F.selu(x)", vector]],
  softplus: [["(x) => F.softplus(x, { beta: 2, threshold: 1 })", vector]],
  softsign: [["(x) => F.softsign(x)", vector]],
  tanhshrink: [["(x) => F.tanhshrink(x)", vector]],
  softshrink: [["(x) => F.softshrink(x, { lambd: 0.7 })", vector]],
  hardshrink: [["(x) => F.hardshrink(x)", vector]],
  threshold: [["(x) => F.threshold(x, 0.1, 20)", vector]],
  logsigmoid: [["(x) => F.logsigmoid(x)", vector]],
  softmax: [
    ["(x) => F.softmax(x, -1)", vector],
    ["(x) => F.softmax(x, 0, { dtype: 'float64' })", vector],
  ],
  softmin: [["(x) => F.softmin(x, 1)", vector]],
  logSoftmax: [["(x) => F.logSoftmax(x, 1)", vector]],
  glu: [["(x) => F.glu(x)", vector]],
  scaledDotProductAttention: [
    [
      "(q, k) => F.scaledDotProductAttention(q, k, k, { isCausal: true, scale: 0.3 })",
      () => [x(2, 3, 4), x(2, 3, 4)],
    ],
    ["(q, m) => F.scaledDotProductAttention(q, q, q, { attnMask: m })", () => [x(2, 3, 4), x(3, 3)]],
  ],
  multiHeadAttentionForward: [
    [
      `(q, w, b, o) => {
        const [out, weights] = F.multiHeadAttentionForward(q, q, q, {
          embedDim: 4, numHeads: 2, inProjWeight: w, inProjBias: b, outProjWeight: o, outProjBias: null,
        }, { training: false });
        return weights === null ? out : out.add(weights.sum());
      }`,
      () => [x(3, 2, 4), x(12, 4), x(12), x(4, 4)],
    ],
  ],
  linear: [["(x, w) => F.linear(x, w)", () => [x(2, 3), x(4, 3)]]],
  bilinear: [["(x, y, w, b) => F.bilinear(x, y, w, b)", () => [x(2, 3), x(2, 4), x(5, 3, 4), x(5)]]],
  embedding: [
    ["(i, w) => F.embedding(i, w, { paddingIdx: -1 })", () => [torch.tensor([1n, 0n, 2n]), x(3, 4)]],
  ],
  conv1d: [["(x, w, b) => F.conv1d(x, w, b, { stride: 2, padding: 1 })", signal]],
  conv2d: [
    ["(x, w) => F.conv2d(x, w, null, { padding: 'same', dilation: [1, 2] })", image],
    ["(x, w, b) => F.conv2d(x, w, b, { padding: [x.dim() - 3, 0] })", image],
  ],
  conv3d: [["(x, w) => F.conv3d(x, w)", volume]],
  convTranspose1d: [
    [
      "(x, w) => F.convTranspose1d(x, w, null, { stride: 2, outputPadding: 1 })",
      () => [x(2, 3, 4), x(3, 2, 3)],
    ],
  ],
  convTranspose2d: [
    ["(x, w) => F.convTranspose2d(x, w, null, { padding: [1, 0] })", () => [x(1, 3, 4, 4), x(3, 2, 3, 3)]],
  ],
  dropout: [
    ["(x) => F.dropout(x, { p: 0.3 })", vector],
    ["(x) => F.dropout(x, { training: false })", vector],
  ],
  featureDropout: [["(x) => F.featureDropout(x)", () => [x(2, 3, 4)]]],
  alphaDropout: [["(x) => F.alphaDropout(x, { p: 0.2 })", vector]],
  batchNorm: [
    [
      "(x, m, v) => { const y = F.batchNorm(x, m, v, { training: true }); return y.add(m.sum()).add(v.sum()); }",
      () => [x(3, 2, 4), torch.zeros([2]), torch.ones([2])],
    ],
    ["(x) => F.batchNorm(x, null, null, { training: true, eps: 0.1 })", () => [x(3, 2, 4)]],
  ],
  instanceNorm: [["(x, w) => F.instanceNorm(x, { weight: w })", () => [x(2, 3, 4), x(3)]]],
  layerNorm: [
    ["(x, w) => F.layerNorm(x, [4], { weight: w })", () => [x(2, 4), x(4)]],
    ["(x) => F.layerNorm(x, [x.size(-1)])", vector],
  ],
  groupNorm: [["(x) => F.groupNorm(x, 2)", () => [x(2, 4, 3)]]],
  normalize: [["(x) => F.normalize(x, { p: 1, dim: 0 })", vector]],
  cosineSimilarity: [["(x, y) => F.cosineSimilarity(x, y, { dim: -1 })", () => [x(2, 4), x(2, 4).add(1)]]],
  maxPool1d: [["(x) => F.maxPool1d(x, 2, { ceilMode: true })", signal]],
  maxPool2d: [["(x) => F.maxPool2d(x, [2, 3], { stride: 1 })", image]],
  maxPool3d: [["(x) => F.maxPool3d(x, 2)", volume]],
  maxPoolWithIndices: [
    ["(x) => { const [y, i] = F.maxPoolWithIndices(2, x, 2); return y.add(i.sum()); }", image],
  ],
  avgPool1d: [["(x) => F.avgPool1d(x, 3, { padding: 1, countIncludePad: false })", signal]],
  avgPool2d: [["(x) => F.avgPool2d(x, 2, { divisorOverride: 3 })", image]],
  avgPool3d: [["(x) => F.avgPool3d(x, 2)", volume]],
  adaptiveAvgPool1d: [["(x) => F.adaptiveAvgPool1d(x, 3)", signal]],
  adaptiveAvgPool2d: [["(x) => F.adaptiveAvgPool2d(x, [null, 2])", image]],
  adaptiveAvgPool3d: [["(x) => F.adaptiveAvgPool3d(x, [1, null, 2])", volume]],
  adaptiveMaxPool1d: [["(x) => F.adaptiveMaxPool1d(x, 3)", signal]],
  adaptiveMaxPool2d: [["(x) => F.adaptiveMaxPool2d(x, [2, null])", image]],
  pad: [
    ["(x) => F.pad(x, [1, 2], { value: 3 })", signal],
    ["(x) => F.pad(x, [1, 1, 2, 0], { mode: 'reflect' })", image],
    ["(x) => F.pad(x, [x.size(0), 0])", vector],
  ],
  pixelShuffle: [["(x) => F.pixelShuffle(x, 2)", () => [x(1, 8, 2, 3)]]],
  pixelUnshuffle: [["(x) => F.pixelUnshuffle(x, 2)", image]],
  interpolate: [
    ["(x) => F.interpolate(x, { scaleFactor: 1.5, mode: 'linear' })", signal],
    ["(x) => F.interpolate(x, { size: [4, 9], mode: 'bicubic', alignCorners: true })", image],
    ["(x) => F.interpolate(x, { size: x.size(-1) })", image],
    [
      "(x) => F.interpolate(x, { scaleFactor: [2, 1, 1.5], mode: 'trilinear', recomputeScaleFactor: true })",
      volume,
    ],
    ["(x) => F.interpolate(x, { scaleFactor: 2, mode: x.dim() === 3 ? 'linear' : 'bilinear' })", image],
  ],
};

const OPTIONS: Cases = {
  "in a variable": [
    [
      "(x) => { const o = { stride: 2, padding: 1 }; return F.maxPool1d(x, 3, o).add(F.avgPool1d(x, 3, o)); }",
      signal,
    ],
    [
      `(x) => {
        let o = { stride: 2, padding: 1 };
        if (x.dim() === 3) o = { stride: 1, padding: 0 };
        return F.maxPool1d(x, 3, o);
      }`,
      signal,
    ],
  ],
  "that depend on values": [
    ["(x) => F.gelu(x, { approximate: x.dim() === 3 ? 'tanh' : 'none' })", vector],
    ["(x) => { const y = x.clone(); F.relu(y, { inplace: x.dim() === 2 }); return y; }", vector],
    ["(x) => F.interpolate(x, { scaleFactor: x.dim() - 1.5 })", image],
  ],
  "that change": [["(x) => { const k = [3]; k[0] = x.dim(); return F.maxPool1d(x, k); }", signal]],
};

const TORCH: Cases = {
  zeros: [["(x) => torch.zeros([x.size(0), 3]).add(torch.zeros(x.size(0), 3))", vector]],
  "sizes of both kinds": [
    ["(x) => { const shape = [x.size(0), 2, x.shape[1] / 2]; return x.view(shape); }", vector],
    [
      "(x) => { const first = x.dim() === 2 ? 0 : x.size(0); return torch.arange(first, x.size(1)); }",
      vector,
    ],
    ["(x) => { const n = x.dim() === 2 ? x.size(1) : 7; return torch.full([2, n], n); }", vector],
    [
      "(x) => { const shape = []; for (let i = 0; i < 2; i++) shape.push(x.size(i)); return torch.ones(shape); }",
      vector,
    ],
  ],
  cat: [["(x, y) => torch.cat([x, y.mul(2), x], 1)", () => [x(2, 4), x(2, 1)]]],
  stack: [["(x) => torch.stack([1, 2, 3].map((n) => x.mul(n)), 1)", vector]],
  where: [["(x) => torch.where(x.gt(0), x, x.mul(-3))", vector]],
  topk: [["(x) => { const [values, at] = torch.topk(x, 2, 1); return values.add(at); }", vector]],
  sort: [["(x) => { const [values, at] = x.neg().sort(-1); return values.mul(at); }", vector]],
  einsum: [["(x, y) => torch.einsum('ij,kj->ik', [x, y])", () => [x(2, 4), x(3, 4)]]],
  rand: [["(x) => torch.rand([2, 4]).add(torch.randnLike(x))", vector]],
  split: [["(x) => x.split(1, 1).map((part, i) => part.mul(i)).reduce((a, b) => a.add(b))", vector]],
};

function sameCall(text: string, given: Arguments): void {
  const make = new Function("F", "nn", "torch", `return ${text}`) as (...scope: unknown[]) => () => unknown;
  const fn = make(F, nn, torch);
  const args: Arguments = () => given().slice(0, fn.length);
  const scripted = jit.script(fn as (...args: unknown[]) => unknown);
  const eager = outcome({ forward: fn }, args);
  expect(outcome(scripted.module, args)).toBe(eager);
  expect(outcome(fromBytes(scripted.module.toBytes()), args)).toBe(eager);
}

for (const [of, cases] of [
  ["F", FUNCTIONS],
  ["F by their options", OPTIONS],
  ["torch", TORCH],
] as const) {
  const rows = Object.entries(cases).flatMap(([name, all]) => all.map((row) => [name, ...row] as const));
  describe(`functions of ${of}`, () => {
    it.each(rows)("%s: %s", (_name, text, args) => {
      sameCall(text, args);
    });
  });
}

describe("all of F", () => {
  it("is called above", () => {
    expect(Object.keys(F).filter((name) => !(name in FUNCTIONS))).toEqual([]);
  });
});
