/** What an error says: the calls that led to it, the source lines, and the operator that is not there. */

import { beforeAll, expect, it } from "vitest";
import { SconceError } from "../../loader/error.ts";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";
import { leavesNothing, loadParts } from "../support/programs.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

function errorOf(body: () => unknown): SconceError {
  try {
    body();
  } catch (error) {
    if (error instanceof SconceError) return error;
    throw error;
  }
  return expect.unreachable();
}

const SOURCE = `class Inner(Module):
    def forward(self, x: List[int], i: int) -> int:
        return x[i] + 1

def outer(x: List[int], i: int):
    inner = Inner()
    if i > 7:
        raise ValueError("too far")
    return inner.forward(x, i)
`;

const module = () =>
  loadParts(runtime, {
    classes: {
      "__torch__.nets.___torch_mangle_3.Inner": {
        methods: {
          forward: `graph(%self : __torch__.nets.___torch_mangle_3.Inner, %x : int[], %i : int):
  %a : int = aten::__getitem__.t(%x, %i) # nets.py:3:15
  %one : int = prim::Constant[value=1]()
  %b : int = aten::add.int(%a, %one) # nets.py:3:15
  return (%b)`,
        },
      },
    },
    functions: {
      "__torch__.outer": `graph(%x : int[], %i : int):
  %inner : __torch__.nets.___torch_mangle_3.Inner = prim::CreateObject() # nets.py:6:12
  %seven : int = prim::Constant[value=7]()
  %far : bool = aten::gt.int(%i, %seven) # nets.py:7:7
   = prim::If(%far) # nets.py:7:4
    block0():
      %message : str = prim::Constant[value="too far"]()
      %class : str = prim::Constant[value="builtins.ValueError"]()
       = prim::RaiseException(%message, %class) # nets.py:8:8
      -> ()
    block1():
      -> ()
  %y : int = prim::CallMethod[name="forward"](%inner, %x, %i) # nets.py:9:11
  return (%y)`,
    },
    sources: { "nets.py": SOURCE },
  });

it("shows the calls from the outermost to the failing line", () => {
  const m = module();
  expect(m.forward([1, 2], 1)).toBe(3);
  const error = errorOf(() => m.forward([1, 2], 5));
  expect(error.message).toMatchInlineSnapshot(`
    "aten::__getitem__.t: index 5 is out of range for 2 elements
    Traceback (most recent call last):
      File "nets.py", line 9, in outer
        return inner.forward(x, i)
               ^
      File "nets.py", line 3, in Inner.forward
        return x[i] + 1
               ^
      Check the index against the length first."
  `);
  expect(error.trace).toMatchInlineSnapshot(`
    [
      {
        "column": 12,
        "file": "nets.py",
        "function": "outer",
        "line": 9,
        "text": "    return inner.forward(x, i)",
      },
      {
        "column": 16,
        "file": "nets.py",
        "function": "Inner.forward",
        "line": 3,
        "text": "        return x[i] + 1",
      },
    ]
  `);
  expect(error.where).toEqual(error.trace[1]);
  leavesNothing(runtime, () => void errorOf(() => m.forward([1, 2], 5)));
});

it("names what a program raised as Python does, with the one line it is on", () => {
  const error = errorOf(() => module().forward([1], 8));
  expect(error.message).toMatchInlineSnapshot(`
    "builtins.ValueError: too far
      at nets.py:8:9
        raise ValueError("too far")
        ^
      The program itself raised this."
  `);
  expect(error.code).toBe("RAISED");
  expect(error.facts).toEqual(["too far", "builtins.ValueError"]);
});

it("leaves out the middle of a very long trace", () => {
  const m = loadParts(
    runtime,
    {
      functions: {
        f: `graph(%n : int):
  %f : Function = prim::Constant[name="f"]()
  %y : int = prim::CallFunction(%f, %n) # f.py:1:4
  return (%y)`,
      },
      sources: { "f.py": "    f(n)\n" },
    },
    { limits: { depth: 100 } },
  );
  const error = errorOf(() => m.forward(1));
  expect(error.trace).toHaveLength(100);
  expect(error.message).toContain("… 84 more calls");
  expect(error.message.split('File "f.py"')).toHaveLength(17);
});

it("says which operator is missing, and where, whatever its node looks like", () => {
  const m = loadParts(runtime, {
    functions: {
      f: `graph(%x : Tensor, %c : bool):
  %yes : bool = prim::Constant[value=1]()
  %y : Tensor, %z : int[] = prim::If(%c)
    block0():
      %a : Tensor, %b : int[] = my::blocks.overload[depth=3](%x, %x, %c) # m.py:2:1
        block0(%i : int, %t : Tensor):
          %r : Tensor = other::op(%t, %i)
           = prim::Loop(%i, %yes)
            block0(%k : int):
              -> (%yes)
          -> (%r)
        block1():
          %u : Tensor = aten::relu(%x)
          -> (%u)
      -> (%a, %b)
    block1():
      %l : int[] = prim::ListConstruct()
      -> (%x, %l)
   = my::nothing() # m.py:3:1
  return (%y, %z)`,
    },
    sources: { "m.py": "\n blocks(x)\n nothing()\n" },
  });
  leavesNothing(runtime, () => {
    const x = new Tensor(new Float32Array([1]));
    const first = errorOf(() => m.forward(x, true));
    expect(first.message).toContain("unsupported: my::blocks.overload\n  at m.py:2:2\n    blocks(x)\n    ^");
    expect(first.code).toBe("UNSUPPORTED");
    expect(first.where?.line).toBe(2);
    expect(errorOf(() => m.forward(x, false)).message).toContain("unsupported: my::nothing\n  at m.py:3:2");
  });
});
