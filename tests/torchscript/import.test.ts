/** The importer: statements and expressions as graphs, overloads, upgraders, states, and what it refuses. */

import { describe, expect, it } from "vitest";
import { IValue, tensorFromBytes } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { readTorchScript } from "../../ts-frontend/torchscript/archive-reader.ts";
import { importTorchScript } from "../../ts-frontend/torchscript/import.ts";
import { PickleTuple } from "../../ts-frontend/torchscript/values.ts";
import { archive } from "./fixtures.ts";
import { graphOf, moduleText, run, scriptObject, sourceArchive } from "./source.ts";

function graph(parameters: string, returns: string, ...body: string[]): string {
  return graphOf(importTorchScript(sourceArchive(moduleText(parameters, returns, ...body))));
}

const ints = (...values: number[]) =>
  IValue.tensor(
    tensorFromBytes("int64", [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
  );
const floats = (...values: number[]) =>
  IValue.tensor(
    tensorFromBytes("float32", [values.length], new Uint8Array(Float32Array.from(values).buffer)),
  );

/** A result's elements. */
function numbers(value: IValue): number[] {
  if (value.kind !== "tensor") throw new Error(`a ${value.kind}`);
  const { dtype, storage } = value.tensor;
  const { buffer } = storage.bytes.slice();
  return dtype === "int64"
    ? Array.from(new BigInt64Array(buffer), Number)
    : [...(dtype === "float64" ? new Float64Array(buffer) : new Float32Array(buffer))];
}

describe("statements", () => {
  it("if: what both branches set becomes results", () => {
    expect(
      graph(
        "x: Tensor, flag: bool",
        "Tensor",
        "if flag:",
        "  y = torch.neg(x)",
        "else:",
        "  y = x",
        "return y",
      ),
    ).toMatchInlineSnapshot(`
      "graph(%self : __torch__.M,
            %x : Tensor,
            %flag : bool):
        %y.1 : Tensor = prim::If(%flag)
          block0():
            %y : Tensor = aten::neg(%x)
            -> (%y)
          block1():
            -> (%x)
        return (%y.1)
      "
    `);
  });

  it("if: None and a value make an Optional", () => {
    expect(
      graph(
        "x: Tensor, flag: bool",
        "Optional[Tensor]",
        "if flag:",
        "  y = x",
        "else:",
        "  y = None",
        "return y",
      ),
    ).toMatchInlineSnapshot(`
      "graph(%self : __torch__.M,
            %x : Tensor,
            %flag : bool):
        %y.1 : Tensor? = prim::If(%flag)
          block0():
            -> (%x)
          block1():
            %y : NoneType = prim::Constant()
            -> (%y)
        return (%y.1)
      "
    `);
  });

  it("while: names that it sets are carried", () => {
    expect(
      graph(
        "n: int",
        "int",
        "i = 0",
        "go = torch.lt(i, n)",
        "while go:",
        "  i0 = torch.add(i, 2)",
        "  go, i = torch.lt(i0, n), i0",
        "return i",
      ),
    ).toMatchInlineSnapshot(`
      "graph(%self : __torch__.M,
            %n : int):
        %i : int = prim::Constant[value=0]()
        %go : bool = aten::lt.int(%i, %n)
        %0 : int = prim::Constant[value=9223372036854775807]()
        %go.3 : bool, %i.2 : int = prim::Loop(%0, %go, %go, %i)
          block0(%1 : int, %go.1 : bool, %i.1 : int):
            %2 : int = prim::Constant[value=2]()
            %i0 : int = aten::add.int(%i.1, %2)
            %go.2 : bool = aten::lt.int(%i0, %n)
            -> (%go.2, %go.2, %i0)
        return (%i.2)
      "
    `);
  });

  it("for over a range, unpacking, appending", () => {
    expect(
      graph(
        "pairs: List[Tuple[int, Tensor]]",
        "List[Tensor]",
        "out = annotate(List[Tensor], [])",
        "for _0 in range(torch.len(pairs)):",
        "  n, t, = pairs[_0]",
        "  _1 = torch.append(out, torch.mul(t, n))",
        "return out",
      ),
    ).toMatchInlineSnapshot(`
      "graph(%self : __torch__.M,
            %pairs : (int, Tensor)[]):
        %out : Tensor[] = prim::ListConstruct()
        %0 : int = aten::len.t(%pairs)
        %1 : bool = prim::Constant[value=1]()
         = prim::Loop(%0, %1)
          block0(%_0 : int):
            %2 : (int, Tensor) = aten::__getitem__.t(%pairs, %_0)
            %n : int, %t : Tensor = prim::TupleUnpack(%2)
            %3 : Tensor = aten::mul.Scalar(%t, %n)
            %_1 : Tensor[] = aten::append.t(%out, %3)
            %4 : bool = prim::Constant[value=1]()
            -> (%4)
        return (%out)
      "
    `);
  });

  it("with: enter, body, exit", () => {
    const text = `${moduleText(
      "x: Tensor",
      "Tensor",
      "c = __torch__.C.__new__(__torch__.C)",
      "_0 = (c).__init__()",
      "with c as n:",
      "  y = torch.add(x, n)",
      "return torch.add(y, c.count)",
    )}class C:
  count : int
  def __init__(self: __torch__.C) -> NoneType:
    self.count = 1
    return None
  def __enter__(self: __torch__.C) -> int:
    self.count = torch.add(self.count, 10)
    return self.count
  def __exit__(self: __torch__.C, type: Any, value: Any, tb: Any) -> NoneType:
    self.count = torch.add(self.count, 100)
    return None
`;
    expect(numbers(run(sourceArchive(text), floats(0)))).toEqual([122]);
  });

  it("fork: the local function is a graph, what it captures its inputs", () => {
    expect(
      graph(
        "x: Tensor",
        "Tensor",
        "y = torch.neg(x)",
        "def __forked_function():",
        "  return torch.add(y, x)",
        "f = fork(__forked_function)",
        "return torch.wait(f)",
      ),
    ).toMatchInlineSnapshot(`
      "graph(%self : __torch__.M,
            %x : Tensor):
        %y : Tensor = aten::neg(%x)
        %f : Future(Tensor) = prim::fork_0(%y, %x)
        %0 : Tensor = aten::wait(%f)
        return (%0)
      with prim::fork_0 = graph(%y : Tensor,
            %x : Tensor):
        %0 : Scalar = prim::Constant[value=annotate(int, 1)]()
        %1 : Tensor = aten::add.Tensor(%y, %x, %0)
        return (%1)
      "
    `);
  });

  it("results of several values", () => {
    expect(
      graph("x: Tensor", "Tuple[Tensor, Tensor]", "v, i = torch.max(x, 0)", "return (v, i)"),
    ).toMatchInlineSnapshot(`
      "graph(%self : __torch__.M,
            %x : Tensor):
        %0 : int = prim::Constant[value=0]()
        %1 : bool = prim::Constant[value=0]()
        %v : Tensor, %i : Tensor = aten::max.dim(%x, %0, %1)
        %2 : (Tensor, Tensor) = prim::TupleConstruct(%v, %i)
        return (%2)
      "
    `);
  });
});

describe("overloads", () => {
  const T = "x: Tensor, y: Tensor, n: int, f: float, b: bool, l: List[Tensor], s: str, m: List[int]";
  it.each([
    ["torch.add(x, y)", "aten::add.Tensor"],
    ["torch.add(x, 1)", "aten::add.Scalar"],
    ["torch.add(n, 1)", "aten::add.int"],
    ["torch.add(n, f)", "aten::add.int_float"],
    ["torch.add(s, s)", "aten::add.str"],
    ["torch.add(l, l)", "aten::add.t"],
    ["torch.add(int(x), 2.5)", "aten::add.int_float"],
    ["torch.eq(b, b)", "aten::eq.bool"],
    ["torch.len(x)", "aten::len.Tensor"],
    ["torch.len(l)", "aten::len.t"],
    ["torch.max(x)", "aten::max"],
    ["torch.max(x, 0)", "aten::max.dim"],
    ["torch.max(x, y)", "aten::max.other"],
    ["torch.sum(x)", "aten::sum"],
    ["torch.sum(x, [0])", "aten::sum.dim_IntList"],
    ["torch.sum(m)", "aten::sum.int"],
    ["torch.mean(x, 0)", "aten::mean.dim"],
    ["torch.index(x, annotate(List[Optional[Tensor]], [y]))", "aten::index.Tensor"],
    ["torch.index(x, l)", "aten::index.Tensor_hacked_twin"],
    ["torch.size(x)", "aten::size"],
    ["torch.size(x, 0)", "aten::size.int"],
    ["torch.to(x, 6)", "aten::to.dtype"],
    ["torch.to(x, y)", "aten::to.other"],
    ['torch.to(x, torch.device("cpu"))', "aten::to.prim_Device"],
    ["torch.div(n, 2)", "aten::div.int"],
    ['torch.div(x, y, rounding_mode="floor")', "aten::div.Tensor_mode"],
    ["torch.slice(x, 0, 1, None)", "aten::slice.Tensor"],
    ["torch.slice(m, 1)", "aten::slice.t"],
    ["torch.__contains__(m, n)", "aten::__contains__.int_list"],
    ["torch.view(x, [1, 2])", "aten::view"],
    ["torch.mul([n], 3)", "aten::mul.left_t"],
    ["bool(x)", "aten::Bool.Tensor"],
    ["float(n)", "aten::Float.int"],
    ["ops.aten.relu(x)", "aten::relu"],
    ["x.size(0)", "aten::size.int"],
  ])("%s is %s", (call, overload) => {
    expect(graph(T, "NoneType", `_0 = ${call}`, "return None")).toContain(`= ${overload}(`);
  });

  it("one int stands for an int[2]", () => {
    expect(graph("x: Tensor", "Tensor", "return torch.max_pool2d(x, 3, 2, 1)")).toContain(
      "prim::ListConstruct(%",
    );
  });

  it("a tensor where a number is wanted is converted", () => {
    expect(graph("x: Tensor, y: Tensor", "Tensor", "return torch.select(x, 0, y)")).toContain(
      "aten::IntImplicit(%y)",
    );
  });

  it("a tuple where a list is wanted is taken apart", () => {
    expect(graph("x: Tensor", "Tensor", "return torch.cat((x, x))")).toContain("prim::TupleUnpack");
  });
});

describe("upgraders", () => {
  const divide = moduleText("x: Tensor, y: Tensor", "Tensor", "return torch.div(x, y)");
  it("before version 4 integers divide toward zero", () => {
    const args = [ints(7, -7), ints(2, 2)] as const;
    expect(numbers(run(sourceArchive(divide, { version: 3 }), ...args))).toEqual([3, -3]);
    expect(numbers(run(sourceArchive(divide, { version: 4 }), ...args))).toEqual([3.5, -3.5]);
  });

  it("before version 4 floats divide as ever", () => {
    expect(numbers(run(sourceArchive(divide, { version: 3 }), floats(7), ints(2)))).toEqual([3.5]);
  });

  it("before version 5 full of an int made floats", () => {
    const text = moduleText("", "Tensor", "return torch.full([2], 3)");
    expect(run(sourceArchive(text, { version: 4 }))).toMatchObject({ tensor: { dtype: "float32" } });
    expect(run(sourceArchive(text, { version: 5 }))).toMatchObject({ tensor: { dtype: "int64" } });
  });

  it("before version 8 linspace without steps had 100", () => {
    const text = moduleText("", "Tensor", "return torch.linspace(0, 1, None)");
    expect(run(sourceArchive(text, { version: 7 }))).toMatchObject({ tensor: { shape: [100] } });
    expect(() => importTorchScript(sourceArchive(text, { version: 8 }))).toThrow(
      /no overload of aten::linspace/,
    );
  });
});

describe("values", () => {
  it("__setstate__ runs while the file is converted", () => {
    const text = `class M(Module):
  __parameters__ = []
  __buffers__ = []
  k : int
  name : str
  def __setstate__(self: __torch__.M, state: Tuple[int, str]) -> NoneType:
    k, name, = state
    self.k = k
    if torch.eq(name, "old"):
      self.name = "new"
    else:
      self.name = name
    return None
  def forward(self: __torch__.M) -> Tuple[int, str]:
    return (self.k, self.name)
`;
    const state = new PickleTuple([4n, "old"]);
    expect(run(sourceArchive(text, { state }))).toMatchObject({
      items: [{ value: 4n }, { value: "new" }],
    });
  });

  it("two attributes that are one object stay one", () => {
    const text = `class M(Module):
  __parameters__ = []
  __buffers__ = []
  a : __torch__.C
  b : __torch__.C
  def forward(self: __torch__.M) -> int:
    a = self.a
    a.k = 5
    b = self.b
    return b.k
class C:
  k : int
`;
    const shared = scriptObject("__torch__.C", { k: 1n });
    const root = scriptObject("__torch__.M", { a: shared, b: shared });
    expect(run(sourceArchive(text, { state: root.state }))).toEqual(IValue.int(5));
  });

  it("constants and defaults come from the archive", () => {
    const text = `class M(Module):
  __parameters__ = []
  __buffers__ = []
  def forward(self: __torch__.M) -> Tuple[str, int]:
    return (CONSTANTS.c0, (self).helper())
  def helper(self: __torch__.M, n: int=-3) -> int:
    return n
`;
    expect(run(sourceArchive(text, { constants: ["grüße"] }))).toMatchObject({
      items: [{ value: "grüße" }, { value: -3n }],
    });
  });
});

describe("refusals", () => {
  const refused = (text: string) => () => importTorchScript(sourceArchive(text), { strict: true });
  it.each([
    ["an operator that is not there", ["return torch.fft_rfft(x)"], /aten::fft_rfft/],
    ["complex numbers", ["_0 = 1.+2.j", "return x"], /complex numbers/],
    ["an operator of someone else's library", ["return ops.mylib.magic(x)"], /mylib::magic/],
  ])("strict: %s", (_, body, message) => {
    expect(refused(moduleText("x: Tensor", "Tensor", ...body))).toThrow(message);
  });

  it("without strict the function raises when it is called", () => {
    const text = moduleText("x: Tensor", "Tensor", "return ops.mylib.magic(x)");
    const { missing } = importTorchScript(sourceArchive(text));
    expect(missing).toMatchObject([{ op: "mylib::magic", uses: 1 }]);
    expect(() => run(sourceArchive(text), floats(1))).toThrow(/unsupported: mylib::magic/);
  });

  it.each([
    ["an unknown name", "return y", /the name y is not defined/],
    ["a wrong type", 'return torch.neg("x")', /no overload of aten::neg takes \(str\)/],
    ["a wrong result", "return 3", /expected Tensor, got int/],
    ["a missing attribute", "return self.w", /__torch__.M has no attribute w/],
    ["broken text", "return torch.neg(x", /expected/],
  ])("%s, with its place", (_, line, message) => {
    const load = () => importTorchScript(sourceArchive(moduleText("x: Tensor", "Tensor", line)));
    expect(load).toThrow(message);
    expect(load).toThrow(/code\/__torch__\.py:\d+/);
  });
});

describe("errors of imported programs", () => {
  it("show the calls in the original Python, with each line's text", async () => {
    const imported = await readTorchScript(archive("scripted"));
    const wrong = IValue.tensor(tensorFromBytes("float32", [1, 4], new Uint8Array(16)));
    let error: unknown;
    try {
      run(imported, wrong);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SconceError);
    const { trace, message } = error as SconceError;
    expect(trace.map(({ file, line, text }) => [file, line, text?.trim()])).toEqual([
      ["torchscript_models.py", 31, "y = self.linear(x)"],
      [
        "/usr/lib/python3/dist-packages/torch/nn/modules/linear.py",
        114,
        "return F.linear(input, self.weight, self.bias)",
      ],
    ]);
    expect(message).toContain("y = self.linear(x)");
    expect(message).toContain("^");
  });

  it("objects with states and packed weights run", async () => {
    const x = IValue.tensor(
      tensorFromBytes("float32", [1, 3], new Uint8Array(Float32Array.of(1, 2, 3).buffer)),
    );
    const four = floats(1, 2, 3, 4);
    expect(run(await readTorchScript(archive("state")), four)).toMatchObject({ tensor: { shape: [4] } });
    expect(run(await readTorchScript(archive("packed")), x)).toMatchObject({ tensor: { shape: [1, 2] } });
  });
});
