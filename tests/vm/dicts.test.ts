/** Dicts: insertion order through any mix of setting and deleting, keys of every kind, and no quadratic cost. */

import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { findOp } from "../../format/ops/table.ts";
import { IValue } from "../../format/value.ts";
import { Runtime, SLOT, Tag } from "../../loader/runtime.ts";
import { leavesNothing, loadParts } from "../support/programs.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

/** Runs an operator on a dict that stays where it is and on plain values; gives what it gave. */
function onDict(dict: number, name: string, args: readonly IValue[]): IValue {
  const op = findOp(name)!;
  const slots = runtime.pushSlots(args.length + 2);
  try {
    runtime.exports.sc_retain(dict);
    runtime.setObject(slots, Tag.dict, dict);
    args.forEach((arg, i) => {
      runtime.writeValue(slots + (i + 1) * SLOT, arg);
    });
    const result = slots + (args.length + 1) * SLOT;
    if (runtime.exports.sc_call_op(op.id, slots, args.length + 1, result)) runtime.throwError();
    return runtime.readValue(result);
  } finally {
    runtime.popSlots(args.length + 2);
  }
}

const KEYS: Record<string, (n: number) => IValue> = {
  str: (n) => IValue.str(`key ${n}`),
  int: (n) => IValue.int(n * 0x1_0000_0000),
  float: (n) => IValue.float(n / 3),
  bool: (n) => IValue.bool(n % 2 === 1),
};

const commands = fc.array(
  fc.oneof(
    fc.tuple(fc.constant("set" as const), fc.nat(60)),
    fc.tuple(fc.constant("delete" as const), fc.nat(60)),
    fc.tuple(fc.constant("popitem" as const), fc.constant(0)),
    fc.tuple(fc.constant("clear" as const), fc.constant(0)),
  ),
  { maxLength: 300 },
);

it.each(Object.keys(KEYS))("keep the order of insertion, keys of %s", (kind) => {
  const key = KEYS[kind]!;
  fc.assert(
    fc.property(commands, fc.nat(4), (list, rarely) => {
      const dict = runtime.exports.sc_dict();
      const model = new Map<string, [IValue, number]>();
      const name = (k: IValue) => ("value" in k ? String(k.value) : "");
      try {
        list.forEach(([what, n], i) => {
          const k = key(n);
          if (what === "set") {
            onDict(dict, `aten::_set_item.${kind}`, [k, IValue.int(i)]);
            const known = model.get(name(k));
            if (known) known[1] = i;
            else model.set(name(k), [k, i]);
          } else if (what === "delete") {
            if (model.delete(name(k))) onDict(dict, `aten::Delete.Dict_${kind}`, [k]);
            else
              expect(() => onDict(dict, `aten::Delete.Dict_${kind}`, [k])).toThrow(
                "is not in the dictionary",
              );
          } else if (what === "popitem" && model.size > 0) {
            const [first] = model.values();
            model.delete(name(first![0]));
            expect(onDict(dict, `aten::popitem.${kind}`, [])).toEqual(
              IValue.tuple([first![0], IValue.int(first![1])]),
            );
          } else if (what === "clear" && rarely === 0) {
            model.clear();
            onDict(dict, `aten::clear.${kind}`, []);
          }
          expect(onDict(dict, `aten::__contains__.${kind}`, [k])).toEqual(IValue.bool(model.has(name(k))));
        });
        const keys = onDict(dict, `aten::keys.${kind}`, []);
        expect(keys.kind === "list" && keys.items).toEqual([...model.values()].map(([k]) => k));
        const values = onDict(dict, `aten::values.${kind}`, []);
        expect(values.kind === "list" && values.items).toEqual(
          [...model.values()].map(([, v]) => IValue.int(v)),
        );
      } finally {
        runtime.exports.sc_release(dict);
      }
    }),
    { numRuns: 60, seed: 5 },
  );
});

it("find 0.0 by -0.0 and never a NaN", () => {
  const dict = runtime.exports.sc_dict();
  for (let i = 0; i < 20; i++) onDict(dict, "aten::_set_item.float", [IValue.float(i), IValue.int(i)]);
  expect(onDict(dict, "aten::__getitem__.Dict_float", [IValue.float(-0)])).toEqual(IValue.int(0));
  onDict(dict, "aten::_set_item.float", [IValue.float(Number.NaN), IValue.int(0)]);
  expect(onDict(dict, "aten::__contains__.float", [IValue.float(Number.NaN)])).toEqual(IValue.bool(false));
  runtime.exports.sc_release(dict);
});

it("find tensors by identity", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%a : Tensor, %b : Tensor):
  %one : int = prim::Constant[value=1]()
  %two : int = prim::Constant[value=2]()
  %d : Dict(Tensor, int) = prim::DictConstruct(%a, %one, %b, %two)
  %n : int = aten::len.Dict_Tensor(%d)
  %x : int = aten::__getitem__.Dict_Tensor(%d, %b)
  %c : Tensor = aten::alias(%a)
  %y : bool = aten::__contains__.Tensor(%d, %c)
  return (%n, %x, %y)`,
    },
  });
  const tensor = {
    dtype: "float32" as const,
    shape: [1],
    strides: [1],
    offset: 0,
    storage: { bytes: new Uint8Array(4) },
  };
  leavesNothing(runtime, () => {
    expect(module.callRaw("forward", [IValue.tensor(tensor), IValue.tensor(tensor)])).toEqual([
      IValue.int(2),
      IValue.int(2),
      IValue.bool(false),
    ]);
  });
});

it("fill and empty in time that grows with their size alone", () => {
  const module = loadParts(runtime, {
    functions: {
      f: `graph(%n : int):
  %yes : bool = prim::Constant[value=1]()
  %d : Dict(int, int) = prim::DictConstruct()
   = prim::Loop(%n, %yes)
    block0(%i : int):
       = aten::_set_item.int(%d, %i, %i)
      -> (%yes)
   = prim::Loop(%n, %yes)
    block0(%j : int):
      %p : (int, int) = aten::popitem.int(%d)
      -> (%yes)
   = prim::Loop(%n, %yes)
    block0(%k : int):
       = aten::_set_item.int(%d, %k, %k)
      -> (%yes)
   = prim::Loop(%n, %yes)
    block0(%l : int):
       = aten::Delete.Dict_int(%d, %l)
      -> (%yes)
  %m : int = aten::len.Dict_int(%d)
  return (%m)`,
    },
  });
  const once = (n: number) => {
    const { user } = process.cpuUsage();
    expect(module.forward(n)).toBe(0);
    return (process.cpuUsage().user - user) / 1000;
  };
  const time = (n: number) => Math.min(once(n), once(n), once(n));
  time(500);
  // Quadratic cost would make it 64 times as long.
  expect(time(16_000)).toBeLessThan(24 * Math.max(time(2000), 4));
  leavesNothing(runtime, () => module.forward(500));
});
