/** Scopes: what they free, what gets out, and that nothing is left in the runtime. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { runtime } from "../../ts-frontend/eager/runtime.ts";
import { keep, noGrad, SconceError, scope, type Tensor, torch } from "../../ts-frontend/index.ts";
import { addScopeRoots, withScope } from "../../ts-frontend/scope.ts";

const live = (): number => runtime.exports.sc_live();

/** Runs `fn` and says which of the tensors it noted are still there. */
function survivors(run: (note: (name: string, t: Tensor) => Tensor) => unknown): string[] {
  const noted: [string, Tensor][] = [];
  const note = (name: string, t: Tensor): Tensor => {
    noted.push([name, t]);
    return t;
  };
  try {
    run(note);
  } catch {
    // The caller asks only what survived.
  }
  return noted.filter(([, t]) => !t.disposed).map(([name]) => name);
}

describe("a scope", () => {
  test("frees what it made, but not its result", () => {
    expect(
      survivors((note) =>
        scope(() => {
          const a = note("a", torch.tensor([1]));
          return note("result", a.add(1));
        }),
      ),
    ).toEqual(["result"]);
  });

  test("finds results in arrays, Maps, Sets and objects, also in circles", () => {
    expect(
      survivors((note) =>
        scope(() => {
          const t = (name: string): Tensor => note(name, torch.tensor([1]));
          t("lost");
          const circle: unknown[] = [t("array")];
          circle.push(circle, new Map([["k", t("map")]]), new Set([t("set")]), {
            deep: [{ a: t("object") }],
          });
          return circle;
        }),
      ),
    ).toEqual(["array", "map", "set", "object"]);
  });

  test("leaves what was made before it alone, and what was kept", () => {
    const before = torch.tensor([1]);
    expect(
      survivors((note) =>
        scope(() => void keep([note("kept", before.add(1)), { x: note("too", before.add(2)) }])),
      ),
    ).toEqual(["kept", "too"]);
    expect(before.tolist()).toEqual([1]);
  });

  test("hands its result to the scope around it", () => {
    expect(
      survivors((note) =>
        scope(() => {
          const inner = scope(() => note("inner", torch.tensor([1])));
          expect(inner.disposed).toBe(false);
          return note("outer", inner.add(1));
        }),
      ),
    ).toEqual(["outer"]);
  });

  test("frees everything when its function throws", () => {
    expect(
      survivors((note) =>
        scope(() => {
          note("a", torch.tensor([1]));
          throw new Error("stop");
        }),
      ),
    ).toEqual([]);
    expect(survivors((note) => note("after", torch.tensor([1])))).toEqual(["after"]);
  });

  test("refuses async functions", () => {
    expect(() => scope(async () => torch.tensor([1]))).toThrow(SconceError);
  });

  test("asks its roots what else is to live", () => {
    const held: Tensor[] = [];
    const remove = addScopeRoots(() => held);
    expect(survivors((note) => scope(() => void held.push(note("held", torch.tensor([1])))))).toEqual([
      "held",
    ]);
    remove();
    expect(survivors((note) => scope(() => void held.push(note("held", torch.tensor([1])))))).toEqual([]);
  });
});

test("noGrad and withScope free only when they are outermost", () => {
  for (const run of [noGrad, withScope]) {
    expect(survivors((note) => run(() => void note("a", torch.tensor([1]))))).toEqual([]);
    scope(() => {
      expect(survivors((note) => run(() => void note("a", torch.tensor([1]))))).toEqual(["a"]);
    });
  }
});

test("a thousand calls leave the runtime as it was", () => {
  const x = torch.tensor(Array.from({ length: 500 }, (_, i) => i));
  const step = (): number => scope(() => x.add(1).mul(x).view(20, 25).sum(1).max().item());
  step();
  const before = live();
  const bytes = runtime.exports.memory.buffer.byteLength;
  for (let i = 0; i < 1000; i++) step();
  expect(live()).toBe(before);
  expect(runtime.exports.memory.buffer.byteLength).toBe(bytes);
});

test("tensors nobody holds are collected", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const before = live();
  for (let i = 0; i < 100; i++) torch.rand(1000);
  for (let i = 0; i < 20 && live() > before; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(live()).toBeLessThanOrEqual(before + 8192);
});
