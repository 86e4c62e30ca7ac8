/** Summaries of archives and weights. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { archiveText, summarizeFile, tensorTable, weightsText } from "../../ts-frontend/cli/pytorch-file.ts";
import { readTorchScript } from "../../ts-frontend/torchscript/archive-reader.ts";
import { summarizeArchive, summarizeWeights } from "../../ts-frontend/torchscript/summary.ts";
import { readStateDict } from "../../ts-frontend/weights/index.ts";
import { archive, NAMES } from "./fixtures.ts";
import { rezip } from "./zip.ts";

const summary = async (bytes: Uint8Array) => summarizeArchive(await readTorchScript(bytes));
const LINEAR = {
  className: "torch.nn.modules.linear.Linear",
  methods: [{ name: "forward", signature: "(input: Tensor) -> Tensor" }],
};

describe("archives", () => {
  it("have a tree of modules, tensors that share memory, code", async () => {
    const { modules, tensors, code, ...totals } = await summary(archive("shared"));
    const forward = { name: "forward", signature: "(x: Tensor) -> Tensor" };
    expect(modules).toEqual([
      { name: "", className: "torchscript_models.Shared", methods: [forward], parameters: 12 },
      { name: "block", ...LINEAR, parameters: 6 },
      // PyTorch wrote it as another object over the same tensors
      { name: "again", ...LINEAR, parameters: 0 },
    ]);
    expect(tensors.map(({ name, kind, sharesWith }) => [name, kind, sharesWith])).toEqual([
      ["embed", "parameter", undefined],
      ["head", "parameter", "embed"],
      ["base", "buffer", undefined],
      ["middle", "buffer", "base"],
      ["turned", "buffer", "base"],
      ["wide", "buffer", "base"],
      ["block.weight", "parameter", undefined],
      ["block.bias", "parameter", undefined],
      ["again.weight", "parameter", "block.weight"],
      ["again.bias", "parameter", "block.bias"],
    ]);
    expect(totals).toEqual({
      version: 3,
      elements: 30,
      bytes: 120,
      dtypes: { float32: 30 },
      parameters: 18,
      extraFiles: [],
    });
    expect(code.map(({ path }) => path)).toEqual([
      "__torch__/torchscript_models.py",
      "__torch__/torch/nn/modules/linear/___torch_mangle_4.py",
    ]);
  });

  it("show what lists, dicts, states and constants hold", async () => {
    const names = async (name: (typeof NAMES)[number]) =>
      (await summary(archive(name))).tensors.map(({ name, dtype }) => `${name} ${dtype}`);
    expect(await names("attributes")).toEqual([
      "tensors.0 int64",
      "tensors.1 float64",
      "by_name.b float32",
      "by_name.a float32",
      "pair.0 int64",
    ]);
    expect(await names("state")).toEqual(["state.0 float32"]);
    expect(await names("traced")).toContain("CONSTANTS.c0 float32");
    expect(await names("packed")).toContain("0._packed_params._packed_params.state.0 qint8");
  });

  it("name extra files", async () => {
    const { extraFiles } = await summary(archive("extra"));
    expect(extraFiles).toContainEqual({ name: "labels.txt", bytes: 8 });
  });

  it("whose code does not parse keep their tensors", async () => {
    const broken = new TextEncoder().encode("class Shared(Module:\n");
    const bytes = await rezip(archive("shared"), { "code/__torch__/torchscript_models.py": broken });
    const { modules, tensors } = await summary(bytes);
    expect(modules[0]).toMatchObject({ className: "torchscript_models.Shared", methods: [] });
    expect(tensors).toHaveLength(10);
  });

  it("are all summed up", async () => {
    for (const name of NAMES) expect((await summary(archive(name))).modules.length).toBeGreaterThan(0);
  });
});

it("weights are listed", async () => {
  const bytes = new Uint8Array(readFileSync(new URL("../weights/data/views.pt", import.meta.url)));
  const { tensors, elements, dtypes } = summarizeWeights(await readStateDict(bytes));
  expect(tensors[1]).toEqual({
    name: "middle",
    kind: "weight",
    dtype: "float32",
    shape: [2, 3],
    elements: 6,
    sharesWith: "base",
  });
  expect([elements, dtypes]).toEqual([20, { float32: 20 }]);
});

describe("sconce inspect", () => {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

  it("shows the tree of an archive", async () => {
    const file = await summarizeFile(path("data/shared.pt"));
    if (file?.kind !== "archive") throw new Error("no archive");
    expect(archiveText(file.summary)).toBe(`TorchScript archive, version 3
module   class                           parameters  methods
(root)   torchscript_models.Shared       12          forward
  block  torch.nn.modules.linear.Linear  6           forward
  again  torch.nn.modules.linear.Linear              forward

18 elements in parameters; 10 tensors, 30 float32, 120 bytes
2 code files, 33 lines`);
    expect(tensorTable(file.summary.tensors)).toContain(
      "  again.bias    parameter  float32  [2]     shares memory with block.bias",
    );
  });

  it.each(["views.pt", "legacy_views.pt"])("lists the weights of %s", async (name) => {
    const file = await summarizeFile(path(`../weights/data/${name}`));
    if (file?.kind !== "weights") throw new Error("no weights");
    expect(weightsText(file.summary)).toContain("weights: 10 tensors, 20 float32, 80 bytes\n  base ");
  });

  it("leaves other files to others, and says which are missing", async () => {
    expect(await summarizeFile("model.sconce")).toBe(undefined);
    expect(await summarizeFile("https://example.org/model.pt")).toBe(undefined);
    await expect(summarizeFile("nowhere.pt")).rejects.toMatchObject({ code: "FETCH" });
  });
});
