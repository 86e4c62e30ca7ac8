/** The whole list of passes over traced models: the same bits, except where batch norm is folded; state is kept. */

import { describe, expect, it } from "vitest";
import { functionsOf } from "../../format/ir/program.ts";
import { IValue } from "../../format/value.ts";
import { runtime } from "../../ts-frontend/eager/runtime.ts";
import { jit, nn, Tensor, torch } from "../../ts-frontend/index.ts";
import type { ScriptModule } from "../../ts-frontend/jit/script-module.ts";
import { ScriptModule as Loaded } from "../../ts-frontend/jit/script-module.ts";
import * as models from "../../ts-frontend/models/index.ts";
import { evaluator } from "../../ts-frontend/passes/evaluate.ts";
import { type OptimizeOptions, type OptimizeReport, optimize } from "../../ts-frontend/passes/index.ts";
import { classProgram, dedent, object, tensor } from "./support.ts";

const evaluate = evaluator(runtime);

function optimized(
  traced: ScriptModule,
  options: OptimizeOptions = {},
): { module: ScriptModule; report: OptimizeReport } {
  const module = jit.fromBytes(traced.toBytes());
  const report = optimize(module.program, { evaluate, ...options });
  return { module: jit.fromBytes(module.toBytes()), report };
}

function flat(value: unknown): unknown {
  if (value instanceof Tensor)
    return { dtype: value.dtype, shape: value.shape, data: [...(value.data as Float32Array)] };
  return Array.isArray(value) ? value.map(flat) : value;
}

function opsOf(module: ScriptModule): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { fn } of functionsOf(module.program)) {
    for (const { op } of fn.graph.nodes()) counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  return counts;
}

function same(model: nn.Module, ...inputs: unknown[][]): { module: ScriptModule; report: OptimizeReport } {
  model.eval();
  const traced = jit.trace(model, inputs[0]!, { checkTrace: false, onWarning: () => {} });
  const result = optimized(traced, { level: 1 });
  for (const args of inputs)
    expect(flat(result.module.forward(...args))).toEqual(flat(traced.forward(...args)));
  const ops = opsOf(result.module);
  for (const gone of ["prim::GetAttr", "prim::CallMethod", "aten::dropout"])
    expect(ops.get(gone)).toBeUndefined();
  expect(result.report.nodes.after).toBeLessThan(result.report.nodes.before);
  expect(result.report.kept).toEqual([]);
  expect(result.report.bytes.after).toBeLessThanOrEqual(result.report.bytes.before + 100_000);
  return result;
}

/** As `same`, then with batch norm folded: close, and none is left. */
function folded(model: nn.Module, inputs: unknown[], tolerance: number): void {
  same(model, inputs);
  const traced = jit.trace(model, inputs, { checkTrace: false, onWarning: () => {} });
  const { module } = optimized(traced);
  expect(opsOf(module).get("aten::batch_norm")).toBeUndefined();
  const want = (traced.forward(...inputs) as Tensor).data as Float32Array;
  const got = (module.forward(...inputs) as Tensor).data as Float32Array;
  const largest = Math.max(...want.map(Math.abs));
  expect(Math.max(...got.map((value, i) => Math.abs(value - want[i]!)))).toBeLessThanOrEqual(
    tolerance * largest,
  );
}

const tokens = (...rows: bigint[][]) => torch.tensor(rows);

/** Statistics as after some training. */
function settle(model: nn.Module): nn.Module {
  for (const [name, buffer] of model.namedBuffers()) {
    if (name.endsWith("running_mean")) buffer.copy_(torch.randn(buffer.shape).mul(0.1));
    if (name.endsWith("running_var")) buffer.copy_(torch.rand(buffer.shape).add(0.5));
  }
  return model;
}

describe("traced models", () => {
  torch.manualSeed(3);

  it("LSTM tagger", () => {
    same(models.lstmTagger(6, 5, 11, 3), [torch.tensor([1n, 5n, 3n])], [torch.tensor([2n, 2n, 9n, 10n])]);
  });

  it("BERT", () => {
    const sizes = { hiddenSize: 16, numHiddenLayers: 2, numAttentionHeads: 4, intermediateSize: 24 };
    same(
      models.bert({ vocabSize: 31, ...sizes }),
      [tokens([1n, 5n, 28n, 3n]), tokens([1n, 1n, 1n, 0n])],
      [tokens([1n, 5n], [2n, 30n]), tokens([1n, 1n], [1n, 0n])],
    );
  });

  it("GPT-2 with a cache", () => {
    const model = models.gpt2({ vocabSize: 29, nPositions: 16, nEmbd: 16, nLayer: 2, nHead: 4 }).eval();
    const [, cache] = model.forward(tokens([1n, 5n, 28n]));
    const [, longer] = model.forward(tokens([2n, 2n]), cache);
    same(model, [tokens([7n, 8n]), cache], [tokens([4n]), longer]);
  });

  it("ResNet-18, with batch norm folded within rounding", () => {
    const model = settle(models.resnet18({ numClasses: 10 }));
    folded(model, [torch.randn([1, 3, 32, 32])], 1e-5);
  });

  it("MobileNetV2, with batch norm folded within rounding", () => {
    folded(settle(models.mobilenetV2({ numClasses: 10 })), [torch.randn([1, 3, 32, 32])], 1e-5);
  });

  it("transposed and grouped convolutions of every dimension", () => {
    const cases: [nn.Module, nn.Module, number[]][] = [
      [new nn.Conv1d(4, 6, 3, { groups: 2 }), new nn.BatchNorm1d(6), [2, 4, 9]],
      [
        new nn.Conv2d(4, 6, 3, { bias: false, padding: "same" }),
        new nn.BatchNorm2d(6, { affine: false }),
        [2, 4, 5, 6],
      ],
      [new nn.Conv3d(2, 3, 2), new nn.BatchNorm3d(3), [1, 2, 4, 4, 4]],
      [new nn.ConvTranspose1d(4, 6, 3, { groups: 2 }), new nn.BatchNorm1d(6), [2, 4, 5]],
      [
        new nn.ConvTranspose2d(4, 6, 3, { stride: 2, groups: 2, bias: false }),
        new nn.BatchNorm2d(6),
        [1, 4, 5, 5],
      ],
    ];
    for (const [conv, norm, shape] of cases)
      folded(settle(new nn.Sequential(conv, norm)), [torch.randn(shape)], 1e-6);
  });

  it("a convolution whose result has another use keeps its batch norm", () => {
    class Both extends nn.Module {
      conv = new nn.Conv2d(2, 2, 1);
      norm = new nn.BatchNorm2d(2);
      forward(x: Tensor): Tensor {
        const y = this.conv.forward(x);
        return this.norm.forward(y).add(y);
      }
    }
    const traced = jit.trace(settle(new Both()).eval(), [torch.randn([1, 2, 3, 3])]);
    expect(opsOf(optimized(traced).module).get("aten::batch_norm")).toBe(1);
  });

  it("a function and a module in training mode are not frozen, and say so", () => {
    const traced = jit.trace((x: Tensor) => x.add(x).mul(x.add(x)), [torch.ones([2])]);
    const { module, report } = optimized(traced);
    expect(report.notFrozen).toBe("the program is a function");
    expect(opsOf(module).get("aten::add.Tensor")).toBe(1);
    const training = jit.trace(new nn.Sequential(new nn.Linear(2, 2)).train(), [torch.ones([1, 2])]);
    const kept = optimized(training);
    expect(kept.report.notFrozen).toBe("the module is in training mode");
    expect([...kept.module.stateDict().keys()]).toEqual(["0.weight", "0.bias"]);
    expect(flat(kept.module.forward(torch.ones([1, 2])))).toEqual(flat(training.forward(torch.ones([1, 2]))));
  });

  it("level 0 changes nothing", () => {
    const traced = jit.trace(models.lstmTagger(2, 2, 5, 2).eval(), [torch.tensor([1n, 2n])]);
    const module = jit.fromBytes(traced.toBytes());
    expect(optimize(module.program, { evaluate, level: 0 }).passes).toEqual([]);
    expect(module.toBytes()).toEqual(traced.toBytes());
  });
});

describe("state", () => {
  /** Adds its input to a buffer in place, counts its calls, and keeps its last result in a submodule. */
  const program = () =>
    classProgram(
      {
        "__torch__.Memory": {
          attributes: { last: "Tensor", scale: "Tensor" },
          methods: {
            forward: dedent(`
            graph(%self : __torch__.Memory, %x : Tensor):
              %one : int = prim::Constant[value=1]()
              %last : Tensor = prim::GetAttr[name="last"](%self)
              %scale : Tensor = prim::GetAttr[name="scale"](%self)
              %m : Tensor = aten::mul(%last, %scale)
              %y : Tensor = aten::add(%m, %x, %one)
               = prim::SetAttr[name="last"](%self, %y)
              return (%y)`),
          },
        },
        "__torch__.Net": {
          attributes: {
            memory: ["__torch__.Memory", "module"],
            sum: ["Tensor", "buffer"],
            weight: "Tensor",
            calls: ["int", "attribute"],
          },
          methods: {
            forward: dedent(`
            graph(%self : __torch__.Net, %x : Tensor):
              %one : int = prim::Constant[value=1]()
              %memory : __torch__.Memory = prim::GetAttr[name="memory"](%self)
              %sum : Tensor = prim::GetAttr[name="sum"](%self)
              %s : Tensor = aten::add_(%sum, %x, %one)
              %w : Tensor = prim::GetAttr[name="weight"](%self)
              %calls : int = prim::GetAttr[name="calls"](%self)
              %n : int = aten::add.int(%calls, %one)
               = prim::SetAttr[name="calls"](%self, %n)
              %r : Tensor = prim::CallMethod[name="forward"](%memory, %s)
              %y : Tensor = aten::mul(%r, %w)
              return (%y)`),
            count: dedent(`
            graph(%self : __torch__.Net):
              %calls : int = prim::GetAttr[name="calls"](%self)
              return (%calls)`),
          },
        },
      },
      object("__torch__.Net", {
        memory: object("__torch__.Memory", {
          last: IValue.tensor(tensor([0, 1])),
          scale: IValue.tensor(tensor([0.5, 0.25])),
        }),
        sum: IValue.tensor(tensor([10, 20])),
        weight: IValue.tensor(tensor([3, 7])),
        calls: IValue.int(0),
      }),
    );

  it("is kept between calls and shared by all methods", () => {
    const plain = new Loaded(program());
    const changed = program();
    const report = optimize(changed, { evaluate });
    expect(report.kept).toEqual(["calls", "memory.last", "sum"]);
    expect(report.frozen).toEqual(["memory.scale", "weight"]);
    const module = new Loaded(changed);
    for (const values of [
      [1, 2],
      [3, 5],
      [-4, 0.5],
    ]) {
      const x = torch.tensor(values);
      expect(flat(module.forward(x))).toEqual(flat(plain.forward(x)));
      expect(module.call("count", [])).toBe(plain.call("count", []));
    }
    const state = (of: ScriptModule) =>
      [...of.stateDict()].map(([name, { data }]) => [name, [...(data as Float32Array)]]);
    const mutable = state(plain).filter(([name]) => report.kept.includes(name as string));
    expect(state(module).sort()).toEqual(mutable.sort());
    expect(mutable).toHaveLength(2);
  });
});

it("jit.freeze gives a frozen copy", () => {
  const traced = jit.trace(new nn.Linear(2, 3).eval(), [torch.ones([1, 2])]);
  const frozen = jit.freeze(traced);
  const x = torch.tensor([[3, 4]]);
  expect(flat(frozen.forward(x))).toEqual(flat(traced.forward(x)));
  expect([...frozen.stateDict().keys()]).toEqual([]);
  expect([...traced.stateDict().keys()]).toEqual(["weight", "bias"]);
  expect(frozen.graph).not.toContain("GetAttr");
  expect([
    ...jit
      .freeze(traced, { preservedAttrs: ["bias"] })
      .stateDict()
      .keys(),
  ]).toEqual(["bias"]);
  expect(() => jit.freeze(traced, { preservedAttrs: ["gain"] })).toThrow(
    expect.objectContaining({ code: "NO_ATTRIBUTE" }),
  );
});
