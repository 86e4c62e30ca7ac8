/** The verifier accepts what is well-formed and refuses everything else, saying which node, what it wanted and what it got. */

import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../format/ir/builder.ts";
import { Attr, edit, type Graph } from "../../format/ir/graph.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import { type ClassDef, findClass, type Program } from "../../format/ir/program.ts";
import { checkGraph, VerifyError, verifyGraph } from "../../format/ir/verify.ts";
import { checkProgram, verifyProgram } from "../../format/ir/verify-program.ts";
import { fullName, parseSchema } from "../../format/schema.ts";
import { BoolType, classType, IntType, StrType, TensorType } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { LINEAR, NET, sampleProgram } from "./sample.ts";

const schemas = new Map(
  [
    "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
    "aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor",
    "aten::mul.Scalar(Tensor self, Scalar other) -> Tensor",
    "aten::append.t(t[](a!) self, t(c -> *) el) -> t[](a!)",
    "aten::get.str(Dict(str, t) self, str key) -> t(*)?",
    "aten::gt.int(int a, int b) -> bool",
    "aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor",
    "aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)",
    "aten::neg(Tensor self) -> Tensor",
    "aten::relu(Tensor self) -> Tensor",
    "aten::size.int(Tensor self, int dim) -> int",
    "aten::wait(Future(t) self) -> t",
    "prim::Print(...) -> ()",
  ]
    .map(parseSchema)
    .map((schema) => [fullName(schema), schema]),
);
const lookup = (op: string) => schemas.get(op);

function problems(body: string, program?: Program): string[] {
  const graph = parseGraph(
    `graph(%self : ${NET}, %x : Tensor, %i : int, %b : bool, %f : float, %s : str):\n${body}\n`,
  );
  return checkGraph(graph, program === undefined ? { lookup } : { lookup, program }).map(
    (error) => `${error.where}: ${error.expected} / ${error.got}`,
  );
}

test("the sample program is well-formed", () => {
  const program = sampleProgram();
  expect(checkProgram(program, { lookup }).map(String)).toEqual([]);
  expect(() => verifyProgram(program, { lookup })).not.toThrow();
});

test("an error carries the node, its place, what was wanted and what came", () => {
  const graph = parseGraph("graph(%x : str):\n  %y : Tensor = aten::relu(%x) # net.ts:3:7\n  return (%y)\n");
  let error: unknown;
  try {
    verifyGraph(graph, { lookup });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(VerifyError);
  expect(error).toMatchObject({
    node: [...graph.nodes()][0],
    where: "aten::relu",
    expected: "self: Tensor",
    got: "str",
    range: { file: "net.ts", line: 3, col: 7 },
    message: "aten::relu: expected self: Tensor, got str (net.ts:3:7)",
  });
});

describe("operators", () => {
  test.each<[string, string[]]>([
    ["%y : Tensor = aten::add.Tensor(%x, %x, %i)", []],
    ["%y : Tensor = aten::add.Tensor(%x, %x, %f)", []],
    ["%y : Tensor = aten::add.Tensor(%x, %x)", ["aten::add.Tensor: 3 inputs / 2"]],
    ["%y : Tensor = aten::add.Tensor(%x, %i, %i)", ["aten::add.Tensor: other: Tensor / int"]],
    ["%y : int = aten::size.int(%x, %f)", ["aten::size.int: dim: int / float"]],
    ["%y : int = aten::relu(%x)", ["aten::relu: output 0 to be Tensor / int"]],
    ["%y : Tensor? = aten::relu(%x)", []],
    ["%y : Tensor = aten::max.dim(%x, %i, %b)", ["aten::max.dim: 2 outputs / 1"]],
    ["%y : Tensor = my::unknown(%x)", []],
    [" = prim::Print(%x, %i, %s)", []],
    [
      "%l : int[] = prim::ListConstruct(%i)\n  %m : int[] = aten::append.t(%l, %f)",
      ["aten::append.t: el: int / float"],
    ],
    [
      "%d : Dict(str, int) = prim::DictConstruct()\n  %m : int = aten::get.str(%d, %s)",
      ["aten::get.str: output 0 to be int? / int"],
    ],
  ])("%s", (line, expected) => {
    expect(problems(`  ${line}\n  return ()`)).toEqual(expected);
  });

  test("an unknown operator is refused when strict", () => {
    const graph = parseGraph("graph():\n   = my::unknown()\n  return ()\n");
    expect(() => verifyGraph(graph, { lookup })).not.toThrow();
    expect(() => verifyGraph(graph, { lookup, strict: true })).toThrow("a known operator");
  });
});

describe("structure", () => {
  test.each<[string, string[]]>([
    ["%y : int = prim::Constant[value=1]()", []],
    ["%y : float = prim::Constant[value=annotate(int, 1)]()", ["prim::Constant: output: float / int"]],
    ["%y : int = prim::Constant()", ["prim::Constant: output: int / NoneType"]],
    ["%y : int = prim::Constant[value=1](%x)", ["prim::Constant: 0 inputs / 1"]],
    ["%y : int = prim::Constant[other=1]()", ["prim::Constant: attribute value of kind ival / none"]],
    ["%y : int[] = prim::ListConstruct(%i, %f)", ["prim::ListConstruct: element 1: int / float"]],
    ["%y : int = prim::ListConstruct(%i)", ["prim::ListConstruct: a list type / int"]],
    ["%y : int, %z : int = prim::ListUnpack(%x)", ["prim::ListUnpack: a list / Tensor"]],
    ["%y : (int, float) = prim::TupleConstruct(%i, %f)", []],
    ["%y : (int, float) = prim::TupleConstruct(%i)", ["prim::TupleConstruct: 2 values / 1"]],
    [
      "%t : (int, float) = prim::TupleConstruct(%i, %f)\n  %y : int = prim::TupleUnpack(%t)",
      ["prim::TupleUnpack: 1 values / 2"],
    ],
    [
      "%t : (int, float) = prim::TupleConstruct(%i, %f)\n  %k : int = prim::Constant[value=1]()\n  %y : int = prim::TupleIndex(%t, %k)",
      ["prim::TupleIndex: output: int / float"],
    ],
    [
      "%t : (int, float) = prim::TupleConstruct(%i, %f)\n  %k : int = prim::Constant[value=-1]()\n  %y : float = prim::TupleIndex(%t, %k)",
      [],
    ],
    [
      "%t : (int, float) = prim::TupleConstruct(%i, %f)\n  %k : int = prim::Constant[value=2]()\n  %y : float = prim::TupleIndex(%t, %k)",
      ["prim::TupleIndex: an index into 2 elements / 2"],
    ],
    [
      "%t : (int, float) = prim::TupleConstruct(%i, %f)\n  %y : (float) = prim::TupleSlice[beg=1, end=2](%t)",
      [],
    ],
    ["%y : Dict(str, int) = prim::DictConstruct(%s, %f)", ["prim::DictConstruct: value: int / float"]],
    ["%y : Dict(str, int) = prim::DictConstruct(%s)", ["prim::DictConstruct: keys and values in pairs / 1"]],
    ["%y : bool = prim::isinstance[types=[int, str]](%x)", []],
    ["%y : bool = prim::isinstance(%x)", ["prim::isinstance: attribute types of kind tys / none"]],
    ["%y : int = prim::unchecked_cast(%s)", []],
    ["%y : int? = prim::unchecked_cast(%i)", []],
    ["%y : int = prim::Uninitialized(%i)", ["prim::Uninitialized: 0 inputs / 1"]],
    [" = prim::RaiseException(%s, %s)", []],
    [" = prim::RaiseException(%i)", ["prim::RaiseException: message: str / int"]],
    ["%y : Tensor = prim::NumToTensor(%s)", ["prim::NumToTensor: input: Scalar / str"]],
    [' = sconce::guard_int[expected=1, message="m"](%i)', []],
    [' = sconce::guard_int[expected=1, message="m"](%f)', ["sconce::guard_int: actual: int / float"]],
    [
      ' = sconce::guard_int[expected=1., message="m"](%i)',
      ["sconce::guard_int: attribute expected of kind i / f"],
    ],
    [" = sconce::guard_bool[expected=1](%b)", ["sconce::guard_bool: attribute message of kind s / none"]],
    [' = prim::GetAttr[name="w", more=1](%self)', ["prim::GetAttr: 1 outputs / 0"]],
    ['%y : int = prim::GetAttr[name="w", more=1](%self)', ["prim::GetAttr: no other attributes / more"]],
    ['%y : int = prim::GetAttr[name="w"](%x)', ["prim::GetAttr: an object / Tensor"]],
    [
      "%y : Tensor = prim::If(%i)\n    block0():\n      -> (%x)\n    block1():\n      -> (%x)",
      ["prim::If: condition: bool / int"],
    ],
    ["%y : Tensor = prim::If(%b)\n    block0():\n      -> (%x)", ["prim::If: 2 blocks / 1"]],
    [
      "%y : Tensor = prim::If(%b)\n    block0():\n      -> (%x)\n    block1():\n      -> (%i)",
      ["prim::If: value 0: Tensor / int"],
    ],
    [
      "%y : Tensor = prim::If(%b)\n    block0():\n      -> (%x)\n    block1():\n      -> ()",
      ["prim::If: 1 values / 0"],
    ],
    ["%y : Tensor = prim::Loop(%i, %b, %x)\n    block0(%n : int, %c : Tensor):\n      -> (%b, %c)", []],
    [
      "%y : Tensor = prim::Loop(%i, %b, %x)\n    block0(%n : int, %c : Tensor):\n      -> (%c)",
      ["prim::Loop: what the block returns first: bool / Tensor", "prim::Loop: 1 values / 0"],
    ],
    [
      "%y : Tensor = prim::Loop(%i, %b, %x)\n    block0(%c : Tensor):\n      -> (%b)",
      ["prim::Loop: a block whose first parameter is int / Tensor", "prim::Loop: 0 values / 1"],
    ],
    [
      "%y : Tensor = prim::Loop(%f, %b, %x)\n    block0(%n : int, %c : int):\n      -> (%b, %c)",
      [
        "prim::Loop: trip count: int / float",
        "prim::Loop: value 0: int / Tensor",
        "prim::Loop: value 0: Tensor / int",
      ],
    ],
    [
      "%y : Tensor = prim::fork_0(%x)\n  return (%y)\nwith prim::fork_0 = graph(%z : Tensor):",
      ["prim::fork: a future / Tensor"],
    ],
    [
      "%y : Future(int) = prim::fork_0(%i)\n  return (%y)\nwith prim::fork_0 = graph(%z : Tensor):",
      ["prim::fork: value 0: Tensor / int", "prim::fork: 1 values / 0"],
    ],
  ])("%s", (lines, expected) => {
    expect(problems(`  ${lines}\n  return ()`)).toEqual(expected);
  });
});

describe("objects and functions of the program", () => {
  test.each<[string, string[]]>([
    ['%y : int = prim::GetAttr[name="steps"](%self)', []],
    ['%y : float = prim::GetAttr[name="steps"](%self)', ["prim::GetAttr: output: float / int"]],
    ['%y : int = prim::GetAttr[name="missing"](%self)', [`prim::GetAttr: an attribute of ${NET} / missing`]],
    [' = prim::SetAttr[name="steps"](%self, %f)', ["prim::SetAttr: steps: int / float"]],
    [
      `%l : ${LINEAR} = prim::GetAttr[name="linear"](%self)\n   = prim::SetAttr[name="features"](%l, %i)`,
      ["prim::SetAttr: an attribute that is not a constant / features"],
    ],
    [
      `%l : ${LINEAR} = prim::GetAttr[name="linear"](%self)\n  %y : Tensor = prim::CallMethod[name="forward"](%l, %x)`,
      [],
    ],
    [
      `%l : ${LINEAR} = prim::GetAttr[name="linear"](%self)\n  %y : Tensor = prim::CallMethod[name="forward"](%l)`,
      ["prim::CallMethod: 1 values / 0"],
    ],
    [
      `%l : ${LINEAR} = prim::GetAttr[name="linear"](%self)\n  %y : Tensor = prim::CallMethod[name="back"](%l)`,
      [`prim::CallMethod: a method of ${LINEAR} / back`],
    ],
    [
      `%l : InterfaceType<__torch__.Layer> = prim::GetAttr[name="tied"](%self)\n  %y : int = prim::CallMethod[name="forward"](%l, %x)`,
      ["prim::CallMethod: value 0: int / Tensor"],
    ],
    [
      '%f.1 : Function = prim::Constant[name="__torch__.helper"]()\n  %y : Tensor = prim::CallFunction(%f.1, %x, %f)',
      [],
    ],
    [
      '%f.1 : Function = prim::Constant[name="__torch__.helper"]()\n  %y : Tensor = prim::CallFunction(%f.1, %x, %i)',
      ["prim::CallFunction: value 1: float / int"],
    ],
    [
      '%f.1 : Function = prim::Constant[name="nowhere"]()',
      ["prim::Constant: a free function of the program / nowhere"],
    ],
  ])("%s", (lines, expected) => {
    expect(problems(`  ${lines}\n  return ()`, sampleProgram())).toEqual(expected);
  });
});

describe("scoping and uses", () => {
  test("a value is used after its definition, in its block", () => {
    const builder = new GraphBuilder();
    const cond = builder.input(BoolType);
    const x = builder.input(TensorType, "x");
    let inner = x;
    builder.if(
      cond,
      [],
      () => {
        inner = builder.op("aten::relu", [x], { type: TensorType, name: "inner" });
        return [];
      },
      () => [],
    );
    const late = builder.op("aten::relu", [inner], TensorType);
    expect(checkGraph(builder.graph).map(String)).toEqual([
      "VerifyError: aten::relu: expected values in scope, got %inner",
    ]);
    edit.setInputs(late.node!, [x]);
    expect(checkGraph(builder.graph)).toEqual([]);
    edit.remove(late.node!);
    edit.insert(builder.graph.block, 0, late.node!);
    expect(checkGraph(builder.graph)).toEqual([]);
    edit.setInputs(late.node!, [late]);
    expect(checkGraph(builder.graph).map(({ expected }) => expected)).toEqual(["values in scope"]);
  });

  test("a node's outputs are not in scope inside its own blocks", () => {
    const builder = new GraphBuilder();
    const cond = builder.input(BoolType);
    const node = builder.if(
      cond,
      [BoolType],
      () => [cond],
      () => [cond],
    );
    edit.setReturns(node.blocks[0]!, [node.output]);
    expect(checkGraph(builder.graph).map(({ expected }) => expected)).toEqual(["values in scope"]);
  });

  test("recorded uses are the uses", () => {
    const builder = new GraphBuilder();
    const x = builder.input(TensorType, "x");
    const node = builder.node("aten::relu", [x], [TensorType]);
    (x.uses as unknown[]).pop();
    expect(checkGraph(builder.graph).map(String)).toEqual([
      "VerifyError: aten::relu: expected a recorded use, got %x",
    ]);
    (x.uses as unknown[]).push({ user: node, index: 0 }, { user: node, index: 1 });
    expect(checkGraph(builder.graph).map(String)).toEqual([
      "VerifyError: aten::relu: expected no use that is not there, got %x",
    ]);
  });
});

describe("programs", () => {
  const cases: [string, (program: Program, net: ClassDef) => void, string][] = [
    [
      "a missing slot",
      ({ root }) => void (root as { object: { attrs: Map<string, IValue> } }).object.attrs.delete("steps"),
      "root.steps: expected int, got NoneType",
    ],
    [
      "a slot of the wrong type",
      ({ root }) =>
        void (root as { object: { attrs: Map<string, IValue> } }).object.attrs.set("steps", IValue.float(1)),
      "root.steps: expected int, got float",
    ],
    [
      "a stray slot",
      ({ root }) =>
        void (root as { object: { attrs: Map<string, IValue> } }).object.attrs.set("more", IValue.none),
      `root: expected an attribute of ${NET}, got more`,
    ],
    [
      "a default of the wrong type",
      ({ functions }) =>
        void Object.assign(functions.get("__torch__.helper")!.schema.args[1]!, { default: IValue.int(1) }),
      "__torch__.helper, default of scale: expected float, got int",
    ],
    [
      "a signature that is not the graph's",
      ({ functions }) => void functions.get("__torch__.helper")!.schema.args.pop(),
      "__torch__.helper: expected 1 graph inputs, got 2",
    ],
    [
      "another argument type",
      ({ functions }) =>
        void Object.assign(functions.get("__torch__.helper")!.schema.args[0]!, { type: IntType }),
      "__torch__.helper, x: expected int, got Tensor",
    ],
    [
      "another return type",
      (_, net) => void Object.assign(net.methods[0]!.schema.returns[0]!, { type: StrType }),
      `${NET}.forward, return 0: expected str, got Tensor`,
    ],
    [
      "a method without its object",
      (_, net) => void Object.assign(net.methods[0]!.schema.args[0]!, { type: classType(LINEAR) }),
      `${NET}.forward: expected ${NET} as first argument, got ${LINEAR}`,
    ],
    [
      "a hook that is no method",
      (_, net) => void net.forwardPreHooks.push("missing"),
      `${NET}: expected a method for each hook and property, got missing`,
    ],
    [
      "an enum member of the wrong type",
      ({ classes }) => void Object.assign(classes.get("__torch__.Color")!, { valueType: StrType }),
      "__torch__.Color.RED: expected str, got int",
    ],
    [
      "a root that is not there",
      (program) => void Object.assign(program, { root: { kind: "function", name: "f" } }),
      "root: expected a free function, got f",
    ],
    [
      "an attribute named twice",
      (_, net) => void net.attributes.push({ name: "steps", type: IntType, kind: "attribute" }),
      `${NET}: expected attributes and methods of different names, got steps`,
    ],
    [
      "a class that does not implement its interface",
      (program) => void findClass(program, LINEAR)!.methods.pop(),
      `root.tied: expected InterfaceType<__torch__.Layer>, got ${LINEAR}`,
    ],
  ];
  test.each(cases)("%s", (_, change, expected) => {
    const program = sampleProgram();
    change(program, findClass(program, NET)!);
    const messages = checkProgram(program, { lookup }).map(({ message }) => message);
    expect(messages).toContain(expected);
    expect(() => verifyProgram(program, { lookup })).toThrow(VerifyError);
  });

  test("an element of a list attribute is checked too", () => {
    const program = sampleProgram();
    const history = (program.root as { object: { attrs: Map<string, IValue> } }).object.attrs.get("history")!;
    (history as { items: IValue[] }).items.push(IValue.int(1));
    expect(checkProgram(program).map(({ message }) => message)).toContain(
      "root.history[1]: expected Tensor, got int",
    );
  });

  test("a method fits its interface by argument and result types", () => {
    const program = sampleProgram();
    const layer = program.classes.get("__torch__.Layer")! as {
      methods: { schema: { args: { type: unknown }[] } }[];
    };
    layer.methods[0]!.schema.args[1]!.type = IntType;
    expect(
      checkProgram(program, { lookup }).some(({ expected }) => expected === "InterfaceType<__torch__.Layer>"),
    ).toBe(true);
  });
});

test("a graph inside an attribute is checked", () => {
  const sub = new GraphBuilder();
  const t = sub.input(StrType);
  sub.op("aten::neg", [t], TensorType);
  const outer = new GraphBuilder();
  outer.node("custom::with_graph", [], [], { Subgraph: Attr.graph(sub.graph as Graph) });
  expect(checkGraph(outer.graph, { lookup }).map(({ where }) => where)).toEqual(["aten::neg"]);
});
