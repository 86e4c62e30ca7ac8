/** Tracing: the module tree in the graphs, symbolic sizes, guards, state, structured inputs and outputs. */

import { describe, expect, it } from "vitest";
import { jit, nn, Tensor, torch } from "../../ts-frontend/index.ts";
import type { TraceWarning } from "../../ts-frontend/jit/index.ts";
import type { ScriptModule } from "../../ts-frontend/jit/script-module.ts";
import { expectTextRoundTrip } from "../support/text-round-trip.ts";

/** The traced program gives what eager code gives, also on other inputs, after saving and reading back, and its text parses. */
function expectSame(model: nn.Module, inputs: Tensor[][]): ScriptModule {
  const traced = jit.trace(model, inputs[0]!, { onWarning: () => {} });
  const read = jit.fromBytes(traced.toBytes());
  for (const list of inputs) {
    const want = model.forward(...(list as never[]));
    for (const module of [traced, read]) expect(flat(module.forward(...list))).toEqual(flat(want));
  }
  expectTextRoundTrip(traced);
  expectTextRoundTrip(read);
  return traced;
}

function flat(value: unknown): unknown {
  if (value instanceof Tensor)
    return { dtype: value.dtype, shape: value.shape, data: [...(value.data as Float32Array)] };
  if (Array.isArray(value)) return value.map(flat);
  if (value instanceof Map) return [...value].map(([k, v]) => [k, flat(v)]);
  if (value && typeof value === "object") return Object.entries(value).map(([k, v]) => [k, flat(v)]);
  return value;
}

class Scale extends nn.Module {
  weight = new nn.Parameter(torch.tensor([1, 2, 3, 4]));
  forward(input: Tensor): Tensor {
    return input.mul(this.weight);
  }
}

class Outer extends nn.Module {
  scale = new Scale();
  forward(x: Tensor): Tensor {
    return this.scale.forward(x).add(this.scale.forward(x.add(1)));
  }
}

describe("the module tree", () => {
  it("keeps submodules as calls, with their names, and shares one method between equal calls", () => {
    const traced = expectSame(new Outer(), [[torch.ones([2, 4])], [torch.ones([5, 4])]]);
    expect(traced.graph.match(/prim::CallMethod\[name="forward"\]\(%scale/g)).toHaveLength(2);
    expect(traced.inlinedGraph).not.toContain("CallMethod");
    expect([...traced.stateDict().keys()]).toEqual(["scale.weight"]);
    expect(traced.program.classes.get("__torch__.Scale")).toMatchObject({ methods: [{ name: "forward" }] });
    expect(traced.code).toContain("return scale.forward(x).add(scale.forward(x.add(1)));");
  });

  it("gives a second method to calls that do something else", () => {
    class Twice extends nn.Module {
      calls = 0;
      inner = new (class Inner extends nn.Module {
        forward(x: Tensor, double: boolean): Tensor {
          return double ? x.add(x) : x.mul(3);
        }
      })();
      forward(x: Tensor): Tensor {
        return this.inner.forward(x, true).add(this.inner.forward(x, false));
      }
    }
    const traced = expectSame(new Twice(), [[torch.ones([3])]]);
    expect(traced.graph).toContain('name="forward1"');
  });

  it("hands tensors down and up that a call did not get or return", () => {
    class Inner extends nn.Module {
      kept: Tensor | null = null;
      outside: Tensor | null = null;
      forward(x: Tensor): Tensor {
        this.kept = x.mul(10);
        return x.add(this.outside!);
      }
    }
    class Parent extends nn.Module {
      inner = new Inner();
      forward(x: Tensor): Tensor {
        this.inner.outside = x.mul(7);
        const y = this.inner.forward(x);
        return y.add(this.inner.kept!);
      }
    }
    expectSame(new Parent(), [[torch.ones([2])], [torch.tensor([3, 4, 5])]]);
  });

  it("keeps tied weights tied, and aliases in the file", () => {
    class Tied extends nn.Module {
      a = new Scale();
      b = new Scale();
      constructor() {
        super();
        this.b.weight = this.a.weight;
      }
      forward(x: Tensor): Tensor {
        return this.a.forward(x).add(this.b.forward(x));
      }
    }
    const traced = expectSame(new Tied(), [[torch.ones([4])]]);
    const { root } = traced.program;
    if (root.kind !== "object") throw new Error("no object");
    const weight = (name: string): unknown => {
      const child = root.object.attrs.get(name);
      const value = child?.kind === "object" ? child.attrs.get("weight") : undefined;
      return value?.kind === "tensor" && value.tensor.storage;
    };
    expect(weight("a")).toBe(weight("b"));
  });

  it("traces several methods of one module", () => {
    class Both extends nn.Module {
      scale = new Scale();
      forward(x: Tensor): Tensor {
        return this.scale.forward(x);
      }
      encode(x: Tensor): Tensor {
        return this.scale.forward(x).add(1);
      }
    }
    const traced = jit.traceModule(new Both(), { forward: torch.ones([4]), encode: [torch.zeros([2, 4])] });
    expect(traced.methods.sort()).toEqual(["encode", "forward"]);
    expect((traced.call("encode", [torch.ones([4])]) as Tensor).tolist()).toEqual([2, 3, 4, 5]);
  });
});

describe("sizes and guards", () => {
  it("records sizes, so that the trace runs on other shapes", () => {
    class Flat extends nn.Module {
      forward(x: Tensor): Tensor {
        return x.reshape([x.size(0), x.size(1).mul(x.size(2))]);
      }
    }
    expectSame(new Flat(), [[torch.ones([2, 3, 4])], [torch.zeros([5, 1, 7])]]);
  });

  it("guards what is read from a shape or a tensor, and names the line", () => {
    const half = (x: Tensor): Tensor => (x.sum().gt(0).itemBool() ? x.mul(x.shape[0]!) : x);
    const traced = jit.trace(half, [torch.ones([3])]);
    expect((traced.forward(torch.tensor([5, 5, 5])) as Tensor).tolist()).toEqual([15, 15, 15]);
    expect(() => traced.forward(torch.ones([4]))).toThrow(/it was 3 when the model was traced, now it is 4/);
    expect(() => traced.forward(torch.tensor([-1, -1, -1]))).toThrow(/it was 1 .* now it is 0/);
    expect(() => traced.forward(torch.ones([4]))).toThrow(/tests\/jit\/trace\.test\.ts:\d+/);
    expectTextRoundTrip(traced);
  });

  it("finds code that is not the same twice", () => {
    let calls = 0;
    const fickle = (x: Tensor): Tensor => (calls++ === 0 ? x.add(1) : x.add(2));
    expect(() => jit.trace(fickle, [torch.ones([1])])).toThrow(/two traces .* differ/);
  });

  it("records random operators, which draw anew in every call, and warns of them", () => {
    const seen: TraceWarning[] = [];
    const noisy = (x: Tensor): Tensor => x.add(torch.rand([1]));
    const traced = jit.trace(noisy, [torch.ones([1])], { onWarning: (w) => seen.push(w) });
    expect(seen.map((w) => w.kind)).toEqual(["random"]);
    expect(seen[0]!.message).toMatch(/aten::rand/);
    const draw = (): unknown => (traced.forward(torch.zeros([1])) as Tensor).tolist();
    torch.manualSeed(0);
    const first = draw();
    expect(draw()).not.toEqual(first);
    torch.manualSeed(0);
    expect(torch.rand([1]).tolist()).toEqual(first);
  });

  it("records dropout, which is no random number in evaluation", () => {
    const seen: string[] = [];
    const model = new nn.Sequential(new nn.Dropout(0.5), new nn.ReLU());
    const x = torch.ones([4, 8]);
    jit.trace(model.eval(), [x], { onWarning: (w) => seen.push(w.kind) });
    expect(seen).toEqual([]);
    const traced = jit.trace(model.train(), [x], { onWarning: (w) => seen.push(w.kind) });
    expect(seen).toEqual(["random"]);
    torch.manualSeed(3);
    const eager = model.forward(x) as Tensor;
    torch.manualSeed(3);
    expect((traced.forward(x) as Tensor).tolist()).toEqual(eager.tolist());
  });

  it("has no place for a generator of its own", () => {
    const own = new torch.Generator(1);
    expect(() =>
      jit.trace((x: Tensor) => x.add(torch.rand([1], { generator: own })), [torch.ones([1])]),
    ).toThrow(/Generator/);
  });
});

describe("state, inputs and outputs", () => {
  it("keeps state that forward assigns or writes to", () => {
    class Counter extends nn.Module {
      declare total: Tensor;
      declare steps: Tensor;
      constructor() {
        super();
        this.registerBuffer("total", torch.zeros([1]));
        this.registerBuffer("steps", torch.zeros([1]));
      }
      forward(x: Tensor): Tensor {
        this.total = this.total.add(x);
        this.steps.add_(1);
        return this.total;
      }
    }
    const traced = jit.trace(new Counter(), [torch.ones([1])], { checkTrace: false });
    const start = (traced.stateDict().get("total")!.data as Float32Array)[0]!;
    traced.forward(torch.tensor([2]));
    expect((traced.forward(torch.tensor([3])) as Tensor).tolist()).toEqual([start + 5]);
    const again = jit.fromBytes(traced.toBytes());
    expect((again.forward(torch.tensor([1])) as Tensor).tolist()).toEqual([start + 6]);
    expect((again.stateDict().get("steps")!.data as Float32Array)[0]).toBe(
      (traced.stateDict().get("steps")!.data as Float32Array)[0]! + 1,
    );
  });

  it("takes and gives tuples and dicts", () => {
    const f = (pair: [Tensor, Tensor], named: { a: Tensor }): { sum: Tensor; list: Tensor } => ({
      sum: pair[0].add(pair[1]),
      list: named.a,
    });
    const traced = jit.trace(f, [[torch.ones([2]), torch.ones([2])], { a: torch.zeros([1]) }]);
    const result = traced.forward([torch.ones([3]), torch.ones([3])], { a: torch.tensor([9]) }) as Map<
      string,
      Tensor
    >;
    expect(result.get("sum")!.tolist()).toEqual([2, 2, 2]);
    expect(result.get("list")!.tolist()).toEqual([9]);
    expectTextRoundTrip(traced);
  });

  it("tells inputs apart that were one tensor in the example, and inputs from what the code holds", () => {
    const x = torch.tensor([1, 2]);
    const f = (a: Tensor, b: Tensor, pair: [Tensor, Tensor]): Tensor =>
      a.sub(b).add(pair[0].mul(pair[1])).sub(x);
    const traced = jit.trace(f, [x, x, [x, x]]);
    const other: [Tensor, Tensor, [Tensor, Tensor]] = [
      torch.tensor([10, 20]),
      torch.tensor([3, 4]),
      [torch.tensor([5, 6]), torch.tensor([7, 8])],
    ];
    expect(flat(traced.forward(...other))).toEqual(flat(f(...other)));
    const scale = new Scale();
    expect(flat(jit.trace(scale, [scale.weight]).forward(x.repeat(2)))).toEqual(
      flat(scale.forward(x.repeat(2))),
    );
  });

  it("refuses numbers as inputs and outputs, by name", () => {
    expect(() => jit.trace((x: Tensor, n: number) => x.add(n), [torch.ones([1]), 3])).toThrow(
      /input n is a number/,
    );
    expect(() => jit.trace((x: Tensor) => x.sum().item(), [torch.ones([1])])).toThrow(
      /the result is a number/,
    );
    expect(() => jit.trace(async (x: Tensor) => x, [torch.ones([1])])).toThrow(/async/);
  });

  it("writes the same bytes twice, with extra files and metadata", () => {
    torch.manualSeed(3);
    const traced = jit.trace(new Outer(), [torch.ones([1, 4])]);
    const options = { extraFiles: { "labels.txt": "a\nb" }, metadata: { by: "test" } };
    expect(traced.toBytes(options)).toEqual(traced.toBytes(options));
    const read = jit.fromBytes(traced.toBytes(options));
    expect(new TextDecoder().decode(read.program.extraFiles.get("labels.txt"))).toBe("a\nb");
    expect(read.program.metadata.get("by")).toBe("test");
  });
});
