/** Which overload a call means, what it returns, and what a wrong call is told. */

import { describe, expect, test } from "vitest";
import { call, Dim, SconceError, type Tensor, torch } from "../../ts-frontend/index.ts";

const x = torch.tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

function errorOf(fn: () => unknown): SconceError {
  try {
    fn();
  } catch (error) {
    if (error instanceof SconceError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("arguments", () => {
  test("numbers are ints when integral, and promote as Python's", () => {
    const ints = torch.tensor([1n, 2n]);
    expect(ints.add(1).dtype).toBe("int64");
    expect(ints.add(1n).dtype).toBe("int64");
    expect(ints.add(0.5).dtype).toBe("float32");
    expect(ints.add(1e30).dtype).toBe("float32");
    expect(ints.mul(true).dtype).toBe("int64");
  });

  test("keyword arguments come by either spelling, before or after defaults", () => {
    const y = torch.tensor([[10, 10, 10]]);
    expect(x.add(y, { alpha: 2 }).tolist()).toEqual([
      [21, 22, 23],
      [24, 25, 26],
    ]);
    expect(call("aten::add", [x, y], { alpha: 0 })).toHaveProperty("dtype", "float32");
    expect(x.sum(1, { keepdim: true }).shape).toEqual([2, 1]);
    expect(x.sum({ dtype: "float64" }).dtype).toBe("float64");
    expect((call("aten::flatten", [x], { start_dim: 0, endDim: 1 }) as Tensor).shape).toEqual([6]);
    expect((call("aten::transpose", [x, { dim1: 1, dim0: 0 }]) as Tensor).shape).toEqual([3, 2]);
  });

  test("undefined is not given, null is None", () => {
    expect(x.sum(undefined as never).shape).toEqual([]);
    expect(x.sum(null, true).shape).toEqual([1, 1]);
  });

  test("sizes one by one, in a list, as Dims", () => {
    expect(x.permute(1, 0).shape).toEqual([3, 2]);
    expect(x.permute([1, 0]).shape).toEqual([3, 2]);
    expect(x.reshape(x.size(1), -1).shape).toEqual([3, 2]);
    expect(x.reshape([x.size(1).mul(2), 1n]).shape).toEqual([6, 1]);
    expect(x.reshape(6).shape).toEqual([6]);
  });

  test("a single int stands for a list of known length", () => {
    expect(x.sum(0).tolist()).toEqual([5, 7, 9]);
    expect(x.sum([0, 1]).tolist()).toBe(21);
    expect(x.sum([]).tolist()).toBe(21);
  });

  test("overloads are told apart by their arguments", () => {
    expect(x.split(2, 1).map((t) => t.shape)).toEqual([
      [2, 2],
      [2, 1],
    ]);
    expect(x.split([1, 2], 1).map((t) => t.shape)).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(x.max().tolist()).toBe(6);
    const [values, indices] = x.max(1);
    expect([values.tolist(), indices.tolist()]).toEqual([
      [3, 6],
      [2, 2],
    ]);
  });
});

describe("results", () => {
  test("an in-place operator returns the very object it wrote", () => {
    const y = torch.tensor([1, 2]);
    expect(y.add_(1)).toBe(y);
    expect(y.tolist()).toEqual([2, 3]);
  });

  test("numbers and booleans are plain", () => {
    expect(torch.tensor([2]).isNonzero()).toBe(true);
    expect(call("aten::Int", [torch.tensor(3n)])).toBeInstanceOf(Dim);
  });
});

describe("errors", () => {
  test("one overload: the reason and the schema", () => {
    const error = errorOf(() => call("aten::rsub", ["a", 1]));
    expect(error.code).toBe("NO_OVERLOAD");
    expect(errorOf(() => call("aten::relu_not", [x])).code).toBe("NO_OPERATOR");
    expect(errorOf(() => (x.unsqueeze as (dim: unknown) => unknown)("a")).message).toBe(
      'aten::unsqueeze: argument dim should be int, got the string "a"\n  The schema is aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)',
    );
  });

  test("several overloads: the reason against each", () => {
    const { message } = errorOf(() => (x.add as (...a: unknown[]) => unknown)("a", { beta: 1 }));
    expect(message).toContain('no overload takes (a tensor float32 [2, 3], the string "a", beta: the int 1)');
    expect(message).toContain(
      "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor\n    argument other should be Tensor",
    );
    expect(message).toContain("aten::add.Scalar(");
  });

  test("missing, surplus, repeated and unknown arguments", () => {
    const bad = x as unknown as Record<string, (...args: unknown[]) => unknown>;
    expect(errorOf(() => bad.unsqueeze!()).message).toContain("argument dim (int) is missing");
    expect(errorOf(() => bad.unsqueeze!(0, 1)).message).toContain(
      "takes at most 2 positional arguments, got 3",
    );
    expect(errorOf(() => bad.unsqueeze!(0, { dim: 1 })).message).toContain("argument dim is given twice");
    expect(errorOf(() => bad.unsqueeze!(0, { dims: 1 })).message).toContain("has no argument named dims");
    expect(errorOf(() => bad.unsqueeze!(0.5)).message).toContain("should be int, got the float 0.5");
    expect(errorOf(() => bad.unsqueeze!(null)).message).toContain("should be int, got null");
  });

  test("what PyTorch has and Sconce does not is called unsupported", () => {
    expect(errorOf(() => call("aten::fft_hfft", [x])).code).toBe("UNSUPPORTED");
    expect(errorOf(() => call("aten::no_such_thing", [x])).code).toBe("NO_OPERATOR");
    expect(errorOf(() => call("prim::ListUnpack", [x])).code).toBe("NOT_EAGER");
  });

  test("what the operator refuses names its arguments' shapes", () => {
    const error = errorOf(() => x.add(torch.tensor([1, 2])));
    expect([error.code, error.op]).toEqual(["BROADCAST", "aten::add.Tensor"]);
    expect(errorOf(() => x.sum(5)).code).toBe("DIM_RANGE");
    expect(errorOf(() => torch.tensor([1]).sum({ dtype: "complex64" as never })).code).toBe("NO_OVERLOAD");
  });
});

test("a failing call leaves nothing behind", () => {
  const { runtime } = (x as unknown as Record<symbol, { runtime: { exports: { sc_live(): number } } }>)[
    Symbol.for("sconce.tensor")
  ]!;
  const calls = [
    () => x.reshape(4, 4),
    () => x.permute([0, 0]),
    () => torch.broadcastTensors([x, torch.tensor([1, 2])]),
  ];
  for (const fail of calls) expect(fail).toThrow(SconceError);
  const live = runtime.exports.sc_live();
  const y = torch.tensor([1, 2]);
  for (const fail of [calls[0]!, calls[1]!, () => torch.broadcastTensors([x, y])]) {
    for (let i = 0; i < 10; i++) expect(fail).toThrow(SconceError);
  }
  y.dispose();
  expect(runtime.exports.sc_live()).toBe(live);
});
