/** Hashes, devices and comparisons of tensor lists: what PyTorch 1.13 answers. */

import { beforeAll, describe, expect, it } from "vitest";
import { findOp } from "../../format/ops/table.ts";
import { IValue, tensorFromBytes } from "../../format/value.ts";
import { Runtime } from "../../loader/runtime.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

function call(name: string, ...args: IValue[]): unknown {
  const op = findOp(name)!;
  const before = runtime.exports.sc_live();
  try {
    const [result] = runtime.callOp(op.id, args, op.schema.returns.length);
    return result && "value" in result ? result.value : result?.kind === "none" ? null : result;
  } finally {
    expect(runtime.exports.sc_live() - before).toBeLessThan(100_000); // scratch memory is kept
  }
}

const { int, float, str, bool, device, tuple, none } = IValue;

it.each([
  [int(0), 0n],
  [int(-1), -1n],
  [int(2n ** 62n), 2n ** 62n],
  [float(-0), 0n],
  [float(1), 8386164645967068059n],
  [float(-2.5), 7597697928323647975n],
  [float(Infinity), 3377428025507081056n],
  [float(Number.NaN), -1255316504868620486n],
  [str(""), 6142509188972423790n],
  [str("a"), 4993892634952068459n],
  [str("abc"), 3663726644998027833n],
  [str("abcdefgh"), 8664279048047335611n],
  [str("hello world, this is long"), 2369277252547399713n],
  [str("é"), -2654802552671189131n],
  [bool(true), 1n],
  [device("cpu"), 255n],
  [device("cuda"), 65791n],
  [device("cuda:1"), 65537n],
  [device("cuda:127"), 65663n],
  [device("meta"), 917759n],
  [tuple([int(1), str("a")]), 4993892805569072552n],
  [tuple([int(1), int(2), float(3.5)]), -6864989174191983658n],
  [none, 0n],
])("hash of %o", (value, expected) => {
  expect(call("aten::hash.generic", value)).toBe(expected);
});

it("refuses to hash a list", () => {
  expect(() => call("aten::hash.generic", IValue.list(null, [int(1)]))).toThrow("list cannot be hashed");
});

describe("devices", () => {
  it.each(["cpu", "cuda", "cuda:1", "cpu:0", "meta", "xla:3", "cpu:1"])("takes %s", (name) => {
    expect(call("aten::device", str(name))).toBe(name);
  });

  it.each(["cuda:-1", "cuda:", "CPU", "cuda:01", "gpu", " cpu", "cuda:1a", "", ":0", "invalid_device"])(
    "refuses %o",
    (name) => {
      expect(() => call("aten::device", str(name))).toThrow(`may not be "${name}"`);
    },
  );

  it.each([
    ["cpu", "cpu", true, "cpu", null],
    ["cuda", "cuda:0", false, "cuda", null],
    ["cuda:1", "cuda:1", true, "cuda", 1n],
    ["cpu:0", "cpu", false, "cpu", 0n],
  ])("%s and %s", (a, b, same, kind, index) => {
    expect(call("aten::eq.device", device(a), device(b))).toBe(same);
    expect(call("aten::ne.device", device(a), device(b))).toBe(!same);
    expect(call("prim::type", device(a))).toBe(kind);
    expect(call("prim::index", device(a))).toBe(index);
  });
});

describe("lists of tensors", () => {
  const t = (...data: number[]) =>
    IValue.tensor(
      tensorFromBytes(
        "float32",
        data.length === 1 ? [] : [data.length],
        new Uint8Array(new Float32Array(data).buffer),
      ),
    );
  const list = (...items: IValue[]) => IValue.list(null, items);

  it("finds by the truth of ==, and stops at the first", () => {
    expect(call("aten::index.list_Tensor", list(t(1), t(2), t(2)), t(2))).toBe(1n);
    expect(call("aten::index.list_Tensor", list(t(1), t(1, 2)), t(1))).toBe(0n);
    expect(call("aten::count.Tensor", list(t(1), t(2), t(2)), t(2))).toBe(2n);
    expect(call("aten::count.Tensor", list(), t(2))).toBe(0n);
    for (const name of ["aten::index.list_Tensor", "aten::remove.Tensor"]) {
      expect(() => call(name, list(t(1)), t(5))).toThrow("no such item");
      expect(() => call(name, list(t(1, 2)), t(1, 2))).toThrow("a tensor of 2 elements");
      expect(() => call(name, list(t()), t(1))).toThrow("a tensor of 0 elements");
    }
    expect(() => call("aten::count.Tensor", list(t(1), t(1, 2)), t(1))).toThrow("a tensor of 2 elements");
  });

  it("compares item by item, stopping at the first that differs", () => {
    expect(call("aten::eq.Tensor_list", list(t(1)), list(t(1)))).toBe(true);
    expect(call("aten::eq.Tensor_list", list(t(1)), list(t(1), t(2)))).toBe(false);
    expect(call("aten::eq.Tensor_list", list(t(Number.NaN)), list(t(Number.NaN)))).toBe(false);
    expect(call("aten::ne.Tensor_list", list(t(Number.NaN)), list(t(Number.NaN)))).toBe(true);
    expect(call("aten::eq.Tensor_list", list(t(1), t(1, 2)), list(t(2), t(1, 2)))).toBe(false);
    expect(() => call("aten::eq.Tensor_list", list(t(1, 2)), list(t(1, 2)))).toThrow(
      "a tensor of 2 elements",
    );
  });
});

it("broadcasts sizes without tensors", () => {
  const sizes = (...n: number[]) =>
    IValue.list(
      null,
      n.map((x) => int(x)),
    );
  const infer = (a: IValue, b: IValue) => {
    const result = call("aten::_infer_size", a, b) as IValue & { kind: "list" };
    return result.items.map((item) => Number((item as { value: bigint }).value));
  };
  expect(infer(sizes(2, 1, 3), sizes(4, 1))).toEqual([2, 4, 3]);
  expect(infer(sizes(), sizes(5, 0))).toEqual([5, 0]);
  expect(infer(sizes(1), sizes(0))).toEqual([0]);
  expect(() => infer(sizes(2, 3), sizes(2))).toThrow("[2, 3] and [2] cannot be broadcast");
});
