/** Damaged and hostile `.sconce` files, and programs that no file can hold: all refused, each with its place. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../format/file/error.ts";
import { PREAMBLE } from "../../format/file/layout.ts";
import { type Packable, pack, packInt, unpack } from "../../format/file/msgpack.ts";
import { readProgram } from "../../format/file/read.ts";
import { writeProgram } from "../../format/file/write.ts";
import { xxh64 } from "../../format/file/xxh64.ts";
import { findClass, type Program } from "../../format/ir/program.ts";
import { AnyType, enumType, IntType, TensorType, typeVar } from "../../format/types.ts";
import { IValue } from "../../format/value.ts";
import { floats, LINEAR, NET, sampleProgram } from "./sample.ts";

type ObjectValue = IValue & { kind: "object" };

function rootObject(program: Program): ObjectValue {
  return (program.root as { object: ObjectValue }).object;
}

describe("damage", () => {
  const good = writeProgram(sampleProgram());

  test("every changed byte is noticed", () => {
    for (let i = 0; i < good.length; i++) {
      const bad = good.slice();
      bad[i]! ^= 1 << (i % 8);
      expect(() => readProgram(bad), `byte ${i}`).toThrow(FormatError);
    }
  });

  test("every missing end is noticed, and every byte too many", () => {
    for (let length = 0; length < good.length; length += 7) {
      expect(() => readProgram(good.subarray(0, length))).toThrow(FormatError);
    }
    expect(() => readProgram(Uint8Array.of(...good, 0))).toThrow(FormatError);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array, Partial<FormatError>]>([
    [
      "another file",
      () => new TextEncoder().encode("PK\x03\x04".repeat(30)),
      { code: "magic", where: "preamble" },
    ],
    ["nothing", () => new Uint8Array(), { code: "size", where: "file", got: "0" }],
    [
      "a later version",
      (bytes) => resealed(bytes, (view) => view.setUint32(8, 2, true)),
      { code: "version", got: "2" },
    ],
    [
      "unknown flags",
      (bytes) => resealed(bytes, (view) => view.setUint32(12, 1, true)),
      { code: "flags", got: "1" },
    ],
    ["a damaged preamble", (bytes) => bytes.with(24, bytes[24]! ^ 1), { code: "preamble" }],
    ["a damaged header", (bytes) => bytes.with(70, bytes[70]! ^ 1), { code: "checksum", where: "header" }],
    ["damage at the end", (bytes) => bytes.with(bytes.length - 1, 0), { code: "checksum" }],
    ["a cut file", (bytes) => bytes.subarray(0, bytes.length - 1), { code: "size" }],
  ])("%s", (_, damage, expected) => {
    let error: unknown;
    try {
      readProgram(damage(good));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject(expected);
  });

  test("SHA-256 is checked when asked for", () => {
    const bad = rewritten((header) => {
      (header.get("sha256") as Uint8Array[])[0] = new Uint8Array(32);
    });
    expect(() => readProgram(bad)).not.toThrow();
    expect(() => readProgram(bad, { sha256: true })).toThrow("segment 0");
  });

  test("bytes between segments are zero", () => {
    const bytes = good.slice();
    const headerEnd = 64 + Number(new DataView(bytes.buffer).getBigUint64(24, true));
    bytes[headerEnd] = 1;
    expect(() => readProgram(bytes)).toThrow(
      expect.objectContaining({ code: "padding", where: `byte ${headerEnd}` }),
    );
  });
});

/** The file with its preamble changed and checked anew. */
function resealed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  change(view);
  view.setBigUint64(56, xxh64(copy.subarray(0, 56)), true);
  return copy;
}

/** The sample file with its header changed and every checksum right: a hostile file rather than a damaged one. */
function rewritten(change: (header: Map<string, Packable>) => unknown): Uint8Array {
  const bytes = writeProgram(sampleProgram());
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(24, true));
  const header = withBigints(unpack(bytes.subarray(64, 64 + headerBytes), "header")) as Map<string, Packable>;
  const dataStart = Math.ceil((64 + headerBytes) / 64) * 64;
  change(header);
  return assemble(pack(new Map([...header].sort(([a], [b]) => (a < b ? -1 : 1)))), bytes.subarray(dataStart));
}

/** Integers in the form that `pack` wants. */
function withBigints(value: Packable): Packable {
  if (typeof value === "number" || typeof value === "bigint") return packInt(value);
  if (Array.isArray(value)) return value.map(withBigints);
  return value instanceof Map ? new Map([...value].map(([key, item]) => [key, withBigints(item)])) : value;
}

const preamble = writeProgram(sampleProgram()).subarray(0, PREAMBLE.bytes);

function assemble(header: Uint8Array, data: Uint8Array): Uint8Array {
  const dataStart = Math.ceil((64 + header.length) / 64) * 64;
  const bytes = new Uint8Array(dataStart + data.length);
  bytes.set(preamble);
  bytes.set(header, 64);
  bytes.set(data, dataStart);
  return resealed(bytes, (view) => {
    view.setBigUint64(24, BigInt(header.length), true);
    view.setBigUint64(32, xxh64(header), true);
    view.setBigUint64(40, BigInt(bytes.length), true);
  });
}

type Table = Packable[][];

describe("a hostile header is refused where it lies", () => {
  const table = (header: Map<string, Packable>, key: string) => header.get(key) as Table;
  const cases: [string, (header: Map<string, Packable>) => unknown, string][] = [
    ["a required feature", (header) => header.set("requires", ["future"]), "header.requires[0]"],
    ["no functions", (header) => header.delete("functions"), "header"],
    ["an unknown key", (header) => header.set("zzz", [1, 2]), ""],
    [
      "a segment past the end",
      (header) => table(header, "segments").at(-1)!.splice(1, 1, 10_000),
      "header.segments",
    ],
    [
      "a segment out of place",
      (header) => table(header, "segments")[1]!.splice(0, 1, 128),
      "header.segments[1]",
    ],
    [
      "a tensor past its segment",
      (header) => (table(header, "tensors")[0]![1] = [1000, 1000]),
      "header.tensors[0]",
    ],
    ["a negative stride", (header) => (table(header, "tensors")[0]![2] = [-1, 1]), "header.tensors[0][2][0]"],
    ["a complex dtype", (header) => (table(header, "tensors")[0]![0] = 9), "header.tensors[0][0]"],
    [
      "a type that refers forward",
      (header) => (header.get("types") as Packable[]).unshift([20, 3]),
      "header.types[0][1]",
    ],
    ["an unknown type", (header) => (table(header, "types")[0] = [99]), "header.types[0][0]"],
    [
      "a value that refers to itself",
      (header) => (table(header, "values")[0] = [7, 0, [0]]),
      "header.values[0][2][0]",
    ],
    [
      "an int beyond 64 bits",
      (header) => (table(header, "values")[0] = [2, 2n ** 64n - 1n]),
      "header.values[0][1]",
    ],
    ["a number for a text", (header) => (table(header, "functions")[0]![1] = 5), "header.functions[0][1]"],
    ["a function of no kind", (header) => (table(header, "functions")[0]![0] = 9), "header.functions[0][0]"],
    ["a method nobody has", (header) => (table(header, "classes")[2]![3] = []), "header.functions"],
    ["classes out of order", (header) => table(header, "classes").reverse(), "header.classes[1][1]"],
    ["a root of no kind", (header) => header.set("root", [2, 0]), "header.root[0]"],
    ["metadata that is not text", (header) => header.set("meta", new Map([["a", 1]])), "header.meta"],
    [
      "an operator out of range",
      (header) => (graphOf(header)[2] = [[99, [], 0, null, null]]),
      "header.functions[1][4][2][0][0]",
    ],
    [
      "an input before its definition",
      (header) => (graphOf(header)[2] = [[0, [2], 1, null, null]]),
      "header.functions[1][4][2][0][1][0]",
    ],
    [
      "more values than types",
      (header) => (graphOf(header)[2] = [[0, [], 100, null, null]]),
      "header.functions[1][4][2][0][2]",
    ],
    [
      "an attribute of no kind",
      (header) => (graphOf(header)[2] = [[0, [], 0, [0, 77, 1], null]]),
      "header.functions[1][4][2][0][3][1]",
    ],
    [
      "an empty list of blocks",
      (header) => (graphOf(header)[2] = [[0, [], 0, null, []]]),
      "header.functions[1][4][2][0][4]",
    ],
    [
      "a value used after its block",
      (header) =>
        (graphOf(header)[2] = [
          [0, [], 0, null, [[1, [], []]]],
          [0, [2], 0, null, null],
        ]),
      "header.functions[1][4][2][1][1][0]",
    ],
  ];
  test.each(cases)("%s", (_, change, where) => {
    const bytes = rewritten(change);
    if (where === "") {
      expect(() => readProgram(bytes)).not.toThrow();
      return;
    }
    let error: unknown;
    try {
      readProgram(bytes);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).where.startsWith(where), (error as FormatError).message).toBe(true);
  });

  function graphOf(header: Map<string, Packable>): Packable[] {
    return table(header, "functions")[1]![4] as Packable[];
  }

  test("whatever the header holds, reading ends with a program or a FormatError", () => {
    const bytes = writeProgram(sampleProgram());
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(24, true));
    const header = bytes.slice(64, 64 + headerBytes);
    const data = bytes.subarray(Math.ceil((64 + headerBytes) / 64) * 64);
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(headerBytes - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (edits) => {
          const changed = header.slice();
          for (const [at, byte] of edits) changed[at] = byte;
          try {
            readProgram(assemble(changed, data));
          } catch (error) {
            refused++;
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});

test.each<[string, Uint8Array]>([
  ["a float of msgpack's own", Uint8Array.of(0xcb, 0, 0, 0, 0, 0, 0, 0, 0)],
  ["another extension", Uint8Array.of(0xd7, 2, 0, 0, 0, 0, 0, 0, 0, 0)],
  ["a timestamp", Uint8Array.of(0xd6, 0xff, 0, 0, 0, 0)],
  ["an array longer than the bytes", Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)],
  ["a text that ends early", Uint8Array.of(0xa5, 0x61)],
  ["a text that is not UTF-8", Uint8Array.of(0xa1, 0xff)],
  ["keys out of order", Uint8Array.of(0x82, 0xa1, 0x62, 0, 0xa1, 0x61, 0)],
  ["a key twice", Uint8Array.of(0x82, 0xa1, 0x61, 0, 0xa1, 0x61, 0)],
  ["a key that is no text", Uint8Array.of(0x81, 1, 1)],
  ["bytes after the value", Uint8Array.of(1, 1)],
  ["endless nesting", new Uint8Array(5000).fill(0x91)],
  ["nothing", new Uint8Array()],
])("msgpack with %s is refused", (_, bytes) => {
  expect(() => unpack(bytes, "x")).toThrow(expect.objectContaining({ name: "FormatError", code: "msgpack" }));
});

describe("a program that a file cannot hold is refused by the writer", () => {
  const cases: [string, (program: Program) => unknown, string][] = [
    [
      "a slot without value",
      (program) => rootObject(program).attrs.delete("steps"),
      `a value for ${NET}.steps`,
    ],
    [
      "a stray slot",
      (program) => rootObject(program).attrs.set("x", IValue.none),
      `the attributes of ${NET}`,
    ],
    [
      "a constant without value",
      (program) =>
        findClass(program, LINEAR)!.attributes.push({ name: "c", type: IntType, kind: "constant" }),
      "a value for each constant, and for no other attribute",
    ],
    [
      "an undefined enum",
      (program) =>
        findClass(program, LINEAR)!.attributes.push({
          name: "e",
          type: enumType("E"),
          kind: "constant",
          value: IValue.none,
        }),
      "Enum E to be defined so",
    ],
    [
      "a type variable",
      (program) => (program.functions.get("__torch__.helper")!.schema.args[0]!.type = typeVar("t")),
      "types without variables",
    ],
    ["a name with half a character", (program) => program.metadata.set("\uD800", ""), "well-formed text"],
    [
      "a graph used twice",
      (program) => program.functions.set("g", { ...program.functions.get("__torch__.helper")!, name: "g" }),
      "a graph of its own for each function",
    ],
    [
      "a signature of another length",
      (program) => program.functions.get("__torch__.helper")!.schema.args.pop(),
      "a graph of 1 parameters and 1 returns",
    ],
    [
      "a tensor outside its storage",
      (program) =>
        rootObject(program).attrs.set(
          "history",
          IValue.list(TensorType, [IValue.tensor({ ...floats([1], [1]), offset: 1 })]),
        ),
      "a tensor inside its storage",
    ],
    [
      "a derived copy of a stranger",
      (program) =>
        program.derived.push({
          layout: "x",
          version: 1,
          tensor: floats([1], [1]),
          bytes: new Uint8Array(),
          params: [],
        }),
      "a tensor of the program's values",
    ],
    [
      "an unknown root",
      (program) => (program.root = { kind: "function", name: "nowhere" }),
      "a free function of the program",
    ],
    [
      "a list in itself",
      (program) => {
        const list = IValue.list(AnyType) as IValue & { kind: "list" };
        list.items.push(list);
        rootObject(program).attrs.set("history", list);
      },
      "containers that do not contain themselves",
    ],
  ];
  test.each(cases)("%s", (_, change, expected) => {
    const program = sampleProgram();
    change(program);
    expect(() => writeProgram(program)).toThrow(expect.objectContaining({ code: "program", expected }));
  });
});

test("a derived copy is dropped when the weights have changed since", () => {
  const stale = rewritten((header) => {
    const [derived] = header.get("derived") as Table;
    derived![3] = (derived![3] as bigint) ^ 1n;
  });
  expect(readProgram(stale).derived).toEqual([]);
});
