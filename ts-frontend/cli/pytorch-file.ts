/** What `sconce inspect` shows of PyTorch's own files before any conversion. */

import { openFile } from "../convert/files.ts";
import { readTorchScript } from "../torchscript/archive-reader.ts";
import {
  type ArchiveSummary,
  summarizeArchive,
  summarizeWeights,
  type TensorSummary,
  type WeightsSummary,
} from "../torchscript/summary.ts";
import { readWeights } from "../weights/index.ts";
import { isTorchScript } from "../weights/records.ts";
import { table } from "./table.ts";

export type FileSummary =
  | { readonly kind: "archive"; readonly summary: ArchiveSummary }
  | { readonly kind: "weights"; readonly summary: WeightsSummary };

/** Summary of a file on disk with one of the names that PyTorch's files have; undefined for any other. */
export async function summarizeFile(source: string): Promise<FileSummary | undefined> {
  if (!/\.(pt|pth|jit|bin|ckpt|safetensors)$/.test(source) || /^(https?|data|blob):/.test(source))
    return undefined;
  const file = await openFile(source);
  try {
    return (await isTorchScript(file))
      ? { kind: "archive", summary: summarizeArchive(await readTorchScript(file)) }
      : { kind: "weights", summary: summarizeWeights(await readWeights(file)) };
  } finally {
    await file.close();
  }
}

/** The module tree, and what belongs to no module. */
export function archiveText(summary: ArchiveSummary): string {
  const { version, modules, parameters, code, extraFiles } = summary;
  const tree = modules.map(({ name, className, parameters: own, methods, sameAs }) => {
    const depth = name === "" ? 0 : name.split(".").length;
    const label = `${"  ".repeat(depth)}${name === "" ? "(root)" : name.slice(name.lastIndexOf(".") + 1)}`;
    const called =
      sameAs === undefined ? methods.map((method) => method.name).join(", ") : `same as ${sameAs}`;
    return [label, className, own > 0 ? String(own) : "", called];
  });
  const lines = [
    `TorchScript archive, version ${version}`,
    table([["module", "class", "parameters", "methods"], ...tree]),
    "",
    `${parameters} elements in parameters; ${elementsText(summary)}`,
    `${code.length} code files, ${code.reduce((sum, file) => sum + file.lines, 0)} lines`,
  ];
  if (extraFiles.length > 0) {
    lines.push(
      "",
      "extra files",
      table(extraFiles.map(({ name, bytes }) => [`  ${name}`, `${bytes} bytes`])),
    );
  }
  return lines.join("\n");
}

export function weightsText(summary: WeightsSummary): string {
  return [`weights: ${elementsText(summary)}`, tensorTable(summary.tensors)].join("\n");
}

export function tensorTable(tensors: readonly TensorSummary[]): string {
  return table(
    tensors.map(({ name, kind, dtype, shape, sharesWith }) => [
      `  ${name}`,
      kind === "weight" ? "" : kind,
      dtype,
      `[${shape.join(", ")}]`,
      sharesWith === undefined ? "" : `shares memory with ${sharesWith}`,
    ]),
  );
}

function elementsText({ tensors, dtypes, bytes }: WeightsSummary): string {
  const kinds = Object.entries(dtypes).map(([dtype, elements]) => `${elements} ${dtype}`);
  return `${tensors.length} tensors, ${kinds.join(", ") || "no elements"}, ${bytes} bytes`;
}
