/**
 * Operators that the inner loop runs by itself: the same results, changes and errors, to the bit, as when the operator is
 * called alone; as the last thing a program does, as a condition of a branch and of a loop.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { checkedOps, scratchOps, totalOps } from "../../format/ops/fast.ts";
import { findOp } from "../../format/ops/table.ts";
import { dictOf, FloatType, IntType, listOf, printType, StrType, type Type } from "../../format/types.ts";
import { type Bindings, substitute } from "../../format/unify.ts";
import { IValue } from "../../format/value.ts";
import { errorOf, type SconceError } from "../../loader/error.ts";
import type { Module } from "../../loader/module.ts";
import { Runtime, SLOT } from "../../loader/runtime.ts";
import { leavesNothing, loadParts } from "../support/programs.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

const INTS = [0n, 1n, -1n, 2n, 3n, -7n, 63n, 1n << 32n, (1n << 53n) + 1n, (1n << 63n) - 1n, -(1n << 63n)];
const FLOATS = [
  ...[0, -0, 1, -1, 2, 0.5, 2.5, -3.7, 31, 1e10, -(2 ** 31), 2 ** 32 + 0.5, 2 ** 53, 2 ** 63, 5e-324],
  ...[Number.NaN, Infinity, -Infinity],
];
const TEXTS = ["", "a", "b", "toString", "é".repeat(40)];

/** Values of a type to try. */
function valuesOf(type: Type): IValue[] {
  switch (type.kind) {
    case "int":
      return INTS.map((n) => IValue.int(n));
    case "float":
      return FLOATS.map((x) => IValue.float(x));
    case "bool":
      return [IValue.bool(true), IValue.bool(false)];
    case "str":
      return TEXTS.map((text) => IValue.str(text));
    case "List": {
      const items = valuesOf(type.elem);
      return [0, 1, 2, 5].map((n) => IValue.list(type.elem, items.slice(0, n)));
    }
    case "Dict": {
      const keys = valuesOf(type.key).slice(1);
      const values = valuesOf(type.value);
      return [0, 1, 12].map((n) => ({
        kind: "dict",
        key: type.key,
        value: type.value,
        entries: keys.slice(0, n).map((key, i): [IValue, IValue] => [key, values[i % values.length]!]),
      }));
    }
    case "Optional":
      return [IValue.none, ...valuesOf(type.elem)];
    default:
      throw new Error(`no values of ${printType(type)}`);
  }
}

function* combinations(types: readonly Type[]): Generator<IValue[]> {
  const [first, ...rest] = types;
  if (first === undefined) yield [];
  else for (const value of valuesOf(first)) for (const others of combinations(rest)) yield [value, ...others];
}

/** What the operator alone gives: result, then the arguments as it left them. */
function alone(name: string, args: readonly IValue[]): IValue[] | SconceError {
  const op = findOp(name)!;
  const results = op.schema.returns.length;
  const slots = runtime.pushSlots(args.length + results);
  try {
    for (const [i, arg] of args.entries()) runtime.writeValue(slots + i * SLOT, arg);
    const out = slots + args.length * SLOT;
    if (runtime.exports.sc_call_op(op.id, slots, args.length, out)) {
      const { code, facts, op: by } = runtime.takeError(() => name);
      return errorOf(code, facts, by);
    }
    const read = (i: number) => runtime.readValue(slots + i * SLOT);
    return [...(results ? [read(args.length)] : []), ...args.map((_, i) => read(i))];
  } finally {
    runtime.popSlots(args.length + results);
  }
}

function called(module: Module, args: readonly IValue[]): IValue[] | SconceError {
  try {
    return module.callRaw("forward", args);
  } catch (error) {
    return error as SconceError;
  }
}

/** A value as text that tells everything apart: -0 from 0, ints from floats. */
function show(value: unknown): string {
  return JSON.stringify(value, (key, x) => {
    // Lists and dicts that were copied out alone carry no types.
    if (key === "elem" || key === "key" || key === "value")
      if (typeof x === "object" && x !== null && "kind" in x && !("value" in x || "items" in x))
        return undefined;
    if (typeof x === "bigint") return `${x}n`;
    if (typeof x === "number") return Object.is(x, -0) ? "-0" : String(x);
    return x;
  });
}

function outcome(got: IValue[] | SconceError): string {
  if (Array.isArray(got)) return got.map(show).join("; ");
  return `${got.code} of ${got.op}: ${show(got.facts)}`;
}

const letters: readonly Bindings[] = [FloatType, StrType].flatMap((t) =>
  [FloatType, StrType, IntType].map(
    (k): Bindings => new Map(["t", "t1", "t2", "v"].map((name): [string, Type] => [name, t])).set("k", k),
  ),
);

/** The operator's types with every letter standing for something; each choice once. */
function signatures(name: string): { args: Type[]; result: Type | undefined }[] {
  const { schema } = findOp(name)!;
  const seen = new Map<string, { args: Type[]; result: Type | undefined }>();
  for (const bindings of letters) {
    const args = schema.args.map(({ type }) => substitute(type, bindings)!);
    const [ret] = schema.returns;
    seen.set(args.map(printType).join(), { args, result: ret && substitute(ret.type, bindings)! });
  }
  return [...seen.values()];
}

const params = (args: readonly Type[]) => args.map((type, i) => `%a${i} : ${printType(type)}`).join(", ");
const names = (args: readonly Type[]) => args.map((_, i) => `%a${i}`).join(", ");

describe.each([...totalOps, ...checkedOps, ...scratchOps])("%s", (name) => {
  it("does as it does alone", () => {
    for (const { args, result } of signatures(name)) {
      const module = loadParts(runtime, {
        functions: {
          f: `graph(${params(args)}):
  ${result ? `%r : ${printType(result)}` : ""} = ${name}(${names(args)})
  return (${result ? "%r, " : ""}${names(args)})`,
        },
      });
      const all = [...combinations(args)];
      const step = Math.max(1, Math.floor(all.length / 250));
      leavesNothing(runtime, () => {
        for (let i = 0; i < all.length; i += step) {
          const want = outcome(alone(name, all[i]!));
          expect(outcome(called(module, all[i]!)), all[i]!.map(show).join()).toBe(want);
        }
      });
    }
  });

  if (findOp(name)!.schema.returns[0]?.type.kind !== "bool") return;

  it("as a condition does the same", () => {
    for (const { args } of signatures(name)) {
      // A branch, and the end of a loop that makes one round more if it holds, at most two.
      const module = loadParts(runtime, {
        functions: {
          f: `graph(${params(args)}):
  %one : int = prim::Constant[value=1]()
  %two : int = prim::Constant[value=2]()
  %zero : int = prim::Constant[value=0]()
  %yes : bool = prim::Constant[value=1]()
  %most : int = prim::Constant[value=9223372036854775807]()
  %c : bool = ${name}(${names(args)})
  %r : int = prim::If(%c)
    block0():
      -> (%one)
    block1():
      -> (%zero)
  %n : int = prim::Loop(%two, %yes, %zero)
    block0(%i : int, %k : int):
      %k.1 : int = aten::add.int(%k, %one)
      %c.1 : bool = ${name}(${names(args)})
      -> (%c.1, %k.1)
  %m : int = prim::Loop(%most, %yes, %zero)
    block0(%i.1 : int, %j : int):
      %j.1 : int = aten::add.int(%j, %one)
      %none : bool = aten::eq.int(%j.1, %one)
      %c.2 : bool = prim::If(%none)
        block0():
          %c.3 : bool = ${name}(${names(args)})
          -> (%c.3)
        block1():
          -> (%none)
      -> (%c.2, %j.1)
  return (%r, %n, %m)`,
        },
      });
      const all = [...combinations(args)];
      const step = Math.max(1, Math.floor(all.length / 120));
      leavesNothing(runtime, () => {
        for (let i = 0; i < all.length; i += step) {
          const want = alone(name, all[i]!);
          const got = called(module, all[i]!);
          if (!Array.isArray(want)) expect(outcome(got)).toBe(outcome(want));
          else {
            const holds = want[0]?.kind === "bool" && want[0].value;
            const text = holds ? [1n, 2n, 2n] : [0n, 1n, 1n];
            expect(outcome(got), all[i]!.map(show).join()).toBe(
              text.map((n) => show(IValue.int(n))).join("; "),
            );
          }
        }
      });
    }
  });
});

it("covers operators on lists and maps of everything", () => {
  expect(signatures("js::mapSet").map(({ args }) => args.map(printType))).toContainEqual(
    [dictOf(StrType, FloatType), StrType, FloatType].map(printType),
  );
  expect(signatures("js::at")[0]!.args[0]).toEqual(listOf(FloatType));
});
