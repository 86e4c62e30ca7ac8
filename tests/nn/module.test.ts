/** Modules: what they hold and under which names, state, modes, copies, scopes, text. */

import { describe, expect, it } from "vitest";
import { runtime } from "../../ts-frontend/eager/runtime.ts";
import { scope, type Tensor, torch } from "../../ts-frontend/index.ts";
import * as nn from "../../ts-frontend/nn/index.ts";

class Inner extends nn.Module {
  scale = new nn.Parameter(torch.ones([2]));
  cache: Tensor | null = null;

  constructor() {
    super();
    this.registerBuffer("seen", torch.zeros([], { dtype: "int64" }));
    this.registerBuffer("scratch", torch.zeros([3]), { persistent: false });
    this.registerParameter("bias", null);
  }

  forward(x: Tensor): Tensor {
    const doubled = x.add(x);
    this.cache = doubled.add(1);
    return doubled.mul(this.scale);
  }
}

class Outer extends nn.Module {
  first = new Inner();
  weight = new nn.Parameter(torch.zeros([4, 2]));
  second = new nn.ModuleList([new Inner(), new nn.Identity()]);
  shared = this.first;

  forward(x: Tensor): Tensor {
    return this.first.forward(x).add(x);
  }
}

const names = (entries: Iterable<readonly [string, unknown]>) => [...entries].map(([name]) => name);

describe("names", () => {
  const model = new Outer();

  it("put own parameters first, then buffers, then submodules, in the order of assignment", () => {
    expect([...model.stateDict().keys()]).toEqual([
      "weight",
      "first.scale",
      "first.seen",
      "second.0.scale",
      "second.0.seen",
      "shared.scale",
      "shared.seen",
    ]);
  });

  it("come once where what they name is shared", () => {
    expect(names(model.namedParameters())).toEqual(["weight", "first.scale", "second.0.scale"]);
    expect(names(model.namedBuffers())).toEqual([
      "first.seen",
      "first.scratch",
      "second.0.seen",
      "second.0.scratch",
    ]);
    expect(names(model.namedModules())).toEqual(["", "first", "second", "second.0", "second.1"]);
    expect(names(model.namedChildren())).toEqual(["first", "second"]);
    expect(names(model.namedParameters({ recurse: false, prefix: "p" }))).toEqual(["p.weight"]);
  });

  it("lead to submodules", () => {
    expect(model.getSubmodule("second.0")).toBe(model.second.get(0));
    expect(model.getSubmodule("")).toBe(model);
    expect(() => model.getSubmodule("second.7")).toThrow(expect.objectContaining({ code: "NO_ATTRIBUTE" }));
  });
});

describe("loadStateDict", () => {
  const make = () => new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3));

  it("copies another module's state, whatever its dtype", () => {
    const from = make().double();
    const to = make();
    const weight = to.stateDict().get("0.weight")!;
    expect(to.loadStateDict(from.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(to.stateDict().get("0.weight")).toBe(weight);
    expect(weight.dtype).toBe("float32");
    expect(weight.tolist()).toEqual(from.float().stateDict().get("0.weight")!.tolist());
  });

  it("lists everything that does not fit, and then changes nothing", () => {
    const model = make();
    const before = model.stateDict().get("0.bias")!.tolist();
    const state = new Map([...new nn.Sequential(new nn.Linear(2, 4), new nn.Identity()).stateDict()]);
    state.set("0.bias", torch.ones([3]));
    state.set("2.weight", torch.ones([1]));
    let message = "";
    try {
      model.loadStateDict(state);
    } catch (error) {
      expect(error).toMatchObject({ code: "STATE_DICT" });
      message = (error as Error).message;
    }
    expect(message).toContain('Unexpected key(s) in state_dict: "2.weight"');
    expect(message).toContain(
      'Missing key(s) in state_dict: "1.weight", "1.bias", "1.running_mean", "1.running_var".',
    );
    expect(message).toContain("size mismatch for 0.weight: [4, 2] in the state, [3, 2] in the module.");
    expect(model.stateDict().get("0.bias")!.tolist()).toEqual(before);
  });

  it("passes other names over when told to, but never other shapes", () => {
    const state = new Map([
      ["0.bias", torch.ones([3])],
      ["extra", torch.ones([1])],
    ] as const);
    const model = make();
    expect(model.loadStateDict(state, { strict: false })).toEqual({
      missingKeys: ["0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var"],
      unexpectedKeys: ["extra"],
    });
    expect(model.stateDict().get("0.bias")!.tolist()).toEqual([1, 1, 1]);
    const wrong = new Map([["0.bias", torch.ones([2])]]);
    expect(() => model.loadStateDict(wrong, { strict: false })).toThrow(/size mismatch/);
  });

  it("does without the batch counter that old files lack", () => {
    const model = make();
    const state = make().stateDict();
    state.delete("1.num_batches_tracked");
    expect(model.loadStateDict(state).missingKeys).toEqual([]);
  });
});

describe("the whole tree", () => {
  it("trains and evaluates", () => {
    const model = new Outer();
    expect(model.training).toBe(true);
    expect(model.eval()).toBe(model);
    expect([...model.modules()].map((module) => module.training)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(model.second.train().get(0).training).toBe(true);
    expect(model.first.training).toBe(false);
  });

  it("is visited children first", () => {
    const seen: string[] = [];
    new nn.Sequential(new nn.Sequential(new nn.ReLU()), new nn.Tanh()).apply((module) => {
      seen.push(module.constructor.name);
    });
    expect(seen).toEqual(["ReLU", "Sequential", "Tanh", "Sequential"]);
  });

  it("is converted, integers apart, and stays tied", () => {
    const model = new Outer().to("float64");
    expect(model.weight.dtype).toBe("float64");
    expect(model.weight).toBeInstanceOf(nn.Parameter);
    expect(model.stateDict().get("first.seen")!.dtype).toBe("int64");
    expect(model.stateDict().get("shared.scale")).toBe(model.stateDict().get("first.scale"));
  });

  it("is copied deeply, and stays tied", () => {
    const model = new Outer().eval();
    const copy = model.clone();
    expect(copy).toBeInstanceOf(Outer);
    expect([...copy.stateDict().keys()]).toEqual([...model.stateDict().keys()]);
    expect(names(copy.namedBuffers())).toEqual(names(model.namedBuffers()));
    expect(copy.shared).toBe(copy.first);
    expect(copy.first === model.first).toBe(false);
    expect(copy.training).toBe(false);
    nn.init.constant_(copy.weight, 7);
    expect(model.weight.tolist()).not.toEqual(copy.weight.tolist());
    expect(copy.forward(torch.ones([2])).tolist()).toEqual([3, 3]);
    expect(model.first.cache).toBeNull();
  });
});

describe("memory", () => {
  it("of an outermost forward is freed, but for results and attributes", () => {
    const model = new Outer();
    const x = torch.ones([2]);
    const run = () => model.forward(x).dispose();
    run();
    const live = runtime.exports.sc_live();
    for (let i = 0; i < 20; i++) {
      model.first.cache?.dispose();
      run();
    }
    expect(runtime.exports.sc_live()).toBe(live);
    expect(model.first.cache!.tolist()).toEqual([3, 3]);
  });

  it("keeps parameters and buffers of modules made in a scope", () => {
    const inner = scope(() => ({ model: new Inner() })).model;
    let outside: Inner | undefined;
    scope(() => {
      outside = new Inner();
    });
    expect(inner.forward(torch.ones([2])).tolist()).toEqual([2, 2]);
    expect(outside!.forward(torch.ones([2])).tolist()).toEqual([2, 2]);
    expect(outside!.stateDict().get("seen")!.tolist()).toBe(0);
  });

  it("keeps attributes assigned inside a user's scope until nothing needs them", () => {
    const model = new Inner();
    scope(() => {
      model.forward(torch.ones([2]));
      model.forward(torch.zeros([2]));
    });
    expect(model.cache!.tolist()).toEqual([1, 1]);
  });
});

describe("containers", () => {
  it("Sequential runs its modules in order, named by position or by name", () => {
    const [a, b] = [new nn.Flatten(), new nn.Identity()];
    expect(names(new nn.Sequential(a, b).namedChildren())).toEqual(["0", "1"]);
    const named = new nn.Sequential({ flat: a, same: b });
    expect(names(named.namedChildren())).toEqual(["flat", "same"]);
    expect(named.forward(torch.zeros([2, 3, 4])).shape).toEqual([2, 12]);
    expect(named.length).toBe(2);
    expect(named.get(-1)).toBe(b);
    expect(() => named.get(2)).toThrow(expect.objectContaining({ code: "INDEX_RANGE" }));
    expect([...named.append(a)]).toEqual([a, b, a]);
  });

  it("ModuleList holds modules without a forward", () => {
    const list = new nn.ModuleList([new nn.Tanh()]).extend([new nn.ReLU()]);
    expect(list.length).toBe(2);
    expect([...list.entries()]).toEqual([...list].map((module, i) => [i, module]));
    expect(() => list.forward()).toThrow(expect.objectContaining({ code: "NO_METHOD" }));
  });

  it("ModuleDict holds modules by name", () => {
    const dict = new nn.ModuleDict({ left: new nn.Linear(1, 1), right: new nn.Linear(1, 1) });
    expect(dict.keys()).toEqual(["left", "right"]);
    expect(dict.get("left")).toBe(dict.values()[0]);
    expect([...dict.stateDict().keys()]).toEqual(["left.weight", "left.bias", "right.weight", "right.bias"]);
    expect(() => dict.get("up")).toThrow(expect.objectContaining({ code: "KEY_NOT_FOUND" }));
    for (const bad of ["forward", "training", "a.b", ""]) {
      expect(() => dict.set(bad, new nn.Linear(1, 1))).toThrow(expect.objectContaining({ code: "BAD_KEY" }));
    }
  });

  it("ParameterList holds parameters", () => {
    const list = new nn.ParameterList([new nn.Parameter(torch.zeros([2, 3]))]);
    list.append(new nn.Parameter(torch.zeros([1])));
    expect([...list.stateDict().keys()]).toEqual(["0", "1"]);
    expect(list.get(1).shape).toEqual([1]);
    expect(String(list)).toBe(
      "ParameterList(\n" +
        "  (0): Parameter containing: [torch.float32 of size 2x3]\n" +
        "  (1): Parameter containing: [torch.float32 of size 1]\n)",
    );
  });
});

describe("text", () => {
  it("is PyTorch's", () => {
    const model = new nn.Sequential(
      new nn.Conv2d(3, 8, 3, { stride: 2, padding: 1, bias: false }),
      new nn.BatchNorm2d(8),
      new nn.Sequential({
        act: new nn.LeakyReLU({ negativeSlope: 0.2, inplace: true }),
        drop: new nn.Dropout(0),
      }),
      new nn.LayerNorm([4, 4], { eps: 1e-6 }),
      new nn.LSTM(3, 4, { numLayers: 2, batchFirst: true }),
    );
    expect(String(model)).toBe(`Sequential(
  (0): Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)
  (1): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
  (2): Sequential(
    (act): LeakyReLU(negative_slope=0.2, inplace=True)
    (drop): Dropout(p=0.0, inplace=False)
  )
  (3): LayerNorm((4, 4), eps=1e-06, elementwise_affine=True)
  (4): LSTM(3, 4, num_layers=2, batch_first=True)
)`);
    expect(String(new nn.Identity())).toBe("Identity()");
  });
});
