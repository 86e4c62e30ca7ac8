/** Archives made to do harm: each gets a typed error, soon, and within little memory. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SconceError } from "../../loader/error.ts";
import { readTorchScript, type TorchScriptArchive } from "../../ts-frontend/torchscript/archive-reader.ts";
import type { PickleList, ScriptObject } from "../../ts-frontend/torchscript/values.ts";
import { readStateDict } from "../../ts-frontend/weights/index.ts";
import { pickle, str } from "../weights/fixtures.ts";
import { archive, attribute } from "./fixtures.ts";
import { rezip, unzip, type ZipLayout, type ZipRecord, zip } from "./zip.ts";

const MiB = 2 ** 20;
const text = (value: string) => new TextEncoder().encode(value);

let before: { time: NodeJS.CpuUsage; memory: number };

beforeEach(() => {
  before = { time: process.cpuUsage(), memory: process.memoryUsage().rss };
});

afterEach(() => {
  // microseconds of the processor, which other work on the machine does not stretch
  expect(process.cpuUsage(before.time).user).toBeLessThan(10e6);
  expect(process.memoryUsage().rss - before.memory).toBeLessThan(600 * MiB);
});

async function refuses(bytes: Uint8Array, code: string, message: string): Promise<void> {
  const expected = { name: "SconceError", code, message: expect.stringContaining(message) };
  await expect(readTorchScript(bytes)).rejects.toMatchObject(expected);
  await expect(readTorchScript(new Blob([new Uint8Array(bytes)]))).rejects.toMatchObject(expected);
}

/** A small archive's records, some of them replaced. */
async function records(changes: readonly ZipRecord[] = []): Promise<ZipRecord[]> {
  const all = new Map<string, ZipRecord>();
  for (const [name, bytes] of await unzip(archive("scripted"))) all.set(name, { name, bytes });
  for (const change of changes) all.set(change.name, change);
  return [...all.values()];
}

const withRecords = async (changes: readonly ZipRecord[], layout?: ZipLayout) =>
  zip(await records(changes), layout);

describe("zip", () => {
  it("a record that claims to unpack to 1 TB", async () => {
    const bomb = { name: "code/a.py", bytes: new Uint8Array(1000), deflate: true, uncompressedSize: 2 ** 40 };
    await refuses(
      await withRecords([bomb], { zip64: true }),
      "FILE_MALFORMED",
      "record code/a.py claims 1099511627776",
    );
  });

  it("a record that unpacks to more than it claims", async () => {
    const bomb = { name: "code/a.py", bytes: new Uint8Array(8 * MiB), deflate: true, uncompressedSize: 100 };
    await refuses(await withRecords([bomb]), "FILE_MALFORMED", "code/a.py cannot be unpacked");
  });

  it("a record that unpacks to less than it claims", async () => {
    const bomb = { name: "code/a.py", bytes: new Uint8Array(100), deflate: true, uncompressedSize: 200 };
    await refuses(await withRecords([bomb]), "FILE_MALFORMED", "code/a.py cannot be unpacked");
  });

  it("many records that unpack to 1000 times their size", async () => {
    const zeros = new Uint8Array(6 * MiB);
    const bombs = Array.from({ length: 4 }, (_, i) => ({ name: `extra/${i}`, bytes: zeros, deflate: true }));
    await refuses(await withRecords(bombs), "FILE_MALFORMED", "unpack to more than");
  });

  it("a pickle of 19 kB that unpacks to 16 million dicts", async () => {
    const bytes = new Uint8Array(16 * MiB).fill(0x7d);
    bytes.set([0x80, 2]);
    const bomb = { name: "data.pkl", bytes, deflate: true };
    await refuses(await withRecords([bomb]), "UNSUPPORTED", "more than 2097152 objects");
  });

  it("records over the same bytes", async () => {
    const all = await records();
    const inner = { name: "code/a.py", bytes: new Uint8Array(0), offset: 3 };
    await refuses(zip([...all, inner]), "FILE_MALFORMED", "lies over");
    const twice = { name: "code/a.py", bytes: all[0]!.bytes, offset: 0 };
    await refuses(zip([...all, twice]), "FILE_MALFORMED", "lies over");
  });

  it("a stored record of 2^52 bytes", async () => {
    const huge = {
      name: "data/0",
      bytes: new Uint8Array(24),
      compressedSize: 2 ** 52,
      uncompressedSize: 2 ** 52,
    };
    await refuses(await withRecords([huge], { zip64: true }), "FILE_TRUNCATED", "data/0");
  });

  it("a stored record of two sizes", async () => {
    const odd = { name: "data.pkl", bytes: pickle("N"), uncompressedSize: 1000 };
    await refuses(await withRecords([odd]), "FILE_MALFORMED", "sizes 4 and 1000");
  });

  it.each(["../x", "a/../../x", "/etc/passwd", "C:/x", "..\\x", "a\0b", "extra/../../x"])(
    "a record named %j",
    async (name) => {
      await refuses(await withRecords([{ name, bytes: text("x") }]), "FILE_MALFORMED", "unsafe name");
    },
  );

  it("two records of one name", async () => {
    const all = await records();
    await refuses(zip([...all, all[0]!]), "FILE_MALFORMED", `two records named ${all[0]!.name}`);
  });

  it("a wrong checksum", async () => {
    const bytes = await unzip(archive("scripted"));
    const wrong = { name: "data.pkl", bytes: bytes.get("data.pkl")!, crc: 1 };
    await refuses(await withRecords([wrong]), "FILE_CHECKSUM", "data.pkl");
  });

  it("encryption, and methods that are not read", async () => {
    const data = pickle("N");
    await refuses(
      await withRecords([{ name: "data.pkl", bytes: data, flags: 0x801 }]),
      "UNSUPPORTED",
      "encrypted",
    );
    await refuses(
      await withRecords([{ name: "data.pkl", bytes: data, method: 14 }]),
      "UNSUPPORTED",
      "method",
    );
  });

  it("a directory that is cut, or gone", async () => {
    const bytes = archive("scripted");
    const directory = bytes.lastIndexOf(0x50, bytes.length - 23);
    for (const end of [bytes.length - 1, bytes.length - 23, directory + 10, bytes.length >> 1, 100, 31]) {
      await refuses(bytes.slice(0, end), "FILE_TRUNCATED", "no directory");
    }
    for (let end = 0; end < bytes.length; end += 37) {
      await expect(readTorchScript(bytes.slice(0, end))).rejects.toBeInstanceOf(SconceError);
    }
  });

  it("a directory of 65535 records that are not there", async () => {
    await refuses(await withRecords([], { count: 65535 }), "FILE_MALFORMED", "zip archive");
    await refuses(await withRecords([], { count: 2 ** 52, zip64: true }), "FILE_MALFORMED", "zip archive");
  });

  it("headers that are not there", async () => {
    const bytes = archive("scripted");
    let refused = 0;
    for (let at = bytes.indexOf(0x50); at >= 0; at = bytes.indexOf(0x50, at + 1)) {
      const name = new TextDecoder("latin1").decode(bytes.subarray(at + 30, at + 200));
      // a damaged debug record is dropped
      if (bytes[at + 1] !== 0x4b || bytes[at + 2] !== 3 || /^[\w/.]+debug_pkl/.test(name)) continue;
      const copy = bytes.slice();
      copy[at + 2] = 9;
      await expect(readTorchScript(copy)).rejects.toMatchObject({ code: "FILE_MALFORMED" });
      refused++;
    }
    expect(refused).toBe(8);
  });
});

/** `torch._utils _rebuild_tensor_v2(storage, …)` of parts that come as opcodes. */
function tensor(parts: {
  storage?: string;
  key?: string;
  location?: string;
  numel?: number[];
  offset?: number[];
  sizes?: number[];
  strides?: number[];
}): number[] {
  const { storage = "FloatStorage", key = "0", location = "cpu", numel = int(6) } = parts;
  const { offset = int(0), sizes = [...int(6), 0x85], strides = [...int(1), 0x85] } = parts;
  const reference = ["(", str("storage"), `ctorch\n${storage}\n`, str(key), str(location), numel, "tQ"];
  const call = [
    "ctorch._utils\n_rebuild_tensor_v2\n(",
    ...reference,
    offset,
    sizes,
    strides,
    [0x89],
    "Nt",
    "R",
  ];
  return call.flatMap((part) => (typeof part === "string" ? [...text(part)] : part));
}

/** The opcode of an integer. */
function int(value: number | bigint): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return [0x8a, 8, ...bytes];
}

/** An archive whose root has one attribute `x`, made by these opcodes; its only storage has 24 bytes. */
async function withValue(...opcodes: (string | number[])[]): Promise<Uint8Array<ArrayBuffer>> {
  const root = pickle("c__torch__\nM\n)", [0x81], "}(", str("x"), ...opcodes, "ub");
  return rezip(archive("scripted"), {
    "data.pkl": root,
    "data/0": new Uint8Array(24),
    "data/1": new Uint8Array(6).fill(2),
  });
}

async function readValue(...opcodes: (string | number[])[]): Promise<unknown> {
  return attribute((await readTorchScript(await withValue(...opcodes))).root, "x");
}

const refusesValue = async (code: string, message: string, ...opcodes: (string | number[])[]) =>
  refuses(await withValue(...opcodes), code, message);

describe("pickles", () => {
  it.each([
    ["os", "system"],
    ["posix", "system"],
    ["builtins", "eval"],
    ["__builtin__", "exec"],
    ["subprocess", "Popen"],
    ["torch", "load"],
    ["torch.hub", "load"],
    ["__torch__evil", "M"],
    ["collections", "OrderedDict.fromkeys"],
  ])("that name %s.%s", (module, name) =>
    refusesValue("PICKLE_GLOBAL", `${module}.${name}`, `c${module}\n${name}\n`, str("echo"), [0x85], "R"),
  );

  it("that build or call what is no class", async () => {
    await refusesValue("PICKLE_OPCODE", "INST", "(ios\nsystem\n");
    await refusesValue("PICKLE_GLOBAL", "a plain value", "]}b");
    await refusesValue("FILE_MALFORMED", "no global", "]", ")R");
    await refusesValue("PICKLE_GLOBAL", "torch.FloatStorage", "ctorch\nFloatStorage\n)R");
  });

  it("that hold themselves", async () => {
    await refusesValue("FILE_MALFORMED", "holds itself", "]q", [9], "h", [9], "a");
    await refusesValue("FILE_MALFORMED", "holds itself", "}q", [9], "Nh", [9], "s");
    await refusesValue(
      "FILE_MALFORMED",
      "holds itself",
      "]q",
      [9],
      [0x85],
      "q",
      [8],
      "0h",
      [9],
      "h",
      [8],
      "a",
    );
  });

  it("except through objects", async () => {
    const cyclic = await readValue("c__torch__\nNode\n)", [0x81], "q", [9], "}", str("next"), "h", [9], "sb");
    expect(attribute(cyclic as ScriptObject, "next")).toBe(cyclic);
    const twice = (await readValue("]q", [9], "h", [9], [0x86])) as { items: unknown[] };
    expect(twice.items[0]).toBe(twice.items[1]);
  });

  it("that are deep, or small and endless", async () => {
    await refusesValue("FILE_MALFORMED", "deep", "N", new Array(100_000).fill(0x85));
    const objects = Array.from({ length: 2000 }, () => [...text("c__torch__\nNode\n)"), 0x81]).flat();
    const closing = "b".repeat(2000);
    await refusesValue("FILE_MALFORMED", "deep", objects, "}", closing);
    await refusesValue(
      "FILE_MALFORMED",
      "without measure",
      "N",
      Array.from({ length: 80 }, () => [0x32, 0x86]).flat(),
    );
  });

  it("with counts beyond the file", async () => {
    for (const count of ["\xff\xff\xff\x7f", "\xff\xff\xff\xff"]) {
      await refusesValue(
        "FILE_TRUNCATED",
        "the pickle",
        "X",
        [...count].map((c) => c.charCodeAt(0)),
      );
    }
    await refusesValue("FILE_MALFORMED", "memo entry 4294967295", "j", [255, 255, 255, 255]);
    await refusesValue("FILE_MALFORMED", "memo entry 77", "h", [77]);
    await refusesValue("FILE_MALFORMED", "64 bits", [0x8a, 255, ...new Array(255).fill(1)]);
    await refusesValue("FILE_MALFORMED", "64 bits", [0x8a, 9, ...new Array(8).fill(255), 0]);
    await refusesValue("PICKLE_OPCODE", "LONG4", [0x8b, 255, 255, 255, 127]);
    await refusesValue("PICKLE_OPCODE", "BINUNICODE8", [0x8d, ...new Array(8).fill(255)]);
  });

  it("whose memo is far away are read", async () => {
    expect(await readValue("]r", [255, 255, 255, 255], "0j", [255, 255, 255, 255])).toMatchObject({
      items: [],
    });
  });

  it("of objects without a state, or with two", async () => {
    await refusesValue("FILE_MALFORMED", "without a state", "c__torch__\nM\n)", [0x81]);
    await refusesValue("FILE_MALFORMED", "second state", "c__torch__\nM\n)", [0x81], "}b}b");
  });

  it("of values that TorchScript has not", async () => {
    await refusesValue("FILE_MALFORMED", "no TorchScript type", "C", [1, 7]);
    await refusesValue("FILE_MALFORMED", "no TorchScript type", "ctorch\nTensor\n");
    await refusesValue("FILE_MALFORMED", "dict key", "}]Ns");
    await refusesValue("FILE_MALFORMED", "member of __torch__.E", "c__torch__\nE\n]R");
    await refusesValue(
      "FILE_MALFORMED",
      "type tag",
      "ctorch.jit._pickle\nrestore_type_tag\nN",
      str("List[int]"),
      [0x86],
      "R",
    );
    await refusesValue("FILE_MALFORMED", "no list", "ctorch.jit._pickle\nbuild_intlist\nN", [0x85], "R");
    await refusesValue("FILE_MALFORMED", "no numbers", "cbuiltins\ncomplex\nNN", [0x86], "R");
    await refusesValue(
      "UNSUPPORTED",
      "table",
      "ctorch.jit._pickle\nbuild_tensor_from_id\nK",
      [0],
      [0x85],
      "R",
    );
    await refusesValue("UNSUPPORTED", "table", "c__main__\nTensorID\n)", [0x81], "K", [0], "b");
  });

  it("with the lists of early versions are read", async () => {
    const list = (await readValue("c__main__\nIntList\n)", [0x81], "]K", [5], "ab")) as PickleList;
    expect([list.typeTag, list.items]).toEqual(["List[int]", [5n]]);
  });

  it("whose root is no module", async () => {
    for (const root of [pickle("N"), pickle("}"), pickle("c__torch__\nE\nK", [1], "R")]) {
      await refuses(await rezip(archive("scripted"), { "data.pkl": root }), "FILE_MALFORMED", "no module");
    }
    await refuses(
      await rezip(archive("scripted"), { "constants.pkl": pickle("]") }),
      "FILE_MALFORMED",
      "no tuple",
    );
    await refuses(
      await rezip(archive("scripted"), { "data.pkl": new Uint8Array(0) }),
      "FILE_MALFORMED",
      "no module",
    );
  });
});

describe("tensors", () => {
  it("that are right are read", async () => {
    expect(await readValue(tensor({}))).toMatchObject({
      dtype: "float32",
      shape: [6],
      strides: [1],
      offset: 0,
    });
    expect(
      await readValue(tensor({ sizes: [...int(2 ** 20), 0x85], strides: [...int(0), 0x85] })),
    ).toMatchObject({
      shape: [2 ** 20],
      strides: [0],
    });
  });

  it.each<[string, string, string, Parameters<typeof tensor>[0]]>([
    ["larger than their storage", "FILE_MALFORMED", "outside", { sizes: [...int(7), 0x85] }],
    ["of 2^62 elements", "FILE_MALFORMED", "natural number", { sizes: [...int(2n ** 62n), 0x85] }],
    [
      "of 2^53 times 2^53",
      "FILE_MALFORMED",
      "outside",
      { sizes: [...int(2 ** 52), ...int(2 ** 52), 0x86], strides: [...int(2 ** 52), ...int(1), 0x86] },
    ],
    [
      "of 2^52 equal elements",
      "FILE_MALFORMED",
      "repeats",
      { sizes: [...int(2 ** 50), 0x85], strides: [...int(0), 0x85] },
    ],
    ["of negative sizes", "FILE_MALFORMED", "natural number", { sizes: [...int(-1), 0x85] }],
    ["of negative strides", "FILE_MALFORMED", "natural number", { strides: [...int(-1), 0x85] }],
    ["with far strides", "FILE_MALFORMED", "outside", { strides: [...int(2 ** 51), 0x85] }],
    ["with far offsets", "FILE_MALFORMED", "outside", { offset: int(1) }],
    ["with offsets that overflow", "FILE_MALFORMED", "outside", { offset: int(2n ** 53n - 1n) }],
    ["with negative offsets", "FILE_MALFORMED", "natural number", { offset: int(-4) }],
    ["with more strides than sizes", "FILE_MALFORMED", "outside", { strides: [...int(1), ...int(1), 0x86] }],
    ["with fewer strides than sizes", "FILE_MALFORMED", "outside", { strides: [0x29] }],
    ["with sizes that are a list", "FILE_MALFORMED", "no tuple", { sizes: [0x5d] }],
    [
      "of 65 dimensions",
      "FILE_MALFORMED",
      "at most 64",
      { sizes: [0x28, ...new Array(65).fill([0x4b, 1]).flat(), 0x74] },
    ],
    [
      "whose storage is shorter than it says",
      "FILE_MALFORMED",
      "24 bytes, its tensors say 28",
      { numel: int(7) },
    ],
    [
      "whose storage is longer than it says",
      "FILE_MALFORMED",
      "24 bytes, its tensors say 20",
      { numel: int(5), sizes: [...int(5), 0x85] },
    ],
    ["whose storage has 2^60 elements", "FILE_MALFORMED", "natural number", { numel: int(2n ** 60n) }],
    ["whose storage is not there", "FILE_MALFORMED", "data/nowhere", { key: "nowhere" }],
    ["whose storage is outside", "FILE_MALFORMED", "no record data/../data.pkl", { key: "../data.pkl" }],
    ["of complex numbers", "UNSUPPORTED", "complex64", { storage: "ComplexFloatStorage" }],
    ["of quint8", "UNSUPPORTED", "quint8", { storage: "QUInt8Storage" }],
    ["of qint8 without a scale", "FILE_MALFORMED", "quantized", { storage: "QInt8Storage" }],
    ["without data", "UNSUPPORTED", "meta", { location: "meta" }],
    ["of bools that are twos", "FILE_MALFORMED", "neither 0 nor 1", { storage: "BoolStorage", key: "1" }],
    ["of an unknown storage", "PICKLE_GLOBAL", "EvilStorage", { storage: "EvilStorage" }],
  ])("%s", (_, code, message, parts) => refusesValue(code, message, tensor(parts)));

  it("that are sparse, or lazily negated", async () => {
    await refusesValue("UNSUPPORTED", "sparse tensor", "ctorch._utils\n_rebuild_sparse_tensor\n");
    const negated = tensor({});
    const bits = [...text("}"), ...str("neg"), 0x88, ...text("s")];
    await refusesValue("UNSUPPORTED", "negated", negated.slice(0, -2), bits, "tR");
  });

  it("over one storage under two types", async () => {
    await refusesValue(
      "FILE_MALFORMED",
      "24 bytes, and also 48",
      tensor({}),
      tensor({ storage: "LongStorage" }),
      [0x86],
    );
  });

  it("5,000 of them over one storage of bools take linear time", async () => {
    const flags = new Uint8Array(MiB).fill(1);
    const sizes = [...int(MiB), 0x85, ...int(1), 0x85];
    const storage = [
      ...text("("),
      ...str("storage"),
      ...text("ctorch\nBoolStorage\n"),
      ...str("1"),
      ...str("cpu"),
    ];
    const view = [
      ...text("ctorch._utils\n_rebuild_tensor_v2\n(h\x09"),
      ...int(0),
      ...sizes,
      0x89,
      ...text("NtR"),
    ];
    const views = Array.from({ length: 5_000 }, () => view).flat();
    const list = [[...storage, ...int(MiB)], "tQq", [9], "0](", views, "e"];
    const root = pickle("c__torch__\nM\n)", [0x81], "}(", str("x"), ...list, "ub");
    const bytes = await rezip(archive("scripted"), { "data.pkl": root, "data/1": flags });
    const read = attribute((await readTorchScript(bytes)).root, "x") as PickleList;
    expect(read.items).toHaveLength(5_000);
  });
});

describe("debug records", () => {
  const PATH = "__torch__/torchscript_models/___torch_mangle_3.py";

  const withDebug = async (record: Uint8Array): Promise<TorchScriptArchive> =>
    readTorchScript(await rezip(archive("scripted"), { [`code/${PATH}.debug_pkl`]: record }));

  /** A record with one string, and one row that goes from byte 0 to a source made by these opcodes. */
  const table = (string: string, source: (string | number[])[], offset = int(0)) =>
    pickle(
      "(",
      str("FORMAT_WITH_STRING_TABLE"),
      str(string),
      [0x85],
      offset,
      ...source,
      "K",
      [0],
      "K",
      [1],
      [0x87],
      "K",
      [0],
      [0x87],
      [0x85],
      "t",
    );

  const indices = (...numbers: number[]) => [
    "ctorch.jit._pickle\nbuild_intlist\n](",
    numbers.flatMap((n) => [0x4b, n]),
    "e",
    [0x85],
    "R",
  ];

  it("that are right are read, also those of early versions", async () => {
    const rows = await withDebug(table("f.py", [...indices(0), "K", [0], "K", [7], [0x87]]));
    expect(rows.debug(PATH)!.lookup(0)).toMatchObject({ file: "f.py", line: 7, col: 0, text: "f.py" });
    const source = [str("def f():\n  pass\n"), str("old.py"), "K", [3], [0x87], "K", [11], "K", [15], [0x87]];
    const pairs = pickle("K", [5], ...source, [0x86], [0x85]);
    const tagged = pickle("K", [5], "K", [0], ...source, [0x87], [0x85]);
    for (const record of [pairs, tagged]) {
      const { debug } = await withDebug(record);
      expect(debug(PATH)!.lookup(5)).toMatchObject({ file: "old.py", line: 4, col: 2, text: "  pass" });
      expect(debug(PATH)!.lookup(4)).toBe(undefined);
    }
  });

  it.each<[string, Uint8Array]>([
    ["no pickle", text("garbage")],
    ["empty", new Uint8Array(0)],
    ["of other values", pickle("N")],
    ["that call os.system", pickle("cos\nsystem\n", str("echo"), [0x85], "R")],
    ["that hold themselves", pickle("]q", [0], "h", [0], "a")],
    ["that are deep", pickle("N", new Array(10_000).fill(0x85))],
    ["of rows that are none", pickle(str("FORMAT_WITH_STRING_TABLE"), ")", "N", [0x85], [0x87])],
    ["in no order", pickle("K", [5], ")", [0x86], "K", [4], ")", [0x86], [0x86])],
    ["of negative offsets", table("f.py", [...indices(0), "K", [0], "K", [7], [0x87]], int(-5))],
  ])("%s are dropped", async (_, record) => {
    expect((await withDebug(record)).debug(PATH)).toBe(undefined);
  });

  it.each<[string, Uint8Array]>([
    ["names no string", table("f.py", [...indices(0), "K", [9], "K", [7], [0x87]])],
    ["has text that is not there", table("f.py", [...indices(3), "K", [0], "K", [7], [0x87]])],
    ["begins at a line below 0", table("f.py", [...indices(0), "K", [0], int(-1), [0x87]])],
    ["is a number", table("f.py", ["K", [1]])],
  ])("whose source %s lead nowhere", async (_, record) => {
    expect((await withDebug(record)).debug(PATH)?.lookup(0)).toBe(undefined);
  });

  it("whose text repeats without end lead nowhere", async () => {
    const long = [0x58, ...new Uint8Array(new Uint32Array([MiB]).buffer), ...new Uint8Array(MiB).fill(0x61)];
    const many = [
      "ctorch.jit._pickle\nbuild_intlist\n](",
      new Array(4000).fill([0x4b, 0]).flat(),
      "e",
      [0x85],
      "R",
    ];
    const record = pickle(
      "(",
      str("FORMAT_WITH_STRING_TABLE"),
      long,
      str("f.py"),
      [0x86],
      "K",
      [0],
      ...many,
      "K",
      [1],
      "K",
      [7],
      [0x87],
      "K",
      [0],
      "K",
      [1],
      [0x87],
      "K",
      [0],
      [0x87],
      [0x85],
      "t",
    );
    expect((await withDebug(record)).debug(PATH)?.lookup(0)).toBe(undefined);
  });

  it("that are damaged are dropped", async () => {
    const all = await records();
    const wrong = all.map((record) => (record.name.endsWith(".debug_pkl") ? { ...record, crc: 5 } : record));
    const { debug, code } = await readTorchScript(zip(wrong));
    for (const path of code.keys()) expect(debug(path)).toBe(undefined);
  });
});

describe("code", () => {
  it("that is no UTF-8", async () => {
    await refuses(
      await rezip(archive("scripted"), { "code/a.py": Uint8Array.of(0xff) }),
      "FILE_MALFORMED",
      "UTF-8",
    );
  });
});

describe("weights", () => {
  it("with views, sizes and counts that lie", async () => {
    const [magic, protocol, system] = [
      pickle([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
      pickle("M", [0xe9, 3]),
      pickle("}"),
    ];
    const storage = (view: (string | number[])[]) => [
      "(",
      str("storage"),
      "ctorch\nFloatStorage\n",
      str("7"),
      str("cpu"),
      int(6),
      ...view,
      "tQ",
    ];
    const weights = (view: (string | number[])[], sizes: number[]) =>
      pickle(
        "}",
        str("w"),
        "ctorch._utils\n_rebuild_tensor\n(",
        ...storage(view),
        int(0),
        sizes,
        [...int(1), 0x85],
        "tRs",
      );
    const file = (root: Uint8Array, keys: Uint8Array, count: number, data = 24) => {
      const size = new Uint8Array(new BigInt64Array([BigInt(count)]).buffer);
      const elements = new Uint8Array(Float32Array.from({ length: 6 }, (_, i) => i).buffer).slice(0, data);
      return Uint8Array.from(
        [magic, protocol, system, root, keys, size, elements].flatMap((part) => [...part]),
      );
    };
    const keys = pickle("]", str("7"), "a");
    const two = [...int(2), 0x85];
    const view = (start: number, length: number) => ["(", str("8"), int(start), int(length), "t"];
    const read = await readStateDict(file(weights(view(3, 2), two), keys, 6));
    expect(read.get("w")).toMatchObject({ shape: [2], offset: 3, dtype: "float32" });
    expect((await readStateDict(file(weights(["N"], two), keys, 6))).get("w")).toMatchObject({ offset: 0 });
    for (const [bytes, code, message] of [
      [file(weights(view(3, 4), two), keys, 6), "FILE_MALFORMED", "view"],
      [file(weights(view(3, 1), two), keys, 6), "FILE_MALFORMED", "outside"],
      [file(weights(["N"], two), keys, 7), "FILE_MALFORMED", "count"],
      [file(weights(["N"], two), keys, 6, 20), "FILE_TRUNCATED", "storage 7"],
      [file(weights(["N"], two), pickle("]"), 6), "FILE_MALFORMED", "needs 8 bytes"],
      [file(weights(["N"], two), pickle("]", str("9"), "a"), 6), "FILE_MALFORMED", "no tensor"],
      [file(weights(["N"], two), pickle("N"), 6), "FILE_MALFORMED", "no list"],
      [file(pickle("cos\nsystem\n"), keys, 6), "PICKLE_GLOBAL", "os.system"],
    ] as const) {
      await expect(readStateDict(bytes)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    }
  });
});
