/** Random numbers: bit for bit those that PyTorch drew for the same seeds. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DType } from "../../format/dtype.ts";
import { type Tensor, torch } from "../../ts-frontend/index.ts";

interface Call {
  name: string;
  size: number[];
  options: {
    dtype?: "float64";
    from?: number;
    to?: number;
    mean?: number;
    std?: number;
    low?: number;
    high?: number;
    p?: number;
  };
  expect: { tensor: { dtype: DType; shape: number[]; data: string } };
}

const { sequences } = JSON.parse(
  readFileSync(new URL("../fixtures/data/init.json", import.meta.url), "utf8"),
) as { sequences: { seed: number; calls: Call[] }[] };

function draw({ name, size, options: o }: Call): Tensor {
  const dtype = o.dtype ?? "float32";
  const empty = (): Tensor =>
    torch.fromBuffer(new ArrayBuffer(size.reduce((n, s) => n * s, dtype === "float64" ? 8 : 4)), {
      dtype,
      shape: size,
    });
  switch (name) {
    case "rand":
      return torch.rand(size, { dtype });
    case "randn":
      return torch.randn(size, { dtype });
    case "randint":
      return torch.randint(o.low!, o.high!, size);
    case "randperm":
      return torch.randperm(size[0]!);
    case "uniform_":
      return empty().uniform_(o.from, o.to);
    case "normal_":
      return empty().normal_(o.mean, o.std);
    default:
      return empty().bernoulli_(o.p);
  }
}

function bytes(t: Tensor): string {
  const { buffer, byteOffset, byteLength } = t.data;
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

describe("the sequences of the fixture", () => {
  test.each(sequences.map((s, i) => [i, s] as const))("%i", (_, { seed, calls }) => {
    torch.manualSeed(seed);
    for (const call of calls) {
      const got = draw(call);
      expect([got.dtype, got.shape, bytes(got)]).toEqual([
        call.expect.tensor.dtype,
        call.expect.tensor.shape,
        call.expect.tensor.data,
      ]);
    }
  });
});

test("a generator of its own does not touch the default one", () => {
  torch.manualSeed(1);
  const first = torch.rand(4).tolist();
  torch.manualSeed(1);
  const own = new torch.Generator(5);
  torch.rand([8], { generator: own });
  expect(torch.rand(4).tolist()).toEqual(first);
  expect(own.initialSeed()).toBe(5n);
});

test("without a seed, two generators differ", () => {
  const draws = [new torch.Generator(), new torch.Generator()].map((generator) =>
    String(torch.rand([4], { generator }).data),
  );
  expect(draws[0]).not.toBe(draws[1]);
});

test("bernoulli draws with the precision of the probabilities, as PyTorch", () => {
  torch.manualSeed(0);
  expect(torch.bernoulli(torch.tensor([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])).tolist()).toEqual([1, 0, 1, 1, 1, 0]);
});

test("what cannot be drawn is refused", () => {
  expect(() => torch.rand([2], { dtype: "float16" })).toThrow(/float16/);
  expect(() => torch.randint(3, 3, [2])).toThrow(/high/);
  expect(() => torch.normal(0, -1, [2])).toThrow(/std/);
  expect(() => torch.bernoulli(torch.tensor([1.5]))).toThrow(/1.5/);
  expect(() => torch.tensor([1]).uniform_(2, 1)).toThrow(/from/);
});
