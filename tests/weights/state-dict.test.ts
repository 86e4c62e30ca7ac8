/** torch.save files: PyTorch's own, and what is refused. */

import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { describe, expect, it } from "vitest";
import { SconceError } from "../../loader/error.ts";
import { Archive } from "../../ts-frontend/weights/archive.ts";
import { readStateDict, readWeights } from "../../ts-frontend/weights/index.ts";
import { data, digits, numbers, randomInts } from "./fixtures.ts";

const refuses = async (source: Uint8Array, code: string, text: string, options = {}) => {
  await expect(readStateDict(source, options)).rejects.toThrow(
    expect.objectContaining({ name: "SconceError", code, message: expect.stringContaining(text) }),
  );
};

describe("reading", () => {
  it("keeps the names in their order, dtypes and shapes", async () => {
    const weights = await readStateDict(digits("weights.pt"));
    const described = [...weights].map(
      ([name, { dtype, shape }]) => `${name} ${dtype} [${shape.join(", ")}]`,
    );
    expect(described.slice(0, 7)).toEqual([
      "features.0.weight float32 [16, 1, 3, 3]",
      "features.0.bias float32 [16]",
      "features.1.weight float32 [16]",
      "features.1.bias float32 [16]",
      "features.1.running_mean float32 [16]",
      "features.1.running_var float32 [16]",
      "features.1.num_batches_tracked int64 []",
    ]);
    expect(weights.size).toBe(18);
  });

  it.each(["views.pt", "legacy_views.pt"])(
    "keeps views, strides and what shares a storage in %s",
    async (file) => {
      const weights = await readStateDict(data(file));
      const get = (name: string) => weights.get(name)!;
      expect(get("middle")).toMatchObject({ shape: [2, 3], strides: [3, 1], offset: 3 });
      expect(get("transposed")).toMatchObject({ shape: [4, 3], strides: [1, 4] });
      expect(numbers(get("transposed"))).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
      expect(numbers(get("step"))).toEqual([1, 6, 11]);
      expect(numbers(get("expanded"))).toEqual([7, 7, 7, 7]);
      for (const name of ["middle", "transposed", "step", "expanded"])
        expect(get(name).storage).toBe(get("base").storage);
      expect(get("tied").storage).toBe(get("tied_too").storage);
      expect(numbers(get("tied"))).toEqual([0, 1, 2, 3]);
      expect(numbers(get("tagged"))).toEqual([0, 1, 2]);
      expect(get("empty").shape).toEqual([0, 3]);
      expect(get("scalar").shape).toEqual([]);
      expect(numbers(get("scalar"))).toEqual([2.5]);
    },
  );

  it.each(["dtypes.pt", "legacy_dtypes.pt"])("reads every dtype of %s", async (file) => {
    const weights = await readStateDict(data(file));
    expect(weights.size).toBe(10);
    for (const [name, tensor] of weights) {
      expect(tensor.dtype).toBe(name);
      expect(numbers(tensor)).toEqual([0, 1, 1, 0, 1]);
    }
  });

  it.each(["checkpoint.pt", "protocol4.pt"])("picks the weights out of %s", async (name) => {
    const weights = await readStateDict(data(name), { key: "model" });
    expect([...weights.keys()]).toEqual(["weight", "bias"]);
    expect(numbers(weights.get("weight")!)[0]).toBeCloseTo(-0.00529, 4);
  });

  it("gives views of an array, and the same from a Blob", async () => {
    const bytes = digits("weights.pt");
    const viewed = await readStateDict(bytes);
    for (const { storage } of viewed.values()) expect(storage.bytes.buffer).toBe(bytes.buffer);
    const copied = await readStateDict(new Blob([bytes]));
    for (const [name, tensor] of copied) expect(numbers(tensor)).toEqual(numbers(viewed.get(name)!));
    expect((await readWeights(bytes)).size).toBe(18);
  });

  it("reads the format before version 1.6", async () => {
    const bytes = data("legacy.pt");
    const weights = await readStateDict(bytes);
    expect([...weights.keys()]).toEqual(["a"]);
    expect(numbers(weights.get("a")!)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(weights.get("a")!.storage.bytes.buffer).toBe(bytes.buffer);
  });

  it("reads an archive that was packed again, compressed", async () => {
    const bytes = digits("weights.pt");
    const archive = await Archive.open(bytes);
    const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
    for (const name of archive.names) {
      await zip.add(`repacked/${name}`, new Uint8ArrayReader(await archive.read(name)), { level: 6 });
    }
    const weights = await readStateDict(await zip.close());
    const expected = await readStateDict(bytes);
    for (const [name, tensor] of weights) expect(numbers(tensor)).toEqual(numbers(expected.get(name)!));
    expect(weights.size).toBe(18);
  });
});

describe("refusals", () => {
  it("names the function that a pickle wants to call", () =>
    refuses(data("code.pt"), "PICKLE_GLOBAL", "posix.system"));
  it("names the class of a whole module", () =>
    refuses(data("module.pt"), "PICKLE_GLOBAL", "torch.nn.modules.linear.Linear"));
  it("names a dtype that Sconce has not", () =>
    refuses(data("complex.pt"), "UNSUPPORTED", "a complex64 tensor"));
  it("tells a TorchScript program", () => refuses(data("script.pt"), "UNSUPPORTED", "TorchScript"));
  it("names quantized tensors", () => refuses(data("quantized.pt"), "NOT_WEIGHTS", "q (quantized tensor)"));
  it("tells what a checkpoint has", () =>
    refuses(
      data("checkpoint.pt"),
      "NOT_WEIGHTS",
      "epoch (bigint), loss (number), tags (list), model (dict)",
    ));
  it("tells a missing key", () =>
    refuses(data("checkpoint.pt"), "NOT_WEIGHTS", "there is no weights", { key: "weights" }));
  it("tells a lone number", () => refuses(data("number.pt"), "NOT_WEIGHTS", "not a dict"));
  it("tells what is no archive", () => refuses(data("c.npy"), "FILE_MALFORMED", "torch.save"));
  it("tells an empty file", () => refuses(new Uint8Array(0), "FILE_MALFORMED", "torch.save"));
});

describe("damage", () => {
  it("sees every changed byte of the data", async () => {
    const bytes = digits("weights.pt");
    const whole = await readStateDict(bytes);
    const random = randomInts(3);
    for (const { storage } of whole.values()) {
      const at = storage.bytes.byteOffset + random(storage.bytes.length);
      const copy = new Uint8Array(bytes);
      copy[at]! ^= 1 << random(8);
      await refuses(copy, "FILE_CHECKSUM", "checksum mismatch in record data/");
    }
  });

  it("reads right or refuses with a typed error, wherever the file is changed or cut", async () => {
    const bytes = data("views.pt");
    const expected = new Map([...(await readStateDict(bytes))].map(([name, t]) => [name, numbers(t)]));
    const random = randomInts(4);
    let refused = 0;
    for (let i = 0; i < 1500; i++) {
      let copy = new Uint8Array(bytes);
      if (i % 10 === 0) copy = copy.slice(0, random(copy.length));
      else copy[random(copy.length)] = random(256);
      try {
        for (const [name, tensor] of await readStateDict(copy))
          expect(numbers(tensor)).toEqual(expected.get(name));
      } catch (error) {
        expect(error).toBeInstanceOf(SconceError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});
