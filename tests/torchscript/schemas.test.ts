/** The schemas of PyTorch's operators that an import resolves calls against. */

import { expect, test } from "vitest";
import { knownOperators } from "../../format/ops/known.gen.ts";
import { ops } from "../../format/ops/table.ts";
import { formatSchema, fullName } from "../../format/schema.ts";
import { knownSchemas, knownSymbols } from "../../ts-frontend/torchscript/schemas.gen.ts";

test("every schema parses, under the name it is listed by", () => {
  const symbols = [...knownSymbols()];
  const schemas = symbols.flatMap((symbol) => [...knownSchemas(symbol)]);
  for (const symbol of symbols) {
    for (const schema of knownSchemas(symbol)) expect(schema.name).toBe(symbol);
  }
  expect(symbols.length).toBe(1805);
  expect(schemas.length).toBe(3753);
  expect(new Set(schemas.map(formatSchema)).size).toBe(schemas.length);
});

test("overloads come in PyTorch's order, what 2.13 added after them", () => {
  expect(knownSchemas("aten::add").slice(0, 3).map(fullName)).toEqual([
    "aten::add.Tensor",
    "aten::add.Scalar",
    "aten::add.out",
  ]);
  expect(knownSchemas("aten::__getitem__").map(fullName)[0]).toBe("aten::__getitem__.t");
  expect(knownSchemas("aten::pad_sequence").map((schema) => schema.args.length)).toEqual([3, 4]);
  expect(knownSchemas("aten::rms_norm").map(fullName)).toEqual(["aten::rms_norm"]);
  expect(knownSchemas("aten::strip")[0]!.args[1]!.default).toBe(" \n\t\f\v");
  expect(knownSchemas("aten::no_such_operator")).toEqual([]);
});

test("what Sconce implements has PyTorch's schemas", () => {
  const known = knownOperators();
  const differing = ops
    .filter((op) => known.has(op.schema.name) && "kernel" in op.run)
    .filter((op) => {
      const same = knownSchemas(op.schema.name).filter((schema) => fullName(schema) === op.name);
      return same.length > 0 && !same.some((schema) => formatSchema(schema) === formatSchema(op.schema));
    });
  expect(differing.map((op) => op.name)).toEqual([]);
});
