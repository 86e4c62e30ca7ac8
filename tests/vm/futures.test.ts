/** Forks and futures: when bodies run, what becomes of their errors, how futures travel. */

import { beforeAll, expect, it } from "vitest";
import type { SconceError } from "../../loader/error.ts";
import { Runtime } from "../../loader/runtime.ts";
import { leavesNothing, loadParts } from "../support/programs.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

const HALF = `with prim::fork_0 = graph(%n : int):
  %two : int = prim::Constant[value=2]()
  %zero : int = prim::Constant[value=0]()
  %rest : int = aten::remainder.int(%n, %two)
  %odd : bool = aten::ne.int(%rest, %zero)
   = prim::If(%odd)
    block0():
      %message : str = prim::Constant[value="odd"]()
      %class : str = prim::Constant[value="builtins.ValueError"]()
       = prim::RaiseException(%message, %class)
      -> ()
    block1():
      -> ()
  %half : int = aten::floordiv.int(%n, %two)
  return (%half)`;

it("gives a fork's value to every wait", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%n : int):
  %f : Future(int) = prim::fork_0(%n)
  %a : int = aten::wait(%f)
  %b : int = aten::wait(%f)
  return (%a, %b)
${HALF}`,
    },
  });
  leavesNothing(runtime, () => {
    expect(module.forward(6)).toEqual([3, 3]);
    expect(() => module.forward(7)).toThrow("builtins.ValueError: odd");
  });
});

it("raises a fork's error at the wait, and never where nobody waits", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%n : int, %ask : bool):
  %f : Future(int) = prim::fork_0(%n)
  %r : int = prim::If(%ask)
    block0():
      %a : int = aten::wait(%f)
      -> (%a)
    block1():
      -> (%n)
  return (%r)
${HALF}`,
    },
  });
  leavesNothing(runtime, () => {
    expect(module.forward(7, false)).toBe(7);
    expect(module.forward(8, true)).toBe(4);
    expect(() => module.forward(7, true)).toThrow("odd");
  });
});

it("keeps an operator's error with its facts, through forks inside forks", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%l : int[], %i : int):
  %f : Future(int) = prim::fork_0(%l, %i)
  %a : int = aten::wait(%f)
  return (%a)
with prim::fork_0 = graph(%l : int[], %i : int):
  %g : Future(int) = prim::fork_1(%l, %i)
  %a : int = aten::wait(%g)
  return (%a)
with prim::fork_1 = graph(%l : int[], %i : int):
  %a : int = aten::__getitem__.t(%l, %i)
  return (%a)`,
    },
  });
  leavesNothing(runtime, () => {
    expect(module.forward([5, 6], 1)).toBe(6);
    expect(() => module.forward([5, 6], 2)).toThrow("index 2 is out of range for 2 elements");
  });
});

it("does not catch what ends a call: limits, and operators that are not there", () => {
  const endless = loadParts(
    runtime,
    {
      functions: {
        f: `graph(%n : int):
  %f : Future(int) = prim::fork_0(%n)
  return (%n)
with prim::fork_0 = graph(%n : int):
  %yes : bool = prim::Constant[value=1]()
  %most : int = prim::Constant[value=9223372036854775807]()
   = prim::Loop(%most, %yes)
    block0(%i : int):
      -> (%yes)
  return (%n)`,
      },
    },
    { limits: { instructions: 10_000 } },
  );
  leavesNothing(runtime, () => {
    expect(() => endless.forward(1)).toThrow("limit of 10000 instructions");
  });
  const missing = loadParts(runtime, {
    functions: {
      f: `graph(%n : int):
  %f : Future(int) = prim::fork_0(%n)
  return (%n)
with prim::fork_0 = graph(%n : int):
  %m : int = my::operator(%n)
  return (%m)`,
    },
  });
  leavesNothing(runtime, () => {
    expect(() => missing.forward(1)).toThrow("unsupported: my::operator");
  });
});

it("counts instructions across caught errors", () => {
  const module = loadParts(
    runtime,
    {
      functions: {
        f: `graph(%n : int):
  %yes : bool = prim::Constant[value=1]()
  %one : int = prim::Constant[value=1]()
   = prim::Loop(%n, %yes)
    block0(%i : int):
      %f : Future(int) = prim::fork_0(%one)
      -> (%yes)
  return (%n)
${HALF}`,
      },
    },
    { limits: { instructions: 2000 } },
  );
  leavesNothing(runtime, () => {
    expect(module.forward(50)).toBe(50);
    expect(() => module.forward(1000)).toThrow("limit of 2000 instructions");
  });
});

it("hands futures out as their values", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%n : int):
  %f : Future(int) = prim::fork_0(%n)
  %l : Future(int)[] = prim::ListConstruct(%f, %f)
  return (%f, %l)
${HALF}`,
    },
  });
  leavesNothing(runtime, () => {
    expect(module.forward(6)).toEqual([3, [3, 3]]);
    expect(() => module.forward(7)).toThrow("builtins.ValueError: odd");
  });
});

it("tells futures by what they promise", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%n : int):
  %f : Future(int) = prim::fork_0(%n)
  %l : Any[] = prim::ListConstruct(%f)
  %zero : int = prim::Constant[value=0]()
  %x : Any = aten::__getitem__.t(%l, %zero)
  %a : bool = prim::isinstance[types=[Future(int)]](%x)
  %b : bool = prim::isinstance[types=[Future(str)]](%x)
  %c : bool = prim::isinstance[types=[Future(int?)]](%x)
  %d : bool = prim::isinstance[types=[int]](%x)
  return (%a, %b, %c, %d)
${HALF}`,
    },
  });
  expect(module.forward(6)).toEqual([true, false, true, false]);
});

it("shows where in a fork the error was, and where it was waited for", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%l : int[]):
  %f : Future(int) = prim::fork_0(%l) # m.py:1:0
  %a : int = aten::wait(%f) # m.py:2:0
  return (%a)
with prim::fork_0 = graph(%l : int[]):
  %i : int = prim::Constant[value=7]()
  %a : int = aten::__getitem__.t(%l, %i) # m.py:3:4
  return (%a)`,
    },
    sources: { "m.py": "fut = fork(g, l)\nwait(fut)\n    l[7]\n" },
  });
  try {
    module.forward([1]);
    expect.unreachable();
  } catch (error) {
    const { trace } = error as SconceError;
    expect(trace.map(({ line, function: name }) => [line, name])).toEqual([
      [2, "f"],
      [3, "fork"],
    ]);
  }
});
