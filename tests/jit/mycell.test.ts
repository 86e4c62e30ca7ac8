/** The cell of PyTorch's TorchScript page: the graph PyTorch printed, and the numbers it computed. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contiguousBytes, type TensorData } from "../../format/value.ts";
import { fromJson, type JsonValue } from "../../scripts/conformance/ivalue.ts";
import { jit, nn, type Tensor, torch } from "../../ts-frontend/index.ts";
import { expectTextRoundTrip } from "../support/text-round-trip.ts";

const golden = JSON.parse(readFileSync(new URL("../fixtures/data/mycell.json", import.meta.url), "utf8")) as {
  state_dict: Record<string, JsonValue>;
  inputs: JsonValue[];
  outputs: JsonValue;
  graph: string;
};

class MyCell extends nn.Module {
  linear = new nn.Linear(4, 4);
  forward(x: Tensor, h: Tensor): [Tensor, Tensor] {
    const hidden = this.linear.forward(x).add(h).tanh();
    return [hidden, hidden];
  }
}

function data(json: JsonValue): TensorData {
  const value = fromJson(json);
  if (value.kind !== "tensor") throw new Error("a tensor was expected");
  return value.tensor;
}

function eager(json: JsonValue): Tensor {
  const { dtype, shape } = data(json);
  expect(dtype).toBe("float32");
  return torch.fromArray(new Float32Array(contiguousBytes(data(json)).slice().buffer), [...shape]);
}

/** A graph's text without places, shapes in types, module paths of classes, and numbers of values. */
function essence(text: string): string {
  const numbers = new Map<string, string>();
  return text
    .replace(/ # .*$/gm, "")
    .replace(/Float\([^()]*\)/g, "Tensor")
    .replace(/__torch__\.(?:\w+\.)*/g, "__torch__.")
    .replace(/%[\w.]+/g, (name) => {
      if (!numbers.has(name)) numbers.set(name, `%v${numbers.size}`);
      return numbers.get(name)!;
    })
    .trim();
}

describe("MyCell", () => {
  const cell = new MyCell();
  cell.loadStateDict(new Map(Object.entries(golden.state_dict).map(([name, json]) => [name, data(json)])));
  const inputs = golden.inputs.map(eager);
  const traced = jit.trace(cell, inputs);

  it("has the graph that PyTorch prints", () => {
    expect(essence(traced.graph)).toBe(essence(golden.graph));
    expectTextRoundTrip(traced);
  });

  it("prints as TypeScript", () => {
    const names = /forward\((\w+): Tensor, (\w+): Tensor\): \[Tensor, Tensor\]/.exec(traced.code)!;
    expect(traced.code).toBe(
      `forward(${names[1]}: Tensor, ${names[2]}: Tensor): [Tensor, Tensor] {
  const _0 = this.linear.forward(${names[1]}).add(${names[2]}).tanh();
  return [_0, _0];
}
`,
    );
  });

  it("computes what PyTorch computed, after a round trip through a file", () => {
    const want = fromJson(golden.outputs);
    if (want.kind !== "tuple" || want.items[0]?.kind !== "tensor")
      throw new Error("two tensors were expected");
    const expected = new Float32Array(contiguousBytes(want.items[0].tensor).slice().buffer);
    for (const module of [traced, jit.fromBytes(traced.toBytes())]) {
      const [output] = module.forward(...inputs) as [Tensor, Tensor];
      const got = output.data as Float32Array;
      expect(got.length).toBe(expected.length);
      got.forEach((x, i) => {
        expect(Math.abs(x - expected[i]!)).toBeLessThanOrEqual(1e-6);
      });
    }
  });
});
