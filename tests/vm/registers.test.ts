/**
 * Programs made at random of branches, loops and Trys, on numbers, lists and texts: the machine, whose values share registers,
 * against a plain interpreter of the same graphs.
 */

import { beforeAll, expect, it } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { GraphBuilder } from "../../format/ir/builder.ts";
import { type Block, constantOf, type Node, type Value } from "../../format/ir/graph.ts";
import { printGraph } from "../../format/ir/print.ts";
import { emptyProgram, type Program } from "../../format/ir/program.ts";
import { verifyProgram } from "../../format/ir/verify-program.ts";
import { findOp } from "../../format/ops/table.ts";
import {
  BoolType,
  FloatType,
  IntType,
  JsErrorType,
  listOf,
  NoneType,
  optionalOf,
  StrType,
  type Type,
} from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import { loadSync } from "../../loader/load.ts";
import { Runtime } from "../../loader/runtime.ts";
import { randomInts } from "../support/random.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

const ListType = listOf(FloatType);
const MaybeType = optionalOf(FloatType);
const TYPES = [FloatType, BoolType, IntType, ListType, StrType, MaybeType];

/** Builds one random function of a float and a list. */
class Maker {
  readonly builder = new GraphBuilder();
  /** An integer below its argument. */
  readonly #below: (limit: number) => number;
  /** Values in scope. */
  #scope: Value[] = [];
  #left: number;

  constructor(seed: number, nodes: number) {
    this.#below = randomInts(seed);
    this.#left = nodes;
  }

  build(): Program {
    const { builder: b } = this;
    this.#scope.push(b.input(FloatType, "x"), b.input(ListType, "l"));
    this.#statements(12, 0);
    const results = TYPES.flatMap((type) => [this.#pick(type), this.#pick(type)]);
    b.returns(results);
    const program = emptyProgram({ kind: "function", name: "f" });
    program.functions.set("f", {
      name: "f",
      schema: {
        args: b.graph.inputs.map(({ name, type }) => ({ name: name!, type })),
        returns: results.map(({ type }) => ({ type })),
      },
      graph: b.graph,
    });
    return program;
  }

  #chance(p: number): boolean {
    return this.#below(1000) < 1000 * p;
  }

  /** A value of the type: mostly one in scope, the later the likelier. */
  #pick(type: Type): Value {
    const { builder: b } = this;
    const known = this.#scope.filter((value) => value.type === type);
    if (known.length > 0 && !this.#chance(0.1)) {
      const last = this.#chance(0.5) ? Math.max(0, known.length - 3) : 0;
      return known[last + this.#below(known.length - last)]!;
    }
    switch (type) {
      case FloatType:
        return this.#add(b.constant(IValue.float([0, 1, 0.5, -2, 3][this.#below(5)]!)));
      case BoolType:
        return this.#add(b.constant(IValue.bool(this.#chance(0.5))));
      case IntType:
        return this.#add(b.constant(IValue.int(this.#below(4))));
      case StrType:
        return this.#add(b.constant(IValue.str(["", "a", "bc"][this.#below(3)]!)));
      case ListType:
        return this.#add(
          b.op("prim::ListConstruct", [this.#pick(FloatType), this.#pick(FloatType)], ListType),
        );
      case JsErrorType: {
        const texts = ["Made", "here", ""].map((text) => b.constant(IValue.str(text)));
        return this.#add(b.op("prim::TupleConstruct", texts, JsErrorType));
      }
      default:
        return this.#widen(this.#chance(0.5) ? b.constant(IValue.none, NoneType) : this.#pick(FloatType));
    }
  }

  #add(value: Value): Value {
    this.#scope.push(value);
    return value;
  }

  /** A value as one that may be None, by way of a branch. */
  #widen(value: Value): Value {
    const none = this.builder.constant(IValue.none, NoneType);
    const node = this.builder.if(
      this.#pick(BoolType),
      [MaybeType],
      () => [value],
      () => [none],
    );
    return this.#add(node.output);
  }

  /** Statements in a scope of their own; `after` gives what leaves it. */
  #nested<T>(count: number, depth: number, after: () => T): T {
    const scope = this.#scope;
    this.#scope = [...scope];
    this.#statements(count, depth);
    const result = after();
    this.#scope = scope;
    return result;
  }

  #statements(count: number, depth: number): void {
    for (let i = 0; i < count && this.#left > 0; i++) {
      this.#left--;
      const kind = this.#below(1000) / 1000;
      if (depth < 4 && kind < 0.12) this.#branch(depth);
      else if (depth < 3 && kind < 0.24) this.#loop(depth);
      else if (depth < 4 && kind < 0.32) this.#tryCatch(depth);
      else this.#operator();
    }
  }

  #operator(): void {
    const { builder: b } = this;
    const floats = () => [this.#pick(FloatType), this.#pick(FloatType)];
    const makers: (() => Value | undefined)[] = [
      () => b.op(["aten::add.float", "aten::sub.float", "js::min"][this.#below(3)]!, floats(), FloatType),
      () => b.op("aten::mul.float", floats(), FloatType),
      () => b.op(["aten::lt.float", "aten::ge.float", "aten::eq.float"][this.#below(3)]!, floats(), BoolType),
      () => b.op("aten::__not__", [this.#pick(BoolType)], BoolType),
      () => b.op("aten::__and__.bool", [this.#pick(BoolType), this.#pick(BoolType)], BoolType),
      () => b.op("aten::add.int", [this.#pick(IntType), this.#pick(IntType)], IntType),
      () => b.op("aten::len.t", [this.#pick(ListType)], IntType),
      () => b.op("aten::add.str", [this.#pick(StrType), b.constant(IValue.str("x"))], StrType),
      () => b.op("aten::eq.str", [this.#pick(StrType), this.#pick(StrType)], BoolType),
      () => b.op("aten::__getitem__.t", [this.#pick(ListType), this.#pick(IntType)], FloatType),
      () => b.op("js::idx", [this.#pick(ListType), this.#pick(FloatType)], MaybeType),
      () => b.op("aten::append.t", [this.#pick(ListType), this.#pick(FloatType)], ListType),
      () =>
        b.op(
          "aten::slice.t",
          [this.#pick(ListType), ...[0, 5, 1].map((n) => b.constant(IValue.int(n)))],
          ListType,
        ),
      () => b.op("aten::add.t", [this.#short(), this.#short()], ListType),
      () => b.op("aten::__is__", [this.#pick(MaybeType), b.constant(IValue.none, NoneType)], BoolType),
      () => b.op("prim::unchecked_cast", [this.#pick(MaybeType)], MaybeType),
      () => b.op("js::errorName", [this.#pick(JsErrorType)], StrType),
      () => b.op("prim::unchecked_cast", [this.#pick(FloatType)], FloatType),
    ];
    const made = makers[this.#below(makers.length)]!();
    if (made !== undefined) this.#add(made);
  }

  /** At most five items, so that lists stay small. */
  #short(): Value {
    const bounds = [0, 5, 1].map((n) => this.builder.constant(IValue.int(n)));
    return this.builder.op("aten::slice.t", [this.#pick(ListType), ...bounds], ListType);
  }

  #types(): Type[] {
    const all = [...TYPES, JsErrorType];
    return Array.from({ length: this.#below(4) }, () => all[this.#below(all.length)]!);
  }

  #picks(types: readonly Type[]): Value[] {
    return types.map((type) => this.#pick(type));
  }

  #branch(depth: number): void {
    const types = this.#types();
    const block = () => this.#nested(this.#below(4), depth + 1, () => this.#picks(types));
    const node = this.builder.if(this.#pick(BoolType), types, block, block);
    for (const output of node.outputs) this.#add(output);
  }

  #loop(depth: number): void {
    const { builder: b } = this;
    const types = this.#types();
    const endless = this.#chance(0.5);
    const zero = b.constant(IValue.float(0));
    const trip = endless ? b.constant(IValue.int((1n << 63n) - 1n)) : b.constant(IValue.int(this.#below(4)));
    const limit = b.constant(IValue.float(1 + this.#below(3)));
    const one = b.constant(IValue.float(1));
    // The last two are a counter, and whether to go on as a round before found it.
    const start = this.#picks(types);
    const early = this.#chance(0.3);
    const node = b.loop(
      trip,
      this.#pick(BoolType),
      [...start, zero, b.constant(IValue.bool(true))],
      (i, carried) => {
        const counter = carried[types.length]!;
        const before = carried[types.length + 1]!;
        return this.#nested(0, depth + 1, () => {
          const next = b.op("aten::add.float", [counter, one], FloatType);
          const test = () => b.op("aten::lt.float", [next, limit], BoolType);
          const first = this.#chance(0.4) ? test() : undefined;
          this.#scope.push(...carried.slice(0, types.length));
          if (this.#chance(0.4)) this.#scope.push(i, counter);
          this.#statements(this.#below(6), depth + 1);
          const values = this.#picks(types);
          const go = first ?? test();
          return { cond: early ? before : go, carried: [...values, next, go] };
        });
      },
    );
    for (const output of node.outputs.slice(0, types.length + this.#below(3))) this.#add(output);
  }

  #tryCatch(depth: number): void {
    const { builder: b } = this;
    const types = this.#types();
    const node = b.node("js::Try", [], types);
    b.addBlock(node, [], () =>
      this.#nested(this.#below(5), depth + 1, () => {
        if (this.#chance(0.5)) {
          const raise = () =>
            this.#nested(0, depth, () => {
              b.node("prim::RaiseException", [this.#pick(StrType)]);
              return [];
            });
          b.if(this.#pick(BoolType), [], raise, () => []);
        }
        return this.#picks(types);
      }),
    );
    b.addBlock(node, [JsErrorType], ([error]) =>
      this.#nested(this.#below(4), depth + 1, () => {
        if (this.#chance(0.2)) b.node("js::rethrow", [error!]);
        else if (this.#chance(0.5)) this.#add(b.op("js::errorName", [error!], StrType));
        this.#add(error!);
        return this.#picks(types);
      }),
    );
    for (const output of node.outputs) this.#add(output);
  }
}

class Raised extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type Plain = number | bigint | boolean | string | null | undefined | Plain[] | Raised;

/** The plain interpreter. */
class Interpreter {
  readonly #values = new Map<Value, Plain>();
  #steps = 0;

  block(block: Block, args: readonly Plain[]): Plain[] {
    for (const [i, param] of block.params.entries()) this.#values.set(param, args[i]);
    for (const node of block.nodes) this.#node(node);
    return block.returns.map((value) => this.#values.get(value));
  }

  #node(node: Node): void {
    if (++this.#steps > 200_000) throw new RangeError("too many steps");
    const constant = node.op === "prim::Constant" ? constantOf(node.output) : undefined;
    const results =
      constant === undefined
        ? this.#run(
            node,
            node.inputs.map((input) => this.#values.get(input)),
          )
        : [constant.kind === "none" ? null : (constant as { value: Plain }).value];
    for (const [i, output] of node.outputs.entries()) this.#values.set(output, results[i]);
  }

  #run(node: Node, args: Plain[]): Plain[] {
    const num = (i: number) => args[i] as number;
    const int = (i: number) => args[i] as bigint;
    const text = (i: number) => args[i] as string;
    const list = (i: number) => args[i] as number[];
    const [block, other] = node.blocks as [Block, Block];
    switch (node.op) {
      case "prim::If":
        return this.block(args[0] ? block : other, []);
      case "prim::Loop": {
        let go = args[1];
        let carried = args.slice(2);
        for (let i = 0n; go && i < int(0); i++) [go, ...carried] = this.block(block, [i, ...carried]);
        return carried;
      }
      case "js::Try":
        try {
          return this.block(block, []);
        } catch (error) {
          if (!(error instanceof Raised)) throw error;
          return this.block(other, [error]);
        }
      case "js::rethrow":
        throw args[0];
      case "js::errorName":
        return [(args[0] as Raised).name];
      case "prim::RaiseException":
        throw new Raised("Error", text(0));
      case "prim::TupleConstruct":
        return [new Raised(text(0), text(1))];
      case "prim::ListConstruct":
        return [args];
      case "prim::unchecked_cast":
        return args;
      case "aten::add.float":
        return [num(0) + num(1)];
      case "aten::sub.float":
        return [num(0) - num(1)];
      case "aten::mul.float":
        return [num(0) * num(1)];
      case "js::min":
        return [Math.min(num(0), num(1))];
      case "aten::lt.float":
        return [num(0) < num(1)];
      case "aten::ge.float":
        return [num(0) >= num(1)];
      case "aten::eq.float":
      case "aten::eq.str":
      case "aten::__is__":
        return [args[0] === args[1]];
      case "aten::__not__":
        return [!args[0]];
      case "aten::__and__.bool":
        return [args[0] && args[1]];
      case "aten::add.int":
        return [BigInt.asIntN(64, int(0) + int(1))];
      case "aten::add.str":
        return [text(0) + text(1)];
      case "aten::len.t":
        return [BigInt(list(0).length)];
      case "aten::__getitem__.t": {
        const i = int(1) < 0n ? Number(int(1)) + list(0).length : Number(int(1));
        if (i < 0 || i >= list(0).length) throw new Raised("SconceError", "");
        return [list(0)[i]];
      }
      case "js::idx":
        return [list(0)[num(1)] ?? null];
      case "aten::append.t":
        list(0).push(num(1));
        return [args[0]];
      case "aten::slice.t":
        return [list(0).slice(Number(int(1)), Number(int(2)))];
      case "aten::add.t":
        return [[...list(0), ...list(1)]];
      default:
        throw new Error(`what is ${node.op}?`);
    }
  }
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join()}]`;
  return Object.is(value, -0) ? "-0" : `${value}`;
}

/** Values as the tagged ones of a run. */
function tagged(value: IValue): unknown {
  if (value.kind === "list") return value.items.map(tagged);
  return value.kind === "none" ? null : (value as { value: unknown }).value;
}

it("gives what a plain interpreter gives, on 600 random programs", () => {
  let failed = 0;
  for (let seed = 1; seed <= 600; seed++) {
    const program = new Maker(seed, 20 + (seed % 50)).build();
    verifyProgram(program, { lookup: (op) => findOp(op)?.schema });
    const { graph } = program.functions.get("f")!;
    const module = loadSync(writeProgram(program), runtime, { limits: { instructions: 2_000_000 } });
    const run = (x: number): void => {
      let want: string;
      try {
        want = new Interpreter()
          .block(graph.block, [x, [1, x, 2]])
          .map(show)
          .join("; ");
      } catch (error) {
        if (!(error instanceof Raised)) throw error;
        failed++;
        want = error.name === "SconceError" ? "INDEX_RANGE" : "RAISED";
      }
      let got: string;
      try {
        const list = IValue.list(FloatType, [1, x, 2].map(IValue.float));
        got = module
          .callRaw("forward", [IValue.float(x), list])
          .map((value) => show(tagged(value)))
          .join("; ");
      } catch (error) {
        if (!(error instanceof SconceError)) throw error;
        got = error.code;
      }
      if (got !== want) expect(got, `seed ${seed}, x ${x}\n${printGraph(graph)}`).toBe(want);
    };
    for (const x of [0, 1, -2.5]) run(x);
    const before = runtime.exports.sc_live();
    for (const x of [0, 1, -2.5]) run(x);
    expect(runtime.exports.sc_live(), `live bytes, seed ${seed}\n${printGraph(graph)}`).toBe(before);
    module.dispose();
  }
  // Both ways out are met often.
  expect(failed).toBeGreaterThan(300);
  expect(failed).toBeLessThan(3300);
});

it.each([
  [2, 0],
  [3, 0],
  [70, 0],
  [1, 2],
  [70, 3],
])("rotates %i numbers and %i lists round a loop", (numbers, lists) => {
  const b = new GraphBuilder();
  const n = b.input(IntType, "n");
  const yes = b.constant(IValue.bool(true));
  const floats = Array.from({ length: numbers }, (_, i) => b.constant(IValue.float(i)));
  const start = [
    ...floats,
    ...Array.from({ length: lists }, (_, i) =>
      b.op("prim::ListConstruct", [floats[0]!, floats[i % numbers]!], ListType),
    ),
  ];
  const rotated = <T>(all: readonly T[]): T[] => [...all.slice(1), all[0]!];
  const node = b.loop(n, yes, start, (_, carried) => ({
    cond: yes,
    carried: [...rotated(carried.slice(0, numbers)), ...(lists ? rotated(carried.slice(numbers)) : [])],
  }));
  b.returns(node.outputs);
  const program = emptyProgram({ kind: "function", name: "f" });
  program.functions.set("f", {
    name: "f",
    schema: {
      args: [{ name: "n", type: IntType }],
      returns: node.outputs.map(({ type }) => ({ type })),
    },
    graph: b.graph,
  });
  verifyProgram(program, { lookup: (op) => findOp(op)?.schema });
  const module = loadSync(writeProgram(program), runtime);
  for (const rounds of [0, 1, 2, 75]) {
    const want = [
      ...Array.from({ length: numbers }, (_, i) => (i + rounds) % numbers),
      ...Array.from({ length: lists }, (_, i) => [0, ((i + rounds) % lists) % numbers]),
    ];
    expect(module.callRaw("forward", [IValue.int(rounds)]).map(tagged)).toEqual(want);
    const before = runtime.exports.sc_live();
    module.callRaw("forward", [IValue.int(rounds)]);
    expect(runtime.exports.sc_live()).toBe(before);
  }
});
