/** Scripted modules and functions at hand: state, copies, further methods, marks, mixing with traces, the command line. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Tensor as HostTensor, load } from "../../loader/index.ts";
import { jit, nn, type Tensor, torch } from "../../ts-frontend/index.ts";

class Counter extends nn.Module {
  count = 0;
  names: string[] = [];
  readonly linear = new nn.Linear(2, 2);

  forward(x: Tensor): Tensor {
    this.count += 1;
    this.names.push(`call ${this.count}`);
    return this.training ? this.linear.forward(x) : x.mul(this.count);
  }

  last(): string {
    return this.names[this.names.length - 1] ?? "none";
  }

  report(): string {
    throw new Error("eager only");
  }
}
jit.exported(Counter, "last");

const x = torch.tensor([1, 2]);
const made = () => jit.script(new Counter());

describe("state", () => {
  test("attributes that calls change are read, written, saved and loaded", async () => {
    const counter = made().eval();
    expect(counter.training).toBe(false);
    expect(counter.forward(x).tolist()).toEqual([1, 2]);
    expect(counter.forward(x).tolist()).toEqual([2, 4]);
    expect(counter.getAttribute("count")).toBe(2);
    counter.setAttribute("count", 9);
    const loaded = await load(counter.toBytes());
    const host = new HostTensor(new Float32Array([1, 2]));
    expect(loaded.call("last", [])).toBe("call 2");
    expect(Array.from((loaded.forward(host) as HostTensor).data as Float32Array)).toEqual([10, 20]);
    expect(loaded.call("last", [])).toBe("call 10");
  });

  test("a copy goes its own way", () => {
    const counter = made().eval();
    counter.forward(x);
    const copy = counter.copy();
    copy.forward(x);
    expect([counter.getAttribute("count"), copy.getAttribute("count")]).toEqual([1, 2]);
  });

  test("train and eval reach every module", () => {
    const counter = made();
    expect(counter.training).toBe(true);
    expect(counter.eval().getAttribute("linear.training")).toBe(false);
    expect(counter.train().getAttribute("linear.training")).toBe(true);
  });
});

describe("define", () => {
  test("adds methods that use others", () => {
    const counter = made().eval();
    counter.define(
      "twice(x, /** int */ n) { let y = x; for (let i = 0; i < n; i++) y = this.forward(y); return y; }",
    );
    expect(counter.call<Tensor>("twice", [x, 2]).tolist()).toEqual([2, 4]);
    expect(counter.schema("twice")).toBe("twice(__torch__.Counter self, Tensor x, float n) -> Tensor");
  });

  test("changes nothing when it is refused", () => {
    const counter = made();
    expect(() => counter.define("bad(x) { return x + 1; }")).toThrow(/does not work on tensors/);
    expect(() => counter.define("forward(x) { return x; }")).toThrow(/a method forward already/);
    expect(counter.methods).toEqual(["forward", "last"]);
  });
});

describe("marks", () => {
  class Marked extends nn.Module {
    forward(x: Tensor): Tensor {
      if (x.sum().item() > 100) return this.plot(x);
      return x.neg();
    }

    plot(x: Tensor): Tensor {
      return x.mul(Math.random());
    }
  }

  test("an unused method raises where the program comes to it", () => {
    jit.unused(Marked, "plot");
    const marked = jit.script(new Marked());
    expect(marked.forward(x).tolist()).toEqual([-1, -2]);
    expect(() => marked.forward(torch.tensor([200]))).toThrow(/plot is unused/);
  });

  test("an ignored method is refused", () => {
    class Ignoring extends Marked {}
    jit.ignored(Ignoring, "plot");
    expect(() => jit.script(new Ignoring())).toThrow(/plot is ignored/);
  });
});

describe("mixing", () => {
  const larger = jit.script(
    function larger(a: Tensor, b: Tensor) {
      if (a.max().item() > b.max().item()) return a;
      return b;
    },
    { signature: "(a: Tensor, b: Tensor) => Tensor" },
  );

  test("a trace keeps the control flow of a scripted function", async () => {
    const traced = jit.trace((a: Tensor, b: Tensor) => larger(a, b).add(1), [x, x.clone()]);
    expect(traced.graph).toContain("prim::CallFunction");
    expect(traced.forward(torch.tensor([5, 0]), x).tolist()).toEqual([6, 1]);
    const loaded = await load(traced.toBytes());
    const nines = new HostTensor(new Float32Array([9, 9]));
    const out = loaded.forward(new HostTensor(new Float32Array([1, 2])), nines) as HostTensor;
    expect(Array.from(out.data as Float32Array)).toEqual([10, 10]);
  });

  test("a script calls a traced function", () => {
    const traced = jit.trace((a: Tensor, b: Tensor) => a.mul(2).add(b), [x, x.clone()]);
    const bar = jit.script((a: Tensor) => traced.forward(a, a) as Tensor, { scope: { traced } });
    expect(bar(x).tolist()).toEqual([3, 6]);
  });

  test("a scripted module inside a traced one, and inside a scripted one", async () => {
    class Part extends nn.Module {
      forward(x: Tensor): Tensor {
        return x.sum().item() > 0 ? x : x.neg();
      }
    }
    class Whole extends nn.Module {
      readonly part = jit.script(new Part());
      forward(x: Tensor): Tensor {
        return (this.part.forward(x) as Tensor).add(1);
      }
    }
    for (const whole of [jit.trace(new Whole(), [x]), jit.script(new Whole())]) {
      expect(whole.forward(x.neg()).tolist()).toEqual([2, 3]);
      const loaded = await load(whole.toBytes());
      const out = loaded.forward(new HostTensor(new Float32Array([-1, -2]))) as HostTensor;
      expect(Array.from(out.data as Float32Array)).toEqual([2, 3]);
    }
  });

  test("scriptIfTracing scripts under a trace only", () => {
    const pick = jit.scriptIfTracing(function pick(a: Tensor) {
      if (a.sum().item() > 0) return a;
      return a.neg();
    });
    expect(pick(x.neg()).tolist()).toEqual([1, 2]);
    const traced = jit.trace((a: Tensor) => pick(a).mul(2), [x]);
    expect(traced.forward(x.neg()).tolist()).toEqual([2, 4]);
  });
});

test("objects of interfaces and classes come out as plain ones", async () => {
  const encode = jit.script(
    function encode(words: string[]) {
      const node = {
        text: words.join(" "),
        sizes: words.map((word) => word.length),
        next: { text: "end", sizes: [0] },
      };
      return [node, node.next];
    },
    {
      signature:
        "(words: string[]) => [{ text: string; sizes: number[]; next: { text: string; sizes: number[] } }, { text: string; sizes: number[] }]",
    },
  );
  const [node, next] = encode(["ab", "c"]) as unknown as [{ next: object }, object];
  expect(node).toEqual({ text: "ab c", sizes: [2, 1], next: { text: "end", sizes: [0] } });
  expect(node.next).toBe(next);
});

test("a script class is used where scripts make objects of it; a class of modules is made first", () => {
  const Point = jit.script(
    class Point {
      x: number;
      constructor(/** number */ x: number) {
        this.x = x;
      }
      twice() {
        return this.x * 2;
      }
    },
  );
  const run = jit.script((n: number) => new Point(n).twice(), {
    signature: "(n: number) => number",
    scope: { Point },
  });
  expect(run(4)).toBe(8);
  expect(() => jit.script(Counter)).toThrow(/is a class of modules/);
});

test("optimizeForInference and freeze give the same results without the module tree", () => {
  class Net extends nn.Module {
    readonly layer = new nn.Linear(2, 3);
    forward(x: Tensor): Tensor {
      const y = this.layer.forward(x);
      return y.sum().item() > 0 ? y : y.relu();
    }
  }
  const net = jit.script(new Net().eval());
  for (const small of [jit.freeze(net), jit.optimizeForInference(net)]) {
    expect(small.forward(x).tolist()).toEqual(net.forward(x).tolist());
    expect(small.graph).not.toContain("CallMethod");
  }
});

test("places name the file of the source", () => {
  const failing = jit.script((a: Tensor) => a.matmul(torch.ones([7, 7])));
  try {
    failing(x);
    expect.unreachable();
  } catch (error) {
    const { where } = error as { where: { file: string; line: number } };
    const line = readFileSync(new URL(import.meta.url), "utf8").split("\n")[where.line - 1];
    if (where.file.startsWith("tests/")) expect(line).toContain("a.matmul");
    else expect(where.file).toMatch(/^</);
  }
});
