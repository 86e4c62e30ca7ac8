/** Schemas: what parseSchema reads, and that nothing is lost between text and model. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FormatSyntaxError } from "../../format/scan.ts";
import { type Argument, formatSchema, fullName, parseSchema } from "../../format/schema.ts";
import {
  FloatType,
  IntType,
  listOf,
  optionalOf,
  ScalarType,
  TensorType,
  typeVar,
} from "../../format/types.ts";

function arg(text: string, name: string): Argument {
  return parseSchema(text).args.find((candidate) => candidate.name === name)!;
}

test("names, overloads, keyword-only arguments, aliases", () => {
  const add = parseSchema(
    "aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
  );
  expect(fullName(add)).toBe("aten::add_.Tensor");
  expect(add.name).toBe("aten::add_");
  expect(add.args).toEqual([
    { name: "self", type: TensorType, kwarg: false, alias: { set: "a", write: true } },
    { name: "other", type: TensorType, kwarg: false },
    { name: "alpha", type: ScalarType, kwarg: true, default: 1 },
  ]);
  expect(add.returns).toEqual([{ type: TensorType, alias: { set: "a", write: true } }]);
  expect(fullName(parseSchema("aten::relu(Tensor self) -> Tensor"))).toBe("aten::relu");
});

test("an alias knows what it is written on", () => {
  const split = parseSchema("aten::split.Tensor(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]");
  expect(split.args[0]!.alias).toEqual({ set: "a", write: false, after: "*" });
  expect(split.returns[0]).toEqual({ type: listOf(TensorType), alias: { set: "a", write: false, inner: 1 } });
  const append = parseSchema("aten::append.t(t[](a!) self, t(c -> *) el) -> t[](a!)");
  expect(append.args[0]).toEqual({
    name: "self",
    type: listOf(typeVar("t")),
    kwarg: false,
    alias: { set: "a", write: true },
  });
  expect(parseSchema("aten::cpu(Tensor(a) self) -> Tensor(b|a)").returns[0]!.alias!.set).toBe("b|a");
});

test("the type decides what a default means", () => {
  expect(arg("x::f(float p=1, int n=1, Scalar s=1, Scalar t=1., Scalar u=0.5) -> ()", "p").default).toBe(1);
  expect(arg("x::f(Scalar s=1) -> ()", "s").floatDefault).toBeUndefined();
  expect(arg("x::f(Scalar s=1.) -> ()", "s").floatDefault).toBe(true);
  expect(arg("x::f(Scalar? s=1e3) -> ()", "s").floatDefault).toBe(true);
  expect(arg("x::f(float[]? s=[1, 2.5]) -> ()", "s")).toMatchObject({
    type: optionalOf(listOf(FloatType)),
    default: [1, 2.5],
  });
  expect(arg('x::f(str s="a\\"\\n") -> ()', "s").default).toBe('a"\n');
  expect(arg("x::f(bool[3] m=[True, False, True]) -> ()", "m").default).toEqual([true, false, true]);
  expect(arg("x::f(bool b=False) -> ()", "b").default).toBe(false);
  expect(arg("x::f(Tensor? t=None) -> ()", "t").default).toBeNull();
});

test("a single default of a sized list is repeated", () => {
  expect(arg("aten::conv2d(Tensor input, int[2] stride=1) -> Tensor", "stride")).toEqual({
    name: "stride",
    type: listOf(IntType),
    size: 2,
    default: [1, 1],
    kwarg: false,
  });
  expect(arg("aten::f(int[1] dim=[-2, -1]) -> Tensor", "dim").default).toEqual([-2, -1]);
  expect(arg("aten::f(int[1]? dim=None) -> Tensor", "dim").size).toBe(1);
});

test("enum arguments are ints, their names PyTorch's numbers", () => {
  const text =
    "aten::f(ScalarType dtype=long, Layout layout=strided, MemoryFormat m=contiguous_format, int reduction=Mean) -> ScalarType";
  const schema = parseSchema(text);
  expect(schema.args.map(({ type, enum: kind, default: value }) => [type, kind, value])).toEqual([
    [IntType, "ScalarType", 4],
    [IntType, "Layout", 0],
    [IntType, "MemoryFormat", 0],
    [IntType, undefined, 1],
  ]);
  expect(schema.returns[0]).toEqual({ type: IntType, enum: "ScalarType" });
  expect(arg("aten::f(ScalarType? d=float) -> ()", "d").default).toBe(6);
});

test.each([
  ["aten::f(Tensor self", '")"'],
  ["aten::f(Tensor self) Tensor", '"->"'],
  ["aten::f(bool b=1) -> Tensor", "True or False"],
  ["aten::f(int i=x) -> Tensor", "an int"],
  ["aten::f(ScalarType d=nonsense) -> Tensor", "ScalarType"],
  ["aten::f(int i=99999999999999999999) -> Tensor", "an int below 2^53"],
  ["aten::f(Nonsense i) -> Tensor", "a type"],
  ["aten::f() -> Tensor trailing junk", "end of schema"],
  ["f() -> Tensor", "an operator name such as aten::add"],
])("%s is refused", (text, expected) => {
  expect(() => parseSchema(text)).toThrow(FormatSyntaxError);
  try {
    parseSchema(text);
  } catch (error) {
    expect((error as FormatSyntaxError).expected).toBe(expected);
  }
});

/** Text in which only a spelling differs that means the same. */
function normal(text: string): string {
  return text.replace(/\bSymInt\b/g, "int");
}

describe("every schema comes back as it was", () => {
  const files = [new URL("schemas.txt", import.meta.url).pathname];
  if (process.env.SCONCE_SCHEMAS) files.push(process.env.SCONCE_SCHEMAS);
  test.each(files)("%s", (file) => {
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.length).toBeGreaterThan(50);
    for (const line of lines) {
      const text = line.split("\t").at(-1)!;
      const schema = parseSchema(text);
      expect(formatSchema(schema)).toBe(normal(text));
      expect(parseSchema(formatSchema(schema))).toEqual(schema);
    }
  });
});
