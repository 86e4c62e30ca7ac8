/** Freezing: what becomes constant, what stays, which classes and objects are left. */

import { beforeAll, describe, expect, it } from "vitest";
import { type ClassDef, findClass, type Program } from "../../format/ir/program.ts";
import { StrType, TensorType } from "../../format/types.ts";
import { IValue, type TensorData, tensorHash } from "../../format/value.ts";
import { Runtime } from "../../loader/runtime.ts";
import { evaluator } from "../../ts-frontend/passes/evaluate.ts";
import { type FreezeOptions, type FreezeReport, freezeModule } from "../../ts-frontend/passes/freeze.ts";
import type { Evaluate } from "../../ts-frontend/passes/pass.ts";
import {
  type ClassText,
  classProgram,
  dedent,
  expectVerified,
  object,
  type Tensors,
  tensor,
  textOf,
} from "./support.ts";

let evaluate: Evaluate;

beforeAll(async () => {
  evaluate = evaluator(await Runtime.create());
});

const of = (data: TensorData) => IValue.tensor(data);
const no = IValue.bool(false);

interface Case {
  classes: Record<string, ClassText>;
  root: IValue;
  tensors?: Tensors;
}

function freeze({ classes, root, tensors = {} }: Case, options: FreezeOptions = {}) {
  const texts = Object.entries(classes).map(([name, def]): [string, ClassText] => [
    name,
    {
      ...def,
      methods: Object.fromEntries(Object.entries(def.methods ?? {}).map(([k, text]) => [k, dedent(text)])),
    },
  ]);
  const program = classProgram(Object.fromEntries(texts), root, tensors);
  const report = freezeModule(program, { evaluate, ...options });
  expectVerified(program);
  return { program, report, text: (method = "forward") => methodText(program, method, tensors) };
}

function rootClass(program: Program): ClassDef {
  if (program.root.kind !== "object") throw new Error("no object");
  return findClass(program, program.root.object.type)!;
}

function methodText(program: Program, method: string, tensors: Tensors): string {
  return textOf(rootClass(program).methods.find(({ name }) => name === method)!.graph, tensors);
}

const w = tensor([1, 2]);
const b = tensor([3, 4]);

const linear: Case = {
  classes: {
    "__torch__.Scale": {
      attributes: { w: "Tensor", training: ["bool", "attribute"] },
      methods: {
        forward: `
          graph(%self : __torch__.Scale, %x : Tensor):
            %w : Tensor = prim::GetAttr[name="w"](%self)
            %y : Tensor = aten::mul(%x, %w)
            return (%y)`,
      },
    },
    "__torch__.Net": {
      attributes: {
        scale: ["__torch__.Scale", "module"],
        n: ["Tensor", "buffer"],
        calls: ["int", "attribute"],
        training: ["bool", "attribute"],
      },
      methods: {
        forward: `
          graph(%self : __torch__.Net, %x : Tensor):
            %one : int = prim::Constant[value=1]()
            %t : bool = prim::GetAttr[name="training"](%self)
            %scale : __torch__.Scale = prim::GetAttr[name="scale"](%self)
            %y : Tensor = prim::CallMethod[name="forward"](%scale, %x)
            %n : Tensor = prim::GetAttr[name="n"](%self)
            %z : Tensor = prim::If(%t)
              block0():
                %n2 : Tensor = aten::add_(%n, %one, %one)
                -> (%y)
              block1():
                %n3 : Tensor = aten::add(%y, %n, %one)
                -> (%n3)
            return (%z)`,
        count: `
          graph(%self : __torch__.Net):
            %one : int = prim::Constant[value=1]()
            %calls : int = prim::GetAttr[name="calls"](%self)
            %more : int = aten::add.int(%calls, %one)
             = prim::SetAttr[name="calls"](%self, %more)
            return (%more)`,
      },
    },
  },
  root: object("__torch__.Net", {
    scale: object("__torch__.Scale", { w: of(w), training: no }),
    n: of(b),
    calls: IValue.int(0),
    training: no,
  }),
  tensors: { w, b },
};

describe("attributes", () => {
  it("that nothing writes become constants, code for training goes, state stays", () => {
    const { program, report, text } = freeze(linear);
    expect(text()).toBe(
      dedent(`
      graph(%self : __torch__.Net,
            %x : Tensor):
        %one : int = prim::Constant[value=1]()
        %w : Tensor = prim::Constant[value=$w]()
        %y : Tensor = aten::mul(%x, %w)
        %n : Tensor = prim::Constant[value=$b]()
        %n3 : Tensor = aten::add(%y, %n, %one)
        return (%n3)`),
    );
    expect(text("count")).toContain('prim::SetAttr[name="calls"](%self, %more)');
    expect(report).toEqual<FreezeReport>({ frozen: ["n", "scale.w", "training"], kept: ["calls"] });
    expect([...program.classes.keys()]).toEqual(["__torch__.Net"]);
    expect(rootClass(program).attributes.map(({ name }) => name)).toEqual(["calls"]);
    if (program.root.kind === "object") expect([...program.root.object.attrs.keys()]).toEqual(["calls"]);
  });

  it("with only the methods that are asked for, what others set is frozen too", () => {
    const { program, report } = freeze(linear, { methods: ["forward"] });
    expect(rootClass(program).methods.map(({ name }) => name)).toEqual(["forward"]);
    expect(report.kept).toEqual([]);
    expect(() => freeze(linear, { methods: ["backward"] })).toThrow("there is no method backward");
  });

  it("to preserve stay, also of submodules; whole submodules and their methods can be preserved", () => {
    expect(freeze(linear, { preservedAttrs: ["n"] }).report.kept).toEqual(["calls", "n"]);
    const inner = freeze(linear, { preservedAttrs: ["scale.w", "training"] });
    expect(inner.report.kept).toEqual(["calls", "n", "scale.w", "training"]);
    expect(inner.text()).toContain('%w : Tensor = prim::GetAttr[name="w"](%scale)');
    expect(rootClass(inner.program).attributes.map(({ name }) => name)).toEqual([
      "scale",
      "n",
      "calls",
      "training",
    ]);
    const whole = freeze(linear, { preservedAttrs: ["scale"] });
    expect(whole.report.kept).toEqual(["calls", "scale.training", "scale.w"]);
    const method = freeze(linear, { preservedAttrs: ["scale.forward"] });
    expect(findClass(method.program, "__torch__.Scale")!.methods.map(({ name }) => name)).toEqual([
      "forward",
    ]);
    expect(textOf(findClass(method.program, "__torch__.Scale")!.methods[0]!.graph, { w })).toBe(
      dedent(`
      graph(%self : __torch__.Scale,
            %x : Tensor):
        %w : Tensor = prim::Constant[value=$w]()
        %y : Tensor = aten::mul(%x, %w)
        return (%y)`),
    );
    expect(() => freeze(linear, { preservedAttrs: ["scale.bias"] })).toThrow("scale.bias");
  });

  it("only in evaluation mode", () => {
    const root = object("__torch__.Net", {
      ...Object.fromEntries((linear.root as { attrs: Map<string, IValue> }).attrs),
      training: IValue.bool(true),
    });
    expect(() => freeze({ ...linear, root })).toThrow(expect.objectContaining({ code: "NOT_EVAL" }));
  });
});

/** A module with two tensors; `body` has %self, %x and %one. */
function module(
  body: string,
  attrs: Record<string, IValue>,
  more: Record<string, ClassText> = {},
  types = {},
): Case {
  return {
    classes: {
      ...more,
      "__torch__.M": {
        attributes: { ...Object.fromEntries(Object.keys(attrs).map((name) => [name, "Tensor"])), ...types },
        methods: {
          forward: `
            graph(%self : __torch__.M, %x : Tensor):
              %one : int = prim::Constant[value=1]()
${body}`,
        },
      },
    },
    root: object("__torch__.M", attrs),
    tensors: { w, b },
  };
}

describe("writes", () => {
  const body = `
              %w : Tensor = prim::GetAttr[name="w"](%self)
              %b : Tensor = prim::GetAttr[name="b"](%self)
              %v : Tensor = aten::t(%w)
              %u : Tensor = aten::add_(%v, %x, %one)
              %y : Tensor = aten::mul(%b, %u)
              return (%y)`;

  it("through a view keep the attribute, and all that share its memory", () => {
    expect(freeze(module(body, { w: of(w), b: of(b) })).report).toEqual({ frozen: ["b"], kept: ["w"] });
    const tied = { ...w, shape: [1], strides: [1], offset: 1 };
    expect(freeze(module(body, { w: of(w), b: of(tied) })).report).toEqual({ frozen: [], kept: ["b", "w"] });
  });

  it("to inputs do not keep attributes, unless the caller could have them", () => {
    const text = (result: string) => `
              %w : Tensor = prim::GetAttr[name="w"](%self)
              %b : Tensor = prim::GetAttr[name="b"](%self)
              %u : Tensor = aten::add_(%x, %w, %one)
              %y : Tensor = aten::mul(%b, %u)
              return (%${result})`;
    expect(freeze(module(text("y"), { w: of(w), b: of(b) })).report.kept).toEqual([]);
    expect(freeze(module(text("w"), { w: of(w), b: of(b) })).report.kept).toEqual(["w"]);
  });

  it("of another attribute's value keep both, when it may be written later", () => {
    const text = `
              %w : Tensor = prim::GetAttr[name="w"](%self)
               = prim::SetAttr[name="b"](%self, %w)
              %b : Tensor = prim::GetAttr[name="b"](%self)
              %u : Tensor = aten::add_(%b, %x, %one)
              return (%x)`;
    expect(freeze(module(text, { w: of(w), b: of(b) })).report.kept).toEqual(["b", "w"]);
    expect(freeze(module(text.replace("add_", "add"), { w: of(w), b: of(b) })).report.kept).toEqual(["b"]);
  });

  it("to a list keep it; a list that is only read is one constant", () => {
    const list = IValue.list(StrType, [IValue.str("a")]);
    const text = (op: string) => `
              %l : str[] = prim::GetAttr[name="l"](%self)
              %s : str = prim::Constant[value="b"]()
              %r : str[] = ${op}(%l, %s)
              %k : str[] = prim::GetAttr[name="l"](%self)
              return (%k)`;
    const types = { l: ["str[]", "attribute"] as const };
    expect(freeze(module(text("aten::append"), { l: list }, {}, types)).report.kept).toEqual(["l"]);
    const read = text("aten::append").replace(/.*%r : .*\n/, "");
    expect(freeze(module(read, { l: list }, {}, types)).text()).toContain('prim::Constant[value=["a"]]()');
  });
});

describe("objects", () => {
  const part: ClassText = {
    attributes: { w: "Tensor" },
    methods: {
      forward: `
        graph(%self : __torch__.Part, %x : Tensor):
          %w : Tensor = prim::GetAttr[name="w"](%self)
          %y : Tensor = aten::mul(%x, %w)
          return (%y)`,
    },
  };
  const newPart = (data: TensorData) => object("__torch__.Part", { w: of(data) });

  it("shared by two names are frozen once", () => {
    const shared = newPart(w);
    const { report, text } = freeze(
      module(
        `
              %p : __torch__.Part = prim::GetAttr[name="p"](%self)
              %q : __torch__.Part = prim::GetAttr[name="q"](%self)
              %y : Tensor = prim::CallMethod[name="forward"](%p, %x)
              %z : Tensor = prim::CallMethod[name="forward"](%q, %y)
              return (%z)`,
        { p: shared, q: shared },
        { "__torch__.Part": part },
        { p: ["__torch__.Part", "module"], q: ["__torch__.Part", "module"] },
      ),
    );
    expect(report).toEqual({ frozen: ["p.w"], kept: [] });
    expect(text()).not.toContain("GetAttr");
  });

  it("in lists, and those that branches choose among, keep everything with their class", () => {
    const types = {
      p: ["__torch__.Part", "module"],
      q: ["__torch__.Part", "module"],
      c: ["bool", "attribute"],
    } as const;
    const attrs = { p: newPart(w), q: newPart(b), c: IValue.bool(true) };
    const chosen = freeze(
      module(
        `
              %c : bool = aten::Bool(%x)
              %r : __torch__.Part = prim::If(%c)
                block0():
                  %p : __torch__.Part = prim::GetAttr[name="p"](%self)
                  -> (%p)
                block1():
                  %q : __torch__.Part = prim::GetAttr[name="q"](%self)
                  -> (%q)
              %y : Tensor = prim::CallMethod[name="forward"](%r, %x)
              return (%y)`,
        attrs,
        { "__torch__.Part": part },
        types,
      ),
    );
    expect(chosen.report).toEqual({ frozen: [], kept: ["p.w", "q.w"] });
    expect(chosen.text()).toContain('prim::GetAttr[name="w"](%r)');
    expect([...chosen.program.classes.keys()]).toEqual(["__torch__.Part", "__torch__.M"]);

    const mixed = { l: IValue.list({ kind: "Class", name: "__torch__.Part" }, [newPart(b)]), p: newPart(w) };
    const listed = freeze(
      module(
        `
              %l : __torch__.Part[] = prim::GetAttr[name="l"](%self)
              %i : int = prim::Constant[value=0]()
              %q : __torch__.Part = aten::__getitem__(%l, %i)
              %y : Tensor = prim::CallMethod[name="forward"](%q, %x)
              %p : __torch__.Part = prim::GetAttr[name="p"](%self)
              %z : Tensor = prim::CallMethod[name="forward"](%p, %y)
              return (%z)`,
        mixed,
        { "__torch__.Part": part },
        { l: ["__torch__.Part[]", "attribute"], p: ["__torch__.Part", "module"] },
      ),
    );
    expect(listed.report).toEqual({ frozen: ["p.w"], kept: ["l"] });
  });

  it("with state beside others of their class get a class of their own", () => {
    const stateful: ClassText = {
      attributes: { w: "Tensor", n: ["int", "attribute"] },
      methods: {
        forward: `
        graph(%self : __torch__.Part, %x : Tensor):
          %one : int = prim::Constant[value=1]()
          %n : int = prim::GetAttr[name="n"](%self)
          %m : int = aten::add.int(%n, %one)
           = prim::SetAttr[name="n"](%self, %m)
          %w : Tensor = prim::GetAttr[name="w"](%self)
          %y : Tensor = aten::add(%x, %w, %m)
          return (%y)`,
      },
    };
    const newStateful = (data: TensorData) => object("__torch__.Part", { w: of(data), n: IValue.int(0) });
    const { program, report } = freeze(
      module(
        `
              %p : __torch__.Part = prim::GetAttr[name="p"](%self)
              %q : __torch__.Part = prim::GetAttr[name="q"](%self)
              %y : Tensor = prim::CallMethod[name="forward"](%p, %x)
              %z : Tensor = prim::CallMethod[name="forward"](%q, %y)
              return (%z)`,
        { p: newStateful(w), q: newStateful(b) },
        { "__torch__.Part": stateful },
        { p: ["__torch__.Part", "module"], q: ["__torch__.Part", "module"] },
      ),
    );
    expect(report).toEqual({ frozen: ["p.w", "q.w"], kept: ["p.n", "q.n"] });
    expect([...program.classes.keys()]).toEqual([
      "__torch__.M",
      "__torch__.Part",
      "__torch__.___torch_mangle_0.Part",
    ]);
    for (const { name, type } of rootClass(program).attributes) {
      expect([
        name,
        findClass(program, (type as { name: string }).name)!.attributes.map((a) => a.name),
      ]).toEqual([name, ["n"]]);
    }
  });

  it("that go out keep everything, with the methods that can still be called", () => {
    const { report, program } = freeze(
      module(
        `
              %p : __torch__.Part = prim::GetAttr[name="p"](%self)
              %y : Tensor = prim::CallMethod[name="forward"](%p, %x)
              return (%p)`,
        { p: newPart(w) },
        { "__torch__.Part": part },
        { p: ["__torch__.Part", "module"] },
      ),
    );
    expect(report).toEqual({ frozen: [], kept: ["p.w"] });
    expect([...program.classes.keys()]).toEqual(["__torch__.Part", "__torch__.M"]);
  });

  it("behind an interface are frozen where only one class can be meant", () => {
    const text = (set: string) => `
              %p : InterfaceType<__torch__.I> = prim::GetAttr[name="p"](%self)
              %y : Tensor = prim::CallMethod[name="forward"](%p, %x)
${set}
              return (%y)`;
    const build = (set: string) => {
      const made = module(
        text(set),
        { p: newPart(w) },
        { "__torch__.Part": part },
        {
          p: ["InterfaceType<__torch__.I>", "module"],
        },
      );
      const program = (options: FreezeOptions) => {
        const all = classProgramWithInterface(made);
        return { program: all, report: freezeModule(all, { evaluate, ...options }) };
      };
      return program;
    };
    expect(build("")({}).report).toEqual({ frozen: ["p.w"], kept: [] });
    const kept = build("")({ preservedAttrs: ["p"] });
    expect(kept.report).toEqual({ frozen: [], kept: ["p.w"] });
    expect(findClass(kept.program, "__torch__.Part")!.methods.map(({ name }) => name)).toEqual(["forward"]);
    expectVerified(kept.program);
    const set = build('               = prim::SetAttr[name="p"](%self, %p)')({});
    expect(set.report).toEqual({ frozen: [], kept: ["p.w"] });
    expectVerified(set.program);
  });

  function classProgramWithInterface({ classes, root, tensors }: Case): Program {
    const texts = Object.entries(classes).map(([name, def]): [string, ClassText] => [
      name,
      {
        ...def,
        methods: Object.fromEntries(Object.entries(def.methods ?? {}).map(([k, text]) => [k, dedent(text)])),
      },
    ]);
    return classProgram(Object.fromEntries(texts), root, tensors, (program) => {
      program.classes.set("__torch__.I", {
        kind: "interface",
        name: "__torch__.I",
        methods: [
          {
            name: "forward",
            schema: {
              args: [
                { name: "self", type: { kind: "Interface", name: "__torch__.I" } },
                { name: "x", type: TensorType },
              ],
              returns: [{ type: TensorType }],
            },
          },
        ],
      });
    });
  }
});

it("lists of tensors that are only read are constants with the same tensors", () => {
  const { program, report } = freeze(
    module(
      `
              %l : Tensor[] = prim::GetAttr[name="l"](%self)
              %i : int = prim::Constant[value=0]()
              %w : Tensor = aten::__getitem__(%l, %i)
              %y : Tensor = aten::mul(%x, %w)
              return (%y)`,
      { l: IValue.list(TensorType, [of(w), of(b)]) },
      {},
      { l: ["Tensor[]", "attribute"] },
    ),
  );
  expect(report).toEqual({ frozen: ["l"], kept: [] });
  const [constant] = [...rootClass(program).methods[0]!.graph.nodes()].flatMap(
    (node) => node.attr("value", "ival") ?? [],
  );
  expect(constant?.kind === "tensor" && tensorHash(constant.tensor)).toBe(tensorHash(w));
});
