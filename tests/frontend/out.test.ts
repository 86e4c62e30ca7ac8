/** Overloads that write into given tensors: identity, size, dtype, memory shared with views, errors. */

import { describe, expect, it } from "vitest";
import { findOp, ops } from "../../format/ops/table.ts";
import { parseSchema } from "../../format/schema.ts";
import { call } from "../../ts-frontend/dispatch.ts";
import { torch } from "../../ts-frontend/index.ts";
import type { Tensor } from "../../ts-frontend/tensor.ts";

describe("overloads with out", () => {
  it("exist wherever the base does, with schemas that read back", () => {
    const outs = ops.filter((op) => op.outOf);
    expect(outs.length).toBeGreaterThan(400);
    for (const op of outs) {
      expect(parseSchema(op.text), op.name).toEqual(op.schema);
      expect(ops[op.outOf!.id]!.name).toBe(op.base);
      expect(op.schema.args.filter((arg) => arg.alias?.write).length).toBe(op.schema.returns.length);
    }
    expect(findOp("aten::sort.values")!.text).toBe(
      "aten::sort.values(Tensor self, int dim=-1, bool descending=False, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!) values, Tensor(b!) indices)",
    );
  });

  it("write the tensor given and return it", () => {
    const out = torch.zeros([3]);
    const given = call("aten::linspace", [0, 1, 3], { out }) as unknown as Tensor;
    expect(given).toBe(out);
    expect([...out.data]).toEqual([0, 0.5, 1]);
  });

  it("write through a view into its base", () => {
    const base = torch.zeros([2, 3]);
    const column = base.select(1, 1);
    call("aten::add", [torch.ones([2]), torch.ones([2])], { out: column });
    expect([...base.data]).toEqual([0, 2, 0, 0, 2, 0]);
  });

  it("resize, and keep what else the memory holds", () => {
    const out = torch.arange(6).to("float32");
    const first = out.slice(0, 0, 1);
    call("aten::mul", [torch.ones([2, 4]), torch.full([2, 4], 3)], { out });
    expect(out.shape).toEqual([2, 4]);
    expect([...out.data]).toEqual(Array(8).fill(3));
    expect([...first.data]).toEqual([3]);
  });

  it("read inputs before they write them", () => {
    const x = torch.arange(4).to("float32");
    call("aten::flip", [x, [0]], { out: x });
    expect([...x.data]).toEqual([3, 2, 1, 0]);
  });

  it("refuse a dtype that cannot hold the result, and memory that is written twice", () => {
    const ints = torch.zeros([2], { dtype: "int64" });
    expect(() => call("aten::add", [torch.ones([2]), torch.ones([2])], { out: ints })).toThrowError(/cast/);
    const twice = torch.zeros([1]).expand([3]);
    expect(() => call("aten::add", [torch.ones([3]), torch.ones([3])], { out: twice })).toThrowError(
      /shares/,
    );
    expect([...ints.data]).toEqual([0n, 0n]);
  });
});
