/** Initial weights and initialisers give PyTorch's numbers for PyTorch's seed, bit for bit. */

import { describe, expect, it } from "vitest";
import { IValue } from "../../format/value.ts";
import { difference, fromJson, type JsonValue } from "../../scripts/conformance/ivalue.ts";
import { torch } from "../../ts-frontend/index.ts";
import * as nn from "../../ts-frontend/nn/index.ts";
import { build, camelKeys, fixture, type JsonState, type Kwargs, stateOf, toData } from "./support.ts";

const data = fixture<{
  initialisers: {
    seed: number;
    name: string;
    shape: number[];
    options: Record<string, unknown>;
    expect: JsonValue;
  }[];
  modules: { seed: number; module: string; kwargs: Kwargs; state_dict: JsonState }[];
}>("init.json");

describe("modules", () => {
  it.each(data.modules)("$module $kwargs", ({ seed, module, kwargs, state_dict }) => {
    torch.manualSeed(seed);
    const state = build(module, kwargs).stateDict();
    const expected = stateOf(state_dict);
    expect([...state.keys()]).toEqual([...expected.keys()]);
    for (const [name, tensor] of state) expect(toData(tensor)).toEqual(expected.get(name));
  });
});

/** Arguments that our initialisers take by position. */
const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  uniform_: ["a", "b"],
  normal_: ["mean", "std"],
  constant_: ["val"],
};

/** The last bits of `trunc_normal_` hang on the C library's erfinv. */
const INEXACT = new Set(["trunc_normal_"]);

describe("initialisers", () => {
  it.each(data.initialisers)("$name $shape $options", ({ seed, name, shape, options, expect: expected }) => {
    torch.manualSeed(seed);
    const positional = POSITIONAL[name] ?? [];
    const rest = Object.fromEntries(Object.entries(options).filter(([key]) => !positional.includes(key)));
    if (typeof rest.mode === "string") rest.mode = rest.mode === "fan_out" ? "fanOut" : "fanIn";
    const args = positional.map((key) => options[key]);
    if (Object.keys(rest).length > 0) args.push(camelKeys(rest));
    const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const initialise = (nn.init as unknown as Record<string, (...args: unknown[]) => unknown>)[camel]!;
    const tensor = torch.empty(shape);
    expect(initialise(tensor, ...args)).toBe(tensor);
    const want = fromJson(expected);
    if (want.kind !== "tensor") throw new Error("the fixture has no tensor");
    if (INEXACT.has(name)) {
      const tolerance = { atol: 1e-6, rtol: 1e-6 };
      expect(difference(IValue.tensor(toData(tensor)), want, tolerance)).toBeNull();
    } else {
      expect(toData(tensor)).toEqual(want.tensor);
    }
  });

  it("take a generator of their own", () => {
    torch.manualSeed(5);
    const expected = nn.init.uniform_(torch.empty([3]));
    const tensor = nn.init.uniform_(torch.empty([3]), 0, 1, { generator: new torch.Generator(5) });
    expect(tensor.tolist()).toEqual(expected.tolist());
  });

  it("refuse vectors where a fan is needed", () => {
    expect(() => nn.init.xavierUniform_(torch.empty([3]))).toThrow(expect.objectContaining({ code: "NDIM" }));
  });
});
