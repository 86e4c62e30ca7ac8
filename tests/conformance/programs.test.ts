/** How the conformance runner judges programs: what is right, wrong or unsupported, whatever the importer is. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeProgram } from "../../format/file/write.ts";
import { GraphBuilder } from "../../format/ir/builder.ts";
import { emptyProgram } from "../../format/ir/program.ts";
import { FloatType, IntType, listOf, type Type } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { SconceError } from "../../loader/error.ts";
import {
  type Converter,
  listPrograms,
  programKind,
  runPrograms,
} from "../../scripts/conformance/programs.ts";
import { sameMeaning } from "../../scripts/conformance/raises.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "sconce-conformance-"));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** `forward(float[] x, int n) -> int`: 7 // n + `plus`. */
function sample(plus: number): Uint8Array {
  const program = emptyProgram({ kind: "function", name: "forward" });
  const b = new GraphBuilder();
  const inputs: [string, Type][] = [
    ["x", listOf(FloatType)],
    ["n", IntType],
  ];
  const [, n] = inputs.map(([name, type]) => b.input(type, name));
  const seven = b.constant(IValue.int(7));
  const quotient = b.op("aten::floordiv.int", [seven, n!], IntType);
  b.returns([b.op("aten::add.int", [quotient, b.constant(IValue.int(plus))], IntType)]);
  program.functions.set("forward", {
    name: "forward",
    schema: { args: inputs.map(([name, type]) => ({ name, type })), returns: [{ type: IntType }] },
    graph: b.graph,
  });
  program.extraFiles.set("a.txt", new TextEncoder().encode("text"));
  return writeProgram(program);
}

async function verdicts(record: object, convert: Converter): Promise<string[]> {
  writeFileSync(join(dir, "p.pt"), "not read by these converters");
  writeFileSync(join(dir, "p.json"), JSON.stringify(record));
  const [result] = await runPrograms(listPrograms(dir), convert, [true, false]);
  return result!.calls.map((call) => `${call.verdict}${call.why ? ` ${call.why}` : ""}`);
}

const faithful: Converter = async () => sample(1);
const x = { list: [{ int: 1 }, { float: 0.5 }] };

test("a folder is told by its content", () => {
  writeFileSync(join(dir, "p.pt"), "");
  expect(programKind(dir)).toBe("scripts");
});

test("answers are compared with their types", async () => {
  const inputs = [x, { int: 2 }];
  const calls = [
    { inputs, expect: { int: 4 } },
    { inputs, expect: { int: 5 } },
    { inputs, expect: { float: 4 } },
    { inputs, raises: "RuntimeError: anything" },
  ];
  expect(await verdicts({ test: "t", calls }, faithful)).toEqual([
    "right",
    "wrong optimized: result: expected 5, got 4",
    "wrong optimized: result: expected float, got int",
    "wrong optimized: expected an error: RuntimeError: anything",
  ]);
});

test("errors are right when they mean what PyTorch said", async () => {
  const calls = [
    { inputs: [x, { int: 0 }], raises: "ZeroDivisionError: integer division or modulo by zero" },
    { inputs: [x, { int: 0 }], raises: "RuntimeError: list index out of range" },
    { inputs: [x, { float: 1.5 }], raises: "Cast error details: Unable to cast Python instance to C++ type" },
    { inputs: [{ int: 1 }, { int: 1 }], raises: "Cast error details: Unable to cast" },
    { inputs: [x], raises: "forward() is missing value for argument 'n'." },
    { inputs: [x, { int: 0 }], expect: { int: 1 } },
  ];
  const found = await verdicts({ test: "t", calls }, faithful);
  expect(found.map((text) => text.split(" ")[0])).toEqual([
    "right",
    "wrong",
    "right",
    "right",
    "right",
    "wrong",
  ]);
});

test("both variants must be right, and extra files must be there", async () => {
  const calls = [{ inputs: [x, { int: 2 }], expect: { int: 4 } }];
  const unfaithful: Converter = async (_, { optimize }) => sample(optimize ? 1 : 2);
  expect(await verdicts({ calls }, unfaithful)).toEqual(["wrong not optimized: result: expected 4, got 5"]);
  expect(await verdicts({ calls, extra_files: { "a.txt": "text" } }, faithful)).toEqual(["right"]);
  expect(await verdicts({ calls, extra_files: { "a.txt": "other" } }, faithful)).toEqual([
    "wrong optimized: the extra file a.txt is lost or changed",
  ]);
});

test("only a refusal by name is unsupported", async () => {
  const calls = [{ inputs: [x, { int: 2 }], expect: { int: 4 } }];
  const refusing =
    (error: Error): Converter =>
    async () => {
      throw error;
    };
  const unsupported = new SconceError({ code: "UNSUPPORTED", message: "unsupported: complex numbers" });
  expect((await verdicts({ calls }, refusing(unsupported)))[0]).toMatch(/^unsupported .*complex numbers/);
  const malformed = new SconceError({ code: "FILE_MALFORMED", message: "no" });
  expect((await verdicts({ calls }, refusing(malformed)))[0]).toMatch(/^wrong/);
  expect((await verdicts({ calls }, refusing(new TypeError("oops"))))[0]).toMatch(/^wrong .*oops/);
});

test("what a program raises is compared by its text", () => {
  const raised = (...facts: string[]) => new SconceError({ code: "RAISED", message: facts[0]!, facts });
  expect(sameMeaning(raised("AssertionError: no"), "RuntimeError: AssertionError: no")).toBe(true);
  expect(sameMeaning(raised("no", "builtins.ValueError"), "builtins.ValueError: no")).toBe(true);
  expect(sameMeaning(raised("", "builtins.Exception"), "builtins.Exception:")).toBe(true);
  expect(sameMeaning(raised("no"), "RuntimeError: yes")).toBe(false);
  const range = new SconceError({ code: "INDEX_RANGE", message: "index 4 is out of range for 3 elements" });
  expect(sameMeaning(range, "RuntimeError: index 4 is out of bounds for dimension 0 with size 3")).toBe(true);
  expect(sameMeaning(range, "RuntimeError: KeyError: dne")).toBe(false);
});
