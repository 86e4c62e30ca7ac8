/** js::Try: what is caught and what is not, what the caught error says, that nothing is left behind, and that passes keep it. */

import { beforeAll, describe, expect, it } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import { printGraph } from "../../format/ir/print.ts";
import { JsErrorType, printType } from "../../format/types.ts";
import type { SconceError } from "../../loader/error.ts";
import { loadSync } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";
import { optimize } from "../../ts-frontend/passes/index.ts";
import { leavesNothing, loadParts, type Parts, programOf } from "../support/programs.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

const ERROR = printType(JsErrorType);

/** Raises ValueError("odd") for an odd number; half of an even one. */
const HALF = `graph(%n : int):
  %two : int = prim::Constant[value=2]()
  %zero : int = prim::Constant[value=0]()
  %rest : int = aten::remainder.int(%n, %two)
  %odd : bool = aten::ne.int(%rest, %zero)
   = prim::If(%odd)
    block0():
      %message : str = prim::Constant[value="odd"]()
      %class : str = prim::Constant[value="ValueError"]()
       = prim::RaiseException(%message, %class)
      -> ()
    block1():
      -> ()
  %half : int = aten::floordiv.int(%n, %two)
  return (%half)`;

/** What `half` gives, or what it raised. */
const SAFE = `graph(%n : int):
  %none : str = prim::Constant[value=""]()
  %r : int, %name : str, %text : str = js::Try()
    block0():
      %half : Function = prim::Constant[name="half"]()
      %h : int = prim::CallFunction(%half, %n)
      -> (%h, %none, %none)
    block1(%e : ${ERROR}):
      %a : str = js::errorName(%e)
      %b : str = js::errorMessage(%e)
      -> (%n, %a, %b)
  return (%r, %name, %text)`;

describe("errors that the program raises", () => {
  it("catches them from the function that was called", () => {
    const module = loadParts(runtime, { functions: { f: SAFE, half: HALF } });
    leavesNothing(runtime, () => {
      expect(module.forward(8)).toEqual([4, "", ""]);
      expect(module.forward(7)).toEqual([7, "ValueError", "odd"]);
    });
  });

  it("keeps a message of any length, and calls an error without class Error", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%s : str):
  %name : str, %text : str = js::Try()
    block0():
       = prim::RaiseException(%s)
      -> (%s, %s)
    block1(%e : ${ERROR}):
      %a : str = js::errorName(%e)
      %b : str = js::errorMessage(%e)
      -> (%a, %b)
  return (%name, %text)`,
      },
    });
    const long = "grüße ".repeat(1000);
    leavesNothing(runtime, () => {
      expect(module.forward(long)).toEqual(["Error", long]);
    });
  });

  it("raises the very same error again, also inside another Try", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%s : str, %again : bool):
  %text : str = js::Try()
    block0():
       = js::Try()
        block0():
          %c : str = prim::Constant[value="RangeError"]()
           = prim::RaiseException(%s, %c) # m.py:1:0
          -> ()
        block1(%e : ${ERROR}):
           = js::rethrow(%e) # m.py:2:0
          -> ()
      -> (%s)
    block1(%e.1 : ${ERROR}):
       = prim::If(%again)
        block0():
           = js::rethrow(%e.1) # m.py:3:0
          -> ()
        block1():
          -> ()
      %m : str = js::errorMessage(%e.1)
      -> (%m)
  return (%text)`,
      },
      sources: { "m.py": "raise RangeError(s)\nraise\nraise\n" },
    });
    leavesNothing(runtime, () => {
      expect(module.forward("why", false)).toBe("why");
      const error = thrownBy(() => module.forward("why", true));
      expect(error).toMatchObject({ code: "RAISED", facts: ["why", "RangeError"] });
      // Where it was raised first, and nothing of where it was raised again.
      expect(error.trace.map(({ line }) => line)).toEqual([1]);
    });
  });

  it("raises an error that the program made itself", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%name : str, %text : str):
  %none : str = prim::Constant[value=""]()
  %e : ${ERROR} = prim::TupleConstruct(%name, %text, %none)
   = js::rethrow(%e)
  return (%none)`,
      },
    });
    leavesNothing(runtime, () => {
      expect(thrownBy(() => module.forward("TypeError", "no"))).toMatchObject({
        code: "RAISED",
        facts: ["no", "TypeError"],
      });
    });
  });
});

describe("errors of operators", () => {
  const item = (handler: string): Parts => ({
    functions: {
      f: `graph(%l : int[], %i : int):
  %r : int = js::Try()
    block0():
      %get : Function = prim::Constant[name="get"]()
      %x : int = prim::CallFunction(%get, %l, %i) # m.py:1:0
      -> (%x)
    block1(%e : ${ERROR}):
${handler}
      -> (%i)
  return (%r)`,
      get: `graph(%l : int[], %i : int):
  %x : int = aten::__getitem__.t(%l, %i) # m.py:2:4
  return (%x)`,
    },
    sources: { "m.py": "x = get(l, i)\n    l[i]\nraise\n" },
  });

  it("catches them", () => {
    const module = loadParts(runtime, item("      %name : str = js::errorName(%e)"));
    leavesNothing(runtime, () => {
      expect(module.forward([5, 6], 1)).toBe(6);
      expect(module.forward([5, 6], 2)).toBe(2);
    });
  });

  it("raises the very same error again: operator, facts and places", () => {
    const plain = loadParts(runtime, { ...item(""), functions: { get: item("").functions.get! } });
    const module = loadParts(runtime, item("       = js::rethrow(%e) # m.py:3:0"));
    leavesNothing(runtime, () => {
      const want = thrownBy(() => plain.forward([5, 6], 2));
      const got = thrownBy(() => module.forward([5, 6], 2));
      expect(got).toMatchObject({ code: want.code, op: want.op, facts: want.facts });
      expect(got.trace.map(({ line, function: name }) => [line, name])).toEqual([
        [1, "f"],
        [2, "get"],
      ]);
    });
  });

  it("keeps shapes and texts among the facts", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%a : Tensor, %b : Tensor):
  %r : Tensor = js::Try()
    block0():
      %x : Tensor = aten::mm(%a, %b)
      -> (%x)
    block1(%e : ${ERROR}):
       = js::rethrow(%e)
      -> (%a)
  return (%r)`,
      },
    });
    const tensor = (...shape: number[]) => new Tensor(new Float32Array(shape[0]! * shape[1]!), shape);
    leavesNothing(runtime, () => {
      const error = thrownBy(() => module.forward(tensor(2, 3), tensor(4, 5)));
      expect(error.facts).toContainEqual([2, 3]);
      expect(error.facts).toContainEqual([4, 5]);
      expect(error.op).toBe("aten::mm");
    });
  });

  it("refuses to say their message, and that refusal is not caught", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%l : int[], %i : int):
  %r : str = js::Try()
    block0():
      %s : str = js::Try()
        block0():
          %x : int = aten::__getitem__.t(%l, %i)
          %t : str = aten::str(%x)
          -> (%t)
        block1(%e : ${ERROR}):
          %m : str = js::errorMessage(%e)
          -> (%m)
      -> (%s)
    block1(%e.1 : ${ERROR}):
      %n : str = js::errorName(%e.1)
      -> (%n)
  return (%r)`,
      },
    });
    leavesNothing(runtime, () => {
      expect(module.forward([5], 0)).toBe("5");
      expect(thrownBy(() => module.forward([5], 1))).toMatchObject({
        code: "UNSUPPORTED",
        facts: ["the message of an operator's error"],
      });
    });
  });

  it("takes no record that the runtime did not write", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%record : str):
  %s : str = prim::Constant[value="x"]()
  %e : ${ERROR} = prim::TupleConstruct(%s, %s, %record)
   = js::rethrow(%e)
  return (%s)`,
      },
    });
    const word = (n: number) => {
      const bytes = new Uint8Array(new Uint32Array([n]).buffer);
      return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
    };
    const records = [
      "x",
      "00",
      "g".repeat(40),
      // No code; an operator that is not there; too many facts; too much data; no frames.
      [0, 0, 0, 0, 0],
      [1, 1 << 20, 0, 0, 0],
      [1, 0, 9, 0, 0],
      [1, 0, 0, 881, 0],
      [1, 0, 0, 0],
      // A text outside the data area, before it and behind it.
      [3, 0, 1, 0, 4, 8, 0, 0, 0],
      [3, 0, 1, 0, 4, 0, 0xffff_fff0, 0xffff_ffff, 0],
      [3, 0, 1, 8, 3, 0x4000_0000, 0, 0, 0, 0, 0],
      // Frames that are announced and missing.
      [1, 0, 0, 0, 2, 0],
    ].map((record) => (typeof record === "string" ? record : record.map(word).join("")));
    leavesNothing(runtime, () => {
      for (const record of records)
        expect(
          thrownBy(() => module.forward(record)),
          record,
        ).toMatchObject({ code: "BAD_VALUE" });
    });
    // A well-formed one is taken; frames that the program does not have are not.
    const error = thrownBy(() =>
      module.forward([3, 0, 1, 0, 1, 0, 7, 0, 1, 1 << 30, 1 << 30].map(word).join("")),
    );
    expect(error).toMatchObject({ code: "INDEX_RANGE", facts: [7] });
  });
});

describe("where errors are caught", () => {
  it("frees what deep frames hold, and lets the catch block use what the body used", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%x : Tensor, %depth : int):
  %one : int = prim::Constant[value=1]()
  %y : Tensor = aten::add.Tensor(%x, %x, %one)
  %r : Tensor = js::Try()
    block0():
      %down : Function = prim::Constant[name="down"]()
      %z : Tensor = aten::add.Tensor(%y, %x, %one)
      %w : Tensor = prim::CallFunction(%down, %z, %depth)
      %v : Tensor = aten::add.Tensor(%w, %z, %one)
      -> (%v)
    block1(%e : ${ERROR}):
      %u : Tensor = aten::add.Tensor(%y, %y, %one)
      -> (%u)
  return (%r)`,
        down: `graph(%x : Tensor, %depth : int):
  %one : int = prim::Constant[value=1]()
  %zero : int = prim::Constant[value=0]()
  %y : Tensor = aten::add.Tensor(%x, %x, %one)
  %l : Tensor[] = prim::ListConstruct(%y, %x)
  %more : bool = aten::gt.int(%depth, %zero)
  %r : Tensor = prim::If(%more)
    block0():
      %next : int = aten::sub.int(%depth, %one)
      %down : Function = prim::Constant[name="down"]()
      %z : Tensor = prim::CallFunction(%down, %y, %next)
      -> (%z)
    block1():
      %bad : Tensor = aten::__getitem__.t(%l, %depth)
      %two : int = prim::Constant[value=2]()
      %worse : Tensor = aten::__getitem__.t(%l, %two)
      -> (%worse)
  return (%r)`,
      },
    });
    leavesNothing(runtime, () => {
      const result = module.forward(new Tensor(new Float32Array([1, 2])), 50) as Tensor;
      expect([...result.data]).toEqual([4, 8]);
    });
  });

  it("works in loops, with loops inside, and with what a body left", () => {
    // For each k < n: the rounds that an inner loop makes until the item k is out of range.
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%l : int[], %n : int):
  %yes : bool = prim::Constant[value=1]()
  %zero : int = prim::Constant[value=0]()
  %one : int = prim::Constant[value=1]()
  %log : int[] = prim::ListConstruct()
   = prim::Loop(%n, %yes)
    block0(%k : int):
      %s : int = js::Try()
        block0():
          %t : int = prim::Loop(%n, %yes, %zero)
            block0(%i : int, %a : int):
              %keep : int[] = prim::ListConstruct(%a, %i)
              %at : int = aten::add.int(%i, %k)
              %x : int = aten::__getitem__.t(%l, %at)
              %len : int = aten::len.t(%keep)
              %b : int = aten::add.int(%a, %x)
              -> (%yes, %b)
          -> (%t)
        block1(%e : ${ERROR}):
          %m : int = aten::neg.int(%k)
          -> (%m)
      %add : int[] = aten::append.t(%log, %s)
      -> (%yes)
  return (%log)`,
      },
    });
    leavesNothing(runtime, () => {
      expect(module.forward([1, 2, 3, 4], 3)).toEqual([6, 9, -2]);
      expect(module.forward([1, 2, 3, 4], 5)).toEqual([0, -1, -2, -3, -4]);
    });
  });

  it("sorts again after a comparison raised", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%l : int[], %n : int):
  %yes : bool = prim::Constant[value=1]()
  %two : int = prim::Constant[value=2]()
  %log : bool[] = prim::ListConstruct()
   = prim::Loop(%two, %yes)
    block0(%k : int):
      %s : bool = js::Try()
        block0():
          %cells : __torch__.Cell[] = prim::ListConstruct()
          %len : int = aten::len.t(%l)
           = prim::Loop(%len, %yes)
            block0(%i : int):
              %v : int = aten::__getitem__.t(%l, %i)
              %c : __torch__.Cell = prim::CreateObject()
               = prim::SetAttr[name="v"](%c, %v)
              %add : __torch__.Cell[] = aten::append.t(%cells, %c)
              -> (%yes)
          %sorted : __torch__.Cell[] = aten::sorted.any(%cells)
          -> (%yes)
        block1(%e : ${ERROR}):
          %no : bool = prim::Constant[value=0]()
          -> (%no)
      %add.1 : bool[] = aten::append.t(%log, %s)
      -> (%yes)
  return (%log)`,
      },
      classes: {
        "__torch__.Cell": {
          attributes: { v: "int" },
          methods: {
            __lt__: `graph(%self : __torch__.Cell, %other : __torch__.Cell):
  %a : int = prim::GetAttr[name="v"](%self)
  %b : int = prim::GetAttr[name="v"](%other)
  %q : int = aten::floordiv.int(%a, %b)
  %r : bool = aten::lt.int(%a, %b)
  return (%r)`,
          },
        },
      },
    });
    leavesNothing(runtime, () => {
      expect(module.forward([3, 1, 2], 0)).toEqual([true, true]);
      expect(module.forward([3, 0, 2, 0], 0)).toEqual([false, false]);
    });
  });

  it("works inside a fork, and around the wait for one", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%n : int):
  %a : Future((int, str, str)) = prim::fork_0(%n)
  %x : (int, str, str) = aten::wait(%a)
  %b : Future(int) = prim::fork_1(%n)
  %y : str = js::Try()
    block0():
      %h : int = aten::wait(%b) # m.py:1:0
      %t : str = aten::str(%h)
      -> (%t)
    block1(%e : ${ERROR}):
      %m : str = js::errorMessage(%e)
      -> (%m)
  return (%x, %y)
with prim::fork_0 = graph(%n : int):
  %safe : Function = prim::Constant[name="safe"]()
  %i : int, %s : str, %t : str = prim::CallFunction(%safe, %n)
  %r : (int, str, str) = prim::TupleConstruct(%i, %s, %t)
  return (%r)
with prim::fork_1 = graph(%n : int):
  %half : Function = prim::Constant[name="half"]()
  %r : int = prim::CallFunction(%half, %n)
  return (%r)`,
        safe: SAFE,
        half: HALF,
      },
    });
    leavesNothing(runtime, () => {
      expect(module.forward(8)).toEqual([[4, "", ""], "4"]);
      expect(module.forward(7)).toEqual([[7, "ValueError", "odd"], "odd"]);
    });
  });

  it("gives a caught error out, and takes it back", () => {
    const module = loadParts(runtime, {
      functions: {
        f: `graph(%l : int[]):
  %two : int = prim::Constant[value=2]()
  %none : str = prim::Constant[value=""]()
  %made : ${ERROR} = prim::TupleConstruct(%none, %none, %none)
  %r : ${ERROR} = js::Try()
    block0():
      %x : int = aten::__getitem__.t(%l, %two)
      -> (%made)
    block1(%e : ${ERROR}):
      -> (%e)
  %ok : bool = prim::isinstance[types=[${ERROR}]](%r)
  return (%r, %ok)`,
      },
    });
    leavesNothing(runtime, () => {
      const [error, ok] = module.forward([1]) as [Record<string, string>, boolean];
      expect(ok).toBe(true);
      expect(error).toMatchObject({ name: "SconceError", message: "" });
      expect(error.record).toMatch(/^[0-9a-f]+$/);
    });
  });
});

describe("what is never caught", () => {
  const around = (body: string, rest: Record<string, string> = {}): Parts => ({
    functions: {
      f: `graph(%n : int):
  %r : int = js::Try()
    block0():
${body}
      -> (%n)
    block1(%e : ${ERROR}):
      -> (%n)
  return (%r)`,
      ...rest,
    },
  });

  it("the limit of instructions", () => {
    const endless = around(`      %yes : bool = prim::Constant[value=1]()
      %most : int = prim::Constant[value=9223372036854775807]()
       = prim::Loop(%most, %yes)
        block0(%i : int):
           = js::Try()
            block0():
              %m : str = prim::Constant[value="again"]()
               = prim::RaiseException(%m)
              -> ()
            block1(%e.1 : ${ERROR}):
              -> ()
          -> (%yes)`);
    const module = loadParts(runtime, endless, { limits: { instructions: 5000 } });
    leavesNothing(runtime, () => {
      expect(thrownBy(() => module.forward(1))).toMatchObject({ code: "INSTRUCTION_LIMIT" });
    });
  });

  it("the limit of depth", () => {
    const down = `graph(%n : int):
  %down : Function = prim::Constant[name="down"]()
  %r : int = js::Try()
    block0():
      %m : int = prim::CallFunction(%down, %n)
      -> (%m)
    block1(%e : ${ERROR}):
      -> (%n)
  return (%r)`;
    const module = loadParts(runtime, { functions: { down } }, { limits: { depth: 100 } });
    leavesNothing(runtime, () => {
      expect(thrownBy(() => module.forward(1))).toMatchObject({ code: "DEPTH_LIMIT", facts: [100] });
    });
  });

  it("the limit of memory", async () => {
    const small = await Runtime.create({ memoryLimit: 1 << 20 });
    const module = loadParts(
      small,
      around(`      %z : int = prim::Constant[value=0]()
      %l : int[] = prim::ListConstruct(%z)
      %big : int[] = aten::mul.left_t(%l, %n)`),
    );
    expect(module.forward(10)).toBe(10);
    expect(thrownBy(() => module.forward(10_000_000))).toMatchObject({ code: "OUT_OF_MEMORY" });
    expect(module.forward(10)).toBe(10);
  });

  it("operators that are not there", () => {
    const module = loadParts(runtime, around("      %x : int = my::operator(%n)"));
    expect(thrownBy(() => module.forward(1))).toMatchObject({ code: "UNSUPPORTED" });
  });
});

describe("text and passes", () => {
  it("prints and reads back", () => {
    const text = printGraph(parseGraph(SAFE));
    expect(text).toContain("js::Try()");
    expect(printGraph(parseGraph(text))).toBe(text);
  });

  it.each([
    [
      "no parameter of the catch block",
      "%r : int = js::Try()\n    block0():\n      -> (%n)\n    block1():\n      -> (%n)",
      /1 parameters of block 1, got 0/,
    ],
    [
      "another type of error",
      "%r : int = js::Try()\n    block0():\n      -> (%n)\n    block1(%e : str):\n      -> (%n)",
      /the caught error: str/,
    ],
    ["one block", "%r : int = js::Try()\n    block0():\n      -> (%n)", /2 blocks, got 1/],
    [
      "other results",
      `%r : int = js::Try()\n    block0():\n      -> (%n)\n    block1(%e : ${ERROR}):\n      -> ()`,
      /1 values, got 0/,
    ],
  ])("verifies: %s", (_, body, message) => {
    expect(() => programOf({ functions: { f: `graph(%n : int):\n  ${body}\n  return (%r)` } })).toThrow(
      message,
    );
  });

  it("keeps what may raise, unused as it is, here and in what is called", () => {
    const parts: Parts = {
      functions: {
        f: `graph(%x : Tensor, %l : int[], %n : int):
  %seven : int = prim::Constant[value=7]()
  %r : int = js::Try()
    block0():
      %half : Function = prim::Constant[name="half"]()
      %h : int = prim::CallFunction(%half, %n)
      %unused : Tensor = aten::view(%x, %l)
      %got : int = prim::Constant[value=1]()
      -> (%got)
    block1(%e : ${ERROR}):
      %two : int = prim::Constant[value=2]()
      -> (%two)
  return (%r)`,
        half: HALF,
      },
    };
    const program = programOf(parts);
    optimize(program);
    const module = loadSync(writeProgram(program), runtime);
    leavesNothing(runtime, () => {
      const x = () => new Tensor(new Float32Array(6));
      expect(module.forward(x(), [2, 3], 2)).toBe(1);
      expect(module.forward(x(), [2, 4], 2)).toBe(2);
      expect(module.forward(x(), [2, 3], 3)).toBe(2);
    });
  });
});

function thrownBy(body: () => unknown): SconceError {
  try {
    body();
  } catch (error) {
    return error as SconceError;
  }
  return expect.unreachable() as never;
}
