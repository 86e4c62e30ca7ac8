/** The `.graph` text: PyTorch's look, nothing lost on the way back, and the hash that ignores what does not count. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../format/ir/builder.ts";
import { Attr, edit, type Graph } from "../../format/ir/graph.ts";
import { graphHash } from "../../format/ir/hash.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import { printGraph } from "../../format/ir/print.ts";
import { findClass } from "../../format/ir/program.ts";
import { cloneGraph } from "../../format/ir/rewrite.ts";
import { checkGraph } from "../../format/ir/verify.ts";
import { FormatSyntaxError } from "../../format/scan.ts";
import {
  AnyType,
  BoolType,
  classType,
  FloatType,
  IntType,
  listOf,
  optionalOf,
  ScalarType,
  TensorType,
  type Type,
  tupleOf,
} from "../../format/types.ts";
import { IValue, type TensorData, tensorHash } from "../../format/value.ts";
import { anyConstant, anyGraph } from "./arbitraries.ts";
import { floats, NET, sampleProgram } from "./sample.ts";

/** The tensors that constants and attributes of a graph hold, by hash. */
function tensorsOf(graph: Graph): Map<string, TensorData> {
  const tensors = new Map<string, TensorData>();
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return;
    if ("storage" in value) tensors.set(tensorHash(value as TensorData), value as TensorData);
    else for (const inner of Array.isArray(value) ? value : Object.values(value)) visit(inner);
  };
  const walk = (inner: Graph) => {
    for (const node of inner.nodes()) {
      for (const attr of node.attrs.values()) attr.kind === "g" ? walk(attr.value) : visit(attr);
    }
  };
  walk(graph);
  return tensors;
}

function roundTrip(graph: Graph): Graph {
  return parseGraph(printGraph(graph, { ambiguous: () => true }), { tensors: tensorsOf(graph) });
}

test("looks as in PyTorch", () => {
  const net = findClass(sampleProgram(), NET)!;
  const { graph } = net.methods[0]!;
  expect(printGraph(graph).replaceAll(/[0-9a-f]{64}/g, "…")).toMatchInlineSnapshot(`
    "graph(%self : __torch__.Net,
          %x : Tensor):
      %0 : bool = prim::Constant[value=1]() # model.ts:12:4
      %1 : int = prim::Constant[value=0]() # model.ts:12:4
      %2 : int = prim::Constant[value=1]() # model.ts:12:4
      %linear : __torch__.Linear = prim::GetAttr[name="linear"](%self) # model.ts:12:4
      %3 : Tensor = prim::CallMethod[name="forward"](%linear, %x) # model.ts:12:4
      %steps : int = prim::GetAttr[name="steps"](%self) # model.ts:12:4
      %4 : Tensor = prim::Loop(%steps, %0, %3) # a dir/my # file:2.ts:1:0
        block0(%5 : int, %6 : Tensor):
          %7 : bool = aten::gt(%5, %2) # a dir/my # file:2.ts:1:0
          %h : Tensor = prim::If(%7) # a dir/my # file:2.ts:1:0
            block0():
              %8 : Tensor = aten::relu(%6) # a dir/my # file:2.ts:1:0
              -> (%8)
            block1():
              %9 : Tensor = aten::add(%6, %5, %2) # a dir/my # file:2.ts:1:0
              -> (%9)
          -> (%0, %h)
      %10 : int = aten::size(%4, %1) # a dir/my # file:2.ts:1:0
       = sconce::guard_int[expected=2, message="size \\"0\\" of x\\nwas 2"](%10) # a dir/my # file:2.ts:1:0
      %11 : float = prim::Constant[value=-0.]() # a dir/my # file:2.ts:1:0
       = sconce::guard_float[expected=-0., message="zero"](%11) # a dir/my # file:2.ts:1:0
       = sconce::guard_bool[expected=1, message="yes"](%0) # a dir/my # file:2.ts:1:0
      %12 : Future(Tensor) = prim::fork_0(%4) # a dir/my # file:2.ts:1:0
      %13 : Tensor = aten::wait(%12) # a dir/my # file:2.ts:1:0
      %14 : float = prim::Constant[value=1.0000000000000001e-05]() # a dir/my # file:2.ts:1:0
      %15 : Function = prim::Constant[name="__torch__.helper"]() # a dir/my # file:2.ts:1:0
      %16 : Tensor = prim::CallFunction(%15, %13, %14) # a dir/my # file:2.ts:1:0
      %17 : str = prim::Constant[value="\\u00e9\\ud800 \\"x\\" \\'\\\\\\n"]() # a dir/my # file:2.ts:1:0
      %18 : NoneType = prim::Constant() # a dir/my # file:2.ts:1:0
      %19 : Enum<__torch__.Color> = prim::Constant[value=__torch__.Color.RED(1)]() # a dir/my # file:2.ts:1:0
      %20 : Tensor = prim::Constant[value=<Tensor sha256:…>]() # a dir/my # file:2.ts:1:0
      %21 : int?[] = prim::Constant[value=[1, None, 4611686018427387904]]() # a dir/my # file:2.ts:1:0
      %22 : NamedTuple(__torch__.Point, x : float, y : str) = prim::Constant[value=(0.10000000000000001, "p")]() # a dir/my # file:2.ts:1:0
      %23 : Dict(str, float) = prim::Constant[value={"a": inf}]() # a dir/my # file:2.ts:1:0
      %24 : bool = prim::isinstance[types=[int, NoneType, Tensor[]]](%18) # a dir/my # file:2.ts:1:0
       = prim::Print(%17, %18, %19, %20, %21, %22, %23) # a dir/my # file:2.ts:1:0
       = custom::all[f=1.5, fs=[1., -0., nan], is=annotate(is, []), big=-9223372036854775808, ss=["a", "b,c"], t=<Tensor sha256:…>, ts=[<Tensor sha256:…>], ty=Enum<__torch__.Color>, v=ivalue(bool, False), vs=[ivalue(int, 3), ivalue(Device, "cpu")]]() # a dir/my # file:2.ts:1:0
      return (%16)
    with prim::fork_0 = graph(%t : Tensor):
      %0 : Tensor = aten::neg(%t)
      return (%0)
    "
  `);
});

test("nothing is lost", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const again = roundTrip(graph);
      expect(printGraph(again, { ambiguous: () => true })).toBe(printGraph(graph, { ambiguous: () => true }));
      expect(graphHash(again)).toBe(graphHash(graph));
      expect([...again.values()].map(({ name, type }) => [name, type])).toEqual(
        [...graph.values()].map(({ name, type }) => [name, type]),
      );
      const places = (of: Graph) => [...of.nodes()].map(({ op, range, scope }) => [op, range, scope]);
      expect(places(again)).toEqual(places(graph));
      expect(checkGraph(again).filter(({ expected }) => /scope|use/.test(expected))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("constants come back with kind, sign and bits", () => {
  fc.assert(
    fc.property(anyConstant, fc.constantFrom<Type | undefined>(undefined, AnyType), (value, type) => {
      const builder = new GraphBuilder();
      builder.constant(value, type);
      const again = [...roundTrip(builder.graph).nodes()][0]!.attr("value", "ival")!;
      expect(plain(again)).toEqual(plain(value));
    }),
    { numRuns: 500 },
  );
});

/** A value with tensors replaced by their hashes. */
function plain(value: IValue): unknown {
  if (value.kind === "tensor") return tensorHash(value.tensor);
  if (value.kind === "list" || value.kind === "tuple") return { ...value, items: value.items.map(plain) };
  return value;
}

test.each<[IValue, Type, string]>([
  [IValue.float(1), FloatType, "1."],
  [IValue.float(1e-5), FloatType, "1.0000000000000001e-05"],
  [IValue.float(-0), FloatType, "-0."],
  [IValue.float(Number.NaN), FloatType, "nan"],
  [IValue.float(1e300), FloatType, "1.0000000000000001e+300"],
  [IValue.bool(true), BoolType, "1"],
  [IValue.int(1), ScalarType, "annotate(int, 1)"],
  [IValue.bool(true), AnyType, "True"],
  [IValue.tuple([IValue.bool(false)]), tupleOf([BoolType]), "(False,)"],
  [IValue.bool(true), ScalarType, "annotate(bool, True)"],
  [IValue.int(1), optionalOf(IntType), "1"],
  [IValue.list(optionalOf(IntType), [IValue.none]), listOf(optionalOf(IntType)), "[None]"],
  [IValue.tuple([IValue.int(1)]), tupleOf([IntType]), "(1,)"],
  [
    IValue.enum("__torch__.Color", "RED", IValue.int(1)),
    { kind: "Enum", name: "__torch__.Color" },
    "__torch__.Color.RED(1)",
  ],
])("constant %# is printed as PyTorch would", (value, type, text) => {
  const builder = new GraphBuilder();
  builder.constant(value, type);
  expect(printGraph(builder.graph)).toContain(`prim::Constant[value=${text}]`);
});

test("overloads are printed where they are ambiguous, and resolved from types where not", () => {
  const builder = new GraphBuilder();
  const x = builder.input(TensorType, "x");
  const i = builder.input(IntType, "i");
  builder.op("aten::add.Tensor", [x, x, i], TensorType);
  builder.op("aten::add.Scalar", [x, i, i], TensorType);
  const text = printGraph(builder.graph, { ambiguous: (node) => node.op.endsWith(".Scalar") });
  expect(text).toContain("aten::add(%x, %x, %i)");
  expect(text).toContain("aten::add.Scalar(%x, %i, %i)");
  const asked: string[] = [];
  const again = parseGraph(text, {
    resolve: (name, inputs) => {
      asked.push(name);
      return inputs[1] === TensorType ? `${name}.Tensor` : undefined;
    },
  });
  expect(asked).toEqual(["aten::add"]);
  expect([...again.nodes()].map(({ op }) => op)).toEqual(["aten::add.Tensor", "aten::add.Scalar"]);
});

test("what PyTorch printed is read", () => {
  const graph = parseGraph(`
graph(%self : __torch__.M,
      %x.1 : Float(2, 3, strides=[3, 1], requires_grad=0, device=cpu)):
  %3 : int = prim::Constant[value=1]() # /a/b.py:48:24
  %23 : bool = prim::Constant[value=1]()
  %n : NoneType = prim::Constant()
   = prim::SetAttr[name="w"](%self, %x.1)
  %z : Tensor = prim::Loop(%3, %23, %x.1) # /a/b.py:33:4
    block0(%i.1 : int, %z.31 : Tensor):
      %z.19 : Tensor = aten::add(%z.31, %i.1, %3), scope: __module.l # /a/b.py:34:12
      -> (%23, %z.19)
  %f.1 : Future[Tensor] = prim::fork_0(%z)
  %a : int, %b : str = prim::TupleUnpack(%n)
  return (%z)
with prim::fork_0 = graph(%z : Tensor):
  %2 : Tensor = aten::relu(%z) # /a/b.py:36:8
  return (%2)
`);
  const nodes = [...graph.nodes()];
  expect(nodes.map(({ op }) => op)).toEqual([
    "prim::Constant",
    "prim::Constant",
    "prim::Constant",
    "prim::SetAttr",
    "prim::Loop",
    "aten::add",
    "prim::fork",
    "prim::TupleUnpack",
  ]);
  expect(nodes[1]!.attr("value", "ival")).toEqual(IValue.bool(true));
  expect(nodes[5]!.scope).toBe("__module.l");
  expect(nodes[5]!.range).toEqual({ file: "/a/b.py", line: 34, col: 12 });
  expect(nodes[6]!.attr("Subgraph", "g")!.inputs[0]!.name).toBe("z");
  expect(graph.inputs[1]!.type).toBe(TensorType);
});

test("objects are kept by place in a list", () => {
  const object = IValue.object("__torch__.Packed", new Map([["scale", IValue.float(0.5)]]));
  const builder = new GraphBuilder();
  builder.constant(object);
  builder.constant(IValue.list(classType("__torch__.Packed"), [object]));
  const objects: IValue[] = [];
  const text = printGraph(builder.graph, { objects });
  expect(objects).toEqual([object]);
  const again = parseGraph(text, { objects });
  expect([...again.nodes()][0]!.attr("value", "ival")).toBe(object);
  expect(() => parseGraph(text)).toThrow("an object that was given to the parser");
});

test.each([
  ["graph(%x : Tensor):\n  return (%y)\n", "a value in scope"],
  ["graph():\n  %x : int = prim::Constant[value=1.5]()\n  return ()\n", "an int"],
  ["graph():\n  %x : Tensor = prim::Constant[value=<Tensor sha256:00>]()\n  return ()\n", "a SHA-256 in hex"],
  [
    `graph():\n  %x : Tensor = prim::Constant[value=<Tensor sha256:${"0".repeat(64)}>]()\n  return ()\n`,
    "the hash of a tensor that was given to the parser",
  ],
  ["graph():\n  %x : int = prim::Constant[value=9223372036854775808]()\n  return ()\n", "an int64"],
  ["graph(%x : int, %x : int):\n  return ()\n", "a name that is not in use, not %x"],
  ["graph():\n", "an operator such as aten::add"],
  ["graph():\n  return ()\nmore", "end of text"],
  [
    "graph(%c : bool):\n   = prim::If(%c)\n    block0():\n      %y : int = a::b()\n      -> ()\n   = a::c(%y)\n  return ()\n",
    "a value in scope",
  ],
])("%j is refused", (text, expected) => {
  let error: unknown;
  try {
    parseGraph(text);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(FormatSyntaxError);
  expect((error as FormatSyntaxError).expected).toBe(expected);
});

describe("the hash", () => {
  const build = (change: (builder: GraphBuilder) => void = () => {}) => {
    const builder = new GraphBuilder();
    const x = builder.input(TensorType, "x");
    const one = builder.constant(IValue.int(1));
    builder.constant(IValue.tensor(floats([2], [1, 2])));
    builder.op("aten::add.Tensor", [x, x, one], TensorType, { b: Attr.int(1), a: Attr.int(2) });
    change(builder);
    return builder.graph;
  };
  const base = graphHash(build());

  test("does not see names, places, scopes, the order of attributes, or storage", () => {
    const graph = build();
    for (const value of graph.values()) value.name = undefined;
    for (const node of graph.nodes()) {
      node.range = { file: "x", line: 1, col: 2 };
      node.scope = "s";
    }
    const add = [...graph.nodes()][2]!;
    const b = add.attrs.get("b")!;
    add.attrs.delete("b");
    add.attrs.set("b", b);
    expect(graphHash(graph)).toBe(base);
    expect(graphHash(cloneGraph(graph))).toBe(base);
    const shared = floats([4], [0, 1, 0, 2]);
    [...graph.nodes()][1]!.attrs.set(
      "value",
      Attr.ivalue(IValue.tensor({ ...shared, shape: [2], strides: [2], offset: 1 })),
    );
    expect(graphHash(graph)).toBe(base);
  });

  test.each<[string, (graph: Graph) => void]>([
    ["overload", (graph) => edit.setOp([...graph.nodes()][2]!, "aten::add.Scalar")],
    [
      "type",
      (graph) => {
        graph.inputs[0]!.type = AnyType;
      },
    ],
    [
      "constant's kind",
      (graph) => void [...graph.nodes()][0]!.attrs.set("value", Attr.ivalue(IValue.float(1))),
    ],
    [
      "tensor",
      (graph) =>
        void [...graph.nodes()][1]!.attrs.set("value", Attr.ivalue(IValue.tensor(floats([2], [1, 3])))),
    ],
    ["attribute", (graph) => void [...graph.nodes()][2]!.attrs.set("a", Attr.float(2))],
    ["input", (graph) => edit.setInputs([...graph.nodes()][2]!, graph.inputs)],
    ["returns", (graph) => edit.setReturns(graph.block, graph.inputs)],
  ])("sees the %s", (_, change) => {
    const graph = build();
    change(graph);
    expect(graphHash(graph)).not.toBe(base);
  });

  test("sees what an object holds", () => {
    const hash = (scale: number) => {
      const builder = new GraphBuilder();
      builder.constant(IValue.object("__torch__.P", new Map([["scale", IValue.float(scale)]])));
      return graphHash(builder.graph);
    };
    expect(hash(1)).not.toBe(hash(2));
    expect(hash(1)).toBe(hash(1));
  });
});
