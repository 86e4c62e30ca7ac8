/** `ops`: raw calls outside of scripts; and what scripts may name beside `torch`. */

import { describe, expect, it } from "vitest";
import { runtime } from "../../ts-frontend/eager/runtime.ts";
import { jit, ops, ScriptClass, ScriptEnum, scope, torch } from "../../ts-frontend/index.ts";

function codeOf(fn: () => unknown): string | undefined {
  try {
    fn();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

describe("ops", () => {
  it("takes bigints for ints and numbers for floats, and gives them", () => {
    expect(ops.aten.floordiv(7n, 2n)).toBe(3n);
    expect(ops.aten.floordiv(-7n, 2n)).toBe(-4n);
    expect(ops.aten.add(1n, 2n ** 62n)).toBe(2n ** 62n + 1n);
    expect(ops.aten.add(1.5, 2)).toBe(3.5);
    expect(ops.aten.mul(-0, 1)).toBe(-0);
    expect(ops.aten.lt(1n, 2n)).toBe(true);
    expect(ops.aten.upper("abc")).toBe("ABC");
  });

  it("takes the overload that is named", () => {
    const x = torch.tensor([1, 2]);
    expect(ops.aten.add.Tensor(x, x, 1n).tolist()).toEqual([2, 4]);
    expect(ops.aten.add.Scalar(x, 2).tolist()).toEqual([3, 4]);
    expect(ops.aten.relu.default(torch.tensor([-1, 2])).tolist()).toEqual([0, 2]);
    expect(codeOf(() => ops.aten.add.Nothing(x, x))).toBe("NO_OPERATOR");
    expect(codeOf(() => ops.aten.add.int(1.5, 2n))).toBe("NO_OVERLOAD");
  });

  it("converts nothing: a float Scalar stays one, ints are no floats", () => {
    const ints = torch.tensor([1n, 2n]);
    expect(ops.aten.add(ints, 2n, 1n).dtype).toBe("int64");
    expect(ops.aten.add(ints, 2, 1n).dtype).toBe("float32");
    expect(codeOf(() => ops.aten.sum(ints, [0]))).toBe("NO_OVERLOAD");
    expect(ops.aten.sum(ints, [0n]).item()).toBe(3);
  });

  it("gives lists and several results", () => {
    const [values, indices] = ops.aten.topk(torch.tensor([3, 1, 2]), 2n);
    expect(values.tolist()).toEqual([3, 2]);
    expect(indices.tolist()).toEqual([0, 2]);
    expect(ops.aten.size(torch.ones([2, 3]))).toEqual([2n, 3n]);
    expect(ops.aten.split(torch.arange(3), [1n, 2n]).map((part: { shape: unknown }) => part.shape)).toEqual([
      [1],
      [2],
    ]);
  });

  it("refuses what only programs have, and by name what there is not", () => {
    expect(codeOf(() => ops.prim.TupleIndex([1n], 0n))).toBe("NOT_EAGER");
    expect(codeOf(() => ops.aten.append([1n], 2n))).toBe("NOT_EAGER");
    expect(codeOf(() => ops.aten.nothing(1n))).toBe("NO_OPERATOR");
    expect(codeOf(() => ops.aten.floordiv("a", 2n))).toBe("NO_OVERLOAD");
    expect(codeOf(() => ops.aten.floordiv(7n, 0n))).toBeDefined();
  });

  it("is refused in a trace, where its result would be lost", () => {
    const f = (x: ReturnType<typeof torch.ones>) => ops.aten.relu(x);
    expect(codeOf(() => jit.trace(f, [torch.ones([1])]))).toBe("UNSUPPORTED");
  });

  it("leaves nothing behind", () => {
    const x = torch.arange(3);
    const calls = () =>
      scope(() => {
        ops.aten.size(x);
        ops.aten.split_with_sizes(x, [1n, 2n]);
        ops.aten.upper("abc");
        codeOf(() => ops.aten.split_with_sizes(x, [1n, 1n]));
      });
    calls();
    const live = runtime.exports.sc_live();
    for (let i = 0; i < 5; i++) calls();
    expect(runtime.exports.sc_live()).toBe(live);
  });
});

describe("isinstance", () => {
  class Pair extends ScriptClass {
    static readonly qualifiedName = "__torch__.Pair";
    first!: bigint;
  }
  class Color extends ScriptEnum<string> {
    static readonly qualifiedName = "__torch__.Color";
    static readonly RED = new Color("RED", "red");
  }

  it.each([
    [1n, "int", true],
    [1, "int", false],
    [1, "float", true],
    [true, "bool", true],
    ["a", "str", true],
    [null, "Tensor?", true],
    [[1n, 2n], "int[]", true],
    [[1n, 2], "int[]", false],
    [[1n, "a"], "(int, str)", true],
    [[1n], "(int, str)", false],
    [new Map([["a", 1n]]), "Dict(str, int)", true],
    [new Map([["a", 1]]), "Dict(str, int)", false],
    [Color.RED, "Enum<__torch__.Color>", true],
    [1n, "Union(int, str)", true],
  ])("%s of %s: %s", (value, type, expected) => {
    expect(jit.isinstance(value, type)).toBe(expected);
  });

  it("knows objects, tensors and futures", () => {
    expect(jit.isinstance(Pair.__new__(), "__torch__.Pair")).toBe(true);
    expect(jit.isinstance(Pair.__new__(), "__torch__.Other")).toBe(false);
    expect(jit.isinstance(torch.ones([1]), "int", "Tensor")).toBe(true);
    expect(
      jit.isinstance(
        jit.fork(() => 1n),
        "Future(int)",
      ),
    ).toBe(true);
  });

  it("a fork runs at once and is waited for", () => {
    expect(jit.wait(jit.fork(() => 3n))).toBe(3n);
  });
});
