/** Stopping and going on, and running out of memory: the machine's state is whole after each. */

import { describe, expect, it } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { GraphBuilder } from "../../format/ir/builder.ts";
import { emptyProgram, type Program } from "../../format/ir/program.ts";
import { IntType, TensorType } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { loadSync } from "../../loader/load.ts";
import { Runtime, SLOT } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";
import { optimize } from "../../ts-frontend/passes/index.ts";
import { leavesNothing, loadParts, type Parts, programOf } from "../support/programs.ts";

/** f(x, n): x added to itself in a loop of n rounds: x * (n + 1). */
function loopFile(): Uint8Array {
  const program = emptyProgram({ kind: "function", name: "f" });
  const b = new GraphBuilder();
  const x = b.input(TensorType, "x");
  const n = b.input(IntType, "n");
  const one = b.constant(IValue.int(1));
  const yes = b.constant(IValue.bool(true));
  const loop = b.loop(n, yes, [x], (_i, [y]) => ({
    cond: yes,
    carried: [b.op("aten::add.Tensor", [y!, x, one], TensorType)],
  }));
  b.returns(loop.outputs);
  program.functions.set("f", {
    name: "f",
    schema: {
      args: [
        { name: "x", type: TensorType },
        { name: "n", type: IntType },
      ],
      returns: [{ type: TensorType }],
    },
    graph: b.graph,
  });
  return writeProgram(program);
}

it("pauses after any instruction and goes on to the same answer", async () => {
  const runtime = await Runtime.create();
  const { exports } = runtime;
  const file = loopFile();
  const data = exports.sc_alloc(file.length);
  runtime.u8.set(file, data);
  const program = exports.sc_load(data, file.length);
  for (const slice of [1, 2, 7]) {
    const slots = runtime.pushSlots(2);
    runtime.setObject(
      slots,
      8,
      runtime.newTensor("float32", [1], new Uint8Array(new Float32Array([2]).buffer)),
    );
    runtime.setInt(slots + SLOT, 10);
    const task = exports.sc_begin(program, exports.sc_root(program), slots, 2);
    let pauses = 0;
    let status = exports.sc_run(task, slice);
    for (; status === 2; status = exports.sc_run(task, slice)) pauses++;
    expect(status).toBe(0);
    expect(pauses).toBeGreaterThan(20 / slice);
    const result = runtime.readBytes(runtime.view.getUint32(exports.sc_results(task) + 8, true));
    expect([...new Float32Array(result.bytes.buffer)]).toEqual([22]);
    exports.sc_end(task);
    runtime.popSlots(2);
  }
});

/** The sum of x for every number below n, with a list that keeps the last one. */
const SUM: Parts = {
  functions: {
    f: `graph(%n : float, %x : float):
  %most : int = prim::Constant[value=9223372036854775807]()
  %zero : float = prim::Constant[value=0.]()
  %one : float = prim::Constant[value=1.]()
  %go : bool = aten::lt.float(%zero, %n)
  %l : float[] = prim::ListConstruct(%zero)
  %s : float, %i : float = prim::Loop(%most, %go, %zero, %zero)
    block0(%k : int, %s.1 : float, %i.1 : float):
      %s.2 : float = aten::add.float(%s.1, %x)
       = js::setIdx(%l, %zero, %i.1)
      %i.2 : float = aten::add.float(%i.1, %one)
      %go.1 : bool = aten::lt.float(%i.2, %n)
      -> (%go.1, %s.2, %i.2)
  return (%s, %l)`,
  },
};

it("pauses in loops of numbers, whose instructions run in pairs, after as many as it was given, or one more", async () => {
  const runtime = await Runtime.create();
  const { exports } = runtime;
  const file = writeProgram(programOf(SUM));
  const data = exports.sc_alloc(file.length);
  runtime.u8.set(file, data);
  const program = exports.sc_load(data, file.length);
  const run = (slice: number): { results: unknown; pauses: number } => {
    const slots = runtime.pushSlots(2);
    runtime.writeValue(slots, IValue.float(1000));
    runtime.writeValue(slots + SLOT, IValue.float(0.1));
    const task = exports.sc_begin(program, exports.sc_root(program), slots, 2);
    let pauses = 0;
    let status = exports.sc_run(task, slice);
    for (; status === 2; status = exports.sc_run(task, slice)) pauses++;
    expect(status).toBe(0);
    const at = exports.sc_results(task);
    const results = [runtime.readValue(at), runtime.readValue(at + SLOT)];
    exports.sc_end(task);
    runtime.popSlots(2);
    return { results, pauses };
  };
  const whole = run(0);
  expect(whole.pauses).toBe(0);
  for (const slice of [1, 2, 3, 7, 100_000]) {
    const { results, pauses } = run(slice);
    expect(results).toEqual(whole.results);
    // Four instructions a round.
    expect(pauses).toBeLessThanOrEqual(4020 / slice);
    expect(pauses).toBeGreaterThanOrEqual(Math.floor(4000 / (slice + 1)));
  }
});

it("counts the instructions of loops of numbers one by one, across pauses too", async () => {
  const runtime = await Runtime.create();
  const file = writeProgram(programOf(SUM));
  const works = (instructions: number): boolean => {
    const module = loadSync(file, runtime, { limits: { instructions } });
    try {
      module.forward(1000, 0.1);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "INSTRUCTION_LIMIT" });
      return false;
    } finally {
      module.dispose();
    }
  };
  expect(works(3990)).toBe(false);
  expect(works(4020)).toBe(true);
});

it("frees a task that is given up in the middle", async () => {
  const runtime = await Runtime.create();
  const { exports } = runtime;
  const file = loopFile();
  const data = exports.sc_alloc(file.length);
  runtime.u8.set(file, data);
  const program = exports.sc_load(data, file.length);
  const giveUp = (): number => {
    const slots = runtime.pushSlots(2);
    runtime.setObject(slots, 8, runtime.newTensor("float32", [1000], undefined));
    runtime.setInt(slots + SLOT, 10);
    const task = exports.sc_begin(program, exports.sc_root(program), slots, 2);
    expect(exports.sc_run(task, 12)).toBe(2);
    exports.sc_end(task);
    runtime.popSlots(2);
    return exports.sc_live();
  };
  const first = giveUp();
  expect(giveUp()).toBe(first);
});

describe("limits of a program that does not end", () => {
  /** f(x, n): loops for ever when n is 0, calls itself for ever when it is 1, else gives x and a half. */
  const parts: Parts = {
    functions: {
      f: `graph(%x : float[], %n : int):
  %zero : int = prim::Constant[value=0]()
  %one : int = prim::Constant[value=1]()
  %half : float = prim::Constant[value=0.5]()
  %yes : bool = prim::Constant[value=1]()
  %most : int = prim::Constant[value=9223372036854775807]()
  %loops : bool = aten::eq.int(%n, %zero)
  %t : float = prim::If(%loops)
    block0():
      %s : float = prim::Loop(%most, %yes, %half)
        block0(%i : int, %a : float):
          %l : float[] = prim::ListConstruct(%a)
          %b : float = aten::add.float(%a, %half)
          -> (%yes, %b)
      -> (%s)
    block1():
      -> (%half)
  %deep : bool = aten::eq.int(%n, %one)
  %r : float[] = prim::If(%deep)
    block0():
      %g : Function = prim::Constant[name="g"]()
      %y : float[] = prim::CallFunction(%g, %x, %n)
      -> (%y)
    block1():
      %z : float[] = prim::ListConstruct(%t)
      %w : float[] = aten::add.t(%x, %z)
      -> (%w)
  return (%r)`,
      g: `graph(%x : float[], %n : int):
  %f : Function = prim::Constant[name="f"]()
  %l : float[] = aten::add.t(%x, %x)
  %y : float[] = prim::CallFunction(%f, %x, %n)
  return (%y)`,
    },
  };

  it.each([
    ["as written", (_: Program) => {}],
    ["optimized", (program: Program) => void optimize(program)],
  ])("are typed errors, and leave the runtime as it was: %s", async (_, change) => {
    const runtime = await Runtime.create();
    const program = programOf(parts);
    change(program);
    const limits = { instructions: 100_000, depth: 200 };
    const module = loadSync(writeProgram(program), runtime, { limits });
    leavesNothing(runtime, () => {
      expect(() => module.forward([1, 2], 0)).toThrow(
        expect.objectContaining({ code: "INSTRUCTION_LIMIT", facts: [100_000] }),
      );
      expect(module.forward([1, 2], 2)).toEqual([1, 2, 0.5]);
      expect(() => module.forward([1, 2], 1)).toThrow(
        expect.objectContaining({ code: "DEPTH_LIMIT", facts: [200] }),
      );
      expect(module.forward([1, 2], 2)).toEqual([1, 2, 0.5]);
    });
  });

  it("allow what stays below them", async () => {
    const runtime = await Runtime.create();
    const module = loadParts(
      runtime,
      {
        functions: {
          fib: `graph(%n : float):
  %one : float = prim::Constant[value=1.]()
  %two : float = prim::Constant[value=2.]()
  %small : bool = aten::lt.float(%n, %two)
  %r : float = prim::If(%small)
    block0():
      -> (%n)
    block1():
      %fib : Function = prim::Constant[name="fib"]()
      %a : float = aten::sub.float(%n, %one)
      %b : float = aten::sub.float(%n, %two)
      %c : float = prim::CallFunction(%fib, %a)
      %d : float = prim::CallFunction(%fib, %b)
      %e : float = aten::add.float(%c, %d)
      -> (%e)
  return (%r)`,
        },
      },
      { limits: { depth: 20 } },
    );
    expect(module.forward(20)).toBe(6765);
    expect(() => module.forward(21)).toThrow(expect.objectContaining({ code: "DEPTH_LIMIT" }));
  });
});

it("runs out of memory with a typed error, and stays usable", async () => {
  const runtime = await Runtime.create({ memoryLimit: 1 << 20 });
  const module = loadSync(loopFile(), runtime);
  const small = new Tensor(new Float32Array([1, 2]));
  expect([...(module.forward(small, 1) as Tensor).data]).toEqual([2, 4]);
  const live = runtime.exports.sc_live();
  let error: unknown;
  try {
    module.forward(new Tensor(new Float32Array(200_000)), 3);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(SconceError);
  expect(error).toMatchObject({ code: "OUT_OF_MEMORY" });
  expect((error as SconceError).facts[0]).toBe(800_000);
  expect((error as SconceError).message).toMatch(/800000 bytes wanted, \d+ free/);
  expect([...(module.forward(small, 3) as Tensor).data]).toEqual([4, 8]);
  expect(runtime.exports.sc_live()).toBe(live);
});
