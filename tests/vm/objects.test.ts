/** Values of a program that are neither tensors nor numbers: enum members, devices, hashes, optionals, sorted objects. */

import { beforeAll, describe, expect, it } from "vitest";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";
import { leavesNothing, loadParts } from "../support/programs.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

const tensor = (...data: number[]) => new Tensor(new Float32Array(data));
const scalar = (x: number) => new Tensor(new Float32Array([x]), []);

it("reads names and values of enum members, and compares them", () => {
  const module = loadParts(runtime, {
    enums: { "__torch__.Color": { RED: 1, GREEN: 2 } },
    functions: {
      f: `graph(%n : int):
  %red : Enum<__torch__.Color> = prim::Constant[value=__torch__.Color.RED(1)]()
  %green : Enum<__torch__.Color> = prim::Constant[value=__torch__.Color.GREEN(2)]()
  %name : str = prim::EnumName(%green)
  %value : int = prim::EnumValue.int(%green)
  %same : bool = aten::eq.enum(%red, %green)
  %other : bool = aten::ne.enum(%red, %green)
  return (%name, %value, %same, %other, %red)`,
    },
  });
  leavesNothing(runtime, () => {
    expect(module.forward(1)).toEqual(["GREEN", 2, false, true, { name: "RED", value: 1 }]);
  });
});

it("unwraps optionals and refuses None", () => {
  const module = loadParts(runtime, {
    functions: { f: "graph(%x : int?):\n  %y : int = aten::_unwrap_optional(%x)\n  return (%y)" },
  });
  expect(module.forward(3)).toBe(3);
  expect(() => module.forward(null)).toThrow("expected a value, got None");
});

it("numbers objects apart, and None as 0", () => {
  const module = loadParts(runtime, {
    classes: { "__torch__.A": {} },
    functions: {
      f: `graph(%n : int):
  %a : __torch__.A = prim::CreateObject()
  %b : __torch__.A = prim::CreateObject()
  %none : NoneType = prim::Constant()
  %i : int = prim::id(%a)
  %j : int = prim::id(%b)
  %k : int = prim::id(%none)
  %again : int = prim::id(%a)
  %apart : bool = aten::ne.int(%i, %j)
  %same : bool = aten::eq.int(%i, %again)
  %m : bool = aten::eq.int(%k, %n)
  return (%apart, %same, %m)`,
    },
  });
  leavesNothing(runtime, () => expect(module.forward(0)).toEqual([true, true, true]));
});

it("forgets set_grad_enabled when the call is over", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%x : bool):
  %a : bool = aten::is_grad_enabled()
   = aten::set_grad_enabled(%x)
  %b : bool = aten::is_grad_enabled()
  return (%a, %b)`,
    },
  });
  expect(module.forward(false)).toEqual([true, false]);
  expect(module.forward(true)).toEqual([true, true]);
});

describe("tolist", () => {
  const list = (type: string, dims: number, kind: number) =>
    loadParts(runtime, {
      functions: {
        f: `graph(%x : Tensor):
  %d : int = prim::Constant[value=${dims}]()
  %k : int = prim::Constant[value=${kind}]()
  %y : ${type} = prim::tolist(%x, %d, %k)
  %is : bool = prim::isinstance[types=[${type}]](%y)
  return (%y, %is)`,
      },
    });

  it("nests as the tensor does", () => {
    const two = list("float[][]", 2, 1);
    leavesNothing(runtime, () => {
      expect(two.forward(new Tensor(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]))).toEqual([
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        true,
      ]);
      expect(two.forward(new Tensor(new Float32Array([]), [2, 0]))).toEqual([[[], []], true]);
      expect(two.forward(new Tensor(new Float64Array([0.1]), [1, 1]))).toEqual([[[0.1]], true]);
      expect(() => two.forward(tensor(1))).toThrow("should have 2 dimensions");
    });
    expect(list("float", 0, 1).forward(scalar(2.5))).toEqual([2.5, true]);
  });

  it("takes the tensor's own kind of numbers only", () => {
    const ints = list("int[]", 1, 0);
    expect(ints.forward(new Tensor(new BigInt64Array([1n, -5n]), [2], "int64"))).toEqual([[1, -5], true]);
    expect(() => ints.forward(new Tensor(new Int32Array([1]), [1], "int32"))).toThrow(
      "a tensor of int32 into a list of int64",
    );
    expect(() => ints.forward(tensor(1))).toThrow("a tensor of float32 into a list of int64");
    const flags = list("bool[]", 1, 2);
    expect(flags.forward(new Tensor(new Uint8Array([1, 0]), [2], "bool"))).toEqual([[true, false], true]);
    expect(() => list("float[]", 1, 1).forward(new Tensor(new Uint16Array([0]), [1], "float16"))).toThrow(
      "float16",
    );
  });
});

describe("sorting", () => {
  it("sorts tensors and tuples, both ways, in place and as a copy", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%l : Tensor[], %t : (int, str)[], %down : bool):
  %m : Tensor[] = aten::sorted.Tensor(%l)
   = aten::sort.Tensor(%l, %down)
  %u : (int, str)[] = aten::sorted.any(%t)
   = aten::sort.any(%t, %down)
  return (%l, %m, %t, %u)`,
      },
    });
    const pairs = [
      [2, "a"],
      [1, "b"],
      [1, "a"],
    ];
    leavesNothing(runtime, () => {
      const out = module.forward([scalar(2), scalar(-1), scalar(5)], pairs, true) as [
        Tensor[],
        Tensor[],
        ...unknown[],
      ];
      expect(out[0].map((t) => t.data[0])).toEqual([5, 2, -1]);
      expect(out[1].map((t) => t.data[0])).toEqual([-1, 2, 5]);
      expect(out[2]).toEqual([
        [2, "a"],
        [1, "b"],
        [1, "a"],
      ]);
      expect(out[3]).toEqual([
        [1, "a"],
        [1, "b"],
        [2, "a"],
      ]);
      expect(() => module.forward([tensor(1, 2), scalar(1)], [], false)).toThrow("a tensor of 2 elements");
      expect(module.forward([tensor(1, 2)], [], false)).toHaveLength(4);
    });
  });

  const LESS = `graph(%self : __torch__.Item, %other : __torch__.Item):
  %a : int = prim::GetAttr[name="key"](%self)
  %b : int = prim::GetAttr[name="key"](%other)
  %limit : int = prim::Constant[value=90]()
  %big : bool = aten::gt.int(%a, %limit)
   = prim::If(%big)
    block0():
      %message : str = prim::Constant[value="too big"]()
      %none : NoneType = prim::Constant()
       = prim::RaiseException(%message, %none)
      -> ()
    block1():
      -> ()
  %less : bool = aten::lt.int(%a, %b)
  return (%less)`;
  const ITEM = { "__torch__.Item": { attributes: { key: "int", tag: "int" }, methods: { __lt__: LESS } } };
  const MAKE = `  %items : __torch__.Item[] = prim::ListConstruct()
  %n : int = aten::len.t(%keys)
  %yes : bool = prim::Constant[value=1]()
   = prim::Loop(%n, %yes)
    block0(%i : int):
      %item : __torch__.Item = prim::CreateObject()
      %key : int = aten::__getitem__.t(%keys, %i)
       = prim::SetAttr[name="key"](%item, %key)
       = prim::SetAttr[name="tag"](%item, %i)
      %l : __torch__.Item[] = aten::append.t(%items, %item)
      -> (%yes)`;
  const TAGS = (list: string) => `  %tags : int[] = prim::ListConstruct()
   = prim::Loop(%n, %yes)
    block0(%k : int):
      %x : __torch__.Item = aten::__getitem__.t(${list}, %k)
      %tag : int = prim::GetAttr[name="tag"](%x)
      %t : int[] = aten::append.t(%tags, %tag)
      -> (%yes)`;

  it("asks a class's __lt__, keeping the order of equals", () => {
    const module = loadParts(runtime, {
      classes: ITEM,
      functions: {
        f: `graph(%keys : int[], %down : bool):
${MAKE}
   = aten::sort.any(%items, %down)
${TAGS("%items")}
  return (%tags)`,
      },
    });
    const keys = Array.from({ length: 70 }, (_, i) => (i * 37) % 23);
    const order = (compare: (a: number, b: number) => number) =>
      keys.map((_, i) => i).sort((a, b) => compare(keys[a]!, keys[b]!) || a - b);
    leavesNothing(runtime, () => {
      expect(module.forward(keys, false)).toEqual(order((a, b) => a - b));
      expect(module.forward(keys, true)).toEqual(order((a, b) => b - a));
      expect(module.forward([], false)).toEqual([]);
      expect(module.forward([91], false)).toEqual([0]);
      expect(() => module.forward([5, 91, 3], false)).toThrow("too big");
    });
  });

  it("sorts tuples that hold objects, and leaves the list of a copy alone", () => {
    const module = loadParts(runtime, {
      classes: ITEM,
      functions: {
        f: `graph(%keys : int[]):
${MAKE}
  %pairs : (__torch__.Item, int)[] = prim::ListConstruct()
   = prim::Loop(%n, %yes)
    block0(%i : int):
      %item : __torch__.Item = aten::__getitem__.t(%items, %i)
      %key : int = aten::__getitem__.t(%keys, %i)
      %pair : (__torch__.Item, int) = prim::TupleConstruct(%item, %key)
      %l : (__torch__.Item, int)[] = aten::append.t(%pairs, %pair)
      -> (%yes)
  %sorted : (__torch__.Item, int)[] = aten::sorted.any(%pairs)
  %out : int[] = prim::ListConstruct()
  %same : int[] = prim::ListConstruct()
   = prim::Loop(%n, %yes)
    block0(%k : int):
      %x : (__torch__.Item, int) = aten::__getitem__.t(%sorted, %k)
      %o : __torch__.Item, %v : int = prim::TupleUnpack(%x)
      %p : int[] = aten::append.t(%out, %v)
      %y : (__torch__.Item, int) = aten::__getitem__.t(%pairs, %k)
      %q : __torch__.Item, %w : int = prim::TupleUnpack(%y)
      %r : int[] = aten::append.t(%same, %w)
      -> (%yes)
  return (%out, %same)`,
      },
    });
    leavesNothing(runtime, () => {
      expect(module.forward([4, 2, 9, 1, 3])).toEqual([
        [1, 2, 3, 4, 9],
        [4, 2, 9, 1, 3],
      ]);
    });
  });

  it("refuses what has no order", () => {
    const module = loadParts(runtime, {
      functions: {
        f: "graph(%l : (int, int[])[]):\n  %m : (int, int[])[] = aten::sorted.any(%l)\n  return (%m)",
      },
    });
    expect(() => module.forward([[1, [2]]])).toThrow("a list of list cannot be sorted");
    expect(module.forward([])).toEqual([]);
    const plain = loadParts(runtime, {
      classes: { "__torch__.A": {} },
      functions: {
        f: `graph(%n : int):
  %a : __torch__.A = prim::CreateObject()
  %b : __torch__.A = prim::CreateObject()
  %l : __torch__.A[] = prim::ListConstruct(%a, %b)
  %m : __torch__.A[] = aten::sorted.any(%l)
  return (%n)`,
      },
    });
    leavesNothing(runtime, () => expect(() => plain.forward(1)).toThrow("no method __lt__"));
  });
});

it("finds submodules by number and by name", () => {
  const module = loadParts(runtime, {
    classes: { "__torch__.L": { attributes: { "0": "int", "11": "int", a: "int" } } },
    functions: {
      f: `graph(%i : int, %s : str):
  %o : __torch__.L = prim::CreateObject()
  %x : int = prim::Constant[value=5]()
  %y : int = prim::Constant[value=6]()
   = prim::SetAttr[name="0"](%o, %x)
   = prim::SetAttr[name="11"](%o, %y)
   = prim::SetAttr[name="a"](%o, %i)
  %p : Any = prim::ModuleContainerIndex.list(%o, %i)
  %q : Any = prim::ModuleContainerIndex.dict(%o, %s)
  return (%p, %q)`,
    },
  });
  leavesNothing(runtime, () => {
    expect(module.forward(11, "a")).toEqual([6, 11]);
    expect(module.forward(0, "0")).toEqual([5, 5]);
    expect(() => module.forward(-1, "a")).toThrow("no attribute -1");
    expect(() => module.forward(0, "b")).toThrow("no attribute b");
  });
});

it("reads and sets attributes of every kind in loops, and of objects of several classes", () => {
  const part = `  %c : float = prim::GetAttr[name="count"](%o)
      %c.1 : float = aten::add.float(%c, %one)
       = prim::SetAttr[name="count"](%o, %c.1)
      %l : float[] = prim::GetAttr[name="l"](%o)
      %add : float[] = aten::append.t(%l, %c.1)
      %s : str = prim::GetAttr[name="s"](%o)
      %s.1 : str = aten::add.str(%s, %x)
       = prim::SetAttr[name="s"](%o, %s.1)
      %old : float? = prim::GetAttr[name="maybe"](%o)
      %none : bool = aten::__is__(%old, %nothing)
      %new : float? = prim::If(%none)
        block0():
          -> (%c.1)
        block1():
          -> (%nothing)
       = prim::SetAttr[name="maybe"](%o, %new)`;
  const module = loadParts(runtime, {
    classes: {
      "__torch__.O": { attributes: { pad: "int", count: "float", l: "float[]", s: "str", maybe: "float?" } },
      "__torch__.P": { attributes: { s: "str", count: "float" } },
    },
    functions: {
      f: `graph(%n : int):
  %yes : bool = prim::Constant[value=1]()
  %one : float = prim::Constant[value=1.]()
  %zero : float = prim::Constant[value=0.]()
  %x : str = prim::Constant[value="x"]()
  %nothing : NoneType = prim::Constant()
  %empty : float[] = prim::ListConstruct()
  %o : __torch__.O = prim::CreateObject()
   = prim::SetAttr[name="count"](%o, %zero)
   = prim::SetAttr[name="l"](%o, %empty)
   = prim::SetAttr[name="s"](%o, %x)
   = prim::SetAttr[name="maybe"](%o, %nothing)
   = prim::Loop(%n, %yes)
    block0(%i : int):
    ${part}
      -> (%yes)
  %rc : float = prim::GetAttr[name="count"](%o)
  %rl : float[] = prim::GetAttr[name="l"](%o)
  %rs : str = prim::GetAttr[name="s"](%o)
  %rm : float? = prim::GetAttr[name="maybe"](%o)
  %typed : bool = prim::isinstance[types=[float[]]](%rl)
  %p : __torch__.P = prim::CreateObject()
   = prim::SetAttr[name="count"](%p, %rc)
   = prim::SetAttr[name="s"](%p, %rs)
  %a : float = prim::CallFunction(%get, %o)
  return (%rc, %rl, %rs, %rm, %typed, %a)
`.replace(
        "  %a : float",
        '  %get : Function = prim::Constant[name="get"]()\n  %b : float = prim::CallFunction(%get, %p)\n  %a : float',
      ),
      get: `graph(%v : Any):
  %r : bool = prim::isinstance[types=[__torch__.P]](%v)
  %c : float = prim::If(%r)
    block0():
      %p : __torch__.P = prim::unchecked_cast(%v)
      %a : float = prim::GetAttr[name="count"](%p)
      -> (%a)
    block1():
      %o : __torch__.O = prim::unchecked_cast(%v)
      %b : float = prim::GetAttr[name="count"](%o)
      -> (%b)
  return (%c)`,
    },
  });
  leavesNothing(runtime, () => {
    expect(module.forward(3)).toEqual([3, [1, 2, 3], "xxxx", 3, true, 3]);
    expect(module.forward(4)).toEqual([4, [1, 2, 3, 4], "xxxxx", null, true, 4]);
    expect(module.forward(0)).toEqual([0, [], "x", null, true, 0]);
  });
});
