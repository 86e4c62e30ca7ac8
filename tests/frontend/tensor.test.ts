/** Tensor objects: what they tell, how elements come out, what a freed one does. */

import { describe, expect, test } from "vitest";
import { HANDLE } from "../../loader/tensor.ts";
import { SconceError, Tensor, torch } from "../../ts-frontend/index.ts";

function codeOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    if (error instanceof SconceError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("data in and out", () => {
  test("numbers make float32, bigints int64, booleans bool", () => {
    expect(torch.tensor([1, 2.5]).dtype).toBe(torch.float32);
    expect(torch.tensor([[1n], [2n]]).dtype).toBe("int64");
    expect(torch.tensor(true).dtype).toBe("bool");
    expect(torch.tensor([]).dtype).toBe("float32");
    expect(torch.tensor([1, 2], { dtype: "long" }).data).toEqual(BigInt64Array.of(1n, 2n));
  });

  test("nested arrays give the shape", () => {
    const x = torch.tensor([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]);
    expect([x.shape, x.ndim, x.numel(), x.stride(), x.isContiguous()]).toEqual([
      [1, 2, 3],
      3,
      6,
      [6, 3, 1],
      true,
    ]);
    expect(torch.tensor(7).shape).toEqual([]);
    expect(torch.tensor([[], []]).shape).toEqual([2, 0]);
  });

  test("typed arrays keep their type", () => {
    expect(torch.tensor(Int16Array.of(1, -2)).dtype).toBe("int16");
    expect(torch.tensor(Float64Array.of(1), { dtype: "float32" }).dtype).toBe("float32");
    expect(torch.fromArray(BigInt64Array.of(5n, 6n), [2, 1]).tolist()).toEqual([[5], [6]]);
    expect(torch.fromArray(Uint8Array.of(2, 0), [2], "bool").tolist()).toEqual([true, false]);
    expect(torch.fromArray(Uint16Array.of(0x3c00, 0xc000), [2], "float16").tolist()).toEqual([1, -2]);
  });

  test("float16 and bfloat16 round to nearest, ties to even", () => {
    const values = [
      1.00048828125,
      1.0009765625,
      65519,
      65520,
      2 ** -25,
      3 * 2 ** -25,
      -0.1,
      Number.NaN,
      1 / 3,
    ];
    const half = torch.tensor(values, { dtype: "float16" });
    expect(half.data).toEqual(Uint16Array.of(0x3c00, 0x3c01, 0x7bff, 0x7c00, 0, 2, 0xae66, 0x7e00, 0x3555));
    const brain = torch.tensor([1.00390625, 1.01171875, 3e38, 3.4e38, -0.1, 1 / 3], { dtype: "bfloat16" });
    expect(brain.data).toEqual(Uint16Array.of(0x3f80, 0x3f82, 0x7f62, 0x7f80, 0xbdcd, 0x3eab));
  });

  test("data that makes no tensor is refused", () => {
    expect(codeOf(() => torch.tensor([[1, 2], [3]]))).toBe("RAGGED");
    expect(codeOf(() => torch.tensor([[1], 2] as never))).toBe("RAGGED");
    expect(codeOf(() => torch.tensor([1, 2n]))).toBe("MIXED_DATA");
    expect(codeOf(() => torch.tensor(["a"] as never))).toBe("BAD_ARGUMENT");
    expect(codeOf(() => torch.tensor([300], { dtype: "uint8" }))).toBe("BAD_SCALAR");
    expect(codeOf(() => torch.tensor([Number.NaN], { dtype: "int64" }))).toBe("BAD_SCALAR");
    expect(codeOf(() => torch.tensor([2n ** 63n]))).toBe("BAD_SCALAR");
    expect(codeOf(() => torch.fromArray(Float32Array.of(1, 2, 3), [2]))).toBe("RESHAPE");
    expect(codeOf(() => torch.fromArray(Uint32Array.of(1)))).toBe("BAD_ARGUMENT");
    expect(codeOf(() => torch.tensor(torch.tensor(1) as never))).toBe("BAD_ARGUMENT");
  });

  test("elements of a transposed view come in its own order", () => {
    const x = torch.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x.t().data).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
    expect(x.t().tolist()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  test("item gives a number, exactly or not at all", () => {
    expect(torch.tensor([[2.5]]).item()).toBe(2.5);
    expect(torch.tensor(true).item()).toBe(1);
    expect(torch.tensor(5n).item()).toBe(5);
    expect(codeOf(() => torch.tensor(2n ** 53n).item())).toBe("NOT_EXACT");
    expect(torch.tensor(2n ** 62n).itemBigInt()).toBe(2n ** 62n);
    expect(codeOf(() => torch.tensor(0.5).itemBigInt())).toBe("BAD_SCALAR");
    expect([
      torch.tensor(0).itemBool(),
      torch.tensor(Number.NaN).itemBool(),
      torch.tensor(3n).itemBool(),
    ]).toEqual([false, true, true]);
    expect(codeOf(() => torch.tensor([1, 2]).item())).toBe("NOT_ONE_ELEMENT");
    expect(torch.tensor([2n ** 60n, 1n]).tolist()).toEqual([2n ** 60n, 1]);
  });

  test("iterating gives the rows", () => {
    const [first, second] = torch.tensor([
      [1, 2],
      [3, 4],
    ]) as unknown as [Tensor, Tensor];
    expect([first.tolist(), second.tolist()]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => [...torch.tensor(1)]).toThrow(SconceError);
  });
});

describe("memory views", () => {
  test("show and change the tensor itself until the next operator", () => {
    const x = torch.tensor([1, 2, 3]);
    const view = x.view();
    (view.data as Float32Array)[1] = 20;
    expect(x.tolist()).toEqual([1, 20, 3]);
    expect(view.data).toEqual(Float32Array.of(1, 20, 3));
    x.add(1);
    expect(codeOf(() => view.data)).toBe("STALE_VIEW");
  });

  test("need contiguous elements", () => {
    const x = torch.tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(codeOf(() => x.t().view())).toBe("NOT_CONTIGUOUS");
    expect((x.at(1).view().data as Float32Array)[0]).toBe(3);
  });

  test("view with sizes is the operator", () => {
    expect(torch.tensor([1, 2, 3, 4]).view(2, -1).shape).toEqual([2, 2]);
    expect(torch.tensor([1, 2, 3, 4]).view([4, 1]).shape).toEqual([4, 1]);
  });
});

describe("lifetime", () => {
  test("a freed tensor refuses everything but being freed again", () => {
    const x = torch.tensor([1]);
    x.dispose();
    x.dispose();
    expect(x.disposed).toBe(true);
    expect(codeOf(() => x.shape)).toBe("FREED");
    expect(codeOf(() => x.add(1))).toBe("FREED");
    expect(codeOf(() => torch.tensor([1]).add(x))).toBe("FREED");
    expect(codeOf(() => x[HANDLE])).toBe("FREED");
    expect(String(x)).toBe("tensor(<freed>)");
  });

  test("using frees at the end of its block", () => {
    let seen: Tensor;
    {
      using x = torch.tensor([1, 2]);
      seen = x;
      expect(x.numel()).toBe(2);
    }
    expect(seen.disposed).toBe(true);
  });

  test("the loader finds the tensor behind its symbol", () => {
    const x = torch.tensor([1.5]);
    const { runtime, address } = x[HANDLE];
    expect(runtime.describe(address).dtype).toBe("float32");
  });

  test("a second object shares the tensor and outlives the first", () => {
    const x = torch.tensor([1, 2]);
    const y = new Tensor(x);
    x.dispose();
    expect(y.tolist()).toEqual([1, 2]);
  });

  test("text where text is wanted, an error where a number is", () => {
    const x = torch.tensor([1]);
    expect(`${x}`).toBe("tensor([1.])");
    expect(() => (x as unknown as number) * 2).toThrow(SconceError);
  });
});
