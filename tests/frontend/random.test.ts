/** Random numbers: bit for bit those that PyTorch drew for the same seeds. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DType } from "../../format/dtype.ts";
import { findOp } from "../../format/ops/table.ts";
import { IValue } from "../../format/value.ts";
import { Runtime } from "../../loader/runtime.ts";
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

test("without a seed, a generator starts from PyTorch's default", () => {
  const draws = [new torch.Generator(), new torch.Generator(67280421310721n)].map((generator) => {
    expect(generator.initialSeed()).toBe(67280421310721n);
    return String(torch.rand([4], { generator }).data);
  });
  expect(draws[0]).toBe(draws[1]);
  const seeded = new torch.Generator();
  expect(seeded.seed()).toBe(seeded.initialSeed());
  expect(String(torch.rand([4], { generator: seeded }).data)).not.toBe(draws[0]);
});

test("runtimes have generators of their own", async () => {
  const runtimes = [await Runtime.create(), await Runtime.create()];
  expect(runtimes.map((r) => r.initialSeed())).toEqual([67280421310721n, 67280421310721n]);
  const rand = findOp("aten::rand")!;
  const size: IValue = { kind: "list", elem: null, items: [IValue.int(5)] };
  const { none } = IValue;
  const draw = (r: Runtime): string => {
    const [value] = r.callOp(rand.id, [size, none, none, none, none], 1);
    return value?.kind === "tensor" ? String(value.tensor.storage.bytes) : "";
  };
  const [a, b] = runtimes as [Runtime, Runtime];
  for (const r of [a, b]) r.manualSeed(-5);
  const first = draw(a);
  torch.rand(3);
  expect(draw(b)).toBe(first);
  expect(draw(a)).not.toBe(first);
  expect(a.initialSeed()).toBe(2n ** 64n - 5n);
});

test("bernoulli draws with the precision of the probabilities, as PyTorch", () => {
  torch.manualSeed(0);
  expect(torch.bernoulli(torch.tensor([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])).tolist()).toEqual([1, 0, 1, 1, 1, 0]);
});

test("what cannot be drawn is refused", () => {
  expect(() => torch.rand([2], { dtype: "int32" })).toThrow(/int32/);
  expect(() => torch.randint(3, 3, [2])).toThrow(/high/);
  expect(() => torch.normal(0, -1, [2])).toThrow(/std/);
  expect(() => torch.bernoulli(torch.tensor([1.5]))).toThrow(/1.5/);
  expect(() => torch.tensor([1]).uniform_(2, 1)).toThrow(/to may not be 1/);
});

test("tensors that are not contiguous are filled in the order of their memory, as PyTorch does", () => {
  torch.manualSeed(0);
  const flat = torch.rand(24).tolist();
  torch.manualSeed(0);
  const turned = torch.zeros(2, 3, 4).permute(1, 2, 0).uniform_();
  expect(turned.permute(2, 0, 1).reshape(-1).tolist()).toEqual(flat);
  torch.manualSeed(0);
  const gaps = torch
    .zeros(4, 12)
    .at(torch.ellipsis, torch.slice(null, null, 2))
    .uniform_();
  expect(gaps.reshape(-1).tolist()).toEqual(flat);
  // Not contiguous: drawn one by one in double precision, unlike sixteen and more that are.
  torch.manualSeed(0);
  const normal = torch.zeros(5, 4).t().normal_();
  expect(normal.at(0, 0).item()).toBe(1.5409960746765137);
  expect(normal.at(1, 0).item()).toBe(-0.293428897857666);
  expect(normal.at(0, 1).item()).toBeCloseTo(-1.0845, 4);
});

test("long sequences have the hashes of PyTorch's", () => {
  const hash = (t: Tensor): string => createHash("sha256").update(Buffer.from(t.data.buffer)).digest("hex");
  torch.manualSeed(2024);
  expect(hash(torch.randn(100003))).toBe("e22ae61395d7e0b9bc80d20987c19117a3b101ef501f288a77f7575b92431111");
  expect(hash(torch.zeros(50000).uniform_(-0.37, 0.91))).toBe(
    "d3439f9a1ad00aed9fa1eca65458467706e2a21009428cb2e45f45f089540a70",
  );
  expect(hash(torch.zeros(50001).normal_(0.3, 1.7))).toBe(
    "2757cecf138e21ceb68c0d7b2f4cb121040be775509cd767bddda578ff0f5783",
  );
  expect(hash(torch.zeros([50000], { dtype: "float64" }).uniform_(-0.37, 0.91))).toBe(
    "48086a48a9879aaea2820d82bb3eece601b22e1e1742a99eb33c68f6f99c6564",
  );
  expect(hash(torch.randperm(20000))).toBe(
    "faf94c65d3f7b1b57e59221fc375592ceae534b3d0d7f3a3fc555dc334210787",
  );
});
