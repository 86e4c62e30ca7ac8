/** TorchScript archives that PyTorch wrote: values, aliases, code, and where the code came from. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TensorData } from "../../format/value.ts";
import { type ReadOptions, readTorchScript } from "../../ts-frontend/torchscript/archive-reader.ts";
import {
  PickleDict,
  PickleList,
  PickleTuple,
  QTensor,
  ScriptObject,
} from "../../ts-frontend/torchscript/values.ts";
import type { RandomAccess } from "../../ts-frontend/weights/source.ts";
import { numbers } from "../weights/fixtures.ts";
import { archive, attribute, encode, expected, NAMES } from "./fixtures.ts";
import { rezip, unzip, zip } from "./zip.ts";

const read = (bytes: Uint8Array, options?: ReadOptions) => readTorchScript(bytes, options);
const text = (value: string) => new TextEncoder().encode(value);

async function refuses(bytes: Uint8Array, code: string, message: string): Promise<void> {
  await expect(read(bytes)).rejects.toMatchObject({
    name: "SconceError",
    code,
    message: expect.stringContaining(message),
  });
}

describe("values", () => {
  it.each(["traced", "scripted", "extra", "attributes", "shared", "dtypes"] as const)(
    "the attributes of %s are PyTorch's",
    async (name) => {
      const { root } = await read(archive(name));
      for (const [attr, value] of Object.entries(expected[name]!.attributes)) {
        expect([attr, encode(attribute(root, attr))]).toEqual([attr, value]);
      }
    },
  );

  it("keep the types of lists and dicts", async () => {
    const { root } = await read(archive("attributes"));
    const tag = (name: string) => (attribute(root, name) as PickleList | PickleDict).typeTag;
    expect(["ints", "floats", "bools", "tensors", "texts", "nested", "empty"].map(tag)).toEqual([
      "List[int]",
      "List[float]",
      "List[bool]",
      "List[Tensor]",
      "List[str]",
      "List[List[int]]",
      "List[Tensor]",
    ]);
    expect(["by_name", "by_int", "by_flag", "no_entries"].map(tag)).toEqual([
      "Dict[str, Tensor]",
      "Dict[int, List[int]]",
      "Dict[bool, int]",
      "Dict[str, int]",
    ]);
    expect(attribute(root, "color")).toMatchObject({
      typeName: "__torch__.torchscript_models.Color",
      value: 2n,
    });
  });

  it("share what was shared", async () => {
    const { root } = await read(archive("shared"));
    const storage = (path: string) => (attribute(root, ...path.split(".")) as TensorData).storage;
    for (const group of expected.shared!.aliases) {
      for (const name of group) expect(storage(name)).toBe(storage(group[0]!));
    }
    expect(storage("embed")).not.toBe(storage("base"));
    expect(attribute(root, "embed")).toBe(attribute(root, "head"));
  });

  it("of a class with __setstate__ are what __getstate__ gave", async () => {
    const { root } = await read(archive("state"));
    const state = root.state as PickleTuple;
    expect(state).toBeInstanceOf(PickleTuple);
    expect(encode(state.items[0] as TensorData)).toMatchObject({ tensor: { dtype: "float32", shape: [4] } });
    expect(state.items.slice(1)).toEqual([2n, true]);
  });

  it("of quantized tensors are integers with their scales", async () => {
    const { root } = await read(archive("quantized"));
    const { whole, rows } = expected.quantized!.quantized;
    const [w, r] = [attribute(root, "whole") as QTensor, attribute(root, "rows") as QTensor];
    expect(numbers(w.tensor)).toEqual(whole.ints.flat());
    expect(w.scheme).toEqual({
      kind: "per_tensor_affine",
      scale: whole.scale,
      zeroPoint: BigInt(whole.zero_point),
    });
    expect(numbers(r.tensor)).toEqual(rows.ints.flat());
    if (r.scheme.kind !== "per_channel_affine") throw new Error("a scheme for all channels");
    expect(numbers(r.scheme.scales)).toEqual(rows.scales);
    expect(numbers(r.scheme.zeroPoints)).toEqual(rows.zero_points);
    expect(r.scheme.axis).toBe(rows.axis);
  });

  it("of packed parameters are objects of C++ classes", async () => {
    const { root } = await read(archive("packed"));
    const params = attribute(root, "0", "_packed_params") as ScriptObject;
    const held: unknown[] = [];
    const visit = (value: unknown): void => {
      if (value instanceof ScriptObject) held.push(value.typeName);
      if (value instanceof ScriptObject) visit(value.state);
      else if (value instanceof PickleTuple || value instanceof PickleList) value.items.forEach(visit);
      else if (value instanceof PickleDict) for (const [, item] of value.entries) visit(item);
      else if (value instanceof QTensor) held.push(value.dtype);
    };
    visit(params);
    expect(held).toContain("__torch__.torch.classes.quantized.LinearPackedParamsBase");
    expect(held).toContain("qint8");
  });

  it("of constants come in order", async () => {
    expect((await read(archive("constants"))).constants).toEqual(["größer"]);
    const [factor] = (await read(archive("traced"))).constants;
    expect(encode(factor!)).toMatchObject({ tensor: { dtype: "float32", shape: [2] } });
  });
});

describe("code", () => {
  it("is found by path, and leads back to lines of Python", async () => {
    const source = readFileSync(new URL("../fixtures/torchscript_models.py", import.meta.url), "utf8").split(
      "\n",
    );
    for (const [name, path, call] of [
      ["scripted", "__torch__/torchscript_models/", "torch.relu("],
      ["function", "__torch__.py", "torch.tanh("],
      ["attributes", "__torch__/torchscript_models.py", "torch.mul("],
    ] as const) {
      const { code, debug } = await read(archive(name));
      const [file, content] = [...code].find(([key]) => key.startsWith(path))!;
      const offset = text(content.slice(0, content.indexOf(call))).length;
      const place = debug(file)!.lookup(offset)!;
      expect(place.file).toBe("torchscript_models.py");
      expect(place.text).toBe(source[place.line - 1]);
      expect(place.text!.slice(place.col)).toMatch(/^(torch\.(relu|tanh)\(|x \* self)/);
      expect(place.source).toContain(place.text);
    }
  });

  it("that was traced leads to the line, and the calls that led there", async () => {
    const { code, debug } = await read(archive("traced"));
    const file = "__torch__/torchscript_models.py";
    const place = debug(file)!.lookup(code.get(file)!.indexOf("torch.relu("))!;
    const source = readFileSync(new URL("../fixtures/torchscript_models.py", import.meta.url), "utf8").split(
      "\n",
    );
    expect(source[place.line - 1]).toContain("torch.relu(y)");
    expect(place).toMatchObject({ file: "torchscript_models.py", text: undefined });
    expect(place.source).toMatch(/^torchscript_models\.py\(\d+\): forward\n/);
  });

  it("that the compiler wrote leads nowhere", async () => {
    const { debug } = await read(archive("scripted"));
    const ranges = debug("__torch__/torchscript_models/___torch_mangle_3.py");
    expect([ranges?.lookup(0), ranges?.lookup(-1), debug("no/such.py")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("layouts", () => {
  it("are all read alike", async () => {
    const bytes = archive("shared");
    const records = [...(await unzip(bytes))].map(([name, content]) => ({ name, bytes: content }));
    const layouts: [string, Uint8Array][] = [
      ["another root", zip(records, { root: "my model" })],
      ["aligned", zip(records, { align: 64 })],
      ["64 bit", zip(records, { zip64: true })],
      ["data descriptors", zip(records, { descriptors: true, align: 64 })],
      ["compressed", zip(records.map((record) => ({ ...record, deflate: true })))],
    ];
    for (const [layout, changed] of layouts) {
      const { root, code } = await read(changed);
      for (const [attr, value] of Object.entries(expected.shared!.attributes)) {
        expect([layout, attr, encode(attribute(root, attr))]).toEqual([layout, attr, value]);
      }
      expect(code.size).toBe(2);
    }
  });

  it("give views of an array, and copies of each storage from anything else", async () => {
    const bytes = archive("shared");
    const tensor = (await read(bytes)).root;
    expect((attribute(tensor, "base") as TensorData).storage.bytes.buffer).toBe(bytes.buffer);
    const wanted: [number, number][] = [];
    const file: RandomAccess = {
      size: bytes.length,
      read: async (offset, length) => {
        wanted.push([offset, length]);
        return bytes.slice(offset, offset + length);
      },
    };
    for (const source of [new Blob([bytes]), file, bytes.buffer]) {
      const { root } = await readTorchScript(source);
      for (const [attr, value] of Object.entries(expected.shared!.attributes)) {
        expect(encode(attribute(root, attr))).toEqual(value);
      }
    }
    // nothing but the directory is read in large pieces, and no storage twice
    const base = (attribute(tensor, "base") as TensorData).storage.bytes.byteOffset;
    expect(
      wanted.filter(([offset, length]) => offset <= base && base < offset + length && length === 48),
    ).toHaveLength(1);
  });

  it("of PyTorch 2 have their version in another place", async () => {
    const changed = await rezip(archive("traced"), {
      version: undefined,
      ".data/version": text("10\n"),
      ".data/serialization_id": text("0123456789"),
      byteorder: text("little"),
    });
    expect((await read(changed)).version).toBe(10);
    expect((await read(await rezip(changed, { version: text("3\n") }))).version).toBe(10);
    await refuses(await rezip(changed, { byteorder: text("big") }), "UNSUPPORTED", "big-endian");
    await refuses(await rezip(changed, { byteorder: text("middle") }), "FILE_MALFORMED", "byte order");
  });

  it("of versions 1 to 10 are read, others refused", async () => {
    for (let version = 1; version <= 10; version++) {
      expect((await read(await rezip(archive("traced"), { version: text(`${version}\n`) }))).version).toBe(
        version,
      );
    }
    for (const version of ["0", "11", "99999999999999999999"]) {
      const changed = await rezip(archive("traced"), { version: text(version) });
      await refuses(changed, "UNSUPPORTED", `version ${version}, those from 1 to 10 are read`);
    }
    for (const version of ["", "three", "-3", "3.5", "3".repeat(100)]) {
      await refuses(await rezip(archive("traced"), { version: text(version) }), "FILE_MALFORMED", "version");
    }
    await refuses(await rezip(archive("traced"), { version: undefined }), "FILE_MALFORMED", "no version");
  });

  it("may have no constants and no debug records", async () => {
    const bytes = archive("scripted");
    const debug = [...(await unzip(bytes)).keys()].filter((name) => name.endsWith(".debug_pkl"));
    const without = Object.fromEntries(debug.map((name) => [name, undefined]));
    const changed = await rezip(bytes, { ...without, "constants.pkl": new Uint8Array(0) });
    const { constants, code, debug: ranges } = await read(changed);
    expect(constants).toEqual([]);
    for (const path of code.keys()) expect(ranges(path)).toBe(undefined);
  });

  it("keep extra files", async () => {
    const { extraFiles } = await read(archive("extra"));
    const files = [...extraFiles].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]);
    expect(files.sort()).toEqual([
      ["labels.txt", "cat\ndog\n"],
      ["sub/config.json", "{}"],
    ]);
  });

  it("are read with progress, until a signal stops it", async () => {
    const seen: number[] = [];
    let whole = 0;
    await read(archive("shared"), {
      onProgress: (done, total) => {
        seen.push(done);
        whole = total;
      },
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(whole);
    const controller = new AbortController();
    const stopped = read(archive("shared"), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("files of another kind", () => {
  const weights = (name: string) =>
    new Uint8Array(readFileSync(new URL(`../weights/data/${name}`, import.meta.url)));
  const records = (...names: string[]) =>
    zip(names.map((name) => ({ name, bytes: name.endsWith("version") ? text("3\n") : text("x") })));

  it.each<[string, () => Uint8Array, string, string]>([
    ["weights of torch.save", () => weights("views.pt"), "UNSUPPORTED", "readWeights"],
    ["weights of old torch.save", () => weights("legacy.pt"), "UNSUPPORTED", "readWeights"],
    ["safetensors", () => text('........{"a": {}}'), "UNSUPPORTED", "readSafetensors"],
    ["torch.export", () => records("archive_format", "models/model.json"), "UNSUPPORTED", "torch.export"],
    ["early torch.export", () => records("serialized_exported_program.json"), "UNSUPPORTED", "torch.export"],
    ["bytecode alone", () => records("bytecode.pkl", "data.pkl", "version"), "UNSUPPORTED", "PyTorch Mobile"],
    ["bytecode in FlatBuffers", () => text("    PTMF    "), "UNSUPPORTED", "FlatBuffers"],
    ["torch.package", () => records(".data/extern_modules", "a.py"), "UNSUPPORTED", "torch.package"],
    ["the layout before 1.4", () => records("model.json", "version"), "UNSUPPORTED", "before version 1.4"],
    ["any other zip", () => records("hello.txt"), "FILE_MALFORMED", "none of PyTorch's"],
    ["an empty file", () => new Uint8Array(0), "FILE_MALFORMED", "no"],
    ["text", () => text("def forward(self): pass"), "FILE_MALFORMED", "not a TorchScript archive"],
  ])("%s", (_, bytes, code, message) => refuses(bytes(), code, message));

  it("every archive here reads", async () => {
    for (const name of NAMES) expect((await read(archive(name))).root).toBeInstanceOf(ScriptObject);
  });
});
