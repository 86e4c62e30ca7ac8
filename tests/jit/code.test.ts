/** `.code`: each construct of the IR as TypeScript, and what is printed passes the type checker. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Graph, Value } from "../../format/ir/graph.ts";
import { parseGraph } from "../../format/ir/parse.ts";
import {
  addClass,
  type ClassDef,
  emptyProgram,
  type Fn,
  functionsOf,
  type Program,
} from "../../format/ir/program.ts";
import { resolveOverload } from "../../format/ops/resolve.ts";
import {
  classType,
  FloatType,
  IntType,
  interfaceType,
  listOf,
  StrType,
  TensorType,
} from "../../format/types.ts";
import { IValue, type TensorData, tensorFromBytes, tensorHash } from "../../format/value.ts";
import { graphShape } from "../../scripts/conformance/graph-shape.ts";
import { typeErrors } from "../../scripts/conformance/print-code.ts";
import { jit, SconceError, type Tensor, torch } from "../../ts-frontend/index.ts";
import { programCode } from "../../ts-frontend/jit/code/index.ts";
import { compileCode } from "../../ts-frontend/script/code/compile-code.ts";

const weight: TensorData = tensorFromBytes("float32", [1], new Uint8Array(4));
const tensors = new Map([[tensorHash(weight), weight]]);
const printed: string[] = [];
/** By the name of the test that printed it. */
const programs = new Map<string, Program>();

function graphOf(text: string): Graph {
  return parseGraph(text, { tensors, resolve: (name, inputs) => resolveOverload(name, inputs)?.name });
}

function fn(name: string, graph: Graph): Fn {
  const named = (value: Value, i: number) => ({ name: value.name ?? `a${i}`, type: value.type });
  const args = graph.inputs.map(named);
  return { name, schema: { args, returns: graph.outputs.map(({ type }) => ({ type })) }, graph };
}

/** A program whose only function is this graph. */
function program(text: string): Program {
  const made = emptyProgram({ kind: "function", name: "__torch__.f" });
  made.functions.set("__torch__.f", fn("__torch__.f", graphOf(text)));
  return made;
}

/** The whole text, which the type checker sees in the end. */
function textOf(made: Program): string {
  const { code } = programCode(made);
  printed.push(code);
  programs.set(expect.getState().currentTestName!.replace(/^.* > /, ""), made);
  return code;
}

/** The statements of the only function. */
function body(text: string, made = program(text)): string {
  const code = textOf(made);
  const start = code.indexOf("{\n", code.indexOf("function f(")) + 2;
  return code.slice(start, code.indexOf("\n}\n", start)).replaceAll(/^ {2}/gm, "");
}

describe("expressions", () => {
  it("numbers with operators, ints with raw calls", () => {
    expect(
      body(`graph(%a : float, %b : float, %n : int):
        %c : float = aten::add(%a, %b)
        %d : float = aten::mul(%c, %a)
        %two : int = prim::Constant[value=2]()
        %m : int = aten::floordiv(%n, %two)
        %e : bool = aten::lt(%d, %b)
        %g : bool = aten::__not__(%e)
        %t : (bool, int) = prim::TupleConstruct(%g, %m)
        return (%t)`),
    ).toMatchInlineSnapshot(`
      "const d = (a + b) * a;
      const m: bigint = ops.aten.floordiv(n, 2n);
      const g = !(d < b);
      return [g, m];"
    `);
  });

  it("JavaScript's operators in its own syntax, where that is one", () => {
    expect(
      body(`graph(%s : str, %l : float[], %m : Dict(str, float), %x : float):
        %two : float = prim::Constant[value=2.]()
        %one : float = prim::Constant[value=1.]()
        %none : NoneType = prim::Constant()
        %a : str = prim::Constant[value="a"]()
        %t : str = js::str(%x)
        %u : str = js::strAdd(%s, %a)
        %v : str = js::strAdd(%u, %t)
        %c : bool = aten::eq(%v, %a)
        %n : bool = aten::__not__(%c)
        %k : float = js::listLen(%l)
        %r : float = js::mod(%k, %two)
        %0 : float = js::push(%l, %r)
         = js::setIdx(%l, %one, %two)
        %p : float[] = js::listSlice(%l, %one, %none)
        %q : float[] = js::listSlice(%l, %none, %one)
        %i : float = js::at(%l, %one)
         = js::mapSet(%m, %v, %i)
        %w : str = js::toUpperCase(%v)
        %z : (bool, float[], float[], str) = prim::TupleConstruct(%n, %p, %q, %w)
        return (%z)`),
    ).toMatchInlineSnapshot(`
      "const t = String(x);
      const u = s + "a";
      const v = u + t;
      const n = v !== "a";
      l.push(l.length % 2);
      l[1] = 2;
      const p = l.slice(1);
      const q: number[] = ops.js.listSlice(l, null, 1);
      const i: number = ops.js.at(l, 1);
      m.set(v, i);
      return [n, p, q, v.toUpperCase()];"
    `);
  });

  it("literals keep their kind and value", () => {
    expect(
      body(`graph():
        %a : float = prim::Constant[value=-0.]()
        %b : float = prim::Constant[value=inf]()
        %c : float = prim::Constant[value=nan]()
        %d : float = prim::Constant[value=2.]()
        %e : int = prim::Constant[value=-9223372036854775808]()
        %s : str = prim::Constant[value="a\\"b\\n"]()
        %z : bool = prim::Constant[value=1]()
        %n : NoneType = prim::Constant()
        %w : Tensor = prim::Constant[value=<Tensor sha256:${tensorHash(weight)}>]()
        %t : (float, float, float, float, int, str, bool, NoneType, Tensor) = prim::TupleConstruct(%a, %b, %c, %d, %e, %s, %z, %n, %w)
        return (%t)`),
    ).toMatchInlineSnapshot(
      `"return [-0, Infinity, NaN, 2, CONSTANTS.int64_min, "a\\"b\\n", true, null, CONSTANTS.c285ca0bd];"`,
    );
  });

  it("what authors write for tensors, where nothing else could be meant", () => {
    expect(
      body(`graph(%x : Tensor, %y : Tensor, %n : int, %f : float):
        %one : int = prim::Constant[value=1]()
        %two : int = prim::Constant[value=2]()
        %half : float = prim::Constant[value=0.5]()
        %whole : float = prim::Constant[value=3.]()
        %no : bool = prim::Constant[value=0]()
        %none : NoneType = prim::Constant()
        %a : Tensor = aten::add(%x, %y, %two)
        %b : Tensor = aten::mul(%a, %half)
        %c : Tensor = aten::mul(%b, %whole)
        %d : Tensor = aten::mul(%c, %f)
        %dims : int[] = prim::ListConstruct(%one)
        %e : Tensor = aten::sum(%d, %dims, %no, %none)
        %list : Tensor[] = prim::ListConstruct(%e, %x)
        %g : Tensor = aten::cat(%list, %n)
        %values : Tensor, %indices : Tensor = aten::topk(%g, %two, %one, %no, %no)
        return (%values)`),
    ).toMatchInlineSnapshot(`
      "const g = torch.cat([ops.aten.mul(ops.aten.mul(x.add(y, { alpha: 2 }).mul(0.5), 3), f_1).sum([1]), x], n);
      const [values, indices] = g.topk(2, 1, false, false);
      return values;"
    `);
  });

  it("keeps the order of evaluation: what cannot stand where it is used gets a variable", () => {
    expect(
      body(`graph(%x : Tensor, %y : Tensor):
        %one : int = prim::Constant[value=1]()
        %a : Tensor = aten::relu_(%x)
        %b : Tensor = aten::exp(%x)
        %c : Tensor = aten::sub(%b, %a, %one)
        %d : Tensor = aten::tanh(%c)
        %e : Tensor = aten::sub(%d, %y, %one)
        return (%e)`),
    ).toMatchInlineSnapshot(`
      "const a = x.relu_();
      const b = x.exp();
      return b.sub(a).tanh().sub(y);"
    `);
  });

  it("containers", () => {
    expect(
      body(`graph(%a : int, %b : int, %x : Tensor):
        %l : int[] = prim::ListConstruct(%a, %b)
        %m : int = aten::len(%l)
        %e : str[] = prim::ListConstruct()
        %k : str = prim::Constant[value="k"]()
        %d : Dict(str, int) = prim::DictConstruct(%k, %m)
        %t : (int, str[]) = prim::TupleConstruct(%m, %e)
        %i : int, %j : str[] = prim::TupleUnpack(%t)
        %one : int = prim::Constant[value=1]()
        %minus : int = prim::Constant[value=-1]()
        %u : str[] = prim::TupleIndex(%t, %one)
        %v : str[] = prim::TupleIndex(%t, %minus)
        %p : (str[]) = prim::TupleSlice[beg=1, end=2](%t)
        %q : int, %r : int = prim::ListUnpack(%l)
        %0 : int[] = aten::append(%l, %r)
        %o : Tensor?[] = prim::ListConstruct(%x)
        %y : Tensor = aten::index(%x, %o)
        %w : (Dict(str, int), int, str[], str[], str[], (str[]), int, Tensor) = prim::TupleConstruct(%d, %i, %j, %u, %v, %p, %q, %y)
        return (%w)`),
    ).toMatchInlineSnapshot(`
      "const l = [a, b];
      const m: bigint = ops.aten.len(l);
      const e: string[] = [];
      const d = new Map<string, bigint>([["k", m]]);
      const t: [bigint, string[]] = [m, e];
      const [i, j] = t;
      const u = t[1];
      const v: string[] = ops.prim.TupleIndex(t, -1n);
      const p: [string[]] = ops.prim.TupleSlice(t, 1n, 2n);
      const [q, r]: [bigint, bigint] = ops.prim.ListUnpack(l, 2);
      ops.aten.append(l, r);
      const o: (Tensor | null)[] = [x];
      return [d, i, j, u, v, p, q, ops.aten.index(x, o)];"
    `);
  });

  it("types at run time", () => {
    expect(
      body(`graph(%x : Tensor?, %v : Any, %s : Scalar):
        %none : NoneType = prim::Constant()
        %a : bool = aten::__isnot__(%x, %none)
        %r : Tensor, %n : int = prim::If(%a)
          block0():
            %y : Tensor = prim::unchecked_cast(%x)
            %k : int = prim::unchecked_cast(%s)
            -> (%y, %k)
          block1():
            %b : bool = prim::isinstance[types=[int, float[]]](%v)
            %z : Tensor = prim::unchecked_cast(%none)
            %i : int = prim::unchecked_cast(%v)
            -> (%z, %i)
        %t : (Tensor, int) = prim::TupleConstruct(%r, %n)
        return (%t)`),
    ).toMatchInlineSnapshot(`
      "let r: Tensor;
      let n: bigint;
      if (x !== null) {
        r = x as Tensor;
        n = ops.prim.unchecked_cast(s, "int");
      } else {
        jit.isinstance(v, "int", "float[]");
        r = ops.prim.unchecked_cast(null, "Tensor");
        n = ops.prim.unchecked_cast(v, "int");
      }
      return [r, n];"
    `);
  });
});

describe("statements", () => {
  it("branches assign variables declared before them", () => {
    expect(
      body(`graph(%c : bool, %x : Tensor):
        %r : Tensor, %n : int? = prim::If(%c)
          block0():
            %one : int = prim::Constant[value=1]()
            %y : Tensor = aten::relu(%x)
            -> (%y, %one)
          block1():
            %none : NoneType = prim::Constant()
            -> (%x, %none)
        %t : (Tensor, int?) = prim::TupleConstruct(%r, %n)
        return (%t)`),
    ).toMatchInlineSnapshot(`
      "let r: Tensor;
      let n: bigint | null;
      if (c) {
        r = x.relu();
        n = 1n;
      } else {
        r = x;
        n = null;
      }
      return [r, n];"
    `);
  });

  it("counted loops, with values assigned at once where they depend on each other", () => {
    expect(
      body(`graph(%n : int):
        %yes : bool = prim::Constant[value=1]()
        %zero : int = prim::Constant[value=0]()
        %one : int = prim::Constant[value=1]()
        %a : int, %b : int = prim::Loop(%n, %yes, %zero, %one)
          block0(%i : int, %p : int, %q : int):
            %next : int = aten::add(%p, %q)
            -> (%yes, %q, %next)
        %t : (int, int) = prim::TupleConstruct(%a, %b)
        return (%t)`),
    ).toMatchInlineSnapshot(`
      "let p: bigint = 0n;
      let q: bigint = 1n;
      for (let i = 0n; i < n; i++) {
        [p, q] = [q, ops.aten.add(p, q)];
      }
      return [p, q];"
    `);
  });

  it("a condition that is computed before and at the end of the body is written once", () => {
    expect(
      body(`graph(%n : int):
        %max : int = prim::Constant[value=9223372036854775807]()
        %zero : int = prim::Constant[value=0]()
        %one : int = prim::Constant[value=1]()
        %c : bool = aten::lt(%zero, %n)
        %k : int = prim::Loop(%max, %c, %zero)
          block0(%i : int, %p : int):
            %q : int = aten::add(%p, %one)
            %d : bool = aten::lt(%q, %n)
            -> (%d, %q)
        return (%k)`),
    ).toMatchInlineSnapshot(`
      "let p: bigint = 0n;
      while (ops.aten.lt(p, n)) {
        const q: bigint = ops.aten.add(p, 1n);
        p = q;
      }
      return p;"
    `);
  });

  it("other conditions are variables", () => {
    expect(
      body(`graph(%n : int, %c : bool):
        %zero : int = prim::Constant[value=0]()
        %one : int = prim::Constant[value=1]()
        %k : int = prim::Loop(%n, %c, %zero)
          block0(%i : int, %p : int):
            %q : int = aten::add(%p, %i)
            %d : bool = aten::gt(%q, %one)
            -> (%d, %q)
        return (%k)`),
    ).toMatchInlineSnapshot(`
      "let go: boolean = c;
      let p: bigint = 0n;
      for (let i = 0n; i < n && go; i++) {
        const q: bigint = ops.aten.add(p, i);
        go = ops.aten.gt(q, 1n);
        p = q;
      }
      return p;"
    `);
  });

  it("exceptions, output, and what is never set", () => {
    expect(
      body(`graph(%c : bool, %x : Tensor):
        %un : Tensor = prim::Uninitialized()
        %two : int = prim::Constant[value=2]()
        %why : str = prim::Constant[value="why"]()
        %class : str = prim::Constant[value="builtins.ValueError"]()
        %error : str = prim::Constant[value="RangeError"]()
        %r : Tensor = prim::If(%c)
          block0():
             = prim::RaiseException(%why, %error)
            -> (%un)
          block1():
             = prim::RaiseException(%why, %class)
            -> (%un)
         = prim::Print(%why, %x)
         = aten::warn(%why, %two)
        return (%r)`),
    ).toMatchInlineSnapshot(`
      "const un: Tensor = ops.prim.Uninitialized();
      let r: Tensor;
      if (c) {
        throw new RangeError("why");
      } else {
        ops.prim.RaiseException("why", "builtins.ValueError");
        r = un;
      }
      ops.prim.Print("why", x);
      console.warn("why");
      return r;"
    `);
  });

  it("errors are caught and thrown again", () => {
    expect(
      body(`graph(%x : Tensor):
        %a : str = js::Try()
          block0():
            %y : Tensor = aten::relu_(%x)
            %ok : str = prim::Constant[value="ok"]()
            -> (%ok)
          block1(%e : NamedTuple(js.Error, name : str, message : str, record : str)):
            %m : str = js::errorMessage(%e)
            %n : str = js::errorName(%e)
            %c : bool = aten::eq(%n, %m)
             = prim::If(%c)
              block0():
                 = js::rethrow(%e)
                -> ()
              block1():
                -> ()
            -> (%m)
        return (%a)`),
    ).toMatchInlineSnapshot(`
      "let a: string;
      try {
        x.relu_();
        a = "ok";
      } catch (error) {
        const m = (error as Error).message;
        if ((error as Error).name === m) {
          throw error;
        }
        a = m;
      }
      return a;"
    `);
  });

  it("guards of a trace and lists of a tensor's elements", () => {
    expect(
      body(`graph(%x : Tensor):
        %zero : int = prim::Constant[value=0]()
        %two : int = prim::Constant[value=2]()
        %n : int = aten::size(%x, %zero)
         = sconce::guard_int[expected=4, message="rows"](%n)
        %l : float[][] = prim::tolist(%x, %two, %zero)
        return (%l)`),
    ).toMatchInlineSnapshot(`
      "ops.sconce.guard(ops.aten.size(x, 0n), 4n, "rows");
      const l: number[][] = ops.prim.tolist(x, 2n, 0n);
      return l;"
    `);
  });

  it("forks are arrows", () => {
    expect(
      body(`graph(%x : Tensor, %y : Tensor):
        %f : Future(Tensor) = prim::fork_0(%x, %y)
        %r : Tensor = aten::wait(%f)
        return (%r)
with prim::fork_0 = graph(%a : Tensor, %b : Tensor):
        %one : int = prim::Constant[value=1]()
        %c : Tensor = aten::mul(%a, %b)
        %d : Tensor = aten::add(%c, %a, %one)
        return (%d)`),
    ).toMatchInlineSnapshot(`
      "const f_1 = jit.fork((): Tensor => {
        return x.mul(y).add(x);
      });
      return jit.wait(f_1);"
    `);
  });
});

describe("programs", () => {
  function method(def: ClassDef, name: string, text: string): void {
    def.methods.push({ ...fn(name, graphOf(text)) });
    def.methods.at(-1)!.schema.args[0]!.name = "self";
  }

  it("classes with attributes of every kind, interfaces, enums, functions", () => {
    const root = IValue.object("__torch__.Net");
    const made = emptyProgram({ kind: "object", object: root as IValue & { kind: "object" } });
    const net = addClass(made, "module", "__torch__.Net");
    net.attributes.push(
      { name: "weight", type: TensorType, kind: "parameter" },
      { name: "mean", type: TensorType, kind: "buffer" },
      { name: "eps", type: FloatType, kind: "constant", value: IValue.float(1e-5) },
      {
        name: "sizes",
        type: listOf(IntType),
        kind: "constant",
        value: IValue.list(IntType, [IValue.int(3)]),
      },
      { name: "count", type: IntType, kind: "attribute" },
      { name: "0", type: classType("__torch__.block.Net"), kind: "module" },
      { name: "any", type: interfaceType("__torch__.Runs"), kind: "module" },
    );
    net.properties.push({ name: "size", getter: "size_getter" });
    net.forwardHooks.push("hook");
    method(
      net,
      "forward",
      `graph(%self : __torch__.Net, %x : Tensor):
        %b : __torch__.block.Net = prim::GetAttr[name="0"](%self)
        %y : Tensor = prim::CallMethod[name="forward"](%b, %x)
        %f : Function = prim::Constant[name="__torch__.helper"]()
        %z : Tensor = prim::CallFunction(%f, %y)
        %n : int = prim::GetAttr[name="count"](%self)
        %one : int = prim::Constant[value=1]()
        %m : int = aten::add(%n, %one)
         = prim::SetAttr[name="count"](%self, %m)
        %p : __torch__.Pair = prim::CreateObject()
        %none : NoneType = prim::CallMethod[name="__init__"](%p, %z)
        %w : Tensor = prim::GetAttr[name="first"](%p)
        return (%w)`,
    );
    const inner = addClass(made, "module", "__torch__.block.Net");
    method(inner, "forward", "graph(%self : __torch__.block.Net, %x : Tensor):\n  return (%x)");
    const pair = addClass(made, "class", "__torch__.Pair");
    pair.attributes.push({ name: "first", type: TensorType, kind: "attribute" });
    method(
      pair,
      "__init__",
      `graph(%self : __torch__.Pair, %x : Tensor):
         = prim::SetAttr[name="first"](%self, %x)
        %none : NoneType = prim::Constant()
        return (%none)`,
    );
    made.classes.set("__torch__.Runs", {
      kind: "interface",
      name: "__torch__.Runs",
      methods: [
        {
          name: "forward",
          schema: {
            args: [
              { name: "self", type: interfaceType("__torch__.Runs") },
              { name: "x", type: TensorType },
            ],
            returns: [{ type: TensorType }],
          },
        },
      ],
    });
    made.classes.set("__torch__.Color", {
      kind: "enum",
      name: "__torch__.Color",
      valueType: StrType,
      members: [{ name: "RED", value: IValue.str("red") }],
    });
    made.functions.set(
      "__torch__.helper",
      fn(
        "__torch__.helper",
        graphOf(`graph(%x : Tensor):
          %w : Tensor = prim::Constant[value=<Tensor sha256:${tensorHash(weight)}>]()
          %t : NamedTuple(__torch__.Point, a : Tensor, b : Tensor) = prim::TupleConstruct(%x, %w)
          %a : Tensor, %b : Tensor = prim::TupleUnpack(%t)
          return (%b)`),
      ),
    );
    expect(textOf(made)).toMatchInlineSnapshot(`
      "import { ops, ScriptClass, ScriptEnum, type Buffer, type Constant, type NamedTuple, type Parameter, type Submodule, type Tensor } from "sconce/torch";

      declare const CONSTANTS: {
        readonly c285ca0bd: Tensor;
      };

      type Point = NamedTuple<"__torch__.Point", [a: Tensor, b: Tensor]>;

      class Net extends ScriptClass {
        static readonly qualifiedName = "__torch__.Net";
        static readonly kind = "module";
        static readonly forwardHooks = ["hook"];
        static readonly properties = { size: ["size_getter"] };
        weight!: Parameter;
        mean!: Buffer<Tensor>;
        readonly eps: Constant<number> = 0.00001;
        readonly sizes: Constant<bigint[]> = [3n];
        count!: bigint;
        "0"!: Net_1;
        any!: Submodule<Runs>;

        forward(x: Tensor): Tensor {
          const z = helper(this["0"].forward(x));
          this.count = ops.aten.add(this.count, 1n);
          const p = Pair.__new__();
          p.__init__(z);
          return p.first;
        }
      }

      class Net_1 extends ScriptClass {
        static readonly qualifiedName = "__torch__.block.Net";
        static readonly kind = "module";

        forward(x: Tensor): Tensor {
          return x;
        }
      }

      class Pair extends ScriptClass {
        static readonly qualifiedName = "__torch__.Pair";
        static readonly kind = "class";
        first!: Tensor;

        __init__(x: Tensor): null {
          this.first = x;
          return null;
        }
      }

      interface Runs {
        readonly qualifiedName?: "__torch__.Runs";
        forward(x: Tensor): Tensor;
      }

      class Color extends ScriptEnum<string> {
        static readonly qualifiedName = "__torch__.Color";
        static readonly RED = new Color("RED", "red");
      }

      function helper(x: Tensor): Tensor {
        const t: Point = ops.prim.TupleConstruct(x, CONSTANTS.c285ca0bd);
        const [a, b] = t;
        return b;
      }
      helper.qualifiedName = "__torch__.helper";

      export default Net;
      "
    `);
  });
});

describe("of a module", () => {
  const traced = jit.trace((x: Tensor) => x.mul(torch.tensor([2, 3])).add(1), [torch.ones([2])]);

  it("codeWithConstants gives the tensors that the code names", () => {
    const { code, constants } = traced.codeWithConstants();
    const [name] = [...constants.keys()];
    expect(code).toContain(`.mul(CONSTANTS.${name})`);
    expect(constants.get(name!)).toMatchObject({ kind: "tensor", tensor: { shape: [2], dtype: "float32" } });
    printed.push(traced.programCode().code);
  });

  it("schema is the signature in PyTorch's notation", () => {
    expect(traced.schema()).toBe("forward(Tensor x) -> Tensor");
  });
});

describe("compiled again", () => {
  /** What becomes of a program that is printed and compiled: the same graphs, others, or the refusal. */
  async function outcome(made: Program): Promise<string> {
    const { code, constants } = programCode(made);
    const shapesOf = (one: Program): string[] =>
      [...functionsOf(one)]
        .map(({ fn, owner }) => `${owner?.name} ${fn.name} ${graphShape(fn.graph)}`)
        .sort();
    try {
      const again = await compileCode(code, { constants });
      return shapesOf(again).join("\n") === shapesOf(made).join("\n") ? "same" : "other graphs";
    } catch (error) {
      if (!(error instanceof SconceError)) throw error;
      return error.code;
    }
  }

  it("gives the same graphs, wherever constants stand", { timeout: 60_000 }, async () => {
    expect(programs.size).toBeGreaterThan(12);
    const same: string[] = [];
    for (const [name, made] of programs) if ((await outcome(made)) === "same") same.push(name);
    expect(same).toEqual(
      expect.arrayContaining([
        "a condition that is computed before and at the end of the body is written once",
        "branches assign variables declared before them",
        "classes with attributes of every kind, interfaces, enums, functions",
        "counted loops, with values assigned at once where they depend on each other",
        "keeps the order of evaluation: what cannot stand where it is used gets a variable",
        "JavaScript's operators in its own syntax, where that is one",
        "literals keep their kind and value",
        "numbers with operators, ints with raw calls",
        "what authors write for tensors, where nothing else could be meant",
      ]),
    );
  });
});

describe("the type checker", () => {
  const dir = mkdtempSync(join(tmpdir(), "sconce-code-"));
  afterAll(() => rmSync(dir, { recursive: true }));

  it("has nothing to say about any of them", { timeout: 60_000 }, () => {
    expect(printed.length).toBeGreaterThan(12);
    const files = printed.map((text, i) => {
      const file = join(dir, `program${i}.ts`);
      writeFileSync(file, text);
      return file;
    });
    expect(Object.fromEntries(typeErrors(files))).toEqual({});
  });

  it("would see a wrong type", { timeout: 60_000 }, () => {
    const file = join(dir, "wrong.ts");
    writeFileSync(
      file,
      'import { type Tensor } from "sconce/torch";\nexport function f(x: Tensor): bigint { return x.relu(); }\n',
    );
    expect(typeErrors([file]).get(file)?.[0]).toContain("TS2322");
  });
});
