/** Every layer of nn does as a script what it does eagerly, bit for bit, before and after it is saved and loaded. */

import { jit, nn, type Tensor, torch } from "sconce/torch";
import { describe, expect, it } from "vitest";
import { loadSync } from "../../loader/load.ts";
import { runtime } from "../../ts-frontend/eager/runtime.ts";
import { argument, build, type Case, camelKeys, recordedCalls, stateOf, titleOf } from "../nn/support.ts";
import { type Arguments, digests, expectSame, outcome, stateOf as stateDigests } from "./same.ts";

// -- recorded calls -----------------------------------------------------------------------------------------------

interface MaskedOptions {
  readonly needWeights: boolean;
  readonly averageAttnWeights: boolean;
}

/** Gives options by name, which no call from outside of a script can. */
class MaskedAttention extends nn.Module {
  readonly inner: nn.MultiheadAttention;
  readonly needWeights: boolean;
  readonly average: boolean;

  constructor(inner: nn.MultiheadAttention, { needWeights, averageAttnWeights }: MaskedOptions) {
    super();
    this.inner = inner;
    this.needWeights = needWeights;
    this.average = averageAttnWeights;
  }

  forward(query: Tensor, key: Tensor, value: Tensor, attnMask: Tensor | null, padding: Tensor | null) {
    const { needWeights, average } = this;
    const options = { attnMask, keyPaddingMask: padding, needWeights, averageAttnWeights: average };
    return this.inner.forward(query, key, value, options);
  }
}

class MaskedLayer extends nn.Module {
  readonly inner: nn.TransformerEncoderLayer;

  constructor(inner: nn.TransformerEncoderLayer) {
    super();
    this.inner = inner;
  }

  forward(src: Tensor, srcMask: Tensor | null, srcKeyPaddingMask: Tensor | null) {
    return this.inner.forward(src, { srcMask, srcKeyPaddingMask });
  }
}

class MaskedEncoder extends nn.Module {
  readonly inner: nn.TransformerEncoder;

  constructor(inner: nn.TransformerEncoder) {
    super();
    this.inner = inner;
  }

  forward(src: Tensor, mask: Tensor | null, srcKeyPaddingMask: Tensor | null) {
    return this.inner.forward(src, { mask, srcKeyPaddingMask });
  }
}

const MASKS = "mask: Tensor | null, padding: Tensor | null";

/** A recorded call, its named arguments within a module that gives them by name. */
function callOf(row: Case): [module: nn.Module, args: Arguments, signature?: string] {
  const module = build(row.module, row.kwargs).train(row.training);
  module.loadStateDict(stateOf(row.state_dict));
  const positional = () => row.inputs.map(argument);
  if (row.call_kwargs === undefined) return [module, positional];
  const named = () => camelKeys(mapped(row.call_kwargs!));
  const masks = (...names: string[]) => names.map((name) => named()[name] ?? null);
  if (module instanceof nn.MultiheadAttention) {
    const { needWeights = true, averageAttnWeights = true } = named() as Partial<MaskedOptions>;
    return [
      new MaskedAttention(module, { needWeights, averageAttnWeights }),
      () => [...positional(), ...masks("attnMask", "keyPaddingMask")],
      `(query: Tensor, key: Tensor, value: Tensor, ${MASKS}) => [Tensor, Tensor | null]`,
    ];
  }
  const signature = `(src: Tensor, ${MASKS}) => Tensor`;
  if (module instanceof nn.TransformerEncoderLayer) {
    const args = () => [...positional(), ...masks("srcMask", "srcKeyPaddingMask")];
    return [new MaskedLayer(module), args, signature];
  }
  if (module instanceof nn.TransformerEncoder) {
    return [
      new MaskedEncoder(module),
      () => [...positional(), ...masks("mask", "srcKeyPaddingMask")],
      signature,
    ];
  }
  throw new Error(`named arguments of ${row.module}`);
}

function mapped(named: NonNullable<Case["call_kwargs"]>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(named).map(([key, json]) => [key, argument(json)]));
}

describe.each(recordedCalls())("recorded calls: %s", (_file, cases) => {
  it.each(cases.map((row, index) => [titleOf(row, index), row] as const))("%s", (_title, row) => {
    const [module, args, signature] = callOf(row);
    expectSame(module, [args, args], signature);
  });
});

// -- what no call records -----------------------------------------------------------------------------------------

const x = (...shape: number[]): Tensor =>
  torch
    .linspace(
      -2,
      2,
      shape.reduce((a, b) => a * b),
    )
    .view(shape);

/** A layer by its options, and its inputs. */
const MORE: Readonly<Record<string, [make: () => nn.Module, args: Arguments]>> = {
  "MaxPool1d with indices": [() => new nn.MaxPool1d(2, { returnIndices: true }), () => [x(1, 2, 6)]],
  "MaxPool2d with indices": [
    () => new nn.MaxPool2d([2, 3], { returnIndices: true, ceilMode: true }),
    () => [x(1, 2, 5, 5)],
  ],
  "AvgPool3d with a divisor": [() => new nn.AvgPool3d(2, { divisorOverride: 3 }), () => [x(1, 1, 4, 4, 4)]],
  "Conv1d, circular": [
    () => new nn.Conv1d(2, 2, 3, { padding: 2, paddingMode: "circular" }),
    () => [x(1, 2, 7)],
  ],
  "Conv2d, padding as wide as the kernel asks": [
    () => new nn.Conv2d(2, 4, [3, 2], { padding: "same", groups: 2, dilation: 2 }),
    () => [x(2, 2, 5, 6)],
  ],
  "Conv2d, reflected as wide as the kernel asks": [
    () => new nn.Conv2d(2, 2, [3, 2], { padding: "same", paddingMode: "reflect" }),
    () => [x(2, 2, 5, 6)],
  ],
  "Conv3d, without batch": [() => new nn.Conv3d(1, 2, 2, { bias: false }), () => [x(1, 3, 3, 3)]],
  "ConvTranspose2d to a size": [
    () => new nn.ConvTranspose2d(2, 3, 3, { stride: 2 }),
    () => [x(1, 2, 3, 3), [8, 7]],
  ],
  "BatchNorm1d averaging over all batches": [
    () => new nn.BatchNorm1d(3, { momentum: null }),
    () => [x(4, 3)],
  ],
  "InstanceNorm2d with running statistics, in evaluation": [
    () => new nn.InstanceNorm2d(2, { trackRunningStats: true, affine: true }).eval(),
    () => [x(2, 3, 3)],
  ],
  "LSTM with states, without batch": [
    () => new nn.LSTM(3, 4, { numLayers: 2, bidirectional: true }),
    () => [x(5, 3), [x(4, 4), x(4, 4)]],
  ],
  "GRU with a state": [() => new nn.GRU(3, 4, { batchFirst: true }), () => [x(2, 5, 3), x(1, 2, 4)]],
  "LSTMCell with states": [() => new nn.LSTMCell(3, 4), () => [x(3), [x(4), x(4)]]],
  "GRUCell with a state, without batch": [() => new nn.GRUCell(3, 4, { bias: false }), () => [x(3), x(4)]],
  "Upsample by factors computed anew": [
    () => new nn.Upsample({ scaleFactor: [1.5, 2.3], mode: "bilinear", recomputeScaleFactor: true }),
    () => [x(1, 2, 3, 4)],
  ],
  "Embedding with padding from the end": [
    () => new nn.Embedding(5, 3, { paddingIdx: -1 }),
    () => [
      torch.tensor([
        [1n, 4n],
        [0n, 2n],
      ]),
    ],
  ],
  "MultiheadAttention to itself, batch first": [
    () => new nn.MultiheadAttention(4, 2, { batchFirst: true, dropout: 0.3 }),
    () => {
      const same = x(2, 3, 4);
      return [same, same, same];
    },
  ],
  "MultiheadAttention of one tensor's keys and values": [
    () => new nn.MultiheadAttention(4, 2).eval(),
    () => {
      const memory = x(5, 2, 4);
      return [x(3, 2, 4), memory, memory];
    },
  ],
  "TransformerEncoderLayer with an activation of its own": [
    () => new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 6, activation: (y: Tensor) => y.tanh() }),
    () => [x(3, 2, 4)],
  ],
  "Sequential of Sequential": [
    () =>
      new nn.Sequential(
        new nn.Linear(3, 4),
        new nn.Sequential({ norm: new nn.BatchNorm1d(4), act: new nn.ReLU({ inplace: true }) }),
        new nn.Dropout(0.4),
      ),
    () => [x(5, 3)],
  ],
  "Sequential of nothing": [() => new nn.Sequential(), () => [x(2)]],
  "Sequential of what gives several": [() => new nn.Sequential(new nn.LSTM(3, 4)), () => [x(5, 2, 3)]],
  "a module derived from Sequential": [() => new Twice(new nn.Linear(3, 3), new nn.Tanh()), () => [x(2, 3)]],
  "a module derived from ModuleList": [
    () => new Counted([new nn.Linear(3, 3), new nn.Tanh()]),
    () => [x(2, 3)],
  ],
  "ModuleDict and ParameterList": [() => new Named(), () => [x(2, 3)]],
};

class Twice extends nn.Sequential {
  override forward(input: Tensor) {
    return super.forward(super.forward(input));
  }
}

class Counted extends nn.ModuleList {
  scale = 2;
  count = 0;

  get width(): number {
    return this.length;
  }

  // @ts-expect-error: a list of modules has no forward of its own
  override forward(input: Tensor) {
    this.count += 1;
    let y = input;
    for (const layer of this) y = (layer as nn.Linear).forward(y);
    return y.mul(this.scale * this.width + this.count);
  }
}

class Named extends nn.Module {
  layers = new nn.ModuleDict<nn.Linear | nn.Tanh>({ a: new nn.Linear(3, 3), b: new nn.Tanh() });
  offsets = new nn.ParameterList([new nn.Parameter(torch.ones([3])), new nn.Parameter(torch.ones([2, 3]))]);

  forward(input: Tensor) {
    let y = input;
    for (const [name, layer] of this.layers) {
      y = layer.forward(y);
      if (name === "a") y = y.add(1);
    }
    for (const offset of this.offsets) y = y.add(offset);
    for (const name of this.layers.keys()) if (this.layers.has(name)) y = this.layers.get(name).forward(y);
    return y.add(this.offsets.get(0)).mul(this.offsets.length);
  }
}

describe("layers and containers by their options", () => {
  it.each(Object.entries(MORE))("%s", (_name, [make, args]) => {
    torch.manualSeed(3);
    expectSame(make(), [args, args]);
  });
});

describe("all of nn", () => {
  const isLayer = (value: unknown): value is new () => nn.Module =>
    typeof value === "function" && value.prototype instanceof nn.Module;
  const layers = Object.entries(nn).flatMap(([name, value]) => (isLayer(value) ? [name] : []));

  it("is scripted above", () => {
    const called = new Set(recordedCalls().flatMap(([, cases]) => cases.map((row) => row.module.slice(9))));
    for (const name of ["Sequential", "ModuleList", "ModuleDict", "ParameterList"]) called.add(name);
    expect(layers.filter((name) => !called.has(name))).toEqual([]);
  });
});

describe("training", () => {
  it("is read when the module runs", () => {
    torch.manualSeed(3);
    const module = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Dropout(0.4)).eval();
    const loaded = loadSync(jit.script(module.clone()).toBytes(), runtime);
    const text = (): string => {
      torch.manualSeed(7);
      return [...(loaded.forward(x(5, 3) as never) as unknown as Tensor).data].join();
    };
    const eager = (): string => {
      torch.manualSeed(7);
      return [...(module.forward(x(5, 3)) as Tensor).data].join();
    };
    const before = stateDigests(module);
    expect(text()).toBe(eager());
    expect(digests(loaded.stateDict())).toEqual(before);
    module.train();
    for (const path of ["training", "1.training", "2.training"]) loaded.setAttribute(path, true);
    expect(text()).toBe(eager());
    expect(digests(loaded.stateDict())).toEqual(stateDigests(module));
    expect(digests(loaded.stateDict())).not.toEqual(before);
  });

  it("leaves the module that was scripted alone", () => {
    const module = new nn.BatchNorm1d(3);
    const scripted = jit.script(module);
    const before = stateDigests(module);
    outcome(scripted, () => [x(4, 3)]);
    expect(stateDigests(module)).toEqual(before);
  });
});

describe("errors", () => {
  it("are told in the words of the eager module", () => {
    for (const [module, input, message] of [
      [new nn.BatchNorm2d(2), x(2, 2), /expected an input of 4 dimensions, got 2/],
      [new nn.InstanceNorm1d(2), x(2, 2, 2, 2), /expected an input of 2 or 3 dimensions, got 4/],
      [
        new nn.Upsample({ scaleFactor: 2, mode: "bilinear" }),
        x(2, 2, 2),
        /mode "bilinear" does not go with 3/,
      ],
    ] as const) {
      const forward = module as unknown as { forward(input: Tensor): unknown };
      expect(() => forward.forward(input)).toThrow(message);
      expect(() => jit.script(module).forward(input)).toThrow(message);
    }
  });
});
