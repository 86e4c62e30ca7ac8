/** Control flow, calls, containers and state in the virtual machine, on programs built node by node. */

import { beforeAll, describe, expect, it } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { GraphBuilder } from "../../format/ir/builder.ts";
import { addClass, emptyProgram, type Program } from "../../format/ir/program.ts";
import {
  BoolType,
  classType,
  FloatType,
  IntType,
  listOf,
  StrType,
  TensorType,
  type Type,
  tupleOf,
} from "../../format/types.ts";
import { IValue, tensorFromBytes } from "../../format/value.ts";
import { loadSync } from "../../loader/load.ts";
import type { Module } from "../../loader/module.ts";
import { Runtime } from "../../loader/runtime.ts";
import { Tensor } from "../../loader/tensor.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

/** A program with one free function, built by `body`, which adds inputs and returns. */
function functionProgram(
  inputs: [string, Type][],
  returns: Type[],
  body: (b: GraphBuilder) => void,
): Program {
  const program = emptyProgram({ kind: "function", name: "f" });
  const b = new GraphBuilder();
  for (const [name, type] of inputs) b.input(type, name);
  body(b);
  program.functions.set("f", {
    name: "f",
    schema: {
      args: inputs.map(([name, type]) => ({ name, type })),
      returns: returns.map((type) => ({ type })),
    },
    graph: b.graph,
  });
  return program;
}

function load(program: Program, options = {}): Module {
  return loadSync(writeProgram(program), runtime, options);
}

/** Runs `body` and expects the runtime's live bytes to be what they were, once scratch memory is warm. */
function leavesNothing(body: () => void): void {
  body();
  const before = runtime.exports.sc_live();
  body();
  expect(runtime.exports.sc_live()).toBe(before);
}

const int = (b: GraphBuilder, n: number) => b.constant(IValue.int(n));
const yes = (b: GraphBuilder) => b.constant(IValue.bool(true));

describe("branches and loops", () => {
  it("runs the branch that the condition chooses", () => {
    const inputs: [string, Type][] = [
      ["c", BoolType],
      ["a", IntType],
      ["b", IntType],
    ];
    const program = functionProgram(inputs, [IntType, IntType], (b) => {
      const [c, x, y] = b.graph.inputs;
      b.returns(
        b.if(
          c!,
          [IntType, IntType],
          () => [x!, y!],
          () => [y!, x!],
        ).outputs,
      );
    });
    const module = load(program);
    expect(module.forward(true, 1, 2)).toEqual([1, 2]);
    expect(module.forward(false, 1, 2)).toEqual([2, 1]);
    expect(() => module.forward(1, 1, 2)).toThrow(/argument c should be bool, got number 1/);
  });

  it("carries values round a loop, all read before any is written", () => {
    const program = functionProgram(
      [
        ["n", IntType],
        ["a", StrType],
        ["b", StrType],
      ],
      [StrType, StrType, IntType],
      (b) => {
        const [n, x, y] = b.graph.inputs;
        const loop = b.loop(n!, yes(b), [x!, y!, int(b, -1)], (i, [p, q]) => ({
          cond: yes(b),
          carried: [q!, p!, i],
        }));
        b.returns(loop.outputs);
      },
    );
    const module = load(program);
    leavesNothing(() => {
      expect(module.forward(0, "a", "b")).toEqual(["a", "b", -1]);
      expect(module.forward(1, "a", "b")).toEqual(["b", "a", 0]);
      expect(module.forward(5, "a", "b")).toEqual(["b", "a", 4]);
    });
  });

  it("leaves a loop when its condition fails, and nests", () => {
    const program = functionProgram([["x", TensorType]], [TensorType], (b) => {
      const [x] = b.graph.inputs;
      const one = int(b, 1);
      const outer = b.loop(int(b, 3), yes(b), [x!], (_i, [y]) => {
        const inner = b.loop(int(b, 10), yes(b), [y!], (_k, [z]) => ({
          cond: b.constant(IValue.bool(false)),
          carried: [b.op("aten::add.Tensor", [z!, x!, one], TensorType)],
        }));
        return { cond: yes(b), carried: [inner.outputs[0]!] };
      });
      b.returns(outer.outputs);
    });
    const module = load(program);
    leavesNothing(() => {
      const y = module.forward(new Tensor(new Float32Array([1, 2]))) as Tensor;
      expect([...y.data]).toEqual([4, 8]);
    });
  });

  it("stops an endless loop at the caller's limit, and stays usable", () => {
    const program = functionProgram([["n", IntType]], [IntType], (b) => {
      const [n] = b.graph.inputs;
      b.returns(
        b.loop(int(b, Number.MAX_SAFE_INTEGER), yes(b), [n!], (i) => ({ cond: yes(b), carried: [i] }))
          .outputs,
      );
    });
    const module = load(program, { limits: { instructions: 100_000 } });
    leavesNothing(() => {
      expect(() => module.forward(1)).toThrow(/limit of 100000 instructions/);
    });
  });
});

describe("calls", () => {
  it("limits recursion", () => {
    const program = functionProgram([["n", IntType]], [IntType], (b) => {
      b.returns([b.callFunction("f", [b.graph.inputs[0]!], IntType)]);
    });
    const module = load(program, { limits: { depth: 500 } });
    leavesNothing(() => {
      expect(() => module.forward(1)).toThrow(/more than 500 deep/);
    });
  });

  it("calls methods of submodules, reads constants, and keeps what SetAttr wrote", () => {
    const object: IValue & { kind: "object" } = { kind: "object", type: "M", attrs: new Map() };
    const child = IValue.object("C", new Map([["count", IValue.int(0)]]));
    object.attrs.set("child", child);
    const program = emptyProgram({ kind: "object", object });
    const c = addClass(program, "module", "C");
    c.attributes.push({ name: "step", type: IntType, kind: "constant", value: IValue.int(5) });
    c.attributes.push({ name: "count", type: IntType, kind: "attribute" });
    const cb = new GraphBuilder();
    const cself = cb.input(classType("C"), "self");
    const x = cb.input(IntType, "x");
    const old = cb.getAttr(cself, "count", IntType);
    cb.setAttr(cself, "count", x);
    cb.returns([
      cb.op("prim::TupleConstruct", [old, cb.getAttr(cself, "step", IntType)], tupleOf([IntType, IntType])),
    ]);
    const pair = tupleOf([IntType, IntType]);
    c.methods.push({
      name: "forward",
      schema: {
        args: [
          { name: "self", type: classType("C") },
          { name: "x", type: IntType },
        ],
        returns: [{ type: pair }],
      },
      graph: cb.graph,
    });
    const m = addClass(program, "module", "M");
    m.attributes.push({ name: "child", type: classType("C"), kind: "module" });
    const b = new GraphBuilder();
    const self = b.input(classType("M"), "self");
    const y = b.input(IntType, "y");
    b.returns([b.callMethod(b.getAttr(self, "child", classType("C")), "forward", [y], pair)]);
    m.methods.push({
      name: "forward",
      schema: {
        args: [
          { name: "self", type: classType("M") },
          { name: "y", type: IntType, default: IValue.int(7) },
        ],
        returns: [{ type: pair }],
      },
      graph: b.graph,
    });
    const module = load(program);
    expect(module.forward(3)).toEqual([0, 5]);
    expect(module.forward()).toEqual([3, 5]);
    expect(module.getAttribute("child.count")).toBe(7);
    expect(module.getAttribute("child.step")).toBe(5);
    module.setAttribute("child.count", 9);
    expect(module.forward(1)).toEqual([9, 5]);
    expect(() => module.setAttribute("child.count", "x")).toThrow(/should be int/);
    expect(() => module.getAttribute("child.nothing")).toThrow(/no attribute child.nothing/);
    expect(module.schemaText()).toBe("forward(int y=…) -> (int, int)");
    leavesNothing(() => module.forward(1));
    module.dispose();
    expect(() => module.forward(1)).toThrow(/disposed/);
  });
});

describe("values", () => {
  it("builds and takes apart lists, tuples and dicts", () => {
    const program = functionProgram(
      [
        ["a", IntType],
        ["b", IntType],
      ],
      [listOf(IntType), IntType, IntType],
      (b) => {
        const [x, y] = b.graph.inputs;
        const list = b.op("prim::ListConstruct", [y!, x!, y!], listOf(IntType));
        const unpacked = b.node("prim::ListUnpack", [list], [IntType, IntType, IntType]);
        const tuple = b.op("prim::TupleConstruct", [x!, list], tupleOf([IntType, listOf(IntType)]));
        const item = b.op("prim::TupleIndex", [tuple, int(b, -2)], IntType);
        b.returns([list, unpacked.outputs[1]!, item]);
      },
    );
    const module = load(program);
    leavesNothing(() => {
      expect(module.forward(1, 2)).toEqual([[2, 1, 2], 1, 1]);
    });
  });

  it("checks types at run time", () => {
    const program = functionProgram([["x", { kind: "Any" }]], [BoolType, BoolType, BoolType], (b) => {
      const [x] = b.graph.inputs;
      const is = (type: Type) => b.isinstance(x!, [type]);
      b.returns([is(IntType), is(listOf(IntType)), is({ kind: "Optional", elem: StrType })]);
    });
    const module = load(program);
    expect(module.forward(1)).toEqual([true, false, false]);
    expect(module.forward([1, 2])).toEqual([false, true, false]);
    expect(module.forward(null)).toEqual([false, false, true]);
  });

  it("raises, with the place in the source", () => {
    const program = functionProgram([["x", StrType]], [], (b) => {
      b.range = { file: "model.ts", line: 2, col: 4 };
      b.node("prim::RaiseException", [b.graph.inputs[0]!]);
      b.returns([]);
    });
    program.sources.set("model.ts", "first\n    throw new Error(x)\n");
    const module = load(program);
    leavesNothing(() => {
      expect(() => module.forward("no such thing")).toThrow(
        "no such thing\n  at model.ts:2:5\n    throw new Error(x)",
      );
    });
  });

  it("guards values of a trace", () => {
    const program = functionProgram(
      [
        ["n", IntType],
        ["x", FloatType],
      ],
      [],
      (b) => {
        b.guard(b.graph.inputs[0]!, 4n, "x.shape[0]");
        b.guard(b.graph.inputs[1]!, Number.NaN, "x.item()");
        b.returns([]);
      },
    );
    const module = load(program);
    expect(module.forward(4, Number.NaN)).toBeUndefined();
    expect(() => module.forward(5, Number.NaN)).toThrow(
      "x.shape[0]: it was 4 when the model was traced, now it is 5",
    );
    expect(() => module.forward(4, 1.5)).toThrow(
      "x.item(): it was NaN when the model was traced, now it is 1.5",
    );
  });

  it("refuses an operator that it does not have only when it is reached", () => {
    const program = functionProgram([["c", BoolType]], [IntType], (b) => {
      const [c] = b.graph.inputs;
      b.returns(
        b.if(
          c!,
          [IntType],
          () => [b.op("aten::nothing", [c!], IntType)],
          () => [int(b, 1)],
        ).outputs,
      );
    });
    const module = load(program);
    expect(module.forward(false)).toBe(1);
    expect(() => module.forward(true)).toThrow("unsupported: aten::nothing");
  });

  it("shares weights with the file, keeps state, and collects prints and warnings", () => {
    const seen: string[] = [];
    const program = functionProgram([["x", TensorType]], [TensorType], (b) => {
      const [x] = b.graph.inputs;
      const weight = b.constant(
        IValue.tensor(tensorFromBytes("float32", [2], new Uint8Array(new Float32Array([10, 20]).buffer))),
      );
      b.node("prim::Print", [b.constant(IValue.str("hello")), int(b, 3)]);
      b.node("aten::warn", [b.constant(IValue.str("careful")), int(b, 2)]);
      b.returns([b.op("aten::add.Tensor", [x!, weight, int(b, 1)], TensorType)]);
    });
    const module = load(program, {
      onMessage: (m: { kind: string; text: string }) => {
        seen.push(`${m.kind} ${m.text}`);
      },
    });
    leavesNothing(() => {
      expect([...(module.forward(new Tensor(new Float32Array([1, 2]))) as Tensor).data]).toEqual([11, 22]);
    });
    expect(seen.slice(0, 2)).toEqual(["print hello 3", "warning careful"]);
  });
});

describe("values returned by blocks inside blocks", () => {
  it("are still there for what uses them afterwards", () => {
    const forms: [string, (h: number, q: number) => [number, number]][] = [
      ["both", (h, q) => [h, q]],
      ["swapped", (h, q) => [q, h]],
      ["twice", (h) => [h, h]],
    ];
    for (const [name, pick] of forms) {
      const program = functionProgram(
        [
          ["x", IntType],
          ["n", IntType],
          ["c", BoolType],
        ],
        [IntType, IntType],
        (b) => {
          const [x, n, c] = b.graph.inputs;
          const yes = b.constant(IValue.bool(true));
          const one = b.constant(IValue.int(1));
          const loop = b.loop(n!, yes, [x!, x!], (_, [h]) => {
            const next = b.op("aten::add.int", [h!, one], IntType);
            const branch = b.if(
              c!,
              [IntType],
              () => [b.op("aten::mul.int", [next, next], IntType)],
              () => [next],
            );
            const doubled = b.op("aten::add.int", [branch.output, branch.output], IntType);
            const values = [next, doubled];
            return { cond: yes, carried: pick(0, 1).map((i) => values[i]!) };
          });
          b.returns(loop.outputs);
        },
      );
      const module = load(program);
      for (const c of [true, false]) {
        let state: [number, number] = [2, 2];
        for (let i = 0; i < 3; i++) {
          const next = state[0] + 1;
          state = pick(next, 2 * (c ? next * next : next));
        }
        expect([name, c, module.forward(2, 3, c)]).toEqual([name, c, state]);
      }
    }
  });
});
