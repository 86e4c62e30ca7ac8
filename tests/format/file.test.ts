/** The `.sconce` file: round trips, deterministic bytes, and that no damage and no hostile header gets through. */

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../format/file/error.ts";
import { PREAMBLE } from "../../format/file/layout.ts";
import { Float, type Packable, pack, packInt, unpack } from "../../format/file/msgpack.ts";
import { readProgram } from "../../format/file/read.ts";
import { programChunks, writeProgram } from "../../format/file/write.ts";
import type { Graph } from "../../format/ir/graph.ts";
import { graphHash } from "../../format/ir/hash.ts";
import { addClass, emptyProgram, findClass, functionsOf, type Program } from "../../format/ir/program.ts";
import { checkProgram } from "../../format/ir/verify-program.ts";
import { AnyType, classType, IntType, listOf, TensorType } from "../../format/types.ts";
import { bytesOf, IValue, tensorFromBytes, tensorHash } from "../../format/value.ts";
import { anyConstant, anyGraph, anyText } from "./arbitraries.ts";
import { LINEAR, NET, sampleProgram } from "./sample.ts";

type ObjectValue = IValue & { kind: "object" };

function rootObject(program: Program): ObjectValue {
  return (program.root as { object: ObjectValue }).object;
}

function functionProgram(graph: Graph): Program {
  const program = emptyProgram({ kind: "function", name: "f" });
  program.functions.set("f", {
    name: "f",
    schema: {
      args: graph.inputs.map(({ type }, i) => ({ name: `a${i}`, type })),
      returns: graph.outputs.map(({ type }) => ({ type })),
    },
    graph,
  });
  return program;
}

describe("a program comes back", () => {
  const written = writeProgram(sampleProgram());
  const read = readProgram(written, { sha256: true });

  test("with the same bytes when written again", () => {
    expect(writeProgram(read)).toEqual(written);
    expect(writeProgram(sampleProgram())).toEqual(written);
    expect(written.length % 64).not.toBe(0);
  });

  test("with the same graphs, names, places and scopes", () => {
    const before = [...functionsOf(sampleProgram())];
    for (const { fn, owner } of functionsOf(read)) {
      const twin = before.find((other) => other.fn.name === fn.name && other.owner?.name === owner?.name)!.fn;
      expect(graphHash(fn.graph)).toBe(graphHash(twin.graph));
      expect([...fn.graph.values()].map(({ name }) => name)).toEqual(
        [...twin.graph.values()].map(({ name }) => name),
      );
      const places = (graph: Graph) =>
        [...graph.nodes()].map(({ op, range, scope }) => ({ op, range, scope }));
      expect(places(fn.graph)).toEqual(places(twin.graph));
      expect(fn.schema).toEqual(twin.schema);
    }
  });

  test("well-formed, with its classes, files, sources, metadata and derived data", () => {
    expect(checkProgram(read)).toEqual([]);
    const sample = sampleProgram();
    expect([...read.classes.keys()].sort()).toEqual([...sample.classes.keys()].sort());
    expect(findClass(read, LINEAR)!.attributes).toEqual(findClass(sample, LINEAR)!.attributes);
    expect(findClass(read, NET)!.properties).toEqual([{ name: "out", getter: "forward" }]);
    expect(findClass(read, NET)!.forwardHooks).toEqual(["forward"]);
    expect(read.classes.get("__torch__.Color")).toEqual(sample.classes.get("__torch__.Color"));
    expect([...read.extraFiles]).toEqual([
      ["empty", new Uint8Array()],
      ["labels.txt", new TextEncoder().encode("cat\ndog\n")],
    ]);
    expect(read.sources).toEqual(sample.sources);
    expect(read.metadata).toEqual(sample.metadata);
    expect(read.derived).toHaveLength(1);
    expect(read.derived[0]).toMatchObject({ layout: "gemm", version: 1, params: [4, -1] });
    expect([...read.derived[0]!.bytes]).toEqual([9, 8, 7]);
  });

  test("with its aliases", () => {
    const { attrs } = rootObject(read);
    expect(attrs.get("linear")).toBe(attrs.get("tied"));
    expect(attrs.get("history")).toBe(attrs.get("again"));
    const linear = attrs.get("linear") as ObjectValue;
    const tensor = (value: IValue) => (value as IValue & { kind: "tensor" }).tensor;
    const weight = tensor(linear.attrs.get("weight")!);
    const bias = tensor(linear.attrs.get("bias")!);
    expect(bias.storage).toBe(weight.storage);
    expect(bias).toMatchObject({ shape: [3], strides: [2], offset: 0 });
    expect(tensor((attrs.get("history") as IValue & { kind: "list" }).items[0]!)).toBe(weight);
    expect(read.derived[0]!.tensor).toBe(weight);
    expect(weight.storage.bytes.buffer).toBe(written.buffer);
  });

  test("without names and sources if they are left out", () => {
    const bare = readProgram(writeProgram(sampleProgram(), { debug: false, sources: false, sha256: false }));
    expect(bare.sources.size).toBe(0);
    const { graph } = findClass(bare, NET)!.methods[0]!;
    expect([...graph.values()].every(({ name }) => name === undefined)).toBe(true);
    expect(graphHash(graph)).toBe(graphHash(findClass(sampleProgram(), NET)!.methods[0]!.graph));
  });
});

test("chunks are the file, and weights in them are not copied", () => {
  const program = sampleProgram();
  const chunks = programChunks(program);
  expect(Buffer.concat(chunks).equals(writeProgram(program))).toBe(true);
  const linear = rootObject(program).attrs.get("linear") as ObjectValue;
  const { bytes } = (linear.attrs.get("weight") as IValue & { kind: "tensor" }).tensor.storage;
  expect(chunks).toContain(bytes);
});

test("any graph comes back", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const program = functionProgram(writable(graph));
      const again = readProgram(writeProgram(program)).functions.get("f")!.graph;
      expect(graphHash(again)).toBe(graphHash(graph));
      expect(writeProgram(functionProgram(again))).toEqual(writeProgram(program));
    }),
    { numRuns: 200 },
  );
});

/** The graph itself; one with names that are not text, or with interfaces or enums that nothing defines, is skipped. */
function writable(graph: Graph): Graph {
  try {
    writeProgram(functionProgram(graph));
  } catch (error) {
    const expected = error instanceof FormatError && error.code === "program" ? error.expected : "";
    fc.pre(!/^well-formed text$|^(Interface|Enum) .* to be defined so$|^a member of /s.test(expected));
    throw error;
  }
  return graph;
}

test("any constant comes back with kind, sign and bits", () => {
  fc.assert(
    fc.property(anyConstant, (value) => {
      const program = sampleProgram();
      program.classes.set("__torch__.Color", {
        kind: "enum",
        name: "__torch__.Color",
        valueType: IntType,
        members: [],
      });
      const kept = defineEnums(value, program);
      program.functions.get("__torch__.helper")!.schema.args[1] = { name: "v", type: AnyType, default: kept };
      findClass(program, NET)!.methods.length = 0;
      findClass(program, NET)!.properties.length = 0;
      const again = readProgram(writeProgram(program)).functions.get("__torch__.helper")!.schema.args[1]!
        .default!;
      expect(plain(again)).toEqual(plain(kept));
    }),
    { numRuns: 300 },
  );
});

/** Enum values become members of the program's enum; names with lone surrogates are replaced. */
function defineEnums(value: IValue, program: Program): IValue {
  if (value.kind === "list" || value.kind === "tuple") {
    const items = value.items.map((item) => defineEnums(item, program));
    return value.kind === "list"
      ? IValue.list(value.elem, items)
      : IValue.tuple(items, value.names?.map(wellFormed), value.typeName);
  }
  if (value.kind !== "enum") return value;
  const { members } = program.classes.get("__torch__.Color") as {
    members: { name: string; value: IValue }[];
  };
  const name = wellFormed(value.name);
  const member = members.find((other) => other.name === name) ?? { name, value: value.value };
  if (!members.includes(member)) members.push(member);
  return IValue.enum(value.type, name, member.value);
}

function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}

function plain(value: IValue): unknown {
  if (value.kind === "tensor") return tensorHash(value.tensor);
  if (value.kind === "list" || value.kind === "tuple") return { ...value, items: value.items.map(plain) };
  return value;
}

test("strings keep every UTF-16 unit", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.constantFrom("\uD800", "\uDC00\uD800", "a\uD83D", "\u{1F600}", "\uD83D\uD83D\uDE00"),
      ),
      (text) => {
        const program = sampleProgram();
        program.functions.get("__torch__.helper")!.schema.args[1]!.default = IValue.str(text);
        const again = readProgram(writeProgram(program)).functions.get("__torch__.helper")!.schema.args[1]!
          .default;
        expect(again).toEqual(IValue.str(text));
      },
    ),
    { numRuns: 300 },
  );
});

test("objects may form cycles", () => {
  const program = emptyProgram({ kind: "function", name: "f" });
  const node = IValue.object("__torch__.Node") as ObjectValue;
  const children = IValue.list(classType("__torch__.Node"), [node]);
  node.attrs.set("next", node).set("children", children);
  program.root = { kind: "object", object: node };
  addClass(program, "class", "__torch__.Node").attributes.push(
    { name: "next", type: classType("__torch__.Node"), kind: "attribute" },
    { name: "children", type: listOf(classType("__torch__.Node")), kind: "attribute" },
  );
  const again = rootObject(readProgram(writeProgram(program)));
  expect(again.attrs.get("next")).toBe(again);
  expect((again.attrs.get("children") as IValue & { kind: "list" }).items[0]).toBe(again);
});

describe("layout", () => {
  const bytes = writeProgram(sampleProgram());
  const view = new DataView(bytes.buffer);
  const headerBytes = Number(view.getBigUint64(PREAMBLE.headerBytes, true));
  const header = unpack(bytes.subarray(64, 64 + headerBytes), "header") as Map<string, Packable>;
  const segments = header.get("segments") as [number, number, bigint][];
  const dataStart = Math.ceil((64 + headerBytes) / 64) * 64;

  test("segments are aligned, in order, and hold what the header says", () => {
    let end = 0;
    for (const [i, [offset, length]] of segments.entries()) {
      expect(offset).toBe(Math.ceil(end / 64) * 64);
      end = offset + length;
      const content = bytes.subarray(dataStart + offset, dataStart + end);
      const digest = createHash("sha256").update(content).digest();
      expect(Buffer.from((header.get("sha256") as Uint8Array[])[i]!).equals(digest)).toBe(true);
    }
    expect(dataStart + end).toBe(bytes.length);
  });

  test("keys are sorted, and only operators in use are named", () => {
    expect([...header.keys()]).toEqual([...header.keys()].sort());
    const ops = header.get("ops") as string[];
    expect(ops).toEqual([...ops].sort());
    expect(ops).toContain("aten::add.Scalar");
    expect(ops).not.toContain("aten::add.Tensor");
  });

  test("a storage that several tensors share is one segment", () => {
    const tensors = header.get("tensors") as Packable[][];
    expect(
      tensors.filter(([, shape]) => JSON.stringify(shape) === "[3]" || JSON.stringify(shape) === "[3,2]"),
    ).toHaveLength(2);
    expect(new Set(tensors.map((tensor) => tensor[4])).size).toBe(tensors.length - 1);
  });

  test("floats are extensions, so that -0 is not an int", () => {
    expect([...pack(new Float(-0))]).toEqual([0xd7, 1, 0, 0, 0, 0, 0, 0, 0, 0x80]);
    expect([...pack(new Float(Number.NaN))]).toEqual([0xd7, 1, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
    expect(unpack(pack(new Float(-0)), "x")).toEqual(new Float(-0));
  });

  test.each<[number | bigint, number[]]>([
    [0, [0]],
    [127, [0x7f]],
    [128, [0xcc, 0x80]],
    [-1, [0xff]],
    [-33, [0xd0, 0xdf]],
    [65536, [0xce, 0, 1, 0, 0]],
    [2 ** 32, [0xd3, 0, 0, 0, 1, 0, 0, 0, 0]],
    [-(2n ** 63n), [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]],
    [2n ** 64n - 1n, [0xcf, 255, 255, 255, 255, 255, 255, 255, 255]],
  ])("the integer %s has its shortest form", (value, expected) => {
    expect([...pack(packInt(value))]).toEqual(expected);
    expect(BigInt(unpack(pack(packInt(value)), "x") as number)).toBe(BigInt(value));
  });
});

test("big tensors survive: offsets beyond a page, several storages", () => {
  const program = emptyProgram({ kind: "function", name: "f" });
  const values = Array.from({ length: 5 }, (_, i) => {
    const data = new Float64Array(1000 + i).map((_, k) => k * (i + 1));
    return IValue.tensor(tensorFromBytes("float64", [1000 + i], bytesOf(data)));
  });
  addClass(program, "module", "__torch__.W").attributes.push({
    name: "w",
    type: listOf(TensorType),
    kind: "attribute",
  });
  const object = IValue.object(
    "__torch__.W",
    new Map([["w", IValue.list(TensorType, values)]]),
  ) as ObjectValue;
  program.root = { kind: "object", object };
  const again = rootObject(readProgram(writeProgram(program))).attrs.get("w") as IValue & { kind: "list" };
  expect(again.items.map(plain)).toEqual(values.map(plain));
});
