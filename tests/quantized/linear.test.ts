/** Linear layers with packed weights, against PyTorch's answers. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { GraphBuilder } from "../../format/ir/builder.ts";
import { addClass, emptyProgram } from "../../format/ir/program.ts";
import { classType, IntType, TensorType } from "../../format/types.ts";
import { IValue, tensorFromBytes } from "../../format/value.ts";
import { loadSync } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";

const PACKED = "__torch__.torch.classes.quantized.LinearPackedParamsBase";

interface Recorded {
  tensor: { dtype: "float32" | "int8" | "float64" | "int64"; shape: number[]; data: string };
}
interface Call {
  x: Recorded;
  weight: Recorded;
  bias: Recorded | null;
  scales: Recorded;
  zero_points: Recorded;
  axis: number;
  reduce_range: boolean;
  relu: boolean;
  expect: Recorded;
}

const calls = readFileSync(new URL("../fixtures/data/quantized.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Call);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

function bytesOf(r: Recorded): Uint8Array {
  return new Uint8Array(Buffer.from(r.tensor.data, "base64"));
}

function value(r: Recorded | null): IValue {
  return r ? IValue.tensor(tensorFromBytes(r.tensor.dtype, r.tensor.shape, bytesOf(r))) : IValue.none;
}

function floats(r: Recorded): Float32Array {
  return new Float32Array(bytesOf(r).buffer);
}

const small = tensorFromBytes("int8", [1, 2], new Uint8Array([1, 2]));
const ones = tensorFromBytes("float64", [1], new Uint8Array(new Float64Array([1]).buffer));
const zeros = tensorFromBytes("int64", [1], new Uint8Array(8));

/** A module whose forward is the operator on its packed parameters. */
function moduleOf(op: string, attributes: [string, IValue][], reduceRange?: boolean) {
  const packed = IValue.object(PACKED, new Map(attributes));
  // A second object: what follows the first one in the file must be found.
  const other = IValue.object(PACKED, new Map(attributes));
  const root = IValue.object(
    "__torch__.M",
    new Map([
      ["packed", packed],
      ["other", other],
      ["last", IValue.int(7)],
    ]),
  ) as IValue & { kind: "object" };
  const program = emptyProgram({ kind: "object", object: root });
  const cls = addClass(program, "module", "__torch__.M");
  cls.attributes.push({ name: "packed", type: classType(PACKED), kind: "attribute" });
  cls.attributes.push({ name: "other", type: classType(PACKED), kind: "attribute" });
  cls.attributes.push({ name: "last", type: IntType, kind: "attribute" });
  const b = new GraphBuilder();
  const self = b.input(classType("__torch__.M"), "self");
  const x = b.input(TensorType, "x");
  const inputs = [x, b.getAttr(self, "packed", classType(PACKED))];
  if (reduceRange !== undefined) inputs.push(b.constant(IValue.bool(reduceRange)));
  b.returns([b.op(op, inputs, TensorType)]);
  cls.methods.push({
    name: "forward",
    schema: {
      args: [
        { name: "self", type: classType("__torch__.M") },
        { name: "x", type: TensorType },
      ],
      returns: [{ type: TensorType }],
    },
    graph: b.graph,
  });
  return loadSync(writeProgram(program), runtime);
}

function attributesOf(call: Call): [string, IValue][] {
  return [
    ["weight", value(call.weight)],
    ["bias", value(call.bias)],
    ["scales", value(call.scales)],
    ["zero_points", value(call.zero_points)],
    ["axis", IValue.int(call.axis)],
  ];
}

describe("linear layers with int8 weights", () => {
  it.each(calls.map((call, i) => [i, call] as const))("call %i gives PyTorch's answer", (_, call) => {
    const op = call.relu ? "quantized::linear_relu_dynamic" : "quantized::linear_dynamic";
    const model = moduleOf(op, attributesOf(call), call.reduce_range);
    const x = new Tensor(floats(call.x), call.x.tensor.shape);
    const y = model.forward(x) as Tensor;
    const before = runtime.exports.sc_live();
    const again = model.forward(x) as Tensor;
    expect(runtime.exports.sc_live()).toBe(before);
    expect(again.data).toEqual(y.data);
    expect(y.shape).toEqual(call.expect.tensor.shape);
    const want = floats(call.expect);
    const scale = Math.max(...want.map(Math.abs), 1e-6);
    for (let i = 0; i < want.length; i++) {
      expect(Math.abs(Number(y.data[i]) - want[i]!)).toBeLessThan(2e-6 * scale);
    }
  });

  it("takes weights with zero points", () => {
    const model = moduleOf(
      "quantized::linear_dynamic",
      [
        ["weight", IValue.tensor(small)],
        ["bias", IValue.none],
        ["scales", IValue.tensor(ones)],
        [
          "zero_points",
          IValue.tensor(tensorFromBytes("int64", [1], new Uint8Array(new BigInt64Array([3n]).buffer))),
        ],
        ["axis", IValue.int(-1)],
      ],
      false,
    );
    // The scale is 1: 255 * (1 - 3) + 100 * (2 - 3).
    const y = model.forward(new Tensor(new Float32Array([255, 100]), [1, 2])) as Tensor;
    expect([...y.data]).toEqual([-610]);
  });

  it("refuses what is no such object, and inputs without a range", () => {
    const good: [string, IValue][] = [
      ["weight", IValue.tensor(small)],
      ["bias", IValue.none],
      ["scales", IValue.tensor(ones)],
      ["zero_points", IValue.tensor(zeros)],
      ["axis", IValue.int(-1)],
    ];
    const x = new Tensor(new Float32Array([1, 2]), [1, 2]);
    const run = (attributes: [string, IValue][], input = x) =>
      moduleOf("quantized::linear_dynamic", attributes, true).forward(input);
    expect(run(good)).toBeInstanceOf(Tensor);
    expect(() => run(good.slice(0, 4))).toThrow(/argument 1/);
    expect(() => run(good.with(2, ["scales", IValue.none]))).toThrow(/argument 1/);
    expect(() => run(good.with(4, ["axis", IValue.none]))).toThrow(/argument 1/);
    expect(() => run(good.with(4, ["axis", IValue.int(1)]))).toThrow(/sizes/);
    expect(() => run(good.with(4, ["axis", IValue.int(0)]))).not.toThrow();
    expect(() => run(good.with(0, ["weight", IValue.tensor(ones)]))).toThrow(/float64/);
    expect(() => run(good.with(3, ["zero_points", IValue.tensor(ones)]))).toThrow(/float64/);
    expect(() => run(good, new Tensor(new Float32Array([1, 2, 3]), [1, 3]))).toThrow(/matrix sizes/);
    expect(() => run(good, new Tensor(new Float64Array([1, 2]), [1, 2]))).toThrow(/float64/);
    expect(() => run(good, new Tensor(new Float32Array([1, Number.NaN]), [1, 2]))).toThrow(/uint8/);
    expect(() => run(good, new Tensor(new Float32Array([1, Infinity]), [1, 2]))).toThrow(/uint8/);
  });
});

describe("linear layers with float16 weights", () => {
  it("round the weight, not the input", () => {
    const weight = tensorFromBytes(
      "float32",
      [1, 2],
      new Uint8Array(new Float32Array([1 + 2 ** -12, -0.5]).buffer),
    );
    const attributes: [string, IValue][] = [
      ["weight", IValue.tensor(weight)],
      ["bias", IValue.tensor(tensorFromBytes("float32", [1], new Uint8Array(4)))],
      ["scales", IValue.tensor(ones)],
      ["zero_points", IValue.tensor(zeros)],
      ["axis", IValue.int(-1)],
    ];
    const x = new Tensor(new Float32Array([1 + 2 ** -20, 1]), [2]);
    const model = moduleOf("quantized::linear_dynamic_fp16", attributes);
    expect([...(model.forward(x) as Tensor).data]).toEqual([0.5 + 2 ** -20]);
    const negative = new Tensor(new Float32Array([-1, 1]), [2]);
    const relu = moduleOf("quantized::linear_relu_dynamic_fp16", attributes);
    expect([...(relu.forward(negative) as Tensor).data]).toEqual([0]);
  });
});
