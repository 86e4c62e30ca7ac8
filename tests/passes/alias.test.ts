/** Alias analysis: annotations, containers, control flow, attributes, calls; and operators' kernels against what it says of them. */

import { describe, expect, it } from "vitest";
import type { Graph, Value } from "../../format/ir/graph.ts";
import { AliasAnalysis } from "../../ts-frontend/passes/alias.ts";
import { dedent, graphOf, tensor } from "./support.ts";

function analyse(
  text: string,
  tensors = {},
): { aliases: AliasAnalysis; of: (name: string) => Value; graph: Graph } {
  const graph = graphOf(dedent(text), tensors);
  const values = new Map([...graph.values()].map((value) => [value.name, value]));
  return { aliases: new AliasAnalysis(graph), of: (name) => values.get(name)!, graph };
}

/** Which of the names have writers. */
function written(text: string, names: string): string {
  const { aliases, of } = analyse(text);
  return names
    .split(" ")
    .filter((name) => aliases.hasWriters(of(name)))
    .join(" ");
}

describe("writes reach", () => {
  it("views of what is written, not copies", () => {
    const text = `
      graph(%x : Tensor, %d : int, %one : int):
        %f : Tensor = aten::relu(%x)
        %v : Tensor = aten::transpose(%f, %d, %d)
        %w : Tensor = aten::select(%v, %d, %d)
        %c : Tensor = aten::relu(%w)
        %r : Tensor = aten::add_(%w, %c, %one)
        return (%c)`;
    expect(written(text, "x f v w c r")).toBe("f v w r");
  });

  it("everything from outside of the same kind", () => {
    const text = `
      graph(%x : Tensor, %y : Tensor, %l : Tensor[], %n : int[], %i : int):
        %r : Tensor = aten::relu_(%x)
        %m : Tensor = aten::sigmoid(%y)
        %e : Tensor = aten::__getitem__(%l, %i)
        return (%m)`;
    expect(written(text, "x y l n e m")).toBe("x y l e");
  });

  it("what lists, tuples and dicts hold", () => {
    const text = `
      graph(%x : Tensor, %k : str, %i : int):
        %a : Tensor = aten::relu(%x)
        %b : Tensor = aten::sigmoid(%x)
        %c : Tensor = aten::tanh(%x)
        %d : Tensor = aten::exp(%x)
        %l : Tensor[] = prim::ListConstruct(%a)
        %l2 : Tensor[] = aten::append(%l, %b)
        %t : (Tensor, Tensor[]) = prim::TupleConstruct(%c, %l2)
        %t0 : Tensor, %t1 : Tensor[] = prim::TupleUnpack(%t)
        %m : Dict(str, Tensor) = prim::DictConstruct(%k, %d)
        %e : Tensor = aten::__getitem__(%t1, %i)
        %w : Tensor = aten::relu_(%e)
        %g : Tensor = aten::__getitem__(%m, %k)
        return (%g)`;
    expect(written(text, "x a b l l2 t1 t c t0 d m g")).toBe("a b l l2 t1 t");
  });

  it("through branches and loops", () => {
    const text = `
      graph(%x : Tensor, %q : bool, %n : int):
        %a : Tensor = aten::relu(%x)
        %b : Tensor = aten::sigmoid(%x)
        %c : Tensor = aten::tanh(%x)
        %i : Tensor = prim::If(%q)
          block0():
            -> (%a)
          block1():
            -> (%b)
        %o : Tensor = prim::Loop(%n, %q, %i)
          block0(%k : int, %p : Tensor):
            %u : Tensor = aten::relu_(%p)
            %s : Tensor = aten::exp(%p)
            -> (%q, %s)
        %z : Tensor = aten::relu(%c)
        return (%o)`;
    expect(written(text, "x a b c i o p s z")).toBe("a b i o p s");
  });

  it("attributes: of objects from outside all of the kind, of new objects their own", () => {
    const text = `
      graph(%self : __torch__.M, %x : Tensor):
        %w : Tensor = prim::GetAttr[name="w"](%self)
        %a : Tensor = aten::relu(%x)
        %o : __torch__.C = prim::CreateObject()
         = prim::SetAttr[name="t"](%o, %a)
        %t : Tensor = prim::GetAttr[name="t"](%o)
        %r : Tensor = aten::relu_(%t)
        return (%w)`;
    expect(written(text, "w x a t o")).toBe("a t o");
    const stored = text.replace(
      "(%t)\n        return",
      '(%w)\n         = prim::SetAttr[name="w"](%self, %a)\n        return',
    );
    expect(written(stored, "w x a")).toBe("w x a");
  });

  it("lists that operators give back, and what new lists hold", () => {
    const text = `
      graph(%x : Tensor, %n : int, %i : int):
        %a : Tensor = aten::relu(%x)
        %b : Tensor = aten::relu(%x)
        %l : int[] = prim::ListConstruct(%n)
        %k : int[] = prim::ListConstruct(%i)
        %m : int[] = prim::max(%l, %k)
        %m2 : int[] = aten::append(%m, %n)
        %s : int[] = aten::slice(%k, %n, %n, %n)
        %s2 : int[] = aten::append(%s, %n)
        %t : Tensor[] = prim::ListConstruct(%a)
        %u : Tensor[] = prim::ListConstruct(%b)
        %v : Tensor[] = aten::add(%t, %u)
        %w : Tensor = aten::__getitem__(%v, %i)
        %w2 : Tensor = aten::relu_(%w)
        return (%s)`;
    expect(written(text, "a b l k m s t u v w x")).toBe("a b l k m s t u v w");
    const one = text.replace(/.*%m2 .*\n/, "");
    expect(written(one, "a b l k m s t u v w x")).toBe("a b s t u v w");
  });

  it("everything reachable, by calls and operators without schema", () => {
    const text = `
      graph(%self : __torch__.M, %x : Tensor, %l : int[]):
        %a : Tensor = aten::relu(%x)
        %b : Tensor = aten::relu(%x)
        %l2 : Tensor[] = prim::ListConstruct(%a)
        %y : Tensor = custom::thing(%l2)
        return (%y)`;
    expect(written(text, "self x l a b l2 y")).toBe("self x l a l2 y");
    expect(
      written(text.replace("custom::thing(", 'prim::CallMethod[name="f"](%self, '), "x l a b l2 y"),
    ).toBe("x l a l2 y");
  });

  it("running statistics in training", () => {
    const text = (flag: string) => `
      graph(%x : Tensor, %m : Tensor, %t : bool):
        %n : NoneType = prim::Constant()
        %no : bool = prim::Constant[value=0]()
        %e : float = prim::Constant[value=0.1]()
        %mean : Tensor = aten::relu(%m)
        %var : Tensor = aten::relu(%m)
        %y : Tensor = aten::batch_norm(%x, %n, %n, %mean, %var, %${flag}, %e, %e, %no)
        return (%y)`;
    expect(written(text("t"), "x m mean var y")).toBe("mean var");
    expect(written(text("no"), "x m mean var y")).toBe("");
  });
});

describe("values", () => {
  it("alias and escape", () => {
    const { aliases, of } = analyse(
      `
      graph(%x : Tensor, %y : Tensor, %d : int):
        %c : Tensor = prim::Constant[value=$w]()
        %a : Tensor = aten::relu(%x)
        %b : Tensor = aten::t(%a)
        %e : Tensor = aten::t(%c)
        %p : Tensor[] = aten::unbind(%b, %d)
        %q : Tensor = aten::__getitem__(%p, %d)
        %z : Tensor = aten::relu(%q)
        return (%z, %p)`,
      { w: tensor([1, 2]) },
    );
    const pairs: [string, string, boolean][] = [
      ["x", "y", true],
      ["x", "a", false],
      ["a", "q", true],
      ["a", "p", false],
      ["c", "e", true],
      ["c", "x", false],
      ["z", "q", false],
    ];
    for (const [a, b, want] of pairs) expect([a, b, aliases.mayAlias(of(a), of(b))]).toEqual([a, b, want]);
    expect(["x", "a", "b", "q", "p", "z", "c"].filter((name) => aliases.escapes(of(name))).join(" ")).toBe(
      "a b q p z",
    );
  });

  it("side effects count with their blocks, draws of random numbers too; empty tensors are no effect", () => {
    const { aliases, graph } = analyse(`
      graph(%x : Tensor, %q : bool, %s : int[]):
        %n : NoneType = prim::Constant()
        %p : float = prim::Constant[value=0.5]()
        %no : bool = prim::Constant[value=0]()
         = prim::If(%q)
          block0():
             = prim::Print(%x)
            -> ()
          block1():
            -> ()
         = prim::If(%q)
          block0():
            -> ()
          block1():
            -> ()
        %e : Tensor = aten::empty(%s, %n, %n, %n, %n, %n)
        %a : Tensor = aten::dropout(%x, %p, %q)
        %b : Tensor = aten::dropout(%x, %p, %no)
        %r : Tensor = aten::relu_(%x)
        return (%a, %b, %e)`);
    const tops = graph.block.nodes.slice(3);
    expect(tops.map((node) => aliases.hasSideEffects(node))).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(tops.map((node) => aliases.isPure(node))).toEqual([false, false, false, false, true, false]);
  });

  it("takes time near linear in the graph", () => {
    const lines = ["graph(%x : Tensor, %one : int):", "  %v0 : Tensor = aten::relu(%x)"];
    for (let i = 1; i <= 50_000; i++) {
      lines.push(
        i % 3
          ? `  %v${i} : Tensor = aten::add(%v${i - 1}, %x, %one)`
          : `  %v${i} : Tensor = aten::t(%v${i - 1})`,
      );
    }
    const graph = graphOf(`${lines.join("\n")}\n  return (%v50000)\n`);
    const start = performance.now();
    const aliases = new AliasAnalysis(graph);
    for (const node of graph.nodes()) aliases.touchesWritten(node);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
