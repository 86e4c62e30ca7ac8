/** What `print` and `warnings.warn` of a program hand to the host: the text that TorchScript shows. */

import { beforeAll, expect, it, vi } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { GraphBuilder } from "../../format/ir/builder.ts";
import type { Value } from "../../format/ir/graph.ts";
import { addClass, emptyProgram, type Program } from "../../format/ir/program.ts";
import { findOp } from "../../format/ops/table.ts";
import { classType, dictOf, FloatType, IntType, listOf, StrType, tupleOf } from "../../format/types.ts";
import { IValue, tensorFromBytes } from "../../format/value.ts";
import { loadSync } from "../../loader/load.ts";
import type { Message } from "../../loader/module.ts";
import { Runtime } from "../../loader/runtime.ts";

let runtime: Runtime;
beforeAll(async () => {
  runtime = await Runtime.create();
});

/** A function without parameters and results, and a class for it to make objects of. */
function program(body: (b: GraphBuilder) => void): Program {
  const made = emptyProgram({ kind: "function", name: "f" });
  addClass(made, "class", "__torch__.Thing");
  const members = ["RED", "GREEN"].map((name, i) => ({ name, value: IValue.int(i) }));
  made.classes.set("__torch__.Color", { kind: "enum", name: "__torch__.Color", valueType: IntType, members });
  const b = new GraphBuilder();
  body(b);
  b.returns([]);
  made.functions.set("f", { name: "f", schema: { args: [], returns: [] }, graph: b.graph });
  return made;
}

/** The messages of one run. */
function messages(body: (b: GraphBuilder) => void): Message[] {
  const seen: Message[] = [];
  const file = writeProgram(program(body));
  using module = loadSync(file, runtime, { onMessage: (message) => seen.push(message) });
  module.forward();
  const before = runtime.exports.sc_live();
  module.forward();
  expect(runtime.exports.sc_live()).toBe(before);
  expect(seen.length % 2).toBe(0);
  return seen.slice(0, seen.length / 2);
}

/** The texts of one `print` each of the values. */
function printed(...prints: ((b: GraphBuilder) => Value[])[]): string[] {
  const seen = messages((b) => {
    for (const print of prints) b.node("prim::Print", print(b));
  });
  expect(seen.every((message) => message.kind === "print")).toBe(true);
  return seen.map((message) => message.text);
}

const constants =
  (...values: IValue[]) =>
  (b: GraphBuilder): Value[] =>
    values.map((value) => b.constant(value));

const ones = tensorFromBytes("float32", [2], new Uint8Array(new Float32Array([1, 0.5]).buffer));

it("joins the values by spaces, numbers in C++ style, strings bare", () => {
  const { str, int, float, none, bool, tensor } = IValue;
  expect(
    printed(
      constants(),
      constants(str("a"), float(1), float(0.1), none, bool(true), int(-3)),
      constants(str("ends\n"), tensor(ones), str("é")),
    ),
  ).toEqual(["", "a 1. 0.10000000000000001 None True -3", "ends\n  1.0000\n 0.5000\n[ CPUFloatType{2} ] é"]);
});

it("shows lists, tuples, dicts, objects and members of enums", () => {
  const containers = (b: GraphBuilder): Value[] => {
    const x = b.constant(IValue.float(2.5));
    const s = b.constant(IValue.str("k"));
    return [
      b.op("prim::ListConstruct", [x, x], listOf(FloatType)),
      b.op("prim::TupleConstruct", [s], tupleOf([StrType])),
      b.op("prim::DictConstruct", [s, b.constant(IValue.int(1))], dictOf(StrType, IntType)),
    ];
  };
  const object = (b: GraphBuilder): Value[] => [b.op("prim::CreateObject", [], classType("__torch__.Thing"))];
  const member = IValue.enum("__torch__.Color", "GREEN", IValue.int(1));
  const [first, second, third] = printed(containers, object, constants(member, IValue.device("cpu")));
  expect(first).toBe("[2.5, 2.5] (k,) {k: 1}");
  expect(second).toMatch(/^<__torch__\.Thing object at 0x[0-9a-f]+>$/);
  expect(third).toBe("Enum<Color.GREEN> cpu");
});

it("gives a warning's message without its stack level", () => {
  const seen = messages((b) => b.node("aten::warn", constants(IValue.str("careful"), IValue.int(2))(b)));
  expect(seen).toEqual([{ kind: "warning", text: "careful" }]);
});

it("shows both on the console by default", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const file = writeProgram(
    program((b) => {
      b.node("prim::Print", constants(IValue.float(3), IValue.str("x"))(b));
      b.node("aten::warn", constants(IValue.str("careful"), IValue.int(2))(b));
    }),
  );
  using module = loadSync(file, runtime);
  module.forward();
  expect(log.mock.calls).toEqual([["3. x"]]);
  expect(warn.mock.calls).toEqual([["careful"]]);
  vi.restoreAllMocks();
});

it("refuses to hand out a text that is not UTF-8, but prints it", () => {
  const cut = findOp("aten::slice.str")!;
  const slice = (end: number): IValue[] =>
    runtime.callOp(cut.id, [IValue.str("é\ufeff"), IValue.none, IValue.int(end), IValue.int(1)], 1);
  expect(slice(2)).toEqual([IValue.str("é")]);
  expect(slice(5)).toEqual([IValue.str("é\ufeff")]);
  expect(() => slice(1)).toThrow("is not UTF-8");
  const printedPart = printed((b) => {
    const [text, index] = constants(IValue.str("é"), IValue.int(0))(b);
    return [b.op("aten::__getitem__.str", [text!, index!], StrType)];
  });
  expect(printedPart).toEqual(["\ufffd"]);
});
