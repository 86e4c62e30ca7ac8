/** Types at run time: what isinstance says of containers, objects and interfaces, and calls through interfaces. */

import { beforeAll, expect, it } from "vitest";
import { Runtime } from "../../loader/runtime.ts";
import { leavesNothing, loadParts, type Parts } from "../support/programs.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

/** A function that asks of `value`, made by these lines from its arguments, whether it is of each type. */
function asks(types: string[], inputs: string, lines: string, value: string, parts: Partial<Parts> = {}) {
  const names = types.map((_, i) => `%is${i}`);
  const nodes = types.map((type, i) => `  ${names[i]} : bool = prim::isinstance[types=[${type}]](${value})`);
  return loadParts(runtime, {
    ...parts,
    functions: {
      f: `graph(${inputs}):\n${lines}\n${nodes.join("\n")}\n  return (${names.join(", ")})`,
      ...parts.functions,
    },
  });
}

const TYPES = ["int[]", "float[]", "int?[]", "Any[]", "int", "Dict(str, int)", "AnyListType", "int[]?"];

it("knows lists by what they were made to hold, empty ones too", () => {
  const ints = asks(TYPES, "%n : int", "  %x : int[] = prim::ListConstruct()", "%x");
  expect(ints.forward(1)).toEqual([true, false, false, false, false, false, true, true]);
  const optional = asks(TYPES, "%n : int", "  %x : int?[] = prim::ListConstruct(%n)", "%x");
  expect(optional.forward(1)).toEqual([false, false, true, false, false, false, true, false]);
  const given = asks(TYPES, "%x : int[]", "", "%x");
  leavesNothing(runtime, () => {
    expect(given.forward([])).toEqual([true, false, false, false, false, false, true, true]);
  });
  const any = asks(TYPES, "%x : Any[]", "", "%x");
  expect(any.forward([])).toEqual([false, false, false, true, false, false, true, false]);
});

it("gives what operators make its static type", () => {
  const types = ["Tensor[]", "int[]", "str[]"];
  const keys = asks(
    types,
    "%n : int",
    "  %d : Dict(str, int) = prim::DictConstruct()\n  %x : str[] = aten::keys.str(%d)",
    "%x",
  );
  expect(keys.forward(1)).toEqual([false, false, true]);
  const copied = asks(types, "%t : int[]", "  %x : int[] = aten::copy.t(%t)", "%x");
  expect(copied.forward([])).toEqual([false, true, false]);
});

it("knows dicts by keys and values", () => {
  const types = ["Dict(str, int)", "Dict(str, float)", "Dict(int, int)", "Dict(str, int)?", "int[]"];
  const made = asks(types, "%n : int", "  %x : Dict(str, int) = prim::DictConstruct()", "%x");
  expect(made.forward(1)).toEqual([true, false, false, true, false]);
  const given = asks(types, "%x : Dict(str, float)", "", "%x");
  leavesNothing(runtime, () => {
    expect(given.forward(new Map())).toEqual([false, true, false, false, false]);
    expect(given.forward(new Map([["a", 1]]))).toEqual([false, true, false, false, false]);
  });
});

it("knows tuples by their items and NamedTuples by their names", () => {
  const types = [
    "(int, int[])",
    "(int, float[])",
    "(int?, int[])",
    "NamedTuple(q.P, a : int, b : int[])",
    "NamedTuple(q.Q, a : int, b : int[])",
    "AnyTupleType",
    "Any",
  ];
  const plain = asks(
    types,
    "%n : int, %l : int[]",
    "  %x : (int, int[]) = prim::TupleConstruct(%n, %l)",
    "%x",
  );
  expect(plain.forward(1, [])).toEqual([true, false, true, false, false, true, true]);
  const named = asks(
    types,
    "%n : int, %l : int[]",
    "  %x : NamedTuple(q.P, a : int, b : int[]) = prim::TupleConstruct(%n, %l)",
    "%x",
  );
  expect(named.forward(1, [])).toEqual([true, false, true, true, false, true, true]);
});

it("knows members of unions and optionals", () => {
  const types = ["Union(int, str)", "int?", "str?", "NoneType", "Union(int[], str)"];
  const module = asks(types, "%x : Any", "", "%x");
  expect(module.forward(1)).toEqual([true, true, false, false, false]);
  expect(module.forward("a")).toEqual([true, false, true, false, true]);
  expect(module.forward(null)).toEqual([false, true, true, true, false]);
});

const POINT =
  'graph(%self : __torch__.Point, %n : int):\n  %x : int = prim::GetAttr[name="x"](%self)\n  %y : int = aten::add.int(%x, %n)\n  return (%y)';
const OTHER = "graph(%self : __torch__.Other, %n : int):\n  %y : int = aten::neg.int(%n)\n  return (%y)";
const CLASSES: Partial<Parts> = {
  interfaces: {
    "__torch__.Adds": { add: "graph(%self : InterfaceType<__torch__.Adds>, %n : int):\n  return (%n)" },
    "__torch__.Subtracts": {
      sub: "graph(%self : InterfaceType<__torch__.Subtracts>, %n : int):\n  return (%n)",
    },
    "__torch__.AddsFloats": {
      add: "graph(%self : InterfaceType<__torch__.AddsFloats>, %n : float):\n  return (%n)",
    },
  },
  classes: {
    "__torch__.Point": { attributes: { x: "int" }, methods: { add: POINT } },
    "__torch__.Other": { methods: { add: OTHER } },
  },
};

it("knows objects by class and by the interfaces the class has", () => {
  const types = [
    "__torch__.Point",
    "__torch__.Other",
    "InterfaceType<__torch__.Adds>",
    "InterfaceType<__torch__.Subtracts>",
    "InterfaceType<__torch__.AddsFloats>",
    "AnyClassType",
    "int",
  ];
  const module = asks(types, "%n : int", "  %x : __torch__.Point = prim::CreateObject()", "%x", CLASSES);
  leavesNothing(runtime, () => {
    expect(module.forward(1)).toEqual([true, false, true, false, false, true, false]);
  });
});

it("calls the method of the object's own class through an interface, the same node with one class after another", () => {
  const module = loadParts(runtime, {
    ...CLASSES,
    functions: {
      f: `graph(%n : int):
  %p : __torch__.Point = prim::CreateObject()
   = prim::SetAttr[name="x"](%p, %n)
  %o : __torch__.Other = prim::CreateObject()
  %l : InterfaceType<__torch__.Adds>[] = prim::ListConstruct(%p, %o, %p)
  %out : int[] = prim::ListConstruct()
  %three : int = prim::Constant[value=3]()
  %yes : bool = prim::Constant[value=1]()
   = prim::Loop(%three, %yes)
    block0(%i : int):
      %x : InterfaceType<__torch__.Adds> = aten::__getitem__.t(%l, %i)
      %y : int = prim::CallMethod[name="add"](%x, %i)
      %same : int[] = aten::append.t(%out, %y)
      -> (%yes)
  return (%out)`,
    },
  });
  leavesNothing(runtime, () => {
    expect(module.forward(10)).toEqual([10, -1, 12]);
  });
});
