/** Passes that replace by what is known: constant propagation and peephole rules. Text in, text out. */

import { beforeAll, describe, expect, it } from "vitest";
import { constantOf } from "../../format/ir/graph.ts";
import type { Program } from "../../format/ir/program.ts";
import { contiguousBytes, tensorHash } from "../../format/value.ts";
import { Runtime } from "../../loader/runtime.ts";
import { constantPropagation } from "../../ts-frontend/passes/constant-propagation.ts";
import { deadCode } from "../../ts-frontend/passes/dead-code.ts";
import { evaluator } from "../../ts-frontend/passes/evaluate.ts";
import { type Evaluate, runPass } from "../../ts-frontend/passes/pass.ts";
import { peephole } from "../../ts-frontend/passes/peephole.ts";
import { afterRun, dedent, functionProgram, type Tensors, tensor } from "./support.ts";

let evaluate: Evaluate;

beforeAll(async () => {
  evaluate = evaluator(await Runtime.create());
});

const propagate = (program: Program) => {
  runPass(constantPropagation, program, { evaluate });
  runPass(deadCode, program);
};
const simplify = (program: Program) => {
  runPass(peephole, program);
  runPass(deadCode, program);
};

function check(run: (program: Program) => void, before: string, want: string, tensors: Tensors = {}): void {
  expect(afterRun(run, before, tensors)).toBe(dedent(want));
}

const same = (run: (program: Program) => void, text: string, tensors: Tensors = {}) =>
  check(run, text, text, tensors);

describe("constant propagation", () => {
  it("folds numbers, lists, tuples and tensors", () => {
    check(
      propagate,
      `
      graph(%x : Tensor):
        %two : int = prim::Constant[value=2]()
        %three : int = prim::Constant[value=3]()
        %six : int = aten::mul.int(%two, %three)
        %q : float = aten::div(%six, %three)
        %l : int[] = prim::ListConstruct(%two, %three)
        %v : Tensor = aten::view(%x, %l)
        %a : Tensor = prim::Constant[value=$a]()
        %b : Tensor = aten::mul(%a, %two)
        %y : Tensor = aten::add(%v, %b, %six)
        %z : Tensor = aten::mul(%y, %q)
        return (%z)`,
      `
      graph(%x : Tensor):
        %six : int = prim::Constant[value=6]()
        %q : float = prim::Constant[value=2.]()
        %l : int[] = prim::Constant[value=[2, 3]]()
        %v : Tensor = aten::view(%x, %l)
        %b : Tensor = prim::Constant[value=$b]()
        %y : Tensor = aten::add(%v, %b, %six)
        %z : Tensor = aten::mul(%y, %q)
        return (%z)`,
      { a: tensor([1, 2, 3]), b: tensor([2, 4, 6]) },
    );
  });

  it("takes known branches and drops loops that make no round", () => {
    check(
      propagate,
      `
      graph(%x : Tensor, %c : bool):
        %two : int = prim::Constant[value=2]()
        %yes : bool = prim::Constant[value=1]()
        %big : bool = aten::gt(%two, %two)
        %y : Tensor = prim::If(%big)
          block0():
            -> (%x)
          block1():
            %r : Tensor = aten::relu(%x)
            %in : Tensor = prim::If(%yes)
              block0():
                %s : Tensor = aten::sigmoid(%r)
                -> (%s)
              block1():
                -> (%r)
            -> (%in)
        %none : int = aten::sub(%two, %two)
        %z : Tensor = prim::Loop(%none, %yes, %y)
          block0(%i : int, %p : Tensor):
            %o : Tensor = aten::relu(%p)
            -> (%yes, %o)
        %w : Tensor, %k : Tensor = prim::Loop(%two, %yes, %z, %x)
          block0(%j : int, %q : Tensor, %same : Tensor):
            %o2 : Tensor = aten::mul(%q, %same)
            -> (%yes, %o2, %same)
        %both : Tensor = prim::If(%c)
          block0():
             = prim::Print(%k)
            -> (%w)
          block1():
            -> (%w)
        return (%both)`,
      `
      graph(%x : Tensor,
            %c : bool):
        %two : int = prim::Constant[value=2]()
        %yes : bool = prim::Constant[value=1]()
        %r : Tensor = aten::relu(%x)
        %s : Tensor = aten::sigmoid(%r)
        %w : Tensor = prim::Loop(%two, %yes, %s)
          block0(%j : int, %q : Tensor):
            %o2 : Tensor = aten::mul(%q, %x)
            -> (%yes, %o2)
         = prim::If(%c)
          block0():
             = prim::Print(%x)
            -> ()
          block1():
            -> ()
        return (%w)`,
    );
  });

  it("leaves what raises, is random, is written, or is made anew for the caller", () => {
    same(
      propagate,
      `
      graph(%x : Tensor):
        %no : NoneType = prim::Constant()
        %zero : int = prim::Constant[value=0]()
        %two : int = prim::Constant[value=2]()
        %p : float = prim::Constant[value=0.5]()
        %yes : bool = prim::Constant[value=1]()
        %a : Tensor = prim::Constant[value=$a]()
        %d : int = aten::floordiv(%two, %zero)
        %l : int[] = prim::Constant[value=[2]]()
        %e : Tensor = aten::empty(%l, %no, %no, %no, %no, %no)
        %r : Tensor = aten::dropout(%a, %p, %yes)
        %w : Tensor = aten::ones(%l, %no, %no, %no, %no)
        %w2 : Tensor = aten::add_(%w, %x, %two)
        %out : Tensor = aten::zeros(%l, %no, %no, %no, %no)
        %items : int[] = prim::ListConstruct(%two)
        return (%d, %e, %r, %w2, %out, %items)`,
      { a: tensor([1, 2]) },
    );
  });

  it("never makes a program much larger, and does not run what would be huge", () => {
    const big = (size: number) => `
      graph(%x : Tensor):
        %no : NoneType = prim::Constant()
        %one : int = prim::Constant[value=1]()
        %n : int = prim::Constant[value=${size}]()
        %l : int[] = prim::ListConstruct(%n)
        %z : Tensor = aten::zeros(%l, %no, %no, %no, %no)
        %y : Tensor = aten::add(%x, %z, %one)
        return (%y)`;
    let ran = 0;
    const counted: Evaluate = (op, args) => {
      if (op.name === "aten::zeros") ran++;
      return evaluate(op, args);
    };
    const run = (program: Program) => runPass(constantPropagation, program, { evaluate: counted });
    expect(afterRun(run, big(10_000_000))).toContain("aten::zeros");
    expect(ran).toBe(0);
    expect(afterRun(run, big(1000))).not.toContain("aten::zeros");
    expect(ran).toBe(1);
  });

  it("views of constants share their memory", () => {
    const w = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    const program = functionProgram(
      dedent(`
      graph(%x : Tensor):
        %w : Tensor = prim::Constant[value=$w]()
        %t : Tensor = aten::t(%w)
        %y : Tensor = aten::matmul(%x, %t)
        return (%y)`),
      { w },
    );
    propagate(program);
    const [constant] = program.functions.get("f")!.graph.nodes();
    const value = constantOf(constant!.output)!;
    if (value.kind !== "tensor") throw new Error("no tensor");
    expect(value.tensor).toMatchObject({ shape: [3, 2], strides: [1, 3], offset: 0 });
    expect(value.tensor.storage).toBe(w.storage);
    expect([...new Float32Array(contiguousBytes(value.tensor).slice().buffer)]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(tensorHash(value.tensor)).not.toBe(tensorHash(w));
  });

  it("a constant that another function writes is none", () => {
    const w = { w: tensor([1, 2]) };
    const read = dedent(`
      graph(%x : Tensor):
        %w : Tensor = prim::Constant[value=$w]()
        %n : Tensor = aten::neg(%w)
        %y : Tensor = aten::mul(%x, %n)
        return (%y)`);
    const write = dedent(`
      graph(%x : Tensor):
        %w : Tensor = prim::Constant[value=$w]()
        %n : Tensor = aten::neg_(%w)
        return (%n)`);
    const program = functionProgram(read, w);
    const other = functionProgram(write, w).functions.get("f")!;
    program.functions.set("g", { ...other, name: "g" });
    expect(runPass(constantPropagation, program, { evaluate })).toBe(false);
    program.functions.delete("g");
    expect(runPass(constantPropagation, program, { evaluate })).toBe(true);
  });
});

describe("peephole", () => {
  it("knows None by types, and casts that change nothing", () => {
    check(
      simplify,
      `
      graph(%x : Tensor, %m : Tensor?, %o : int?):
        %no : NoneType = prim::Constant()
        %a : bool = aten::__is__(%x, %no)
        %b : bool = aten::__isnot__(%no, %no)
        %c : bool = aten::__isnot__(%m, %no)
        %d : Tensor = prim::unchecked_cast(%x)
        %e : Tensor = prim::unchecked_cast(%m)
        %f : bool = prim::isinstance[types=[int, float]](%x)
        %g : bool = prim::isinstance[types=[Tensor]](%x)
        %h : bool = prim::isinstance[types=[int]](%o)
         = prim::Print(%a, %b, %c, %d, %e, %f, %g, %h)
        return ()`,
      `
      graph(%x : Tensor,
            %m : Tensor?,
            %o : int?):
        %no : NoneType = prim::Constant()
        %a : bool = prim::Constant[value=0]()
        %b : bool = prim::Constant[value=0]()
        %c : bool = aten::__isnot__(%m, %no)
        %e : Tensor = prim::unchecked_cast(%m)
        %f : bool = prim::Constant[value=0]()
        %g : bool = prim::Constant[value=1]()
        %h : bool = prim::isinstance[types=[int]](%o)
         = prim::Print(%a, %b, %c, %x, %e, %f, %g, %h)
        return ()`,
    );
  });

  it("takes apart tuples always, lists while nobody changes them", () => {
    check(
      simplify,
      `
      graph(%x : Tensor, %y : Tensor, %n : int):
        %i : int = prim::Constant[value=-1]()
        %t : (Tensor, Tensor, int) = prim::TupleConstruct(%x, %y, %n)
        %a : Tensor, %b : Tensor, %c : int = prim::TupleUnpack(%t)
        %d : int = prim::TupleIndex(%t, %i)
        %s : (Tensor, int) = prim::TupleSlice[beg=1, end=3](%t)
        %e : Tensor, %f : int = prim::TupleUnpack(%s)
        %l : Tensor[] = prim::ListConstruct(%a, %e)
        %g : Tensor, %h : Tensor = prim::ListUnpack(%l)
        %len : int = aten::len(%l)
        %k : Tensor[] = prim::ListConstruct(%g)
        %k2 : Tensor[] = aten::append(%k, %h)
        %klen : int = aten::len(%k)
        %j : Tensor = aten::__getitem__(%k, %i)
        %last : Tensor = aten::__getitem__(%l, %i)
        %s1 : int[] = aten::size(%x)
        %dims : int = aten::len(%s1)
         = prim::Print(%b, %c, %d, %f, %len, %klen, %j, %last, %dims)
        return ()`,
      `
      graph(%x : Tensor,
            %y : Tensor,
            %n : int):
        %i : int = prim::Constant[value=-1]()
        %len : int = prim::Constant[value=2]()
        %k : Tensor[] = prim::ListConstruct(%x)
        %k2 : Tensor[] = aten::append(%k, %y)
        %klen : int = aten::len(%k)
        %j : Tensor = aten::__getitem__(%k, %i)
        %dims : int = aten::dim(%x)
         = prim::Print(%y, %n, %n, %n, %len, %klen, %j, %y, %dims)
        return ()`,
    );
  });

  it("knows constants' sizes and dtypes, and what is the same of every tensor", () => {
    check(
      simplify,
      `
      graph(%x : Tensor):
        %i : int = prim::Constant[value=-1]()
        %w : Tensor = prim::Constant[value=$w]()
        %s : int = aten::size(%w, %i)
        %d : int = aten::dim(%w)
        %n : int = aten::numel(%w)
        %l : int = aten::len(%w)
        %sizes : int[] = aten::size(%w)
        %y : Tensor = aten::view(%x, %sizes)
        %t : int = prim::dtype(%w)
        %u : int = prim::dtype(%x)
        %c : bool = prim::is_cuda(%x)
        %v : Device = prim::device(%x)
        %f : bool = aten::is_floating_point(%w)
         = prim::Print(%s, %d, %n, %l, %y, %t, %u, %c, %v, %f)
        return ()`,
      `
      graph(%x : Tensor):
        %s : int = prim::Constant[value=3]()
        %d : int = prim::Constant[value=2]()
        %n : int = prim::Constant[value=6]()
        %l : int = prim::Constant[value=2]()
        %sizes : int[] = prim::Constant[value=[2, 3]]()
        %y : Tensor = aten::view(%x, %sizes)
        %t : int = prim::Constant[value=6]()
        %u : int = prim::dtype(%x)
        %c : bool = prim::Constant[value=0]()
        %v : Device = prim::Constant[value="cpu"]()
        %f : bool = prim::Constant[value=1]()
         = prim::Print(%s, %d, %n, %l, %y, %t, %u, %c, %v, %f)
        return ()`,
      { w: tensor([1, 2, 3, 4, 5, 6], [2, 3]) },
    );
  });

  it("drops conversions to the dtype that is there, and transpositions that undo each other", () => {
    check(
      simplify,
      `
      graph(%x : Tensor, %y : Tensor):
        %no : NoneType = prim::Constant()
        %f32 : int = prim::Constant[value=6]()
        %f64 : int = prim::Constant[value=7]()
        %false : bool = prim::Constant[value=0]()
        %true : bool = prim::Constant[value=1]()
        %a : Tensor = aten::to(%x, %f32, %false, %false, %no)
        %b : Tensor = aten::to(%a, %f32, %false, %false, %no)
        %c : Tensor = aten::to(%b, %f32, %false, %true, %no)
        %d : Tensor = aten::to(%c, %f64, %false, %false, %no)
        %i : int = prim::Constant[value=0]()
        %j : int = prim::Constant[value=1]()
        %e : Tensor = aten::transpose(%d, %i, %j)
        %g : Tensor = aten::transpose(%e, %j, %i)
        %h : Tensor = aten::relu(%g)
        %s : int[] = aten::size(%y)
        %k : Tensor = aten::expand(%y, %s, %false)
        %l : Tensor = aten::mul(%k, %h)
        return (%l)`,
      `
      graph(%x : Tensor,
            %y : Tensor):
        %no : NoneType = prim::Constant()
        %f32 : int = prim::Constant[value=6]()
        %f64 : int = prim::Constant[value=7]()
        %false : bool = prim::Constant[value=0]()
        %true : bool = prim::Constant[value=1]()
        %a : Tensor = aten::to(%x, %f32, %false, %false, %no)
        %c : Tensor = aten::to(%a, %f32, %false, %true, %no)
        %d : Tensor = aten::to(%c, %f64, %false, %false, %no)
        %h : Tensor = aten::relu(%d)
        %l : Tensor = aten::mul(%y, %h)
        return (%l)`,
    );
  });

  it("does not fold what a write would reveal, nor conversions of unknown dtypes", () => {
    same(
      simplify,
      `
      graph(%x : Tensor):
        %no : NoneType = prim::Constant()
        %f32 : int = prim::Constant[value=6]()
        %false : bool = prim::Constant[value=0]()
        %a : Tensor = aten::sigmoid(%x)
        %b : Tensor = aten::to(%a, %f32, %false, %false, %no)
        %d : Tensor = aten::t(%b)
        %e : Tensor = aten::t(%d)
        %g : Tensor = aten::relu_(%e)
        %w : Tensor = prim::Constant[value=$w]()
        %w2 : Tensor = aten::t_(%w)
        %s : int[] = aten::size(%w)
        return (%g, %s)`,
      { w: tensor([1, 2, 3, 4, 5, 6], [2, 3]) },
    );
  });

  it("reads numbers back from tensors made of them, and drops guards that hold", () => {
    check(
      simplify,
      `
      graph(%x : Tensor, %n : int):
        %zero : int = prim::Constant[value=0]()
        %t : Tensor = prim::NumToTensor(%n)
        %m : int = aten::Int(%t)
        %f : float = aten::Float(%t)
         = sconce::guard_int[expected=0, message="zero"](%zero)
         = sconce::guard_int[expected=1, message="one"](%zero)
        return (%m, %f)`,
      `
      graph(%x : Tensor,
            %n : int):
        %zero : int = prim::Constant[value=0]()
        %t : Tensor = prim::NumToTensor(%n)
        %f : float = aten::Float(%t)
         = sconce::guard_int[expected=1, message="one"](%zero)
        return (%n, %f)`,
    );
  });
});

describe("what raises and what has the same rank", () => {
  it("a condition is known inside its branches, and after a branch that raises", () => {
    check(
      propagate,
      `
      graph(%x : Tensor, %c : bool, %d : bool):
        %m : str = prim::Constant[value="no"]()
         = prim::If(%c)
          block0():
             = prim::RaiseException(%m)
            -> ()
          block1():
            -> ()
        %y : Tensor = prim::If(%c)
          block0():
            %r : Tensor = aten::relu(%x)
            -> (%r)
          block1():
            -> (%x)
        %z : Tensor = prim::If(%d)
          block0():
            %i : Tensor = prim::If(%d)
              block0():
                %s : Tensor = aten::sigmoid(%y)
                -> (%s)
              block1():
                -> (%y)
            -> (%i)
          block1():
             = prim::Print(%d)
            -> (%y)
         = prim::Print(%c, %d)
        return (%z)`,
      `
      graph(%x : Tensor,
            %c : bool,
            %d : bool):
        %0 : bool = prim::Constant[value=0]()
        %m : str = prim::Constant[value="no"]()
         = prim::If(%c)
          block0():
             = prim::RaiseException(%m)
            -> ()
          block1():
            -> ()
        %z : Tensor = prim::If(%d)
          block0():
            %s : Tensor = aten::sigmoid(%x)
            -> (%s)
          block1():
             = prim::Print(%0)
            -> (%x)
         = prim::Print(%0, %d)
        return (%z)`,
    );
  });

  it("asks for the dimensions of the first tensor that has as many, unless they change in place", () => {
    const text = (last: string) => `
      graph(%x : Tensor, %y : Tensor, %s : int[], %p : int[]):
        %no : NoneType = prim::Constant()
        %one : int = prim::Constant[value=1]()
        %w : Tensor = prim::Constant[value=$w]()
        %a : Tensor = aten::conv2d(%x, %y, %no, %s, %p, %s, %one)
        %b : Tensor = aten::relu_(%a)
        %c : Tensor = aten::add(%b, %x, %one)
        %e : Tensor = aten::mul(%c, %y)
        %f : Tensor = aten::linear(%x, %y, %no)
        %d : int = aten::dim(%c)
        %g : int = aten::dim(%e)
        %h : int = aten::dim(%f)
        %i : int = aten::dim(%w)
        %u : Tensor = ${last}(%y)
        return (%d, %g, %h, %i, %u)`;
    const w = { w: tensor([1, 2, 3, 4], [2, 2]) };
    const got = afterRun(simplify, text("aten::relu_"), w);
    expect(got).toContain("%d : int = aten::dim(%x)");
    expect(got).toContain("%g : int = aten::dim(%e)");
    expect(got).toContain("%h : int = aten::dim(%f)");
    expect(got).toContain("%i : int = prim::Constant[value=2]()");
    expect(afterRun(simplify, text("aten::t_"), w)).toContain("%d : int = aten::dim(%c)");
  });
});
