/** Nested tensors in programs: encoder layers over them give PyTorch's answers, other operators refuse them. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { GraphBuilder } from "../../format/ir/builder.ts";
import type { Value } from "../../format/ir/graph.ts";
import { emptyProgram } from "../../format/ir/program.ts";
import { BoolType, IntType, listOf, TensorType, type Type, tupleOf } from "../../format/types.ts";
import { IValue, tensorFromBytes } from "../../format/value.ts";
import { loadSync } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";

interface Recorded {
  tensor: { dtype: "float32" | "bool"; shape: number[]; data: string };
}
interface Case {
  x: Recorded;
  mask: Recorded;
  gelu: boolean;
  first: boolean;
  padding: number;
  size: number[] | null;
  layers: Recorded;
  attention: Recorded;
}

const recorded = JSON.parse(
  readFileSync(new URL("../fixtures/data/nested.json", import.meta.url), "utf8"),
) as { weights: Recorded[]; cases: Case[] };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

const bytesOf = (r: Recorded) => new Uint8Array(Buffer.from(r.tensor.data, "base64"));
const floats = (r: Recorded) => new Float32Array(bytesOf(r).buffer);
const input = (r: Recorded) =>
  new Tensor(r.tensor.dtype === "bool" ? bytesOf(r) : floats(r), r.tensor.shape, r.tensor.dtype);

const int = (b: GraphBuilder, n: number) => b.constant(IValue.int(n));
const bool = (b: GraphBuilder, x: boolean) => b.constant(IValue.bool(x));
const none = (b: GraphBuilder) => b.constant(IValue.none);

/** Loads `f(x, mask)` with the body that gives its results from the nested tensor. */
function load(returns: Type, body: (b: GraphBuilder, nested: Value) => Value) {
  const program = emptyProgram({ kind: "function", name: "f" });
  const b = new GraphBuilder();
  const x = b.input(TensorType, "x");
  const mask = b.input(TensorType, "mask");
  const nested = b.op("aten::_nested_tensor_from_mask", [x, mask, bool(b, false)], TensorType);
  b.returns([body(b, nested)]);
  program.functions.set("f", {
    name: "f",
    schema: {
      args: [
        { name: "x", type: TensorType },
        { name: "mask", type: TensorType },
      ],
      returns: [{ type: returns }],
    },
    graph: b.graph,
  });
  return loadSync(writeProgram(program), runtime);
}

const weights = (b: GraphBuilder) =>
  recorded.weights.map((w) =>
    b.constant(IValue.tensor(tensorFromBytes("float32", w.tensor.shape, bytesOf(w)))),
  );

function padded(b: GraphBuilder, nested: Value, c: Case): Value {
  const size = c.size ? b.constant(IValue.list(IntType, c.size.map(IValue.int))) : none(b);
  return b.op("aten::to_padded_tensor", [nested, b.constant(IValue.float(c.padding)), size], TensorType);
}

function layer(b: GraphBuilder, x: Value, c: Case, mask = none(b)): Value {
  const w = weights(b);
  const inputs = [x, int(b, 8), int(b, 2), ...w.slice(0, 4), bool(b, c.gelu), bool(b, c.first)];
  inputs.push(b.constant(IValue.float(1e-5)), ...w.slice(4), mask, none(b));
  return b.op("aten::_transformer_encoder_layer_fwd", inputs, TensorType);
}

function attention(b: GraphBuilder, x: Value, needWeights: boolean): Value {
  const inputs = [x, x, x, int(b, 8), int(b, 2), ...weights(b).slice(0, 4), none(b)];
  inputs.push(bool(b, needWeights), bool(b, true), none(b));
  return b.node("aten::_native_multi_head_attention", inputs, [TensorType, TensorType]).outputs[0]!;
}

function expectClose(got: Tensor, want: Recorded): void {
  expect(got.shape).toEqual(want.tensor.shape);
  const values = floats(want);
  for (let i = 0; i < values.length; i++) expect(Number(got.data[i])).toBeCloseTo(values[i]!, 4);
}

describe("nested tensors", () => {
  it.each(recorded.cases.map((c, i) => [i, c] as const))("case %i gives PyTorch's answers", (_, c) => {
    const type = tupleOf([TensorType, TensorType]);
    const model = load(type, (b, nested) =>
      b.op(
        "prim::TupleConstruct",
        [padded(b, layer(b, layer(b, nested, c), c), c), padded(b, attention(b, nested, false), c)],
        type,
      ),
    );
    const x = input(c.x);
    const mask = input(c.mask);
    model.forward(x, mask);
    const before = runtime.exports.sc_live();
    const [layers, attended] = model.forward(x, mask) as [Tensor, Tensor];
    expect(runtime.exports.sc_live()).toBe(before);
    expectClose(layers, c.layers);
    expectClose(attended, c.attention);
  });

  const c = recorded.cases[0]!;
  const run = (returns: Type, body: (b: GraphBuilder, nested: Value) => Value) =>
    load(returns, body).forward(input(c.x), input(c.mask));

  it("know what they are", () => {
    const type = tupleOf([BoolType, IntType, IntType, BoolType]);
    const answer = run(type, (b, nested) =>
      b.op(
        "prim::TupleConstruct",
        [
          b.op("prim::is_nested", [nested], BoolType),
          b.op("aten::dim", [nested], IntType),
          b.op("prim::dtype", [nested], IntType),
          b.isinstance(nested, [TensorType]),
        ],
        type,
      ),
    );
    expect(answer).toEqual([true, 3, 6, true]);
  });

  it("are refused by other operators, as results, with masks, and where a list of tensors is wanted", () => {
    const refused = /unsupported: nested tensors/;
    expect(() => run(TensorType, (b, nested) => b.op("aten::relu", [nested], TensorType))).toThrow(refused);
    expect(() => run(TensorType, (b, nested) => attention(b, nested, true))).toThrow(refused);
    expect(() => run(TensorType, (_, nested) => nested)).toThrow(/nested tensor/);
    expect(() =>
      run(TensorType, (b, nested) => {
        const mask = b.constant(IValue.tensor(tensorFromBytes("bool", [1], new Uint8Array(1))));
        return layer(b, nested, c, mask);
      }),
    ).toThrow(/argument 18/);
    expect(() =>
      run(TensorType, (b, nested) => {
        const list = b.op("prim::ListConstruct", [nested, nested], listOf(TensorType));
        return b.op("aten::cat", [list, int(b, 0)], TensorType);
      }),
    ).toThrow(/argument 0/);
  });

  it("check masks and sizes", () => {
    const toPadded = (size: number[]) =>
      run(TensorType, (b, nested) => padded(b, nested, { ...c, size, padding: 0 }));
    expect((toPadded([3, 7, 8]) as Tensor).shape).toEqual([3, 7, 8]);
    expect(() => toPadded([3, 4, 8])).toThrow(/argument 2/);
    expect(() => toPadded([7, 8])).toThrow(/argument 2/);
    const model = load(TensorType, (b, nested) => padded(b, nested, c));
    const bad = (x: Tensor, mask: Tensor) => () => model.forward(x, mask);
    const x = input(c.x);
    expect(bad(x, new Tensor(new Float32Array(15), [3, 5]))).toThrow(/float32/);
    expect(bad(x, new Tensor(new Uint8Array(12), [3, 4], "bool"))).toThrow(/sizes/);
    expect(bad(x, new Tensor(new Uint8Array(15), [15], "bool"))).toThrow(/dimensions/);
    const dense = load(TensorType, (b) => {
      const x = b.constant(IValue.tensor(tensorFromBytes("float32", [1, 1, 1], new Uint8Array(4))));
      return padded(b, x, c);
    });
    expect(() => dense.forward(x, input(c.mask))).toThrow(/nested tensor/);
  });
});
